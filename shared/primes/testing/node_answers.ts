// What nodes hand in: an honest one, and liars.

import type { BlockInput } from "../engine.ts";
import type { Answer } from "../nodes/answer.ts";
import { prepareWork } from "../work.ts";

/** What an honest node hands in of a block; the sieve is short, so that there are many residues. */
export function honestAnswer(block: BlockInput): Answer {
  const worker = prepareWork({ ...block, sieveDepth: block.sieveDepth ?? 50 });
  let state = worker.start();
  while (!worker.done(state)) state = worker.step(state, { remainingMs: () => Infinity });
  const { counted: _, ...answer } = worker.result(state);
  return JSON.parse(JSON.stringify(answer));
}

/** The same with wrong residues, at these places of what failed a test without a factor being met. */
export function withWrongResidues(answer: Answer, places: number[]): Answer {
  const lie = structuredClone(answer);
  const failed = lie.evidence.residues.filter(([, test]) => test !== "factor");
  for (const place of places) {
    const residue = failed[place];
    residue[3] = residue[3].replace(/^./, (digit) => digit === "f" ? "0" : "f");
  }
  return lie;
}
