// `deno task bench:load`: 200 managers of 50 orgs press Generate within one minute, as they would when a deadline comes
// near. Measures how long the answers take, and checks that nobody is refused, that runs of an org are worked in order
// of arrival and that every client hears over Realtime how its run ended.
// deno-lint-ignore-file no-console -- this is a command line tool

import postgres from "postgres";
import type { SupabaseClient } from "@supabase/supabase-js";
import { createPlannerClient } from "../../shared/client/mod.ts";
import { Random } from "../../shared/engine/random.ts";
import { createHealthService, signInManager } from "../health_services.ts";
import { type Stack, startStack } from "../stack/mod.ts";
import { measureGreedy } from "./load_greedy.ts";
import { stackCpu } from "./process_cpu.ts";
import { commandLine } from "../command_line.ts";

const USAGE = `deno task bench:load [options]
  Managers press Generate at random moments of a minute, on a local stack.

  --managers N   how many (default 200)
  --orgs N       of how many organisations (default 50)
  --seconds N    within how many seconds (default 60)
  --greedy       another scenario: one org with 100 long runs, then 20 others with a short one each
  --quick        20 managers of 5 organisations within 6 seconds
  --json         print one JSON object on standard output and nothing else there

Exit status: 0 when nothing was refused, out of order or unheard and the 95th percentile of the
answers is below 500 ms; 1 otherwise.
`;

/** The 95th percentile of the answers must be below this. */
const ANSWER_MS = 500;
/** A client that has heard nothing for so long after the last press never will. */
const PATIENCE_MS = 600_000;

/** What is pressed. */
interface Load {
  managers: number;
  orgs: number;
  seconds: number;
}

/** A manager, ready to press. */
interface Presser {
  client: SupabaseClient;
  allocationRun: string;
}

/** What came of one press. */
interface Press {
  /** Until the answer, in ms. */
  answerMs: number;
  /** Of the answer: 202, or what was answered instead. */
  status: number;
  /** The status that was heard last; null where none was terminal. */
  heard: string | null;
  run: string | null;
  /** From the press to the terminal status, in ms. */
  heardMs: number;
}

async function gather(stack: Stack, sql: postgres.Sql, load: Load): Promise<Presser[]> {
  const perOrg = Math.ceil(load.managers / load.orgs);
  const pressers: Presser[] = [];
  for (let org = 0; org < load.orgs; org++) {
    const service = await createHealthService(sql, { managers: perOrg, allocationRuns: perOrg });
    for (const [n, { email }] of service.managers.entries()) {
      if (pressers.length === load.managers) break;
      const client = await signInManager(stack, email);
      pressers.push({ client, allocationRun: service.allocationRuns[n] });
    }
  }
  return pressers;
}

/** Waits for the moment, presses, and listens to the end. */
async function press({ client, allocationRun }: Presser, inMs: number): Promise<Press> {
  await new Promise((resolve) => setTimeout(resolve, inMs));
  const planner = createPlannerClient(client);
  const started = performance.now();
  const since = () => Math.round(performance.now() - started);
  const answer = await planner.generate({
    allocationRun,
    nJobLines: 3,
    constraints: ["UNRESTRICTED"],
  }).catch((error) => ({ error }));
  const answerMs = since();
  if ("error" in answer) {
    return { answerMs, status: answer.error.status, heard: null, run: null, heardMs: since() };
  }
  const watch = planner.watch(answer.plannerRunId, () => {});
  const patience = setTimeout(() => watch.stop(), PATIENCE_MS);
  const heard = await watch.done.then((run) => run.status, () => null);
  clearTimeout(patience);
  return { answerMs, status: 202, heard, run: answer.plannerRunId, heardMs: since() };
}

/** Runs that started before one of their org that had asked earlier. */
async function outOfOrder(sql: postgres.Sql): Promise<number> {
  const [{ count }] = await sql`
    select count(*)::int from (
      select started_at < lag(started_at) over (partition by org_id order by id) as wrong
      from fleet.search_jobs where search_type = 'planner'
    ) jobs where wrong`;
  return count;
}

/** CPU seconds of the stack's processes, threads that run functions' code by function, and of this one. */
async function cpuSeconds(stack: Stack): Promise<Record<string, number>> {
  const { isolates, ...others } = await stackCpu(stack);
  const byFunction: Record<string, number> = {};
  let threads = 0;
  for (const { function: name, cpuMs } of await stack.functions.isolates()) {
    threads += cpuMs / 1000;
    byFunction[name] = (byFunction[name] ?? 0) + cpuMs / 1000;
  }
  return { ...others, "isolates' other threads": isolates - threads, ...byFunction };
}

/** What was used between two readings, in ms per press. */
function perPress(
  before: Record<string, number>,
  after: Record<string, number>,
  presses: number,
): Record<string, number> {
  return Object.fromEntries(
    Object.entries(after).map(([what, seconds]) => [
      what,
      Math.round((seconds - (before[what] ?? 0)) * 10_000 / presses) / 10,
    ]),
  );
}

function sumUp(load: Load, presses: Press[], wrongOrder: number) {
  const quantiles = (values: number[]) => {
    const sorted = values.toSorted((a, b) => a - b);
    const at = (q: number) => sorted[Math.min(sorted.length - 1, Math.floor(q * sorted.length))];
    return { p50: at(0.5), p95: at(0.95), max: at(1) };
  };
  const count = (test: (press: Press) => boolean) => presses.filter(test).length;
  return {
    ...load,
    answered_202: count(({ status }) => status === 202),
    refused: count(({ status }) => status >= 400 && status < 500),
    errors_5xx: count(({ status }) => status === 0 || status >= 500),
    heard_completed: count(({ heard }) => heard === "COMPLETED"),
    unheard: count(({ status, heard }) => status === 202 && heard === null),
    out_of_order: wrongOrder,
    answer_ms: quantiles(presses.map(({ answerMs }) => answerMs)),
    end_heard_after_ms: quantiles(presses.map(({ heardMs }) => heardMs)),
  };
}

async function measure(stack: Stack, load: Load) {
  const sql = postgres(stack.adminDbUrl, { max: 2, onnotice: () => {} });
  const pressers = await gather(stack, sql, load);
  try {
    const random = new Random(1);
    const moments = pressers.map(() => random.next() * load.seconds * 1000);
    const before = await cpuSeconds(stack);
    const presses = await Promise.all(pressers.map((presser, n) => press(presser, moments[n])));
    const cpu = perPress(before, await cpuSeconds(stack), presses.length);
    const isolates = await stack.functions.isolates();
    const byFunction = Object.entries(Object.groupBy(isolates, (isolate) => isolate.function));
    return {
      ...sumUp(load, presses, await outOfOrder(sql)),
      isolates: Object.fromEntries(byFunction.map(([name, all]) => [name, all!.length])),
      isolate_memory_mb: Math.round(
        Math.max(...isolates.map(({ peakRssBytes }) => peakRssBytes)) / 2 ** 20,
      ),
      cpu_ms_per_press: cpu,
      load_average: Deno.loadavg()[0],
    };
  } finally {
    await Promise.all(pressers.map(({ client }) => client.removeAllChannels()));
    await sql.end();
  }
}

/** Everything that was measured. */
type Figures = Awaited<ReturnType<typeof measure>>;

function print({ answer_ms, end_heard_after_ms, isolates, cpu_ms_per_press, ...counts }: Figures) {
  console.table(counts);
  console.table({ answer_ms, end_heard_after_ms });
  console.table({ isolates });
  console.table({ cpu_ms_per_press });
}

/** Whether everything that was promised held. */
function held(figures: Figures): boolean {
  return figures.heard_completed === figures.managers && figures.errors_5xx === 0 &&
    figures.refused === 0 && figures.out_of_order === 0 && figures.answer_ms.p95 < ANSWER_MS;
}

async function main(): Promise<number> {
  const { values, number } = commandLine(USAGE, {
    managers: { type: "string" },
    orgs: { type: "string" },
    seconds: { type: "string" },
    greedy: { type: "boolean", default: false },
    quick: { type: "boolean", default: false },
    json: { type: "boolean", default: false },
  });
  const load = {
    managers: number("managers", 1, values.quick ? 20 : 200),
    orgs: number("orgs", 1, values.quick ? 5 : 50),
    seconds: number("seconds", 1, values.quick ? 6 : 60),
  };
  const stack = await startStack({ seed: false });
  try {
    if (values.greedy) {
      const figures = await measureGreedy(stack);
      console.log(values.json ? JSON.stringify(figures) : figures);
      return figures.others_completed === figures.others && figures.greedy_slices_before.max <= 2
        ? 0
        : 1;
    }
    const figures = await measure(stack, load);
    if (values.json) console.log(JSON.stringify(figures));
    else print(figures);
    return held(figures) ? 0 : 1;
  } finally {
    await stack.stop();
  }
}

if (import.meta.main) Deno.exit(await main());
