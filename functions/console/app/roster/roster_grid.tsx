// The grid of the roster: lines by the weeks of the year. One cell takes the focus; arrow keys move it. All rows are in
// the page, for its search, screen readers and print; the style sheet leaves the drawing of those out of sight to later,
// which a table does not allow.

import { type ReadonlySignal, type Signal, useComputed } from "@preact/signals";
import type { JSX } from "preact";
import { useMemo, useRef } from "preact/hooks";
import { plural } from "../ui/format.ts";
import { isStop, moveFocus, type Stop } from "./grid_keys.ts";
import type { Pins } from "./pins.ts";
import { type Cell, hasRoomForWord, type Roster, type Row, type Stretch } from "./roster.ts";
import { isWanted, type Selection } from "./selection.ts";
import { TermDates } from "./term_dates.tsx";

/** What the grid works on. */
export interface RosterGridProps {
  roster: Roster;
  /** The rows that are shown. */
  rows: Row[];
  selection: Signal<Selection>;
  stop: Signal<Stop | null>;
  pins: Pins;
  /** @param focus whether the detail takes the focus */
  onOpen: (stop: Stop, focus: boolean) => void;
  /** What a row is; by default a line. */
  by?: Selection["by"];
  /** Where lines are being edited. */
  hand?: GridHand;
}

/** What a hand does in the grid. */
export interface GridHand {
  /** The cell that waits for another one to be swapped with. */
  marked: ReadonlySignal<Stop | null>;
  /** @returns whether the key was meant for it */
  onKey(event: KeyboardEvent, at: Stop): boolean;
  onDrag(from: Stop): void;
  /** @param rest with the rest of the year */
  onDrop(to: Stop, rest: boolean): void;
}

/** Columns before the weeks: pin, name, affinity. */
const LEADING = 3;

/** Gives a cell the focus; the first cell where there is none. */
export function focusStop(stop: Stop | null): void {
  const cell = stop && document.getElementById(idOf(stop.line, stop.column));
  (cell ?? document.querySelector<HTMLElement>(".roster-grid [tabindex='0']"))?.focus();
}

function idOf(line: string, column: Stop["column"]): string {
  return `cell-${line}-${column}`;
}

/** The stop that an event is about. */
function stopOf(event: Event): Stop | null {
  const cell = (event.target as HTMLElement).closest<HTMLElement>("[data-line]");
  if (!cell) return null;
  const { line, column } = cell.dataset;
  return {
    line: line!,
    column: column === "pin" || column === "name" || column === "affinity"
      ? column
      : Number(column),
  };
}

/** The label of the cell under the pointer as its tooltip: one title when it is wanted and not 1,000. */
function showTitle(event: Event): void {
  const cell = (event.target as HTMLElement).closest<HTMLElement>(".roster-cell");
  if (cell) cell.title = cell.ariaLabel!.replaceAll("; ", "\n");
}

/** What the keyboard and the pointer do in the grid. */
function handlersOf({ rows, stop, pins, onOpen, hand }: RosterGridProps) {
  const rowOf = (line: string) => rows.find(({ id }) => id === line);
  return {
    onKeyDown: (event: KeyboardEvent) => {
      const at = stopOf(event);
      if (!at) return;
      if (hand?.onKey(event, at)) {
        event.preventDefault();
        return;
      }
      if (event.key === "Enter" && at.column !== "pin") {
        event.preventDefault();
        onOpen(at, true);
        return;
      }
      const control = event.ctrlKey || event.metaKey;
      const to = event.altKey || event.shiftKey ? null : moveFocus(rows, at, event.key, control);
      if (!to) return;
      event.preventDefault();
      const row = rowOf(to.line)!;
      const cell = row.cells.find((each) => isStop(row, to, each.start));
      stop.value = to;
      document.getElementById(idOf(to.line, cell?.start ?? to.column))?.focus();
    },
    onClick: (event: MouseEvent) => {
      const at = stopOf(event);
      if (!at) return;
      if (at.column !== "pin") return onOpen(at, false);
      stop.value = at;
      const row = rowOf(at.line)!;
      if (pins.allowed && pins.obstacle.value === null) void pins.set([row], !row.locked);
    },
    onFocusIn: (event: FocusEvent) => {
      const at = stopOf(event);
      if (!at || (stop.value?.line === at.line && stop.value.column === at.column)) return;
      const row = rowOf(at.line);
      // A cell that covers the week of the focus leaves that week as it is.
      if (row && !isStop(row, stop.value, at.column)) stop.value = at;
    },
    ...hand && dragging(hand),
  };
}

/** Cells are dragged onto cells. */
function dragging(hand: GridHand) {
  const cellOf = (event: DragEvent) => {
    const at = stopOf(event);
    return at && typeof at.column === "number" ? at : null;
  };
  return {
    onDragStart: (event: DragEvent) => {
      const from = cellOf(event);
      if (!from) return event.preventDefault();
      event.dataTransfer!.effectAllowed = "move";
      event.dataTransfer!.setData("text/plain", from.line);
      hand.onDrag(from);
    },
    onDragOver: (event: DragEvent) => {
      if (cellOf(event) && hand.marked.value) event.preventDefault();
    },
    onDrop: (event: DragEvent) => {
      const to = cellOf(event);
      if (!to) return;
      event.preventDefault();
      hand.onDrop(to, event.shiftKey);
    },
  };
}

/** The roster as a grid. */
export function RosterGrid(props: RosterGridProps) {
  const { roster, rows, selection, stop } = props;
  // Where the focus was on a line that is not shown any more, the first one takes it.
  const active = useComputed(() => stop.value);
  const shown = useMemo(() => new Set(rows.map(({ id }) => id)), [rows]);
  const drawn = useDrawnRows(props, { active, shown });
  return (
    <div class="roster-scroll">
      <div
        class="roster-grid"
        role="grid"
        aria-label="Job lines by week; Enter opens a line's detail"
        aria-rowcount={rows.length + 2}
        aria-colcount={LEADING + roster.weeks}
        onPointerOver={showTitle}
        {...handlersOf(props)}
      >
        <Head roster={roster} selection={selection} by={props.by ?? "line"} />
        <div role="rowgroup">
          {drawn}
        </div>
      </div>
      {rows.length === 0 && <p class="empty">No line fits the filter.</p>}
    </div>
  );
}

/** Rows of lines that are as they were are not drawn again: a change by hand draws one row of 200. */
function useDrawnRows(
  { rows, selection, pins, hand }: RosterGridProps,
  { active, shown }: Pick<RowFocus, "active" | "shown">,
) {
  const known = useRef(new Map<Row, { key: unknown[]; vnode: JSX.Element }>());
  const first = rows[0]?.id;
  const fresh: typeof known.current = new Map();
  const drawn = rows.map((row, index) => {
    const entry = row.id === first;
    // Whose rows are shown matters to the one that the grid is entered by alone.
    const key = [index, entry, entry ? shown : null, selection.value, pins, hand];
    const before = known.current.get(row);
    const same = before?.key.every((each, i) => each === key[i]);
    const vnode = same ? before!.vnode : (
      <GridRow
        key={row.id}
        row={row}
        index={index}
        entry={entry}
        active={active}
        shown={shown}
        selection={selection.value}
        pins={pins}
        hand={hand}
      />
    );
    fresh.set(row, { key, vnode });
    return vnode;
  });
  known.current = fresh;
  return drawn;
}

function Head({ roster, selection, by }: {
  roster: Roster;
  selection: Signal<Selection>;
  by: Selection["by"];
}) {
  return (
    <div class="roster-columns" role="rowgroup">
      <div class="roster-row" role="row" aria-rowindex={1}>
        <span class="roster-pin" role="columnheader" aria-colindex={1}>
          <span class="visually-hidden">Pinned</span>
        </span>
        <SortHead class="roster-name" index={2} by="name" selection={selection}>
          {by === "doctor" ? "Doctor" : "Line"}
        </SortHead>
        <SortHead class="roster-affinity" index={3} by="affinity" selection={selection}>
          <abbr title="Affinity: how well the specialties of the line go together">Aff.</abbr>
        </SortHead>
        {roster.terms.map((term) => (
          <SortHead
            key={term.term}
            class="roster-term"
            weeks={term.weeks}
            index={LEADING + 1 + term.start}
            by={`term${term.term}`}
            selection={selection}
          >
            <span class={hasRoomForWord(term) ? "" : "visually-hidden"}>Term</span>
            {term.term} <TermDates term={term} />
          </SortHead>
        ))}
      </div>
      <div class="roster-row roster-weeks" role="row" aria-rowindex={2}>
        <span class="roster-pin" />
        <span class="roster-name" />
        <span class="roster-affinity" />
        {roster.terms.flatMap(({ start, weeks }) =>
          Array.from({ length: weeks }, (_, week) => (
            <span
              key={start + week}
              role="columnheader"
              class={`roster-week ${week === 0 ? "first" : ""}`}
              aria-colindex={LEADING + 1 + start + week}
            >
              {start + week + 1}
            </span>
          ))
        )}
      </div>
    </div>
  );
}

/** A head that sorts by its column: up, down, and back to the planner's order. */
function SortHead({ class: name, by, index, selection, weeks, children }: {
  class: string;
  by: string;
  index: number;
  selection: Signal<Selection>;
  /** Columns that it heads, where these are weeks. */
  weeks?: number;
  children: preact.ComponentChildren;
}) {
  const { sort, descending } = selection.value;
  // The best affinity is what one looks for first.
  const downFirst = by === "affinity";
  const press = () => {
    const second = sort === by && descending === downFirst;
    const next = sort !== by
      ? { sort: by, descending: downFirst }
      : second
      ? { sort: by, descending: !downFirst }
      : { sort: "order", descending: false };
    selection.value = { ...selection.value, ...next };
  };
  return (
    <span
      class={name}
      role="columnheader"
      style={weeks ? { flexGrow: weeks } : undefined}
      aria-colindex={index}
      aria-colspan={weeks}
      aria-sort={sort === by ? (descending ? "descending" : "ascending") : undefined}
    >
      <button type="button" class="roster-sort" onClick={press}>
        {children}
        <span class="arrow" aria-hidden="true">{sort === by ? (descending ? "▼" : "▲") : ""}</span>
      </button>
    </span>
  );
}

/** Where the focus of the grid is, as a row needs to know it. */
interface RowFocus {
  /** Whether the grid is entered here while no row has the focus. */
  entry: boolean;
  active: ReadonlySignal<Stop | null>;
  /** Ids of the rows that are shown. */
  shown: ReadonlySet<string>;
}

/** Narrowed to one row, so that a move of the focus draws two rows and not all of them. */
function useRowFocus(row: Row, { entry, active, shown }: RowFocus) {
  const here = useComputed(() => active.value?.line === row.id ? active.value.column : null).value;
  const enters = useComputed(() => entry && (!active.value || !shown.has(active.value.line))).value;
  const stop = here === null ? null : { line: row.id, column: here };
  const tab = (column: Stop["column"]) =>
    isStop(row, stop, column) || (enters && column === "name") ? 0 : -1;
  return { current: here !== null, tab };
}

function GridRow({ row, index, selection, pins, hand, ...focus }: RowFocus & {
  row: Row;
  index: number;
  selection: Selection;
  pins: Pins;
  hand?: GridHand;
}) {
  const { current, tab } = useRowFocus(row, focus);
  const marked = useComputed(() => {
    const at = hand?.marked.value;
    return at?.line === row.id ? at : null;
  }).value;
  return (
    <div
      class={`roster-row ${current ? "current" : ""}`}
      role="row"
      aria-rowindex={index + 3}
    >
      <span class="roster-pin" role="gridcell" aria-colindex={1}>
        <PinButton row={row} pins={pins} tabIndex={tab("pin")} />
      </span>
      <span
        role="rowheader"
        class="roster-name"
        aria-colindex={2}
        {...placeOfStop(row, "name")}
        tabIndex={tab("name")}
      >
        <span class="roster-called" title={row.under ? `${row.name}: ${row.under}` : undefined}>
          {row.name}
          {row.under && <span class="roster-under">{row.under}</span>}
        </span>
        {row.pathway && <span class="tag info" title={`Pathway ${row.pathway}`}>{row.pathway}
        </span>}
        <LineMarks row={row} />
      </span>
      <span
        role="gridcell"
        class="roster-affinity"
        aria-colindex={3}
        {...placeOfStop(row, "affinity")}
        tabIndex={tab("affinity")}
      >
        {row.affinity ?? "–"}
      </span>
      {row.cells.map((cell) => (
        <GridCell
          key={cell.start}
          line={row.id}
          cell={cell}
          tabIndex={tab(cell.start)}
          wanted={isWanted(cell, selection)}
          draggable={hand !== undefined && !row.locked}
          marked={isStop(row, marked, cell.start)}
        />
      ))}
    </div>
  );
}

/** What tells the grid's handlers which stop an element is. */
function placeOfStop({ id }: Pick<Row, "id">, column: Stop["column"]) {
  return { id: idOf(id, column), "data-line": id, "data-column": column };
}

function PinButton({ row, pins, tabIndex }: { row: Row; pins: Pins; tabIndex: number }) {
  const obstacle = pins.obstacle.value;
  return (
    <button
      type="button"
      {...placeOfStop(row, "pin")}
      tabIndex={tabIndex}
      class="roster-pin-button"
      aria-pressed={row.locked}
      aria-label={`${row.name} pinned`}
      aria-disabled={!pins.allowed || obstacle !== null}
      title={obstacle ?? (row.locked ? "Pinned: generating keeps it" : "Pin")}
    >
      <PinIcon />
    </button>
  );
}

/** What is to be known of a line beside its cells: broken rules, with or without a reason, and notes. */
function LineMarks({ row: { broken, overrides, notes } }: { row: Row }) {
  const reasons = overrides.map(({ message, reason }) => `${message}: ${reason}`);
  const faults = broken.filter(({ rule }) => !overrides.some((each) => each.rule === rule));
  return (
    <>
      {faults.length > 0 && (
        <span
          class="roster-mark broken"
          role="img"
          aria-label={`breaks ${plural(faults.length, "rule")}: ${
            faults.map(({ message }) => message).join("; ")
          }`}
          title={faults.map(({ message }) => message).join("\n")}
        >
          ✕{faults.length > 1 ? faults.length : ""}
        </span>
      )}
      {reasons.length > 0 && (
        <span
          class="roster-mark overridden"
          role="img"
          aria-label={`breaks ${plural(reasons.length, "rule")} with a reason: ${
            reasons.join("; ")
          }`}
          title={reasons.join("\n")}
        >
          !
        </span>
      )}
      {notes !== null && (
        <span class="roster-mark" role="img" aria-label={`note: ${notes}`} title={notes}>✎</span>
      )}
    </>
  );
}

function GridCell({ line, cell, tabIndex, wanted, draggable, marked }: {
  line: string;
  cell: Cell;
  tabIndex: number;
  wanted: boolean;
  draggable: boolean;
  marked: boolean;
}) {
  const { rotation } = cell;
  const classes = [
    "roster-cell",
    rotation ? `tone-${rotation.tone}` : "none",
    !wanted && "pale",
    cell.edited && "edited",
    cell.fault !== null && "faulty",
    marked && "marked",
  ];
  return (
    <span
      role="gridcell"
      class={classes.filter(Boolean).join(" ")}
      draggable={draggable || undefined}
      style={{ flexGrow: cell.weeks }}
      aria-colindex={LEADING + 1 + cell.start}
      aria-colspan={cell.weeks}
      aria-label={cell.label}
      {...placeOfStop({ id: line }, cell.start)}
      tabIndex={tabIndex}
    >
      {rotation && (
        <span class={`roster-block ${rotation.leave.length > 0 ? "with-leave" : ""}`}>
          <span
            class="roster-text"
            data-categories={rotation.position.experience_categories.join(" ")}
          >
            <span>{rotation.position.name}</span>
          </span>
          {rotation.leave.map((block) => (
            <span key={block.start} class="roster-leave" style={placeOf(block, cell.weeks)} />
          ))}
        </span>
      )}
    </span>
  );
}

/** A stretch of a cell in shares of its width. */
function placeOf({ start, weeks }: Stretch, of: number) {
  return { left: `${100 * start / of}%`, width: `${100 * weeks / of}%` };
}

/** A drawing pin; filled by the style sheet where the line is pinned. */
function PinIcon() {
  return (
    <svg viewBox="0 0 16 16" width="14" height="14" aria-hidden="true">
      <path d="M5.5 1.5h5l-.8 4.2 2.3 2.6v1.2H4V8.3l2.3-2.6zM8 9.5v5" />
    </svg>
  );
}
