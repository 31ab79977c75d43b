// What makes one line nicer than another: the run's profile, specialties that it does not know, and a matrix of one's own.

import { useSignal } from "@preact/signals";
import { type AffinityImportAnswer, createExchangeClient } from "../../../../shared/client/mod.ts";
import { useLoad } from "../data/load.ts";
import { formOf } from "../data/typed.ts";
import { result, rows } from "../data/query.ts";
import { changeSeen } from "../data/seen.ts";
import { Button } from "../ui/button.tsx";
import { DownloadBoth } from "../ui/download.tsx";
import { Fact } from "../ui/facts.tsx";
import { SelectField, TextField } from "../ui/field.tsx";
import { count, plural } from "../ui/format.ts";
import { Loaded } from "../ui/loaded.tsx";
import { LongTable } from "../ui/long_table.tsx";
import { type FileImport, useFileImport } from "./file_import.ts";
import type { PartProps } from "./part.ts";
import { Said } from "./said.tsx";
import { useSaving } from "./saving.ts";
import { HowRead, ImportBody } from "./table_import.tsx";

interface Profile {
  id: string;
  name: string;
  version: number;
  org_id: string | null;
}

/** See `part.ts`. */
export function AffinitiesPart(props: PartProps) {
  const { context, progress, onChanged } = props;
  return (
    <>
      <Chosen {...props} />
      <Unknown {...props} />
      <Matrix context={context} progress={progress} onChanged={onChanged} />
    </>
  );
}

function Chosen({ context, progress, onChanged }: PartProps) {
  const { supabase, allocationRun } = context;
  const saving = useSaving();
  const profiles = useLoad(
    () =>
      rows<Profile>(
        supabase.from("affinity_profiles").select("id,name,version,org_id").order("name").order(
          "version",
          { ascending: false },
        ),
      ),
    [progress.affinityProfile.id],
  );
  const choose = async (id: string) => {
    await saving.run(() =>
      changeSeen(
        supabase,
        "allocation_runs",
        allocationRun.id,
        { seen: { affinity_profile: progress.affinityProfile.id } },
        { affinity_profile: id },
        () => "The one that is used now is chosen.",
      )
    );
    // Whatever came of it, the one that is used is chosen.
    onChanged();
  };
  return (
    <section class="card body stack" aria-label="Affinity profile">
      <p class="small quiet">
        An affinity says how well two specialties go together in one line, from -100 to 100. Plans
        with a higher sum are better; how far a plan is from the best possible one is its proven
        gap.
      </p>
      <Loaded load={profiles} what="the profiles">
        {(profiles) => (
          <SelectField
            label="Affinity profile of this allocation run"
            word="affinity"
            value={progress.affinityProfile.id}
            options={profiles.map(({ id, name, version, org_id }): [string, string] => [
              id,
              `${name}, version ${version}${org_id === null ? " (comes with Receptor)" : ""}`,
            ])}
            disabled={saving.busy.value}
            onChoose={(id) => void choose(id)}
          />
        )}
      </Loaded>
      <Said saving={saving} />
    </section>
  );
}

/** Specialties that no affinity is known of: with another name they may be. */
function Unknown({ context, progress, onChanged }: PartProps) {
  const { supabase, org } = context;
  const saving = useSaving();
  const rename = async (from: string, to: string) => {
    const done = await saving.run(async () => {
      await result(
        supabase.from("positions").update({ subspecialty: to }).eq("org_id", org.id).eq(
          "subspecialty",
          from,
        ),
      );
      await result(
        supabase.from("positions").update({ specialty: to }).eq("org_id", org.id).eq(
          "specialty",
          from,
        ).is("subspecialty", null),
      );
    });
    if (done) onChanged();
  };
  if (progress.specialties.length === 0) {
    return (
      <p class="card empty">
        There are no positions yet; their specialties are compared with the profile then.
      </p>
    );
  }
  if (progress.unknownSpecialties.length === 0) {
    return (
      <p class="note ok">
        The profile knows every specialty of your positions: {progress.specialties.join(", ")}.
      </p>
    );
  }
  return (
    <section class="card" aria-labelledby="setup-unknown">
      <header>
        <h2 id="setup-unknown">
          {plural(progress.unknownSpecialties.length, "specialty", "specialties")}{" "}
          that the profile does not know
        </h2>
      </header>
      <div class="body stack">
        <p class="small quiet">
          They count as 0 with every other. Where the profile has them by another name, rename them
          here, in all positions; or import a matrix that has them.
        </p>
        <Said saving={saving} />
        {progress.unknownSpecialties.map((specialty) => (
          <Rename
            key={specialty}
            specialty={specialty}
            busy={saving.busy.value}
            onRename={(to) => rename(specialty, to)}
          />
        ))}
      </div>
    </section>
  );
}

function Rename({ specialty, busy, onRename }: {
  specialty: string;
  busy: boolean;
  onRename: (to: string) => void;
}) {
  const to = useSignal("");
  return (
    <div class="row end">
      <TextField
        label={`${specialty}, from now on`}
        value={to}
        placeholder="a name that the profile has"
        onText={(text) => to.value = text}
      />
      <Button
        busy={busy}
        disabled={!to.value.trim()}
        aria-label={`Rename ${specialty}`}
        onClick={() => onRename(to.value.trim())}
      >
        Rename
      </Button>
    </div>
  );
}

function Matrix({ context, onChanged }: PartProps) {
  const exchange = createExchangeClient(context.supabase);
  const { id } = context.allocationRun;
  const importing = useFileImport<AffinityImportAnswer>(
    (file, { newLines: _, ...how }) => exchange.importAffinities(id, file, how),
    ({ name, version }) => {
      context.notify({
        tone: "ok",
        title: "Affinities imported",
        message: `${name}, version ${version}, is used from now on.`,
      });
      onChanged();
    },
  );
  return (
    <section class="card" aria-labelledby="setup-matrix">
      <header>
        <h2 id="setup-matrix">A matrix of your own</h2>
      </header>
      <div class="body stack">
        <div class="row wrap">
          <DownloadBoth
            context={context}
            what="Affinities"
            load={(format) => exchange.exportTable(id, "affinities", format)}
          />
          <span class="small quiet">
            The profile as it is; changed, it becomes a profile of your own.
          </span>
        </div>
        <ImportBody importing={importing} pasted={formOf(context, "pasted.affinities")}>
          {(answer) => <Preview answer={answer} importing={importing} />}
        </ImportBody>
      </div>
    </section>
  );
}

/** What a matrix would change. */
function Preview({ answer, importing }: {
  answer: AffinityImportAnswer;
  importing: FileImport<AffinityImportAnswer>;
}) {
  const { name, version, pairs, changes, unknownSpecialties, remembered } = answer;
  return (
    <section class="stack" aria-label="Preview">
      <dl class="facts">
        <Fact name="Profile">{name}{version === null ? ", new" : ""}</Fact>
        <Fact name="Pairs">{count(pairs)}</Fact>
        <Fact name="Changed">{count(changes.length)}</Fact>
      </dl>
      <HowRead leftAlone={[]} remembered={remembered} />
      {unknownSpecialties.length > 0 && (
        <p class="note warn">
          Not in the matrix, and so 0 with every other: {unknownSpecialties.join(", ")}.
        </p>
      )}
      {changes.length > 0 && (
        <LongTable label="What would change" head={["Specialty", "With", "From", "To"]}>
          {changes.map(({ a, b, before, after }) => [a, b, before ?? "–", after ?? "–"])}
        </LongTable>
      )}
      <div class="row">
        <Button kind="primary" busy={importing.busy.value} onClick={importing.write}>
          Use this matrix
        </Button>
      </div>
    </section>
  );
}
