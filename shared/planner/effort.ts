// How much work a search may do: counted in units that do not depend on the machine, so that the same
// problem, seed and effort give the same plan. Time limits are another matter: see `timeLimitS`.

/** Work done, in units that do not depend on the machine. */
export interface WorkCounters {
  units: number;
  moves: number;
  lps: number;
  lp_work: number;
  pricings: number;
  pricing_nodes: number;
  mips: number;
  mip_work: number;
}

/** Counters of a search that has not begun. */
export function noWork(): WorkCounters {
  return {
    units: 0,
    moves: 0,
    lps: 0,
    lp_work: 0,
    pricings: 0,
    pricing_nodes: 0,
    mips: 0,
    mip_work: 0,
  };
}

/** How hard to try: a name, or a factor on the work of "normal". */
export type Effort = "quick" | "normal" | "high" | number;

/** The least factor that a number may be. */
export const LEAST_EFFORT = 0.1;
/** The most. */
export const MOST_EFFORT = 100;

/**
 * Seconds after which a run ends with the best plan it has, unless asked otherwise: CPU of its search,
 * added up over all slices by what their budgets say was used, so that waiting for a slice costs nothing.
 */
export const DEFAULT_TIME_LIMIT_S = 420;

/** At normal effort the search ends when this gap (relative to `planSize`) is proven; twice the effort, half the gap. */
export const GOAL_GAP = 0.001;

const FACTORS = { quick: 0.25, normal: 1, high: 8 } as const;

/** The factor of an effort. */
export function effortFactor(effort: Effort = "normal"): number {
  return typeof effort === "number" ? effort : FACTORS[effort];
}

/**
 * Work done, in units of about a millisecond on a small server.
 * @param slots slots of the problem; a pivot's cost grows with them
 */
export function workDone(work: WorkCounters, slots: number): number {
  return work.moves + 0.0005 * slots * work.lp_work + 0.0002 * work.pricing_nodes +
    0.2 * work.mip_work;
}

/** Terms from which on lines cannot be enumerated: bounds take more work there. */
const LONG_TERMS = 6;
const LONG_FACTOR = 3;
/** Of so many terms a bound and two dives take longer than that. */
const VERY_LONG_TERMS = 10;
const VERY_LONG_FACTOR = 6;

/**
 * Work after which a search of so many lines of so many terms ends with what it has. A quick one is quick all the same.
 * @param hasGroups whether lines are reserved for pathways: each is priced on its own
 */
export function workLimit(
  factor: number,
  lines: number,
  terms: number,
  hasGroups = false,
): number {
  const isLong = (terms >= LONG_TERMS || hasGroups) && factor >= 1;
  const long = terms >= VERY_LONG_TERMS ? VERY_LONG_FACTOR : LONG_FACTOR;
  return factor * (isLong ? long : 1) * (1500 + 40 * lines);
}
