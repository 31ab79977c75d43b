// Ways of the planner, as the editor shows them.

import assert from "node:assert/strict";
import type { PlannerRunOptions } from "../../../../../shared/client/mod.ts";
import type { PageContext } from "../../page.ts";
import { termsOf } from "../roster.ts";
import { line, position, STARTS_ON, TERM_WEEKS } from "../testing.ts";
import { positionAt } from "./draft.ts";
import { Effects, type Repair } from "./effects.ts";
import { plannerWords, recommend } from "./recommend.ts";

const a = position("a"), b = position("b"), c = position("c"), d = position("d");
const nights = position("nights", { is_service: true, is_nights_relief: true });
const effects = new Effects({
  startsOn: STARTS_ON,
  terms: termsOf(STARTS_ON, TERM_WEEKS),
  positions: [a, b, c, d, nights],
  sixMonthTerms: [],
  posts: [],
  hospitals: new Map(),
  constraints: new Map([["r1", ["NO_NIGHTS"]], ["", []]]),
  affinities: [],
});
const base = [line("one", [a, b, c]), line("two", [b, c, a]), line("ill", [nights, a, b])];

/** A planner that answers each dry run in turn; what it was asked is kept. */
function contextOf(answers: (typeof a[] | null)[][]) {
  const asked: PlannerRunOptions[] = [];
  const planner = {
    restoreForm: () => Promise.resolve({ lastRun: null, constraints: [] }),
    generate: ({ options }: { options: PlannerRunOptions }) => {
      asked.push(structuredClone(options));
      return Promise.resolve({ plannerRunId: String(asked.length - 1) });
    },
    watch: (id: string) => ({
      done: Promise.resolve({ status: answers[Number(id)] ? "COMPLETED" : "INFEASIBLE" }),
    }),
    preview: (id: string) =>
      Promise.resolve(answers[Number(id)].flatMap((positions, i) =>
        positions === null ? [] : [{
          id: base[i].id,
          name: base[i].name,
          change: "changed",
          positions,
          before: base[i].rotations.map(({ position }) => position),
          leave: [],
        }]
      )),
  };
  const context = { planner, allocationRun: { id: "run", starts_on: STARTS_ON } };
  return { context: context as unknown as PageContext, asked };
}

async function waysOf(answers: (typeof a[] | null)[][], term: number | null) {
  const { context, asked } = contextOf(answers), ways: Repair[] = [];
  const editor = { effects, base: { value: base } as never };
  await recommend(context, editor, { line: "one", term }, (way) => ways.push(way));
  return { ways, asked };
}

Deno.test("each way is one that was not shown before; lines that are broken themselves stay", async () => {
  const { ways, asked } = await waysOf([
    [[a, d, c], null],
    [[a, a, c], [b, c, d]],
  ], 2);
  assert.deepEqual(ways.map(({ words, cells, others, left }) => [words, cells, others, left]), [
    ["Term 2: d JMO instead of b JMO", 1, 0, 0],
    ["Term 2: a JMO instead of b JMO; two, term 3: d JMO instead of a JMO", 2, 1, 1],
  ]);
  assert.equal(positionAt(ways[0].lines[0], 2)?.id, d.id);
  assert.deepEqual(
    asked.map(({ recommend }) => recommend?.avoid?.map(({ position }) => position)),
    [
      [b.id],
      [b.id, d.id],
      [b.id, d.id, a.id],
    ],
  );
  assert.deepEqual(asked[0].recommend?.keep, ["ill"]);
  assert.ok(asked.every(({ mode, dryRun }) => mode === "replan" && dryRun));
});

Deno.test("a line that is mended asks for nothing first, and for another cell then", async () => {
  const { ways, asked } = await waysOf([[[d, b, c], null], [null, null]], null);
  assert.deepEqual(ways.map(({ words }) => words), ["Term 1: d JMO instead of a JMO"]);
  assert.deepEqual(asked.map(({ recommend }) => recommend?.avoid), [
    [],
    [{ term: 1, position: d.id }],
  ]);
});

Deno.test("what the planner found is told by what is new in the list, and whether there may be more", () => {
  const done = { state: "done" } as const;
  assert.equal(plannerWords({ error: "Too many." }, 0, 0), "Too many.");
  assert.match(plannerWords({ state: "looking" }, 0, 0), /fewest changes over all lines…$/);
  assert.match(plannerWords({ state: "looking" }, 1, 0), /another way…$/);
  assert.match(plannerWords(done, 0, 0), /found no way/);
  assert.equal(
    plannerWords(done, 3, 1),
    "The planner looked over all lines and found 1 way that was not listed before, and 2 that were. It stops there.",
  );
  assert.equal(
    plannerWords(done, 2, 2),
    "The planner looked over all lines and found 2 ways that were not listed before. It found no further one.",
  );
  assert.match(
    plannerWords(done, 1, 0),
    /found nothing new: its one way was listed before\. It found/,
  );
  assert.match(plannerWords(done, 3, 0), /nothing new: its 3 ways were listed before\. It stops/);
});
