// Operators in words.

import type { NodeBlockResult, OperatorInvitation } from "../../../../shared/client/mod.ts";

/** What each level of trust means. */
export const TRUST = [
  "untrusted: everything is computed again",
  "new: everything is computed again",
  "a quarter is computed again",
  "a tenth is computed again",
  "a twentieth is computed again",
];

/** A result's state in words. */
export const RESULT_WORDS: Record<NodeBlockResult["status"], string> = {
  claimed: "being worked",
  submitted: "waits to be checked",
  verified: "verified",
  rejected: "wrong: done again",
  expired: "given up",
  void: "taken back",
};

/** Tone of a result's state. */
export function toneOf(status: NodeBlockResult["status"]): "ok" | "info" | "warn" | "danger" | "" {
  switch (status) {
    case "verified":
      return "ok";
    case "submitted":
      return "info";
    case "rejected":
      return "danger";
    case "expired":
      return "warn";
    default:
      return "";
  }
}

/** What became of an invitation. */
export function invitationWords(
  { used_at, revoked_at, expires_at }: OperatorInvitation,
  now: number,
): "used" | "taken back" | "expired" | "open" {
  if (used_at !== null) return "used";
  if (revoked_at !== null) return "taken back";
  return Date.parse(expires_at) <= now ? "expired" : "open";
}

/** Whether a node was heard of within ten minutes. */
export function isHere(last: string | null, now: number): boolean {
  return last !== null && now - Date.parse(last) < 600_000;
}

/** Credit is seconds of CPU by the model of costs; for people in hours where it is long. */
export function creditWords(credit: number): string {
  if (credit < 120) return `${Number(credit.toPrecision(3))} s`;
  if (credit < 7200) return `${Number((credit / 60).toPrecision(3))} min`;
  return `${Number((credit / 3600).toPrecision(3))} h`;
}
