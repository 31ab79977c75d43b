// Linear assignment: give each of n rows its own column of m >= n so that the summed cost is least.
// Shortest augmenting paths with dual variables (Jonker and Volgenant 1987), O(n^2 m), dense.

/** Solver with its own scratch memory; one instance serves any number of problems up to its size. */
export class AssignmentSolver {
  #rows = 0;
  #cols = 0;
  #rowDual = new Float64Array(0);
  #colDual = new Float64Array(0);
  #rowOf = new Int32Array(0);
  #from = new Int32Array(0);
  #least = new Float64Array(0);
  #seen = new Uint8Array(0);
  /** Column of each row after `solve`. */
  columnOf = new Int32Array(0);

  #reserve(n: number, m: number): void {
    if (n > this.#rows) {
      this.#rows = n;
      this.#rowDual = new Float64Array(n + 1);
      this.columnOf = new Int32Array(n);
    }
    if (m > this.#cols) {
      this.#cols = m;
      this.#colDual = new Float64Array(m + 1);
      this.#rowOf = new Int32Array(m + 1);
      this.#from = new Int32Array(m + 1);
      this.#least = new Float64Array(m + 1);
      this.#seen = new Uint8Array(m + 1);
    }
    this.#rowDual.fill(0, 0, n + 1);
    this.#colDual.fill(0, 0, m + 1);
    this.#rowOf.fill(0, 0, m + 1);
  }

  /**
   * Solves one problem.
   * @param cost row-major n x m matrix of finite costs; stride m
   * @param n rows
   * @param m columns, at least n
   * @returns `columnOf`, valid in its first n entries until the next call
   */
  solve(cost: Float64Array, n: number, m: number): Int32Array {
    this.#reserve(n, m);
    const rowOf = this.#rowOf;
    for (let row = 1; row <= n; row++) {
      rowOf[0] = row;
      const free = this.#augment(cost, m);
      for (let j = free; j !== 0;) {
        const before = this.#from[j];
        rowOf[j] = rowOf[before];
        j = before;
      }
    }
    for (let j = 1; j <= m; j++) if (rowOf[j] > 0) this.columnOf[rowOf[j] - 1] = j - 1;
    return this.columnOf;
  }

  /** Grows the shortest path tree from the row parked in column 0 until it reaches a free column. */
  #augment(cost: Float64Array, m: number): number {
    const u = this.#rowDual, v = this.#colDual, rowOf = this.#rowOf;
    const from = this.#from, least = this.#least, seen = this.#seen;
    least.fill(Infinity, 0, m + 1);
    seen.fill(0, 0, m + 1);
    let at = 0;
    do {
      seen[at] = 1;
      const row = rowOf[at], base = (row - 1) * m - 1, dual = u[row];
      let delta = Infinity, next = 0;
      for (let j = 1; j <= m; j++) {
        if (seen[j] === 1) continue;
        const reduced = cost[base + j] - dual - v[j];
        if (reduced < least[j]) {
          least[j] = reduced;
          from[j] = at;
        }
        if (least[j] < delta) {
          delta = least[j];
          next = j;
        }
      }
      for (let j = 0; j <= m; j++) {
        if (seen[j] === 1) {
          u[rowOf[j]] += delta;
          v[j] -= delta;
        } else least[j] -= delta;
      }
      at = next;
    } while (rowOf[at] !== 0);
    return at;
  }
}
