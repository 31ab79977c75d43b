// How well doctors and lines were matched: the choices that were met as bars, figures, and a sample of who got what.

import {
  type Allocation,
  type AllocatorRun,
  type JobLine,
  nameDoctors,
  type Rotation,
} from "../../shared/client/mod.ts";
import { drawBar } from "./progress.ts";
import { hang, labelled, type ReportLayout, slices, wallMs } from "./report.ts";
import { drawCell, fitWidths } from "./roster.ts";
import { cut, duration, ordinal, padLeft, padRight, thousands, widthOf } from "./text.ts";

/** Choices with a bar of their own; those after share one. */
const OWN_BARS = 10;
const BAR = 30;

/** Choices, ranks, proof and costs of a COMPLETED run, which has all of them. */
export function reportMatch(run: AllocatorRun, layout: ReportLayout): string[] {
  const { report, ...costs } = run.result!;
  const {
    meanRank,
    meanRankOfAll,
    unranked,
    worstRank,
    objective,
    bound,
    blockingPairs,
    fairness,
  } = report!;
  const optimal = objective === bound
    ? "no match has less"
    : `no match has less than ${thousands(bound)}`;
  const wall = wallMs(run);
  const rows: [string, string][] = [
    ...drawChoices(report!, layout).map((
      bar,
      i,
    ): [string, string] => [i === 0 ? "Choices" : "", bar]),
    [
      "Ranks",
      meanRank === null
        ? "nobody got a line they had ranked"
        : `mean ${meanRank.toFixed(1)}, worst ${worstRank}` +
          (unranked > 0 && meanRankOfAll !== null
            ? `; mean of all, unranked lines too, ${meanRankOfAll.toFixed(1)}`
            : ""),
    ],
    ["Objective", `${thousands(objective)}, proven: ${optimal}`],
    [
      "Blocking",
      `${blockingPairs.count} pairs of a doctor and a line would rather have each other`,
    ],
    ["Fairness", nameDoctors(fairness.message)],
    ...(wall === null ? [] : [["Wall", duration(wall)] as [string, string]]),
    ...slices(costs),
  ];
  return [layout.paint.bold("Match"), ...labelled(rows, layout)];
}

/** What a what-if would change, in a sentence or two. */
export function reportWhatIf(run: AllocatorRun, { width, paint }: ReportLayout): string[] {
  const weight = `With a preferencer weight of ${run.options.preferencerWeight}`;
  const difference = run.result?.difference;
  if (run.status !== "COMPLETED" || !difference) {
    return hang(`${weight}: ${nameDoctors(run.error_message ?? "no answer.")}`, "", width).map(
      paint.bad,
    );
  }
  const { moved, before, after } = difference;
  const rank = (mean: number | null) => mean === null ? "none" : mean.toFixed(1);
  const told = moved.total === 0
    ? "nobody moves."
    : `${moved.total} doctors move (${moved.better} to a line they like better, ${moved.worse} to one ` +
      `they like less); mean rank ${rank(before.meanRankOfAll)} -> ${
        rank(after.meanRankOfAll)
      }, preferencers' ` +
      `dissatisfaction ${thousands(before.dissatisfaction.preferencers)} -> ` +
      `${thousands(after.dissatisfaction.preferencers)}.`;
  return [paint.bold("What if"), ...hang(`${weight}: ${told}`, "  ", width)];
}

/** Why no match was made, and what would help. */
export function reportNoMatch(run: AllocatorRun, { width, paint }: ReportLayout): string[] {
  const changes = run.result?.explanation?.relaxations.map(({ change }) => change) ?? [];
  return [
    ...hang(nameDoctors(run.error_message ?? "No match was made."), "", width).map(paint.bad),
    ...(changes.length > 0 ? [paint.bold("Any one of these would help")] : []),
    ...changes.flatMap((change) => hang(change, "  ", width)),
  ];
}

/** A bar per choice: how many doctors got their first, second... */
function drawChoices(
  { choices, unranked }: { choices: number[]; unranked: number },
  { width, paint }: ReportLayout,
): string[] {
  const rest = choices.slice(OWN_BARS).reduce((sum, count) => sum + count, 0);
  const bars: [string, number][] = [
    ...choices.slice(0, OWN_BARS).map((n, i): [string, number] => [ordinal(i + 1), n]),
    ...(rest > 0 ? [["later", rest] as [string, number]] : []),
    ...(unranked > 0 ? [["unranked", unranked] as [string, number]] : []),
  ];
  const most = Math.max(1, ...bars.map(([, count]) => count));
  const names = Math.max(...bars.map(([name]) => widthOf(name)));
  const counts = String(most).length;
  const bar = Math.max(10, Math.min(BAR, width - 20 - names - counts));
  return bars.map(([name, count]) =>
    `${padRight(name, names)} ${padLeft(String(count), counts)} ${
      drawBar(count / most, bar, paint)
    }`
  );
}

/**
 * A table of some doctors with their lines: from who got their first choice to who was worst off.
 * @param rows Doctors shown at most.
 */
export function drawMatching(
  allocations: Allocation[],
  lines: JobLine[],
  rows: number,
  { width, paint }: ReportLayout,
): string[] {
  const lineOf = new Map(lines.map((line) => [line.id, line]));
  const shown = sample(byRank(allocations), rows);
  const rotations = shown.map(({ line }) => lineOf.get(line.id)?.rotations ?? []);
  const table = [
    ["Doctor", "Choice", "Line"],
    ...shown.map((entry) => [entry.worker.name, choiceOf(entry), entry.line.name]),
  ];
  const widths = [0, 1, 2].map((column) => Math.max(...table.map((row) => widthOf(row[column]))));
  const used = widths.reduce((sum, columns) => sum + columns + 2, 0);
  const cells = cellWidths(rotations, width - used);
  const terms = cells.map((cell, t) => padRight(cut(` Term ${t + 1}`, cell), cell));
  const [head, ...body] = table.map((row) =>
    row.map((text, column) => padRight(text, widths[column])).join("  ")
  );
  return [
    paint.bold(`The matching: ${shown.length} of ${allocations.length} doctors`),
    paint.dim([head, terms.join(" ")].join("  ").trimEnd()),
    ...body.map((row, i) => {
      const colours = cells.map((cell, t) => drawCell(rotations[i][t]?.position, cell, paint));
      return `${row}  ${colours.join(" ")}`.trimEnd();
    }),
  ];
}

/** Columns of each term, so that all fit the room. */
function cellWidths(lines: Rotation[][], room: number): number[] {
  const terms = Math.max(0, ...lines.map((rotations) => rotations.length));
  const wishes = Array.from(
    { length: terms },
    (_, t) => Math.max(...lines.map((rotations) => widthOf(rotations[t]?.position.name ?? ""))) + 1,
  );
  return fitWidths(wishes, room - terms + 1);
}

/** The best served first, who got an unranked line last. */
function byRank(allocations: Allocation[]): Allocation[] {
  const rank = ({ originalPreference }: Allocation) => originalPreference ?? Infinity;
  // Infinity - Infinity is NaN: two unranked are compared as equal.
  return [...allocations].sort((a, b) => rank(a) - rank(b) || 0);
}

/** At most `count` entries, evenly spread, with the first and the last. */
function sample<Entry>(entries: Entry[], count: number): Entry[] {
  if (entries.length <= count) return entries;
  const step = (entries.length - 1) / (count - 1);
  return Array.from({ length: count }, (_, i) => entries[Math.round(i * step)]);
}

/** "3rd"; tied lines are the same choice. */
function choiceOf({ choice }: Allocation): string {
  return choice === null ? "unranked" : ordinal(choice);
}
