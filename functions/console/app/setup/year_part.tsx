// The year: its name, dates and terms; a new one, and a copy of this one for the next.

import { useSignal } from "@preact/signals";
import { createExchangeClient, createSetupClient } from "../../../../shared/client/mod.ts";
import { useLoad } from "../data/load.ts";
import { result } from "../data/query.ts";
import { go, hashOf } from "../router.ts";
import { Button } from "../ui/button.tsx";
import { Download } from "../ui/download.tsx";
import { Check, TextField } from "../ui/field.tsx";
import { date, plural } from "../ui/format.ts";
import { Loaded } from "../ui/loaded.tsx";
import { LongTable } from "../ui/long_table.tsx";
import type { PartProps } from "./part.ts";
import { entries } from "./population.ts";
import { Said } from "./said.tsx";
import { useSaving } from "./saving.ts";
import { chosenYear, firstChoice, YearFields } from "./year_form.tsx";
import { FormCard } from "./form_card.tsx";

/** See `part.ts`. */
export function YearPart(props: PartProps) {
  return (
    <>
      <ThisYear {...props} />
      <NextYear {...props} />
      <WhoHadWhat {...props} />
      <AnotherRun {...props} />
    </>
  );
}

function ThisYear({ context, onChanged }: PartProps) {
  const { allocationRun: run, supabase } = context;
  const name = useSignal(run.name);
  const startsOn = useSignal(run.starts_on);
  const weeks = useSignal(run.term_weeks.join(", "));
  const saving = useSaving();
  const termWeeks = entries(weeks.value).map(Number);
  const wrong = termWeeks.some((each) => !Number.isInteger(each) || each < 1 || each > 53) ||
    termWeeks.length === 0;
  const save = async () => {
    const done = await saving.run(() =>
      result(
        supabase.from("allocation_runs")
          .update({ name: name.value, starts_on: startsOn.value, term_weeks: termWeeks })
          .eq("id", run.id),
      )
    );
    if (!done) return;
    context.notify({ tone: "ok", title: "Saved" });
    await context.catalogueChanged();
    context.linesChanged();
    onChanged();
  };
  return (
    <FormCard
      id="setup-year"
      title={run.name}
      beside={
        <p class="small quiet">
          {context.plan.name}: {date(run.starts_on)} to {date(run.ends_on)},{" "}
          {plural(run.term_weeks.length, "term")}
        </p>
      }
      onSubmit={save}
    >
      <div class="setup-grid">
        <TextField
          label="Name"
          value={name}
          required
          error={saving.fault("name")}
          onText={(text) => name.value = text}
        />
        <TextField
          label="First day"
          hint="A Monday. Lines that are there move along."
          value={startsOn}
          error={saving.fault("starts_on")}
          onText={(text) => startsOn.value = text.trim()}
        />
        <TextField
          label="Weeks of each term"
          hint="In order, separated by commas, e.g. 10, 10, 10, 10, 12"
          value={weeks}
          error={wrong ? "Whole numbers from 1 to 53" : saving.fault("term_weeks")}
          onText={(text) => weeks.value = text}
        />
      </div>
      <Said saving={saving} fields={["name", "starts_on", "term_weeks"]} />
      <div class="row">
        <Button type="submit" busy={saving.busy.value} disabled={wrong}>Save</Button>
      </div>
    </FormCard>
  );
}

/** The name of the next year: each year in it is one more. */
function nextName(name: string): string {
  return /\b20\d\d\b/.test(name)
    ? name.replaceAll(/\b20\d\d\b/g, (year) => String(Number(year) + 1))
    : `${name}, next year`;
}

function NextYear({ context, progress }: PartProps) {
  const { allocationRun: run } = context;
  const name = useSignal(nextName(run.name));
  const what = useSignal({ lines: progress.lines > 0, preferencers: true, doctors: false });
  const moveUp = useSignal("PGY1 > PGY2, PGY2 > PGY3");
  const leaveOut = useSignal("");
  const saving = useSaving();
  const copy = async () => {
    const withDoctors = what.value.doctors;
    let id = "";
    const done = await saving.run(async () => {
      const copied = await createSetupClient(context.supabase).copyRun(run.id, {
        name: name.value,
        ...what.value,
        moveUp: withDoctors ? entries(moveUp.value).map(pairOf) : undefined,
        leaveOut: withDoctors ? entries(leaveOut.value) : undefined,
      });
      id = copied.allocationRun;
      context.notify({
        tone: "ok",
        title: "Copied",
        message: `${date(copied.startsOn)} to ${date(copied.endsOn)}: ${
          plural(copied.positions, "position")
        }, ${plural(copied.lines, "line")}, ${
          plural(copied.doctors, "doctor")
        }, ${copied.movedUp} moved up a year${
          copied.leftOut > 0
            ? `; ${copied.leftOut} rotations or leave had no room in the new terms`
            : ""
        }.`,
      });
    });
    if (!done) return;
    await context.catalogueChanged();
    go(hashOf("setup", id));
  };
  return (
    <FormCard id="setup-next" title="Copy to the next year" onSubmit={copy}>
      <p class="small quiet">
        A draft that begins the day after this year ends, with the same terms, posts and rules;
        dates can be changed there.
      </p>
      <TextField
        label="Name of the new year"
        value={name}
        required
        error={saving.fault("name")}
        onText={(text) => name.value = text}
      />
      <Check
        label="With its job lines, and who may take them"
        checked={what.value.lines}
        onChange={(lines) => what.value = { ...what.value, lines }}
      />
      <Check
        label="With its departments"
        checked={what.value.preferencers}
        onChange={(preferencers) => what.value = { ...what.value, preferencers }}
      />
      <Check
        label="With its doctors"
        checked={what.value.doctors}
        onChange={(doctors) => what.value = { ...what.value, doctors }}
      />
      {what.value.doctors && (
        <div class="setup-grid">
          <TextField
            label="Move up a year"
            hint="Tags, all at once. They are the doctor's own: they change for this year as well."
            value={moveUp}
            error={saving.fault("from") ?? saving.fault("to")}
            onText={(text) => moveUp.value = text}
          />
          <TextField
            label="Who has finished"
            hint="Holders of these tags stay behind."
            value={leaveOut}
            onText={(text) => leaveOut.value = text}
          />
        </div>
      )}
      <Said saving={saving} fields={["name"]} />
      <div class="row">
        <Button type="submit" busy={saving.busy.value}>Copy</Button>
      </div>
    </FormCard>
  );
}

/** "PGY1 > PGY2" as a pair. */
function pairOf(text: string) {
  const [from = "", to = ""] = text.split(/\s*(?:>|→|->)\s*/);
  return { from, to };
}

function AnotherRun({ context }: PartProps) {
  const name = useSignal("");
  const plan = useSignal(context.plan.name);
  const choice = useSignal(firstChoice());
  const saving = useSaving();
  const start = async () => {
    let id = "";
    const done = await saving.run(async () => {
      const started = await createSetupClient(context.supabase).startRun({
        org: context.org.id,
        planName: plan.value,
        name: name.value,
        ...chosenYear(choice.value),
      });
      id = started.allocationRun;
    });
    if (!done) return;
    await context.catalogueChanged();
    go(hashOf("setup", id));
  };
  return (
    <FormCard id="setup-another" title="Start another allocation run" onSubmit={start}>
      <div class="setup-grid">
        <TextField
          label="Name"
          placeholder="Interns 2028"
          value={name}
          required
          error={saving.fault("name")}
          onText={(text) => name.value = text}
        />
        <TextField
          label="Plan"
          hint="A new name makes a new one."
          value={plan}
          required
          error={saving.fault("plan_name")}
          onText={(text) => plan.value = text}
        />
      </div>
      <YearFields supabase={context.supabase} choice={choice} fault={saving.fault} />
      <Said saving={saving} fields={["name", "plan_name", "template", "year", "starts_on"]} />
      <div class="row">
        <Button type="submit" busy={saving.busy.value}>Start it</Button>
      </div>
    </FormCard>
  );
}

/** Which doctor had which line in which year. */
function WhoHadWhat({ context }: PartProps) {
  const load = useLoad(() => createSetupClient(context.supabase).history(context.org.id), []);
  return (
    <section class="card" aria-labelledby="setup-history">
      <header>
        <h2 id="setup-history">Who had what</h2>
        <p class="small quiet">By the results of each year, or its latest match</p>
        <Download
          context={context}
          label="Who had what (.xlsx)"
          load={() =>
            createExchangeClient(context.supabase).exportHistory(context.allocationRun.id, "xlsx")}
        />
      </header>
      <div class="body">
        <Loaded load={load} what="the earlier years">
          {(entries) =>
            entries.length === 0
              ? (
                <p class="empty">
                  Nobody had a line yet. Once a year is matched, each doctor's line stands here,
                  year by year.
                </p>
              )
              : (
                <LongTable
                  label="Lines by doctor and year"
                  head={["Doctor", "Year", "Line", "Worked"]}
                >
                  {entries.toSorted((a, b) =>
                    a.name.localeCompare(b.name, "en") || b.startsOn.localeCompare(a.startsOn)
                  )
                    .map(({ name, runName, lineName, source, rotations }) => [
                      name,
                      source === "match" ? `${runName} (not finalised)` : runName,
                      lineName,
                      rotations.map(({ positionName }) => positionName).join(", "),
                    ])}
                </LongTable>
              )}
        </Loaded>
      </div>
    </section>
  );
}
