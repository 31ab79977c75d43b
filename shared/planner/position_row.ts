// A position, from the database's columns to the engine's fields.

import type { Category, PlannerPosition } from "./problem.ts";

/** The columns of a position that the rules ask about. */
export interface PositionColumns {
  id: string;
  name: string;
  specialty: string;
  subspecialty: string | null;
  is_service: boolean;
  is_rural: boolean;
  is_nights_relief: boolean;
  is_clinical_team: boolean;
  is_non_clinical: boolean;
  is_excludable: boolean;
  allows_leave: boolean;
  min_weeks: number;
  /** A numeric of the database, which some REST servers tell as a text. */
  fte: number | string;
  /** Its team by id; absent where it was not read. */
  team?: string;
  /** Its hospital, by whatever tells hospitals apart. */
  hospital: string;
}

/**
 * The position as the engine and the rules know it.
 * @param categories its experience categories; the database holds them to A to D
 */
export function positionOf(row: PositionColumns, categories: readonly string[]): PlannerPosition {
  return {
    id: row.id,
    name: row.name,
    specialty: row.specialty,
    subspecialty: row.subspecialty,
    categories: categories as Category[],
    isService: row.is_service,
    isRural: row.is_rural,
    isNightsRelief: row.is_nights_relief,
    isClinicalTeam: row.is_clinical_team,
    isNonClinical: row.is_non_clinical,
    isExcludable: row.is_excludable,
    allowsLeave: row.allows_leave,
    minWeeks: row.min_weeks,
    ...Number(row.fte) < 1 && { fte: Number(row.fte) },
    ...row.team !== undefined && { team: row.team },
    hospital: row.hospital,
  };
}
