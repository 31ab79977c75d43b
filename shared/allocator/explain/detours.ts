// What it costs to make room on a line: the cheapest chains of moves, by shortest paths between lines. Nodes are lines, groups
// (preferencers whose caps on workers the flow keeps), and the sink; the arc from line j to line k is the cheapest worker of j
// who could go to k. Where the matching is of least cost there is no negative cycle (Klein 1967), so that
//   cost of the cheapest matching in which w has j  =  cost of the matching + c_wj - c_wi + (cheapest chain from j to i),
// i being w's line: w leaves a place there, and the chain, which ends at i, never moves w, whose arcs begin at i.

import { pairOf } from "../model/pairs.ts";
import { type FlowProblem, mustHaveReward } from "../search/flow.ts";
import { loadsOf } from "../model/tables.ts";

/** Chains of moves in a matching of least cost. */
export class Detours {
  readonly #nodes: number;
  /** By the node of arrival, then that of departure. */
  readonly #into: Float64Array;
  readonly #potential: Float64Array;
  /** More than any two matchings differ by: what leaving a must-have line empty costs. */
  readonly #beyond: number;

  /**
   * @param lineOf a matching of all workers, of least cost among those that the problem allows
   * @throws Error where it is not
   */
  constructor(problem: FlowProblem, lineOf: ArrayLike<number>) {
    this.#nodes = problem.J + problem.groupLimit.length + 1;
    this.#beyond = 4 * mustHaveReward(problem);
    this.#into = arcsInto(problem, lineOf, this.#nodes, this.#beyond);
    this.#potential = potentials(this.#into, this.#nodes);
  }

  /** Arcs read by the search for chains to one line. */
  get size(): number {
    return this.#nodes * this.#nodes;
  }

  /**
   * The cost of the cheapest chains that start with one worker too many on a line, and end with one worker more on another.
   * @param to that other line
   * @param wanted 1 for the lines of which the cost is asked
   * @returns by line; Infinity: there is no chain, or none that leaves every must-have line a worker
   */
  to(to: number, wanted: Uint8Array): Float64Array {
    const n = this.#nodes, h = this.#potential, into = this.#into;
    const dist = new Float64Array(n).fill(Infinity), closed = new Uint8Array(n);
    dist[to] = 0;
    let left = wanted.reduce((sum, is) => sum + is, 0);
    while (left > 0) {
      let node = -1, least = Infinity;
      for (let v = 0; v < n; v++) {
        if (closed[v] === 0 && dist[v] < least) {
          least = dist[v];
          node = v;
        }
      }
      if (node < 0) break;
      closed[node] = 1;
      if (wanted[node] === 1) left--;
      const row = node * n, ahead = least - h[node];
      for (let u = 0; u < n; u++) {
        const d = into[row + u] + h[u] + ahead;
        if (d < dist[u] && closed[u] === 0) dist[u] = d;
      }
    }
    const cost = new Float64Array(wanted.length).fill(Infinity);
    for (let j = 0; j < cost.length; j++) {
      if (wanted[j] === 0 || closed[j] === 0) continue;
      const real = dist[j] - h[j] + h[to];
      if (real < this.#beyond / 2) cost[j] = real;
    }
    return cost;
  }
}

function arcsInto(
  { W, J, cost, capacity, mustHave, groupOf, groupLimit }: FlowProblem,
  lineOf: ArrayLike<number>,
  nodes: number,
  beyond: number,
): Float64Array {
  const into = new Float64Array(nodes * nodes).fill(Infinity), sink = nodes - 1;
  for (let w = 0; w < W; w++) {
    const from = lineOf[w], own = cost[pairOf(w, from, J)];
    for (let j = 0; j < J; j++) {
      const by = cost[pairOf(w, j, J)] - own;
      if (j !== from && by < into[j * nodes + from]) into[j * nodes + from] = by;
    }
  }
  const load = loadsOf(J, lineOf), inGroup = new Int32Array(groupLimit.length);
  for (let j = 0; j < J; j++) {
    const hub = groupOf[j] < 0 ? sink : J + groupOf[j];
    if (groupOf[j] >= 0) inGroup[groupOf[j]] += load[j];
    if (load[j] < capacity[j]) into[hub * nodes + j] = 0;
    if (load[j] > 0) into[j * nodes + hub] = mustHave[j] === 1 && load[j] === 1 ? beyond : 0;
  }
  groupLimit.forEach((limit, g) => {
    if (inGroup[g] < limit) into[sink * nodes + J + g] = 0;
    if (inGroup[g] > 0) into[(J + g) * nodes + sink] = 0;
  });
  return into;
}

/** Bellman and Ford: lengths of shortest paths to each node from anywhere, by which no arc is below 0. */
function potentials(into: Float64Array, n: number): Float64Array {
  const h = new Float64Array(n);
  for (let round = 0, changed = true; changed; round++) {
    if (round > n) throw new Error("the matching is not of least cost");
    changed = false;
    for (let v = 0, row = 0; v < n; v++, row += n) {
      for (let u = 0; u < n; u++) {
        const d = h[u] + into[row + u];
        if (d < h[v]) {
          h[v] = d;
          changed = true;
        }
      }
    }
  }
  return h;
}
