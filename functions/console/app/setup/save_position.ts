// Writes one position, unless somebody else changed it meanwhile.

import { result, shown } from "../data/query.ts";
import type { PageContext } from "../page.ts";
import { type PositionDraft, rowOf } from "./position_draft.ts";

/** What the database refuses of one position, in words. */
const WORDS: Record<string, string> = {
  NAME_TAKEN: "Another position of this team has this name already.",
  MINIMUM_ABOVE_POSTS: "The position has a minimum above these posts; change it in a spreadsheet.",
  unfinished: "Job lines are being made for this allocation run; wait for the run or cancel it.",
  closed: "The allocation run is closed.",
  CHANGED_MEANWHILE:
    "Somebody else changed this position meanwhile, and nothing was saved. The list shows it as it is now; press Change there to go on from that.",
};

/**
 * Writes one position as a file of one row would.
 * @param was as it was read where it is changed: once somebody else changed it, nothing is written
 * @throws {Error} what the database refuses, in words
 */
export async function savePosition(
  { allocationRun, supabase }: PageContext,
  draft: PositionDraft,
  was: PositionDraft | null,
) {
  const send = async (of: PositionDraft, rest: { p_dry_run: boolean; p_preview?: string }) => {
    const answer = await result<
      { outcome: string; faults?: { code: string }[]; preview: string; changes: unknown[] }
    >(
      supabase.rpc("import_positions", {
        p_allocation_run: allocationRun.id,
        p_rows: [rowOf(of, allocationRun.term_weeks.length)],
        ...rest,
      }),
    );
    if (answer.outcome !== "imported" && answer.outcome !== "previewed") {
      throw new Error(WORDS[answer.faults?.[0]?.code ?? answer.outcome] ?? answer.outcome);
    }
    return answer;
  };
  if (!was) return void await send(draft, { p_dry_run: false });
  // What it would do now, then whether that begins with what was read, then exactly that.
  const { preview: p_preview } = await send(draft, { p_dry_run: true });
  const { changes } = await send(was, { p_dry_run: true });
  if (changes.length > 0) throw new Error(WORDS.CHANGED_MEANWHILE);
  await send(draft, { p_dry_run: false, p_preview }).catch((error) => {
    throw WORDS[shown(error).code] ? new Error(WORDS[shown(error).code]) : error;
  });
}
