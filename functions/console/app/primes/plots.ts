// What plots of primes show: counts by bucket, stacked by form, on a scale with round marks.

/** A count of a form in a bucket. */
export interface Counted {
  bucket: string;
  form: string;
  count: number;
}

/** A bar of a plot, from the bottom up. */
export interface Bar {
  bucket: string;
  total: number;
  parts: { form: string; from: number; count: number }[];
}

/** A plot: its bars in order, and the marks of its scale. */
export interface Plot {
  bars: Bar[];
  forms: string[];
  marks: number[];
}

/** Bars that fit a screen; of more the last ones are shown. */
export const MOST_BARS = 60;

/** Stacks counts by form; forms are in the order of their totals, so that each has the same colour everywhere. */
export function plotOf(counts: readonly Counted[], forms: readonly string[]): Plot {
  const buckets = [...new Set(counts.map(({ bucket }) => bucket))].slice(-MOST_BARS);
  const bars = buckets.map((bucket): Bar => {
    let total = 0;
    const parts = forms.flatMap((form) => {
      const found = counts.filter((each) => each.bucket === bucket && each.form === form);
      const count = found.reduce((sum, each) => sum + each.count, 0);
      if (count === 0) return [];
      const from = total;
      total += count;
      return [{ form, from, count }];
    });
    return { bucket, total, parts };
  });
  return {
    bars,
    forms: forms.filter((form) =>
      bars.some(({ parts }) => parts.some((part) => part.form === form))
    ),
    marks: marksTo(Math.max(1, ...bars.map(({ total }) => total))),
  };
}

/** At most five round marks from 0 on, the last at or above the most. */
export function marksTo(most: number): number[] {
  const rough = most / 4;
  const power = 10 ** Math.floor(Math.log10(Math.max(1, rough)));
  const step = [1, 2, 5, 10].map((times) => times * power).find((step) => step >= rough) ?? 1;
  const marks = [0];
  while (marks[marks.length - 1] < most) marks.push(marks[marks.length - 1] + step);
  return marks;
}
