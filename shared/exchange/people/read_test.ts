// Tables of people as others keep them: headers of other names and orders, names turned round, and what may have been meant.

import assert from "node:assert/strict";
import { Random } from "../../engine/random.ts";
import { MAX_COUNTED_FAULTS } from "../limits.ts";
import type { Cell, Table } from "../table.ts";
import { fieldOf } from "./fields.ts";
import { DoctorFinder, NameFinder, turned } from "./population.ts";
import { readDoctors } from "./read_doctors.ts";
import { layoutOf, readWishes } from "./read_wishes.ts";
import { askPeopleColumns, readPeopleTable } from "./table.ts";
import { populationOf } from "../testing/populations.ts";
import { tableOf } from "../testing/tables.ts";

const POPULATION = populationOf({
  lines: { "Line 1": { places: 1, must_have_workers: false, sort_order: 0 } },
  doctors: {
    "ann@x.example": { name: "Ann Müller", tags: [] },
    "a2@x.example": { name: "Ann Muller", tags: [] },
    "bo@x.example": { name: "Bo Chen", tags: [] },
  },
});

function table(...rows: Cell[][]): Table {
  return tableOf(rows);
}

Deno.test("fieldOf() knows headers by what people call them", () => {
  const key = (kind: Parameters<typeof fieldOf>[0], header: string) => fieldOf(kind, header)?.key;
  assert.equal(key("doctors", "E-Mail Address "), "email");
  assert.equal(key("doctors", "Surname, First name"), "name");
  assert.equal(key("doctors", "Resident_Year"), "year");
  assert.equal(key("wishes", "posting_code"), "line");
  assert.equal(key("places", "max_n_workers"), "places");
  assert.equal(key("doctors", "Phone"), undefined);
});

Deno.test("turned() turns a surname that comes first", () => {
  assert.equal(turned("Lim, Aisha"), "Aisha Lim");
  assert.equal(turned("Aisha Lim"), "Aisha Lim");
  assert.equal(turned("Lim,"), "Lim,");
  assert.equal(turned("A, B, C"), "A, B, C");
});

Deno.test("DoctorFinder finds by address in any case, by name in any order, and says where two have one", () => {
  const finder = new DoctorFinder(POPULATION, null);
  assert.deepEqual(finder.find("BO@x.example"), { name: "bo@x.example" });
  assert.deepEqual(finder.find("Chen, Dr Bo"), { name: "bo@x.example" });
  const fault = (text: string) => {
    const found = finder.find(text);
    return "fault" in found ? found.fault : assert.fail(text);
  };
  assert.equal(fault("Ann Müller").code, "AMBIGUOUS_DOCTOR", "accents are how one types");
  assert.match(fault("bo@x.exampel").message, /did you mean "bo@x.example"/);
  assert.match(fault("Bo Chan").message, /did you mean "Bo Chen"/);
  assert.deepEqual(new DoctorFinder(POPULATION, "x.example").find("BO"), { name: "bo@x.example" });
});

Deno.test("NameFinder says where there is nothing that could have been meant", () => {
  const said = (names: string[]) => {
    const found = new NameFinder(names, "UNKNOWN_LINE", "is no line of this allocation run").find(
      "GM",
    );
    return "fault" in found ? found.fault.message : assert.fail();
  };
  assert.equal(said([]), '"GM" is no line of this allocation run: there are none yet');
  assert.equal(said(["Line 1"]), '"GM" is no line of this allocation run');
});

Deno.test("NameFinder finds in any case, and guesses what is not far off", () => {
  const guess = (text: string, names: string[]) => {
    const found = new NameFinder(names, "UNKNOWN_LINE", "is no line").find(text);
    return "name" in found ? found.name : /did you mean "(.*)"/.exec(found.fault.message)?.[1];
  };
  assert.equal(guess("LINE 10", ["Line 10", "Line 1"]), "Line 10");
  assert.equal(guess("line 10", ["Line 10", "LINE 10"]), "Line 10", "two differ by case alone");
  assert.equal(guess("Line 1O", ["Line 10", "Line 20"]), "Line 10");
  assert.equal(guess("Nothing", ["Line 10"]), undefined);
});

Deno.test("what may have been meant differs by the fewest letters, as counted one by one", () => {
  const random = new Random(4);
  const word = (length: number) => Array.from({ length }, () => "abc"[random.below(3)]).join("");
  for (let n = 0; n < 2_000; n++) {
    const text = word(3 + random.below(9)), name = word(1 + random.below(12));
    const steps = levenshtein(text, name), most = Math.min(3, Math.floor(text.length / 3));
    const found = new NameFinder([name], "UNKNOWN_LINE", "is no line").find(text);
    const guessed = "fault" in found && found.fault.message.includes("did you mean");
    assert.equal(guessed, steps > 0 && steps <= most, `${text} ${name} ${steps}`);
  }
});

function levenshtein(a: string, b: string): number {
  if (a === "" || b === "") return a.length + b.length;
  const table = Array.from(
    { length: a.length + 1 },
    (_, i) => Array.from({ length: b.length + 1 }, (_, j) => i === 0 ? j : j === 0 ? i : 0),
  );
  for (let i = 1; i <= a.length; i++) {
    for (let j = 1; j <= b.length; j++) {
      table[i][j] = Math.min(
        table[i - 1][j] + 1,
        table[i][j - 1] + 1,
        table[i - 1][j - 1] + (a[i - 1] === b[j - 1] ? 0 : 1),
      );
    }
  }
  return table[a.length][b.length];
}

Deno.test("readPeopleTable() finds headers below titles, and asks where a needed field has no column", () => {
  const people = readPeopleTable(
    "doctors",
    table(["Interns 2027"], [], ["Family name", "Given names", "Email"], [
      "Lim",
      "Aisha",
      "a@x.example",
    ]),
    null,
  );
  const { document } = readDoctors(people, POPULATION);
  assert.deepEqual(document.workers, [{ email: "a@x.example", name: "Aisha Lim" }]);
  assert.throws(
    () => readPeopleTable("doctors", table(["mcr", "who"], ["M1", "A"]), null),
    (error: { code: string; extras: { members: { headers: string[] } } }) =>
      error.code === "COLUMNS_UNCLEAR" && error.extras.members.headers.join() === "mcr,who",
  );
  const asked = askPeopleColumns("doctors", table(["mcr", "who"], ["M1", "A"]), null);
  const needed = (asked.fields as { key: string; needed: boolean; instead?: string[] }[])
    .filter((field) => field.needed).map(({ key, instead = [] }) => [key, ...instead]);
  assert.deepEqual(needed, [["email"], ["name", "Surname"], ["surname", "Name"]]);
  const said = { columns: { email: "mcr", name: "who" }, mail_domain: "x.example" };
  const mapped = readPeopleTable("doctors", table(["mcr", "who"], ["M1", "A"]), said);
  assert.deepEqual(readDoctors(mapped, POPULATION).document.workers, [{
    email: "m1@x.example",
    name: "A",
  }]);
});

Deno.test("layoutOf() tells long, by line and by rank apart", () => {
  const layout = (...headers: string[]) =>
    layoutOf(readPeopleTable("wishes", table(headers, headers.map(() => "1")), null), [
      "1",
      "2",
      "Line 1",
    ]);
  assert.equal(layout("Email", "Line", "Rank"), "long");
  assert.equal(layout("Email", "Line 1", "x"), "by line");
  assert.equal(layout("Email", "1", "2"), "by line", "where lines are numbers, they are meant");
  assert.equal(layout("Email", "1st", "2nd", "3rd choice"), "by rank");
});

Deno.test("a table that ranks positions is told so once, in each layout, and not in each row", () => {
  const codes = ["GM (TTSH)", "ED (TTSH)", "MICU (TTSH)"];
  const long = codes.map((code, n): Cell[] => ["bo@x.example", n + 1, code]);
  const read = (headers: string[], ...rows: Cell[][]) => {
    const people = readPeopleTable("wishes", table(headers, ...rows), null);
    const { document } = readWishes(people, POPULATION);
    assert.equal(document.preferences === undefined, people.faults.length > 0);
    return people.faults.map(({ path, code }) => `${path} ${code}`);
  };
  const LONG = ["Email", "preference_rank", "posting_code"];
  assert.deepEqual(read(LONG, ...long), ["C2 NO_LINE_RANKED"]);
  assert.deepEqual(read(["Email", ...codes], ["bo@x.example", 1, 2, 3]), ["B2 NO_LINE_RANKED"]);
  assert.deepEqual(read(["Email", "1st", "2nd", "3rd"], ["bo@x.example", ...codes]), [
    "B2 NO_LINE_RANKED",
  ]);
  const many = Array.from(
    { length: MAX_COUNTED_FAULTS + 1 },
    (_, n): Cell[] => ["bo@x.example", 1, `GM ${n}`],
  );
  assert.deepEqual(read(LONG, ...many), ["C2 NO_LINE_RANKED"]);
  // Blank cells are no names.
  const blank = ["bo@x.example", "GM (TTSH)", null, null];
  assert.deepEqual(
    read(["Email", "1st", "2nd", "3rd"], blank, ["bo@x.example", null, "ED", null]),
    [
      "B2 UNKNOWN_LINE",
      "C3 UNKNOWN_LINE",
    ],
  );
  // Where one is a line, the others are slips; and so are two.
  assert.deepEqual(read(LONG, ...long.slice(0, 2)), ["C2 UNKNOWN_LINE", "C3 UNKNOWN_LINE"]);
  assert.deepEqual(read(LONG, ["bo@x.example", 9, "Line 1"], ...long), [
    "C3 UNKNOWN_LINE",
    "C4 UNKNOWN_LINE",
    "C5 UNKNOWN_LINE",
  ]);
  assert.deepEqual(read(LONG, ["bo@x.example", 9, "Line 1"]), []);
});

Deno.test("a line that a doctor wishes twice is told where it stands the second time, whatever the ranks", () => {
  for (const ranks of [[1, 2], [2, 1], [1, 1]]) {
    const people = readPeopleTable(
      "wishes",
      table(["Email", "Line", "Rank"], ...ranks.map((rank) => ["bo@x.example", "Line 1", rank])),
      null,
    );
    readWishes(people, POPULATION);
    assert.deepEqual(people.faults.map(({ path, code }) => `${path} ${code}`), [
      "B3 DUPLICATE_ROW",
    ]);
  }
});

Deno.test("a tag is called as it is already: rules know nothing of a second one that reads like it", () => {
  const tagsOf = (tags: string[], ...rows: [year: Cell, tags: Cell][]) => {
    const people = readPeopleTable(
      "doctors",
      table(
        ["Email", "Name", "Year", "Tags"],
        ...rows.map(([year, held], n) => [`d${n}@x.example`, `D ${n}`, year, held]),
      ),
      null,
    );
    const { document } = readDoctors(people, populationOf({ tags }));
    return (document.workers as { tags: string[] }[]).map((worker) => worker.tags.join());
  };
  assert.deepEqual(tagsOf([], [2, null], ["PGY 2", null], ["pgy-02", null]), [
    "PGY2",
    "PGY2",
    "PGY2",
  ]);
  assert.deepEqual(tagsOf(["PGY1", "Rural"], [null, "pgy 1, rural"], ["Resident", null]), [
    "PGY1,Rural",
    "Resident",
  ]);
  assert.deepEqual(tagsOf([], [null, "Visa"], [null, "VISA"], [null, "visa"]), [
    "Visa",
    "Visa",
    "Visa",
  ]);
  const two = ["PGY 1", "PGY1"];
  assert.deepEqual(tagsOf(two, [null, "PGY 1"], [null, "PGY1"], [null, "pgy1"]), [...two, "pgy1"]);
});

Deno.test("a name that is too long is not told to be empty as well", () => {
  for (const headers of [["Email", "Name"], ["Email", "Surname"]]) {
    const people = readPeopleTable(
      "doctors",
      table(headers, ["a@x.example", "n".repeat(201)], ["b@x.example", null]),
      null,
    );
    readDoctors(people, POPULATION);
    assert.deepEqual(people.faults.map(({ path, code }) => `${path} ${code}`), [
      "B2 TOO_LONG",
      "B3 EMPTY_CELL",
    ]);
  }
});

Deno.test("a column of years of the calendar is left alone, and told to be; other years are tags as before", () => {
  const read = (headers: string[], ...rows: Cell[][]) => {
    const people = readPeopleTable(
      "doctors",
      table(
        ["Email", "Name", ...headers],
        ...rows.map((row, n) => [`d${n}@x.example`, `D ${n}`, ...row]),
      ),
      null,
    );
    const { document } = readDoctors(people, POPULATION);
    const tags = (document.workers as { tags?: string[] }[]).map((worker) => worker.tags?.join());
    return [tags, people.others.map(({ header }) => header)];
  };
  const alone = ["Year (years of the calendar)"];
  assert.deepEqual(read(["Year"], [2026], ["2027 "], [null]), [
    [undefined, undefined, undefined],
    alone,
  ]);
  assert.deepEqual(read(["Year", "Tags"], [2026, "PGY1"], [2026, null]), [["PGY1", ""], alone]);
  assert.deepEqual(read(["Year", "PGY"], [2026, 1], [2026, "PGY2"]), [["PGY1", "PGY2"], alone]);
  assert.deepEqual(read(["Year"], [2026], ["PGY1"]), [["2026", "PGY1"], []]);
  assert.deepEqual(read(["Year"], [null]), [[""], []]);
});
