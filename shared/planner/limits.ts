// Limits of what may be asked of the planner: numbers only, so that a page may import them too. Effort: effort.ts.

/** Most lines of a plan, locked ones included. */
export const MOST_LINES = 1_000;

/** Most terms of a year: fortnights. The database says the same (`allocation_runs.term_weeks`). */
export const MOST_TERMS = 26;

/** The least `time_limit_s`, in seconds. */
export const LEAST_TIME_LIMIT_S = 1;
/** The most `time_limit_s`, in seconds. */
export const MOST_TIME_LIMIT_S = 840;
