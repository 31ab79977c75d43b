// Handler review_fleet: what slices took, how jobs ended and how long they waited.

import * as z from "zod";
import { plural } from "../../engine/words.ts";
import { atOnce } from "./handler.ts";

const figure = z.coerce.number();
const shape = z.object({
  kinds: z.array(z.object({
    kind: z.string(),
    slices: figure,
    runs: figure,
    cpu_ms: figure,
    cpu_ms_p50: figure,
    cpu_ms_p95: figure,
    cpu_ms_max: figure,
    wall_ms: figure,
    memory_bytes_max: figure.nullable(),
  })),
  jobs: z.array(z.object({
    kind: z.string(),
    status: z.string(),
    error_code: z.string().nullable(),
    count: figure,
    waited_s: figure.nullable(),
    oldest_open_s: figure.nullable(),
  })),
});

/** A slice uses no more CPU in ms; jobs that fail more often, or wait longer, are worth a word. */
const SLICE_MS = 800, FAILING = 0.05, WAITING_S = 600;

/** The fleet, as one org saw it. */
export const reviewFleet = atOnce(shape, ({ kinds, jobs }) => {
  const total = jobs.reduce((sum, { count }) => sum + count, 0);
  const failed = jobs.filter(({ status }) => status === "FAILED");
  const failures = failed.reduce((sum, { count }) => sum + count, 0);
  const remarks = [
    ...kinds.filter(({ cpu_ms_max }) => cpu_ms_max > SLICE_MS)
      .map(({ kind, cpu_ms_max }) =>
        `A slice of ${kind} used ${Math.round(cpu_ms_max)} ms of CPU, more than ${SLICE_MS}.`
      ),
    ...(failures > FAILING * total
      ? [
        `${failures} of ${total} jobs failed: ${
          failed.map(({ kind, error_code, count }) => `${kind} ${error_code} (${count})`).join(", ")
        }.`,
      ]
      : []),
    ...jobs.filter(({ oldest_open_s }) => (oldest_open_s ?? 0) > WAITING_S)
      .map(({ kind, status, oldest_open_s }) =>
        `A job of ${kind} has been ${status} for ${Math.round(oldest_open_s! / 60)} minutes.`
      ),
  ];
  const slices = kinds.reduce((sum, each) => sum + each.slices, 0);
  const hours = kinds.reduce((sum, each) => sum + each.cpu_ms, 0) / 3_600_000;
  return {
    summary:
      `${plural(slices, "slice")} of ${plural(total, "job")} took ${
        hours.toFixed(3)
      } core hours; ` +
      (remarks.length === 0 ? "nothing stands out." : `${plural(remarks.length, "remark")}.`),
    remarks,
    kinds,
    jobs,
  };
});
