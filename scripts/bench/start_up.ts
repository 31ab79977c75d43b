// `deno task bench:start-up`: what a slice of the planner costs before its first unit of work, in a fresh isolate and in a
// warm one: the solver bundled as it is deployed, each start a fresh process of the hosted runtime's Deno without a cache of
// compiled code. An empty module says what of it is the runtime's own.
// deno-lint-ignore-file no-console -- this is a command line tool

import { commandLine } from "../command_line.ts";
import { median } from "./median.ts";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { PlannerProblem } from "../../shared/planner/problem.ts";
import type { PlannerInput } from "../../shared/planner/run/load.ts";
import { bundleModule } from "../deploy/bundle.ts";
import { hostedDeno } from "../stack/functions/hosted_deno.ts";
import { inFreshProcess } from "./fresh_process.ts";
import { importInstance, INSTANCES, readInstance } from "./instances.ts";

const EMPTY = `
const waited = new Int32Array(new SharedArrayBuffer(4));
Atomics.wait(waited, 0, 0, 0.05);
const ms = Number(Deno.readTextFileSync("/proc/thread-self/schedstat").split(" ")[0]) / 1e6;
console.log(JSON.stringify({ runtime_and_parsing: ms }));
`;

/** CPU of the isolate's thread by stage, in ms. */
type Stages = Record<string, number>;

/** The input of a run that builds all lines anew. */
function inputOf(problem: PlannerProblem): PlannerInput {
  return {
    problem,
    mode: "rebuild",
    dryRun: false,
    linesWanted: problem.lines,
    lockedIds: [],
    existingIds: [],
    fingerprint: "",
    takenNames: [],
    lastOrder: 0,
    frozenTerms: 0,
    before: [],
  };
}

/** Least and median: what else the machine does only ever adds. */
function spread(values: number[]): { least: string; median: string } {
  return { least: Math.min(...values).toFixed(1), median: median(values).toFixed(1) };
}

async function main() {
  const { values, number, refuse } = commandLine(
    `deno task bench:start-up [--rounds N (default 11)] [--instance NAME (default p400; others: ${
      INSTANCES.join(", ")
    })]`,
    {
      instance: { type: "string", default: "p400" },
      rounds: { type: "string", default: "11" },
    },
  );
  const instance = INSTANCES.find((name) => name === values.instance);
  if (!instance) {
    return refuse(`--instance takes one of ${INSTANCES.join(", ")}, not "${values.instance}".`);
  }
  const folder = await mkdtemp(join(tmpdir(), "receptor-start-up-"));
  try {
    const deno = await hostedDeno();
    const probe = join(folder, "probe.js"), empty = join(folder, "empty.js");
    const input = join(folder, "input.json");
    const entrypoint = fileURLToPath(import.meta.resolve("./start_up_probe.ts"));
    await writeFile(probe, await bundleModule(entrypoint));
    await writeFile(empty, EMPTY);
    await writeFile(input, JSON.stringify(inputOf(importInstance(await readInstance(instance)))));
    const starts: Stages[] = [], nothing: Stages[] = [];
    for (let round = 0; round < number("rounds", 1); round++) {
      nothing.push(await inFreshProcess<Stages>(deno, empty, [input]));
      starts.push(await inFreshProcess<Stages>(deno, probe, [input]));
    }
    console.table(
      Object.fromEntries([
        ["the runtime alone", spread(nothing.map((each) => each.runtime_and_parsing))],
        ...Object.keys(starts[0]).map((stage) => [
          stage.replaceAll("_", " "),
          spread(starts.map((each) => each[stage])),
        ]),
        [
          "fresh, before the first unit",
          spread(starts.map((each) => each.runtime_and_parsing + each.modules + each.problem)),
        ],
      ]),
    );
  } finally {
    await rm(folder, { recursive: true });
  }
}

await main();
