// The first step: what the doctor thinks of specialties, and what they do not want at all.

import { useComputed, useSignal } from "@preact/signals";
import { Button } from "../../../console/app/ui/button.tsx";
import { Check, SelectField } from "../../../console/app/ui/field.tsx";
import { counted, countedAre } from "../model/counted.ts";
import { whoReads } from "../model/readers.ts";
import { type ScreeningKind, screeningOf } from "../model/wishes.ts";
import { useLate } from "../after_paint.ts";
import { Sentiment } from "../parts/sentiment.tsx";
import { WhileOpen } from "../parts/while_open.tsx";
import { useWork } from "../work.ts";

/** Specialties into five buckets, then exclusions. What is pressed draws its own group anew; what follows comes a frame later. */
export function Specialties({ next }: { next: string }) {
  const { choice } = useWork();
  return (
    <section class="stack">
      <h1 tabIndex={-1}>What do you like?</h1>
      <p class="quiet">
        <WhileOpen otherwise="Every line has a score from this. What you left out counts as neutral.">
          Put each specialty where you feel it. Every line gets a score from this; you can move
          lines afterwards. What you leave out counts as neutral.
        </WhileOpen>
      </p>
      {choice.value.window.earlyReaders > 0 && (
        <p class="note">{whoReads(choice.value.window.earlyReaders)}</p>
      )}
      <Done />
      {choice.value.specialties.map((name) => <Feeling key={name} name={name} />)}
      <Exclusions />
      <a class="button primary" href={next}>Next: the lines</a>
    </section>
  );
}

/** How many specialties were spoken of. */
function Done() {
  const { choice, desk } = useWork();
  const { specialties } = choice.value;
  const said = useLate(desk.wishes).value.specialties;
  const done = specialties.filter((name) => typeof said.get(name)?.sentiment === "number").length;
  return (
    <p class="small quiet" role="status">
      {done} of {counted(specialties.length, "specialty", "specialties")}
    </p>
  );
}

function Feeling({ name }: { name: string }) {
  const { desk, canWrite, setSentiment } = useWork();
  const value = useComputed(() => desk.wishes.value.specialties.get(name)?.sentiment ?? null);
  return (
    <Sentiment
      label={name}
      value={value.value}
      disabled={!canWrite()}
      onChoose={(sentiment) => desk.later(() => setSentiment(name, sentiment))}
    />
  );
}

/** How many lines fall under exclusions, and whether too few are left. */
function Excluded() {
  const { choice, desk, scores, canWrite } = useWork();
  const { lines, window } = choice.value;
  // Scores are worked out when what was pressed has been seen.
  void useLate(desk.wishes).value;
  const scored = scores.peek();
  const open = lines.filter(({ eligible }) => eligible);
  const excluded = open.filter(({ id }) => scored.get(id)!.excluded.length > 0).length;
  if (excluded === 0) return null;
  const few = canWrite() && open.length - excluded < window.minimumLines;
  return (
    <p class={`note ${few ? "warn" : "info"}`} role="status">
      {excluded} of {counted(open.length, "line")} {excluded === 1 ? "has" : "have"} one of these.
      {" "}
      {few && `Too few are left: to submit, ${countedAre(window.minimumLines, "line")} needed.`}
    </p>
  );
}

function Exclusions() {
  const { choice, desk, canWrite, isScreened, setScreening } = useWork();
  const { hospitals, lines } = choice.value;
  const screening = (kind: ScreeningKind, hospital?: string) => ({
    checked: isScreened(kind, hospital),
    disabled: !canWrite(),
    onChange: (on: boolean) => desk.later(() => setScreening(kind, on, hospital)),
  });
  const positions = lines.flatMap(({ rotations }) => rotations.map(({ position }) => position));
  return (
    <>
      <h2>Not for me</h2>
      <p class="quiet">
        Lines with any of these go to “never” in your list.{" "}
        <WhileOpen otherwise="A line that you moved stands where you put it.">
          You can still move a line back.
        </WhileOpen>
      </p>
      <Excluded />
      <div class="stack card body-only">
        {positions.some(({ rural }) => rural) && (
          <Check label="No rural terms" {...screening("rural")} />
        )}
        {positions.some(({ nights }) => nights) && (
          <Check label="No nights or relief terms" {...screening("nights")} />
        )}
        <Check
          label="Few changes of hospital"
          hint="Each change takes 5 points off a line's score; it excludes nothing."
          {...screening("travel")}
        />
        {hospitals.length > 1 &&
          hospitals.map(({ id, name }) => (
            <Check key={id} label={`Not at ${name}`} {...screening("hospital", id)} />
          ))}
        <Pairs />
      </div>
    </>
  );
}

/** "No surgery at North": a specialty that is not wanted at one hospital. */
function Pairs() {
  const { choice, canWrite, desk, setScreening } = useWork();
  const { hospitals, specialties } = choice.value;
  const hospital = useSignal(""), specialty = useSignal("");
  const pairs = [...desk.wishes.value.screening].filter(([, { active }]) => active)
    .map(([key]) => screeningOf(key)).filter(({ kind }) => kind === "hospital_specialty");
  const nameOf = (id: string | null) =>
    hospitals.find((each) => each.id === id)?.name ?? "a hospital";
  return (
    <fieldset class="plain stack" disabled={!canWrite()}>
      <legend>A specialty at one hospital</legend>
      <div class="row">
        <SelectField
          label="No"
          value={specialty.value}
          options={[["", "Specialty…"], ...specialties.map((name) => [name, name] as const)] as [
            string,
            string,
          ][]}
          onChoose={(value) => specialty.value = value}
        />
        <SelectField
          label="at"
          value={hospital.value}
          options={[["", "Hospital…"], ...hospitals.map(({ id, name }) => [id, name])] as [
            string,
            string,
          ][]}
          onChoose={(value) => hospital.value = value}
        />
        <Button
          disabled={hospital.value === "" || specialty.value === ""}
          onClick={() => {
            setScreening("hospital_specialty", true, hospital.value, specialty.value);
            specialty.value = "";
          }}
        >
          Add
        </Button>
      </div>
      {pairs.map(({ hospital, specialty }) => (
        <p key={`${hospital}/${specialty}`} class="row">
          <span class="grow">No {specialty} at {nameOf(hospital)}</span>
          <Button
            compact
            aria-label={`Take back: no ${specialty} at ${nameOf(hospital)}`}
            onClick={() => setScreening("hospital_specialty", false, hospital!, specialty!)}
          >
            Take back
          </Button>
        </p>
      ))}
    </fieldset>
  );
}
