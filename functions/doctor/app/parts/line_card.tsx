// A line as a card: its terms with dates and hospitals, its leave, its score and why, and what the doctor said of it.

import { useSignal } from "@preact/signals";
import { SelectField } from "../../../console/app/ui/field.tsx";
import {
  type Bucket,
  BUCKET_NAMES,
  BUCKETS,
  type Line,
  overlap,
  type Rotation,
} from "../model/lines.ts";
import type { Score } from "../model/score.ts";
import { days } from "../model/when.ts";
import { useWork } from "../work.ts";
import type { Stage, Stages } from "./use_stages.ts";

/** Choices of a select of buckets. */
export const BUCKET_OPTIONS = BUCKETS.map((
  bucket,
): [string, string] => [String(bucket), BUCKET_NAMES[bucket]]);

/** What a card shows. */
export interface CardProps {
  line: Line;
  score: Score;
  /** Null: the doctor may not have it. */
  bucket: Bucket | null;
  mixed: readonly string[] | undefined;
  notes: string;
  compared: boolean;
  writable: boolean;
  onCompare: (id: string, on: boolean) => void;
}

/** A card of a list as a node: whole ones only have a component in them, since hundreds are drawn at once. */
export function lineCard(props: CardProps, stage: Stage, watch: Stages["watch"]) {
  const { line, score, bucket } = props;
  return (
    <li
      key={line.id}
      class={`card line b${(bucket ?? -2) + 2}${stage === "head" ? " far" : ""}`}
      data-id={line.id}
      ref={watch}
    >
      {stage === "full" ? <Whole {...props} /> : (
        <div class="head row">
          <h3 class="grow">{line.name}</h3>
          {bucket === null
            ? <span class="tag warn">{reasonOf(line)}</span>
            : scoreBadge(score.value)}
          {bucket !== null && stage === "text" && <span class="tag">{BUCKET_NAMES[bucket]}</span>}
        </div>
      )}
      {stage === "text" && terms(line)}
    </li>
  );
}

function Whole(props: CardProps) {
  const { line, score, bucket, mixed, compared, writable, onCompare } = props;
  const { moveLine } = useWork();
  return (
    <>
      <div class="head row">
        <h3 class="grow">{line.name}</h3>
        {bucket === null ? <span class="tag warn">{reasonOf(line)}</span> : scoreBadge(score.value)}
        {bucket !== null && (
          <select
            class="select bucket"
            aria-label={`Bucket of ${line.name}`}
            value={String(bucket)}
            disabled={!writable}
            onChange={(event) =>
              moveLine(line.id, {
                bucket: Number(event.currentTarget.value) as Bucket,
                index: Infinity,
              })}
          >
            {BUCKET_OPTIONS.map(([value, text]) => (
              <option key={value} value={value}>{text}</option>
            ))}
          </select>
        )}
      </div>
      {terms(line)}
      {mixed && (
        <p class="note warn small">Mixed signals: {mixed.join("; ")}. You may leave it so.</p>
      )}
      <div class="row foot">
        <label class="pick">
          <input
            type="checkbox"
            checked={compared}
            onChange={(event) => onCompare(line.id, event.currentTarget.checked)}
          />
          Compare<span class="visually-hidden">{line.name}</span>
        </label>
      </div>
      {bucket !== null && <Why score={score} />}
      <Thoughts {...props} />
    </>
  );
}

/** Why a doctor may not have a line, in words. */
export function reasonOf({ reason }: Line): string {
  switch (reason) {
    case "MISSING_QUALIFICATION":
      return "Needs a qualification that you have not";
    case "EXCLUDED_QUALIFICATION":
      return "Not for doctors with your qualification";
    case "WORKS_MORE":
      return "Part-time: you work more";
    default:
      return "Not open to you";
  }
}

/** A score as a number that is also seen; a node. */
export function scoreBadge(value: number) {
  return <span class="score" title="Score, of 100" style={{ "--score": `${value}%` }}>{value}
  </span>;
}

/** The terms of a line; a node. */
export function terms(line: Line) {
  return <ol class="terms">{line.rotations.map((rotation) => term(line, rotation))}</ol>;
}

/** A term: dates, position, hospital, categories, and the leave that falls into it. */
function term(line: Line, rotation: Rotation) {
  const { position } = rotation;
  const leave = line.leave.filter((span) => overlap(span, rotation));
  return (
    <li key={rotation.term}>
      <span class="small quiet dates">Term {rotation.term} · {days(rotation)}</span>
      <span class="what">
        <strong>{position.name}</strong> {position.hospital}
      </span>
      <span class="tags">
        <span class="tag info">{position.subspecialty ?? position.specialty}</span>
        {position.rural && <span class="tag">Rural</span>}
        {position.nights && <span class="tag">Nights or relief</span>}
        {position.categories.length > 0 && (
          <span class="tag">
            <span class="visually-hidden">Experience category</span>
            {position.categories.join(" ")}
          </span>
        )}
        {leave.map((span) => <span key={span.startsOn} class="tag ok">Leave {days(span)}</span>)}
      </span>
    </li>
  );
}

function Why({ score }: { score: Score }) {
  return (
    <details class="why">
      <summary>Why {score.value}?</summary>
      <ul class="small">
        {score.excluded.map((rule) => <li key={rule}>You asked for {rule}: the score is 0.</li>)}
        {score.reasons.map(({ text, points }) => (
          <li key={text}>{text}: {points > 0 ? `+${points}` : points}</li>
        ))}
        {score.reasons.length === 0 && score.excluded.length === 0 && (
          <li>You said nothing of its terms yet, so it is in the middle: 50.</li>
        )}
      </ul>
    </details>
  );
}

/** Private notes on the line and its positions, and what the doctor thinks of single positions. */
function Thoughts({ line, notes, writable }: CardProps) {
  const { rotations, setLineNotes, setRotation } = useWork();
  const open = useSignal(false);
  const positions = [
    ...new Map(line.rotations.map(({ position }) => [position.id, position])).values(),
  ];
  const said = rotations.value;
  const noted = notes !== "" || positions.some(({ id }) => said.get(id)?.notes);
  return (
    <details class="thoughts" onToggle={(event) => open.value = event.currentTarget.open}>
      <summary>{noted ? "My notes •" : "My notes"}</summary>
      {open.value && (
        <div class="stack">
          <p class="small quiet">Only you ever see these.</p>
          <Note
            label={`Note on ${line.name}`}
            value={notes}
            disabled={!writable}
            onText={(text) => setLineNotes(line.id, text)}
          />
          {positions.map(({ id, name }) => (
            <div key={id} class="stack position">
              <SelectField
                label={`${name}, in all its lines`}
                value={String(said.get(id)?.like_dislike_preference ?? "")}
                options={[["", "As its specialty"], ...BUCKET_OPTIONS]}
                disabled={!writable}
                onChoose={(value) =>
                  setRotation(id, {
                    like_dislike_preference: value === "" ? null : Number(value) as Bucket,
                  })}
              />
              <Note
                label={`Note on ${name}`}
                value={said.get(id)?.notes ?? ""}
                disabled={!writable}
                onText={(text) => setRotation(id, { notes: text || null })}
              />
            </div>
          ))}
        </div>
      )}
    </details>
  );
}

function Note({ label, value, disabled, onText }: {
  label: string;
  value: string;
  disabled: boolean;
  onText: (text: string) => void;
}) {
  return (
    <textarea
      class="textarea"
      rows={2}
      maxLength={4000}
      aria-label={label}
      placeholder={label}
      value={value}
      disabled={disabled}
      onInput={(event) => onText(event.currentTarget.value)}
    />
  );
}
