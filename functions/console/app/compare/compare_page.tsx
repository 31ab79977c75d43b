// Any two rosters side by side: today, a snapshot, a dry run, another seed; figures, cells, whose wishes are touched.

import { useSignal } from "@preact/signals";
import { useMemo } from "preact/hooks";
import { wholeOf } from "../ui/numbers.ts";
import { MOST_SEED } from "../../../../shared/engine/limits.ts";
import { useLoad } from "../data/load.ts";
import { type Posts, readPosts } from "../data/posts.ts";
import { shown } from "../data/query.ts";
import { formOf, useTyped } from "../data/typed.ts";
import { NameForm } from "../history/name_form.tsx";
import { obstacleOf } from "../history/obstacle.ts";
import type { PageContext, PageProps } from "../page.ts";
import { isUnderWay } from "../runs/run_follow.ts";
import { Button } from "../ui/button.tsx";
import { Form } from "../ui/form.tsx";
import { Check, SelectField, TextField } from "../ui/field.tsx";
import { count, percent, plural } from "../ui/format.ts";
import { Loaded } from "../ui/loaded.tsx";
import { useFirstRows } from "../ui/first_rows.tsx";
import { BrokenCard } from "./broken_card.tsx";
import {
  differs,
  type Figures,
  figuresOf,
  leaveWords,
  type Pair,
  pairLines,
  type SideLine,
  type Totals,
  totalsOf,
  touched,
} from "./compare.ts";
import { readSides, readSources, readTouched, type Source } from "./read.ts";
import { Take } from "./take.tsx";
import { sent } from "../ui/sent.ts";

/** Rows that are drawn before the rest is asked for. */
const MOST = 100;

/** See `page.ts` for what it receives. */
export function ComparePage({ context }: PageProps) {
  const sources = useLoad(
    () => readSources(context),
    [context.linesVersion.value, context.plannerRunStanding.value],
  );
  return (
    <div class="page compare-page">
      <h1>Compare</h1>
      <Loaded load={sources} what="what there is to compare">
        {(all) => <Choose context={context} sources={all} />}
      </Loaded>
    </div>
  );
}

function Choose({ context, sources }: { context: PageContext; sources: Source[] }) {
  const { params, setParams } = context;
  const find = (key: string | null) => sources.find((source) => source.key === key);
  const a = find(params.get("a")) ?? sources[0];
  const b = find(params.get("b")) ?? sources.find(({ key }) => key !== a.key) ?? a;
  const options = sources.map(({ key, words }): [string, string] => [key, words]);
  const choose = (side: "a" | "b", key: string) =>
    setParams(new URLSearchParams({ a: a.key, b: b.key, [side]: key }));
  return (
    <>
      <div class="compare-sides card">
        <SelectField
          label="From"
          value={a.key}
          options={options}
          onChoose={(key) => choose("a", key)}
        />
        <Button compact onClick={() => setParams(new URLSearchParams({ a: b.key, b: a.key }))}>
          Swap sides
        </Button>
        <SelectField
          label="To"
          value={b.key}
          options={options}
          onChoose={(key) => choose("b", key)}
        />
      </div>
      {context.rights.has("allocationRun.edit") && <Further context={context} />}
      {sources.length < 2
        ? (
          <p class="card empty">
            There is only today yet. Keep it under a name, or plan once more as a dry run, and
            compare.
          </p>
        )
        : <Both key={`${a.key} ${b.key}`} context={context} a={a} b={b} />}
    </>
  );
}

/** Calls a side something, so that it is found again. */
function NameSide({ context, source }: { context: PageContext; source: Source }) {
  if (source.kind === "today") return null;
  const { planner } = context;
  return (
    <NameForm
      key={`${source.key} ${source.name}`}
      context={context}
      label={`Name of the ${source.kind === "run" ? "dry run" : "snapshot"}`}
      name={source.name}
      save={(name, seen) =>
        source.kind === "run"
          ? planner.nameRun(source.key, name, seen)
          : planner.nameSnapshot(source.key, name, seen)}
    />
  );
}

/** Ways to have something to compare with: a name for today, and the same request with another seed. */
function Further({ context }: { context: PageContext }) {
  const busy = useSignal(false);
  const run = async (work: () => Promise<void>, failed: string) => {
    busy.value = true;
    try {
      await work();
    } catch (error) {
      context.notify({ tone: "danger", title: failed, message: shown(error).message });
    } finally {
      busy.value = false;
    }
  };
  const part = { context, busy: busy.value, run };
  return (
    <div class="compare-further row">
      <KeepToday {...part} />
      <PlanAgain {...part} />
    </div>
  );
}

interface FurtherProps {
  context: PageContext;
  busy: boolean;
  run: (work: () => Promise<void>, failed: string) => Promise<void>;
}

function KeepToday({ context, busy, run }: FurtherProps) {
  const name = useTyped(formOf(context, "kept-lines"), () => "");
  const keep = () =>
    run(async () => {
      const empty = sent(name, "");
      const words = name.value.trim();
      await context.planner.keepLines(context.allocationRun.id, words);
      context.notify({ tone: "ok", title: "Kept", message: `Today's lines are “${words}”.` });
      empty();
      context.linesChanged();
    }, "Not kept");
  return (
    <Form
      class="row"
      onSend={() => keep()}
    >
      <TextField label="Name for today's lines" value={name} onText={(text) => name.value = text} />
      <Button
        compact
        type="submit"
        busy={busy}
        disabled={obstacleOf(context) !== null || name.value.trim() === ""}
      >
        Keep
      </Button>
    </Form>
  );
}

function PlanAgain({ context, busy, run }: FurtherProps) {
  const { planner, allocationRun } = context;
  const seed = useSignal("2");
  const number = wholeOf(seed.value);
  const badSeed = number === null || number < 0 || number > MOST_SEED;
  const again = () =>
    run(async () => {
      const form = await planner.restoreForm(allocationRun.id);
      const { plannerRunId } = await planner.generate({
        allocationRun: allocationRun.id,
        nJobLines: form.nJobLines ?? form.replacedLines,
        constraints: form.lastRun?.constraints ?? form.constraints,
        options: { ...form.options, mode: "rebuild", dryRun: true, seed: number! },
      });
      context.followPlannerRun(plannerRunId);
      context.notify({
        tone: "info",
        title: "Planning once more",
        message: "When the dry run has ended, it can be chosen here.",
      });
    }, "Not planned");
  return (
    <Form
      class="row off-paper"
      onSend={async () => {
        if (!badSeed) await again();
      }}
    >
      <TextField
        label="Another seed"
        word="seed"
        value={seed}
        inputMode="numeric"
        error={badSeed ? `A whole number from 0 to ${MOST_SEED}.` : null}
        onText={(text) => seed.value = text}
      />
      <Button
        compact
        type="submit"
        busy={busy}
        disabled={isUnderWay(context.plannerRun.value) || badSeed}
      >
        Plan as a dry run
      </Button>
    </Form>
  );
}

function Both({ context, a, b }: { context: PageContext; a: Source; b: Source }) {
  const load = useLoad(async () => {
    const [[from, to], posts] = await Promise.all([
      readSides(context, [a, b]),
      readPosts(context.supabase, context.allocationRun.id),
    ]);
    const byId = a.kind !== "run" && b.kind !== "run";
    return { from, to, posts, pairs: pairLines(from, to, byId) };
  }, [context.linesVersion.value]);
  return (
    <Loaded load={load} what="both sides">
      {(value) => <View context={context} a={a} b={b} {...value} />}
    </Loaded>
  );
}

function View({ context, a, b, from, to, posts, pairs }: {
  context: PageContext;
  a: Source;
  b: Source;
  from: SideLine[];
  to: SideLine[];
  posts: Posts[];
  pairs: Pair[];
}) {
  const totals = totalsOf(pairs);
  const weeks = context.allocationRun.term_weeks.reduce((sum, each) => sum + each, 0);
  const sides = useMemo(
    () => [figuresOf(from, posts, weeks), figuresOf(to, posts, weeks)] as const,
    [from, to],
  );
  const alike = totals.changed + totals.added + totals.removed === 0;
  return (
    <>
      <p class={`note ${alike ? "ok" : "info"}`} role="status">
        {alike ? `All ${plural(totals.same, "line")} are the same.` : wordsOf(totals)}
      </p>
      <FiguresTable a={a} b={b} sides={sides} />
      <BrokenCard context={context} sides={[[a.words, from], [b.words, to]]} />
      <div class="row">
        <Take context={context} source={a} />
        <Take context={context} source={b} />
      </div>
      <NameSide context={context} source={b.kind === "today" ? a : b} />
      {a.kind === "today" && !alike && <Touched context={context} pairs={pairs} />}
      <Cells context={context} pairs={pairs} />
    </>
  );
}

/** What lies between two sides that are not alike, in words. */
function wordsOf({ same, changed, cells, leave, added, removed }: Totals): string {
  const how = [`${plural(cells, "cell")}`, ...leave > 0 ? [`the leave of ${count(leave)}`] : []];
  return `${plural(same, "line")} the same, ${count(changed)} changed in ${how.join(" and ")}, ` +
    `${count(added)} only in the second, ${count(removed)} only in the first.`;
}

type Row = [name: string, of: (figures: Figures) => number | null, percent?: boolean];

const ROWS: Row[] = [
  ["Lines", ({ lines }) => lines],
  ["Different lines", ({ different }) => different],
  ["Affinity in all", ({ affinity }) => affinity],
  ["Posts below the minimum fill", ({ missing }) => missing],
  ["Posts with more lines than there are", ({ overfull }) => overfull],
  ["Weeks of leave", ({ leaveWeeks }) => leaveWeeks],
  ["Leave in the first half of the year", ({ early }) => early, true],
];

function FiguresTable({ a, b, sides }: {
  a: Source;
  b: Source;
  sides: readonly [Figures, Figures];
}) {
  const text = (value: number | null, share?: boolean) =>
    value === null ? "–" : share ? percent(value) : count(value);
  return (
    <div class="table-scroll card" tabIndex={0} role="group" aria-label="Side by side">
      <table class="table compare-figures">
        <caption class="visually-hidden">Figures side by side</caption>
        <thead>
          <tr>
            <th scope="col">Figure</th>
            <th scope="col" class="number">{a.words}</th>
            <th scope="col" class="number">{b.words}</th>
            <th scope="col" class="number">Difference</th>
          </tr>
        </thead>
        <tbody>
          {ROWS.map(([name, of, share]) => {
            const [one, other] = [of(sides[0]), of(sides[1])];
            const difference = one === null || other === null ? null : other - one;
            return (
              <tr key={name}>
                <th scope="row">{name}</th>
                <td class="number">{text(one, share)}</td>
                <td class="number">{text(other, share)}</td>
                <td class="number">
                  {difference !== null && difference > 0 && "+"}
                  {text(difference, share)}
                </td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </div>
  );
}

/** Whose ranks are for lines that go or change. */
function Touched({ context, pairs }: { context: PageContext; pairs: Pair[] }) {
  const load = useLoad(() => readTouched(context, touched(pairs)), []);
  return (
    <section class="card" aria-label="Wishes">
      <header>
        <h2>Whose wishes are touched</h2>
      </header>
      <div class="body">
        <Loaded load={load} what="the wishes">
          {(doctors) =>
            doctors.length === 0
              ? <p>No wish that you may see is for a line that goes or changes.</p>
              : (
                <>
                  <p>{plural(doctors.length, "doctor")} ranked lines that go or change:</p>
                  <ul class="compare-doctors">
                    {doctors.map(({ name, lines, best }, index) => (
                      <li key={index}>
                        {name}: {plural(lines, "line")}
                        {best !== null && `, the best of them ranked ${best}`}
                      </li>
                    ))}
                  </ul>
                </>
              )}
        </Loaded>
      </div>
    </section>
  );
}

/** Cell by cell. */
function Cells({ context, pairs }: { context: PageContext; pairs: Pair[] }) {
  const all = useSignal(false);
  const wanted = pairs.filter((pair) => all.value || differs(pair));
  const { listed, more } = useFirstRows(wanted, MOST);
  return (
    <section class="card" aria-label="Cell by cell">
      <header>
        <h2>Cell by cell</h2>
        <Check
          label="Also lines that are the same"
          checked={all.value}
          onChange={(on) => all.value = on}
        />
      </header>
      <div class="table-scroll" tabIndex={0} role="group" aria-label="All cells">
        <table class="table by-term">
          <thead>
            <tr>
              <th scope="col">Line</th>
              {context.allocationRun.term_weeks.map((_, t) => (
                <th key={t} scope="col">Term {t + 1}</th>
              ))}
              <th scope="col">Leave</th>
            </tr>
          </thead>
          <tbody>
            {listed.map((pair, index) => <PairRow key={index} pair={pair} />)}
          </tbody>
        </table>
      </div>
      {wanted.length === 0 && <p class="empty">No cell differs.</p>}
      {more}
    </section>
  );
}

function PairRow({ pair: { a, b, terms, leaveMoves } }: { pair: Pair }) {
  const length = Math.max(a?.positions.length ?? 0, b?.positions.length ?? 0);
  const [was, is] = [a && leaveWords(a), b && leaveWords(b)];
  return (
    <tr>
      <th scope="row">
        <bdi>{a?.name ?? "–"}</bdi>
        {b?.name !== a?.name && (
          <span class="small quiet">
            → <bdi>{b?.name ?? "gone"}</bdi>
          </span>
        )}
      </th>
      {Array.from({ length }, (_, t) => {
        const [one, other] = [a?.positions[t], b?.positions[t]];
        if (!terms.includes(t)) return <td key={t} class="quiet">{one?.name ?? "–"}</td>;
        return (
          <td key={t} class="compare-changed">
            {a && <del>{one?.name ?? "–"}</del>} {b && <ins>{other?.name ?? "–"}</ins>}
          </td>
        );
      })}
      {leaveMoves
        ? (
          <td class="compare-changed">
            <del>{was}</del> <ins>{is}</ins>
          </td>
        )
        : <td class="quiet">{was ?? is}</td>}
    </tr>
  );
}
