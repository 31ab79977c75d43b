import assert from "node:assert/strict";
import type { BlockInput } from "../engine.ts";
import { PrimeSearchError } from "../errors.ts";
import { packEvidence } from "../evidence.ts";
import { honestAnswer } from "../testing/node_answers.ts";
import { type Answer, answerShape, readAnswer } from "./answer.ts";

const BLOCK: BlockInput = {
  form: "kbn",
  params: { n: 40, min_k: 1, max_k: 199, sign: "+" },
  start: 10,
  end: 59,
};
const HONEST = honestAnswer(BLOCK);

function changed(change: (answer: Answer) => void): Answer {
  const answer = structuredClone(HONEST);
  change(answer);
  return answer;
}

function fault(answer: Answer): string {
  try {
    readAnswer(BLOCK, answerShape.parse(answer));
  } catch (error) {
    if (error instanceof PrimeSearchError) return error.issues[0].path;
    throw error;
  }
  throw new Error("it was taken");
}

Deno.test("an honest answer is counted as it counts itself", () => {
  const read = readAnswer(BLOCK, answerShape.parse(HONEST));
  assert.equal(read.flaw, null);
  assert.equal(read.counts.sieved + read.counts.tested, 50);
  assert.ok(read.counts.found > 0);
  assert.deepEqual(read.result.finds, HONEST.finds);
});

Deno.test("who lies in counts contradicts the evidence", () => {
  const lies = [
    changed((answer) => answer.tested += 1000),
    changed((answer) => answer.sieved -= 1),
    changed((answer) => answer.digest = "0".repeat(64)),
  ];
  for (const lie of lies) {
    const { flaw, counts } = readAnswer(BLOCK, lie);
    assert.match(flaw ?? "", /^it says \w+ \w+, its evidence shows/);
    assert.equal(counts.tested, HONEST.tested);
  }
});

Deno.test("names and sizes of finds are the server's", () => {
  const { result } = readAnswer(
    BLOCK,
    changed((answer) => Object.assign(answer.finds[0], { expression: "2^9999 - 1", digits: 9999 })),
  );
  assert.equal(result.finds[0].expression, HONEST.finds[0].expression);
  assert.ok(result.finds[0].digits < 20);
});

Deno.test("what is no answer for the block has a path", () => {
  const [find] = HONEST.finds;
  assert.equal(fault(changed((answer) => answer.finds.pop())), "finds");
  assert.equal(fault(changed((answer) => answer.finds.push(find))), "finds");
  assert.equal(fault(changed((answer) => answer.finds[0].index = 5000)), "finds[0].index");
  assert.equal(
    fault(changed((answer) => answer.finds[0].certificate = null)),
    "finds[0].certificate",
  );
  assert.equal(fault(changed((answer) => answer.evidence.residues.pop())), "evidence");
  assert.equal(fault(changed((answer) => answer.evidence.factors = "AAAA")), "evidence.factors");
  const shorter = packEvidence(10, 58, []);
  assert.equal(fault(changed((answer) => answer.evidence = shorter)), "evidence.factors");
  const none = changed((answer) => answer.evidence.residues[0] = [0, "factor", "", "0"]);
  assert.equal(fault(none), "evidence");
});

Deno.test("more primes than there can be are refused before one of them is written out", () => {
  const size = 500;
  const lie: Answer = {
    ...{ sieved: 0, tested: size, digest: "0".repeat(64), sieve_depth: 1 },
    finds: Array.from({ length: size }, (_, index) => ({
      ...{ index, proof: "probabilistic" as const, certificate: null },
    })),
    evidence: { factors: btoa("\0".repeat(size)), residues: [] },
  };
  const block = { form: "factorial", params: { start: 10_000, end: 10_300, sign: "both" } };
  assert.throws(() => readAnswer({ ...block, start: 0, end: size - 1 }, lie), {
    issues: [{ path: "finds", message: "are more primes than there can be" }],
  });
});
