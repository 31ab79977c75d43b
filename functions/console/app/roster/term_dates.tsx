// The days of a term below its number in the heading of the roster.

import { datesOf, firstDayOf, hasRoomForDates, type Term } from "./roster.ts";

/** Both of them, or where there is no room the first, and both for who is read to. */
export function TermDates({ term }: { term: Term }) {
  if (hasRoomForDates(term)) return <span class="quiet roster-dates">{datesOf(term)}</span>;
  return (
    <>
      <span class="visually-hidden">{datesOf(term)}</span>
      <span class="quiet roster-dates first" aria-hidden="true">{firstDayOf(term)}</span>
    </>
  );
}
