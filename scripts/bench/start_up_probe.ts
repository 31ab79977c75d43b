/** What a fresh isolate of the planner does before its first unit of work, measured from within; bundled as functions are. */
// deno-lint-ignore-file no-console -- start_up.ts reads what this prints
import { threadCpuMs } from "./start_up_clock.ts";
import { plannerWorkload } from "../../shared/planner/run/workload.ts";
import { createSolver } from "../../shared/fleet/solver.ts";
import { keepingMachine } from "../../shared/fleet/kept_machine.ts";

const stages: Record<string, number> = { runtime_and_parsing: threadCpuMs.atStart };
createSolver("planner-solver", plannerWorkload);
let last = threadCpuMs();
stages.modules = last - threadCpuMs.atStart;
const stage = (name: string) => {
  const now = threadCpuMs();
  stages[name] = now - last;
  last = threadCpuMs();
};

const text = Deno.readTextFileSync(Deno.args[0]);
const workload = keepingMachine(plannerWorkload);
const machine = workload.prepare(JSON.parse(text), 1);
stage("problem");
machine.step(machine.start(), { remainingMs: () => -1 });
stage("first_unit");
workload.prepare(JSON.parse(text), 1);
stage("problem_again");
console.log(JSON.stringify(stages));
