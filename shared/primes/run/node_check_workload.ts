// Checks of what nodes hand in, as the fleet sees them: a run is a list of answers, checked one after the other in slices.

import * as z from "zod";
import type { CheckpointFormat } from "../../engine/checkpoint.ts";
import type { Claim, Workload } from "../../fleet/workload.ts";
import type { Transaction } from "../../platform/database.ts";
import { type NodeAnswer, NodeChecks, type NodeChecksState } from "../nodes/check.ts";

/** Raise the version with every change of `NodeAnswer`. */
const INPUT_FORMAT: CheckpointFormat = { engine: "node_check input", version: 3 };

const answersShape = z.array(z.object({
  item: z.int(),
  form: z.string(),
  params: z.record(z.string(), z.unknown()),
  start: z.int(),
  end: z.int(),
  share: z.number(),
  seed: z.string(),
  second: z.record(z.string(), z.string()).nullable(),
  reopened: z.enum(["drawn", "whole"]).nullable(),
  // As operator-api read it (nodes/answer.ts), before it was kept.
  answer: z.custom<NodeAnswer["answer"]>((value) => typeof value === "object" && value !== null),
}));

/** Checks what nodes hand in. */
export const nodeCheckWorkload: Workload<NodeAnswer[], NodeChecksState, NodeChecks> = {
  searchType: "node_check",
  inputFormat: INPUT_FORMAT,

  async load(tx, runId) {
    const [row] = await tx`select prime_search.load_node_check(${runId}) as document`;
    return answersShape.parse(row.document);
  },

  prepare: (answers) => new NodeChecks(answers),

  report: (tx, claim, _answers, _checks, state) => write(tx, claim, state),

  async commit(tx, claim, _answers, _checks, state) {
    await write(tx, claim, state);
    await tx`select prime_search.finish_node_check(${claim.claimToken})`;
  },
};

async function write(tx: Transaction, claim: Claim, { verdicts }: NodeChecksState): Promise<void> {
  if (verdicts.length === 0) return;
  await tx`select prime_search.record_node_checks(${claim.claimToken}, ${
    tx.json(JSON.parse(JSON.stringify(verdicts)))
  })`;
}
