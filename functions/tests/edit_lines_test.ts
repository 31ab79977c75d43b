// Job lines by hand through HTTP: judged by the rules, saved as one transaction, refused with the cell, taken back.

import assert from "node:assert/strict";
import { createPlannerClient, type JobLine, type ReceptorError } from "../../shared/client/mod.ts";
import { createOrg, createUser, generateLines, holdQueue, sql } from "./fixture.ts";

/** An org with three lines of its planner's. */
async function withLines() {
  const org = await createOrg();
  const planner = createPlannerClient(org.manager.client);
  await generateLines(org, 2, [{ name: "REQUIRED_CATEGORIES", value: ["A"] }]);
  return { org, planner, lines: await planner.lines(org.allocationRun) };
}

/** A position of no category, with one post in each term. */
async function plainPosition(
  org: { id: string; allocationRun: string },
  name = "Plain post",
): Promise<string> {
  const [{ id }] = await sql`
    insert into public.positions (org_id, team, name, specialty)
    select ${org.id}, team, ${name}, 'Medicine' from public.positions where org_id = ${org.id} limit 1
    returning id`;
  await sql`
    insert into public.allocation_run_positions (org_id, allocation_run, position, term, posts)
    select ${org.id}, ${org.allocationRun}, ${id}, t, 1 from generate_series(1, 2) t`;
  return id;
}

const cellsOf = (line: JobLine) => line.rotations.map(({ position }) => position.id);
/** Without what a read brings in another order. */
const rowsOf = async (run: string) =>
  JSON.stringify(
    await sql`
    select l.*, (select json_agg(r order by r.term) from public.rotations r where r.job_line = l.id) as rotations,
      (select json_agg(v order by v.starts_on) from public.job_line_leave v where v.job_line = l.id) as leave,
      (select row_to_json(k) from public.job_line_remarks k where k.job_line = l.id) as remarks
    from public.job_lines l where l.allocation_run = ${run} and l.archived_at is null order by l.id`,
  );
const failure = (
  error: ReceptorError,
) => [error.code, error.errors?.map(({ path, code }) => `${path} ${code}`)];

Deno.test("an edit by hand is judged, saved with its reasons, and taken back byte for byte", async () => {
  const { org, planner, lines } = await withLines();
  await using _ = org;
  const plain = [await plainPosition(org), await plainPosition(org, "Another")];
  const [first] = lines;
  const before = await rowsOf(org.allocationRun);
  // A line of plain posts only covers no category.
  const cells = [1, 2].map((term) => ({
    term,
    position: plain[term - 1],
    before: cellsOf(first)[term - 1],
  }));
  const edit = {
    allocationRun: org.allocationRun,
    lines: [{ jobLine: first.id, cells, name: "By hand", notes: "Note" }],
  };
  assert.deepEqual(await planner.editLines(edit).catch(failure), [
    "RULES_BROKEN",
    ["lines[0] REQUIRED_CATEGORIES"],
  ]);
  assert.equal(await rowsOf(org.allocationRun), before);
  const saved = await planner.editLines({
    ...edit,
    overrides: [{ line: 0, rule: "REQUIRED_CATEGORIES", reason: "Agreed with the college." }],
  });
  assert.deepEqual([saved.cells, saved.jobLines], [2, [first.id]]);
  const now = (await planner.lines(org.allocationRun)).find(({ id }) => id === first.id)!;
  assert.deepEqual(cellsOf(now), plain);
  assert.deepEqual([now.name, now.notes, now.max_n_workers], ["By hand", "Note", 1]);
  assert.deepEqual(
    now.overrides.map(({ rule, reason, by }) => [rule, reason, by]),
    [["REQUIRED_CATEGORIES", "Agreed with the college.", org.manager.id]],
  );
  const after = await rowsOf(org.allocationRun);

  const undone = await planner.undoEdit(saved.history);
  assert.equal(await rowsOf(org.allocationRun), before);
  await planner.undoEdit(undone.history);
  assert.equal(await rowsOf(org.allocationRun), after);
  const history = await planner.history(org.allocationRun);
  assert.deepEqual(
    history.filter(({ reason }) => reason === "edit").map(({ cells, undoes }) => [cells, undoes])
      .reverse(),
    [[2, null], [2, saved.history], [2, undone.history]],
  );
});

Deno.test("rules that go by hospital know where a position is", async () => {
  const { org, planner, lines } = await withLines();
  await using _ = org;
  const elsewhere = await plainPosition(org);
  await sql`
    with site as (insert into public.hospitals (org_id, name) values (${org.id}, 'Elsewhere') returning id),
    team as (
      insert into public.teams (org_id, hospital, name) select ${org.id}, id, 'T' from site returning id)
    update public.positions set team = (select id from team), experience_categories = '{A}' where id = ${elsewhere}`;
  await sql`
    update public.allocation_planner_runs set constraints = '[{"name": "MAX_HOSPITALS", "value": 1}]'
    where allocation_run = ${org.allocationRun}`;
  const cells = [{ term: 1, position: elsewhere }];
  assert.deepEqual(
    await planner.editLines({
      allocationRun: org.allocationRun,
      lines: [{ jobLine: lines[0].id, cells }],
    }).catch(failure),
    ["RULES_BROKEN", ["lines[0].cells[0] MAX_HOSPITALS"]],
  );
});

Deno.test("two managers at once: the second is told which cell, and nothing of theirs is written", async () => {
  const { org, planner, lines } = await withLines();
  await using _ = org;
  const plain = await plainPosition(org);
  const [first, second] = lines;
  const other = createPlannerClient((await createUser(org.id, "manager")).client);
  const cell = { term: 1, position: plain, before: cellsOf(first)[0] };
  await other.editLines({
    allocationRun: org.allocationRun,
    lines: [{ jobLine: first.id, cells: [cell] }],
  });
  const before = await rowsOf(org.allocationRun);
  const late = planner.editLines({
    allocationRun: org.allocationRun,
    lines: [{ jobLine: second.id, notes: "x" }, { jobLine: first.id, cells: [cell] }],
  });
  assert.deepEqual(await late.catch(failure), ["EDIT_CONFLICT", [
    "lines[1].cells[0] CELL_CHANGED",
  ]]);
  assert.equal(await rowsOf(org.allocationRun), before);
  // The other's post is taken: there is one.
  const taken = planner.editLines({
    allocationRun: org.allocationRun,
    lines: [{ jobLine: second.id, cells: [{ term: 1, position: plain }] }],
  });
  assert.deepEqual(await taken.catch(failure), ["NO_FREE_POST", [
    "lines[0].cells[0] NO_FREE_POST",
  ]]);
});

Deno.test("lines are added, copied and archived by hand; viewers and strangers do nothing", async () => {
  const { org, planner, lines } = await withLines();
  await using _ = org;
  await using stranger = await createOrg();
  await sql`update public.allocation_run_positions set posts = 9 where allocation_run = ${org.allocationRun}`;
  const { jobLines } = await planner.editLines({
    allocationRun: org.allocationRun,
    lines: [{ copyOf: lines[0].id, name: "Copy" }, { jobLine: lines[1].id, archive: true }],
  });
  const now = await planner.lines(org.allocationRun);
  assert.deepEqual(now.map(({ id }) => id).sort(), [lines[0].id, jobLines[0]].sort());
  const copy = now.find(({ name }) => name === "Copy")!;
  assert.deepEqual(cellsOf(copy), cellsOf(lines[0]));
  assert.equal(copy.planner_run, lines[0].planner_run);
  const edit = { allocationRun: org.allocationRun, lines: [{ jobLine: copy.id, notes: "x" }] };
  const viewer = createPlannerClient((await createUser(org.id, "viewer")).client);
  assert.deepEqual(await viewer.editLines(edit).catch(failure), ["FORBIDDEN", undefined]);
  const rival = createPlannerClient(stranger.manager.client);
  assert.deepEqual(await rival.editLines(edit).catch(failure), [
    "ALLOCATION_RUN_NOT_FOUND",
    undefined,
  ]);
  const wrong = {
    allocationRun: org.allocationRun,
    lines: [{ jobLine: copy.id, cells: [{ term: 99, position: "x" }] }],
  };
  assert.equal((await planner.editLines(wrong).catch((error) => error)).code, "INVALID_REQUEST");
});

Deno.test("nothing is edited by hand while a planner run is under way", async () => {
  const { org, planner, lines } = await withLines();
  await using _ = org;
  await using __ = await holdQueue(org.id);
  const { plannerRunId } = await planner.generate({
    allocationRun: org.allocationRun,
    nJobLines: 2,
  });
  const edit = { allocationRun: org.allocationRun, lines: [{ jobLine: lines[0].id, notes: "x" }] };
  assert.deepEqual(await planner.editLines(edit).catch(failure), ["LINES_HELD", undefined]);
  await planner.cancel(plannerRunId);
  assert.equal((await planner.editLines(edit)).cells, 0);
});

Deno.test("what is wrong with an edit is told at its place, and not called somebody else's change", async () => {
  const { org, planner, lines: [first, second] } = await withLines();
  await using _ = org;
  const edit = (line: Record<string, unknown>, more: Record<string, unknown> = {}) =>
    planner.editLines(
      {
        allocationRun: org.allocationRun,
        lines: [{ jobLine: first.id, ...line }],
        ...more,
      } as never,
    ).then(() => "saved", failure);
  const [position] = cellsOf(first);
  const leave = (starts_on: string, weeks = 2) => ({ starts_on, weeks });
  const before = await rowsOf(org.allocationRun);
  const cases: [Record<string, unknown>, string, string][] = [
    [
      { cells: [{ term: 1, position }, { term: 1, position }] },
      "INVALID_EDIT",
      "lines[0].cells[1].term TERM_TWICE",
    ],
    [{ cells: [{ term: 3, position }] }, "INVALID_EDIT", "lines[0].cells[0].term NO_TERM"],
    [{ copyOf: second.id }, "INVALID_EDIT", "lines[0].copy_of NO_COPY"],
    [{ leave: [leave("2027-03-03")] }, "INVALID_EDIT", "lines[0].leave[0].starts_on NOT_A_MONDAY"],
    [{ leave: [leave("2026-12-28")] }, "LEAVE_OUTSIDE", "lines[0].leave[0] LEAVE_OUTSIDE"],
    [{ leave: [leave("2028-01-03")] }, "LEAVE_OUTSIDE", "lines[0].leave[0] LEAVE_OUTSIDE"],
  ];
  for (const [line, code, fault] of cases) assert.deepEqual(await edit(line), [code, [fault]]);
  assert.deepEqual(await edit({ leave: [leave("2027-03-01"), leave("2027-03-01", 3)] }), [
    "LEAVE_OVERLAPS",
    ["lines[0].leave[0] LEAVE_OVERLAPS", "lines[0].leave[1] LEAVE_OVERLAPS"],
  ]);
  const nowhere = { overrides: [{ line: 7, rule: "ANNUAL_LEAVE", reason: "r" }] };
  assert.deepEqual(await edit({ notes: "x" }, nowhere), ["INVALID_EDIT", [
    "overrides[0].line NO_LINE",
  ]]);
  assert.equal(await rowsOf(org.allocationRun), before);
  // A line of part of the year: nothing is worked, and no leave taken, after its end.
  const { error } = await org.manager.client.rpc("set_job_line_terms", {
    p_job_line: first.id,
    p_first_term: null,
    p_last_term: 1,
  });
  assert.equal(error, null);
  assert.deepEqual(await edit({ cells: [{ term: 2, position }] }), ["INVALID_EDIT", [
    "lines[0].cells[0].term TERM_NOT_WORKED",
  ]]);
  assert.deepEqual(await edit({ leave: [leave("2027-09-06")] }), ["LEAVE_OUTSIDE", [
    "lines[0].leave[0] LEAVE_OUTSIDE",
  ]]);
  await sql`update public.allocation_run_positions set posts = 9 where allocation_run = ${org.allocationRun}`;
  // Its copy is worked as long, and asks for no reason why the rest is empty.
  const { jobLines: [copy], overridden } = await planner.editLines({
    allocationRun: org.allocationRun,
    lines: [{ copyOf: first.id, name: "Copy" }],
  });
  const [row] = await sql`select first_term, last_term, (
    select count(*)::int from public.rotations where job_line = l.id) as rotations
    from public.job_lines l where id = ${copy}`;
  assert.deepEqual([row.first_term, row.last_term, row.rotations, overridden], [null, 1, 1, []]);
});

Deno.test("names are swapped and handed on in one save, and taken back", async () => {
  const { org, planner, lines: [first, second] } = await withLines();
  await using _ = org;
  const before = await rowsOf(org.allocationRun);
  const rename = (names: [string, string][]) =>
    planner.editLines({
      allocationRun: org.allocationRun,
      lines: names.map(([jobLine, name]) => ({ jobLine, name })),
    });
  const swapped = await rename([[first.id, second.name], [second.id, first.name]]);
  const nameOf = async (id: string) =>
    (await planner.lines(org.allocationRun)).find((line) => line.id === id)!.name;
  assert.deepEqual([await nameOf(first.id), await nameOf(second.id)], [second.name, first.name]);
  await planner.undoEdit(swapped.history);
  assert.equal(await rowsOf(org.allocationRun), before);
  for (const order of [[first, second], [second, first]]) {
    const [a, b] = order;
    const { history } = await rename([[a.id, b.name], [b.id, "Another"]]);
    await planner.undoEdit(history);
    assert.equal(await rowsOf(org.allocationRun), before);
  }
  // Who keeps a name keeps it.
  assert.deepEqual(await rename([[first.id, second.name]]).catch(failure), ["NAME_TAKEN", [
    "lines[0].name NAME_TAKEN",
  ]]);
});
