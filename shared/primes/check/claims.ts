// What a find claims: by the form's notation, which numbers are to be prime.

import { PrimeSearchError } from "../errors.ts";
import { evaluate } from "./expression.ts";

const N = "(0|[1-9]\\d*)";

/** Notation of a form, as a whole line; what the notation cannot say is looked at in `holds`. */
interface Notation {
  pattern: RegExp;
  holds?(groups: string[]): boolean;
}

function pattern(text: string): RegExp {
  return new RegExp(`^${text.replaceAll("N", N)}$`);
}

/** Exponents L, x, y and the digit of a near repdigit palindrome. */
function isNearRepdigit([length, digit, high, low]: number[]): boolean {
  return length % 2 === 1 && digit >= 1 && digit <= 8 && high > low && high + low === length - 1;
}

const NOTATIONS: Record<string, Notation[]> = {
  factorial: [{ pattern: pattern("N! [+-] 1") }],
  primorial: [{ pattern: pattern("N# [+-] 1") }],
  kbn: [{ pattern: pattern("N\\*N\\^N [+-] 1") }],
  twin: [{ pattern: pattern("N\\*N\\^N \\+\\/- 1") }],
  sophie_germain: [{ pattern: pattern("N\\*N\\^N - 1") }],
  cullen_woodall: [{ pattern: pattern("N\\*2\\^N [+-] 1"), holds: ([n, e]) => n === e }],
  carol_kynea: [{ pattern: pattern("\\(2\\^N[+-]1\\)\\^2-2") }],
  mersenne: [{ pattern: pattern("2\\^N - 1") }],
  wagstaff: [{ pattern: pattern("\\(2\\^N\\+1\\)/3") }],
  repunit: [{ pattern: pattern("R\\(N, N\\)") }],
  gen_fermat: [{ pattern: pattern("N\\^\\(2\\^N\\) \\+ 1") }],
  palindromic: [
    { pattern: /^([1-9]\d*)$/, holds: ([n]) => [...n].reverse().join("") === n },
    { pattern: pattern("P\\(N, N\\)") },
    { pattern: pattern("R\\(N, 2\\)") },
  ],
  near_repdigit: [
    {
      // In the middle twice the digit is taken away.
      pattern: pattern("10\\^N - 1 - ([2468])\\*10\\^N"),
      holds: ([length, , middle]) => Number(length) === 2 * Number(middle) + 1,
    },
    {
      pattern: pattern("10\\^N - 1 - ([1-8])\\*\\(10\\^N \\+ 10\\^N\\)"),
      holds: (groups) => isNearRepdigit(groups.map(Number)),
    },
  ],
};

/**
 * The numbers that must be prime, by form and expression: one, or the two of a pair.
 * @throws PrimeSearchError UNKNOWN_FORM, INVALID_EXPRESSION
 */
export function claimedNumbers(form: string, expression: string): bigint[] {
  const notations = Object.hasOwn(NOTATIONS, form) ? NOTATIONS[form] : null;
  if (!notations) throw PrimeSearchError.of("UNKNOWN_FORM", "form", `no form is named "${form}"`);
  const follows = notations.some(({ pattern, holds }) => {
    const match = pattern.exec(expression);
    return match !== null && (holds?.(match.slice(1)) ?? true);
  });
  if (!follows) {
    const message = `is not in the notation of ${form}`;
    throw PrimeSearchError.of("INVALID_EXPRESSION", "expression", message);
  }
  if (form === "twin") {
    const middle = evaluate(expression.slice(0, -" +/- 1".length));
    return [middle - 1n, middle + 1n];
  }
  const value = evaluate(expression);
  return form === "sophie_germain" ? [value, 2n * value + 1n] : [value];
}
