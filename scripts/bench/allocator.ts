/**
 * Benchmark of the allocator on the sample instances: runs it in slices, each in a fresh worker with
 * its state as JSON, as the fleet does, and both peers on the full model, each in a process of its
 * own. Every matching passes the independent checker and is scored by independent code.
 */
// deno-lint-ignore-file no-console -- a command-line script reports on the terminal
import { median } from "./median.ts";
import { checkMatching, scoreMatching } from "../../shared/allocator/checker.ts";
import type { AllocatorProblem } from "../../shared/allocator/problem.ts";
import {
  ALLOCATOR_INSTANCES,
  importAllocatorInstance,
  readAllocatorInstance,
} from "./allocator_instances.ts";
import { ALLOCATOR_FAMILIES } from "./allocator_drawn.ts";
import { profileAllocator } from "./allocator_profile.ts";
import { measureOnStack, type StackFigures } from "./allocator_stack.ts";
import type { AllocatorSliceAnswer, AllocatorSliceRequest } from "./allocator_slice.ts";
import { startStack } from "../stack/mod.ts";
import {
  type Column,
  type InstanceFigures,
  type PeerFigures,
  runInWorker,
  runPeerProcess,
  seconds,
  tableLine,
  whole,
} from "./harness.ts";
import { commandLine } from "../command_line.ts";

const USAGE = `deno task bench:allocator [options]
  --instance NAME     only this instance (may be repeated)
  --quick             a60x40stab, a139x100 and a139x100mip only
  --runs N            seeds 1..N, medians of their figures (default 1)
  --slice-ms N        CPU a slice may use, cold start included (default 700)
  --no-peers          the allocator alone
  --stack             on a local stack instead, through the functions: also loading, writing, and the
                      memory of the isolate, kept from run to run; without peers
  --peer-seconds N    wall seconds for each peer (default 60)
  --drawn N           instead, N problems of each family (allocator_drawn.ts), the gap over time
  --seed S            of the first one drawn (default 1)
  --family NAME       only this family (may be repeated)
  --slow F            count each millisecond of CPU as F
  --cpu-s N           CPU after which a drawn problem is given up (default 60)
  --json              figures as one JSON object instead of the table`;

const QUICK = ["a60x40stab", "a139x100", "a139x100mip"];
const PEERS = ["cp-sat", "highs"] as const;
const SLICE = import.meta.resolve("./allocator_slice.ts");
const PEER = import.meta.resolve("./peers/allocator_peer.ts");
/** A run that needs more slices than this is broken. */
const MOST_SLICES = 1000;

/** Figures of one run, or the medians of several. */
interface Row {
  instance: string;
  /** The engine's status, or INVALID when the checker, the score or a peer disagrees with it. */
  status: string;
  workers: number;
  /** By `scoreMatching`; null without a matching. */
  objective: number | null;
  /** By the engine, whose costs are rounded to thousandths. */
  claimed: number | null;
  bound: number | null;
  gap: number | null;
  slices: number;
  cpuMs: { total: number; first: number | null; max: number; cold: number };
  /** Largest state between slices, and largest memory of a slice. */
  stateBytes: number;
  heapBytes: number;
  rssBytes: number;
  /** Violations, the engine's explanation or its failure. */
  detail: unknown;
  peers: PeerFigures[];
}

async function runOnce(instance: string, seed: number, sliceMs: number): Promise<Row> {
  const problem = importAllocatorInstance(await readAllocatorInstance(instance), seed);
  const text = JSON.stringify(problem);
  const answers: AllocatorSliceAnswer[] = [];
  let state: string | null = null;
  while (!answers.at(-1)?.outcome) {
    if (answers.length === MOST_SLICES) throw new Error(`${instance}: no end`);
    const request: AllocatorSliceRequest = { problem: text, state, sliceMs };
    const answer: AllocatorSliceAnswer = await runInWorker(SLICE, request);
    answers.push(answer);
    state = answer.state;
  }
  return {
    instance,
    workers: problem.workers.length,
    ...judge(problem, answers.at(-1)!),
    slices: answers.length,
    cpuMs: cpuFigures(answers),
    stateBytes: Math.max(...answers.map(({ state }) => new TextEncoder().encode(state).length)),
    heapBytes: Math.max(...answers.map(({ heapBytes }) => heapBytes)),
    rssBytes: Math.max(...answers.map(({ rssBytes }) => rssBytes)),
    peers: [],
  };
}

function cpuFigures(answers: AllocatorSliceAnswer[]): Row["cpuMs"] {
  const sum = (list: AllocatorSliceAnswer[]) => list.reduce((total, { cpuMs }) => total + cpuMs, 0);
  const at = answers.findIndex(({ firstMs }) => firstMs !== null);
  const cold = answers.map(({ coldMs }) => coldMs).sort((a, b) => a - b);
  return {
    total: sum(answers),
    first: at < 0 ? null : sum(answers.slice(0, at)) + answers[at].firstMs!,
    max: Math.max(...answers.map(({ cpuMs }) => cpuMs)),
    cold: cold[Math.ceil(0.5 * cold.length) - 1],
  };
}

/** The end of a run as the independent checker and score see it. */
function judge(problem: AllocatorProblem, { outcome }: AllocatorSliceAnswer) {
  if (outcome!.status !== "COMPLETED") {
    const none = { objective: null, claimed: null, bound: null, gap: null };
    return { ...none, status: outcome!.status, detail: outcome };
  }
  const { allocations, report: { bound, objective: claimed } } = outcome!;
  const violations = checkMatching(problem, allocations);
  const objective = scoreMatching(problem, allocations);
  // Each cost is rounded to a thousandth.
  const wrong = Math.abs(objective - claimed) > 0.0005 * problem.workers.length + 1e-6;
  const detail = wrong ? { claimed, objective } : violations.slice(0, 5);
  const status = wrong || violations.length > 0 ? "INVALID" : "COMPLETED";
  return { status, objective, claimed, bound, gap: (claimed - bound) / Math.max(1, bound), detail };
}

/** The row with the peers' figures; INVALID when a proven optimum differs. */
async function withPeers(row: Row, limit: number): Promise<Row> {
  const peers: PeerFigures[] = [];
  for (const name of PEERS) {
    const args = [name, row.instance, `${limit}`];
    peers.push(await runPeerProcess(PEER, { name, args, seconds: limit }));
  }
  return { ...row, peers, status: peers.some(differs) ? "INVALID" : row.status };
  function differs({ optimal, objective }: PeerFigures): boolean {
    const { bound, claimed } = row;
    if (!optimal || objective === null || bound === null || claimed === null) return false;
    return objective < bound - 1e-6 || objective > claimed + 1e-6;
  }
}

/** Median of every figure; statuses that differ between runs are all named. */
function medians(rows: Row[]): Row {
  const middle = (pick: (row: Row) => number) => median(rows.map(pick));
  return {
    ...rows[0],
    status: [...new Set(rows.map(({ status }) => status))].join("/"),
    slices: middle((row) => row.slices),
    cpuMs: {
      total: middle((row) => row.cpuMs.total),
      first: rows[0].cpuMs.first === null ? null : middle((row) => row.cpuMs.first ?? Infinity),
      max: Math.max(...rows.map((row) => row.cpuMs.max)), // a limit is kept in every run or not at all
      cold: middle((row) => row.cpuMs.cold),
    },
    stateBytes: Math.max(...rows.map((row) => row.stateBytes)),
    heapBytes: Math.max(...rows.map((row) => row.heapBytes)),
    rssBytes: Math.max(...rows.map((row) => row.rssBytes)),
  };
}

/** Seconds to a proven optimum; what it had at its limit otherwise. */
function peerCell({ peers }: Row, name: string): string {
  const peer = peers.find((p) => p.name === name);
  if (!peer) return "-";
  if (peer.optimal) return seconds(peer.cpu_ms);
  return peer.objective === null ? "nothing" : `at ${whole(peer.objective)}`;
}

const COLUMNS: Column<Row>[] = [
  ["instance", -15, (row) => row.instance],
  ["status", -10, (row) => row.status],
  ["objective", 12, (row) => row.objective?.toFixed(2) ?? "-"],
  ["gap %", 6, (row) => row.gap === null ? "-" : (100 * row.gap).toFixed(2)],
  ["slices", 6, (row) => `${row.slices}`],
  ["first s", 7, (row) => seconds(row.cpuMs.first)],
  ["cpu s", 6, (row) => seconds(row.cpuMs.total)],
  ["max ms", 6, (row) => whole(row.cpuMs.max)],
  ["cold ms", 7, (row) => whole(row.cpuMs.cold)],
  ["state KB", 8, (row) => (row.stateBytes / 1024).toFixed(1)],
  ["heap MB", 7, (row) => whole(row.heapBytes / 2 ** 20)],
  ["CP-SAT s", 11, (row) => peerCell(row, "cp-sat")],
  ["HiGHS s", 11, (row) => peerCell(row, "highs")],
];

function printRow(row: Row): void {
  console.log(tableLine(COLUMNS, COLUMNS.map(([, , cell]) => cell(row))));
  if (row.status !== "COMPLETED") console.log(`    ${JSON.stringify(row.detail).slice(0, 300)}`);
}

function options() {
  const { values, number, known } = commandLine(USAGE, {
    instance: { type: "string", multiple: true },
    quick: { type: "boolean" },
    runs: { type: "string", default: "1" },
    "slice-ms": { type: "string", default: "700" },
    "no-peers": { type: "boolean" },
    stack: { type: "boolean" },
    "peer-seconds": { type: "string", default: "60" },
    drawn: { type: "string" },
    seed: { type: "string", default: "1" },
    family: { type: "string", multiple: true },
    slow: { type: "string", default: "1" },
    "cpu-s": { type: "string", default: "60" },
    json: { type: "boolean" },
  });
  const instances = values.instance ?? (values.quick ? QUICK : [...ALLOCATOR_INSTANCES]);
  known("instance", ALLOCATOR_INSTANCES);
  known("family", Object.keys(ALLOCATOR_FAMILIES));
  return {
    instances,
    runs: number("runs", 1),
    sliceMs: number("slice-ms", 1),
    peerSeconds: values["no-peers"] ? 0 : number("peer-seconds", 1),
    stack: values.stack ?? false,
    drawn: values.drawn === undefined ? null : {
      count: number("drawn", 1),
      seed: number("seed", 0),
      families: values.family ?? null,
      slow: number("slow", 1),
      cpuS: number("cpu-s", 1),
    },
    json: values.json ?? false,
  };
}

/** The figures of `--json`. */
function figures({ instance, cpuMs, ...row }: Row): InstanceFigures {
  return {
    instance,
    ours: {
      objective: row.objective,
      bound: row.bound,
      lines: row.objective === null ? 0 : row.workers,
      first_cpu_ms: cpuMs.first,
      cpu_ms: cpuMs.total,
      slices: row.slices,
      max_slice_cpu_ms: cpuMs.max,
      checkpoint_bytes: row.stateBytes,
      rss_mb: row.rssBytes / 2 ** 20,
    },
    peers: row.peers,
  };
}

const STACK_COLUMNS: Column<StackFigures>[] = [
  ["instance", -15, (row) => row.instance],
  ["objective", 12, (row) => row.objectives[0]?.toFixed(2) ?? "-"],
  ["populate s", 10, (row) => seconds(row.populateMs)],
  ["wall s", 6, (row) => seconds(row.wallMs)],
  ["cpu s", 6, (row) => seconds(row.cpuMs)],
  ["slices", 6, (row) => `${row.slices}`],
  ["max ms", 6, (row) => whole(row.maxSliceMs)],
  ["heap MB", 7, (row) => whole(row.heapMb)],
  ["isolate MB", 10, (row) => whole(row.rssMb)],
];

async function onStack(instances: readonly string[], runs: number, json: boolean): Promise<number> {
  const stack = await startStack();
  try {
    if (!json) console.log(tableLine(STACK_COLUMNS, STACK_COLUMNS.map(([title]) => title)));
    const results: StackFigures[] = [];
    for (const instance of instances) {
      const problem = importAllocatorInstance(await readAllocatorInstance(instance));
      const row = await measureOnStack(stack, instance, problem, runs);
      results.push(row);
      if (!json) {
        console.log(tableLine(STACK_COLUMNS, STACK_COLUMNS.map(([, , cell]) => cell(row))));
      }
    }
    if (json) console.log(JSON.stringify({ instances: results }));
    return 0;
  } finally {
    await stack.stop();
  }
}

async function main(): Promise<number> {
  const { instances, runs, sliceMs, peerSeconds, stack, drawn, json } = options();
  if (drawn) return await profileAllocator({ ...drawn, sliceMs });
  if (stack) return await onStack(instances, runs, json);
  if (!json) console.log(tableLine(COLUMNS, COLUMNS.map(([title]) => title)));
  const results: Row[] = [];
  for (const instance of instances) {
    const rows: Row[] = [];
    for (let seed = 1; seed <= runs; seed++) rows.push(await runOnce(instance, seed, sliceMs));
    const row = peerSeconds > 0 ? await withPeers(medians(rows), peerSeconds) : medians(rows);
    results.push(row);
    if (!json) printRow(row);
  }
  if (json) console.log(JSON.stringify({ instances: results.map(figures) }));
  return results.some(({ status }) => /INVALID|FAILED/.test(status)) ? 1 : 0;
}

if (import.meta.main) Deno.exit(await main());
