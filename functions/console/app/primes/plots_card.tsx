// Primes by size, by time and by form: stacked bars with a table of the same numbers for who cannot see them.

import { type Signal, useSignal } from "@preact/signals";
import type { PrimeFormRank, PrimesClient } from "../../../../shared/client/mod.ts";
import { useLoad } from "../data/load.ts";
import { Choice } from "../ui/filters.tsx";
import { count, dateTime } from "../ui/format.ts";
import { Loaded } from "../ui/loaded.tsx";
import { type Counted, type Plot, plotOf } from "./plots.ts";
import { formWord, shortExpression } from "./words.ts";

type Times = "hour" | "day" | "week" | "month";

const SIZES = ["10", "100", "1000"].map((each): [string, string] => [each, `${each} digits a bar`]);
const TIMES = ["hour", "day", "week", "month"].map((
  each,
): [string, string] => [each, `by ${each}`]);

/** A choice that is kept in a signal. */
const tied = (signal: Signal<string>) => ({
  value: signal.value,
  onChoose: (value: string) => void (signal.value = value),
});

/** Distribution, timeline and leaderboard. @param version grows when there may be new primes */
export function PlotsCard({ client, version }: { client: PrimesClient; version: number }) {
  const size = useSignal("100");
  const by = useSignal("day");
  const plots = useLoad(
    () =>
      Promise.all([
        client.leaderboard(),
        client.distribution(Number(size.value)),
        client.timeline(by.value as Times),
      ]),
    [version, size.value, by.value],
  );
  return (
    <section class="card" aria-label="Figures">
      <header>
        <h2>By size, time and form</h2>
      </header>
      <div class="body stack">
        <Loaded load={plots} what="figures">
          {([ranks, sizes, times]) => {
            if (ranks.length === 0) return <p class="quiet">There are no primes yet.</p>;
            const order = ranks.map(({ form }) => form);
            const found = times.map((each) => timeCount(each, by.value as Times));
            return (
              <>
                <Legend forms={order} />
                <div class="primes-plots">
                  <Figure
                    title="Digits"
                    plot={plotOf(sizes.map(sizeCount), order)}
                    order={order}
                    choice={<Choice label="Digits a bar" options={SIZES} {...tied(size)} />}
                  />
                  <Figure
                    title="Found (UTC)"
                    plot={plotOf(found, order)}
                    order={order}
                    choice={<Choice label="Time a bar" options={TIMES} {...tied(by)} />}
                  />
                </div>
                <Leaderboard ranks={ranks} />
              </>
            );
          }}
        </Loaded>
      </div>
    </section>
  );
}

function sizeCount({ bucket_start, form, count }: {
  bucket_start: number;
  form: string;
  count: number;
}): Counted {
  return { bucket: `${bucket_start}`, form, count };
}

function timeCount(
  { bucket, form, count }: { bucket: string; form: string; count: number },
  by: Times,
): Counted {
  return {
    bucket: by === "hour" ? bucket.slice(0, 13).replace("T", " ") : bucket.slice(0, 10),
    form,
    count,
  };
}

/** Tones that there are (roster/tones.css). */
const TONES = 12;

function toneOf(order: readonly string[], form: string): string {
  return `tone-${order.indexOf(form) % TONES}`;
}

function Legend({ forms }: { forms: string[] }) {
  return (
    <ul class="primes-legend" aria-label="Forms by their colours">
      {forms.map((form) => (
        <li key={form}>
          <span class={`primes-swatch ${toneOf(forms, form)}`} aria-hidden="true" />
          {formWord(form)}
        </li>
      ))}
    </ul>
  );
}

/** Sizes of a figure, in its own units. */
const WIDTH = 420, HEIGHT = 200, LEFT = 40, BOTTOM = 24, TOP = 8;

function Figure({ title, plot, order, choice }: {
  title: string;
  plot: Plot;
  order: string[];
  choice: preact.ComponentChildren;
}) {
  return (
    <figure class="primes-figure">
      <figcaption class="row">
        <span class="grow">{title}</span>
        {choice}
      </figcaption>
      <Bars title={title} plot={plot} order={order} />
      <details>
        <summary class="small">The numbers</summary>
        <Numbers title={title} plot={plot} />
      </details>
    </figure>
  );
}

function Bars({ title, plot: { bars, marks }, order }: {
  title: string;
  plot: Plot;
  order: string[];
}) {
  const most = marks[marks.length - 1];
  const y = (value: number) => TOP + (HEIGHT - TOP - BOTTOM) * (1 - value / most);
  const step = (WIDTH - LEFT) / Math.max(1, bars.length);
  const every = Math.ceil(bars.length / 6);
  return (
    <svg
      class="primes-plot"
      viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
      role="img"
      aria-label={`${title}: ${bars.length} bars, the largest ${
        count(Math.max(0, ...bars.map(({ total }) => total)))
      }`}
    >
      {marks.map((mark) => (
        <g key={mark}>
          <line class="primes-mark" x1={LEFT} x2={WIDTH} y1={y(mark)} y2={y(mark)} />
          <text class="primes-label" x={LEFT - 6} y={y(mark) + 4} text-anchor="end">{mark}</text>
        </g>
      ))}
      {bars.map(({ bucket, parts }, at) => (
        <g key={bucket}>
          {parts.map(({ form, from, count: size }) => (
            <rect
              key={form}
              class={`primes-bar ${toneOf(order, form)}`}
              x={LEFT + at * step + step * 0.1}
              width={step * 0.8}
              y={y(from + size)}
              height={y(from) - y(from + size)}
            >
              <title>{`${bucket}, ${formWord(form)}: ${count(size)}`}</title>
            </rect>
          ))}
          {at % every === 0 && (
            <text class="primes-label" x={LEFT + at * step + step * 0.1} y={HEIGHT - 6}>
              {bucket}
            </text>
          )}
        </g>
      ))}
    </svg>
  );
}

function Numbers({ title, plot: { bars, forms } }: { title: string; plot: Plot }) {
  return (
    <div class="table-scroll" tabIndex={0} role="group" aria-label={`${title}, the numbers`}>
      <table class="table">
        <caption class="visually-hidden">{title}</caption>
        <thead>
          <tr>
            <th scope="col">{title}</th>
            {forms.map((form) => <th key={form} scope="col" class="num">{formWord(form)}</th>)}
            <th scope="col" class="num">all</th>
          </tr>
        </thead>
        <tbody>
          {bars.map(({ bucket, parts, total }) => (
            <tr key={bucket}>
              <th scope="row">{bucket}</th>
              {forms.map((form) => (
                <td key={form} class="num">
                  {parts.find((part) => part.form === form)?.count ?? ""}
                </td>
              ))}
              <td class="num">{count(total)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Leaderboard({ ranks }: { ranks: PrimeFormRank[] }) {
  const most = Math.max(...ranks.map((rank) => rank.count));
  const forms = ranks.map(({ form }) => form);
  return (
    <div class="table-scroll" tabIndex={0} role="group" aria-label="Forms by primes found">
      <table class="table">
        <caption class="visually-hidden">Forms by primes found</caption>
        <thead>
          <tr>
            {["Form", "Primes", "Checked", "Largest", "Digits", "Latest"].map((head) => (
              <th key={head} scope="col">{head}</th>
            ))}
          </tr>
        </thead>
        <tbody>
          {ranks.map((rank) => (
            <tr key={rank.form}>
              <th scope="row">{formWord(rank.form)}</th>
              <td>
                <svg
                  class="primes-rank"
                  viewBox="0 0 100 10"
                  aria-hidden="true"
                  preserveAspectRatio="none"
                >
                  <rect
                    class={`primes-bar ${toneOf(forms, rank.form)}`}
                    width={100 * rank.count / most}
                    height="10"
                  />
                </svg>{" "}
                {count(rank.count)}
              </td>
              <td>{rank.verified_pct}%</td>
              <td>{shortExpression(rank.largest_expression, 32)}</td>
              <td class="num">{count(rank.largest_digits)}</td>
              <td class="when">{dateTime(rank.latest_found_at)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
