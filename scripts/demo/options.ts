// The demo's command line: what may be asked for, and one clear sentence for what may not.

import { MOST_SEED } from "../../shared/engine/limits.ts";
import { parseArgs } from "node:util";
import { PLANNER_MODES, type PlannerMode } from "../../shared/planner/run/options.ts";
import { RULESETS } from "../../shared/planner/rules/mod.ts";
import { MOST_DOCTORS } from "./doctors.ts";

/** What the demo was asked to do. */
export interface DemoOptions {
  lines: number;
  ruleset: string;
  /** Null: the planner's default. */
  seed: number | null;
  partial: boolean;
  /** What becomes of lines that are there; the demo makes some first, or takes posts away. */
  mode: PlannerMode;
  /** Solve and report; write no line. */
  dryRun: boolean;
  /** Match doctors to the lines. */
  match: boolean;
  /** How many doctors. */
  doctors: number;
  keep: boolean;
  json: boolean;
  /** Name of the allocation run; null: one whose terms suit the ruleset. */
  run: string | null;
  color: boolean;
  help: boolean;
}

/** A command line that makes no sense; the message is for whoever typed it. */
export class UsageError extends Error {
  constructor(message: string) {
    super(message);
    this.name = "UsageError";
  }
}

/** The names of all rulesets, a few to a line. */
function rulesetLines(): string {
  const names = Object.keys(RULESETS);
  const rows = Math.ceil(names.length / NAMES_PER_LINE);
  return Array.from({ length: rows }, (_, i) => {
    const row = names.slice(i * NAMES_PER_LINE, (i + 1) * NAMES_PER_LINE);
    return `                   ${row.join(", ")}`;
  }).join("\n");
}

/** Doctors of an intake where nothing else is said. */
const DOCTORS = 139;

/** Names of rulesets that fit a line of the help. */
const NAMES_PER_LINE = 6;

/** What --help prints. */
export const HELP = `\
Generates job lines on a local stack, as a planner would: sign in, ask, watch, read the roster.
Then loads invented doctors with their preferences, matches them to the lines, and asks what would
change if the preferencers weighed more. At last the window opens, a few doctors say what they want
themselves, and the result is matched, finalised and released: one of them reads it, and why.

Usage: deno task demo [options]

  --lines N        job lines to build, 1 to 1000 (default 60)
  --ruleset NAME   a ruleset (default VIC_PGY1); one of
${rulesetLines()}
  --run NAME       the allocation run to plan (default: one whose terms suit the ruleset)
  --seed N         seed of the search and of the doctors: the same seed gives the same lines
  --partial        build as many lines as possible where --lines cannot be reached
  --mode MODE      rebuild (default): make all lines anew
                   fill: make two thirds of the lines first, then keep these and add the others
                   replan: make the lines, lose some posts, change as few rotations as possible
  --dry-run        show what would be written, and write nothing; implies --no-match
  --doctors N      doctors to match to the lines, 1 to ${MOST_DOCTORS} (default ${DOCTORS}); lines take
                   several where there are fewer of them
  --no-match       stop after the lines: no doctors, no matching
  --json           print one JSON object of the lines on standard output, everything else on
                   standard error; stops after the lines, unless --match is given too
  --keep           leave the stack running afterwards, until Ctrl-C
  --no-color       no colours (so does NO_COLOR in the environment)
  --help           this text

Exit status: 0 completed, 2 infeasible, 1 anything else that went wrong, 64 a bad option,
130 interrupted.
`;

/**
 * Reads the command line.
 * @throws {UsageError} when it makes no sense.
 */
export function parseDemoOptions(args: string[]): DemoOptions {
  const values = parse(args);
  return {
    lines: wholeNumber("--lines", values.lines, 1, 1000) ?? 60,
    ruleset: knownRuleset(values.ruleset),
    seed: wholeNumber("--seed", values.seed, 0, MOST_SEED),
    partial: values.partial ?? false,
    mode: knownMode(values.mode),
    dryRun: values["dry-run"] ?? false,
    match: (values.match ?? !values.json) && !values["dry-run"],
    doctors: wholeNumber("--doctors", values.doctors, 1, MOST_DOCTORS) ?? DOCTORS,
    keep: values.keep ?? false,
    json: values.json ?? false,
    run: values.run ?? null,
    color: values.color ?? true,
    help: values.help ?? false,
  };
}

function parse(args: string[]) {
  try {
    return parseArgs({
      args,
      allowNegative: true,
      options: {
        lines: { type: "string" },
        ruleset: { type: "string" },
        seed: { type: "string" },
        partial: { type: "boolean" },
        mode: { type: "string" },
        "dry-run": { type: "boolean" },
        match: { type: "boolean" },
        doctors: { type: "string" },
        keep: { type: "boolean" },
        json: { type: "boolean" },
        run: { type: "string" },
        color: { type: "boolean" },
        help: { type: "boolean", short: "h" },
      },
    }).values;
  } catch (error) {
    // node's messages go on about positional arguments after the first sentence
    throw new UsageError((error as Error).message.split(/\.\s/)[0].replace(/\.$/, ""));
  }
}

function wholeNumber(
  name: string,
  value: string | undefined,
  least: number,
  most: number,
): number | null {
  if (value === undefined) return null;
  const number = Number(value);
  if (/^\d+$/.test(value) && number >= least && number <= most) return number;
  throw new UsageError(`${name} takes a whole number from ${least} to ${most}, not "${value}"`);
}

function knownMode(value = "rebuild"): PlannerMode {
  const mode = PLANNER_MODES.find((name) => name === value);
  if (mode) return mode;
  throw new UsageError(`--mode takes one of ${PLANNER_MODES.join(", ")}, not "${value}"`);
}

function knownRuleset(value = "VIC_PGY1"): string {
  if (Object.hasOwn(RULESETS, value)) return value;
  const names = Object.keys(RULESETS).join(", ");
  throw new UsageError(`--ruleset takes one of ${names}, not "${value}"`);
}
