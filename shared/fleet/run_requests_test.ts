// What requests for runs have in common: refusals by outcome, and the run that a statement gives back.

import assert from "node:assert/strict";
import { ApiError } from "../platform/problem_details.ts";
import { refuseConflicts, theRun } from "./run_requests.ts";

const KIND = {
  name: "planner run",
  idMember: "planner_run_id",
  notFound: "PLANNER_RUN_NOT_FOUND",
  solver: "planner-solver",
};
const ID = "00000000-0000-4000-8000-000000000001";

async function refused(run: () => unknown): Promise<[number, string]> {
  try {
    await run();
  } catch (error) {
    assert.ok(error instanceof ApiError, String(error));
    return [error.status, error.code];
  }
  throw new Error("nothing was refused");
}

Deno.test("theRun() asks for a run of a good id alone, and tells what came back", async () => {
  let asked = 0;
  const answering = (answer: { data: unknown; error: null }) => () => {
    asked++;
    return Promise.resolve(answer);
  };
  const found = answering({ data: { id: ID }, error: null });
  assert.deepEqual(await theRun(KIND, ID, found), { id: ID });
  assert.deepEqual(await refused(() => theRun(KIND, "x", found)), [400, "INVALID_REQUEST"]);
  assert.equal(asked, 1, "a bad id is not asked for");
  const none = answering({ data: null, error: null });
  assert.deepEqual(await refused(() => theRun(KIND, ID, none)), [404, "PLANNER_RUN_NOT_FOUND"]);
  const error = { code: "42501", message: "no", details: "", hint: "", name: "PostgrestError" };
  const forbidden = () => Promise.resolve({ data: null, error: error as never });
  assert.deepEqual(await refused(() => theRun(KIND, ID, forbidden)), [403, "FORBIDDEN"]);
});

Deno.test("refuseConflicts() refuses each outcome by its code, and lets a run that was made pass", async () => {
  const codes: [string, number, string][] = [
    ["not_found", 404, "ALLOCATION_RUN_NOT_FOUND"],
    ["finalised", 409, "MATCH_FINALISED"],
    ["window_open", 409, "WINDOW_OPEN"],
    ["unfinished", 409, "UNFINISHED_RUN"],
    ["key_reused", 409, "IDEMPOTENCY_KEY_REUSED"],
  ];
  for (const [outcome, status, code] of codes) {
    const found = await refused(() => refuseConflicts(KIND, outcome, "run", ID));
    assert.deepEqual(found, [status, code]);
  }
  for (const outcome of ["created", "replayed"]) refuseConflicts(KIND, outcome, "run", ID);
});
