// What `deno task primes` prints of a search: its plan, finds as they come, and where the time went.

import type {
  PlannedPrimeSearch,
  PrimeCounts,
  PrimeFind,
  PrimeSearchRun,
} from "../../shared/client/mod.ts";
import type { Paint } from "../demo/paint.ts";
import { duration } from "../demo/text.ts";
import type { IsolateRecord } from "../stack/mod.ts";

/** The one object that --json prints. */
export interface PrimesSummary {
  form: string;
  params: Record<string, unknown>;
  primes: { expression: string; digits: number; proof_method: string; verified: boolean }[];
  sieved: number;
  tested: number;
  /** Of a survey. */
  counted?: PrimeCounts;
  cpu_ms: number;
  wall_ms: number;
  isolates: number;
}

/** "1 block", "2 blocks" */
function many(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? "" : "s"}`;
}

/** What there is to search for. */
export function describePlan(plan: PlannedPrimeSearch): string {
  const [least, most] = plan.digits.map(Math.round);
  const digits = least === most ? `${most} digits` : `${least} to ${most} digits`;
  return `${plan.first} to ${plan.last}: ${many(plan.candidates, "candidate")} of ${digits} in ${
    many(plan.blocks, "block")
  }; ` +
    `about ${plan.expectedFinds.toPrecision(2)} finds expected, ${
      duration(plan.cpuSeconds * 1000)
    } of CPU`;
}

/** A find in one line. */
export function describeFind(
  { expression, digits, proof_method, reason }: PrimeFind,
  paint: Paint,
): string {
  const shown = expression.length > 60 ? `${expression.slice(0, 57)}...` : expression;
  const size = many(digits, "digit");
  return proof_method === "deterministic"
    ? `  ${paint.good("prime")} ${shown}  ${paint.dim(size)}`
    : `  ${paint.bad("probable")} ${shown}  ${paint.dim(`${size}, not proven: ${reason}`)}`;
}

/** Finds by the proof that was checked, e.g. "12 bls_n1, 3 small". */
export function describeProofs(finds: readonly PrimeFind[]): string {
  const counts = new Map<string, number>();
  for (const { verified, verification_method } of finds) {
    const name = verified ? verification_method! : "not proven";
    counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  return [...counts].sort(([, a], [, b]) => b - a).map(([name, count]) => `${count} ${name}`).join(
    ", ",
  );
}

/** What a survey counted. */
export function describeCounted({ count, first, last, sum }: PrimeCounts): string {
  return count === 0
    ? "0 counted"
    : `${count} counted, ${first} the first, ${last} the last; their sum is ${sum} modulo 2^64`;
}

/** Where the time went. */
export function describeTimes(
  { run, startupMs, wallMs, checkCpuMs, isolates }: {
    run: PrimeSearchRun;
    startupMs: number;
    wallMs: number;
    checkCpuMs: number;
    isolates: number;
  },
): string[] {
  const searched = Date.parse(run.finished_at!) - Date.parse(run.started_at!);
  const { cpuMs, slices, blocks, sieved, tested } = run.result!;
  return [
    `${sieved} candidates sieved out, ${tested} tested, ${many(blocks, "block")}, digest ${
      run.result!.digest.slice(0, 16)
    }`,
    `Stack ${duration(startupMs)}, search ${duration(searched)} (${duration(cpuMs)} of CPU in ${
      many(slices, "slice")
    } on ${many(isolates, "isolate")} at once), ` +
    `checks ${duration(checkCpuMs)} of CPU; search and checks were over after ${duration(wallMs)}`,
  ];
}

/** How many isolates of a function were there at once, of those that got requests. */
export function isolatesAtOnce(records: readonly IsolateRecord[], name: string): number {
  const spans = records.filter((record) => record.function === name && record.requests > 0).map(
    ({ startedAt, wallMs }) => ({
      from: Date.parse(startedAt),
      to: Date.parse(startedAt) + wallMs,
    }),
  );
  const atOnce = ({ from }: { from: number }) =>
    spans.filter((span) => span.from <= from && from < span.to).length;
  return Math.max(0, ...spans.map(atOnce));
}
