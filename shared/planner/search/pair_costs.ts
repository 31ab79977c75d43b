// What branching on a pair of slots has cost the linear program so far: by how much its value fell for each unit that
// the number of their lines was moved, down and up. What is known of one node tells what to try first at the next.

/** Costs of so many pairs are kept: those that were looked at last. */
const MOST_PAIRS = 400;

/** Looks at a pair in each direction after which its costs are believed without another trial. */
const SURE = 2;

/** Numbers of a pair in `save`: its slots, and of each direction the sum of costs and how many they were. */
const WIDTH = 6;

/** What branching on a pair is expected to cost. */
export interface ExpectedCost {
  down: number;
  up: number;
  /** Whether it was looked at often enough. */
  isSure: boolean;
}

/** Costs by pair; what is saved of them is all that they are. */
export class PairCosts {
  readonly #costs = new Map<string, number[]>();
  /** The same of all pairs together. */
  readonly #all = [0, 0, 0, 0];

  /** @param saved what `save` gave */
  constructor(saved: readonly number[]) {
    for (let at = 0; at + WIDTH <= saved.length; at += WIDTH) {
      const [a, b, ...costs] = saved.slice(at, at + WIDTH);
      this.#costs.set(`${a},${b}`, costs);
      costs.forEach((cost, i) => this.#all[i] += cost);
    }
  }

  /** Six numbers for each pair, rounded: a search goes on from these alone, so that it is the same in whatever slices. */
  save(): number[] {
    const kept = [...this.#costs].slice(-MOST_PAIRS);
    return kept.flatMap(([name, costs]) => [
      ...name.split(",").map(Number),
      ...costs.map((cost) => Math.round(cost * 100) / 100),
    ]);
  }

  /** What it is expected to cost to move the lines of a pair down by `fraction`, or up by what is left to one. */
  expected(a: number, b: number, fraction: number): ExpectedCost {
    const own = this.#costs.get(`${a},${b}`) ?? [0, 0, 0, 0], all = this.#all;
    const mean = (side: number) => {
      const of = own[side + 1] > 0 ? own : all;
      return of[side + 1] > 0 ? of[side] / of[side + 1] : 1;
    };
    return {
      down: mean(0) * fraction,
      up: mean(2) * (1 - fraction),
      isSure: own[1] >= SURE && own[3] >= SURE,
    };
  }

  /** Books what moving the lines of a pair by `moved` cost. */
  book(a: number, b: number, isUp: boolean, moved: number, cost: number): void {
    const name = `${a},${b}`, own = this.#costs.get(name) ?? [0, 0, 0, 0], side = isUp ? 2 : 0;
    for (const costs of [own, this.#all]) {
      costs[side] += cost / moved;
      costs[side + 1]++;
    }
    this.#costs.delete(name);
    this.#costs.set(name, own);
  }
}
