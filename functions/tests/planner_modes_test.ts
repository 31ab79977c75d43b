// planner-orchestration through HTTP: fill, replan and dry runs beside the lines that are there.

import assert from "node:assert/strict";
import { call, createOrg, createUser, ended, sql, type TestOrg } from "./fixture.ts";

const FN = "planner-orchestration";

/** Asks for lines and waits for the end of the run. */
async function generate(org: TestOrg, lines: number, options: Record<string, unknown> = {}) {
  const body = { allocation_run: org.allocationRun, n_job_lines: lines, options };
  const response = await call(FN, org.manager, { body });
  assert.equal(response.status, 202);
  return await ended((await response.json()).planner_run_id);
}

interface LineRow {
  id: string;
  name: string;
  planner_run: string;
  positions: string[];
}

/** The lines that are there, by name. */
async function linesOf(org: TestOrg): Promise<LineRow[]> {
  return [
    ...await sql<LineRow[]>`
    select l.id, l.name, l.planner_run, array_agg(r.position::text order by r.term) as positions
    from public.job_lines l join public.rotations r on r.job_line = l.id
    where l.allocation_run = ${org.allocationRun} and l.archived_at is null
    group by l.id order by l.name`,
  ];
}

async function snapshots(run: string): Promise<number> {
  const [{ count }] = await sql`
    select count(*)::int from public.job_lines_history where planner_run = ${run}`;
  return count;
}

/** Takes away a post that the lines stand on in term 2, so that one of them has to move. */
async function losePost(org: TestOrg, lines: LineRow[]): Promise<string> {
  const position = lines[0].positions[1];
  const used = lines.filter((line) => line.positions[1] === position).length;
  await sql`
    update public.allocation_run_positions set posts = ${used - 1}
    where allocation_run = ${org.allocationRun} and position = ${position} and term = 2`;
  return position;
}

function changesBetween(before: LineRow[], after: LineRow[]): number {
  return before.flatMap((line) => {
    const now = after.find(({ id }) => id === line.id)!;
    return line.positions.filter((position, t) => position !== now.positions[t]);
  }).length;
}

Deno.test("a fill keeps every line and adds the missing ones", async () => {
  await using org = await createOrg();
  await generate(org, 2);
  const before = await linesOf(org);
  const run = await generate(org, 5, { mode: "fill" });
  assert.equal(run.status, "COMPLETED", run.error_message);
  const after = await linesOf(org);
  assert.deepEqual(after.slice(0, 2), before);
  assert.equal(after.length, 5);
  assert.ok(after.slice(2).every((line) => line.planner_run === run.id));
  assert.equal(await snapshots(run.id), 0);
  const { lines, mode } = run.result_metadata;
  assert.deepEqual([mode, lines.wanted, lines.kept, lines.built], ["fill", 5, 2, 3]);

  const full = await generate(org, 5, { mode: "fill" });
  assert.deepEqual([full.status, full.error_code], ["FAILED", "NOTHING_TO_BUILD"]);
  const tooMany = await generate(org, 7, { mode: "fill" });
  assert.equal(tooMany.status, "INFEASIBLE");
  assert.deepEqual(await linesOf(org), after);
});

Deno.test("a replan after a lost post changes as few rotations as possible", async () => {
  await using org = await createOrg();
  await generate(org, 4);
  const before = await linesOf(org);
  await losePost(org, before);
  const run = await generate(org, 4, { mode: "replan" });
  assert.equal(run.status, "COMPLETED", run.error_message);
  const after = await linesOf(org);
  assert.deepEqual(after.map(({ id, name }) => [id, name]), before.map((l) => [l.id, l.name]));
  const { changes } = run.result_metadata;
  assert.equal(changes.proven, true);
  assert.equal(changes.rotations, changesBetween(before, after));
  assert.ok(changes.rotations >= 1 && changes.rotations <= 2, `${changes.rotations} changes`);
  assert.equal(await snapshots(run.id), 1);
  const untouched = after.filter((line) => line.planner_run !== run.id).length;
  assert.equal(untouched, 4 - changes.lines_changed);

  const again = await generate(org, 4, { mode: "replan" });
  assert.equal(again.result_metadata.changes.rotations, 0);
  assert.deepEqual(await linesOf(org), after);
  assert.equal(await snapshots(again.id), 0);
});

Deno.test("a replan leaves locked lines alone, and removes and adds lines", async () => {
  await using org = await createOrg();
  await generate(org, 4);
  const before = await linesOf(org);
  await sql`update public.job_lines set is_locked = true where id = ${before[3].id}`;
  const fewer = await generate(org, 2, { mode: "replan" });
  assert.equal(fewer.result_metadata.changes.lines_removed, 2);
  const kept = await linesOf(org);
  assert.equal(kept.length, 2);
  assert.deepEqual(kept.at(-1), before[3]);
  assert.equal(changesBetween(kept, before), 0);

  const more = await generate(org, 5, { mode: "replan" });
  assert.equal(more.status, "COMPLETED", more.error_message);
  const { changes } = more.result_metadata;
  assert.deepEqual([changes.lines_added, changes.rotations], [3, 0]);
  const after = await linesOf(org);
  assert.equal(after.length, 5);
  assert.equal(changesBetween(kept, after), 0);
});

Deno.test("a replan from a day on leaves what lies before, and goes on with who leaves and who comes", async () => {
  await using org = await createOrg();
  await generate(org, 4);
  const before = await linesOf(org);
  // Posts are lost in both terms; only what comes can change.
  await losePost(org, before);
  await sql`
    update public.allocation_run_positions set posts = 0
    where allocation_run = ${org.allocationRun} and position = ${
    before[0].positions[0]
  } and term = 1`;
  const run = await generate(org, 4, { mode: "replan", from: "2027-07-12" });
  assert.equal(run.status, "COMPLETED", run.error_message);
  const after = await linesOf(org);
  assert.deepEqual(after.map((line) => line.positions[0]), before.map((line) => line.positions[0]));
  const { changes, frozen_terms } = run.result_metadata;
  assert.deepEqual([frozen_terms, changes.proven], [1, true]);
  assert.equal(changes.rotations, changesBetween(before, after));

  // Somebody leaves after the first term, and somebody else begins with the second.
  const { data: left, error } = await org.manager.client.rpc("set_job_line_terms", {
    p_job_line: after[0].id,
    p_first_term: null,
    p_last_term: 1,
  });
  assert.equal(error, null);
  assert.equal(left.rotations, 1);
  const more = await generate(org, 5, { mode: "replan", from: "2027-07-12" });
  assert.equal(more.status, "COMPLETED", more.error_message);
  const now = await linesOf(org);
  assert.deepEqual(now.map(({ positions }) => positions.length), [1, 2, 2, 2, 1]);
  assert.equal(changesBetween(after.slice(1), now), 0);

  const rebuild = await call(FN, org.manager, {
    body: { allocation_run: org.allocationRun, n_job_lines: 4, options: { from: "2027-07-12" } },
  });
  assert.equal(rebuild.status, 400);
  assert.equal((await rebuild.json()).errors[0].path, "options.from");
});

Deno.test("a dry run reports and writes no line", async () => {
  await using org = await createOrg();
  await generate(org, 4);
  const before = await linesOf(org);
  const lost = await losePost(org, before);
  const run = await generate(org, 4, { mode: "replan", dry_run: true });
  assert.equal(run.status, "COMPLETED", run.error_message);
  assert.equal(run.result_metadata.dry_run, true);
  assert.deepEqual(await linesOf(org), before);
  assert.equal(await snapshots(run.id), 0);

  const viewer = await createUser(org.id, "viewer");
  const { data } = await viewer.client.from("planner_run_previews").select("lines")
    .eq("planner_run", run.id).single();
  const lines = data!.lines as {
    id: string;
    change: string;
    positions: string[];
    before: string[];
  }[];
  assert.equal(lines.length, 4);
  const changed = lines.filter((line) => line.change === "changed");
  assert.equal(changed.length, run.result_metadata.changes.lines_changed);
  for (const line of changed) {
    assert.deepEqual(line.before, before.find(({ id }) => id === line.id)!.positions);
    assert.notDeepEqual(line.positions, line.before);
  }
  assert.ok(changed.some((line) => line.before[1] === lost));

  // What was previewed is what the same request then writes.
  await generate(org, 4, { mode: "replan" });
  const after = await linesOf(org);
  assert.deepEqual(
    lines.map((line) => [line.id, line.positions]).sort(),
    after.map((line) => [line.id, line.positions]).sort(),
  );
});

Deno.test("a dry replan recommends another cell for one line, and keeps the lines that it is told to keep", async () => {
  await using org = await createOrg();
  await generate(org, 3);
  const before = await linesOf(org), [line, other] = before;
  const recommend = {
    job_line: line.id,
    avoid: [{ term: 1, position: line.positions[0] }],
    keep: [other.id],
  };
  const run = await generate(org, 3, { mode: "replan", dry_run: true, recommend });
  assert.equal(run.status, "COMPLETED", run.error_message);
  assert.deepEqual(await linesOf(org), before);
  const { data } = await org.manager.client.from("planner_run_previews").select("lines")
    .eq("planner_run", run.id).single();
  const lines = data!.lines as { id: string; change: string; positions: string[] }[];
  const own = lines.find(({ id }) => id === line.id)!;
  assert.equal(own.change, "changed");
  assert.notEqual(own.positions[0], line.positions[0]);
  assert.ok(!lines.some(({ id }) => id === other.id), "kept lines are no part of it");

  const gone = { ...recommend, job_line: other.id };
  const refused = await generate(org, 3, { mode: "replan", dry_run: true, recommend: gone });
  assert.deepEqual([refused.status, refused.error_code], ["FAILED", "NOTHING_TO_BUILD"]);
});

Deno.test("a dry run of a rebuild previews new lines; other orgs see nothing of it", async () => {
  await using org = await createOrg();
  await using other = await createOrg();
  const run = await generate(org, 3, { dry_run: true });
  assert.deepEqual([run.status, await linesOf(org)], ["COMPLETED", []]);
  const own = await org.manager.client.from("planner_run_previews").select("lines");
  assert.equal(own.data![0].lines.length, 3);
  assert.ok(own.data![0].lines.every((line: { change: string }) => line.change === "added"));
  const theirs = await other.manager.client.from("planner_run_previews").select("lines");
  assert.deepEqual(theirs.data, []);
});

Deno.test("a rebuild that was shown is written as it was shown, whatever today's lines are, or not at all", async () => {
  await using org = await createOrg();
  await generate(org, 3);
  const shown = await generate(org, 3, { dry_run: true, seed: 7 });
  const preview = await org.manager.client.from("planner_run_previews").select("lines")
    .eq("planner_run", shown.id).single();
  const contents = (lines: { positions: (string | null)[] }[]) =>
    lines.map(({ positions }) => positions.join()).sort();
  const run = await generate(org, 3, { seed: 7, as_previewed: shown.id });
  assert.equal(run.status, "COMPLETED", run.error_message);
  assert.deepEqual(
    contents(await linesOf(org)),
    contents(
      preview.data!.lines.filter(({ change }: { change: string }) => change !== "removed"),
    ),
  );
  // A post that the lines were built on is gone: other lines are not what was chosen.
  const before = await linesOf(org);
  await sql`
    update public.allocation_run_positions set posts = 0, minimum_fill = 0
    where allocation_run = ${org.allocationRun} and position = ${
    before[0].positions[1]
  } and term = 2`;
  const again = await generate(org, 3, { seed: 7, as_previewed: shown.id });
  assert.deepEqual([again.status, again.error_code], ["FAILED", "ALLOCATION_RUN_CHANGED"]);
  assert.deepEqual(await linesOf(org), before);
});

Deno.test("POST refuses modes and options that there are not", async () => {
  await using org = await createOrg();
  const cases: [Record<string, unknown>, string][] = [
    [{ mode: "patch" }, "options.mode"],
    [{ dry_run: "yes" }, "options.dry_run"],
    [{ dryrun: true }, "options.dryrun"],
    [{ mode: "replan", recommend: { job_line: org.id } }, "options.recommend"],
  ];
  for (const [options, path] of cases) {
    const body = { allocation_run: org.allocationRun, n_job_lines: 2, options };
    const response = await call(FN, org.manager, { body });
    assert.equal(response.status, 400);
    const { errors } = await response.json();
    assert.deepEqual(errors.map((error: { path: string }) => error.path), [path]);
  }
});

Deno.test("posts lost, a line that ends and who leaves come with the replan that was shown, in one transaction", async () => {
  await using org = await createOrg();
  await generate(org, 4);
  const before = await linesOf(org);
  const position = before[0].positions[1];
  const used = before.filter((line) => line.positions[1] === position).length;
  const changes = {
    posts: [{ position, term: 2, posts: used - 1 }],
    lines: [{ job_line: before[3].id, last_term: 1 }],
    reason: "The unit closes a bed bay",
  };
  const options = { mode: "replan", from: "2027-07-12", changes };
  const shown = await generate(org, 4, { ...options, dry_run: true });
  assert.equal(shown.status, "COMPLETED", shown.error_message);
  assert.deepEqual(await linesOf(org), before);

  const run = await generate(org, 4, { ...options, as_previewed: shown.id });
  assert.equal(run.status, "COMPLETED", run.error_message);
  const after = await linesOf(org);
  assert.deepEqual(after.map((line) => line.positions.length), [2, 2, 2, 1]);
  const held = after.filter((line) => line.positions[1] === position).length;
  assert.ok(held <= used - 1, `${held} lines hold ${used - 1} posts`);
  assert.deepEqual(after.map((line) => line.positions[0]), before.map((line) => line.positions[0]));
  const [{ posts }] = await sql`
    select posts from public.allocation_run_positions
    where allocation_run = ${org.allocationRun} and position = ${position} and term = 2`;
  assert.equal(posts, used - 1);
  assert.equal(await snapshots(run.id), 1);

  // The past takes no changes, and without a day there is none.
  const refused = async (more: Record<string, unknown>) => {
    const body = { allocation_run: org.allocationRun, n_job_lines: 4, options: more };
    const response = await call(FN, org.manager, { body });
    const { errors } = await response.json();
    return [response.status, errors[0].path];
  };
  const past = { ...changes, posts: [{ position, term: 1, posts: 0 }] };
  assert.deepEqual(await refused({ ...options, changes: past }), [
    400,
    "options.changes.posts[0].term",
  ]);
  assert.deepEqual(await refused({ mode: "replan", changes }), [400, "options.changes"]);
});
