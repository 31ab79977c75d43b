// Why there is no matching, in the planner's words: proven conflicts, and what would end them.

import { changesOf, countChanges, kindsOf } from "../model/elastic.ts";
import { linksHold } from "../model/links.ts";
import { plural } from "../../engine/words.ts";
import { firstPairOf, pairOf } from "../model/pairs.ts";
import { byName, listed, MOST_NAMES, nameList } from "../names.ts";
import type { AllocatorExplanation } from "../outcome.ts";
import {
  changed,
  describe,
  type Helps,
  isNeedless,
  type Relaxation,
  relaxationsOf,
  relaxed,
} from "./relaxations.ts";
import { Prepared } from "../search/prepared.ts";
import { Search } from "../search/search.ts";
import { nextUnit } from "../search/units.ts";
import { type Shortage, shortagesOf, together } from "./shortage.ts";
import { firstState, type Trial } from "../search/state.ts";
import type { AllocatorTables, CapGroup } from "../model/tables.ts";

/** Rows of the linear programs that one trial of a relaxation may take, and all: some 2 s and 8 s. */
const MOST_TRIAL_ROWS = 400_000, MOST_ROWS = 1_600_000;
/** Shortages that are told one by one. */
const MOST_TOLD = 3;

function ids(items: readonly { id: string }[]): string[] {
  return items.map(({ id }) => id).sort();
}

/** A conflict that the flow shows; null: it lies with the caps or with stability. */
function explainConflict(search: Search): AllocatorExplanation | null {
  const alone = workersWithoutLine(search.tables);
  if (alone.length > 0) return explainAlone(search.tables, alone);
  const shortages = shortagesIn(search);
  return shortages ? explainShortages(search, shortages) : explainMustHave(search.tables);
}

function workersWithoutLine({ W, J, cost }: AllocatorTables): number[] {
  return Array.from({ length: W }, (_, w) => w).filter((w) =>
    cost.subarray(firstPairOf(w, J), firstPairOf(w + 1, J)).every((c) => c === Infinity)
  );
}

function explainAlone({ workers }: AllocatorTables, alone: number[]): AllocatorExplanation {
  const named = alone.map((w) => workers[w]);
  const [verb, them] = named.length === 1 ? ["is", "this doctor"] : ["are", "these doctors"];
  return {
    code: "NO_ELIGIBLE_LINE",
    message:
      `${nameList(named)} ${verb} not eligible for any job line: make ${them} eligible for ` +
      "one, or leave them out of the run.",
    workers: ids(named),
    lines: [],
    preferencers: [],
    places: 0,
    relaxations: [],
  };
}

/** Workers whom no flow places; null: it places everybody. */
function shortagesIn({ flow, state }: Search): Shortage[] | null {
  const lineOf = state.flow?.lineOf;
  return lineOf?.includes(-1) ? shortagesOf(flow.problem, lineOf) : null;
}

function explainShortages(search: Search, shortages: readonly Shortage[]): AllocatorExplanation {
  const { tables } = search, told = shortages.slice(0, MOST_TOLD), all = together(told);
  const left = together(shortages).left.length;
  const among = left > told[0].left.length
    ? ` In all, ${plural(left, "doctor")} cannot be placed.`
    : "";
  return {
    code: "TOO_FEW_PLACES",
    message: `${told.map((shortage) => tellShortage(search, shortage)).join(" ")}${among}`,
    workers: ids(all.workers.map((w) => tables.workers[w])),
    lines: ids(all.lines.map((j) => tables.lines[j])),
    preferencers: ids(cappedIn(search, all)),
    places: all.workers.length - all.left.length,
    relaxations: [],
  };
}

function tellShortage(search: Search, shortage: Shortage): string {
  const { tables } = search, capped = cappedIn(search, shortage);
  const workers = shortage.workers.map((w) => tables.workers[w]);
  const lines = shortage.lines.map((j) => tables.lines[j]);
  const placed = workers.length - shortage.left.length;
  const caps = capped.length > 0 ? ` (with the caps of ${nameList(capped)})` : "";
  // A few names of all would tell nothing.
  if (workers.length === tables.W && lines.length > MOST_NAMES) {
    return `All lines together take ${placed} of the ${plural(tables.W, "doctor")}${caps}.`;
  }
  return `${plural(workers.length, "doctor")} (${nameList(workers)}) may only have ` +
    `${nameList(lines)}, which take${lines.length === 1 ? "s" : ""} ${placed} of them${caps}.`;
}

/** The preferencers whose caps on workers are part of a shortage. */
function cappedIn({ tables, flow }: Search, { groups }: Shortage): CapGroup[] {
  return groups.map((g) => tables.caps[flow.caps[g]]);
}

/** Must-have lines that have too few eligible workers between them; null: not the reason. */
function explainMustHave(tables: AllocatorTables): AllocatorExplanation | null {
  const conflict = mustHaveConflict(tables);
  if (!conflict) return null;
  const lines = conflict.lines.map((j) => tables.lines[j]);
  const workers = conflict.workers.map((w) => tables.workers[w]);
  const closed = conflict.lines.filter((j) => tables.capacity[j] === 0);
  const why = closed.length > 0
    ? `${nameList(closed.map((j) => tables.lines[j]))} must have a doctor but ` +
      `${closed.length === 1 ? "has" : "have"} no place`
    : `${nameList(lines)} must have a doctor each, but only ${plural(workers.length, "doctor")} ` +
      `${workers.length === 1 ? "is" : "are"} eligible${
        workers.length > 0 ? ` (${nameList(workers)})` : ""
      }`;
  return {
    code: "MUST_HAVE",
    message: `${why}.`,
    workers: ids(workers),
    lines: ids(lines),
    preferencers: [],
    places: lines.length,
    relaxations: [],
  };
}

/** Augmenting paths from must-have lines to workers; the lines and workers of a failed search. */
function mustHaveConflict({ W, J, cost, mustHave, capacity }: AllocatorTables) {
  const lineOf = new Int32Array(W).fill(-1);
  const seen = new Uint8Array(W);
  const visit = (j: number, trail: number[]): boolean => {
    trail.push(j);
    if (capacity[j] === 0) return false;
    for (let w = 0; w < W; w++) {
      if (seen[w] || cost[pairOf(w, j, J)] === Infinity) continue;
      seen[w] = 1;
      if (lineOf[w] >= 0 && !visit(lineOf[w], trail)) continue;
      lineOf[w] = j;
      return true;
    }
    return false;
  };
  for (let j = 0; j < J; j++) {
    if (!mustHave[j]) continue;
    seen.fill(0);
    const trail: number[] = [];
    if (!visit(j, trail)) {
      const workers = Array.from({ length: W }, (_, w) => w).filter((w) => seen[w]);
      return { lines: trail, workers };
    }
  }
  return null;
}

/** Begins the trials of relaxations. @param conflict what is known of the conflict already */
function startTrials({ state }: Search, conflict: AllocatorExplanation | null): void {
  state.explanation = conflict;
  state.trials = { at: 0, checked: null, search: firstState(), rows: 0, done: [] };
}

/** The explanation of a search that has found no matching, at work for one slice. */
export class Explainer {
  readonly #search: Search;
  /** What the trials are about: it costs more than many a unit. */
  #relaxations: Relaxation[] | null = null;
  #inner: { trial: string; search: Search } | null = null;

  constructor(search: Search) {
    this.#search = search;
  }

  /** One unit: names the conflict, or goes on with the relaxations that would end it. */
  run(): void {
    if (this.#search.state.trials === null) {
      startTrials(this.#search, explainConflict(this.#search));
    } else this.#tryRelaxations();
  }

  /** One unit of the search of the relaxation at hand. */
  #tryRelaxations(): void {
    const search = this.#search, trials = search.state.trials!;
    const relaxations = this.#relaxations ??= relaxationsFor(search);
    while (trials.at < relaxations.length && !trials.checked) {
      if (!isNeedless(relaxations[trials.at], relaxations, trials.done)) break;
      trials.at++;
    }
    const relaxation = relaxations[trials.at];
    if (!relaxation || trials.rows > MOST_ROWS) return finishTrials(search);
    const inner = this.#innerSearch(relaxation), before = inner.state.work.lp_rows;
    nextUnit(inner)?.run(inner);
    const rows = inner.state.work.lp_rows - before;
    search.state.work.lp_rows += rows;
    trials.rows += rows;
    trials.search = inner.state;
    const over = inner.state.phase === "explain" || inner.state.phase === "done";
    const tooLong = inner.state.work.lp_rows > MOST_TRIAL_ROWS || trials.rows > MOST_ROWS;
    if (over || tooLong) judgeTrial(search, relaxation, inner);
  }

  /** The search of the trial at hand, kept while the slice lasts. */
  #innerSearch(relaxation: Relaxation): Search {
    const { tables, state } = this.#search, { at, checked, search: inner } = state.trials!;
    const trial = `${at} ${checked === null ? "search" : "check"}`;
    if (this.#inner?.trial === trial) return this.#inner.search;
    const search = checked === null
      ? new Search(new Prepared(relaxed(tables, relaxation), relaxation.stability), inner)
      : new Search(new Prepared(changed(tables, checked.changes), true), inner);
    this.#inner = { trial, search };
    return search;
  }
}

function relaxationsFor(search: Search): Relaxation[] {
  const shortages = shortagesIn(search);
  return relaxationsOf(search.tables, search.stability, shortages && together(shortages));
}

/** What a search that is over shows: the fewest changes, or whether they leave a stable matching. */
function judgeTrial(search: Search, relaxation: Relaxation, inner: Search): void {
  const { tables, stability } = search, trials = search.state.trials!, { at, checked } = trials;
  const { best, bound, phase } = inner.state;
  trials.search = firstState();
  if (checked) {
    trials.done.push({ at, ...checked, stable: best !== null, apart: false });
  } else {
    const changes = best === null ? null : changesOf(inner.tables, best);
    // Bounds are whole but for rounding.
    const least = phase === "explain" ? null : Math.ceil((bound ?? 0) - 1e-6);
    if (changes && relaxation.checked && trials.rows <= MOST_ROWS) {
      trials.checked = { changes, least };
      return;
    }
    const apart = relaxation.apart &&
      !(relaxation.lastResort && best !== null && linksHold(tables, best));
    trials.done.push({ at, changes, least, stable: !stability || relaxation.stability, apart });
  }
  Object.assign(trials, { at: at + 1, checked: null });
}

function finishTrials(search: Search): void {
  const { state, tables } = search, helpful = smallestFirst(state.trials!.done);
  state.explanation = {
    ...state.explanation ?? explainRules(tables, helpful),
    // Where stability is asked for, different trials may come to the same.
    relaxations: [...new Set(helpful.map((helps) => describe(tables, helps)))]
      .map((change) => ({ change })),
  };
  state.trials = null;
  state.phase = "done";
}

/** The changes that help; those of several kinds only where no kind alone needs as few. */
function smallestFirst(done: readonly Trial[]): Helps[] {
  const helpful = done.flatMap(({ at, changes, least, stable, apart }) => {
    if (changes === null) return [];
    const own = countChanges(changes), more = (stable ? 0 : 1) + (apart ? 1 : 0);
    const [count, kinds] = [own + more, kindsOf(changes) + more];
    return [{ at, changes, stable, apart, count, kinds, fewest: own === least }];
  });
  return helpful.filter(({ kinds, count }) =>
    kinds <= 1 || !helpful.some((other) => other.kinds <= 1 && other.count <= count)
  ).sort((a, b) => a.count - b.count || a.at - b.at);
}

/** The conflict lies with the caps, with linked workers or with stability: what helps tells which. */
function explainRules(tables: AllocatorTables, helpful: readonly Helps[]): AllocatorExplanation {
  const none = { workers: [], lines: [], places: null, preferencers: [], relaxations: [] };
  const alone = helpful.filter(({ changes }) => countChanges(changes) === 0);
  if (alone.some(({ stable, apart }) => !stable && !apart)) {
    const couple = tables.links.length > 0 ? " or couple" : "";
    const message = `Every matching that keeps all rules has a blocking pair${couple}.`;
    return { ...none, code: "STABILITY", message };
  }
  if (alone.some(({ apart }) => apart)) return explainLinks(tables);
  const raised = new Set(helpful.flatMap(({ changes: { caps } }) => caps.map(({ cap }) => cap)));
  const involved = tables.caps.filter((_, i) => raised.size === 0 || raised.has(i));
  if (involved.length === 0 && tables.links.length > 0) return explainLinks(tables);
  const message = `The caps of ${nameList(involved)} cannot hold: too many doctors or must-have ` +
    "lines need their lines.";
  return { ...none, code: "CAPS", message, preferencers: ids(involved) };
}

function explainLinks({ workers, links }: AllocatorTables): AllocatorExplanation {
  const couples = links.map(({ workers: both }) => {
    const [a, b] = both.map((w) => workers[w].name).sort(byName);
    return `${a} and ${b}`;
  });
  return {
    code: "LINKED",
    message: `Linked doctors cannot all have lines that fit together: ${
      listed(couples.sort(byName))
    }.`,
    workers: ids(links.flatMap(({ workers: both }) => both.map((w) => workers[w]))),
    lines: [],
    preferencers: [],
    places: null,
    relaxations: [],
  };
}
