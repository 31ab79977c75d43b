import assert from "node:assert/strict";
import { honestAnswer, withWrongResidues } from "../testing/node_answers.ts";
import { type NodeAnswer, NodeChecks, type NodeVerdict } from "./check.ts";
import {
  claimed,
  differences,
  drawnAgain,
  type DrawnFrom,
  drawnOf,
  type Opinions,
  SecondOpinion,
} from "./second.ts";

const BLOCK = {
  form: "kbn",
  params: { n: 60, min_k: 1, max_k: 199, sign: "+" },
  start: 0,
  end: 99,
};
const SEED = "5".repeat(64);
const HONEST = honestAnswer(BLOCK);

const from = (answer = HONEST, share = 1): DrawnFrom => ({ ...BLOCK, share, seed: SEED, answer });

/** A slice that ends after so many looks at the clock. */
function looks(count: number) {
  let left = count;
  return { remainingMs: () => left-- > 0 ? 100 : 0 };
}

/** What an honest second node says. */
function opinionsOf(asked: DrawnFrom, budget = () => looks(1e9)): Opinions {
  const candidates = drawnOf(asked).map(({ index }) => index);
  const made = () => new SecondOpinion({ form: asked.form, params: asked.params, candidates });
  let state = made().start();
  // As a node keeps it.
  while (!made().done(state)) state = JSON.parse(JSON.stringify(made().step(state, budget())));
  return made().result(state);
}

function settle(answer: typeof HONEST, second: NodeAnswer["second"], share = 1): NodeVerdict {
  const asked = from(answer, share) as NodeAnswer;
  const checks = new NodeChecks([{ ...asked, item: 1, second }]);
  const state = checks.step(checks.start(), { remainingMs: () => 1e9 });
  assert.ok(checks.done(state));
  return state.verdicts[0];
}

/** The seed draws again none of these places. */
const undrawn = (count: number) => {
  const again = new Set(drawnAgain(SEED, count));
  return Array.from({ length: count }, (_, place) => place).filter((place) => !again.has(place));
};

Deno.test("two honest nodes say the same, however slices end; the fleet computes a few of the numbers again", () => {
  for (const share of [1, 0.25]) {
    for (const budget of [1, 2, 40, 1e9]) {
      const asked = from(HONEST, share);
      assert.deepEqual(differences(drawnOf(asked), opinionsOf(asked, () => looks(budget))), {});
    }
    const verdict = settle(HONEST, {}, share);
    const again = drawnAgain(SEED, drawnOf(from(HONEST, share)).length).length;
    assert.deepEqual([verdict.valid, verdict.second], [true, ""]);
    assert.equal(verdict.tested, again + HONEST.finds.length);
  }
});

Deno.test("what two nodes differ in the fleet settles: whoever of the first, the second, or both was wrong", () => {
  const asked = drawnOf(from());
  const [at] = undrawn(asked.length);
  const lie = withWrongResidues(HONEST, [at]);
  const honest = differences(drawnOf(from(lie)), opinionsOf(from(lie)));
  assert.deepEqual(Object.keys(honest), [`${asked[at].index}`]);
  const first = settle(lie, honest);
  assert.deepEqual([first.valid, first.second], [false, ""]);
  assert.match(first.reason!, /it says composite by .*; it is composite by /);

  const second = settle(HONEST, { [asked[at].index]: "a prime" });
  assert.equal(second.valid, true);
  assert.match(second.second!, /it says a prime; it is composite by/);

  // The first lies about one number, and the second about a later one too.
  const later = asked[undrawn(asked.length)[1]].index;
  const both = settle(lie, { ...honest, [later]: "a probable prime" });
  assert.equal(both.valid, false);
  assert.match(both.second!, new RegExp(`candidate ${later}, .*it says a probable prime`));
});

Deno.test("a lie that both tell is seen where the fleet draws it again, and nowhere else; then both were wrong", () => {
  const count = drawnOf(from()).length;
  const again = new Set(drawnAgain(SEED, count));
  assert.ok(again.size > 0 && again.size < count / 2);
  for (let place = 0; place < count; place++) {
    const verdict = settle(withWrongResidues(HONEST, [place]), {});
    assert.equal(verdict.valid, !again.has(place));
    assert.equal(verdict.second !== "", again.has(place));
  }
});

Deno.test("factors and finds are the fleet's alone: a second opinion is not blamed for them", () => {
  const lie = structuredClone(HONEST);
  lie.finds[0].certificate = lie.finds[1].certificate;
  const verdict = settle(lie, {});
  assert.deepEqual([verdict.valid, verdict.second], [false, ""]);
});

Deno.test("opinions are of the candidates that were asked about, each once and in order", () => {
  const asked = drawnOf(from());
  const opinions = opinionsOf(from());
  assert.deepEqual(opinions.map(({ says }) => says), asked.map(claimed));
  assert.throws(() => differences(asked, opinions.slice(1)), /are to be of the \d+ candidates/);
  assert.throws(() => differences(asked, opinions.toReversed()), /in order, each once/);
  const twice = [opinions[0], ...opinions.slice(0, -1)];
  assert.throws(() => differences(asked, twice), /in order, each once/);
  const second = new SecondOpinion({ ...BLOCK, candidates: [1] });
  assert.throws(() => second.result(second.start()), /not done/);
  assert.equal(second.progress(second.start()).fraction, 0);
});
