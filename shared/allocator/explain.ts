// Why there is no matching, in the planner's words: proven conflicts, and what would end them.

import { nameList, plural } from "./names.ts";
import type { AllocatorExplanation } from "./outcome.ts";
import { type Relaxation, relaxationsOf } from "./relaxations.ts";
import { nextUnit, Search } from "./search.ts";
import { firstState, type RelaxationTrials } from "./state.ts";
import type { AllocatorTables } from "./tables.ts";

/** Rows of all linear programs that the trials of relaxations may take: some 10 s. */
const MOST_TRIAL_ROWS = 400_000;

function ids(items: readonly { id: string }[]): string[] {
  return items.map(({ id }) => id).sort();
}

/** A conflict that the flow shows; null: it lies with the caps or with stability. */
export function explainConflict(search: Search): AllocatorExplanation | null {
  const alone = workersWithoutLine(search.tables);
  if (alone.length > 0) return explainAlone(search.tables, alone);
  if (search.state.conflict) return explainHall(search);
  return explainMustHave(search.tables);
}

function workersWithoutLine({ W, J, cost }: AllocatorTables): number[] {
  return Array.from({ length: W }, (_, w) => w).filter((w) =>
    cost.subarray(w * J, (w + 1) * J).every((c) => c === Infinity)
  );
}

function explainAlone({ workers }: AllocatorTables, alone: number[]): AllocatorExplanation {
  const named = alone.map((w) => workers[w]);
  const verb = named.length === 1 ? "is" : "are";
  return {
    code: "NO_ELIGIBLE_LINE",
    message: `${nameList(named)} ${verb} not eligible for any job line.`,
    workers: ids(named),
    lines: [],
    preferencers: [],
    places: 0,
    relaxations: [{
      change: `Make ${nameList(named)} eligible for a line, or leave them out of the run.`,
    }],
  };
}

function explainHall({ tables, state, flow }: Search): AllocatorExplanation {
  const conflict = state.conflict!, places = conflict.workers.length - 1;
  const workers = conflict.workers.map((w) => tables.workers[w]);
  const lines = conflict.lines.map((j) => tables.lines[j]);
  const capped = conflict.groups.map((g) => tables.caps[flow.caps[g]])
    .filter(({ lines, maxWorkers }) =>
      maxWorkers! < lines.reduce((sum, j) => sum + tables.capacity[j], 0)
    );
  const caps = capped.length > 0 ? ` (with the caps of ${nameList(capped)})` : "";
  const among = conflict.left.length > 1
    ? ` In all, ${conflict.left.length} workers cannot be placed.`
    : "";
  return {
    code: "TOO_FEW_PLACES",
    message: `${plural(workers.length, "worker")} (${nameList(workers)}) may only have ` +
      `${nameList(lines)}, which take ${places} of them${caps}.${among}`,
    workers: ids(workers),
    lines: ids(lines),
    preferencers: ids(capped),
    places,
    relaxations: [],
  };
}

/** Must-have lines that have too few eligible workers between them; null: not the reason. */
function explainMustHave(tables: AllocatorTables): AllocatorExplanation | null {
  const conflict = mustHaveConflict(tables);
  if (!conflict) return null;
  const lines = conflict.lines.map((j) => tables.lines[j]);
  const workers = conflict.workers.map((w) => tables.workers[w]);
  const closed = conflict.lines.filter((j) => tables.capacity[j] === 0);
  const why = closed.length > 0
    ? `${nameList(closed.map((j) => tables.lines[j]))} must have a worker but has no place`
    : `${nameList(lines)} must have a worker each, but only ${plural(workers.length, "worker")} ` +
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
      if (seen[w] || cost[w * J + j] === Infinity) continue;
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
export function startTrials({ state }: Search, conflict: AllocatorExplanation | null): void {
  state.explanation = conflict;
  state.trials = {
    at: 0,
    amount: 0,
    low: 0,
    high: null,
    change: "",
    search: firstState(),
    helpful: [],
  };
}

/** Searches at work on a trial, kept for the rest of a slice: their tables cost more than a unit. */
const atWork = new WeakMap<Search, { trial: string; inner: Search }>();

/** One unit of the search of the relaxation at hand. */
export function tryRelaxations(search: Search): void {
  const trials = search.state.trials!;
  const relaxations = relaxationsOf(search);
  const helps = trials.helpful.map(({ at }) => relaxations[at]);
  while (relaxations[trials.at]?.needless(helps)) trials.at++;
  const relaxation = relaxations[trials.at];
  if (!relaxation || search.state.work.lp_rows > MOST_TRIAL_ROWS) {
    finishTrials(search, relaxations);
    return;
  }
  if (trials.amount === 0) trials.amount = relaxation.most;
  const inner = innerSearch(search, relaxation);
  const before = inner.state.work.lp_rows;
  // A matching of the relaxed problem is enough, and a conflict need not be explained.
  if (inner.state.phase !== "explain") nextUnit(inner)?.run(inner);
  search.state.work.units++;
  search.state.work.lp_rows += inner.state.work.lp_rows - before;
  const { phase, best } = inner.state;
  trials.search = inner.state;
  if (best !== null) judgeTrial(trials, relaxation, best);
  else if (phase === "explain" || phase === "done") judgeTrial(trials, relaxation, null);
}

function innerSearch(search: Search, relaxation: Relaxation): Search {
  const { at, amount, search: state } = search.state.trials!;
  const trial = `${at} ${amount}`, known = atWork.get(search);
  if (known?.trial === trial) return known.inner;
  const { tables, stability } = relaxation.relax(amount);
  const inner = new Search(tables, stability, state);
  atWork.set(search, { trial, inner });
  return inner;
}

/** What a trial shows, and the next amount: first all of it, then the least by halving. */
function judgeTrial(
  trials: RelaxationTrials,
  relaxation: Relaxation,
  lineOf: readonly number[] | null,
): void {
  trials.search = firstState();
  if (lineOf === null) trials.low = trials.amount;
  else {
    trials.high = Math.max(trials.low + 1, Math.min(trials.amount, relaxation.enough(lineOf)));
    trials.change = relaxation.change(trials.high, lineOf);
  }
  const { low, high, at, change } = trials;
  if (high !== null && high - low > 1) {
    trials.amount = low === 0 ? 1 : (low + high) >> 1;
    return;
  }
  if (high !== null) trials.helpful.push({ at, amount: high, change });
  Object.assign(trials, { at: at + 1, amount: 0, low: 0, high: null, change: "" });
}

function finishTrials(search: Search, relaxations: readonly Relaxation[]): void {
  const { state } = search;
  const helpful = state.trials!.helpful.toSorted((a, b) => a.amount - b.amount || a.at - b.at);
  const kinds = helpful.map(({ at }) => relaxations[at]);
  state.explanation = {
    ...state.explanation ?? explainCaps(search, kinds),
    relaxations: helpful.map(({ change }) => ({ change })),
  };
  state.trials = null;
  state.phase = "done";
}

/** The conflict lies with the caps or with stability: what helps tells which. */
function explainCaps({ tables }: Search, helpful: readonly Relaxation[]): AllocatorExplanation {
  const none = { workers: [], lines: [], places: null, relaxations: [] };
  if (helpful.some(({ kind }) => kind === "stability")) {
    const message = "Every matching that keeps all rules has a blocking pair.";
    return { ...none, code: "STABILITY", message, preferencers: [] };
  }
  const single = helpful.flatMap(({ preferencer }) => preferencer ?? []);
  const involved = single.length > 0 ? [...new Set(single)] : tables.caps;
  const message = `The caps of ${nameList(involved)} cannot hold: too many workers or must-have ` +
    "lines need their lines.";
  return { ...none, code: "CAPS", message, preferencers: ids(involved) };
}
