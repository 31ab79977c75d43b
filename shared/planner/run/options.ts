// How a request and a stored run spell effort and time limit.

import * as z from "zod";
import { LEAST_EFFORT, MOST_EFFORT } from "../effort.ts";
import { LEAST_TIME_LIMIT_S, MOST_TIME_LIMIT_S } from "../limits.ts";

/** `options.effort`: a name, or a factor on the work of "normal". */
export const effortShape = z.union([
  z.enum(["quick", "normal", "high"]),
  z.number().min(LEAST_EFFORT).max(MOST_EFFORT),
]);

/** `options.time_limit_s`: CPU of the search. In the last tenth of its job's life a run ends with what it has anyway. */
export const timeLimitShape = z.number().min(LEAST_TIME_LIMIT_S).max(MOST_TIME_LIMIT_S);
