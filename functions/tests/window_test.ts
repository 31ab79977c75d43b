// The preference window, results, calendars and e-mail through HTTP, as doctors, managers and strangers reach them.

import assert from "node:assert/strict";
import type { SupabaseClient } from "@supabase/supabase-js";
import { requireEnv } from "../../shared/platform/env.ts";
import { addDoctor, addLines, type Doctor, place, rpc, window } from "./doctors.ts";
import { call, callInternal, createOrg, createUser, newClient, PASSWORD, sql } from "./fixture.ts";
import type { TestOrg } from "./fixture.ts";

/** The stable code of a refusal. */
async function refusal(
  { client }: { client: SupabaseClient },
  name: string,
  parameters: Record<string, unknown> = {},
): Promise<string> {
  const { error } = await client.rpc(name, parameters);
  assert.ok(error, `${name} was not refused`);
  return error.hint ?? error.code;
}

const now = () => new Date().toISOString();

/** Ranks lines, best first. */
function rank(doctor: Doctor, lines: string[], at: string = now()) {
  return rpc(doctor, "save_wishes", {
    p_worker_mapping: doctor.place,
    p_changes: {
      lines: lines.map((line, n) => ({ job_line: line, order_preference: n + 1, changed_at: at })),
    },
  });
}

Deno.test("a rank that cannot be, a half of one line alone and a gap are refused with their path, through REST and by save_wishes()", async () => {
  await using org = await createOrg();
  const lines = await addLines(org, ["A", "B", "C"]), ann = await addDoctor(org, "Ann");
  await rpc(org.manager, "open_window", {
    p_allocation_run: org.allocationRun,
    p_due_date: new Date(Date.now() + 86_400_000).toISOString(),
  });
  const write = async (ranks: Record<string, number>) => {
    const { error } = await ann.client.from("preference_worker_job_lines").upsert(
      Object.entries(ranks).map(([line, order_preference]) => ({
        org_id: org.id,
        allocation_run: org.allocationRun,
        worker_mapping: ann.place,
        job_line: lines[line],
        order_preference,
      })),
    );
    const { path, code } = error ? JSON.parse(error.details)[0] : {};
    return error && [error.code, path, code];
  };
  const refusedRank = (code: string) => ["RC400", "order_preference", code];
  for (const rank of [-1, 0, 1.2, 1e30]) {
    assert.deepEqual(await write({ A: rank }), refusedRank("NOT_A_RANK"), String(rank));
  }
  assert.deepEqual(await write({ A: 1.5 }), refusedRank("LONE_HALF"));
  assert.deepEqual(await write({ A: 1, B: 3 }), refusedRank("GAP"));
  assert.equal(await write({ A: 1, B: 2.5, C: 2.5 }), null);
  assert.deepEqual(await write({ A: 1.5 }), refusedRank("LONE_HALF"));
  // One of two goes: the other stays, and stands in nobody's way.
  const { error } = await ann.client.from("preference_worker_job_lines").delete()
    .eq("job_line", lines.C);
  assert.equal(error, null);
  assert.deepEqual(await write({ C: 4 }), refusedRank("GAP"));
  assert.equal(await write({ C: 3 }), null);
  for (const [rank, refusal] of [[1.5, "LONE_HALF"], [7, "GAP"]] as const) {
    const changes = { lines: [{ job_line: lines.A, order_preference: rank, changed_at: now() }] };
    const save = (p_changes: object) =>
      ann.client.rpc("save_wishes", { p_worker_mapping: ann.place, p_changes });
    const { error } = await save(changes);
    const { path, code } = JSON.parse(error!.details)[0];
    assert.deepEqual([path, code], ["lines[0].order_preference", refusal]);
    if (code === "GAP") assert.equal((await save({ ...changes, order_only: true })).error, null);
  }
});

/** A completed match by which doctors have lines, without the engine. */
async function match(org: TestOrg, lines: [Doctor, string][]): Promise<string> {
  const [{ id }] = await sql`
    insert into public.allocator_py_runs (allocation_run, status, started_at, finished_at, completed_at, result)
    values (${org.allocationRun}, 'COMPLETED', now(), now(), now(), '{}') returning id`;
  for (const [{ place }, line] of lines) {
    await sql`
      insert into public.allocator_py_allocations (org_id, allocation_run, run, worker_mapping, job_line)
      values (${org.id}, ${org.allocationRun}, ${id}, ${place}, ${line})`;
  }
  return id;
}

Deno.test("nobody but the doctor reads wishes while the window is open, by whatever way", async () => {
  await using org = await createOrg();
  const lines = await addLines(org, ["A", "B"]);
  const [ann, bo] = [await addDoctor(org, "Ann"), await addDoctor(org, "Bo")];
  await rpc(org.manager, "open_window", window(org));
  await rpc(ann, "save_wishes", {
    ...place(ann),
    p_changes: {
      lines: [{
        job_line: lines.A,
        order_preference: 1,
        notes: "Near my mother",
        changed_at: now(),
      }],
      screening: [{ kind: "nights", changed_at: now() }],
    },
  });
  const tables = [
    ...["preference_worker_job_lines", "preference_line_notes", "preference_worker_rotations"],
    ...["worker_specialty_sentiments", "worker_screening_rules", "preference_history"],
  ];
  for (const [who, { client }] of Object.entries({ manager: org.manager, colleague: bo })) {
    for (const table of tables) {
      const { data, error } = await client.from(table).select("*");
      assert.deepEqual(data ?? [], [], `${who} reads ${table}`);
      assert.equal(error, null);
    }
  }
  const { data: log } = await org.manager.client.from("audit_log").select("table_name,after");
  assert.ok(
    log!.length > 0 && !JSON.stringify(log).includes(lines.A + '"],"order'),
    "the log is there",
  );
  assert.ok(!log!.some(({ table_name }) => table_name === "preference_worker_job_lines"));
  const [{ worker }] = await sql`
    select worker from public.allocation_run_worker_mappings where id = ${ann.place}`;
  const exported = JSON.stringify(await rpc(org.manager, "export_person", { p_worker: worker }));
  assert.doesNotMatch(exported, /Near my mother|"order_preference":1/);
  for (const options of [{}, { what_if: { pins: [] } }]) {
    const answer = await call("allocator-orchestration", org.manager, {
      body: { allocation_run: org.allocationRun, options },
    });
    assert.equal((await answer.json()).code, "WINDOW_OPEN");
    assert.equal(answer.status, 409);
  }
  const [progress] = await rpc(org.manager, "window_progress", window(org));
  assert.deepEqual([progress.name, progress.lines], ["Ann", 1]);

  await rpc(org.manager, "close_window", window(org));
  const { data: wishes } = await org.manager.client.from("preference_worker_job_lines").select("*");
  assert.deepEqual(wishes!.map(({ job_line }) => job_line), [lines.A], "afterwards managers do");
  const { data: notes } = await org.manager.client.from("preference_line_notes").select("*");
  assert.deepEqual(notes, [], "but never notes");
});

Deno.test("what is counted while the window is open tells nobody which lines a doctor ranks", async () => {
  await using org = await createOrg();
  const lines = await addLines(org, ["A", "B", "C"]);
  const ann = await addDoctor(org, "Ann");
  await rpc(org.manager, "open_window", window(org));
  await rank(ann, [lines.B]);
  /** All that a manager is told of a line that they put away, and bring back. */
  const told = async (line: string) => {
    const { archived, ...losses } = await rpc(org.manager, "archive_job_lines", {
      ...window(org),
      p_job_lines: [line],
      p_reason: "To see",
    });
    assert.equal(archived, 1);
    const progress = await rpc(org.manager, "window_progress", window(org));
    const { without_wishes } = await rpc(org.manager, "match_readiness", window(org));
    const [{ ranks }] = await rpc(org.manager, "archived_lines", window(org));
    await rpc(org.manager, "unarchive_job_lines", {
      ...window(org),
      p_job_lines: [line],
      p_reason: "Seen",
    });
    return { losses, lines: progress[0].lines, without_wishes, ranks };
  };
  const [unranked, ranked] = [await told(lines.A), await told(lines.B)];
  assert.deepEqual(unranked, ranked);
  assert.deepEqual([ranked.lines, ranked.ranks, ranked.without_wishes], [1, null, []]);
  assert.deepEqual(
    [ranked.losses.ranks, ranked.losses.doctors, ranked.losses.at_most],
    [1, 1, true],
    "who puts lines away is told what may hang on them",
  );

  // What is kept as a snapshot is counted in the same way.
  const counts: unknown[] = [];
  for (const line of [lines.A, lines.B]) {
    const others = Object.values(lines).filter((id) => id !== line);
    const lock = { ...window(org), p_job_lines: others };
    await rpc(org.manager, "lock_job_lines", { ...lock, p_locked: true, p_reason: "To see" });
    await rpc(org.manager, "keep_job_lines", { ...window(org), p_name: "As it was" });
    await rpc(org.manager, "lock_job_lines", { ...lock, p_locked: false, p_reason: "Seen" });
    const { data } = await org.manager.client.from("job_lines_history").select("counts")
      .order("replaced_at", { ascending: false }).limit(1);
    counts.push(data![0].counts);
  }
  assert.deepEqual(counts[0], counts[1]);

  await rpc(org.manager, "close_window", window(org));
  assert.equal((await told(lines.A)).losses.ranks, 0);
  const after = await told(lines.B);
  assert.deepEqual([after.losses.ranks, after.losses.at_most, after.ranks], [1, undefined, 1]);
  assert.equal(after.lines, 0, "of lines that are there, once the window has closed");
});

Deno.test("a window in which somebody has begun is no draft again to be looked at", async () => {
  await using org = await createOrg();
  const lines = await addLines(org, ["A"]);
  const ann = await addDoctor(org, "Ann");
  const become = async (status: string) =>
    (await org.manager.client.from("allocation_runs").update({ status }).eq(
      "id",
      org.allocationRun,
    ))
      .error?.hint;
  await rpc(org.manager, "open_window", window(org));
  assert.equal(await become("draft"), undefined, "nobody has begun");
  await rpc(org.manager, "open_window", window(org));
  await rank(ann, [lines.A]);
  assert.equal(await become("draft"), "WINDOW_OPEN");
  assert.equal((await rpc(ann, "my_windows"))[0].status, "open");
  const { data } = await org.manager.client.from("preference_worker_job_lines").select("job_line");
  assert.deepEqual(data, []);
});

Deno.test("what doctors keep to themselves is not named by who may not delete a hospital", async () => {
  await using org = await createOrg();
  const ann = await addDoctor(org, "Ann");
  await addLines(org, ["A"]);
  await rpc(org.manager, "open_window", window(org));
  const [{ id: team, hospital }] = await sql`
    select id, hospital from public.teams where org_id = ${org.id}`;
  const [{ id: other }] = await sql`
    insert into public.hospitals (org_id, name) values (${org.id}, 'Other') returning id`;
  await rpc(ann, "save_wishes", {
    ...place(ann),
    p_changes: {
      screening: [hospital, other].map((id) => ({
        kind: "hospital",
        hospital: id,
        changed_at: now(),
      })),
      rotations: [{ position: org.positions[0], notes: "Loud", changed_at: now() }],
    },
  });
  const detail = async (table: string, id: string) =>
    (await org.manager.client.from(table).delete().eq("id", id)).error?.details;
  assert.equal(await detail("hospitals", hospital), "It is referred to in: teams");
  assert.equal(
    await detail("hospitals", other),
    "It is referred to in: what doctors keep to themselves",
  );
  assert.doesNotMatch(String(await detail("positions", org.positions[0])), /worker_rotations/);
  assert.equal(await detail("teams", team), "It is referred to in: positions");
});

Deno.test("one doctor writes nothing of another's, nor where they take no part", async () => {
  await using org = await createOrg();
  const lines = await addLines(org, ["A"]);
  const [ann, bo] = [await addDoctor(org, "Ann"), await addDoctor(org, "Bo")];
  await rpc(org.manager, "open_window", window(org));
  for (const name of ["read_window", "submit_wishes", "retract_wishes", "read_result"]) {
    assert.equal(await refusal(bo, name, place(ann)), "NOT_YOURS", name);
  }
  const changes = { lines: [{ job_line: lines.A, order_preference: 1, changed_at: now() }] };
  assert.equal(
    await refusal(bo, "save_wishes", { ...place(ann), p_changes: changes }),
    "NOT_YOURS",
  );
  const row = { org_id: org.id, allocation_run: org.allocationRun, worker_mapping: ann.place };
  const { error } = await bo.client.from("preference_worker_job_lines")
    .insert({ ...row, job_line: lines.A, order_preference: 1 });
  assert.equal(error?.code, "42501");
});

Deno.test("after the due date nothing is written, whatever the clock of a device says, before cron came by", async () => {
  await using org = await createOrg();
  const lines = await addLines(org, ["A", "B"]);
  const ann = await addDoctor(org, "Ann");
  await rpc(org.manager, "open_window", window(org));
  await rank(ann, [lines.A]);
  await sql`update public.allocation_runs set due_date = now() - interval '1 second' where id = ${org.allocationRun}`;
  const early = new Date(Date.now() - 86_400_000).toISOString();
  for (const changed_at of [early, now()]) {
    const changes = { lines: [{ job_line: lines.B, order_preference: 1, changed_at }] };
    assert.equal(
      await refusal(ann, "save_wishes", { ...place(ann), p_changes: changes }),
      "WINDOW_CLOSED",
    );
  }
  assert.equal(await refusal(ann, "submit_wishes", place(ann)), "WINDOW_CLOSED");
  const own = ann.client.from("preference_worker_job_lines");
  assert.deepEqual(
    (await own.update({ order_preference: 5 }).eq("job_line", lines.A).select()).data,
    [],
  );
  assert.deepEqual((await own.delete().eq("job_line", lines.A).select()).data, []);
  assert.equal((await rpc(ann, "read_window", place(ann))).wishes.lines[0].order_preference, 1);
});

Deno.test("two devices at once: rows are merged, the later one wins, and both are in the history", async () => {
  await using org = await createOrg();
  const lines = await addLines(org, ["A", "B", "C"]);
  const ann = await addDoctor(org, "Ann");
  await rpc(org.manager, "open_window", window(org));
  const at = (seconds: number) => new Date(Date.now() - 60_000 + 1000 * seconds).toISOString();
  const save = (device: string, line: string, order_preference: number, seconds: number) =>
    rpc(ann, "save_wishes", {
      ...place(ann),
      p_changes: {
        device,
        order_only: true,
        lines: [{ job_line: line, order_preference, changed_at: at(seconds) }],
      },
    });
  await Promise.all([
    ...[1, 2, 3, 4].map((n) => save("phone", lines.A, n, 2 * n)),
    ...[5, 6, 7].map((n) => save("laptop", lines.A, n, 2 * n - 9)),
    save("phone", lines.B, 1, 1),
    save("laptop", lines.C, 2, 1),
  ]);
  const { wishes } = await rpc(ann, "read_window", place(ann));
  const ranks = Object.fromEntries(
    wishes.lines.map((wish: Record<string, unknown>) => [wish.job_line, wish.order_preference]),
  );
  assert.deepEqual(ranks, { [lines.A]: 4, [lines.B]: 1, [lines.C]: 2 });
  const { data: history } = await ann.client.from("preference_history").select("device,changes");
  assert.equal(history!.length, 9, "everything that was said");
});

Deno.test("a result is seen by its doctor alone, when it is released and as long as it stands", async () => {
  await using org = await createOrg();
  const lines = await addLines(org, ["A", "B"]);
  const [ann, bo] = [await addDoctor(org, "Ann"), await addDoctor(org, "Bo")];
  const id = await match(org, [[ann, lines.A], [bo, lines.B]]);
  await rpc(org.manager, "open_window", window(org));
  await rpc(org.manager, "close_window", window(org));
  await rpc(org.manager, "finalise_match", { p_allocator_run: id });
  assert.equal(await rpc(ann, "read_result", place(ann)), null, "not released");
  assert.deepEqual((await ann.client.from("job_line_worker_mappings").select("*")).data, []);
  assert.deepEqual((await ann.client.from("allocator_py_allocations").select("*")).data, []);
  for (const name of ["release_result", "unfinalise_match"]) {
    const parameters = { ...window(org), ...(name === "release_result" ? {} : { p_reason: "x" }) };
    assert.match(await refusal(ann, name, parameters), /42501|RC404/);
  }

  await rpc(org.manager, "release_result", window(org));
  assert.equal((await rpc(ann, "read_result", place(ann))).line.name, "A");
  assert.equal(await refusal(ann, "read_result", place(bo)), "NOT_YOURS");
  const { data: rows } = await ann.client.from("job_line_worker_mappings").select("worker_mapping");
  assert.deepEqual(rows, [{ worker_mapping: ann.place }]);

  const swap = [
    { worker_mapping: ann.place, job_line: lines.B },
    { worker_mapping: bo.place, job_line: lines.A },
  ];
  await rpc(org.manager, "correct_result", { ...window(org), p_moves: swap, p_reason: "Agreed." });
  const corrected = await rpc(bo, "read_result", place(bo));
  assert.deepEqual(
    [
      corrected.line.name,
      corrected.corrected,
      corrected.correction_reason,
      corrected.previous_line,
    ],
    ["A", true, "Agreed.", "B"],
  );
  assert.equal(
    await refusal(org.manager, "archive_job_lines", {
      ...window(org),
      p_job_lines: [lines.A],
    }),
    "MATCH_FINALISED",
  );
  await rpc(org.manager, "unfinalise_match", { ...window(org), p_reason: "Once more." });
  assert.equal(await rpc(ann, "read_result", place(ann)), null);
});

Deno.test("who was not moved is told that others were, since reasons of the match may hold no more", async () => {
  await using org = await createOrg();
  const lines = await addLines(org, ["A", "B"]);
  const [ann, bo] = [await addDoctor(org, "Ann"), await addDoctor(org, "Bo")];
  const id = await match(org, [[ann, lines.A]]);
  await rpc(org.manager, "finalise_match", { p_allocator_run: id });
  await rpc(org.manager, "release_result", window(org));
  const moved = async (doctor: Doctor) =>
    (await rpc(doctor, "read_result", place(doctor))).others_moved;
  assert.deepEqual([await moved(ann), await moved(bo)], [false, false], "as matched");
  await rpc(org.manager, "correct_result", {
    ...window(org),
    p_moves: [{ worker_mapping: ann.place, job_line: lines.B }],
    p_reason: "A post went.",
  });
  assert.deepEqual([await moved(ann), await moved(bo)], [false, true]);
  await rpc(org.manager, "unfinalise_match", { ...window(org), p_reason: "Match again." });
  const again = await match(org, [[ann, lines.A]]);
  await rpc(org.manager, "finalise_match", { p_allocator_run: again });
  await rpc(org.manager, "release_result", window(org));
  assert.equal(await moved(bo), false, "another match has its own reasons");
});

Deno.test("who comes after the release is given a free line as a correction; nobody else's result changes", async () => {
  await using org = await createOrg();
  const lines = await addLines(org, ["A", "B"]);
  const ann = await addDoctor(org, "Ann");
  const id = await match(org, [[ann, lines.A]]);
  await rpc(org.manager, "finalise_match", { p_allocator_run: id });
  await rpc(org.manager, "release_result", window(org));
  const late = await addDoctor(org, "Late");
  assert.equal(await rpc(late, "read_result", place(late)), null);
  const give = (line: string) => ({
    ...window(org),
    p_moves: [{ worker_mapping: late.place, job_line: line }],
    p_reason: "Came in February.",
  });
  const { error } = await org.manager.client.rpc("correct_result", give(lines.A));
  assert.equal(JSON.parse(error!.details)[0].code, "OVER_CAPACITY");
  assert.equal(await rpc(late, "read_result", place(late)), null, "all of it or nothing");
  const { version, changed } = await rpc(org.manager, "correct_result", give(lines.B));
  assert.deepEqual([version, changed.length, changed[0].to], [2, 1, lines.B]);
  const got = await rpc(late, "read_result", place(late));
  assert.deepEqual([got.line.name, got.correction_reason, got.previous_line], [
    "B",
    "Came in February.",
    null,
  ]);
  assert.equal((await rpc(ann, "read_result", place(ann))).version, 1);
});

Deno.test("a calendar is its secret's holder's: no guess, no old link, nothing before the release", async () => {
  await using org = await createOrg();
  const lines = await addLines(org, ["A"]);
  const ann = await addDoctor(org, "Ann");
  await rpc(org.manager, "open_window", window(org));
  const { path } = await rpc(ann, "calendar_link", place(ann));
  const get = (path: string) => call(path, null, { method: "GET" });
  const text = async (path: string) => (await get(path)).text();
  assert.doesNotMatch(await text(path), /BEGIN:VEVENT/);
  await rpc(org.manager, "close_window", window(org));
  await rpc(org.manager, "finalise_match", { p_allocator_run: await match(org, [[ann, lines.A]]) });
  assert.doesNotMatch(await text(path), /BEGIN:VEVENT/, "finalised is not released");
  await rpc(org.manager, "release_result", window(org));

  const answer = await get(path);
  assert.equal(answer.headers.get("content-type"), "text/calendar; charset=utf-8");
  const calendar = await answer.text();
  assert.match(calendar, /DTSTART;VALUE=DATE:20270111\r\nDTEND;VALUE=DATE:20270712\r\n/);
  assert.equal(calendar.match(/BEGIN:VEVENT/g)!.length, 2, "two terms");
  assert.equal(await (await call(path, null, { method: "GET" })).text(), calendar, "it stays");

  const head = await call(path, null, { method: "HEAD" });
  assert.deepEqual([head.status, await head.text()], [200, ""]);
  assert.equal(head.headers.get("content-type"), "text/calendar; charset=utf-8");
  const secret = path.match(/[0-9a-f]{48}/)![0];
  const guesses = [
    ...[secret.slice(1), `${secret}0`, secret.toUpperCase(), "0".repeat(48), ann.place, "%00", ""],
    `${secret.slice(0, 47)}${secret.endsWith("0") ? "1" : "0"}`,
  ];
  for (const guess of guesses.filter((guess) => guess !== secret)) {
    const refused = await get(`calendar/${guess}.ics`);
    assert.equal(refused.status, 404, guess);
    assert.equal((await refused.json()).code, "CALENDAR_NOT_FOUND");
  }
  const { path: renewed } = await rpc(ann, "calendar_link", { ...place(ann), p_renew: true });
  assert.equal((await get(path)).status, 404, "the old one is void");
  assert.equal(await text(renewed), calendar);
  await rpc(ann, "revoke_calendar_link", place(ann));
  assert.equal((await get(renewed)).status, 404);
  assert.deepEqual((await ann.client.from("calendar_links").select("*")).data ?? [], []);
});

Deno.test("a worker's row is claimed by its confirmed address, and by nobody else", async () => {
  await using org = await createOrg();
  const address = `cy-${crypto.randomUUID()}@test.example`;
  const [{ id: worker }] = await sql`
    insert into public.workers (org_id, email, name) values (${org.id}, ${address}, 'Cy') returning id`;
  const mallory = await createUser(org.id, "doctor");
  assert.deepEqual((await rpc(mallory, "claim_worker")).claimed, []);
  // An address in the profile, or one that is not confirmed, is nobody's.
  await mallory.client.auth.updateUser({ data: { email: address } });
  assert.deepEqual((await rpc(mallory, "claim_worker")).claimed, []);
  await sql`update auth.users set email = ${address}, email_confirmed_at = null where id = ${mallory.id}`;
  assert.equal(await refusal(mallory, "claim_worker"), "EMAIL_NOT_CONFIRMED");
  const { error } = await mallory.client.from("workers").update({ user_id: mallory.id }).eq(
    "id",
    worker,
  )
    .select().single();
  assert.ok(error, "past the function neither");
  await sql`update auth.users set email = ${`m-${address}`}, email_confirmed_at = now() where id = ${mallory.id}`;

  const cy = await createUser(org.id, "viewer");
  await sql`delete from public.org_members where user_id = ${cy.id}`;
  await sql`update auth.users set email = ${address.toUpperCase()} where id = ${cy.id}`;
  const claims = await Promise.all([1, 2, 3].map(() => rpc(cy, "claim_worker")));
  for (const { claimed } of claims) {
    assert.deepEqual(claimed.map((c: { worker: string }) => c.worker), [worker]);
  }
  const [{ role }] = await sql`select role from public.org_members where user_id = ${cy.id}`;
  assert.equal(role, "doctor");
});

/** E-mails that the stack caught, to an address. */
async function caught(address: string): Promise<{ subject: string; text: string }[]> {
  const mails = await (await fetch(`${requireEnv("SUPABASE_URL")}/mail.json`)).json();
  return mails.filter(({ to }: { to: string[] }) => to.includes(address));
}

Deno.test("doctors are told by e-mail, once each, and of nobody else", async () => {
  await using org = await createOrg();
  const lines = await addLines(org, ["A", "B"]);
  const [ann, bo] = [await addDoctor(org, "Ann Abel"), await addDoctor(org, "Bo Baker")];
  await rpc(org.manager, "open_window", { ...window(org), p_settings: { minimum_lines: 1 } });
  await rpc(org.manager, "invite_doctors", window(org));
  await rank(ann, [lines.A, lines.B]);
  await rpc(ann, "submit_wishes", place(ann));
  await callInternal("mailer");
  await rpc(org.manager, "close_window", window(org));
  const id = await match(org, [[ann, lines.A], [bo, lines.B]]);
  await rpc(org.manager, "finalise_match", { p_allocator_run: id });
  await rpc(org.manager, "release_result", window(org));
  // Two mailers at once: each e-mail goes out once.
  const answers = await Promise.all([callInternal("mailer"), callInternal("mailer")]);
  for (const answer of answers) assert.equal((await answer.json()).delivery, "resend");
  const mails = await caught(ann.email);
  assert.deepEqual(mails.map(({ subject }) => subject).sort(), [
    "Say what you want: R",
    "Your job line: R",
    "Your wishes are in: R",
  ]);
  for (const { text } of mails) {
    assert.match(text, /Ann Abel/);
    assert.doesNotMatch(text, /Bo Baker|baker/i);
    assert.match(text, /\/functions\/v1\/doctor/);
  }
  assert.equal((await caught(bo.email)).length, 2);
  const states =
    await sql`select distinct state::text from messages.emails where org_id = ${org.id}`;
  assert.deepEqual(states.map(({ state }) => state), ["sent"]);
  const [{ told }] = await sql`
    select count(emailed_at)::int as told from public.job_line_worker_mappings where org_id = ${org.id}`;
  assert.equal(told, 2);
  for (const user of [ann, org.manager]) {
    const { data } = await user.client.from("email_status").select("*");
    assert.deepEqual(data ?? [], [], "the outbox is operators'");
  }
});

Deno.test("a department's person ranks the doctors of the run, for its lines alone", async () => {
  await using org = await createOrg();
  const lines = await addLines(org, ["A", "B"]);
  const ann = await addDoctor(org, "Ann");
  const head = await createUser(org.id, "doctor");
  await sql`delete from public.org_members where user_id = ${head.id}`;
  const [{ id }] = await sql`
    insert into public.preferencers (org_id, allocation_run, name)
    values (${org.id}, ${org.allocationRun}, 'Unit') returning id`;
  await sql`insert into public.preferencer_job_lines values (${org.id}, ${org.allocationRun}, ${id}, ${lines.A})`;
  assert.equal(await refusal(head, "read_department", { p_preferencer: id }), "NOT_YOURS");
  await rpc(org.manager, "assign_preferencer", { p_preferencer: id, p_email: head.email });
  assert.equal((await rpc(head, "claim_worker")).departments[0].name, "Unit");
  await rpc(org.manager, "open_window", window(org));
  const department = await rpc(head, "read_department", { p_preferencer: id });
  assert.deepEqual(department.lines.map(({ name }: { name: string }) => name), ["A"]);
  assert.deepEqual(department.doctors, [{
    worker_mapping: ann.place,
    name: "Ann",
    eligible: true,
  }]);
  const ranks = [{ worker_mapping: ann.place, order_preference: 1 }];
  await rpc(head, "save_department_ranks", { p_preferencer: id, p_changes: { ranks } });
  assert.deepEqual((await rpc(head, "read_department", { p_preferencer: id })).ranks, ranks);
  await rpc(org.manager, "close_window", window(org));
  for (const status of ["open", "draft"]) {
    const { error } = await org.manager.client.from("allocation_runs").update({ status })
      .eq("id", org.allocationRun);
    assert.equal(error?.hint, "WINDOW_CLOSED", `${status} asks for a reason`);
  }
  assert.equal(
    await refusal(head, "save_department_ranks", { p_preferencer: id, p_changes: { ranks } }),
    "WINDOW_CLOSED",
  );
  assert.deepEqual(
    (await head.client.from("workers").select("*")).data,
    [],
    "and sees no doctor otherwise",
  );
});

Deno.test("a save that meets the closing of the window is before it or refused, never in between", async () => {
  await using org = await createOrg();
  const lines = await addLines(org, ["A"]);
  const ann = await addDoctor(org, "Ann");
  await rpc(org.manager, "open_window", window(org));
  const save = (n: number) =>
    ann.client.rpc("save_wishes", {
      ...place(ann),
      p_changes: {
        order_only: true,
        lines: [{ job_line: lines.A, order_preference: n, changed_at: now() }],
      },
    });
  const closing = new Promise((resolve) => setTimeout(resolve, 5)).then(() =>
    rpc(org.manager, "close_window", window(org))
  );
  const outcomes = await Promise.all([1, 2, 3, 4, 5, 6].map(save));
  await closing;
  for (const { error } of outcomes) assert.ok(error === null || error.hint === "WINDOW_CLOSED");
  assert.equal((await save(9)).error?.hint, "WINDOW_CLOSED");
});

Deno.test("who signs up with somebody's address and password gets nowhere", async () => {
  await using org = await createOrg();
  const address = `dora-${crypto.randomUUID()}@test.example`;
  await sql`insert into public.workers (org_id, email, name) values (${org.id}, ${address}, 'Dora')`;
  const client = newClient();
  const { data } = await client.auth.signUp({ email: address, password: PASSWORD });
  if (data.user) {
    // What Auth has not confirmed is not confirmed, whatever the project's settings are.
    await sql`update auth.users set email_confirmed_at = null where id = ${data.user.id}`;
    if (data.session) {
      assert.equal(await refusal({ client }, "claim_worker"), "EMAIL_NOT_CONFIRMED");
    }
    await sql`delete from auth.users where id = ${data.user.id}`;
  }
});

Deno.test("what is told twice in other letters or spaces is refused with its path, by whatever spelling", async () => {
  await using org = await createOrg();
  const lines = await addLines(org, ["A", "B"]);
  const ann = await addDoctor(org, "Ann");
  await rpc(org.manager, "open_window", window(org));
  const [{ id: hospital }] = await sql`select id from public.hospitals where org_id = ${org.id}`;
  const row = { kind: "hospital_specialty", hospital };
  const twice: Record<string, Record<string, unknown>[]> = {
    lines: [lines.A, lines.A.toUpperCase()].map((job_line) => ({ job_line, order_preference: 1 })),
    specialties: ["Surgery", " Surgery "].map((specialty) => ({ specialty, sentiment: 1 })),
    screening: ["General medicine", "General\u00a0medicine"].map((specialty) => ({
      ...row,
      specialty,
    })),
  };
  for (const [list, rows] of Object.entries(twice)) {
    const { error } = await ann.client.rpc("save_wishes", {
      ...place(ann),
      p_changes: { [list]: rows.map((told) => ({ ...told, changed_at: now() })) },
    });
    assert.deepEqual(
      JSON.parse(error!.details),
      [{ path: `${list}[1]`, message: "told twice" }],
      list,
    );
  }
  await rpc(org.manager, "close_window", window(org));
  await rpc(org.manager, "finalise_match", {
    p_allocator_run: await match(org, [[ann, lines.A]]),
  });
  const { error } = await org.manager.client.rpc("correct_result", {
    ...window(org),
    p_reason: "Twice.",
    p_moves: [
      { worker_mapping: ann.place, job_line: lines.B },
      { worker_mapping: ann.place.toUpperCase(), job_line: null },
    ],
  });
  assert.deepEqual(
    JSON.parse(error!.details).map(({ code }: { code: string }) => code),
    ["MOVED_TWICE", "MOVED_TWICE"],
  );
});

Deno.test("under a finalised match no window is open and nothing that was released goes out of sight", async () => {
  await using org = await createOrg();
  const lines = await addLines(org, ["A"]);
  const ann = await addDoctor(org, "Ann");
  // Matched without a window: the allocation run is a draft, of which doctors see nothing until the release.
  const id = await match(org, [[ann, lines.A]]);
  await rpc(org.manager, "finalise_match", { p_allocator_run: id });
  assert.equal(await refusal(ann, "read_result", place(ann)), "NOT_YOURS");
  await rpc(org.manager, "release_result", window(org));
  assert.equal((await rpc(ann, "read_result", place(ann))).line.name, "A");
  for (const status of ["open", "draft"]) {
    const { error } = await org.manager.client.from("allocation_runs").update({ status })
      .eq("id", org.allocationRun);
    assert.equal(error?.hint, "MATCH_FINALISED", status);
  }
  await rpc(org.manager, "unfinalise_match", { ...window(org), p_reason: "Once more." });
  // Nobody has begun in the window, so a match may be finalised: it closes.
  await rpc(org.manager, "reopen_window", { ...window(org), p_reason: "Once more." });
  await rpc(org.manager, "finalise_match", { p_allocator_run: id });
  const changes = { lines: [{ job_line: lines.A, order_preference: 1, changed_at: now() }] };
  assert.equal(
    await refusal(ann, "save_wishes", { ...place(ann), p_changes: changes }),
    "WINDOW_CLOSED",
  );
});

Deno.test("a window ends at a moment or by hand, and a doctor who was erased does not come back", async () => {
  await using org = await createOrg();
  const lines = await addLines(org, ["A"]);
  const ann = await addDoctor(org, "Ann");
  const ends = ["infinity", "0202-05-14 17:00", "20270-05-14 17:00", "294276-12-31 23:59"];
  for (const end of ends.flatMap((at) => [{ p_due_date: at }, { p_due_local: at }])) {
    const { error } = await org.manager.client.rpc("open_window", { ...window(org), ...end });
    assert.equal(error?.code, "RC400");
  }
  await assert.rejects(
    async () =>
      await sql`update public.allocation_runs set due_date = 'infinity' where id = ${org.allocationRun}`,
    /check constraint/,
  );
  await match(org, [[ann, lines.A]]);
  const [{ worker }] = await sql`
    select worker from public.allocation_run_worker_mappings where id = ${ann.place}`;
  await rpc(org.manager, "erase_person", { p_worker: worker, p_reason: "Asked for." });
  assert.equal(
    await refusal(org.manager, "reinstate_doctors", {
      ...window(org),
      p_worker_mappings: [ann.place],
    }),
    "RC409",
  );
  assert.equal(await refusal(ann, "claim_worker"), "ACCOUNT_GONE", "her token is good for a while");
  assert.equal(await refusal(ann, "create_org", { p_name: "Hers" }), "ACCOUNT_GONE");
  assert.deepEqual(await rpc(ann, "my_windows", {}), []);
});

Deno.test("the rules of a window come along to the next year, its end does not", async () => {
  await using org = await createOrg();
  await addLines(org, ["A"]);
  await rpc(org.manager, "open_window", {
    ...window(org),
    p_due_date: "2100-01-01T00:00:00Z",
    p_settings: { minimum_lines: 3, allows_ties: false, allows_never: true },
  });
  const { allocation_run } = await rpc(org.manager, "copy_allocation_run", {
    ...window(org),
    p_document: { name: "Next" },
  });
  const state = await rpc(org.manager, "read_window_state", { p_allocation_run: allocation_run });
  assert.deepEqual(
    [state.status, state.due_date, state.minimum_lines, state.allows_ties, state.allows_never],
    ["draft", null, 3, false, true],
  );
});

Deno.test("an e-mail that waited is not sent where what it says is no longer so", async () => {
  await using org = await createOrg();
  const lines = await addLines(org, ["A"]);
  const ann = await addDoctor(org, "Ann");
  /** Which kinds go out to the doctor as things are now. Cron's mailer may come meanwhile: either sends them. */
  const sent = async () => {
    await sql`
      insert into messages.emails (org_id, allocation_run, worker_mapping, kind, idempotency_key, expires_at)
      select ${org.id}, ${org.allocationRun}, ${ann.place}, kind, gen_random_uuid(), now() + interval '1 hour'
      from messages.email_templates where kind not like 'swap%' and kind <> 'member_invited'`;
    for (;;) {
      await callInternal("mailer");
      const rows =
        await sql`select kind, state::text from messages.emails where org_id = ${org.id}`;
      if (rows.some(({ state }) => ["waiting", "sending"].includes(state))) continue;
      await sql`delete from messages.emails where org_id = ${org.id}`;
      return rows.filter(({ state }) => state === "sent").map(({ kind }) => kind).sort().join();
    }
  };
  await rpc(org.manager, "open_window", window(org));
  assert.equal(await sent(), "invited,reminder");
  await rank(ann, [lines.A]);
  await rpc(ann, "submit_wishes", place(ann));
  await sql`delete from messages.emails where org_id = ${org.id}`;
  assert.equal(await sent(), "invited,submitted");
  await rpc(org.manager, "close_window", window(org));
  const id = await match(org, [[ann, lines.A]]);
  await rpc(org.manager, "finalise_match", { p_allocator_run: id });
  assert.equal(await sent(), "submitted", "what is finalised is not released");
  await rpc(org.manager, "release_result", window(org));
  await sql`delete from messages.emails where org_id = ${org.id}`;
  assert.equal(await sent(), "corrected,released,submitted");
  await rpc(org.manager, "unfinalise_match", { ...window(org), p_reason: "Too early." });
  assert.equal(await sent(), "submitted", "a result that does not stand");
  await rpc(org.manager, "withdraw_doctors", { ...window(org), p_worker_mappings: [ann.place] });
  assert.equal(await sent(), "", "nothing to who withdrew");
});
