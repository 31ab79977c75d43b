// From two halves of a line and what stands between them to the best line itself that breaks no rule: what sets of elements
// cannot tell (weeks, positions that come once, what positions cover) is looked at order by order, the best first.

import { bitCount } from "../model/bits.ts";
import { slotOf, weightAt } from "../model/flat.ts";
import { LineScorer } from "../model/line_values.ts";
import type { PlannerTables } from "../model/tables.ts";
import { type KeyElements, NONE } from "./key_sets.ts";
import { sharedLimits } from "./line_proof.ts";

/** Orders of both halves, and choices of positions for one line, that are looked at. */
const MOST_ORDERS = 400;
const MOST_STEPS = 2_000;

/** What elements are worth at the prices of the day. */
export interface Worths {
  prices: Float64Array;
  cap: Int32Array;
  /** [term * elements + element] of the best position. */
  value: Float64Array;
}

/** A half: its elements, and their terms, the one at the closed end first. */
export interface Half {
  row: Uint8Array;
  terms: readonly number[];
}

/** An order of a half, and what it is worth beside the middle, pairs left out. */
interface Order {
  worth: number;
  elements: Uint8Array;
}

/** No line of the halves is worth more than this; the line where there is one that is worth as much. */
export interface BestLine {
  value: number;
  line: Int32Array | null;
}

/** Lines of the halves of one problem. */
export class HalfLines {
  readonly #own: KeyElements;
  readonly #tb: PlannerTables;
  readonly #scorer: LineScorer;
  /** [element] limits that count it whatever its position, and [limit] what the elements at hand use in weeks. */
  readonly #weighed: number[][];
  readonly #weeks: Int32Array;

  constructor(own: KeyElements, tables: PlannerTables) {
    this.#own = own;
    this.#tb = tables;
    this.#scorer = new LineScorer(tables);
    this.#weighed = own.classes.map((classes) => sharedLimits(tables, classes));
    this.#weeks = new Int32Array(tables.limits);
  }

  /**
   * The best legal line of two halves around element x.
   * @param pairs what its keys bring together
   * @param floor lines worth no more are of no interest
   * @returns -Infinity where there is none above the floor
   */
  best(head: Half, x: number, tail: Half, pairs: number, worths: Worths, floor: number): BestLine {
    const { value } = worths, { key } = this.#own;
    const base = pairs + value[head.row.length * key.length + x];
    const least = floor - base;
    const tails = this.#ordersAbove(tail, key[x], value, NONE);
    if (tails.length === 0) return { value: -Infinity, line: null };
    const heads = this.#ordersAbove(head, key[x], value, least - tails[0].worth);
    let found: BestLine = { value: -Infinity, line: null }, most = floor, looked = 0;
    for (const one of heads) {
      for (const two of tails) {
        const sum = base + one.worth + two.worth;
        if (sum <= most) break;
        const elements = [...one.elements, x, ...two.elements.toReversed()];
        if (!this.#fit(elements)) continue;
        // What is not looked at is worth as much as its best order.
        if (++looked > MOST_ORDERS) return { value: Math.max(most, sum), line: found.line };
        const placed = this.#place(elements, worths, sum - most);
        if (placed.isOpen) return { value: Math.max(most, sum), line: found.line };
        if (placed.line === null) continue;
        most = sum - placed.lost;
        found = { value: most, line: placed.line };
      }
    }
    return found;
  }

  /** Whether limits in weeks allow the elements at these terms, whatever their positions. */
  #fit(elements: readonly number[]): boolean {
    const { terms: T, limitWeight, limitMax, limitUse } = this.#tb, weeks = this.#weeks.fill(0);
    return elements.every((e, t) =>
      this.#weighed[e].every((l) =>
        (weeks[limitUse[l]] += limitWeight[weightAt(l, t, T)]) <= limitMax[l]
      )
    );
  }

  /** Orders of a half that are worth more beside a key, the best first. */
  #ordersAbove({ row, terms }: Half, next: number, value: Float64Array, least: number): Order[] {
    const { key, near } = this.#own, { keys: K } = this.#tb, n = row.length, E = key.length;
    const all = (1 << n) - 1, best = new Float64Array((all + 1) * n).fill(NONE);
    for (let set = 1; set <= all; set++) {
      const t = bitCount(set) - 1;
      for (let i = 0; i < n; i++) {
        if ((set >> i & 1) === 0) continue;
        const rest = set & ~(1 << i);
        let before = rest === 0 ? 0 : NONE;
        for (let j = 0; j < n; j++) {
          if ((rest >> j & 1) === 0) continue;
          before = Math.max(before, best[rest * n + j] + near[key[row[j]] * K + key[row[i]]]);
        }
        best[set * n + i] = before + value[terms[t] * E + row[i]];
      }
    }
    const orders: Order[] = [], elements = new Uint8Array(n);
    // From the open end: what the rest is worth at best is known.
    const descend = (set: number, worth: number, beside: number) => {
      if (set === 0) {
        orders.push({ worth, elements: elements.slice() });
        return;
      }
      const t = bitCount(set) - 1;
      for (let i = 0; i < n; i++) {
        if ((set >> i & 1) === 0) continue;
        // Of two that are the same the first one comes last.
        if (row.some((e, j) => j < i && e === row[i] && (set >> j & 1) === 1)) continue;
        const by = worth + near[key[row[i]] * K + beside], most = by + best[set * n + i];
        if (most <= least || most <= NONE / 2) continue;
        elements[t] = row[i];
        descend(set & ~(1 << i), by + value[terms[t] * E + row[i]], key[row[i]]);
      }
    };
    descend(all, 0, next);
    return orders.sort((a, b) => b.worth - a.worth);
  }

  /**
   * The cheapest positions of the elements that break no rule.
   * @param most what they may lose against the best ones, less than that
   * @returns whether that was left open, and what they lose
   */
  #place(elements: readonly number[], { prices, cap }: Worths, most: number) {
    const { terms: T, positions: R, classOf, cover, need, distinct } = this.#tb;
    const options = Array.from(
      { length: T },
      (_, t) =>
        this.#own.positions[elements[t]].filter((r) => cap[slotOf(t, r, R)] > 0)
          .sort((a, b) => prices[slotOf(t, a, R)] - prices[slotOf(t, b, R)] || a - b),
    );
    // [term] what terms from it on can cover.
    const covers = new Int32Array(T + 1), line = new Int32Array(T);
    for (let t = T - 1; t >= 0; t--) {
      covers[t] = options[t].reduce((all, r) => all | cover[classOf[r]], covers[t + 1]);
    }
    let best: Int32Array | null = null, least = most, steps = 0, isOpen = false;
    const descend = (t: number, lost: number, missing: number) => {
      if ((missing & ~covers[t]) !== 0) return;
      if (t === T) {
        if (this.#scorer.faults(line, 0) === 0) [best, least] = [line.slice(), lost];
        return;
      }
      for (const r of options[t]) {
        const own = lost + prices[slotOf(t, r, R)] - prices[slotOf(t, options[t][0], R)];
        if (own >= least) return;
        if (++steps > MOST_STEPS) {
          isOpen = true;
          return;
        }
        if (distinct && line.subarray(0, t).includes(r)) continue;
        line[t] = r;
        descend(t + 1, own, missing & ~cover[classOf[r]]);
      }
    };
    descend(0, 0, need);
    return { line: best as Int32Array | null, lost: least, isOpen };
  }
}
