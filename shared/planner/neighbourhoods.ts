// Assignment neighbourhoods: two moves on a whole plan that are each one exact assignment problem.
// Rematch: re-choose the positions of one term for a set of lines. Re-pair: cut a set of lines into
// two parts by terms and join the halves anew. Broken rules cost FAULT each; noise anneals.

import { AssignmentSolver } from "./lap.ts";
import { OBJECTIVE } from "./problem.ts";
import type { Random } from "../lp/random.ts";
import { LineScorer, slotCounts } from "./line_values.ts";
import { type PlannerTables, slotGain } from "./tables.ts";

/** Price of one broken rule in a line; above anything a single position can gain. */
export const FAULT = 2_000;

/** Most lines in one move: keeps an assignment near a millisecond. */
const MOST_LINES = 60;

/** A plan under construction and the moves on it. */
export class PlanMoves {
  readonly #tables: PlannerTables;
  readonly #scorer: LineScorer;
  readonly #solver = new AssignmentSolver();
  readonly #random: Random;
  readonly #order: Int32Array;
  readonly #classValue: Float64Array;
  readonly #used: Int32Array;
  readonly #keys: Int32Array;
  readonly #scratch: Int32Array;
  #cost = new Float64Array(0);
  #unitPosition = new Int32Array(0);
  #unitGain = new Float64Array(0);
  /** Row-major lines x T position indexes. */
  readonly cells: Int32Array;
  readonly lines: number;
  /** [slot] lines using it. */
  readonly counts: Int32Array;

  constructor(tables: PlannerTables, cells: Int32Array, random: Random) {
    this.#tables = tables;
    this.#scorer = new LineScorer(tables);
    this.#random = random;
    this.cells = cells;
    this.lines = cells.length / tables.terms;
    this.counts = slotCounts(tables, cells, this.lines);
    this.#order = Int32Array.from({ length: this.lines }, (_, i) => i);
    this.#classValue = new Float64Array(tables.classes);
    this.#used = new Int32Array(tables.limits);
    this.#keys = new Int32Array(tables.terms);
    this.#scratch = new Int32Array(tables.terms);
  }

  /** Broken rules over all lines; 0 = every line is legal. */
  faults(): number {
    let sum = 0;
    for (let i = 0; i < this.lines; i++) {
      sum += this.#scorer.faults(this.cells, i * this.#tables.terms);
    }
    return sum;
  }

  /** Whether line i breaks no rule. */
  isLegal(i: number): boolean {
    return this.#scorer.faults(this.cells, i * this.#tables.terms) === 0;
  }

  /** One random move. @param heat amplitude of the noise on every matrix entry, objective units. */
  move(heat: number): void {
    const { terms } = this.#tables;
    const k = Math.min(this.lines, MOST_LINES);
    // From the same order every time: a move depends on the plan and the random numbers alone.
    for (let i = 0; i < this.lines; i++) this.#order[i] = i;
    this.#random.choose(this.#order, k);
    if (terms === 1 || this.#random.next() < 0.6) this.#rematch(this.#random.below(terms), k, heat);
    else this.#repair(1 + this.#random.below((1 << terms) - 2), k, heat);
  }

  /** Re-chooses term t of the first k lines of the order among the posts left by the others. */
  #rematch(t: number, k: number, heat: number): void {
    const { terms: T, positions: R, classOf } = this.#tables;
    for (let i = 0; i < k; i++) this.counts[t * R + this.cells[this.#order[i] * T + t]]--;
    const units = this.#freeUnits(t, k);
    this.#reserveCost(k * units);
    const cost = this.#cost, random = this.#random, values = this.#classValue;
    for (let i = 0; i < k; i++) {
      const at = this.#order[i] * T;
      this.#valueClasses(at, t);
      for (let u = 0; u < units; u++) {
        const r = this.#unitPosition[u];
        const repeat = this.#tables.distinct && this.#usesElsewhere(at, t, r) ? FAULT : 0;
        cost[i * units + u] = repeat - values[classOf[r]] - this.#unitGain[u] +
          heat * random.next();
      }
    }
    const columnOf = this.#solver.solve(cost, k, units);
    for (let i = 0; i < k; i++) {
      const r = this.#unitPosition[columnOf[i]];
      this.cells[this.#order[i] * T + t] = r;
      this.counts[t * R + r]++;
    }
  }

  #usesElsewhere(at: number, t: number, r: number): boolean {
    for (let i = 0; i < this.#tables.terms; i++) {
      if (i !== t && this.cells[at + i] === r) return true;
    }
    return false;
  }

  /** Lists the free posts of term t as units with their gains; gains fall with each unit of a slot. */
  #freeUnits(t: number, k: number): number {
    const { positions: R, cap } = this.#tables;
    let units = 0;
    const room = R * k;
    if (this.#unitPosition.length < room) {
      this.#unitPosition = new Int32Array(room);
      this.#unitGain = new Float64Array(room);
    }
    for (let r = 0; r < R; r++) {
      const s = t * R + r, n = this.counts[s];
      const free = Math.min(k, cap[s] - n);
      for (let j = 1; j <= free; j++) {
        this.#unitPosition[units] = r;
        this.#unitGain[units++] = slotGain(this.#tables, s, n + j);
      }
    }
    return units;
  }

  /** Fills #classValue[c]: value of putting a position of class c at term t of the line at `at`. */
  #valueClasses(at: number, t: number): void {
    const { terms: T, classes, classOf, keyOf, keys: K, affinity, cover, need } = this.#tables;
    const distinct = this.#otherKeys(at, t);
    const covered = this.#useOthers(at, t);
    const left = t > 0 ? keyOf[classOf[this.cells[at + t - 1]]] : -1;
    const right = t < T - 1 ? keyOf[classOf[this.cells[at + t + 1]]] : -1;
    for (let c = 0; c < classes; c++) {
      const row = keyOf[c] * K;
      let adjacent = 0, all = 0;
      if (left >= 0) adjacent += affinity[row + left];
      if (right >= 0) adjacent += affinity[row + right];
      for (let i = 0; i < distinct; i++) {
        if (this.#keys[i] === keyOf[c]) {
          all = 0;
          break;
        }
        all += affinity[row + this.#keys[i]];
      }
      let missing = need & ~(covered | cover[c]), faults = this.#excess(c, t);
      for (; missing !== 0; missing &= missing - 1) faults++;
      this.#classValue[c] = OBJECTIVE.adj * adjacent + OBJECTIVE.all * all - FAULT * faults;
    }
    this.#used.fill(0);
  }

  #otherKeys(at: number, t: number): number {
    const { terms: T, classOf, keyOf } = this.#tables;
    let distinct = 0;
    for (let i = 0; i < T; i++) {
      if (i === t) continue;
      const key = keyOf[classOf[this.cells[at + i]]];
      let fresh = true;
      for (let j = 0; j < distinct; j++) if (this.#keys[j] === key) fresh = false;
      if (fresh) this.#keys[distinct++] = key;
    }
    return distinct;
  }

  /** Adds up the limits used by the other terms; returns the features they cover. */
  #useOthers(at: number, t: number): number {
    const { terms: T, classOf, cover, limitStart, limitOf, limitWeight } = this.#tables;
    let covered = 0;
    for (let i = 0; i < T; i++) {
      if (i === t) continue;
      const c = classOf[this.cells[at + i]];
      covered |= cover[c];
      for (let e = limitStart[c]; e < limitStart[c + 1]; e++) {
        this.#used[limitOf[e]] += limitWeight[limitOf[e] * T + i];
      }
    }
    return covered;
  }

  /** Units by which class c at term t pushes the limits it counts in beyond their bounds. */
  #excess(c: number, t: number): number {
    const { terms: T, limitStart, limitOf, limitWeight, limitMax, limitUnit } = this.#tables;
    let faults = 0;
    for (let e = limitStart[c]; e < limitStart[c + 1]; e++) {
      const l = limitOf[e];
      const over = this.#used[l] + limitWeight[l * T + t] - limitMax[l];
      if (over > 0) faults += Math.ceil(over / limitUnit[l]);
    }
    return faults;
  }

  /** Cuts the first k lines of the order at the terms of `mask` and joins the halves anew. */
  #repair(mask: number, k: number, heat: number): void {
    const { terms: T } = this.#tables;
    this.#reserveCost(k * k);
    const cost = this.#cost, joined = this.#scratch;
    for (let i = 0; i < k; i++) {
      for (let j = 0; j < k; j++) {
        this.#join(mask, this.#order[i] * T, this.#order[j] * T);
        const faults = this.#scorer.faults(joined, 0);
        cost[i * k + j] = FAULT * faults - this.#scorer.value(joined, 0) +
          heat * this.#random.next();
      }
    }
    const columnOf = this.#solver.solve(cost, k, k);
    const before = this.cells.slice();
    for (let i = 0; i < k; i++) {
      for (let t = 0; t < T; t++) {
        if ((mask >> t & 1) === 0) {
          this.cells[this.#order[i] * T + t] = before[this.#order[columnOf[i]] * T + t];
        }
      }
    }
  }

  #join(mask: number, inMask: number, outside: number): void {
    for (let t = 0; t < this.#tables.terms; t++) {
      this.#scratch[t] = this.cells[((mask >> t & 1) === 1 ? inMask : outside) + t];
    }
  }

  #reserveCost(size: number): void {
    if (this.#cost.length < size) this.#cost = new Float64Array(size);
  }
}

/**
 * A random plan that respects every post count; rules may be broken.
 * @param lines at most the posts of the tightest term
 */
export function randomFill(tables: PlannerTables, lines: number, random: Random): Int32Array {
  const { terms: T, positions: R, cap } = tables;
  const cells = new Int32Array(lines * T);
  for (let t = 0; t < T; t++) {
    const units: number[] = [];
    for (let r = 0; r < R; r++) for (let k = 0; k < cap[t * R + r]; k++) units.push(r);
    const pool = Int32Array.from(units);
    random.choose(pool, lines);
    for (let i = 0; i < lines; i++) cells[i * T + t] = pool[i];
  }
  return cells;
}
