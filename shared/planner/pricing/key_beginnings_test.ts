// Beginnings in memory that is used again, against maps and lists of objects.

import assert from "node:assert/strict";
import { Random } from "../../engine/random.ts";
import { Beginnings, Ways, type Weeks } from "./key_beginnings.ts";

interface Plain {
  bound: number;
  weeks: Weeks;
}

/** Beginnings of a place that no other one of it betters, of equal ones the first. */
function notBettered(all: readonly Plain[]): Plain[] {
  const isNoWorse = (a: Plain, b: Plain) =>
    a.bound >= b.bound && a.weeks.every((n, i) => n <= b.weeks[i]);
  return all.filter((own, i) =>
    !all.some((one, j) => i !== j && isNoWorse(one, own) && (!isNoWorse(own, one) || j < i))
  );
}

Deno.test("places are found again in their layer, and hold the beginnings that none betters", () => {
  const random = new Random(501), begun = new Beginnings(new Ways());
  for (const reached of [40, 6_000, 300]) {
    begun.begin([0, 0]);
    let open = 1;
    for (let layer = 1; layer <= 3; layer++) {
      const plain = new Map<string, Plain[]>(), ways = new Map<number, number>();
      const promised = new Map<string, number>();
      const from = begun.start(layer - 1);
      begun.openLayer();
      for (let p = from; p < from + open; p++) {
        begun.leave(p);
        for (let n = 0; n < reached / open; n++) {
          const step = {
            held: random.below(60) * 7919,
            counts: random.below(2) << 20,
            keys: random.below(40),
            end: random.below(3),
          };
          const own = {
            before: begun.first[p],
            last: n,
            bound: random.below(30),
            value: 0,
            weeks: [random.below(3), random.below(3)],
          };
          const name = `${step.held} ${step.counts} ${step.keys} ${step.end}`;
          const promise = own.bound + step.end;
          begun.reach(step, own, p, n, promise);
          plain.set(name, [...plain.get(name) ?? [], own]);
          promised.set(name, Math.max(promised.get(name) ?? -Infinity, promise));
          ways.set(p, (ways.get(p) ?? 0) + 1);
        }
      }
      open = begun.width;
      assert.equal(open, plain.size);
      for (const [name, all] of plain) {
        const [held, counts, keys, end] = name.split(" ").map(Number);
        const p = begun.find(layer, held, counts, keys, end), found: Plain[] = [];
        assert.equal(begun.promise[p], promised.get(name));
        for (let at = begun.first[p]; at >= 0; at = begun.other[at]) {
          found.push({ bound: begun.bound[at], weeks: begun.weeks[at] });
          assert.equal(begun.placeOf[at], p);
        }
        const told = (own: readonly Plain[]) =>
          own.map(({ bound, weeks }) => `${bound} ${weeks}`).sort();
        assert.deepEqual(told(found), told(notBettered(all)));
        assert.equal(begun.find(layer - 1, held, counts, keys, 4), -1);
      }
      const promises = Array.from(promised.values()).sort((a, b) => b - a);
      for (const most of [0, open >> 1]) assert.equal(begun.leftOut(most), promises[most]);
      for (const [p, n] of ways) assert.equal(begun.wayEnd(p) - begun.wayFrom[p], n);
    }
    const ends = Array.from(begun.ends(), (at) => begun.bound[at]);
    assert.deepEqual(ends, ends.toSorted((a, b) => b - a));
  }
});
