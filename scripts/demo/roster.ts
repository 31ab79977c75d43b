// The roster as a table: a row per job line, a column per term, each cell in its specialty's colour.

import type { JobLine, Position } from "../../shared/client/mod.ts";
import { type Paint, unpainted } from "./paint.ts";
import { dayAndMonth, padLeft, padRight, shorten, widthOf, wrap } from "./text.ts";

/** What a roster is printed with. */
export interface RosterLayout {
  /** Columns of the terminal; Infinity where nothing limits them. */
  width: number;
  paint: Paint;
}

/** No cell is narrower, whatever the terminal. */
const NARROWEST = 5;
/** Columns before the text of a cell. */
const CELL_PADDING = 1;
/** Cells narrower than this leave the affinity column out. */
const ROOM_FOR_AFFINITY = 15;
const AFFINITY = "affinity";

/**
 * Draws the roster.
 * @param termWeeks Weeks of each term, for the header.
 * @returns The rows, painted.
 */
export function drawRoster(
  lines: JobLine[],
  termWeeks: number[],
  { width, paint }: RosterLayout,
): string[] {
  const header = termHeaders(lines, termWeeks);
  const names = lines.map((line) => line.is_locked ? `${line.name}*` : line.name);
  const nameWidth = Math.max(widthOf("Line"), ...names.map(widthOf));
  const wishes = termWeeks.map((_, t) =>
    Math.max(
      ...header[t].map(widthOf),
      ...lines.map((line) => widthOf(positionName(line, t))),
    ) + CELL_PADDING
  );
  const affinityWidth = widthOf(AFFINITY) + 2;
  const withAffinity = fitWidths(wishes, width - nameWidth - affinityWidth - wishes.length - 1);
  const roomy = Math.min(...withAffinity) >= ROOM_FOR_AFFINITY;
  const widths = roomy ? withAffinity : fitWidths(wishes, width - nameWidth - wishes.length);
  const row = (name: string, cells: string[], affinity: string) =>
    [padRight(name, nameWidth), ...cells, ...(roomy ? [padLeft(affinity, affinityWidth)] : [])]
      .join(" ").trimEnd();
  return [
    ...headerRows(header, widths).map((cells, i) =>
      paint.dim(row(i === 0 ? "Line" : "", cells, i === 0 ? AFFINITY : ""))
    ),
    ...lines.map((line, i) =>
      row(
        names[i],
        widths.map((cell, t) => drawCell(line.rotations[t]?.position, cell, paint)),
        line.affinity === null ? "" : String(line.affinity),
      )
    ),
    ...(lines.some((line) => line.is_locked) ? [paint.dim("* locked: kept as it was")] : []),
  ];
}

/** Each specialty with its colour and its number of rotations, the most frequent first. */
export function drawLegend(lines: JobLine[], { width, paint }: RosterLayout): string[] {
  const counts = new Map<string, { colour: string; count: number }>();
  for (const { position } of lines.flatMap((line) => line.rotations)) {
    const label = position.subspecialty ?? position.specialty;
    const entry = counts.get(label) ?? { colour: position.colour, count: 0 };
    counts.set(label, { ...entry, count: entry.count + 1 });
  }
  const items = [...counts]
    .sort(([a, x], [b, y]) => y.count - x.count || a.localeCompare(b))
    .map(([label, { colour, count }]) =>
      `${paint.depth === "none" ? "" : paint.ink(colour, "■") + " "}${label} ${
        paint.dim(`${count}`)
      }`
    );
  return wrap(items, "   ", width, (text) => widthOf(unpainted(text)));
}

/** What the header says of each term, in the order of importance. */
function termHeaders(lines: JobLine[], termWeeks: number[]): string[][] {
  return termWeeks.map((weeks, t) => {
    const before = termWeeks.slice(0, t).reduce((sum, w) => sum + w, 0);
    const rotation = lines.find((line) => line.rotations[t])?.rotations[t];
    const dates = rotation
      ? [`${dayAndMonth(rotation.starts_on)} – ${dayAndMonth(rotation.ends_on)}`]
      : [];
    return [`Term ${t + 1}`, `weeks ${before + 1}–${before + weeks}`, ...dates];
  });
}

function headerRows(header: string[][], widths: number[]): string[][] {
  const rows = Math.max(...header.map((items) => items.length));
  return Array.from({ length: rows }, (_, i) => {
    const items = header.map((items) => items[i] ?? "");
    const form = HEADER_FORMS.find((form) =>
      items.every((item, t) => widthOf(form(item)) <= widths[t] - CELL_PADDING)
    );
    return items.map((item, t) => padRight(` ${form?.(item) ?? ""}`, widths[t]));
  }).filter((cells) => cells.some((cell) => cell.trim() !== ""));
}

/** What a header may say, the longest first; a row of it keeps to one form. */
const HEADER_FORMS: ((text: string) => string)[] = [
  (text) => text,
  (text) => text.replace("weeks ", "wk ").replace(" – ", "–"),
  (text) => text.replace("weeks ", "").replace(/^(\d+ \w+) – .*/, "from $1"),
  (text) => text.replace("weeks ", "").replace(/ – .*/, "").replace("Term ", "T"),
];

function positionName(line: JobLine, term: number): string {
  return line.rotations[term]?.position.name ?? "";
}

/** A rotation in its specialty's colour, `width` columns wide. */
export function drawCell(position: Position | undefined, width: number, paint: Paint): string {
  if (!position) return " ".repeat(width);
  const text = padRight(` ${shorten(position.name, width - CELL_PADDING)}`, width);
  return paint.ground(position.colour, text);
}

/** Takes from the widest columns until all fit into `room`. */
export function fitWidths(wishes: number[], room: number): number[] {
  const widths = [...wishes];
  let excess = widths.reduce((sum, width) => sum + width, 0) - room;
  while (excess > 0) {
    const widest = widths.indexOf(Math.max(...widths));
    if (widths[widest] <= NARROWEST) break;
    widths[widest]--;
    excess--;
  }
  return widths;
}
