/**
 * Builds models column by column into growing typed arrays: nothing is allocated per entry, and a
 * finished model shares no memory with the builder.
 */
import type { LpModel } from "./model.ts";

/** Rows first, then columns, each column's entries right after it. */
export class LpBuilder {
  #rowLower: number[] = [];
  #rowUpper: number[] = [];
  #objective = new Float64Array(64);
  #lower = new Float64Array(64);
  #upper = new Float64Array(64);
  #integer = new Uint8Array(64);
  #starts = new Int32Array(65);
  #index = new Int32Array(256);
  #value = new Float64Array(256);
  #cols = 0;
  #entries = 0;
  #integers = 0;

  constructor(readonly sense: "max" | "min") {}

  /** Columns so far. */
  get cols(): number {
    return this.#cols;
  }

  /** Rows so far. */
  get rows(): number {
    return this.#rowLower.length;
  }

  /** Adds the row lower <= a x <= upper (infinities allowed) and returns its index. */
  addRow(lower: number, upper: number): number {
    this.#rowLower.push(lower);
    return this.#rowUpper.push(upper) - 1;
  }

  /** Adds a column without entries (they follow by `add`) and returns its index. */
  addColumn(objective: number, lower: number, upper: number, integer = false): number {
    const j = this.#cols;
    if (j === this.#objective.length) this.#growColumns();
    this.#objective[j] = objective;
    this.#lower[j] = lower;
    this.#upper[j] = upper;
    this.#integer[j] = integer ? 1 : 0;
    if (integer) this.#integers++;
    this.#cols = j + 1;
    this.#starts[j + 1] = this.#entries;
    return j;
  }

  /** Adds an entry to the newest column. Each row at most once per column. */
  add(row: number, value: number): void {
    const k = this.#entries;
    if (k === this.#index.length) this.#growEntries();
    this.#index[k] = row;
    this.#value[k] = value;
    this.#entries = k + 1;
    this.#starts[this.#cols] = k + 1;
  }

  /** The finished model (a copy; the builder can go on). */
  build(): LpModel {
    const n = this.#cols, m = this.#entries;
    return {
      sense: this.sense,
      cols: n,
      rows: this.rows,
      rowLower: Float64Array.from(this.#rowLower),
      rowUpper: Float64Array.from(this.#rowUpper),
      objective: this.#objective.slice(0, n),
      colLower: this.#lower.slice(0, n),
      colUpper: this.#upper.slice(0, n),
      starts: this.#starts.slice(0, n + 1),
      index: this.#index.slice(0, m),
      value: this.#value.slice(0, m),
      ...(this.#integers > 0 ? { integer: this.#integer.slice(0, n) } : {}),
    };
  }

  #growColumns(): void {
    const size = this.#cols * 2;
    this.#objective = grown(this.#objective, new Float64Array(size));
    this.#lower = grown(this.#lower, new Float64Array(size));
    this.#upper = grown(this.#upper, new Float64Array(size));
    this.#integer = grown(this.#integer, new Uint8Array(size));
    this.#starts = grown(this.#starts, new Int32Array(size + 1));
  }

  #growEntries(): void {
    this.#index = grown(this.#index, new Int32Array(this.#entries * 2));
    this.#value = grown(this.#value, new Float64Array(this.#entries * 2));
  }
}

function grown<A extends Float64Array | Int32Array | Uint8Array>(from: A, to: A): A {
  to.set(from);
  return to;
}
