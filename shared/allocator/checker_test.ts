// The gate before a match is stored refuses: each field of a good result is falsified, and each rule broken alone.

import assert from "node:assert/strict";
import { Random } from "../engine/random.ts";
import { checkMatching, type MatchingViolation } from "./checker.ts";
import { prepareAllocator } from "./engine.ts";
import type { Allocation } from "./outcome.ts";
import type { AllocatorLink, AllocatorProblem } from "./problem.ts";
import { problemOf, randomProblem } from "./testing/problems.ts";

/** What the engine finds; null: no matching. */
function solve(problem: AllocatorProblem): Allocation[] | null {
  const allocator = prepareAllocator(problem);
  let state = allocator.start();
  while (!allocator.done(state)) state = allocator.step(state, { remainingMs: () => 1e6 });
  const outcome = allocator.outcome(state);
  return outcome.status === "COMPLETED" ? outcome.allocations : null;
}

/** Three workers who rank all of three lines, each with one place, in the same order. */
function strictProblem(change: Partial<AllocatorProblem> = {}): AllocatorProblem {
  const ranks: [string, number][] = [["l0", 1], ["l1", 2], ["l2", 3]];
  return problemOf(3, [1, 1, 1], {
    preferences: ["w0", "w1", "w2"].map((worker) => ({ worker, ranks })),
    ...change,
  });
}

/** w0 has l0, w1 has l1, w2 has l2, with their ranks. */
const GOOD: Allocation[] = [0, 1, 2].map((n) => ({
  worker: `w${n}`,
  line: `l${n}`,
  originalPreference: n + 1,
}));

function codes(problem: AllocatorProblem, allocations: Allocation[]): MatchingViolation["code"][] {
  return checkMatching(problem, allocations).map(({ code }) => code);
}

/** The good matching with w0 on another line. */
function moved(line: string, originalPreference: number): Allocation[] {
  return [{ worker: "w0", line, originalPreference }, ...GOOD.slice(1)];
}

Deno.test("checkMatching() lets a good matching pass", () => {
  assert.deepEqual(checkMatching(strictProblem(), GOOD), []);
});

Deno.test("checkMatching() refuses each field of each allocation that is not what it was", () => {
  const problem = strictProblem();
  const lies: [field: keyof Allocation, values: (string | number | null)[]][] = [
    ["worker", ["w0", "w1", "w2", "w9", "", "l0"]],
    ["line", ["l0", "l1", "l2", "l9", "", "w0"]],
    ["originalPreference", [null, 0, 1, 2, 3, 1.5, -1, NaN]],
  ];
  GOOD.forEach((allocation, i) => {
    for (const [field, values] of lies) {
      for (const value of values.filter((value) => value !== allocation[field])) {
        const lie = GOOD.map((own, k) => k === i ? { ...own, [field]: value } as Allocation : own);
        assert.notDeepEqual(codes(problem, lie), [], `${field} ${value} of ${allocation.worker}`);
      }
    }
  });
});

Deno.test("checkMatching() refuses a choice that the line is not: CHOICE", () => {
  const problem = strictProblem({
    preferences: [
      { worker: "w0", ranks: [["l0", 1], ["l1", 1], ["l2", 2]] },
      { worker: "w1", ranks: [["l0", 1], ["l1", 1], ["l2", 2]] },
      { worker: "w2", ranks: [["l0", 1], ["l1", 1], ["l2", 2]] },
    ],
  });
  const stored = [1.5, 1.5, 3].map((originalPreference, n) => ({
    worker: `w${n}`,
    line: `l${n}`,
    originalPreference,
    choice: [1, 1, 3][n] as number | null,
  }));
  assert.deepEqual(codes(problem, stored), []);
  stored.forEach((_, i) => {
    for (const choice of [null, 0, 1, 2, 3].filter((choice) => choice !== stored[i].choice)) {
      const lie = stored.map((own, k) => k === i ? { ...own, choice } : own);
      assert.deepEqual(codes(problem, lie), ["CHOICE"], `${choice} of w${i}`);
    }
  });
  const unranked = strictProblem({ preferences: [] });
  const plain = GOOD.map((own) => ({ ...own, originalPreference: null }));
  assert.deepEqual(codes(unranked, plain.map((own) => ({ ...own, choice: null }))), []);
  assert.deepEqual(codes(unranked, plain.map((own) => ({ ...own, choice: 1 }))), [
    "CHOICE",
    "CHOICE",
    "CHOICE",
  ]);
});

Deno.test("checkMatching() refuses a worker who is left out, named twice or not of the run: WORKER", () => {
  assert.deepEqual(codes(strictProblem(), GOOD.slice(1)), ["WORKER"]);
  assert.deepEqual(codes(strictProblem(), []), ["WORKER", "WORKER", "WORKER"]);
  assert.deepEqual(codes(strictProblem(), [...GOOD, GOOD[0]]), ["WORKER"]);
  const stranger = { ...GOOD[0], worker: "w9" };
  assert.deepEqual(codes(strictProblem(), [...GOOD, stranger]), ["WORKER"]);
});

/** One rule broken, and nothing else. */
const BROKEN: {
  code: MatchingViolation["code"];
  problem: AllocatorProblem;
  allocations: Allocation[];
  about: Partial<MatchingViolation>;
}[] = [
  {
    code: "LINE",
    problem: strictProblem(),
    allocations: moved("l9", 1),
    about: { worker: "w0", line: "l9" },
  },
  {
    code: "PREFERENCE",
    problem: strictProblem(),
    allocations: moved("l0", 2),
    about: { worker: "w0", line: "l0" },
  },
  {
    code: "ELIGIBILITY",
    problem: strictProblem({
      eligibility: [{
        line: "l1",
        includedWorkers: [],
        excludedWorkers: ["w1"],
        includedTags: [],
        excludedTags: [],
      }],
    }),
    allocations: GOOD,
    about: { worker: "w1", line: "l1" },
  },
  {
    code: "PIN",
    problem: strictProblem({ pins: [{ worker: "w2", line: "l0" }] }),
    allocations: GOOD,
    about: { worker: "w2", line: "l2" },
  },
  {
    code: "CAPACITY",
    problem: strictProblem(),
    allocations: moved("l1", 2),
    about: { line: "l1" },
  },
  {
    code: "MUST_HAVE",
    problem: strictProblem({
      lines: problemOf(3, [1, 2, 1]).lines.map((line, j) => ({ ...line, mustHave: j === 0 })),
    }),
    allocations: moved("l1", 2),
    about: { line: "l0" },
  },
  ...(["maxLines", "maxWorkers"] as const).map((cap) => ({
    code: cap === "maxLines" ? "MAX_LINES" as const : "MAX_WORKERS" as const,
    problem: strictProblem({
      preferencers: [{
        id: "p0",
        name: "P0",
        lines: ["l0", "l1"],
        maxLines: null,
        maxWorkers: null,
        ranks: [],
        [cap]: 1,
      }],
    }),
    allocations: GOOD,
    about: { preferencer: "p0" },
  })),
  {
    code: "BLOCKING_PAIR",
    problem: strictProblem({
      options: { ...problemOf(1, [1]).options, stability: true },
      // w1 and l0 would rather have each other; what l1 thinks of nobody matters.
      preferencers: [{
        id: "p0",
        name: "P0",
        lines: ["l0"],
        maxLines: null,
        maxWorkers: null,
        ranks: [["w1", 1], ["w0", 2], ["w2", 3]],
      }],
    }),
    allocations: GOOD,
    about: { worker: "w1", line: "l0" },
  },
];

for (const { code, problem, allocations, about } of BROKEN) {
  Deno.test(`checkMatching() refuses by ${code} where that alone is broken, and names whom it is about`, () => {
    const violations = checkMatching(problem, allocations);
    assert.equal(violations.length, 1, JSON.stringify(violations));
    const [{ message, ...violation }] = violations;
    assert.deepEqual(violation, { code, ...about });
    assert.ok(message.length > 0);
  });
}

Deno.test("checkMatching() refuses a blocking pair with a free place, and none where stability is not asked for", () => {
  const free = strictProblem({ lines: problemOf(3, [2, 1, 1]).lines });
  assert.deepEqual(codes(free, GOOD), []);
  free.options.stability = true;
  assert.deepEqual(checkMatching(free, GOOD).map(({ worker, line }) => [worker, line]), [
    ["w1", "l0"],
    ["w2", "l0"],
  ]);
});

/** w0 and w1, who are linked. */
function link(fit: AllocatorLink["fit"]): { links: AllocatorLink[] } {
  return { links: [{ workers: ["w0", "w1"], fit }] };
}

/** Strict problems whose workers have such parts of full time. */
function parted(change: Partial<AllocatorProblem>, ...fte: number[]): AllocatorProblem {
  const problem = strictProblem(change);
  return { ...problem, workers: problem.workers.map((own, w) => ({ ...own, fte: fte[w] })) };
}

Deno.test("checkMatching() refuses lines that do not fit those who are linked, whatever fit was asked: LINK", () => {
  const unranked = problemOf(3, [1, 1, 1]).preferences;
  const fits: [fit: AllocatorLink["fit"], passes: AllocatorLink["fit"] | null][] = [
    [{ kind: "alike", lines: [["l0", "a"], ["l1", "b"]] }, {
      kind: "alike",
      lines: [["l0", "a"], ["l1", "a"]],
    }],
    [{ kind: "alike", lines: [] }, null],
    [{ kind: "pairs", pairs: [["l1", "l0"], ["l0", "l2"]] }, {
      kind: "pairs",
      pairs: [["l0", "l1"]],
    }],
    [{ kind: "share" }, null],
  ];
  for (const [fit, passes] of fits) {
    const [violation, ...more] = checkMatching(parted(link(fit), 0.5, 0.5, 1), GOOD);
    assert.deepEqual([violation.code, violation.worker, violation.line], ["LINK", "w0", "l0"]);
    assert.deepEqual(more, []);
    if (passes) assert.deepEqual(codes(strictProblem(link(passes)), GOOD), []);
  }
  // Each a line that they ranked: w1 ranked nothing.
  const ranked = link({ kind: "ranked" }), [own] = strictProblem().preferences;
  assert.deepEqual(codes(strictProblem(ranked), GOOD), []);
  assert.deepEqual(
    codes(
      strictProblem({ ...ranked, preferences: [own, ...unranked] }),
      GOOD.map((each, n) => n === 0 ? each : { ...each, originalPreference: null }),
    ),
    ["LINK"],
  );
});

Deno.test("checkMatching() lets two share a job on one place of a line, and refuses them where they are more than one", () => {
  const shared = [GOOD[0], { ...GOOD[0], worker: "w1" }, GOOD[2]];
  assert.deepEqual(codes(parted(link({ kind: "share" }), 0.7, 0.3, 1), shared), []);
  assert.deepEqual(codes(parted(link({ kind: "share" }), 0.7, 0.4, 1), shared), ["LINK"]);
  assert.deepEqual(codes(parted({}, 0.7, 0.3, 1), shared), ["CAPACITY"]);
});

Deno.test("checkMatching() refuses lines that would rather have a couple who would rather have them: BLOCKING_COUPLE", () => {
  const options = { ...problemOf(1, [1]).options, stability: true };
  const lines = problemOf(3, [2, 1, 1, 1]).lines;
  const wishes = (worker: string, ...order: string[]) => ({
    worker,
    ranks: order.map((line, n): [string, number] => [line, n + 1]),
  });
  const alike = link({ kind: "alike", lines: [["l1", "a"], ["l2", "a"]] });
  const problem = problemOf(3, [], {
    ...alike,
    lines,
    options,
    preferences: [wishes("w0", "l0", "l1"), wishes("w1", "l0", "l2"), wishes("w2", "l3", "l0")],
  });
  const own = [["w0", "l1", 2], ["w1", "l2", 2], ["w2", "l3", 1]] as const;
  const good = own.map(([worker, line, originalPreference]) => ({
    worker,
    line,
    originalPreference,
  }));
  const [{ message: _, ...violation }, ...more] = checkMatching(problem, good);
  assert.deepEqual(violation, { code: "BLOCKING_COUPLE", worker: "w0", line: "l0" });
  assert.deepEqual(more, []);
  // With room for one of them, or where one would lose by it, nobody blocks; nor is one of a couple looked at alone.
  const [narrow, ...rest] = lines;
  assert.deepEqual(codes({ ...problem, lines: [{ ...narrow, capacity: 1 }, ...rest] }, good), []);
  const content = [wishes("w0", "l0", "l1"), wishes("w1", "l2", "l0"), problem.preferences[2]];
  const first = good.map((each) =>
    each.worker === "w1" ? { ...each, originalPreference: 1 } : each
  );
  assert.deepEqual(codes({ ...problem, preferences: content }, first), []);
  assert.deepEqual(codes({ ...problem, options: { ...options, stability: false } }, good), []);
  // Who are there already are looked at as the line sees them: w2 stays where the line would rather have them.
  const line = { id: "p0", name: "P0", lines: ["l0"], maxLines: null, maxWorkers: null };
  const held = { ...problem, preferences: [...content.slice(0, 1), problem.preferences[1]] };
  const taken = [...good.slice(0, 2), { worker: "w2", line: "l0", originalPreference: null }];
  for (
    const [order, blocks] of [[["w2", "w0", "w1"], false], [["w0", "w1", "w2"], true]] as const
  ) {
    const ranks = order.map((worker, n): [string, number] => [worker, n + 1]);
    assert.deepEqual(
      codes({ ...held, preferencers: [{ ...line, ranks }] }, taken),
      blocks ? ["BLOCKING_COUPLE"] : [],
    );
  }
});

/** One thing made stricter than a good matching allows, each with the code that must then be found. */
function tightenings(problem: AllocatorProblem, good: Allocation[]): [string, AllocatorProblem][] {
  const load = Map.groupBy(good, ({ line }) => line);
  const [{ worker, line }] = good, used = load.get(line)!.length;
  const withLine = (change: object) =>
    problem.lines.map((own) => own.id === line ? { ...own, ...change } : own);
  const empty = problem.lines.find(({ id, capacity }) => capacity > 0 && !load.has(id));
  const cap = { id: "px", name: "PX", lines: [line], ranks: [] };
  const others = problem.eligibility.filter((entry) => entry.line !== line);
  const tags = { includedTags: [], excludedTags: [] };
  const excluded = { line, includedWorkers: [], excludedWorkers: [worker], ...tags };
  return [
    ["CAPACITY", { ...problem, lines: withLine({ capacity: used - 1 }) }],
    ["ELIGIBILITY", { ...problem, eligibility: [...others, excluded] }],
    ["PIN", { ...problem, pins: [{ worker, line: "elsewhere" }] }],
    ["MAX_LINES", {
      ...problem,
      preferencers: [...problem.preferencers, { ...cap, maxLines: 0, maxWorkers: null }],
    }],
    ["MAX_WORKERS", {
      ...problem,
      preferencers: [...problem.preferencers, { ...cap, maxLines: null, maxWorkers: used - 1 }],
    }],
    ...empty
      ? [[
        "MUST_HAVE",
        {
          ...problem,
          lines: problem.lines.map((own) => own === empty ? { ...own, mustHave: true } : own),
        },
      ] as [string, AllocatorProblem]]
      : [],
  ];
}

Deno.test("whatever is made stricter than a good matching allows, checkMatching() finds it", () => {
  const random = new Random(31), seen = new Map<string, number>();
  for (let round = 0; round < 300; round++) {
    const problem = randomProblem(random, { caps: true, stability: round % 2 === 0 });
    const good = solve(problem);
    if (good === null) continue;
    assert.deepEqual(checkMatching(problem, good), []);
    for (const [code, stricter] of tightenings(problem, good)) {
      const found: string[] = codes(stricter, good);
      assert.ok(found.includes(code), `round ${round}: ${code} instead of ${found}`);
      seen.set(code, (seen.get(code) ?? 0) + 1);
    }
  }
  assert.equal(seen.size, 6);
  for (const [code, times] of seen) assert.ok(times > 30, `${code}: ${times}`);
});
