// The bound over sets of elements, against the enumeration of every legal line.

import assert from "node:assert/strict";
import { Random } from "../../engine/random.ts";
import { resolveRules } from "../rules/mod.ts";
import { buildTables } from "../model/build.ts";
import { drawPriced, pricedOf, valueAt } from "../testing/priced.ts";
import { randomProblem } from "../testing/problems.ts";
import { meetings } from "./long_pricing.ts";
import { SetBound } from "./set_bounds.ts";

/** What single precision and the slack beside it may add to a bound. */
const SLACK = 0.5;

function drawn(random: Random, sixMonth = random.next() < 0.3) {
  const terms = 1 + random.below(5);
  return drawPriced(random, { lines: 3, terms, positions: 5, postsUpTo: 3, sixMonth });
}

/** A problem in which nothing binds but that no position comes twice, or nothing at all. */
function withoutRules(random: Random) {
  const shape = { lines: 3, terms: 1 + random.below(5), positions: 5, postsUpTo: 3 };
  const problem = randomProblem(() => random.next(), shape);
  problem.positions = problem.positions.map((position) => ({
    ...position,
    isService: false,
    isRural: false,
    isNightsRelief: false,
    isNonClinical: false,
    isClinicalTeam: true,
    minWeeks: 1,
  }));
  problem.constraints = [
    "MAX_SPECIALTY",
    "MAX_SUBSPECIALTY",
    "MIN_CLINICAL_TEAM",
    "MIN_CLINICAL_WEEKS",
  ].map((name) => ({ name, value: null }));
  problem.constraints.push({ name: "REQUIRED_CATEGORIES", value: [] });
  const isRepeated = random.next() < 0.5;
  if (isRepeated) problem.constraints.push({ name: "UNIQUE_POSITIONS", value: false });
  return pricedOf(problem, random);
}

Deno.test("the bound over sets is above every line, and near the best where few rules bind", () => {
  const random = new Random(63);
  let near = 0, compared = 0;
  for (let round = 0; round < 100; round++) {
    const { tables, prices, lines } = drawn(random);
    if (lines.length === 0) continue;
    const { bound } = SetBound.of(tables, meetings(tables))!.price(prices, tables.cap);
    assert.ok(bound >= lines[0].value - 1e-6, `round ${round}: ${bound} of ${lines[0].value}`);
    compared++;
    if (bound <= lines[0].value + 1) near++;
  }
  assert.ok(compared > 30 && near > 10, `${near} of ${compared}`);
});

Deno.test("without rules that sets cannot tell the bound is the best line's value, and that line is found", () => {
  const random = new Random(64);
  let compared = 0;
  for (let round = 0; round < 80; round++) {
    const { tables, prices, lines } = withoutRules(random);
    if (lines.length === 0) continue;
    const most = 1 + random.below(5);
    const found = SetBound.of(tables, meetings(tables))!.price(prices, tables.cap, -1e9, most);
    const best = lines[0].value;
    assert.ok(found.bound >= best && found.bound <= best + SLACK, `round ${round}`);
    assert.equal(valueAt(tables, prices, found.lines[0]), best, `round ${round}`);
    assert.ok(found.lines.length <= most);
    compared++;
  }
  assert.ok(compared > 50, `${compared}`);
});

Deno.test("what has no post is no part of it", () => {
  const random = new Random(65);
  let closed = 0;
  for (let round = 0; round < 80; round++) {
    const { tables, prices, lines } = withoutRules(random);
    const cap = tables.cap.map((n) => random.below(3) === 0 ? 0 : n), R = tables.positions;
    const open = lines.filter(({ line }) => line.every((r, t) => cap[t * R + r] > 0));
    const { bound } = SetBound.of(tables, meetings(tables))!.price(prices, cap);
    if (open.length === 0) continue;
    assert.ok(bound >= open[0].value && bound <= open[0].value + SLACK, `round ${round}`);
    if (lines[0].value > open[0].value + 1) closed++;
  }
  assert.ok(closed > 10, `${closed}`);
});

Deno.test("where even keys are too many there is no such bound", () => {
  const shape = { lines: 3, terms: 3, positions: 30, postsUpTo: 3 };
  const random = new Random(66), problem = randomProblem(() => random.next(), shape);
  problem.posts = problem.posts.map((row) => row.map(() => 1));
  problem.positions = problem.positions.map((position, r) => ({
    ...position,
    specialty: `S${r}`,
    subspecialty: null,
  }));
  const tables = buildTables(problem, resolveRules(problem.constraints));
  assert.equal(SetBound.of(tables, meetings(tables)), null);
});
