// Handler watch_records: our largest primes beside the records that were imported.

import * as z from "zod";
import { plural } from "../../engine/words.ts";
import { atOnce } from "./handler.ts";

const shape = z.object({
  records: z.array(z.object({
    form: z.string(),
    category: z.string(),
    expression: z.string(),
    digits: z.number(),
    our_best_digits: z.number().nullable(),
    updated_at: z.string(),
  })),
});

/** Records and what is missing to them, the nearest first. */
export const watchRecords = atOnce(shape, ({ records }) => {
  const beside = records.map((record) => ({
    ...record,
    share: Math.round(1e6 * (record.our_best_digits ?? 0) / record.digits) / 1e6,
  })).sort((a, b) => b.share - a.share);
  const beaten = beside.filter(({ share }) => share > 1);
  return {
    summary: beside.length === 0
      ? "No records were imported: `ops import-records` reads a file of them."
      : `${plural(beside.length, "record")}; ${
        beaten.length === 0
          ? `the nearest of ours is ${beside[0].form} with ${
            (100 * beside[0].share).toPrecision(2)
          }% of the digits`
          : `ours are larger in ${beaten.map(({ form }) => form).join(", ")}`
      }.`,
    records: beside,
  };
});
