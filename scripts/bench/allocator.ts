/**
 * Benchmark of the allocator on the sample instances: runs it in slices, each in a fresh worker with
 * its state as JSON, as the fleet does, and both peers on the full model, each in a process of its
 * own. Every matching passes the independent checker and is scored by independent code.
 * Run: deno task bench:allocator [--instance NAME] [--quick] [--runs N] [--no-peers] [--json]
 */
// deno-lint-ignore-file no-console -- a command-line script reports on the terminal
import { parseArgs } from "node:util";
import { checkMatching, scoreMatching } from "../../shared/allocator/checker.ts";
import type { AllocatorProblem } from "../../shared/allocator/problem.ts";
import {
  ALLOCATOR_INSTANCES,
  importAllocatorInstance,
  readAllocatorInstance,
} from "./allocator_instances.ts";
import type { AllocatorSliceAnswer, AllocatorSliceRequest } from "./allocator_slice.ts";
import type { PeerAnswer } from "./peers/allocator_peer.ts";

const HELP = `Usage: deno task bench:allocator [options]
  --instance NAME     only this instance (may be repeated)
  --quick             a60x40stab, a139x100 and a139x100mip only
  --runs N            seeds 1..N, medians of their figures (default 1)
  --slice-ms N        CPU a slice may use, cold start included (default 700)
  --no-peers          the allocator alone
  --peer-seconds N    time limit of each peer (default 60)
  --json              one JSON array instead of the table
  --help`;

const QUICK = ["a60x40stab", "a139x100", "a139x100mip"];
const PEERS = ["cp-sat", "highs"] as const;
/** A run that needs more slices than this is broken. */
const MOST_SLICES = 200;

/** Figures of one run, or the medians of several. */
interface Row {
  instance: string;
  /** The engine's status, or INVALID when the checker, the score or a peer disagrees with it. */
  status: string;
  workers: number;
  /** By `scoreMatching`; null without a matching. */
  objective: number | null;
  bound: number | null;
  gap: number | null;
  slices: number;
  cpuMs: { total: number; p50: number; p95: number; max: number; cold: number };
  /** Largest state between slices, and largest memory of a slice. */
  stateBytes: number;
  heapBytes: number;
  /** Violations, the engine's explanation or its failure. */
  detail: unknown;
  peers: Partial<Record<typeof PEERS[number], PeerAnswer>>;
}

function slice(request: AllocatorSliceRequest): Promise<AllocatorSliceAnswer> {
  const worker = new Worker(import.meta.resolve("./allocator_slice.ts"), { type: "module" });
  return new Promise<AllocatorSliceAnswer>((resolve, reject) => {
    worker.onmessage = ({ data }: MessageEvent<AllocatorSliceAnswer>) => resolve(data);
    worker.onerror = (event) => {
      event.preventDefault();
      reject(new Error(event.message));
    };
    worker.postMessage(request);
  }).finally(() => worker.terminate());
}

async function runOnce(instance: string, seed: number, sliceMs: number): Promise<Row> {
  const problem = importAllocatorInstance(await readAllocatorInstance(instance), seed);
  const text = JSON.stringify(problem);
  const answers: AllocatorSliceAnswer[] = [];
  let state: string | null = null;
  while (!answers.at(-1)?.outcome) {
    if (answers.length === MOST_SLICES) throw new Error(`${instance}: no end`);
    const answer: AllocatorSliceAnswer = await slice({ problem: text, state, sliceMs });
    answers.push(answer);
    state = answer.state;
  }
  const cpu = answers.map(({ cpuMs }) => cpuMs).sort((a, b) => a - b);
  const cold = answers.map(({ coldMs }) => coldMs).sort((a, b) => a - b);
  const at = (sorted: number[], share: number) => sorted[Math.ceil(share * sorted.length) - 1];
  return {
    instance,
    workers: problem.workers.length,
    ...judge(problem, answers.at(-1)!),
    slices: answers.length,
    cpuMs: {
      total: cpu.reduce((sum, ms) => sum + ms, 0),
      p50: at(cpu, 0.5),
      p95: at(cpu, 0.95),
      max: cpu.at(-1)!,
      cold: at(cold, 0.5),
    },
    stateBytes: Math.max(...answers.map(({ state }) => new TextEncoder().encode(state).length)),
    heapBytes: Math.max(...answers.map(({ heapBytes }) => heapBytes)),
    peers: {},
  };
}

/** The end of a run as the independent checker and score see it. */
function judge(problem: AllocatorProblem, { outcome }: AllocatorSliceAnswer) {
  if (outcome!.status !== "COMPLETED") {
    const none = { objective: null, bound: null, gap: null };
    return { ...none, status: outcome!.status, detail: outcome };
  }
  const { allocations, report: { bound, objective: claimed } } = outcome!;
  const violations = checkMatching(problem, allocations);
  const objective = scoreMatching(problem, allocations);
  // Each cost is rounded to a thousandth.
  const wrong = Math.abs(objective - claimed) > 0.0005 * problem.workers.length + 1e-6;
  const detail = wrong ? { claimed, objective } : violations.slice(0, 5);
  const status = wrong || violations.length > 0 ? "INVALID" : "COMPLETED";
  return { status, objective, bound, gap: (claimed - bound) / Math.max(1, bound), detail };
}

async function runPeer(peer: string, instance: string, seconds: number): Promise<PeerAnswer> {
  const script = new URL("./peers/allocator_peer.ts", import.meta.url).pathname;
  const command = new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "--quiet", script, peer, instance, `${seconds}`],
    stdout: "piped",
    stderr: "piped",
  });
  const { success, stdout, stderr } = await command.output();
  const last = new TextDecoder().decode(stdout).trim().split("\n").at(-1) ?? "";
  if (success && last.startsWith("{")) return JSON.parse(last);
  const reason = new TextDecoder().decode(stderr).trim().split("\n").at(-1) ?? "no answer";
  return { status: `failed: ${reason}`, objective: null, cpuMs: NaN, wallMs: NaN, rssBytes: NaN };
}

/** The row with the peers' figures; INVALID when a proven optimum differs. */
async function withPeers(row: Row, seconds: number): Promise<Row> {
  const peers: Row["peers"] = {};
  for (const peer of PEERS) peers[peer] = await runPeer(peer, row.instance, seconds);
  const ours = row.bound === null ? null : Math.round(1000 * row.bound);
  const differs = Object.values(peers).some(({ status, objective }) =>
    status === "OPTIMAL" && objective !== ours
  );
  return { ...row, peers, status: differs ? "INVALID" : row.status };
}

/** Median of every figure; statuses that differ between runs are all named. */
function medians(rows: Row[]): Row {
  const median = (pick: (row: Row) => number): number =>
    rows.map(pick).sort((a, b) => a - b)[Math.floor((rows.length - 1) / 2)];
  const cpu = (name: keyof Row["cpuMs"]) => median((row) => row.cpuMs[name]);
  return {
    ...rows[0],
    status: [...new Set(rows.map(({ status }) => status))].join("/"),
    slices: median((row) => row.slices),
    cpuMs: {
      total: cpu("total"),
      p50: cpu("p50"),
      p95: cpu("p95"),
      max: Math.max(...rows.map((row) => row.cpuMs.max)), // a limit is kept in every run or not at all
      cold: cpu("cold"),
    },
    stateBytes: Math.max(...rows.map((row) => row.stateBytes)),
    heapBytes: Math.max(...rows.map((row) => row.heapBytes)),
  };
}

function whole(value: number | null): string {
  return value === null ? "-" : value.toFixed(0);
}

function peerCell({ peers }: Row, peer: typeof PEERS[number]): string {
  const answer = peers[peer];
  if (!answer) return "-";
  return answer.status === "OPTIMAL"
    ? (answer.cpuMs / 1000).toFixed(2)
    : answer.status.slice(0, 16);
}

const COLUMNS: [title: string, width: number, cell: (row: Row) => string][] = [
  ["instance", -13, (row) => row.instance],
  ["status", -10, (row) => row.status],
  ["objective", 12, (row) => row.objective?.toFixed(2) ?? "-"],
  ["gap %", 6, (row) => row.gap === null ? "-" : (100 * row.gap).toFixed(2)],
  ["slices", 6, (row) => `${row.slices}`],
  ["cpu s", 6, (row) => (row.cpuMs.total / 1000).toFixed(2)],
  ["max ms", 6, (row) => whole(row.cpuMs.max)],
  ["cold ms", 7, (row) => whole(row.cpuMs.cold)],
  ["state KB", 8, (row) => (row.stateBytes / 1024).toFixed(1)],
  ["heap MB", 7, (row) => whole(row.heapBytes / 2 ** 20)],
  ["CP-SAT s", 16, (row) => peerCell(row, "cp-sat")],
  ["HiGHS s", 16, (row) => peerCell(row, "highs")],
];

function tableLine(cells: string[]): string {
  return cells.map((cell, i) => {
    const width = COLUMNS[i][1];
    return width < 0 ? cell.padEnd(-width) : cell.padStart(width);
  }).join("  ");
}

function printRow(row: Row): void {
  console.log(tableLine(COLUMNS.map(([, , cell]) => cell(row))));
  if (row.status !== "COMPLETED") console.log(`    ${JSON.stringify(row.detail).slice(0, 300)}`);
}

function options() {
  const { values } = parseArgs({
    args: Deno.args,
    options: {
      instance: { type: "string", multiple: true },
      quick: { type: "boolean" },
      runs: { type: "string", default: "1" },
      "slice-ms": { type: "string", default: "700" },
      "no-peers": { type: "boolean" },
      "peer-seconds": { type: "string", default: "60" },
      json: { type: "boolean" },
      help: { type: "boolean" },
    },
  });
  const instances = values.instance ?? (values.quick ? QUICK : [...ALLOCATOR_INSTANCES]);
  const known: readonly string[] = ALLOCATOR_INSTANCES;
  const unknown = instances.filter((name) => !known.includes(name));
  if (unknown.length > 0) throw new Error(`unknown instance ${unknown}; known: ${known}`);
  return {
    instances,
    runs: positive("runs", values.runs),
    sliceMs: positive("slice-ms", values["slice-ms"]),
    peerSeconds: values["no-peers"] ? 0 : positive("peer-seconds", values["peer-seconds"]),
    json: values.json ?? false,
    help: values.help ?? false,
  };
}

function positive(name: string, text: string): number {
  const number = Number(text);
  if (!Number.isInteger(number) || number < 1) throw new Error(`--${name} is ${text}`);
  return number;
}

async function main(): Promise<number> {
  const { instances, runs, sliceMs, peerSeconds, json, help } = options();
  if (help) {
    console.log(HELP);
    return 0;
  }
  if (!json) console.log(tableLine(COLUMNS.map(([title]) => title)));
  const results: Row[] = [];
  for (const instance of instances) {
    const rows: Row[] = [];
    for (let seed = 1; seed <= runs; seed++) rows.push(await runOnce(instance, seed, sliceMs));
    const row = peerSeconds > 0 ? await withPeers(medians(rows), peerSeconds) : medians(rows);
    results.push(row);
    if (!json) printRow(row);
  }
  if (json) console.log(JSON.stringify(results, null, 2));
  return results.some(({ status }) => /INVALID|FAILED/.test(status)) ? 1 : 0;
}

if (import.meta.main) Deno.exit(await main());
