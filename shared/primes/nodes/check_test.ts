import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import type { BlockInput } from "../engine.ts";
import { packEvidence, unpackEvidence } from "../evidence.ts";
import { hidingFirst, honestAnswer, withWrongResidues } from "../testing/node_answers.ts";
import type { Answer } from "./answer.ts";
import { type NodeAnswer, NodeChecks, type NodeVerdict } from "./check.ts";
import { drawn } from "./sample.ts";

const KBN: BlockInput = {
  form: "kbn",
  params: { n: 60, min_k: 1, max_k: 199, sign: "+" },
  start: 0,
  end: 99,
};
const HONEST = honestAnswer(KBN);
const RESIDUES = HONEST.evidence.residues.filter(([, test]) => test !== "factor").length;

function item(answer: Answer, block = KBN, share = 1, seed = "0".repeat(64)): NodeAnswer {
  return { item: 7, ...block, share, seed, answer: answer as never };
}

/** A slice that ends after so many looks at the clock. */
function looks(count: number) {
  let left = count;
  return { remainingMs: () => left-- > 0 ? 100 : 0 };
}

/** A slice of so many milliseconds, one of which goes by with every look at the clock. */
function ticks(count: number) {
  let left = count;
  return { remainingMs: () => left-- };
}

function check(answers: NodeAnswer[], budget = () => ({ remainingMs: () => 1e9 })): NodeVerdict[] {
  const checks = new NodeChecks(answers);
  const verdicts: NodeVerdict[] = [];
  let state = checks.start();
  while (!checks.done(state)) {
    // As the database keeps it.
    state = JSON.parse(JSON.stringify(new NodeChecks(answers).step(state, budget())));
    verdicts.push(...state.verdicts);
  }
  return verdicts;
}

function wrong(answer: Answer, block = KBN): string {
  const [verdict] = check([item(answer, block)]);
  assert.equal(verdict.valid, false);
  return verdict.reason!;
}

Deno.test("an honest answer is right, whatever its share and however slices end", () => {
  for (const share of [1, 0.25, 0.05]) {
    for (const budget of [1, 2, 5, 40]) {
      const verdicts = check(
        [item(HONEST, KBN, share), item(HONEST, KBN, share)],
        () => looks(budget),
      );
      assert.deepEqual(verdicts.map(({ valid }) => valid), [true, true], `${share} ${budget}`);
      const again = drawn("0".repeat(64), share, RESIDUES).length + HONEST.finds.length;
      assert.deepEqual(verdicts.map(({ tested }) => tested), [again, again]);
    }
  }
});

Deno.test("pairs, factorials, probable primes and exponents that are prime are right as well", () => {
  const blocks: BlockInput[] = [
    { form: "twin", params: { n: 20, min_k: 3, max_k: 900 }, start: 0, end: 99 },
    { form: "factorial", params: { start: 0, end: 40, sign: "both" }, start: 0, end: 81 },
    { form: "repunit", params: { base: 10, min_n: 2, max_n: 60 }, start: 0, end: 10 },
    { form: "mersenne", params: { min_exp: 2, max_exp: 150 }, start: 0, end: 20 },
    { form: "sophie_germain", params: { n: 20, min_k: 3, max_k: 900 }, start: 0, end: 99 },
    { form: "palindromic", params: { base: 10, min_digits: 1, max_digits: 5 }, start: 0, end: 99 },
  ];
  for (const block of blocks) {
    const [verdict] = check([item(honestAnswer(block), block)]);
    assert.deepEqual([verdict.valid, verdict.reason], [true, undefined], block.form);
  }
});

Deno.test("a wrong residue is seen where it is drawn, and only there", () => {
  const seed = "5".repeat(64);
  const sample = drawn(seed, 0.25, RESIDUES);
  for (let place = 0; place < 20; place++) {
    const [verdict] = check([item(withWrongResidues(HONEST, [place]), KBN, 0.25, seed)]);
    assert.equal(verdict.valid, !sample.includes(place));
    if (!verdict.valid) {
      assert.match(verdict.reason!, /it says composite by .*; it is composite by/);
    }
  }
});

Deno.test("an error of ours is not a node's: what differs is computed a second time before it is called wrong", () => {
  // Numbers so large that a test takes several looks at the clock.
  const block = { ...KBN, params: { n: 2500, min_k: 1, max_k: 99, sign: "+" }, end: 49 };
  const honest = honestAnswer(block);
  const checks = new NodeChecks([item(honest, block)]);
  const factors = unpackEvidence(block.start, honest.evidence).filter((each) => "factor" in each);
  // The first test of a residue goes on from a journal that says something wrong.
  let state = {
    ...checks.start(),
    task: factors.length + honest.finds.length,
    test: { results: ["5"], chain: null } as never,
  };
  let again = false;
  const verdicts: NodeVerdict[] = [];
  while (!checks.done(state)) {
    state = checks.step(state, looks(1)) as typeof state;
    again ||= state.again;
    verdicts.push(...state.verdicts);
  }
  assert.ok(again, "it was computed again");
  assert.deepEqual(verdicts.map(({ valid }) => valid), [true]);
});

Deno.test("a wrong factor is seen always", () => {
  const composites = unpackEvidence(0, HONEST.evidence);
  const at = composites.findIndex((each) => "factor" in each);
  for (const factor of ["1", "2", "67108859"]) {
    const lie = structuredClone(HONEST);
    Object.assign(composites[at], { factor });
    lie.evidence = packEvidence(0, 99, composites);
    assert.match(
      check([item(lie, KBN, 0.05)])[0].reason ?? "",
      /is no factor of it|has no factor/,
      factor,
    );
  }
});

Deno.test("a prime that is hidden, or made up, is seen", () => {
  assert.match(wrong(hidingFirst(KBN, HONEST)), /; it is a prime$/);
  // A composite with a prime's certificate.
  const made = structuredClone(HONEST);
  const composites = unpackEvidence(0, made.evidence);
  const failed = composites.findIndex((each) => !("factor" in each));
  const { index } = composites.splice(failed, 1)[0];
  made.evidence = packEvidence(0, 99, composites);
  const expression = `${2 * index + 1}*2^60 + 1`;
  made.finds.push({
    index,
    expression,
    digits: 20,
    proof: "deterministic",
    certificate: { type: "proth", n: expression, base: "3" },
  });
  assert.match(wrong(made), /the certificate of .* is refused/);
  made.finds.at(-1)!.certificate = { type: "nonsense" };
  assert.match(wrong(made), /the certificate of .* is refused/);
  Object.assign(made.finds.at(-1)!, { proof: "probabilistic", certificate: null, reason: "So." });
  assert.match(wrong(made), /it says a probable prime; it is composite/);
  // A prime whose proof is kept back.
  const shy = structuredClone(HONEST);
  Object.assign(shy.finds[0], { proof: "probabilistic", certificate: null, reason: "So." });
  assert.match(wrong(shy), /it says a probable prime; it is a prime/);
});

Deno.test("evidence is what it is: bytes that say something else are another answer", () => {
  const lie = structuredClone(HONEST);
  const bytes = Buffer.from(lie.evidence.factors, "base64");
  const place = bytes.findIndex((byte) => byte > 3 && byte < 0x80);
  bytes[place] -= 1;
  lie.evidence.factors = bytes.toString("base64");
  assert.match(wrong(lie), /is no factor of it/);
});

/** As the database keeps what was accepted: its finds are the block's, and evidence is all there is. */
function reopened(answer: Answer, how: "drawn" | "whole", share: number, seed: string): NodeAnswer {
  const kept = { finds: [], evidence: answer.evidence };
  return { item: 7, ...KBN, share, seed, reopened: how, answer: kept };
}

Deno.test("what two operators agreed on is looked at again: it stands, or the block is worked anew, however slices end", () => {
  const seed = "5".repeat(64);
  const sample = drawn(seed, 0.25, RESIDUES);
  const missed = [...Array(RESIDUES).keys()].find((place) => !sample.includes(place))!;
  for (const budget of [30, 100, 1e6]) {
    const look = (answer: Answer, how: "drawn" | "whole") =>
      check([reopened(answer, how, 0.25, seed)], () => ticks(budget))[0];
    const stands = look(HONEST, "drawn");
    assert.deepEqual([stands.valid, stands.second, stands.redone], [true, "", undefined]);
    assert.equal(stands.tested, sample.length);
    assert.equal(look(HONEST, "whole").tested, RESIDUES);

    // Wrong in what was drawn: both said it.
    const both = look(withWrongResidues(HONEST, [sample[1]]), "drawn");
    assert.match(both.reason ?? "", /it says composite by .*; it is composite by/);
    assert.equal(both.second, both.reason);
    assert.deepEqual(both.redone?.finds, HONEST.finds);
    // Wrong elsewhere: seen where all of it is looked at, and no fault of the second.
    const elsewhere = withWrongResidues(HONEST, [missed]);
    assert.equal(look(elsewhere, "drawn").valid, true);
    const whole = look(elsewhere, "whole");
    assert.deepEqual([whole.valid, whole.second], [false, ""]);
    // Wrong elsewhere and in what was drawn, whichever comes first.
    assert.notEqual(look(withWrongResidues(elsewhere, [sample.at(-1)!]), "whole").second, "");
    assert.notEqual(look(withWrongResidues(elsewhere, [sample[0]]), "whole").second, "");
  }
});

Deno.test("a prime that two operators hid is found when the block is worked anew", () => {
  const lie = hidingFirst(KBN, HONEST);
  const [verdict] = check([reopened(lie, "drawn", 1, "0".repeat(64))]);
  assert.match(verdict.reason ?? "", /; it is a prime$/);
  assert.equal(verdict.redone?.digest, HONEST.digest);
  assert.deepEqual(verdict.redone?.finds, HONEST.finds);
});
