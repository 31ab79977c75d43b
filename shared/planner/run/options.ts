// What a request may choose, and a stored run has chosen: both are read by the same shapes.

import * as z from "zod";
import { MOST_SEED } from "../../engine/limits.ts";
import { once } from "../../engine/once.ts";
import { LEAST_EFFORT, MOST_EFFORT } from "../effort.ts";
import { LEAST_TIME_LIMIT_S, MOST_TERMS, MOST_TIME_LIMIT_S } from "../limits.ts";

/** What becomes of the lines that are there: made anew, kept and added to, or changed as little as possible. */
export const PLANNER_MODES = ["rebuild", "fill", "replan"] as const;

/** One of `PLANNER_MODES`. */
export type PlannerMode = typeof PLANNER_MODES[number];

/** `options.effort`: a name, or a factor on the work of "normal". */
const effortShape = once(() =>
  z.union([
    z.enum(["quick", "normal", "high"]),
    z.number().min(LEAST_EFFORT).max(MOST_EFFORT),
  ])
);

/** `options.time_limit_s`: CPU of the search. In the last tenth of its job's life a run ends with what it has anyway. */
const timeLimitShape = once(() => z.number().min(LEAST_TIME_LIMIT_S).max(MOST_TIME_LIMIT_S));

const term = once(() => z.int().min(1).max(MOST_TERMS));

/**
 * `options.changes` of a replan from a day on, written in the transaction that writes its lines: posts lost and added, in
 * which terms lines are worked (null: from the beginning, to the end), and who leaves on that day. Whether positions, lines
 * and doctors are there, and whether all of it lies behind that day, the database says (private.change_faults()).
 */
const changesShape = once(() =>
  z.strictObject({
    posts: z.array(
      z.strictObject({ position: z.uuid(), term: term(), posts: z.int().min(0).max(1000) }),
    )
      .max(5000).optional(),
    lines: z.array(z.strictObject({
      job_line: z.uuid(),
      first_term: term().nullish(),
      last_term: term().nullish(),
    })).max(1000).optional(),
    leavers: z.array(z.strictObject({ worker_mapping: z.uuid() })).max(1000).optional(),
    /** Why; stands in the audit log, and with who leaves. */
    reason: z.string().min(1).max(1000).optional(),
  })
);

/**
 * `options.recommend` of a dry replan: the best way to mend one line, or to have something else in one of its cells. What it
 * is not to have again stands in `avoid`; `keep`: lines that stay as they are, whatever they break.
 */
const recommendShape = once(() =>
  z.strictObject({
    job_line: z.uuid(),
    avoid: z.array(z.strictObject({ term: term(), position: z.uuid() })).max(100).default([]),
    keep: z.array(z.uuid()).max(2000).default([]),
  })
);

/** The members of `options`. */
export const optionMembers = once(() => ({
  allow_partial: z.boolean().default(false),
  seed: z.int().min(0).max(MOST_SEED).default(1),
  effort: effortShape().optional(),
  time_limit_s: timeLimitShape().optional(),
  mode: z.enum(PLANNER_MODES).default("rebuild"),
  dry_run: z.boolean().default(false),
  /** Of a replan: terms that began before this day stay as they are. */
  from: z.iso.date().optional(),
  /** Of a replan from a day on: posts, lines and doctors that change with it. */
  changes: changesShape().optional(),
  /** Of a dry replan: one line to be mended, or to have something else in a cell. */
  recommend: recommendShape().optional(),
}));
