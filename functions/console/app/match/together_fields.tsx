// Who is matched first, and which doctors are to be placed together.

import { useSignal } from "@preact/signals";
import { Button } from "../ui/button.tsx";
import { type Option, SelectField, TextField } from "../ui/field.tsx";
import { addCouple, type DraftCouple, type DraftGroup, maySharePlace } from "./draft.ts";
import type { Field as Participants } from "./match_data.ts";
import type { Names } from "./names.ts";
import { doctorOptions, Item, NONE } from "./pins_field.tsx";

interface Props<Value> {
  value: Value[];
  field: Participants;
  names: Names;
  disabled: boolean;
  onEdit: (value: Value[]) => void;
}

/** What is set already, each with a way to take it out again. */
function Listed<Value>({ value, words, disabled, onEdit }: {
  value: Value[];
  words: (each: Value, index: number) => string;
  disabled: boolean;
  onEdit: (value: Value[]) => void;
}) {
  if (value.length === 0) return null;
  return (
    <ul>
      {value.map((each, i) => (
        <Item
          key={words(each, i)}
          text={words(each, i)}
          disabled={disabled}
          onRemove={() => onEdit(value.filter((other) => other !== each))}
        />
      ))}
    </ul>
  );
}

/** Priority groups, the first first. */
export function GroupsField(props: Props<DraftGroup>) {
  const { field, names } = props;
  const tags = new Map(field.tags.map((each) => [each.id, each.name]));
  const words = (group: DraftGroup, i: number) => {
    const who = [
      ...group.tags.map((id) => `holders of ${tags.get(id) ?? "a qualification that is gone"}`),
      ...group.workers.map(names.doctor),
    ];
    return `${i + 1}. ${group.name}: ${who.join(", ")}`;
  };
  return (
    <fieldset class="match-pins stack">
      <legend>Priority groups</legend>
      <span class="hint small quiet">
        matched one after the other, each keeping what it got; whoever is in none comes last
      </span>
      <Listed {...props} words={words} />
      <AddToGroup {...props} />
    </fieldset>
  );
}

/** A name that is there already gets one more; another makes a group. */
function AddToGroup({ value, field, disabled, onEdit }: Props<DraftGroup>) {
  const next = useSignal({ name: "", worker: "", tag: "" });
  const { name, worker, tag } = next.value;
  const set = (patch: Partial<typeof next.value>) => next.value = { ...next.value, ...patch };
  const add = () => {
    const own = value.find((group) => group.name === name.trim()) ??
      { name: name.trim(), workers: [], tags: [] };
    const group = {
      ...own,
      workers: worker === "" ? own.workers : [...new Set([...own.workers, worker])],
      tags: tag === "" ? own.tags : [...new Set([...own.tags, tag])],
    };
    onEdit(
      value.includes(own) ? value.map((each) => each === own ? group : each) : [...value, group],
    );
    set({ worker: "", tag: "" });
  };
  return (
    <div class="match-pin">
      <TextField
        label="Group"
        value={name}
        disabled={disabled}
        onText={(text) => set({ name: text })}
      />
      <SelectField
        label="Holders of"
        value={tag}
        options={[NONE, ...field.tags.map(({ id, name }): Option => [id, name])]}
        disabled={disabled}
        onChoose={(id) => set({ tag: id })}
      />
      <SelectField
        label="Or a doctor"
        value={worker}
        options={[NONE, ...doctorOptions(field)]}
        disabled={disabled}
        onChoose={(id) => set({ worker: id })}
      />
      <Button
        compact
        disabled={disabled || name.trim() === "" || (worker === "" && tag === "")}
        onClick={add}
      >
        Add to group
      </Button>
    </div>
  );
}

const FITS: Record<DraftCouple["fit"], string> = {
  same_hospital: "same hospital in each term",
  ranked_lines: "lines that both ranked",
  line_pairs: "one of their pairs of lines",
  share: "one line, and one place of it (job share)",
};

const OFFERED = ["same_hospital", "ranked_lines", "share"] as const;

/** Couples, and who shares a job. */
export function CouplesField(props: Props<DraftCouple>) {
  const { names } = props;
  const words = ({ first, second, fit }: DraftCouple) =>
    `${names.doctor(first)} and ${names.doctor(second)}: ${FITS[fit]}`;
  return (
    <fieldset class="match-pins stack">
      <legend>Linked doctors</legend>
      <span class="hint small quiet">
        couples whose lines are to fit, and part-time doctors who share a job: together at most 1
        FTE, which is said where doctors are
      </span>
      <Listed {...props} words={words} />
      <AddCouple {...props} />
    </fieldset>
  );
}

function AddCouple({ value, field, disabled, onEdit }: Props<DraftCouple>) {
  const next = useSignal<DraftCouple>({ first: "", second: "", fit: "same_hospital" });
  const { first, second, fit } = next.value;
  const set = (patch: Partial<DraftCouple>) => next.value = { ...next.value, ...patch };
  const tooMuch = fit === "share" && first !== "" && second !== "" &&
    !maySharePlace(field.doctors, first, second);
  const add = () => {
    onEdit(addCouple(value, next.value));
    set({ first: "", second: "" });
  };
  const but = (other: string) => doctorOptions(field).filter(([id]) => id !== other);
  return (
    <>
      <div class="match-pin">
        <SelectField
          label="One doctor"
          value={first}
          options={[NONE, ...but(second)]}
          disabled={disabled}
          onChoose={(id) => set({ first: id })}
        />
        <SelectField
          label="The other"
          value={second}
          options={[NONE, ...but(first)]}
          disabled={disabled}
          onChoose={(id) => set({ second: id })}
        />
        <SelectField
          label="Ask for"
          value={fit}
          options={OFFERED.map((kind) => [kind, FITS[kind]])}
          disabled={disabled}
          onChoose={(kind) => set({ fit: kind as DraftCouple["fit"] })}
        />
        <Button
          compact
          disabled={disabled || first === "" || second === "" || tooMuch}
          onClick={add}
        >
          Link
        </Button>
      </div>
      {tooMuch && (
        <p class="note warn small" role="alert">
          Together they work more than 1 FTE. Say how much each of them works under Set up, Doctors.
        </p>
      )}
    </>
  );
}
