// Putting a sheet together: values and looks by row and column, to be written by write_xlsx.ts.

import type { CellStyle, CellValue, WriteSheet } from "hucre/xlsx";

/** Without a name, programs take whichever font they like. */
const FONT = { name: "Calibri", size: 10 } as const;
const THIN = { style: "thin", color: { rgb: "8A94A6" } } as const;
/** Thin lines all around. */
export const BORDER: CellStyle["border"] = { top: THIN, right: THIN, bottom: THIN, left: THIN };
/** Looks that the sheets share. */
export const STYLES = {
  title: { font: font({ bold: true, size: 16 }) },
  subtitle: { font: font({ color: { rgb: "4A5568" } }) },
  section: {
    font: font({ bold: true, size: 12, color: { rgb: "FFFFFF" } }),
    fill: { type: "pattern", pattern: "solid", fgColor: { rgb: "1F3A5F" } },
  },
  header: {
    font: font({ bold: true }),
    fill: { type: "pattern", pattern: "solid", fgColor: { rgb: "E2E8F0" } },
    border: BORDER,
    alignment: { vertical: "center", wrapText: true },
  },
  cell: { font: font(), border: BORDER, alignment: { vertical: "top" } },
  text: {
    font: font(),
    border: BORDER,
    alignment: { horizontal: "left", vertical: "top", wrapText: true },
  },
  warning: {
    font: font(),
    border: BORDER,
    alignment: { vertical: "top" },
    fill: { type: "pattern", pattern: "solid", fgColor: { rgb: "FDE2E1" } },
  },
} satisfies Record<string, CellStyle>;

/** A cell: its value, and its look where it has one. */
export interface BuiltCell {
  value: CellValue;
  style: CellStyle | undefined;
}

/** A sheet as it is written: its cells by row and column, and all that stands around them. */
export interface BuiltSheet {
  name: string;
  rows: readonly (readonly (BuiltCell | undefined)[])[];
  merges: readonly Merge[];
  /** Heights of rows in points, by row. */
  heights: ReadonlyMap<number, number>;
  rest: SheetRest;
}

/** Everything but the cells, as the library takes it. */
export type SheetRest = Omit<WriteSheet, "name" | "rows" | "cells" | "merges" | "rowDefs">;

type Merge = NonNullable<WriteSheet["merges"]>[number];

/** A sheet while it is put together; rows and columns count from 0. */
export class SheetBuilder {
  readonly #rows: (BuiltCell | undefined)[][] = [];
  readonly #merges: Merge[] = [];
  readonly #heights = new Map<number, number>();

  constructor(readonly name: string) {}

  /** How many rows there are. */
  get height(): number {
    return this.#rows.length;
  }

  /** Puts a value in a cell. @param style one object for each look, which is written once */
  put(row: number, column: number, value: CellValue, style?: CellStyle): void {
    while (this.#rows.length <= row) this.#rows.push([]);
    const cells = this.#rows[row];
    while (cells.length < column) cells.push(undefined);
    cells[column] = { value, style };
  }

  /** Puts a value in the first of some cells and merges them; each has the look, so that borders close. */
  block(
    [row, column]: [row: number, column: number],
    [lastRow, lastColumn]: [row: number, column: number],
    value: CellValue,
    style: CellStyle,
  ): void {
    for (let r = row; r <= lastRow; r++) {
      for (let c = column; c <= lastColumn; c++) {
        this.put(r, c, r === row && c === column ? value : null, style);
      }
    }
    if (lastRow === row && lastColumn === column) return;
    this.#merges.push({ startRow: row, startCol: column, endRow: lastRow, endCol: lastColumn });
  }

  /** Adds a row at the end. */
  add(values: CellValue[], style?: CellStyle): number {
    this.#rows.push(values.map((value) => ({ value, style })));
    return this.height - 1;
  }

  /** Height of a row, in points. */
  setHeight(row: number, points: number): void {
    this.#heights.set(row, points);
  }

  /** The sheet, to be written. @param rest everything but the cells */
  build(rest: SheetRest): BuiltSheet {
    const { name } = this;
    return { name, rows: this.#rows, merges: this.#merges, heights: this.#heights, rest };
  }
}

/** The font of the sheets, with something of its own. */
export function font(own: CellStyle["font"] = {}): CellStyle["font"] {
  return { ...FONT, ...own };
}

/** A fill of one colour. @param colour `#rrggbb` */
export function solid(colour: string): CellStyle["fill"] {
  return { type: "pattern", pattern: "solid", fgColor: { rgb: colour.slice(1).toUpperCase() } };
}

/** Black or white, whichever is read better on a colour (WCAG contrast). @param colour `#rrggbb` */
export function inkOn(colour: string): string {
  const [red, green, blue] = [1, 3, 5].map((at) => {
    const share = parseInt(colour.slice(at, at + 2), 16) / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  const luminance = 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  return 1.05 / (luminance + 0.05) > (luminance + 0.05) / 0.05 ? "FFFFFF" : "000000";
}
