// The cheapest set of things of which some need others, by a cut of least capacity (Picard 1976), which is found by
// augmenting along shortest ways (Dinic 1970).

/**
 * @param cost of each thing, whole numbers of either sign
 * @param needs of each thing: those that are in every set that it is in
 * @returns 1 for each thing of a set of least cost
 */
export function closedSet(cost: ArrayLike<number>, needs: readonly number[][]): Uint8Array {
  const n = cost.length, network = new Network(n + 2), source = n, sink = n + 1;
  for (let i = 0; i < n; i++) {
    if (cost[i] < 0) network.add(source, i, -cost[i]);
    else if (cost[i] > 0) network.add(i, sink, cost[i]);
    for (const k of needs[i]) network.add(i, k, Infinity);
  }
  while (network.layer(source, sink)) network.saturate(source, sink);
  // What the source still reaches is worth more than it costs.
  return Uint8Array.from({ length: n }, (_, i) => network.isReached(i) ? 1 : 0);
}

/** Arcs in pairs: one, and the way back. */
class Network {
  readonly #arcs: number[][];
  readonly #to: number[] = [];
  readonly #room: number[] = [];
  readonly #depth: Int32Array;
  readonly #next: Int32Array;

  constructor(nodes: number) {
    this.#arcs = Array.from({ length: nodes }, () => []);
    this.#depth = new Int32Array(nodes);
    this.#next = new Int32Array(nodes);
  }

  add(from: number, to: number, room: number): void {
    this.#arcs[from].push(this.#to.length);
    this.#arcs[to].push(this.#to.length + 1);
    this.#to.push(to, from);
    this.#room.push(room, 0);
  }

  /** How far nodes are from the source. @returns whether the sink is within reach */
  layer(source: number, sink: number): boolean {
    this.#depth.fill(-1);
    this.#next.fill(0);
    this.#depth[source] = 0;
    const queue = [source];
    for (let i = 0; i < queue.length; i++) {
      for (const arc of this.#arcs[queue[i]]) {
        const to = this.#to[arc];
        if (this.#room[arc] === 0 || this.#depth[to] >= 0) continue;
        this.#depth[to] = this.#depth[queue[i]] + 1;
        queue.push(to);
      }
    }
    return this.#depth[sink] >= 0;
  }

  isReached(node: number): boolean {
    return this.#depth[node] >= 0;
  }

  /** Fills shortest ways until none is left. */
  saturate(source: number, sink: number): void {
    const way: number[] = [];
    for (let at = source;;) {
      if (at === sink) {
        const room = way.reduce((least, arc) => Math.min(least, this.#room[arc]), Infinity);
        for (const arc of way) {
          this.#room[arc] -= room;
          this.#room[arc ^ 1] += room;
        }
        way.length = 0;
        at = source;
        continue;
      }
      const arc = this.#open(at);
      if (arc >= 0) {
        way.push(arc);
        at = this.#to[arc];
      } else {
        if (at === source) return;
        this.#depth[at] = -1;
        at = this.#to[way.pop()! ^ 1];
      }
    }
  }

  /** The next arc that leads a step further from a node; -1: none is left. */
  #open(at: number): number {
    const arcs = this.#arcs[at];
    for (; this.#next[at] < arcs.length; this.#next[at]++) {
      const arc = arcs[this.#next[at]], to = this.#to[arc];
      if (this.#room[arc] > 0 && this.#depth[to] === this.#depth[at] + 1) return arc;
    }
    return -1;
  }
}
