// The roster in a hand: cells are changed and swapped, lines come and go, the rules look on, and all of it is saved at once.

import { batch, type Signal, useSignal } from "@preact/signals";
import { useMemo, useRef } from "preact/hooks";
import type { JobLine } from "../../../../../shared/client/mod.ts";
import { useLoad } from "../../data/load.ts";
import type { Place as PlaceName } from "../../data/posts.ts";
import { shown } from "../../data/query.ts";
import type { PageContext } from "../../page.ts";
import { Button } from "../../ui/button.tsx";
import { plural } from "../../ui/format.ts";
import { Loaded } from "../../ui/loaded.tsx";
import { cellAt, type Stop } from "../grid_keys.ts";
import type { Pins } from "../pins.ts";
import { buildRoster, type KnownRows, type Look, type Roster } from "../roster.ts";
import { focusStop, type GridHand, RosterGrid } from "../roster_grid.tsx";
import { RosterToolbar } from "../roster_toolbar.tsx";
import { type Selection, selectRows } from "../selection.ts";
import { CellDialog, RepairDialog } from "./cell_dialog.tsx";
import { addLine, isNew, type Place, positionAt, swapCells, swapRest } from "./draft.ts";
import { EditDetail } from "./edit_detail.tsx";
import { Effects } from "./effects.ts";
import { mendAll } from "./mend_all.ts";
import { readEffectsInput } from "./read.ts";
import { LossesDialog, ReasonsDialog } from "./save_dialogs.tsx";
import { type Editor, useEditor } from "./use_editor.ts";

/** What the editor works on. */
export interface EditViewProps {
  context: PageContext;
  lines: readonly JobLine[];
  places: ReadonlyMap<string, PlaceName>;
  selection: Signal<Selection>;
  pins: Pins;
  onLeave: () => void;
}

/** Loads what the rules ask, and opens the editor. */
export function EditView(props: EditViewProps) {
  const { context } = props;
  const input = useLoad(() => readEffectsInput(context), [context.plannerRun.value?.status]);
  return (
    <Loaded load={input} what="the rules">
      {(value) => <Desk {...props} effects={effectsOf(value)} />}
    </Loaded>
  );
}

/** One for each reading. */
const known = new WeakMap<Effects["input"], Effects>();

function effectsOf(input: Effects["input"]): Effects {
  const effects = known.get(input) ?? new Effects(input);
  known.set(input, effects);
  return effects;
}

type Open =
  | { kind: "cell"; cell: Place }
  | { kind: "repair"; line: string; term: number | null }
  | { kind: "reasons" }
  | null;

function Desk({ effects, ...props }: EditViewProps & { effects: Effects }) {
  const { context, lines: saved, places, selection, pins, onLeave } = props;
  const editor = useEditor(context, saved, effects);
  const stop = useSignal<Stop | null>(null);
  const detail = useSignal(false);
  const open = useSignal<Open>(null);
  const numbers = useRef(0);
  const newId = () => `new:${Date.now().toString(36)}-${++numbers.current}`;
  const roster = useEditedRoster(context, editor, places);
  const rows = useMemo(() => selectRows(roster, selection.value), [roster, selection.value]);
  const placeOf = (at: Stop): Place | null => {
    const row = roster.rows.find(({ id }) => id === at.line);
    const cell = row && typeof at.column === "number" ? cellAt(row.cells, at.column) : undefined;
    return cell ? { line: at.line, term: cell.term } : null;
  };
  const latest = useRef(placeOf);
  latest.current = placeOf;
  const hand = useHand(editor, {
    placeOf: (at) => latest.current(at),
    onOpen: (cell) => open.value = { kind: "cell", cell },
  });
  const close = () => {
    open.value = null;
    focusStop(stop.value);
  };
  const save = () => {
    if (editor.changes.value.edits.length === 0 || editor.busy.value) return;
    if (editor.asks.value.length > 0) open.value = { kind: "reasons" };
    else void editor.save();
  };
  const grid = useMemo(() => (
    <RosterGrid
      roster={roster}
      rows={rows}
      selection={selection}
      stop={stop}
      pins={pins}
      hand={hand}
      onOpen={(to) =>
        batch(() => {
          stop.value = to;
          detail.value = true;
        })}
    />
  ), [roster, rows, hand]);
  const row = roster.rows.find(({ id }) => id === stop.value?.line);
  const now = open.value;
  return (
    <div
      class="roster-editing"
      onKeyDown={(event) => {
        if (!(event.ctrlKey || event.metaKey) || now) return;
        const key = event.key.toLowerCase();
        const inText = (event.target as HTMLElement).matches("input, textarea");
        if (key === "s") save();
        else if (inText) return;
        else if (key === "z" && !event.shiftKey) editor.undo();
        else if (key === "y" || key === "z") editor.redo();
        else return;
        event.preventDefault();
      }}
    >
      <RosterToolbar roster={roster} rows={rows} selection={selection} pins={pins} />
      <EditBar context={context} editor={editor} newId={newId} onSave={save} onLeave={onLeave} />
      <div class={`roster-desk ${detail.value && row ? "with-detail" : ""}`}>
        {grid}
        {detail.value && row && (
          <EditDetail
            key={row.id}
            editor={editor}
            row={row}
            newId={newId}
            onCell={(cell) => open.value = { kind: "cell", cell }}
            onRepair={(term) => open.value = { kind: "repair", line: row.id, term }}
            onClose={() => {
              detail.value = false;
              focusStop(stop.value);
            }}
          />
        )}
      </div>
      {now?.kind === "cell" && (
        <CellDialog editor={editor} cell={now.cell} places={places} onClose={close} />
      )}
      {now?.kind === "repair" && (
        <RepairDialog
          context={context}
          editor={editor}
          line={now.line}
          term={now.term}
          onClose={close}
        />
      )}
      {now?.kind === "reasons" && <ReasonsDialog editor={editor} onClose={close} />}
      {editor.losses.value && (
        <LossesDialog losses={editor.losses.value} onAnswer={editor.answerLosses} />
      )}
    </div>
  );
}

/** The lines as they would be, with what is wrong with each. */
function useEditedRoster(
  context: PageContext,
  editor: Editor,
  places: ReadonlyMap<string, PlaceName>,
): Roster {
  const { effects } = editor;
  const rows = useRef<KnownRows>(new Map());
  const lines = editor.lines.value, base = editor.base.value;
  return useMemo(() => {
    const was = new Map(base.map((line) => [line.id, line]));
    const look = (line: JobLine): Look => {
      const before = was.get(line.id);
      const terms = effects.input.terms.map(({ term }) => term);
      return {
        edited: before === line
          ? []
          : terms.filter((term) =>
            (before && positionAt(before, term)?.id) !== positionAt(line, term)?.id
          ),
        broken: effects.broken(line),
        overfull: terms.filter((term) => {
          const position = positionAt(line, term);
          return position !== null && effects.isOverfull(lines, term, position.id);
        }),
      };
    };
    const { starts_on: startsOn, term_weeks: termWeeks } = context.allocationRun;
    const rated = lines.map((line) => was.get(line.id) === line ? line : rate(effects, line));
    return buildRoster({ startsOn, termWeeks, lines: rated, places, look, known: rows.current });
  }, [lines, base, effects]);
}

const rated = new WeakMap<JobLine, JobLine>();

/** A line that was changed, with the affinity that it has now; the same object for the same line. */
function rate(effects: Effects, line: JobLine): JobLine {
  const before = rated.get(line);
  if (before) return before;
  const made = { ...line, affinity: effects.affinity(line) };
  rated.set(line, made);
  return made;
}

/** Keys and pointers: Enter opens a cell; X marks it and swaps it with the next one; Shift swaps the rest of the year. */
function useHand(
  editor: Editor,
  { placeOf, onOpen }: { placeOf: (at: Stop) => Place | null; onOpen: (cell: Place) => void },
): GridHand {
  const marked = useSignal<Stop | null>(null);
  const { effects, lines } = editor;
  const lineOf = (id: string) => lines.value.find((line) => line.id === id);
  const swap = (to: Stop, rest: boolean) => {
    const from = marked.value && placeOf(marked.value), at = placeOf(to);
    marked.value = null;
    if (!from || !at || (from.line === at.line && (rest || from.term === at.term))) return;
    const [one, other] = [lineOf(from.line), lineOf(at.line)];
    if (!one || !other || one.is_locked || other.is_locked) return;
    const { terms } = effects.input;
    if (rest) {
      editor.step(
        swapRest(lines.value, terms, from.line, at.line, at.term),
        `${one.name} and ${other.name} swapped from term ${at.term} on`,
      );
    } else {
      editor.step(
        swapCells(lines.value, terms, from, at),
        `${one.name}, term ${from.term}, swapped with ${other.name}, term ${at.term}`,
      );
    }
  };
  return useMemo(() => ({
    marked,
    onKey(event: KeyboardEvent, at: Stop) {
      if (event.ctrlKey || event.metaKey || event.altKey) return false;
      const cell = placeOf(at);
      if (event.key === "Escape" && marked.value) {
        marked.value = null;
        return true;
      }
      if (!cell || lineOf(cell.line)?.is_locked) return false;
      if (event.key === "Enter" || event.key === "F2") {
        onOpen(cell);
        return true;
      }
      if (event.key.toLowerCase() !== "x") return false;
      if (marked.value) swap(at, event.shiftKey);
      else marked.value = at;
      return true;
    },
    onDrag: (from: Stop) => void (marked.value = from),
    onDrop: swap,
  }), [effects]);
}

/** What the edit comes to, and what to do with it. */
function EditBar({ context, editor, newId, onSave, onLeave }: {
  context: PageContext;
  editor: Editor;
  newId: () => string;
  onSave: () => void;
  onLeave: () => void;
}) {
  const { edits, cells, ids } = editor.changes.value;
  const mending = useSignal<string | null>(null);
  const asks = editor.asks.value.length;
  const broken =
    editor.lines.value.filter((line) =>
      editor.effects.broken(line).some(({ rule }) =>
        !line.overrides.some((each) => each.rule === rule)
      )
    ).length;
  const full = overfullOf(editor);
  const refusal = editor.refusal.value;
  const fresh = ids.filter(isNew).length;
  const words = edits.length === 0 ? "Nothing is changed yet." : [
    `${plural(cells, "cell")} in ${plural(edits.length, "line")} changed`,
    fresh > 0 ? `${plural(fresh, "line")} new` : "",
    asks > 0 ? `breaks ${plural(asks, "rule")}` : "breaks no rule",
  ].filter(Boolean).join(", ");
  const mend = async () => {
    mending.value = "Asking the planner…";
    try {
      const next = await mendAll(context, editor, (text) => mending.value = text);
      if (next) editor.step(next.lines, next.words);
    } catch (error) {
      context.notify({ tone: "danger", title: "Not mended", message: shown(error).message });
    } finally {
      mending.value = null;
    }
  };
  return (
    <section class="edit-bar card" aria-label="Edit">
      <div class="row">
        <p class="grow" role="status">
          {mending.value ?? `${words}.`}
          {full && <span class="edit-breaks">{full}</span>}
        </p>
        <Button
          compact
          disabled={editor.undoes.value === null}
          busy={editor.busy.value}
          title={editor.undoes.value ? `Undo: ${editor.undoes.value}` : "Nothing to undo"}
          onClick={editor.undo}
        >
          Undo
        </Button>
        <Button
          compact
          disabled={editor.redoes.value === null}
          busy={editor.busy.value}
          title={editor.redoes.value ? `Redo: ${editor.redoes.value}` : "Nothing to redo"}
          onClick={editor.redo}
        >
          Redo
        </Button>
        <Button
          compact
          onClick={() =>
            editor.step(
              addLine(editor.lines.value, newId(), context.allocationRun.id),
              "a line added",
            )}
        >
          Add a line
        </Button>
        {broken > 0 && edits.length === 0 && (
          <Button
            compact
            busy={mending.value !== null}
            title="The planner looks for the fewest changes after which every line is legal"
            onClick={() => void mend()}
          >
            Mend all ({broken})
          </Button>
        )}
        {edits.length > 0 && <Button compact onClick={editor.discard}>Discard</Button>}
        <Button
          compact
          kind="primary"
          disabled={edits.length === 0 || full !== null}
          busy={editor.busy.value}
          onClick={onSave}
        >
          Save{asks > 0 ? "…" : ""}
        </Button>
        <Button compact onClick={onLeave}>Done</Button>
      </div>
      <p class="small quiet edit-help">
        Enter changes a cell; X marks one and swaps it with the next, Shift+X the rest of the year;
        or drag a cell onto another, with Shift for the rest of the year.
      </p>
      {editor.met.value.length > 0 && (
        <div class="note warn row" role="alert">
          <ul class="grow">{editor.met.value.map((text) => <li key={text}>{text}</li>)}</ul>
          <Button compact onClick={editor.forget}>Seen</Button>
        </div>
      )}
      {refusal && (
        <div class="note danger" role="alert">
          <p>Nothing was saved. {refusal.message}</p>
          <ul>
            {refusal.errors.filter(({ message }) => message !== refusal.message).map((error) => (
              <li key={error.path + error.message}>{error.message}</li>
            ))}
          </ul>
        </div>
      )}
    </section>
  );
}

/** Posts that the edit would take and that there are not: no reason helps. */
function overfullOf({ effects, lines, base, changes }: Editor): string | null {
  const was = new Map(base.value.map((line) => [line.id, line]));
  const changed = new Set(changes.value.ids);
  for (const line of lines.value.filter(({ id }) => changed.has(id))) {
    for (const { term, position } of line.rotations) {
      const before = was.get(line.id);
      if (before && positionAt(before, term)?.id === position.id) continue;
      if (!effects.isOverfull(lines.value, term, position.id)) continue;
      const posts = effects.posts(term, position.id);
      return ` ${line.name}, term ${term}: ${position.name} has ${
        posts === 0 ? "no post" : plural(posts, "post")
      }, and all are taken.`;
    }
  }
  return null;
}
