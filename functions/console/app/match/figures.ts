// Figures of matches side by side, as rows and bars. Pure; the panels draw them.

import type { MatchingFigures } from "../../../../shared/client/mod.ts";
import { count } from "../ui/format.ts";
import { ordinal } from "./words.ts";

/** Choices with a bar of their own; those after share one. */
const OWN_BARS = 10;

/** A bar per choice, the later ones together. */
export function choiceBars(
  { choices, unranked }: { choices: number[]; unranked: number },
): { label: string; value: number }[] {
  const later = choices.slice(OWN_BARS).reduce((sum, value) => sum + value, 0);
  return [
    ...choices.slice(0, OWN_BARS).map((value, i) => ({ label: ordinal(i + 1), value })),
    ...(later > 0 ? [{ label: "later", value: later }] : []),
    ...(unranked > 0 ? [{ label: "not ranked", value: unranked }] : []),
  ];
}

/** A choice, and how many doctors got it in two matches. */
export interface ComparedBar {
  label: string;
  now: number;
  then: number;
}

/** The bars of two matches side by side, in the order of the choices. */
export function comparedBars(before: MatchingFigures, after: MatchingFigures): ComparedBar[] {
  const [now, then] = [choiceBars(before), choiceBars(after)];
  const last = (label: string) => ["later", "not ranked"].indexOf(label);
  const labels = [...new Set([...now, ...then].map(({ label }) => label))]
    .sort((a, b) => last(a) - last(b));
  const of = (bars: typeof now, label: string) =>
    bars.find((bar) => bar.label === label)?.value ?? 0;
  return labels.map((label) => ({ label, now: of(now, label), then: of(then, label) }));
}

type Pick = (figures: MatchingFigures) => number | null;

const FIGURES: [name: string, pick: Pick, digits: number][] = [
  ["First choices", ({ choices }) => choices[0] ?? 0, 0],
  ["First three", ({ choices }) => choices.slice(0, 3).reduce((sum, n) => sum + n, 0), 0],
  ["Not ranked", ({ unranked }) => unranked, 0],
  ["Mean rank", ({ meanRankOfAll }) => meanRankOfAll, 2],
  ["Worst rank", ({ worstRank }) => worstRank, 0],
  ["Doctors' dissatisfaction", ({ dissatisfaction }) => dissatisfaction.workers, 0],
  ["Preferencers' dissatisfaction", ({ dissatisfaction }) => dissatisfaction.preferencers, 0],
  ["Blocking pairs", ({ blockingPairs }) => blockingPairs, 0],
  ["Objective, by these weights", ({ objective }) => objective, 1],
];

/** A figure of two matches, and by how much they differ, as text. */
export interface FigureRow {
  name: string;
  now: string;
  then: string;
  change: string;
}

/** Rows of the table that compares two matches. */
export function figureRows(before: MatchingFigures, after: MatchingFigures): FigureRow[] {
  const text = (value: number | null, digits: number) =>
    value === null ? "–" : count(value, digits);
  return FIGURES.map(([name, pick, digits]) => {
    const [now, then] = [pick(before), pick(after)];
    const change = now === null || then === null ? "–" : signed(then - now, digits);
    return { name, now: text(now, digits), then: text(then, digits), change };
  });
}

/** `+3`, `−1.5`, `0` */
function signed(value: number, digits: number): string {
  const text = count(Math.abs(value), digits);
  return Number(text) === 0 ? "0" : `${value > 0 ? "+" : "−"}${text}`;
}
