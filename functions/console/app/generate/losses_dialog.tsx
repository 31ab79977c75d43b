// Asks before lines are replaced that something hangs on: ranks, places, a match...

import { useSignal } from "@preact/signals";
import type { Losses } from "../../../../shared/client/mod.ts";
import { wordsOfLosses } from "../runs/losses.ts";
import { Button } from "../ui/button.tsx";
import { Dialog } from "../ui/dialog.tsx";
import { given, ReasonField } from "../ui/field.tsx";
import { plural } from "../ui/format.ts";
import type { Draft } from "./draft.ts";

/** Says what is at stake, counted, and what becomes of it. */
export function LossesDialog({ losses, mode, onYes, onClose }: {
  losses: Losses;
  mode: Draft["mode"];
  /** @param reason why, where it was said */
  onYes: (reason?: string) => void;
  onClose: () => void;
}) {
  const reason = useSignal("");
  return (
    <Dialog
      title={mode === "replan" ? "Change these lines?" : "Replace these lines?"}
      onClose={onClose}
      actions={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button kind="danger" onClick={() => onYes(given(reason))}>
            {mode === "replan" ? "Replan" : "Replace"} {plural(losses.lines, "line")}
          </Button>
        </>
      }
    >
      <p>
        Something hangs on {plural(losses.lines, "unpinned line")}{" "}
        that this run may replace or change:
      </p>
      <ul>{wordsOfLosses(losses).map((words) => <li key={words}>{words}</li>)}</ul>
      <p>
        Lines that come out with the same positions keep all of it
        {mode === "replan" && ", and so do lines of which only rotations change"}. Lines that go are
        archived with it, and can be restored in History.
      </p>
      {losses.allocations > 0 && (
        <p class="note warn">
          A match was made for these lines. Where they go or change, it will say that it no longer
          fits.
        </p>
      )}
      <ReasonField reason={reason} />
    </Dialog>
  );
}
