// Who starts in the middle of the year: a doctor without a line takes one from a day on, or a part of its place. Written at
// once, as a new version of the result.

import { useSignal } from "@preact/signals";
import type { ReceptorError } from "../../../../shared/client/mod.ts";
import { shown } from "../data/query.ts";
import { formOf, useTyped } from "../data/typed.ts";
import type { PageContext } from "../page.ts";
import { hashOf } from "../router.ts";
import { SetAside } from "../runs/set_aside.tsx";
import { Button } from "../ui/button.tsx";
import { Form } from "../ui/form.tsx";
import { Field, type Option, SelectField, TextField } from "../ui/field.tsx";
import { date } from "../ui/format.ts";
import { freeFrom, type Holder, nameOfLine, type Year } from "./draft.ts";

const NONE: Option = ["", "choose…"];

/** See above. */
export function StarterCard({ context, year, onChanged }: {
  context: PageContext;
  year: Year;
  onChanged: () => void;
}) {
  const { id } = context.allocationRun;
  const waiting = year.holders.filter((holder) => holder.line === null && !holder.hasLeft);
  return (
    <section class="card" aria-labelledby="during-starts">
      <header>
        <h2 id="during-starts">A doctor who starts</h2>
      </header>
      {!year.isFinalised
        ? (
          <p class="body">
            Until a match is finalised, who takes part is matched to the lines under{" "}
            <a href={hashOf("match", id)}>Match</a>.
          </p>
        )
        : waiting.length === 0
        ? (
          <p class="body">
            Everybody who takes part has a line. Add who starts under{" "}
            <a href={hashOf("setup", id, new URLSearchParams({ step: "doctors" }))}>
              Set up, Doctors
            </a>.
          </p>
        )
        : <StarterForm {...{ context, year, waiting, onChanged }} />}
    </section>
  );
}

/** Who takes which line from when on. */
interface Start {
  mapping: string;
  line: string;
  day: string;
  reason: string;
  override: boolean;
}

const BLANK: Start = { mapping: "", line: "", day: "", reason: "", override: false };

interface StarterFormProps {
  context: PageContext;
  year: Year;
  /** Doctors without a line. */
  waiting: readonly Holder[];
  onChanged: () => void;
}

/** The form's state, and writing it as a new version of the result. */
function useStart({ context, year, waiting, onChanged }: StarterFormProps) {
  const start = useTyped(formOf(context, "starter"), () => BLANK), busy = useSignal(false);
  const refused = useSignal<ReceptorError | null>(null);
  const set = (part: Partial<Start>) => start.value = { ...start.value, ...part };
  const send = async () => {
    const { mapping, line, day, reason, override } = start.value;
    busy.value = true;
    try {
      const { version } = await context.allocator.correct(context.allocationRun.id, [{
        workerMapping: mapping,
        jobLine: line,
        from: null,
        startsOn: day,
        ...override && { override },
      }], reason.trim());
      const doctor = waiting.find((holder) => holder.mapping === mapping)?.name;
      context.notify({
        tone: "ok",
        title: `Version ${version}`,
        message: `${doctor} takes ${nameOfLine(year, line)} from ${date(day)} on.`,
      });
      start.value = { ...BLANK, day };
      refused.value = null;
      onChanged();
    } catch (error) {
      refused.value = shown(error);
      if (refused.value.code === "CHANGED_MEANWHILE") onChanged();
    } finally {
      busy.value = false;
    }
  };
  return { start, set, busy, refused, send };
}

function StarterForm(props: StarterFormProps) {
  const { year, waiting } = props;
  const { start, set, busy, refused, send } = useStart(props);
  const { mapping, line, day, reason, override } = start.value;
  /** Another line or day may break other rules. */
  const move = (part: Partial<Start>) => {
    set(part);
    refused.value = null;
  };
  return (
    <Form
      class="body stack off-paper"
      onSend={() => send()}
    >
      <SelectField
        label="Doctor"
        value={mapping}
        options={[NONE, ...waiting.map(({ mapping, name }): Option => [mapping, name])]}
        onChoose={(mapping) => set({ mapping })}
      />
      <SelectField
        label="Line"
        hint="lines with room come first, from the day on that they have it"
        value={line}
        options={[NONE, ...linesWithRoom(year)]}
        onChoose={(line) => move({ line, day: freeFrom(year, line) ?? day })}
      />
      <FirstDay earliest={year.startsOn} day={day} onDay={(day) => move({ day })} />
      <TextField
        label="Reason"
        hint="Stands in the log; the doctor reads it."
        value={reason}
        required
        onText={(reason) => set({ reason })}
      />
      <SetAside
        refused={refused.value}
        override={override}
        onOverride={(override) => set({ override })}
      />
      <div>
        <Button
          type="submit"
          kind="primary"
          busy={busy.value}
          disabled={[mapping, line, day, reason.trim()].includes("")}
        >
          {override ? "Give the line all the same" : "Give the line"}
        </Button>
      </div>
    </Form>
  );
}

function FirstDay({ earliest, day, onDay }: {
  earliest: string;
  day: string;
  onDay: (day: string) => void;
}) {
  return (
    <Field label="First day">
      {(control) => (
        <input
          {...control}
          class="input"
          type="date"
          min={earliest}
          value={day}
          onChange={(event) => onDay(event.currentTarget.value)}
        />
      )}
    </Field>
  );
}

/** Lines, those with room first: "Line 04 (free from 7 Jun 2027)". */
function linesWithRoom(year: Year): Option[] {
  const told = year.lines.map(({ id, name }) => ({ id, name, free: freeFrom(year, id) }));
  return [...told.filter(({ free }) => free), ...told.filter(({ free }) => !free)].map((
    { id, name, free },
  ): Option => [id, free ? `${name} (free from ${date(free)})` : `${name} (full)`]);
}
