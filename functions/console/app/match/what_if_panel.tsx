// What a what-if would change: figures and who would move. Nothing is written.

import type {
  AllocatorRun,
  Difference,
  MatchingFigures,
  Move,
  WatchConnection,
} from "../../../../shared/client/mod.ts";
import { useLoad } from "../data/load.ts";
import type { PageContext } from "../page.ts";
import { RunCard } from "../runs/run_card.tsx";
import { matchWord } from "../runs/words.ts";
import { Button } from "../ui/button.tsx";
import { useFirstRows } from "../ui/first_rows.tsx";
import { plural } from "../ui/format.ts";
import { Loaded } from "../ui/loaded.tsx";
import { weightsOf } from "./draft.ts";
import { comparedBars, figureRows } from "./figures.ts";
import type { Match } from "./match_data.ts";
import type { Names } from "./names.ts";
import { RunState } from "./run_state.tsx";
import { choiceWord } from "./words.ts";

/** Moves shown at first. */
const FIRST_MOVES = 50;

/** The answer, or how far it is. */
export function WhatIfPanel({ context, run, connection, match, names, onTake }: {
  context: PageContext;
  run: AllocatorRun;
  connection: WatchConnection | null;
  match: Match;
  names: Names;
  /** Takes the weights into the form of the match. */
  onTake: () => void;
}) {
  const { difference } = run.result ?? {};
  return (
    <RunCard
      label="Answer of the what-if"
      title="What would change"
      run={run}
      word={matchWord(run)}
    >
      <p class="small">{askedOf(run)}</p>
      <RunState
        context={context}
        run={run}
        names={names}
        connection={connection}
        what="what-if"
      />
      {run.status === "COMPLETED" && difference && (
        <>
          {run.base_run !== match.run.id && (
            <p class="note warn small">
              Compared with an older match than the current one. Ask again to compare with that.
            </p>
          )}
          <Answer context={context} run={run} difference={difference} names={names} />
          <div class="row">
            <Button compact onClick={onTake}>Take these weights into the match form</Button>
          </div>
        </>
      )}
    </RunCard>
  );
}

/** What was asked, in a sentence. */
function askedOf({ options }: AllocatorRun): string {
  const { preferencerWeight, preferencePower } = weightsOf(options);
  const { pins = [], exclusions = [] } = options.whatIf ?? {};
  const pinned = pins.length + exclusions.length;
  const share = Math.round(100 * preferencerWeight);
  return `Weight of the preferencers ${share}%, preference power ${preferencePower}` +
    `${pinned > 0 ? `, ${plural(pinned, "pin")}` : ""}.`;
}

function Answer({ context, run, difference, names }: {
  context: PageContext;
  run: AllocatorRun;
  names: Names;
  difference: Difference;
}) {
  const { moved, before, after, gone, inputChanged } = difference;
  return (
    <>
      <p role="status" data-moved={moved.total}>
        <strong>{movedWords(moved)}</strong>
      </p>
      {inputChanged && (
        <p class="note warn small">
          Doctors, lines or wishes have changed since the match was made
          {gone > 0 && ` (${plural(gone, "doctor")} left)`}: part of the difference comes from that.
        </p>
      )}
      <FiguresTable before={before} after={after} />
      <ComparedBars before={before} after={after} />
      {moved.total > 0 && <Moves key={run.id} context={context} run={run} names={names} />}
    </>
  );
}

function movedWords({ total, better, worse, same }: Difference["moved"]): string {
  if (total === 0) return "Nobody would move.";
  const alike = same > 0 ? `, ${same} to one they like as much` : "";
  return `${plural(total, "doctor")} would move: ${better} to a line they like better, ` +
    `${worse} to one they like less${alike}.`;
}

function FiguresTable({ before, after }: { before: MatchingFigures; after: MatchingFigures }) {
  return (
    <div class="table-scroll" tabIndex={0} role="group" aria-label="Now and then">
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
          {figureRows(before, after).map(({ name, now, then, change }) => (
            <tr key={name}>
              <th scope="row">{name}</th>
              <td class="num">{now}</td>
              <td class="num">{then}</td>
              <td class="num">{change}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

/** Two bars per choice: now above, then below. */
function ComparedBars({ before, after }: { before: MatchingFigures; after: MatchingFigures }) {
  const bars = comparedBars(before, after);
  const most = Math.max(1, ...bars.flatMap(({ now, then }) => [now, then]));
  const width = (value: number) => ({ width: `${100 * value / most}%` });
  return (
    <ul class="bars" aria-label="Doctors by the choice they got, now and then">
      {bars.map(({ label, now, then }) => (
        <li key={label}>
          <span>{label}</span>
          <span class="match-compared" aria-hidden="true">
            <span class="now" style={width(now)} />
            <span style={width(then)} />
          </span>
          <span class="num">{now} → {then}</span>
        </li>
      ))}
    </ul>
  );
}

function Moves({ context, run, names }: {
  context: PageContext;
  run: AllocatorRun;
  names: Names;
}) {
  const preview = useLoad(() => context.allocator.preview(run.id), [run.id]);
  return (
    <Loaded load={preview} what="who would move">
      {({ moves }) => <MovesTable moves={moves} names={names} />}
    </Loaded>
  );
}

function MovesTable({ moves, names }: { moves: Move[]; names: Names }) {
  const { listed, more } = useFirstRows(moves, FIRST_MOVES);
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
          <tbody>
            {listed.map((move) => <MoveRow key={move.worker} move={move} names={names} />)}
          </tbody>
        </table>
      </div>
      {more}
    </>
  );
}

function MoveRow({ move: { worker, from, to }, names }: { move: Move; names: Names }) {
  return (
    <tr>
      <th scope="row">{names.doctor(worker)}</th>
      <td>{from ? `${from.name} (${choiceWord(from.choice)})` : "none"}</td>
      <td>{to.name} ({choiceWord(to.choice)})</td>
      <td>{from ? <Liking from={from.rank} to={to.rank} /> : "–"}</td>
    </tr>
  );
}

/** How a doctor likes the one line beside the other, by their ranks; null: not ranked. */
function Liking({ from, to }: { from: number | null; to: number | null }) {
  const gain = (from ?? Infinity) - (to ?? Infinity) || 0;
  if (gain > 0) return <span class="tag ok">better</span>;
  return gain < 0 ? <span class="tag warn">less</span> : <span class="tag">as much</span>;
}
