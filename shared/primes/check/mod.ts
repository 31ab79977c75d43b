/**
 * The checker: reads a form, an expression and a certificate, and says whether the certificate proves it.
 * It shares nothing with the search but integer primitives and the way of cutting long computations.
 */
import type { Procedure } from "../arithmetic/chain.ts";
import { parseCertificate } from "../certificate.ts";
import { PrimeSearchError } from "../errors.ts";
import { claimedNumbers } from "./claims.ts";
import { prove, Refusal } from "./proofs.ts";

/** What is to be checked: all of it as others wrote it. */
export interface CheckInput {
  form: string;
  expression: string;
  certificate: unknown;
}

/** The checker's answer. */
export type CheckResult =
  /** Types of the proofs, outermost first of each number. */
  | { valid: true; method: string }
  | { valid: false; reason: string };

/** Checks a find as a procedure: bad input is a reason, never an error. */
export function* check({ form, expression, certificate }: CheckInput): Procedure<CheckResult> {
  try {
    const parsed = parseCertificate(certificate);
    const numbers = claimedNumbers(form, expression);
    const proofs = parsed.type === "pair" ? parsed.members : [parsed];
    if (proofs.length !== numbers.length) {
      return { valid: false, reason: `${numbers.length} numbers need as many proofs` };
    }
    for (let i = 0; i < numbers.length; i++) yield* prove(numbers[i], proofs[i]);
    return { valid: true, method: proofs.map(({ type }) => type).join(" + ") };
  } catch (error) {
    if (error instanceof Refusal || error instanceof PrimeSearchError) {
      return { valid: false, reason: error.message };
    }
    throw error;
  }
}
