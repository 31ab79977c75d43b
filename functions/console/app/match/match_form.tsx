// The form of a match: weights, stability, who keeps a line, and the rarer options.

import type { AgreedLink, MatchReadiness } from "../../../../shared/client/mod.ts";
import { Refused } from "../runs/run_card.tsx";
import { Button } from "../ui/button.tsx";
import { Check, type Option, SelectField, TextField } from "../ui/field.tsx";
import { plural } from "../ui/format.ts";
import { hashOf } from "../router.ts";
import { AgreedCouples } from "./agreed_couples.tsx";
import { addCouple, type MatchDraft, seedFault } from "./draft.ts";
import { type Field as Participants, type Match, placesOf, takingPart } from "./match_data.ts";
import type { Names } from "./names.ts";
import { PinsField } from "./pins_field.tsx";
import { ReadinessNote } from "./readiness_note.tsx";
import { CouplesField, GroupsField } from "./together_fields.tsx";
import type { Workbench } from "./use_match.ts";
import { WeightFields } from "./weights.tsx";

/** What is set of a match, and how it is changed. */
interface OptionsProps {
  draft: MatchDraft["match"];
  disabled: boolean;
  onEdit: (patch: Partial<MatchDraft["match"]>) => void;
}

/** See above. */
export function MatchForm(
  { allocationRun, workbench, field, match, names, readiness, agreed }: {
    allocationRun: string;
    workbench: Workbench;
    field: Participants;
    match: Match | null;
    names: Names;
    readiness: MatchReadiness | null;
    agreed: readonly AgreedLink[];
  },
) {
  const { draft, editMatch, asking, mayRun, busy } = workbench;
  const form = draft.value.match;
  const places = placesOf(field);
  const doctors = takingPart(field).length;
  const together = form.groups.length + form.couples.length;
  const nobody = doctors === 0 || places === 0;
  // Two who share a job take one place.
  const needed = doctors - form.couples.filter(({ fit }) => fit === "share").length;
  const options = { draft: form, disabled: !mayRun, onEdit: editMatch };
  return (
    <section class="card" aria-label="Match">
      <header>
        <h2>Match</h2>
        <span class="small quiet">
          {plural(doctors, "doctor")}, {plural(places, "place")} in{" "}
          {plural(field.lines.length, "line")}
        </span>
      </header>
      <form
        class="body stack"
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          if (!seedFault(form.seed)) void asking.ask(draft.value);
        }}
      >
        {needed > places && !form.isExclusive && (
          <p class="note warn" role="status">
            {plural(needed, "place")} would be needed and there {places === 1 ? "is" : "are"}{" "}
            {places}: no match can place everybody. More doctors may take a line, or there are more
            lines, under{" "}
            <a
              href={hashOf(
                "setup",
                allocationRun,
                new URLSearchParams({ step: "places" }),
              )}
            >
              Set up, Places
            </a>.
          </p>
        )}
        <WeightFields weights={form} disabled={!mayRun} onEdit={editMatch} />
        <Switches {...options} />
        <details open={form.pins.length > 0}>
          <summary>By hand{form.pins.length > 0 && ` (${form.pins.length})`}</summary>
          <PinsField
            legend="Gets, or does not get, a line"
            reasoned
            pins={form.pins}
            field={field}
            names={names}
            disabled={!mayRun}
            onEdit={(pins) => editMatch({ pins })}
          />
        </details>
        <details open={together > 0}>
          <summary>Groups and couples{together > 0 && ` (${together})`}</summary>
          <div class="stack">
            <GroupsField
              value={form.groups}
              field={field}
              names={names}
              disabled={!mayRun}
              onEdit={(groups) => editMatch({ groups })}
            />
            <CouplesField
              value={form.couples}
              field={field}
              names={names}
              disabled={!mayRun}
              onEdit={(couples) => editMatch({ couples })}
            />
          </div>
        </details>
        <AgreedCouples
          agreed={agreed}
          couples={form.couples}
          names={names}
          disabled={!mayRun}
          onTake={(couples) => editMatch({ couples: couples.reduce(addCouple, form.couples) })}
        />
        <details>
          <summary>More</summary>
          <FurtherOptions {...options} />
        </details>
        {readiness && <ReadinessNote readiness={readiness} />}
        {match && !form.isExclusive && (
          <p class="note small">
            A new match takes the place of the current one; that one stays in the records.
          </p>
        )}
        {nobody && <Nobody field={field} />}
        <Refused error={asking.refused.value} />
        <div class="row">
          <Button
            kind="primary"
            type="submit"
            disabled={!mayRun || busy || nobody}
            busy={asking.sending.value}
          >
            {asking.sending.value ? "Asking…" : "Run the match"}
          </Button>
          {busy && <span class="small quiet">A run is under way.</span>}
        </div>
      </form>
    </section>
  );
}

function Switches({ draft, disabled, onEdit }: OptionsProps) {
  return (
    <>
      <Check
        label="Stability"
        hint="no doctor and line may be left that would both rather have each other"
        checked={draft.stability}
        disabled={disabled}
        onChange={(stability) => onEdit({ stability })}
      />
      <Check
        label="Keep who is placed"
        hint="add to the current match: place only doctors who have no line in it"
        checked={draft.isExclusive}
        disabled={disabled}
        onChange={(isExclusive) => onEdit({ isExclusive })}
      />
    </>
  );
}

const NOTATIONS: Option[] = [
  ["dense", "dense: 1, 1, 2"],
  ["competition", "competition: 1, 1, 3"],
  ["fractional", "fractional: 1.5, 1.5, 3"],
];

function FurtherOptions({ draft, disabled, onEdit }: OptionsProps) {
  return (
    <div class="match-more">
      <SelectField
        label="Notation of ranks"
        hint="how ties were written"
        value={draft.rankNotation}
        options={NOTATIONS}
        disabled={disabled}
        onChoose={(notation) => onEdit({ rankNotation: notation as typeof draft.rankNotation })}
      />
      <TextField
        label="Seed"
        hint="decides between equally good matches"
        error={seedFault(draft.seed)}
        class="number"
        inputMode="numeric"
        value={draft.seed}
        disabled={disabled}
        onText={(seed) => onEdit({ seed })}
      />
    </div>
  );
}

function Nobody({ field: { doctors, lines } }: { field: Participants }) {
  return (
    <p class="note warn small">
      There is nobody to match: this allocation run has {plural(doctors.length, "doctor")} and{" "}
      {plural(lines.length, "line")}.
    </p>
  );
}
