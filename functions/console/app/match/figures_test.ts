// Two matches side by side.

import assert from "node:assert/strict";
import type { MatchingFigures } from "../../../../shared/client/mod.ts";
import { choiceBars, comparedBars, figureRows } from "./figures.ts";

const FIGURES: MatchingFigures = {
  workers: 4,
  choices: [2, 1],
  unranked: 1,
  meanRank: 1.5,
  meanRankOfAll: 1.5,
  worstRank: 2,
  objective: 1234.04,
  dissatisfaction: { workers: 4, preferencers: 0 },
  blockingPairs: 0,
};

Deno.test("choiceBars() has a bar for each of the first ten choices, and one for the rest", () => {
  const bars = choiceBars({ choices: Array.from({ length: 12 }, (_, i) => i), unranked: 2 });
  assert.equal(bars.length, 12);
  assert.deepEqual(bars.slice(9), [
    { label: "10th", value: 9 },
    { label: "later", value: 21 },
    { label: "not ranked", value: 2 },
  ]);
});

Deno.test("comparedBars() keeps what is no choice at the end, also where only one match has it", () => {
  const after = { ...FIGURES, choices: [1, 1, 2], unranked: 0 };
  assert.deepEqual(comparedBars(FIGURES, after), [
    { label: "1st", now: 2, then: 1 },
    { label: "2nd", now: 1, then: 1 },
    { label: "3rd", now: 0, then: 2 },
    { label: "not ranked", now: 1, then: 0 },
  ]);
});

Deno.test("figureRows() says what changes, and a dash where one of both is unknown", () => {
  const after = { ...FIGURES, choices: [1, 1, 2], blockingPairs: null, objective: 1234.0 };
  const rows = new Map(
    figureRows(FIGURES, after).map(({ name, ...rest }) => [name, Object.values(rest)]),
  );
  assert.deepEqual(rows.get("First choices"), ["2", "1", "−1"]);
  assert.deepEqual(rows.get("First three"), ["3", "4", "+1"]);
  assert.deepEqual(rows.get("Blocking pairs"), ["0", "–", "–"]);
  assert.deepEqual(rows.get("Objective, by these weights"), ["1,234.0", "1,234.0", "0"]);
});
