// The roster in the layout that Victorian planners submit: the health service, terms and weeks as headers, and for each
// line a group of rows: rotations as merged blocks over their weeks, their hospital and categories below, and leave; once
// matched, who has it.

import type { CellStyle } from "hucre/xlsx";
import { coloursOf } from "./colours.ts";
import {
  doctorsOf,
  mondayOf,
  namesInHospital,
  positionsById,
  remarksOf,
  type Roster,
  type RosterLine,
  type RosterPosition,
  weeksOf,
  yearWeeks,
} from "./roster.ts";
import { spansOf } from "./lines/reading.ts";
import { BORDER, type BuiltSheet, font, inkOn, SheetBuilder, solid, STYLES } from "./sheet.ts";
import { columnLetters } from "./table.ts";

/** Columns before the first week: the line's name, and what a row of its group is. */
const LEAD = 2;
/** Rows of headers: service, plan, terms, weeks, Mondays. */
const HEAD = 5;
/** A column behind the last week. */
interface Tail {
  label: string;
  width: number;
  value(line: RosterLine, covered: readonly string[]): string | number | null;
}

/** Columns behind the last week; doctors where anybody has a line. */
function tailOf(roster: Roster): Tail[] {
  const named: Tail[] = [
    { label: "Doctors", width: 26, value: (line) => doctorsOf(line, roster) },
  ];
  return [
    ...roster.doctors_by === null ? [] : named,
    { label: "Categories", width: 11, value: (_, covered) => covered.join(", ") },
    { label: "Affinity", width: 9, value: (line) => line.affinity },
    { label: "Pathway", width: 14, value: (line) => line.pathway ?? "" },
    { label: "Pinned", width: 8, value: (line) => line.is_locked ? "Yes" : "" },
    { label: "Remarks", width: 30, value: remarksOf },
  ];
}

/** Lines on a printed page: what an A3 page holds with leave at the scale that 52 weeks need. */
const LINES_A_PAGE = 12;

const CENTRED: CellStyle["alignment"] = { horizontal: "center", vertical: "center" };
const HATCHED: CellStyle["fill"] = {
  type: "pattern",
  pattern: "lightUp",
  fgColor: { rgb: "4A5568" },
  bgColor: { rgb: "FFFFFF" },
};
const WEEK_HEADER: CellStyle = { ...STYLES.header, alignment: CENTRED };
const MONDAY_HEADER: CellStyle = {
  ...STYLES.header,
  font: font({ size: 8 }),
  numFmt: "d mmm",
  alignment: { ...CENTRED, textRotation: 90 },
};
const LABEL: CellStyle = { border: BORDER, font: font({ size: 8, color: { rgb: "4A5568" } }) };
const LINE_NAME: CellStyle = {
  border: BORDER,
  font: font({ bold: true }),
  alignment: { vertical: "center", wrapText: true },
};
const BELOW: CellStyle = {
  border: BORDER,
  font: font({ size: 8 }),
  alignment: { ...CENTRED, shrinkToFit: true },
};
const EMPTY: CellStyle = {
  border: BORDER,
  fill: { type: "pattern", pattern: "solid", fgColor: { rgb: "F7FAFC" } },
};
const LEAVE: CellStyle = {
  border: BORDER,
  fill: HATCHED,
  font: font({ size: 8, bold: true }),
  alignment: CENTRED,
};

/** One block of a line: a term's position, from its first to its last week. */
interface Block {
  position: RosterPosition | undefined;
  first: number;
  last: number;
}

/**
 * The sheet "Roster".
 * @param made a sentence about when it was made
 */
export function rosterSheet(roster: Roster, made: string): BuiltSheet {
  const sheet = new SheetBuilder("Roster");
  const weeks = yearWeeks(roster);
  const tail = tailOf(roster);
  putHeaders(sheet, roster, weeks, tail, made);
  const drawn: Drawn = {
    weeks,
    tail,
    positions: positionsById(roster),
    looks: looksOf(roster),
    nameOf: namesInHospital(roster),
    withLeave: roster.lines.some((line) => line.leave.length > 0),
  };
  const tops = roster.lines.map((line) => putLine(sheet, roster, line, drawn));
  const { org, plan, name } = roster.allocation_run;
  return sheet.build({
    columns: [
      { width: 12 },
      { width: 10 },
      ...Array.from({ length: weeks }, () => ({ width: 3.9 })),
      ...tail.map(({ width }) => ({ width })),
    ],
    freezePane: { rows: HEAD, columns: LEAD },
    pageSetup: {
      paperSize: "a3",
      orientation: "landscape",
      fitToPage: true,
      fitToWidth: 1,
      fitToHeight: 0,
      printTitlesRow: `$1:$${HEAD}`,
      printTitlesColumn: `$A:$${columnLetters(LEAD - 1)}`,
      margins: { top: 0.5, right: 0.3, bottom: 0.5, left: 0.3, header: 0.2, footer: 0.2 },
    },
    // Pages end between lines, never within one.
    // A break is named by the row above it.
    rowBreaks: tops.filter((_, i) => i > 0 && i % LINES_A_PAGE === 0).map((top) => top - 1),
    headerFooter: {
      oddFooter: `&L${footerText(`${org}, ${plan}, ${name}`)}&RPage &P of &N`,
    },
    view: { showGridLines: false },
    a11y: { summary: `Roster of ${org}: job lines by week`, headerRow: HEAD - 2 },
  });
}

/** An ampersand begins a code in headers and footers; doubled it is one. */
function footerText(text: string): string {
  return text.replaceAll("&", "&&").slice(0, 120);
}

function putHeaders(
  sheet: SheetBuilder,
  roster: Roster,
  weeks: number,
  tail: readonly Tail[],
  made: string,
): void {
  const { org, plan, name, term_weeks } = roster.allocation_run;
  sheet.add([org], STYLES.title);
  sheet.add([`${plan}, ${name}. ${made}`], STYLES.subtitle);
  const [terms, numbers, mondays] = [2, 3, 4];
  sheet.block([terms, 0], [mondays, 0], "Line", WEEK_HEADER);
  for (const [row, label] of [[terms, "Term"], [numbers, "Week"], [mondays, "From"]] as const) {
    sheet.put(row, 1, label, STYLES.header);
  }
  let first = 0;
  term_weeks.forEach((length, i) => {
    const label = `Term ${i + 1} (${length} week${length === 1 ? "" : "s"})`;
    sheet.block([terms, LEAD + first], [terms, LEAD + first + length - 1], label, WEEK_HEADER);
    first += length;
  });
  for (let week = 0; week < weeks; week++) {
    sheet.put(numbers, LEAD + week, week + 1, WEEK_HEADER);
    sheet.put(mondays, LEAD + week, mondayOf(roster, week), MONDAY_HEADER);
  }
  tail.forEach(({ label }, i) =>
    sheet.block([terms, LEAD + weeks + i], [mondays, LEAD + weeks + i], label, WEEK_HEADER)
  );
  sheet.setHeight(mondays, 36);
}

/** What the groups of all lines are drawn with. */
interface Drawn {
  /** How many there are in the year. */
  weeks: number;
  tail: readonly Tail[];
  /** By their ids. */
  positions: ReadonlyMap<string, RosterPosition>;
  looks: Map<string, CellStyle>;
  nameOf: (position: RosterPosition) => string;
  /** Whether any line has leave. */
  withLeave: boolean;
}

/** The group of rows of a line. @returns its first row */
function putLine(
  sheet: SheetBuilder,
  roster: Roster,
  line: RosterLine,
  { weeks, tail, positions, looks, nameOf, withLeave }: Drawn,
): number {
  const labels = ["Rotation", "Hospital", "Categories", ...(withLeave ? ["Leave"] : [])];
  const top = sheet.height;
  const bottom = top + labels.length - 1;
  sheet.block([top, 0], [bottom, 0], line.name, LINE_NAME);
  labels.forEach((label, i) => sheet.put(top + i, 1, label, LABEL));
  const blocks = blocksOf(roster, line, positions);
  for (const { position, first, last } of blocks) {
    const across = (row: number, text: string, style: CellStyle) =>
      sheet.block([row, LEAD + first], [row, LEAD + last], text, style);
    across(top, position ? nameOf(position) : "", position ? looks.get(position.id)! : EMPTY);
    across(top + 1, position?.hospital ?? "", position ? BELOW : EMPTY);
    across(top + 2, position ? categoriesOf(position) : "", position ? BELOW : EMPTY);
  }
  if (withLeave) putLeave(sheet, roster, line, bottom, weeks);
  const covered = new Set(blocks.flatMap(({ position }) => position?.experience_categories ?? []));
  const categories = [...covered].sort();
  tail.forEach(({ value }, i) =>
    sheet.block(
      [top, LEAD + weeks + i],
      [bottom, LEAD + weeks + i],
      value(line, categories),
      LINE_NAME_PLAIN,
    )
  );
  sheet.setHeight(top, 20);
  return top;
}

const LINE_NAME_PLAIN: CellStyle = {
  font: font(),
  border: BORDER,
  alignment: { ...CENTRED, wrapText: true },
};

/** Categories, and which part of a six-month term it is. */
function categoriesOf(position: RosterPosition): string {
  const part = position.six_month_term
    ? `${position.six_month_term}, part ${position.six_month_part} of 2`
    : null;
  return [position.experience_categories.join(", "), part].filter(Boolean).join("; ");
}

/** The look of each position's block; one object per look, so that the file holds each once. */
function looksOf(roster: Roster): Map<string, CellStyle> {
  const looks = new Map<string, CellStyle>();
  return new Map([...coloursOf(roster)].map(([id, { fill, edge }]) => {
    const key = `${fill} ${edge}`;
    if (!looks.has(key)) {
      looks.set(key, {
        border: edge === null ? BORDER : { ...BORDER, left: edgeOf(edge) },
        fill: solid(fill),
        font: font({ bold: true, size: 9, color: { rgb: inkOn(fill) } }),
        alignment: { ...CENTRED, shrinkToFit: true },
      });
    }
    return [id, looks.get(key)!];
  }));
}

/** A left edge in a colour that somebody chose. */
function edgeOf(colour: string) {
  return { style: "thick", color: { rgb: colour.slice(1).toUpperCase() } } as const;
}

/** The blocks of a line from the first to the last week, those without a rotation included. */
function blocksOf(
  roster: Roster,
  line: RosterLine,
  positions: ReadonlyMap<string, RosterPosition>,
): Block[] {
  const byTerm = new Map(line.rotations.map((rotation) => [rotation.term, rotation]));
  const blocks: Block[] = [];
  let first = 0;
  roster.allocation_run.term_weeks.forEach((length, i) => {
    const position = positions.get(byTerm.get(i + 1)?.position ?? "");
    blocks.push({ position, first, last: first + length - 1 });
    first += length;
  });
  return blocks;
}

function putLeave(
  sheet: SheetBuilder,
  roster: Roster,
  line: RosterLine,
  row: number,
  weeks: number,
): void {
  for (let week = 0; week < weeks; week++) sheet.put(row, LEAD + week, null, BELOW);
  // Week by week: blocks that overlap would be no workbook.
  const away = Array.from({ length: weeks }, () => false);
  for (const period of line.leave) {
    const { first, last } = weeksOf(roster, period);
    away.fill(true, Math.max(0, first), Math.max(0, last + 1));
  }
  for (const { first, last } of spansOf(away)) {
    sheet.block([row, LEAD + first], [row, LEAD + last], "Leave", LEAVE);
  }
}
