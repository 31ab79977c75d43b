// An edit of job lines as it is asked for.

import * as z from "zod";
import { MOST_LINES, MOST_TERMS } from "../../limits.ts";

const id = z.uuid();
const term = z.int().min(1).max(MOST_TERMS);
/** A block of leave, by whole weeks. */
export const block = z.strictObject({ starts_on: z.iso.date(), weeks: z.int().min(1).max(60) });
const text = (most: number) => z.string().trim().min(1).max(most);

/** A line as somebody wants it: one that is there with what changes, or a new one. */
const lineShape = z.strictObject({
  job_line: id.optional().describe("Id of a line that is there; without it the line is new"),
  copy_of: id.optional().describe(
    "Of a new line: the line whose cells and leave it has where it says nothing else",
  ),
  cells: z.array(z.strictObject({
    term,
    position: id,
    before: id.nullable().optional().describe("What the writer saw there"),
  })).max(MOST_TERMS).optional(),
  leave: z.array(block).max(MOST_TERMS).optional(),
  leave_before: z.array(block).max(MOST_TERMS).optional(),
  name: text(200).optional(),
  max_n_workers: z.int().min(1).max(1000).optional(),
  must_have_workers: z.boolean().optional(),
  notes: z.string().trim().max(2000).nullable().optional(),
  archive: z.boolean().optional(),
});

/** What an edit is. */
export const bodyShape = z.strictObject({
  allocation_run: id,
  lines: z.array(lineShape).min(1).max(MOST_LINES),
  overrides: z.array(z.strictObject({
    line: z.int().min(0).describe("Index in lines"),
    rule: z.string().max(100),
    reason: text(1000),
  })).max(10_000).default([]),
  accept_losses: z.boolean().default(false),
  reason: text(1000).optional(),
});

/** An edit, validated. */
export type Body = z.infer<typeof bodyShape>;
/** A line of an edit, validated. */
export type Wanted = Body["lines"][number];
