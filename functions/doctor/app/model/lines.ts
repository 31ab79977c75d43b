// What a doctor chooses from: lines with their rotations, as the page shows them. Dates are `YYYY-MM-DD`, both inclusive.

import { BUCKETS as NAMED } from "../../../../shared/exchange/buckets.ts";

/** How much something is liked: 2 love, 1 like, 0 neutral, -1 dislike, -2 never. */
export type Bucket = -2 | -1 | 0 | 1 | 2;

/** The buckets, the best first. */
export const BUCKETS = [...NAMED.keys()] as readonly Bucket[];

/** Their names. */
export const BUCKET_NAMES = Object.fromEntries(NAMED) as Record<Bucket, string>;

/** Whole weeks. */
export interface Span {
  startsOn: string;
  endsOn: string;
}

/** A term of the year. */
export interface Term extends Span {
  term: number;
}

/** Where a doctor works for a term. */
export interface Position {
  id: string;
  name: string;
  /** Its name; `hospitalId` is what exclusions mean. */
  hospital: string;
  hospitalId: string;
  specialty: string;
  subspecialty: string | null;
  rural: boolean;
  nights: boolean;
  /** Accredited clinical experience, A to D. */
  categories: readonly string[];
}

/** One term of a line. */
export interface Rotation extends Span {
  term: number;
  position: Position;
}

/** A year that a doctor may get. */
export interface Line {
  id: string;
  name: string;
  rotations: readonly Rotation[];
  leave: readonly Span[];
  /** How many doctors may have it. */
  places: number;
  /** How much of full time it is; nobody who works more may have it. */
  fte: number;
  eligible: boolean;
  /** Why it is not eligible; null where it is. */
  reason: string | null;
}

let collator: Intl.Collator | undefined;

/** In the order of names, numbers in them as people count. Once for each answer: comparing names is slow. */
export function byName<Named extends { name: string }>(all: readonly Named[]): Named[] {
  collator ??= new Intl.Collator("en", { numeric: true });
  return [...all].sort((a, b) => collator!.compare(a.name, b.name));
}

const DAY = 86_400_000;

/** Weeks that a span holds, at least one. */
export function weeksOf({ startsOn, endsOn }: Span): number {
  const days = (Date.parse(endsOn) - Date.parse(startsOn)) / DAY + 1;
  return Math.max(1, Math.round(days / 7));
}

/** Whether two spans share a day. */
export function overlap(a: Span, b: Span): boolean {
  return a.startsOn <= b.endsOn && b.startsOn <= a.endsOn;
}

/** How often a line goes on at another hospital. */
export function hospitalChanges({ rotations }: Line): number {
  return rotations.filter(({ position }, index) =>
    index > 0 && position.hospitalId !== rotations[index - 1].position.hospitalId
  ).length;
}

/** Part of full time, in words: "60 % of full time". */
export function partWords(fte: number): string {
  return `${Math.round(100 * fte)} % of full time`;
}

/** Why a doctor may not have a line, in words. @param own how much of full time the doctor works */
export function reasonOf({ reason, fte }: Pick<Line, "reason" | "fte">, own: number): string {
  switch (reason) {
    case "MISSING_QUALIFICATION":
      return "Needs a qualification that you do not have";
    case "EXCLUDED_QUALIFICATION":
      return "Not for doctors with your qualification";
    case "WORKS_MORE":
      return `Part-time, ${partWords(fte)}: you work ${own < 1 ? partWords(own) : "full time"}`;
    default:
      return "Not open to you";
  }
}
