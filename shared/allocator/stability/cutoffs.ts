// What weak stability leaves possible, by deduction alone. The cutoff of a line is the worst level that
// it accepts when it is full, or "none" (the number of its levels) while it has room. In a stable
// matching a worker above the cutoff of a line (or at any level of one with room) has that line or
// one liked as well; a worker below the cutoff does not have it. Ranges of the cutoffs and the
// pairs that can still be used narrow each other until nothing changes (the offers and
// applications of Irving and Manlove 2009, for either side, with decisions of a search on top).
// What a domain was narrowed to once is narrowed further from where it changes (`Field`): a search
// asks for thousands of domains that differ from one by a few decisions.

import { sortedBy } from "../../engine/sorting.ts";
import { opens } from "../model/elastic.ts";
import { firstPairOf, lineOfPair, pairOf, workerOfPair } from "../model/pairs.ts";
import { type AllocatorTables, SAME_REGARD } from "../model/tables.ts";

/** How lines see workers. */
export interface Standings {
  /** Level of each pair, 0 the best; equal regard is the same level; -1: not eligible. */
  level: Int32Array;
  /** Levels of each line. */
  levels: Int32Array;
  /** Eligible workers of each line, the best first. */
  order: Int32Array[];
}

/** Pairs that can still be used, and per line the range of its cutoff. */
export interface Domain {
  usable: Uint8Array;
  lowest: Int32Array;
  highest: Int32Array;
}

/** Sorts each line's workers into levels. */
export function standingsOf(tables: AllocatorTables): Standings {
  const { W, J } = tables, level = new Int32Array(W * J).fill(-1), levels = new Int32Array(J);
  const order = Array.from({ length: J }, (_, j) => {
    const eligible = sortedEligible(tables, j);
    let last = -Infinity;
    for (const w of eligible) {
      const standing = tables.standing[pairOf(w, j, J)];
      if (standing > last + SAME_REGARD) levels[j]++;
      last = standing;
      level[pairOf(w, j, J)] = levels[j] - 1;
    }
    return eligible;
  });
  return { level, levels, order };
}

/** Eligible workers of a line by standing, ties by index. */
function sortedEligible({ W, J, cost, standing }: AllocatorTables, j: number): Int32Array {
  let n = 0;
  const eligible = new Int32Array(W), values = new Float64Array(W);
  for (let w = 0, p = j; w < W; w++, p += J) {
    if (cost[p] === Infinity) continue;
    values[n] = standing[p];
    eligible[n++] = w;
  }
  return sortedBy(values.subarray(0, n), eligible);
}

/** Every eligible pair, every cutoff; where rules give way, the pairs that they then allow as well. */
export function wholeDomain(tables: AllocatorTables, s: Standings): Domain {
  const { J, cost, capacity, mustHave, give } = tables;
  // Loops, here and in the program: typed arrays' own `from` makes a list of all the numbers first.
  const usable = new Uint8Array(cost.length);
  for (let p = 0; p < cost.length; p++) {
    const j = lineOfPair(p, J);
    // A line without any place is closed, and given one only if it must have a worker.
    const open = capacity[j] > 0 || (mustHave[j] === 1 && give?.places[j] === 1);
    if (open && (cost[p] < Infinity || (give && opens(give, tables, p)))) usable[p] = 1;
  }
  return { usable, lowest: new Int32Array(J), highest: s.levels.slice() };
}

/** Of each worker: the line of the best usable rank, that rank, and the best rank among the other lines. */
export interface Wishes {
  line: Int32Array;
  best: Float64Array;
  second: Float64Array;
}

/** Wishes that can be changed by themselves. */
export function copyOfWishes({ line, best, second }: Wishes): Wishes {
  return { line: line.slice(), best: best.slice(), second: second.slice() };
}

/** A domain with pairs and cutoffs of its own. */
export function copyOfDomain({ usable, lowest, highest }: Domain): Domain {
  return { usable: usable.slice(), lowest: lowest.slice(), highest: highest.slice() };
}

/** A domain, narrowed as far as deduction goes, and what to narrow further copies of it from. */
export class Field {
  readonly domain: Domain;
  /** Whether a stable matching of all workers may be left. */
  readonly possible: boolean;
  /**
   * The pairs that can still matter, worker by worker, and line by line from the line's best level on: those that are
   * usable, and those that a worker likes better than the worst of these, of a level that the line may not accept.
   */
  ofWorker: Int32Array[];
  ofLine: Int32Array[];
  /** Level and wish of each pair of {@link ofLine}, side by side: where pairs of a line stand they are far apart. */
  alongLine: { levels: Int32Array; wishes: Float64Array }[];
  readonly #wishes: Wishes;

  /**
   * @param domain becomes the field's own
   * @param isKnown its ranges are those to which these pairs were once narrowed: only pairs are left to be taken out
   * @param within a field whose domain holds this one: what cannot matter there cannot matter here
   */
  constructor(
    readonly tables: AllocatorTables,
    readonly standings: Standings,
    domain: Domain,
    isKnown = false,
    within: Field | null = null,
  ) {
    const { W, J } = tables;
    this.domain = domain;
    this.#wishes = {
      line: new Int32Array(W).fill(-1),
      best: new Float64Array(W).fill(Infinity),
      second: new Float64Array(W).fill(Infinity),
    };
    const all = within?.ofWorker ?? allPairs(tables);
    this.ofWorker = isKnown ? all : relevantPairs(tables, standings, domain, all);
    this.ofLine = isKnown ? [] : byLine(tables, standings, this.ofWorker, within);
    this.alongLine = alongLines(tables, standings, this.ofLine);
    const everyone = Array.from({ length: W }, (_, w) => w);
    const lines = Array.from({ length: J }, (_, j) => j);
    const narrowing = new Narrowing(this, domain, this.#wishes, everyone, lines);
    this.possible = isKnown ? narrowing.narrowWorkers() : narrowing.run();
    if (!this.possible) return;
    this.ofWorker = relevantPairs(tables, standings, domain, this.ofWorker);
    this.ofLine = byLine(tables, standings, this.ofWorker, within);
    this.alongLine = alongLines(tables, standings, this.ofLine);
  }

  /**
   * Narrows a copy of the domain in place, from the lines on whose cutoff has another range, and from workers.
   * @param changed workers who have lost pairs since it was copied, or since it was last narrowed with these wishes
   * @param wishes of the domain's workers, which are kept where a copy is narrowed again
   * @param from what it is a copy of, where that is not the field's own domain but one narrowed from it, with these wishes
   * @returns whether a stable matching of all workers may be left
   */
  narrow(
    domain: Domain,
    changed: readonly number[],
    wishes = this.wishes(),
    from: Domain = this.domain,
  ): boolean {
    const { J } = this.tables, { lowest, highest } = from, lines = new Set<number>();
    for (const w of changed) for (const p of this.ofWorker[w]) lines.add(lineOfPair(p, J));
    for (let j = 0; j < J; j++) {
      if (domain.lowest[j] !== lowest[j] || domain.highest[j] !== highest[j]) lines.add(j);
    }
    return new Narrowing(this, domain, wishes, changed, [...lines]).run();
  }

  /** What workers can have in the field's domain: what copies of it are narrowed with. */
  wishes(): Wishes {
    return copyOfWishes(this.#wishes);
  }
}

/** See {@link Field.ofWorker}. @param all of each worker, ascending, those that can matter at most */
function relevantPairs(
  { J, wish, capacity }: AllocatorTables,
  { level }: Standings,
  { usable, highest }: Domain,
  all: readonly Int32Array[],
): Int32Array[] {
  const found = new Int32Array(J);
  return all.map((pairs, w) => {
    let worst = -Infinity, n = 0;
    for (const p of pairs) if (usable[p] && wish[p] > worst) worst = wish[p];
    for (const p of pairs) {
      const j = p - firstPairOf(w, J);
      const presses = wish[p] < worst && capacity[j] > 0 && level[p] >= 0 && level[p] < highest[j];
      if (usable[p] === 1 || presses) found[n++] = p;
    }
    return found.slice(0, n);
  });
}

function allPairs({ W, J }: AllocatorTables): Int32Array[] {
  const pairs = new Int32Array(W * J);
  for (let p = 0; p < pairs.length; p++) pairs[p] = p;
  return Array.from(
    { length: W },
    (_, w) => pairs.subarray(firstPairOf(w, J), firstPairOf(w + 1, J)),
  );
}

function byLine(
  { J, capacity, cost }: AllocatorTables,
  { order }: Standings,
  ofWorker: readonly Int32Array[],
  within: Field | null,
): Int32Array[] {
  const isThere = new Uint8Array(cost.length);
  for (const pairs of ofWorker) for (const p of pairs) isThere[p] = 1;
  if (within !== null) return within.ofLine.map((pairs) => pairs.filter((p) => isThere[p] === 1));
  return order.map((workers, j) => {
    if (capacity[j] === 0) return new Int32Array(0);
    const found = new Int32Array(workers.length);
    let n = 0;
    for (const w of workers) if (isThere[pairOf(w, j, J)] === 1) found[n++] = pairOf(w, j, J);
    return found.slice(0, n);
  });
}

function alongLines({ wish }: AllocatorTables, { level }: Standings, ofLine: Int32Array[]) {
  return ofLine.map((pairs) => {
    const levels = new Int32Array(pairs.length), wishes = new Float64Array(pairs.length);
    for (let i = 0; i < pairs.length; i++) {
      levels[i] = level[pairs[i]];
      wishes[i] = wish[pairs[i]];
    }
    return { levels, wishes };
  });
}

/** One domain being narrowed: workers and lines that have to be looked at, until there are none. */
class Narrowing {
  readonly #workers: number[];
  readonly #lines: number[];
  readonly #waits: Uint8Array;
  readonly #lineWaits: Uint8Array;

  constructor(
    readonly field: Field,
    readonly domain: Domain,
    readonly wishes: Wishes,
    workers: readonly number[],
    lines: readonly number[],
  ) {
    const { W, J } = field.tables;
    this.#workers = [...workers];
    this.#lines = [...lines];
    this.#waits = new Uint8Array(W);
    this.#lineWaits = new Uint8Array(J);
    for (const w of workers) this.#waits[w] = 1;
    for (const j of lines) this.#lineWaits[j] = 1;
  }

  /** Workers and lines in turns: one who is looked at again and again is looked at once for all that changed. */
  run(): boolean {
    while (this.#workers.length + this.#lines.length > 0) {
      if (!this.narrowWorkers()) return false;
      for (const j of this.#lines.splice(0)) {
        this.#lineWaits[j] = 0;
        if (!this.#narrowCutoff(j)) return false;
      }
    }
    return true;
  }

  /** Those workers who have to be looked at. @returns whether each has a pair left */
  narrowWorkers(): boolean {
    for (const w of this.#workers.splice(0)) {
      this.#waits[w] = 0;
      if (!this.#narrowWorker(w)) return false;
    }
    return true;
  }

  #callWorker(w: number): void {
    if (this.#waits[w] === 1) return;
    this.#waits[w] = 1;
    this.#workers.push(w);
  }

  #callLine(j: number): void {
    if (this.#lineWaits[j] === 1) return;
    this.#lineWaits[j] = 1;
    this.#lines.push(j);
  }

  /** A worker's pairs, and the best of them. @returns whether one is left */
  #narrowWorker(w: number): boolean {
    const { tables: { J, wish }, standings: { level }, ofWorker } = this.field;
    const { usable, lowest, highest } = this.domain, pairs = ofWorker[w];
    let must = Infinity;
    for (const p of pairs) {
      if (level[p] >= 0 && level[p] < lowest[lineOfPair(p, J)] && wish[p] < must) must = wish[p];
    }
    let line = -1, best = Infinity, second = Infinity;
    for (const p of pairs) {
      if (usable[p] === 0) continue;
      if (wish[p] > must || level[p] > highest[lineOfPair(p, J)]) {
        usable[p] = 0;
        this.#callLine(lineOfPair(p, J));
      } else if (wish[p] < best) {
        second = best;
        best = wish[p];
        line = lineOfPair(p, J);
      } else if (wish[p] < second) second = wish[p];
    }
    const { wishes } = this;
    if (wishes.line[w] !== line || wishes.best[w] !== best || wishes.second[w] !== second) {
      wishes.line[w] = line;
      wishes.best[w] = best;
      wishes.second[w] = second;
      for (const p of pairs) this.#callLine(lineOfPair(p, J));
    }
    return line >= 0;
  }

  /**
   * The range of one cutoff. It is at least the level by which as many workers can be there as the line
   * takes. It is at most the level of the first worker who can have nothing as good but not the line
   * itself, or by which the line is full of workers who can have nothing else as good.
   * @returns whether there is one
   */
  #narrowCutoff(j: number): boolean {
    const { tables: { J, capacity }, standings, ofLine, alongLine } = this.field;
    const { usable, lowest, highest } = this.domain, { line, best, second } = this.wishes;
    const q = capacity[j], none = standings.levels[j];
    const pairs = ofLine[j], { levels, wishes } = alongLine[j];
    if (q === 0) return true;
    const before = lowest[j], most = highest[j];
    let low = none, high = none, possible = 0, sure = 0;
    for (let i = 0; i < pairs.length; i++) {
      const p = pairs[i], level = levels[i];
      if (level > most) break;
      const w = workerOfPair(p, J), needs = (line[w] === j ? second[w] : best[w]) > wishes[i];
      if (usable[p] === 1) {
        possible++;
        if (needs) sure++;
        if (possible === q) low = level;
      }
      if (high === none && needs && (usable[p] === 0 || sure === q)) high = level;
      if (low < none && high < none) break;
    }
    if (low > before) lowest[j] = low;
    if (high < most) highest[j] = high;
    if (lowest[j] > highest[j]) return false;
    if (low <= before && high >= most) return true;
    for (let i = 0; i < pairs.length; i++) {
      const p = pairs[i], level = levels[i];
      const isNow = level < lowest[j] && level >= before, isNone = level > highest[j];
      if (isNow || (isNone && usable[p] === 1)) this.#callWorker(workerOfPair(p, J));
    }
    return true;
  }
}
