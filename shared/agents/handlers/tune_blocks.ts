// Handler tune_blocks: measures how deep a sieve pays on a sample of the latest search, and fits what candidates cost to the blocks that were
// worked; proposes what differs. The only handler that takes more than a look.

import * as z from "zod";
import { type BlockState, prepareBlock } from "../../primes/engine.ts";
import { planWork } from "../../primes/work.ts";
import type { Handler, Proposal, Report } from "./handler.ts";

const shape = z.object({
  sample: z.object({
    form: z.string(),
    params: z.record(z.string(), z.unknown()),
    candidates: z.number(),
  }).nullable(),
  calibration: z.object({ coeff_a: z.number(), coeff_b: z.number() }).nullable(),
  observations: z.array(
    z.object({
      seconds: z.number(),
      candidates: z.number(),
      digits: z.number(),
      slices: z.number(),
    }),
  ),
});
type Data = z.infer<typeof shape>;

/** One measurement: a sieve to some depth, and the tests of what it leaves. */
interface Measured {
  /** Largest prime of the sieve. */
  depth: number;
  cpu_ms: number;
  tested: number;
}

interface TuneState {
  measured: Measured[];
  /** The block that is worked, and what it took so far. */
  block: BlockState | null;
  cpuMs: number;
  over: boolean;
}

/** CPU in ms that a sample is to take with the sieve that the engine chooses, and at most with another. */
const SAMPLE_MS = 1_500, MOST_MS = 15_000;
/** Sieves that are tried, as multiples of the engine's depth; the first is that itself. */
const DEPTHS = [1, 0.25, 4];
/** A sieve is better, or a calibration off, where it is by more than this. */
const WORTH = 0.1, OFF = 0.25;
const LEAST_OBSERVATIONS = 10;

/** The sample's block: candidates of the middle, about as many as SAMPLE_MS takes. */
function sampleBlock({ form, params, candidates }: NonNullable<Data["sample"]>) {
  const { cpuSeconds } = planWork({ form, params });
  const each = Math.max(1e-6, cpuSeconds / candidates);
  const size = Math.max(1, Math.min(candidates, 5_000, Math.floor(SAMPLE_MS / 1000 / each)));
  const start = Math.floor((candidates - size) / 2);
  return { form, params, start, end: start + size - 1 };
}

/** How deep to sieve, measured; what candidates cost, fitted. */
export const tuneBlocks: Handler<Data, TuneState> = {
  shape,
  start: () => ({ measured: [], block: null, cpuMs: 0, over: false }),

  step(data, from, budget) {
    const state = { ...from, measured: [...from.measured] };
    if (data.sample === null || state.measured.length >= DEPTHS.length) {
      return { ...state, over: true };
    }
    const depth = state.measured.length === 0
      ? undefined
      : Math.max(3, Math.round(state.measured[0].depth * DEPTHS[state.measured.length]));
    const machine = prepareBlock({ ...sampleBlock(data.sample), sieveDepth: depth });
    const before = budget.remainingMs();
    const block = machine.step(state.block ?? machine.start(), budget);
    state.cpuMs += Math.max(0, before - budget.remainingMs());
    if (!machine.done(block)) {
      // A sample that takes so long says nothing of sieves: tests are all of it.
      return { ...state, block, over: state.cpuMs > MOST_MS };
    }
    const { sieveDepth, tested } = machine.outcome(block);
    const cpu_ms = Math.round(state.cpuMs * 10) / 10;
    state.measured.push({ depth: sieveDepth, cpu_ms, tested });
    return { ...state, block: null, cpuMs: 0, over: state.measured.length >= DEPTHS.length };
  },

  done: ({ over }) => over,

  report(data, { measured }) {
    if (data.sample === null) return { summary: "No search to be measured was there." };
    const { form } = data.sample;
    const fit = fitted(data.observations);
    const proposals = [...sieveProposal(form, measured), ...costProposal(data, fit)];
    const report: Report = {
      summary: sentence(form, measured, proposals),
      form,
      measured,
      fit,
      calibration: data.calibration,
      proposals,
    };
    return report;
  },
};

function sentence(form: string, measured: Measured[], proposals: Proposal[]): string {
  const what = measured.length < DEPTHS.length
    ? `Tests of ${form} take too long for sieves to be compared`
    : `Sieves of ${form} to ${
      measured.map(({ depth, cpu_ms }) => `${depth}: ${cpu_ms} ms`).join(", ")
    }`;
  return `${what}; ${proposals.length === 0 ? "nothing" : proposals.length} to propose.`;
}

/** Another sieve that was better than the engine's by more than noise. */
function sieveProposal(form: string, measured: Measured[]): Proposal[] {
  if (measured.length < DEPTHS.length) return [];
  const best = measured.reduce((a, b) => b.cpu_ms < a.cpu_ms ? b : a);
  if (best.cpu_ms > (1 - WORTH) * measured[0].cpu_ms) return [];
  const saved = Math.round(100 * (1 - best.cpu_ms / measured[0].cpu_ms));
  return [{
    action: "remember",
    params: {
      key: `sieve depth of ${form}`,
      value: `Ask for sieve_depth ${best.depth}: ${saved}% less CPU than ${measured[0].depth}`,
      category: "pattern",
      shared: true,
    },
    summary: `Remember that a sieve of ${form} to ${best.depth} takes ${saved}% less CPU`,
  }];
}

/** Seconds a candidate = a * (digits/1000)^b. */
interface Fit {
  coeff_a: number;
  coeff_b: number;
  observations: number;
}

/** Least squares of ln(seconds) against ln(digits/1000); where all are of one size the exponent is the plan's, 2.5. */
export function fitted(observations: Data["observations"]): Fit | null {
  if (observations.length < LEAST_OBSERVATIONS) return null;
  const points = observations.map(({ seconds, candidates, digits }) => ({
    x: Math.log(digits / 1000),
    y: Math.log(seconds / candidates),
  }));
  const mean = (value: (point: { x: number; y: number }) => number) =>
    points.reduce((sum, point) => sum + value(point), 0) / points.length;
  const [x, y] = [mean((p) => p.x), mean((p) => p.y)];
  const spread = mean((p) => (p.x - x) ** 2);
  const slope = spread > 1e-9 ? mean((p) => (p.x - x) * (p.y - y)) / spread : NaN;
  const coeff_b = slope >= 0 && slope <= 6 ? slope : 2.5;
  return { coeff_a: Math.exp(y - coeff_b * x), coeff_b, observations: points.length };
}

/** A calibration that is off at the digits that were worked. */
function costProposal({ sample, calibration, observations }: Data, fit: Fit | null): Proposal[] {
  if (fit === null || calibration === null) return [];
  const size = Math.exp(
    observations.reduce((sum, { digits }) => sum + Math.log(digits / 1000), 0) /
      observations.length,
  );
  const cost = ({ coeff_a, coeff_b }: { coeff_a: number; coeff_b: number }) =>
    coeff_a * size ** coeff_b;
  const off = Math.abs(cost(calibration) / cost(fit) - 1);
  if (off <= OFF) return [];
  const { form } = sample!;
  return [{
    action: "change_calibration",
    params: { form, coeff_a: fit.coeff_a, coeff_b: fit.coeff_b },
    summary: `Costs of ${form} are ${Math.round(100 * off)}% off: set them to ${
      fit.coeff_a.toPrecision(3)
    } * (digits/1000)^${fit.coeff_b.toFixed(2)} s`,
  }];
}
