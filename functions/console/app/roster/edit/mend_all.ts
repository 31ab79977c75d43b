// What the planner would do with lines that break rules: a dry replan, the fewest changes over all lines, as a step of the edit.

import type { PageContext } from "../../page.ts";
import { plural } from "../../ui/format.ts";
import { type Lines, setCell, setLeave } from "./draft.ts";
import type { Editor } from "./use_editor.ts";

/** Lines as they would be, and in words what changed. */
export interface Mended {
  lines: Lines;
  words: string;
}

/**
 * Asks for a dry replan of the lines as they are saved, and gives what it would write as lines that can be looked at and
 * saved by hand. Lines that it would add or remove are left out.
 * @param onProgress in words
 * @returns null where nothing would change
 * @throws {ReceptorError}
 */
export async function mendAll(
  context: PageContext,
  editor: Editor,
  onProgress: (words: string) => void,
): Promise<Mended | null> {
  const { planner, allocationRun } = context;
  const form = await planner.restoreForm(allocationRun.id);
  const { plannerRunId } = await planner.generate({
    allocationRun: allocationRun.id,
    nJobLines: editor.base.value.length,
    constraints: form.lastRun?.constraints ?? form.constraints ?? undefined,
    options: { mode: "replan", dryRun: true, allowPartial: true, effort: "quick" },
  });
  const run = await planner.watch(plannerRunId, ({ progress }) => {
    if (progress?.phase) onProgress(`The planner: ${progress.phase}…`);
  }).done;
  if (run.status !== "COMPLETED") {
    throw new Error(run.error_message ?? "The planner found no way.");
  }
  let lines: Lines = editor.lines.value;
  let cells = 0;
  for (const each of await planner.preview(plannerRunId)) {
    if (each.change !== "changed" || !each.id || !lines.some(({ id }) => id === each.id)) continue;
    const id = each.id;
    each.positions.forEach((position, t) => {
      if (!position || position.id === each.before?.[t]?.id) return;
      cells++;
      lines = setCell(lines, editor.effects.input.terms, { line: id, term: t + 1 }, position);
    });
    const blocks = each.leave.map(({ startWeek, weeks }) => ({ start: startWeek, weeks }));
    lines = setLeave(lines, allocationRun.starts_on, id, blocks);
  }
  return cells === 0 ? null : { lines, words: `${plural(cells, "cell")} by the planner` };
}
