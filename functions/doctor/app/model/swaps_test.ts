// What a doctor can ask for, and what became of it in words.

import assert from "node:assert/strict";
import type { Line } from "./lines.ts";
import { candidates, canWithdraw, type Swap, swapWords, termsAhead, termWords } from "./swaps.ts";

function line(id: string, positions: (string | null)[], eligible = true): Line {
  return {
    id,
    name: id,
    eligible,
    reason: null,
    places: 1,
    fte: 1,
    leave: [],
    rotations: positions.flatMap((position, t) =>
      position === null ? [] : [{ term: t + 1, position: { id: position } } as never]
    ),
  };
}

const own = line("own", ["a", "b", "c"]);
const lines = [
  own,
  line("same", ["a", "x", "c"]),
  line("two", ["x", "y", "z"]),
  line("closed", ["x", "y", "z"], false),
  line("part", ["x", "y", null]),
  line("nobody", ["x", "y", "z"]),
];
const held = ["own", "same", "closed", "part"].map((job_line) => ({ job_line, doctors: 1 }))
  .concat({ job_line: "two", doctors: 2 });
const asked = (terms: number[]) => candidates(lines, own, held, terms).map(({ line }) => line.id);

Deno.test("rotations are asked of lines of one doctor that have another one there", () => {
  assert.deepEqual(asked([1]), ["closed", "part"]);
  assert.deepEqual(asked([2]), ["same", "closed", "part"]);
  assert.deepEqual(asked([1, 2]), ["same", "closed", "part"], "one of the two is another");
  assert.deepEqual(asked([3]), ["closed"], "both are worked there");
});

Deno.test("whole lines are asked for where the doctor may have them, of all who have one", () => {
  assert.deepEqual(candidates(lines, own, held, []).map((c) => [c.line.id, c.doctors]), [
    ["same", 1],
    ["two", 2],
    ["part", 1],
  ]);
});

Deno.test("only terms that lie ahead can be swapped", () => {
  assert.deepEqual(termsAhead(own, 2), [2, 3]);
  assert.deepEqual(termsAhead(own, null), []);
  assert.equal(termWords([]), "the whole line");
  assert.equal(termWords([2]), "term 2");
  assert.equal(termWords([1, 2, 4]), "terms 1, 2 and 4");
});

Deno.test("every state has its words, for either side, and no more than the doctor may know", () => {
  const swap = (state: Swap["state"], by_me: boolean, more: Partial<Swap> = {}) =>
    ({ state, by_me, void_code: null, reason: null, ...more }) as Swap;
  assert.equal(swapWords(swap("asked", true)), "Waits for the other doctor.");
  assert.match(swapWords(swap("agreed", false)), /^You agreed\. .* nothing changes\.$/);
  assert.equal(swapWords(swap("declined", true)), "The other doctor declined.");
  assert.match(swapWords(swap("approved", true, { reason: "Good." })), /^Approved: Good\./);
  assert.match(swapWords(swap("refused", true, { reason: "No." })), /: No\.$/);
  assert.equal(swapWords(swap("void", true, { void_code: "NEW_CODE" })), "Void.");
  assert.match(swapWords(swap("void", true, { void_code: "LINE_CHANGED" })), /changed meanwhile/);
  for (const state of ["withdrawn", "expired"] as const) assert.ok(swapWords(swap(state, true)));
  assert.deepEqual(
    (["asked", "agreed", "approved"] as const).flatMap((state) =>
      [true, false].map((by_me) => canWithdraw(swap(state, by_me)))
    ),
    [true, false, true, true, false, false],
  );
});
