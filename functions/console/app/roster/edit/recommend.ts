// The best few ways to mend a line, or to have something else in a cell, by the replan engine: dry replans, each with the fewest
// changes that the ones before did not show.

import type { PreviewLine } from "../../../../../shared/client/mod.ts";
import type { PageContext } from "../../page.ts";
import { plural } from "../../ui/format.ts";
import { type Lines, positionAt, setCell, setLeave } from "./draft.ts";
import type { Effects, Repair } from "./effects.ts";
import type { Editor } from "./use_editor.ts";

/** Ways that are looked for. */
const MOST_WAYS = 3;

/** Cells that the line is not to have. */
type Avoid = { term: number; position: string }[];

/**
 * Asks the planner for ways, one after the other; lines that break rules of their own stay as they are.
 * @param line id of a line as it is saved
 * @param term the cell that is to be another; null: whatever mends the line
 * @param onWay each as it is found, fewest changes first
 * @returns how many there were
 * @throws {ReceptorError}
 */
export async function recommend(
  { planner, allocationRun }: PageContext,
  { effects, base }: Pick<Editor, "effects" | "base">,
  { line: jobLine, term }: { line: string; term: number | null },
  onWay: (way: Repair) => void,
): Promise<number> {
  const lines = base.value, target = lines.find(({ id }) => id === jobLine)!;
  const keep = lines.filter((line) => line !== target && effects.broken(line).length > 0)
    .map(({ id }) => id);
  const now = term === null ? null : positionAt(target, term);
  const avoid: Avoid = term !== null && now ? [{ term, position: now.id }] : [];
  const form = await planner.restoreForm(allocationRun.id);
  for (let ways = 0; ways < MOST_WAYS; ways++) {
    const { plannerRunId } = await planner.generate({
      allocationRun: allocationRun.id,
      nJobLines: lines.length,
      constraints: form.lastRun?.constraints ?? form.constraints ?? undefined,
      options: {
        mode: "replan",
        dryRun: true,
        effort: "quick",
        recommend: { jobLine, avoid, keep },
      },
    });
    const run = await planner.watch(plannerRunId).done;
    if (run.status !== "COMPLETED") return ways;
    const changed = changesOf(await planner.preview(plannerRunId));
    const way = wayOf(effects, lines, target.id, changed, allocationRun.starts_on);
    const next = way && nextAvoid(changed, jobLine, term);
    if (!way || !next) return ways;
    onWay(way);
    avoid.push(next);
  }
  return MOST_WAYS;
}

/** What a preview changes of lines that are there. */
function changesOf(preview: readonly PreviewLine[]): PreviewLine[] {
  return preview.filter(({ change, id }) => change === "changed" && id !== null);
}

/** What the next way is not to have again: what this one gives the cell, or the first cell of the line that it changes. */
function nextAvoid(
  changed: readonly PreviewLine[],
  jobLine: string,
  term: number | null,
): Avoid[number] | null {
  const own = changed.find(({ id }) => id === jobLine);
  if (!own) return null;
  const at = term !== null
    ? term - 1
    : own.positions.findIndex((position, t) => position && position.id !== own.before?.[t]?.id);
  const position = own.positions[at];
  return position ? { term: at + 1, position: position.id } : null;
}

/** A preview as lines that can be looked at; null where it changes no cell. */
function wayOf(
  effects: Pick<Effects, "input" | "broken">,
  before: Lines,
  jobLine: string,
  changed: readonly PreviewLine[],
  startsOn: string,
): Repair | null {
  const words: string[] = [];
  let lines = before, cells = 0;
  const touched = new Set<string>();
  for (const { id, name, positions, before: was, leave } of changed) {
    if (!lines.some((line) => line.id === id)) continue;
    positions.forEach((position, t) => {
      if (!position || position.id === was?.[t]?.id) return;
      cells++;
      touched.add(id!);
      words.push(
        `${id === jobLine ? "" : `${name}, `}term ${t + 1}: ${position.name} instead of ${
          was?.[t]?.name ?? "nothing"
        }`,
      );
      lines = setCell(lines, effects.input.terms, { line: id!, term: t + 1 }, position);
    });
    const blocks = leave.map(({ startWeek, weeks }) => ({ start: startWeek, weeks }));
    lines = setLeave(lines, startsOn, id!, blocks);
  }
  if (cells === 0) return null;
  const [first, ...rest] = words;
  return {
    words: [first[0].toUpperCase() + first.slice(1), ...rest].join("; "),
    lines,
    cells,
    others: [...touched].filter((id) => id !== jobLine).length,
    left: effects.broken(lines.find(({ id }) => id === jobLine)!).length,
  };
}

/** How far the planner has come; an error's message where it could not look. */
export type Looked = { state: "looking" | "done" } | { error: string };

/**
 * What the planner did, in words.
 * @param found ways that it found
 * @param added those of them that were not in the list before
 */
export function plannerWords(looked: Looked, found: number, added: number): string {
  if ("error" in looked) return looked.error;
  if (looked.state === "looking") {
    return found === 0
      ? "The planner looks for the fewest changes over all lines…"
      : "The planner looks for another way…";
  }
  if (found === 0) return "The planner found no way that keeps every rule.";
  const listed = found - added;
  const what = added === 0
    ? `nothing new: ${listed === 1 ? "its one way was" : `its ${listed} ways were`} listed before`
    : `${plural(added, "way")} that ${added === 1 ? "was" : "were"} not listed before${
      listed > 0 ? `, and ${listed} that ${listed === 1 ? "was" : "were"}` : ""
    }`;
  const more = found < MOST_WAYS ? "It found no further one." : "It stops there.";
  return `The planner looked over all lines and found ${what}. ${more}`;
}
