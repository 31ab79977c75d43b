// Swaps as the page lists them: which wait for a decision, what each would do, what became of it. Pure.

import type {
  ManagedSwap,
  SwapAnswer,
  SwapEffect,
  SwapPart,
} from "../../../../shared/client/mod.ts";
import type { Notification } from "../ui/notices.ts";

/** Which swaps are shown. */
export type Which = "open" | "over";

/** Whether a swap is still open: asked for, or agreed to. */
export function isOpen({ state }: Pick<ManagedSwap, "state">): boolean {
  return state === "asked" || state === "agreed";
}

/** Swaps that are open or over; those that wait for a manager come first. */
export function shownSwaps(swaps: readonly ManagedSwap[], which: Which): ManagedSwap[] {
  return swaps.filter((swap) => isOpen(swap) === (which === "open"))
    .sort((a, b) => Number(b.state === "agreed") - Number(a.state === "agreed"));
}

/** "term 2", "terms 2 and 3", "whole lines". */
export function whatWords({ terms }: Pick<ManagedSwap, "terms">): string {
  if (terms.length === 0) return "whole lines";
  if (terms.length === 1) return `term ${terms[0]}`;
  return `terms ${terms.slice(0, -1).join(", ")} and ${terms.at(-1)}`;
}

/** What one of the two gives, in a line. */
export function partWords({ rotations }: Pick<SwapPart, "rotations">): string {
  return rotations.map(({ term, positionName, hospital }) =>
    `${rotations.length > 1 ? `${term}: ` : ""}${positionName}, ${hospital}`
  ).join("; ");
}

const RESULT_RULES: Record<string, string> = {
  NOT_ELIGIBLE: "Who may have the line",
  OVER_CAPACITY: "Places",
  MUST_HAVE: "Must-have lines",
  CAP_DOCTORS: "Caps of departments",
  CAP_LINES: "Caps of departments",
  LINKED: "Couples",
};

/** What a rule is called: one of the result, or one of lines by `nameOf`. */
export function effectName({ rule }: SwapEffect, nameOf: (rule: string) => string): string {
  return RESULT_RULES[rule] ?? nameOf(rule);
}

/** What became of a swap, in a word or two. */
export function stateWords({ state, voidCode }: Pick<ManagedSwap, "state" | "voidCode">): string {
  switch (state) {
    case "asked":
      return "waits for the other doctor";
    case "agreed":
      return "waits for you";
    case "expired":
      return "not decided in time";
    case "void":
      return `void: ${
        {
          LINE_CHANGED: "a line was changed meanwhile",
          RESULT_CHANGED: "somebody has another line by now",
          DOCTOR_LEFT: "somebody left",
          AGREED_WITH_ANOTHER: "agreed to with another doctor",
        }[voidCode ?? "LINE_CHANGED"]
      }`;
    default:
      return state;
  }
}

/** What a decision came to: done, or that the swap was over by itself, in which case nobody is told anything. */
export function decided(
  { from, to }: Pick<ManagedSwap, "from" | "to">,
  answer: Pick<SwapAnswer, "state" | "voidCode">,
): Pick<Notification, "tone" | "title" | "message"> {
  return answer.state === "approved" || answer.state === "refused"
    ? {
      tone: "ok",
      title: `Swap ${answer.state}`,
      message: `${from.doctor} and ${to.doctor} are told.`,
    }
    : { tone: "warn", title: "This swap was over already", message: stateWords(answer) };
}
