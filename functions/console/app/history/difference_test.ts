// A snapshot against the lines of now, and what a restore would do.

import assert from "node:assert/strict";
import type { JobLine } from "../../../../shared/client/mod.ts";
import { leave, line, position } from "../roster/testing.ts";
import { compareLines, planRestore, type SnapshotLine } from "./difference.ts";

const [a, b, c] = ["A", "B", "C"].map((id) => position(id));

/** A line as a snapshot would hold it. */
function kept(from: JobLine, changes: Partial<SnapshotLine> = {}): SnapshotLine {
  return {
    ...from,
    rotations: from.rotations.map(({ term, position }) => ({
      term,
      position: position.id,
      position_name: position.name,
    })),
    ...changes,
  };
}

/** So many posts of each position in each term. */
function postsFor(posts: number) {
  return ["A", "B", "C"].flatMap((position) =>
    [1, 2, 3].map((term) => ({ position, term, posts, minimum_fill: 0 }))
  );
}

Deno.test("compareLines() finds nothing between equals", () => {
  const now = [line("L1", [a, b, c]), line("L2", [b, c, a])];
  assert.deepEqual(compareLines(now.map((each) => kept(each)), now), {
    added: [],
    removed: [],
    changed: [],
    same: 2,
    rotations: 0,
  });
});

Deno.test("compareLines() follows a line by its id, else by its name", () => {
  const stayed = line("L1", [a, b, c], { id: "x" });
  const rebuilt = line("L2", [b, a, c], { id: "new" });
  const before = [
    kept(line("Old name", [a, b, c], { id: "x" })),
    kept(line("L2", [b, c, null], { id: "old" })),
    kept(line("L9", [a, b, c])),
  ];
  const { added, removed, changed, same, rotations } = compareLines(before, [
    stayed,
    rebuilt,
    line("L10", [a, b, c]),
    line("L3", [a, b, c]),
  ]);
  assert.deepEqual([added, removed, same, rotations], [["L3", "L10"], ["L9"], 0, 2]);
  assert.deepEqual(changed, [
    {
      name: "L2",
      renamed: null,
      rotations: [
        { term: 2, before: "C JMO", after: "A JMO" },
        { term: 3, before: null, after: "C JMO" },
      ],
      leaveMoved: false,
    },
    { name: "Old name", renamed: "L1", rotations: [], leaveMoved: false },
  ]);
});

Deno.test("compareLines() sees leave that moved, and a snapshot from before leave", () => {
  const now = line("L1", [a, b, c], { leave: [leave(2, 5)] });
  assert.equal(compareLines([kept(now)], [now]).same, 1);
  const moved = compareLines([kept(now, { leave: [leave(3, 5)] })], [now]);
  assert.deepEqual(moved.changed.map(({ leaveMoved }) => leaveMoved), [true]);
  assert.equal(compareLines([kept(now, { leave: undefined })], [now]).changed.length, 1);
});

Deno.test("compareLines() leaves out pinned lines that a snapshot cannot hold", () => {
  const pinned = line("L1", [a, b, c], { is_locked: true });
  assert.deepEqual(compareLines([], [pinned]).added, []);
});

Deno.test("planRestore() foretells what comes, goes and stays", () => {
  const now = [
    line("L1", [a, b, c], { is_locked: true }),
    line("L2", [a, b, c], { is_locked: true, id: "other" }),
    line("L3", [a, b, c]),
    line("L4", [a, b, c]),
  ];
  const snapshot = [
    kept(line("L1", [a, b, c])),
    kept(line("L2", [a, b, c])),
    kept(line("L5", [a, b, c])),
  ];
  assert.deepEqual(planRestore(snapshot, now, postsFor(9)), {
    back: 1,
    gone: 2,
    kept: 2,
    skipped: ["L1", "L2"],
    overfull: [],
  });
});

Deno.test("planRestore() counts what comes back and what is pinned against the posts of now", () => {
  const pinned = line("L1", [a, b, null], { is_locked: true });
  const replaced = line("L2", [a, b, c]);
  const snapshot = [kept(line("L3", [a, c, c]))];
  assert.deepEqual(planRestore(snapshot, [pinned, replaced], postsFor(1)).overfull, [
    { position: "A JMO", term: 1, lines: 2, posts: 1 },
  ]);
  assert.equal(planRestore(snapshot, [], []).overfull.length, 3, "no posts, no room");
});
