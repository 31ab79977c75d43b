// What deduction takes away is in no stable matching, and combs tell stable matchings from the others:
// both against every matching of small random problems.

import assert from "node:assert/strict";
import { Random } from "../../engine/random.ts";
import { brokenCombs, type Comb, readComb } from "./combs.ts";
import { type Domain, Field, type Standings, standingsOf, wholeDomain } from "./cutoffs.ts";
import { after, apply, cutoffs, splitCutoffs, upTo } from "../search/decisions.ts";
import { blockingPairs } from "./stability.ts";
import { type AllocatorTables, buildTables } from "../model/tables.ts";
import { allMatchings } from "../testing/matchings.ts";
import { randomProblem } from "../testing/problems.ts";

/** Random problems with stability, their matchings, and those of them that are stable. */
function* cases(seed: number, rounds: number) {
  const random = new Random(seed);
  for (let round = 0; round < rounds; round++) {
    const tables = buildTables(randomProblem(random, { caps: false, stability: true }));
    const all = allMatchings(tables);
    const stable = all.filter((lineOf) => blockingPairs(tables, lineOf).length === 0);
    yield { tables, standings: standingsOf(tables), all, stable, random };
  }
}

Deno.test("a field keeps every stable matching and its cutoffs, and finds where there is none", () => {
  let lost = 0, none = 0;
  for (const { tables, standings, stable } of cases(31, 400)) {
    const domain = wholeDomain(tables, standings);
    const before = domain.usable.reduce((sum, u) => sum + u, 0);
    if (!new Field(tables, standings, domain).possible) {
      assert.equal(stable.length, 0);
      none++;
      continue;
    }
    lost += before - domain.usable.reduce((sum, u) => sum + u, 0);
    for (const lineOf of stable) {
      lineOf.forEach((j, w) => assert.equal(domain.usable[w * tables.J + j], 1));
      cutoffsOf(tables, standings, lineOf).forEach((cutoff, j) => {
        if (tables.capacity[j] === 0) return;
        assert.ok(domain.lowest[j] <= cutoff && cutoff <= domain.highest[j]);
      });
    }
  }
  assert.ok(lost > 100 && none > 20, `${lost} pairs lost, ${none} without a matching`);
});

Deno.test("a line's workers stand by what it thinks of them, those alike by index, and alike is one level", () => {
  let tied = 0;
  for (const { tables: { W, J, cost, standing }, standings } of cases(37, 100)) {
    for (let j = 0; j < J; j++) {
      const eligible = Array.from({ length: W }, (_, w) => w).filter((w) =>
        cost[w * J + j] < Infinity
      );
      const at = (w: number) => standing[w * J + j];
      assert.deepEqual(
        [...standings.order[j]],
        eligible.toSorted((a, b) => at(a) - at(b) || a - b),
      );
      const different = [...new Set(eligible.map(at))].sort((a, b) => a - b);
      for (const w of eligible) {
        assert.equal(standings.level[w * J + j], different.indexOf(at(w)));
      }
      assert.equal(standings.levels[j], different.length);
      if (different.length < eligible.length) tied++;
    }
  }
  assert.ok(tied > 100, `${tied}`);
});

Deno.test("a field of ranges that are known is the one that was narrowed to them, whatever pairs are left", () => {
  let narrowed = 0;
  for (const { tables, standings, random } of cases(38, 300)) {
    const some = wholeDomain(tables, standings);
    some.usable.forEach((_, p) => random.next() < 0.2 && (some.usable[p] = 0));
    const field = new Field(tables, standings, copyOf(some));
    if (!field.possible) continue;
    const { usable, lowest, highest } = field.domain;
    const known = { usable: some.usable, lowest: lowest.slice(), highest: highest.slice() };
    const again = new Field(tables, standings, known, true);
    assert.ok(again.possible);
    assert.deepEqual(again.domain, field.domain);
    assert.deepEqual(again.wishes(), field.wishes());
    assert.deepEqual([again.ofWorker, again.ofLine], [field.ofWorker, field.ofLine]);
    if (some.usable.some((u, p) => u !== usable[p]) || lowest.some((l) => l > 0)) narrowed++;
  }
  assert.ok(narrowed > 50, `${narrowed}`);
});

Deno.test("a field within another is what it is without, whether its ranges are known or not", () => {
  let within = 0;
  for (const { tables, standings, random } of cases(40, 300)) {
    const whole = new Field(tables, standings, wholeDomain(tables, standings));
    if (!whole.possible) continue;
    const some = copyOf(whole.domain);
    some.usable = some.usable.map((u) => random.next() < 0.15 ? 0 : u);
    const alone = new Field(tables, standings, copyOf(some));
    const field = new Field(tables, standings, copyOf(some), false, whole);
    assert.equal(field.possible, alone.possible);
    if (!alone.possible) continue;
    const { lowest, highest } = alone.domain, { usable } = some;
    const known = { usable, lowest: lowest.slice(), highest: highest.slice() };
    for (const own of [field, new Field(tables, standings, known, true, whole)]) {
      assert.deepEqual(own.domain, alone.domain);
      assert.deepEqual(own.wishes(), alone.wishes());
      assert.deepEqual([own.ofWorker, own.ofLine], [alone.ofWorker, alone.ofLine]);
      assert.deepEqual(own.alongLine, alone.alongLine);
    }
    within++;
  }
  assert.ok(within > 50, `${within}`);
});

/** A domain with cutoffs of its own. */
const copyOf = (domain: Domain): Domain => ({
  usable: domain.usable.slice(),
  lowest: domain.lowest.slice(),
  highest: domain.highest.slice(),
});

Deno.test("narrow() after a decision keeps the stable matchings that obey it, and leaves what a field made anew leaves", () => {
  let compared = 0;
  for (const { tables, standings, stable, random } of cases(32, 300)) {
    const field = new Field(tables, standings, wholeDomain(tables, standings));
    const { J, rank } = tables;
    const pair = random.below(tables.W * J), w = Math.floor(pair / J);
    const first = (p: number) => rank[p] < rank[pair] || (rank[p] === rank[pair] && p <= pair);
    for (const [decision, side] of [[upTo(pair), true], [after(pair), false]] as const) {
      if (!field.possible) continue;
      const domain = copyOf(field.domain), changed = new Set<number>();
      apply(tables, decision, domain, new Int8Array(J).fill(-1), changed, field);
      const anew = new Field(tables, standings, copyOf(domain));
      const obeying = stable.filter((lineOf) => first(w * J + lineOf[w]) === side);
      const possible = field.narrow(domain, [...changed]);
      assert.equal(possible, anew.possible);
      if (!possible) assert.deepEqual(obeying, []);
      else assert.deepEqual(domain, anew.domain);
      compared++;
      for (const lineOf of obeying) {
        lineOf.forEach((j, v) => assert.equal(domain.usable[v * J + j], 1));
      }
    }
  }
  assert.ok(compared > 100, `${compared} compared`);
});

Deno.test("a decision on a cutoff keeps the stable matchings whose cutoff it is, as a field made anew does", () => {
  let compared = 0, obeyed = 0, lost = 0;
  for (const { tables, standings, stable, random } of cases(35, 400)) {
    const field = new Field(tables, standings, wholeDomain(tables, standings));
    const { J, capacity } = tables, line = random.below(J);
    if (!field.possible || capacity[line] === 0 || standings.levels[line] === 0) continue;
    const level = random.below(standings.levels[line]);
    for (const [side, decision] of cutoffs(tables, line, level).entries()) {
      const domain = copyOf(field.domain), changed = new Set<number>();
      apply(tables, decision, domain, new Int8Array(J).fill(-1), changed, field);
      const anew = new Field(tables, standings, copyOf(domain));
      const obeying = stable.filter((lineOf) =>
        (cutoffsOf(tables, standings, lineOf)[line] <= level) === (side === 0)
      );
      const possible = field.narrow(domain, [...changed]);
      assert.equal(possible, anew.possible);
      if (!possible) assert.deepEqual(obeying, []);
      else assert.deepEqual(domain, anew.domain);
      compared++;
      obeyed += obeying.length;
      for (const lineOf of obeying) {
        lineOf.forEach((j, v) => assert.equal(domain.usable[v * J + j], 1));
      }
      lost += possible && domain.usable.some((u, p) => u < field.domain.usable[p]) ? 1 : 0;
    }
  }
  assert.ok(compared > 200 && obeyed > 200 && lost > 20, `${compared}, ${obeyed}, ${lost}`);
});

Deno.test("splitCutoffs() has a point in neither half, and finds nothing to split in a stable matching", () => {
  let split = 0;
  for (const { tables, standings, stable, random } of cases(36, 400)) {
    const field = new Field(tables, standings, wholeDomain(tables, standings));
    if (!field.possible || stable.length === 0) continue;
    const a = stable[random.below(stable.length)];
    for (const b of stable) {
      const splits = splitCutoffs(tables, standings, field.domain, middle(tables, a, b), 3);
      if (a === b) assert.deepEqual(splits, []);
      for (const decision of splits.flat()) {
        const domain = copyOf(field.domain), changed = new Set<number>();
        apply(tables, decision, domain, new Int8Array(tables.J).fill(-1), changed, field);
        const possible = field.narrow(domain, [...changed]);
        // The mean of two matchings with different cutoffs: one of them is out of either half.
        const holds = (lineOf: number[]) =>
          possible && lineOf.every((j, w) => domain.usable[w * tables.J + j] === 1) &&
          cutoffsOf(tables, standings, lineOf).every((cutoff, j) =>
            tables.capacity[j] === 0 || (domain.lowest[j] <= cutoff && cutoff <= domain.highest[j])
          );
        assert.ok(!holds(a) || !holds(b), "a half that holds the point");
        split++;
      }
    }
  }
  assert.ok(split > 20, `${split}`);
});

/** The cutoff of each line: the worst level it accepts when it is full. */
function cutoffsOf({ J, capacity }: AllocatorTables, s: Standings, lineOf: number[]): number[] {
  return Array.from({ length: J }, (_, j) => {
    const there = lineOf.flatMap((k, w) => k === j ? [s.level[w * J + j]] : []);
    return there.length < capacity[j] ? s.levels[j] : Math.max(...there);
  });
}

/** Left side of a comb's row. */
function combSum(tables: AllocatorTables, standings: Standings, comb: Comb, lineOf: number[]) {
  const { J, rank } = tables, row = readComb(tables, standings, comb), { line: j, teeth } = row;
  return lineOf.reduce((sum, k, w) => {
    if (k === j) return sum + (standings.level[w * J + j] <= row.level ? teeth.get(w) ?? 1 : 0);
    return sum + (rank[w * J + k] <= rank[w * J + j] ? teeth.get(w) ?? 0 : 0);
  }, 0);
}

Deno.test("brokenCombs() cuts off unstable matchings and points between, never a stable matching", () => {
  let cuts = 0, repeated = 0;
  for (const { tables, standings, all, stable, random } of cases(33, 400)) {
    const { J, capacity } = tables, domain = wholeDomain(tables, standings);
    const field = new Field(tables, standings, domain);
    if (!field.possible) continue;
    const usable = all.filter((m) => m.every((j, w) => domain.usable[w * J + j] === 1));
    for (let i = 0; i < Math.min(8, usable.length); i++) {
      const a = usable[random.below(usable.length)], b = usable[random.below(usable.length)];
      const combs = brokenCombs(field, domain, middle(tables, a, b), 10);
      for (const comb of combs) {
        const sum = (lineOf: number[]) => combSum(tables, standings, comb, lineOf);
        const { least, teeth } = readComb(tables, standings, comb);
        assert.ok(sum(a) + sum(b) < 2 * least);
        for (const lineOf of stable) assert.ok(sum(lineOf) >= least);
        if (teeth.size < least) repeated++;
      }
      cuts += combs.length;
      const blocked = blockingPairs(tables, a).length > 0;
      const cutOff = brokenCombs(field, domain, middle(tables, a, a), 10).length > 0;
      // A full line that deduction knows to be full is a row of the program, not a comb.
      const filled = domain.highest.every((h, j) =>
        h === standings.levels[j] || a.filter((k) => k === j).length === capacity[j]
      );
      if (filled) assert.equal(cutOff, blocked);
    }
  }
  assert.ok(cuts > 200 && repeated > 10, `${cuts} combs, of ${repeated} a tooth several times`);
});

/** The point half way between two matchings. */
function middle({ J }: AllocatorTables, a: number[], b: number[]) {
  const value = new Map<number, number>();
  for (const m of [a, b]) {
    m.forEach((j, w) => value.set(w * J + j, (value.get(w * J + j) ?? 0) + 0.5));
  }
  return { pairs: [...value.keys()], values: [...value.values()] };
}
