// A table of positions as a workbook or CSV: what is there, or an empty template to fill in.

import { plural } from "../engine/words.ts";
import type { CellStyle, DataValidation } from "hucre/xlsx";
import { TABLE_SIZE } from "./limits.ts";
import { instructionsSheet } from "./instructions_sheet.ts";
import { type PositionColumn, positionColumns } from "./position_columns.ts";
import type { Roster, RosterPosition } from "./roster.ts";
import { type BuiltSheet, font, inkOn, SheetBuilder, solid, STYLES } from "./sheet.ts";
import { columnLetters } from "./table.ts";
import { csvText } from "./texts.ts";

/** Name of the sheet that an import reads. */
export const POSITIONS_SHEET = "Positions";

const HEADER: CellStyle = {
  ...STYLES.header,
  alignment: { ...STYLES.header.alignment, wrapText: true },
};
const NEEDED: CellStyle = {
  ...HEADER,
  fill: { type: "pattern", pattern: "solid", fgColor: { rgb: "BFD7EA" } },
};

const TEXT: CellStyle = { font: font(), numFmt: "@" };
const TEXT_CELL: CellStyle = { ...STYLES.cell, ...TEXT };

/** Positions that have posts in the allocation run, by hospital, team and name. */
function takingPart(roster: Roster): RosterPosition[] {
  return roster.positions.filter(({ posts }) => posts.some((count) => count !== null));
}

/** The sheets "Positions", with what is there, and "Instructions". */
export function positionSheets(roster: Roster): BuiltSheet[] {
  return sheets(roster, takingPart(roster));
}

/** The same without positions. */
export function templateSheets(roster: Roster): BuiltSheet[] {
  return sheets(roster, []);
}

/** Blank rows of a template that are formatted. */
const TEMPLATE_ROWS = 300;

/** Positions as text; see {@link csvText}. */
export function positionsCsv(roster: Roster): string {
  const columns = columnsOf(roster);
  return csvText([
    columns.map(({ header }) => header),
    ...takingPart(roster).map((position) => columns.map((column) => cellOf(column, position))),
  ]);
}

function columnsOf(roster: Roster): PositionColumn[] {
  return positionColumns(roster.allocation_run.term_weeks.length);
}

function cellOf(column: PositionColumn, position: RosterPosition): string | number | null {
  const value = position[column.key];
  return column.format(
    column.term === undefined ? value : (value as (number | null)[])[column.term - 1],
  );
}

function sheets(roster: Roster, positions: RosterPosition[]): BuiltSheet[] {
  const columns = columnsOf(roster);
  const sheet = new SheetBuilder(POSITIONS_SHEET);
  sheet.add([]);
  columns.forEach((column, place) =>
    sheet.put(0, place, column.header, column.required ? NEEDED : HEADER)
  );
  sheet.setHeight(0, 45);
  for (const position of positions) {
    const row = sheet.height;
    columns.forEach((column, place) =>
      sheet.put(row, place, cellOf(column, position), lookOf(column, position))
    );
  }
  if (positions.length === 0) formatBlankRows(sheet, columns);
  const last = columnLetters(columns.length - 1);
  return [
    sheet.build({
      columns: columns.map(({ width }) => ({ width })),
      dataValidations: columns.flatMap(validation),
      autoFilter: { range: `A1:${last}${Math.max(2, sheet.height)}` },
      freezePane: { rows: 1, columns: 3 },
      pageSetup: {
        paperSize: "a3",
        orientation: "landscape",
        fitToPage: true,
        fitToWidth: 1,
        fitToHeight: 0,
        printTitlesRow: "$1:$1",
      },
      a11y: { summary: "Positions and posts of the allocation run", headerRow: 0 },
    }),
    instructions(roster, columns),
  ];
}

/** Text columns are formatted as text, so that nothing typed becomes a date. */
function formatBlankRows(sheet: SheetBuilder, columns: PositionColumn[]): void {
  for (let row = 1; row <= TEMPLATE_ROWS; row++) {
    columns.forEach((column, place) => {
      if (!isNumber(column)) sheet.put(row, place, null, TEXT);
    });
  }
}

function isNumber({ check }: PositionColumn): boolean {
  return check !== undefined && "whole" in check;
}

function lookOf(column: PositionColumn, position: RosterPosition): CellStyle {
  const look: CellStyle = isNumber(column) ? STYLES.cell : TEXT_CELL;
  if (column.key !== "colour") return look;
  return {
    ...look,
    fill: solid(position.colour),
    font: font({ color: { rgb: inkOn(position.colour) } }),
  };
}

/** What a spreadsheet program says of a wrong value while it is typed. */
function validation(column: PositionColumn, place: number): DataValidation[] {
  const { check, help, header } = column;
  if (!check) return [];
  const letters = columnLetters(place);
  const shared = {
    range: `${letters}2:${letters}${TABLE_SIZE.rows}`,
    allowBlank: true,
    showErrorMessage: true,
    showInputMessage: true,
    errorTitle: header.slice(0, 32),
    errorMessage: help.slice(0, 225),
    inputTitle: header.slice(0, 32),
    inputMessage: help.slice(0, 255),
  };
  if ("list" in check) return [{ ...shared, type: "list", values: check.list }];
  if ("length" in check) {
    return [{
      ...shared,
      type: "textLength",
      operator: "lessThanOrEqual",
      formula1: `${check.length}`,
    }];
  }
  const [least, most] = check.whole;
  return [{
    ...shared,
    type: "whole",
    operator: "between",
    formula1: `${least}`,
    formula2: `${most}`,
  }];
}

function instructions(roster: Roster, columns: PositionColumn[]): BuiltSheet {
  const { org, plan, name, term_weeks } = roster.allocation_run;
  const terms = term_weeks.map((weeks, i) => `term ${i + 1}: ${plural(weeks, "week")}`).join(", ");
  return instructionsSheet({
    title: `Positions and posts: ${name}`,
    subtitle: `${org}, ${plan}`,
    sentences: [
      `One row per position in the sheet "${POSITIONS_SHEET}". This allocation run has ${term_weeks.length} terms (${terms}).`,
      "Nothing is written before you have seen what would change, and then all of it or nothing.",
      "A column that you delete leaves what is there as it is; the first four are needed. A column headed Notes is left alone.",
      "Specialty, categories and flags belong to the position itself, and so to every allocation run that has posts of it.",
      "No posts in any term: the position takes no part in this allocation run.",
    ],
    columns: columns.filter(({ term }) => term === undefined || term === 1).map((
      { header, help, term },
    ) => [header, term === undefined ? help : `${help} Likewise for each further term.`]),
    summary: "How to fill in the sheet of positions",
  });
}
