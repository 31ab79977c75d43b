// Tasks of handlers as the fleet sees them.

import * as z from "zod";
import { faultTexts, readShape } from "../engine/shapes.ts";
import type { CheckpointFormat } from "../engine/checkpoint.ts";
import type { SliceBudget } from "../engine/units.ts";
import { type Machine, type Workload, WorkloadError } from "../fleet/workload.ts";
import { HANDLERS, type Report } from "./handlers/mod.ts";

const inputShape = z.object({
  handler: z.string(),
  params: z.record(z.string(), z.unknown()),
  data: z.unknown(),
});

/** A task of a handler, as its first slice read it. */
export type HandlerInput = z.infer<typeof inputShape>;

/** A handler at work. */
export class HandlerMachine implements Machine<unknown> {
  readonly format: CheckpointFormat = { engine: "agent_task", version: 1 };
  readonly #handler;
  readonly #data: unknown;

  /** @throws WorkloadError UNKNOWN_HANDLER, INVALID_DATA */
  constructor(private readonly input: HandlerInput) {
    const handler = Object.hasOwn(HANDLERS, input.handler) ? HANDLERS[input.handler] : undefined;
    if (!handler) {
      throw new WorkloadError("UNKNOWN_HANDLER", `There is no handler ${input.handler}.`);
    }
    const data = readShape(handler.shape, input.data);
    if (data.faults) {
      throw new WorkloadError("INVALID_DATA", `What ${input.handler} reads could not be read.`, {
        issues: faultTexts(data.faults, 5),
      });
    }
    this.#handler = handler;
    this.#data = data.value;
  }

  start(): unknown {
    return this.#handler.start();
  }

  step(state: unknown, budget: SliceBudget): unknown {
    return this.#handler.step(this.#data, state, budget);
  }

  done(state: unknown): boolean {
    return this.#handler.done(state);
  }

  phase(): string {
    return this.input.handler;
  }

  report(state: unknown): Report {
    return this.#handler.report(this.#data, state);
  }
}

/** Works tasks of handlers. */
export const agentTaskWorkload: Workload<HandlerInput, unknown, HandlerMachine> = {
  searchType: "agent_task",
  inputFormat: { engine: "agent_task input", version: 1 },

  async load(tx, runId) {
    const [row] = await tx`select agents.load_run(${runId}) as document`;
    return inputShape.parse(row.document);
  },

  prepare: (input) => new HandlerMachine(input),

  report: () => Promise.resolve(),

  async commit(tx, claim, _input, machine, state) {
    const report = JSON.parse(JSON.stringify(machine.report(state)));
    await tx`select agents.commit_run(${claim.claimToken}, ${tx.json(report)})`;
  },
};
