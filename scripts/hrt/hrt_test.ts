// Instances are read as they are meant, refused with the line at fault, and solved as brute force does.

import assert from "node:assert/strict";
import { Random } from "../../shared/engine/random.ts";
import { draws } from "../../shared/engine/testing/draws.ts";
import { solveHrt } from "../import-hrt.ts";
import { visitMatchings } from "../../shared/allocator/testing/brute_force.ts";
import { toProblem, UNMATCHED } from "./problem.ts";
import { type HrtInstance, parseHrt, type TiedList } from "./format.ts";
import { formatHrt, randomHrt } from "./random.ts";

const INSTANCE: HrtInstance = {
  residents: [[[2], [1]], [[1, 2]], [[1]]],
  hospitals: [{ capacity: 2, list: [[2, 3], [1]] }, { capacity: 1, list: [[1], [2]] }],
};

for (
  const [name, text] of [
    ["two counts", "3 2\n1 2 1\n2 (1 2)\n3 1\n1 2 (2 3) 1\n2 1 1 2\n"],
    [
      "counts on lines of their own",
      "0\n3\n2\n1 (2) (1)\n2 (1 2)\n3 (1)\n1 2 (2 3)(1)\n2 1 (1) (2)",
    ],
    ["colons", "3 2\n1: 2 1\n2: (1 2)\n3: 1\n1: 2: (2 3) 1\n2: 1: 1 2"],
    [
      "other brackets, comments, another order",
      "# a\r\n3 2\r\n\r\n3 1.\r\n2 [1, 2]\r\n1 2 1\r\n" +
      "2 1 1 2 # b\r\n1 2 {2 3} 1\r\n",
    ],
  ]
) {
  Deno.test(`parseHrt() reads ${name}`, () => assert.deepEqual(parseHrt(text), INSTANCE));
}

Deno.test("parseHrt() reads SMTI, where hospitals have no capacity", () => {
  const square = {
    residents: [[[1], [2]], [[1, 2]]],
    hospitals: [[[1], [2]], [[2], [1]]].map((list) => ({ capacity: 1, list })),
  };
  assert.deepEqual(parseHrt("0\n2\n2\n1 (1) (2)\n2 (2 1)\n1 (1) (2)\n2 (2) (1)\n"), {
    ...square,
    residents: [[[1], [2]], [[2, 1]]],
  });
  assert.deepEqual(parseHrt("2\n1 1 2\n2 (1 2)\n1 1 2\n2 2 1\n", true), square);
});

Deno.test("parseHrt() reads names in place of numbers, on either side", () => {
  const names = { residents: ["ann", "r-0", "cid"], hospitals: ["Mercy", "St-Z"] };
  const text = "3 2\nann : St-Z Mercy\nr-0 : (Mercy St-Z)\ncid : Mercy\n" +
    "Mercy : 2 : (r-0 cid) ann\nSt-Z : 1 : ann r-0\n";
  assert.deepEqual(parseHrt(text), { ...INSTANCE, names });
  const half = "3 2\nann 2 1\nr-0 (1 2)\ncid 1\n1 2 (r-0 cid) ann\n2 1 ann r-0\n";
  assert.deepEqual(parseHrt(half).names, { ...names, hospitals: ["1", "2"] });
  assert.deepEqual(solveHrt(parseHrt(text), 1).matching.map(([resident]) => resident), [
    "ann",
    "r-0",
    "cid",
  ]);
});

Deno.test("parseHrt() reads numbers that are not 1 to n as names", () => {
  const text =
    "3 2\n101 : 20 10\n102 : (10 20)\n103 : 10\n10 : 2 : (102 103) 101\n20 : 1 : 101 102\n";
  const names = { residents: ["101", "102", "103"], hospitals: ["10", "20"] };
  assert.deepEqual(parseHrt(text), { ...INSTANCE, names });
  const { matching } = solveHrt(parseHrt(text), 1);
  assert.deepEqual(matching.map(([resident]) => resident), names.residents);
  const fromZero = parseHrt("1 2\n0 1 0\n0 1 0\n1 1 0\n");
  assert.deepEqual(fromZero.residents, [[[2], [1]]]);
  assert.deepEqual(fromZero.names, { residents: ["0"], hospitals: ["0", "1"] });
});

for (const head of ["3 2 3", "3 0 2", "0 3 2", "3\n0\n2", "0\n3\n2", "3\n2\n3"]) {
  Deno.test(`parseHrt() reads the counts ${JSON.stringify(head)}`, () => {
    assert.deepEqual(parseHrt(`${head}\n1 2 1\n2 (1 2)\n3 1\n1 2 (2 3) 1\n2 1 1 2\n`), INSTANCE);
  });
}

Deno.test("parseHrt() leaves out who does not name back, and says how many", () => {
  const text = "3 2\n1 2 1\n2 (1 2)\n3 2 1\n1 2 (2 3) 1\n2 1 1 2\n";
  assert.deepEqual(parseHrt(text), { ...INSTANCE, oneSided: 1 });
  const { one_sided, blocking_pairs } = solveHrt(parseHrt("2 1\n1 1\n2\n1 1 2 1\n"), 1);
  assert.deepEqual([one_sided, blocking_pairs], [1, 0]);
});

Deno.test("solveHrt() has the least ranks whoever is left over", () => {
  const text = "4 3\n1 2 1 3\n2 1\n3 2\n4 3\n1 1 (1 2)\n2 1 3 1\n3 1 4 1\n";
  const { size, rank_sum } = solveHrt(parseHrt(text), 1);
  assert.deepEqual([size, rank_sum], [3, 6.5]);
});

Deno.test("parseHrt() reads what formatHrt() writes", () => {
  const random = new Random(91);
  for (let round = 0; round < 20; round++) {
    const instance = randomHrt(random, {
      residents: 1 + random.below(8),
      hospitals: 4,
      places: 3,
      length: 1 + random.below(4),
      ties: 0.4,
    });
    assert.deepEqual(parseHrt(formatHrt(instance)), instance);
  }
});

for (
  const [name, text, message] of [
    ["nothing", "\n", "line 1: the text is empty"],
    ["a word for a count", "3 x\n", 'line 1: there is "x" where a count from 0 must stand'],
    ["no hospitals", "3 0\n1\n2\n3\n", "line 1: the first line must hold the numbers"],
    ["four counts", "1 1 1 1\n", "line 1: the first line must hold the numbers"],
    ["half a pair", "1\n1\n1\n1 1\n2 3 1 1 1\n1 2 1 2 3\n", "line 5: a pair of hospitals has one"],
    [
      "a couple's hospital that is none",
      "1 1 1\n1 1\n2 3 1 9\n1 2 1 2 3\n",
      "line 3: 9 is named, but there are 1",
    ],
    ["one resident twice", "1 1 1\n1 1\n1 2 1 1\n1 2 1 2\n", "line 1: not everybody has one line"],
    ["counts that are missing", "0\n3\n1 1\n", "line 2: after 0 two lines with a count each"],
    [
      "too few lines",
      "1 1\n1 1\n",
      "line 2: 1 residents and 1 hospitals need 2 lines, there are 1",
    ],
    ["too many lines", "1 1\n1 1\n1 1 1\n\n2 1\n", "line 5: 1 residents and 1 hospitals need 2"],
    ["a resident twice", "2 1\n1 1\n1 1\n1 1 1\n", "line 3: resident 1 has two lines"],
    ["a resident without a line", "1 1\n4 1\n1 1 1\n", 'line 3: "1" is named, but has no line'],
    ["no capacity", "1 1\n1 1\n1\n", "line 3: the line ends where a capacity from 0 must stand"],
    ["a capacity below 0", "1 1\n1 1\n1 -1 1\n", 'line 3: there is "-1" where a capacity'],
    ["a strange hospital", "1 1\n1 7\n1 1 1\n", "line 2: 7 is named, but there are 1"],
    ["a hospital named twice", "1 1\n1 1 1\n1 1 1\n", "line 2: 1 is named twice"],
    ["a bracket in a bracket", "1 1\n1 ((1))\n1 1 1\n", "line 2: a bracket opens inside a bracket"],
    ["a bracket left open", "1 1\n1 (1\n1 1 1\n", "line 2: a bracket is not closed"],
    ["a bracket never opened", "1 1\n1 1)\n1 1 1\n", 'line 2: ")" closes what was not opened'],
    ["a name without a line", "1 1\nann x\ny 1 ann\n", 'line 2: "x" is named, but has no line'],
    ["a name of two", "2 1\nann y\nann y\ny 1 ann\n", 'line 3: "ann" has two lines'],
    ["an empty pair", "1 1\n1 () 1\n1 1 1\n", "line 2: a pair of brackets is empty"],
  ]
) {
  Deno.test(`parseHrt() refuses ${name}`, () => {
    assert.throws(() => parseHrt(text), (error: Error) => error.message.startsWith(message));
  });
}

/** Largest size of a weakly stable matching, and the least sum of ranks among those of that size. */
function bruteForce({ residents, hospitals }: HrtInstance): { size: number; ranks: number } {
  const place = (list: TiedList, id: number) => list.findIndex((group) => group.includes(id));
  const rank = (list: TiedList, id: number) => {
    const at = place(list, id);
    const before = list.slice(0, at).reduce((sum, group) => sum + group.length, 0);
    return before + (list[at].length + 1) / 2;
  };
  const of: number[] = []; // hospital of each resident, 0: none
  let best = { size: -1, ranks: 0 };
  const stable = () =>
    residents.every((list, r) =>
      list.flat().every((h) => {
        if (of[r] > 0 && place(list, h) >= place(list, of[r])) return true;
        const there = of.flatMap((k, v) => k === h ? [v + 1] : []), own = hospitals[h - 1].list;
        return there.length >= hospitals[h - 1].capacity &&
          there.every((v) => place(own, v) <= place(own, r + 1));
      })
    );
  const visit = (r: number): void => {
    if (r === residents.length) {
      if (!stable()) return;
      const size = of.filter((h) => h > 0).length;
      const ranks = of.reduce(
        (sum, h, v) =>
          h === 0 ? sum : sum + rank(residents[v], h) + rank(hospitals[h - 1].list, v + 1),
        0,
      );
      if (size > best.size || (size === best.size && ranks < best.ranks)) best = { size, ranks };
      return;
    }
    for (const h of [0, ...residents[r].flat()]) {
      if (h > 0 && of.filter((k) => k === h).length === hospitals[h - 1].capacity) continue;
      of.push(h);
      visit(r + 1);
      of.pop();
    }
  };
  visit(0);
  return best;
}

Deno.test("solveHrt() finds the largest weakly stable matching of least ranks, as brute force does", () => {
  const random = new Random(92);
  let short = 0;
  for (let round = 0; round < 300; round++) {
    const instance = randomHrt(random, {
      residents: 2 + random.below(5),
      hospitals: 2 + random.below(4),
      places: 1 + random.below(2),
      length: 1 + random.below(4),
      ties: 0.5,
      ...(round % 2 === 0 && { shortest: 1 }),
    });
    const truth = bruteForce(instance);
    const found = solveHrt(instance, 1 + round);
    assert.deepEqual(
      [found.size, found.rank_sum, found.optimal, found.blocking_pairs],
      [truth.size, truth.ranks, true, 0],
    );
    assert.equal(found.least_unmatched, instance.residents.length - truth.size);
    if (truth.size < instance.residents.length) short++;
  }
  assert.ok(short > 60, `${short} with residents left over`);
});

/** Two singles and a couple, who want both hospitals or each the other one. */
const COUPLES = {
  residents: [[[1]], [[2], [1]], [[1]], [[2]]],
  hospitals: [
    { capacity: 1, list: [[3], [1], [2]] },
    { capacity: 1, list: [[2], [4]] },
  ],
  couples: [{ members: [3, 4], pairs: [[1, 2]] }],
};

for (
  const [name, text] of [
    ["a line for a couple", "2 1 2\n1 1\n2 2 1\n3 4 1 2 2 1\n1 1 3 1 2\n2 1 2 4\n"],
    ["counts on lines of their own", "2\n1\n2\n1 1\n2 2 1\n3\t4\t1 2\t2 1\n1 1 3 1 2\n2 1 2 4\n"],
  ]
) {
  Deno.test(`parseHrt() reads couples: ${name}`, () => {
    // The pair (2, 1) goes: neither hospital names the member.
    assert.deepEqual(parseHrt(text), { ...COUPLES, oneSided: 1 });
  });
}

Deno.test("parseHrt() reads couples by lists side by side, numbered from 0", () => {
  const head = "4\n2\n1\n2\n1\n2\nfalse\n3\n3\n\n";
  const instance = parseHrt(`${head}0 0 1\n1 1 0\n2 0\n3 1 0\n\n0 1 0 2 3 1\n1 1 3 1 0\n`);
  assert.deepEqual(instance, {
    residents: [[[1], [2]], [[2], [1]], [[1]], [[2], [1]]],
    hospitals: [
      { capacity: 1, list: [[1], [3], [4], [2]] },
      { capacity: 1, list: [[4], [2], [1]] },
    ],
    couples: [{ members: [1, 2], pairs: [[1, 2], [2, 1]] }],
  });
});

/**
 * Of how many without a stable matching the engine is heard saying so: it looks for one a hundred times as long as it takes where
 * there is one.
 */
const HEARD = 1;

/** A small instance with one or two couples. */
function randomCouples(random: Random): HrtInstance {
  const R = 2 + random.below(4), H = 2 + random.below(2);
  const couples = Array.from({ length: R >= 4 && random.next() < 0.5 ? 2 : 1 }, (_, c) => {
    const all = Array.from({ length: H * H }, (_, i): [number, number] => [
      1 + i % H,
      1 + Math.floor(i / H),
    ]);
    const order = Int32Array.from(all, (_, i) => i);
    random.choose(order, order.length);
    const pairs = [...order].slice(0, 1 + random.below(4)).map((i) => all[i]);
    return { members: [2 * c + 1, 2 * c + 2] as [number, number], pairs };
  });
  const residents = Array.from({ length: R }, (_, r): TiedList => {
    const couple = couples.find(({ members }) => members.includes(r + 1));
    if (couple) {
      const at = couple.members.indexOf(r + 1);
      return [...new Set(couple.pairs.map((pair) => pair[at]))].map((h) => [h]);
    }
    const order = Int32Array.from({ length: H }, (_, h) => h + 1);
    random.choose(order, H);
    return [...order].slice(0, 1 + random.below(H)).map((h) => [h]);
  });
  const hospitals = Array.from({ length: H }, (_, h) => {
    const named = residents.flatMap((list, r) => list.flat().includes(h + 1) ? [r + 1] : []);
    const order = Int32Array.from(named);
    random.choose(order, order.length);
    return { capacity: 1 + random.below(2), list: [...order].map((r) => [r]) };
  });
  return { residents, hospitals, couples };
}

Deno.test("instances with couples are solved as brute force does: size, stability, and where there is none", () => {
  const random = new Random(61);
  let solved = 0, none = 0;
  for (let round = 0; round < draws(60); round++) {
    const instance = randomCouples(random), problem = toProblem(instance, 1);
    let largest = -1;
    visitMatchings(problem, (allocations) => {
      largest = Math.max(largest, allocations.filter(({ line }) => line !== UNMATCHED).length);
    });
    if (largest < 0) {
      if (none++ < draws(HEARD)) {
        assert.throws(() => solveHrt(instance, 1), /blocking pair or couple/);
      }
      continue;
    }
    const figures = solveHrt(instance, 1);
    assert.deepEqual(
      [figures.size, figures.blocking_pairs, figures.optimal],
      [largest, 0, true],
      `round ${round}`,
    );
    for (const { members, pairs } of instance.couples!) {
      const got = members.map((r) => figures.matching.find(([who]) => who === r)?.[1]);
      assert.ok(
        got.every((h) => h === undefined) ||
          pairs.some((pair) => pair[0] === got[0] && pair[1] === got[1]),
      );
    }
    solved++;
  }
  assert.ok(solved > 30 && none > 0, `${solved} ${none}`);
});
