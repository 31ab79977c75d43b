// A correction of the result by hand: a move, a swap, or a line taken away; checked against the rules, which can be set aside.

import { useSignal } from "@preact/signals";
import type { ReceptorError, ResultRow } from "../../../../shared/client/mod.ts";
import { shown } from "../data/query.ts";
import type { PageContext } from "../page.ts";
import { SetAside } from "../runs/set_aside.tsx";
import { Button } from "../ui/button.tsx";
import { Dialog } from "../ui/dialog.tsx";
import { type Option, ReasonField, SelectField } from "../ui/field.tsx";
import { plural } from "../ui/format.ts";
import type { Load } from "../data/load.ts";
import type { Field as Participants } from "./match_data.ts";
import { namesOf } from "./names.ts";
import { lineOptions, NONE } from "./pins_field.tsx";
import { type Correction, latecomers, movesOf } from "./published.ts";

const KINDS: Option[] = [
  ["move", "move to a line"],
  ["swap", "swap with a doctor"],
  ["none", "take the line away"],
];

/** What the dialog works on. */
export interface CorrectDialogProps {
  context: PageContext;
  field: Participants;
  rows: ResultRow[];
  results: Load<ResultRow[]>;
  isReleased: boolean;
  onClose: () => void;
}

/** The correction as it is typed, and making it. */
function useCorrection({ context, field, rows, results, onClose }: CorrectDialogProps) {
  const next = useSignal<Correction>({ worker: "", kind: "move", line: "", other: "" });
  const reason = useSignal("");
  const override = useSignal(false);
  const busy = useSignal(false);
  const refused = useSignal<ReceptorError | null>(null);
  const late = latecomers(field.doctors, rows);
  const moves = movesOf(next.value, rows, override.value, late.map(({ mapping }) => mapping));
  const set = (patch: Partial<Correction>) => {
    next.value = { ...next.value, ...patch };
    refused.value = null;
    override.value = false;
  };
  const send = async () => {
    busy.value = true;
    try {
      const { changed, version } = await context.allocator.correct(
        context.allocationRun.id,
        moves!,
        reason.value.trim(),
      );
      context.notify({
        tone: "ok",
        title: `Version ${version}`,
        message: `${plural(changed.length, "doctor")} moved by hand.`,
      });
      results.reload();
      onClose();
    } catch (error) {
      refused.value = shown(error);
      // The lists say who has which line now; what was chosen stays.
      if (refused.value.code === "CHANGED_MEANWHILE") results.reload();
    } finally {
      busy.value = false;
    }
  };
  return {
    next: next.value,
    set,
    reason,
    override,
    busy,
    refused,
    late,
    isWhole: moves !== null,
    send,
  };
}

/** See above. */
export function CorrectDialog(props: CorrectDialogProps) {
  const correction = useCorrection(props);
  const { reason, override, refused } = correction;
  return (
    <Dialog
      title="Correct by hand"
      onClose={props.onClose}
      actions={
        <Button
          kind="primary"
          busy={correction.busy.value}
          disabled={!correction.isWhole || reason.value.trim() === ""}
          onClick={() => correction.send()}
        >
          {override.value ? "Correct all the same" : "Correct"}
        </Button>
      }
    >
      <div class="stack">
        <p class="small">
          A new version of the result. {props.isReleased &&
            "Whoever is moved sees it at once, as a correction, with the reason."}
        </p>
        <Fields {...props} correction={correction} />
        <ReasonField reason={reason} required />
        <SetAside
          refused={refused.value}
          override={override.value}
          onOverride={(checked) => override.value = checked}
        />
      </div>
    </Dialog>
  );
}

/** Who, and what becomes of their line. */
function Fields({ rows, field, correction: { next, set, late } }: CorrectDialogProps & {
  correction: ReturnType<typeof useCorrection>;
}) {
  const { worker, kind, line, other } = next;
  const names = namesOf(field);
  const options = rows.map((row): Option => [
    row.workerMapping,
    `${names.doctor(row.workerMapping)} (${row.jobLineName ?? "no line"})`,
  ]);
  return (
    <>
      <SelectField
        label="Doctor"
        value={worker}
        options={[
          NONE,
          ...options,
          ...late.map(({ mapping, name }): Option => [mapping, `${name} (came later, no line)`]),
        ]}
        onChoose={(id) => set({ worker: id })}
      />
      <SelectField
        label="What"
        value={kind}
        options={KINDS}
        onChoose={(id) => set({ kind: id as Correction["kind"] })}
      />
      {kind === "move" && (
        <SelectField
          label="Line"
          value={line}
          options={[NONE, ...lineOptions(field)]}
          onChoose={(id) => set({ line: id })}
        />
      )}
      {kind === "swap" && (
        <SelectField
          label="With"
          value={other}
          options={[NONE, ...options.filter(([id]) => id !== worker)]}
          onChoose={(id) => set({ other: id })}
        />
      )}
    </>
  );
}
