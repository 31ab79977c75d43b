/**
 * The planner beside general solvers, each in a process of its own and with as much CPU: on the model that comes to mind
 * first, and on what an expert would give them. Every plan passes the independent checker and score.
 */
// deno-lint-ignore-file no-console -- a command-line script reports on the terminal
import type { PlannerProblem } from "../../shared/planner/problem.ts";
import { PLANNER_CHECKPOINT } from "../../shared/planner/search/state.ts";
import { runPeerProcess, seconds, whole } from "./harness.ts";
import { type ProblemGroup, runOne } from "./planner_profile.ts";
import { Records, type RunRecord } from "./planner_records.ts";
import type { RunOptions } from "./planner_run.ts";
import type { PeerFigures, PEERS } from "./peers/planner_peer.ts";

/** Names of the peers, the cheapest to run first. */
export const PEER_NAMES: readonly (keyof typeof PEERS)[] = [
  "highs columns",
  "cp-sat columns",
  "cp-sat tables",
  "highs",
  "cp-sat",
];

/** One peer, ended at its CPU; null figures where it found nothing or fell over. */
export async function runPeer(
  name: string,
  problem: PlannerProblem,
  cpuSeconds: number,
): Promise<PeerFigures> {
  const none = { bound: null, lines: 0, first_cpu_ms: null };
  const module = import.meta.resolve("./peers/planner_peer.ts");
  const figures = await runPeerProcess<PeerFigures>(module, {
    name,
    args: [name, `${cpuSeconds}`],
    input: JSON.stringify(problem),
    cpuSeconds,
  });
  return { ...none, ...figures };
}

interface Compared extends RunRecord {
  peers: PeerFigures[];
}

/** Runs and prints each problem, ours and every peer. @returns the exit code: 1 where anybody contradicts another's bound */
export async function compare(
  groups: readonly ProblemGroup[],
  keep: string | null,
  run: RunOptions,
): Promise<number> {
  const records = await Records.open<Compared>(keep), wins = new Map<string, Tally>();
  let contradictions = 0, count = 0;
  for (const { name: group, problems } of groups) {
    for (const { id, name, make } of problems) {
      const key = `${id}, peers, ${run.cpuS} s, engine ${PLANNER_CHECKPOINT.version}`;
      const record = await records.of(key, async () => {
        const problem = await make();
        refuseChoices(problem, name);
        const ours = await runOne({ key, group, name }, problem, run), peers: PeerFigures[] = [];
        // Without a plan there is nothing to compare.
        const asked = ours.status === "COMPLETED" ? PEER_NAMES : [];
        for (const peer of asked) peers.push(await runPeer(peer, problem, run.cpuS));
        return { ...ours, peers };
      });
      tell(record, run.cpuS);
      if (record.status !== "COMPLETED") continue;
      count++;
      contradictions += contradicted(record);
      for (const peer of record.peers) tally(wins, peer, record);
    }
  }
  for (const [name, { better, equal, worse, none }] of wins) {
    console.log(
      `${name}: better than ours in ${better}, equal in ${equal}, worse in ${worse}, ` +
        `no plan in ${none}, of ${count}`,
    );
  }
  if (contradictions > 0) console.log(`${contradictions} bounds are CONTRADICTED by a plan`);
  return contradictions > 0 ? 1 : 0;
}

/** The peers' models know neither pathways nor leave. */
function refuseChoices({ constraints }: PlannerProblem, name: string): void {
  if (/"PATHWAYS"|ANNUAL_LEAVE/.test(JSON.stringify(constraints))) {
    throw new Error(
      `${name} has pathways or leave, which peers know nothing of: --draw pathways=0`,
    );
  }
}

interface Tally {
  better: number;
  equal: number;
  worse: number;
  none: number;
}

function tally(all: Map<string, Tally>, peer: PeerFigures, { objective }: Compared): void {
  const own = all.get(peer.name) ?? { better: 0, equal: 0, worse: 0, none: 0 };
  if (peer.objective === null) own.none++;
  else if (peer.objective > objective!) own.better++;
  else if (peer.objective === objective) own.equal++;
  else own.worse++;
  all.set(peer.name, own);
}

/** Bounds that a plan of somebody else lies above. */
function contradicted({ objective, bound, peers }: Compared): number {
  const best = Math.max(objective!, ...peers.map((peer) => peer.objective ?? -Infinity));
  return [bound, ...peers.map((peer) => peer.bound)].filter((own) => own !== null && own < best)
    .length;
}

/** Gaps to the lowest bound of all, relative to the size of our plan, so that they can be compared. */
function tell(record: Compared, limit: number): void {
  const { name, terms, lines, positions, status, scale, profile, provenS, peers } = record;
  console.log(`${name}: ${terms} terms, ${lines} lines, ${positions} positions: ${status}`);
  if (status !== "COMPLETED") return;
  const least = Math.min(...[record, ...peers].map(({ bound }) => bound ?? Infinity));
  const percent = (distance: number) => `${(100 * distance / scale!).toFixed(2)}%`;
  const said = (objective: number | null, bound: number | null, s: string) => {
    const own = bound === null ? "none" : percent(bound - (objective ?? bound));
    return objective === null
      ? `no plan within ${limit} s`
      : `${whole(objective)}, ${percent(least - objective)} below the best bound, its own ${own} ` +
        `away, the last after ${s} s`;
  };
  const spent = (provenS ?? profile.at(-1)![0]).toFixed(2);
  console.log(`  ours: ${said(record.objective, record.bound, spent)}`);
  for (const peer of peers) {
    const memory = peer.rss_mb === null ? "" : `, ${whole(peer.rss_mb)} MB`;
    console.log(
      `  ${peer.name}: ${said(peer.objective, peer.bound, seconds(peer.cpu_ms))}${memory}`,
    );
  }
}
