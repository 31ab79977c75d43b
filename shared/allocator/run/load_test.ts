import assert from "node:assert/strict";
import { naturalOrder } from "../input/natural_order.ts";
import { baseRunOf, checkDocument, toAllocatorProblem } from "./load.ts";

function document(more: Record<string, unknown> = {}) {
  return {
    options: {},
    unknown: [],
    tags: ["s", "t"],
    workers: [
      { id: "w0", name: "Ann", takes_part: true, tags: [1] },
      { id: "w1", name: "Bob", takes_part: false, tags: [] },
      { id: "w2", name: "Cid", takes_part: true, tags: [] },
    ],
    lines_fingerprint: "as loaded",
    lines: [
      { id: "l0", name: "A", takes_part: true, capacity: 2, must_have: true },
      { id: "l1", name: "B", takes_part: false, capacity: 0, must_have: false },
    ],
    eligibility: [0, 1].map((line) => ({
      line,
      included_workers: [0],
      excluded_workers: [],
      included_tags: [],
      excluded_tags: [1],
    })),
    preferences: { 0: { lines: [0, 1], ranks: [1, 2] }, 1: { lines: [0], ranks: [1] } },
    preferencers: [
      {
        id: "p",
        name: "P",
        max_lines: null,
        max_workers: 3,
        lines: [0, 1],
        ranks: [[2, 1], [1, 2]],
      },
    ],
    weightings: [
      { line: null, workers: [], tags: ["t"], weighting: -1 },
      { line: 0, workers: ["w2"], tags: [], weighting: 2 },
      { line: 1, workers: ["w2"], tags: [], weighting: 3 },
    ],
    ...more,
  };
}

const problemOf = (more: Record<string, unknown> = {}) =>
  toAllocatorProblem(checkDocument(document(more)));

Deno.test("toAllocatorProblem() tells who and what takes part from what stays outside", () => {
  const problem = problemOf();
  assert.deepEqual(problem.workers.map((worker) => worker.id), ["w0", "w2"]);
  assert.deepEqual(problem.lines, [{ id: "l0", name: "A", capacity: 2, mustHave: true }]);
  assert.deepEqual(problem.outside, {
    workers: [{ id: "w1", name: "{doctor:w1}", order: 1 }],
    lines: [{ id: "l1", name: "B", full: true }],
  });
  assert.deepEqual(problem.eligibility.map((entry) => entry.line), ["l0"]);
});

Deno.test("checkDocument() keeps no name of a doctor: their order stands for them, and decides as they do", () => {
  const [ann, bob, cid] = document().workers;
  const workers = [{ ...ann, name: "Zoe" }, bob, { ...cid, name: "Bob" }];
  const checked = checkDocument(document({ workers }));
  assert.doesNotMatch(JSON.stringify(checked), /Zoe|Bob/);
  assert.deepEqual(checked.workers.map(({ order }) => order), [1, 0, 0], "namesakes are alike");
  const ordered = naturalOrder(toAllocatorProblem(checked)).workers;
  const named = naturalOrder({
    ...toAllocatorProblem(checked),
    workers: toAllocatorProblem(checked).workers.map(({ id, tags }) => ({
      id,
      tags,
      name: workers.find((worker) => worker.id === id)!.name,
    })),
  }).workers;
  assert.deepEqual(ordered.map(({ id }) => id), ["w2", "w0"]);
  assert.deepEqual(ordered.map(({ id }) => id), named.map(({ id }) => id));
});

Deno.test("toAllocatorProblem() gives doctors and tags their ids back", () => {
  const problem = problemOf();
  assert.deepEqual(problem.workers.map(({ tags }) => tags), [["t"], []]);
  assert.deepEqual(problem.eligibility[0].includedWorkers, ["w0"]);
  assert.deepEqual(problem.eligibility[0].excludedTags, ["t"]);
});

Deno.test("toAllocatorProblem() gives numbers their ids back, ranks of lines outside included", () => {
  const problem = problemOf();
  assert.deepEqual(problem.preferences, [{ worker: "w0", ranks: [["l0", 1], ["l1", 2]] }]);
  assert.deepEqual(problem.preferencers[0].lines, ["l0"]);
  assert.deepEqual(problem.preferencers[0].ranks, [["w2", 1], ["w1", 2]]);
});

Deno.test("toAllocatorProblem() keeps weightings of the run's lines and those of all", () => {
  assert.deepEqual(problemOf().weightings.map(({ line, weighting }) => [line, weighting]), [
    [null, -1],
    ["l0", 2],
  ]);
});

Deno.test("toAllocatorProblem() fills in options and refuses those that cannot be", () => {
  assert.deepEqual(problemOf().options, {
    preferencerWeight: 0.3,
    preferencePower: 1,
    stability: false,
    allowTies: true,
    seed: 1234,
  });
  assert.equal(problemOf({ options: { rng_seed: 7, stability: true } }).options.seed, 7);
  for (const options of [{ preferencer_weight: 2 }, { surprise: 1 }]) {
    assert.throws(() => problemOf({ options }), { code: "INVALID_INPUT" });
  }
});

Deno.test("checkDocument() refuses a batch that names strangers, and one with nobody or nothing in it", () => {
  const unknown = [{ what: "job line", id: "x" }];
  assert.throws(() => checkDocument(document({ unknown })), {
    code: "INVALID_INPUT",
    message: /job line .* x/,
  });
  assert.throws(() => checkDocument(document({ workers: [] })), { code: "NOBODY_TO_PLACE" });
  assert.throws(() => checkDocument(document({ lines: [] })), { code: "NOBODY_TO_PLACE" });
  assert.throws(() => checkDocument(null), { code: "INVALID_INPUT" });
});

Deno.test("checkDocument() refuses pairs that are none", () => {
  const [preferencer] = document().preferencers;
  const base = (pair: number[]) => ({
    base: { run: "r", report: { choices: [1], unranked: 1 }, allocations: [pair] },
  });
  const bad: Record<string, unknown>[] = [
    ...[[0], [0, 1, 2], [-1, 1], [0.5, 1]].map((pair) => ({
      preferencers: [{ ...preferencer, ranks: [pair] }],
    })),
    ...[[0], [0, 0.5], [0, -1], [0, 0, 0]].map(base),
  ];
  for (const more of bad) {
    assert.throws(() => checkDocument(document(more)), { code: "INVALID_INPUT" });
  }
  checkDocument(document(base([0, 1])));
});

Deno.test("toAllocatorProblem() of a what-if has its pins and the matching to stay near to", () => {
  const [w0, l0] = [crypto.randomUUID(), crypto.randomUUID()];
  const base = document();
  const asked = checkDocument(document({
    options: { what_if: { pins: [{ worker_mapping: w0, job_line: l0 }] } },
    workers: base.workers.map((worker, i) => i === 0 ? { ...worker, id: w0 } : worker),
    lines: base.lines.map((line, i) => i === 0 ? { ...line, id: l0 } : line),
    eligibility: [],
    base: { run: "r", report: { choices: [1], unranked: 1 }, allocations: [[0, 0], [2, 1]] },
  }));
  const problem = toAllocatorProblem(asked);
  assert.deepEqual(problem.pins, [{ worker: w0, line: l0 }]);
  assert.deepEqual(problem.near, [{ worker: w0, line: l0 }, { worker: "w2", line: "l1" }]);
  assert.deepEqual(baseRunOf(asked), {
    run: "r",
    choices: [1],
    unranked: 1,
    allocations: problem.near,
  });
  assert.equal(baseRunOf(checkDocument(document())), null, "other runs have none");
});

Deno.test("toAllocatorProblem() takes ranks that no number can say as ranks that are none", () => {
  const { preferences, preferencers } = problemOf({
    preferences: { 0: { lines: [0, 1], ranks: ["NaN", 2] }, 2: { lines: [0, 1], ranks: [null] } },
    preferencers: [
      { ...document().preferencers[0], ranks: [[2, "Infinity"], [1, 2]] },
    ],
  });
  assert.deepEqual(preferences.map(({ ranks }) => ranks), [
    [["l0", NaN], ["l1", 2]],
    [["l0", NaN], ["l1", NaN]],
  ]);
  assert.deepEqual(preferencers[0].ranks, [["w2", NaN], ["w1", 2]]);
});

Deno.test("toAllocatorProblem() resolves groups by doctors and qualifications, and couples by hospitals", () => {
  const id = (n: number) => `00000000-0000-4000-8000-00000000000${n}`;
  const places = ["w0", "w1", "w2"].map((_, i) => id(i));
  const { workers, lines, ...rest } = document();
  const named = {
    ...rest,
    tags: [id(7), id(8)],
    workers: workers.map((worker, i) => ({ ...worker, id: places[i], takes_part: true })),
    lines: lines.map((line, i) => ({
      ...line,
      takes_part: true,
      capacity: 2,
      hospitals: `1=h${i}`,
    })),
    weightings: [],
  };
  const ask = (options: unknown) => toAllocatorProblem(checkDocument({ ...named, options }));
  const problem = ask({
    priority_groups: [{ name: "Local", qualification_tags: [id(8)] }, {
      name: "B",
      worker_mappings: [id(2), id(0)],
    }],
    linked_doctors: [{ first: id(1), second: id(2), fit: "same_hospital" }].slice(0, 0),
  });
  assert.deepEqual(problem.groups, [
    { name: "Local", workers: [id(0)] },
    { name: "B", workers: [id(0), id(2)] },
  ]);
  const linked = ask({ linked_doctors: [{ first: id(1), second: id(2), fit: "same_hospital" }] });
  assert.deepEqual(linked.links, [{
    workers: [id(1), id(2)],
    fit: { kind: "alike", lines: [["l0", "1=h0"], ["l1", "1=h1"]] },
  }]);
  const refused = (options: unknown, code: string) =>
    assert.throws(
      () => ask(options),
      (error: unknown) => (error as { code: string }).code === code,
    );
  refused(
    { linked_doctors: [{ first: id(1), second: id(9), fit: "ranked_lines" }] },
    "LINK_OUTSIDE_BATCH",
  );
  refused({
    linked_doctors: [{ first: id(1), second: id(2), fit: "ranked_lines" }],
    priority_groups: [{ name: "B", worker_mappings: [id(2)] }],
  }, "LINKED_ACROSS_GROUPS");
});

Deno.test("a line that a doctor never wants is none that they can get where the run says so, else their last", () => {
  const never = { 0: [0] };
  const allowed = problemOf({ never, allows_never: true });
  assert.ok(allowed.eligibility.find(({ line }) => line === "l0")!.excludedWorkers.includes("w0"));
  assert.ok(!allowed.eligibility.find(({ line }) => line === "l0")!.includedWorkers.includes("w0"));
  const last = problemOf({ never, preferences: {} });
  assert.deepEqual(last.preferences, [{ worker: "w0", ranks: [], last: ["l0"] }]);
});
