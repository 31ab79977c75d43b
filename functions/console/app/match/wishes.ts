// What a doctor asked for beside who got it, as rows. Pure; the dialog draws them.

import type { Placed } from "./doctors.ts";
import type { DoctorView, Field } from "./match_data.ts";
import { namesOf } from "./names.ts";

/** A line that a doctor ranked. */
export interface WishRow {
  line: string;
  rank: number;
  name: string;
  /** Of how many places how many are free, in words. */
  places: string;
  /** Who got it; empty: nobody. */
  takers: string;
  /** How preferencers of the line rank the doctor; empty: none does. */
  ranks: string;
}

/**
 * Rows in the order of the doctor's ranks.
 * @param placed who has which line; null: nobody was placed yet
 */
export function wishRows(
  view: DoctorView,
  field: Field,
  placed: readonly Placed[] | null,
): WishRow[] {
  const places = new Map(field.lines.map((line) => [line.id, line.places]));
  const names = namesOf(field);
  const takers = new Map<string, string[]>();
  for (const { name, line } of placed ?? []) {
    takers.set(line, [...takers.get(line) ?? [], name]);
  }
  return view.wishes.map(({ line, rank }) => {
    const taken = takers.get(line) ?? [];
    return {
      line,
      rank,
      name: names.line(line),
      places: placesWord(places.get(line) ?? 0, placed && taken.length),
      takers: taken.join(", "),
      ranks: view.ranks.filter((each) => each.lines.includes(line))
        .map(({ preferencer, rank }) => `${preferencer}: ${rank}`).join(", "),
    };
  });
}

/** @param taken null before the first match */
function placesWord(places: number, taken: number | null): string {
  if (taken === null) return String(places);
  return taken < places ? `${places - taken} of ${places} free` : "full";
}
