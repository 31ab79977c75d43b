// What is said of job lines: places and must-have, who may take them, departments with weightings, and wishes.

import { useSignal } from "@preact/signals";
import { wholeOf } from "../ui/numbers.ts";
import { createSetupClient, type Repeats } from "../../../../shared/client/mod.ts";
import { namesApart } from "../data/apart.ts";
import { type Load, useLoad } from "../data/load.ts";
import { formOf, useTyped } from "../data/typed.ts";
import { Button } from "../ui/button.tsx";
import { SelectField, TextField } from "../ui/field.tsx";
import { plural } from "../ui/format.ts";
import { Loaded } from "../ui/loaded.tsx";
import { LongTable } from "../ui/long_table.tsx";
import { Word } from "../ui/word.tsx";
import type { PageContext } from "../page.ts";
import { hashOf } from "../router.ts";
import type { PartProps } from "./part.ts";
import { entryList, typedEntries } from "../../../../shared/exchange/entry_list.ts";
import { ownOf } from "../../../../shared/exchange/own.ts";
import {
  type Basis,
  changePopulation,
  lineNames,
  newOrigin,
  type Origin,
  type Population,
  readPopulation,
  renameRow,
  saveEntry,
} from "./population.ts";
import { placesRow } from "./places_row.tsx";
import { EligibilityDialog, RULES } from "./eligibility_dialog.tsx";
import { Said } from "./said.tsx";
import { fieldsOf, useSaving } from "./saving.ts";
import { TableImport } from "./table_import.tsx";
import { Another } from "./another.tsx";
import { FormCard } from "./form_card.tsx";
import { sent } from "../ui/sent.ts";

/** What is there, and a way to look again. */
function usePopulation(
  { context, onChanged }: PartProps,
): { load: Load<Population>; changed: () => void } {
  const load = useLoad(() => readPopulation(context.supabase, context.allocationRun.id), []);
  const changed = () => {
    load.reload();
    context.linesChanged();
    onChanged();
  };
  return { load, changed };
}

function NoLines({ context }: { context: PageContext }) {
  return (
    <p class="card empty">
      There are no job lines yet.{" "}
      <a href={hashOf("generate", context.allocationRun.id)}>Generate them</a>, or import a list
      with their names above, and they appear here.
    </p>
  );
}

const PLACES_HEAD = [
  "Line",
  "Places",
  <span key="must">
    Must have a doctor<Word of="must-have" />
  </span>,
];

/** Places and must-have lines. */
export function PlacesPart(props: PartProps) {
  const { context } = props;
  const { load, changed } = usePopulation(props);
  const saving = useSaving();
  const save = async (line: { name: string } & Record<string, unknown>, seen: Basis["seen"]) => {
    const { name: key } = line;
    await saving.run(() =>
      changePopulation(context.supabase, context.allocationRun.id, { lines: [line] }, {
        section: "lines",
        key,
        seen,
      })
    );
    // Whatever came of it, what is there stands in the fields.
    changed();
  };
  return (
    <>
      <TableImport context={context} kind="places" title="Places" onDone={changed} />
      <Said saving={saving} />
      <Loaded load={load} what="the lines">
        {(population) => {
          const lines = lineNames(population);
          if (lines.length === 0) return <NoLines context={context} />;
          return (
            <LongTable
              label="Places by line"
              head={PLACES_HEAD}
            >
              {lines.map((name) => placesRow(name, population.lines[name], save))}
            </LongTable>
          );
        }}
      </Loaded>
    </>
  );
}

/** Who may take which line, and lines that do not repeat an earlier year. */
export function EligibilityPart(props: PartProps) {
  const { context } = props;
  const { load, changed } = usePopulation(props);
  const editing = useSignal<string | null>(null);
  return (
    <>
      <TableImport
        context={context}
        kind="eligibility"
        title="Eligibility"
        word="eligibility"
        onDone={changed}
      />
      <AvoidRepeats context={context} onDone={changed} />
      <Loaded load={load} what="the lines">
        {(population) => {
          const lines = lineNames(population);
          if (lines.length === 0) return <NoLines context={context} />;
          return (
            <>
              <LongTable
                label="Who may take which line"
                head={["Line", ...RULES.map(([, label]) => label), ""]}
              >
                {lines.map((name) => {
                  const own = ownOf(population.eligibility, name);
                  return [
                    name,
                    ...RULES.map(([key]) => own?.[key].join(", ") || "–"),
                    <Button
                      key="button"
                      compact
                      aria-label={`Change who may take ${name}`}
                      onClick={() => editing.value = name}
                    >
                      Change
                    </Button>,
                  ];
                })}
              </LongTable>
              {editing.value !== null && (
                <EligibilityDialog
                  context={context}
                  line={editing.value}
                  own={ownOf(population.eligibility, editing.value)}
                  onClose={() => editing.value = null}
                  onDone={() => {
                    editing.value = null;
                    changed();
                  }}
                />
              )}
            </>
          );
        }}
      </Loaded>
    </>
  );
}

/** Doctors shall not get again what they did in an earlier year: looked at first, then done. */
function AvoidRepeats({ context, onDone }: { context: PageContext; onDone: () => void }) {
  const by = useSignal<"position" | "specialty">("position");
  const found = useSignal<Repeats | null>(null);
  const saving = useSaving();
  const setup = createSetupClient(context.supabase);
  const ask = async (dryRun: boolean) => {
    const done = await saving.run(async () => {
      const answer = await setup.avoidRepeats(context.allocationRun.id, { by: by.value, dryRun });
      found.value = dryRun ? answer : null;
      if (!dryRun) {
        context.notify({
          tone: "ok",
          title: "Excluded",
          message: plural(answer.excluded, "doctor and line", "pairs of a doctor and a line"),
        });
      }
    });
    if (done && !dryRun) onDone();
  };
  return (
    <section class="card" aria-labelledby="setup-repeats">
      <header>
        <h2 id="setup-repeats">Not what they did last year</h2>
      </header>
      <div class="body stack">
        <p class="small quiet">
          Doctors are left out of lines that repeat what they worked in an earlier year here, by the
          results (or the latest match) of those years.
        </p>
        <div class="row end">
          <SelectField
            label="What counts as the same"
            value={by.value}
            options={[["position", "The same position"], ["specialty", "The same specialty"]]}
            onChoose={(value) => {
              by.value = value as "position" | "specialty";
              found.value = null;
            }}
          />
          <Button busy={saving.busy.value} onClick={() => ask(true)}>Look</Button>
        </div>
        <Said saving={saving} />
        {found.value && (
          <Found
            repeats={found.value}
            busy={saving.busy.value}
            onLeaveOut={() => ask(false)}
          />
        )}
      </div>
    </section>
  );
}

/** Who would do something again, and leaving them out of these lines. */
function Found({ repeats: { pairs, spared }, busy, onLeaveOut }: {
  repeats: Repeats;
  busy: boolean;
  onLeaveOut: () => void;
}) {
  const names = namesApart([...pairs, ...spared]);
  return (
    <>
      {spared.length > 0 && (
        <p class="note warn">
          {spared.map(({ worker }) => names.get(worker)).join(", ")} would have no line left, and
          {" "}
          {spared.length === 1 ? "is" : "are"} left out of none.
        </p>
      )}
      {pairs.length === 0
        ? <p class="note ok">No line would give a doctor what they did before.</p>
        : (
          <>
            <LongTable label="Would repeat" head={["Doctor", "Line", "What"]}>
              {pairs.map(({ worker, lineName, what }) => [names.get(worker), lineName, what])}
            </LongTable>
            <div class="row">
              <Button kind="primary" busy={busy} onClick={onLeaveOut}>
                Leave them out of these lines
              </Button>
            </div>
          </>
        )}
    </>
  );
}

/** A department as its form has it. */
interface Department {
  name: string;
  lines: string;
  cap: string;
  origin: Origin;
}

/** A new department. */
const blank = (): Department => ({ name: "", lines: "", cap: "", origin: newOrigin() });

/** Departments with their lines, caps and ranks; and weightings. */
export function DepartmentsPart(props: PartProps) {
  const { context } = props;
  const { load, changed } = usePopulation(props);
  const draft = useTyped(formOf(context, "department"), blank);
  return (
    <>
      <TableImport
        context={context}
        kind="departments"
        title="Departments"
        word="preferencer"
        onDone={changed}
      />
      <TableImport
        context={context}
        kind="weightings"
        title="Weightings"
        word="weighting"
        onDone={changed}
      />
      <OneDepartment
        context={context}
        draft={draft}
        onDone={changed}
      />
      <Loaded load={load} what="the departments">
        {({ preferencers }) => (
          <Departments
            departments={preferencers}
            onEdit={(edited) => draft.value = edited}
          />
        )}
      </Loaded>
    </>
  );
}

/** Saves what the form has. */
async function saveDepartment(
  { supabase, allocationRun: { id } }: PageContext,
  { name, lines, cap, origin }: Department,
): Promise<void> {
  const key = name.trim();
  const department = {
    name: key,
    lines: typedEntries(lines),
    // What is no number goes as it was typed: the answer says so at the field. A cap that is left out would stay.
    ...cap.trim() ? { max_workers: wholeOf(cap) ?? cap } : { uncapped: ["max_workers"] },
  };
  await saveEntry(origin, {
    section: "preferencers",
    key,
    rename: (was) => renameRow(supabase, "preferencers", ["allocation_run", id], "name", was, key),
    write: (basis) => changePopulation(supabase, id, { preferencers: [department] }, basis),
  });
}

function OneDepartment({ context, draft, onDone }: Pick<PartProps, "context"> & {
  draft: { value: Department };
  onDone: () => void;
}) {
  const saving = useSaving();
  const field = fieldsOf(draft, saving);
  const isChange = draft.value.origin.changes !== null;
  const save = async () => {
    const empty = sent(draft, blank());
    if (!await saving.run(() => saveDepartment(context, draft.value))) return;
    empty();
    onDone();
  };
  return (
    <FormCard
      id="setup-department"
      title={isChange ? "Change a department" : "Add one department"}
      beside={isChange && <Another draft={draft} blank={blank} />}
      onSubmit={save}
    >
      <div class="setup-grid">
        <TextField label="Department" required {...field("name")} />
        <TextField label="Its lines" hint="Separated by commas" {...field("lines")} />
        <TextField
          label="Most doctors"
          hint="Over all of its lines; blank: no cap"
          inputMode="numeric"
          {...field("cap", "max_workers")}
        />
      </div>
      <Said saving={saving} fields={["name", "max_workers", "lines"]} />
      <div class="row">
        <Button type="submit" busy={saving.busy.value}>Save the department</Button>
      </div>
    </FormCard>
  );
}

function Departments({ departments, onEdit }: {
  departments: Population["preferencers"];
  onEdit: (department: Department) => void;
}) {
  const sorted = Object.entries(departments).sort(([a], [b]) => a.localeCompare(b, "en"));
  if (sorted.length === 0) {
    return (
      <p class="card empty">
        No department ranks doctors yet: then doctors' wishes alone decide.
      </p>
    );
  }
  return (
    <LongTable
      label="Departments"
      head={["Department", "Lines", "Doctors ranked", "Most lines", "Most doctors", ""]}
    >
      {sorted.map(([name, { lines, ranks, max_job_lines, max_workers }]) => [
        name,
        lines.join(", ") || "–",
        Object.keys(ranks).length,
        max_job_lines ?? "all",
        max_workers ?? "no cap",
        <Button
          key="button"
          compact
          aria-label={`Change ${name}`}
          onClick={() =>
            onEdit({
              name,
              lines: entryList(lines),
              cap: String(max_workers ?? ""),
              origin: {
                changes: name,
                basis: { section: "preferencers", key: name, seen: { lines, max_workers } },
              },
            })}
        >
          Change
        </Button>,
      ])}
    </LongTable>
  );
}

/** Doctors' wishes by spreadsheet. */
export function WishesPart({ context, progress, onChanged }: PartProps) {
  return (
    <>
      <p class="card body">
        {progress.wishes === null
          ? "The preference window is open: doctors rank the lines on their own page, and what they wish is theirs alone until it closes."
          : "Doctors rank the lines on their own page while the preference window is open. What they sent you otherwise is imported here, in whichever layout it has."}
        {" "}
        <a href={hashOf("preferences", context.allocationRun.id)}>
          Open the window, invite doctors
        </a>
      </p>
      <TableImport context={context} kind="wishes" title="Wishes" onDone={onChanged} />
    </>
  );
}
