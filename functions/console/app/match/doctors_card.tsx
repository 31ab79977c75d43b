// Who got what: a table of doctors to search and filter; a doctor's own view opens from it.

import type { ResultRow } from "../../../../shared/client/mod.ts";
import type { PageContext } from "../page.ts";
import { NoDoctorsYet } from "../runs/nothing_yet.tsx";
import { useFirstRows } from "../ui/first_rows.tsx";
import { Button } from "../ui/button.tsx";
import { SelectField, TextField } from "../ui/field.tsx";
import { ofAll } from "../ui/format.ts";
import { DoctorDialog } from "./doctor_dialog.tsx";
import { type DoctorRow, doctorRows, type Filter, filterOf, FILTERS, gotWord } from "./doctors.ts";
import type { Field as Participants, Match } from "./match_data.ts";

/** Doctors shown at once. */
const PAGE = 100;

/** See above. The filter stays in the address. */
export function DoctorsCard({ context, field, match, results }: {
  context: PageContext;
  field: Participants;
  match: Match | null;
  /** The finalised result; none: there is none. */
  results: readonly ResultRow[];
}) {
  const { params, setParams } = context;
  const search = params.get("doctor") ?? "";
  const filter = filterOf(params.get("got"));
  const set = (name: string, value: string) => {
    const next = new URLSearchParams(params);
    if (value === "" || value === "all") next.delete(name);
    else next.set(name, value);
    reset();
    setParams(next);
  };
  const rows = doctorRows(field, match, results, search, filter);
  const { listed, more, reset } = useFirstRows(rows, PAGE, PAGE);
  const open = field.doctors.find(({ mapping }) => mapping === params.get("open"));
  return (
    <section class="card" aria-label="Doctors">
      <header>
        <h2>Doctors</h2>
        <span class="small quiet" role="status">
          {ofAll(rows.length, field.doctors.length, "doctor")}
        </span>
      </header>
      <div class="body stack">
        <Filters search={search} filter={filter} onSet={set} />
        <DoctorsTable
          rows={listed}
          onOpen={(mapping) => set("open", mapping)}
        />
        {field.doctors.length === 0
          ? <NoDoctorsYet allocationRun={context.allocationRun.id} />
          : rows.length === 0 && <p class="empty">No doctor fits.</p>}
        {more}
      </div>
      {open && (
        <DoctorDialog
          key={open.mapping}
          context={context}
          doctor={open}
          field={field}
          match={match}
          results={results}
          onClose={() => set("open", "")}
        />
      )}
    </section>
  );
}

function Filters({ search, filter, onSet }: {
  search: string;
  filter: Filter;
  onSet: (name: string, value: string) => void;
}) {
  return (
    <div class="match-filters">
      <TextField
        label="Search"
        type="search"
        placeholder="doctor or line"
        value={search}
        onText={(text) => onSet("doctor", text)}
      />
      <SelectField
        label="Show"
        value={filter}
        options={Object.entries(FILTERS)}
        onChoose={(name) => onSet("got", name)}
      />
    </div>
  );
}

function DoctorsTable({ rows, onOpen }: {
  rows: readonly DoctorRow[];
  onOpen: (mapping: string) => void;
}) {
  return (
    <div class="table-scroll match-doctors" tabIndex={0} role="group" aria-label="Doctors">
      <table class="table">
        <caption class="visually-hidden">
          Doctors, their lines and which choice these are
        </caption>
        <thead>
          <tr>
            <th scope="col">Doctor</th>
            <th scope="col">Line</th>
            <th scope="col">Choice</th>
          </tr>
        </thead>
        <tbody>
          {rows.map(({ mapping, name, hasLeft, fte, got, isCorrected, isKept }) => (
            <tr key={mapping}>
              <th scope="row">
                <Button
                  kind="plain"
                  compact
                  class="match-name"
                  aria-haspopup="dialog"
                  onClick={() =>
                    onOpen(mapping)}
                >
                  {name}
                </Button>
                {hasLeft && <span class="tag">withdrew</span>}
                {fte < 1 && <span class="tag">{fte} FTE</span>}
              </th>
              <td>
                {got?.lineName ?? "–"}
                {isCorrected ? " (corrected)" : isKept && " (kept)"}
              </td>
              <td>{gotWord(got)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
