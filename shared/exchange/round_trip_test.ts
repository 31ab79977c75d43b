// What is written is read: every kind of table, as a workbook and as CSV, with the names that people give, and as large as there
// may be.

import assert from "node:assert/strict";
import { Random } from "../engine/random.ts";
import type { Bytes } from "../platform/bytes.ts";
import {
  affinitiesCsv,
  type AffinityProfile,
  affinitySheets,
  readAffinities,
} from "./affinities.ts";
import { rosterWorkbook } from "./export.ts";
import { LINES_SIZE, TABLE_SIZE, WISHES_SIZE } from "./limits.ts";
import { spansOf } from "./lines/reading.ts";
import { readLines } from "./lines/read_lines.ts";
import type { ReadPeople } from "./people/draft.ts";
import { PEOPLE_KINDS, type PeopleKind } from "./people/fields.ts";
import { peopleCsv, peopleFile, peopleSheets, type WishFile } from "./people/files.ts";
import type { Population } from "./people/population.ts";
import { readDepartments } from "./people/read_departments.ts";
import { readDoctors } from "./people/read_doctors.ts";
import { readEligibility, readPlaces, readWeightings } from "./people/read_lines.ts";
import { readWishes } from "./people/read_wishes.ts";
import { readPeopleTable } from "./people/table.ts";
import { positionsCsv, positionSheets } from "./position_files.ts";
import { readPositionRows } from "./position_rows.ts";
import { readTable } from "./read_table.ts";
import { type Roster, weeksOf, yearWeeks } from "./roster.ts";
import { rosterCsv } from "./roster_csv.ts";
import { populationOf } from "./testing/populations.ts";
import { rosterOf, rosterPosition } from "./testing/rosters.ts";
import { writeWorkbook } from "./write_xlsx.ts";

const NOW = new Date("2026-11-27T00:00:00Z");
const utf8 = (text: string): Bytes => new TextEncoder().encode(text);

/** What people call things, and what breaks files that are put together without care. */
const NAMES = [
  "Cardiology",
  "General Medicine, Ward 4",
  "=SUM(A1)",
  "'quoted'",
  'The "Blue" Team',
  "Surgery; relief | nights",
  "007",
  "1/2",
  "Ärztin Ⅳ",
  "ΩΜΕΓΑ",
  "-5",
  "_x0041_",
  "#REF!",
  "2027-01-11",
  "yes",
  // What every object of JavaScript answers to.
  ...["constructor", "toString", "valueOf", "hasOwnProperty", "__proto__"],
];

/** A name that no other call gave. */
function namer(random: Random): () => string {
  const seen = new Map<string, number>();
  return () => {
    const name = NAMES[random.below(NAMES.length)];
    const times = (seen.get(name) ?? 0) + 1;
    seen.set(name, times);
    return times === 1 ? name : `${name} ${times}`;
  };
}

function pick<Item>(random: Random, items: readonly Item[]): Item {
  return items[random.below(items.length)];
}

/** Terms of a year of so many weeks, as even as can be. */
function termsOf(terms: number, weeks = 52): number[] {
  return Array.from(
    { length: terms },
    (_, i) => Math.floor(weeks * (i + 1) / terms) - Math.floor(weeks * i / terms),
  );
}

/** A roster with gaps, leave anywhere, and positions of one name in several teams and hospitals. */
function drawnRoster(random: Random, lines: number, terms: number, gaps = true): Roster {
  const weeks = termsOf(terms);
  const name = namer(random);
  const hospitals = Array.from({ length: 3 }, name), teams = Array.from({ length: 3 }, name);
  const names = Array.from({ length: 4 }, name);
  const positions = hospitals.flatMap((hospital) =>
    teams.flatMap((team) =>
      names.map((each) =>
        rosterPosition(each, {
          hospital,
          team,
          posts: weeks.map(() => 1000),
          minimum_fill: weeks.map(() => 0),
        })
      )
    )
  );
  const roster = rosterOf(
    positions,
    Array.from(
      { length: lines },
      () => weeks.map(() => gaps && random.below(5) === 0 ? null : random.below(positions.length)),
    ),
    weeks,
  );
  for (const line of roster.lines) {
    line.leave = Array.from({ length: random.below(4) }, () => {
      const first = random.below(50), many = 1 + random.below(3);
      const day = (days: number) =>
        new Date(Date.UTC(2027, 0, 11 + days)).toISOString().slice(0, 10);
      return { starts_on: day(7 * first), ends_on: day(7 * Math.min(52, first + many) - 1) };
    });
  }
  return roster;
}

/** Positions by term and weeks of leave of each line. */
function saidOf(roster: Roster) {
  return new Map(roster.lines.map(({ name, rotations, leave }) => {
    const away = Array.from({ length: yearWeeks(roster) }, () => false);
    for (const period of leave) {
      const { first, last } = weeksOf(roster, period);
      away.fill(true, first, last + 1);
    }
    const terms = roster.allocation_run.term_weeks.map((_, i) =>
      rotations.find(({ term }) => term === i + 1)?.position ?? null
    );
    return [name, { terms, leave: spansOf(away) }];
  }));
}

async function assertRosterReadBack(roster: Roster): Promise<void> {
  const wanted = saidOf(roster);
  for (const file of [await rosterWorkbook(roster, NOW), utf8(rosterCsv(roster))]) {
    const table = await readTable(
      file,
      { name: "Roster", elseFirst: true },
      LINES_SIZE,
    );
    const { lines, faults } = readLines(table, roster);
    assert.deepEqual(faults.slice(0, 3), []);
    for (const { name, terms, leave } of lines) {
      const weeks = Array.from({ length: yearWeeks(roster) }, () => false);
      for (const { first, last } of leave ?? []) weeks.fill(true, first, last + 1);
      const said = {
        terms: roster.allocation_run.term_weeks.map((_, i) => terms[i]?.position.id ?? null),
        leave: spansOf(weeks),
      };
      assert.deepEqual(said, wanted.get(name), name);
    }
    // A line that says nothing at all has no row in CSV.
    const left = [...wanted].filter(([name]) => !lines.some((line) => line.name === name));
    assert.deepEqual(
      left.filter(([, { terms, leave }]) => terms.some(Boolean) || leave.length),
      [],
    );
  }
}

Deno.test("a roster that is written is read back, whatever its lines and positions are called", async () => {
  for (let seed = 1; seed <= 25; seed++) {
    const random = new Random(seed);
    const roster = drawnRoster(random, 1 + random.below(12), 1 + random.below(13));
    const name = namer(random);
    for (const line of roster.lines) line.name = name();
    await assertRosterReadBack(roster);
  }
});

Deno.test("a roster of 1,000 lines of 13 terms, and one of 26, is written and read back", async () => {
  const random = new Random(7);
  for (const [lines, terms] of [[1_000, 13], [100, 26]]) {
    await assertRosterReadBack(drawnRoster(random, lines, terms, false));
  }
});

Deno.test("positions that are written are read back, up to the most that a table may have", async () => {
  for (const [positions, terms] of [[1, 1], [40, 5], [300, 13], [1_500, 13]]) {
    const random = new Random(positions);
    const name = namer(random);
    const weeks = termsOf(terms);
    const roster = rosterOf(
      Array.from({ length: positions }, (_, n) =>
        rosterPosition(name(), {
          hospital: pick(random, NAMES),
          team: pick(random, NAMES),
          subspecialty: random.below(2) ? pick(random, NAMES) : null,
          experience_categories: pick(random, [[], ["A"], ["B", "D"]]),
          is_service: random.below(2) === 1,
          is_clinical_team: random.below(2) === 1,
          min_weeks: 1 + random.below(52),
          fte: pick(random, [0.05, 0.5, 1]),
          six_month_term: n % 50 === 0 ? `Six months ${n}` : null,
          six_month_part: n % 50 === 0 ? 1 : null,
          posts: weeks.map(() => random.below(3) === 0 ? null : 2),
          minimum_fill: weeks.map(() => 0),
        })),
      [],
      weeks,
    );
    const taking = roster.positions.filter(({ posts }) => posts.some((each) => each !== null));
    const xlsx = await writeWorkbook(positionSheets(roster));
    for (const file of [xlsx, utf8(positionsCsv(roster))]) {
      const { rows, faults } = readPositionRows(await readTable(file, "Positions"), terms);
      assert.deepEqual(faults.slice(0, 3), []);
      assert.deepEqual(rows, taking.length === 0 ? rows : taking);
    }
  }
});

/** Doctors, lines, departments and what is said of them. */
function drawnPopulation(random: Random, { doctors, lines, ranks, departments }: {
  doctors: number;
  lines: number;
  ranks: number;
  departments: number;
}): Population {
  const name = namer(random), lineName = namer(random), unit = namer(random);
  const tags = NAMES.slice(0, 6);
  const emails = Array.from({ length: doctors }, (_, n) => `doctor${n}@x.example`);
  const lineNames = Array.from({ length: lines }, lineName);
  const some = <Item>(items: readonly Item[], most: number) =>
    items.filter(() => random.below(items.length) < most);
  const ranked = (items: readonly string[], most: number) =>
    Object.fromEntries(some(items, most).map((item, n) => [item, n + 1]));
  return populationOf({
    tags,
    lines: Object.fromEntries(
      lineNames.map((line, n) => [line, {
        places: 1 + random.below(3),
        must_have_workers: random.below(2) === 1,
        sort_order: n,
      }]),
    ),
    doctors: Object.fromEntries(
      emails.map((email) => [email, {
        name: name(),
        tags: some(tags, 2).sort(),
        fte: pick(random, [0.5, 0.55, 1]),
      }]),
    ),
    wishes: Object.fromEntries(emails.map((email) => [email, ranked(lineNames, ranks)])),
    preferencers: Object.fromEntries(
      Array.from({ length: departments }, () => [unit(), {
        max_job_lines: random.below(2) ? 3 : null,
        max_workers: random.below(2) ? 0 : null,
        lines: some(lineNames, 3),
        ranks: ranked(emails, ranks),
      }]),
    ),
    eligibility: Object.fromEntries(
      some(lineNames, 20).map((line) => [line, {
        included_tags: some(tags, 1),
        excluded_tags: some(tags, 1),
        included_workers: some(emails, 2),
        excluded_workers: [emails[0]],
      }]),
    ),
    weightings: Object.fromEntries(
      emails.slice(0, 20).map((email, n) => {
        const line = n % 3 === 0 ? null : pick(random, lineNames);
        const workers = n % 2 === 0 ? [email] : [];
        const held = n % 2 === 0 ? [] : [tags[n % tags.length]];
        return [JSON.stringify([line, workers, held]), {
          line,
          workers,
          tags: held,
          weighting: n - 7.5,
        }];
      }),
    ),
  });
}

const READERS: Record<PeopleKind, ReadPeople> = {
  doctors: readDoctors,
  wishes: readWishes,
  departments: readDepartments,
  eligibility: readEligibility,
  weightings: readWeightings,
  places: (people, population) => readPlaces(people, population, false),
};

/** What a table that changes nothing asks for. */
function expected(kind: PeopleKind, population: Population): Record<string, unknown>[] {
  const { doctors, lines, wishes, preferencers, eligibility, weightings } = population;
  switch (kind) {
    case "doctors":
      return Object.entries(doctors).map(([email, { name, tags, fte }]) => ({
        email,
        name,
        tags,
        fte,
      }));
    case "wishes":
      return Object.entries(wishes).filter(([, ranks]) => Object.keys(ranks).length > 0)
        .map(([worker, ranks]) => ({ worker, ranks: Object.entries(ranks) }));
    case "departments":
      return Object.entries(preferencers).map(
        ([name, { max_job_lines, max_workers, lines, ranks }]) => ({
          name,
          ...max_job_lines !== null && { max_job_lines },
          ...max_workers !== null && { max_workers },
          ...lines.length > 0 && { lines },
          ...Object.keys(ranks).length > 0 && { ranks: Object.entries(ranks) },
        }),
      );
    case "eligibility":
      return Object.entries(eligibility).map(([name, rules]) => ({ name, eligibility: rules }));
    case "weightings":
      return Object.values(weightings).map(({ line, ...rest }) => ({
        ...line !== null && { line },
        ...rest,
      }));
    case "places":
      return Object.entries(lines).map(([name, { places, must_have_workers }]) => ({
        name,
        max_n_workers: places,
        must_have_workers,
      }));
  }
}

const canonical = (entries: unknown[]) =>
  entries.map((entry) =>
    JSON.stringify(
      entry,
      (_, value) =>
        value && typeof value === "object" && !Array.isArray(value)
          ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => a < b ? -1 : 1))
          : value,
    )
  ).sort();

async function assertPeopleReadBack(kind: PeopleKind, population: Population, layout?: WishFile) {
  const file = peopleFile(kind, population, layout);
  const xlsx = await writeWorkbook(peopleSheets(file, population));
  const size = kind === "wishes" || kind === "departments" ? WISHES_SIZE : TABLE_SIZE;
  for (const content of [xlsx, utf8(peopleCsv(file))]) {
    const table = await readTable(content, { name: "", elseFirst: true }, size);
    const people = readPeopleTable(kind, table, null);
    const { document } = READERS[kind](people, population);
    assert.deepEqual(people.faults.slice(0, 3), [], kind);
    assert.deepEqual(
      canonical(Object.values(document)[0] ?? []),
      canonical(expected(kind, population)),
      `${kind} ${layout ?? ""}`,
    );
  }
}

Deno.test("tables of people that are written are read back, whatever they hold is called", async () => {
  for (let seed = 1; seed <= 12; seed++) {
    const random = new Random(seed);
    const population = drawnPopulation(random, {
      doctors: 1 + random.below(30),
      lines: 1 + random.below(30),
      ranks: 8,
      departments: 1 + random.below(4),
    });
    for (const kind of PEOPLE_KINDS) {
      const has = expected(kind, population).length > 0;
      if (!has) continue;
      await assertPeopleReadBack(kind, population);
      if (kind !== "wishes") continue;
      await assertPeopleReadBack(kind, population, "wishes-by-line");
      await assertPeopleReadBack(kind, population, "wishes-by-rank");
    }
  }
});

Deno.test("tables of 3,000 doctors, and of as many wishes and ranks as there may be, are read back", async () => {
  const many = drawnPopulation(new Random(3), {
    doctors: 3_000,
    lines: 300,
    ranks: 6,
    departments: 1,
  });
  for (const kind of PEOPLE_KINDS) await assertPeopleReadBack(kind, many);
  const ranked = drawnPopulation(new Random(4), {
    doctors: 300,
    lines: 140,
    ranks: 60,
    departments: 40,
  });
  await assertPeopleReadBack("wishes", ranked);
  await assertPeopleReadBack("wishes", ranked, "wishes-by-line");
  await assertPeopleReadBack("wishes", ranked, "wishes-by-rank");
  await assertPeopleReadBack("departments", ranked);
});

Deno.test("60 wishes of 1,000 doctors among 500 lines are read back; more are told how to come", async () => {
  const lines = Array.from({ length: 500 }, (_, n) => `Line ${n + 1}`);
  const wishes = Object.fromEntries(
    Array.from({ length: 1_000 }, (_, n) => [
      `doctor${n}@health.example`,
      Object.fromEntries(
        Array.from({ length: 60 }, (_, k) => [lines[(17 * n + 7 * k) % 500], k + 1]),
      ),
    ]),
  );
  const population = populationOf({
    lines: Object.fromEntries(
      lines.map((line, n) => [line, { places: 2, must_have_workers: false, sort_order: n }]),
    ),
    doctors: Object.fromEntries(
      Object.keys(wishes).map((email, n) => [email, { name: `Doctor Number ${n}`, tags: [] }]),
    ),
    wishes,
  });
  for (const layout of ["wishes", "wishes-by-line"] as const) {
    await assertPeopleReadBack("wishes", population, layout);
  }
  const long = `E-mail,Line,Rank\n${"a@x.example,L,1\n".repeat(WISHES_SIZE.rows)}`;
  await assert.rejects(readTable(utf8(long), "Wishes", WISHES_SIZE), {
    code: "FILE_TOO_LARGE",
    message: /more than 61,100 \w+\. .* in parts, each doctor's wishes/,
  });
});

Deno.test("a matrix of affinities that is written is read back", async () => {
  const random = new Random(5);
  for (const many of [2, 30, 95]) {
    const name = namer(random);
    const specialties = Array.from({ length: many }, name);
    const profile: AffinityProfile = {
      run: "R",
      org: "O",
      orgId: "o",
      name: "Ours",
      version: 1,
      isShipped: false,
      specialties,
      weights: specialties.flatMap((a, i) =>
        specialties.slice(0, i).map((b): [string, string, number] => [
          ...[a, b].sort() as [string, string],
          random.below(201) - 100,
        ])
      ),
    };
    const xlsx = await writeWorkbook(affinitySheets(profile));
    for (const file of [xlsx, utf8(affinitiesCsv(profile))]) {
      const table = await readTable(file, { name: "Affinities", elseFirst: true });
      const { weights, faults } = readAffinities(table);
      assert.deepEqual(faults.slice(0, 3), []);
      const pairs = weights.map(([a, b, weight]) => [...[a, b].sort(), weight]);
      assert.deepEqual(canonical(pairs), canonical(profile.weights));
    }
  }
});
