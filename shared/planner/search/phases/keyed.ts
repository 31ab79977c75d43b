// Which searches prove lines by sets of keys, and of which these proofs wait until column generation has come on.

import type { Search } from "../search.ts";
import { effortOf, isProvable } from "../stop.ts";

/** Terms from which on proofs wait. */
const SPACED_TERMS = 10;
/** Parts up to which they do: of many, what those not priced come to is told too low. */
export const FEW_PARTS = 3;

/** Whether the proof that is next is by sets of keys. */
export function isByKeys({ pricer }: Search): boolean {
  return pricer.proof?.isByKeys === true;
}

/** Whether lines are proven by keys. */
export function isKeyed(search: Search): boolean {
  return isProvable(search) && isByKeys(search);
}

/** Whether proofs by keys wait until column generation has come on, and its prices are soft: of many terms, in no quick search. */
export function isSpaced(search: Search): boolean {
  return search.tables.year >= SPACED_TERMS && effortOf(search) >= 1 && isKeyed(search) &&
    search.pricer.parts <= FEW_PARTS;
}
