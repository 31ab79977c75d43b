// What nodes hand in: an honest one, and liars.

import { type BlockInput, digestOf, type Find } from "../engine.ts";
import { packEvidence, unpackEvidence } from "../evidence.ts";
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

/** The same without its first find, which is said to be composite by a residue that was made up. */
export function hidingFirst(
  { start, end }: Pick<BlockInput, "start" | "end">,
  answer: Answer,
  [test, base, res64] = ["proth", "3", "abc"],
): Answer {
  const lie = structuredClone(answer);
  const { index } = lie.finds.shift()!;
  const composites = [...unpackEvidence(start, lie.evidence), {
    index,
    member: 0,
    test,
    base,
    res64,
  }].sort((a, b) => a.index - b.index);
  lie.evidence = packEvidence(start, end, composites);
  lie.digest = digestOf(lie.finds as Find[]);
  return lie;
}
