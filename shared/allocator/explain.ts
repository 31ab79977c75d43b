// Why there is no matching, in the planner's words: proven conflicts, and what would end them.

import type { AllocatorExplanation } from "./outcome.ts";
import { nextUnit, Search } from "./search.ts";
import { firstState } from "./state.ts";
import type { AllocatorTables } from "./tables.ts";

/** Names in a message: a few, and how many more. */
export function nameList(items: readonly { name: string }[], most = 8): string {
  const names = items.map(({ name }) => name).sort();
  const rest = names.length - most;
  return rest > 0 ? `${names.slice(0, most).join(", ")} and ${rest} more` : names.join(", ");
}

function plural(n: number, word: string): string {
  return `${n} ${word}${n === 1 ? "" : "s"}`;
}

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
  const among = state.conflict!.unplaced > 1
    ? ` In all, ${state.conflict!.unplaced} workers cannot be placed.`
    : "";
  const more = plural(conflict.unplaced, "place");
  return {
    code: "TOO_FEW_PLACES",
    message: `${plural(workers.length, "worker")} (${nameList(workers)}) may only have ` +
      `${nameList(lines)}, which take ${places} of them${caps}.${among}`,
    workers: ids(workers),
    lines: ids(lines),
    preferencers: ids(capped),
    places,
    relaxations: [
      ...capped.length > 0
        ? [{ change: `Raise the cap on workers of ${nameList(capped)}.` }]
        : [{ change: `Add ${more}${conflict.unplaced === 1 ? " on any of these lines" : ""}.` }],
      { change: "Make one of these workers eligible for a further line with a free place." },
    ],
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
    relaxations: [
      { change: `Let ${plural(lines.length - workers.length, "line")} of these stay empty.` },
      ...closed.length > 0 ? [] : [{ change: "Make a further worker eligible for these lines." }],
    ],
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

/** A single relaxation. */
interface Relaxation {
  tables: AllocatorTables;
  stability: boolean;
  change: string;
  preferencer: { id: string; name: string } | null;
}

/** Relaxation by number: first stability where it is asked for, then each preferencer's caps, then all caps. */
function relaxation({ tables, stability }: Search, at: number): Relaxation | null {
  const i = stability ? at - 1 : at, { caps } = tables;
  if (i < 0) {
    const change = "Allow blocking pairs (no stability).";
    return { tables, stability: false, change, preferencer: null };
  }
  if (i < caps.length) {
    const left = { ...tables, caps: caps.filter((_, k) => k !== i) };
    const change = `Lift the caps of ${caps[i].name}.`;
    return { tables: left, stability, change, preferencer: caps[i] };
  }
  if (i > caps.length || caps.length < 2) return null;
  const left = { ...tables, caps: [] };
  return {
    tables: left,
    stability,
    change: "Lift the caps of all preferencers.",
    preferencer: null,
  };
}

export function startTests({ state }: Search): void {
  state.tests = { at: 0, search: firstState(), helpful: [] };
}

/** One unit of the search of the relaxation at hand. */
export function testRelaxations(search: Search): void {
  const tests = search.state.tests!;
  const relaxed = relaxation(search, tests.at);
  if (!relaxed) {
    finishTests(search);
    return;
  }
  const inner = new Search(relaxed.tables, relaxed.stability, tests.search);
  // A matching of the relaxed problem is enough, and a conflict need not be explained.
  const unit = inner.state.phase === "explain" ? null : nextUnit(inner);
  unit?.run(inner);
  search.state.work.units++;
  const { phase, best } = inner.state;
  if (best === null && phase !== "explain" && phase !== "done") {
    search.state.tests = { ...tests, search: inner.state };
    return;
  }
  const helpful = best === null ? tests.helpful : [...tests.helpful, tests.at];
  search.state.tests = { at: tests.at + 1, search: firstState(), helpful };
}

function finishTests(search: Search): void {
  const { state, tables } = search;
  const helpful = state.tests!.helpful.map((at) => relaxation(search, at)!);
  const unstable = helpful.some(({ stability }) => stability !== search.stability);
  const single = helpful.flatMap(({ preferencer }) => preferencer ?? []);
  const involved = single.length > 0 ? single : tables.caps;
  state.explanation = {
    code: unstable ? "STABILITY" : "CAPS",
    message: unstable
      ? "Every matching that keeps all rules has a blocking pair."
      : `The caps of ${nameList(involved)} cannot hold: too many workers or must-have lines ` +
        "need their lines.",
    workers: [],
    lines: [],
    preferencers: unstable ? [] : ids(involved),
    places: null,
    relaxations: helpful.map(({ change }) => ({ change })),
  };
  state.tests = null;
  state.phase = "done";
}
