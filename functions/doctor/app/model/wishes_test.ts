// Rows of wishes: what is merged, what is still to be saved, and a clock that never stands still.

import assert from "node:assert/strict";
import {
  count,
  createClock,
  merge,
  NO_WISHES,
  screeningKey,
  screeningOf,
  stamp,
  without,
} from "./wishes.ts";

const rank = (line: string, order_preference: number, at: number) =>
  stamp({ lines: new Map([[line, { order_preference }]]) }, at);

Deno.test("of two devices the later one wins, row by row, whatever order they are merged in", () => {
  const a = merge(rank("L1", 1, 10), rank("L2", 2, 30)),
    b = merge(rank("L1", 5, 20), rank("L2", 6, 20));
  for (const both of [merge(a, b), merge(b, a)]) {
    assert.equal(both.lines.get("L1")!.order_preference, 5);
    assert.equal(both.lines.get("L2")!.order_preference, 2);
  }
});

Deno.test("fields that only the earlier row says stay", () => {
  const note = stamp({ lines: new Map([["L1", { notes: "near home" }]]) }, 10);
  const both = merge(merge(NO_WISHES, note), rank("L1", 3, 20));
  assert.deepEqual(both.lines.get("L1"), {
    notes: "near home",
    order_preference: 3,
    changedAt: 20,
  });
  assert.deepEqual(merge(rank("L1", 3, 20), note), both);
});

Deno.test("what is typed while a save is under way is still to be saved", () => {
  const sent = merge(rank("L1", 1, 10), rank("L2", 2, 11));
  const pending = merge(sent, rank("L1", 9, 12));
  const left = without(pending, sent);
  assert.equal(count(left), 1);
  assert.equal(left.lines.get("L1")!.order_preference, 9);
  assert.equal(count(without(sent, sent)), 0);
});

Deno.test("the clock goes on where the device's stands still or goes back", () => {
  const times = [100, 100, 50, 200];
  const clock = createClock(() => times.shift()!);
  assert.deepEqual([clock(), clock(), clock(), clock()], [100, 101, 102, 200]);
});

Deno.test("keys of exclusions say what they are about", () => {
  assert.deepEqual(screeningOf(screeningKey("hospital_specialty", "St. John's", "Surgery")), {
    kind: "hospital_specialty",
    hospital: "St. John's",
    specialty: "Surgery",
  });
  assert.deepEqual(screeningOf(screeningKey("rural")), {
    kind: "rural",
    hospital: null,
    specialty: null,
  });
});
