// Swaps with colleagues whom nobody names: what can be asked for, and what became of it in words. Pure.

import type { Line } from "./lines.ts";

/** What of a line is swapped, as the database tells it. */
export interface SwapPart {
  line_name: string;
  rotations: {
    term: number;
    starts_on: string;
    ends_on: string;
    position_name: string;
    hospital: string;
  }[];
  leave: { starts_on: string; ends_on: string }[];
}

/** A swap of the doctor's, as the database tells it. */
export interface Swap {
  swap: string;
  by_me: boolean;
  /** Empty: the whole lines. */
  terms: number[];
  state:
    | "asked"
    | "agreed"
    | "declined"
    | "approved"
    | "refused"
    | "withdrawn"
    | "void"
    | "expired";
  void_code: string | null;
  reason: string | null;
  message: string | null;
  gives: SwapPart;
  gets: SwapPart;
  expires_at: string;
}

/** What `read_swaps()` answers. */
export interface Swaps {
  can_ask: boolean;
  first_term: number | null;
  whole_lines: boolean;
  shared: boolean;
  lines: { job_line: string; doctors: number }[];
  swaps: Swap[];
}

/** A line that can be asked for. */
export interface Candidate {
  line: Line;
  /** How many doctors have it: each is asked, and one may agree. */
  doctors: number;
}

/**
 * The lines that a doctor can ask for: others have them, and there is something to swap.
 * @param terms whose rotations are swapped; empty: whole lines
 */
export function candidates(
  lines: readonly Line[],
  own: Pick<Line, "id" | "rotations">,
  held: Swaps["lines"],
  terms: readonly number[],
): Candidate[] {
  const doctors = new Map(held.map((each) => [each.job_line, each.doctors]));
  return lines.flatMap((line) => {
    const count = doctors.get(line.id);
    if (count === undefined || line.id === own.id) return [];
    if (terms.length === 0) return line.eligible ? [{ line, doctors: count }] : [];
    if (count > 1) return [];
    const at = (of: Pick<Line, "rotations">, term: number) =>
      of.rotations.find((rotation) => rotation.term === term)?.position.id;
    const both = terms.every((term) => at(line, term) && at(own, term));
    return both && terms.some((term) => at(line, term) !== at(own, term))
      ? [{ line, doctors: count }]
      : [];
  });
}

/** The terms of a line that lie ahead. @param first the first term that has not begun; null: none */
export function termsAhead(own: Pick<Line, "rotations">, first: number | null): number[] {
  return own.rotations.map(({ term }) => term).filter((term) => first !== null && term >= first);
}

const VOID: Record<string, string> = {
  LINE_CHANGED: "One of the two lines was changed meanwhile.",
  RESULT_CHANGED: "One of you has another line by now, or the result was taken back.",
  DOCTOR_LEFT: "One of you takes no part any more.",
  AGREED_WITH_ANOTHER: "It was settled with somebody else.",
};

/** What became of a swap, for the doctor who reads it. */
export function swapWords({ state, by_me, void_code, reason }: Swap): string {
  switch (state) {
    case "asked":
      return by_me ? "Waits for the other doctor." : "Asked of you.";
    case "agreed":
      return `${
        by_me ? "The other doctor agreed." : "You agreed."
      } Your medical workforce unit decides now; until then nothing changes.`;
    case "declined":
      return by_me ? "The other doctor declined." : "You declined.";
    case "approved":
      return `Approved${reason ? `: ${reason}` : ""}. Your result shows your line as it is now.`;
    case "refused":
      return `Refused by your medical workforce unit: ${reason}`;
    case "withdrawn":
      return "Taken back before it was decided.";
    case "expired":
      return "Not decided in time.";
    case "void":
      return `Void. ${VOID[void_code ?? ""] ?? ""}`.trim();
  }
}

/** Whether the doctor can still take it back. */
export function canWithdraw({ state, by_me }: Swap): boolean {
  return state === "agreed" || (state === "asked" && by_me);
}

/** "term 2", "terms 2 and 3", "the whole line". */
export function termWords(terms: readonly number[]): string {
  if (terms.length === 0) return "the whole line";
  if (terms.length === 1) return `term ${terms[0]}`;
  return `terms ${terms.slice(0, -1).join(", ")} and ${terms.at(-1)}`;
}
