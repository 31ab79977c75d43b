// The best line of a set of keys, exactly as far as sets of positions tell the rules: beginnings are extended term by term, of
// those with the same positions and the same end the best one goes on, and what cannot come to more than a floor is left out.

import { bitCount } from "../model/bits.ts";
import type { PlannerTables } from "../model/tables.ts";
import { agree } from "./key_agreement.ts";
import { Beginnings, type Longer, type Step, Ways } from "./key_beginnings.ts";
import { isBinding, isTooMuch, ownLimits } from "./own_limits.ts";
import { type KeySet, type OwnSet, ownSet } from "./own_set.ts";
import { type KeySequences, restPlace } from "./key_sequences.ts";
import type { KeyWalks } from "./key_walks.ts";
import { SLACK } from "./line_proof.ts";
import { WeekLimits } from "./week_limits.ts";

/**
 * Beginnings of one set of keys after which its floor is raised by such a share of what its lines may come to above it, and further
 * ones after which it is raised again, so often at most; and those of a term that go on.
 */
const MOST_LABELS = 40_000;
const MORE_LABELS = 10_000;
const RAISES = 3;
const RAISE = 0.35;
const MOST_OF_TERM = 4_000;
/** The same of all terms of long lines: of more the first search of a set is given up, and tells nothing. */
const LONG_TERMS = 16;
const MOST_OF_LONG = 26_000;
/** As many times more may be there before those that promise least are left out. */
const SPARE = 4;
/** Elements remembered beside the others at once where no line is wrong. */
const AT_ONCE = 2;
/** One that is kept is as much work as so many that are tried, and so is what a set gets back. */
const MADE = 2;
const BACK = 8;
/** So is a way that is looked back on at other multipliers, as a part of one. */
const WAY = 0.2;

/** The line that comes to most where sets get back what they do. */
interface Told {
  line: Int32Array;
  /** What it is worth where it is right. */
  value: number;
  /** Its elements as places among those of the set, those that the set gets back for it, and those that it may not hold so. */
  places: number[];
  got: number[];
  wrong: number[];
  /** Weeks that it breaks, as bits of their limits, and what it is to cover and does not. */
  broken: number;
  lack: number;
  isRight: boolean;
}

/** Finds best lines of sets of keys. */
export class KeyLabels {
  readonly #terms: number;
  readonly #key: Int32Array;
  readonly #walks: KeyWalks;
  /** [element] features it covers, and those that a line must. */
  readonly #cover: Int32Array;
  readonly #need: number;
  readonly #weeks: WeekLimits;
  readonly #limits: readonly { has: Uint8Array; most: number }[];
  readonly #sequences: KeySequences;
  readonly #mostOfTerm: number;
  /** Memory that is used again: of the search at hand, and of the one before. */
  readonly #ways = new Ways();
  #begun = new Beginnings(this.#ways);
  #before = new Beginnings(this.#ways);
  readonly #step: Step = { held: 0, counts: 0, keys: 0, end: 0 };
  readonly #longer: Longer = { before: 0, last: 0, bound: 0.5, value: 0.5, weeks: [] };
  work = 0;

  /**
   * @param at position of each element
   * @param limits [element] whether it counts, and how many may
   * @param mostOfTerm beginnings of a term that go on
   */
  constructor(
    tables: PlannerTables,
    at: Int32Array,
    key: Int32Array,
    walks: KeyWalks,
    sequences: KeySequences,
    limits: readonly { has: Uint8Array; most: number }[],
    mostOfTerm = mostOfTerms(tables.terms),
  ) {
    const { terms, cover, classOf, need } = tables;
    this.#terms = terms;
    this.#need = need;
    this.#cover = at.map((r) => cover[classOf[r]]);
    this.#weeks = new WeekLimits(tables, at);
    this.#key = key;
    this.#walks = walks;
    this.#sequences = sequences;
    this.#limits = limits;
    this.#mostOfTerm = mostOfTerm;
  }

  /**
   * The best line worth more than the floor.
   * @returns its elements by term, null where none was found, and what no line is worth more than: -Infinity where there is
   * none above the floor
   */
  best(set: KeySet, floor: number): { value: number; line: Int32Array | null } {
    const { all: keys } = set.keys, elements: number[] = [];
    this.#key.forEach((k, e) => {
      if ((set.mask >> k & 1) === 1) elements.push(e);
    });
    this.#walks.choose(set.cost);
    const rest = this.#sequences.rest(set.keys), room = set.worth - floor;
    const top = this.#sequences.top(set.keys, rest);
    if (room + top <= 0) return { value: -Infinity, line: null };
    const placeOf = Int32Array.from(elements, (e) => keys.indexOf(this.#key[e]));
    const own = ownSet(set, {
      keys,
      elements,
      placeOf,
      terms: this.#terms,
      limits: ownLimits(this.#limits, elements, placeOf, keys.length),
      weeks: this.#weeks.among(elements),
      need: this.#uncovered(elements, elements.keys()),
      rest,
      room,
      top,
      most: MOST_LABELS,
    });
    return this.#approach(own, floor);
  }

  /**
   * Goes through whole lines, the best of those that hold the same of the elements that are remembered: these are held once at
   * most, and count in limits.
   * @returns null where beginnings are too many
   */
  #search(own: OwnSet): Beginnings | null {
    const begun = this.#begun;
    begun.begin(own.weeks.none, own.counters.none);
    begun.promise[0] = Infinity;
    own.made++;
    for (let t = 0; t < this.#terms; t++) {
      if (own.made > own.most) return null;
      this.#extend(begun, t, own);
      own.made += t + 1 < this.#terms ? begun.width : 0;
    }
    this.#lookBack(own, begun);
    own.known = { begun, memory: own.memory.used.slice(), counters: own.counters.mask };
    this.#begun = this.#before;
    this.#before = begun;
    return begun;
  }

  /** Fills in what follows each beginning at most, from the end on. */
  #lookBack(own: OwnSet, begun: Beginnings): void {
    const last = begun.start(this.#terms), { behind } = begun;
    this.work += BACK * begun.width;
    for (let p = last; p < last + begun.width; p++) {
      if (!this.#isCovered(own, begun.held[p])) continue;
      behind[p] = own.returns.most(begun.held[p], begun.counts[p]) - own.set.worth;
    }
    begun.lookBack(own.returns.cost);
  }

  /**
   * The best line of a set, or what its lines come to at most where beginnings are too many: what positions are held, and weeks
   * of what, is forgotten but for what the best line without that memory gets wrong, more and more of it (decremental state
   * space relaxation, Righini and Salani 2008). What is forgotten counts with its cost, which sets get back at most.
   */
  #approach(own: OwnSet, floor: number): { value: number; line: Int32Array | null } {
    let bound = own.set.worth + own.top, value = -Infinity, line: Int32Array | null = null;
    for (;;) {
      const begun = this.#search(own);
      if (begun === null) {
        if (own.most >= MOST_LABELS + RAISES * MORE_LABELS) break;
        own.most += MORE_LABELS;
        raise(own, bound);
        continue;
      }
      const { top, most } = this.#topOf(own, begun), cut = own.set.worth + own.cut;
      bound = Math.min(bound, Math.max(most, cut));
      if (bound <= floor) return { value: -Infinity, line: null };
      if (top < 0) break;
      const told = this.#tell(own, begun, top);
      if (told.isRight && told.value > value) ({ value, line } = told);
      if (Math.max(value, cut) >= bound - SLACK) break;
      if (isCounting(own)) {
        const least = Math.max(floor, cut);
        const agreed = agree(own, begun, least, () => {
          this.work += Math.round(WAY * begun.ways);
          this.#lookBack(own, begun);
        });
        bound = Math.min(bound, Math.max(agreed, least));
      }
      if (bound <= floor) return { value: -Infinity, line: null };
      if (!this.#rememberMore(own, told) || Math.max(value, cut) >= bound - SLACK) break;
    }
    return {
      value: bound,
      line: value > floor ? line : null,
    };
  }

  /** What the best beginning of all terms holds, and gets wrong. */
  #tell(own: OwnSet, begun: Beginnings, top: number): Told {
    const line = begun.lineOf(top, this.#terms), place = begun.placeOf[top];
    const places = Array.from(line, (e) => own.elements.indexOf(e));
    const wrong = this.#wrong(own, line), broken = own.weeks.broken(places);
    const lack = this.#uncovered(own.elements, places);
    return {
      line,
      value: begun.value[top] + own.set.pairs,
      places,
      got: own.returns.elements(begun.held[place], begun.counts[place]),
      wrong,
      broken,
      lack,
      isRight: wrong.length === 0 && broken === 0 && lack === 0,
    };
  }

  /** Counts or remembers what a line got wrong, or what a set gets beside it. @returns whether there is more of that */
  #rememberMore(own: OwnSet, { places, got, wrong, broken, lack, isRight }: Told): boolean {
    own.counted |= broken;
    // Counting takes far fewer beginnings than remembering each position.
    const isCounted = wrong.length > 0 && countBroken(own, places);
    const more = isCounted ? [] : isRight ? dearest(own, places, got) : wrong;
    return this.#remember(own, more, lack, places) || broken !== 0 || isCounted;
  }

  /**
   * Remembers elements from now on, some of those that a line holds again soon for these terms alone, and of what lines must cover
   * whether they do, whichever elements do so.
   * @param line the element of each term, as its place among them
   * @returns whether there is something that was forgotten, and room for it
   */
  #remember(
    own: OwnSet,
    places: readonly number[],
    lack: number,
    line: readonly number[],
  ): boolean {
    const { remembered, elements, bitOf, memory } = own;
    let isMore = false;
    for (const i of places) {
      if (bitOf[i] !== 0) continue;
      const isApart = memory.keepApart(i, line), bit = isApart ? 0 : memory.once(i);
      isMore ||= isApart || bit !== 0;
      if (bit === 0) continue;
      remembered.push(i);
      bitOf[i] = bit;
      for (const limit of own.limitsOf[i]) limit.mask |= bit;
    }
    for (let rest = lack; rest !== 0; rest &= rest - 1) {
      const bit = memory.oneOf(
        elements.keys().filter((i) => (this.#cover[elements[i]] & rest & -rest) !== 0),
      );
      if (bit === 0) break;
      isMore = true;
      own.needBits |= bit;
    }
    own.need = this.#uncovered(elements, elements.keys().filter((i) => bitOf[i] === 0));
    return isMore;
  }

  /** The whole line that comes to most where sets get back what they do, and what that is; -1 where there is none. */
  #topOf(own: OwnSet, begun: Beginnings): { top: number; most: number } {
    let top = -1, most = -Infinity;
    for (const label of begun.ends()) {
      const bound = begun.bound[label], held = begun.held[begun.placeOf[label]];
      if (bound + own.returns.cap <= most) break;
      if (!this.#isCovered(own, held)) continue;
      this.work += BACK;
      const counts = begun.counts[begun.placeOf[label]];
      const sum = bound + own.returns.most(held, counts);
      if (sum <= most) continue;
      most = sum;
      top = label;
    }
    return { top, most };
  }

  /** Elements that a line holds twice, and of limits that it breaks. */
  #wrong({ elements, limits }: OwnSet, line: Int32Array): number[] {
    const times = elements.map((e) => line.reduce((n, x) => n + (x === e ? 1 : 0), 0));
    const isHeld = times.map((n) => n > 0);
    const broken = limits.filter(({ has, most }) =>
      has.reduce((sum, x, i) => sum + (isHeld[i] ? x : 0), 0) > most
    );
    return [
      ...elements.keys().filter((i) =>
        times[i] > 1 || (isHeld[i] && broken.some(({ has }) => has[i] === 1))
      ),
    ];
  }

  /** The beginnings that are one term longer. */
  #extend(begun: Beginnings, t: number, own: OwnSet): void {
    const T = this.#terms, { elements, keys: all, placeOf, memory } = own, n = all.length;
    const from = begun.start(t), to = begun.start(t + 1);
    const most = t + 1 < T ? this.#mostOfTerm : Infinity;
    const step = this.#step, row = t * elements.length, carried = memory.carried[t];
    begun.openLayer();
    for (let p = from; p < to; p++) {
      begun.leave(p);
      if (begun.promise[p] <= -own.room) continue;
      const heldBefore = begun.held[p], keysBefore = begun.keys[p];
      for (let i = 0; i < elements.length; i++) {
        const end = placeOf[i];
        if ((heldBefore & memory.bars[row + i]) !== 0) continue;
        if (this.#sequences.isTaken(all[end], keysBefore >> end & 1)) continue;
        const keys = keysBefore | 1 << end, held = heldBefore & carried | memory.sets[row + i];
        if (n - bitCount(keys) > T - t - 1) continue;
        this.work++;
        if (held !== heldBefore && isTooMuch(own.limitsOf[i], held)) continue;
        const counts = begun.counts[p] + own.counters.add[i];
        if ((counts & own.counters.full) !== 0) continue;
        step.held = held;
        step.counts = counts;
        step.keys = keys;
        step.end = end;
        this.#lengthen(begun, t, own, p, i, step);
      }
      if (begun.width > SPARE * most) leaveOut(own, begun.leftOut(most));
    }
    if (begun.width > most) leaveOut(own, begun.leftOut(most));
  }

  /** The beginnings of a place with one element more. */
  #lengthen(begun: Beginnings, t: number, own: OwnSet, p: number, i: number, step: Step): void {
    const e = own.elements[i], worth = this.#walks.value[t * this.#key.length + e];
    if (worth === -Infinity) return;
    const end = begun.end[p], longer = this.#longer;
    const near = end < 0 ? 0 : this.#walks.near(own.keys[end], own.keys[step.end]);
    const gain = worth - own.returns.cost[e] + near;
    const behind = behindOf(own, t, step), least = -own.room - behind;
    for (let at = begun.first[p]; at >= 0; at = begun.other[at]) {
      const bound = begun.bound[at] + gain;
      if (bound <= least) continue;
      const weeks = own.weeks.use(begun.weeks[at], i, t, own.counted);
      if (weeks === null) continue;
      longer.before = at;
      longer.last = e;
      longer.bound = bound;
      longer.value = begun.value[at] + worth + near;
      longer.weeks = weeks;
      this.work += MADE;
      begun.reach(step, longer, p, worth + near, bound + behind);
    }
  }

  /** Whether what a beginning holds covers what lines must, beside all that is forgotten. @param held as bits */
  #isCovered({ need, needBits, remembered, bitOf, elements }: OwnSet, held: number): boolean {
    if ((held & needBits) !== needBits) return false;
    for (let n = 0; need !== 0 && n < remembered.length; n++) {
      const i = remembered[n];
      if ((held & bitOf[i]) !== 0) need &= ~this.#cover[elements[i]];
    }
    return need === 0;
  }

  /** What lines must cover and none of these does. @param places among the elements */
  #uncovered(elements: readonly number[], places: Iterable<number>): number {
    let need = this.#need;
    for (const i of places) need &= ~this.#cover[elements[i]];
    return need;
  }
}

/** Beginnings of a term that go on, of lines of this length. */
function mostOfTerms(length: number): number {
  return length < LONG_TERMS ? MOST_OF_TERM : Math.floor(MOST_OF_LONG / length);
}

/** What comes to no more than this is left out from now on, and nothing that it may come to is told any closer. */
function leaveOut(own: OwnSet, most: number): void {
  if (-most >= own.room) return;
  own.room = -most;
  own.cut = most;
}

/** Raises the floor part of the way to what lines come to at most: beginnings are fewer, and what is left out comes to no more than that. */
function raise(own: OwnSet, bound: number): void {
  leaveOut(own, RAISE * (bound - own.set.worth) - (1 - RAISE) * own.room);
}

/** What follows a beginning of t + 1 terms at most; -Infinity where none like it came above the floor. */
function behindOf({ known, set, rest }: OwnSet, t: number, step: Step): number {
  const { held, counts, keys, end } = step;
  if (known === null) return rest[restPlace(t, set.keys, keys, end)];
  const place = known.begun.find(t + 1, held & known.memory[t], counts & known.counters, keys, end);
  return place < 0 ? -Infinity : known.begun.behind[place];
}

/** Counts the limits that a line breaks. @returns whether some were not counted so far */
function countBroken({ limits, counters }: OwnSet, line: readonly number[]): boolean {
  let isMore = false;
  for (const limit of limits) {
    if (line.reduce((sum, i) => sum + limit.has[i], 0) <= limit.most) continue;
    isMore = counters.count(limit) || isMore;
  }
  return isMore;
}

/** Elements for which a set gets most beside what a line has of them: it is to know that the line holds others. */
function dearest(
  { elements, returns: { cost } }: OwnSet,
  line: readonly number[],
  got: readonly number[],
): number[] {
  return got.filter((i) => !line.includes(i))
    .sort((a, b) => cost[elements[b]] - cost[elements[a]]).slice(0, AT_ONCE);
}

/** Whether beginnings count what sequences do not, against which the multipliers that it came with were found. */
function isCounting({ counters, counted }: OwnSet): boolean {
  return counted !== 0 || counters.limits.some(isBinding);
}
