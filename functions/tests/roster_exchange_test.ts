// roster-exchange through HTTP: files out, positions in, who may, and what is refused.

import assert from "node:assert/strict";
import { MAX_FILE_BYTES } from "../../shared/exchange/limits.ts";
import { rosterPosition } from "../../shared/exchange/testing/rosters.ts";
import { readWorkbook, writeWorkbook } from "../../shared/exchange/testing/workbooks.ts";
import { FN, send } from "./exchange.ts";
import {
  call,
  createOrg,
  createUser,
  generateLines,
  holdQueue,
  sql,
  type TestUser,
} from "./fixture.ts";
import { eventually } from "../../shared/platform/testing/eventually.ts";

const XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

function download(user: TestUser | null, path: string, headers = {}): Promise<Response> {
  return call(`${FN}/${path}`, user, { method: "GET", headers });
}

async function refused(response: Response, status: number, code: string) {
  const problem = await response.json();
  assert.deepEqual([response.status, problem.code], [status, code], JSON.stringify(problem));
  assert.equal(response.headers.get("content-type"), "application/problem+json");
  return problem;
}

/** Posts by position and term. */
async function postsOf(allocationRun: string) {
  const rows = await sql`
    select p.name, array_agg(rp.posts order by rp.term) as posts
    from public.allocation_run_positions rp join public.positions p on p.id = rp.position
    where rp.allocation_run = ${allocationRun} group by p.name order by p.name`;
  return Object.fromEntries(rows.map((row) => [row.name, row.posts]));
}

Deno.test("GET gives the roster of a run as a workbook that another program reads", async () => {
  await using org = await createOrg();
  const run = await generateLines(org, 2);

  const response = await download(org.manager, `${org.allocationRun}/roster.xlsx`);
  assert.equal(response.status, 200);
  assert.equal(response.headers.get("content-type"), XLSX);
  assert.match(
    response.headers.get("content-disposition")!,
    /^attachment; filename="Test-[0-9a-f-]+-R-roster\.xlsx"$/,
  );
  assert.match(response.headers.get("access-control-expose-headers")!, /content-disposition/);
  const sheets = readWorkbook(new Uint8Array(await response.arrayBuffer()));
  const roster = sheets.get("Roster")!;
  assert.ok(roster.merges.has("C6:AB6") && roster.merges.has("AC6:BB6"), [...roster.merges].join());
  const rotations = await sql`
    select p.name from public.rotations r join public.positions p on p.id = r.position
    join public.job_lines l on l.id = r.job_line
    where r.allocation_run = ${org.allocationRun} order by l.sort_order, r.term`;
  assert.deepEqual(
    ["C6", "AC6", "C9", "AC9"].map(roster.value),
    rotations.map(({ name }) => name),
  );
  const quality = sheets.get("Diagnostics")!.rows.find((row) => row[0] === "Planner run")!;
  assert.equal(quality[1], run.id);
});

Deno.test("GET gives managers all that is held of a doctor, as JSON and as a workbook", async () => {
  await using org = await createOrg();
  const [{ id }] = await sql`
    insert into public.workers (org_id, email, name) values (${org.id}, 'ann@held.example', '=Ann')
    returning id`;
  const json = await download(org.manager, `doctors/${id}.json`);
  assert.equal(json.headers.get("content-type"), "application/json");
  assert.equal(
    json.headers.get("content-disposition"),
    `attachment; filename="doctor ${id}.json"`,
  );
  assert.equal((await json.json()).person.email, "ann@held.example");
  const workbook = await download(org.manager, `doctors/${id}.xlsx`);
  assert.equal(workbook.headers.get("content-type"), XLSX);
  const { rows } = readWorkbook(new Uint8Array(await workbook.arrayBuffer())).get("Person")!;
  assert.deepEqual(rows.find((row) => row[2] === "name"), ["person", 1, "name", "=Ann"]);
  const viewer = await createUser(org.id, "viewer");
  await refused(await download(viewer, `doctors/${id}.json`), 403, "FORBIDDEN");
  await refused(await download(org.manager, "doctors/7.json"), 400, "INVALID_REQUEST");
});

Deno.test("GET gives CSV and positions, and bytes to whom asks for bytes", async () => {
  await using org = await createOrg();
  const csv = await download(org.manager, `${org.allocationRun}/roster.csv`);
  assert.equal(csv.headers.get("content-type"), "text/csv; charset=utf-8");
  const head = new Uint8Array(await csv.arrayBuffer()).slice(0, 7);
  assert.deepEqual(head, new TextEncoder().encode("\ufeffline"));
  const bytes = await download(org.manager, `${org.allocationRun}/positions.xlsx`, {
    accept: "application/octet-stream",
  });
  assert.equal(bytes.headers.get("content-type"), "application/octet-stream");
  const positions = readWorkbook(new Uint8Array(await bytes.arrayBuffer())).get("Positions")!;
  assert.equal(positions.value("C2"), "Emergency JMO");
});

Deno.test("what is exported is imported without a change", async () => {
  await using org = await createOrg();
  await sql`delete from public.allocation_run_positions where position = ${
    org.positions[1]
  } and term = 2`;
  for (const file of ["positions.xlsx", "positions.csv"]) {
    const exported = await (await download(org.manager, `${org.allocationRun}/${file}`)).bytes();
    const path = `${org.allocationRun}/positions?missing=remove`;
    const response = await send(org.manager, path, exported);
    const { preview, ...answer } = await response.json();
    assert.match(preview, /^[0-9a-f]{32}$/);
    assert.deepEqual(answer, {
      dry_run: false,
      rows: 3,
      added: 0,
      changed: 0,
      unchanged: 3,
      unversioned: 0,
      removed: 0,
      changes: [],
      missing: [],
      overfilled: [],
      left_alone: [],
      remembered: false,
    });
  }
});

Deno.test("POST previews and then imports, in one transaction", async () => {
  await using org = await createOrg();
  const file = writeWorkbook({
    Positions: [
      ["Hospital", "Team", "Position", "Specialty", "Posts term 1", "Posts term 2", "Rural"],
      ["H", "T", "Emergency JMO", "Emergency", 5, 2, "No"],
      ["H", "T", "Surgery JMO", "Surgery", 2, 2, null],
      ["New hospital", "Ward 1", "Ward JMO", "Medicine", 1, null, "Yes"],
    ],
  });
  const path = `${org.allocationRun}/positions`;
  const before = await postsOf(org.allocationRun);
  const preview = await (await send(org.manager, `${path}?dry_run=true`, file)).json();
  assert.deepEqual(
    [preview.dry_run, preview.added, preview.changed, preview.unchanged, preview.removed],
    [true, 1, 1, 1, 0],
  );
  assert.deepEqual(preview.changes[0], {
    kind: "changed",
    row: 2,
    hospital: "H",
    team: "T",
    name: "Emergency JMO",
    fields: [{ column: "Posts term 1", before: 2, after: 5 }],
  });
  assert.equal(preview.changes[1].kind, "added");
  assert.deepEqual(preview.missing, [{ hospital: "H", team: "T", name: "Psychiatry JMO" }]);
  assert.deepEqual(await postsOf(org.allocationRun), before);

  const done = await (await send(org.manager, `${path}?missing=remove`, file)).json();
  assert.deepEqual([done.dry_run, done.removed, done.changes], [false, 1, preview.changes]);
  assert.deepEqual(await postsOf(org.allocationRun), {
    "Emergency JMO": [5, 2],
    "Surgery JMO": [2, 2],
    "Ward JMO": [1],
  });
  const [ward] =
    await sql`select * from public.positions where name = 'Ward JMO' and org_id = ${org.id}`;
  assert.equal(ward.is_rural, true);
});

Deno.test("POST names the place of every fault and writes nothing", async () => {
  await using org = await createOrg();
  await using other = await createOrg();
  const before = await postsOf(org.allocationRun);
  const path = `${org.allocationRun}/positions`;
  const head = ["Hospital", "Team", "Position", "Specialty", "Categories", "ID"];
  const wrong = writeWorkbook({
    Positions: [head, ["H", "T", "Good", "Medicine", "A", null], [
      "H",
      null,
      "Bad",
      "Medicine",
      "Z",
      null,
    ]],
  });
  const problem = await refused(await send(org.manager, path, wrong), 400, "INVALID_ROWS");
  assert.equal(problem.faults, 2);
  assert.deepEqual(
    problem.errors.map(({ path, code }: Record<string, string>) => [path, code]),
    [["Positions!B3", "EMPTY_CELL"], ["Positions!E3", "UNKNOWN_CATEGORY"]],
  );
  assert.deepEqual(problem.errors[1], {
    path: "Positions!E3",
    message: 'Categories holds "Z"; the categories are A, B, C and D.',
    code: "UNKNOWN_CATEGORY",
    sheet: "Positions",
    row: 3,
    column: "E",
    header: "Categories",
  });
  // A position of another org is as little there as none at all.
  for (const id of [other.positions[0], crypto.randomUUID()]) {
    const file = writeWorkbook({ Positions: [head, ["H", "T", "Mine now", "Medicine", "A", id]] });
    const { errors } = await refused(await send(org.manager, path, file), 400, "INVALID_ROWS");
    assert.deepEqual([errors[0].path, errors[0].code], ["Positions!F2", "UNKNOWN_ID"]);
  }
  assert.deepEqual(await postsOf(org.allocationRun), before);
  const [{ count }] =
    await sql`select count(*)::int from public.positions where name in ('Good', 'Mine now')`;
  assert.equal(count, 0);
});

Deno.test("POST names the cell of the term that does not fit what is there", async () => {
  await using org = await createOrg();
  const head = ["Hospital", "Team", "Position", "Specialty"];
  const row = ["H", "T", "Emergency JMO", "Emergency"];
  const faultsOf = async (headers: string[], cells: number[]) => {
    const file = writeWorkbook({ Positions: [[...head, ...headers], [...row, ...cells]] });
    const response = await send(org.manager, `${org.allocationRun}/positions`, file);
    const { errors } = await refused(response, 400, "INVALID_ROWS");
    return errors.map((
      { path, code, header }: Record<string, string>,
    ) => [path, code, header]);
  };
  // There are two posts in each term. The file has no posts: its minimum is what does not fit.
  const minimums = ["Minimum term 1", "Minimum term 2"];
  assert.deepEqual(await faultsOf(minimums, [2, 3]), [
    ["Positions!F2", "MINIMUM_ABOVE_POSTS", "Minimum term 2"],
  ]);
  assert.deepEqual(await faultsOf(minimums, [3, 3]), [
    ["Positions!E2", "MINIMUM_ABOVE_POSTS", "Minimum term 1"],
    ["Positions!F2", "MINIMUM_ABOVE_POSTS", "Minimum term 2"],
  ]);
  // The file has no minimums: its posts do not fit those that are there.
  await sql`update public.allocation_run_positions set minimum_fill = 2
    where allocation_run = ${org.allocationRun} and position = ${org.positions[0]} and term = 2`;
  assert.deepEqual(await faultsOf(["Posts term 1", "Posts term 2"], [1, 1]), [
    ["Positions!F2", "MINIMUM_ABOVE_POSTS", "Posts term 2"],
  ]);
});

Deno.test("files are for those who may see plans, imports for those who may edit the run", async () => {
  await using org = await createOrg();
  await using other = await createOrg();
  const viewer = await createUser(org.id, "viewer");
  const doctor = await createUser(org.id, "doctor");
  const roster = `${org.allocationRun}/roster.csv`;
  const positions = `${org.allocationRun}/positions?dry_run=true`;
  const file = "Hospital,Team,Position,Specialty\r\nH,T,P,M\r\n";
  await refused(await download(null, roster), 401, "UNAUTHENTICATED");
  const seen = await download(viewer, roster);
  await seen.body?.cancel();
  assert.equal(seen.status, 200);
  for (const user of [doctor, other.manager]) {
    await refused(await download(user, roster), 404, "ALLOCATION_RUN_NOT_FOUND");
    await refused(await send(user, positions, file), 404, "ALLOCATION_RUN_NOT_FOUND");
  }
  await refused(await send(viewer, positions, file), 403, "FORBIDDEN");
  // Before the file is looked at: what is none costs those nothing who may not send one.
  const noFile = new Uint8Array([0x50, 0x4b, 1, 2]);
  await refused(await send(viewer, positions, noFile), 403, "FORBIDDEN");
  await refused(await send(doctor, positions, noFile), 404, "ALLOCATION_RUN_NOT_FOUND");
  await refused(await send(org.manager, positions, noFile), 400, "UNREADABLE_FILE");
});

Deno.test("requests that mean nothing are refused by stable codes", async () => {
  await using org = await createOrg();
  const run = org.allocationRun;
  const { manager } = org;
  await refused(await download(manager, "no-id/roster.csv"), 400, "INVALID_REQUEST");
  await refused(await download(manager, run), 404, "UNKNOWN_FILE");
  await refused(await download(manager, `${run}/roster.pdf`), 404, "UNKNOWN_FILE");
  await refused(await download(manager, `${run}/constructor`), 404, "UNKNOWN_FILE");
  await refused(await send(manager, `${run}/nothing`, "x"), 404, "UNKNOWN_FILE");
  await refused(await send(manager, `${run}/positions?dry_run=1`, "x"), 400, "INVALID_REQUEST");
  await refused(await send(manager, `${run}/positions`, ""), 400, "EMPTY_FILE");
  const large = new Uint8Array(MAX_FILE_BYTES + 1);
  await refused(await send(manager, `${run}/positions`, large), 413, "BODY_TOO_LARGE");
  const old = new Uint8Array([0xd0, 0xcf, 0x11, 0xe0]);
  await refused(await send(manager, `${run}/positions`, old), 415, "UNSUPPORTED_FILE");
  const put = await call(`${FN}/${run}/positions`, manager, { method: "PUT", body: {} });
  await refused(put, 405, "METHOD_NOT_ALLOWED");
});

Deno.test("posts are not changed under the hands of a run; a closed window keeps nobody from them", async () => {
  await using org = await createOrg();
  await using _held = await holdQueue(org.id);
  const run = await (await call("planner-orchestration", org.manager, {
    body: { allocation_run: org.allocationRun, n_job_lines: 2 },
  })).json();
  const file = "Hospital,Team,Position,Specialty\r\nH,T,P,M\r\n";
  const path = `${org.allocationRun}/positions`;
  const problem = await refused(await send(org.manager, path, file), 409, "UNFINISHED_RUN");
  assert.equal(problem.planner_run_id, run.planner_run_id);
  await call(`planner-orchestration/${run.planner_run_id}`, org.manager, { method: "DELETE" })
    .then((response) => response.body?.cancel());
  await sql`update public.allocation_runs set status = 'closed' where id = ${org.allocationRun}`;
  const answer = await send(org.manager, path, file);
  assert.equal(answer.status, 200);
  await answer.body?.cancel();
});

Deno.test("an import that somebody gets ahead of is refused as a whole", async () => {
  await using org = await createOrg();
  const file = "Hospital,Team,Position,Specialty\r\nH,T,First,M\r\nH,T,Taken,M\r\n";
  let import_: Promise<Response>;
  await sql.begin(async (tx) => {
    await tx`
      insert into public.positions (org_id, team, name, specialty)
      select org_id, team, 'Taken', 'M' from public.positions where id = ${org.positions[0]}`;
    import_ = send(org.manager, `${org.allocationRun}/positions`, file);
    await eventually("the import waits for the other's position", async () => {
      const [{ waits }] = await tx`
        select exists (select from pg_locks where not granted and locktype = 'transactionid'
          and transactionid = pg_current_xact_id()::xid) as waits`;
      return waits;
    });
  });
  await refused(await import_!, 409, "POSITIONS_CHANGED");
  const [{ count }] = await sql`
    select count(*)::int from public.positions where org_id = ${org.id} and name = 'First'`;
  assert.equal(count, 0);
});

Deno.test("of many edited copies of one export one is imported, and the others are told what was changed", async () => {
  await using org = await createOrg();
  const exported = await (await download(org.manager, `${org.allocationRun}/positions.csv`)).text();
  const [head, ...rows] = exported.trim().split("\r\n").map((line) => line.split(","));
  const name = head.indexOf("Position"); // no cell before it holds a comma
  const answers = await Promise.all(Array.from({ length: 12 }, async (_, copy) => {
    const edited = structuredClone(rows);
    edited[copy % edited.length][name] = `Copy ${copy}`;
    const file = [head, ...edited].map((cells) => cells.join(",")).join("\r\n");
    const response = await send(org.manager, `${org.allocationRun}/positions`, file);
    return { status: response.status, body: await response.json() };
  }));
  const imported = answers.filter(({ status }) => status === 200);
  assert.equal(imported.length, 1, JSON.stringify(answers[0].body));
  const others = answers.filter(({ status }) => status !== 200).map(({ body }) => body);
  assert.deepEqual([...new Set(others.map(({ code }) => code))], ["POSITIONS_CHANGED"]);
  assert.ok(others.every(({ errors }) => errors[0].code === "ROW_CHANGED"));
  const stored = Object.keys(await postsOf(org.allocationRun));
  assert.equal(stored.filter((position) => position.startsWith("Copy")).length, 1);
});

Deno.test("texts that no database holds are refused with their path, names that look alike are one", async () => {
  await using org = await createOrg();
  const body = { allocation_run: org.allocationRun, n_job_lines: 1, constraints: ["a\u0000"] };
  for (const name of ["planner", "allocator"]) {
    const answer = await call(`${name}-orchestration`, org.manager, { body });
    const { errors } = await refused(answer, 400, "INVALID_REQUEST");
    assert.equal(errors[0].path, "constraints[0]");
  }
  const rows = (name: string) => `Hospital,Team,Position,Specialty\r\nH,T,${name},Medicine`;
  const path = `${org.allocationRun}/positions`;
  assert.equal((await send(org.manager, path, rows("Ward\u00a0A"))).status, 200);
  const again = await (await send(org.manager, path, rows("\u200bWard A "))).json();
  assert.deepEqual([again.added, again.unchanged], [0, 1]);
});

Deno.test("200 lines and 1,000 rows keep within an isolate's limits", async () => {
  await using org = await createOrg();
  await sql`
    with line as (
      insert into public.job_lines (org_id, allocation_run, name, sort_order)
      select ${org.id}, ${org.allocationRun}, 'Line ' || n, n from generate_series(1, 200) n returning id)
    insert into public.rotations (org_id, allocation_run, job_line, position, term, starts_on, ends_on)
    select ${org.id}, ${org.allocationRun}, line.id, (${org.positions}::uuid[])[t], t,
      date '2027-01-11' + (t - 1) * 182, date '2027-01-11' + t * 182 - 1
    from line, generate_series(1, 2) t`;
  const roster = await download(org.manager, `${org.allocationRun}/roster.xlsx`);
  assert.equal(roster.status, 200);
  const { rows } = readWorkbook(new Uint8Array(await roster.arrayBuffer())).get("Lines")!;
  assert.equal(rows.length, 201);
  const { hospital, team, specialty } = rosterPosition("");
  const file = writeWorkbook({
    Positions: [
      ["Hospital", "Team", "Position", "Specialty", "Posts term 1", "Posts term 2"],
      ...Array.from({ length: 1000 }, (_, i) => [hospital, team, `P${i}`, specialty, 1, 2]),
    ],
  });
  const imported = await send(org.manager, `${org.allocationRun}/positions`, file);
  assert.equal((await imported.json()).added, 1000);
});

Deno.test("a doctor's own order goes out and comes back; nobody else's does", async () => {
  await using org = await createOrg();
  const [ann, bob] = [await createUser(org.id, "doctor"), await createUser(org.id, "doctor")];
  const { error } = await org.manager.client.rpc("populate_allocation_run", {
    p_document: {
      allocation_run: org.allocationRun,
      lines: ["A", "B", "C"].map((name) => ({ name })),
      workers: [{ email: ann.email, name: "Ann" }, { email: bob.email, name: "Bob" }],
    },
  });
  assert.equal(error, null);
  for (const { client } of [ann, bob]) assert.equal((await client.rpc("claim_worker")).error, null);
  const opened = await org.manager.client.rpc("open_window", {
    p_allocation_run: org.allocationRun,
  });
  assert.equal(opened.error, null);
  const [{ worker_mapping }] = (await ann.client.rpc("my_windows")).data;
  const path = `wishes/${worker_mapping}/ranking`;
  const text = await (await download(ann, `${path}.csv`)).text();
  assert.match(text, /^\ufeff?Rank,Bucket,Line,Note,Term 1/);
  assert.match(
    (await download(ann, `${path}.xlsx`)).headers.get("content-disposition")!,
    /my-order\.xlsx/,
  );

  const answer = await (await send(ann, path, "Rank;Line\n2;A\n1;C\n")).json();
  assert.deepEqual(
    answer.lines.map((
      line: Record<string, unknown>,
    ) => [line.order_preference, line.like_dislike_preference]),
    [[2, 1], [1, 1]],
  );
  const rows = await sql`
    select 1 from public.preference_worker_job_lines where worker_mapping = ${worker_mapping}`;
  assert.equal(rows.length, 0, "the page shows it first");
  const { errors } = await refused(
    await send(ann, path, "Rank,Line\n1,Z\n"),
    400,
    "INVALID_ROWS",
  );
  assert.deepEqual([errors[0].path, errors[0].code], ["B2", "UNKNOWN_LINE"]);

  for (const stranger of [bob, org.manager]) {
    assert.equal((await download(stranger, `${path}.csv`)).status, 404);
    assert.equal((await send(stranger, path, "Rank,Line\n1,A\n")).status, 404);
  }
  await refused(await download(ann, "wishes/nobody/ranking.csv"), 400, "INVALID_REQUEST");
  await refused(await download(ann, "departments/nobody/ranking.csv"), 400, "INVALID_REQUEST");

  // A department's order of doctors, by its own person alone.
  const [{ id: preferencer }] = await sql`
    insert into public.preferencers (org_id, allocation_run, name, email)
    values (${org.id}, ${org.allocationRun}, 'Unit', ${bob.email}) returning id`;
  assert.equal((await bob.client.rpc("claim_worker")).error, null);
  const ours = `departments/${preferencer}/ranking`;
  assert.match(await (await download(bob, `${ours}.csv`)).text(), /^\ufeff?Rank,Doctor,Eligible/);
  const sent = await (await send(bob, ours, "Rank;Doctor\n3;Ann\n")).json();
  assert.deepEqual(sent.ranks, [{ worker_mapping, order_preference: 1 }]);
  const bad = await refused(await send(bob, ours, "Rank,Doctor\n0,Ann\n"), 400, "INVALID_ROWS");
  assert.deepEqual([bad.errors[0].path, bad.errors[0].code], ["A2", "NOT_A_RANK"]);
  const alone = await refused(await send(bob, ours, "Rank,Doctor\n1.5,Ann\n"), 400, "INVALID_ROWS");
  assert.deepEqual([alone.errors[0].path, alone.errors[0].code], ["A2", "NOT_A_RANK"]);
  for (const stranger of [ann, org.manager]) {
    assert.equal((await download(stranger, `${ours}.xlsx`)).status, 404);
    assert.equal((await send(stranger, ours, "Rank,Doctor\n1,Ann\n")).status, 404);
  }
});

Deno.test("GET gives the match with one row a doctor, the result once it is finalised, and a report without names", async () => {
  await using org = await createOrg();
  const { client } = org.manager;
  await refused(await download(org.manager, `${org.allocationRun}/match.csv`), 404, "NO_MATCH");
  const { error } = await client.rpc("populate_allocation_run", {
    p_document: {
      allocation_run: org.allocationRun,
      lines: ["A", "B", "C"].map((name) => ({ name })),
      workers: ["Ann", "Bob"].map((name) => ({ email: `${name.toLowerCase()}@x.example`, name })),
      preferences: [
        { worker: "ann@x.example", ranks: [["A", 1], ["B", 2]] },
        { worker: "bob@x.example", ranks: [["A", 1], ["B", 2]] },
      ],
    },
  });
  assert.equal(error, null);
  const { allocator_run_id: run } = await (await call("allocator-orchestration", org.manager, {
    body: { allocation_run: org.allocationRun },
  })).json();
  await eventually("the match ends", async () => {
    const [row] = await sql`select finished_at from public.allocator_py_runs where id = ${run}`;
    return row.finished_at;
  });
  const csv = async (file: string) =>
    (await (await download(org.manager, `${org.allocationRun}/${file}`)).text()).replace(
      /^\uFEFF/,
      "",
    );
  const lines = (await csv("match.csv")).trim().split(/\r?\n/);
  assert.equal(lines.length, 3);
  assert.match(lines[1], /^Ann,ann@x\.example,[AB],[12],[12],/);
  const report = await csv("match-report.csv");
  assert.match(report, /Choice 1,1\r?\nChoice 2,1/);
  assert.doesNotMatch(report, /Ann|Bob|x\.example/);
  await client.rpc("finalise_match", { p_allocator_run: run });
  const { data } = await client.from("job_lines").select("id").eq(
    "allocation_run",
    org.allocationRun,
  )
    .eq("name", "C").single();
  const [ann] = await sql`select m.id from public.allocation_run_worker_mappings m
    join public.workers w on w.id = m.worker where m.allocation_run = ${org.allocationRun} and w.name = 'Ann'`;
  const moved = await client.rpc("correct_result", {
    p_allocation_run: org.allocationRun,
    p_moves: [{ worker_mapping: ann.id, job_line: data!.id }],
    p_reason: "Agreed.",
  });
  assert.equal(moved.error, null);
  assert.match(
    (await csv("match.csv")).split(/\r?\n/)[1],
    /^Ann,ann@x\.example,C,not ranked,,Agreed\./,
  );
  assert.match(await csv("match-report.csv"), /Changed by hand afterwards,1/);
  const workbook = await download(org.manager, `${org.allocationRun}/match.xlsx`);
  const sheets = readWorkbook(new Uint8Array(await workbook.arrayBuffer()));
  assert.ok(sheets.has("Match"));
  const doctor = await createUser(org.id, "doctor");
  await refused(await download(doctor, `${org.allocationRun}/match.csv`), 404, "NO_MATCH");
});

Deno.test("GET gives who had what over the years, to who may see matches", async () => {
  await using org = await createOrg();
  await sql`
    with line as (
      insert into public.job_lines (org_id, allocation_run, name) values (${org.id}, ${org.allocationRun}, 'L1') returning id
    ), doctor as (
      insert into public.workers (org_id, email, name) values (${org.id}, 'ann@years.example', 'Ann') returning id
    ), place as (
      insert into public.allocation_run_worker_mappings (org_id, allocation_run, worker)
      select ${org.id}, ${org.allocationRun}, id from doctor returning id
    )
    insert into public.job_line_worker_mappings (org_id, allocation_run, worker_mapping, job_line, version, start_date, end_date)
    select ${org.id}, ${org.allocationRun}, place.id, line.id, 1, '2027-01-11', '2028-01-09' from place, line`;
  const csv = await download(org.manager, `${org.allocationRun}/history.csv`);
  assert.equal(csv.status, 200);
  assert.match(await csv.text(), /\nAnn,ann@years\.example,R,2027-01-11,result,L1,/);
  const workbook = await download(org.manager, `${org.allocationRun}/history.xlsx`);
  assert.equal(workbook.headers.get("content-type"), XLSX);
  const doctor = await createUser(org.id, "doctor");
  const nothing = await download(doctor, `${org.allocationRun}/history.csv`);
  assert.equal((await nothing.text()).includes("Ann"), false);
});
