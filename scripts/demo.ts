// `deno task demo`: a planner presses Generate. Starts the local stack, asks for job lines through the same interfaces
// as any UI, shows the roster, matches doctors to the lines, and stops the stack again. --help says what can be asked for.
// deno-lint-ignore-file no-console -- this is a command line tool

import {
  createPlannerClient,
  type JobLine,
  type PlannerRun,
  ReceptorError,
  type RunStatus,
} from "../shared/client/mod.ts";
import { demoUsers } from "./demo_users.ts";
import { Interrupted, Interruption } from "./demo/interruption.ts";
import { type DemoOptions, HELP, parseDemoOptions, UsageError } from "./demo/options.ts";
import { reportInfeasible, type ReportLayout, reportQuality, reportTimes } from "./demo/report.ts";
import { describeChanges, describePreview, previewedLines, startFrom } from "./demo/modes.ts";
import { drawLegend, drawRoster } from "./demo/roster.ts";
import { askWhatIf, matchDoctors, type Matched } from "./demo/match.ts";
import { drawMatching, reportMatch, reportNoMatch, reportWhatIf } from "./demo/match_report.ts";
import { Screen } from "./demo/screen.ts";
import { findAllocationRun, type Generated, generateLines, signIn } from "./demo/session.ts";
import { type DemoSummary, summarise } from "./demo/summary.ts";
import { duration } from "./demo/text.ts";
import { publishResult } from "./demo/window.ts";
import { reportPublished } from "./demo/window_report.ts";
import { type Stack, startStack } from "./stack/mod.ts";
import { endWithStarter } from "./starter.ts";

/** Exit statuses, as --help lists them. */
const EXIT = { ok: 0, failed: 1, infeasible: 2, usage: 64, interrupted: 130 };

/** Lines of the stack's log that a failure shows. */
const LOG_TAIL = 20;

/** Doctors that are shown of a matching. */
const SAMPLE = 12;

/** Seed of the doctors and of the match where none is given. */
const DEFAULT_SEED = 1;

/** What one demonstration came to. */
interface Outcome {
  exit: number;
  summary: DemoSummary;
}

/** Generates lines on a running stack, matches doctors to them, and prints what came of it. */
async function demonstrate(
  stack: Stack,
  options: DemoOptions,
  screen: Screen,
  interruption: Interruption,
): Promise<Outcome> {
  const { paint } = screen;
  const supabase = await signIn(stack);
  try {
    const allocationRun = await findAllocationRun(supabase, options);
    screen.print(
      `${options.lines} job lines for ${paint.bold(allocationRun.name)}, ${options.ruleset}, ` +
        `terms of ${allocationRun.term_weeks.join("+")} weeks`,
    );
    const before = await startFrom(supabase, allocationRun, options, screen, interruption);
    const generated = await generateLines(supabase, allocationRun, options, screen, interruption);
    const { run } = generated;
    const planner = createPlannerClient(supabase);
    const lines = await planner.lines(allocationRun.id);
    const layout = { width: screen.width, paint };
    if (run.status === "COMPLETED") {
      const preview = options.dryRun ? await planner.preview(run.id) : null;
      const shown = preview ? previewedLines(preview, allocationRun) : lines;
      screen.print("", ...drawRoster(shown, allocationRun.term_weeks, layout));
      screen.print("", ...drawLegend(shown, layout));
      if (preview) {
        screen.print("", ...describePreview(preview, layout));
        screen.print(paint.bold("A dry run: nothing of this was written."));
      } else if (options.mode !== "rebuild") {
        screen.print("", ...describeChanges(before, lines, layout));
      }
    }
    screen.print("", ...describeEnd(generated, stack, layout), "");
    const summary = summarise(run, options.dryRun ? 0 : writtenLines(run, lines, options));
    if (!options.match || run.status !== "COMPLETED" || lines.length === 0) {
      return { exit: exitOf(run), summary };
    }
    const intake = { doctors: options.doctors, seed: options.seed ?? DEFAULT_SEED };
    const match = await matchDoctors(supabase, lines, intake, screen, interruption);
    screen.print("", ...describeMatch(match, lines, layout), "");
    if (match.run.status === "COMPLETED") {
      const whatIf = await askWhatIf(supabase, match.run, interruption);
      screen.print(...reportWhatIf(whatIf, layout), "");
      const published = await publishResult(
        supabase,
        stack,
        match.run,
        intake.seed,
        screen,
        interruption,
      );
      screen.print(...reportPublished(published, layout), "");
      return { exit: exitOf(published.run), summary };
    }
    return { exit: exitOf(match.run), summary };
  } finally {
    await supabase.removeAllChannels();
    await supabase.auth.signOut({ scope: "local" });
  }
}

/** Lines that a run made or left: a rebuild answers for its own, the other modes for all that there are. */
function writtenLines(run: PlannerRun, lines: JobLine[], { mode }: DemoOptions): number {
  return mode === "rebuild"
    ? lines.filter((line) => line.planner_run === run.id).length
    : lines.length;
}

/** Quality or the reason why there is none, then where the time went. */
function describeEnd({ run, answerMs }: Generated, stack: Stack, layout: ReportLayout): string[] {
  const times = reportTimes({ startup: stack.startupMs, answerMs, run }, layout);
  switch (run.status) {
    case "COMPLETED":
      return [...reportQuality(run, layout), "", ...times];
    case "INFEASIBLE":
      return [...reportInfeasible(run, layout), "", ...times];
    default:
      return [layout.paint.bad(run.error_message ?? "No lines were made."), "", ...times];
  }
}

/** Who got what and how good that is, or the reason why nobody got anything. */
function describeMatch(
  { run, allocations }: Matched,
  lines: JobLine[],
  layout: ReportLayout,
): string[] {
  if (run.status !== "COMPLETED") return reportNoMatch(run, layout);
  return [...drawMatching(allocations, lines, SAMPLE, layout), "", ...reportMatch(run, layout)];
}

function exitOf({ status }: { status: RunStatus }): number {
  if (status === "COMPLETED") return EXIT.ok;
  return status === "INFEASIBLE" ? EXIT.infeasible : EXIT.failed;
}

function printAccess(stack: Stack, screen: Screen): void {
  screen.print(
    "The stack keeps running. Ctrl-C stops it and removes its data.",
    "",
    `  URL              ${stack.url}`,
    `  Publishable key  ${stack.publishableKey}`,
    `  Secret key       ${stack.secretKey}`,
    `  Database         ${stack.dbUrl}`,
    "",
    `  Demo users (password ${demoUsers[0].password})`,
    ...demoUsers.map(({ role, email }) => `    ${email.padEnd(28)}${role}`),
    "",
  );
}

/** Prints a failure for a person. @returns the exit status that goes with it */
function reportFailure(error: unknown, screen: Screen): number {
  if (error instanceof Interrupted) return EXIT.interrupted;
  if (error instanceof UsageError) {
    console.error(`demo: ${error.message}`);
    return EXIT.usage;
  }
  const message = error instanceof Error ? error.message : String(error);
  const code = error instanceof ReceptorError ? ` (${error.code})` : "";
  console.error(screen.paint.bad(`The demo failed${code}: ${message}`));
  if (error instanceof ReceptorError) {
    for (const fault of error.errors ?? []) console.error(`  ${fault.path}: ${fault.message}`);
  }
  return EXIT.failed;
}

/** What the stack said last: the reason for a failure that a caller is not told. */
function printLog(log: string[], { paint }: Screen): void {
  if (log.length === 0) return;
  console.error("\nThe stack's log ended with:");
  for (const line of log.slice(-LOG_TAIL)) console.error(paint.dim(`  ${line}`));
}

/** Starts a stack, runs the demonstration and stops the stack, whatever happens in between. */
async function runDemo(options: DemoOptions): Promise<number> {
  const screen = new Screen(options.json ? Deno.stderr : Deno.stdout, options.color);
  using interruption = new Interruption(() => screen.settle());
  const log: string[] = [];
  const starting = startStack({ log: (line) => log.push(line) });
  let outcome: Outcome = { exit: EXIT.failed, summary: summarise(null, null) };
  try {
    const stack = await screen.during("Starting the local stack", interruption.race(starting));
    screen.print(`The local stack is up after ${duration(stack.startupMs.total)}`);
    outcome = await interruption.race(demonstrate(stack, options, screen, interruption));
    if (options.json) console.log(JSON.stringify(outcome.summary));
    if (options.keep) {
      printAccess(stack, screen);
      await interruption.wait();
    }
  } catch (error) {
    outcome.exit = reportFailure(error, screen);
    if (outcome.exit === EXIT.failed) printLog(log, screen);
    if (options.json) console.log(JSON.stringify(outcome.summary));
  } finally {
    screen.settle();
    const stopping = starting.then((stack) => stack.stop(), () => {});
    await screen.during("Stopping the local stack", stopping);
  }
  return outcome.exit;
}

async function main(args: string[]): Promise<number> {
  try {
    const options = parseDemoOptions(args);
    if (!options.help) return await runDemo(options);
    console.log(HELP.trimEnd());
    return EXIT.ok;
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    console.error(`demo: ${error.message} (--help lists the options)`);
    return EXIT.usage;
  }
}

if (import.meta.main) {
  endWithStarter();
  Deno.exit(await main(Deno.args));
}
