// What a UI gets to see of failures.

import assert from "node:assert/strict";
import { errorOfInvoke, errorOfResponse, errorOfRest } from "./errors.ts";

Deno.test("errorOfResponse() reads a problem document", async () => {
  const problem = {
    type: "about:blank",
    title: "Conflict",
    status: 409,
    code: "UNFINISHED_RUN",
    detail: "A run is under way.",
    errors: [{ path: "n_job_lines", message: "too many" }],
    planner_run_id: "r1",
    allocator_run_id: "r2",
  };
  const error = await errorOfResponse(Response.json(problem, { status: 409 }));
  assert.equal(error.code, "UNFINISHED_RUN");
  assert.equal(error.status, 409);
  assert.equal(error.message, "A run is under way.");
  assert.equal(error.plannerRunId, "r1");
  assert.equal(error.allocatorRunId, "r2");
  assert.deepEqual(error.errors, [{ path: "n_job_lines", message: "too many" }]);
});

Deno.test("errorOfResponse() makes do with a gateway's page", async () => {
  const error = await errorOfResponse(new Response("<h1>Bad gateway</h1>", { status: 502 }));
  assert.equal(error.code, "SERVER_ERROR");
  assert.equal(error.message, "Receptor answered with status 502.");
});

Deno.test("errorOfResponse() keeps the code and message of a function host", async () => {
  const body = { code: "WORKER_LIMIT", message: "Function failed" };
  const error = await errorOfResponse(Response.json(body, { status: 546 }));
  assert.equal(error.code, "WORKER_LIMIT");
  assert.equal(error.message, "Function failed");
});

Deno.test("errorOfResponse() tells Receptor's own failures from those that say nothing of the request", async () => {
  const lost = async (status: number, type: string) =>
    (await errorOfResponse(new Response("{}", { status, headers: { "content-type": type } }))).lost;
  for (const status of [500, 502, 503, 504, 520, 521, 522, 524, 546]) {
    assert.equal(await lost(status, "text/html"), true, `${status}`);
    assert.equal(await lost(status, "application/json"), true, `${status}`);
  }
  assert.equal(await lost(500, "application/problem+json"), false);
  assert.equal(await lost(503, "application/problem+json"), true);
  assert.equal(await lost(429, "text/html"), false);
});

Deno.test("errorOfInvoke() calls a request without an answer NETWORK", async () => {
  const cause = new TypeError("fetch failed");
  const error = await errorOfInvoke({ name: "FunctionsFetchError", context: cause });
  assert.equal(error.code, "NETWORK");
  assert.equal(error.status, 0);
  assert.equal(error.cause, cause);
});

Deno.test("errorOfRest() reads the meaning of the database's own codes", () => {
  const error = errorOfRest({ code: "RC409", message: "A planner run is under way." }, 400);
  assert.equal(error.code, "CONFLICT");
  assert.equal(error.status, 409);
  assert.equal(error.message, "A planner run is under way.");
  assert.equal(errorOfRest({ code: "RC404", message: "x" }, 500).code, "NOT_FOUND");
  assert.equal(errorOfRest({ code: "42501", message: "x" }, 400).code, "FORBIDDEN");
  assert.equal(errorOfRest({ code: "42501", message: "x" }, 401).code, "UNAUTHENTICATED");
  assert.equal(errorOfRest({ code: "PGRST301", message: "x" }, 401).code, "UNAUTHENTICATED");
  assert.equal(errorOfRest({ code: "54001", message: "x" }, 500).code, "BAD_REQUEST");
});

Deno.test("errorOfRest() reads the faults of a document that the database refused", () => {
  const errors = [{ path: "preferences[0].worker", message: "no doctor x@x.example" }];
  const details = JSON.stringify(errors);
  const error = errorOfRest({ code: "RC400", message: "The document...", details }, 500);
  assert.equal(error.code, "BAD_REQUEST");
  assert.deepEqual(error.errors, errors);
  assert.equal(errorOfRest({ code: "RC404", message: "x", details }, 500).errors, undefined);
});

Deno.test("errorOfRest() takes a stable code from the hint", () => {
  const error = errorOfRest({ code: "RC409", message: "No.", hint: "LAST_MANAGER" }, 400);
  assert.equal(error.code, "LAST_MANAGER");
  assert.equal(error.status, 409);
  assert.equal(
    errorOfRest({ code: "RC429", message: "No.", hint: "30" }, 400).code,
    "RATE_LIMITED",
  );
});

Deno.test("who was overtaken is told what is there now, through REST and by a function", async () => {
  const now = { role: "viewer" };
  const hint = "CHANGED_MEANWHILE";
  const ofRest = (details?: string) =>
    errorOfRest({ code: "RC409", message: "No.", hint, details }, 400).now;
  assert.deepEqual(ofRest(JSON.stringify({ now })), now);
  assert.equal(ofRest(JSON.stringify({ now: null })), null);
  assert.equal(ofRest(), undefined);
  const problem = (body: unknown) => errorOfResponse(Response.json(body, { status: 409 }));
  assert.deepEqual((await problem({ code: hint, detail: "No.", now })).now, now);
  assert.equal((await problem({ code: hint, detail: "No." })).now, undefined);
});

Deno.test("errorOfRest() tells what a constraint refused by its column", () => {
  const fault = (code: string, message: string, details?: string) => {
    const { message: words, errors } = errorOfRest({ code, message, details }, 409);
    return [words, errors?.[0].path];
  };
  assert.deepEqual(
    fault(
      "23505",
      'duplicate key value violates unique constraint "hospitals_org_id_name_key"',
      "Key (org_id, name)=(0b0a8d4e-0000-4000-8000-000000000001, North) already exists.",
    ),
    ['"North" is there already.', "name"],
  );
  assert.deepEqual(
    fault("23503", "violates foreign key", "Key (org_id, team)=(a, b) is not present in table"),
    ["It refers to something that is not there any more.", "team"],
  );
  assert.deepEqual(
    fault("23502", 'null value in column "name" of relation "teams" violates not-null constraint'),
    ["Name is needed.", "name"],
  );
  assert.deepEqual(
    fault(
      "23514",
      'new row for relation "workers" violates check constraint "workers_email_check1"',
    ),
    ["Email is not valid.", "email"],
  );
});

Deno.test("errorOfRest() tells what is no value of its column, with where it stands in the request", () => {
  const told = (code: string, message: string, body?: unknown) => {
    const error = errorOfRest({ code, message }, 400, body);
    return [error.code, error.message, error.errors?.[0].path];
  };
  const rows = [{ order_preference: 1 }, { order_preference: "abc", like_dislike_preference: 1.5 }];
  assert.deepEqual(told("22P02", 'invalid input syntax for type real: "abc"', rows), [
    "BAD_REQUEST",
    '"abc" is not a number.',
    "[1].order_preference",
  ]);
  assert.deepEqual(told("22P02", 'invalid input syntax for type smallint: "1.5"', rows), [
    "BAD_REQUEST",
    '"1.5" is not a whole number.',
    "[1].like_dislike_preference",
  ]);
  assert.deepEqual(told("22003", '"1e+300" is out of range for type real', { rank: 1e300 }), [
    "BAD_REQUEST",
    '"1e+300" is too large a number.',
    "rank",
  ]);
  assert.deepEqual(told("22P02", 'invalid input syntax for type uuid: "x"').slice(1), [
    '"x" is not an id.',
    "",
  ]);
  assert.equal(told("22P02", "Token is invalid")[1], "Token is invalid");
});

Deno.test("errorOfRest() shows nobody a page", () => {
  const error = errorOfRest({ message: "\n<html>Sign in</html>" }, 200);
  assert.equal(error.code, "NOT_RECEPTOR");
  assert.equal(error.lost, true);
  assert.match(error.message, /guest network/);
  const gateway = errorOfRest({ message: "<html>502</html>" }, 502);
  assert.equal(gateway.code, "SERVER_ERROR");
  assert.equal(gateway.message, "Receptor answered with status 502.");
});

Deno.test("errorOfRest() calls status 0 NETWORK", () => {
  assert.equal(errorOfRest({ code: "", message: "TypeError: fetch failed" }, 0).code, "NETWORK");
});
