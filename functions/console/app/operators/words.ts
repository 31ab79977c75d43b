// Operators in words.

import type {
  NodeBlockResult,
  OperatorInvitation,
  ResultCheck,
} from "../../../../shared/client/mod.ts";
import { count } from "../ui/format.ts";

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

/** Who checked a result, and what they said. @param second whose node gave the second opinion */
export function checkWords(check: ResultCheck, second: string): string {
  const again = check.verification_tested === null
    ? ""
    : `, ${count(check.verification_tested)} tested again`;
  return {
    asked: `${second} is asked for a second opinion`,
    agrees: `second opinion of ${second}: the same`,
    differs: `second opinion of ${second}: another, which the fleet settled`,
    none: check.verification_tested === null ? "" : "checked by the fleet",
  }[check.second_opinion ?? "none"] + again + againWords(check);
}

/** What a second look at what two operators had agreed on came to. */
function againWords({ reopened_at, status }: ResultCheck): string {
  if (reopened_at === null) return "";
  if (status === "matched") return "; looked at again: it stands";
  if (status === "conflict") return "; looked at again: wrong";
  return "; is looked at again, since one of the two was found wrong";
}
