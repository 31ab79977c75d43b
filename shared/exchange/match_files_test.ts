import assert from "node:assert/strict";
import {
  drawn,
  histogram,
  matchCsv,
  type MatchDocument,
  matchSheets,
  reportCsv,
  reportSheets,
} from "./match_files.ts";
import { writeWorkbook } from "./write_xlsx.ts";

const doctor = (name: string, line: string | null, choice: number | null, more = {}) => ({
  name,
  email: `${name}@x.example`,
  line,
  fte: 1,
  choice,
  rank: choice,
  correction_reason: null,
  overrides: [],
  rotations: line === null ? [] : [{ term: 1, position: "ED", hospital: "North" }],
  ...more,
});

const MATCH: MatchDocument = {
  allocation_run: { id: "r", name: "2027", org: "North", plan: "Interns", timezone: "UTC" },
  match: {
    id: "m",
    completed_at: "2026-11-02T03:04:05Z",
    options: { preferencer_weight: 0.3, rng_seed: 7, stability: true },
    report: { workers: 4, mean_rank: 1.5, mean_rank_of_all: 2.3333, worst_rank: 2 },
    finalised_at: null,
    released_at: null,
    version: null,
  },
  terms: [1, 2],
  doctors: [
    doctor("Ann", "A", 1),
    doctor("=Bob", "B", 3, {
      correction_reason: "Agreed.",
      overrides: ["OVER_CAPACITY"],
      rank: null,
    }),
    doctor("Cid", "C", null),
    doctor("Dee", null, null),
  ],
};

Deno.test("a match has one row a doctor: names, line, choice, rank, what was done by hand, rotations", () => {
  const lines = matchCsv(MATCH).trim().split(/\r?\n/);
  assert.equal(
    lines[0].replace(/^\uFEFF/, ""),
    "Doctor,E-mail,Line,Choice,Rank,By hand,FTE,Term 1,Term 2",
  );
  assert.equal(lines[1], 'Ann,Ann@x.example,A,1,1,,1,"ED, North",');
  assert.match(lines[2], /B,3,,Agreed\. \(OVER_CAPACITY set aside\)/);
  assert.ok(!lines[2].startsWith("=Bob"), "no cell is a formula");
  assert.match(lines[3], /C,not ranked/);
  assert.match(lines[4], /no line/);
});

Deno.test("the report that is published has figures, seed and draw, and nothing of one doctor", async () => {
  const text = reportCsv(MATCH);
  for (const { name, email } of MATCH.doctors) {
    assert.ok(!text.includes(name) && !text.includes(email));
  }
  assert.ok(!text.includes("Agreed."));
  assert.match(
    text,
    /Choice 1,1\r?\nChoice 2,0\r?\nChoice 3,1\r?\nA line that was not ranked,1\r?\nNo line,1/,
  );
  assert.match(text, /Mean rank of all doctors, by the match",2\.33/);
  assert.match(text, /Seed of the draw,7/);
  assert.ok(text.includes(drawn(7, 4).join(" ")));
  assert.deepEqual([...drawn(7, 4)].sort(), [1, 2, 3, 4]);
  assert.deepEqual(histogram([]), []);
  for (const sheets of [matchSheets(MATCH), reportSheets(MATCH)]) {
    assert.ok((await writeWorkbook(sheets)).byteLength > 1_000);
  }
});
