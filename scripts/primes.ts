// `deno task primes`: a search for primes through the real functions, on several isolates. Starts the local stack, plans and
// searches, prints finds as they come, waits until the checker has verified each, and stops the stack again.
// deno-lint-ignore-file no-console -- this is a command line tool

import type { SupabaseClient } from "@supabase/supabase-js";
import {
  createPrimesClient,
  type PrimeFind,
  type PrimesClient,
  type PrimeSearchRun,
  ReceptorError,
} from "../shared/client/mod.ts";
import { Interrupted, Interruption } from "./demo/interruption.ts";
import { Screen } from "./demo/screen.ts";
import { signIn } from "./demo/session.ts";
import { duration } from "./demo/text.ts";
import {
  help,
  parsePrimesOptions,
  type PrimesOptions,
  PrimesUsageError,
} from "./primes/options.ts";
import {
  describeCounted,
  describeFind,
  describePlan,
  describeProofs,
  describeTimes,
  isolatesAtOnce,
  type PrimesSummary,
} from "./primes/report.ts";
import { type Stack, startStack } from "./stack/mod.ts";
import { endWithStarter } from "./starter.ts";

/** Exit statuses, as --help lists them. */
const EXIT = { ok: 0, failed: 1, unproven: 2, usage: 64, interrupted: 130 };
/** How often finds are asked for while the checker works, and for how long without any that is new, in ms. */
const CHECKS = { every: 300, patience: 120_000 };

interface Outcome {
  exit: number;
  summary: PrimesSummary | null;
}

async function search(
  stack: Stack,
  supabase: SupabaseClient,
  options: PrimesOptions,
  screen: Screen,
  interruption: Interruption,
): Promise<Outcome> {
  const primes = createPrimesClient(supabase);
  const started = performance.now();
  const { plan, primeSearchRunId } = await interruption.race(primes.search({
    form: options.form,
    params: options.params,
    ...(options.blockSize === null ? {} : { blockSize: options.blockSize }),
    ...(options.isolates === null ? {} : { maxConcurrentBlocks: options.isolates }),
  }));
  screen.print(describePlan(plan), "");
  const run = await follow(primes, primeSearchRunId, screen, interruption);
  if (run.status !== "COMPLETED") {
    console.error(screen.paint.bad(run.error_message ?? `The search is ${run.status}.`));
    for (const { start, end, message } of run.result?.missing ?? []) {
      console.error(`  candidates ${start} to ${end}: ${message}`);
    }
    return { exit: EXIT.failed, summary: null };
  }
  const finds = await interruption.race(allChecked(primes, run, screen));
  const wallMs = performance.now() - started;
  const { sieved, tested, cpuMs, counted } = run.result!;
  const isolates = isolatesAtOnce(await stack.functions.isolates(), "prime-solver");
  screen.print(
    "",
    counted
      ? describeCounted(counted)
      : `${finds.length} found: ${describeProofs(finds) || "none"}`,
    ...describeTimes({
      run,
      startupMs: stack.startupMs.total,
      wallMs,
      checkCpuMs: await checkCpu(supabase, finds),
      isolates,
    }),
  );
  const summary = {
    form: options.form,
    params: options.params,
    primes: finds.map(({ expression, digits, proof_method, verified }) => ({
      expression,
      digits,
      proof_method,
      verified,
    })),
    sieved,
    tested,
    ...(counted ? { counted } : {}),
    cpu_ms: Math.round(cpuMs),
    wall_ms: Math.round(wallMs),
    isolates,
  };
  return { exit: finds.every((find) => find.verified) ? EXIT.ok : EXIT.unproven, summary };
}

/** Prints finds as they come, until the search has ended. */
async function follow(
  primes: PrimesClient,
  id: string,
  screen: Screen,
  interruption: Interruption,
): Promise<PrimeSearchRun> {
  const started = performance.now();
  const printed = new Set<number>();
  const printNew = async () => {
    for (const find of await primes.finds(id)) {
      if (printed.has(find.candidate)) continue;
      printed.add(find.candidate);
      screen.print(describeFind(find, screen.paint));
    }
  };
  let printing = Promise.resolve();
  const watch = primes.watch(id, ({ progress }) => {
    showOn(screen, () => {
      const percent = ((progress?.fraction ?? 0) * 100).toFixed(1);
      return `${percent} %  ${progress?.current ?? ""}  ${duration(performance.now() - started)}`;
    });
    if ((progress?.found ?? 0) > printed.size) printing = printing.then(printNew);
  });
  try {
    const run = await interruption.race(watch.done);
    await printing;
    await printNew();
    return run;
  } finally {
    watch.stop();
    screen.settle();
  }
}

/** Waits until the checker has answered for every prime that has a certificate. */
async function allChecked(
  primes: PrimesClient,
  run: PrimeSearchRun,
  screen: Screen,
): Promise<PrimeFind[]> {
  let last = { open: Infinity, at: performance.now() };
  for (;;) {
    const finds = await primes.finds(run.id);
    const open = finds.filter((find) =>
      find.proof_method === "deterministic" && !find.verified
    ).length;
    if (open === 0) {
      screen.settle();
      return finds;
    }
    if (open < last.open) last = { open, at: performance.now() };
    if (performance.now() - last.at > CHECKS.patience) {
      throw new Error(`The checker has not verified ${open} of ${finds.length} primes.`);
    }
    showOn(screen, () => `${open} primes wait for the checker`);
    await new Promise((resolve) => setTimeout(resolve, CHECKS.every));
  }
}

/** A line that moves, where there is a terminal to move it on. */
function showOn(screen: Screen, line: () => string): void {
  if (screen.isTerminal) screen.show(line);
}

/** CPU that the checker used on these primes, in ms. */
async function checkCpu(supabase: SupabaseClient, finds: PrimeFind[]): Promise<number> {
  let sum = 0;
  for (let from = 0; from < finds.length; from += 200) {
    const ids = finds.slice(from, from + 200).map(({ id }) => id);
    const { data, error } = await supabase.from("prime_checks").select("cpu_ms").in(
      "prime_id",
      ids,
    );
    if (error) throw new Error(`The checks could not be read: ${error.message}`);
    sum += data.reduce((all, { cpu_ms }) => all + Number(cpu_ms), 0);
  }
  return sum;
}

/** Prints a failure for a person. @returns the exit status that goes with it */
function reportFailure(error: unknown, screen: Screen): number {
  if (error instanceof Interrupted) return EXIT.interrupted;
  const message = error instanceof Error ? error.message : String(error);
  const isInput = error instanceof ReceptorError && error.status === 400;
  console.error(screen.paint.bad(isInput ? `primes: ${message}` : `The search failed: ${message}`));
  return isInput ? EXIT.usage : EXIT.failed;
}

async function runPrimes(options: PrimesOptions): Promise<number> {
  const screen = new Screen(options.json ? Deno.stderr : Deno.stdout, options.color);
  using interruption = new Interruption(() => screen.settle());
  const log: string[] = [];
  const starting = startStack({ log: (line) => log.push(line) });
  let outcome: Outcome = { exit: EXIT.failed, summary: null };
  try {
    const stack = await screen.during("Starting the local stack", interruption.race(starting));
    const supabase = await signIn(stack);
    try {
      outcome = await search(stack, supabase, options, screen, interruption);
    } finally {
      await supabase.removeAllChannels();
      await supabase.auth.signOut({ scope: "local" });
    }
    if (options.json && outcome.summary) console.log(JSON.stringify(outcome.summary));
  } catch (error) {
    outcome.exit = reportFailure(error, screen);
    if (outcome.exit === EXIT.failed) { for (const line of log.slice(-20)) console.error(line); }
  } finally {
    screen.settle();
    const stopping = starting.then((stack) => stack.stop(), () => {});
    await screen.during("Stopping the local stack", stopping);
  }
  return outcome.exit;
}

async function main(args: string[]): Promise<number> {
  try {
    const options = parsePrimesOptions(args);
    if (!options.help) return await runPrimes(options);
    console.log(help().trimEnd());
    return EXIT.ok;
  } catch (error) {
    if (!(error instanceof PrimesUsageError)) throw error;
    console.error(`primes: ${error.message} (--help lists the options)`);
    return EXIT.usage;
  }
}

if (import.meta.main) {
  endWithStarter();
  Deno.exit(await main(Deno.args));
}
