import assert from "node:assert/strict";
import { faultSentence, mergedSpots } from "./table.ts";
import { tableOf } from "./testing/tables.ts";

const table = (merges: [number, number, number, number][]) =>
  tableOf(Array.from({ length: 4 }, () => ["a", "b", "c"]), {
    merges: merges.map(([startRow, startCol, endRow, endCol]) => ({
      startRow,
      startCol,
      endRow,
      endCol,
    })),
  });

const spotsOf = (merges: [number, number, number, number][]) => {
  const spotAt = mergedSpots(table(merges));
  return Array.from({ length: 5 }, (_, row) => row).flatMap((row) =>
    Array.from({ length: 4 }, (_, column) => column).flatMap((column) => {
      const spot = spotAt(row, column);
      return spot ? [[row, column, spot.row, spot.column]] : [];
    })
  );
};

Deno.test("mergedSpots() names the first cell of each range", () => {
  assert.deepEqual(spotsOf([[1, 0, 2, 1]]), [[1, 0, 1, 0], [1, 1, 1, 0], [2, 0, 1, 0], [
    2,
    1,
    1,
    0,
  ]]);
});

Deno.test("mergedSpots() visits no cell beyond the table, and none twice", () => {
  const all: [number, number, number, number] = [0, 0, 1_048_575, 16_383];
  const spots = spotsOf(Array.from({ length: 5_000 }, () => all));
  assert.equal(spots.length, 12);
  // One that begins free and comes to another's cell is left there.
  assert.deepEqual(spotsOf([[0, 1, 3, 1], [0, 0, 3, 2]]).filter(([, column]) => column !== 1), [
    [0, 0, 0, 0],
  ]);
});

Deno.test("faultSentence() ends as a sentence does, a question too", () => {
  assert.equal(faultSentence("Line", "is empty"), "Line is empty.");
  assert.equal(
    faultSentence("Line", 'is none; did you mean "A"?'),
    'Line is none; did you mean "A"?',
  );
});
