// A line of the list of places.

import { wholeOf } from "../ui/numbers.ts";
import type { Basis, Population } from "./population.ts";

/** The cells of a line, which are saved as they are changed. */
export function placesRow(
  name: string,
  { places, must_have_workers }: Population["lines"][string],
  save: (line: { name: string } & Record<string, unknown>, seen: Basis["seen"]) => Promise<void>,
) {
  return [
    name,
    <input
      key="input"
      class="input setup-number"
      type="number"
      min={1}
      max={1000}
      aria-label={`Places of ${name}`}
      value={places}
      onChange={({ currentTarget }) =>
        void save({
          name,
          max_n_workers: wholeOf(currentTarget.value) ?? currentTarget.value,
        }, { places })}
    />,
    <input
      key="input"
      type="checkbox"
      aria-label={`${name} must have a doctor`}
      checked={must_have_workers}
      onChange={({ currentTarget }) =>
        void save({ name, must_have_workers: currentTarget.checked }, {
          must_have_workers,
        })}
    />,
  ];
}
