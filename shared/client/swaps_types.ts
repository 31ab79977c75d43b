// Swaps between doctors, as both sides of the client speak of them. Days are `YYYY-MM-DD`, terms count from 1.

import type { NamedRotation } from "./lines_types.ts";

/** What became of a swap. */
export type SwapState =
  | "asked"
  | "agreed"
  | "declined"
  | "approved"
  | "refused"
  | "withdrawn"
  | "void"
  | "expired";

/** Why a swap is void: what the two agreed to is no more. */
export type SwapVoidCode =
  | "LINE_CHANGED"
  | "RESULT_CHANGED"
  | "DOCTOR_LEFT"
  | "AGREED_WITH_ANOTHER";

/** What one of the two gives. */
export interface SwapPart {
  jobLine: string;
  lineName: string;
  /** Of the terms that are swapped; of a whole line all. */
  rotations: NamedRotation[];
  leave: { startsOn: string; endsOn: string }[];
}

/** A swap as a doctor sees it: never who the other is. */
export interface DoctorSwap {
  swap: string;
  /** Whether the caller asked for it; else it is asked of them. */
  byMe: boolean;
  /** Empty: the whole lines. */
  terms: number[];
  state: SwapState;
  voidCode: SwapVoidCode | null;
  /** Why a manager decided so. */
  reason: string | null;
  /** What the one who asked wrote. */
  message: string | null;
  gives: SwapPart;
  gets: SwapPart;
  askedAt: string;
  expiresAt: string;
  answeredAt: string | null;
  endedAt: string | null;
}

/** What a doctor may ask for, and their swaps. */
export interface DoctorSwaps {
  /** Whether they have a released line. */
  canAsk: boolean;
  /** The first term that has not begun; null: none. */
  firstTerm: number | null;
  /** Whether whole lines can still be swapped: the year has not begun. */
  wholeLines: boolean;
  /** Whether others have the caller's line as well: then its rotations cannot be swapped alone. */
  shared: boolean;
  /** Lines that others have, and how many doctors each. */
  lines: { jobLine: string; doctors: number }[];
  /** The latest first. */
  swaps: DoctorSwap[];
}

/** What a doctor asks for. */
export interface SwapRequest {
  /** The line of the other, whoever that is. */
  jobLine: string;
  /** Whose rotations are swapped; left out: the whole lines. */
  terms?: number[];
  /** For the other; managers read it, too. */
  message?: string;
}

/** What became of an answer: a swap that stands no more says so by its state. */
export interface SwapAnswer {
  swap: string;
  state: SwapState;
  voidCode: SwapVoidCode | null;
}

/** A rule that a swap would break or mend. */
export interface SwapEffect {
  /** Whose line: of who asked, or of who was asked. */
  side: "from" | "to";
  /** A rule of lines by its name, or of the result, e.g. NOT_ELIGIBLE. */
  rule: string;
  message: string;
  terms: number[];
}

/** What a swap would do, for the doctor who would ask for it. */
export interface CheckedSwap {
  /** How many doctors have the line. */
  doctors: number;
  /** Of the other doctor no more than the rule OTHER_DOCTOR: which it is, is theirs. */
  breaks: SwapEffect[];
  mends: SwapEffect[];
}

/** A swap as managers see it. */
export interface ManagedSwap extends Omit<DoctorSwap, "byMe" | "gives" | "gets"> {
  from: SwapPart & { workerMapping: string; doctor: string };
  to: SwapPart & { workerMapping: string; doctor: string };
  /** The version of the result that it made. */
  version: number | null;
  /** The edit of the lines that it made; null of whole lines. */
  history: string | null;
  /** Of one that waits for an answer or a decision. */
  breaks: SwapEffect[];
  mends: SwapEffect[];
}
