// What hangs on job lines, in words: for questions before it goes out of sight, and for what comes back.

import type { Losses } from "../../../../shared/client/mod.ts";
import { plural } from "../ui/format.ts";

/** One sentence part for each kind that there is any of, e.g. "2,085 ranks of 139 doctors". */
export function wordsOfLosses(losses: Losses): string[] {
  const { ranks, doctors, allocations, eligibility, preferencers, weightings, places, mustHave } =
    losses;
  const most = losses.atMost ? "at most " : "";
  const words: [number, string][] = [
    [ranks, `${most}${plural(ranks, "rank")} of ${plural(doctors, "doctor")}`],
    [allocations, `${plural(allocations, "doctor")} placed by a match`],
    [places, plural(places, "further place")],
    [mustHave, `${plural(mustHave, "line")} that somebody must take`],
    [eligibility, plural(eligibility, "rule of eligibility", "rules of eligibility")],
    [preferencers, plural(preferencers, "tie to a preferencer", "ties to preferencers")],
    [weightings, plural(weightings, "weighting")],
  ];
  return words.filter(([n]) => n > 0).map(([, text]) => text);
}
