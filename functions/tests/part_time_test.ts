// Part-time posts through HTTP: from the table of positions over lines of one part of full time to who may have them.

import assert from "node:assert/strict";
import {
  createAllocatorClient,
  createPlannerClient,
  type ReceptorError,
} from "../../shared/client/mod.ts";
import { createOrg, generateLines, sql } from "./fixture.ts";

Deno.test("posts of half of full time make lines of their own, for doctors who work no more", async () => {
  await using org = await createOrg();
  const run = org.allocationRun, { client } = org.manager;
  const allocator = createAllocatorClient(client), planner = createPlannerClient(client);
  const row = (name: string, fte: number) => ({
    hospital: "H",
    team: "T",
    name,
    specialty: name,
    experience_categories: ["A", "B"],
    fte,
    posts: [1, 1],
  });
  const table = (fte: number) =>
    client.rpc("import_positions", {
      p_allocation_run: run,
      p_rows: [row("Clinic", fte), row("Research", fte)],
      p_dry_run: false,
    });
  const refused = await table(0.33);
  assert.equal(refused.error?.code, "RC400");
  assert.match(refused.error!.details, /\[0\]\.fte.*steps of 0\.05/);
  assert.equal((await table(0.5)).data.outcome, "imported");
  // Of the other posts there are as many as two lines hold.
  await sql`
    update public.allocation_run_positions set posts = 1 where allocation_run = ${run} and posts = 2
      and position in (${org.positions[0]}, ${org.positions[1]})`;
  await sql`
    delete from public.allocation_run_positions
    where allocation_run = ${run} and position = ${org.positions[2]}`;

  await generateLines(org, 4);
  const lines = await planner.lines(run);
  const parts = lines.map(({ rotations }) => rotations.map(({ position }) => position.fte));
  assert.deepEqual(parts.map(String).sort(), ["0.5,0.5", "0.5,0.5", "1,1", "1,1"]);
  const half = lines.find(({ rotations }) => rotations[0].position.fte < 1)!;
  const full = lines.filter(({ rotations }) => rotations[0].position.fte === 1);

  // By hand the same rule looks on, in the answer's words.
  const mixed = planner.editLines({
    allocationRun: run,
    lines: [{
      jobLine: half.id,
      cells: [{ term: 1, position: full[0].rotations[0].position.id }],
    }],
  });
  const broken = await mixed.then(() => [], (error: ReceptorError) => error.errors);
  assert.ok(broken!.some(({ code }) => code === "SAME_FTE"), JSON.stringify(broken));

  await allocator.populate({
    allocationRun: run,
    workers: [
      { email: "ann@half.example", name: "Ann", fte: 0.5 },
      { email: "bea@half.example", name: "Bea" },
      { email: "cid@half.example", name: "Cid" },
    ],
    preferences: ["ann", "bea", "cid"].map((name) => ({
      worker: `${name}@half.example`,
      ranks: [[half.name, 1], [full[0].name, 2], [full[1].name, 3]] as [string, number][],
    })),
  });
  const { allocatorRunId } = await allocator.allocate({ allocationRun: run });
  const done = await allocator.watch(allocatorRunId).done;
  assert.equal(done.status, "COMPLETED", done.error_message ?? "");
  const got = await allocator.allocations(done.id);
  const mapping = (name: string) => got.find(({ worker }) => worker.name === name)!.worker.mapping;
  assert.equal(got.find(({ worker }) => worker.name === "Ann")!.line.id, half.id);
  const why = await allocator.reasons(done.id, mapping("Bea"));
  assert.deepEqual(
    why.filter(({ code }) => code === "NOT_ELIGIBLE").map(({ values }) => values.rule),
    ["works_more"],
  );

  // By hand nobody gets it either who works more, unless they work less from then on; and parts add up to what it is.
  await allocator.finalise(done.id);
  const move = (name: string, fte?: number) => ({
    workerMapping: mapping(name),
    jobLine: half.id,
    ...fte && { fte },
  });
  const gone = { workerMapping: mapping("Ann"), jobLine: null };
  await assert.rejects(
    allocator.correct(run, [gone, move("Bea")], "Tried"),
    /work more than it is/,
  );
  await assert.rejects(allocator.correct(run, [move("Bea", 0.25)], "Tried"), /places for 1/);
  await allocator.correct(run, [gone, move("Bea", 0.25), move("Cid", 0.25)], "They share it");
  const after = await allocator.results(run);
  assert.deepEqual(
    after.map(({ doctor, fte }) => [doctor, Number(fte)]),
    [["Ann", 0.5], ["Bea", 0.25], ["Cid", 0.25]],
  );
});
