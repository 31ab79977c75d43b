// The figures of a match, and the sample of who got what.

import assert from "node:assert/strict";
import type { Allocation, AllocatorReport, AllocatorRun } from "../../shared/client/mod.ts";
import { allocatorRun } from "../../shared/client/testing/allocator_runs.ts";
import { drawMatching, reportMatch, reportNoMatch, reportWhatIf } from "./match_report.ts";
import { createPaint } from "./paint.ts";
import { jobLines } from "./testing.ts";
import { widthOf } from "./text.ts";

const plain = { width: Infinity, paint: createPaint("none") };

function completed(changes: Partial<AllocatorReport> = {}): AllocatorRun {
  return allocatorRun({
    status: "COMPLETED",
    finished_at: "2026-01-05T00:00:01.500+00:00",
    result: {
      report: {
        objective: 1_234,
        bound: 1_234,
        workers: 60,
        choices: [24, 12, 6, 0, 3, 2, 2, 2, 2, 1, 3, 2],
        unranked: 1,
        meanRank: 2.84,
        meanRankOfAll: 3.4,
        worstRank: 12,
        dissatisfaction: { workers: 180, preferencers: 90 },
        unfilledLines: [],
        blockingPairs: { count: 7, pairs: [] },
        fairness: { worstOff: [], helpfulMoves: [], message: "Worst off: Dr A, with rank 12." },
        ...changes,
      },
      slices: 1,
      cpuMs: { total: 130, p50Slice: 130, p95Slice: 130, maxSlice: 130 },
    },
  });
}

Deno.test("reportMatch() draws a bar per choice, the last ones together", () => {
  const rows = reportMatch(completed(), plain);
  assert.match(rows[1], /^ {2}Choices +1st +24 █{30}$/);
  assert.match(rows[2], /^ +2nd +12 █{15}░{15}$/);
  assert.match(rows[4], /^ +4th +0 ░{30}$/);
  assert.match(rows[10], /^ +10th +1 /);
  assert.match(rows[11], /^ +later +5 /);
  assert.match(rows[12], /^ +unranked +1 /);
});

Deno.test("reportMatch() tells ranks, proof, blocking pairs, fairness and costs", () => {
  const text = reportMatch(completed(), plain).join("\n");
  assert.match(text, /Ranks +mean 2\.8, worst 12; mean of all, unranked lines too, 3\.4$/m);
  assert.match(text, /Objective +1,234, proven: no match has less$/m);
  assert.match(text, /Blocking +7 pairs/);
  assert.match(text, /Fairness +Worst off: Dr A, with rank 12\.$/m);
  assert.match(text, /Wall +1\.5 s$/m);
  assert.match(text, /Solver CPU +130 ms in 1 slice:/);
});

Deno.test("reportMatch() does not call proven what is not, nor give ranks that nobody has", () => {
  const nobody = { choices: [], unranked: 60, meanRank: null, worstRank: null, bound: 1_000 };
  const text = reportMatch(completed(nobody), plain).join("\n");
  assert.match(text, /1,234, proven: no match has less than 1,000$/m);
  assert.match(text, /nobody got a line they had ranked/);
  assert.match(text, /Choices +unranked 60 █{30}$/m);
});

Deno.test("reportMatch() fits a narrow terminal", () => {
  for (const row of reportMatch(completed(), { ...plain, width: 60 })) {
    assert.ok(widthOf(row) <= 60, row);
  }
});

Deno.test("reportNoMatch() gives the reason and what would help", () => {
  const run = allocatorRun({
    status: "INFEASIBLE",
    error_message: "2 doctors have only 1 place.",
    result: {
      explanation: {
        code: "TOO_FEW_PLACES",
        message: "2 doctors have only 1 place.",
        workers: [],
        lines: [],
        preferencers: [],
        places: 1,
        relaxations: [{ change: "One more place in Line 01." }],
      },
    },
  });
  assert.deepEqual(reportNoMatch(run, plain), [
    "2 doctors have only 1 place.",
    "Any one of these would help",
    "  One more place in Line 01.",
  ]);
  const failed = allocatorRun({ status: "FAILED", error_message: "Gave up." });
  assert.deepEqual(reportNoMatch(failed, plain), ["Gave up."]);
});

Deno.test("reportWhatIf() tells who would move and what that would do to both sides", () => {
  const figures = { ...completed().result!.report!, blockingPairs: 0 };
  const after = {
    ...figures,
    meanRankOfAll: 3.04,
    dissatisfaction: { workers: 190, preferencers: 70 },
  };
  const whatIf = (moved: { total: number; better: number; worse: number; same: number }) =>
    allocatorRun({
      status: "COMPLETED",
      options: { preferencerWeight: 0.6, whatIf: {} },
      result: {
        difference: { baseRun: "b", moved, gone: 0, before: figures, after, inputChanged: false },
      },
    });
  assert.deepEqual(reportWhatIf(whatIf({ total: 11, better: 4, worse: 6, same: 1 }), plain), [
    "What if",
    "  With a preferencer weight of 0.6: 11 doctors move (4 to a line they like better, 6 to one they " +
    "like less); mean rank 3.4 -> 3.0, preferencers' dissatisfaction 90 -> 70.",
  ]);
  const none = reportWhatIf(whatIf({ total: 0, better: 0, worse: 0, same: 0 }), plain);
  assert.match(none[1], /0\.6: nobody moves\.$/);
  const failed = allocatorRun({ status: "FAILED", error_message: "Gave up." });
  assert.match(reportWhatIf(failed, plain)[0], /Gave up\.$/);
});

/** Doctor n has line n as their rank n + 1; the last one an unranked line. */
function allocations(count: number): Allocation[] {
  return jobLines(count).map(({ id, name, sort_order }, n) => ({
    id: `a${n}`,
    run: "m",
    worker: { mapping: `m${n}`, id: `w${n}`, name: `Dr ${n}` },
    line: { id, name, sort_order },
    originalPreference: n === count - 1 ? null : n + 1,
    choice: n === count - 1 ? null : n + 1,
  }));
}

Deno.test("drawMatching() samples from the first choice to who was worst off", () => {
  const rows = drawMatching(allocations(9).reverse(), jobLines(9), 5, plain);
  assert.equal(rows[0], "The matching: 5 of 9 doctors");
  assert.match(rows[1], /^Doctor +Choice +Line +Term 1 +Term 2 .*Term 5$/);
  const shown = rows.slice(2).map((row) => row.split(/ {2,}/).slice(0, 4));
  assert.deepEqual(shown, [
    ["Dr 0", "1st", "Line 01", "Emergency Short Stay WP"],
    ["Dr 2", "3rd", "Line 03", "Elective General Surgery WP"],
    ["Dr 4", "5th", "Line 05", "Medical Nights WP"],
    ["Dr 6", "7th", "Line 07", "General Medicine 1 WP"],
    ["Dr 8", "unranked", "Line 09", "Obstetrics and Gynaecology LB"],
  ]);
});

Deno.test("drawMatching() shows all where they are few, and tied lines as the choice that they are", () => {
  const [one, two] = allocations(3);
  const tied = { ...one, originalPreference: 2, choice: 1 };
  const rows = drawMatching([tied, two], jobLines(3), 5, plain);
  assert.equal(rows.length, 4);
  assert.match(rows[2], /^Dr 0 +1st +Line 01/);
  assert.match(rows[3], /^Dr 1 +2nd +Line 02/);
});

Deno.test("drawMatching() fits the terminal", () => {
  for (const width of [80, 100, 140]) {
    for (const row of drawMatching(allocations(20), jobLines(20), 12, { ...plain, width })) {
      assert.ok(widthOf(row) <= width, `${width}: ${row}`);
    }
  }
});
