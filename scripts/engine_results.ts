// What the engines make of some small problems, as fingerprints kept with the engines' versions: the version of an engine says
// which results it gives (it is kept with every run, so that a result can be defended years later), and which shape its
// checkpoints have, so who changes either raises it. `deno run -A scripts/engine_results.ts` writes the fingerprints anew, where the versions allow it.
// deno-lint-ignore-file no-console -- this is a command line tool

import { createHash } from "node:crypto";
import { readFile, writeFile } from "node:fs/promises";
import { prepareAllocator } from "../shared/allocator/engine.ts";
import { randomProblem as randomMatch } from "../shared/allocator/testing/problems.ts";
import type { CheckpointFormat } from "../shared/engine/checkpoint.ts";
import { Random } from "../shared/engine/random.ts";
import { kindsIn } from "../shared/engine/testing/mutations.ts";
import { UNLIMITED } from "../shared/engine/units.ts";
import { preparePlanner } from "../shared/planner/engine.ts";
import type { PlannerProblem } from "../shared/planner/problem.ts";
import { prepareReplanner } from "../shared/planner/replan/replan.ts";
import { sample20 } from "../shared/planner/testing/samples.ts";
import { randomProblem as randomPlan } from "../shared/planner/testing/problems.ts";
import { prepareBlock } from "../shared/primes/engine.ts";

const FILE = new URL("engine_results.json", import.meta.url);

/** Fingerprints of an engine's results by the name of the case, and the version that gives them. */
export interface EngineResults {
  version: number;
  results: Record<string, string>;
}

/** The engines, each by its name. */
export type AllResults = Record<string, EngineResults>;

/** An engine on a problem, as far as solving it goes. */
interface Machine<State> {
  format: CheckpointFormat;
  start(): State;
  step(state: State, budget: typeof UNLIMITED): State;
  done(state: State): boolean;
}

/** What an engine finds, without what depends on the clock. */
function solve<State>(machine: Machine<State>, found: (state: State) => unknown): string {
  let state = machine.start();
  while (!machine.done(state)) state = machine.step(state, UNLIMITED);
  return JSON.stringify(found(state));
}

/** The places in all checkpoints of some searches, one unit to a slice, and the kinds of what stands there. */
function shapeOf<State>(machines: readonly Machine<State>[]): string[] {
  const kinds = new Set<string>();
  for (const machine of machines) {
    let state = machine.start();
    for (;; state = machine.step(state, { remainingMs: () => 0 })) {
      kindsIn(JSON.parse(JSON.stringify(state)), [], kinds);
      if (machine.done(state)) break;
    }
  }
  return [...kinds].sort();
}

/** @param made the results of a case, one after the other */
function fingerprint(made: string[]): string {
  return createHash("sha256").update(made.join("\n")).digest("hex").slice(0, 16);
}

type Line = { positions: (string | null)[] };

/** What is kept of a plan. */
function kept(
  outcome: { status: string; lines?: unknown; explanation?: unknown; code?: string },
): unknown {
  const { status, lines, explanation, code } = outcome;
  return { status, lines, explanation, code };
}

const plan = (problem: PlannerProblem) => {
  const machine = preparePlanner(problem);
  return solve(machine, (state) => kept(machine.outcome(state)));
};

/** 20 lines with more to ask. */
function twenty(
  constraints: PlannerProblem["constraints"],
  change: Partial<PlannerProblem> = {},
): PlannerProblem {
  const problem = sample20();
  problem.options.effort = 0.1;
  return { ...problem, constraints: [...problem.constraints, ...constraints], ...change };
}

function randomPlans(count: number, seed: number): PlannerProblem[] {
  const random = new Random(seed);
  return Array.from({ length: count }, (_, n) =>
    randomPlan(() => random.next(), {
      lines: 3,
      terms: 3 + n % 2,
      positions: 6,
      postsUpTo: 2,
      allowPartial: n % 3 === 0,
      cells: n % 2 === 0,
      leave: n % 5 === 0,
      pathways: n % 4 === 0,
      sixMonth: n % 7 === 0,
    }));
}

/** The plan's lines, after a post of each term is lost that one of them holds. */
function losses(problem: PlannerProblem): string {
  const { lines } = JSON.parse(plan(problem)) as { lines: Line[] };
  const lost = structuredClone(problem);
  for (const t of problem.termWeeks.keys()) {
    const id = lines[3 * t % lines.length].positions[t];
    const r = problem.positions.findIndex((position) => position.id === id);
    lost.posts[t][r] = lines.filter(({ positions }) => positions[t] === id).length - 1;
    lost.minimumFill[t][r] = 0;
  }
  const machine = prepareReplanner(lost, lines);
  return solve(machine, (state) => kept(machine.outcome(state)));
}

const LEAVE = { name: "ANNUAL_LEAVE", value: { capacity_weeks: [30, 30, 20, 20, 20] } };

/** The case that sees other checkpoints. */
const SHAPE = "the shape of checkpoints";

/** A case: its name, and what the engine makes of its problems. */
type Case = [name: string, solve: () => string[]];

function plannerCases(): Case[] {
  return [
    ["20 lines", () => [plan(twenty([]))]],
    ["20 lines with leave", () => [plan(twenty([LEAVE]))]],
    ["more lines than posts", () => [plan(twenty([], { lines: 26 }))]],
    ["30 drawn problems", () => randomPlans(30, 5).map(plan)],
    [SHAPE, () => {
      const problems = [twenty([LEAVE]), twenty([], { lines: 26 }), ...randomPlans(6, 5)];
      return shapeOf(problems.map((problem) => preparePlanner(problem)));
    }],
  ];
}

function replanCases(): Case[] {
  const drawn = (count: number) =>
    randomPlans(count, 11).map((problem, n) => {
      const ids = problem.positions.map(({ id }) => id);
      const lines = Array.from({ length: 2 }, (_, i) => ({
        positions: problem.termWeeks.map((_, t) => ids[(n + i + 2 * t) % ids.length]),
      }));
      return prepareReplanner(problem, lines);
    });
  return [
    ["20 lines, a post of each term lost", () => [losses(twenty([LEAVE]))]],
    [
      "30 drawn problems",
      () => drawn(30).map((machine) => solve(machine, (state) => kept(machine.outcome(state)))),
    ],
    [SHAPE, () => shapeOf(drawn(12))],
  ];
}

function allocatorCases(): Case[] {
  const drawn = (count: number, caps: boolean, stability: boolean) => {
    const random = new Random(4711);
    return Array.from(
      { length: count },
      () => prepareAllocator(randomMatch(random, { caps, stability })),
    );
  };
  const kinds = [[false, false], [true, false], [false, true], [true, true]];
  return [
    ...kinds.map(([caps, stability]): Case => [
      `40 drawn problems${caps ? ", caps" : ""}${stability ? ", stable" : ""}`,
      () =>
        drawn(40, caps, stability).map((machine) =>
          solve(machine, (state) => machine.found(state))
        ),
    ]),
    [SHAPE, () => shapeOf([...drawn(10, true, true), ...drawn(10, true, false)])],
  ];
}

/** A block of candidates 0 to `end`; how deep its sieve goes is said, for else that is up to the clock. */
const blockOf = (form: string, params: Record<string, unknown>, end: number) =>
  prepareBlock({ form, params, start: 0, end, sieveDepth: 1000 });

function primesCases(): Case[] {
  const finds = (...block: Parameters<typeof blockOf>) => {
    const machine = blockOf(...block);
    return [solve(machine, (state) => machine.outcome(state))];
  };
  return [
    ["factorials", () => finds("factorial", { start: 0, end: 60 }, 100)],
    ["Mersenne", () => finds("mersenne", { min_exp: 2, max_exp: 130 }, 30)],
    [SHAPE, () => shapeOf([blockOf("factorial", { start: 0, end: 60 }, 20)])],
  ];
}

/** What the engines make of the cases now, with their versions. */
export function engineResults(): AllResults {
  const random = new Random(1);
  const formats = [
    [preparePlanner(sample20()).format, plannerCases()],
    [prepareReplanner(sample20(), []).format, replanCases()],
    [
      prepareAllocator(randomMatch(random, { caps: false, stability: false })).format,
      allocatorCases(),
    ],
    [blockOf("factorial", { start: 0, end: 9 }, 9).format, primesCases()],
  ] as const;
  return Object.fromEntries(formats.map(([{ engine, version }, cases]) => [engine, {
    version,
    results: Object.fromEntries(cases.map(([name, solve]) => [name, fingerprint(solve())])),
  }]));
}

/** What is kept. */
export async function keptResults(): Promise<AllResults> {
  return JSON.parse(await readFile(FILE, "utf8"));
}

/** Engines whose results changed while their version did not, in sentences. */
export function silentChanges(before: AllResults, now: AllResults): string[] {
  return Object.entries(now).flatMap(([engine, { version, results }]) => {
    const then = before[engine];
    if (then === undefined || then.version !== version) return [];
    const changed = Object.keys(results).filter((name) =>
      name in then.results && then.results[name] !== results[name]
    );
    return changed.length === 0 ? [] : [
      `The engine "${engine}" comes to something else (${
        changed.join("; ")
      }) and is still version ${version}. ` +
      "Raise the version of its checkpoints, then run scripts/engine_results.ts.",
    ];
  });
}

if (import.meta.main) {
  const now = engineResults();
  const silent = silentChanges(await keptResults().catch(() => ({})), now);
  for (const sentence of silent) console.error(sentence);
  if (silent.length > 0) Deno.exit(1);
  await writeFile(FILE, JSON.stringify(now, null, 2) + "\n");
}
