// Above the roster: filters, order, the legend of specialties, and pinning of all lines that are shown.

import type { Signal } from "@preact/signals";
import type { LineDoctor } from "../../../../shared/client/mod.ts";
import { Button } from "../ui/button.tsx";
import type { Option } from "../ui/field.tsx";
import { Choice, OnPaper, Search } from "../ui/filters.tsx";
import { count, ofAll, plural } from "../ui/format.ts";
import type { Pins } from "./pins.ts";
import type { Roster, Row } from "./roster.ts";
import { EVERYTHING, isFiltered, type Selection } from "./selection.ts";

/** What the toolbar works on. */
export interface RosterToolbarProps {
  roster: Roster;
  /** The rows that are shown. */
  rows: Row[];
  selection: Signal<Selection>;
  pins: Pins;
  /** Who has which line; without it lines alone are shown. */
  doctors?: readonly LineDoctor[];
  /** Opens the editor; absent: it is open. */
  onEdit?: () => void;
}

/** Filters, order, legend. */
export function RosterToolbar(
  { roster, rows, selection, pins, doctors = [], onEdit }: RosterToolbarProps,
) {
  const now = selection.value;
  const set = (changes: Partial<Selection>) => selection.value = { ...now, ...changes };
  return (
    <header class="roster-head">
      <div class="row">
        <h1>Roster</h1>
        <p class="quiet small grow" role="status">{summary(roster, rows, now.by, doctors)}</p>
        {doctors.length > 0 && <RowsBy by={now.by} onChoose={(by) => set({ by })} />}
        {pins.allowed && onEdit && (
          <Button
            compact
            disabled={pins.obstacle.value !== null}
            title={pins.obstacle.value ?? "Change cells, lines and leave by hand"}
            onClick={onEdit}
          >
            Edit
          </Button>
        )}
        {pins.allowed && onEdit && <PinShown rows={rows} all={!isFiltered(now)} pins={pins} />}
        <Button compact onClick={() => print()}>Print</Button>
      </div>
      <div class="roster-filters" role="search" aria-label="Lines">
        <Search
          label="Search lines, positions, hospitals"
          value={now.text}
          onInput={(text) => set({ text })}
        />
        <Choices roster={roster} now={now} onSet={set} />
        {now.specialty !== "" && <OnPaper label="Specialty" value={now.specialty} />}
        {(isFiltered(now) || now.sort !== EVERYTHING.sort) && (
          <Button
            compact
            kind="plain"
            onClick={() => selection.value = { ...EVERYTHING, by: now.by }}
          >
            Clear
          </Button>
        )}
      </div>
      <Legend
        roster={roster}
        chosen={now.specialty}
        onChoose={(specialty) => set({ specialty })}
      />
    </header>
  );
}

const CATEGORIES: Option[] = ["A", "B", "C", "D"].map((c) => [c, `Category ${c}`]);
const ORDERS: Option[] = [
  ["order", "As planned"],
  ["name", "By name"],
  ["affinity", "By affinity"],
  ["pinned", "Pinned first"],
  ["pathway", "By pathway"],
];

function Choices({ roster, now, onSet }: {
  roster: Roster;
  now: Selection;
  onSet: (changes: Partial<Selection>) => void;
}) {
  const terms = roster.terms.map(({ term }): Option => [`term${term}`, `By term ${term}`]);
  return (
    <>
      <Choice
        label="Hospital"
        value={now.hospital}
        options={[["", "All hospitals"], ...roster.hospitals]}
        onChoose={(hospital) => onSet({ hospital })}
      />
      <Choice
        label="Category"
        value={now.category}
        options={[["", "All categories"], ...CATEGORIES]}
        onChoose={(category) => onSet({ category })}
      />
      <Choice
        label="Pinned"
        value={now.pinned}
        options={[["", "Pinned or not"], ["yes", "Pinned"], ["no", "Not pinned"]]}
        onChoose={(pinned) => onSet({ pinned: pinned as Selection["pinned"] })}
      />
      <Choice
        label="Order"
        value={now.sort}
        options={[...ORDERS, ...terms]}
        onChoose={(sort) => onSet({ sort, descending: sort === "affinity" })}
      />
    </>
  );
}

/** Specialties with their colours; pressing one shows its lines alone. */
function Legend({ roster, chosen, onChoose }: {
  roster: Roster;
  chosen: string;
  onChoose: (specialty: string) => void;
}) {
  return (
    <ul class="roster-legend" aria-label="Specialties">
      {roster.specialties.map(({ name, tone, rotations }) => (
        <li key={name}>
          <button
            type="button"
            class={`roster-key tone-${tone}`}
            aria-pressed={chosen === name}
            onClick={() => onChoose(chosen === name ? "" : name)}
          >
            <span class="swatch" aria-hidden="true" />
            {name} <span class="quiet">{count(rotations)}</span>
          </button>
        </li>
      ))}
      {roster.rows.some(({ leave }) => leave.length > 0) && (
        <li class="roster-key">
          <span class="swatch leave" aria-hidden="true" /> annual leave
        </li>
      )}
    </ul>
  );
}

/** Whether a row is a line or a doctor. */
function RowsBy({ by, onChoose }: {
  by: Selection["by"];
  onChoose: (by: Selection["by"]) => void;
}) {
  return (
    <span class="roster-by" role="group" aria-label="Rows">
      {(["line", "doctor"] as const).map((each) => (
        <Button
          key={each}
          compact
          aria-pressed={by === each}
          onClick={() => onChoose(each)}
        >
          By {each}
        </Button>
      ))}
    </span>
  );
}

function summary(
  roster: Roster,
  rows: readonly Row[],
  by: Selection["by"],
  doctors: readonly LineDoctor[],
): string {
  const without = doctors.filter(({ jobLine }) => jobLine === null).length;
  const names = doctors.length === 0
    ? ""
    : `; names by the ${doctors[0].source === "result" ? "finalised result" : "current match"}${
      without > 0 ? `, ${plural(without, "doctor")} without a line` : ""
    }`;
  return `${
    by === "doctor" && doctors.length > 0 ? rowsShown(rows) : linesShown(roster, rows)
  }${names}`;
}

function rowsShown(rows: readonly Row[]): string {
  return plural(rows.filter((row) => row.doctors.length > 0).length, "doctor");
}

function linesShown(roster: Roster, rows: readonly Row[]): string {
  const pinned = roster.rows.filter(({ locked }) => locked).length;
  const lines = ofAll(rows.length, roster.rows.length, "line");
  return pinned > 0 ? `${lines}, ${count(pinned)} pinned` : lines;
}

/** Pins all lines that are shown, or unpins them where all are pinned. */
function PinShown({ rows, all, pins }: { rows: Row[]; all: boolean; pins: Pins }) {
  const locked = rows.every((row) => row.locked);
  const lines = rows.filter((row) => row.locked === locked).length;
  return (
    <Button
      compact
      busy={pins.busy.value}
      disabled={pins.obstacle.value !== null || rows.length === 0}
      title={pins.obstacle.value ?? undefined}
      onClick={() => pins.set(rows, !locked)}
    >
      {locked ? "Unpin" : "Pin"} {all ? "all" : "shown"} ({count(lines)})
    </Button>
  );
}
