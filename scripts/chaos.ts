// `deno task test:chaos`: kills isolates, their host, workers, connections and PostgreSQL at random points of runs of both
// engines, and counts what was lost or done twice. --help says what can be asked for.
// deno-lint-ignore-file no-console -- this is a command line tool

import postgres from "postgres";
import { measureReclaims, raceForBlocks, waitForReclaim } from "./chaos/claims.ts";
import { killIsolates } from "./chaos/isolates.ts";
import { keepLedgers } from "./chaos/ledgers.ts";
import { type ChaosOptions, HELP, parseChaosOptions, UsageError } from "./chaos/options.ts";
import { killPrimeIsolates } from "./chaos/prime_isolates.ts";
import { killSearchers } from "./chaos/primes.ts";
import { makeScene } from "./chaos/scene.ts";
import { killSlices } from "./chaos/slices.ts";
import { Tally } from "./chaos/tally.ts";
import { PATIENT, type Stack, startStack } from "./stack/mod.ts";

/** Claimers that race for blocks. */
const CLAIMERS = 20;
/** Isolates that work on one search for primes at once. */
const SEARCHERS = 20;
/** What is done beside the kills that are asked for, for each of them: blocks that are raced for, and SIGKILLs of isolates that search or check. */
const FOR_EACH_KILL = { blocks: 20 / 3, searchKills: 2 / 15 };
/** Blocks that are raced for at most: each claim counts those of its job that are claimed already, so that more take longer each. */
const MOST_BLOCKS = 2_000;
/** Claims whose heartbeats stop. */
const RECLAIMS = 200;
/** A lease and a sweep. */
const RECLAIM_SECONDS = 45;

/** Everything that the harness found. */
type Summary = Awaited<ReturnType<typeof run>>;

async function run(stack: Stack, admin: postgres.Sql, options: ChaosOptions) {
  const blocks = Math.min(MOST_BLOCKS, Math.ceil(options.kills * FOR_EACH_KILL.blocks));
  const claims = await raceForBlocks(admin, stack.dbUrl, blocks, CLAIMERS);
  const reclaim_seconds = await measureReclaims(admin, RECLAIMS);
  const real_time_seconds = options.realTime ? await waitForReclaim(admin) : null;
  const searching = new Tally();
  const searches = await killSearchers({ admin, dbUrl: stack.dbUrl }, searching, {
    searchers: SEARCHERS,
    kills: options.searcherKills,
    seed: options.seed,
  });
  const searchIsolates = new Tally();
  const underFire = await killPrimeIsolates({ stack, admin }, searchIsolates, {
    kills: Math.ceil(options.kills * FOR_EACH_KILL.searchKills),
    seed: options.seed,
  });
  await admin`update fleet.search_types set enabled = false where search_type in ('prime_search', 'prime_check')`;
  const scene = await makeScene(stack, admin);
  const tally = new Tally();
  const started = performance.now();
  await killSlices(scene, tally, options.kills - options.isolateKills, options.seed);
  const slicesMs = performance.now() - started;
  const killsOfSlices = tally.kills;
  await killIsolates(scene, tally, options.isolateKills, options.seed);
  const isolatesMs = performance.now() - started - slicesMs;
  const keeping = new Tally();
  const kept = await keepLedgers({ stack, admin }, keeping, options);
  const lost = [...scene.findings.lost, ...searches.lost, ...underFire.lost, ...kept.lost];
  const doubled = [...scene.findings.doubled, ...searches.doubled, ...underFire.doubled];
  return {
    kills: tally.kills,
    lost: lost.length,
    doubled: doubled.length,
    runs: scene.runs,
    kinds: tally.byKind,
    steps: tally.byStep,
    events: tally.others,
    kills_per_minute: {
      slices: perMinute(killsOfSlices, slicesMs),
      isolates: perMinute(tally.kills - killsOfSlices, isolatesMs),
    },
    claims,
    reclaim_seconds: { ...reclaim_seconds, real_time: real_time_seconds },
    searches: { ...searches, kills: searching.kills, events: searching.others },
    search_isolates_killed: searchIsolates.kills,
    ledgers: { ledgers: kept.ledgers, crashes: keeping.kills, ...kept.came },
    findings: [...lost, ...doubled],
  };
}

function perMinute(kills: number, ms: number): number {
  return ms > 0 ? Math.round(kills / ms * 60_000) : 0;
}

/** Whether everything held, and searches were under fire where runs were. */
function held(summary: Summary): boolean {
  const { kills, lost, doubled, claims, reclaim_seconds, searches } = summary;
  const isTried = kills === 0 || summary.search_isolates_killed > 0;
  return isTried && (searches.searches === 0 || searches.most_at_once > 1) &&
    lost === 0 && doubled === 0 && claims.doubled === 0 && claims.missed === 0 &&
    reclaim_seconds.p99 <= RECLAIM_SECONDS &&
    (reclaim_seconds.real_time ?? 0) <= RECLAIM_SECONDS + 1; // the cron's own tick
}

function print(summary: Summary): void {
  const { findings, kinds, steps, events, claims, reclaim_seconds, searches, ledgers, ...figures } =
    summary;
  console.table({ ...figures, kills_per_minute: JSON.stringify(figures.kills_per_minute) });
  console.table({ "kills by kind": kinds });
  console.table({ "where workers were cut off": steps });
  console.table({ "what else happened": events });
  console.table({ claims, reclaim_seconds });
  console.table({ "searches for primes": searches });
  console.table({ "ledgers, and what came through in them": ledgers });
  for (const finding of findings) console.log(finding);
}

/** Works without what slices in this process log: standard output is the harness's. */
async function quietly<T>(work: () => Promise<T>): Promise<T> {
  const { log, info, warn, error } = console;
  Object.assign(console, { log() {}, info() {}, warn() {}, error() {} });
  try {
    return await work();
  } finally {
    Object.assign(console, { log, info, warn, error });
  }
}

async function main(args: string[]): Promise<number> {
  const options = parseChaosOptions(args);
  if (options.help) {
    console.log(HELP);
    return 0;
  }
  const stack = await startStack({ ...PATIENT, seed: false, cron: options.realTime });
  const admin = postgres(stack.adminDbUrl, { max: 4, onnotice: () => {} });
  try {
    const summary = await quietly(() => run(stack, admin, options));
    if (options.json) console.log(JSON.stringify(summary));
    else print(summary);
    return held(summary) ? 0 : 1;
  } finally {
    await admin.end({ timeout: 1 });
    await stack.stop();
  }
}

if (import.meta.main) {
  try {
    Deno.exit(await main(Deno.args));
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    console.error(error.message);
    Deno.exit(64);
  }
}
