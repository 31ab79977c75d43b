// Known answers as far as some minutes of CPU go: whichever sequence gets to its next value for the least is searched on, each find
// proven and checked, and counts up to ever more digits.
// deno-lint-ignore-file no-console -- a command-line script reports on the terminal

import type { SearchRequest } from "../../shared/primes/engine.ts";
import { prepareSurvey, SURVEY, type SurveyInput } from "../../shared/primes/survey.ts";
import { COUNTS, LEAST_TWINS } from "../../shared/primes/testing/known.ts";
import { KNOWN_SEQUENCES, type KnownSequence } from "../../shared/primes/testing/known_further.ts";
import { planWork, rangeOf } from "../../shared/primes/work.ts";
import { type Column, seconds, tableLine } from "./harness.ts";
import { search, SLICE_MS, timed } from "./prime_slices.ts";

/** A step of a sequence, to its next value. */
interface Step {
  request: SearchRequest;
  /** Compares what is found. @throws Error where it is something else */
  run(line: Line): void;
}

/** What became of a sequence. */
interface Line {
  source: string;
  what: string;
  steps: Step[];
  done: number;
  last: number | null;
  proven: number;
  cpuMs: number;
  checkMs: number;
  longestMs: number;
}

/** Works known answers, the cheapest step first, as long as the next is not expected to go beyond. @param minutes of CPU */
export function knownAnswers(minutes: number): void {
  const lines = [
    ...KNOWN_SEQUENCES.map((each) => lineOf(each.source, named(each), stepsOf(each))),
    lineOf("A063983", "twin, least k by n", twinSteps()),
    ...Object.entries(COUNTS).map(([what, counts]) =>
      lineOf("counts", `${what} to 10^n`, countSteps(what as SurveyInput["what"], counts))
    ),
  ];
  let usedMs = 0;
  for (;;) {
    const next = lines.filter(({ steps, done }) => done < steps.length)
      .map((line) => ({ line, price: priceOf(line) }))
      .sort((a, b) => a.price - b.price)[0];
    if (!next || usedMs / 1000 + next.price > 60 * minutes) break;
    const { line } = next;
    usedMs += timed(() => line.steps[line.done].run(line));
    line.done++;
  }
  const columns: Column<Line>[] = [
    ["source", -8, ({ source }) => source],
    ["what", -44, ({ what }) => what],
    ["values", 7, ({ done }) => `${done}`],
    ["the last", 9, ({ last }) => `${last ?? "-"}`],
    ["proven", 7, ({ proven }) => `${proven}`],
    ["CPU, s", 8, ({ cpuMs }) => seconds(cpuMs)],
    ["check, s", 9, ({ checkMs }) => seconds(checkMs)],
    ["longest, ms", 12, ({ longestMs }) => longestMs.toFixed(0)],
  ];
  console.log(tableLine(columns, columns.map(([title]) => title)));
  for (const line of lines) {
    console.log(tableLine(columns, columns.map(([, , cell]) => cell(line))));
  }
  const values = lines.reduce((sum, { done }) => sum + done, 0);
  console.log(
    `\n${values} known answers, none differs; ${seconds(usedMs)} s of CPU, checks included`,
  );
}

const lineOf = (source: string, what: string, steps: Step[]): Line => ({
  ...{ source, what, steps, done: 0, last: null, proven: 0, cpuMs: 0, checkMs: 0, longestMs: 0 },
});

const named = ({ form, params }: KnownSequence) => `${form} ${JSON.stringify(params)}`;

/** Seconds that a step is expected to take. */
const expectedSeconds = ({ request }: Step) => planWork(request).cpuSeconds;

/** The same for a sequence's next step, as its steps before have turned out. */
function priceOf({ steps, done, cpuMs, checkMs }: Line): number {
  const expected = steps.slice(0, done).reduce((sum, step) => sum + expectedSeconds(step), 0);
  const factor = expected > 0 ? (cpuMs + checkMs) / 1000 / expected : 1;
  return Math.max(1, factor) * expectedSeconds(steps[done]);
}

function stepsOf({ source, form, params, first, pick, values }: KnownSequence): Step[] {
  const [from, to] = rangeOf(form, params);
  return values.map((value, i) => {
    const begin = i === 0 ? first : values[i - 1] + 1;
    return searchStep(
      source,
      { form, params: { ...params, [from]: begin, [to]: value } },
      pick,
      value,
    );
  });
}

function twinSteps(): Step[] {
  return LEAST_TWINS.map((k, n) =>
    searchStep("A063983", { form: "twin", params: { n, min_k: 1, max_k: k } }, /^(\d+)\*/, k)
  );
}

function searchStep(source: string, request: SearchRequest, pick: RegExp, value: number): Step {
  return {
    request,
    run(line) {
      const found = search(request);
      const values = found.finds.map(({ expression }) => Number(pick.exec(expression)?.[1]));
      if (values.join() !== `${value}`) {
        throw new Error(
          `${source}: ${values.join()} instead of ${value} (${JSON.stringify(request)})`,
        );
      }
      line.last = value;
      line.proven += found.finds.filter(({ certificate }) => certificate !== null).length;
      line.cpuMs += found.cpuMs;
      line.checkMs += found.checkMs;
      line.longestMs = Math.max(line.longestMs, ...found.slices);
    },
  };
}

/** Counts below 10^1, 10^2...: each step counts what the one before has not. */
function countSteps(what: SurveyInput["what"], counts: readonly number[]): Step[] {
  return counts.map((count, i) => {
    const params = { what, from: i === 0 ? 0 : 10 ** i, to: 10 ** (i + 1) - 1 };
    const expected = count - (counts[i - 1] ?? 0);
    return {
      request: { form: SURVEY, params },
      run(line) {
        const survey = prepareSurvey(params);
        let state = survey.start();
        while (!survey.done(state)) {
          const slice = timed(() => {
            const limit = performance.now() + SLICE_MS;
            state = survey.step(state, { remainingMs: () => limit - performance.now() });
          });
          line.cpuMs += slice;
          line.longestMs = Math.max(line.longestMs, slice);
        }
        const found = survey.outcome(state).count;
        if (found !== expected) {
          throw new Error(`${what} to ${params.to}: ${found}, not ${expected}`);
        }
        line.last = count;
      },
    };
  });
}
