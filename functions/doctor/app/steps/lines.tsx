// The second step: lines as cards, with search, filters, comparison, notes.

import { useSignal } from "@preact/signals";
import type { ComponentChildren } from "preact";
import { useRef } from "preact/hooks";
import { Button } from "../../../console/app/ui/button.tsx";
import { Dialog } from "../../../console/app/ui/dialog.tsx";
import { Check, SelectField, TextField } from "../../../console/app/ui/field.tsx";
import { EVERYTHING, matches, type Search } from "../model/find.ts";
import { type Bucket, type Line } from "../model/lines.ts";
import { days } from "../model/when.ts";
import { useKept } from "../parts/kept.ts";
import { BUCKET_OPTIONS, type CardProps, lineCard, scoreBadge } from "../parts/line_card.tsx";
import { useSoon } from "../parts/use_soon.ts";
import { useStages } from "../parts/use_stages.ts";
import { useWork } from "../work.ts";

/** How many lines are looked at side by side. */
const MOST_COMPARED = 3;

/** All lines, the best score first; those that the doctor may not have come last, where they are asked for. */
// deno-lint-ignore house/long-function -- what is searched, compared and drawn first is one state
export function Lines({ next }: { next: string }) {
  const work = useWork();
  const { choice, scores, bucketOf, mixed, desk } = work;
  const search = useSignal<Search>(EVERYTHING);
  const others = useSignal(false);
  const most = useSoon(6);
  const compared = useSignal<readonly string[]>([]);
  const comparing = useSignal(false);
  const compare = useRef((id: string, on: boolean) => {
    const rest = compared.value.filter((each) => each !== id);
    compared.value = on ? [...rest, id].slice(-MOST_COMPARED) : rest;
  });
  const said = desk.wishes.value.lines, writable = work.canWrite();
  const notesOf = (id: string) => said.get(id)?.notes ?? "";
  const shown = inOrder(choice.value.lines, (line) => scores.value.get(line.id)!.value)
    .filter((line) => line.eligible || others.value)
    .filter((line) =>
      matches(line, {
        bucket: bucketOf.value.get(line.id) ?? 0,
        mixed: mixed.value.has(line.id),
        notes: notesOf(line.id),
      }, search.value)
    );
  const closed = choice.value.lines.filter(({ eligible }) => !eligible).length;
  const stages = useStages(shown.length), kept = useKept();
  return (
    <section class="stack">
      <h1 tabIndex={-1}>Lines</h1>
      <p class="quiet">
        The best for you come first. Where the score got a line wrong, choose another bucket for it.
      </p>
      <Filters search={search.value} onSearch={(value) => search.value = value} />
      {closed > 0 && (
        <Check
          label={`Also show ${
            closed === 1 ? "one line that is" : `${closed} lines that are`
          } not open to you`}
          checked={others.value}
          onChange={(on) => others.value = on}
        />
      )}
      <p class="small quiet" role="status">{shown.length} of {choice.value.lines.length} lines</p>
      <ul class="lines">
        {shown.slice(0, most).map((line, index) => {
          const card: CardProps = {
            line,
            score: scores.value.get(line.id)!,
            bucket: bucketOf.value.get(line.id) ?? null,
            mixed: mixed.value.get(line.id),
            notes: notesOf(line.id),
            compared: compared.value.includes(line.id),
            writable,
            onCompare: compare.current,
          };
          const stage = stages.of(line.id, index);
          return kept(
            line.id,
            [stage, ...Object.values(card)],
            () => lineCard(card, stage, stages.watch),
          );
        })}
      </ul>
      {shown.length === 0 && <p class="empty">No line is like that.</p>}
      {compared.value.length > 0 && (
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
            onClick={() => comparing.value = true}
          >
            Compare
          </Button>
        </div>
      )}
      <a class="button primary" href={next}>Next: put them in order</a>
      {comparing.value && (
        <Comparison
          lines={compared.value.map((id) => work.lineById.value.get(id)!)}
          onClose={() => comparing.value = false}
        />
      )}
    </section>
  );
}

/** The best first; lines come in the order of their names, which decides among equals. */
function inOrder(lines: readonly Line[], scoreOf: (line: Line) => number): Line[] {
  return lines.map((line) => ({ line, score: scoreOf(line) }))
    .sort((a, b) => Number(b.line.eligible) - Number(a.line.eligible) || b.score - a.score)
    .map(({ line }) => line);
}

function Filters({ search, onSearch }: { search: Search; onSearch: (search: Search) => void }) {
  const { choice, mixed } = useWork();
  const { specialties, hospitals } = choice.value;
  const set = (change: Partial<Search>) => onSearch({ ...search, ...change });
  const named = (names: readonly string[], all: string): [string, string][] => [
    ["", all],
    ...names.map((name): [string, string] => [name, name]),
  ];
  const more =
    [search.specialty, search.hospital, search.bucket !== null, search.mixed, search.noted]
      .filter(Boolean).length;
  return (
    <div class="filters stack">
      <TextField
        label="Search"
        type="search"
        placeholder="Hospital, specialty, position, note…"
        value={search.text}
        onText={(text) => set({ text })}
      />
      <details>
        <summary>{more > 0 ? `Filters (${more})` : "Filters"}</summary>
        <div class="grid">
          <SelectField
            label="Specialty"
            value={search.specialty}
            options={named(specialties, "Any")}
            onChoose={(specialty) => set({ specialty })}
          />
          <SelectField
            label="Hospital"
            value={search.hospital}
            options={named(hospitals.map(({ name }) => name), "Any")}
            onChoose={(hospital) => set({ hospital })}
          />
          <SelectField
            label="Bucket"
            value={search.bucket === null ? "" : String(search.bucket)}
            options={[["", "Any"], ...BUCKET_OPTIONS]}
            onChoose={(value) => set({ bucket: value === "" ? null : Number(value) as Bucket })}
          />
          <Check
            label={`Mixed signals only (${mixed.value.size})`}
            checked={search.mixed}
            onChange={(on) => set({ mixed: on })}
          />
          <Check
            label="With a note only"
            checked={search.noted}
            onChange={(on) => set({ noted: on })}
          />
          <Button onClick={() => onSearch(EVERYTHING)}>Show all</Button>
        </div>
      </details>
    </div>
  );
}

/** Two or three lines, term by term. */
function Comparison({ lines, onClose }: { lines: readonly Line[]; onClose: () => void }) {
  const { scores, choice, bucketOf } = useWork();
  return (
    <Dialog title="Side by side" wide onClose={onClose}>
      <div class="table-scroll" tabIndex={0} role="region" aria-label="Lines side by side">
        <table class="table compare">
          <thead>
            <tr>{lines.map(({ id, name }) => <th key={id} scope="col">{name}</th>)}</tr>
          </thead>
          <Part title="Score" lines={lines}>
            {({ id }) =>
              bucketOf.value.has(id) ? scoreBadge(scores.value.get(id)!.value) : "not open to you"}
          </Part>
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
