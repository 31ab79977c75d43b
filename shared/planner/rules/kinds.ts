// Kinds of terms that a rule names: by what their positions are, by specialty, or one by one.

import * as z from "zod";
import { once } from "../../engine/once.ts";
import type { PlannerPosition, PlannerProblem } from "../problem.ts";
import { positionId } from "./cells.ts";
import { plural } from "../../engine/words.ts";

/** What a position may be marked as. */
const FLAGS = ["service", "nights_relief", "rural", "non_clinical", "clinical_team"] as const;

/** Which positions are of a kind: those that any of its parts names. */
export interface TermKind {
  flags: (typeof FLAGS)[number][];
  /** Parent specialties or subspecialties. */
  specialties: string[];
  positions: string[];
}

/** A kind, as an entry of a rule gives it. */
export const termKind = once(() =>
  z.strictObject({
    flags: z.array(z.enum(FLAGS)).default([]).describe("Terms in positions that are marked so"),
    specialties: z.array(z.string().min(1).max(100)).max(100).default([])
      .describe("Terms in these specialties or subspecialties"),
    positions: z.array(positionId()).max(500).default([]).describe("Terms in these positions"),
  }).refine(
    ({ flags, specialties, positions }) => flags.length + specialties.length + positions.length > 0,
    {
      message: "name a flag, a specialty or a position",
    },
  ).meta({ some: ["flags", "specialties", "positions"] })
);

const HAS: Record<(typeof FLAGS)[number], (position: PlannerPosition) => boolean> = {
  service: (p) => p.isService,
  nights_relief: (p) => p.isNightsRelief,
  rural: (p) => p.isRural,
  non_clinical: (p) => p.isNonClinical,
  clinical_team: (p) => p.isClinicalTeam,
};

/** Whether a position is of the kind. */
export function isOfKind(kind: TermKind, position: PlannerPosition): boolean {
  const { specialty, subspecialty, id } = position;
  return kind.flags.some((flag) => HAS[flag](position)) || kind.specialties.includes(specialty) ||
    (subspecialty !== null && kind.specialties.includes(subspecialty)) ||
    kind.positions.includes(id);
}

/** Indexes of the positions of the kind. */
export function positionsOfKind(kind: TermKind, { positions }: PlannerProblem): number[] {
  return positions.flatMap((position, r) => isOfKind(kind, position) ? [r] : []);
}

/** The kind in words: "nights/relief", "Surgery or Emergency", "3 positions". */
export function kindName({ flags, specialties, positions }: TermKind): string {
  const names = [
    ...flags.map((flag) => flag === "nights_relief" ? "nights/relief" : flag.replace("_", "-")),
    ...specialties,
    ...positions.length > 0 ? [plural(positions.length, "position")] : [],
  ];
  const last = names.pop()!;
  return names.length === 0 ? last : `${names.join(", ")} or ${last}`;
}

/** Positions that kinds name and the problem does not have, as sentences. */
export function unknownInKinds(problem: PlannerProblem, kinds: readonly TermKind[]): string[] {
  const known = new Set(problem.positions.map(({ id }) => id));
  return [...new Set(kinds.flatMap(({ positions }) => positions))].filter((id) => !known.has(id))
    .map((id) => `there is no position ${JSON.stringify(id)}`);
}
