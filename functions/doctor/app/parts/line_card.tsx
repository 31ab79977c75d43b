// A line as a card: its terms with dates and hospitals, its leave, its score and why, and what the doctor said of it. Cards
// are rows of a long list (rows.ts): elements that are cloned, and changed where what they show changes. Only notes, which
// are drawn when they are opened, are Preact's.

import { render } from "preact";
import { useLayoutEffect, useRef } from "preact/hooks";
import { SelectField } from "../../../console/app/ui/field.tsx";
import {
  type Bucket,
  BUCKET_NAMES,
  BUCKETS,
  type Line,
  overlap,
  partWords,
  reasonOf,
  type Rotation,
  type Span,
} from "../model/lines.ts";
import type { Score } from "../model/score.ts";
import { days } from "../model/when.ts";
import type { Work } from "../work.ts";
import { cloner, made } from "./made.ts";
import { createRows, type RowKind, type Rows } from "./rows.ts";

/** Choices of a select of buckets. */
export const BUCKET_OPTIONS = BUCKETS.map((
  bucket,
): [string, string] => [String(bucket), BUCKET_NAMES[bucket]]);

/** What a card shows. */
export interface CardShows {
  line: Line;
  score: Score;
  /** Null: the doctor may not have it. */
  bucket: Bucket | null;
  mixed: readonly string[];
  /** What is told of what was said of it, see `Desk.toldOf`; empty: nothing. */
  told: string;
  /** Whether there is a note on it or on one of its positions. */
  noted: boolean;
  compared: boolean;
  writable: boolean;
  /** How much of full time the doctor works. */
  own: number;
}

interface Card {
  element: HTMLElement;
  head: HTMLElement;
  score: HTMLElement | null;
  /** All that the card says, as text: to be found and read out. Where it may be seen its body stands there instead. */
  far: HTMLElement;
  body: Body | null;
}

/** What a card has where it may be seen: hundreds of these take long to be put into a page, and out of it. */
interface Body {
  element: HTMLElement;
  /** Stands in the card's head. */
  select: HTMLSelectElement | null;
  note: HTMLElement;
  compare: HTMLInputElement;
  why: HTMLDetailsElement | null;
  noted: HTMLElement;
}

const stores = new WeakMap<Work, Rows<CardShows>>();

/** The cards of a window's lines, kept while the window is open. */
export function cardsOf(work: Work): Rows<CardShows> {
  let rows = stores.get(work);
  if (!rows) stores.set(work, rows = createRows(CARD));
  return rows;
}

const card = cloner(() =>
  made(
    "li",
    { class: "card line part" },
    made("div", { class: "head row" }, made("h2", { class: "grow" }), made("span")),
  )
);
const select = cloner(() =>
  made(
    "select",
    { class: "select bucket" },
    ...BUCKET_OPTIONS.map(([value, text]) => made("option", { value }, text)),
  )
);
const farText = cloner(() => made("p", { class: "small quiet" }));
const bodyElement = cloner(() =>
  made(
    "div",
    {},
    made("p", { class: "note warn small", hidden: "" }),
    made(
      "div",
      { class: "row foot" },
      made(
        "label",
        { class: "pick" },
        made("input", { type: "checkbox" }),
        "Compare",
        made("span", { class: "visually-hidden" }),
      ),
    ),
    made("details", { class: "why" }, made("summary"), made("ul", { class: "small" })),
    made("details", { class: "thoughts" }, made("summary"), made("div", { class: "stack" })),
  )
);

const CARD: RowKind<CardShows, Card> = {
  make(id, { line, score, bucket, own }) {
    const element = card(), head = element.firstElementChild as HTMLElement;
    const end = head.lastElementChild as HTMLElement;
    element.dataset.id = id;
    element.classList.add(`b${(bucket ?? -2) + 2}`);
    head.firstElementChild!.textContent = line.name;
    if (bucket !== null) showScore(end, score.value);
    else end.remove();
    const marks = marksOf(line, bucket === null, own);
    if (marks.length > 0) element.append(made("p", { class: "marks" }, ...marks));
    return { element, head, score: bucket === null ? null : end, far: farText(), body: null };
  },
  complete({ element, far }, shows) {
    far.textContent = farWords(shows);
    element.append(far);
  },
  sight(row, shows, inSight) {
    const { element, head, far } = row;
    if (inSight) {
      const { element: seen, select } = row.body ??= bodyOf(shows);
      if (select) head.append(select);
      far.replaceWith(seen);
      element.classList.remove("part");
    } else if (!row.body!.element.querySelector("details[open]")) {
      row.body!.select?.remove();
      row.body!.element.replaceWith(far);
    }
  },
  update(row, shows, before, whole) {
    const { score, bucket } = shows;
    if (bucket !== before.bucket) {
      row.element.classList.replace(`b${(before.bucket ?? -2) + 2}`, `b${(bucket ?? -2) + 2}`);
    }
    if (row.score && score.value !== before.score.value) showScore(row.score, score.value);
    if (!whole) return;
    if (saysElse(shows, before)) row.far.textContent = farWords(shows);
    if (row.body) showBody(row.body, shows, before);
  },
  fits: (shows, before) =>
    shows.line === before.line && shows.own === before.own &&
    (shows.bucket === null) === (before.bucket === null),
};

/** What is said of a line below its name: that it is part-time, and why the doctor may not have it. */
function marksOf(line: Line, isClosed: boolean, own: number): HTMLElement[] {
  // Where it is not open for being part-time, that says so.
  const part = line.fte < 1 && line.reason !== "WORKS_MORE"
    ? [made("span", { class: "tag info" }, `Part-time, ${partWords(line.fte)}`)]
    : [];
  return isClosed ? [...part, made("span", { class: "tag warn" }, reasonOf(line, own))] : part;
}

/** Whether the text of a card is another than before. */
function saysElse(shows: CardShows, before: CardShows): boolean {
  return shows.bucket !== before.bucket || noteWords(shows) !== noteWords(before) ||
    shows.noted !== before.noted;
}

/** What a card says, as text. */
function farWords(shows: CardShows): string {
  const { line, bucket, noted } = shows;
  const said = [
    ...bucket === null ? [] : [BUCKET_NAMES[bucket]],
    ...line.rotations.map((rotation) => termWords(line, rotation)),
    ...awayOf(line).map((span) => `Leave ${days(span)}`),
    ...noteWords(shows) ? [noteWords(shows)] : [],
    ...noted ? ["It has a note of yours."] : [],
  ];
  return said.join(" · ");
}

function termWords(line: Line, rotation: Rotation): string {
  const { name, hospital } = rotation.position;
  const tags = tagsOf(line, rotation).map(({ text, before = "" }) => before + text);
  return `${termTitle(rotation)}: ${[`${name} ${hospital}`, ...tags].join(", ")}`;
}

/** What stands out on a card: what became of what was said of it, and mixed signals. */
function noteWords({ told, mixed, writable }: CardShows): string {
  const signals = mixed.length > 0
    ? `Mixed signals: ${mixed.join("; ")}.${writable ? " You may leave it so." : ""}`
    : "";
  return [told, signals].filter(Boolean).join(" ");
}

function bodyOf(shows: CardShows): Body {
  const { line, bucket } = shows;
  const element = bodyElement();
  const [note, compare, why, thoughts] = element.children as unknown as HTMLElement[];
  compare.querySelector("span")!.textContent = line.name;
  if (bucket === null) why.remove();
  const body: Body = {
    element,
    select: bucket === null ? null : select(),
    note,
    compare: compare.querySelector("input")!,
    why: bucket === null ? null : why as HTMLDetailsElement,
    noted: thoughts.firstElementChild as HTMLElement,
  };
  body.select?.setAttribute("aria-label", `Bucket of ${line.name}`);
  element.prepend(terms(line));
  showBody(body, shows);
  return body;
}

function showBody(body: Body, shows: CardShows, before?: CardShows): void {
  const { select, note, compare, why, noted } = body;
  if (select) {
    select.value = String(shows.bucket);
    select.disabled = !shows.writable;
  }
  if (!before || noteWords(shows) !== noteWords(before)) {
    note.textContent = noteWords(shows);
    note.hidden = note.textContent === "";
  }
  compare.checked = shows.compared;
  if (shows.noted !== before?.noted) noted.textContent = shows.noted ? "My notes •" : "My notes";
  if (!why) return;
  if (shows.score.value !== before?.score.value) {
    why.firstElementChild!.textContent = `Why ${shows.score.value}?`;
  }
  if (why.open && shows.score !== before?.score) showWhy(why, shows.score);
}

/** Opens what a card keeps closed: what is in it is drawn now. @param summary that was pressed */
export function openPart(work: Work, summary: Element): void {
  const details = summary.parentElement as HTMLDetailsElement;
  const id = details.closest<HTMLElement>(".line")?.dataset.id;
  if (id === undefined || details.open) return;
  if (details.classList.contains("why")) showWhy(details, work.scores.value.get(id)!);
  else {
    const line = work.lineById.value.get(id)!;
    render(<Notes work={work} line={line} />, details.lastElementChild!);
  }
}

/** Makes an element a score: a number that is also seen. */
export function showScore(element: HTMLElement, value: number): void {
  element.className = "score";
  element.title = "Score, of 100";
  element.style.setProperty("--score", `${value}%`);
  element.textContent = String(value);
}

/** A score, where Preact draws. */
export function ScoreBadge({ value }: { value: number }) {
  return <span class="score" title="Score, of 100" style={{ "--score": `${value}%` }}>{value}
  </span>;
}

/** The terms of a line, where Preact draws. */
export function Terms({ line }: { line: Line }) {
  const host = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => host.current!.replaceChildren(terms(line)), [line]);
  return <div ref={host} />;
}

const termItem = cloner(() =>
  made(
    "li",
    {},
    made("span", { class: "small quiet dates" }),
    made("span", { class: "what" }, made("strong"), " "),
    made("span", { class: "tags" }),
  )
);
function terms(line: Line): HTMLElement {
  const items: [startsOn: string, item: HTMLElement][] = [
    ...line.rotations.map((rotation): [string, HTMLElement] => [
      rotation.startsOn,
      term(line, rotation),
    ]),
    ...awayOf(line).map((span): [string, HTMLElement] => [span.startsOn, away(span)]),
  ];
  items.sort(([a], [b]) => a < b ? -1 : 1);
  return made("ol", { class: "terms" }, ...items.map(([, item]) => item));
}

function termTitle(rotation: Rotation): string {
  return `Term ${rotation.term} · ${days(rotation)}`;
}

interface Tag {
  text: string;
  /** Its colour. */
  kind?: "info" | "ok";
  /** What the text is, for whoever does not see it. */
  before?: string;
}

/** What is said of a term behind its position. */
function tagsOf(line: Line, rotation: Rotation): Tag[] {
  const { subspecialty, specialty, rural, nights, categories } = rotation.position;
  const tags: Tag[] = [{ text: subspecialty ?? specialty, kind: "info" }];
  if (rural) tags.push({ text: "Rural" });
  if (nights) tags.push({ text: "Nights or relief" });
  if (categories.length > 0) {
    tags.push({ text: categories.join(" "), before: "Experience category " });
  }
  for (const span of line.leave) {
    if (overlap(span, rotation)) tags.push({ text: `Leave ${days(span)}`, kind: "ok" });
  }
  return tags;
}

/** A term: dates, position, hospital, categories, and the leave that falls into it. */
function term(line: Line, rotation: Rotation): HTMLElement {
  const { position } = rotation;
  const item = termItem();
  const [dates, what, tags] = item.children as unknown as HTMLElement[];
  dates.textContent = termTitle(rotation);
  what.firstElementChild!.textContent = position.name;
  what.append(position.hospital);
  for (const { text, kind, before } of tagsOf(line, rotation)) {
    const tag = made("span", { class: kind ? `tag ${kind}` : "tag" });
    if (before) tag.append(made("span", { class: "visually-hidden" }, before));
    tag.append(text);
    tags.append(tag);
  }
  return item;
}

/** Leave in terms in which the line works nowhere. */
function awayOf({ leave, rotations }: Line): Span[] {
  return leave.filter((span) => !rotations.some((rotation) => overlap(span, rotation)));
}

function away(span: Span): HTMLElement {
  const item = termItem();
  item.children[0].textContent = days(span);
  item.querySelector("strong")!.textContent = "Leave";
  return item;
}

function showWhy(why: HTMLDetailsElement, { value, excluded, reasons }: Score): void {
  const items = [
    ...excluded.map((rule) => `You asked for ${rule}: the score is 0.`),
    ...reasons.length > 0 ? ["Every line begins with 50."] : [],
    ...reasons.map(({ text, points }) => `${text}: ${points > 0 ? `+${points}` : points}`),
  ];
  if (items.length === 0) {
    items.push(`You said nothing of its terms yet, so it is in the middle: ${value}.`);
  }
  why.lastElementChild!.replaceChildren(...items.map((text) => made("li", {}, text)));
}

/** Private notes on the line and its positions, and what the doctor thinks of single positions. */
function Notes({ work, line }: { work: Work; line: Line }) {
  const { desk, rotations, setLineNotes, setRotation } = work;
  const said = rotations.value, writable = work.canWrite();
  const positions = [
    ...new Map(line.rotations.map(({ position }) => [position.id, position])).values(),
  ];
  return (
    <>
      <p class="small quiet">Only you ever see these.</p>
      <Note
        label={`Note on ${line.name}`}
        value={desk.wishes.value.lines.get(line.id)?.notes ?? ""}
        disabled={!writable}
        onText={(text) => setLineNotes(line.id, text)}
      />
      {positions.map(({ id, name }) => (
        <div key={id} class="stack position">
          <SelectField
            label={`${name}, in all its lines`}
            value={String(said.get(id)?.like_dislike_preference ?? "")}
            options={[["", "As its specialty"], ...BUCKET_OPTIONS]}
            disabled={!writable}
            onChoose={(value) =>
              setRotation(id, {
                like_dislike_preference: value === "" ? null : Number(value) as Bucket,
              })}
          />
          <Note
            label={`Note on ${name}`}
            value={said.get(id)?.notes ?? ""}
            disabled={!writable}
            onText={(text) => setRotation(id, { notes: text || null })}
          />
        </div>
      ))}
    </>
  );
}

function Note({ label, value, disabled, onText }: {
  label: string;
  value: string;
  disabled: boolean;
  onText: (text: string) => void;
}) {
  return (
    <textarea
      class="textarea"
      rows={2}
      maxLength={4000}
      aria-label={label}
      placeholder={label}
      value={value}
      disabled={disabled}
      onInput={(event) => onText(event.currentTarget.value)}
    />
  );
}
