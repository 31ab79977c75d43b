// How much of full time a doctor works or a post is, as it is typed.

import { numberOf } from "../ui/numbers.ts";

/** A part of full time as it is typed; null: it is none. */
export function fteOf(text: string): number | null {
  const twentieths = 20 * (numberOf(text) ?? NaN);
  const whole = Math.round(twentieths);
  return Math.abs(twentieths - whole) < 1e-9 && whole >= 1 && whole <= 20 ? whole / 20 : null;
}
