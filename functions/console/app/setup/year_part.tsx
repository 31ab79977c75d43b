// The year: its name, dates and terms; a new one, and a copy of this one for the next.

import { useEffect, useRef } from "preact/hooks";
import {
  type CopiedRun,
  createExchangeClient,
  createSetupClient,
  type HistoryEntry,
} from "../../../../shared/client/mod.ts";
import type { AllocationRun } from "../data/catalogue.ts";
import { namesApart } from "../data/apart.ts";
import { useLoad } from "../data/load.ts";
import { formOf, useTyped } from "../data/typed.ts";
import { result } from "../data/query.ts";
import { changeSeen } from "../data/seen.ts";
import { go, hashOf } from "../router.ts";
import { Button } from "../ui/button.tsx";
import { Download } from "../ui/download.tsx";
import { Check, TextField } from "../ui/field.tsx";
import { date, plural } from "../ui/format.ts";
import { Loaded } from "../ui/loaded.tsx";
import { LongTable } from "../ui/long_table.tsx";
import type { PartProps } from "./part.ts";
import { numbersIn, wholeOf } from "../ui/numbers.ts";
import { MOST_TERMS } from "../../../../shared/planner/limits.ts";
import { typedEntries } from "../../../../shared/exchange/entry_list.ts";
import { nextName } from "./next_name.ts";
import { Said } from "./said.tsx";
import { fieldsOf, useSaving } from "./saving.ts";
import { isMonday, NOT_A_MONDAY, StartYear, useNewYear, YearChoice } from "./year_form.tsx";
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

type Year = Pick<AllocationRun, "name" | "starts_on" | "ends_on" | "term_weeks">;

/** Read anew when the page opens, and when it is heard that the year is another; what is typed stays. */
function ThisYear(props: PartProps) {
  const { supabase, allocationRun } = props.context;
  const load = useLoad(() =>
    result<Year>(
      supabase.from("allocation_runs").select("name,starts_on,ends_on,term_weeks").eq(
        "id",
        allocationRun.id,
      ).single(),
    ), [allocationRun]);
  return (
    <Loaded load={load} what="the year">
      {(year) => <YearForm {...props} year={year} />}
    </Loaded>
  );
}

type YearProps = PartProps & { year: Year };

type Seen = Pick<Year, "name" | "starts_on" | "term_weeks">;

/** What is changed here, as it was read. */
function seenOf({ name, starts_on, term_weeks }: Seen): Seen {
  return { name, starts_on, term_weeks };
}

/** What stands in the fields before anything is typed, and what it is of. */
function typedOf(seen: Seen) {
  const { name, starts_on, term_weeks } = seen;
  return { name, startsOn: starts_on, weeks: term_weeks.join(", "), seen };
}

/** The form's state, and saving it. */
function useYear({ context, onChanged, year: run }: YearProps) {
  const { supabase, allocationRun: { id } } = context;
  const form = useTyped(formOf(context, "this-year"), () => typedOf(seenOf(run)));
  useEffect(() => {
    // Where nothing was typed it is as it is by now.
    if (JSON.stringify(form.value) !== JSON.stringify(typedOf(form.value.seen))) return;
    form.value = typedOf(seenOf(run));
  }, [run]);
  const saving = useSaving();
  const field = fieldsOf(form, saving);
  const { name, startsOn } = form.value;
  const termWeeks = numbersIn(form.value.weeks).map((each) => wholeOf(each) ?? NaN);
  const wrong = termWeeks.length > MOST_TERMS
    ? `At most ${MOST_TERMS} terms; these are ${termWeeks.length}`
    : termWeeks.length === 0 || !termWeeks.every((each) => each >= 1 && each <= 53)
    ? "Whole numbers from 1 to 53"
    : null;
  const save = async () => {
    const changed = { name, starts_on: startsOn.trim(), term_weeks: termWeeks };
    const basis = { seen: form.value.seen };
    const done = await saving.run(() =>
      changeSeen(supabase, "allocation_runs", id, basis, changed)
    );
    form.value = done ? typedOf(basis.seen) : { ...form.value, seen: basis.seen };
    if (!done) return;
    context.notify({ tone: "ok", title: "Saved" });
    await context.catalogueChanged();
    context.linesChanged();
    onChanged();
  };
  return { form, saving, field, wrong, save };
}

function YearForm(props: YearProps) {
  const { context, year: run } = props;
  const { form, saving, field, wrong, save } = useYear(props);
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
        <TextField label="Name" required {...field("name")} />
        <TextField
          label="First day"
          type="date"
          hint="A Monday. Lines that are there move along."
          {...field("startsOn", "starts_on")}
          {...!isMonday(form.value.startsOn) && { error: NOT_A_MONDAY }}
        />
        <TextField
          label="Weeks of each term"
          hint="In order, separated by commas, e.g. 10, 10, 10, 10, 12"
          {...field("weeks", "term_weeks")}
          {...wrong && { error: wrong }}
        />
      </div>
      <Said saving={saving} fields={["name", "starts_on", "term_weeks"]} />
      <div class="row">
        <Button
          type="submit"
          busy={saving.busy.value}
          disabled={wrong !== null || !isMonday(form.value.startsOn)}
        >
          Save
        </Button>
      </div>
    </FormCard>
  );
}

/** What goes along into the next year. */
interface Copy {
  name: string;
  lines: boolean;
  preferencers: boolean;
  doctors: boolean;
  moveUp: string;
  leaveOut: string;
}

/** The form's state, and copying. */
function useCopy({ context, progress }: PartProps) {
  const { allocationRun: run } = context;
  const first = (): Copy => ({
    name: nextName(run.name),
    lines: progress.lines > 0,
    preferencers: true,
    doctors: false,
    moveUp: "PGY1 > PGY2, PGY2 > PGY3",
    leaveOut: "",
  });
  const form = useTyped(formOf(context, "copy"), first);
  const proposed = useRef(nextName(run.name));
  useEffect(() => {
    // The year was given another name: what was proposed by the old one, and nobody typed, follows.
    const before = proposed.current;
    proposed.current = nextName(run.name);
    if (form.value.name === before) form.value = { ...form.value, name: proposed.current };
  }, [run.name]);
  const saving = useSaving();
  const copy = async () => {
    const { moveUp, leaveOut, ...what } = form.value;
    let id = "";
    const done = await saving.run(async () => {
      const copied = await createSetupClient(context.supabase).copyRun(run.id, {
        ...what,
        moveUp: what.doctors ? typedEntries(moveUp).map(pairOf) : undefined,
        leaveOut: what.doctors ? typedEntries(leaveOut) : undefined,
      });
      id = copied.allocationRun;
      context.notify({ tone: "ok", title: "Copied", message: wordsOf(copied) });
      form.value = first();
    });
    // Also where it was not: an answer that got lost may have been that it was, and then the year is there to be chosen.
    await context.catalogueChanged();
    if (done) go(hashOf("setup", id));
  };
  return { form, saving, copy };
}

function wordsOf(copied: CopiedRun): string {
  const { positions, lines, doctors, leftOut, partYear } = copied;
  return `${date(copied.startsOn)} to ${date(copied.endsOn)}: ${plural(positions, "position")}, ${
    plural(lines, "line")
  }, ${plural(doctors, "doctor")}, ${copied.movedUp} moved up a year${
    partYear > 0
      ? `; ${plural(partYear, "line is", "lines are")} of a part of the year only, as before`
      : ""
  }${
    leftOut > 0
      ? `; ${
        plural(leftOut, "rotation or leave", "rotations or leave")
      } had no room in the new terms`
      : ""
  }.`;
}

function NextYear(props: PartProps) {
  const { form, saving, copy } = useCopy(props);
  const field = fieldsOf(form, saving);
  const part = (name: "lines" | "preferencers" | "doctors") => ({
    checked: form.value[name],
    onChange: (on: boolean) => form.value = { ...form.value, [name]: on },
  });
  return (
    <FormCard id="setup-next" title="Copy to the next year" onSubmit={copy}>
      <p class="small quiet">
        A draft that begins the day after this year ends, with the same terms, posts and rules;
        dates can be changed there.
      </p>
      <TextField label="Name of the new year" required {...field("name")} />
      <Check
        label="With its job lines, and who may take them"
        hint="Notes of lines come along; why a line may break a rule does not, and is decided anew."
        {...part("lines")}
      />
      <Check label="With its departments" {...part("preferencers")} />
      <Check label="With its doctors" {...part("doctors")} />
      {form.value.doctors && (
        <div class="setup-grid">
          <TextField
            label="Move up a year"
            hint="Tags, all at once. They are the doctor's own: they change for this year as well."
            {...field("moveUp")}
            error={saving.fault("from") ?? saving.fault("to")}
          />
          <TextField
            label="Who has finished"
            hint="Holders of these tags stay behind."
            {...field("leaveOut")}
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
  const year = useNewYear(context.supabase, formOf(context, "year"), {
    name: "",
    plan: context.plan.name,
  });
  const field = fieldsOf(year.form, year.saving);
  const start = async () => {
    const id = await year.start(context.org.id);
    await context.catalogueChanged();
    if (id !== null) go(hashOf("setup", id));
  };
  return (
    <FormCard id="setup-another" title="Start another allocation run" onSubmit={start}>
      <div class="setup-grid">
        <TextField label="Name" placeholder="Interns 2028" required {...field("name")} />
        <TextField
          label="Plan"
          hint="A new name makes a new one."
          required
          {...field("plan", "plan_name")}
        />
      </div>
      <YearChoice supabase={context.supabase} year={year} />
      <div class="row">
        <StartYear year={year} label="Start it" />
      </div>
    </FormCard>
  );
}

/** The same entries, doctors of one name told apart. */
function called(entries: readonly HistoryEntry[]): HistoryEntry[] {
  const names = namesApart(entries);
  return entries.map((entry) => ({ ...entry, name: names.get(entry.worker)! }));
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
                  {called(entries).toSorted((a, b) =>
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
