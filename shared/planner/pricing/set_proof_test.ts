// The best set, against the enumeration of all.

import assert from "node:assert/strict";
import { Random } from "../../engine/random.ts";
import { NeighbourBound } from "./neighbours.ts";
import { proveSet, type SetProblem } from "./set_proof.ts";

function drawn(random: Random): SetProblem {
  const E = 4 + random.below(7), K = 2 + random.below(6), L = random.below(4);
  const key = Int32Array.from({ length: E }, () => random.below(K));
  // Of each key as many levels as elements.
  const levelOf = Int32Array.from({ length: K }, (_, k) => key.filter((own) => own < k).length);
  const pairs = new Float64Array(E * E), keyAt = (l: number) => key.toSorted()[l];
  for (let l = 0; l < E; l++) {
    for (let m = 0; m < l; m++) {
      if (keyAt(l) !== keyAt(m)) pairs[l * E + m] = pairs[m * E + l] = random.below(200) - 100;
    }
  }
  const beside = new Float64Array(E * E);
  for (let l = 0; l < E; l++) {
    for (let m = 0; m < l; m++) {
      if (keyAt(l) !== keyAt(m)) {
        beside[l * E + m] = beside[m * E + l] = Math.max(0, random.below(120) - 60);
      }
    }
  }
  const neighbours = new NeighbourBound(E);
  neighbours.update(beside);
  return {
    neighbours,
    size: 1 + random.below(E),
    keys: K,
    key,
    levelOf,
    levels: E,
    worth: Float64Array.from({ length: E }, () => random.below(300) - 150),
    pairs,
    limitsOf: Array.from({ length: E }, () => {
      const all = Array.from({ length: L }, (_, l) => l);
      return Int32Array.from(all.filter(() => random.next() < 0.5));
    }),
    most: Int32Array.from({ length: L }, () => 1 + random.below(4)),
  };
}

function valueOf(problem: SetProblem, held: readonly number[]): number {
  const { key, worth, pairs, levelOf, levels: L } = problem, times = new Int32Array(problem.keys);
  const on = held.map((e) => levelOf[key[e]] + times[key[e]]++);
  let value = held.reduce((sum, e) => sum + worth[e], 0);
  value += problem.neighbours.most(Int32Array.from(on), on.length);
  on.forEach((l, i) => on.slice(0, i).forEach((m) => value += pairs[l * L + m]));
  return value;
}

function fits({ size, most, limitsOf }: SetProblem, held: readonly number[]): boolean {
  return held.length === size &&
    most.every((n, l) => held.filter((e) => limitsOf[e].includes(l)).length <= n);
}

/** The best set's value; -Infinity where there is none. */
function enumerated(problem: SetProblem): number {
  const E = problem.key.length;
  let best = -Infinity;
  for (let set = 0; set < 1 << E; set++) {
    const held = Array.from({ length: E }, (_, e) => e).filter((e) => (set >> e & 1) === 1);
    if (fits(problem, held)) best = Math.max(best, valueOf(problem, held));
  }
  return best;
}

Deno.test("proveSet() finds the best set under all limits, and none where nothing is better than what is known", () => {
  const random = new Random(66);
  let found = 0;
  for (let round = 0; round < 80; round++) {
    const problem = drawn(random), best = enumerated(problem);
    const { bound, set } = proveSet(problem, -1e6);
    if (best === -Infinity) {
      assert.equal(set, null, `round ${round}`);
      continue;
    }
    assert.ok(bound >= best - 1e-6 && bound <= best + 1.001, `round ${round}: ${bound}, ${best}`);
    const held = Array.from(set!.keys()).filter((e) => set![e] === 1);
    assert.ok(fits(problem, held) && valueOf(problem, held) >= best - 1.001, `round ${round}`);
    assert.equal(proveSet(problem, best + 50).set, null);
    found++;
  }
  assert.ok(found > 30, `${found}`);
});

Deno.test("keys with too many elements are bounded by nothing", () => {
  const problem = drawn(new Random(1));
  const key = new Int32Array(12), worth = new Float64Array(12);
  const limitsOf = Array.from({ length: 12 }, () => new Int32Array(0));
  const many = {
    levels: 12,
    pairs: new Float64Array(144),
    levelOf: problem.levelOf.map(() => 0),
    neighbours: new NeighbourBound(12),
  };
  const { bound, set } = proveSet({ ...problem, ...many, key, worth, limitsOf }, 0);
  assert.deepEqual([bound, set], [Infinity, null]);
});
