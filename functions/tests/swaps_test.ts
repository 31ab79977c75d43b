// Swaps between doctors through HTTP: asked, agreed, judged by the rules, approved once, and nobody's name told.

import assert from "node:assert/strict";
import {
  type ConstraintEntry,
  createDoctorClient,
  createPlannerClient,
  createSwapsClient,
  type DoctorClient,
  type JobLine,
  type ReceptorError,
} from "../../shared/client/mod.ts";
import { addDoctor } from "./doctors.ts";
import {
  call,
  createOrg,
  createUser,
  generateLines,
  sql,
  type TestOrg,
  type TestUser,
} from "./fixture.ts";

interface Doctor extends TestUser {
  place: string;
  doctor: DoctorClient;
}

/** A position with posts in both terms. */
async function addPosition(org: TestOrg, name: string, categories: string[], posts: number) {
  const [{ id }] = await sql`
    insert into public.positions (org_id, team, name, specialty, experience_categories)
    select ${org.id}, team, ${name}, 'Medicine', ${categories} from public.positions where org_id = ${org.id} limit 1
    returning id`;
  await sql`
    insert into public.allocation_run_positions (org_id, allocation_run, position, term, posts)
    select ${org.id}, ${org.allocationRun}, ${id}, t, ${posts} from generate_series(1, 2) t`;
  return id as string;
}

/** An org whose result is released, in a year that lies ahead: each doctor has a line of two terms. */
async function released(
  names: string[],
  constraints: ConstraintEntry[] = [],
): Promise<{ org: TestOrg & AsyncDisposable; doctors: Doctor[]; lines: JobLine[] }> {
  const org = await createOrg();
  await sql`
    update public.allocation_runs set starts_on = (date_trunc('week', now()) + interval '8 weeks')::date
    where id = ${org.allocationRun}`;
  await generateLines(org, names.length, constraints);
  // Whatever was planned, the lines differ in each term, and no swap gives one the same position twice.
  const places = [...org.positions, await addPosition(org, "Medicine JMO", ["A"], 2)];
  await sql`
    update public.rotations r set position = (${places}::uuid[])[
      (array[array[1, 2], array[3, 4], array[2, 1]])[l.n][r.term]]
    from (select id, row_number() over (order by sort_order) as n from public.job_lines
      where allocation_run = ${org.allocationRun}) as l where r.job_line = l.id`;
  const lines = await createPlannerClient(org.manager.client).lines(org.allocationRun);
  const doctors: Doctor[] = [];
  const [{ id: match }] = await sql`
    insert into public.allocator_py_runs (allocation_run, status, started_at, finished_at, completed_at, result)
    values (${org.allocationRun}, 'COMPLETED', now(), now(), now(), '{}') returning id`;
  for (const [i, name] of names.entries()) {
    const user = await addDoctor(org, name);
    await sql`
      insert into public.allocator_py_allocations (org_id, allocation_run, run, worker_mapping, job_line)
      values (${org.id}, ${org.allocationRun}, ${match}, ${user.place}, ${lines[i].id})`;
    doctors.push({ ...user, doctor: createDoctorClient(user.client) });
  }
  for (
    const [name, parameters] of [
      ["finalise_match", { p_allocator_run: match }],
      ["release_result", { p_allocation_run: org.allocationRun }],
    ] as const
  ) {
    const { error } = await org.manager.client.rpc(name, parameters);
    assert.equal(error?.message, undefined);
  }
  return { org, doctors, lines };
}

const codeOf = async (wanted: Promise<unknown>): Promise<string> => {
  try {
    await wanted;
  } catch (error) {
    return (error as ReceptorError).code;
  }
  assert.fail("it was not refused");
};

const cellsOf = (line: JobLine) => line.rotations.map(({ position }) => position.id);

Deno.test("a rotation is swapped: asked by line, agreed, approved, and both see it", async () => {
  const { org, doctors: [ann, bob, cy], lines } = await released(["Ann", "Bob", "Cy"]);
  await using _ = org;
  const swaps = createSwapsClient(org.manager.client);
  const { asked } = await ann.doctor.askSwap(ann.place, {
    jobLine: lines[1].id,
    terms: [2],
    message: "Surgery would be great.",
  });
  assert.equal(asked, 1);

  const seen = await bob.doctor.swaps(bob.place);
  const [offer] = seen.swaps;
  assert.deepEqual([offer.byMe, offer.state, offer.message], [
    false,
    "asked",
    "Surgery would be great.",
  ]);
  assert.deepEqual([offer.gives, offer.gets].map(({ lineName }) => lineName), [
    lines[1].name,
    lines[0].name,
  ]);
  assert.deepEqual(offer.gets.rotations.map(({ term }) => term), [2], "and no more than that");
  for (const text of ["Ann", ann.place, ann.email]) {
    assert.equal(JSON.stringify(seen).includes(text), false, text);
  }
  assert.deepEqual((await cy.doctor.swaps(cy.place)).swaps, [], "it is nobody else's");
  assert.equal(await codeOf(cy.doctor.answerSwap(offer.swap, true)), "NOT_YOURS");
  assert.equal(await codeOf(swaps.approve(offer.swap)), "SWAP_NOT_AGREED");
  assert.equal((await bob.doctor.answerSwap(offer.swap, true)).state, "agreed");

  const [listed] = await swaps.list(org.allocationRun);
  assert.deepEqual([listed.from.doctor, listed.to.doctor, listed.state], ["Ann", "Bob", "agreed"]);
  assert.deepEqual(listed.breaks, []);
  // Two managers at once: it is approved once.
  const [first, second] = await Promise.allSettled([
    swaps.approve(offer.swap),
    createSwapsClient((await createUser(org.id, "manager")).client).approve(offer.swap),
  ]);
  const done = [first, second].filter(({ status }) => status === "fulfilled");
  assert.equal(done.length, 1, JSON.stringify([first, second]));
  const lost = [first, second].find(({ status }) => status === "rejected") as PromiseRejectedResult;
  assert.match(lost.reason.code, /^SWAP_(ENDED|VOID)$/);

  const after = await createPlannerClient(org.manager.client).lines(org.allocationRun);
  assert.deepEqual(cellsOf(after[0]), [cellsOf(lines[0])[0], cellsOf(lines[1])[1]]);
  assert.deepEqual(cellsOf(after[1]), [cellsOf(lines[1])[0], cellsOf(lines[0])[1]]);
  const result = await ann.doctor.result(ann.place);
  assert.equal(result!.version, 2);
  assert.deepEqual(result!.changes, [{
    term: 2,
    from: lines[0].rotations[1].position.name,
    to: lines[1].rotations[1].position.name,
  }]);
  assert.equal((await ann.doctor.swaps(ann.place)).swaps[0].state, "approved");
  const mails = await sql`
    select kind, worker_mapping from messages.emails where org_id = ${org.id} and kind = 'swap_approved'`;
  assert.deepEqual(mails.map((mail) => mail.worker_mapping).sort(), [ann.place, bob.place].sort());
  assert.equal((await cy.doctor.result(cy.place))!.version, 1, "nobody else is touched");
});

Deno.test("rules hold for both lines; a manager may set them aside with a reason that stays with the line", async () => {
  const { org, doctors: [ann, bob], lines } = await released(["Ann", "Bob"], [
    { name: "REQUIRED_CATEGORIES", value: ["A"] },
  ]);
  await using _ = org;
  // Bob's second term has no category, and his first has: Ann's other term is all that covers A for her.
  const plain = await addPosition(org, "Plain post", [], 1);
  const other = await addPosition(org, "Another plain post", [], 1);
  await sql.begin(async (tx) => {
    await tx`select private.year_goes_on()`;
    await tx`update public.rotations set position = ${plain} where job_line = ${
      lines[0].id
    } and term = 1`;
    await tx`update public.rotations set position = ${other} where job_line = ${
      lines[1].id
    } and term = 2`;
  });
  const swaps = createSwapsClient(org.manager.client);
  // Known before it is asked for, by the managers' words; and nothing is asked by asking.
  const wish = { jobLine: lines[1].id, terms: [2] };
  const checked = await ann.doctor.checkSwap(ann.place, wish);
  assert.deepEqual(checked.breaks.map(({ side, rule }) => [side, rule]), [
    ["from", "REQUIRED_CATEGORIES"],
  ]);
  assert.deepEqual((await ann.doctor.swaps(ann.place)).swaps, []);
  assert.equal(await codeOf(bob.doctor.checkSwap(ann.place, wish)), "NOT_YOURS");
  assert.equal(
    await codeOf(ann.doctor.checkSwap(ann.place, { jobLine: lines[0].id })),
    "LINE_NOT_HELD",
  );
  assert.equal(
    await codeOf(ann.doctor.checkSwap(ann.place, { jobLine: "no id" })),
    "INVALID_REQUEST",
  );
  await ann.doctor.askSwap(ann.place, wish);
  const [{ swap }] = (await bob.doctor.swaps(bob.place)).swaps;
  assert.deepEqual(
    (await bob.doctor.checkSwap(bob.place, { swap })).breaks,
    checked.breaks.map((effect) => ({ ...effect, side: "to" })),
    "who is asked sees the same from their side",
  );
  await bob.doctor.answerSwap(swap, true);
  const [listed] = await swaps.list(org.allocationRun);
  assert.deepEqual(listed.breaks, checked.breaks, "word by word");
  try {
    await swaps.approve(swap);
    assert.fail("it was approved");
  } catch (error) {
    const { code, errors } = error as ReceptorError;
    assert.equal(code, "SWAP_BREAKS_RULES");
    assert.deepEqual(errors?.map(({ path, code }) => [path, code]), [
      ["from", "REQUIRED_CATEGORIES"],
    ]);
  }
  assert.equal(await codeOf(swaps.approve(swap, { override: true })), "INVALID_REQUEST");
  const { history } = await swaps.approve(swap, { override: true, reason: "Covered last year." });
  const [after] = await createPlannerClient(org.manager.client).lines(org.allocationRun);
  assert.deepEqual(after.overrides.map(({ rule, reason }) => [rule, reason]), [
    ["REQUIRED_CATEGORIES", "Covered last year."],
  ]);
  const [kept] =
    await sql`select reason, cells from public.job_lines_history where id = ${history}`;
  assert.deepEqual([kept.reason, kept.cells], ["edit", 2]);
});

Deno.test("a swap whose line changed meanwhile is void and says so; refused ones say why", async () => {
  const { org, doctors: [ann, bob, cy], lines } = await released(["Ann", "Bob", "Cy"]);
  await using _ = org;
  const swaps = createSwapsClient(org.manager.client);
  await ann.doctor.askSwap(ann.place, { jobLine: lines[1].id, terms: [1] });
  await cy.doctor.askSwap(cy.place, { jobLine: lines[1].id, terms: [1] });
  const asked = (await bob.doctor.swaps(bob.place)).swaps;
  assert.equal(asked.length, 2);
  for (const { swap } of asked) await bob.doctor.answerSwap(swap, true);
  await swaps.approve(asked[0].swap);
  assert.equal(await codeOf(swaps.approve(asked[1].swap)), "SWAP_VOID");
  assert.deepEqual(
    (await bob.doctor.swaps(bob.place)).swaps.map(({ state }) => state).sort(),
    ["approved", "void"],
  );

  await ann.doctor.askSwap(ann.place, { jobLine: lines[1].id });
  const [whole] = (await bob.doctor.swaps(bob.place)).swaps;
  assert.deepEqual([whole.terms, whole.gets.rotations.length], [[], 2]);
  await bob.doctor.answerSwap(whole.swap, true);
  await swaps.refuse(whole.swap, "Not in the first term.");
  const told = (await ann.doctor.swaps(ann.place)).swaps.find(({ swap }) => swap === whole.swap)!;
  assert.deepEqual([told.state, told.reason], ["refused", "Not in the first term."]);
  assert.equal(await codeOf(swaps.approve(whole.swap)), "SWAP_ENDED");

  // Whole lines, approved: the doctors have each other's.
  await ann.doctor.askSwap(ann.place, { jobLine: lines[1].id });
  const again = (await bob.doctor.swaps(bob.place)).swaps.find(({ state }) => state === "asked")!;
  await bob.doctor.answerSwap(again.swap, true);
  const { history } = await swaps.approve(again.swap);
  assert.equal(history, null);
  assert.equal((await ann.doctor.result(ann.place))!.line!.name, lines[1].name);
  assert.equal((await bob.doctor.result(bob.place))!.line!.name, lines[0].name);
});

Deno.test("doctors and viewers decide no swaps, strangers see none", async () => {
  const { org, doctors: [ann, bob], lines } = await released(["Ann", "Bob"]);
  await using _ = org;
  await using other = await createOrg();
  await ann.doctor.askSwap(ann.place, { jobLine: lines[1].id, terms: [1] });
  const [{ swap }] = (await bob.doctor.swaps(bob.place)).swaps;
  await bob.doctor.answerSwap(swap, true);
  const answer = async (user: TestUser | null, path: string, method: "GET" | "POST") => {
    const response = await call(`planner-orchestration/${path}`, user, {
      method,
      body: method === "POST" ? {} : undefined,
    });
    return [response.status, (await response.json()).code];
  };
  const viewer = await createUser(org.id, "viewer");
  const list = `swaps/${org.allocationRun}`, approve = `swaps/${swap}/approve`;
  assert.deepEqual(await answer(null, approve, "POST"), [401, "UNAUTHENTICATED"]);
  assert.deepEqual(await answer(ann, approve, "POST"), [404, "SWAP_NOT_FOUND"]);
  assert.deepEqual(await answer(ann, list, "GET"), [404, "ALLOCATION_RUN_NOT_FOUND"]);
  assert.deepEqual(await answer(other.manager, approve, "POST"), [404, "SWAP_NOT_FOUND"]);
  assert.deepEqual(await answer(other.manager, list, "GET"), [404, "ALLOCATION_RUN_NOT_FOUND"]);
  assert.deepEqual(await answer(viewer, approve, "POST"), [403, "FORBIDDEN"]);
  assert.equal((await answer(viewer, list, "GET"))[0], 200);
  assert.deepEqual(await answer(org.manager, "swaps/7/approve", "POST"), [400, "INVALID_REQUEST"]);
  const { data } = await ann.client.from("line_swaps").select("*");
  assert.deepEqual(data, []);
});
