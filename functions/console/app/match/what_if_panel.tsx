// What if: other weights or pins, and what they would change. Nothing is written.

import { useSignal } from "@preact/signals";
import {
  type AllocatorRun,
  type Difference,
  isTerminal,
  type MatchingFigures,
  type Move,
  type WatchConnection,
} from "../../../../shared/client/mod.ts";
import { useLoad } from "../data/load.ts";
import type { PageContext } from "../page.ts";
import { Button } from "../ui/button.tsx";
import { Field } from "../ui/field.tsx";
import { count, dateTime, plural } from "../ui/format.ts";
import { Loaded } from "../ui/loaded.tsx";
import type { Asking } from "./asking.ts";
import { addPin, type DraftPin, type MatchDraft, weightsOf } from "./draft.ts";
import type { Field as Participants, Match } from "./match_data.ts";
import type { Names } from "./names.ts";
import { choiceBars } from "./result_panel.tsx";
import { Refused, RunState, StatusTag } from "./run_state.tsx";
import { WeightFields } from "./weights.tsx";
import { choice } from "./words.ts";

type WhatIfDraft = MatchDraft["whatIf"];

/** Moves shown at first. */
const FIRST_MOVES = 50;

/** The question. */
export function WhatIfForm({ draft, field, names, disabled, busy, asking, onEdit, onAsk }: {
  draft: WhatIfDraft;
  field: Participants;
  names: Names;
  disabled: boolean;
  /** A run is under way. */
  busy: boolean;
  asking: Asking<MatchDraft>;
  onEdit: (patch: Partial<WhatIfDraft>) => void;
  onAsk: () => void;
}) {
  return (
    <section class="card" aria-label="What if">
      <header>
        <h2>What if…</h2>
        <span class="small quiet">a dry run: nothing is written</span>
      </header>
      <form
        class="body stack"
        onSubmit={(event) => {
          event.preventDefault();
          onAsk();
        }}
      >
        <WeightFields weights={draft} disabled={disabled} onEdit={onEdit} />
        <Pins draft={draft} field={field} names={names} disabled={disabled} onEdit={onEdit} />
        <Refused error={asking.refused.value} />
        <div class="row">
          <Button type="submit" disabled={disabled || busy} busy={asking.sending.value}>
            {asking.sending.value ? "Asking…" : "Show what would change"}
          </Button>
        </div>
      </form>
    </section>
  );
}

function Pins({ draft, field, names, disabled, onEdit }: {
  draft: WhatIfDraft;
  field: Participants;
  names: Names;
  disabled: boolean;
  onEdit: (patch: Partial<WhatIfDraft>) => void;
}) {
  const next = useSignal<DraftPin>({ worker: "", line: "", apart: false });
  const set = (patch: Partial<DraftPin>) => next.value = { ...next.value, ...patch };
  const { worker, line, apart } = next.value;
  const select = (
    label: string,
    value: string,
    onChange: (value: string) => void,
    options: { value: string; label: string }[],
  ) => (
    <Field label={label}>
      {(control) => (
        <select
          {...control}
          class="select"
          value={value}
          disabled={disabled}
          onChange={(event) => onChange(event.currentTarget.value)}
        >
          {options.map((option) => (
            <option key={option.value} value={option.value}>{option.label}</option>
          ))}
        </select>
      )}
    </Field>
  );
  const none = { value: "", label: "choose…" };
  return (
    <fieldset class="match-pins stack">
      <legend>Pins</legend>
      {draft.pins.length > 0 && (
        <ul>
          {draft.pins.map((pin) => {
            const text = `${names.doctor(pin.worker)} ${pin.apart ? "does not get" : "gets"} ${
              names.line(pin.line)
            }`;
            return (
              <li key={text}>
                <span class="grow">{text}</span>
                <Button
                  kind="plain"
                  compact
                  disabled={disabled}
                  aria-label={`Remove: ${text}`}
                  onClick={() => onEdit({ pins: draft.pins.filter((other) => other !== pin) })}
                >
                  ✕
                </Button>
              </li>
            );
          })}
        </ul>
      )}
      <div class="match-pin">
        {select("Doctor", worker, (value) => set({ worker: value }), [
          none,
          ...field.doctors.map(({ mapping, name }) => ({ value: mapping, label: name })),
        ])}
        {select(
          "Gets or not",
          apart ? "apart" : "together",
          (value) => set({ apart: value === "apart" }),
          [{ value: "together", label: "gets" }, { value: "apart", label: "does not get" }],
        )}
        {select("Line", line, (value) => set({ line: value }), [
          none,
          ...field.lines.map(({ id, name }) => ({ value: id, label: name })),
        ])}
        <Button
          compact
          disabled={disabled || worker === "" || line === ""}
          onClick={() => {
            onEdit({ pins: addPin(draft.pins, next.value) });
            set({ worker: "", line: "" });
          }}
        >
          Add pin
        </Button>
      </div>
    </fieldset>
  );
}

/** The answer, or how far it is. */
export function WhatIfPanel({ context, run, connection, match, onTake }: {
  context: PageContext;
  run: AllocatorRun;
  connection: WatchConnection | null;
  match: Match | null;
  /** Takes the weights into the form of the match. */
  onTake: () => void;
}) {
  const { difference } = run.result ?? {};
  const { preferencerWeight, preferencePower } = weightsOf(run.options);
  const { pins = [], exclusions = [] } = run.options.what_if ?? {};
  const pinned = pins.length + exclusions.length;
  return (
    <section class="card" aria-label="Answer of the what-if">
      <header>
        <h2 class="row">
          What would change <StatusTag run={run} />
        </h2>
        <span class="small quiet">{dateTime(run.created_at)}</span>
      </header>
      <div class="body stack">
        <p class="small">
          Weight of the preferencers {Math.round(100 * preferencerWeight)}%, preference power{" "}
          {preferencePower}
          {pinned > 0 && `, ${plural(pinned, "pin")}`}.
        </p>
        <RunState context={context} run={run} connection={connection} what="what-if" />
        {run.status === "COMPLETED" && difference && (
          <>
            {match && run.base_run !== match.run.id && (
              <p class="note warn small">
                Compared with an older match than the current one. Ask again to compare with that.
              </p>
            )}
            <Answer context={context} run={run} difference={difference} />
            <div class="row">
              <Button compact onClick={onTake}>Take these weights into the match form</Button>
            </div>
          </>
        )}
      </div>
    </section>
  );
}

function Answer({ context, run, difference }: {
  context: PageContext;
  run: AllocatorRun;
  difference: Difference;
}) {
  const { moved, before, after, gone, inputChanged } = difference;
  return (
    <>
      <p role="status" data-moved={moved.total}>
        <strong>
          {moved.total === 0
            ? "Nobody would move."
            : `${plural(moved.total, "doctor")} would move: ${moved.better} to a line they like ` +
              `better, ${moved.worse} to one they like less${
                moved.same > 0 ? `, ${moved.same} to one they like as much` : ""
              }.`}
        </strong>
      </p>
      {inputChanged && (
        <p class="note warn small">
          Doctors, lines or wishes have changed since the match was made
          {gone > 0 && ` (${plural(gone, "doctor")} left)`}: part of the difference comes from that.
        </p>
      )}
      <FiguresTable before={before} after={after} />
      <ComparedBars before={before} after={after} />
      {moved.total > 0 && <Moves key={run.id} context={context} run={run} />}
    </>
  );
}

function FiguresTable({ before, after }: { before: MatchingFigures; after: MatchingFigures }) {
  const rows: [string, (figures: MatchingFigures) => number | null, digits: number][] = [
    ["First choices", ({ choices }) => choices[0] ?? 0, 0],
    ["First three", ({ choices }) => choices.slice(0, 3).reduce((sum, n) => sum + n, 0), 0],
    ["Not ranked", ({ unranked }) => unranked, 0],
    ["Mean rank", ({ meanRank }) => meanRank, 2],
    ["Worst rank", ({ worstRank }) => worstRank, 0],
    ["Doctors' dissatisfaction", ({ dissatisfaction }) => dissatisfaction.workers, 0],
    ["Preferencers' dissatisfaction", ({ dissatisfaction }) => dissatisfaction.preferencers, 0],
    ["Blocking pairs", ({ blockingPairs }) => blockingPairs, 0],
    ["Objective, by these weights", ({ objective }) => objective, 1],
  ];
  const text = (value: number | null, digits: number) =>
    value === null ? "–" : count(value, digits);
  return (
    <div class="table-scroll">
      <table class="table">
        <caption class="visually-hidden">Figures of the match now and then</caption>
        <thead>
          <tr>
            <th scope="col">Figure</th>
            <th scope="col" class="num">Now</th>
            <th scope="col" class="num">Then</th>
            <th scope="col" class="num">Change</th>
          </tr>
        </thead>
        <tbody>
          {rows.map(([name, pick, digits]) => {
            const [now, then] = [pick(before), pick(after)];
            return (
              <tr key={name}>
                <th scope="row">{name}</th>
                <td class="num">{text(now, digits)}</td>
                <td class="num">{text(then, digits)}</td>
                <td class="num">
                  {now === null || then === null ? "–" : signed(then - now, digits)}
                </td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </div>
  );
}

function signed(value: number, digits: number): string {
  const text = count(Math.abs(value), digits);
  return Number(text) === 0 ? "0" : `${value > 0 ? "+" : "−"}${text}`;
}

/** Two bars per choice: now above, then below. */
function ComparedBars({ before, after }: { before: MatchingFigures; after: MatchingFigures }) {
  const [now, then] = [choiceBars(before), choiceBars(after)];
  const labels = [...new Set([...now, ...then].map(({ label }) => label))];
  const last = (label: string) => ["later", "not ranked"].indexOf(label);
  labels.sort((a, b) => last(a) - last(b));
  const of = (bars: typeof now, label: string) =>
    bars.find((bar) => bar.label === label)?.value ?? 0;
  const most = Math.max(1, ...now.map(({ value }) => value), ...then.map(({ value }) => value));
  const width = (value: number) => ({ width: `${100 * value / most}%` });
  return (
    <ul class="bars" aria-label="Doctors by the choice they got, now and then">
      {labels.map((label) => (
        <li key={label}>
          <span>{label}</span>
          <span class="match-compared" aria-hidden="true">
            <span class="now" style={width(of(now, label))} />
            <span style={width(of(then, label))} />
          </span>
          <span class="num">{of(now, label)} → {of(then, label)}</span>
        </li>
      ))}
    </ul>
  );
}

function Moves({ context, run }: { context: PageContext; run: AllocatorRun }) {
  const preview = useLoad(() => context.allocator.preview(run.id), [run.id]);
  const all = useSignal(false);
  return (
    <Loaded load={preview} what="who would move">
      {({ moves }) => {
        const rows = all.value ? moves : moves.slice(0, FIRST_MOVES);
        return (
          <>
            <div class="table-scroll match-scroll" tabIndex={0} role="group" aria-label="Moves">
              <table class="table">
                <caption class="visually-hidden">Who would move</caption>
                <thead>
                  <tr>
                    <th scope="col">Doctor</th>
                    <th scope="col">Now</th>
                    <th scope="col">Then</th>
                    <th scope="col">Likes it</th>
                  </tr>
                </thead>
                <tbody>{rows.map((move) => <MoveRow key={move.worker} move={move} />)}</tbody>
              </table>
            </div>
            {rows.length < moves.length && (
              <Button compact onClick={() => all.value = true}>Show all {moves.length}</Button>
            )}
          </>
        );
      }}
    </Loaded>
  );
}

function MoveRow({ move: { name, from, to } }: { move: Move }) {
  const rank = (end: typeof to) => end.rank ?? Infinity;
  const gain = from === null ? null : rank(from) - rank(to) || 0;
  return (
    <tr>
      <th scope="row">{name}</th>
      <td>{from ? `${from.name} (${choice(from.rank)})` : "none"}</td>
      <td>{to.name} ({choice(to.rank)})</td>
      <td>
        {gain === null
          ? "–"
          : gain > 0
          ? <span class="tag ok">better</span>
          : gain < 0
          ? <span class="tag warn">less</span>
          : <span class="tag">as much</span>}
      </td>
    </tr>
  );
}

/** Whether a run is under way. */
export function underWay(run: AllocatorRun | null): boolean {
  return run !== null && !isTerminal(run.status);
}
