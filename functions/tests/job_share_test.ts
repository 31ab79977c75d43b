// Part-time and job share through HTTP: doctors with a part of full time, two of them on one line with one place.

import assert from "node:assert/strict";
import { createAllocatorClient } from "../../shared/client/mod.ts";
import { createOrg, generateLines, sql, type TestOrg } from "./fixture.ts";

/** An org with two lines of one place each, and three doctors: Ann and Bea in part, Cid whole. */
async function withDoctors(parts: { ann: number; bea: number }) {
  const org = await createOrg();
  const run = org.allocationRun, allocator = createAllocatorClient(org.manager.client);
  await generateLines(org, 2);
  await allocator.populate({
    allocationRun: run,
    workers: [
      { email: "ann@share.example", name: "Ann", fte: parts.ann },
      { email: "bea@share.example", name: "Bea", fte: parts.bea },
      { email: "cid@share.example", name: "Cid" },
    ],
  });
  const mappings = await sql`
    select m.id, w.name from public.allocation_run_worker_mappings m
    join public.workers w on w.id = m.worker where m.allocation_run = ${run}`;
  const idOf = (name: string) => mappings.find((row) => row.name === name)!.id as string;
  return { org, allocator, run, ann: idOf("Ann"), bea: idOf("Bea"), cid: idOf("Cid") };
}

async function match(
  { allocator, run, ann, bea }: Awaited<ReturnType<typeof withDoctors>>,
  options: Record<string, unknown> = {},
) {
  const { allocatorRunId } = await allocator.allocate({
    allocationRun: run,
    options: { linkedDoctors: [{ first: ann, second: bea, fit: "share" }], ...options },
  });
  return await allocator.watch(allocatorRunId).done;
}

async function dispose(org: TestOrg & AsyncDisposable): Promise<void> {
  await org[Symbol.asyncDispose]();
}

Deno.test("two who share a job are on one line and take one place of it, up to the published result", async () => {
  const scene = await withDoctors({ ann: 0.6, bea: 0.4 });
  const { org, allocator, run, ann, bea, cid } = scene;
  try {
    const done = await match(scene);
    assert.equal(done.status, "COMPLETED", done.error_message ?? "");
    const got = new Map(
      (await allocator.allocations(done.id)).map((each) => [each.worker.mapping, each.line.id]),
    );
    assert.equal(got.get(ann), got.get(bea));
    assert.notEqual(got.get(cid), got.get(ann));
    assert.deepEqual(done.result!.report!.unfilledLines, []);

    await allocator.finalise(done.id);
    const results = await allocator.results(run);
    assert.deepEqual(
      results.map(({ doctor, fte }) => [doctor, Number(fte)]),
      [["Ann", 0.6], ["Bea", 0.4], ["Cid", 1]],
    );
    // A third has no place on the line, by hand neither; parts that add up do.
    const move = (workerMapping: string, fte?: number) =>
      allocator.correct(
        run,
        [{ workerMapping, jobLine: got.get(ann)!, ...fte && { fte } }],
        "Tried",
      );
    await assert.rejects(move(cid), /places for 1/);
    // Parting who shares is a rule to be set aside by name.
    await assert.rejects(
      allocator.correct(run, [
        { workerMapping: bea, jobLine: got.get(cid)! },
        { workerMapping: cid, jobLine: null },
      ], "Tried"),
      /share a job would have different lines/,
    );
    await allocator.correct(run, [{ workerMapping: bea, jobLine: null }], "Bea leaves the share");
    await assert.rejects(move(cid, 0.5), /places for 1/);
    await move(cid, 0.4);
    const after = await allocator.results(run);
    assert.equal(Number(after.find(({ doctor }) => doctor === "Cid")!.fte), 0.4);
  } finally {
    await dispose(org);
  }
});

Deno.test("who shares is one together at most, and is not matched with stability", async () => {
  const scene = await withDoctors({ ann: 0.6, bea: 0.5 });
  try {
    const tooMuch = await match(scene);
    assert.deepEqual([tooMuch.status, tooMuch.error_code], ["FAILED", "SHARE_TOO_MUCH"]);
    assert.equal(
      await scene.allocator.populate({
        allocationRun: scene.run,
        workers: [{ email: "bea@share.example", name: "Bea", fte: 0.33 }],
      }).then(() => "taken", (error) => error.errors[0].path),
      "workers[0].fte",
    );
    await scene.allocator.populate({
      allocationRun: scene.run,
      workers: [{ email: "bea@share.example", name: "Bea", fte: 0.4 }],
    });
    const stable = await match(scene, { stability: true });
    assert.deepEqual([stable.status, stable.error_code], ["FAILED", "SHARE_WITH_STABILITY"]);
    assert.equal((await match(scene)).status, "COMPLETED");
  } finally {
    await dispose(scene.org);
  }
});
