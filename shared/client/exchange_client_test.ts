import assert from "node:assert/strict";
import { createExchangeClient } from "./exchange_client.ts";
import { ReceptorError } from "./errors.ts";
import { type FakeServer, fakeSupabase } from "./testing/fake_supabase.ts";

const FN = "/functions/v1/roster-exchange/run";

/** A client whose timers fire at once. */
function clientOf(server: FakeServer) {
  const { supabase, requests } = fakeSupabase(server);
  const timers = {
    set: (run: () => void) => void queueMicrotask(run),
    clear: () => {},
  };
  return {
    exchange: createExchangeClient(supabase, { timers: timers as never }),
    requests,
  };
}

const bytes = new Uint8Array([0x50, 0x4b, 0xff, 0xfe]);
const file = () =>
  new Response(bytes, {
    headers: {
      "content-type": "application/octet-stream",
      "content-disposition": 'attachment; filename="R-roster.xlsx"',
    },
  });

Deno.test("exportRoster() gives the bytes and the name of a file", async () => {
  const { exchange, requests } = clientOf(file);
  const { blob, name } = await exchange.exportRoster("run", "xlsx");
  assert.deepEqual(new Uint8Array(await blob.arrayBuffer()), bytes);
  assert.equal(name, "R-roster.xlsx");
  assert.equal(requests[0].path, `${FN}/roster.xlsx`);
  assert.equal(requests[0].headers.get("accept"), "application/octet-stream");
});

Deno.test("exportPerson() asks for a doctor's data in the format wanted", async () => {
  const { exchange, requests } = clientOf(file);
  await exchange.exportPerson("ann", "json");
  assert.equal(requests[0].path, "/functions/v1/roster-exchange/doctors/ann.json");
});

Deno.test("files are asked for again where the answer was lost", async () => {
  let calls = 0;
  const { exchange, requests } = clientOf(() => {
    if (++calls < 3) throw new TypeError("failed to fetch");
    return file();
  });
  await exchange.positionsTemplate("run");
  assert.deepEqual(requests.map(({ path }) => path), Array(3).fill(`${FN}/template.xlsx`));
});

Deno.test("importPositions() sends the file as it is, a preview again where it was lost", async () => {
  let calls = 0;
  const { exchange, requests } = clientOf(() => {
    if (++calls < 2) return new Response("", { status: 502 });
    return Response.json({ dry_run: true });
  });
  const csv = new Blob(["Hospital"], { type: "text/csv" });
  assert.deepEqual(await exchange.importPositions("run", csv, { dryRun: true }), { dryRun: true });
  assert.equal(requests.length, 2);
  assert.equal(requests[1].method, "POST");
  assert.equal(requests[1].path, `${FN}/positions?dry_run=true&missing=keep`);
  assert.equal(requests[1].headers.get("content-type"), "text/csv");
});

Deno.test("importPositions() never sends an import twice", async () => {
  const { exchange, requests } = clientOf(() => {
    throw new TypeError("failed to fetch");
  });
  const options = { removeMissing: true, preview: "abc", reason: "new posts" };
  const call = exchange.importPositions("run", new Blob(["x"]), options);
  await assert.rejects(call, { code: "NETWORK" });
  assert.deepEqual(requests.map(({ path }) => path), [
    `${FN}/positions?dry_run=false&preview=abc&missing=remove&reason=new+posts`,
  ]);
});

Deno.test("importPositions() tells the place of each fault", async () => {
  const fault = {
    path: "Positions!F7",
    message: "Rural holds…",
    code: "NOT_YES_OR_NO",
    sheet: "Positions",
    row: 7,
    column: "F",
    header: "Rural",
  };
  const { exchange } = clientOf(() =>
    Response.json({ code: "INVALID_ROWS", detail: "one fault", errors: [fault] }, { status: 400 })
  );
  await assert.rejects(exchange.importPositions("run", new Blob(["x"])), (error) => {
    assert.ok(error instanceof ReceptorError);
    assert.equal(error.code, "INVALID_ROWS");
    assert.deepEqual(error.errors, [fault]);
    return true;
  });
});
