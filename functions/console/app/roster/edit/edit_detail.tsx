// A line in the editor: its cells, leave, name, places and notes, and the rules as they look on.

import { wholeOf } from "../../ui/numbers.ts";
import { plural } from "../../ui/format.ts";
import { useSignal } from "@preact/signals";
import type { JobLine } from "../../../../../shared/client/mod.ts";
import { Button } from "../../ui/button.tsx";
import { Check, Field, TextField } from "../../ui/field.tsx";
import { datesOf, type Row, type Stretch, weekNames } from "../roster.ts";
import {
  addLine,
  type Fields,
  leaveOf,
  type Place,
  positionAt,
  removeLine,
  setFields,
  setLeave,
} from "./draft.ts";
import type { Editor } from "./use_editor.ts";

/** What the panel works on. */
export interface EditDetailProps {
  editor: Editor;
  row: Row;
  newId: () => string;
  onCell: (cell: Place) => void;
  onRepair: (term: number | null) => void;
  onClose: () => void;
}

/** The panel beside the grid while lines are edited. */
export function EditDetail({ editor, row, newId, onCell, onRepair, onClose }: EditDetailProps) {
  const { lines } = editor;
  const line = lines.value.find(({ id }) => id === row.id);
  if (!line) return null;
  return (
    <aside class="roster-detail card" aria-label={`Edit ${line.name}`}>
      <header>
        <h2>{line.name}</h2>
        <span class="row">
          <Button
            compact
            onClick={() =>
              editor.step(
                addLine(lines.value, newId(), line.allocation_run, line.id),
                `a copy of ${line.name}`,
              )}
          >
            Duplicate
          </Button>
          <Button
            compact
            disabled={line.is_locked}
            title={line.is_locked ? "Unpin it first" : "It can be brought back in History"}
            onClick={() => {
              onClose();
              editor.step(removeLine(lines.value, line.id), `${line.name} archived`);
            }}
          >
            Archive
          </Button>
          <Button compact kind="plain" aria-label="Close the detail" onClick={onClose}>✕</Button>
        </span>
      </header>
      <div class="body stack">
        {line.is_locked && (
          <p class="note info small">
            This line is pinned: its cells and leave stay as they are. Unpin it to change them.
          </p>
        )}
        <Cells editor={editor} line={line} onCell={onCell} onRepair={onRepair} />
        <Leave editor={editor} line={line} />
        <Words key={line.id} editor={editor} line={line} />
        <Verdicts editor={editor} line={line} onRepair={() => onRepair(null)} />
      </div>
    </aside>
  );
}

/** The terms of the line, each to be changed. */
function Cells(
  { editor: { effects }, line, onCell, onRepair }:
    & Pick<EditDetailProps, "editor" | "onCell" | "onRepair">
    & { line: JobLine },
) {
  return (
    <ol class="roster-terms">
      {effects.input.terms.map((term) => (
        <li key={term.term}>
          <span class="roster-term-number">{term.term}</span>
          <span class="grow">
            <strong>{positionAt(line, term.term)?.name ?? "Empty"}</strong>
            <span class="small quiet">{weekNames(term)}, {datesOf(term)}</span>
          </span>
          <span class="row">
            <Button
              compact
              disabled={line.is_locked}
              aria-label={`Change term ${term.term}`}
              onClick={() => onCell({ line: line.id, term: term.term })}
            >
              Change
            </Button>
            <Button
              compact
              kind="plain"
              disabled={line.is_locked}
              aria-label={`Recommend something else for term ${term.term}`}
              title="The best few other positions and swaps"
              onClick={() => onRepair(term.term)}
            >
              Recommend
            </Button>
          </span>
        </li>
      ))}
    </ol>
  );
}

/** Weeks that a block of leave can be long; what the rules ask is said by the rules. */
const WHOLE = 5;

function Leave({ editor, line }: { editor: Editor; line: JobLine }) {
  const { startsOn, terms } = editor.effects.input;
  const blocks = leaveOf(line, startsOn);
  const weeks = terms.reduce((sum, term) => sum + term.weeks, 0);
  const set = (next: Stretch[], words: string) =>
    editor.step(setLeave(editor.lines.value, startsOn, line.id, next), `${line.name}: ${words}`);
  const change = (index: number, block: Stretch) => {
    if (block.start < 0 || block.weeks < 1 || block.start + block.weeks > weeks) return;
    set(blocks.map((each, i) => i === index ? block : each), `leave in ${weekNames(block)}`);
  };
  return (
    <fieldset class="edit-leave" disabled={line.is_locked}>
      <legend>Annual leave</legend>
      {blocks.map((block, i) => (
        <LeaveBlock
          key={i}
          number={i + 1}
          block={block}
          weeks={weeks}
          onChange={(next) => change(i, next)}
          onRemove={() => set(blocks.filter((_, other) => other !== i), "leave removed")}
        />
      ))}
      <Button
        compact
        onClick={() => set([...blocks, { start: 0, weeks: WHOLE }], "leave added")}
      >
        Add leave
      </Button>
    </fieldset>
  );
}

/** A block of leave: moved by a week, or by its numbers. */
function LeaveBlock({ number, block, weeks, onChange, onRemove }: {
  number: number;
  block: Stretch;
  /** Of the year. */
  weeks: number;
  onChange: (block: Stretch) => void;
  onRemove: () => void;
}) {
  const move = (by: number) => onChange({ ...block, start: block.start + by });
  return (
    <div class="row">
      <Button compact aria-label={`Leave ${number} a week earlier`} onClick={() => move(-1)}>
        ←
      </Button>
      <NumberField
        label="From week"
        most={weeks}
        value={block.start + 1}
        onNumber={(week) => onChange({ ...block, start: week - 1 })}
      />
      <NumberField
        label="Weeks"
        most={weeks}
        value={block.weeks}
        onNumber={(length) => onChange({ ...block, weeks: length })}
      />
      <Button compact aria-label={`Leave ${number} a week later`} onClick={() => move(1)}>→</Button>
      <Button compact kind="plain" aria-label={`Remove leave ${number}`} onClick={onRemove}>
        ✕
      </Button>
    </div>
  );
}

/** A whole number from 1 on; one beyond is put back. */
function NumberField({ label, hint, most, value, onNumber }: {
  label: string;
  hint?: string;
  most: number;
  value: number;
  onNumber: (value: number) => void;
}) {
  return (
    <Field label={label} hint={hint}>
      {(control) => (
        <input
          {...control}
          class="input number"
          type="number"
          min={1}
          max={most}
          value={value}
          onChange={(event) => {
            const next = wholeOf(event.currentTarget.value);
            if (next !== null && next >= 1 && next <= most) onNumber(next);
            else event.currentTarget.value = String(value);
          }}
        />
      )}
    </Field>
  );
}

/** Name, places, must-have and notes; taken when a field is left, so that each is one step back. */
function Words({ editor, line }: { editor: Editor; line: JobLine }) {
  const name = useSignal(line.name);
  const notes = useSignal(line.notes ?? "");
  const set = (fields: Fields, words: string) =>
    editor.step(setFields(editor.lines.value, line.id, fields), `${line.name}: ${words}`);
  const taken = editor.lines.value.some(({ id, name: other }) =>
    id !== line.id && other === name.value.trim()
  );
  const fault = name.value.trim() === ""
    ? "A line needs a name."
    : taken
    ? "Another line has this name."
    : null;
  return (
    <div class="stack">
      <div
        onFocusOut={() => {
          const next = name.value.trim();
          if (!fault && next !== line.name) set({ name: next }, `called ${next}`);
        }}
      >
        <TextField label="Name" value={name} error={fault} onText={(text) => name.value = text} />
      </div>
      <NumberField
        label="Places"
        hint="How many doctors may take the line."
        most={1000}
        value={line.max_n_workers}
        onNumber={(places) => set({ max_n_workers: places }, plural(places, "place"))}
      />
      <Check
        label="Somebody must take it"
        checked={line.must_have_workers}
        onChange={(must) => set({ must_have_workers: must }, must ? "must be taken" : "may stay")}
      />
      <Field label="Notes" hint="For managers only.">
        {(control) => (
          <textarea
            {...control}
            class="textarea"
            rows={2}
            maxLength={2000}
            value={notes}
            onInput={(event) => notes.value = event.currentTarget.value}
            onBlur={() => {
              const next = notes.value.trim() || null;
              if (next !== line.notes) set({ notes: next }, "notes");
            }}
          />
        )}
      </Field>
    </div>
  );
}

/** The rules as they look on; those with a reason say it. */
function Verdicts({ editor, line, onRepair }: {
  editor: Editor;
  line: JobLine;
  onRepair: () => void;
}) {
  const verdicts = editor.effects.verdicts(line);
  const broken = editor.effects.broken(line);
  const reasonOf = (rule: string) => line.overrides.find((each) => each.rule === rule)?.reason;
  return (
    <section aria-label="Rules">
      <div class="row">
        <h3 class="grow">Rules</h3>
        {broken.length > 0 && !line.is_locked && (
          <Button compact onClick={onRepair}>Recommend a way out</Button>
        )}
      </div>
      <ul class="roster-rules" aria-live="polite">
        {broken.map(({ rule, requirement, message }) => (
          <li key={rule} class="broken">
            <span class="mark" role="img" aria-label="Not met">✕</span>
            <span>
              <span class="requirement">{requirement}</span>
              <span class="finding small">{message}</span>
              {reasonOf(rule) && <span class="small">Reason: {reasonOf(rule)}</span>}
            </span>
          </li>
        ))}
        {(verdicts ?? []).filter(({ met }) => met !== false).map((verdict) => (
          <li key={verdict.rule} class={verdict.met === null ? "plan" : "met"}>
            <span class="mark" role="img" aria-label={verdict.met === null ? "Of the plan" : "Met"}>
              {verdict.met === null ? "–" : "✓"}
            </span>
            <span>
              <span class="requirement">{verdict.requirement}</span>
              <span class="finding small">{verdict.finding}</span>
            </span>
          </li>
        ))}
      </ul>
    </section>
  );
}
