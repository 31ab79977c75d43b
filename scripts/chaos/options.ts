// The command line of `deno task test:chaos`.

import { parseArgs } from "node:util";

/** What the harness was asked to do. */
export interface ChaosOptions {
  kills: number;
  /** How many of the kills are of isolates called through HTTP. */
  isolateKills: number;
  /** Kills of isolates that work side by side on one search for primes; beside the others. */
  searcherKills: number;
  /** Ledgers of drawn steps that are kept while PostgreSQL crashes. */
  ledgers: number;
  seed: number;
  json: boolean;
  realTime: boolean;
  help: boolean;
}

/** What --help prints. */
export const HELP = `\
Kills what works on runs of both engines at random points, and checks by the database alone that
nothing was lost and nothing done twice.

Usage: deno task test:chaos [options]

  --kills N            how many kills (default 300); kills of isolates that search for primes or check
                       them (40 at 300) are in proportion, and so, up to 300, are the blocks that
                       claimers race for (2,000)
  --isolate-kills N    how many of them are SIGKILL of isolates that are called through HTTP or of
                       the functions host, and crashes of PostgreSQL below them; the others cut
                       workers in threads of the harness off from the database (default: a tenth)
  --searcher-kills N   how many kills, beside those, of 20 isolates that work on one search for primes
                       (default: a fifth of --kills)
  --ledgers N          how many times 32 drawn steps are taken on an allocation run and all that people
                       put in is looked for after each, while PostgreSQL crashes (default: a hundredth
                       of --kills)
  --seed N             seed of the choices (default 1); what happens between threads and processes
                       is up to the machine all the same
  --real-time          also wait for the sweeper to take back a claim, without moving timestamps
                       (up to 45 s)
  --json               print one JSON object on standard output and nothing else there
  --help               this text

Exit status: 0 when nothing was lost or doubled, 1 otherwise, 64 a bad option.
`;

/** A command line that makes no sense. */
export class UsageError extends Error {}

/** Reads the command line. @throws UsageError */
export function parseChaosOptions(args: string[]): ChaosOptions {
  const values = parse(args);
  const kills = wholeNumber("--kills", values.kills, 300);
  const isolateKills = wholeNumber(
    "--isolate-kills",
    values["isolate-kills"],
    Math.ceil(kills / 10),
  );
  if (isolateKills > kills) {
    throw new UsageError("--isolate-kills are part of --kills: no more than those");
  }
  return {
    kills,
    isolateKills,
    searcherKills: wholeNumber("--searcher-kills", values["searcher-kills"], Math.ceil(kills / 5)),
    ledgers: wholeNumber("--ledgers", values.ledgers, Math.ceil(kills / 100)),
    seed: wholeNumber("--seed", values.seed, 1),
    json: values.json ?? false,
    realTime: values["real-time"] ?? false,
    help: values.help ?? false,
  };
}

function parse(args: string[]) {
  try {
    return parseArgs({
      args,
      options: {
        kills: { type: "string" },
        "isolate-kills": { type: "string" },
        "searcher-kills": { type: "string" },
        ledgers: { type: "string" },
        seed: { type: "string" },
        json: { type: "boolean" },
        "real-time": { type: "boolean" },
        help: { type: "boolean", short: "h" },
      },
    }).values;
  } catch (error) {
    throw new UsageError((error as Error).message);
  }
}

function wholeNumber(name: string, value: string | undefined, usual: number): number {
  if (value === undefined) return usual;
  if (/^\d{1,9}$/.test(value)) return Number(value);
  throw new UsageError(`${name} takes a whole number, not "${value}"`);
}
