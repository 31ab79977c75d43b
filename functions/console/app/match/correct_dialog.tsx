// A correction of the result by hand: a move, a swap, or a line taken away; checked against the rules, which can be set aside.

import { useSignal } from "@preact/signals";
import type { ReceptorError, ResultRow } from "../../../../shared/client/mod.ts";
import { shown } from "../data/query.ts";
import type { PageContext } from "../page.ts";
import { Refused } from "../runs/run_card.tsx";
import { Button } from "../ui/button.tsx";
import { Dialog } from "../ui/dialog.tsx";
import { Check, type Option, ReasonField, SelectField } from "../ui/field.tsx";
import { plural } from "../ui/format.ts";
import type { Load } from "../data/load.ts";
import type { Field as Participants } from "./match_data.ts";
import { lineOptions, NONE } from "./pins_field.tsx";
import { type Correction, latecomers, movesOf } from "./published.ts";

const KINDS: Option[] = [
  ["move", "move to a line"],
  ["swap", "swap with a doctor"],
  ["none", "take the line away"],
];

/** See above. */
export function CorrectDialog({ context, field, rows, results, isReleased, onClose }: {
  context: PageContext;
  field: Participants;
  rows: ResultRow[];
  results: Load<ResultRow[]>;
  isReleased: boolean;
  onClose: () => void;
}) {
  const next = useSignal<Correction>({ worker: "", kind: "move", line: "", other: "" });
  const reason = useSignal("");
  const override = useSignal(false);
  const busy = useSignal(false);
  const refused = useSignal<ReceptorError | null>(null);
  const { worker, kind, line, other } = next.value;
  const set = (patch: Partial<Correction>) => {
    next.value = { ...next.value, ...patch };
    refused.value = null;
    override.value = false;
  };
  const late = latecomers(field.doctors, rows);
  const moves = movesOf(next.value, rows, override.value, late.map(({ mapping }) => mapping));
  const send = async () => {
    busy.value = true;
    try {
      const why = reason.value.trim();
      const { changed, version } = await context.allocator.correct(
        context.allocationRun.id,
        moves!,
        why,
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
    } finally {
      busy.value = false;
    }
  };
  const options = rows.map((row): Option => [
    row.workerMapping,
    `${row.doctor} (${row.jobLineName ?? "no line"})`,
  ]);
  // Rules are set aside by name: the first try says which ones a correction breaks.
  const broken = (refused.value?.errors?.length ?? 0) > 0 || override.value;
  return (
    <Dialog
      title="Correct by hand"
      onClose={onClose}
      actions={
        <Button
          kind="primary"
          busy={busy.value}
          disabled={moves === null || reason.value.trim() === ""}
          onClick={() => void send()}
        >
          {override.value ? "Correct all the same" : "Correct"}
        </Button>
      }
    >
      <div class="stack">
        <p class="small">
          A new version of the result.{" "}
          {isReleased && "Whoever is moved sees it at once, as a correction, with the reason."}
        </p>
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
        <ReasonField reason={reason} required />
        <Refused error={refused.value} />
        {broken && (
          <Check
            label="Set these rules aside"
            hint="marked on the result, with the reason"
            checked={override.value}
            onChange={(checked) => override.value = checked}
          />
        )}
      </div>
    </Dialog>
  );
}
