// Value of one line and of a whole plan, in exact integers, without allocation.
// a(p) = adj sum_t aff(k_t, k_t+1) + all sum over unordered pairs of different keys in the line.

import { bitCount } from "./bits.ts";
import { OBJECTIVE } from "../problem.ts";
import { firstCellOf, firstSlotOf, slotOf, termOfCell, weightAt } from "./flat.ts";
import { type PlannerTables, slotGain, type Variety } from "./tables.ts";

/** Scores lines given as position indexes per term; keeps scratch memory between calls. */
export class LineScorer {
  readonly #tables: PlannerTables;
  readonly #used: Int32Array;
  readonly #keys: Int32Array;

  constructor(tables: PlannerTables) {
    this.#tables = tables;
    this.#used = new Int32Array(tables.limits);
    this.#keys = new Int32Array(tables.terms);
  }

  /** Affinity part a(p) of the line stored at `cells[at .. at + T - 1]`, weighted (adj, all). */
  value(cells: Int32Array, at: number): number {
    const { terms, classOf, keyOf, keys: K, affinity } = this.#tables;
    const keys = this.#keys;
    let adjacent = 0, all = 0, distinct = 0, previous = -1;
    for (let t = 0; t < terms; t++) {
      const key = keyOf[classOf[cells[at + t]]];
      if (previous >= 0) adjacent += affinity[previous * K + key];
      previous = key;
      let sum = 0, fresh = true;
      for (let i = 0; i < distinct; i++) {
        if (keys[i] === key) fresh = false;
        else sum += affinity[keys[i] * K + key];
      }
      if (fresh) {
        keys[distinct++] = key;
        all += sum;
      }
    }
    return OBJECTIVE.adj * adjacent + OBJECTIVE.all * all;
  }

  /** The same with every pair at its size: what the affinity is made of, where signs cannot cancel. */
  size(cells: Int32Array, at: number): number {
    const { terms, classOf, keyOf, keys: K, affinity } = this.#tables;
    const keys = this.#keys;
    let size = 0, distinct = 0;
    for (let t = 0; t < terms; t++) {
      const key = keyOf[classOf[cells[at + t]]];
      if (t > 0) {
        const before = keyOf[classOf[cells[at + t - 1]]];
        size += OBJECTIVE.adj * Math.abs(affinity[before * K + key]);
      }
      if (keys.subarray(0, distinct).includes(key)) continue;
      for (let i = 0; i < distinct; i++) {
        size += OBJECTIVE.all * Math.abs(affinity[keys[i] * K + key]);
      }
      keys[distinct++] = key;
    }
    return size;
  }

  /** How badly the line breaks the rules: uncovered features + excess units + repeats; 0 = legal. */
  faults(cells: Int32Array, at: number): number {
    const tables = this.#tables;
    const { terms, classOf, cover, limitStart, limitOf, limitWeight, limitUse } = tables;
    const used = this.#used;
    let covered = 0, faults = 0;
    for (let t = 0; t < terms; t++) {
      const r = cells[at + t], c = classOf[r];
      covered |= cover[c];
      for (let e = limitStart[c]; e < limitStart[c + 1]; e++) {
        used[limitUse[limitOf[e]]] += limitWeight[weightAt(limitOf[e], t, terms)];
      }
      if (tables.distinct) { for (let i = 0; i < t; i++) if (cells[at + i] === r) faults++; }
    }
    for (let t = 0; t < terms; t++) {
      const c = classOf[cells[at + t]];
      for (let e = limitStart[c]; e < limitStart[c + 1]; e++) {
        const l = limitOf[e], over = used[limitUse[l]] - tables.limitMax[l];
        if (over > 0) faults += Math.ceil(over / tables.limitUnit[l]);
        used[limitUse[l]] = 0;
      }
    }
    for (const variety of tables.varieties) faults += this.#varietyFaults(variety, cells, at);
    if (tables.hasPairs) {
      const torn = this.#tornPairs(cells, at);
      if (torn >= 0) {
        return faults + torn + bitCount((tables.need | tables.needBesidePairs) & ~covered);
      }
    }
    return faults + bitCount(tables.need & ~covered);
  }

  /** Different groups in the line beyond what it may hold, or short of what it must. */
  #varietyFaults({ groupOf, most, least }: Variety, cells: Int32Array, at: number): number {
    const { year, classOf } = this.#tables;
    let different = 0;
    for (let t = 0; t < year; t++) {
      const group = groupOf[classOf[cells[at + t]]];
      if (group < 0) continue;
      let fresh = true;
      for (let u = 0; u < t; u++) if (groupOf[classOf[cells[at + u]]] === group) fresh = false;
      if (fresh) different++;
    }
    return Math.max(0, different - most) + Math.max(0, least - different);
  }

  /** Positions of pairs in the line whose other one is not beside them; -1 where the line holds none. */
  #tornPairs(cells: Int32Array, at: number): number {
    const { terms, classOf, nextClass, previousClass } = this.#tables;
    let held = 0, torn = 0;
    for (let t = 0; t < terms; t++) {
      const c = classOf[cells[at + t]], next = nextClass[c], previous = previousClass[c];
      if (next >= 0) {
        held++;
        if (t + 1 === terms || classOf[cells[at + t + 1]] !== next) torn++;
      }
      if (previous >= 0) {
        held++;
        if (t === 0 || classOf[cells[at + t - 1]] !== previous) torn++;
      }
    }
    return held > 0 ? torn : -1;
  }
}

/** Counts of lines per slot. */
export function slotCounts(
  { terms: T, positions: R }: Pick<PlannerTables, "terms" | "positions">,
  cells: Int32Array,
  lines: number,
): Int32Array {
  const counts = new Int32Array(T * R);
  for (let i = 0; i < lines * T; i++) counts[slotOf(termOfCell(i, T), cells[i], R)]++;
  return counts;
}

/**
 * Objective of a plan: sum a(p) + sum of slot gains - what the empty plan pays (+ line * lines when
 * partial plans count).
 * @param cells row-major lines x T position indexes
 */
export function planValue(tables: PlannerTables, cells: Int32Array, lines: number): number {
  const scorer = new LineScorer(tables);
  let value = -tables.emptyCost;
  for (let i = 0; i < lines; i++) value += scorer.value(cells, firstCellOf(i, tables.terms));
  slotCounts(tables, cells, lines).forEach((n, s) => {
    for (let k = 1; k <= n; k++) value += slotGain(tables, s, k);
  });
  return value + (tables.allowPartial ? tables.line * lines : 0);
}

/**
 * Size of a plan's objective: every affinity of its lines and every collision at its size, and all that minimum fill,
 * preferred and forced cells ask for, met or not. Gaps are measured on it: unlike the objective it cannot cancel.
 * What lines themselves are worth is no part of it.
 */
export function planSize(tables: PlannerTables, cells: Int32Array, lines: number): number {
  const scorer = new LineScorer(tables);
  let size = tables.emptyCost;
  for (let i = 0; i < lines; i++) size += scorer.size(cells, firstCellOf(i, tables.terms));
  const counts = slotCounts(tables, cells, lines),
    posts = firstSlotOf(tables.year, tables.positions);
  for (let s = 0; s < posts; s++) size += OBJECTIVE.coll * counts[s] * (counts[s] - 1) / 2;
  return size;
}
