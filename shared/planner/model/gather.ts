// What the rules in force ask of a line and of a plan, gathered from their contributions.

import { positionOfSlot, slotOf, termOfSlot } from "./flat.ts";
import type { PlannerTables, PositionPair } from "./tables.ts";
import type { RuleBounds } from "../rules/bounds.ts";
import {
  activeRules,
  type LeaveReserve,
  type LineLimit,
  type LineVariety,
  type PathwayReserve,
  type RuleContext,
  type RuleContribution,
} from "../rules/mod.ts";

/** A limit with its rule. `use`: limits of the same number weigh different positions in one sum. */
export type NamedLimit = Omit<LineLimit, "beside"> & { rule: string; unit?: number; use?: number };

/** Everything that the rules in force contribute; positions by their place among the problem's. */
export interface Gathered {
  limits: NamedLimit[];
  varieties: LineVariety[];
  covers: { positions: number[] }[];
  forces: NonNullable<RuleContribution["forces"]>;
  wishes: NonNullable<RuleContribution["wishes"]>;
  reserves: PathwayReserve[];
  distinct: boolean;
  pairs: PositionPair[];
  besidePairs: { positions: number[] }[];
  structureFault: PlannerTables["structureFault"];
  /** Leave as a choice of the lines; null where it is planned once they stand. */
  leave: LeaveReserve | null;
  /** [slot] 1 where a rule forbids the slot. */
  forbidden: Uint8Array;
}

/** Asks each rule in force for its contribution, and puts them together. */
export function gather(context: RuleContext<RuleBounds>): Gathered {
  const { termWeeks, positions } = context.problem;
  const T = termWeeks.length, R = positions.length;
  const found: Gathered = {
    limits: [],
    varieties: [],
    covers: [],
    forces: [],
    wishes: [],
    reserves: [],
    distinct: false,
    pairs: [],
    besidePairs: [],
    structureFault: null,
    leave: null,
    forbidden: new Uint8Array(T * R),
  };
  for (const rule of activeRules(context.bounds)) {
    const part = rule.contribute(context);
    if (part.structure && !found.structureFault) {
      found.structureFault = { rule: rule.name, message: part.structure };
    }
    for (const { beside, ...limit } of part.limits ?? []) {
      const named = { ...limit, rule: rule.name };
      if (!beside) {
        found.limits.push(named);
        continue;
      }
      const use = found.limits.length;
      found.limits.push({ ...named, use }, { ...named, ...beside, use });
    }
    found.varieties.push(...part.varieties ?? []);
    found.covers.push(...part.covers ?? []);
    found.forces.push(...part.forces ?? []);
    found.wishes.push(...part.wishes ?? []);
    found.reserves.push(...part.reserves ?? []);
    found.pairs.push(...part.pairs ?? []);
    found.besidePairs.push(...part.coversBesidePairs ?? []);
    found.distinct ||= part.distinct ?? false;
    found.leave ??= part.leave ?? null;
    for (const r of part.forbids ?? []) {
      for (let t = 0; t < T; t++) found.forbidden[slotOf(t, r, R)] = 1;
    }
    if (part.forbidsSlot) {
      for (let s = 0; s < T * R; s++) {
        if (part.forbidsSlot(termOfSlot(s, R), positionOfSlot(s, R))) found.forbidden[s] = 1;
      }
    }
  }
  return found;
}

/** Forbids the slots that alone exceed a limit, and keeps the limits that can still bind. */
export function bindingLimits(found: Gathered, R: number): NamedLimit[] {
  for (const { max, positions, termWeight } of found.limits) {
    for (const r of positions) {
      termWeight.forEach((w, t) => {
        if (w > max) found.forbidden[slotOf(t, r, R)] = 1;
      });
    }
  }
  return found.limits.filter((limit) => {
    const { max, positions, use } = limit;
    const parts = use === undefined ? [limit] : found.limits.filter((other) => other.use === use);
    const open = limit.termWeight.map((_, t) =>
      Math.max(
        0,
        ...parts.filter((part) =>
          part.positions.some((r) => found.forbidden[slotOf(t, r, R)] === 0)
        )
          .map((part) => part.termWeight[t]),
      )
    ).filter((w) => w > 0);
    if (found.distinct && parts.length === 1 && positions.length === 1) open.splice(1);
    return open.reduce((sum, w) => sum + w, 0) > max;
  });
}
