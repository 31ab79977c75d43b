// The second step: lines as cards, with search, filters, comparison, notes.

import { type ReadonlySignal, type Signal, useSignal } from "@preact/signals";
import type { ComponentChildren } from "preact";
import { Button } from "../../../console/app/ui/button.tsx";
import { Dialog } from "../../../console/app/ui/dialog.tsx";
import { Check, SelectField, TextField } from "../../../console/app/ui/field.tsx";
import { createFinder, EVERYTHING, type Search } from "../model/find.ts";
import { counted } from "../model/counted.ts";
import { type Bucket, type Line, partWords } from "../model/lines.ts";
import { days } from "../model/when.ts";
import { afterPaint, useLate } from "../after_paint.ts";
import { CARD_HEIGHT, cardsInSight, room } from "../parts/in_sight.ts";
import {
  BUCKET_OPTIONS,
  type CardShows,
  cardsOf,
  openPart,
  ScoreBadge,
} from "../parts/line_card.tsx";
import { type Item, LongList } from "../parts/long_list.tsx";
import { openDialog } from "../parts/open_dialog.ts";
import { WhileOpen } from "../parts/while_open.tsx";
import { useWork, type Work } from "../work.ts";

/** How many lines are looked at side by side. */
const MOST_COMPARED = 3;

/** Cards that are whole in the first drawing: those that the window shows. */
export function firstCards(items: readonly Item<CardShows>[]): number {
  const terms = items.slice(0, 20).map(([, { line }]) => line.rotations.length);
  return cardsInSight(terms, room.height, room.columns);
}

/** All lines, the best score first; those that the doctor may not have come last, where they are asked for. */
export function Lines({ next }: { next: string }) {
  const { choice } = useWork();
  const search = useSignal<Search>(EVERYTHING);
  const others = useSignal(false);
  const compared = useSignal<readonly string[]>([]);
  const closed = choice.value.lines.filter(({ eligible }) => !eligible).length;
  return (
    <section class="stack">
      <h1 tabIndex={-1}>Lines</h1>
      <p class="quiet">
        The best for you come first.{" "}
        <WhileOpen>Where the score got a line wrong, choose another bucket for it.</WhileOpen>
      </p>
      <PartTime />
      <Filters search={search} />
      {closed > 0 && (
        <Check
          label={`Also show ${
            closed === 1 ? "one line that is" : `${closed} lines that are`
          } not open to you`}
          checked={others.value}
          onChange={(on) => others.value = on}
        />
      )}
      <Cards search={search} others={others} compared={compared} />
      <Compared compared={compared} />
      <a class="button primary" href={next}>Next: your order</a>
    </section>
  );
}

/** What part-time means for who may have which line, where it means anything. */
function PartTime() {
  const { window, lines } = useWork().choice.value;
  if (window.fte >= 1) return null;
  const many = lines.filter(({ fte, eligible }) => fte < 1 && eligible).length;
  return (
    <p class="note">
      You work {partWords(window.fte)}. {many === 0
        ? "No line is part-time; full-time lines are open to you."
        : `${many === 1 ? "One part-time line is" : `${many} part-time lines are`} open to you.`}
    </p>
  );
}

/** The cards that are looked for. */
function Cards({ search, others, compared }: {
  search: ReadonlySignal<Search>;
  others: ReadonlySignal<boolean>;
  compared: Signal<readonly string[]>;
}) {
  const work = useWork();
  // What is typed is seen first; what it finds, in the next frame.
  const late = useLate(search);
  const shown = cardItems(work, late.value, others.value, compared.value);
  const onChange = ({ target }: Event) => {
    const id = (target as Element).closest<HTMLElement>(".line")?.dataset.id;
    if (id === undefined) return;
    // The browser shows by itself what was chosen; what follows comes a frame later.
    if (target instanceof HTMLSelectElement && target.matches(".bucket")) {
      const bucket = Number(target.value) as Bucket;
      work.desk.later(() => work.moveLine(id, { bucket, index: Infinity }));
    } else if (target instanceof HTMLInputElement && target.matches(".pick input")) {
      const on = target.checked;
      afterPaint(() => {
        const rest = compared.value.filter((each) => each !== id);
        compared.value = on ? [...rest, id].slice(-MOST_COMPARED) : rest;
      });
    }
  };
  const onClick = ({ target }: Event) => {
    const summary = (target as Element).closest("summary");
    if (summary) openPart(work, summary);
  };
  return (
    <>
      <p class="small quiet" role="status">
        {shown.length} of {counted(work.choice.value.lines.length, "line")}
      </p>
      <LongList
        tag="ul"
        class="lines"
        rows={cardsOf(work)}
        items={shown}
        first={firstCards(shown)}
        height={CARD_HEIGHT / room.columns}
        onChange={onChange}
        onClick={onClick}
      />
      {shown.length === 0 && <p class="empty">No line is like that.</p>}
    </>
  );
}

/** What the cards of lines show, in order. @param others also those that the doctor may not have */
export function cardItems(
  work: Work,
  search: Search = EVERYTHING,
  others = false,
  compared: readonly string[] = [],
): Item<CardShows>[] {
  const { choice, scores, bucketOf, mixed, rotations, desk } = work;
  const said = desk.wishes.value.lines, writable = work.canWrite();
  const notedPositions = new Set(
    [...rotations.value].filter(([, { notes }]) => notes).map(([id]) => id),
  );
  const isFound = createFinder(search);
  return inOrder(choice.value.lines, (line) => scores.value.get(line.id)!.value)
    .filter((line) => {
      const { id, eligible } = line;
      if (!eligible && !others) return false;
      return isFound(line, {
        bucket: bucketOf.value.get(id) ?? 0,
        mixed: mixed.value.has(id),
        notes: said.get(id)?.notes ?? "",
      });
    })
    .map((line) => [line.id, {
      line,
      score: scores.value.get(line.id)!,
      bucket: bucketOf.value.get(line.id) ?? null,
      mixed: mixed.value.get(line.id) ?? NOTHING,
      told: desk.toldOf.value.get(line.id) ?? "",
      noted: !!said.get(line.id)?.notes ||
        notedPositions.size > 0 &&
          line.rotations.some(({ position }) => notedPositions.has(position.id)),
      compared: compared.includes(line.id),
      writable,
      own: choice.value.window.fte,
    }]);
}

const NOTHING: readonly string[] = [];

/** What is chosen to be looked at side by side, below the lines. */
function Compared({ compared }: { compared: Signal<readonly string[]> }) {
  const { lineById } = useWork();
  const comparing = useSignal(false);
  if (compared.value.length === 0) return null;
  return (
    <>
      <div class="float row">
        <span class="grow">
          {compared.value.length === 1
            ? "Choose another line to compare"
            : `${compared.value.length} lines chosen`}
        </span>
        <Button compact onClick={() => compared.value = []}>Clear</Button>
        <Button
          compact
          kind="primary"
          disabled={compared.value.length < 2}
          onClick={() => openDialog(TOGETHER, () => comparing.value = true)}
        >
          Compare
        </Button>
      </div>
      {comparing.value && (
        <Comparison
          lines={compared.value.map((id) => lineById.value.get(id)!)}
          onClose={() => comparing.value = false}
        />
      )}
    </>
  );
}

/** The best first; lines come in the order of their names, which decides among equals. */
function inOrder(lines: readonly Line[], scoreOf: (line: Line) => number): Line[] {
  return lines.map((line) => ({ line, score: scoreOf(line) }))
    .sort((a, b) => Number(b.line.eligible) - Number(a.line.eligible) || b.score - a.score)
    .map(({ line }) => line);
}

/** Words, and what else narrows the list; the fields of the latter are drawn when they are opened. */
function Filters({ search }: { search: Signal<Search> }) {
  const open = useSignal(false);
  const { text, specialty, hospital, bucket, mixed, noted } = search.value;
  const more = [specialty, hospital, bucket !== null, mixed, noted].filter(Boolean).length;
  return (
    <div class="filters stack">
      <TextField
        label="Search"
        type="search"
        placeholder="Hospital, specialty, position, note…"
        value={text}
        onText={(text) => search.value = { ...search.value, text }}
      />
      <details>
        <summary onClick={() => open.value = true}>
          {more > 0 ? `Filters (${more})` : "Filters"}
        </summary>
        {open.value && <FilterFields search={search} />}
      </details>
    </div>
  );
}

function FilterFields({ search }: { search: Signal<Search> }) {
  const { choice, mixed } = useWork();
  const { specialties, hospitals } = choice.value;
  const { specialty, hospital, bucket, noted, ...rest } = search.value;
  const set = (change: Partial<Search>) => search.value = { ...search.value, ...change };
  const named = (names: readonly string[], all: string): [string, string][] => [
    ["", all],
    ...names.map((name): [string, string] => [name, name]),
  ];
  return (
    <div class="grid">
      <SelectField
        label="Specialty"
        value={specialty}
        options={named(specialties, "Any")}
        onChoose={(specialty) => set({ specialty })}
      />
      <SelectField
        label="Hospital"
        value={hospital}
        options={named(hospitals.map(({ name }) => name), "Any")}
        onChoose={(hospital) => set({ hospital })}
      />
      <SelectField
        label="Bucket"
        value={bucket === null ? "" : String(bucket)}
        options={[["", "Any"], ...BUCKET_OPTIONS]}
        onChoose={(value) => set({ bucket: value === "" ? null : Number(value) as Bucket })}
      />
      <Check
        label={`Mixed signals only (${mixed.value.size})`}
        checked={rest.mixed}
        onChange={(on) => set({ mixed: on })}
      />
      <Check
        label="With a note only"
        checked={noted}
        onChange={(on) => set({ noted: on })}
      />
      <Button onClick={() => search.value = EVERYTHING}>Show all</Button>
    </div>
  );
}

const TOGETHER = "Side by side";

/** Two or three lines, term by term. */
function Comparison({ lines, onClose }: { lines: readonly Line[]; onClose: () => void }) {
  const { scores, choice, bucketOf } = useWork();
  return (
    <Dialog title={TOGETHER} wide onClose={onClose}>
      <div class="table-scroll" tabIndex={0} role="region" aria-label="Lines side by side">
        <table class="table compare">
          <thead>
            <tr>{lines.map(({ id, name }) => <th key={id} scope="col">{name}</th>)}</tr>
          </thead>
          <Part title="Score" lines={lines}>
            {({ id }) =>
              bucketOf.value.has(id)
                ? <ScoreBadge value={scores.value.get(id)!.value} />
                : "not open to you"}
          </Part>
          {lines.some(({ fte }) => fte < 1) && (
            <Part title="Hours" lines={lines}>
              {({ fte }) => fte < 1 ? partWords(fte) : "full time"}
            </Part>
          )}
          {choice.value.terms.map(({ term, ...span }) => (
            <Part key={term} title={`Term ${term} · ${days(span)}`} lines={lines}>
              {({ rotations }) => {
                const position = rotations.find((rotation) =>
                  rotation.term === term
                )?.position;
                if (!position) {
                  return "none";
                }
                return (
                  <>
                    <strong>{position.name}</strong>
                    <br />
                    {position.hospital}
                  </>
                );
              }}
            </Part>
          ))}
          <Part title="Leave" lines={lines}>
            {({ leave }) =>
              leave.length === 0
                ? "none planned"
                : leave.map((span) => <div key={span.startsOn}>{days(span)}</div>)}
          </Part>
        </table>
      </div>
    </Dialog>
  );
}

/** A heading over the cells of all lines, so that three of them fit on a phone. */
function Part({ title, lines, children }: {
  title: string;
  lines: readonly Line[];
  children: (line: Line) => ComponentChildren;
}) {
  return (
    <tbody>
      <tr>
        <th scope="rowgroup" colSpan={lines.length}>{title}</th>
      </tr>
      <tr>{lines.map((line) => <td key={line.id}>{children(line)}</td>)}</tr>
    </tbody>
  );
}
