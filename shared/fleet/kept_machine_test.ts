import assert from "node:assert/strict";
import { Random } from "../engine/random.ts";
import { isSame, keepingMachine } from "./kept_machine.ts";
import type { Machine, Workload } from "./workload.ts";

type Input = { lines: number; posts: number[][] };

/** A workload that counts how often it prepares a machine. */
function counting(keepsNothing: boolean) {
  const prepared: string[] = [];
  const nothing = () => Promise.reject(new Error("not in this test"));
  const workload: Workload<Input, number, Machine<number> & { input: Input }> = {
    searchType: "test",
    inputFormat: { engine: "test", version: 1 },
    keepsNothing,
    load: nothing,
    report: nothing,
    commit: nothing,
    prepare(input, blockNumber) {
      if (input.lines === 0) throw new Error("no lines");
      prepared.push(`${input.lines} in ${blockNumber}`);
      return {
        input,
        format: { engine: "test", version: 1 },
        start: () => 0,
        step: (state) => state + 1,
        done: (state) => state > 3,
        phase: () => "at work",
      };
    },
  };
  return { workload: keepingMachine(workload), prepared };
}

const input = (lines: number): Input => ({ lines, posts: [[1, 2], [3, 4]] });

Deno.test("the machine of the slice before is taken where the input is the same, as the database told it once more", () => {
  const { workload, prepared } = counting(true);
  const first = workload.prepare(input(2), 1);
  assert.equal(workload.prepare(structuredClone(input(2)), 1), first);
  assert.deepEqual(prepared, ["2 in 1"]);
});

Deno.test("another input, another block, and what comes after them have machines of their own", () => {
  const { workload, prepared } = counting(true);
  for (const [lines, block] of [[2, 1], [3, 1], [3, 2], [2, 1]]) {
    workload.prepare(input(lines), block);
  }
  assert.deepEqual(prepared, ["2 in 1", "3 in 1", "3 in 2", "2 in 1"]);
});

Deno.test("a run whose problem was read anew and came out otherwise has a machine of its own", () => {
  const { workload, prepared } = counting(true);
  workload.prepare(input(2), 1);
  const changed = input(2);
  changed.posts[1][1] = 5;
  assert.equal(workload.prepare(changed, 1).input, changed);
  assert.equal(prepared.length, 2);
});

Deno.test("an input that cannot be prepared leaves no machine behind", () => {
  const { workload, prepared } = counting(true);
  workload.prepare(input(2), 1);
  assert.throws(() => workload.prepare(input(0), 1), /no lines/);
  workload.prepare(input(2), 1);
  assert.equal(prepared.length, 2);
});

Deno.test("machines that may keep something are prepared for every slice", () => {
  const { workload, prepared } = counting(false);
  workload.prepare(input(2), 1);
  workload.prepare(input(2), 1);
  assert.equal(prepared.length, 2);
});

/** A JSON value of some depth. */
function drawn(random: Random, depth: number): unknown {
  const kind = random.below(depth > 0 ? 6 : 4);
  const some = () => Array.from({ length: random.below(4) }, () => drawn(random, depth - 1));
  if (kind === 4) return some();
  if (kind === 5) return Object.fromEntries(some().map((value, i) => [`m${i}`, value]));
  return [null, random.below(3), `${random.below(3)}`, random.below(2) === 1][kind];
}

Deno.test("isSame() says of 20,000 drawn pairs what their texts say", () => {
  const random = new Random(7);
  let same = 0;
  for (let i = 0; i < 20_000; i++) {
    const one = drawn(random, 3),
      other = random.below(3) === 0 ? structuredClone(one) : drawn(random, 3);
    const expected = JSON.stringify(one) === JSON.stringify(other);
    assert.equal(isSame(one, other), expected, JSON.stringify([one, other]));
    if (expected) same++;
  }
  assert.ok(same > 5_000 && same < 15_000, `${same}`);
});

Deno.test("isSame() asks for no order of members, and takes no member for one that is not there", () => {
  assert.ok(isSame({ a: 1, b: [2] }, { b: [2], a: 1 }));
  assert.ok(!isSame({ a: undefined }, { b: undefined }));
  assert.ok(!isSame([], {}));
  assert.ok(!isSame({ length: 0 }, []));
  assert.ok(!isSame(null, {}));
});
