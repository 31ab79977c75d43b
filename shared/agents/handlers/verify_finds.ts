// Handler verify_finds: has the checker read certificates that nobody has vouched for yet.

import * as z from "zod";
import { plural } from "../../engine/words.ts";
import { atOnce } from "./handler.ts";

const shape = z.object({
  primes: z.array(z.object({
    id: z.number(),
    form: z.string(),
    expression: z.string(),
    digits: z.number(),
    certificate: z.boolean(),
    verified: z.boolean(),
    refused: z.string().nullable(),
  })),
});

/** Checks that one task asks for, at most. */
const MOST = 50;

/** Finds: verified ones are left alone, refused ones are told, the rest is checked. */
export const verifyFinds = atOnce(shape, ({ primes }) => {
  const open = primes.filter(({ verified }) => !verified);
  const refused = open.filter(({ refused }) => refused !== null);
  const unproven = open.filter(({ certificate, refused }) => !certificate && refused === null);
  const checks = open.filter(({ certificate, refused }) => certificate && refused === null)
    .slice(0, MOST).map(({ id }) => id);
  return {
    summary: `${plural(checks.length, "certificate")} to be checked; ${
      primes.length - open.length
    } verified, ${unproven.length} without a proof, ${refused.length} refused.`,
    checks,
    checked: checks,
    unproven: unproven.map(({ id, expression }) => ({ id, expression })),
    refused: refused.map(({ id, expression, refused }) => ({ id, expression, reason: refused })),
  };
});
