/**
 * Seeded random models for the tests of shared/lp: small, with every kind of bound, of both senses.
 */
import { LpBuilder, type LpModel } from "../mod.ts";

/** A small linear congruential generator: the same seed gives the same models everywhere. */
export function randomSource(seed: number): () => number {
  let state = seed >>> 0;
  return () => (state = (Math.imul(state, 1664525) + 1013904223) >>> 0) / 2 ** 32;
}

/** What to draw. */
export interface RandomModelShape {
  rows: number;
  cols: number;
  integer?: boolean;
  /** Whether variables may be unbounded (else 0..3). */
  open?: boolean;
}

/** A model with small integer data; may be infeasible or (when open) unbounded. */
export function randomModel(random: () => number, shape: RandomModelShape): LpModel {
  const whole = (from: number, to: number) => from + Math.floor(random() * (to - from + 1));
  const builder = new LpBuilder(random() < 0.5 ? "max" : "min");
  for (let i = 0; i < shape.rows; i++) {
    const lower = whole(-8, 6);
    const [lo, hi] = [[lower, lower + whole(0, 6)], [lower, Infinity], [-Infinity, lower], [
      lower,
      lower,
    ]][whole(0, 3)];
    builder.addRow(lo, hi);
  }
  for (let j = 0; j < shape.cols; j++) {
    const [lo, hi] = shape.open
      ? [[0, Infinity], [-2, 3], [-Infinity, 4], [-Infinity, Infinity], [1, 1]][whole(0, 4)]
      : [0, 3];
    builder.addColumn(whole(-9, 9), lo, hi, shape.integer ?? false);
    for (let i = 0; i < shape.rows; i++) {
      const value = whole(-3, 3);
      if (value !== 0) builder.add(i, value);
    }
  }
  return builder.build();
}

/** A packing LP like a restricted master: capacities 1..3 per slot, and a fixed number of columns. */
export function randomMaster(random: () => number, slots: number, cols: number): LpModel {
  const builder = new LpBuilder("max");
  for (let s = 0; s < slots; s++) builder.addRow(-Infinity, 1 + Math.floor(random() * 3));
  const lines = builder.addRow(Math.floor(slots / 5), Math.floor(slots / 5));
  builder.addColumn(-1000, 0, Infinity); // a line that is missing
  builder.add(lines, 1);
  for (let j = 0; j < cols; j++) {
    builder.addColumn(Math.round(random() * 600 - 100), 0, Infinity);
    for (let t = 0; t < 5; t++) builder.add(Math.floor((t + random()) * slots / 5), 1);
    builder.add(lines, 1);
  }
  return builder.build();
}
