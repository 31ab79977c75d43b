// Maximum flow on small networks with named nodes, by shortest augmenting paths.

/** A flow network; arcs may be added between two maximisations. */
export class FlowNetwork {
  /** [from][to] capacity left. */
  readonly #left = new Map<string, Map<string, number>>();
  readonly #flow = new Map<string, number>();

  /** Adds capacity from one node to another. */
  arc(from: string, to: string, capacity: number): void {
    this.#change(from, to, capacity);
    this.#change(to, from, 0);
  }

  /** Flow on the arc. */
  flow(from: string, to: string): number {
    return this.#flow.get(`${from}\n${to}`) ?? 0;
  }

  /** Sends as much as possible. @returns what was added to the flow */
  maximise(source: string, sink: string): number {
    let added = 0;
    for (let path = this.#path(source, sink); path; path = this.#path(source, sink)) {
      const steps = path.slice(1).map((to, i) => ({ from: path[i], to }));
      const amount = Math.min(...steps.map(({ from, to }) => this.#left.get(from)!.get(to)!));
      for (const { from, to } of steps) {
        this.#change(from, to, -amount);
        this.#change(to, from, amount);
        const back = Math.min(amount, this.flow(to, from));
        this.#flow.set(`${to}\n${from}`, this.flow(to, from) - back);
        this.#flow.set(`${from}\n${to}`, this.flow(from, to) + amount - back);
      }
      added += amount;
    }
    return added;
  }

  #change(from: string, to: string, by: number): void {
    const arcs = this.#left.get(from) ?? new Map<string, number>();
    this.#left.set(from, arcs.set(to, (arcs.get(to) ?? 0) + by));
  }

  /** The shortest path with capacity left, in the order in which arcs were added. */
  #path(source: string, sink: string): string[] | null {
    const before = new Map<string, string | null>([[source, null]]);
    const queue = [source];
    for (const node of queue) {
      if (node === sink) break;
      for (const [to, left] of this.#left.get(node) ?? []) {
        if (left <= 0 || before.has(to)) continue;
        before.set(to, node);
        queue.push(to);
      }
    }
    if (!before.has(sink)) return null;
    const path = [sink];
    for (let node = before.get(sink)!; node !== null; node = before.get(node)!) path.unshift(node);
    return path;
  }
}

/** Sum of numbers. */
export function addUp(numbers: readonly number[]): number {
  return numbers.reduce((sum, n) => sum + n, 0);
}
