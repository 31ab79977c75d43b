// The history of the job lines: what was replaced, how it differs from now, and a way back.

import { failure } from "../ui/attempt.ts";
import { useSignal } from "@preact/signals";
import { useLoad } from "../data/load.ts";
import { readPosts } from "../data/posts.ts";
import { shown } from "../data/query.ts";
import type { PageContext, PageProps } from "../page.ts";
import { hashOf } from "../router.ts";
import { wordsOfLosses } from "../runs/losses.ts";
import { Button } from "../ui/button.tsx";
import { Dialog } from "../ui/dialog.tsx";
import { Fact } from "../ui/facts.tsx";
import { given, ReasonField } from "../ui/field.tsx";
import { count, dateTime, plural } from "../ui/format.ts";
import { Loaded } from "../ui/loaded.tsx";
import { useFirstRows } from "../ui/first_rows.tsx";
import {
  compareLines,
  type Difference,
  type LineChange,
  planRestore,
  type RestorePlan,
} from "./difference.ts";
import { Archive } from "./archive.tsx";
import { NameForm } from "./name_form.tsx";
import { obstacleOf } from "./obstacle.ts";
import { type Entry, readHistory, readSnapshot } from "./read.ts";

/** Most names and changes that are listed before the rest is asked for. */
const MOST = 40;

/** See `page.ts` for what it receives. */
export function HistoryPage({ context }: PageProps) {
  const load = useLoad(() => readHistory(context), [context.linesVersion.value]);
  return (
    <div class="page history-page">
      <h1>History</h1>
      <Archive context={context} />
      <Loaded load={load} what="the history">
        {(entries) =>
          entries.length > 0
            ? <HistoryView context={context} entries={entries} />
            : (
              <p class="card empty">
                Nothing was replaced yet. When a run or a restore replaces job lines, they are kept
                here.
              </p>
            )}
      </Loaded>
    </div>
  );
}

function HistoryView({ context, entries }: { context: PageContext; entries: Entry[] }) {
  const wanted = context.params.get("snapshot");
  const chosen = entries.find(({ id }) => id === wanted) ?? entries[0];
  return (
    <div class="history-desk">
      <ol class="history-list card" aria-label="Snapshots, the latest first">
        {entries.map((entry) => (
          <li key={entry.id}>
            <button
              type="button"
              aria-current={entry.id === chosen.id ? "true" : undefined}
              onClick={() => context.setParams(new URLSearchParams({ snapshot: entry.id }))}
            >
              <strong>{entry.name ?? dateTime(entry.replaced_at)}</strong>
              <span class="small">
                {entry.name && `${dateTime(entry.replaced_at)}, `}
                {wordsOfEntry(entry)}
              </span>
              {entry.counts.ranks > 0 && (
                <span class="small">
                  with {entry.counts.atMost && "at most "}
                  {plural(entry.counts.ranks, "rank")}
                </span>
              )}
              <span class="small quiet">by {entry.who}</span>
            </button>
          </li>
        ))}
      </ol>
      <SnapshotView key={chosen.id} context={context} entry={chosen} />
    </div>
  );
}

/** "60 lines, replaced by a restore", "60 lines, edited by hand: 3 cells" */
function wordsOfEntry({ line_count, reason, what }: Entry): string {
  const lines = plural(line_count, "line");
  return reason === "edit" || reason === "kept"
    ? `${lines}, ${what}`
    : `${lines}, replaced by ${what}`;
}

function SnapshotView({ context, entry }: { context: PageContext; entry: Entry }) {
  const { supabase, planner, allocationRun } = context;
  const asking = useSignal(false);
  const load = useLoad(async () => {
    const [snapshot, now, posts] = await Promise.all([
      readSnapshot(supabase, entry.id),
      planner.lines(allocationRun.id),
      readPosts(supabase, allocationRun.id),
    ]);
    return {
      difference: compareLines(snapshot, now),
      plan: planRestore(snapshot, now, posts),
    };
  }, [entry.id, context.linesVersion.value]);
  return (
    <section class="card" aria-label={`Snapshot of ${dateTime(entry.replaced_at)}`}>
      <header>
        <h2>
          {plural(entry.line_count, "line")} until {dateTime(entry.replaced_at)}
        </h2>
        <RestoreButton context={context} onPress={() => asking.value = true} />
      </header>
      <div class="body stack">
        <div class="row">
          <NameForm
            key={`${entry.id} ${entry.name}`}
            context={context}
            name={entry.name}
            save={(name, seen) => planner.nameSnapshot(entry.id, name, seen)}
          />
          <a
            href={hashOf("compare", allocationRun.id, new URLSearchParams({ a: entry.id }))}
          >
            Compare
          </a>
        </div>
        <Loaded load={load} what="the snapshot">
          {({ difference, plan }) => (
            <>
              <DifferenceView difference={difference} />
              {asking.value && (
                <RestoreDialog
                  context={context}
                  entry={entry}
                  plan={plan}
                  onClose={() => asking.value = false}
                />
              )}
            </>
          )}
        </Loaded>
      </div>
    </section>
  );
}

function RestoreButton({ context, onPress }: { context: PageContext; onPress: () => void }) {
  const obstacle = obstacleOf(context);
  if (!context.rights.has("allocationRun.edit")) {
    return <span class="small quiet">Only managers can restore lines.</span>;
  }
  return (
    <span class="row">
      {obstacle && <span class="small quiet">{obstacle}</span>}
      <Button disabled={obstacle !== null} onClick={onPress}>Restore…</Button>
    </span>
  );
}

function DifferenceView({ difference }: { difference: Difference }) {
  const { added, removed, changed, same, rotations } = difference;
  if (added.length + removed.length + changed.length === 0) {
    return <p class="note ok">The {plural(same, "line")} of today are the same.</p>;
  }
  return (
    <>
      <p class="small quiet">From this snapshot to now:</p>
      <dl class="facts">
        <Fact name="Lines changed">{count(changed.length)}</Fact>
        <Fact name="Rotations changed in them">{count(rotations)}</Fact>
        <Fact name="Lines added">{count(added.length)}</Fact>
        <Fact name="Lines removed">{count(removed.length)}</Fact>
        <Fact name="Lines as they were">{count(same)}</Fact>
      </dl>
      <Names title="Added since" sign="+" names={added} />
      <Names title="Removed since" sign="−" names={removed} />
      {changed.length > 0 && <Changes changes={changed} />}
    </>
  );
}

function Names({ title, sign, names }: { title: string; sign: string; names: string[] }) {
  const { listed, more } = useFirstRows(names, MOST);
  if (names.length === 0) return null;
  return (
    <section>
      <h3>{title}</h3>
      <ul class="history-names">
        {listed.map((name) => (
          <li key={name} class="tag">
            <span aria-hidden="true">{sign}</span> {name}
          </li>
        ))}
      </ul>
      {more}
    </section>
  );
}

function Changes({ changes }: { changes: LineChange[] }) {
  const { listed, more } = useFirstRows(changes, MOST);
  return (
    <section>
      <h3>Changed since</h3>
      <div class="table-scroll" tabIndex={0} role="group" aria-label="Then and now">
        <table class="table">
          <thead>
            <tr>
              <th scope="col">Line</th>
              <th scope="col">Term</th>
              <th scope="col">Then</th>
              <th scope="col">Now</th>
            </tr>
          </thead>
          <tbody>
            {listed.flatMap((change) => <ChangeRows key={change.name} change={change} />)}
          </tbody>
        </table>
      </div>
      {more}
    </section>
  );
}

function ChangeRows({ change }: { change: LineChange }) {
  const { name, renamed, rotations, leaveMoved } = change;
  const rows: [term: string, before: string, after: string][] = [
    ...renamed ? [["Name", name, renamed] as [string, string, string]] : [],
    ...rotations.map(({ term, before, after }): [string, string, string] => [
      `Term ${term}`,
      before ?? "no rotation",
      after ?? "no rotation",
    ]),
    ...leaveMoved ? [["Leave", "", "moved"] as [string, string, string]] : [],
  ];
  return (
    <>
      {rows.map(([term, before, after], index) => (
        <tr key={term}>
          {index === 0 && <th scope="rowgroup" rowSpan={rows.length}>{name}</th>}
          <td>{term}</td>
          <td class="history-then">{before}</td>
          <td>{after}</td>
        </tr>
      ))}
    </>
  );
}

/** Asks before lines are replaced, says what will become of which, and says what became of them. */
function RestoreDialog({ context, entry, plan, onClose }: {
  context: PageContext;
  entry: Entry;
  plan: RestorePlan;
  onClose: () => void;
}) {
  const busy = useSignal(false);
  const fault = useSignal<string | null>(null);
  const reason = useSignal("");
  const restore = async () => {
    busy.value = true;
    fault.value = null;
    try {
      await restoreSnapshot(context, entry.id, given(reason));
      onClose();
    } catch (error) {
      fault.value = shown(error).message;
    } finally {
      busy.value = false;
    }
  };
  return (
    <Dialog
      title={`Restore the lines of ${dateTime(entry.replaced_at)}?`}
      onClose={onClose}
      actions={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button
            kind={plan.back > 0 ? "primary" : "danger"}
            busy={busy.value}
            onClick={() => restore()}
          >
            {plan.back > 0 ? "Restore" : "Remove"} {plural(plan.back || plan.gone, "line")}
          </Button>
        </>
      }
    >
      <PlanWords plan={plan} />
      <AttachedWords entry={entry} />
      <ReasonField reason={reason} />
      {fault.value && <p class="note danger" role="alert">Nothing was restored. {fault.value}</p>}
    </Dialog>
  );
}

/** What a restore will do to which lines. */
function PlanWords({ plan: { back, gone, kept, skipped, overfull } }: { plan: RestorePlan }) {
  const [full] = overfull;
  return (
    <>
      <ul>
        <li>{plural(back, "line")} {back === 1 ? "comes" : "come"} back.</li>
        <li>
          {plural(gone, "unpinned line")} of today{" "}
          {gone === 1 ? "goes" : "go"}, kept as a snapshot in turn.
        </li>
        {kept > 0 && <li>{plural(kept, "pinned line")} {kept === 1 ? "stays" : "stay"}.</li>}
        {skipped.length > 0 && (
          <li>
            Not restored, because a pinned line is the same or has the name:{" "}
            {skipped.slice(0, 5).join(", ")}
            {skipped.length > 5 && ` and ${count(skipped.length - 5)} more`}.
          </li>
        )}
      </ul>
      {full && (
        <p class="note warn">
          {plural(overfull.length, "post")} will have more lines than there are, e.g.{" "}
          {full.position} in term {full.term}: {full.lines} lines for {plural(full.posts, "post")}.
          {" "}
          Coverage shows them.
        </p>
      )}
    </>
  );
}

/** What comes back with the lines, and what of today does not go. */
function AttachedWords({ entry: { reason, counts } }: { entry: Entry }) {
  const words = wordsOfLosses(counts);
  const scope = reason === "populate"
    ? "Every wish of the allocation run is set to what it was then."
    : "Wishes for other lines stay as they are today.";
  return (
    <>
      <p>
        {words.length > 0 ? "With the lines comes what hung on them then:" : scope}
      </p>
      {words.length > 0 && (
        <>
          <ul>{words.map((each) => <li key={each}>{each}</li>)}</ul>
          <p>It stands in place of what hangs on these lines today. {scope}</p>
        </>
      )}
    </>
  );
}

/** Restores and tells the result, with a way back. @throws {ReceptorError} */
async function restoreSnapshot(
  context: PageContext,
  snapshot: string,
  reason?: string,
): Promise<void> {
  const { lines, counts, replacedSnapshot } = await context.planner.restore(snapshot, reason);
  context.linesChanged();
  context.notify({
    tone: "ok",
    title: `${plural(lines, "line")} restored`,
    message: [
      ...wordsOfLosses(counts).slice(0, 2),
      "What they replaced is kept in the history.",
    ].join(". "),
    action: {
      label: "Undo",
      run: () =>
        void restoreSnapshot(context, replacedSnapshot, "Undone at once.").catch((error) =>
          context.notify(failure(error, "Not undone"))
        ),
    },
  });
}
