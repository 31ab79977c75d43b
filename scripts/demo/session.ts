// The demo's way through the real interfaces: sign in with supabase-js, choose an allocation run, generate and watch.

import { createClient, type SupabaseClient } from "@supabase/supabase-js";
import { createPlannerClient, type PlannerRun, type RunWatch } from "../../shared/client/mod.ts";
import { RULESETS } from "../../shared/planner/rules/mod.ts";
import { demoUsers } from "../demo_users.ts";
import type { Interruption } from "./interruption.ts";
import { type DemoOptions, UsageError } from "./options.ts";
import {
  type AnyRun,
  describeOutcome,
  describeProgress,
  drawProgress,
  phaseOf,
} from "./progress.ts";
import type { Screen } from "./screen.ts";

/** Where a Supabase project is. */
export interface Project {
  url: string;
  publishableKey: string;
}

/** An allocation run to choose from. */
export interface AllocationRun {
  id: string;
  name: string;
  starts_on: string;
  term_weeks: number[];
}

/** Signs the demo manager in. */
export async function signIn({ url, publishableKey }: Project): Promise<SupabaseClient> {
  const supabase: SupabaseClient = createClient(url, publishableKey, {
    auth: { persistSession: false },
  });
  const { email, password } = demoUsers.find((user) => user.role === "manager")!;
  const { error } = await supabase.auth.signInWithPassword({ email, password });
  if (error) throw new Error(`${email} could not sign in: ${error.message}`);
  return supabase;
}

/**
 * The allocation run to plan: the one named, or the first whose terms suit the ruleset.
 * @throws {UsageError} when there is none.
 */
export async function findAllocationRun(
  supabase: SupabaseClient,
  { run, ruleset }: DemoOptions,
): Promise<AllocationRun> {
  const { data, error } = await supabase.from("allocation_runs").select(
    "id,name,starts_on,term_weeks",
  )
    .order("name");
  if (error) throw new Error(`The allocation runs could not be read: ${error.message}`);
  return chooseAllocationRun(data, run, ruleset);
}

/** See {@link findAllocationRun}. */
export function chooseAllocationRun(
  runs: AllocationRun[],
  name: string | null,
  ruleset: string,
): AllocationRun {
  const terms = RULESETS[ruleset].bounds.exactTerms;
  const chosen = runs.find((run) =>
    name !== null ? run.name === name : terms === null || run.term_weeks.length === terms
  );
  if (chosen) return chosen;
  const names = runs.map((run) => `"${run.name}"`).join(", ");
  throw new UsageError(
    name !== null
      ? `there is no allocation run "${name}"; there are ${names}`
      : `no allocation run has the ${terms} terms of ${ruleset}; name one with --run: ${names}`,
  );
}

/** A run that ended, and how long the request for it took. */
export interface Generated {
  run: PlannerRun;
  /** From the request to its 202, in ms. */
  answerMs: number;
}

/** Asks for lines and shows how it goes until the run has ended. */
export async function generateLines(
  supabase: SupabaseClient,
  allocationRun: AllocationRun,
  options: DemoOptions,
  screen: Screen,
  interruption: Interruption,
): Promise<Generated> {
  const planner = createPlannerClient(supabase);
  const started = performance.now();
  const answer = await interruption.race(planner.generate({
    allocationRun: allocationRun.id,
    nJobLines: options.lines,
    constraints: [options.ruleset],
    options: {
      allowPartial: options.partial,
      mode: options.mode,
      dryRun: options.dryRun,
      ...seedOf(options),
    },
  }));
  const answerMs = performance.now() - started;
  if (answer.dispatch === "deferred") {
    screen.print("The solver could not be called; the sweeper will start the run.");
  }
  const watch = planner.watch(answer.plannerRunId, showUpdates(screen, started));
  return { run: await showToEnd(watch, started, screen, interruption), answerMs };
}

/** Waits for the end of a run whose updates are shown, and says how it ended. */
export async function showToEnd<R extends AnyRun>(
  watch: RunWatch<R>,
  started: number,
  screen: Screen,
  interruption: Interruption,
): Promise<R> {
  try {
    const run = await interruption.race(watch.done);
    screen.settle();
    screen.print(describeOutcome(run, performance.now() - started, screen.paint));
    return run;
  } finally {
    watch.stop();
    screen.settle();
  }
}

function seedOf({ seed }: DemoOptions): { seed?: number } {
  return seed === null ? {} : { seed };
}

/** A bar that moves where it can, a line per phase where it cannot. */
export function showUpdates(screen: Screen, started: number): (run: AnyRun) => void {
  let phase = "";
  return (run) => {
    if (screen.isTerminal) {
      screen.show(() => drawProgress(run, performance.now() - started, screen.width, screen.paint));
    } else if (phaseOf(run) !== phase) {
      phase = phaseOf(run);
      screen.print(describeProgress(run));
    }
  };
}
