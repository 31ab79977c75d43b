// What weak stability leaves possible, by deduction alone. The cutoff of a line is the worst level that
// it accepts when it is full, or "none" (the number of its levels) while it has room. In a stable
// matching a worker above the cutoff of a line (or at any level of one with room) has that line or
// one liked as well; a worker below the cutoff does not have it. Ranges of the cutoffs and the
// pairs that can still be used narrow each other until nothing changes (the offers and
// applications of Irving and Manlove 2009, for either side, with decisions of a search on top).

import { opens } from "../model/elastic.ts";
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
export function standingsOf({ W, J, cost, standing }: AllocatorTables): Standings {
  const level = new Int32Array(W * J).fill(-1), levels = new Int32Array(J);
  const order = Array.from({ length: J }, (_, j) => {
    const eligible: number[] = [];
    for (let w = 0; w < W; w++) if (cost[w * J + j] < Infinity) eligible.push(w);
    eligible.sort((a, b) => standing[a * J + j] - standing[b * J + j] || a - b);
    let last = -Infinity;
    for (const w of eligible) {
      if (standing[w * J + j] > last + SAME_REGARD) levels[j]++;
      last = standing[w * J + j];
      level[w * J + j] = levels[j] - 1;
    }
    return Int32Array.from(eligible);
  });
  return { level, levels, order };
}

/** Every eligible pair, every cutoff; where rules give way, the pairs that they then allow as well. */
export function wholeDomain(tables: AllocatorTables, s: Standings): Domain {
  const { J, cost, capacity, mustHave, give } = tables;
  // Loops, here and in the program: typed arrays' own `from` makes a list of all the numbers first.
  const usable = new Uint8Array(cost.length);
  for (let p = 0; p < cost.length; p++) {
    const j = p % J;
    // A line without any place is closed, and given one only if it must have a worker.
    const open = capacity[j] > 0 || (mustHave[j] === 1 && give?.places[j] === 1);
    if (open && (cost[p] < Infinity || (give && opens(give, tables, p)))) usable[p] = 1;
  }
  return { usable, lowest: new Int32Array(J), highest: s.levels.slice() };
}

/**
 * Narrows a domain in place.
 * @returns false where it holds no stable matching of all workers
 */
export function narrow(tables: AllocatorTables, standings: Standings, domain: Domain): boolean {
  for (let changed = true; changed;) {
    changed = false;
    const wishes = bestWishes(tables, domain);
    for (let j = 0; j < tables.J; j++) {
      if (tables.capacity[j] === 0) continue;
      if (narrowCutoff(tables, standings, domain, wishes, j)) changed = true;
      if (domain.lowest[j] > domain.highest[j]) return false;
    }
    for (let w = 0; w < tables.W; w++) {
      const left = narrowWorker(tables, standings, domain, w);
      if (left === null) return false;
      if (left) changed = true;
    }
  }
  return true;
}

/** Of each worker: the line of the best usable rank, that rank, and the best rank among the other lines. */
interface Wishes {
  line: Int32Array;
  best: Float64Array;
  second: Float64Array;
}

function bestWishes({ W, J, wish }: AllocatorTables, { usable }: Domain): Wishes {
  const line = new Int32Array(W).fill(-1);
  const best = new Float64Array(W).fill(Infinity), second = new Float64Array(W).fill(Infinity);
  for (let w = 0, p = 0; w < W; w++) {
    for (let j = 0; j < J; j++, p++) {
      if (usable[p] === 0) continue;
      if (wish[p] < best[w]) {
        second[w] = best[w];
        best[w] = wish[p];
        line[w] = j;
      } else if (wish[p] < second[w]) second[w] = wish[p];
    }
  }
  return { line, best, second };
}

/**
 * The range of one cutoff. It is at least the level by which as many workers can be there as the line
 * takes. It is at most the level of the first worker who can have nothing as good but not the line
 * itself, or by which the line is full of workers who can have nothing else as good.
 */
function narrowCutoff(
  { J, wish, capacity }: AllocatorTables,
  { level, levels, order }: Standings,
  { usable, lowest, highest }: Domain,
  { line, best, second }: Wishes,
  j: number,
): boolean {
  const q = capacity[j];
  let low = levels[j], high = levels[j], possible = 0, sure = 0;
  for (const w of order[j]) {
    const p = w * J + j;
    const other = line[w] === j ? second[w] : best[w];
    const needs = other > wish[p];
    if (usable[p] === 1) {
      possible++;
      if (needs) sure++;
      if (possible === q && low === levels[j]) low = level[p];
    }
    if (needs && (usable[p] === 0 || sure === q)) high = Math.min(high, level[p]);
    if (low < levels[j] && high < levels[j]) break;
  }
  const changed = low > lowest[j] || high < highest[j];
  lowest[j] = Math.max(lowest[j], low);
  highest[j] = Math.min(highest[j], high);
  return changed;
}

/** A worker's pairs. @returns whether one was lost, null: none is left */
function narrowWorker(
  { J, wish, capacity }: AllocatorTables,
  { level }: Standings,
  { usable, lowest, highest }: Domain,
  w: number,
): boolean | null {
  let must = Infinity, lost = false, some = false;
  for (let j = 0, p = w * J; j < J; j++, p++) {
    if (level[p] >= 0 && capacity[j] > 0 && level[p] < lowest[j] && wish[p] < must) must = wish[p];
  }
  for (let j = 0, p = w * J; j < J; j++, p++) {
    if (usable[p] === 0) continue;
    if (wish[p] <= must && level[p] <= highest[j]) some = true;
    else {
      usable[p] = 0;
      lost = true;
    }
  }
  return some ? lost : null;
}
