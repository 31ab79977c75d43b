// Taking one of the sides that are compared: a snapshot is restored, a dry run is done in earnest.

import { useSignal } from "@preact/signals";
import type { Losses } from "../../../../shared/client/mod.ts";
import { shown } from "../data/query.ts";
import { obstacleOf } from "../history/obstacle.ts";
import type { PageContext } from "../page.ts";
import { wordsOfLosses } from "../runs/losses.ts";
import { Button } from "../ui/button.tsx";
import { Dialog } from "../ui/dialog.tsx";
import { plural } from "../ui/format.ts";
import type { Source } from "./read.ts";

/** Writes a side: a snapshot is restored, a dry run is done in earnest. */
async function write(context: PageContext, source: Chosen, acceptLosses: boolean): Promise<void> {
  if (source.kind === "snapshot") {
    const { lines } = await context.planner.restore(source.key);
    context.notify({ tone: "ok", title: `${plural(lines, "line")} restored` });
    context.linesChanged();
    return;
  }
  const { run } = source;
  // The same input, options and seed give the same lines; where the input changed since, nothing is written.
  const { plannerRunId } = await context.planner.generate({
    allocationRun: context.allocationRun.id,
    nJobLines: run.n_job_lines,
    constraints: run.constraints,
    options: { ...run.options, dryRun: false, asPreviewed: run.id },
    acceptLosses,
  });
  context.followPlannerRun(plannerRunId);
  context.notify({ tone: "info", title: "Generating these lines" });
}

/** A side that can be taken. */
type Chosen = Exclude<Source, { kind: "today" }>;

/** A button that takes a side, once it was said what that means; none where today is meant. */
export function Take({ context, source }: { context: PageContext; source: Source }) {
  const asking = useSignal(false);
  const obstacle = obstacleOf(context);
  if (source.kind === "today" || !context.rights.has("allocationRun.edit")) return null;
  return (
    <>
      <Button
        disabled={obstacle !== null}
        title={obstacle ?? undefined}
        onClick={() => asking.value = true}
      >
        {verbOf(source)}: {source.words}
      </Button>
      {asking.value && (
        <TakeDialog
          context={context}
          source={source}
          onClose={() => asking.value = false}
        />
      )}
    </>
  );
}

function verbOf({ kind }: Chosen): string {
  return kind === "snapshot" ? "Restore" : "Generate these lines";
}

function TakeDialog({ context, source, onClose }: {
  context: PageContext;
  source: Chosen;
  onClose: () => void;
}) {
  const losses = useSignal<Losses | null>(null);
  const busy = useSignal(false);
  const verb = verbOf(source);
  const take = async () => {
    busy.value = true;
    try {
      await write(context, source, losses.value !== null);
      onClose();
    } catch (error) {
      const failure = shown(error);
      if (failure.code === "WOULD_LOSE" && failure.losses) losses.value = failure.losses;
      else context.notify({ tone: "danger", title: "Nothing changed", message: failure.message });
    } finally {
      busy.value = false;
    }
  };
  return (
    <Dialog
      title={`${verb}?`}
      onClose={onClose}
      actions={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button
            kind={losses.value ? "danger" : "primary"}
            busy={busy.value}
            onClick={() => take()}
          >
            {verb}
          </Button>
        </>
      }
    >
      <p>
        {source.words}. What is replaced is kept as a snapshot.
        {source.kind === "run" &&
          " What you see is written, or nothing where the year changed since."}
      </p>
      {losses.value && (
        <>
          <p>Something hangs on lines that would be replaced:</p>
          <ul>{wordsOfLosses(losses.value).map((words) => <li key={words}>{words}</li>)}</ul>
        </>
      )}
    </Dialog>
  );
}
