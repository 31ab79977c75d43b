// For an account without an allocation run: make a service, start its first year.

import { useSignal } from "@preact/signals";
import { createSetupClient } from "../../../../shared/client/mod.ts";
import type { Catalogue, Org } from "../data/catalogue.ts";
import { go, hashOf } from "../router.ts";
import type { Session, User } from "../data/session.ts";
import { useTyped } from "../data/typed.ts";
import { Button } from "../ui/button.tsx";
import { SelectField, TextField } from "../ui/field.tsx";
import { Said } from "./said.tsx";
import { fieldsOf, useSaving } from "./saving.ts";
import { StartYear, useNewYear, YearChoice } from "./year_form.tsx";
import { FormCard } from "./form_card.tsx";
import { pageOf } from "./invitation.ts";
import { sent } from "../ui/sent.ts";

/** See above. */
export function FirstSteps(
  { session, user, catalogue }: { session: Session; user: User; catalogue: Catalogue },
) {
  const managed = catalogue.orgs.filter(({ id }) =>
    catalogue.rights.get(id)?.has("allocationRun.edit")
  );
  return (
    <div class="page stack setup-page setup-start">
      <h1>{catalogue.runs.length === 0 ? "Welcome to Receptor" : "Start here"}</h1>
      {managed.length > 0 && (
        <FirstYear session={session} user={user} orgs={managed} catalogue={catalogue} />
      )}
      <NewService session={session} user={user} isFirst={managed.length === 0} />
      {managed.length === 0 && <Invited session={session} user={user} orgs={catalogue.orgs} />}
      {catalogue.runs.length > 0 && (
        <p>
          <a href={hashOf("setup", catalogue.runs[0].id)}>Back to {catalogue.runs[0].name}</a>
        </p>
      )}
    </div>
  );
}

function NewService(
  { session, user, isFirst }: { session: Session; user: User; isFirst: boolean },
) {
  const name = useTyped(`${user.id}.service`, () => "");
  const saving = useSaving();
  const create = async () => {
    const empty = sent(name, "");
    if (await saving.run(() => createSetupClient(session.supabase).createOrg(name.value))) {
      empty();
      await session.loadCatalogue();
      // Where one goes on: this form is for another service now.
      requestAnimationFrame(() =>
        document.querySelector<HTMLInputElement>("[aria-labelledby=start-year] input")?.focus()
      );
    }
  };
  return (
    <FormCard
      id="start-service"
      title={isFirst ? "1. Create your service" : "Create another service"}
      onSubmit={create}
    >
      <p class="small quiet">
        A health service holds everything you plan: hospitals, positions, job lines and doctors. You
        become its manager, and invite others.
      </p>
      <TextField
        label="Name of the service"
        placeholder="Northern Rivers Health"
        value={name}
        required
        error={saving.fault("p_name")}
        onText={(text) => name.value = text}
      />
      <Said saving={saving} fields={["p_name"]} />
      <div class="row">
        <Button kind={isFirst ? "primary" : undefined} type="submit" busy={saving.busy.value}>
          Create the service
        </Button>
      </div>
    </FormCard>
  );
}

function FirstYear(
  { session, user, orgs, catalogue }: {
    session: Session;
    user: User;
    orgs: Org[];
    catalogue: Catalogue;
  },
) {
  const empty = orgs.find(({ id }) => !catalogue.runs.some((run) => run.org_id === id)) ?? orgs[0];
  const org = useSignal(empty.id);
  const year = useNewYear(session.supabase, `${user.id}.first-year`, {
    name: `Interns ${new Date().getFullYear() + 1}`,
    plan: "Interns",
  });
  const field = fieldsOf(year.form, year.saving);
  const start = async () => {
    const id = await year.start(org.value);
    if (id === null) return;
    // Before, so that the frame does not go elsewhere meanwhile; and after, since it knew of no such year yet.
    go(hashOf("setup", id), { replace: true });
    await session.loadCatalogue();
    go(hashOf("setup", id), { replace: true });
  };
  return (
    <FormCard
      id="start-year"
      title={catalogue.runs.length === 0 ? "2. Start your first year" : "Start a year"}
      onSubmit={start}
    >
      <p class="small quiet">
        An allocation run is one year of one group of doctors: its terms, posts, lines, and who gets
        which. The rules of the state are set with it.
      </p>
      {orgs.length > 1 && (
        <SelectField
          label="Service"
          value={org.value}
          options={orgs.map(({ id, name }): [string, string] => [id, name])}
          onChoose={(id) => org.value = id}
        />
      )}
      <div class="setup-grid">
        <TextField
          label="Plan"
          hint="The programme, e.g. Interns"
          required
          {...field("plan", "plan_name")}
        />
        <TextField label="Name of the year" required {...field("name")} />
      </div>
      <YearChoice supabase={session.supabase} year={year} />
      <div class="row">
        <StartYear year={year} kind="primary" label="Start the year" />
      </div>
    </FormCard>
  );
}

function Invited({ session, user, orgs }: { session: Session; user: User; orgs: Org[] }) {
  const busy = useSignal(false);
  const look = async () => {
    busy.value = true;
    await session.claimInvitations();
    await session.loadCatalogue();
    busy.value = false;
  };
  return (
    <section class="card" aria-labelledby="start-invited">
      <header>
        <h2 id="start-invited">Or join one that is there</h2>
      </header>
      <div class="body stack">
        <p>
          Ask a manager of your service to invite{" "}
          <strong>{user.email}</strong>; you join as soon as you sign in with that address.
        </p>
        <p class="small quiet">
          {orgs.length > 0 &&
            `You belong to ${
              orgs.map(({ name }) => name).join(", ")
            }, where managers start years; you see them here once there is one. `}
          Doctors rank their lines on{" "}
          <a href={pageOf("doctor", location.href)}>the doctors' page</a>, not here.
        </p>
        <div class="row">
          <Button busy={busy.value} onClick={() => look()}>Look again</Button>
        </div>
      </div>
    </section>
  );
}
