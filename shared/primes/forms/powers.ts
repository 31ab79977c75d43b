// k*b^n - 1 and k*b^n + 1: single, as twins, and as Sophie Germain pairs.

import * as z from "zod";
import { type Form, plusOne, signField, signsOf } from "./form.ts";
import {
  openPowers,
  powerFields,
  type PowerParams,
  powerRange,
  printPower,
} from "./power_family.ts";

const kbnSchema = z.strictObject({ ...powerFields, sign: signField });
const pairSchema = z.strictObject(powerFields);

/** k*b^n -+ 1, with k or n fixed. */
export const kbn: Form<z.infer<typeof kbnSchema>> = {
  name: "kbn",
  title: "k*b^n - 1 and k*b^n + 1",
  schema: kbnSchema,
  range: powerRange,
  open: ({ sign, ...params }) =>
    openPowers(params, {
      candidates: signsOf(sign).map((c) => [{ m: 1, c }]),
      print: (k, base, n, [{ c }]) => printPower(k, base, n, plusOne(c)),
    }),
};

/** k*b^n - 1 and k*b^n + 1, both prime. */
export const twin: Form<PowerParams> = {
  name: "twin",
  title: "k*b^n - 1 and k*b^n + 1, both prime",
  schema: pairSchema,
  range: powerRange,
  open: (params) =>
    openPowers(params, {
      candidates: [[{ m: 1, c: -1 }, { m: 1, c: 1 }]],
      print: (k, base, n) => printPower(k, base, n, "+/- 1"),
    }),
};

/** p = k*b^n - 1 and 2p + 1 = 2k*b^n - 1, both prime. */
export const sophieGermain: Form<PowerParams> = {
  name: "sophie_germain",
  title: "p = k*b^n - 1 with 2p + 1 prime, too",
  schema: pairSchema,
  range: powerRange,
  open: (params) =>
    openPowers(params, {
      candidates: [[{ m: 1, c: -1 }, { m: 2, c: -1 }]],
      print: (k, base, n) => printPower(k, base, n, "- 1"),
    }),
};
