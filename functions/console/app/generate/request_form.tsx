// How many lines, and how they are to be made.

import { numberOf } from "../ui/numbers.ts";
import { DEFAULT_TIME_LIMIT_S } from "../../../../shared/planner/effort.ts";
import { SetUpLink } from "../runs/nothing_yet.tsx";
import { Check, type Option, SelectField, TextField } from "../ui/field.tsx";
import type { FieldWord } from "../ui/word.tsx";
import { plural } from "../ui/format.ts";
import type { Draft } from "./draft.ts";
import type { Fault } from "./typed.ts";

const MODES: { mode: Draft["mode"]; label: string; hint: string }[] = [
  { mode: "rebuild", label: "Rebuild", hint: "makes all unpinned lines anew" },
  { mode: "fill", label: "Fill", hint: "keeps every line and adds the missing ones" },
  { mode: "replan", label: "Replan", hint: "changes as few rotations as possible" },
];

const EFFORTS: Option[] = [["quick", "quick"], ["normal", "normal"], ["high", "high"]];

/** What the parts of the form get. */
interface RequestProps {
  draft: Draft;
  faults: Fault[];
  disabled: boolean;
  onEdit: (patch: Partial<Draft>) => void;
}

/** Number of lines and options. */
export function RequestForm({ fewestPosts, allocationRun, ...props }: RequestProps & {
  fewestPosts: number;
  allocationRun: string;
}) {
  return (
    <div class="stack">
      {fewestPosts === 0 && (
        <p class="note warn small">
          Some term has no posts yet, so that no line can be made.{" "}
          <SetUpLink allocationRun={allocationRun} step="positions">
            Add positions and posts
          </SetUpLink>{" "}
          first.
        </p>
      )}
      <NumberField
        {...props}
        path="nJobLines"
        label="Number of lines"
        hint={`all lines that are to be there in the end, pinned ones included; the posts allow at most ${fewestPosts}`}
      />
      {fewestPosts > 0 && (numberOf(props.draft.nJobLines) ?? 0) > fewestPosts && (
        <p class="note warn small" role="status">
          There are not posts for so many: the posts allow at most{" "}
          {plural(fewestPosts, "line")}. A run would say why, and make{" "}
          {props.draft.allowPartial ? "as many as are possible" : "none"}.{" "}
          <SetUpLink allocationRun={allocationRun} step="positions">Add posts</SetUpLink>, or ask
          for fewer.
        </p>
      )}
      <Modes {...props} />
      <Switches {...props} />
      <div class="generate-numbers">
        <Effort {...props} />
        <NumberField {...props} path="seed" label="Seed" word="seed" />
        <NumberField
          {...props}
          path="timeLimit"
          label="Time limit (s)"
          placeholder={String(DEFAULT_TIME_LIMIT_S)}
        />
      </div>
    </div>
  );
}

function faultOf(faults: Fault[], path: string): string | undefined {
  return faults.find((each) => each.path === path)?.message;
}

/** A number, kept as it was typed. */
function NumberField({ path, draft, faults, disabled, onEdit, ...words }: RequestProps & {
  path: "nJobLines" | "seed" | "timeLimit";
  label: string;
  word?: FieldWord;
  hint?: string;
  placeholder?: string;
}) {
  return (
    <TextField
      {...words}
      error={faultOf(faults, path)}
      class="number"
      inputMode="numeric"
      value={draft[path]}
      disabled={disabled}
      onText={(text) => onEdit({ [path]: text })}
    />
  );
}

function Modes({ draft, disabled, onEdit }: RequestProps) {
  return (
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
  );
}

const SWITCHES: { of: "dryRun" | "allowPartial" | "saveRules"; label: string; hint: string }[] = [
  { of: "dryRun", label: "Dry run", hint: "solve and show what would change; write nothing" },
  {
    of: "allowPartial",
    label: "Accept fewer lines",
    hint: "where the number cannot be reached, with the reason",
  },
  {
    of: "saveRules",
    label: "Keep these rules",
    hint: "store them on the allocation run together with the lines they make",
  },
];

function Switches({ draft, disabled, onEdit }: RequestProps) {
  return (
    <>
      {SWITCHES.map(({ of, ...words }) => (
        <Check
          key={of}
          {...words}
          checked={draft[of]}
          disabled={disabled}
          onChange={(on) => onEdit({ [of]: on })}
        />
      ))}
    </>
  );
}

/** A named effort, or the factor that a run was made with. */
function Effort({ draft: { effort }, faults, disabled, onEdit }: RequestProps) {
  const named = EFFORTS.some(([value]) => value === effort);
  return (
    <SelectField
      label="Effort"
      error={faultOf(faults, "effort")}
      value={effort}
      options={named ? EFFORTS : [[effort, `${effort} × normal`], ...EFFORTS]}
      disabled={disabled}
      onChoose={(chosen) => onEdit({ effort: chosen })}
    />
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
      {pinned}{" "}
      Lines that come out the same keep all that hangs on them; the others are archived and can be
      restored in History.
    </p>
  );
}
