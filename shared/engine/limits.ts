// Limits that every engine, the fleet and the console know: numbers only, so that a page may import them too.

/** Largest seed of a run: a PostgreSQL integer. */
export const MOST_SEED = 2 ** 31 - 1;

/**
 * CPU of an isolate in ms. The platform gives it no more calls once it has used `soft`, and ends it at `hard`. `slice`
 * is what a slice of work may use at most. An isolate's last slice gets what is left of `isolate` (of `smallUnits` where
 * no unit of work is long), so that all that the isolate has ever done, writing the slice's result included, stays below
 * 1,500.
 */
export const CPU_LIMITS_MS = {
  slice: 800,
  soft: 1_000,
  isolate: 1_350,
  smallUnits: 1_440,
  hard: 2_000,
} as const;
