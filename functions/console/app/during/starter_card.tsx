// Who starts in the middle of the year: a doctor without a line takes one from a day on, or a part of its place. Written at
// once, as a new version of the result.

import { useSignal } from "@preact/signals";
import type { ReceptorError } from "../../../../shared/client/mod.ts";
import { shown } from "../data/query.ts";
import type { PageContext } from "../page.ts";
import { hashOf } from "../router.ts";
import { Refused } from "../runs/run_card.tsx";
import { Button } from "../ui/button.tsx";
import { Check, Field, type Option, SelectField, TextField } from "../ui/field.tsx";
import { date } from "../ui/format.ts";
import { freeFrom, nameOfLine, type Year } from "./draft.ts";

const NONE: Option = ["", "choose…"];

/** See above. */
export function StarterCard({ context, year, onChanged }: {
  context: PageContext;
  year: Year;
  onChanged: () => void;
}) {
  const mapping = useSignal(""), line = useSignal(""), day = useSignal(""), reason = useSignal("");
  const override = useSignal(false), busy = useSignal(false);
  const refused = useSignal<ReceptorError | null>(null);
  const waiting = year.holders.filter((holder) => holder.line === null && !holder.hasLeft);
  const send = async () => {
    busy.value = true;
    try {
      const { version } = await context.allocator.correct(context.allocationRun.id, [{
        workerMapping: mapping.value,
        jobLine: line.value,
        startsOn: day.value,
        ...override.value && { override: true },
      }], reason.value.trim());
      const doctor = waiting.find((holder) => holder.mapping === mapping.value)?.name;
      context.notify({
        tone: "ok",
        title: `Version ${version}`,
        message: `${doctor} takes ${nameOfLine(year, line.value)} from ${date(day.value)} on.`,
      });
      mapping.value = line.value = reason.value = "";
      refused.value = null;
      override.value = false;
      onChanged();
    } catch (error) {
      refused.value = shown(error);
    } finally {
      busy.value = false;
    }
  };
  const broken = (refused.value?.errors?.length ?? 0) > 0 || override.value;
  return (
    <section class="card" aria-labelledby="during-starts">
      <header>
        <h2 id="during-starts">A doctor who starts</h2>
      </header>
      {!year.isFinalised
        ? (
          <p class="body">
            Until a match is finalised, who takes part is matched to the lines under{" "}
            <a href={hashOf("match", context.allocationRun.id)}>Match</a>.
          </p>
        )
        : waiting.length === 0
        ? (
          <p class="body">
            Everybody who takes part has a line. Add who starts under{" "}
            <a
              href={hashOf(
                "setup",
                context.allocationRun.id,
                new URLSearchParams({ step: "doctors" }),
              )}
            >
              Set up, Doctors
            </a>.
          </p>
        )
        : (
          <form
            class="body stack"
            onSubmit={(event) => {
              event.preventDefault();
              void send();
            }}
          >
            <SelectField
              label="Doctor"
              value={mapping.value}
              options={[NONE, ...waiting.map(({ mapping, name }): Option => [mapping, name])]}
              onChoose={(value) => mapping.value = value}
            />
            <SelectField
              label="Line"
              hint="lines with room come first, from the day on that they have it"
              value={line.value}
              options={[NONE, ...linesWithRoom(year)]}
              onChoose={(value) => {
                line.value = value;
                day.value = freeFrom(year, value) ?? day.value;
                refused.value = null;
              }}
            />
            <Field label="First day">
              {(control) => (
                <input
                  {...control}
                  class="input"
                  type="date"
                  min={year.startsOn}
                  value={day.value}
                  onChange={(event) => {
                    day.value = event.currentTarget.value;
                    refused.value = null;
                  }}
                />
              )}
            </Field>
            <TextField
              label="Reason"
              hint="Stands in the log; the doctor reads it."
              value={reason}
              required
              onText={(text) => reason.value = text}
            />
            <Refused error={refused.value} />
            {broken && (
              <Check
                label="Set these rules aside"
                hint="marked on the result, with the reason"
                checked={override.value}
                onChange={(checked) => override.value = checked}
              />
            )}
            <div>
              <Button
                type="submit"
                kind="primary"
                busy={busy.value}
                disabled={mapping.value === "" || line.value === "" || day.value === "" ||
                  reason.value.trim() === ""}
              >
                {override.value ? "Give the line all the same" : "Give the line"}
              </Button>
            </div>
          </form>
        )}
    </section>
  );
}

/** Lines, those with room first: "Line 04 (free from 7 Jun 2027)". */
function linesWithRoom(year: Year): Option[] {
  const told = year.lines.map(({ id, name }) => ({ id, name, free: freeFrom(year, id) }));
  return [...told.filter(({ free }) => free), ...told.filter(({ free }) => !free)].map((
    { id, name, free },
  ): Option => [id, free ? `${name} (free from ${date(free)})` : `${name} (full)`]);
}
