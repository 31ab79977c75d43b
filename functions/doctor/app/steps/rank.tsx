// The third step: the order of lines within buckets.

import { rankedInFile } from "../model/counted.ts";
import { type Bucket, BUCKET_NAMES, BUCKETS, type Line } from "../model/lines.ts";
import { withTold } from "../model/told.ts";
import {
  createRankRows,
  RankList,
  type RankListProps,
  type RankShows,
  type Section,
} from "../parts/rank_list.tsx";
import { Terms } from "../parts/line_card.tsx";
import { RankingFiles } from "../parts/ranking_files.tsx";
import type { Rows } from "../parts/rows.ts";
import { NotOpen, WhileOpen } from "../parts/while_open.tsx";
import { useWork, type Work } from "../work.ts";

/** What "never" means for the match, in a sentence. */
export function neverMeans(allowsNever: boolean): string {
  return allowsNever
    ? "You will not be matched to these lines: to the match you count as not eligible for them. If no other line can be yours, the match ends without a result, and your workforce unit decides."
    : "This run does not allow “never”: these lines are ranked behind all others. You get one only where the match finds nothing better for you.";
}

const HINTS: Partial<Record<Bucket, string>> = {
  2: "The first choices of all.",
  [-1]: "Ranked, behind all others; they do not count for the minimum.",
};

/** All lines that the doctor may have, by bucket. */
export function Rank({ next }: { next: string }) {
  const work = useWork();
  const { choice } = work;
  return (
    <section class="stack">
      <h1 tabIndex={-1}>Your order</h1>
      <p class="quiet">
        The first line is the one you want most.{" "}
        <WhileOpen otherwise="A line that you did not move stands by its score.">
          Drag a line by its dots, tap it for more, or use arrow keys on its dots. Until you move a
          line it stands by its score.
        </WhileOpen>
      </p>
      <RankingFiles<FileOrder>
        api={work.api}
        path={`wishes/${choice.value.window.workerMapping}/ranking`}
        writable={work.canWrite()}
        flush={() => work.desk.flush()}
        summary={({ rows, lines }) => rankedInFile(rows, "line", lines)}
        onTake={({ lines }) => take(work, lines)}
      />
      <Order />
      <NotOpen lines={choice.value.lines} own={choice.value.window.fte} />
      <a class="button primary" href={next}>
        <WhileOpen otherwise="Next: what counts">Next: submit</WhileOpen>
      </a>
    </section>
  );
}

/** The list itself: what a move draws anew. */
function Order() {
  const work = useWork();
  return (
    <RankList
      {...rankProps(work)}
      rows={rankRowsOf(work)}
      what="line"
      ties={work.choice.value.window.allowsTies}
      more={(id) => <Terms line={work.lineById.value.get(id)!} />}
      later={(run) => work.desk.later(run)}
      onMove={work.moveLine}
    />
  );
}

/** What the list shows of the lines that the doctor may have, by bucket. */
export function rankProps(
  work: Work,
): Pick<RankListProps, "sections" | "detail" | "scored" | "writable"> {
  const { choice, buckets, lineById, desk } = work;
  const sections = BUCKETS.map((bucket): Section => ({
    bucket,
    title: BUCKET_NAMES[bucket],
    hint: bucket === -2 ? neverMeans(choice.value.window.allowsNever) : HINTS[bucket],
    rows: buckets.value.get(bucket)!,
    ordered: bucket !== -2,
    empty: "Nothing here.",
  }));
  return {
    sections,
    writable: work.canWrite(),
    scored: true,
    detail: (id) => withTold(desk.toldOf.value.get(id), summaryOf(lineById.value.get(id)!)),
  };
}

const stores = new WeakMap<Work, Rows<RankShows>>();

/** The rows of a window's lines, kept while the window is open. */
export function rankRowsOf(work: Work): Rows<RankShows> {
  let rows = stores.get(work);
  if (!rows) stores.set(work, rows = createRankRows());
  return rows;
}

/** What roster-exchange answers for an order that was sent. */
interface FileOrder {
  rows: number;
  lines: {
    job_line: string;
    order_preference: number | null;
    like_dislike_preference: Bucket;
    notes?: string | null;
  }[];
}

function take({ writeRanks, setLineNotes }: Work, lines: FileOrder["lines"]): void {
  writeRanks(
    new Map(
      lines.map((
        { job_line, order_preference, like_dislike_preference },
      ) => [job_line, { order_preference, like_dislike_preference }]),
    ),
  );
  for (const { job_line, notes } of lines) {
    if (notes !== undefined) setLineNotes(job_line, notes ?? "");
  }
}

const summaries = new WeakMap<Line, string>();

/** What a line is made of, in a line of text; put together once for each line. */
export function summaryOf(line: Line): string {
  let summary = summaries.get(line);
  if (summary === undefined) {
    const part = line.fte < 1 ? [`${Math.round(100 * line.fte)} %`] : [];
    summary = [
      ...part,
      ...line.rotations.map(({ position }) => position.subspecialty ?? position.specialty),
    ].join(" · ");
    summaries.set(line, summary);
  }
  return summary;
}
