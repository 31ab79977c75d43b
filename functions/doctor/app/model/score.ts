// How well a line fits what a doctor said of specialties, rotations and exclusions, from 0 to 100, and why.
//
// Each rotation counts 100 where it is loved, 75 liked, 50 neutral or not spoken of, 25 disliked, 0 never; the line's score
// is their mean, each by its weeks. Then:
// - a rotation that the doctor never wants keeps the score at 24 at most: the line is one to dislike, however good the rest;
// - changes of hospital, where the doctor asked for few, cost 5 points each;
// - an exclusion (hospital, hospital with specialty, rural, nights) makes it 0.
// What is said of a position goes before what is said of its specialty.

import {
  type Bucket,
  BUCKET_NAMES,
  hospitalChanges,
  type Line,
  type Position,
  weeksOf,
} from "./lines.ts";
import { screeningOf, type Wishes } from "./wishes.ts";

const VALUES: Record<Bucket, number> = { 2: 100, 1: 75, 0: 50, [-1]: 25, [-2]: 0 };
const MOST_WITH_NEVER = 24;
const COST_OF_CHANGE = 5;

/** The least score of each bucket: what is below 10 is never. */
const LEAST: [Bucket, number][] = [[2, 80], [1, 60], [0, 40], [-1, 10]];

/** A part of a score, in words. */
export interface Reason {
  /** E.g. "Cardiology (love)". */
  text: string;
  /** What it adds to the 50 of a line of which nothing is said; points. */
  points: number;
}

/** A line's score. */
export interface Score {
  /** 0 to 100, whole. */
  value: number;
  /** The bucket that it means. */
  bucket: Bucket;
  reasons: Reason[];
  /** Exclusions that it falls under, in words. */
  excluded: string[];
  /** What was said of its positions, each once: of themselves or of their specialties. */
  said: ReadonlyMap<string, Bucket>;
}

/** What the doctor said, as lines are scored by. */
export type Opinions = Pick<Wishes, "rotations" | "specialties" | "screening">;

/** What the doctor said of a position: of itself, or of its specialty. */
function sentimentOf(
  position: Position,
  { rotations, specialties }: Opinions,
): { bucket: Bucket; about: string } | null {
  const own = rotations.get(position.id)?.like_dislike_preference;
  if (own !== undefined && own !== null) return { bucket: own, about: position.name };
  const general = specialties.get(position.specialty)?.sentiment;
  if (general !== undefined && general !== null) {
    return { bucket: general, about: position.specialty };
  }
  return null;
}

/** Which part of its year each rotation of a line is, by weeks; worked out once for each line. */
const shares = new WeakMap<Line, readonly number[]>();

function sharesOf(line: Line): readonly number[] {
  let known = shares.get(line);
  if (!known) {
    const weeks = line.rotations.map(weeksOf);
    const all = weeks.reduce((sum, each) => sum + each, 0);
    shares.set(line, known = weeks.map((each) => each / all));
  }
  return known;
}

/** Scores lines by what a doctor said. Pure: the same line and wishes give the same score. */
export function createScorer(wishes: Opinions): (line: Line) => Score {
  const rules = [...wishes.screening].filter(([, { active }]) => active)
    .map(([key]) => screeningOf(key));
  const fewChanges = rules.some(({ kind }) => kind === "travel");
  return (line) => {
    const excluded = exclusionsOf(line, rules);
    const parts = sharesOf(line);
    const sentiments = line.rotations.map(({ position }) => sentimentOf(position, wishes));
    let value = line.rotations.length === 0 ? VALUES[0] : 0;
    let never = false;
    const reasons: Reason[] = [], said = new Map<string, Bucket>();
    sentiments.forEach((sentiment, at) => {
      value += parts[at] * VALUES[sentiment?.bucket ?? 0];
      if (!sentiment) return;
      const { about, bucket } = sentiment;
      said.set(about, bucket);
      never ||= bucket === -2;
      reasons.push({
        text: `${about} (${BUCKET_NAMES[bucket].toLowerCase()})`,
        points: parts[at] * (VALUES[bucket] - VALUES[0]),
      });
    });
    if (never && value > MOST_WITH_NEVER) {
      reasons.push({
        text: "has what you never want",
        points: MOST_WITH_NEVER - value,
      });
      value = MOST_WITH_NEVER;
    }
    const changes = fewChanges ? hospitalChanges(line) : 0;
    if (changes > 0) {
      const points = -Math.min(value, changes * COST_OF_CHANGE);
      reasons.push({
        text: changes === 1 ? "one change of hospital" : `${changes} changes of hospital`,
        points,
      });
      value += points;
    }
    const rounded = Math.round(value);
    value = excluded.length > 0 ? 0 : rounded;
    return {
      value,
      bucket: excluded.length > 0 ? -2 : bucketOf(value),
      reasons: summed(reasons, rounded - VALUES[0]),
      excluded,
      said,
    };
  };
}

/** The bucket that a score means. */
export function bucketOf(value: number): Bucket {
  return LEAST.find(([, least]) => value >= least)?.[0] ?? -2;
}

/** Exclusions that a line falls under, in words. */
function exclusionsOf(line: Line, rules: readonly ReturnType<typeof screeningOf>[]): string[] {
  const found = new Set<string>();
  for (const { kind, hospital, specialty } of rules) {
    for (const { position } of line.rotations) {
      const there = position.hospitalId === hospital;
      if (kind === "hospital" && there) found.add(`not at ${position.hospital}`);
      if (kind === "hospital_specialty" && there && position.specialty === specialty) {
        found.add(`no ${specialty} at ${position.hospital}`);
      }
      if (kind === "rural" && position.rural) found.add("no rural term");
      if (kind === "nights" && position.nights) found.add("no nights or relief");
    }
  }
  return [...found];
}

/** Reasons of the same words as one, the weightiest first: whole points that add up to what they make together. */
function summed(reasons: Reason[], together: number): Reason[] {
  const exact = new Map<string, number>();
  for (const { text, points } of reasons) exact.set(text, (exact.get(text) ?? 0) + points);
  const whole = [...exact].map(([text, points]) => ({ text, points: Math.floor(points) }));
  const lost = ({ text, points }: Reason) => exact.get(text)! - points;
  const left = together - whole.reduce((sum, { points }) => sum + points, 0);
  for (const reason of whole.toSorted((a, b) => lost(b) - lost(a)).slice(0, Math.max(0, left))) {
    reason.points++;
  }
  return whole.sort((a, b) => Math.abs(b.points) - Math.abs(a.points));
}

/** Where the bucket of a line and what it holds say different things: a loved term in a disliked line, and the reverse. */
export function mixedSignals({ said, excluded }: Score, bucket: Bucket): readonly string[] {
  if (bucket === 0) return NOTHING;
  const against = [...said].filter(([, of]) => bucket < 0 ? of === 2 : of < 0)
    .map(([about, of]) => `you put ${about} under ${BUCKET_NAMES[of].toLowerCase()}`);
  if (bucket > 0) against.push(...excluded.map((rule) => `you asked for ${rule}`));
  return against.length === 0 ? NOTHING : against;
}

const NOTHING: readonly string[] = [];
