// What doctors, departments and managers do around the lines: wishes in a window, matches, results in versions, swaps, leavers, and
// who is erased.

import assert from "node:assert/strict";
import { giveUp, note, noteOwn, type Own } from "./ledger.ts";
import { asManager, asUser, came, linesOf, thereNow, work, type World } from "./ledger_world.ts";

/** Matches doctors to the lines, and notes who was given what. */
export async function match(world: World): Promise<void> {
  const { row } = await asManager(
    world,
    (tx) =>
      tx`select public.request_allocator_run(${
        tx.json({ allocation_run: world.allocationRun })
      }, '{}') as answer`,
  );
  const { run } = row!.answer;
  if (await work(world, run.id, "allocator_py_runs") !== "COMPLETED") return;
  await world.admin`
    insert into ledger.entered
    select distinct 'allocation', job_line, worker_mapping, 1 from public.allocator_py_allocations where run = ${run.id}`;
  await noteOwn(
    world.admin,
    await world.admin<Own[]>`
      select kind, who, about, value::float8 from ledger.own_there where kind = 'run' and who = ${run.id}`,
  );
}

/** A wish for a line, as it is sent. */
interface LineWish {
  job_line: string;
  order_preference: number;
  like_dislike_preference: number;
  notes: string;
}

/** Notes ranks and buckets of lines. @returns what is the doctor's own of them */
async function noteLines(
  admin: World["admin"],
  doctor: string,
  wishes: readonly LineWish[],
): Promise<Own[]> {
  const own: Own[] = [];
  for (const { job_line, order_preference, like_dislike_preference, notes } of wishes) {
    await note(admin, "rank", job_line, doctor, order_preference);
    await note(admin, "bucket", job_line, doctor, like_dislike_preference);
    const [{ value }] = await admin`select hashtext(${notes}) as value`;
    own.push({ kind: "note", who: doctor, about: job_line, value });
  }
  return own;
}

/** What the doctor with an account wishes, saved and submitted, and noted where it was taken. @param lines in their order */
async function sayWishes(
  { admin, draw, org }: World,
  { doctor, user }: World["accounts"][number],
  lines: string[],
): Promise<void> {
  const positions = await admin`
    select p.id, p.specialty from public.positions p where p.org_id = ${org} order by p.id limit 2`;
  const at = { changed_at: new Date().toISOString() };
  const wishes = lines.map((line, n) => ({
    job_line: line,
    order_preference: n + 1,
    like_dislike_preference: draw.below(2) + 1,
    notes: `Note ${draw.below(99)}`,
    ...at,
  }));
  const bucket = draw.below(5) - 2, sentiment = draw.below(5) - 2, active = draw.chance(0.5);
  const saved = await asUser(
    admin,
    user,
    (tx) =>
      tx`select public.save_wishes(${doctor}, ${
        tx.json({
          lines: wishes,
          rotations: positions.map(({ id }) => ({
            position: id,
            like_dislike_preference: bucket,
            ...at,
          })),
          specialties: [{ specialty: "Medicine", sentiment, ...at }],
          screening: [{ kind: "rural", active, ...at }],
        } as never)
      }) ->> 'ignored' as ignored`,
  );
  // A line that they may not have, or a place that they withdrew from: nothing was saved.
  if (saved.refused) {
    assert.ok(["RC400", "RC404", "RC409"].includes(saved.refused), saved.refused);
  } else {
    assert.equal(saved.row!.ignored, "0");
    const own: Own[] = [
      ...positions.map(({ id }) => ({ kind: "position", who: doctor, about: id, value: bucket })),
      { kind: "sentiment", who: doctor, about: "Medicine", value: sentiment },
      { kind: "exclusion", who: doctor, about: "rural", value: Number(active) },
    ];
    own.push(...await noteLines(admin, doctor, wishes));
    await noteOwn(admin, own);
    came.wish++;
    const { row } = await asUser(
      admin,
      user,
      (tx) => tx`select public.submit_wishes(${doctor}) ->> 'receipt' as receipt`,
    );
    if (row) {
      await noteOwn(admin, [{ kind: "receipt", who: doctor, about: row.receipt, value: 1 }]);
      came.receipt++;
    }
  }
}

/** A window: the doctor with an account says what they wish, for themselves and for others to read, and may submit it. */
export async function wish(world: World): Promise<void> {
  const { admin, draw, allocationRun } = world;
  const account = draw.of(world.accounts), { doctor } = account;
  const barred = await admin`
    select job_line from public.job_line_eligibility
    where allocation_run = ${allocationRun} and excluded_worker_mapping_ids @> array[${doctor}::uuid]`;
  const lines = (await linesOf(world)).filter((line) =>
    draw.chance(0.8) && !barred.some(({ job_line }) => job_line === line)
  );
  const [{ status }] =
    await admin`select status from public.allocation_runs where id = ${allocationRun}`;
  const opened = await asManager(
    world,
    (tx) =>
      status === "closed"
        ? tx`select public.reopen_window(${allocationRun}, 'drawn')`
        : tx`select public.open_window(${allocationRun})`,
  );
  if (opened.refused) return assert.equal(opened.refused, "RC409");
  await sayWishes(world, account, lines);
  await askToBeTogether(world);
  const closed = await asManager(world, (tx) => tx`select public.close_window(${allocationRun})`);
  assert.equal(closed.refused, undefined);
}

/** A match becomes the result, is released and corrected, and stands no more: each version stays. */
export async function publish(world: World): Promise<void> {
  const { admin, draw, allocationRun } = world;
  await match(world);
  const [made] = await admin`
    select id from public.allocator_py_runs where allocation_run = ${allocationRun} and status = 'COMPLETED'
    order by completed_at desc limit 1`;
  if (!made) return;
  const done = await asManager(
    world,
    (tx) => tx`select public.finalise_match(${made.id}, '[]', 'drawn')`,
  );
  // Its lines changed, or doctors left.
  if (done.refused) return assert.match(done.refused, /^RC4/);
  await asManager(world, (tx) => tx`select public.release_result(${allocationRun})`);
  const versions = await admin`
    select worker_mapping, job_line from public.job_line_worker_mappings
    where allocation_run = ${allocationRun} and superseded_at is null order by worker_mapping`;
  const lines = await linesOf(world);
  if (lines.length > 0 && versions.length > 0) {
    const { worker_mapping } = draw.of(versions);
    const moves = [{ worker_mapping, job_line: draw.of(lines), override: true }];
    const { refused } = await asManager(
      world,
      (tx) => tx`select public.correct_result(${allocationRun}, ${tx.json(moves)}, 'drawn')`,
    );
    if (!refused) came.corrected++;
  }
  await swap(world);
  await noteVersions(world);
  const undone = await asManager(
    world,
    (tx) => tx`select public.unfinalise_match(${allocationRun}, 'drawn')`,
  );
  assert.equal(undone.refused, undefined);
  came.publish++;
}

/** A doctor is erased: the explicit yes by which something goes for good, and which the audit names. */
export async function erase(world: World): Promise<void> {
  const { admin, draw, accounts } = world;
  const others = world.doctors.filter((each) => !accounts.some(({ doctor }) => doctor === each));
  if (others.length === 0) return;
  const doctor = draw.of(others);
  const [{ worker }] = await admin`
    select worker from public.allocation_run_worker_mappings where id = ${doctor}`;
  const { refused } = await asManager(
    world,
    (tx) => tx`select public.erase_person(${worker}, 'They asked.')`,
  );
  assert.equal(refused, undefined);
  const [{ named }] = await admin`
    select count(*)::int as named from public.audit_log
    where subjects @> array[${worker}::uuid] and reason = 'They asked.' and actor = ${world.manager}`;
  assert.ok(named > 0, "the audit names who erased them and why");
  await giveUp(admin, doctor);
  came.erase++;
  world.doctors = world.doctors.filter((each) => each !== doctor);
}

/** A doctor leaves the allocation run, or comes back. */
export async function comeAndGo(world: World): Promise<void> {
  const { admin, draw, allocationRun } = world;
  const doctor = draw.of(world.doctors);
  const before = await thereNow(world);
  const [{ withdrawn_at }] = await admin`
    select withdrawn_at from public.allocation_run_worker_mappings where id = ${doctor}`;
  const { refused } = await asManager(
    world,
    (tx) =>
      withdrawn_at === null
        ? tx`select public.withdraw_doctors(${allocationRun}, ${[doctor]}, 'drawn')`
        : tx`select public.reinstate_doctors(${allocationRun}, ${[doctor]})`,
  );
  assert.equal(refused, undefined);
  assert.deepEqual(await thereNow(world), before, "all of theirs stays");
}

/** Each version of the result stays. */
async function noteVersions({ admin, allocationRun }: World): Promise<void> {
  await noteOwn(
    admin,
    await admin<Own[]>`
      select t.kind, t.who, t.about, t.value::float8 from ledger.own_there t
      where t.kind = 'version' and t.about in (
        select id::text from public.job_line_worker_mappings where allocation_run = ${allocationRun})`,
  );
}

/** Two doctors of a released result swap their lines, agreed and approved; now and then one of them takes it back. */
async function swap(world: World): Promise<void> {
  const { admin, draw, allocationRun, accounts: [from, to] } = world;
  await noteVersions(world);
  const [held] = await admin`
    select job_line from public.job_line_worker_mappings
    where worker_mapping = ${to.doctor} and superseded_at is null and released_at is not null and job_line is not null`;
  if (!held) return;
  const wish = { job_line: held.job_line, message: "drawn" };
  const asked = await asUser(
    admin,
    from.user,
    (tx) => tx`select public.ask_swap(${from.doctor}, ${tx.json(wish)}) as answer`,
  );
  // Who asks has no line, or one that suits nobody.
  if (asked.refused) return assert.match(asked.refused, /^RC4/);
  const swaps = await admin`
    select id, to_mapping from public.line_swaps where offer = ${
    asked.row!.answer.offer
  } order by id`;
  await noteOwn(
    admin,
    swaps.flatMap(({ id, to_mapping }) =>
      [from.doctor, to_mapping].map((who) => ({ kind: "swap", who, about: id, value: 1 }))
    ),
  );
  const mine = swaps.find(({ to_mapping }) => to_mapping === to.doctor);
  if (!mine) return;
  const agreed = await asUser(
    admin,
    to.user,
    (tx) => tx`select public.answer_swap(${mine.id}, ${draw.chance(0.9)}) ->> 'state' as state`,
  );
  assert.equal(agreed.refused, undefined);
  if (draw.chance(0.1)) {
    await asUser(admin, from.user, (tx) => tx`select public.withdraw_swap(${mine.id})`);
  }
  if (agreed.row!.state !== "agreed") return;
  const before = await thereNow(world);
  const approved = await asManager(
    world,
    (tx) => tx`select public.approve_swap(${mine.id}, null, 'drawn', true) ->> 'state' as state`,
  );
  if (approved.refused) return assert.match(approved.refused, /^RC4/);
  assert.deepEqual(
    await thereNow(world),
    before,
    `a swap of ${allocationRun} moves doctors, not wishes`,
  );
  if (approved.row!.state === "approved") came.swap++;
}

/** A doctor asks another to be placed together, who agrees or not; the window is open. */
async function askToBeTogether({ admin, draw, accounts: [one, other] }: World): Promise<void> {
  const [there] = await admin`
    select id from public.doctor_links where worker_mapping in (${one.doctor}, ${other.doctor})`;
  const wish = { fit: draw.of(["same_hospital", "ranked_lines"]) };
  const asked = await asUser(
    admin,
    one.user,
    (tx) =>
      tx`select public.save_link(${one.doctor}, ${there?.id ?? null}, ${
        tx.json(there ? wish : { ...wish, email: other.email })
      })`,
  );
  if (asked.refused) return assert.match(asked.refused, /^RC4/);
  const [link] = await admin`
    select id from public.doctor_links where worker_mapping in (${one.doctor}, ${other.doctor})`;
  await noteOwn(admin, [{ kind: "link", who: one.doctor, about: link.id, value: 1 }]);
  came.link++;
  const answered = await asUser(
    admin,
    other.user,
    (tx) => tx`select public.answer_link(${other.doctor}, ${link.id}, true)`,
  );
  if (answered.refused) assert.match(answered.refused, /^RC4/);
}

/** A department says in which order it would have the doctors. */
export async function rankDoctors(world: World): Promise<void> {
  const { admin, draw, org, allocationRun } = world;
  if (world.preferencers.length === 0) return;
  const preferencer = draw.of(world.preferencers), doctor = draw.of(world.doctors);
  const value = 1 + draw.below(3);
  const { refused } = await asManager(
    world,
    (tx) =>
      tx`
        insert into public.preferencer_worker_ranks (org_id, allocation_run, preferencer, worker_mapping, order_preference)
        values (${org}, ${allocationRun}, ${preferencer}, ${doctor}, ${value})
        on conflict (preferencer, worker_mapping) do update set order_preference = excluded.order_preference`,
  );
  // A populate that replaces may have taken the department away, into a snapshot; a rank that leaves a gap is told to be one.
  if (refused) return assert.ok(["23503", "RC400"].includes(refused), refused);
  await note(admin, "department", preferencer, doctor, value);
  came.department++;
}
