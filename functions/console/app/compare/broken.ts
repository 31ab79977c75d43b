// The rules that the lines of a side break, by the rules' own code. Comes when two sides are compared: the rules are no small
// thing to send.

import type { BrokenRule } from "../../../../shared/planner/rules/line_judge.ts";
import { heldBy } from "../../../../shared/planner/rules/judge.ts";
import type { PageContext } from "../page.ts";
import { Effects } from "../roster/edit/effects.ts";
import { readEffectsInput } from "../roster/edit/read.ts";
import type { SideLine } from "./compare.ts";

/** A line with what it breaks. */
export interface BrokenLine {
  name: string;
  broken: BrokenRule[];
}

/** What judges lines of either side: each by the rules of the run that made it, or else by those of today. */
export async function readBroken(
  context: PageContext,
): Promise<(lines: readonly SideLine[]) => BrokenLine[]> {
  const effects = new Effects(await readEffectsInput(context));
  return (lines) => brokenLines(effects, lines);
}

/** The lines that break a rule, in their order. */
export function brokenLines(
  effects: Pick<Effects, "brokenBy">,
  lines: readonly SideLine[],
): BrokenLine[] {
  return lines.flatMap((line): BrokenLine[] => {
    const broken = effects.brokenBy(line.plannerRun, {
      positions: heldBy(line.positions.map((position) => position?.id ?? null), line),
      pathway: line.pathway,
      leave: line.leave.map(({ start, weeks }) => ({ startWeek: start, weeks })),
    });
    return broken.length === 0 ? [] : [{ name: line.name, broken }];
  });
}
