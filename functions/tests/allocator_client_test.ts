// The allocator's client against the real functions and database: what a UI gets to see.

import assert from "node:assert/strict";
import { createAllocatorClient, ReceptorError } from "../../shared/client/mod.ts";
import { createOrg } from "./fixture.ts";

Deno.test("the client loads doctors, matches them, and reads who got which line by name", async () => {
  await using org = await createOrg();
  const { client } = org.manager;
  const allocator = createAllocatorClient(client);
  const population = await allocator.populate({
    allocation_run: org.allocationRun,
    lines: [{ name: "A" }, { name: "B" }],
    workers: ["ann", "bob"].map((name) => ({ email: `${name}@x.example`, name })),
    preferences: [
      { worker: "ann@x.example", ranks: [["B", 1]] },
      { worker: "bob@x.example", ranks: [["B", 1], ["A", 2]] },
    ],
    preferencers: [{ name: "Dr P", lines: ["B"], ranks: [["ann@x.example", 1]] }],
  });
  assert.deepEqual(population, { allocationRun: org.allocationRun, workers: 2, lines: 2 });
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

Deno.test("populate() names the path of what is not there", async () => {
  await using org = await createOrg();
  const document = {
    allocation_run: org.allocationRun,
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
