/**
 * Benchmark of the planner on the sample instances. Ours runs in slices, each in a fresh worker with
 * its state as JSON, as the fleet does; the peers solve models of their own, each in a process of its
 * own. Every plan passes the independent checker and is scored by independent code, or the row says
 * INVALID. Annual leave and pathways are no part of the comparison.
 */
// deno-lint-ignore-file no-console -- a command-line script reports on the terminal
import { checkPlan } from "../../shared/planner/check/checker.ts";
import type { PlannedLine, PlannerOutcome } from "../../shared/planner/engine.ts";
import { type Effort, MOST_EFFORT } from "../../shared/planner/effort.ts";
import type { PlannerProblem } from "../../shared/planner/problem.ts";
import { scorePlan } from "../../shared/planner/check/score.ts";
import { type Column, megabytes, seconds, tableLine, whole } from "./harness.ts";
import { FAMILIES } from "./drawn.ts";
import { importInstance, type InstanceFile, INSTANCES, readInstance } from "./instances.ts";
import type { PeerFigures } from "./peers/planner_peer.ts";
import { compare, PEER_NAMES, runPeer } from "./planner_peers.ts";
import { type RunOptions, runSlices } from "./planner_run.ts";
import { drawnGroups, keptGroups, profile } from "./planner_profile.ts";
import type { SliceAnswer } from "./planner_slice.ts";
import { commandLine } from "../command_line.ts";

const USAGE = `deno task bench:planner [options]
  --instance NAME   only this instance (may be repeated)
  --quick           p020, p060, over140cap79 and infTerm5 only; 4 s for ours, 5 s for the peers
  --cpu-s N         CPU seconds for ours per instance, all slices (default 20)
  --peer-s N        CPU seconds for each peer (default 60); 0 leaves the peers out
  --peers           with --drawn or --profile: every peer beside ours, with as much CPU
  --effort NAME     quick, normal or high (default: as much as there is, so that only the CPU limits it)
  --slice-ms N      what a slice may use (CPU, cold start included; default 650)
  --profile         instead: the gap over time, one row an instance
  --drawn N         the same of N problems drawn from each family, with worst and median
  --seed S          first seed of these (default 1)
  --family NAME     only this family (may be repeated); thousand (1,000 lines) only where it is named
  --draw N=A..B     other ranges: terms, lines, linesPerPosition, slack, pathways, specialties, leaveRoom
  --svg FILE        the gap over time as a picture
  --keep FILE       append what each problem came to; what FILE has already is told, not run again
  --slow F          every millisecond of CPU counts as F (default 1)
  --counted         time is what is counted (moves, pivots, nodes) at the rates of a normal machine,
                    not CPU: the same on every machine, and beside any load; says nothing of how
                    long a slice or how large an isolate is, and stands beside no peers
  --scaling         instead: CPU until a gap of 1% is proven over 60..400 lines, and its exponent
  --json            figures as one JSON object instead of the table`;

/** One family over the number of lines. */
const SCALING = ["p060", "p140", "p200", "p300", "p400"];
const QUICK = ["p020", "p060", "over140cap79", "infTerm5"];

/** Figures of one run. */
interface Row {
  instance: string;
  /** The engine's status, or INVALID when the checker or the score disagrees with it. */
  status: string;
  lines: number;
  wanted: number;
  /** By `scorePlan`; null without a plan. */
  objective: number | null;
  bound: number | null;
  /** As the engine tells it: relative to the plan's size. */
  gap: number | null;
  slices: number;
  cpuMs: { total: number; first: number | null; p95: number; max: number | null };
  /** Largest state between slices, and largest memory of a slice; null where time is counted work. */
  stateBytes: number;
  heapBytes: number | null;
  rssBytes: number;
  peers: PeerFigures[];
  /** Violations, the engine's explanation or its failure. */
  detail: unknown;
}

async function runOnce(instance: string, options: RunOptions, peerS: number): Promise<Row> {
  const file = await readInstance(instance);
  const problem = importInstance(file);
  const answers = await runSlices(problem, { ...options, goalGap: null });
  const own = summarise(file, problem, answers, options), peers: PeerFigures[] = [];
  // Without a plan there is nothing to compare.
  const asked = peerS > 0 && own.status === "COMPLETED" ? PEER_NAMES : [];
  for (const name of asked) peers.push(await runPeer(name, problem, peerS));
  return { ...own, peers };
}

function summarise(
  file: InstanceFile,
  problem: PlannerProblem,
  answers: SliceAnswer[],
  { counted }: RunOptions,
): Omit<Row, "peers"> {
  const { outcome, progress } = answers.at(-1)!;
  const judged = outcome!.status === "COMPLETED"
    ? judgePlan(problem, outcome!.lines, progress.objective)
    : judgeRefusal(file, outcome!);
  const { objective } = judged;
  const { bound, gap } = progress;
  return {
    instance: file.name,
    wanted: problem.lines,
    ...judged,
    bound: objective === null ? null : bound,
    gap: objective === null ? null : gap,
    slices: answers.length,
    cpuMs: cpuFigures(answers, counted),
    stateBytes: Math.max(...answers.map(({ state }) => new TextEncoder().encode(state).length)),
    heapBytes: counted ? null : Math.max(...answers.map(({ heapBytes }) => heapBytes)),
    rssBytes: Math.max(...answers.map(({ rssBytes }) => rssBytes)),
  };
}

function cpuFigures(answers: SliceAnswer[], counted: boolean): Row["cpuMs"] {
  const cpu = answers.map(({ cpuMs }) => cpuMs);
  const sum = (list: number[]) => list.reduce((total, ms) => total + ms, 0);
  const at = answers.findIndex(({ firstMs }) => firstMs !== null);
  const sorted = cpu.toSorted((a, b) => a - b);
  return {
    total: sum(cpu),
    first: at < 0 ? null : sum(cpu.slice(0, at)) + answers[at].firstMs!,
    p95: sorted[Math.ceil(0.95 * sorted.length) - 1],
    max: counted ? null : sorted.at(-1)!,
  };
}

type Judgement = Pick<Row, "status" | "lines" | "objective" | "detail">;

/** A plan as the independent checker and score see it. */
function judgePlan(
  problem: PlannerProblem,
  planned: PlannedLine[],
  claimed: number | null,
): Judgement {
  const lines = planned.map(({ positions }) => positions);
  const violations = checkPlan(problem, lines, planned);
  const { objective } = scorePlan(problem, lines);
  const wrongScore = claimed !== null && Math.abs(claimed - objective) > 1e-6;
  const status = violations.length > 0 || wrongScore ? "INVALID" : "COMPLETED";
  const detail = wrongScore ? { claimed, objective } : violations.slice(0, 5);
  return { status, lines: lines.length, objective, detail };
}

/** No plan: right only where the instance is known to have none. */
function judgeRefusal(
  { expect }: InstanceFile,
  outcome: Exclude<PlannerOutcome, { status: "COMPLETED" }>,
): Judgement {
  const none = { lines: 0, objective: null };
  if (outcome.status === "FAILED") return { ...none, status: "FAILED", detail: outcome.message };
  const status = expect.startsWith("infeasible") ? "INFEASIBLE" : "INVALID";
  return { ...none, status, detail: outcome.explanation };
}

const columnsOf = (counted: boolean): Column<Row>[] => [
  ["instance", -13, (row) => row.instance],
  ["status", -10, (row) => row.status],
  ["lines", 8, (row) => `${row.lines}/${row.wanted}`],
  ["objective", 10, (row) => whole(row.objective)],
  ["bound", 10, (row) => whole(row.bound)],
  ["gap %", 6, (row) => row.gap === null ? "-" : (100 * row.gap).toFixed(2)],
  ["first s", 7, (row) => seconds(row.cpuMs.first)],
  [counted ? "work s" : "cpu s", 6, (row) => seconds(row.cpuMs.total)],
  ["slices", 6, (row) => `${row.slices}`],
  ["max ms", 6, (row) => whole(row.cpuMs.max)],
  ["state KB", 8, (row) => (row.stateBytes / 1024).toFixed(1)],
  ["isolate MB", 10, (row) => megabytes(row.heapBytes)],
];

function printRow(row: Row, columns: Column<Row>[]): void {
  console.log(tableLine(columns, columns.map(([, , cell]) => cell(row))));
  for (const peer of row.peers) console.log(`    ${peerLine(peer)}`);
  if (row.status !== "COMPLETED") console.log(`    ${JSON.stringify(row.detail).slice(0, 300)}`);
}

function peerLine(peer: PeerFigures): string {
  const plan = peer.objective === null
    ? "no plan"
    : `${peer.lines} lines, ${whole(peer.objective)}${
      peer.optimal ? " (optimal)" : ""
    }, first after ` +
      `${seconds(peer.first_cpu_ms)} s`;
  return `${peer.name}: ${plan}; bound ${whole(peer.bound)}, ${seconds(peer.cpu_ms)} s of CPU, ` +
    `${whole(peer.rss_mb)} MB`;
}

/** The figures of `--json`. */
function figures({ instance, objective, bound, lines, cpuMs, ...row }: Row) {
  return {
    instance,
    ours: {
      objective,
      bound,
      lines,
      first_cpu_ms: cpuMs.first,
      cpu_ms: cpuMs.total,
      slices: row.slices,
      max_slice_cpu_ms: cpuMs.max,
      checkpoint_bytes: row.stateBytes,
      rss_mb: row.rssBytes / 2 ** 20,
    },
    peers: row.peers.map(({ name, objective, optimal, cpu_ms, rss_mb }) => (
      { name, objective, optimal, cpu_ms, rss_mb }
    )),
  };
}

/** CPU until a gap of 1% is proven, and the exponent n of cost = c lines^n by least squares. */
async function scaling(options: RunOptions): Promise<void> {
  const points: { lines: number; ms: number }[] = [];
  const clock = options.counted ? "counted work" : "CPU";
  for (const instance of SCALING) {
    const problem = importInstance(await readInstance(instance));
    const answers = await runSlices(problem, { ...options, cpuS: 120, goalGap: 0.01 });
    const ms = cpuFigures(answers, options.counted).total;
    points.push({ lines: problem.lines, ms });
    console.log(`${instance}: 1% proven after ${seconds(ms)} s of ${clock}`);
  }
  const x = points.map(({ lines }) => Math.log(lines)), y = points.map(({ ms }) => Math.log(ms));
  const mean = (list: number[]) => list.reduce((sum, v) => sum + v, 0) / list.length;
  const mx = mean(x), my = mean(y);
  const slope = x.reduce((sum, v, i) => sum + (v - mx) * (y[i] - my), 0) /
    x.reduce((sum, v) => sum + (v - mx) ** 2, 0);
  console.log(`cost grows as lines^${slope.toFixed(2)}`);
}

function options() {
  const { values, number, known, refuse } = commandLine(USAGE, {
    instance: { type: "string", multiple: true },
    quick: { type: "boolean" },
    "cpu-s": { type: "string" },
    "peer-s": { type: "string" },
    effort: { type: "string" },
    "slice-ms": { type: "string", default: "650" },
    scaling: { type: "boolean" },
    profile: { type: "boolean" },
    peers: { type: "boolean" },
    keep: { type: "string" },
    drawn: { type: "string" },
    seed: { type: "string", default: "1" },
    family: { type: "string", multiple: true },
    draw: { type: "string", multiple: true },
    svg: { type: "string" },
    slow: { type: "string", default: "1" },
    counted: { type: "boolean" },
    json: { type: "boolean" },
  });
  const instances = values.instance ?? (values.quick ? QUICK : [...INSTANCES]);
  known("instance", INSTANCES);
  known("family", Object.keys(FAMILIES));
  known("effort", ["quick", "normal", "high"]);
  const counted = values.counted ?? false;
  if (counted && (values.peers || values["peer-s"] !== undefined)) {
    refuse("Peers have their CPU, and --counted goes by none: leave one of them out.");
  }
  return {
    instances,
    peerS: counted ? 0 : number("peer-s", 0, values.quick ? 5 : 60),
    run: {
      sliceMs: number("slice-ms", 1),
      cpuS: number("cpu-s", 0.1, values.quick ? 4 : 20),
      goalGap: null,
      effort: values.effort as Effort | undefined ?? MOST_EFFORT,
      slow: number("slow", 0.1),
      counted,
    },
    scaling: values.scaling ?? false,
    drawn: values.drawn === undefined ? null : {
      count: number("drawn", 1),
      seed: number("seed", 0),
      families: values.family ?? null,
      ranges: values.draw ?? [],
    },
    profile: values.profile ?? false,
    peers: values.peers ?? false,
    over: {
      svg: values.svg ?? null,
      keep: values.keep ?? null,
      json: values.json ?? false,
    },
    json: values.json ?? false,
  };
}

async function main(): Promise<number> {
  const { instances, peerS, run, json, ...asked } = options();
  if (asked.drawn || asked.profile) {
    const groups = asked.drawn ? drawnGroups(asked.drawn) : keptGroups(instances);
    if (asked.peers) return await compare(groups, asked.over.keep, run);
    return await profile(groups, asked.over, run);
  }
  if (asked.scaling) {
    await scaling(run);
    return 0;
  }
  const rows: Row[] = [], columns = columnsOf(run.counted);
  if (!json) console.log(tableLine(columns, columns.map(([title]) => title)));
  for (const instance of instances) {
    const row = await runOnce(instance, run, peerS);
    rows.push(row);
    if (!json) printRow(row, columns);
  }
  if (json) console.log(JSON.stringify({ instances: rows.map(figures) }));
  return rows.some(({ status }) => /INVALID|FAILED/.test(status)) ? 1 : 0;
}

if (import.meta.main) Deno.exit(await main());
