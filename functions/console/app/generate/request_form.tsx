// How many lines, and how they are to be made.

import { Check, Field } from "../ui/field.tsx";
import { plural } from "../ui/format.ts";
import type { Draft } from "./draft.ts";
import type { Fault } from "./typed.ts";

const MODES: { mode: Draft["mode"]; label: string; hint: string }[] = [
  { mode: "rebuild", label: "Rebuild", hint: "makes all unpinned lines anew" },
  { mode: "fill", label: "Fill", hint: "keeps every line and adds the missing ones" },
  { mode: "replan", label: "Replan", hint: "changes as few rotations as possible" },
];

const EFFORTS = [
  { value: "quick", label: "quick" },
  { value: "normal", label: "normal" },
  { value: "high", label: "high" },
];

/** Number of lines and options. */
export function RequestForm({ draft, faults, fewestPosts, disabled, onEdit }: {
  draft: Draft;
  faults: Fault[];
  fewestPosts: number;
  disabled: boolean;
  onEdit: (patch: Partial<Draft>) => void;
}) {
  const faultOf = (path: string) => faults.find((each) => each.path === path)?.message;
  const text = (
    path: "nJobLines" | "seed" | "timeLimit",
    label: string,
    hint?: string,
    placeholder?: string,
  ) => (
    <Field label={label} hint={hint} error={faultOf(path)}>
      {(control) => (
        <input
          {...control}
          class="input number"
          inputMode="numeric"
          value={draft[path]}
          placeholder={placeholder}
          disabled={disabled}
          onInput={(event) => onEdit({ [path]: event.currentTarget.value })}
        />
      )}
    </Field>
  );
  const named = EFFORTS.some(({ value }) => value === draft.effort);
  return (
    <div class="stack">
      {text(
        "nJobLines",
        "Number of lines",
        `all lines that are to be there in the end, pinned ones included; the posts allow at most ${fewestPosts}`,
      )}
      <fieldset class="generate-modes">
        <legend>Lines that are there</legend>
        {MODES.map(({ mode, label, hint }) => (
          <label key={mode} class="check">
            <input
              type="radio"
              name="mode"
              value={mode}
              checked={draft.mode === mode}
              disabled={disabled}
              onChange={() => onEdit({ mode })}
            />
            <span>
              {label} <span class="small quiet">{hint}</span>
            </span>
          </label>
        ))}
      </fieldset>
      <Check
        label="Dry run"
        hint="solve and show what would change; write nothing"
        checked={draft.dryRun}
        disabled={disabled}
        onChange={(dryRun) => onEdit({ dryRun })}
      />
      <Check
        label="Accept fewer lines"
        hint="where the number cannot be reached, with the reason"
        checked={draft.allowPartial}
        disabled={disabled}
        onChange={(allowPartial) => onEdit({ allowPartial })}
      />
      <Check
        label="Keep these rules"
        hint="store them on the allocation run when generating"
        checked={draft.saveRules}
        disabled={disabled}
        onChange={(saveRules) => onEdit({ saveRules })}
      />
      <div class="generate-numbers">
        <Field label="Effort" error={faultOf("effort")}>
          {(control) => (
            <select
              {...control}
              class="select"
              value={draft.effort}
              disabled={disabled}
              onChange={(event) => onEdit({ effort: event.currentTarget.value })}
            >
              {!named && <option value={draft.effort}>{draft.effort} × normal</option>}
              {EFFORTS.map(({ value, label }) => <option key={value} value={value}>{label}
              </option>)}
            </select>
          )}
        </Field>
        {text("seed", "Seed")}
        {text("timeLimit", "Time limit (s)", undefined, "420")}
      </div>
    </div>
  );
}

/** What generating does to the lines that are there, plainly. */
export function Consequences({ draft, unlocked, locked }: {
  draft: Draft;
  unlocked: number;
  locked: number;
}) {
  const pinned = locked > 0
    ? ` ${plural(locked, "pinned line")} will stay as ${locked === 1 ? "it is" : "they are"}.`
    : "";
  if (draft.dryRun) {
    return <p class="note info small">A dry run: no line will be changed.</p>;
  }
  if (unlocked === 0) {
    return <p class="note small">There are no unpinned lines that could be replaced.{pinned}</p>;
  }
  if (draft.mode === "fill") {
    return (
      <p class="note small">
        The {plural(unlocked, "unpinned line")} will stay; missing ones are added.{pinned}
      </p>
    );
  }
  if (draft.mode === "replan") {
    return (
      <p class="note warn small">
        Of{" "}
        {plural(unlocked, "unpinned line")}, as few rotations as possible will be replaced.{pinned}
        {" "}
        The present lines are kept in History and can be restored.
      </p>
    );
  }
  return (
    <p class="note warn small">
      <strong>{plural(unlocked, "existing unpinned line")} will be replaced.</strong>
      {pinned} They are kept in History and can be restored.
    </p>
  );
}
