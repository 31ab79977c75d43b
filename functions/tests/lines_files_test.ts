// Rosters kept elsewhere, through HTTP: the layout that is submitted comes back as the lines it was made of; rosters as people
// keep them, by weeks, terms or rotations; each rule that a line breaks is listed, each fault told at its cell.

import assert from "node:assert/strict";
import { writeWorkbook } from "../../shared/exchange/testing/workbooks.ts";
import { faults, FN, taken, upload } from "./exchange.ts";
import { call, createOrg, createUser, sql, type TestOrg } from "./fixture.ts";

/** Lines with their positions by term, and weeks of leave. */
async function linesOf(allocationRun: string) {
  const rows = await sql`
    select l.name, array_agg(p.name order by r.term) as positions,
      (select array_agg(v.starts_on::text || ' ' || v.ends_on order by v.starts_on) from public.job_line_leave v where v.job_line = l.id) as leave
    from public.job_lines l join public.rotations r on r.job_line = l.id join public.positions p on p.id = r.position
    where l.allocation_run = ${allocationRun} and l.archived_at is null group by l.id, l.name order by l.name`;
  return Object.fromEntries(rows.map(({ name, positions, leave }) => [name, [positions, leave]]));
}

/** A second run of the org with the same posts and no lines. */
async function emptyCopy(org: TestOrg): Promise<string> {
  const { data, error } = await org.manager.client.rpc("copy_allocation_run", {
    p_allocation_run: org.allocationRun,
    p_document: { name: `Copy ${crypto.randomUUID()}`, starts_on: "2027-01-11" },
  });
  if (error) throw error;
  return data.allocation_run;
}

/** Week numbers 1 to 52 behind so many cells. */
const WEEKS = Array.from({ length: 52 }, (_, i) => i + 1);

/** A row of blocks: each text over half of the year. */
function halves(...texts: (string | null)[]): (string | null)[] {
  return texts.flatMap((text) => [text, ...Array(25).fill(null)]);
}

Deno.test("the layout that is submitted is read back as the lines that it was made of", async () => {
  await using org = await createOrg();
  await sql`insert into public.job_lines (org_id, allocation_run, name) select ${org.id}, ${org.allocationRun}, 'Line ' || n from generate_series(1, 4) n`;
  await sql`
    insert into public.rotations (org_id, allocation_run, job_line, position, term, starts_on, ends_on)
    select l.org_id, l.allocation_run, l.id, (${org.positions}::uuid[])[1 + (right(l.name, 1)::int + t) % 3], t,
      date '2027-01-11' + 182 * (t - 1), date '2027-01-11' + 182 * t - 1
    from public.job_lines l, generate_series(1, 2) t where l.org_id = ${org.id}`;
  await sql`
    insert into public.job_line_leave (org_id, allocation_run, job_line, starts_on, ends_on)
    select org_id, allocation_run, id, '2027-03-01', '2027-03-14' from public.job_lines where org_id = ${org.id} and name = 'Line 2'`;
  const before = await linesOf(org.allocationRun);
  const copy = await emptyCopy(org);
  for (const file of ["roster.xlsx", "roster.csv"]) {
    const response = await call(`${FN}/${org.allocationRun}/${file}`, org.manager, {
      method: "GET",
    });
    const bytes = new Uint8Array(await response.arrayBuffer());
    assert.equal(
      (await taken(org.manager, `${org.allocationRun}/lines?dry_run=true`, bytes)).unchanged,
      4,
      file,
    );
    const preview = await taken(org.manager, `${copy}/lines?dry_run=true`, bytes);
    assert.equal(preview.layout, file === "roster.xlsx" ? "weeks" : "rotations");
    if (file === "roster.xlsx") {
      assert.deepEqual([preview.added, preview.unchanged], [4, 0]);
      assert.deepEqual(await linesOf(copy), {}, "a preview writes nothing");
      await taken(org.manager, `${copy}/lines`, bytes);
    }
    assert.deepEqual(await linesOf(copy), before, file);
  }
  // Posts were lost since: what a line holds all the same is no fault, and the rest of it can be changed.
  await sql`update public.allocation_run_positions set posts = 0 where allocation_run = ${org.allocationRun} and term = 1`;
  const path = `${org.allocationRun}/lines`;
  const file = (first: string) => `Line,Term 1,Term 2\nLine 1,${first},Surgery JMO`;
  const kept = await taken(org.manager, `${path}?dry_run=true`, file("Psychiatry JMO"));
  assert.equal(kept.changed, 1);
  assert.deepEqual(await faults(org.manager, path, file("Surgery JMO")), ["B2 NO_FREE_POST"]);
  const { body } = await upload(org.manager, path, file("Surgery JMO"));
  assert.match(body.errors[0].message, /Surgery JMO has no post in this term\./);
});

Deno.test("a roster as people keep it becomes lines, and every rule that they break is listed", async () => {
  await using org = await createOrg();
  await sql`update public.allocation_runs set constraints = '["VIC_PGY2"]' where id = ${org.allocationRun}`;
  const path = `${org.allocationRun}/lines`;
  const file = writeWorkbook({
    "JMO roster": [
      ["Northern Hospital JMO roster 2027"],
      ["Intern", ...WEEKS],
      ["A. First", ...halves("Emergency JMO", "surgery jmo")],
      [null, ...halves("H", "H")],
      [null, ...halves("A, B", "A, B")],
      ["B. Second", ...halves("Psychiatry JMO", null)],
      [null, null, null, null, "AL", "AL"],
    ],
    Notes: [["x"]],
  }, { merges: ["B3:AA3", "AB3:BA3", "B4:AA4", "B6:AA6"] });
  const preview = await taken(org.manager, `${path}?dry_run=true`, file);
  assert.deepEqual([preview.layout, preview.added, preview.incomplete], ["weeks", 2, [
    "B. Second",
  ]]);
  assert.deepEqual(preview.changes[0].fields, [
    { column: "Term 1", before: null, after: "Emergency JMO" },
    { column: "Term 2", before: null, after: "Surgery JMO" },
  ]);
  assert.equal(preview.changes[1].fields.at(-1).after, "2027-02-01 to 2027-02-14");
  const rules = preview.broken.map(({ line, rule }: { line: string; rule: string }) =>
    `${line} ${rule}`
  );
  assert.ok(rules.includes("A. First EXACT_TERMS"), rules.join());
  await taken(org.manager, path, file);
  assert.deepEqual(await linesOf(org.allocationRun), {
    "A. First": [["Emergency JMO", "Surgery JMO"], null],
    "B. Second": [["Psychiatry JMO"], ["2027-02-01 2027-02-14"]],
  });
  // A column for each block changes one line and adds another; who is not in the file stays.
  const wide = await taken(
    org.manager,
    path,
    "ID,PGY,Block_1,Block_2\nB. Second,R1,,Surgery JMO\nC,R1,Emergency JMO,Psychiatry JMO\n",
  );
  assert.deepEqual([wide.layout, wide.added, wide.changed, wide.left_alone], ["terms", 1, 1, [
    "PGY",
  ]]);
  assert.deepEqual((await linesOf(org.allocationRun))["B. Second"], [[
    "Psychiatry JMO",
    "Surgery JMO",
  ], ["2027-02-01 2027-02-14"]]);
  // Residents by block with halves of leave, and a row for each posting, as other programs have them.
  const residents = await taken(
    org.manager,
    `${path}?dry_run=true`,
    "ID,PGY,Leave1Block,Leave1Half,Block_1,Block_2\nR1_001,R1,2,second,Surgery JMO,Emergency JMO\n",
  );
  assert.deepEqual(residents.changes[0].fields.at(-1), {
    column: "Leave",
    before: null,
    after: "2027-10-11 to 2028-01-09",
  });
  const postings = await taken(
    org.manager,
    `${path}?dry_run=true`,
    "mcr,month_block,posting_code\nM1,1,Surgery JMO\nM1,2,Emergency JMO\n",
  );
  assert.deepEqual([postings.layout, postings.added], ["rotations", 1]);
  const [history] = await sql`
    select count(*)::int as edits from public.job_lines_history where allocation_run = ${org.allocationRun} and reason = 'edit'`;
  assert.equal(history.edits, 2, "each import can be taken back");
});

Deno.test("other people's rosters and posts are read once somebody says which column is what, and then by themselves", async () => {
  await using org = await createOrg();
  const path = `${org.allocationRun}/lines`;
  const file =
    "wer;wo;ab;bis\nL1;Surgery JMO;11/01/2027;11/07/2027\nL1;Emergency JMO;12/07/2027;09/01/2028\n";
  const { status, body } = await upload(org.manager, `${path}?dry_run=true`, file);
  assert.deepEqual([status, body.code, body.headers], [400, "INVALID_ROWS", [
    "wer",
    "wo",
    "ab",
    "bis",
  ]]);
  const columns = (said: Record<string, string>) =>
    `columns=${encodeURIComponent(JSON.stringify(said))}`;
  const said = columns({ line: "wer", position: "wo", from: "ab", to: "bis" });
  assert.equal((await taken(org.manager, `${path}?${said}`, file)).added, 1);
  assert.deepEqual(await linesOf(org.allocationRun), {
    L1: [["Surgery JMO", "Emergency JMO"], null],
  });
  const again = await taken(org.manager, `${path}?dry_run=true`, file);
  assert.deepEqual([again.remembered, again.unchanged], [true, 1]);
  assert.deepEqual(
    (await upload(org.manager, `${path}?${columns({ wage: "wo" })}`, file)).body.errors[0].path,
    "columns.wage",
  );

  // What is remembered can be said otherwise: asked, it stands beside the columns.
  const asked = await upload(org.manager, `${path}?ask=true`, file);
  assert.deepEqual([asked.body.code, asked.body.columns], ["COLUMNS_UNCLEAR", {
    line: "wer",
    position: "wo",
    from: "ab",
    to: "bis",
  }]);
  // Another sheet than the first.
  const book = writeWorkbook({ About: [["Read me"]], Plan: [["Line", "Term 1"], ["L1", null]] });
  const first = await upload(org.manager, `${path}?dry_run=true`, book);
  assert.deepEqual(
    [first.body.code, first.body.sheet, first.body.sheets],
    ["INVALID_ROWS", "About", ["About", "Plan"]],
  );
  assert.equal(
    (await upload(org.manager, `${path}?dry_run=true&sheet=Nowhere`, book)).body.code,
    "SHEET_NOT_FOUND",
  );
  const named1 = columns({ line: "Line", term_1: "Term 1" });
  assert.equal(
    (await taken(org.manager, `${path}?dry_run=true&sheet=Plan&${named1}`, book)).unchanged,
    1,
  );

  // Once it was imported that sheet is known as well, and below which titles its headers stand.
  const titled = (name: string) =>
    writeWorkbook({
      About: [["Read me"]],
      Plan: [["Our plan"], [], ["Wer", "Quartal A"], [name, "Surgery JMO"]],
    });
  const named2 = columns({ line: "Wer", term_1: "Quartal A" });
  assert.equal((await taken(org.manager, `${path}?sheet=Plan&${named2}`, titled("L2"))).added, 1);
  const next2 = await taken(org.manager, `${path}?dry_run=true`, titled("L2"));
  assert.deepEqual([next2.remembered, next2.unchanged], [true, 1]);
  const asked2 = await upload(org.manager, `${path}?ask=true`, titled("L3"));
  assert.deepEqual([asked2.body.sheet, asked2.body.columns], ["Plan", {
    line: "Wer",
    term_1: "Quartal A",
  }]);
  // Another sheet that is meant now is asked about anew.
  const other = await upload(org.manager, `${path}?ask=true&sheet=About`, titled("L3"));
  assert.deepEqual([other.body.sheet, other.body.columns], ["About", {}]);

  const positions = `${org.allocationRun}/positions`;
  const posts = "posting_code,posting_type,max_residents\nRenal,elective,9\nGM,core,4\n";
  const unclear = await upload(org.manager, `${positions}?dry_run=true`, posts);
  assert.deepEqual([unclear.body.code, unclear.body.headers.length], ["INVALID_ROWS", 3]);
  const values = `values=${
    encodeURIComponent('{"hospital":"Tan","team":"Medicine","specialty":"Medicine"}')
  }`;
  const named = columns({ name: "posting_code", posts: "max_residents" });
  const imported = await taken(org.manager, `${positions}?${named}&${values}`, posts);
  assert.deepEqual([imported.added, imported.left_alone], [2, ["posting_type"]]);
  const next = await taken(org.manager, `${positions}?dry_run=true`, posts);
  assert.deepEqual([next.remembered, next.unchanged], [true, 2]);
});

Deno.test("from last year's roster alone: positions and hospitals that are not there are made, once somebody says so", async () => {
  await using org = await createOrg();
  await sql`delete from public.allocation_run_positions where allocation_run = ${org.allocationRun}`;
  const path = `${org.allocationRun}/lines`;
  const file = writeWorkbook({
    Roster: [
      ["Intern", ...WEEKS],
      ["A", ...halves("Cardiology Ward 4", "Surgery JMO")],
      ["Hospital", ...halves("Lyrebird Bay", "H")],
      ["Categories", ...halves("B, C", "D")],
      ["B", ...halves("Surgery JMO", "Cardiology Ward 4")],
      ["Hospital", ...halves("H", "Lyrebird Bay")],
      ["C", ...halves("Cardiology Ward 4", "Sugery JMO")],
      ["Hospital", ...halves("Lyrebird Bay", "H")],
    ],
  });
  // None of the org's takes part in this year.
  assert.equal((await faults(org.manager, path, file)).length, 6);
  const preview = await taken(org.manager, `${path}?dry_run=true&new_positions=true`, file);
  assert.deepEqual(preview.positions, [
    {
      kind: "changed",
      row: null,
      hospital: "H",
      team: "T",
      name: "Surgery JMO",
      specialty: "Surgery",
      posts: [1, 1],
      near: null,
    },
    {
      kind: "added",
      row: 2,
      hospital: "Lyrebird Bay",
      team: "Cardiology Ward 4",
      name: "Cardiology Ward 4",
      specialty: "Cardiology",
      posts: [2, 1],
      near: null,
    },
    {
      kind: "added",
      row: 7,
      hospital: "H",
      team: "Sugery JMO",
      name: "Sugery JMO",
      specialty: "Sugery JMO",
      posts: [null, 1],
      near: "Surgery JMO",
    },
  ]);
  const there = async () => [
    ...await sql`select p.name, h.name as hospital, p.experience_categories from public.positions p
      join public.teams t on t.id = p.team join public.hospitals h on h.id = t.hospital
      where p.org_id = ${org.id} and h.name = 'Lyrebird Bay'`,
  ];
  assert.deepEqual(await there(), [], "a preview makes nothing");
  assert.equal((await taken(org.manager, `${path}?new_positions=true`, file)).added, 3);
  assert.deepEqual(await there(), [{
    name: "Cardiology Ward 4",
    hospital: "Lyrebird Bay",
    experience_categories: ["B", "C"],
  }]);
  assert.deepEqual((await linesOf(org.allocationRun)).B, [
    ["Surgery JMO", "Cardiology Ward 4"],
    null,
  ]);
  const again = await taken(org.manager, `${path}?dry_run=true&new_positions=true`, file);
  assert.deepEqual([again.unchanged, again.positions], [3, []]);
  // A row for each rotation says more of its positions; what one value stands for is said for all.
  const rows =
    "Line,Position,Term,Categories,Rural,FTE\nD,GP Clinic,1,A,Yes,50%\nD,GP Clinic,2,A,Yes,50%\n";
  const values = `values=${encodeURIComponent('{"hospital":"Banksia","team":"Primary care"}')}`;
  const { positions } = await taken(org.manager, `${path}?new_positions=true&${values}`, rows);
  assert.deepEqual(
    positions.map((each: Record<string, unknown>) => [each.hospital, each.team, each.posts]),
    [["Banksia", "Primary care", [1, 1]]],
  );
  const [clinic] = await sql`
    select is_rural, fte::float8, experience_categories from public.positions where org_id = ${org.id} and name = 'GP Clinic'`;
  assert.deepEqual(clinic, { is_rural: true, fte: 0.5, experience_categories: ["A"] });
  // What cannot be made is told at its cell, and nothing is written.
  const wrong = "Line,Position,Term,Categories\nE,Nowhere,1,X\n";
  assert.deepEqual(await faults(org.manager, `${path}?new_positions=true`, wrong), [
    "D2 UNKNOWN_CATEGORY",
  ]);
});

Deno.test("faults of a roster are told at their cells, and nothing is written", async () => {
  await using org = await createOrg();
  const path = `${org.allocationRun}/lines`;
  const weeks = (...rows: (string | null)[][]) =>
    writeWorkbook({ R: [["Line", ...WEEKS], ...rows] });
  const broken = ["Emergency JMO", ...Array(9).fill(null), "Surgery JMO", ...Array(41).fill(null)];
  assert.deepEqual(
    await faults(
      org.manager,
      path,
      weeks(["L1", ...broken], ["L1", ...halves("Surgery JMO", "Surgery JMO")], [
        "L2",
        ...halves("Surgary JMO", null),
      ]),
    ),
    [
      "R!L2 BLOCK_NOT_A_TERM",
      "R!A3 DUPLICATE_ROW",
      "R!B4 UNKNOWN_POSITION",
    ],
  );
  // Two posts in each term: the third line that holds one of them is too many.
  const rows = ["A", "B", "C"].map((
    name,
  ) => [name, ...halves("Psychiatry JMO", name === "A" ? "Surgery JMO" : "Emergency JMO")]);
  assert.deepEqual(await faults(org.manager, path, weeks(...rows)), ["R!B4 NO_FREE_POST"]);
  assert.deepEqual(await faults(org.manager, path, "a,b\n1,2"), ["row 1 NO_LINES_FOUND"]);
  assert.deepEqual(
    await faults(org.manager, path, "Line,Term 1,Term 2,Term 3\nA,Emergency JMO,,"),
    ["D1 UNKNOWN_COLUMN"],
  );
  assert.deepEqual(
    await faults(org.manager, path, "Line,Term 1,Term 1\nA,Emergency JMO,Surgery JMO"),
    ["C1 DUPLICATE_COLUMN"],
  );
  assert.deepEqual(await linesOf(org.allocationRun), {});
  const viewer = await createUser(org.id, "viewer");
  assert.equal((await upload(viewer, path, "x")).status, 403);
  await using other = await createOrg();
  assert.equal((await upload(other.manager, path, "x")).status, 404);
});
