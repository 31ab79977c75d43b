// Who got what: a table of doctors to search and filter; a doctor's own view opens from it.

import { useSignal } from "@preact/signals";
import type { Allocation } from "../../../../shared/client/mod.ts";
import type { PageContext } from "../page.ts";
import { Button } from "../ui/button.tsx";
import { Field } from "../ui/field.tsx";
import { plural } from "../ui/format.ts";
import { DoctorDialog } from "./doctor_dialog.tsx";
import type { Field as Participants, Match } from "./match_data.ts";
import { choice } from "./words.ts";

/** Doctors shown at once. */
const PAGE = 100;

const FILTERS = {
  all: "all",
  first: "got their first choice",
  low: "got their 4th choice or later",
  unranked: "got a line they had not ranked",
  none: "without a line",
};
type Filter = keyof typeof FILTERS;

/** A doctor and what they got. */
interface Row {
  mapping: string;
  name: string;
  allocation: Allocation | undefined;
}

/** See above. The filter stays in the address. */
export function DoctorsCard({ context, field, match }: {
  context: PageContext;
  field: Participants;
  match: Match | null;
}) {
  const { params, setParams } = context;
  const shown = useSignal(PAGE);
  const search = params.get("doctor") ?? "";
  const filter = (params.get("got") ?? "all") as Filter;
  const set = (name: string, value: string) => {
    const next = new URLSearchParams(params);
    if (value === "" || value === "all") next.delete(name);
    else next.set(name, value);
    shown.value = PAGE;
    setParams(next);
  };
  const rows = rowsOf(field, match).filter((row) => fits(row, search, filter));
  const open = field.doctors.find(({ mapping }) => mapping === params.get("open"));
  return (
    <section class="card" aria-label="Doctors">
      <header>
        <h2>Doctors</h2>
        <span class="small quiet" role="status">{plural(rows.length, "doctor")}</span>
      </header>
      <div class="body stack">
        <div class="match-filters">
          <Field label="Search">
            {(control) => (
              <input
                {...control}
                class="input"
                type="search"
                placeholder="doctor or line"
                value={search}
                onInput={(event) => set("doctor", event.currentTarget.value)}
              />
            )}
          </Field>
          <Field label="Show">
            {(control) => (
              <select
                {...control}
                class="select"
                value={filter}
                onChange={(event) => set("got", event.currentTarget.value)}
              >
                {Object.entries(FILTERS).map(([value, label]) => (
                  <option key={value} value={value}>{label}</option>
                ))}
              </select>
            )}
          </Field>
        </div>
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
              {rows.slice(0, shown.value).map(({ mapping, name, allocation }) => (
                <tr key={mapping}>
                  <th scope="row">
                    <Button
                      kind="plain"
                      compact
                      class="match-name"
                      aria-haspopup="dialog"
                      onClick={() => set("open", mapping)}
                    >
                      {name}
                    </Button>
                  </th>
                  <td>{allocation?.line.name ?? "–"}</td>
                  <td>{allocation ? choice(allocation.originalPreference) : "–"}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
        {rows.length === 0 && <p class="empty">No doctor fits.</p>}
        {rows.length > shown.value && (
          <Button compact onClick={() => shown.value += PAGE}>
            Show {Math.min(PAGE, rows.length - shown.value)} more
          </Button>
        )}
      </div>
      {open && (
        <DoctorDialog
          key={open.mapping}
          context={context}
          doctor={open}
          field={field}
          match={match}
          onClose={() => set("open", "")}
        />
      )}
    </section>
  );
}

function rowsOf({ doctors }: Participants, match: Match | null): Row[] {
  const got = new Map(match?.allocations.map((each) => [each.worker.mapping, each]));
  return doctors.map(({ mapping, name }) => ({ mapping, name, allocation: got.get(mapping) }));
}

function fits({ name, allocation }: Row, search: string, filter: Filter): boolean {
  const text = `${name} ${allocation?.line.name ?? ""}`.toLowerCase();
  if (!text.includes(search.trim().toLowerCase())) return false;
  const rank = allocation?.originalPreference;
  switch (filter) {
    case "first":
      return rank !== undefined && rank !== null && rank < 2;
    case "low":
      return rank !== undefined && rank !== null && rank >= 4;
    case "unranked":
      return rank === null;
    case "none":
      return allocation === undefined;
    default:
      return true;
  }
}
