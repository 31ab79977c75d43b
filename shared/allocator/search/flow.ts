// Assignment with capacities as a flow of least cost: worker -> line -> (preferencer ->) sink, one
// worker after the other along shortest augmenting paths (Jonker and Volgenant 1987, with capacities).
//   min sum c_wj x_wj - M sum_{must-have j} [n_j > 0],  sum_j x_wj = 1,  n_j = sum_w x_wj <= capacity_j,
//   sum_{j of g} n_j <= limit_g for preferencers g that share no line.
// The prices prove optimality over all pairs: c_wj - v_j is least at the worker's own line.

import { firstPairOf, pairOf } from "../model/pairs.ts";

/** What the flow is about. */
export interface FlowProblem {
  W: number;
  J: number;
  /** Infinity: not eligible. */
  cost: Float64Array;
  capacity: Int32Array;
  mustHave: Uint8Array;
  /** Group of each line, -1: none. */
  groupOf: Int32Array;
  /** Most workers of each group. */
  groupLimit: Int32Array;
}

/** A checkpoint of the flow: lines of the workers placed so far (-1: not yet), prices of lines and groups. */
export interface FlowState {
  lineOf: number[];
  linePrice: number[];
  groupPrice: number[];
}

const NOBODY = -1;

/** Reward of a filled must-have line: more than any matching can differ from any other. */
export function mustHaveReward({ W, J, cost }: FlowProblem): number {
  let sum = 1;
  for (let w = 0; w < W; w++) {
    let low = Infinity, high = -Infinity;
    for (let p = firstPairOf(w, J); p < firstPairOf(w + 1, J); p++) {
      if (cost[p] === Infinity) continue;
      if (cost[p] < low) low = cost[p];
      if (cost[p] > high) high = cost[p];
    }
    if (high > low) sum += high - low;
  }
  return sum;
}

/** The flow at work. Nodes 0..J-1 are lines, J.. are groups. */
export class Flow {
  readonly #problem: FlowProblem;
  readonly #reward: number;
  readonly lineOf: Int32Array;
  /** v: price of lines, then of groups. */
  readonly price: Float64Array;
  /** Workers on each line, as lists. */
  readonly #on: number[][];
  readonly #groupLoad: Int32Array;
  readonly #groupLines: number[][];
  readonly #dist: Float64Array;
  /** Worker through which a line was reached, or NOBODY. */
  readonly #via: Int32Array;
  /** Node before: a line (by its worker), or a group, -1: the new worker itself. */
  readonly #before: Int32Array;
  readonly #closed: Uint8Array;
  /** Nodes reached and not closed. */
  readonly #open: Int32Array;
  #opened = 0;
  /** Rows of the cost matrix read: work in units that do not depend on the machine. */
  rows = 0;

  /** @param reward by `mustHaveReward()` */
  constructor(problem: FlowProblem, reward: number, state: FlowState | null) {
    const { W, J, groupLimit, groupOf, mustHave } = problem;
    const nodes = J + groupLimit.length;
    this.#problem = problem;
    this.#reward = reward;
    this.lineOf = state ? Int32Array.from(state.lineOf) : new Int32Array(W).fill(-1);
    this.price = new Float64Array(nodes);
    if (state) this.price.set([...state.linePrice, ...state.groupPrice]);
    else for (let j = 0; j < J; j++) this.price[j] = mustHave[j] ? this.#reward : 0;
    this.#on = Array.from({ length: J }, () => []);
    this.#groupLoad = new Int32Array(groupLimit.length);
    this.#groupLines = Array.from(groupLimit, () => []);
    groupOf.forEach((g, j) => g >= 0 && this.#groupLines[g].push(j));
    this.lineOf.forEach((j, w) => {
      if (j < 0) return;
      this.#on[j].push(w);
      if (groupOf[j] >= 0) this.#groupLoad[groupOf[j]]++;
    });
    this.#dist = new Float64Array(nodes);
    this.#via = new Int32Array(nodes);
    this.#before = new Int32Array(nodes);
    this.#closed = new Uint8Array(nodes);
    this.#open = new Int32Array(nodes);
  }

  save(): FlowState {
    const { J } = this.#problem;
    return {
      lineOf: [...this.lineOf],
      linePrice: [...this.price.subarray(0, J)],
      groupPrice: [...this.price.subarray(J)],
    };
  }

  /** Workers on a line. */
  load(j: number): number {
    return this.#on[j].length;
  }

  /**
   * Places one worker more, moving others where that is cheapest.
   * @returns whether that is possible; if not, nothing has changed
   */
  place(worker: number): boolean {
    const J = this.#problem.J;
    this.#dist.fill(Infinity);
    this.#closed.fill(0);
    this.#opened = 0;
    this.#expandWorker(worker, -1, 0);
    let end = -1, length = Infinity;
    for (;;) {
      const node = this.#takeNearest();
      if (node < 0 || this.#dist[node] >= length) break;
      this.#closed[node] = 1;
      const rest = node < J ? this.#leaveLine(node) : this.#leaveGroup(node - J);
      if (this.#dist[node] + rest < length) {
        length = this.#dist[node] + rest;
        end = node;
      }
    }
    if (end < 0) return false;
    for (let node = 0; node < this.price.length; node++) {
      if (this.#closed[node] && this.#dist[node] < length) {
        this.price[node] -= length - this.#dist[node];
      }
    }
    this.#augment(worker, end);
    return true;
  }

  /** The open node of least distance, taken out of the list; -1: none. */
  #takeNearest(): number {
    const open = this.#open, dist = this.#dist;
    let at = -1, least = Infinity;
    for (let i = 0; i < this.#opened; i++) {
      const d = dist[open[i]];
      if (d < least) {
        least = d;
        at = i;
      }
    }
    if (at < 0) return -1;
    const node = open[at];
    open[at] = open[--this.#opened];
    return node;
  }

  #reach(node: number, dist: number, before: number, via: number): void {
    if (this.#dist[node] === Infinity) this.#open[this.#opened++] = node;
    this.#dist[node] = dist;
    this.#before[node] = before;
    this.#via[node] = via;
  }

  /** Reaches every line that a worker may have, from a place at distance `base`. */
  #expandWorker(worker: number, before: number, base: number): void {
    const { J, cost } = this.#problem;
    const row = firstPairOf(worker, J),
      dist = this.#dist,
      price = this.price,
      closed = this.#closed;
    this.rows++;
    for (let j = 0; j < J; j++) {
      const d = base + cost[row + j] - price[j];
      if (d < dist[j] && closed[j] === 0) this.#reach(j, d, before, worker);
    }
  }

  /** Goes on from a line. @returns the rest of the way to the sink, Infinity: none from here */
  #leaveLine(j: number): number {
    const { J, cost, capacity, mustHave, groupOf } = this.#problem;
    const load = this.#on[j].length, g = groupOf[j];
    const base = this.#dist[j] + this.price[j];
    for (const w of this.#on[j]) this.#expandWorker(w, j, base - cost[pairOf(w, j, J)]);
    if (load >= capacity[j]) return Infinity;
    const rest = this.price[j] - (mustHave[j] && load === 0 ? this.#reward : 0);
    if (g < 0) return rest;
    const d = this.#dist[j] + rest - this.price[J + g];
    if (d < this.#dist[J + g] && !this.#closed[J + g]) this.#reach(J + g, d, j, NOBODY);
    return Infinity;
  }

  /** Goes on from a group: to the sink, or by taking a worker off one of its lines. */
  #leaveGroup(g: number): number {
    const { J, mustHave, groupLimit } = this.#problem;
    const base = this.#dist[J + g] + this.price[J + g];
    for (const j of this.#groupLines[g]) {
      const load = this.#on[j].length;
      if (load === 0 || this.#closed[j]) continue;
      const d = base - this.price[j] + (mustHave[j] && load === 1 ? this.#reward : 0);
      if (d < this.#dist[j]) this.#reach(j, d, J + g, NOBODY);
    }
    return this.#groupLoad[g] < groupLimit[g] ? this.price[J + g] : Infinity;
  }

  /** Moves workers along the path that ends at `end`. */
  #augment(worker: number, end: number): void {
    const { J, groupOf } = this.#problem;
    if (end >= J) this.#groupLoad[end - J]++;
    else if (groupOf[end] >= 0) throw new Error("a capped line was left past its preferencer");
    for (let node = end; node >= 0; node = this.#before[node]) {
      const w = this.#via[node];
      if (w === NOBODY) continue;
      const from = this.lineOf[w];
      if (from >= 0) this.#on[from].splice(this.#on[from].indexOf(w), 1);
      this.lineOf[w] = node;
      this.#on[node].push(w);
    }
    if (this.lineOf[worker] < 0) throw new Error("an augmenting path missed its worker");
  }
}
