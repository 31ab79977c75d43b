// A new year: a template of a state, a year or a first Monday, and the dates that come of it, shown before it is made.

import type { Signal } from "@preact/signals";
import {
  createSetupClient,
  type PlannedTerms,
  type TermTemplate,
} from "../../../../shared/client/mod.ts";
import type { SupabaseClient } from "@supabase/supabase-js";
import { useLoad } from "../data/load.ts";
import { SelectField, TextField } from "../ui/field.tsx";
import { date } from "../ui/format.ts";

/** What is chosen of a new year. */
export interface YearChoice {
  template: string;
  year: string;
  /** A first Monday of one's own; blank: the template's. */
  startsOn: string;
}

/** A choice to start from: Victoria's first year, of the next year. */
export function firstChoice(): YearChoice {
  return { template: "VIC_5", year: String(new Date().getFullYear() + 1), startsOn: "" };
}

/** What a client takes of a choice. */
export function chosenYear({ template, year, startsOn }: YearChoice) {
  return startsOn ? { template, startsOn } : { template, year: Number(year) };
}

/** See above. @param fault of a field */
export function YearFields({ supabase, choice, fault }: {
  supabase: SupabaseClient;
  choice: Signal<YearChoice>;
  fault: (field: string) => string | null;
}) {
  const setup = createSetupClient(supabase);
  const templates = useLoad(() => setup.termTemplates(), []);
  const set = (part: Partial<YearChoice>) => choice.value = { ...choice.value, ...part };
  const { template, year, startsOn } = choice.value;
  const valid = startsOn !== "" || /^20\d\d$/.test(year);
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
          error={valid ? fault("year") : "A year such as 2027"}
          onText={(text) => set({ year: text.trim() })}
        />
        <TextField
          label="First day, if it is another Monday"
          placeholder="YYYY-MM-DD"
          value={startsOn}
          error={fault("starts_on") ?? (startsOn ? terms.error.value?.message : null)}
          onText={(text) => set({ startsOn: text.trim() })}
        />
      </div>
      {terms.value.value && <TermDates terms={terms.value.value} />}
    </>
  );
}

function TermDates({ terms: { terms, endsOn, startsOn } }: { terms: PlannedTerms }) {
  return (
    <p class="small" role="status">
      {date(startsOn)} to {date(endsOn)}:{" "}
      {terms.map(({ term, weeks, startsOn }) =>
        `term ${term} from ${date(startsOn)}, ${weeks} weeks`
      ).join("; ")}.
    </p>
  );
}
