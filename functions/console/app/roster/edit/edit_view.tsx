// The roster in a hand: cells are changed and swapped, lines come and go, the rules look on, and all of it is saved at once.

import { batch, type Signal, useSignal } from "@preact/signals";
import { useMemo, useRef } from "preact/hooks";
import type { JobLine, LineDoctor } from "../../../../../shared/client/mod.ts";
import { useLoad } from "../../data/load.ts";
import type { Place as PlaceName } from "../../data/posts.ts";
import type { PageContext } from "../../page.ts";
import { Loaded } from "../../ui/loaded.tsx";
import { cellAt, type Stop } from "../grid_keys.ts";
import type { Pins } from "../pins.ts";
import type { Roster } from "../roster.ts";
import { focusStop, RosterGrid } from "../roster_grid.tsx";
import { RosterToolbar } from "../roster_toolbar.tsx";
import { type Selection, selectRows } from "../selection.ts";
import { CellDialog, RepairDialog } from "./cell_dialog.tsx";
import type { Place } from "./draft.ts";
import { EditBar } from "./edit_bar.tsx";
import { EditDetail } from "./edit_detail.tsx";
import { Effects } from "./effects.ts";
import { readEffectsInput } from "./read.ts";
import { LossesDialog, ReasonsDialog } from "./save_dialogs.tsx";
import { useEditedRoster } from "./use_edited_roster.ts";
import { type Editor, useEditor } from "./use_editor.ts";
import { useHand } from "./use_hand.ts";

/** What the editor works on. */
export interface EditViewProps {
  context: PageContext;
  lines: readonly JobLine[];
  places: ReadonlyMap<string, PlaceName>;
  /** Who has which line, once they are matched. */
  doctors: readonly LineDoctor[];
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

type DeskProps = EditViewProps & { effects: Effects };

function Desk({ effects, ...props }: DeskProps) {
  const { context, lines: saved, places, selection, pins, onLeave } = props;
  const editor = useEditor(context, saved, effects);
  const stop = useSignal<Stop | null>(null);
  const detail = useSignal(false);
  const open = useSignal<Open>(null);
  const newId = useNewIds();
  const roster = useEditedRoster(context, editor, places, props.doctors);
  const rows = useMemo(() => selectRows(roster, selection.value), [roster, selection.value]);
  const hand = useHand(editor, {
    placeOf: usePlaceOf(roster),
    onOpen: (cell) => open.value = { kind: "cell", cell },
  });
  const save = () => {
    if (editor.changes.value.edits.length === 0 || editor.busy.value) return;
    if (editor.asks.value.length > 0) open.value = { kind: "reasons" };
    else void editor.save();
  };
  const onOpen = (to: Stop) =>
    batch(() => {
      stop.value = to;
      detail.value = true;
    });
  const grid = useMemo(
    () => <RosterGrid {...{ roster, rows, selection, stop, pins, hand, onOpen }} />,
    [roster, rows, hand],
  );
  const row = roster.rows.find(({ id }) => id === stop.value?.line);
  const back = (closed: Signal<unknown>, value: unknown) => {
    closed.value = value;
    focusStop(stop.value);
  };
  return (
    <div
      class="roster-editing"
      onKeyDown={(event) => open.value || shortcut(event, editor, save)}
    >
      <RosterToolbar roster={roster} rows={rows} selection={selection} pins={pins} />
      <EditBar context={context} editor={editor} newId={newId} onSave={save} onLeave={onLeave} />
      <div
        class={deskClass(detail.value && row !== undefined, props.doctors.length > 0)}
      >
        {grid}
        {detail.value && row && (
          <EditDetail
            key={row.id}
            editor={editor}
            row={row}
            newId={newId}
            onCell={(cell) => open.value = { kind: "cell", cell }}
            onRepair={(term) => open.value = { kind: "repair", line: row.id, term }}
            onClose={() => back(detail, false)}
          />
        )}
      </div>
      <Dialogs {...props} editor={editor} open={open.value} onClose={() => back(open, null)} />
    </div>
  );
}

function deskClass(withDetail: boolean, named: boolean): string {
  return `roster-desk${withDetail ? " with-detail" : ""}${named ? " named" : ""}`;
}

/** Ids of lines that are not saved yet, other at each call. */
function useNewIds(): () => string {
  const numbers = useRef(0);
  return () => `new:${Date.now().toString(36)}-${++numbers.current}`;
}

/** The cell at a stop of the grid, by the roster as it is when it is asked. */
function usePlaceOf(roster: Roster): (at: Stop) => Place | null {
  const latest = useRef(roster);
  latest.current = roster;
  return (at) => {
    const row = latest.current.rows.find(({ id }) => id === at.line);
    const cell = row && typeof at.column === "number" ? cellAt(row.cells, at.column) : undefined;
    return cell ? { line: at.line, term: cell.term } : null;
  };
}

/** Ctrl or Cmd: S saves; Z and Y step back and forth, but where text is typed. */
function shortcut(event: KeyboardEvent, editor: Editor, save: () => void): void {
  if (!(event.ctrlKey || event.metaKey)) return;
  const key = event.key.toLowerCase();
  const inText = (event.target as HTMLElement).matches("input, textarea");
  if (key === "s") save();
  else if (inText) return;
  else if (key === "z" && !event.shiftKey) editor.undo();
  else if (key === "y" || key === "z") editor.redo();
  else return;
  event.preventDefault();
}

function Dialogs({ context, places, editor, open, onClose }: EditViewProps & {
  editor: Editor;
  open: Open;
  onClose: () => void;
}) {
  return (
    <>
      {open?.kind === "cell" && (
        <CellDialog editor={editor} cell={open.cell} places={places} onClose={onClose} />
      )}
      {open?.kind === "repair" && (
        <RepairDialog {...{ context, editor, onClose }} line={open.line} term={open.term} />
      )}
      {open?.kind === "reasons" && <ReasonsDialog editor={editor} onClose={onClose} />}
      {editor.losses.value && (
        <LossesDialog losses={editor.losses.value} onAnswer={editor.answerLosses} />
      )}
    </>
  );
}
