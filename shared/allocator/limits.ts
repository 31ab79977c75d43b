// Limits of what may be asked of the allocator: numbers only, so that a page may import them too.

/** Limits of `preference_power`: below the least all ranks would weigh the same, above the most only the worst would count. */
export const LEAST_POWER = 0.1;
/** See `LEAST_POWER`. */
export const MOST_POWER = 3;
