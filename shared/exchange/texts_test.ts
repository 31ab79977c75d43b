// Names that are hard to write down come back as themselves, and nothing in a file is run.

import assert from "node:assert/strict";
import { parseCsv } from "hucre/csv";
import type { Bytes } from "../platform/bytes.ts";
import { foldText } from "../platform/texts.ts";
import { positionsCsv, positionSheets } from "./position_files.ts";
import { readPositionRows } from "./position_rows.ts";
import { readTable } from "./read_table.ts";
import type { Roster } from "./roster.ts";
import { rosterCsv } from "./roster_csv.ts";
import { rosterOf, rosterPosition } from "./testing/rosters.ts";
import { readWorkbook } from "./testing/workbooks.ts";
import { cellText, disarm, isArmed, rearm, xmlText } from "./texts.ts";
import { writeWorkbook } from "./write_xlsx.ts";

/** What names are drawn from: each has broken some program. */
const PIECES = [
  ..."=+-@|'\"\\,;\t<>&#!?/_*[]{}()%$~^`.:",
  ...["＝", "＋", "－", "＠", "﹦", "﹢", "﹣", "﹫", "−", "’", "＇"],
  ...["_x0041_", "_x005F_", "_xFFFF_", "_x", "x0041_", "&amp;", "]]>", "<!--"],
  ...[
    "#REF!",
    "#N/A",
    "#NAME?",
    "#GETTING_DATA",
    "TRUE",
    "null",
    "1e5",
    "007",
    "1-2",
    "2027-01-11",
  ],
  ...["Ward", "A", "1", " ", "é", "ﬁ", "Ω", "病棟", "😀", "👩‍⚕️", "ا", "\u0345", "İ", "ß", "sep=;"],
  ...["\ue000", "\u{10ffff}", "\u{1fffe}"],
];

/** Whole numbers below a limit, the same for a seed (the generator of Numerical Recipes). */
class Random {
  #state: number;
  constructor(seed: number) {
    this.#state = seed;
  }
  below(limit: number): number {
    this.#state = (Math.imul(this.#state, 1664525) + 1013904223) >>> 0;
    return Math.floor(this.#state / 2 ** 32 * limit);
  }
}

/** A name as the database holds it; null where what was drawn is none. */
function drawName(random: Random, most: number): string | null {
  const length = 1 + random.below(random.below(8) === 0 ? 120 : 6);
  const drawn = Array.from({ length }, () => PIECES[random.below(PIECES.length)]).join("");
  const name = foldText(drawn);
  return name !== "" && [...name].length <= most ? name : null;
}

function* names(random: Random, most: number): Generator<string, never> {
  for (const piece of PIECES) if (foldText(piece) !== "") yield foldText(piece);
  while (true) {
    const name = drawName(random, most);
    if (name !== null) yield name;
  }
}

function drawRoster(seed: number): Roster {
  const random = new Random(seed);
  const long = names(random, 200), short = names(random, 100);
  const positions = Array.from({ length: 120 }, (_, i) =>
    rosterPosition(long.next().value, {
      hospital: long.next().value,
      // Names of a team's positions differ.
      team: `${i} ${short.next().value}`,
      specialty: short.next().value,
      subspecialty: short.next().value,
      six_month_term: i === 0 ? long.next().value : null,
      six_month_part: i === 0 ? 1 : null,
      six_month_qualification: i === 0 ? long.next().value : null,
    }));
  const roster = rosterOf(positions, positions.map((_, i) => [i, null]));
  roster.lines.forEach((line) => line.name = long.next().value);
  Object.assign(roster.allocation_run, { name: long.next().value, org: long.next().value });
  return roster;
}

function workbook(roster: Roster): Promise<Uint8Array> {
  return writeWorkbook(positionSheets(roster));
}

for (const format of ["xlsx", "csv"] as const) {
  Deno.test(`any names come back from positions.${format} as they are`, async () => {
    for (let seed = 1; seed <= 8; seed++) {
      const roster = drawRoster(seed);
      const file = format === "csv"
        ? new TextEncoder().encode(positionsCsv(roster))
        : await workbook(roster);
      const table = await readTable(file as Bytes, "Positions");
      const { rows, faults } = readPositionRows(table, 2);
      assert.deepEqual(faults, []);
      rows.forEach((row, i) => assert.deepEqual(row, roster.positions[i]));
      assert.equal(rows.length, roster.positions.length);
    }
  });
}

Deno.test("another program reads the names of a workbook as they are, none of them as a formula or an error", async () => {
  const roster = drawRoster(1);
  const sheet = readWorkbook(await workbook(roster)).get("Positions")!;
  roster.positions.forEach(({ name, hospital }, i) => {
    const cell = sheet.cell(`C${i + 2}`)!;
    assert.equal(cell.v, name);
    assert.equal(cell.t, "s", name);
    assert.equal(cell.f, undefined);
    assert.equal(sheet.value(`A${i + 2}`), hospital);
  });
});

Deno.test("no cell of a CSV file is armed", () => {
  for (let seed = 1; seed <= 8; seed++) {
    const roster = drawRoster(seed);
    for (const text of [positionsCsv(roster), rosterCsv(roster)]) {
      for (const cell of parseCsv(text).flat()) {
        assert.ok(!/^\s*[=+\-@|＝＋－＠﹦﹢﹣﹫]/.test(String(cell)), String(cell));
      }
    }
  }
});

for (
  const text of [
    "=1",
    "+1 Ward",
    "-1",
    "@x",
    "|x",
    "＝1",
    "－1",
    "﹦1",
    "\u200b=1",
    "\ufeff\u00a0 =1",
    "\tx",
    "\rx",
    "\n=",
    "\u202e+1",
  ]
) {
  Deno.test(`${JSON.stringify(text)} is armed, and disarmed`, () => {
    assert.ok(isArmed(text));
    assert.ok(!isArmed(disarm(text)));
  });
}

Deno.test("disarm() is undone by rearm(), whatever apostrophes there were", () => {
  for (const text of ["'+1 Ward", "''=1", "'quoted'", "'", "it's", "", "'＝1", "Ward"]) {
    assert.equal(rearm(disarm(text)), text);
  }
  assert.equal(disarm("'quoted'"), "'quoted'");
  assert.equal(disarm("'+1 Ward"), "''+1 Ward");
});

Deno.test("cellText() escapes what looks like an escape, or no character", () => {
  assert.equal(cellText("Ward_x0041_x0042_"), "Ward_x005F_x0041_x005F_x0042_");
  assert.equal(cellText("Ward\uffffQ\ud800"), "Ward_xFFFF_Q_xD800_");
  assert.equal(cellText("a\r\nb\tc\u0007"), "a_x000D_\nb\tc_x0007_");
  assert.equal(cellText("Bed #4 😀"), "Bed #4 😀");
  assert.equal(xmlText("a\uffff\ud83d😀"), "a\ufffd\ufffd😀");
});
