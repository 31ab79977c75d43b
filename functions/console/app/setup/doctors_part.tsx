// Doctors who take part, with their tags: one by one, and by spreadsheet.

import { useSignal } from "@preact/signals";
import { Fragment } from "preact";
import { useLoad } from "../data/load.ts";
import { Button } from "../ui/button.tsx";
import { TextField } from "../ui/field.tsx";
import { Search } from "../ui/filters.tsx";
import { Loaded } from "../ui/loaded.tsx";
import { LongTable } from "../ui/long_table.tsx";
import { hashOf } from "../router.ts";
import type { PartProps } from "./part.ts";
import {
  type Basis,
  changePopulation,
  entries,
  type Population,
  readPopulation,
} from "./population.ts";
import { Said } from "./said.tsx";
import { fieldsOf, useSaving } from "./saving.ts";
import { TableImport } from "./table_import.tsx";
import { fteOf } from "./fte.ts";
import { FteField } from "./fte_field.tsx";
import { FormCard } from "./form_card.tsx";

/** A doctor as the form has them. */
interface Draft {
  email: string;
  name: string;
  tags: string;
  /** How much of full time they work, as typed. */
  fte: string;
  /** As they were when somebody pressed Change; null: a new one. */
  basis: Basis | null;
}

const BLANK: Draft = { email: "", name: "", tags: "", fte: "1", basis: null };

function basisOf(key: string, known?: Population["doctors"][string]): Basis {
  const seen = known ? { name: known.name, tags: known.tags, fte: known.fte } : null;
  return { section: "doctors", key, seen };
}

/** See `part.ts`. */
export function DoctorsPart({ context, onChanged }: PartProps) {
  const { supabase, allocationRun } = context;
  const load = useLoad(() => readPopulation(supabase, allocationRun.id), []);
  const draft = useSignal<Draft>(BLANK);
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
        known={load.value.value?.doctors}
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
    </>
  );
}

function OneDoctor({ context, draft, known, onDone }: Pick<PartProps, "context"> & {
  draft: { value: Draft };
  known: Population["doctors"] | undefined;
  onDone: () => void;
}) {
  const saving = useSaving();
  const field = fieldsOf(draft, saving);
  const { email, name, tags, fte } = draft.value;
  const part = fteOf(fte);
  const save = async () => {
    if (part === null) return;
    const doctor = { email: email.trim(), name: name.trim(), tags: entries(tags), fte: part };
    const basis = draft.value.basis?.key === doctor.email
      ? draft.value.basis
      : known && basisOf(doctor.email, known[doctor.email]);
    if (basis) draft.value = { ...draft.value, basis };
    if (
      !await saving.run(() =>
        changePopulation(context.supabase, context.allocationRun.id, { workers: [doctor] }, basis)
      )
    ) return;
    context.notify({ tone: "ok", title: `${doctor.name} takes part` });
    draft.value = BLANK;
    onDone();
  };
  return (
    <FormCard id="setup-doctor" title="Add or change one doctor" onSubmit={save}>
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
  const wanted = text.value.toLowerCase();
  const doctors = Object.entries(population.doctors)
    .filter(([email, { name, tags }]) =>
      `${name} ${email} ${tags.join(" ")}`.toLowerCase().includes(wanted)
    )
    .sort(([, a], [, b]) => a.name.localeCompare(b.name, "en"));
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
        {doctors.map(([email, { name, tags, withdrawn, fte }]) => [
          <Fragment key="name">{name} {withdrawn && <span class="tag">withdrawn</span>}</Fragment>,
          email,
          tags.join(", "),
          String(fte),
          <Button
            key="button"
            compact
            aria-label={`Change ${name}`}
            onClick={() =>
              onEdit({
                email,
                name,
                tags: tags.join(", "),
                fte: String(fte),
                basis: basisOf(email, population.doctors[email]),
              })}
          >
            Change
          </Button>,
        ])}
      </LongTable>
    </section>
  );
}
