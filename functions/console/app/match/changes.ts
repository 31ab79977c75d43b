// What changed since a match was made, in sentences.

import type { MatchChange } from "../../../../shared/client/mod.ts";
import { dateTime } from "../ui/format.ts";
import { ruleWord } from "./published.ts";

/** A change in a sentence. */
export function changeWords({ change, since, workerName, lineName, rule }: MatchChange): string {
  const when = since === null ? "" : ` on ${dateTime(since)}`;
  switch (change) {
    case "doctor_left":
      return `${workerName} withdrew${when}; ${lineName} has a free place.`;
    case "doctor_joined":
      return `${workerName} was added${when} and has no line.`;
    case "line_archived":
      return `${lineName}, which ${workerName} got, was archived${when}.`;
    case "line_changed":
      return `${lineName}, which ${workerName} got, has other rotations${
        when && ` since${when.slice(3)}`
      }.`;
    case "rule_broken":
      return workerName === null
        ? `Nobody got ${lineName}, which somebody must take.`
        : `${lineName}, which ${workerName} got, breaks a rule now: ${ruleWord(rule!)}.`;
  }
}
