// The allocator's client against the real functions and database: what a UI gets to see.

import assert from "node:assert/strict";
import { createAllocatorClient, nameDoctors, ReceptorError } from "../../shared/client/mod.ts";
import { createOrg } from "./fixture.ts";

Deno.test("the client loads doctors, matches them, and reads who got which line by name", async () => {
  await using org = await createOrg();
  const { client } = org.manager;
  const allocator = createAllocatorClient(client);
  const population = await allocator.populate({
    allocationRun: org.allocationRun,
    lines: [{ name: "A" }, { name: "B" }],
    workers: ["ann", "bob"].map((name) => ({ email: `${name}@x.example`, name })),
    preferences: [
      { worker: "ann@x.example", ranks: [["B", 1]] },
      { worker: "bob@x.example", ranks: [["B", 1], ["A", 2]] },
    ],
    preferencers: [{ name: "Dr P", lines: ["B"], ranks: [["ann@x.example", 1]] }],
  });
  assert.deepEqual(population, {
    allocationRun: org.allocationRun,
    workers: 2,
    lines: 2,
    snapshot: null,
    gaps: 0,
  });
  const { allocatorRunId } = await allocator.allocate({ allocationRun: org.allocationRun });
  const run = await allocator.watch(allocatorRunId).done;
  await client.removeAllChannels();
  assert.equal(run.status, "COMPLETED", run.error_message ?? "");
  assert.deepEqual(run.result?.report?.choices, [1, 1]);
  assert.deepEqual(await allocator.run(run.id), run);
  const allocations = await allocator.allocations(run.id);
  assert.deepEqual(
    allocations.map(({ worker, line, originalPreference }) => [
      line.name,
      worker.name,
      originalPreference,
    ]),
    [["A", "bob", 2], ["B", "ann", 1]],
  );
});

Deno.test("an exclusive match after a re-match keeps the current one, and the client reads both", async () => {
  await using org = await createOrg();
  const { client } = org.manager;
  const allocator = createAllocatorClient(client);
  const people = (names: string[]) => names.map((name) => ({ email: `${name}@x.example`, name }));
  const { allocationRun } = await allocator.populate({
    allocationRun: org.allocationRun,
    lines: [{ name: "A", maxNWorkers: 2 }, { name: "B", maxNWorkers: 2 }],
    workers: people(["ann", "bob"]),
    preferences: ["ann", "bob"].map((name) => ({
      worker: `${name}@x.example`,
      ranks: [["A", 1], ["B", 2]],
    })),
  });
  const match = async (isExclusive: boolean) => {
    const { allocatorRunId } = await allocator.allocate({ allocationRun, isExclusive });
    const run = await allocator.watch(allocatorRunId).done;
    assert.equal(run.status, "COMPLETED", run.error_message ?? "");
    const allocations = await allocator.allocations(run.id);
    return allocations.map(({ worker, line, run: by }) => [line.name, worker.name, by === run.id]);
  };
  await match(false);
  assert.deepEqual(await match(false), [["A", "ann", true], ["A", "bob", true]]);
  await allocator.populate({ allocationRun, workers: people(["cleo"]) });
  // Line A is full by the current match alone; counted twice, B's places would be all that the first one left.
  assert.deepEqual(await match(true), [["A", "ann", false], ["A", "bob", false], [
    "B",
    "cleo",
    true,
  ]]);
  await client.removeAllChannels();
});

Deno.test("the client asks a what-if, follows it, and reads who would move", async () => {
  await using org = await createOrg();
  const { client } = org.manager;
  const allocator = createAllocatorClient(client);
  const { allocationRun } = await allocator.populate({
    allocationRun: org.allocationRun,
    lines: [{ name: "A" }, { name: "B" }],
    workers: ["ann", "bob"].map((name) => ({ email: `${name}@x.example`, name })),
    preferences: ["ann", "bob"].map((name) => ({
      worker: `${name}@x.example`,
      ranks: [["A", 1], ["B", 2]],
    })),
    preferencers: [{ name: "Dr P", lines: ["A"], ranks: [["ann@x.example", 1]] }],
  });
  const base = await allocator.allocate({ allocationRun });
  await allocator.watch(base.allocatorRunId).done;
  const { result } = await allocator.run(base.allocatorRunId);
  const { message, worstOff } = result!.report!.fairness;
  assert.match(nameDoctors(message, () => "Dr Sought"), /^Worst off: Dr Sought/);
  assert.ok(message.includes(worstOff[0].worker), "what is kept names doctors by id");
  const [ann] = (await allocator.allocations(base.allocatorRunId)).map(({ worker, line }) => {
    return { workerMapping: worker.mapping, jobLine: line.id };
  });
  const { allocatorRunId } = await allocator.whatIf({ allocationRun, exclusions: [ann] });
  const run = await allocator.watch(allocatorRunId).done;
  await client.removeAllChannels();
  assert.equal(run.status, "COMPLETED", run.error_message ?? "");
  assert.equal(run.base_run, base.allocatorRunId);
  assert.deepEqual(run.result?.difference?.moved, { total: 2, better: 1, worse: 1, same: 0 });
  const { moves, allocations } = await allocator.preview(run.id);
  assert.deepEqual(
    moves.map(({ worker, from, to }) => [worker === ann.workerMapping, from?.choice, to.choice]),
    [
      [false, 2, 1],
      [true, 1, 2],
    ],
  );
  assert.equal(allocations.length, 2);
});

Deno.test("populate() names the path of what is not there", async () => {
  await using org = await createOrg();
  const document = {
    allocationRun: org.allocationRun,
    lines: [{ name: "A" }],
    preferences: [{ worker: "nobody@x.example", ranks: [["A", 1] as [string, number]] }],
  };
  await assert.rejects(createAllocatorClient(org.manager.client).populate(document), (error) => {
    assert(error instanceof ReceptorError);
    assert.equal(error.code, "BAD_REQUEST");
    assert.deepEqual(error.errors?.map(({ path }) => path), ["preferences[0].worker"]);
    return true;
  });
});
