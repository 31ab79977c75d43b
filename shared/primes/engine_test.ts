import assert from "node:assert/strict";
import { prepareCheck } from "./check/machine.ts";
import {
  type BlockInput,
  type BlockResult,
  blocksOf,
  type BlockState,
  digestOf,
  mergeBlocks,
  planSearch,
  prepareBlock,
} from "./engine.ts";
import { openSearch } from "./forms/mod.ts";

/** A budget that is over after so many looks at the clock: cuts fall elsewhere than by time. */
class Looks {
  #left: number;

  constructor(looks: number) {
    this.#left = looks;
  }

  remainingMs = () => this.#left-- > 0 ? 1000 : 0;
}

/** A slice of real time. */
function slice(ms: number) {
  const end = performance.now() + ms;
  return { remainingMs: () => end - performance.now() };
}

/** As a database keeps it: JSON, keys in another order. */
function stored<State>(state: State): State {
  return JSON.parse(
    JSON.stringify(state),
    (_, value) =>
      value && typeof value === "object" && !Array.isArray(value)
        ? Object.fromEntries(Object.entries(value).reverse())
        : value,
  );
}

/** Works a block to its end, every slice on a fresh engine. */
function work(input: BlockInput, budget: () => { remainingMs(): number }) {
  let state = prepareBlock(input).start();
  let slices = 0;
  let fraction = 0;
  while (!prepareBlock(input).done(state)) {
    state = prepareBlock(input).step(stored(state), budget());
    const progress = prepareBlock(input).progress(state);
    assert.ok(progress.fraction >= fraction && progress.fraction <= 1, `${progress.fraction}`);
    fraction = progress.fraction;
    slices++;
  }
  return { state, slices, result: prepareBlock(input).outcome(state) };
}

const FACTORIAL = { form: "factorial", params: { start: 0, end: 120 } };
const EXPECTED = [
  ...["0! + 1", "1! + 1", "2! + 1", "3! - 1", "3! + 1", "4! - 1", "6! - 1", "7! - 1", "11! + 1"],
  ...["12! - 1", "14! - 1", "27! + 1", "30! - 1", "32! - 1", "33! - 1", "37! + 1", "38! - 1"],
  ...["41! + 1", "73! + 1", "77! + 1", "94! - 1", "116! + 1"],
];

Deno.test("a search comes to the same whatever its blocks, budgets and sieve depths are", () => {
  const { size } = openSearch(FACTORIAL.form, FACTORIAL.params);
  const digests = new Set<string>();
  for (const [b, blockSize] of [size, 50, 7].entries()) {
    for (const [d, sieveDepth] of [undefined, 0, 100, 5000].entries()) {
      // Each size and each depth meets with both budgets.
      const budget = () => slice((b + d) % 2 === 0 ? 800 : 50);
      const results = [...blocksOf(size, blockSize)].map(([start, end]) =>
        work({ ...FACTORIAL, start, end, sieveDepth }, budget).result
      );
      const { finds, sieved, tested, digest } = mergeBlocks(size, results.reverse());
      assert.deepEqual(finds.map(({ expression }) => expression), EXPECTED);
      assert.equal(sieved + tested, size);
      digests.add(digest);
      if (sieveDepth === 0) assert.equal(sieved, 0);
    }
  }
  assert.equal(digests.size, 1);
});

Deno.test("a slice without an end, whose clock stands still, sieves about as far as pays", () => {
  const search = { form: "cullen_woodall", params: { min_n: 40, max_n: 90, sign: "+" } };
  const input = { ...search, start: 0, end: openSearch(search.form, search.params).size - 1 };
  const timed = work(input, () => slice(800)).result;
  for (const left of [Infinity, Number.MAX_SAFE_INTEGER]) {
    const { slices, result } = work(input, () => ({ remainingMs: () => left }));
    assert.equal(slices, 1);
    assert.ok(result.sieveDepth < 1e6, `${result.sieveDepth}`);
    assert.equal(result.digest, timed.digest);
  }
});

Deno.test("blocks of every kind come to the same where each slice ends as early as it can", () => {
  // Where numbers are factored there are many steps: a look at the clock allows twice as many each time.
  const searches: [string, Record<string, unknown>, looks: number][] = [
    ["kbn", { k: 3, min_n: 200, max_n: 210 }, 3],
    ["twin", { n: 60, min_k: 300, max_k: 400 }, 4],
    ["sophie_germain", { base: 10, n: 25, min_k: 1000, max_k: 1100 }, 5],
    ["mersenne", { min_exp: 80, max_exp: 130 }, 3],
    ["primorial", { start: 310, end: 340, sign: "-" }, 7],
    ["near_repdigit", { min_digits: 31, max_digits: 31 }, 12],
    ["wagstaff", { min_exp: 95, max_exp: 103 }, 12],
    ["palindromic", { min_digits: 29, max_digits: 29, offset: "99", count: 60 }, 14],
  ];
  for (const [form, params, looks] of searches) {
    const input = {
      form,
      params,
      start: 0,
      end: openSearch(form, params).size - 1,
      sieveDepth: 50,
    };
    const whole = work(input, () => slice(1e6));
    const torn = work(input, () => new Looks(looks));
    assert.equal(whole.slices, 1);
    assert.ok(torn.slices > 3, `${form}: ${torn.slices} slices`);
    assert.deepEqual(torn.result, whole.result);
    const evidence = (state: BlockState) => prepareBlock(input).composites(state);
    assert.deepEqual(evidence(torn.state), evidence(whole.state));
    assert.equal(evidence(whole.state).length + whole.result.finds.length, input.end + 1);
  }
});

Deno.test("evidence of composites is the same at every sieve depth, where it is of the same kind", () => {
  const at = (sieveDepth: number) => {
    const input = { ...FACTORIAL, start: 40, end: 239, sieveDepth };
    return new Map(
      prepareBlock(input).composites(work(input, () => slice(800)).state).map((
        each,
      ) => [each.index, each]),
    );
  };
  const [shallow, deep] = [at(60), at(100_000)];
  assert.deepEqual([...shallow.keys()], [...deep.keys()]);
  let same = 0;
  for (const [index, one] of shallow) {
    const other = deep.get(index)!;
    if (("res64" in one) !== ("res64" in other)) continue;
    assert.deepEqual(one, other);
    same++;
  }
  assert.ok(same > 50);
});

Deno.test("a torn checkpoint is seen: the test goes on from the one before, the block begins again", () => {
  const input = {
    form: "kbn",
    params: { k: 3, min_n: 2816, max_n: 2816, sign: "+" },
    start: 0,
    end: 0,
    sieveDepth: 9,
  };
  const engine = prepareBlock(input);
  // Deep in the squarings of one test.
  let state = engine.start();
  while (state.previousTest === null) {
    assert.ok(!engine.done(state));
    state = engine.step(state, new Looks(5));
  }
  const finish = (from: BlockState) => {
    while (!engine.done(from)) from = engine.step(stored(from), slice(800));
    return from;
  };
  const whole = finish(state);
  assert.equal(whole.torn, 0);
  assert.deepEqual(engine.outcome(whole).finds.map(({ expression }) => expression), [
    "3*2^2816 + 1",
  ]);
  const tears: ((torn: BlockState) => void)[] = [
    (torn) => torn.test!.value.journal.chain = null,
    (torn) => torn.test!.digest = "",
    (torn) => {
      torn.test!.value.at = 7;
      torn.previousTest!.digest = "";
    },
    (torn) => torn.sealed.value.sieved += 1,
    (torn) => torn.sealed.value.findings.push({ at: 0, kind: "probable", reason: "made up" }),
  ];
  for (const tear of tears) {
    const torn = structuredClone(state);
    tear(torn);
    const mended = finish(torn);
    assert.equal(mended.torn, 1);
    assert.deepEqual(engine.outcome(mended), engine.outcome(whole));
  }
});

Deno.test("a block's state stays far below a megabyte", () => {
  const input = {
    form: "palindromic",
    params: { min_digits: 9, max_digits: 9, count: 20_000 },
    start: 0,
    end: 19_999,
    sieveDepth: 100,
  };
  const { state, result } = work(input, () => slice(800));
  assert.ok(result.finds.length > 1000);
  assert.ok(JSON.stringify(state).length < 700_000, `${JSON.stringify(state).length}`);
});

Deno.test("mergeBlocks() refuses holes and overlaps", () => {
  const block = (start: number, end: number): BlockResult => ({
    start,
    end,
    sieved: end - start + 1,
    tested: 0,
    finds: [],
    digest: digestOf([]),
    sieveDepth: 1,
  });
  assert.equal(mergeBlocks(10, [block(5, 9), block(0, 4)]).sieved, 10);
  const wrong = [[], [block(0, 8)], [block(1, 9)], [block(0, 4), block(6, 9)], [
    block(0, 5),
    block(5, 9),
  ]];
  for (const blocks of wrong) {
    assert.throws(() => mergeBlocks(10, blocks), { code: "INVALID_BLOCK" });
  }
});

Deno.test("planSearch() says what a search is, and prepareBlock() refuses blocks that are none of it", () => {
  const plan = planSearch(FACTORIAL);
  assert.equal(plan.candidates, 242);
  assert.equal(plan.first, "0! - 1");
  assert.equal(plan.last, "120! + 1");
  assert.deepEqual(plan.digits, [1, 199]);
  assert.equal(plan.blocks, Math.ceil(242 / plan.blockSize));
  assert.throws(() => planSearch(FACTORIAL, 0), { code: "INVALID_BLOCK" });
  const long = planSearch({ form: "kbn", params: { k: 3, min_n: 33_000, max_n: 33_200 } });
  assert.ok(long.blockSize < 10 && long.blocks * long.blockSize >= long.candidates);
  for (const [start, end] of [[-1, 3], [0, 242], [5, 4], [0.5, 3], [0, NaN]]) {
    assert.throws(() => prepareBlock({ ...FACTORIAL, start, end }), { code: "INVALID_BLOCK" });
  }
  assert.throws(
    () => prepareBlock({ ...FACTORIAL, start: 0, end: 3, sieveDepth: -1 }),
    { code: "INVALID_BLOCK" },
  );
});

Deno.test("prepareCheck() checks in slices that end as early as they can", () => {
  const input = { ...FACTORIAL, start: 190, end: 233 };
  for (const find of work(input, () => slice(800)).result.finds) {
    const check = { form: "factorial", expression: find.expression, certificate: find.certificate };
    let state = prepareCheck(check).start();
    let fraction = 0;
    let slices = 0;
    while (!prepareCheck(check).done(state)) {
      state = prepareCheck(check).step(stored(state), new Looks(2));
      const progress = prepareCheck(check).progress(state);
      assert.ok(progress.fraction >= fraction);
      fraction = progress.fraction;
      slices++;
    }
    assert.ok(slices > 5);
    assert.equal(prepareCheck(check).outcome(state).valid, true);
  }
});
