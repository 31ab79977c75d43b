import assert from "node:assert/strict";
import { createPlannerClient } from "./planner_client.ts";
import type { ReceptorError } from "./errors.ts";
import { answered } from "./rest.ts";
import { fakeSupabase } from "./testing/fake_supabase.ts";

const message = "holds U+0000 or half of a surrogate pair, which no text can be stored with";

const refused = (code: string, status: number) => () =>
  Response.json({ code, message: "the database's own words", details: null, hint: null }, {
    status,
  });
const done = () => Response.json(1);

/** Pins a line against a server that gives these answers one by one, with timers that fire at once. */
async function pin(...answers: (() => Response)[]) {
  const waits: number[] = [];
  const timers = {
    set: (run: () => void, ms: number) => {
      waits.push(ms);
      queueMicrotask(run);
    },
    clear: () => {},
  };
  const { supabase, requests } = fakeSupabase(() => answers.shift()!());
  const planner = createPlannerClient(supabase, { timers: timers as never });
  const outcome = await planner.lock("run", ["line"], true, "why").catch((e: ReceptorError) => e);
  return { outcome, sent: requests.length, waits, body: requests[0].body as { p_reason?: string } };
}

Deno.test("an RPC is sent again where the database was too busy to do it, after longer and longer waits", async () => {
  for (const [code, status] of [["40P01", 500], ["53300", 503], ["PGRST003", 504]] as const) {
    const { outcome, waits } = await pin(refused(code, status), refused(code, status), done);
    assert.equal(outcome, 1, code);
    assert.deepEqual(waits, [300, 1_500]);
  }
});

Deno.test("what stays busy is told as BUSY, in Receptor's words", async () => {
  const busy = refused("40001", 500);
  const { outcome, sent } = await pin(busy, busy, busy);
  const { code, status, message } = outcome as ReceptorError;
  assert.deepEqual([code, status, sent], ["BUSY", 503, 3]);
  assert.match(message, /^The database is busy at the moment/);
});

Deno.test("what may have been done, took too long, or was refused is sent once", async () => {
  const lost = () => {
    throw new TypeError("connection reset");
  };
  for (
    const [answer, code] of [
      [lost, "NETWORK"],
      [refused("57014", 500), "BUSY"],
      [refused("25006", 405), "READ_ONLY"],
      [refused("53100", 503), "READ_ONLY"],
      [refused("RC409", 409), "CONFLICT"],
    ] as const
  ) {
    const { outcome, sent } = await pin(answer);
    assert.deepEqual([(outcome as ReceptorError).code, sent], [code, 1]);
    if (code === "READ_ONLY") assert.equal((outcome as ReceptorError).status, 503);
  }
});

Deno.test("a reason goes along with what is asked for", async () => {
  assert.equal((await pin(done)).body.p_reason, "why");
});

Deno.test("what PostgreSQL cannot hold is refused before it is sent, with its path, in an RPC and in a row", async () => {
  const { supabase, requests } = fakeSupabase(() => Response.json([]));
  const path = "p_document.workers[1].name";
  const workers = [{ name: "Ann" }, { name: "B\u0000b" }];
  const rpc = answered(supabase.rpc("populate_allocation_run", { p_document: { workers } }));
  await assert.rejects(rpc, { code: "INVALID_REQUEST", status: 400, errors: [{ path, message }] });
  const row = answered(supabase.from("hospitals").insert({ name: "\ud83d" }));
  await assert.rejects(row, { code: "INVALID_REQUEST", errors: [{ path: "name", message }] });
  const rows = answered(supabase.from("hospitals").update({ name: "x\udc00" }).eq("id", "h"));
  await assert.rejects(rows, { code: "INVALID_REQUEST" });
  assert.equal(requests.length, 0);
  await answered(supabase.from("hospitals").insert({ name: "\ud83d\ude00" }));
  assert.equal(requests.length, 1);
});
