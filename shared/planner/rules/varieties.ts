// Rules on how many different hospitals and specialties a line holds.

import type { PlannerPosition } from "../problem.ts";
import { boundBy, type NumberBound } from "./bound_by.ts";
import type { LineRule, RuleContext } from "./rule.ts";
import { countValue } from "./shares.ts";

/** What a rule on different groups needs to be told. */
interface VarietySpec<Key extends string> {
  name: string;
  description: string;
  /** See `LineRule`. */
  place: number;
  /** Its field in the bounds. */
  key: Key;
  /** The group in words: "hospital", "hospitals". */
  one: string;
  many: string;
  bound: "most" | "least";
  groupOf: (position: PlannerPosition) => string | null;
}

/** A number for each group's name, in the order in which they come; -1 for none. */
export function numbered(names: readonly (string | null)[]): number[] {
  const numbers = new Map<string, number>();
  return names.map((name) => {
    if (name === null) return -1;
    if (!numbers.has(name)) numbers.set(name, numbers.size);
    return numbers.get(name)!;
  });
}

function varietyRule<Key extends string>(spec: VarietySpec<Key>): LineRule<NumberBound<Key>> {
  const { one, many, groupOf } = spec, isMost = spec.bound === "most";
  const count = (n: number) => `${n} ${n === 1 ? one : many}`;
  const different = ({ problem }: RuleContext, line: readonly number[]) =>
    new Set(line.map((r) => groupOf(problem.positions[r])).filter((name) => name !== null)).size;
  return {
    name: spec.name,
    description: spec.description,
    place: spec.place,
    ...boundBy(spec.key, countValue, isMost ? "terms at most" : "terms at least"),
    check(context, line) {
      const found = different(context, line), bound = context.bounds[spec.key]!;
      if (isMost ? found <= bound : found >= bound) return null;
      return `${count(found)}, at ${spec.bound} ${bound} ${isMost ? "allowed" : "required"}`;
    },
    finding(context, line) {
      return { text: count(different(context, line)), terms: line.map((_, t) => t) };
    },
    contribute({ problem, bounds }) {
      const bound = bounds[spec.key]!;
      return {
        varieties: [{
          groupOf: numbered(problem.positions.map(groupOf)),
          most: isMost ? bound : problem.termWeeks.length,
          least: isMost ? 0 : bound,
        }],
      };
    },
    explain: (bounds) => `at ${spec.bound} ${count(bounds[spec.key]!)} in the year`,
  };
}

/** At most k hospitals; 1: the whole year at one. */
export const maxHospitals = varietyRule({
  name: "MAX_HOSPITALS",
  description: "Largest number of hospitals that a line is at; 1: the whole year at one.",
  place: 2100,
  key: "maxHospitals",
  one: "hospital",
  many: "hospitals",
  bound: "most",
  groupOf: ({ hospital }) => hospital ?? null,
});

/** At least k parent specialties. */
export const minSpecialties = varietyRule({
  name: "MIN_SPECIALTIES",
  description: "Smallest number of different parent specialties in a line.",
  place: 2200,
  key: "minSpecialties",
  one: "specialty",
  many: "specialties",
  bound: "least",
  groupOf: ({ specialty }) => specialty,
});
