// Tables of people through HTTP: forgiving headers, wide and long wishes, other people's files after somebody said which
// column is what, previews that write nothing, faults at their cells, and everything that comes out read in again.

import assert from "node:assert/strict";
import { writeWorkbook } from "../../shared/exchange/testing/workbooks.ts";
import { faults, FN, taken, upload } from "./exchange.ts";
import { call, createOrg, createUser, sql, type TestOrg, type TestUser } from "./fixture.ts";

async function download(user: TestUser, path: string): Promise<Uint8Array<ArrayBuffer>> {
  const response = await call(`${FN}/${path}`, user, { method: "GET" });
  assert.equal(response.status, 200, path);
  return new Uint8Array(await response.arrayBuffer());
}

const DOCTORS = [
  "Given name,E-mail address,Family name,PGY,Skills,Phone",
  'Aisha,Aisha.Lim@Example.org,Lim,1,"ICU, ED",555',
  "Ben,ben.tan@example.org,Tan,2,,",
  "Clara,clara.goh@example.org,Goh,1,ED,",
].join("\r\n");

/** An org with three doctors and three lines. */
async function withPeople(): Promise<TestOrg & AsyncDisposable> {
  const org = await createOrg();
  await sql`
    insert into public.job_lines (org_id, allocation_run, name, sort_order)
    select ${org.id}, ${org.allocationRun}, 'Line ' || n, n from generate_series(1, 3) n`;
  await taken(org.manager, `${org.allocationRun}/doctors`, DOCTORS);
  return org;
}

Deno.test("doctors come from a file with columns in any order and of other names; a preview writes nothing", async () => {
  await using org = await createOrg();
  const path = `${org.allocationRun}/doctors`;
  const preview = await taken(org.manager, `${path}?dry_run=true`, DOCTORS);
  assert.deepEqual(
    [preview.added, preview.changed, preview.rows, preview.left_alone],
    [3, 0, 3, ["Phone"]],
  );
  assert.deepEqual(preview.changes[0], {
    section: "doctors",
    kind: "added",
    row: 2,
    name: "Aisha Lim (aisha.lim@example.org)",
    fields: [
      { column: "Name", before: null, after: "Aisha Lim" },
      { column: "Tags", before: null, after: "ED, ICU, PGY1" },
    ],
  });
  assert.equal((await sql`select 1 from public.workers where org_id = ${org.id}`).length, 0);
  assert.equal((await taken(org.manager, path, DOCTORS)).added, 3);
  assert.deepEqual((await taken(org.manager, path, DOCTORS)).changes, [], "a second time");
  // What is exported is read back as no change.
  for (const format of ["xlsx", "csv"]) {
    const file = await download(org.manager, `${org.allocationRun}/doctors.${format}`);
    const again = await taken(org.manager, `${path}?dry_run=true`, file);
    assert.deepEqual([again.rows, again.changes], [3, []], format);
  }
});

Deno.test("names and addresses as people's files have them; what is no address is refused", async () => {
  await using org = await createOrg();
  const path = `${org.allocationRun}/doctors?dry_run=true`;
  const { changes } = await taken(
    org.manager,
    path,
    [
      "First name,Name,Email",
      "Aisha,Lim,mailto:Aisha@x.example",
      "Ben,Ben Tan,Ben Tan <ben@x.example>",
      ",Madonna,<m@x.example>",
    ].join("\n"),
  );
  assert.deepEqual(changes.map(({ name }: { name: string }) => name), [
    "Aisha Lim (aisha@x.example)",
    "Ben Tan (ben@x.example)",
    "Madonna (m@x.example)",
  ]);
  assert.deepEqual(
    await faults(
      org.manager,
      path,
      "Name,Email\nA B,a@x.example;b@x.example\nC D,http://x@y.example",
    ),
    ["B2 NOT_AN_EMAIL", "B3 NOT_AN_EMAIL"],
  );
});

Deno.test("faults of doctors are told at their cells, and nothing is written", async () => {
  await using org = await createOrg();
  const file = writeWorkbook({
    Doctors: [
      ["Interns of 2027"],
      ["Surname, First name", "Email"],
      ["Lim, Aisha", "aisha.lim@example.org"],
      ["Tan, Ben", "ben.tan"],
      [null, "clara@example.org"],
      ["Lim, A.", "AISHA.LIM@example.org"],
    ],
    Instructions: [["words"]],
  });
  assert.deepEqual(await faults(org.manager, `${org.allocationRun}/doctors`, file), [
    "Doctors!B4 NOT_AN_EMAIL",
    "Doctors!A5 EMPTY_CELL",
    "Doctors!B6 DUPLICATE_ROW",
  ]);
  assert.equal((await sql`select 1 from public.workers where org_id = ${org.id}`).length, 0);
});

Deno.test("a file that leaves ranks out is taken, says in how many lists, and comes back as no change", async () => {
  await using org = await withPeople();
  const file = [
    "Email,Line,Rank",
    "aisha.lim@example.org,Line 1,1",
    "aisha.lim@example.org,Line 2,4",
    "ben.tan@example.org,Line 1,1",
    "ben.tan@example.org,Line 3,2",
  ].join("\r\n");
  const path = `${org.allocationRun}/wishes`;
  const preview = await taken(org.manager, `${path}?dry_run=true`, file);
  assert.deepEqual([preview.gaps, preview.added], [1, 2]);
  assert.equal((await taken(org.manager, path, file)).gaps, 1);
  const out = await download(org.manager, `${path}.csv`);
  const again = await taken(org.manager, `${path}?dry_run=true`, out);
  assert.deepEqual([again.gaps, again.changes], [0, []], "what stands so is nobody's slip");
  const half = await faults(org.manager, path, file.replace("Line 2,4", "Line 2,4.5"));
  assert.deepEqual(half, ["C3 REFUSED"]);
});

Deno.test("wishes come long, with a column for each line, or with one for each rank, and are the same", async () => {
  await using org = await withPeople();
  const path = `${org.allocationRun}/wishes`;
  const layouts = {
    long: "Doctor,Job line,Preference\nLim; Aisha,Line 2,1\n",
    files: [
      'Preference rank,Name,Job line\n1,"Lim, Aisha",Line 2\n2,Aisha Lim,line 1\n1,ben.tan@example.org,Line 3',
      "Name;Line 1;Line 2;Line 3;Remarks\nAisha Lim;2;1;;late\nBen Tan;;;1;",
      "Email\tRank 1\t2nd choice\naisha.lim@example.org\tLine 2\tLine 1\nben.tan@example.org\tLine 3\t",
    ],
  };
  const answers = [];
  for (const file of layouts.files) {
    answers.push(await taken(org.manager, `${path}?dry_run=true`, file));
  }
  assert.deepEqual(answers.map(({ layout }) => layout), ["long", "by line", "by rank"]);
  for (const { changes } of answers) {
    assert.deepEqual(
      changes.map((change: { name: string; fields: unknown[] }) => [change.name, change.fields]),
      [
        ["Aisha Lim (aisha.lim@example.org)", [{
          column: "Wishes",
          before: null,
          after: "1 Line 2, 2 Line 1",
        }]],
        ["Ben Tan (ben.tan@example.org)", [{ column: "Wishes", before: null, after: "1 Line 3" }]],
      ],
    );
  }
  assert.deepEqual(answers[1].left_alone, ["Remarks"]);
  await taken(org.manager, path, layouts.files[0]);
  // A rank that somebody left out is left out in the file, too.
  await taken(org.manager, path, "Name,Line,Rank\nBen Tan,Line 3,2\nBen Tan,Line 1,12");
  for (const file of ["wishes.xlsx", "wishes.csv", "wishes-by-line.xlsx", "wishes-by-rank.csv"]) {
    const out = await download(org.manager, `${org.allocationRun}/${file}`);
    assert.deepEqual((await taken(org.manager, `${path}?dry_run=true`, out)).changes, [], file);
  }
  assert.deepEqual(
    await faults(
      org.manager,
      path,
      "Name,Line,Rank\nAisha Lim,Lime 1,1\nNobody,Line 1,1\nBen Tan,Line 1,0\nBen Tan,,1",
    ),
    ["B2 UNKNOWN_LINE", "A3 UNKNOWN_DOCTOR", "C4 NOT_A_RANK", "B5 EMPTY_CELL"],
  );
  // A half is a place that two share.
  const halves = "Name,Line,Rank\nAisha Lim,Line 1,1\nAisha Lim,Line 2,2.5";
  assert.deepEqual(await faults(org.manager, path, halves), ["C3 REFUSED"]);
  await taken(org.manager, `${path}?dry_run=true`, `${halves}\nAisha Lim,Line 3,2.5`);
  assert.deepEqual(
    await faults(org.manager, path, "Name,Line,Rank\nAisha Lim,Line 1,1\nAisha Lim,Line 1,2"),
    ["B3 DUPLICATE_ROW"],
  );
});

Deno.test("departments, eligibility, weightings and places come and go as tables", async () => {
  await using org = await withPeople();
  const run = org.allocationRun;
  const files = {
    departments:
      'Department,Lines,Doctor,Rank,Most doctors\nMedicine,"Line 1, Line 2",,,4\nMedicine,,Aisha Lim,1,\nMedicine,,Ben Tan,2,\n',
    eligibility: "Line,Needs one of the tags,Not doctors\nLine 1,ICU; ED,Ben Tan\nLine 2,,\n",
    weightings: "Line,Doctors,Tags,Weighting\nLine 1,,ICU,-2\n,clara.goh@example.org,,1.5\n",
    places: "Line,Places,Must have\nLine 1,2,Yes\nLine 2,1,\n",
  };
  for (const [kind, file] of Object.entries(files)) {
    const preview = await taken(org.manager, `${run}/${kind}?dry_run=true`, file);
    assert.ok(preview.changes.length > 0, kind);
    const { changes } = await taken(org.manager, `${run}/${kind}`, file);
    assert.deepEqual(changes, preview.changes, `${kind}: what was shown is done`);
    for (const format of ["xlsx", "csv"]) {
      const out = await download(org.manager, `${run}/${kind}.${format}`);
      const again = await taken(org.manager, `${run}/${kind}?dry_run=true`, out);
      assert.deepEqual(again.changes, [], `${kind}.${format} as exported`);
    }
  }
  // A column for each department.
  const wide = await taken(
    org.manager,
    `${run}/departments?dry_run=true`,
    "Doctor,Medicine\nClara Goh,1\nBen Tan,2",
  );
  assert.deepEqual(wide.changes[0].fields, [{
    column: "Ranks",
    before: "1 aisha.lim@example.org, 2 ben.tan@example.org",
    after: "1 clara.goh@example.org, 2 ben.tan@example.org",
  }]);
  assert.deepEqual(await faults(org.manager, `${run}/departments`, "Doctor,Surgery\nClara Goh,1"), [
    "B2 UNKNOWN_DEPARTMENT",
  ]);
  assert.deepEqual(
    await faults(
      org.manager,
      `${run}/departments`,
      "Department,Lines,Most doctors\nMedicine,Line 1,2\nMedicine,Line 2,3",
    ),
    ["C3 DUPLICATE_ROW"],
  );
  assert.deepEqual(
    await faults(org.manager, `${run}/eligibility`, "Line,Tags\nLine 1,MRI\nLine 9,ED"),
    [
      "B2 UNKNOWN_TAG",
      "A3 UNKNOWN_LINE",
    ],
  );
  assert.deepEqual(
    await faults(
      org.manager,
      `${run}/places`,
      "Line,Places\nLine 1,0\nLine 2,many\nLine 3,1\nLine 3,2",
    ),
    [
      "B2 OUT_OF_RANGE",
      "B3 NOT_A_WHOLE_NUMBER",
      "A5 DUPLICATE_ROW",
    ],
  );
  assert.deepEqual(
    await faults(org.manager, `${run}/weightings`, "Doctors,Weighting\n,1\nAisha Lim,much"),
    [
      "A2 EMPTY_CELL",
      "B3 NOT_A_NUMBER",
    ],
  );
});

Deno.test("other people's files are read once somebody says which column is what, and then by themselves", async () => {
  await using org = await createOrg();
  const path = `${org.allocationRun}/doctors`;
  const residents =
    "mcr,name,resident_year,career_blocks_completed\nM100001A,Aisha Lim,1,0\nM200001A,Daniel Ng,2,12\n";
  const { status, body } = await upload(org.manager, `${path}?dry_run=true`, residents);
  assert.deepEqual([status, body.code], [400, "COLUMNS_UNCLEAR"]);
  assert.deepEqual(body.headers, ["mcr", "name", "resident_year", "career_blocks_completed"]);
  assert.deepEqual(body.columns, { name: "name", year: "resident_year" });
  assert.deepEqual(body.examples, ["M100001A", "Aisha Lim", "1", "0"]);
  assert.ok(
    body.fields.some((field: { key: string; needed: boolean }) =>
      field.key === "email" && field.needed
    ),
  );

  const said = `columns=${encodeURIComponent('{"email":"mcr"}')}&mail_domain=residents.invalid`;
  const preview = await taken(org.manager, `${path}?dry_run=true&${said}`, residents);
  assert.deepEqual(preview.changes[0].fields.at(-1), {
    column: "Tags",
    before: null,
    after: "PGY1",
  });
  assert.equal(
    (await upload(org.manager, `${path}?dry_run=true`, residents)).body.code,
    "COLUMNS_UNCLEAR",
    "a preview is not remembered",
  );
  await taken(org.manager, `${path}?${said}`, residents);
  const next = await taken(
    org.manager,
    `${path}?dry_run=true`,
    residents.replace("Daniel Ng,2", "Daniel Ng,3"),
  );
  assert.equal(next.remembered, true);
  assert.deepEqual(next.changes.map((change: { name: string }) => change.name), [
    "Daniel Ng (m200001a@residents.invalid)",
  ]);

  // A programme list makes lines with their places; a wide list of residents by block names the first column.
  const programmes =
    'programme,type,employer,places,title\nWAL/FP25/001a,FP,"Cardiff, Vale",2,A\nWAL/FP25/001b,FP,Cardiff,1,B\n';
  const places = `${org.allocationRun}/places`;
  assert.deepEqual(await faults(org.manager, places, programmes), [
    "A2 UNKNOWN_LINE",
    "A3 UNKNOWN_LINE",
  ]);
  assert.equal((await taken(org.manager, `${places}?new_lines=true`, programmes)).added, 2);
  const wishes =
    "mcr,preference_rank,posting_code\nM100001A,1,WAL/FP25/001b\nM100001A,2,WAL/FP25/001a\n";
  const wished = await taken(org.manager, `${org.allocationRun}/wishes?${said}`, wishes);
  assert.equal(wished.changes[0].fields[0].after, "1 WAL/FP25/001b, 2 WAL/FP25/001a");
  // What is said of columns that there are not, and fields that there are not.
  const wrong = await upload(
    org.manager,
    `${path}?columns=${encodeURIComponent('{"salary":"mcr"}')}`,
    residents,
  );
  assert.deepEqual([wrong.status, wrong.body.errors[0].path], [400, "columns.salary"]);
  assert.equal((await upload(org.manager, `${path}?columns=x`, residents)).status, 400);
});

Deno.test("who has which line by a result that was made elsewhere is the result, and corrects it, with every rule it breaks listed", async () => {
  await using org = await withPeople();
  const path = `${org.allocationRun}/match`;
  await sql`update public.job_lines set must_have_workers = true where org_id = ${org.id} and name = 'Line 3'`;
  const kept =
    'Applicant,Employer,Matched line\n"Lim, Aisha",X,Line 1\nben.tan@example.org,X,Line 1\nClara Goh,X,none\n';
  const preview = await taken(org.manager, `${path}?dry_run=true`, kept);
  assert.deepEqual([preview.first, preview.placed, preview.unplaced, preview.left_alone], [
    true,
    2,
    1,
    ["Employer"],
  ]);
  assert.deepEqual(
    preview.broken.map((each: { row: number; code: string; line: string }) => [
      each.row,
      each.line,
      each.code,
    ]),
    [[2, "Line 1", "OVER_CAPACITY"], [3, "Line 1", "OVER_CAPACITY"], [null, "Line 3", "MUST_HAVE"]],
  );
  const results = () =>
    sql`select l.name, r.overrides, r.correction_reason from public.job_line_worker_mappings r
      left join public.job_lines l on l.id = r.job_line where r.org_id = ${org.id} and r.superseded_at is null order by l.name`;
  const refused = await upload(org.manager, path, kept);
  assert.deepEqual([refused.status, refused.body.code, refused.body.errors.length], [
    400,
    "RULES_BROKEN",
    3,
  ]);
  assert.deepEqual((await results()).length, 0, "nothing was written");
  await taken(org.manager, `${path}?override=true&reason=Agreed+by+telephone`, kept);
  assert.deepEqual((await results()).map((row) => ({ ...row })), [
    ...Array(2).fill({
      name: "Line 1",
      overrides: ["OVER_CAPACITY"],
      correction_reason: "Agreed by telephone",
    }),
    { name: null, overrides: [], correction_reason: null },
  ]);

  // What is written is read again as no change, whatever the result broke.
  for (const format of ["xlsx", "csv"]) {
    const file = await download(org.manager, `${org.allocationRun}/match.${format}`);
    const again = await taken(org.manager, path, file);
    assert.deepEqual(
      [again.rows, again.changes, again.broken, again.version],
      [3, [], [], 1],
      format,
    );
  }
  const corrected = await taken(org.manager, path, "Name,Line\nBen Tan,Line 2\nClara Goh,Line 3\n");
  assert.deepEqual([corrected.first, corrected.version, corrected.placed, corrected.broken], [
    false,
    2,
    3,
    [],
  ]);
  assert.deepEqual((await results()).map(({ name }) => name), ["Line 1", "Line 2", "Line 3"]);
  assert.deepEqual(
    await faults(
      org.manager,
      path,
      "Name,Line\nBen Tan,Line 9\nNobody At All,Line 1\nClara Goh,Line 1\nClara Goh,Line 2\n",
    ),
    ["B2 UNKNOWN_LINE", "A3 UNKNOWN_DOCTOR", "A5 DUPLICATE_ROW"],
  );
});

Deno.test("a matrix of affinities becomes a version of a profile of one's own", async () => {
  await using org = await createOrg();
  const path = `${org.allocationRun}/affinities`;
  const shipped = await download(org.manager, `${org.allocationRun}/affinities.csv`);
  assert.match(
    new TextDecoder().decode(shipped),
    /Surgery/,
    "specialties of positions stand in it, too",
  );
  const file = ",Emergency,Surgery,Psychiatry\nEmergency,,,\nSurgery,12,,\nPsychiatry,5,-20,\n";
  const preview = await taken(org.manager, `${path}?dry_run=true`, file);
  assert.deepEqual([preview.name, preview.version, preview.pairs, preview.unknown_specialties], [
    "Our affinities",
    null,
    3,
    [],
  ]);
  assert.equal((await taken(org.manager, path, file)).version, 1);
  const [run] = await sql`
    select p.name from public.allocation_runs r join public.affinity_profiles p on p.id = r.affinity_profile where r.id = ${org.allocationRun}`;
  assert.equal(run.name, "Our affinities");
  const out = await download(org.manager, `${org.allocationRun}/affinities.xlsx`);
  assert.deepEqual((await taken(org.manager, `${path}?dry_run=true`, out)).changes, []);
  assert.deepEqual(await faults(org.manager, path, ",A,B\nA,,101\nB,x,\nC,1.5,"), [
    "C2 OUT_OF_RANGE",
    "B3 NOT_A_WHOLE_NUMBER",
    "B4 NOT_A_WHOLE_NUMBER",
  ]);
  assert.deepEqual(await faults(org.manager, path, ",A,B\nA,,3\nB,4,"), ["B3 ASYMMETRIC"]);
  // Other people's pairs: asked for, said once, and known from then on.
  const pairs = "Interest survey\nvon;zu;Pearson\nEmergency;Surgery;13\nSurgery;Psychiatry;x\n";
  const unclear = await upload(org.manager, path, pairs);
  assert.deepEqual(
    [unclear.body.code, unclear.body.headers, unclear.body.fields.length],
    ["INVALID_ROWS", ["von", "zu", "Pearson"], 3],
  );
  const said = `columns=${encodeURIComponent('{"a":"von","b":"zu","weight":"Pearson"}')}`;
  assert.deepEqual(await faults(org.manager, `${path}?${said}`, pairs), [
    "C4 NOT_A_WHOLE_NUMBER",
  ]);
  const mended = pairs.replace("x", "-7");
  assert.equal((await taken(org.manager, `${path}?${said}`, mended)).version, 2);
  const next = await taken(org.manager, `${path}?dry_run=true`, mended);
  assert.deepEqual([next.remembered, next.pairs, next.changes], [true, 2, []]);
});

Deno.test("an import does what its preview showed, or nothing where somebody else changed it meanwhile", async () => {
  await using org = await withPeople();
  const files: Record<string, [ours: string, theirs: string]> = {
    doctors: [
      "Name,E-mail,Tags\nBen,ben.tan@example.org,ED",
      "Name,E-mail,Tags\nBen,ben.tan@example.org,ICU",
    ],
    places: ["Line,Places\nLine 1,3", "Line,Places\nLine 1,2"],
    weightings: [
      "Line,Doctors,Tags,Weighting\nLine 1,,ED,-2",
      "Line,Doctors,Tags,Weighting\nLine 1,,ED,3",
    ],
    affinities: [
      ",Medicine,Surgery\nMedicine,,20\nSurgery,,",
      ",Medicine,Surgery\nMedicine,,30\nSurgery,,",
    ],
    lines: [
      "Line,Position,Term\nLine 1,Emergency JMO,1",
      "Line,Position,Term\nLine 1,Surgery JMO,1",
    ],
    match: [
      "E-mail,Line\nclara.goh@example.org,Line 1",
      "E-mail,Line\nclara.goh@example.org,Line 2",
    ],
  };
  for (const [table, [ours, theirs]] of Object.entries(files)) {
    const path = `${org.allocationRun}/${table}`;
    const reason = table === "match" ? "&override=true&reason=Agreed" : "";
    const preview = async () =>
      (await taken(org.manager, `${path}?dry_run=true`, ours)).preview as string;
    const write = async (seen: string) => {
      const { status, body } = await upload(org.manager, `${path}?preview=${seen}${reason}`, ours);
      return body.code ?? status;
    };
    const seen = await preview();
    await taken(org.manager, `${path}?dry_run=false${reason}`, theirs);
    assert.equal(await write(seen), "CHANGED_MEANWHILE", table);
    assert.notEqual(await preview(), seen, `${table}: theirs is there still`);
    assert.equal(await write(await preview()), 200, table);
  }
});

Deno.test("who may not import is told so before the file is read, and another org's run is not there", async () => {
  await using org = await withPeople();
  await using other = await createOrg();
  const viewer = await createUser(org.id, "viewer");
  for (
    const kind of [
      "doctors",
      "wishes",
      "departments",
      "eligibility",
      "weightings",
      "places",
      "affinities",
      "match",
    ]
  ) {
    assert.equal((await upload(viewer, `${org.allocationRun}/${kind}`, "x")).status, 403, kind);
    assert.equal(
      (await upload(other.manager, `${org.allocationRun}/${kind}`, "x")).status,
      404,
      kind,
    );
    assert.equal(
      (await call(`${FN}/${org.allocationRun}/${kind}.csv`, other.manager, { method: "GET" }))
        .status,
      404,
      kind,
    );
  }
  assert.equal(
    (await upload(org.manager, `${org.allocationRun}/nothing`, "x")).body.code,
    "UNKNOWN_FILE",
  );
});

Deno.test("140 doctors with 100 ranks each keep within an isolate's limits, long and wide", async () => {
  await using org = await createOrg();
  const run = org.allocationRun;
  const doctors = Array.from(
    { length: 140 },
    (_, i) => ({ email: `d${i}@many.example`, name: `Doctor ${i} Surname${i}` }),
  );
  const lines = Array.from({ length: 140 }, (_, i) => ({ name: `Line ${i + 1}`, sort_order: i }));
  const { error } = await org.manager.client.rpc("populate_allocation_run", {
    p_document: { allocation_run: run, workers: doctors, lines },
  });
  assert.equal(error, null);
  const rank = (doctor: number, line: number) => (line * 37 + doctor) % 140 + 1;
  const long = [
    ["Name", "Line", "Rank"],
    ...doctors.flatMap(({ name }, d) =>
      lines.flatMap((line, l) => rank(d, l) <= 100 ? [[name, line.name, rank(d, l)]] : [])
    ),
  ];
  const wide = [
    ["Name", ...lines.map(({ name }) => name)],
    ...doctors.map(({ name }, d) => [
      name,
      ...lines.map((_, l) => rank(d, l) <= 100 ? rank(d, l) : null),
    ]),
  ];
  const csv = long.map((row) => row.join(",")).join("\n");
  assert.equal((await taken(org.manager, `${run}/wishes?dry_run=true`, csv)).added, 140);
  assert.equal(
    (await taken(org.manager, `${run}/wishes`, writeWorkbook({ Wishes: wide }))).added,
    140,
  );
  const again = await taken(
    org.manager,
    `${run}/wishes?dry_run=true`,
    writeWorkbook({ Wishes: long }),
  );
  assert.deepEqual([again.rows, again.changes.length], [14_000, 0]);
  const out = await download(org.manager, `${run}/wishes.xlsx`);
  assert.equal((await taken(org.manager, `${run}/wishes?dry_run=true`, out)).changes.length, 0);
});
