// `deno task bench:isolates`: what slices and whole isolates use where it counts: the benches' instances through the
// functions of a local stack, on the hosted runtime's Deno, under its limits. A slice's CPU is what the fleet counts, an
// isolate's is the thread's own, from its first instruction on.
// deno-lint-ignore-file no-console -- this is a command line tool

import postgres from "postgres";
import { type Stack, startStack } from "../stack/mod.ts";
import {
  ALLOCATOR_INSTANCES,
  importAllocatorInstance,
  readAllocatorInstance,
} from "./allocator_instances.ts";
import { measureOnStack } from "./allocator_stack.ts";
import { drawProblem, FAMILIES } from "./drawn.ts";
import { importInstance, INSTANCES, readInstance } from "./instances.ts";
import { planOnStack } from "./planner_stack.ts";
import { commandLine } from "../command_line.ts";

const USAGE = `deno task bench:isolates [options]
  --engine NAME    planner or allocator only
  --instance NAME  only this instance (may be repeated)
  --drawn FAMILY   instead: the planner on a drawn problem of this family (thousand: 1,000 lines), on stored affinities
  --seed S         its seed (default 1)
  --cpu-s N        seconds of CPU for the planner per instance (default 8)
  --json           figures as one JSON object

Exit status: 0 when every isolate stayed at or below 1,500 ms and no run broke; 1 otherwise.
`;

/** A whole isolate uses no more: hosted Supabase ends it at 2,000. */
const MOST_MS = 1_500;

/** How values are spread. */
interface Spread {
  n: number;
  p50: number;
  p95: number;
  max: number;
}

/** Figures of one engine. */
interface Figures {
  slices: Spread;
  isolates: Spread;
  /** Memory of isolates as hosted Supabase counts it, highest. */
  memoryMb: number;
  /** Isolates that the platform ended, by the limit that they met. */
  killed: Record<string, number>;
  /** Instances whose run broke. */
  broken: string[];
}

function spread(values: number[]): Spread {
  const sorted = values.toSorted((a, b) => a - b);
  const at = (share: number) =>
    Math.round(sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0);
  return { n: sorted.length, p50: at(0.5), p95: at(0.95), max: at(1) };
}

async function figuresOf(
  stack: Stack,
  sql: postgres.Sql,
  engine: string,
  broken: string[],
): Promise<Figures> {
  const slices = await sql`
    select cpu_ms::float8 as ms from public.system_metrics where source = ${engine} and cpu_ms is not null`;
  const isolates = (await stack.functions.isolates()).filter((isolate) =>
    isolate.function === `${engine}-solver`
  );
  const killed: Record<string, number> = {};
  for (const { outcome } of isolates) {
    if (["cpu", "memory", "wall_clock", "failed"].includes(outcome)) {
      killed[outcome] = (killed[outcome] ?? 0) + 1;
    }
  }
  return {
    slices: spread(slices.map(({ ms }) => ms)),
    isolates: spread(isolates.map(({ cpuMs }) => cpuMs)),
    memoryMb: Math.round(
      Math.max(0, ...isolates.map(({ peakMemoryBytes }) => peakMemoryBytes)) / 2 ** 20,
    ),
    killed,
    broken,
  };
}

/** Runs instances of one engine, on a stack of its own. */
async function measure<Instance extends { name: string }>(
  engine: string,
  instances: readonly Instance[],
  run: (stack: Stack, sql: postgres.Sql, instance: Instance) => Promise<unknown>,
): Promise<Figures> {
  const stack = await startStack({ seed: false });
  const sql = postgres(stack.adminDbUrl, { max: 1, onnotice: () => {} });
  const broken: string[] = [];
  try {
    for (const instance of instances) {
      await run(stack, sql, instance).catch((error) =>
        broken.push(`${instance.name}: ${error.message}`)
      );
    }
    return await figuresOf(stack, sql, engine, broken);
  } finally {
    await sql.end();
    await stack.stop();
  }
}

/** A drawn problem. */
function drawn(family: string, seed: number) {
  return {
    name: `${family} ${seed}`,
    make: () => Promise.resolve(drawProblem(FAMILIES[family], seed)),
  };
}

async function main(): Promise<number> {
  const { values, number, known } = commandLine(USAGE, {
    engine: { type: "string" },
    instance: { type: "string", multiple: true },
    drawn: { type: "string" },
    seed: { type: "string", default: "1" },
    "cpu-s": { type: "string", default: "8" },
    json: { type: "boolean", default: false },
  });
  known("engine", ["planner", "allocator"]);
  known("instance", [...INSTANCES, ...ALLOCATOR_INSTANCES]);
  known("drawn", Object.keys(FAMILIES));
  const chosen = <Name extends string>(all: readonly Name[]) =>
    all.filter((name) => values.instance?.includes(name) ?? true);
  const options = { effort: "high" as const, time_limit_s: number("cpu-s", 1) };
  const figures: Record<string, Figures> = {};
  if (values.engine !== "allocator") {
    const problems = values.drawn === undefined
      ? chosen(INSTANCES).map((name) => ({
        name,
        make: () => readInstance(name).then((file) => importInstance(file)),
      }))
      : [drawn(values.drawn, number("seed"))];
    figures.planner = await measure("planner", problems, async (stack, sql, { name, make }) => {
      const status = await planOnStack(stack, sql, name, await make(), options);
      if (!["COMPLETED", "INFEASIBLE"].includes(status)) throw new Error(status);
    });
  }
  if (values.engine !== "planner" && values.drawn === undefined) {
    figures.allocator = await measure(
      "allocator",
      chosen(ALLOCATOR_INSTANCES).map((name) => ({ name })),
      async (stack, _sql, { name }) =>
        await measureOnStack(
          stack,
          name,
          importAllocatorInstance(await readAllocatorInstance(name)),
          1,
        ),
    );
  }
  if (values.json) console.log(JSON.stringify(figures));
  else for (const [engine, of] of Object.entries(figures)) console.log(described(engine, of));
  return Object.values(figures).every(isFine) ? 0 : 1;
}

function isFine({ isolates, killed, broken }: Figures): boolean {
  return isolates.max <= MOST_MS && Object.keys(killed).length === 0 && broken.length === 0;
}

function described(
  engine: string,
  { slices, isolates, memoryMb, killed, broken }: Figures,
): string {
  const line = (what: string, { n, p50, p95, max }: Spread) =>
    `  ${what.padEnd(10)}${String(n).padStart(5)}  p50 ${p50} ms, p95 ${p95} ms, max ${max} ms\n`;
  return `${engine}\n${line("slices", slices)}${line("isolates", isolates)}` +
    `  memory    ${memoryMb} MB at most\n` +
    (Object.keys(killed).length ? `  killed    ${JSON.stringify(killed)}\n` : "") +
    broken.map((what) => `  broken    ${what}\n`).join("");
}

if (import.meta.main) Deno.exit(await main());
