// Doctors who take part, with their tags: one by one, and by spreadsheet.

import { useSignal } from "@preact/signals";
import { Fragment } from "preact";
import { apart } from "../data/apart.ts";
import { useLoad } from "../data/load.ts";
import { formOf, useTyped } from "../data/typed.ts";
import { Button } from "../ui/button.tsx";
import { TextField } from "../ui/field.tsx";
import { Search } from "../ui/filters.tsx";
import { finderOf } from "../ui/search.ts";
import { Loaded } from "../ui/loaded.tsx";
import { LongTable } from "../ui/long_table.tsx";
import { hashOf } from "../router.ts";
import type { PartProps } from "./part.ts";
import { entryList, typedEntries } from "../../../../shared/exchange/entry_list.ts";
import {
  changePopulation,
  newOrigin,
  type Origin,
  type Population,
  readPopulation,
  renameRow,
  saveEntry,
} from "./population.ts";
import { NamesCard } from "./names_card.tsx";
import { Said } from "./said.tsx";
import { fieldsOf, useSaving } from "./saving.ts";
import { TableImport } from "./table_import.tsx";
import { fteOf } from "./fte.ts";
import { FteField } from "./fte_field.tsx";
import { Another } from "./another.tsx";
import { FormCard } from "./form_card.tsx";
import { sent } from "../ui/sent.ts";

/** A doctor as the form has them. */
interface Draft {
  email: string;
  name: string;
  tags: string;
  /** How much of full time they work, as typed. */
  fte: string;
  origin: Origin;
}

/** A new doctor. */
const blank = (): Draft => ({ email: "", name: "", tags: "", fte: "1", origin: newOrigin() });

/** See `part.ts`. */
export function DoctorsPart({ context, onChanged }: PartProps) {
  const { supabase, allocationRun } = context;
  const load = useLoad(() => readPopulation(supabase, allocationRun.id), []);
  const draft = useTyped(formOf(context, "doctor"), blank);
  const changed = () => {
    load.reload();
    onChanged();
  };
  return (
    <>
      <TableImport context={context} kind="doctors" title="Doctors" onDone={changed} />
      <OneDoctor
        context={context}
        draft={draft}
        elsewhere={load.value.value?.elsewhere}
        onDone={changed}
      />
      <Loaded load={load} what="the doctors">
        {(population) => (
          <List
            population={population}
            context={context}
            onEdit={(doctor) => draft.value = doctor}
          />
        )}
      </Loaded>
      <NamesCard
        context={context}
        table="qualification_tags"
        title="Tags"
        none="They come with doctors, and with lines that ask for them."
        since={load.value.value}
        onDone={changed}
      />
    </>
  );
}

/** Saves what the form has. @param elsewhere doctors of the org who take no part in this allocation run */
async function saveDoctor(
  { supabase, org, allocationRun }: PartProps["context"],
  draft: Draft,
  fte: number,
  elsewhere: Population["elsewhere"] = {},
): Promise<void> {
  const key = draft.email.trim().toLowerCase();
  const doctor = { email: key, name: draft.name.trim(), tags: typedEntries(draft.tags), fte };
  const known = elsewhere[key];
  const isSame = known?.name === doctor.name && `${known.tags}` === `${doctor.tags.toSorted()}`;
  await saveEntry(draft.origin, {
    section: "doctors",
    key,
    elsewhere: isSame ? undefined : known,
    rename: (was) => renameRow(supabase, "workers", ["org_id", org.id], "email", was, key),
    write: (basis) => changePopulation(supabase, allocationRun.id, { workers: [doctor] }, basis),
  });
}

function OneDoctor({ context, draft, elsewhere, onDone }: Pick<PartProps, "context"> & {
  draft: { value: Draft };
  elsewhere: Population["elsewhere"] | undefined;
  onDone: () => void;
}) {
  const saving = useSaving();
  const field = fieldsOf(draft, saving);
  const part = fteOf(draft.value.fte);
  const isChange = draft.value.origin.changes !== null;
  const save = async () => {
    if (part === null) return;
    const { name } = draft.value;
    const empty = sent(draft, blank());
    if (!await saving.run(() => saveDoctor(context, draft.value, part, elsewhere))) return;
    context.notify({ tone: "ok", title: `${name.trim()} takes part` });
    empty();
    onDone();
  };
  return (
    <FormCard
      id="setup-doctor"
      title={isChange ? "Change a doctor" : "Add one doctor"}
      beside={isChange && <Another draft={draft} blank={blank} />}
      onSubmit={save}
    >
      <div class="setup-grid">
        <TextField label="Doctor's e-mail" type="email" required {...field("email")} />
        <TextField label="Doctor's name" required {...field("name")} />
        <TextField label="Tags" hint="Separated by commas, e.g. PGY1, ICU" {...field("tags")} />
        <FteField
          hint="How much of full time: 1, or less in steps of 0.05"
          {...field("fte")}
        />
      </div>
      <Said saving={saving} fields={["email", "name", "tags", "fte"]} />
      <div class="row">
        <Button type="submit" busy={saving.busy.value}>Save the doctor</Button>
      </div>
    </FormCard>
  );
}

function List({ population, context, onEdit }: Pick<PartProps, "context"> & {
  population: Population;
  onEdit: (doctor: Draft) => void;
}) {
  const text = useSignal("");
  const isFound = finderOf(text.value);
  const doctors = Object.entries(population.doctors)
    .filter(([email, { name, tags }]) => isFound(name, email, ...tags))
    .sort(([, a], [, b]) => a.name.localeCompare(b.name, "en"));
  const named = apart(
    doctors.map(([email, { name }]) => ({ email, name })),
    ({ email }) => email,
  );
  if (Object.keys(population.doctors).length === 0) {
    return <p class="card empty">No doctor takes part yet. Import them above, or add one.</p>;
  }
  return (
    <section class="card body stack" aria-label="Doctors who take part">
      <div class="row">
        <Search
          label="Search doctors, tags"
          value={text.value}
          onInput={(value) => text.value = value}
        />
        <span class="small quiet">
          To withdraw a doctor, or to export or erase what is held of one:{" "}
          <a href={hashOf("match", context.allocationRun.id)}>Match</a>.
        </span>
      </div>
      <LongTable label="Doctors" head={["Name", "E-mail", "Tags", "FTE", ""]}>
        {doctors.map(([email, { name, tags, withdrawn, fte }], i) => [
          <Fragment key="name">{name} {withdrawn && <span class="tag">withdrawn</span>}</Fragment>,
          email,
          tags.join(", "),
          String(fte),
          <Button
            key="button"
            compact
            aria-label={`Change ${named[i].name}`}
            onClick={() =>
              onEdit({
                email,
                name,
                tags: entryList(tags),
                fte: String(fte),
                origin: {
                  changes: email,
                  basis: { section: "doctors", key: email, seen: { name, tags, fte } },
                },
              })}
          >
            Change
          </Button>,
        ])}
      </LongTable>
    </section>
  );
}
