// An order that is changed by dragging (mouse, pen, finger), by keys, and by tapping: the same for lines and for doctors.
//
// Dragging moves the row itself with the pointer, by a transform, so that it follows within a frame however long the list is;
// the order is written when the row is let go. On its handle, arrow keys move a row by one, Home and End to an end. A tap on
// a row opens what can be done with it.

import { type ReadonlySignal, useSignal } from "@preact/signals";
import type { ComponentChildren } from "preact";
import { useLayoutEffect, useMemo, useRef } from "preact/hooks";
import { wholeOf } from "../../../console/app/ui/numbers.ts";
import { Button } from "../../../console/app/ui/button.tsx";
import { Form } from "../../../console/app/ui/form.tsx";
import { Dialog } from "../../../console/app/ui/dialog.tsx";
import { TextField } from "../../../console/app/ui/field.tsx";
import type { Bucket } from "../model/lines.ts";
import { type Placed, type Target, tiesWithPrevious } from "../model/ranking.ts";
import { room, ROW_HEIGHT, rowsInSight } from "./in_sight.ts";
import { showScore } from "./line_card.tsx";
import { type Item, LongList, NOW } from "./long_list.tsx";
import { cloner, made } from "./made.ts";
import { openDialog } from "./open_dialog.ts";
import { startDrag } from "./rank_drag.ts";
import { createRows, type RowKind, type Rows } from "./rows.ts";

/** A bucket and what stands in it, in order. */
export interface Section {
  bucket: Bucket;
  title: string;
  /** Below the title, in a sentence. */
  hint?: string;
  rows: readonly Placed[];
  /** Whether rows have an order here. */
  ordered: boolean;
  empty: string;
}

/** Props of {@link RankList}. */
export interface RankListProps {
  sections: readonly Section[];
  /** What the rows are called, e.g. "line". */
  what: string;
  writable: boolean;
  ties: boolean;
  /** A line of text below a row's name. */
  detail: (id: string) => string;
  /** Whether rows have a score, which stands at their end. */
  scored: boolean;
  /** Rows of an earlier drawing. */
  rows?: Rows<RankShows>;
  /** Does something once what is there has been seen, see `Desk.later()`. */
  later: (run: () => void) => void;
  /** More of a row, in what a tap opens. */
  more?: (id: string) => ComponentChildren;
  onMove: (id: string, target: Target) => void;
}

/** Draws it. */
// deno-lint-ignore house/long-function -- keys, drag and focus of one list
export function RankList(props: RankListProps) {
  const { sections, what } = props;
  const said = useSignal("");
  const opened = useSignal<string | null>(null);
  const list = useRef<HTMLDivElement>(null);
  const latest = useRef(props);
  latest.current = props;
  // What was moved by a key keeps the focus, or has it back where its part has another order; the next key is for it as well.
  const moved = useRef<string | null>(null);
  useLayoutEffect(() => {
    if (moved.current === null) return;
    const handle = list.current?.querySelector<HTMLElement>(
      `[data-id="${moved.current}"] .handle`,
    );
    if (document.activeElement !== handle) handle?.focus();
    moved.current = null;
  });
  /** Says a move that is shown: where it goes is asked before what shows it makes way. */
  const say = (id: string, settle: () => void, where: () => Target, byKey = false) =>
    props.later(() => {
      const target = where();
      settle();
      if (byKey) moved.current = id;
      latest.current.onMove(id, target);
      said.value = placeWords(latest.current.sections, id, target);
    });
  const move = (id: string, target: Target, byKey = false) =>
    say(id, showMove(list.current!, id, target), () => target, byKey);
  const onClick = (event: Event) => {
    const id = rowAt(event, ".open")?.dataset.id;
    if (id !== undefined) openDialog(nameOf(latest.current.sections, id), () => opened.value = id);
  };
  const onPointerDown = (event: PointerEvent) => {
    if (!rowAt(event, ".handle")) return;
    startDrag(event, list.current!, (id, bucket, index) => move(id, { bucket, index }));
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const row = rowAt(event, ".handle");
    if (!row) return;
    const { key } = event, id = row.dataset.id!;
    const where = () => targetOfKey(key, ...placeIn(list.current!, row));
    const neighbour = neighbourOf(row, key);
    // Which place that is, is counted once it has been seen: a list has hundreds of rows.
    if (neighbour) say(id, changePlaces(row, neighbour), () => where()!, true);
    else {
      const target = where();
      if (!target) return;
      move(id, target, true);
    }
    event.preventDefault();
  };
  const rows = useMemo(() => props.rows ?? createRankRows(), [props.rows]);
  const inSight = rowsInSight(
    sections.map(({ rows, hint }) => ({ rows: rows.length, hint: hint !== undefined })),
    room.height,
  );
  return (
    <div
      class="ranks"
      ref={list}
      onClick={onClick}
      onPointerDown={onPointerDown}
      onKeyDown={onKeyDown}
    >
      {props.writable && (
        <p class="visually-hidden" id="rank-keys">
          Arrow up and down move this {what}{" "}
          by one place, Home and End to the first and last place of its part.
        </p>
      )}
      <Said words={said} />
      {rankItems(props).map((items, at) => {
        const section = sections[at];
        return (
          <section key={section.bucket} class={`bucket b${section.bucket + 2}`}>
            <h2>
              {section.title} <span class="quiet">{section.rows.length}</span>
            </h2>
            {section.hint && <p class="small quiet">{section.hint}</p>}
            {items.length === 0 && <p class="empty small">{section.empty}</p>}
            <LongList
              tag="ol"
              data-bucket={section.bucket}
              data-ordered={section.ordered}
              rows={rows}
              items={items}
              first={inSight[at]}
              height={ROW_HEIGHT}
            />
          </section>
        );
      })}
      {opened.value !== null && (
        <Actions
          {...props}
          id={opened.value}
          onMove={move}
          onClose={() => opened.value = null}
        />
      )}
    </div>
  );
}

/** What a screen reader says of a move: drawn by itself. */
function Said({ words }: { words: ReadonlySignal<string> }) {
  return <p class="visually-hidden" role="status">{words.value}</p>;
}

/** Where a row went, in words. */
function placeWords(sections: readonly Section[], id: string, target: Target): string {
  const section = sections.find(({ bucket }) => bucket === target.bucket)!;
  const name = nameOf(sections, id);
  const place = Math.min(target.index, section.rows.length) + 1;
  return section.ordered
    ? `${name}: ${section.title}, place ${place}`
    : `${name}: ${section.title}`;
}

function nameOf(sections: readonly Section[], id: string): string {
  return sections.flatMap(({ rows }) => rows).find((row) => row.id === id)?.name ?? "";
}

/** A part of the order, as far as keys have to do with it. */
export interface Part {
  bucket: Bucket;
  ordered: boolean;
  /** How many rows it has. */
  length: number;
}

/** Where a row stands as it is seen: it may be on its way to the order that is said. */
function placeIn(list: HTMLElement, row: HTMLElement): [Part[], at: number, index: number] {
  const lists = [...list.querySelectorAll<HTMLElement>("ol[data-bucket]")];
  const parts = lists.map(({ dataset, children }): Part => ({
    bucket: Number(dataset.bucket) as Bucket,
    ordered: dataset.ordered === "true",
    length: children.length,
  }));
  const parent = row.parentElement!;
  return [parts, lists.indexOf(parent), [...parent.children].indexOf(row)];
}

/** The row of the same part that an arrow key lets change places with this one. */
function neighbourOf(row: HTMLElement, key: string): HTMLElement | null {
  if (row.parentElement!.dataset.ordered !== "true") return null;
  if (key === "ArrowUp") return row.previousElementSibling as HTMLElement | null;
  return key === "ArrowDown" ? row.nextElementSibling as HTMLElement | null : null;
}

const nothing = () => {};

/**
 * Shows a move before anything is worked out: the row stands where it goes. Where that is one place away, the two rows change
 * places by a transform, which lays out nothing, and leaves the focus where it is.
 * @returns what makes way for the list as it is drawn then
 */
function showMove(list: HTMLElement, id: string, { bucket, index }: Target): () => void {
  const row = list.querySelector<HTMLElement>(`.rank[data-id="${id}"]`);
  const parent = list.querySelector<HTMLElement>(`ol[data-bucket="${bucket}"]`);
  if (!row || !parent) return nothing;
  const at = [...parent.children].indexOf(row);
  const neighbour = parent.children[index] as HTMLElement | undefined;
  if (at >= 0 && neighbour && Math.abs(index - at) === 1) return changePlaces(row, neighbour);
  const focused = row.contains(document.activeElement)
    ? document.activeElement as HTMLElement
    : null;
  // The browser need not find out first that it is seen.
  row.classList.add(NOW);
  // Places count without the row itself.
  parent.insertBefore(row, parent.children[at >= 0 && index > at ? index + 1 : index] ?? null);
  focused?.focus();
  return nothing;
}

/** Shows each of two neighbours where the other is. @returns what puts them there */
function changePlaces(row: HTMLElement, neighbour: HTMLElement): () => void {
  const from = row.getBoundingClientRect(), to = neighbour.getBoundingClientRect();
  const isUp = to.top < from.top;
  const shift = (element: HTMLElement, y: number) => element.style.transform = `translateY(${y}px)`;
  shift(row, isUp ? to.top - from.top : to.bottom - from.bottom);
  shift(neighbour, isUp ? from.bottom - to.bottom : from.top - to.top);
  return () => {
    row.style.transform = neighbour.style.transform = "";
    // The one that has not the focus is moved.
    if (isUp) row.after(neighbour);
    else row.before(neighbour);
  };
}

/** The place that is shown: equals have that of the first of them. */
function placeOf(rows: readonly Placed[], index: number): number {
  let first = index;
  while (tiesWithPrevious(rows, first)) first--;
  return first + 1;
}

/** What a row shows. */
export interface RankShows {
  name: string;
  place: number | null;
  tied: boolean;
  detail: string;
  /** Null: none. */
  score: number | null;
  writable: boolean;
}

/** What the rows of each section show, in order. */
export function rankItems(
  { sections, detail, scored, writable }: Pick<
    RankListProps,
    "sections" | "detail" | "scored" | "writable"
  >,
): Item<RankShows>[][] {
  let better = 0;
  return sections.map(({ rows, ordered }) => {
    const start = better;
    if (ordered) better += rows.length;
    return rows.map((row, index): Item<RankShows> => [row.id, {
      name: row.name,
      place: ordered ? start + placeOf(rows, index) : null,
      tied: ordered && tiesWithPrevious(rows, index),
      detail: detail(row.id),
      score: scored ? row.score : null,
      writable,
    }]);
  });
}

interface Row {
  element: HTMLElement;
  handle: HTMLElement;
  place: HTMLElement;
  name: HTMLElement;
  detail: HTMLElement;
  score: HTMLElement;
}

const rowElement = cloner(() =>
  made(
    "li",
    { class: "rank" },
    made("button", { type: "button", class: "handle", "aria-describedby": "rank-keys" }),
    made("span", { class: "place" }),
    made(
      "button",
      { type: "button", class: "open" },
      made("span", { class: "name" }),
      made("span", { class: "small quiet detail" }),
    ),
    made("span"),
  )
);

/** A row; what is done to it is heard by the list. */
const ROW: RowKind<RankShows, Row> = {
  make(id, shows) {
    const element = rowElement();
    const [handle, place, open, score] = element.children as unknown as HTMLElement[];
    const [name, detail] = open.children as unknown as HTMLElement[];
    element.dataset.id = id;
    const row = { element, handle, place, name, detail, score };
    showRow(row, shows);
    return row;
  },
  update: showRow,
};

function showRow(row: Row, shows: RankShows, before?: RankShows): void {
  const { name, place, tied, detail, score, writable } = shows;
  if (name !== before?.name) {
    row.name.textContent = name;
    row.handle.setAttribute("aria-label", `Move ${name}`);
  }
  if (place !== before?.place || tied !== before.tied) {
    row.place.hidden = place === null;
    row.place.textContent = tied ? "=" : String(place);
    row.element.classList.toggle("tied", tied);
  }
  if (detail !== before?.detail) row.detail.textContent = detail;
  if (score !== before?.score) {
    row.score.hidden = score === null;
    if (score !== null) showScore(row.score, score);
  }
  if (writable !== before?.writable) row.handle.hidden = !writable;
}

/** Rows that are kept from one drawing of the list to the next. */
export function createRankRows(): Rows<RankShows> {
  return createRows(ROW);
}

/** The row that something happened to, where it happened to a part of it. */
function rowAt(event: Event, part: string): HTMLElement | null | undefined {
  return (event.target as Element).closest(part)?.closest<HTMLElement>(".rank");
}

/**
 * Where a key takes a row; null: nowhere. Beyond the end of a part comes the next one.
 * @param at the part that the row is in, and its place there, from 0
 */
export function targetOfKey(
  key: string,
  parts: readonly Part[],
  at: number,
  index: number,
): Target | null {
  const { bucket, ordered, length } = parts[at], last = length - 1;
  const before = parts[at - 1], after = parts[at + 1];
  switch (key) {
    case "ArrowUp":
      if (index > 0 && ordered) return { bucket, index: index - 1 };
      return before ? { bucket: before.bucket, index: before.length } : null;
    case "ArrowDown":
      if (index < last && ordered) return { bucket, index: index + 1 };
      return after ? { bucket: after.bucket, index: 0 } : null;
    case "Home":
      return index > 0 ? { bucket, index: 0 } : null;
    case "End":
      return index < last ? { bucket, index: last } : null;
    default:
      return null;
  }
}

/** What can be done with a row: for thumbs, and for whoever knows the place. */
function Actions({ id, sections, what, ties, writable, more, onMove, onClose }: RankListProps & {
  id: string;
  onClose: () => void;
}) {
  const section = sections.find(({ rows }) => rows.some((row) => row.id === id));
  const index = section?.rows.findIndex((row) => row.id === id) ?? -1;
  if (!section) return null;
  const { bucket, rows, ordered } = section;
  const done = (target: Target) => {
    onMove(id, target);
    onClose();
  };
  return (
    <Dialog title={rows[index].name} onClose={onClose}>
      {more?.(id)}
      {writable && ordered && (
        <>
          <Steps section={section} index={index} ties={ties} to={(target) => onMove(id, target)} />
          <ToPlace
            places={rows.length}
            onPlace={(place) => done({ bucket, index: place - 1 })}
          />
        </>
      )}
      {writable && (
        <div class="actions" role="group" aria-label={`Put this ${what} elsewhere`}>
          {sections.filter((each) => each.bucket !== bucket).map((each) => (
            <Button
              key={each.bucket}
              onClick={() => done({ bucket: each.bucket, index: each.rows.length })}
            >
              {each.title}
            </Button>
          ))}
        </div>
      )}
    </Dialog>
  );
}

/** Where a row is, and the ways to a neighbouring place or an end. */
function Steps({ section, index, ties, to }: {
  section: RankListProps["sections"][number];
  index: number;
  ties: RankListProps["ties"];
  to: (target: Target) => void;
}) {
  const { bucket, rows, title } = section, tied = tiesWithPrevious(rows, index);
  const isFirst = index === 0, isLast = index === rows.length - 1;
  const step = (words: string, target: Target, disabled: boolean) => (
    <Button
      disabled={disabled}
      onClick={() => to(target)}
    >
      {words}
    </Button>
  );
  return (
    <>
      <p role="status">
        Place {index + 1} of {rows.length} in {title}
        {tied && ", equal with the one before"}
      </p>
      <div class="actions">
        {step("Up", { bucket, index: index - 1 }, isFirst)}
        {step("Down", { bucket, index: index + 1 }, isLast)}
        {step("To the top", { bucket, index: 0 }, isFirst)}
        {step("To the end", { bucket, index: rows.length - 1 }, isLast)}
        {ties && (tied
          ? step("No longer equal", { bucket, index: lastOfTie(rows, index) }, isFirst)
          : step("Equal with the one before", { bucket, index, tie: true }, isFirst))}
      </div>
    </>
  );
}

/** A place by its number. */
function ToPlace({ places, onPlace }: { places: number; onPlace: (place: number) => void }) {
  const typed = useSignal("");
  const wanted = wholeOf(typed.value) ?? 0, valid = wanted >= 1 && wanted <= places;
  return (
    <Form
      class="row"
      onSend={() => {
        if (valid) onPlace(wanted);
      }}
    >
      <TextField
        label={`To place (1 to ${places})`}
        inputMode="numeric"
        value={typed}
        onText={(text) => typed.value = text}
      />
      <Button type="submit" disabled={!valid}>Move there</Button>
    </Form>
  );
}

/** Where a row goes that leaves its equals: behind the last of them. Places count without the row itself. */
function lastOfTie(rows: readonly Placed[], index: number): number {
  let last = index;
  while (last + 1 < rows.length && tiesWithPrevious(rows, last + 1)) last++;
  return last;
}
