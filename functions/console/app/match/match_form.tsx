// The form of a match: weights, stability, who keeps a line, and the rarer options.

import type { AgreedLink, MatchReadiness } from "../../../../shared/client/mod.ts";
import { SetUpLink } from "../runs/nothing_yet.tsx";
import { Refused } from "../runs/run_card.tsx";
import { Button } from "../ui/button.tsx";
import { Form } from "../ui/form.tsx";
import { Check, type Option, SelectField, TextField } from "../ui/field.tsx";
import { plural } from "../ui/format.ts";
import { hashOf } from "../router.ts";
import { AgreedCouples } from "./agreed_couples.tsx";
import { addCouple, type MatchDraft, seedFault } from "./draft.ts";
import { type Field as Participants, type Match, placesOf, takingPart } from "./match_data.ts";
import { type Names, namesOf } from "./names.ts";
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

interface MatchFormProps {
  allocationRun: string;
  workbench: Workbench;
  field: Participants;
  match: Match | null;
  names: Names;
  readiness: MatchReadiness | null;
  agreed: readonly AgreedLink[];
}

/** See above. */
export function MatchForm(props: MatchFormProps) {
  const { workbench: { draft, asking }, field } = props;
  return (
    <section class="card off-paper" aria-label="Match">
      <header>
        <h2>Match</h2>
        <span class="small quiet">
          {plural(takingPart(field).length, "doctor")}, {plural(placesOf(field), "place")} in{" "}
          {plural(field.lines.length, "line")}
        </span>
      </header>
      <Form
        class="body stack"
        noValidate
        onSend={async () => {
          if (!seedFault(draft.value.match.seed)) await asking.ask(draft.value);
        }}
      >
        <Fields {...props} />
        <Ask {...props} />
      </Form>
    </section>
  );
}

/** What is set of the match, the rarer things folded away. */
function Fields({ allocationRun, workbench, field, names, agreed }: MatchFormProps) {
  const { draft, editMatch, mayRun } = workbench;
  const form = draft.value.match;
  const together = form.groups.length + form.couples.length;
  const disabled = !mayRun;
  const options = { draft: form, disabled, onEdit: editMatch };
  const choice = { field, names, disabled };
  return (
    <>
      <TooFewPlaces allocationRun={allocationRun} field={field} form={form} />
      <WeightFields weights={form} disabled={disabled} onEdit={editMatch} />
      <Switches {...options} />
      <details open={form.pins.length > 0}>
        <summary>By hand{form.pins.length > 0 && ` (${form.pins.length})`}</summary>
        <PinsField
          legend="Gets, or does not get, a line"
          reasoned
          pins={form.pins}
          onEdit={(pins) => editMatch({ pins })}
          {...choice}
        />
      </details>
      <details open={together > 0}>
        <summary>Groups and couples{together > 0 && ` (${together})`}</summary>
        <div class="stack">
          <GroupsField
            value={form.groups}
            onEdit={(groups) => editMatch({ groups })}
            {...choice}
          />
          <CouplesField
            value={form.couples}
            onEdit={(couples) => editMatch({ couples })}
            {...choice}
          />
        </div>
      </details>
      <AgreedCouples
        agreed={agreed}
        couples={form.couples}
        names={names}
        disabled={disabled}
        onTake={(couples) => editMatch({ couples: couples.reduce(addCouple, form.couples) })}
      />
      <details>
        <summary>More</summary>
        <FurtherOptions {...options} />
      </details>
    </>
  );
}

/** Said where no match can place everybody. */
function TooFewPlaces({ allocationRun, field, form }: {
  allocationRun: string;
  field: Participants;
  form: MatchDraft["match"];
}) {
  const places = placesOf(field);
  // Two who share a job take one place.
  const needed = takingPart(field).length -
    form.couples.filter(({ fit }) => fit === "share").length;
  if (needed <= places || form.isExclusive) return null;
  return (
    <p class="note warn" role="status">
      {plural(needed, "place")} would be needed and there {places === 1 ? "is" : "are"}{" "}
      {places}: no match can place everybody. More doctors may take a line, or there are more lines,
      under{" "}
      <a href={hashOf("setup", allocationRun, new URLSearchParams({ step: "places" }))}>
        Set up, Places
      </a>.
    </p>
  );
}

/** What is known before it is asked for, and asking. */
function Ask({ allocationRun, workbench, field, match, readiness }: MatchFormProps) {
  const { draft, asking, mayRun, busy } = workbench;
  const nobody = takingPart(field).length === 0 || placesOf(field) === 0;
  return (
    <>
      {readiness && (
        <ReadinessNote
          readiness={readiness}
          allocationRun={allocationRun}
          names={namesOf(field)}
        />
      )}
      {match && !draft.value.match.isExclusive && (
        <p class="note small">
          A new match takes the place of the current one; that one stays in the records.
        </p>
      )}
      {nobody && <Nobody field={field} allocationRun={allocationRun} />}
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
    </>
  );
}

function Switches({ draft, disabled, onEdit }: OptionsProps) {
  return (
    <>
      <Check
        label="Stability"
        word="stability"
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
        word="seed"
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

function Nobody({ field, allocationRun }: { field: Participants; allocationRun: string }) {
  const places = placesOf(field), doctors = takingPart(field).length;
  return (
    <p class="note warn small">
      There is nobody to match: this allocation run has {plural(doctors, "doctor")} and{" "}
      {plural(places, "place")} on {plural(field.lines.length, "line")}. {doctors === 0
        ? <SetUpLink allocationRun={allocationRun} step="doctors">Add doctors</SetUpLink>
        : (
          <SetUpLink
            allocationRun={allocationRun}
            step={field.lines.length > 0 ? "places" : "lines"}
          >
            {field.lines.length > 0 ? "Give lines places" : "Make job lines"}
          </SetUpLink>
        )} first.
    </p>
  );
}
