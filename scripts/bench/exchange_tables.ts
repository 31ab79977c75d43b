// The largest tables that benches of spreadsheets write and read.

import type { Population } from "../../shared/exchange/people/population.ts";
import type { Roster } from "../../shared/exchange/roster.ts";
import { populationOf } from "../../shared/exchange/testing/populations.ts";
import { rosterOf, rosterPosition } from "../../shared/exchange/testing/rosters.ts";

/** Rows of a roster, and of a list of people. */
export const LINES = 1_000, DOCTORS = 1_000;
const TERMS = 13, RANKS = 60, CHOICE = 500;

/** 1,000 lines of 13 terms, with two weeks of leave in each half of the year. */
export function roster(): Roster {
  const posts = Array(TERMS).fill(10), minimum = Array(TERMS).fill(0);
  const positions = Array.from({ length: 120 }, (_, n) =>
    rosterPosition(`Position ${n}`, {
      team: `Team ${n % 40}`,
      hospital: `Hospital ${n % 9}`,
      specialty: `Specialty ${n % 24}`,
      colour: `#${(0x202020 + 70_000 * n).toString(16).slice(0, 6)}`,
      experience_categories: [["A", "B", "C", "D"][n % 4]],
      posts,
      minimum_fill: minimum,
    }));
  const made = rosterOf(
    positions,
    Array.from(
      { length: LINES },
      (_, line) =>
        Array.from({ length: TERMS }, (_, term) => (7 * line + 11 * term) % positions.length),
    ),
    Array(TERMS).fill(4),
  );
  for (const [n, line] of made.lines.entries()) {
    const [first, second] = [line.rotations[n % 6], line.rotations[6 + n % 7]];
    line.leave = [first, second].map(({ starts_on }) => ({
      starts_on,
      ends_on: new Date(Date.parse(starts_on) + 13 * 86_400_000).toISOString().slice(0, 10),
    }));
  }
  return made;
}

/** 60 wishes of 1,000 doctors among 500 lines. */
export function population(): Population {
  const name = (n: number) => `Line ${n + 1}`, email = (n: number) => `doctor${n}@health.example`;
  const count = (many: number) => Array.from({ length: many }, (_, n) => n);
  return populationOf({
    lines: Object.fromEntries(
      count(CHOICE).map((n) => [name(n), { places: 2, must_have_workers: false, sort_order: n }]),
    ),
    doctors: Object.fromEntries(
      count(DOCTORS).map((n) => [email(n), { name: `Doctor Number ${n}`, tags: ["PGY1"] }]),
    ),
    tags: ["PGY1"],
    wishes: Object.fromEntries(
      count(DOCTORS).map((n) => [
        email(n),
        Object.fromEntries(count(RANKS).map((k) => [name((17 * n + 7 * k) % CHOICE), k + 1])),
      ]),
    ),
  });
}
