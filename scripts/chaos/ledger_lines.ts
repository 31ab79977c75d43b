// What is done to the lines of an allocation run: planned in every mode, restored, archived, pinned, edited by hand, moved to other
// terms, copied to the next year, imported and deleted.

import assert from "node:assert/strict";
import { MOST_LINES } from "../health_services.ts";
import { note } from "./ledger.ts";
import { asManager, came, linesOf, termsOf, thereNow, work, type World } from "./ledger_world.ts";

/** People enter a few things. */
export async function enter(world: World): Promise<void> {
  for (let n = world.draw.below(5); n >= 0; n--) await enterOne(world);
}

/** A person enters something onto a line that is there. */
async function enterOne(world: World): Promise<void> {
  const { admin, draw, org, allocationRun } = world;
  const lines = await linesOf(world);
  if (lines.length === 0) return;
  const line = draw.of(lines), doctor = draw.of(world.doctors);
  const value = 1 + draw.below(9);
  switch (draw.below(7)) {
    case 0:
      await asManager(
        world,
        (tx) => tx`update public.job_lines set max_n_workers = ${value} where id = ${line}`,
      );
      return await note(admin, "places", line, null, value);
    case 1:
      await asManager(
        world,
        (tx) => tx`update public.job_lines set must_have_workers = true where id = ${line}`,
      );
      return await note(admin, "must_have", line, null, 1);
    case 2: {
      const { refused } = await asManager(
        world,
        (tx) =>
          tx`insert into public.job_line_eligibility (org_id, allocation_run, job_line, excluded_worker_mapping_ids)
          values (${org}, ${allocationRun}, ${line}, array[${doctor}::uuid])`,
      );
      return refused ? undefined : await note(admin, "eligibility", line, doctor, 1);
    }
    case 3: {
      const id = crypto.randomUUID();
      await asManager(
        world,
        (tx) =>
          tx`insert into public.allocation_run_preferencer_weightings (id, org_id, allocation_run, job_line, weighting)
          values (${id}, ${org}, ${allocationRun}, ${line}, ${value})`,
      );
      return await note(admin, "weighting", line, id, value);
    }
    case 4: {
      const preferencer = draw.of(world.preferencers);
      const { refused } = await asManager(
        world,
        (tx) =>
          tx`insert into public.preferencer_job_lines values (${org}, ${allocationRun}, ${preferencer}, ${line})`,
      );
      return refused ? undefined : await note(admin, "preferencer", line, preferencer, 1);
    }
    default: {
      const { refused } = await asManager(
        world,
        (tx) =>
          tx`insert into public.preference_worker_job_lines (org_id, allocation_run, worker_mapping, job_line, order_preference)
          values (${org}, ${allocationRun}, ${doctor}, ${line}, ${value})
          on conflict (worker_mapping, job_line) do update set order_preference = excluded.order_preference`,
      );
      if (refused) return assert.equal(refused, "RC400"); // it leaves a gap
      return await note(admin, "rank", line, doctor, value);
    }
  }
}

/** Asks the planner for lines, mostly with a yes to what would be lost. @param mode drawn where it is not told */
export async function plan(world: World, mode?: string): Promise<void> {
  const { admin, draw, allocationRun } = world;
  const options: Record<string, unknown> = {
    mode: mode ?? draw.of(["rebuild", "rebuild", "fill", "replan"]),
    seed: draw.below(3),
    allow_partial: true,
    dry_run: draw.chance(0.1),
  };
  const fromADay = options.mode === "replan" && (mode || draw.chance(0.6))
    ? await changesOf(world)
    : {};
  Object.assign(options, fromADay);
  const yes = draw.chance(0.7);
  const before = await thereNow(world);
  const { row, refused } = await asManager(
    world,
    (tx) =>
      tx`select public.request_planner_run(${
        tx.json({
          allocation_run: allocationRun,
          n_job_lines: 1 + draw.below(MOST_LINES),
          constraints: ["UNRESTRICTED"],
          options,
          accept_losses: yes,
        } as never)
      }, '{}') as answer`,
  );
  // A change that makes no sense by now: the post is gone, the day is past the terms that there are.
  if (refused && "from" in fromADay) return assert.equal(refused, "RC400");
  assert.equal(refused, undefined);
  const { outcome, run } = row!.answer;
  if (outcome === "would_lose") {
    assert.equal(yes, false, "who said yes is not asked again");
    assert.deepEqual(await thereNow(world), before);
    return;
  }
  assert.equal(outcome, "created");
  const isLate = draw.chance(0.3);
  if (isLate) await enterOne(world);
  if (draw.chance(0.3)) await admin`insert into ledger.crashes values (${draw.of([1, 2])})`;
  const entered = await thereNow(world);
  const status = await work(world, run.id, "allocation_planner_runs");
  if (status === "COMPLETED" && "from" in fromADay && !options.dry_run) came.fromADay++;
  if (status !== "COMPLETED" || options.dry_run || options.mode === "fill") {
    // Whatever does not replace lines leaves all that hangs on them where it was.
    const now = new Set(await thereNow(world));
    assert.deepEqual(entered.filter((entry) => !now.has(entry)), [], `${options.mode} ${status}`);
  }
}

/** What changes from the beginning of the second term on: a post is lost or added, and somebody may leave. */
async function changesOf({ admin, draw, allocationRun, doctors }: World) {
  const [term] = await admin`
    select t.starts_on::text as day from public.allocation_runs ar cross join private.terms(ar.starts_on, ar.term_weeks) t
    where ar.id = ${allocationRun} and t.term = 2`;
  const [post] = await admin`
    select position, term, posts from public.allocation_run_positions
    where allocation_run = ${allocationRun} and term = 2 order by md5(position::text || ${
    draw.below(99)
  }::text) limit 1`;
  if (!term || !post) return {};
  const posts = Math.max(0, post.posts + draw.of([-1, 1]));
  return {
    from: term.day as string,
    changes: {
      posts: [{ position: post.position, term: post.term, posts }],
      ...draw.chance(0.3) && { leavers: [{ worker_mapping: draw.of(doctors) }] },
      reason: "drawn",
    },
  };
}

/** Restores one of the snapshots that runs and edits left. */
export async function restore(world: World): Promise<void> {
  const { admin, draw, allocationRun } = world;
  const snapshots = await admin`
    select id from public.job_lines_history where allocation_run = ${allocationRun} order by replaced_at, id`;
  if (snapshots.length === 0) return;
  const { id } = draw.of(snapshots);
  const { refused } = await asManager(world, (tx) => tx`select public.restore_job_lines(${id})`);
  assert.match(refused ?? "RC409", /^RC409$/);
}

/** Archives some of the lines. */
export async function archive(world: World): Promise<void> {
  const lines = await linesOf(world);
  if (lines.length === 0) return;
  const some = lines.filter(() => world.draw.chance(0.4));
  const { refused } = await asManager(
    world,
    (tx) => tx`select public.archive_job_lines(${world.allocationRun}, ${some})`,
  );
  assert.equal(refused, undefined);
}

/** Takes an archived line back. */
export async function unarchive(world: World): Promise<void> {
  const lines = await linesOf(world, true);
  if (lines.length === 0) return;
  const { refused } = await asManager(
    world,
    (tx) =>
      tx`select public.unarchive_job_lines(${world.allocationRun}, ${[world.draw.of(lines)]})`,
  );
  assert.match(refused ?? "RC409", /^RC409$/);
}

/** Gives the year other terms, or other dates. */
export async function changeTerms(world: World): Promise<void> {
  const { weeks, starts } = world.draw.of(termsOf(world));
  const { refused } = await asManager(
    world,
    (tx) =>
      tx`update public.allocation_runs set term_weeks = ${weeks}::int[], starts_on = ${starts}
      where id = ${world.allocationRun}`,
  );
  assert.match(refused ?? "RC409", /^RC409$/);
}

/** Pins or unpins some lines. */
export async function pin(world: World): Promise<void> {
  await asManager(
    world,
    (tx) =>
      tx`update public.job_lines set is_locked = ${world.draw.chance(0.5)} where id in (
      select id from public.job_lines where allocation_run = ${world.allocationRun}
      order by md5(id::text || ${world.draw.below(99)}::text) limit 2)`,
  );
}

/** One doctor more, with a wish; now and then in place of all that was wished, which then is in a snapshot. */
export async function populate(world: World): Promise<void> {
  const email = `new-${world.populated++}@ledger.example`;
  const lines = await linesOf(world);
  const [named] = lines.length > 0
    ? await world.admin`select name from public.job_lines where id = ${world.draw.of(lines)}`
    : [];
  const { refused } = await asManager(
    world,
    (tx) =>
      tx`select public.populate_allocation_run(${
        tx.json({
          allocation_run: world.allocationRun,
          workers: [{ email, name: "Dr New" }],
          replace: world.draw.chance(0.3),
          ...named && { preferences: [{ worker: email, ranks: [[named.name, 1]] }] },
        })
      })`,
  );
  assert.equal(refused, undefined);
}

/** A manager notes something on a line, by an edit by hand. */
export async function remark(world: World): Promise<void> {
  const { admin, draw, allocationRun } = world;
  const lines = await linesOf(world);
  if (lines.length === 0) return;
  const line = draw.of(lines), notes = `Remark ${draw.below(99)}`;
  const edit = { lines: [{ id: line, expected: {}, state: { notes } }] };
  const { refused } = await asManager(
    world,
    (tx) => tx`select public.edit_job_lines(${allocationRun}, ${tx.json(edit)}, 'drawn')`,
  );
  if (refused) return assert.match(refused, /^RC4/);
  const [{ value }] = await admin`select hashtext(${notes}) as value`;
  await note(admin, "remark", line, null, value);
  came.remark++;
}

/** Deletions past the functions, as any client could try them. */
export async function deleteAll(world: World): Promise<void> {
  for (const table of ["job_lines", "rotations", "job_line_leave", "job_lines_history"]) {
    const { refused } = await asManager(world, (tx) => tx`delete from ${tx(`public.${table}`)}`);
    assert.equal(refused, "42501", table);
  }
  for (const table of ["allocation_runs", "allocation_plans"]) {
    const { refused } = await asManager(world, (tx) => tx`delete from ${tx(`public.${table}`)}`);
    assert.equal(refused, "RC409", table);
  }
}

/** Deletions of one row of what lines, wishes and matches refer to. */
export async function deleteOne(world: World): Promise<void> {
  const { admin, draw, org } = world;
  const table = draw.of([
    "workers",
    "allocation_run_worker_mappings",
    "preferencers",
    "positions",
    "teams",
    "hospitals",
  ]);
  const rows = await admin`select id from ${
    admin(`public.${table}`)
  } where org_id = ${org} order by id`;
  if (rows.length === 0) return;
  const { id } = draw.of(rows);
  const { refused } = await asManager(
    world,
    (tx) => tx`delete from ${tx(`public.${table}`)} where id = ${id}`,
  );
  assert.ok(refused === undefined || refused === "RC409", `${table}: ${refused}`);
  if (refused) return;
  // Nothing hung on it; nobody ranks with it any more.
  world.doctors = world.doctors.filter((each) => each !== id);
  world.preferencers = world.preferencers.filter((each) => each !== id);
}

/** A table of positions comes in: flags and posts of some changed, one new, now and then in place of the others. */
export async function importPositions(world: World): Promise<void> {
  const { admin, draw, org, allocationRun } = world;
  const positions = await admin`
    select p.id, h.name as hospital, t.name as team, p.name, p.specialty, p.is_rural
    from public.positions p join public.teams t on t.id = p.team join public.hospitals h on h.id = t.hospital
    where p.org_id = ${org} order by p.name, p.id`;
  const posts = () => [0, 1, 2].map(() => 1 + draw.below(3));
  const rows = positions.filter(() => draw.chance(0.6)).map((position) => ({
    ...position,
    is_rural: draw.chance(0.3) !== position.is_rural,
    posts: posts(),
  }));
  const isNew = positions.length < 6 && draw.chance(0.5);
  if (isNew) {
    const name = `Ward ${draw.below(99)}`;
    rows.push(
      { hospital: "New", team: "New", name, specialty: "Medicine", posts: posts() } as never,
    );
  }
  const before = await thereNow(world);
  const { row, refused } = await asManager(
    world,
    (tx) =>
      tx`select public.import_positions(${allocationRun}, ${tx.json(rows as never)}, ${
        draw.chance(0.2)
      }, false) as answer`,
  );
  assert.equal(refused, undefined);
  // The new one may have the name of one that is there.
  const { outcome } = row!.answer;
  assert.ok(outcome === "imported" || isNew && outcome === "refused", outcome);
  assert.deepEqual(await thereNow(world), before, "an import takes nothing off the lines");
}

/** Cells of a line by hand, which may be taken back; what hangs on the line stays where it is. */
export async function edit(world: World): Promise<void> {
  const { admin, draw, org, allocationRun } = world;
  const lines = await linesOf(world);
  if (lines.length === 0) return;
  const line = draw.of(lines);
  const rotations = await admin`
    select term, position from public.rotations where job_line = ${line} order by term`;
  const positions = await admin`select id from public.positions where org_id = ${org} order by id`;
  const changed = rotations.map(({ term, position }) => ({
    term,
    position: draw.chance(0.5) ? draw.of(positions).id : position,
  }));
  const before = await thereNow(world);
  const state = { rotations: changed, name: `Line by hand ${draw.below(999)}` };
  const document = { lines: [{ id: line, expected: {}, state }], accept_losses: true };
  const { row, refused } = await asManager(
    world,
    (tx) =>
      tx`select public.edit_job_lines(${allocationRun}, ${tx.json(document)}, 'drawn') as saved`,
  );
  // No post is free, the line is pinned, or a result stands on it.
  if (refused) return assert.match(refused, /^RC4/);
  assert.deepEqual(await thereNow(world), before, "an edit takes nothing off the lines");
  came.edit++;
  const { history } = row!.saved;
  if (history === null || draw.chance(0.5)) return;
  const undone = await asManager(
    world,
    (tx) => tx`select public.undo_job_lines_edit(${history}, true, 'drawn')`,
  );
  assert.deepEqual(await thereNow(world), before, "nor does taking it back");
  // The post that it was may be gone since: an import may have taken it away while somebody still stood on it.
  if (undone.refused) return assert.equal(undone.refused, "RC4ED");
  came.undo++;
}

/** A line is worked in some of the terms only. */
export async function shorten(world: World): Promise<void> {
  const lines = await linesOf(world);
  if (lines.length === 0) return;
  const before = await thereNow(world);
  const [first, last] = world.draw.of([[null, 1], [2, null], [null, null]]);
  const { refused } = await asManager(
    world,
    (tx) =>
      tx`select public.set_job_line_terms(${world.draw.of(lines)}, ${first}, ${last}, 'drawn')`,
  );
  if (refused) return assert.match(refused, /^RC4/);
  assert.deepEqual(await thereNow(world), before, "a shorter line keeps what hangs on it");
  came.terms++;
}

/** The allocation run is copied to the next year, which takes nothing away from this one. */
export async function copyYear(world: World): Promise<void> {
  const { admin, draw, allocationRun } = world;
  const before = await thereNow(world), lines = await linesOf(world);
  const document = {
    name: crypto.randomUUID(),
    lines: draw.chance(0.8),
    doctors: draw.chance(0.8),
    preferencers: draw.chance(0.8),
  };
  const { row, refused } = await asManager(
    world,
    (tx) => tx`select public.copy_allocation_run(${allocationRun}, ${tx.json(document)}) as copy`,
  );
  assert.equal(refused, undefined);
  assert.deepEqual(await thereNow(world), before);
  const { allocation_run, lines: copied, left_out } = row!.copy;
  if (document.lines) {
    assert.equal(copied + left_out, lines.length, "each line is there, or counted");
  }
  const [{ ranks }] = await admin`
    select count(*)::int as ranks from public.preference_worker_job_lines where allocation_run = ${allocation_run}`;
  assert.equal(ranks, 0, "nobody wished anything of next year");
  came.copy++;
}
