// Drawn problems with prices, and every legal line's value against them by enumeration: the yardstick of pricing.

import { once } from "../../engine/once.ts";
import { Random } from "../../engine/random.ts";
import { followsPathway } from "../check/checker.ts";
import { buildTables } from "../model/build.ts";
import { firstCellOf, linesIn, slotOf } from "../model/flat.ts";
import { LineScorer } from "../model/line_values.ts";
import { lineName } from "../model/lines.ts";
import type { PlannerTables } from "../model/tables.ts";
import type { LineProof, ProofStretch } from "../pricing/line_proof.ts";
import type { PlannerProblem } from "../problem.ts";
import { resolveRules } from "../rules/mod.ts";
import { legalLines } from "./brute_force.ts";
import { randomProblem, type RandomProblemShape } from "./problems.ts";

/** A problem with prices of its slots. */
export interface Priced {
  problem: PlannerProblem;
  tables: PlannerTables;
  /** [slot] price of using it. */
  prices: Float64Array;
  /** Every legal line, what it chooses beside its positions included, with its value less prices, the best first. */
  lines: { line: Int32Array; value: number }[];
}

/** A line's affinity less the prices of its slots. */
export function valueAt(tables: PlannerTables, prices: Float64Array, line: Int32Array): number {
  const paid = line.reduce((sum, r, t) => sum + prices[slotOf(t, r, tables.positions)], 0);
  return new LineScorer(tables).value(line, 0) - paid;
}

/** [term, class] the best value of a position of the class, and that position. */
export function byClass(tables: PlannerTables, prices: Float64Array) {
  const { terms: T, classes: C, positions: R, members, cap } = tables;
  const v = new Float64Array(T * C).fill(-Infinity), vAt = new Int32Array(T * C);
  for (let t = 0; t < T; t++) {
    members.forEach((own, c) => {
      for (const r of own) {
        if (cap[slotOf(t, r, R)] === 0 || -prices[slotOf(t, r, R)] <= v[slotOf(t, c, C)]) continue;
        v[slotOf(t, c, C)] = -prices[slotOf(t, r, R)];
        vAt[slotOf(t, c, C)] = r;
      }
    });
  }
  return { v, vAt };
}

/** Draws prices for the slots of a problem; its lines are enumerated when they are asked for. */
export function pricedOf(problem: PlannerProblem, random: Random): Priced {
  const tables = buildTables(problem, resolveRules(problem.constraints));
  const prices = Float64Array.from(tables.cap, () => random.below(400) - 200);
  // Most of the work, and for nothing where a test has no use for the problem.
  const lines = once(() =>
    (tables.structureFault ? [] : wholeLines(problem, tables))
      .map((line) => ({ line, value: valueAt(tables, prices, line) }))
      .sort((a, b) => b.value - a.value)
  );
  return {
    problem,
    tables,
    prices,
    get lines() {
      return lines();
    },
  };
}

/** A drawn problem with prices. */
export function drawPriced(random: Random, shape: RandomProblemShape): Priced {
  return pricedOf(randomProblem(() => random.next(), shape), random);
}

/** All stretches of a proof, each of so much work. */
export function proveAll(
  { proof, tables, prices }: Pick<Priced, "tables" | "prices"> & {
    proof: Pick<LineProof, "prove">;
  },
  floor: number,
  work: number,
): { best: number; lines: Int32Array[]; stretches: number } {
  const all: ProofStretch[] = [];
  for (let from: number | null = 0; from !== null;) {
    const found: ProofStretch = proof.prove(prices, tables.cap, floor, from, work);
    all.push(found);
    from = found.next;
  }
  return {
    best: Math.max(...all.map(({ best }) => best)),
    lines: all.flatMap(({ lines }) => lines),
    stretches: all.length,
  };
}

/**
 * Every legal line by the independent checker, once for each choice that it may make beside its positions: an option of
 * leave whose terms take leave, and a group whose pathway it follows.
 */
function wholeLines(problem: PlannerProblem, tables: PlannerTables): Int32Array[] {
  const { leave, groups, cap, positions: R, year } = tables;
  const index = new Map(problem.positions.map(({ id }, r) => [id, r]));
  const { pathways } = resolveRules(problem.constraints);
  // What is chosen beside the positions may have no room; that the positions themselves are open is the model's to say.
  const hasRoom = (line: readonly number[]) =>
    line.every((r, t) => t < year || cap[slotOf(t, r, R)] > 0);
  return legalLines(problem).flatMap((ids) => {
    const line = ids.map((id) => index.get(id)!);
    const options = leave === null
      ? [[]]
      : leave.options.filter((_, o) =>
        leave.terms[o].every((t) => {
          const { isService, allowsLeave } = problem.positions[line[t]];
          return !isService && allowsLeave !== false;
        })
      ).map((r) => [r]);
    const groupsOf = groups.length === 0
      ? [[]]
      : groups.filter((_, p) => p >= pathways.length || followsPathway(pathways[p], ids)).map((
        g,
      ) => [g]);
    return options.flatMap((o) => groupsOf.map((g) => [...line, ...o, ...g]));
  }).filter(hasRoom).map((line) => Int32Array.from(line));
}

/** Row-major lines by name. */
export function namesOf(lines: Int32Array, terms: number): string[] {
  return Array.from(
    { length: linesIn(lines, terms) },
    (_, j) => lineName(lines, firstCellOf(j, terms), terms),
  );
}
