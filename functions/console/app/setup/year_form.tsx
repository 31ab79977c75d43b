// A new year: a template of a state, a year or a first Monday, and the dates that come of it, shown before it is made.

import type { Signal } from "@preact/signals";
import {
  createSetupClient,
  type PlannedTerms,
  type TermTemplate,
} from "../../../../shared/client/mod.ts";
import type { SupabaseClient } from "@supabase/supabase-js";
import { useLoad } from "../data/load.ts";
import { useTyped } from "../data/typed.ts";
import { Button } from "../ui/button.tsx";
import { SelectField, TextField } from "../ui/field.tsx";
import { date, plural } from "../ui/format.ts";
import { Said } from "./said.tsx";
import { type Saving, useSaving } from "./saving.ts";
import { sent } from "../ui/sent.ts";

/** Said of a first day that is another day of the week. */
export const NOT_A_MONDAY = "A year begins on a Monday.";

/** Whether a date, YYYY-MM-DD, is one. */
export function isMonday(day: string): boolean {
  return new Date(day).getUTCDay() === 1;
}

/** What is chosen of a new year. */
interface Choice {
  template: string;
  year: string;
  /** A first Monday of one's own; blank: the template's. */
  startsOn: string;
}

/** A choice to start from: Victoria's first year, of the next year. */
function firstChoice(): Choice {
  return { template: "VIC_5", year: String(new Date().getFullYear() + 1), startsOn: "" };
}

/** Whether a year can be made of a choice: of a year, or from a Monday on. */
function isChosen({ year, startsOn }: Choice): boolean {
  return startsOn !== "" ? isMonday(startsOn) : /^20\d\d$/.test(year);
}

/** What a client takes of a choice. */
function chosenYear({ template, year, startsOn }: Choice) {
  return startsOn ? { template, startsOn } : { template, year: Number(year) };
}

/** A new allocation run as it is typed, and making it. */
export interface NewYear {
  form: Signal<{ name: string; plan: string }>;
  choice: Signal<Choice>;
  saving: Saving;
  /** Makes it. @returns its id; null: it was refused */
  start(org: string): Promise<string | null>;
}

/** See above. @param kept where what is typed stays @param first what stands in the form at first */
export function useNewYear(
  supabase: SupabaseClient,
  kept: string,
  first: { name: string; plan: string },
): NewYear {
  const form = useTyped(kept, () => first);
  const choice = useTyped(`${kept}.choice`, firstChoice);
  const saving = useSaving();
  const start = async (org: string) => {
    const { name, plan: planName } = form.value;
    const emptied = [sent(form, first), sent(choice, firstChoice())];
    let id: string | null = null;
    await saving.run(async () => {
      const started = await createSetupClient(supabase).startRun({
        org,
        planName,
        name,
        ...chosenYear(choice.value),
      });
      id = started.allocationRun;
      for (const empty of emptied) empty();
    });
    return id;
  };
  return { form, choice, saving, start };
}

/** Which year with which terms, and what was refused of the whole. */
export function YearChoice({ supabase, year: { choice, saving } }: {
  supabase: SupabaseClient;
  year: NewYear;
}) {
  return (
    <>
      <YearFields supabase={supabase} choice={choice} fault={saving.fault} />
      <Said saving={saving} fields={["name", "plan_name", "template", "year", "starts_on"]} />
    </>
  );
}

/** The button that makes it, once a year is chosen. */
export function StartYear({ year: { choice, saving }, kind, label }: {
  year: NewYear;
  kind?: "primary";
  label: string;
}) {
  return (
    <Button
      {...kind && { kind }}
      type="submit"
      busy={saving.busy.value}
      disabled={!isChosen(choice.value)}
    >
      {label}
    </Button>
  );
}

/** @param fault of a field */
function YearFields({ supabase, choice, fault }: {
  supabase: SupabaseClient;
  choice: Signal<Choice>;
  fault: (field: string) => string | null;
}) {
  const setup = createSetupClient(supabase);
  const templates = useLoad(() => setup.termTemplates(), []);
  const set = (part: Partial<Choice>) => choice.value = { ...choice.value, ...part };
  const { template, year, startsOn } = choice.value;
  const notMonday = startsOn !== "" && !isMonday(startsOn);
  const valid = isChosen(choice.value);
  const terms = useLoad<PlannedTerms | null>(
    () =>
      valid
        ? setup.planTerms(template, startsOn ? null : Number(year), startsOn || undefined)
        : Promise.resolve(null),
    [template, year, startsOn],
  );
  return (
    <>
      <div class="setup-grid">
        <SelectField
          label="State and terms"
          hint="A usual year there; every date can be changed afterwards."
          value={template}
          options={(templates.value.value ?? []).map((
            { name, title }: TermTemplate,
          ): [string, string] => [name, title])}
          error={fault("template")}
          onChoose={(value) => set({ template: value })}
        />
        <TextField
          label="Year"
          inputMode="numeric"
          value={year}
          error={valid || startsOn !== "" ? fault("year") : "A year such as 2027"}
          onText={(text) => set({ year: text.trim() })}
        />
        <TextField
          label="First day, if it is another Monday"
          type="date"
          value={startsOn}
          error={notMonday ? NOT_A_MONDAY : fault("starts_on")}
          onText={(text) => set({ startsOn: text.trim() })}
        />
      </div>
      {valid && terms.value.value && <TermDates terms={terms.value.value} />}
    </>
  );
}

function TermDates({ terms: { terms, endsOn, startsOn } }: { terms: PlannedTerms }) {
  return (
    <p class="small" role="status">
      {date(startsOn)} to {date(endsOn)}: {terms.map(({ term, weeks, startsOn }) =>
        `term ${term} from ${date(startsOn)}, ${plural(weeks, "week")}`
      ).join("; ")}.
    </p>
  );
}
