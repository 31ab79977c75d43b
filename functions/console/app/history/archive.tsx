// The archive: job lines and allocation runs that were put away or replaced, and how they come back.

import { failure } from "../ui/attempt.ts";
import { type ReadonlySignal, useSignal } from "@preact/signals";
import { createSetupClient } from "../../../../shared/client/mod.ts";
import type { ArchivedLine, ArchivedRun } from "../../../../shared/client/mod.ts";
import { useLoad } from "../data/load.ts";
import type { PageContext } from "../page.ts";
import { overfilledWords } from "../runs/overfilled_note.tsx";
import { obstacleOf } from "./obstacle.ts";
import { Button } from "../ui/button.tsx";
import { Dialog } from "../ui/dialog.tsx";
import { given, ReasonField } from "../ui/field.tsx";
import { dateTime, plural } from "../ui/format.ts";
import { Loaded } from "../ui/loaded.tsx";

/** Lines that went in one go. */
interface Batch {
  archivedAt: string;
  lines: ArchivedLine[];
}

/** Lines by the moment at which they went, the latest first, as they come. */
export function batchesOf(lines: readonly ArchivedLine[]): Batch[] {
  const batches: Batch[] = [];
  for (const line of lines) {
    if (batches.at(-1)?.archivedAt !== line.archived_at) {
      batches.push({ archivedAt: line.archived_at, lines: [] });
    }
    batches.at(-1)!.lines.push(line);
  }
  return batches;
}

/** What is archived of the page's allocation run and org. */
export function Archive({ context }: { context: PageContext }) {
  const { planner, allocationRun, org } = context;
  const load = useLoad(async () => {
    const [lines, runs] = await Promise.all([
      planner.archivedLines(allocationRun.id),
      planner.archivedRuns(org.id),
    ]);
    return { batches: batchesOf(lines), count: lines.length, runs };
  }, [context.linesVersion.value]);
  return (
    <details class="card history-archive">
      <summary>Archived lines and allocation runs</summary>
      <div class="body stack">
        <Loaded load={load} what="the archive">
          {({ batches, count, runs }) => (
            <>
              <p class="small quiet">
                {plural(count, "archived line")}. They are kept for 30 days at least, for ever where
                a match or a snapshot names them; what hung on them is kept with them.
              </p>
              {batches.map((batch) => (
                <BatchView key={batch.archivedAt} context={context} batch={batch} />
              ))}
              <Runs context={context} runs={runs} />
            </>
          )}
        </Loaded>
      </div>
    </details>
  );
}

/** Does something that changes lines, and says so, or why not. */
function useBusy(context: PageContext): {
  busy: ReadonlySignal<boolean>;
  /** @param action what it answers is told as a warning, where it is a text */
  run(title: string, action: () => Promise<unknown>): Promise<void>;
} {
  const busy = useSignal(false);
  const run = async (title: string, action: () => Promise<unknown>) => {
    busy.value = true;
    try {
      const warning = await action();
      context.notify(
        typeof warning === "string"
          ? { tone: "warn", title, message: warning }
          : { tone: "ok", title },
      );
      context.linesChanged();
    } catch (error) {
      context.notify(failure(error, "Nothing was changed"));
    } finally {
      busy.value = false;
    }
  };
  return { busy, run };
}

function BatchView({ context, batch: { archivedAt, lines } }: {
  context: PageContext;
  batch: Batch;
}) {
  const { busy, run } = useBusy(context);
  const mayEdit = context.rights.has("allocationRun.edit");
  const obstacle = obstacleOf(context);
  const back = (some: ArchivedLine[]) =>
    run(
      `${some.length === 1 ? some[0].name : plural(some.length, "line")} brought back`,
      async () => {
        const { planner, supabase, allocationRun } = context;
        await planner.unarchiveLines(allocationRun.id, some.map(({ id }) => id));
        // Others may have their posts by now. Where that cannot be read, the lines are back all the same.
        const progress = await createSetupClient(supabase).progress(allocationRun.id).catch(() =>
          null
        );
        return progress && progress.overfilled.length > 0
          ? overfilledWords(progress.overfilled)
          : undefined;
      },
    );
  const button = (some: ArchivedLine[], label: string, words: string) =>
    mayEdit && (
      <Button
        compact
        busy={busy.value}
        disabled={obstacle !== null}
        title={obstacle ?? undefined}
        aria-label={words}
        onClick={() => back(some)}
      >
        {label}
      </Button>
    );
  return (
    <details>
      <summary>
        {plural(lines.length, "line")}, archived {dateTime(archivedAt)}
      </summary>
      <ul class="history-archived">
        {lines.map((line) => (
          <li key={line.id}>
            <span class="grow">
              <strong>{line.name}</strong> <span class="small quiet">{factsOf(line)}</span>
            </span>
            {button([line], "Bring back", `Bring back ${line.name}`)}
          </li>
        ))}
      </ul>
      {lines.length > 1 &&
        button(lines, `Bring all ${lines.length} back`, `Bring all ${lines.length} lines back`)}
    </details>
  );
}

function factsOf({ positions, ranks, places, must_have, allocations }: ArchivedLine): string {
  return [
    positions.join(", ") || "no rotations",
    ranks ? plural(ranks, "rank") : "",
    places > 1 ? plural(places, "place") : "",
    must_have ? "somebody must take it" : "",
    allocations > 0 ? `given to ${plural(allocations, "doctor")} by a match` : "",
  ].filter((fact) => fact !== "").join(" · ");
}

/** Archived allocation runs of the org, and the button that archives this one. */
function Runs({ context, runs }: { context: PageContext; runs: ArchivedRun[] }) {
  const { planner, allocationRun } = context;
  const { busy, run } = useBusy(context);
  const asking = useSignal(false);
  if (!context.rights.has("allocationRun.edit")) return null;
  return (
    <section>
      <h2>Allocation runs</h2>
      {runs.length === 0 && <p class="small quiet">None is archived.</p>}
      <ul class="history-archived">
        {runs.map(({ id, name, archived_at, lines, doctors }) => (
          <li key={id}>
            <span class="grow">
              <strong>{name}</strong>{" "}
              <span class="small quiet">
                {plural(lines, "line")}, {plural(doctors, "doctor")}, archived{" "}
                {dateTime(archived_at)}
              </span>
            </span>
            <Button
              compact
              busy={busy.value}
              aria-label={`Bring back ${name}`}
              onClick={() =>
                run(`${name} brought back`, async () => {
                  await planner.unarchiveRun(id);
                  context.catalogueChanged();
                })}
            >
              Bring back
            </Button>
          </li>
        ))}
      </ul>
      <Button compact kind="danger" onClick={() => asking.value = true}>
        Archive {allocationRun.name}…
      </Button>
      {asking.value && (
        <ArchiveDialog
          name={allocationRun.name}
          busy={busy.value}
          onArchive={(reason) =>
            run(`${allocationRun.name} archived`, async () => {
              await planner.archiveRun(allocationRun.id, reason);
              context.catalogueChanged();
            }).finally(() => asking.value = false)}
          onClose={() => asking.value = false}
        />
      )}
    </section>
  );
}

function ArchiveDialog({ name, busy, onArchive, onClose }: {
  name: string;
  busy: boolean;
  onArchive: (reason: string | undefined) => void;
  onClose: () => void;
}) {
  const reason = useSignal("");
  return (
    <Dialog
      title={`Archive ${name}?`}
      onClose={onClose}
      actions={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button kind="danger" busy={busy} onClick={() => onArchive(given(reason))}>
            Archive the allocation run
          </Button>
        </>
      }
    >
      <p>
        Nobody sees it any more, doctors neither: its lines, doctors, wishes and matches go out of
        sight with it. Nothing is deleted; bring it back here, on the page of another allocation
        run.
      </p>
      <ReasonField reason={reason} />
    </Dialog>
  );
}
