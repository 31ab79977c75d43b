// Invented doctors: the same for the same seed, and skewed as real ones are.

import assert from "node:assert/strict";
import type { PopulationDocument } from "../../shared/client/mod.ts";
import { inventWishes } from "./doctors.ts";
import { jobLines } from "./testing.ts";

const SEED = 3;
const noor = { email: "noor@northern.example", name: "Dr Noor Haddad" };

/** The lines of the demo's tests share all five specialties; here line i has just some of twenty. */
function variedLines(count: number) {
  return jobLines(count).map((line, i) => ({
    ...line,
    rotations: line.rotations.map((rotation, t) => ({
      ...rotation,
      position: { ...rotation.position, specialty: `Specialty ${(7 * i + 3 * t + i * t) % 20}` },
    })),
  }));
}

/** How many doctors have a line among their first three. */
function demand({ preferences }: PopulationDocument): number[] {
  const counts = new Map<string, number>();
  for (const [line] of preferences!.flatMap(({ ranks }) => ranks.slice(0, 3))) {
    counts.set(line, (counts.get(line) ?? 0) + 1);
  }
  return [...counts.values()].sort((a, b) => b - a);
}

for (const count of [1, 3, 60, 1000]) {
  Deno.test(`inventWishes() makes ${count} doctors for ${count} lines, each with ranks from 1 on`, () => {
    const { workers, preferences } = inventWishes("a", variedLines(count), count, [noor], SEED);
    assert.equal(new Set(workers!.map(({ email }) => email)).size, count);
    assert.equal(new Set(workers!.map(({ name }) => name)).size, count);
    assert.deepEqual(workers![0], noor);
    assert.deepEqual(preferences!.map(({ worker }) => worker), workers!.map(({ email }) => email));
    for (const { ranks } of preferences!) {
      assert.deepEqual(ranks.map(([, rank]) => rank), ranks.map((_, i) => i + 1));
      assert.equal(new Set(ranks.map(([line]) => line)).size, Math.min(15, count));
    }
  });
}

Deno.test("inventWishes() takes no more doctors than it is asked for", () => {
  const present = [noor, { email: "b@x.example", name: "B" }];
  assert.deepEqual(inventWishes("a", variedLines(1), 1, present, SEED).workers, [noor]);
});

Deno.test("inventWishes() gives lines as many places as the doctors need, evenly", () => {
  const places = (lines: number, doctors: number) =>
    inventWishes("a", variedLines(lines), doctors, [], SEED).lines!.map((l) => l.maxNWorkers!);
  assert.ok(places(60, 60).every((count) => count === 1));
  assert.ok(places(100, 60).every((count) => count === 1));
  const many = places(60, 139);
  assert.equal(many.reduce((sum, count) => sum + count), 145);
  assert.deepEqual([...new Set(many)].sort(), [2, 3]);
  assert.deepEqual(places(1, 3), [4]);
});

Deno.test("inventWishes() makes the same of the same seed, and something else of another", () => {
  const lines = variedLines(40);
  assert.deepEqual(inventWishes("a", lines, 40, [], 1), inventWishes("a", lines, 40, [], 1));
  assert.notDeepEqual(inventWishes("a", lines, 40, [], 1), inventWishes("a", lines, 40, [], 2));
});

Deno.test("inventWishes() makes some lines wanted far more than others", () => {
  const counts = demand(inventWishes("a", variedLines(60), 60, [], SEED));
  assert.ok(counts[0] >= 9, `three times the mean of 3, not ${counts[0]}`);
  assert.ok(counts.length > 25, `and yet not all want the same: ${counts.length} lines`);
});

Deno.test("inventWishes() gives preferencers the lines of their specialty, and doctors to rank", () => {
  const lines = variedLines(60);
  const { preferencers, workers } = inventWishes("a", lines, 60, [], SEED);
  assert.equal(preferencers!.length, 3);
  const emails = new Set(workers!.map(({ email }) => email));
  for (const { name, lines: managed, ranks } of preferencers!) {
    const specialty = name.replace("Director of ", "");
    const own = lines.filter((line) =>
      line.rotations.some(({ position }) => position.specialty === specialty)
    );
    assert.deepEqual(managed, own.map((line) => line.name));
    assert.ok(managed.length <= 15, `${managed.length} lines`);
    assert.ok(ranks.every(([email]) => emails.has(email)));
  }
});

Deno.test("inventWishes() makes do without preferencers where every specialty is everywhere", () => {
  assert.deepEqual(inventWishes("a", jobLines(5), 5, [], SEED).preferencers, []);
});
