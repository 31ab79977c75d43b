import assert from "node:assert/strict";
import { PostgrestError } from "@supabase/supabase-js";
import * as z from "zod";
import { ApiError } from "./problem_details.ts";
import { databaseError, parseBody, parseKey, pathPart, requireId } from "./requests.ts";

function refused(ask: () => unknown): ApiError {
  try {
    ask();
  } catch (error) {
    assert.ok(error instanceof ApiError);
    return error;
  }
  throw new Error("not refused");
}

Deno.test("parseBody() answers the body, or a path and a sentence for each fault", () => {
  const shape = z.strictObject({ at: z.array(z.int()), name: z.string().default("x") });
  assert.deepEqual(parseBody(shape, { at: [1] }), { at: [1], name: "x" });
  const { status, code, extras } = refused(() => parseBody(shape, { at: [1, "2"], name: 3 }));
  assert.deepEqual([status, code], [400, "INVALID_REQUEST"]);
  assert.deepEqual(extras.errors?.map(({ path }) => path), ["at[1]", "name"]);
  for (const body of [null, undefined, 3, "text", [], { at: [], more: 1 }]) {
    assert.equal(refused(() => parseBody(shape, body)).code, "INVALID_REQUEST");
  }
});

Deno.test("parseBody() refuses texts that no database holds, wherever they stand", () => {
  const bodies = [{ at: "a\u0000" }, { more: [{ at: "\ud800" }] }, { "\u0000": 1 }];
  const paths = bodies.map((body) =>
    refused(() => parseBody(z.unknown(), body)).extras.errors?.map(({ path }) => path)
  );
  assert.deepEqual(paths, [["at"], ["more[0].at"], ["\ufffd"]]);
});

Deno.test("pathPart() reads what was encoded, and tells what no path is", () => {
  assert.equal(pathPart("phase", "a%20b%2Fc"), "a b/c");
  for (const part of ["%ZZ", "%", "%ED%A0%80", "a%00b"]) {
    const { status, extras } = refused(() => pathPart("phase", part));
    assert.deepEqual([status, extras.errors?.[0].path], [400, "phase"], part);
  }
});

Deno.test("parseKey() takes 1 to 200 characters, or no key", () => {
  for (const key of [null, "a", "k".repeat(200)]) assert.equal(parseKey(key), key);
  for (const key of ["", "k".repeat(201)]) {
    assert.equal(refused(() => parseKey(key)).extras.errors?.[0].path, "Idempotency-Key");
  }
});

Deno.test("requireId() takes UUIDs alone", () => {
  requireId("job line", "job_line", "00000000-0000-4000-8000-000000000001");
  for (const id of ["", "7", "00000000-0000-4000-8000-00000000000"]) {
    const { message, extras } = refused(() => requireId("job line", "job_line", id));
    assert.equal(message, "Name the job line by its id in the path.");
    assert.deepEqual(extras.errors, [{ path: "job_line", message: "not a UUID" }]);
  }
});

Deno.test("databaseError() tells callers of rights, ids and limits, and hides everything else", () => {
  const of = (code: string) =>
    databaseError(new PostgrestError({ message: "m", code, details: "CODE", hint: "7" }));
  const told = (code: string) => {
    const error = of(code);
    assert.ok(error instanceof ApiError);
    return [error.status, error.code];
  };
  assert.deepEqual(told("42501"), [403, "FORBIDDEN"]);
  assert.deepEqual(told("RC4ID"), [404, "CODE"]);
  const details = JSON.stringify([{ path: "lines[0]", message: "not an object" }]);
  const faults = databaseError(
    new PostgrestError({ message: "m", code: "RC400", details, hint: "" }),
  );
  assert.deepEqual((faults as ApiError).extras.errors, JSON.parse(details));
  assert.deepEqual(told("RC400"), [400, "INVALID_REQUEST"]);
  assert.deepEqual(told("RC429"), [429, "CODE"]);
  assert.deepEqual((of("RC429") as ApiError).extras.headers, { "retry-after": "7" });
  assert.ok(!(of("23505") instanceof ApiError));
});
