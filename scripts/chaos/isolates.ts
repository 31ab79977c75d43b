// Kills as they happen in production: the functions are called through HTTP and their isolates, which are processes and
// serve several requests each, get SIGKILL in the middle, or the functions host does, whose isolates then work on for a
// moment as orphans. Requests are answered or lost, hand-overs are lost or delivered twice, the sweeper runs beside the
// solver, and PostgreSQL crashes under all of them.

import { Random } from "../../shared/engine/random.ts";
import { INTERNAL_KEY_HEADER } from "../../shared/platform/internal_key.ts";
import { DOCTORS, MANAGER_PASSWORD, MOST_LINES } from "../health_services.ts";
import type { Round } from "./audit.ts";
import {
  allocationRuns,
  checkRound,
  expectPlan,
  intakes,
  type Scene,
  unfinished,
} from "./scene.ts";
import type { Tally } from "./tally.ts";

/** A call takes about so long to the end of a small slice, in an isolate that has to start and in a warm one. */
const LIFE_MS = { cold: 300, warm: 40 };
/** Once in so many times PostgreSQL or the functions host is what dies. */
const ONE_IN = { crash: 25, host: 8 };
/** Times that the isolates which take requests are killed while a round is asked for, at most. */
const REQUEST_STRIKES = 4;
const ENGINES = ["planner", "allocator"];
/** Whose isolates are killed while a round is worked on. */
const WORKERS = ["planner-solver", "planner-solver", "allocator-solver", "heartbeat-sweeper"];
const ROUND_MS = 600_000;
const RETRIES = 400;

/** Kills isolates until the tally has so many kills more, checking every run that ended on the way. */
export async function killIsolates(
  scene: Scene,
  tally: Tally,
  kills: number,
  seed: number,
): Promise<void> {
  const random = new Random(seed);
  const tokens = await signIn(scene);
  const target = tally.kills + kills;
  while (tally.kills < target) {
    const round = await requestUnderFire(scene, tally, tokens, random);
    await workRound(scene, tally, round, random, target);
    await checkRound(scene, round);
  }
}

async function signIn({ stack, services }: Scene): Promise<Map<string, string>> {
  const tokens = new Map<string, string>();
  for (const { managers: [{ id, email }] } of services) {
    const response = await fetch(`${stack.url}/auth/v1/token?grant_type=password`, {
      method: "POST",
      headers: { apikey: stack.publishableKey, "content-type": "application/json" },
      body: JSON.stringify({ email, password: MANAGER_PASSWORD }),
    });
    const answer = await response.json();
    if (!response.ok) throw new Error(`could not sign in: ${JSON.stringify(answer)}`);
    tokens.set(id, answer.access_token);
  }
  return tokens;
}

/** Requests every run of a round, all at once; those that lose their isolate are sent again with their key. */
async function requestUnderFire(
  scene: Scene,
  tally: Tally,
  tokens: Map<string, string>,
  random: Random,
): Promise<Round> {
  const plans = allocationRuns(scene).map(async ({ allocationRun, manager }) => {
    const lines = 2 + random.below(MOST_LINES - 1);
    const body = {
      allocation_run: allocationRun,
      n_job_lines: lines,
      constraints: ["UNRESTRICTED"],
      accept_losses: true, // the lines that it replaces have wishes
    };
    const run = await requestRun(scene, tally, "planner", tokens.get(manager)!, body);
    return expectPlan(scene, allocationRun, run, lines);
  });
  const matches = intakes(scene).map(async ({ intake, manager }) => {
    const body = { allocation_run: intake };
    const run = await requestRun(scene, tally, "allocator", tokens.get(manager)!, body);
    return { run, doctors: DOCTORS };
  });
  for (let strikes = random.below(REQUEST_STRIKES + 1); strikes > 0; strikes--) {
    await moment(random);
    await killIsolatesOf(scene.stack, tally, `${oneOf(random, ENGINES)}-orchestration`);
  }
  return { plans: await Promise.all(plans), matches: await Promise.all(matches) };
}

async function requestRun(
  { stack }: Scene,
  tally: Tally,
  engine: string,
  token: string,
  body: unknown,
): Promise<string> {
  const request = {
    method: "POST",
    headers: {
      apikey: stack.publishableKey,
      authorization: `Bearer ${token}`,
      "content-type": "application/json",
      "idempotency-key": crypto.randomUUID(),
    },
    body: JSON.stringify(body),
  };
  let last = "none";
  for (let attempt = 0; attempt < RETRIES; attempt++) {
    const answer = await fetch(`${stack.url}/functions/v1/${engine}-orchestration`, request)
      .then(async (response) => ({ status: response.status, body: await response.json() }))
      .catch(() => null); // also where the isolate dies in the middle of its answer
    const run = answer?.body[`${engine}_run_id`];
    if (typeof run === "string") return run;
    if (answer !== null) last = JSON.stringify(answer);
    // What is refused for what it asks is refused the next time as well.
    if (answer !== null && answer.status >= 400 && answer.status < 500) break;
    tally.count("requests_sent_again", 1);
    // A host that starts anew refuses at once; all tries must not be used up before it is there.
    await new Promise((resolve) => setTimeout(resolve, Math.min(20 * attempt, 500)));
  }
  throw new Error(`a request was never taken; the last answer: ${last}`);
}

async function workRound(
  scene: Scene,
  tally: Tally,
  round: Round,
  random: Random,
  target: number,
): Promise<void> {
  const deadline = performance.now() + ROUND_MS;
  while (await unfinished(scene, round) > 0) {
    const faults = tally.kills < target;
    const calls = callFunctions(scene, tally, random);
    await (faults ? strike(scene, tally, random) : pause(LIFE_MS.cold));
    await calls;
    // Nobody dies any more, and who is at work keeps what it holds, however long a slow machine takes.
    if (faults) await takeClaims(scene);
    await waitNoLonger(scene);
    if (performance.now() > deadline) {
      scene.findings.lost.push("a round of runs did not end in time");
      return;
    }
  }
}

/** The sweeper, and a solver none to two times: hand-overs that are lost and that come twice. */
function callFunctions({ stack }: Scene, tally: Tally, random: Random): Promise<unknown> {
  const handOvers = random.below(3);
  const solver = `${oneOf(random, ENGINES)}-solver`;
  tally.count("hand_overs_lost", handOvers === 0 ? 1 : 0);
  tally.count("hand_overs_doubled", handOvers > 1 ? 1 : 0);
  const names = ["heartbeat-sweeper", ...Array(handOvers).fill(solver)];
  return Promise.all(names.map((name) =>
    fetch(`${stack.url}/functions/v1/${name}`, {
      method: "POST",
      headers: { [INTERNAL_KEY_HEADER]: stack.internalKey },
    }).then((response) => response.body?.cancel(), () => {})
  ));
}

async function strike({ stack, admin }: Scene, tally: Tally, random: Random): Promise<void> {
  await moment(random);
  const [{ claims }] = await admin`
    select count(*)::int as claims from fleet.work_blocks where status = 'CLAIMED'`;
  tally.count("strikes_at_isolates_with_a_claim", claims > 0 ? 1 : 0);
  if (random.below(ONE_IN.crash) === 0) {
    await stack.postgres.restart("immediate");
    tally.kill("postgres_crashed", "anywhere");
  } else if (random.below(ONE_IN.host) === 0) {
    await stack.functions.killHost();
    tally.kill("host_killed", "anywhere");
  } else await killIsolatesOf(stack, tally, oneOf(random, WORKERS));
}

/** Kills the isolates of a function. Those that rest are no kill that counts. */
async function killIsolatesOf(stack: Scene["stack"], tally: Tally, name: string): Promise<void> {
  for (const { open } of await stack.functions.killWorkers(name)) {
    if (open === 0) continue;
    tally.kill("isolate_killed", "anywhere");
    tally.count("isolates_killed_that_were_shared", open > 1 ? 1 : 0);
  }
}

/** Some moment in the life of a call. */
async function moment(random: Random): Promise<void> {
  await pause(random.below(random.below(2) === 0 ? LIFE_MS.cold : LIFE_MS.warm));
}

/** Every claim's worker is dead or as good as: its lease runs out. */
async function takeClaims({ admin }: Scene): Promise<void> {
  await admin`
    update fleet.work_blocks set heartbeat_at = now() - interval '31 seconds' where status = 'CLAIMED'`;
}

/** Nothing waits after an error. */
async function waitNoLonger({ admin }: Scene): Promise<void> {
  await admin`
    update fleet.work_blocks set not_before = now() where status = 'PENDING' and not_before > now()`;
}

function oneOf<T>(random: Random, choices: T[]): T {
  return choices[random.below(choices.length)];
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
