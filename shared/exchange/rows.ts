// Rows of a table, kept in a few arrays of numbers: an object for each row and each cell of the largest ones, which have a quarter of
// a million cells, costs more than all else that is done with a file. What is asked for is made then.

import type { Cell, Rows } from "./table.ts";

/** Makes a cell of what is kept of it. */
export type MakeCell = (kind: number, value: number, length: number) => Cell;

/** The kind of a cell that is kept as it is, by its number among those. */
const AS_IT_IS = 255;
const FIRST_CAPACITY = 1_024;

/** Rows that are read one after another, with cells in them that hold something. Rows and columns count from 0. */
export class PackedRows implements Rows {
  /** The row behind the last one that holds anything. */
  length = 0;
  width = 0;
  readonly #asTheyAre: Cell[] = [];
  /** Cells that came after others behind them, by row and column, and how wide their rows are. */
  readonly #late = new Map<number, { cells: Map<number, Cell>; width: number }>();
  /** Where the cells of each row begin. */
  #starts = new Int32Array(FIRST_CAPACITY);
  #columns = new Uint16Array(FIRST_CAPACITY);
  #kinds = new Uint8Array(FIRST_CAPACITY);
  #values = new Float64Array(FIRST_CAPACITY);
  #lengths = new Int32Array(FIRST_CAPACITY);
  #count = 0;
  /** The row of the cell that was packed last. */
  #row = -1;
  #column = -1;

  /** @param make makes a cell of the kind, value and length that it was added with */
  constructor(private readonly make: MakeCell) {}

  /**
   * Adds a cell.
   * @param kind below 255, with what it takes to make the cell
   * @returns by how many places its row became wider
   */
  add(row: number, column: number, kind: number, value: number, length: number): number {
    return row < this.#row || row === this.#row && column <= this.#column
      ? this.#addLate(row, column, this.make(kind, value, length))
      : this.#append(row, column, kind, value, length);
  }

  /** Adds a cell that is there, in the place of the one that may stand there. @returns as {@link add} */
  addAsItIs(row: number, column: number, cell: Cell): number {
    if (row < this.#row || row === this.#row && column <= this.#column) {
      return this.#addLate(row, column, cell);
    }
    return this.#append(row, column, AS_IT_IS, this.#asTheyAre.push(cell) - 1, 0);
  }

  #append(row: number, column: number, kind: number, value: number, length: number): number {
    if (row > this.#row) this.#begin(row);
    const at = this.#count++, before = this.#column;
    if (at === this.#columns.length) this.#grow();
    this.#columns[at] = this.#column = column;
    this.#kinds[at] = kind;
    this.#values[at] = value;
    this.#lengths[at] = length;
    if (column >= this.width) this.width = column + 1;
    return column - before;
  }

  #addLate(row: number, column: number, cell: Cell): number {
    const late = this.#late.get(row) ?? { cells: new Map<number, Cell>(), width: 0 };
    const width = Math.max(late.width, this.#widthOf(row));
    late.cells.set(column, cell);
    late.width = Math.max(width, column + 1);
    this.#late.set(row, late);
    if (column >= this.width) this.width = column + 1;
    return Math.max(0, column + 1 - width);
  }

  /** Columns of a row to the last that was added in its order. */
  #widthOf(row: number): number {
    const from = this.#starts[row], to = this.#end(row);
    return to > from ? this.#columns[to - 1] + 1 : 0;
  }

  #begin(row: number): void {
    while (row + 1 >= this.#starts.length) {
      this.#starts = larger(this.#starts);
    }
    this.#starts.fill(this.#count, this.#row + 1, row + 1);
    this.#row = row;
    this.#column = -1;
    this.length = row + 1;
  }

  #grow(): void {
    this.#columns = larger(this.#columns);
    this.#kinds = larger(this.#kinds);
    this.#values = larger(this.#values);
    this.#lengths = larger(this.#lengths);
  }

  row(number: number): Cell[] {
    if (number < 0 || number >= this.length) return [];
    const from = this.#starts[number], to = this.#end(number);
    const cells: Cell[] = [];
    for (let at = from; at < to; at++) {
      while (cells.length < this.#columns[at]) cells.push(null);
      cells.push(this.#cell(at));
    }
    const late = this.#late.size === 0 ? undefined : this.#late.get(number);
    if (late !== undefined) {
      for (const [column, cell] of late.cells) {
        while (cells.length < column) cells.push(null);
        cells[column] = cell;
      }
    }
    return cells;
  }

  cell(row: number, column: number): Cell {
    if (row < 0 || row >= this.length) return null;
    if (this.#late.size > 0) {
      const late = this.#late.get(row)?.cells.get(column);
      if (late !== undefined) return late;
    }
    let from = this.#starts[row], to = this.#end(row);
    // Most rows have a cell in each column.
    if (from + column < to && this.#columns[from + column] === column) {
      return this.#cell(from + column);
    }
    while (from < to) {
      const middle = from + to >> 1;
      if (this.#columns[middle] < column) from = middle + 1;
      else to = middle;
    }
    return from < this.#end(row) && this.#columns[from] === column ? this.#cell(from) : null;
  }

  #end(row: number): number {
    return row === this.#row ? this.#count : this.#starts[row + 1];
  }

  #cell(at: number): Cell {
    const kind = this.#kinds[at], value = this.#values[at];
    return kind === AS_IT_IS ? this.#asTheyAre[value] : this.make(kind, value, this.#lengths[at]);
  }
}

/** The same numbers with twice the room. */
export function larger<Numbers extends Int32Array | Uint16Array | Uint8Array | Float64Array>(
  numbers: Numbers,
): Numbers {
  const more = new (numbers.constructor as new (length: number) => Numbers)(2 * numbers.length);
  more.set(numbers);
  return more;
}
