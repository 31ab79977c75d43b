// Which option each line takes, against trying every choice of every line.

import assert from "node:assert/strict";
import { Random } from "../../engine/random.ts";
import { leaveOptions } from "../rules/leave_options.ts";
import { chooseFreely, chooseOptions, type LeaveChoiceOfLine } from "./choice.ts";
import { type PlacedOption, placementsOf } from "./placements.ts";

/** What a choice costs: lines without leave first, then leave in two parts, then weeks of the share missed. */
interface Cost {
  without: number;
  split: number;
  missed: number;
}

function less(a: Cost, b: Cost): boolean {
  if (a.without !== b.without) return a.without < b.without;
  if (a.split !== b.split) return a.split < b.split;
  return a.missed < b.missed - 1e-9;
}

function costOf(
  options: readonly PlacedOption[],
  chosen: readonly (LeaveChoiceOfLine | null)[],
  target: number,
): Cost {
  const early = chosen.reduce((sum, own) => sum + (own?.early ?? 0), 0);
  return {
    without: chosen.filter((own) => own === null).length,
    split: chosen.filter((own) => own && options[own.option].parts.length > 1).length,
    missed: Math.abs(early - target),
  };
}

/** What a line can choose: options in terms that take leave, at each number of early weeks; or none. */
function choicesOf(options: readonly PlacedOption[], takes: readonly boolean[]) {
  const found: (LeaveChoiceOfLine | null)[] = [null];
  options.forEach(({ parts, placements }, option) => {
    if (!parts.every(({ term }) => takes[term])) return;
    for (const early of new Set(placements.map((p) => p.early))) found.push({ option, early });
  });
  return found;
}

function isWithin(
  options: readonly PlacedOption[],
  chosen: readonly (LeaveChoiceOfLine | null)[],
  capacity: readonly number[],
): boolean {
  const used = capacity.map(() => 0);
  for (const own of chosen) {
    for (const { term, weeks } of own ? options[own.option].parts : []) used[term] += weeks;
  }
  return used.every((weeks, t) => weeks <= capacity[t]);
}

/** The cheapest of all choices within the capacities, line after line; what uses the same is looked at once. */
function cheapest(
  options: readonly PlacedOption[],
  takes: readonly (readonly boolean[])[],
  capacity: readonly number[],
  target: number,
): Cost {
  interface Way {
    used: number[];
    early: number;
    without: number;
    split: number;
  }
  let ways: Way[] = [{ used: capacity.map(() => 0), early: 0, without: 0, split: 0 }];
  for (const own of takes) {
    const next = new Map<string, Way>();
    for (const way of ways) {
      for (const choice of choicesOf(options, own)) {
        const parts = choice ? options[choice.option].parts : [], used = [...way.used];
        for (const { term, weeks } of parts) used[term] += weeks;
        if (used.some((weeks, t) => weeks > capacity[t])) continue;
        const early = way.early + (choice?.early ?? 0);
        const without = way.without + (choice ? 0 : 1);
        const split = way.split + (parts.length > 1 ? 1 : 0);
        next.set(`${used} ${early} ${without} ${split}`, { used, early, without, split });
      }
    }
    ways = [...next.values()];
  }
  return ways.map(({ without, split, early }) => ({
    without,
    split,
    missed: Math.abs(early - target),
  })).reduce((best, cost) => less(cost, best) ? cost : best);
}

/** Three lines, whose terms take leave or not, over three terms. */
function drawn(random: Random) {
  const termWeeks = Array.from({ length: 3 }, () => 6 + random.below(5));
  const takes = Array.from({ length: 3 }, () => termWeeks.map(() => random.below(3) > 0));
  const capacity = termWeeks.map(() =>
    random.below(4) === 0 ? 2 + random.below(3) : 3 + random.below(11)
  );
  return { termWeeks, takes, capacity, target: random.below(16) };
}

Deno.test("chooseOptions() takes what costs least within the capacities, as trying everything does", () => {
  const random = new Random(7);
  let without = 0, split = 0;
  for (let round = 0; round < 80; round++) {
    const { termWeeks, takes, capacity, target } = drawn(random);
    const options = placementsOf(termWeeks, leaveOptions(termWeeks, capacity));
    const best = cheapest(options, takes, capacity, target);
    const chosen = chooseOptions(options, takes, capacity, target)!;
    assert.ok(isWithin(options, chosen, capacity), "more weeks than a term can take");
    chosen.forEach((own, i) =>
      assert.ok(
        own === null || options[own.option].parts.every(({ term }) => takes[i][term]),
        "leave where none is taken",
      )
    );
    const found = costOf(options, chosen, target);
    assert.deepEqual(found, best, `round ${round}`);
    if (best.without > 0) without++;
    if (best.split > 0) split++;
  }
  assert.ok(without > 10 && split > 4, `${without} ${split}`);
});

Deno.test("chooseFreely() does the same line by line, where terms take any number of weeks", () => {
  const random = new Random(8);
  let missed = 0;
  for (let round = 0; round < 80; round++) {
    const { termWeeks, takes, target } = drawn(random);
    const capacity = termWeeks.map(() => Infinity);
    const options = placementsOf(termWeeks, leaveOptions(termWeeks));
    const best = cheapest(options, takes, capacity, target);
    assert.deepEqual(costOf(options, chooseFreely(options, takes, target), target), best);
    if (best.missed > 0) missed++;
  }
  assert.ok(missed > 10, `${missed}`);
});

Deno.test("of too many ways for one integer program those that matter are chosen from: whoever can be placed is", () => {
  const random = new Random(9);
  for (const terms of [7, 10, 13, 17]) {
    const termWeeks = Array.from({ length: terms }, () => Math.floor(52 / terms));
    const lines = 60;
    // What some hidden choice uses is what there is, in some terms a little more.
    const all = placementsOf(termWeeks, leaveOptions(termWeeks));
    const used = termWeeks.map(() => 0);
    const takes = Array.from({ length: lines }, () => {
      const { parts } = all[random.below(all.length)];
      for (const { term, weeks } of parts) used[term] += weeks;
      return termWeeks.map((_, t) => parts.some(({ term }) => term === t) || random.next() < 0.8);
    });
    const capacity = used.map((weeks) => weeks + random.below(3));
    const options = placementsOf(termWeeks, leaveOptions(termWeeks, capacity));
    const chosen = chooseOptions(options, takes, capacity, 0.7 * 5 * lines)!;
    assert.ok(isWithin(options, chosen, capacity), `${terms} terms`);
    const without = chosen.filter((own) => own === null).length;
    assert.equal(without, 0, `${terms} terms, ${options.length} options`);
  }
});
