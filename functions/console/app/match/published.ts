// How a finalised result stands, and what a correction by hand asks for. Pure; the card draws it.

import type { ResultMove, ResultRow } from "../../../../shared/client/mod.ts";

/** A result at a glance. */
export interface Standing {
  finalisedAt: string;
  /** When doctors first saw it; null: they have not. */
  releasedAt: string | null;
  version: number;
  /** Rows that were moved by hand. */
  corrected: ResultRow[];
  /** Doctors without a line. */
  without: number;
  /** Corrections that set rules aside. */
  overridden: number;
}

/** @param rows of a result, at least one */
export function standing(rows: readonly ResultRow[]): Standing {
  const times = rows.flatMap(({ releasedAt }) => releasedAt ?? []).sort();
  const corrected = rows.filter(({ correctionReason }) => correctionReason !== null);
  return {
    finalisedAt: rows.map((row) => row.finalisedAt).sort()[0],
    releasedAt: times[0] ?? null,
    version: Math.max(...rows.map(({ version }) => version)),
    corrected,
    without: rows.filter(({ jobLine }) => jobLine === null).length,
    overridden: corrected.filter(({ overrides }) => overrides.length > 0).length,
  };
}

/** A correction that is being typed. */
export interface Correction {
  worker: string;
  kind: "move" | "swap" | "none";
  /** Of a move. */
  line: string;
  /** The other doctor of a swap. */
  other: string;
}

/** Doctors who take part and came after the match was finalised: a correction gives them a line, and makes them part of the result. */
export function latecomers<Doctor extends { mapping: string; withdrawnAt: string | null }>(
  doctors: readonly Doctor[],
  rows: readonly ResultRow[],
): Doctor[] {
  const inside = new Set(rows.map(({ workerMapping }) => workerMapping));
  return doctors.filter(({ mapping, withdrawnAt }) => withdrawnAt === null && !inside.has(mapping));
}

/**
 * The moves of a correction; null: something is not chosen yet, or nothing would change.
 * @param late worker mappings of {@link latecomers}
 */
export function movesOf(
  { worker, kind, line, other }: Correction,
  rows: readonly ResultRow[],
  override: boolean,
  late: readonly string[] = [],
): ResultMove[] | null {
  const own = rows.find(({ workerMapping }) => workerMapping === worker) ??
    (late.includes(worker) ? { jobLine: null } : null);
  if (!own) return null;
  const move = (
    workerMapping: string,
    from: string | null,
    jobLine: string | null,
  ): ResultMove => ({ workerMapping, jobLine, from, ...override && { override } });
  const had = own.jobLine;
  if (kind === "move") return line === "" || line === had ? null : [move(worker, had, line)];
  if (kind === "none") return had === null ? null : [move(worker, had, null)];
  const partner = rows.find(({ workerMapping }) => workerMapping === other);
  if (!partner || partner.workerMapping === worker || partner.jobLine === had) return null;
  return [move(worker, had, partner.jobLine), move(other, partner.jobLine, had)];
}

const RULES: Record<string, string> = {
  NOT_ELIGIBLE: "not eligible",
  NEVER: "never wanted",
  OVER_CAPACITY: "more doctors than places",
  MUST_HAVE: "a line that must have somebody is empty",
  CAP_DOCTORS: "cap on doctors",
  CAP_LINES: "cap on lines",
  LINKED: "linked doctors do not go together",
};

/** A rule that a result breaks, in words. */
export function ruleWord(code: string): string {
  return RULES[code] ?? code;
}

/** A rule that a match breaks as rules are now: whose (null: nobody's), and what is told. */
export interface BrokenRule {
  worker: string | null;
  message: string;
}

/** What kept a match from being finalised that can be set aside; empty: something else did. */
export function brokenRules(errors: readonly { path: string; message: string }[]): BrokenRule[] {
  return errors.flatMap(({ path, message }) => {
    const [at, worker = null] = path.split(".");
    return at === "allocations" ? [{ worker, message }] : [];
  });
}
