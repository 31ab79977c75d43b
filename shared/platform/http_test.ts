import assert from "node:assert/strict";
import { corsHeaders } from "@supabase/supabase-js/cors";
import { createHandler, pathAfter, readJson, readOptionalJson } from "./http.ts";
import { ApiError } from "./problem_details.ts";
import { databaseError } from "./requests.ts";

const URL_OF_FN = "http://x/functions/v1/fn";

function post(body: BodyInit): Request {
  return new Request(URL_OF_FN, { method: "POST", body });
}

Deno.test("pathAfter() gives what follows the function's name", () => {
  assert.equal(pathAfter(URL_OF_FN, "fn"), "");
  assert.equal(pathAfter(`${URL_OF_FN}/`, "fn"), "");
  assert.equal(pathAfter(`${URL_OF_FN}/a/b?c=d`, "fn"), "a/b");
  // The hosted runtime strips the prefix.
  assert.equal(pathAfter("http://x/fn/a", "fn"), "a");
});

Deno.test("createHandler() turns an ApiError into problem details with CORS headers", async () => {
  const handler = createHandler("fn", {
    POST: () => {
      throw new ApiError(409, "TAKEN", "Taken.", { members: { by: "you" } });
    },
  });
  const response = await handler(post("{}"));
  assert.equal(response.status, 409);
  assert.equal(response.headers.get("access-control-allow-origin"), "*");
  assert.deepEqual(await response.json(), {
    type: "about:blank",
    title: "Conflict",
    status: 409,
    code: "TAKEN",
    detail: "Taken.",
    by: "you",
  });
});

Deno.test("createHandler() answers 503 with Retry-After where the database is busy, gone or takes no changes, and there alone", async () => {
  const answerTo = (error: unknown) =>
    createHandler("fn", { POST: () => Promise.reject(error) })(post("{}"));
  const busy = [
    ...["40001", "40P01", "53300", "53400", "55P03", "57014", "57P01", "57P03", "08006", "25P03"],
    ...["PGRST000", "PGRST001", "PGRST002", "PGRST003", "CONNECTION_STALLED", "CONNECT_TIMEOUT"],
    ...["CONNECTION_CLOSED", "ECONNREFUSED", "ECONNRESET", "25006", "53100"],
  ];
  for (const code of busy) {
    const own = Object.assign(new Error("sorry, too many clients already"), { code });
    const ofRest = databaseError(
      {
        ...{ name: "PostgrestError", message: "canceling statement", details: "", hint: "", code },
        toJSON: () => ({}),
      } as Parameters<typeof databaseError>[0],
    );
    for (const error of [own, ofRest]) {
      const response = await answerTo(error);
      assert.equal(response.status, 503, code);
      assert.match(response.headers.get("retry-after")!, /^[1-9]0?$/);
      const { code: told, detail } = await response.json();
      assert.equal(told, code === "25006" || code === "53100" ? "READ_ONLY" : "BUSY");
      assert.doesNotMatch(detail, /client|statement/);
    }
  }
  for (const code of ["23505", "22P02", "42P01", "P0001", "XX000", "PGRST116", "", undefined]) {
    const response = await answerTo(Object.assign(new Error("x"), { code }));
    assert.equal(response.status, 500, String(code));
    await response.body?.cancel();
  }
});

Deno.test("createHandler() reveals nothing of an unexpected error", async () => {
  const handler = createHandler("fn", {
    POST: () => Promise.reject(new Error("password=hunter2 at table secrets")),
  });
  const response = await handler(post("{}"));
  const text = await response.text();
  assert.equal(response.status, 500);
  assert.match(text, /INTERNAL_ERROR/);
  assert.doesNotMatch(text, /hunter2|secrets/);
});

Deno.test("createHandler() lets browsers send what supabase-js sends, and asks no one who they are first", async () => {
  const handler = createHandler("fn", { POST: () => new Response() });
  const response = await handler(new Request(URL_OF_FN, { method: "OPTIONS" }));
  assert.equal(response.status, 204);
  const allowed = response.headers.get("access-control-allow-headers")!.split(/, */);
  const sent = corsHeaders["Access-Control-Allow-Headers"].split(/, */);
  assert.deepEqual(allowed.toSorted(), [...sent, "x-region", "idempotency-key"].sort());
});

Deno.test("createHandler() refuses other methods and names its own", async () => {
  const response = await createHandler("fn", { GET: () => new Response() })(post("{}"));
  assert.equal(response.status, 405);
  assert.equal(response.headers.get("allow"), "GET, OPTIONS");
  await response.body?.cancel();
});

Deno.test("createHandler() takes no method for one that is only a member of every object", async () => {
  const handler = createHandler("fn", { GET: () => new Response() });
  for (const method of ["constructor", "toString", "__proto__"]) {
    const response = await handler(new Request(URL_OF_FN, { method }));
    assert.equal(response.status, 405, method);
    await response.body?.cancel();
  }
});

Deno.test("readOptionalJson() reads {} where there is no body, however that is told", async () => {
  const empty = new Request(URL_OF_FN, { method: "POST", body: new Uint8Array(0) });
  assert.notEqual(empty.body, null, "a stream of nothing");
  assert.deepEqual(await readOptionalJson(empty), {});
  assert.deepEqual(await readOptionalJson(new Request(URL_OF_FN, { method: "POST" })), {});
  assert.deepEqual(await readOptionalJson(post('{"a":1}')), { a: 1 });
  await assert.rejects(readOptionalJson(post(" ")), { code: "INVALID_JSON", status: 400 });
});

Deno.test("readJson() reads what fits and refuses the rest", async () => {
  assert.deepEqual(await readJson(post('{"a":"ä"}')), { a: "ä" });
  await assert.rejects(readJson(post("{")), { code: "INVALID_JSON", status: 400 });
  await assert.rejects(readJson(post("")), { code: "INVALID_JSON" });
  await assert.rejects(readJson(post(`"${"x".repeat(256 * 1024)}"`)), {
    code: "BODY_TOO_LARGE",
    status: 413,
  });
});

Deno.test("createHandler() lets nobody keep an answer, or take it for what it does not say that it is", async () => {
  const handler = createHandler("fn", {
    GET: () => Response.json({}),
    POST: () => Promise.reject(new Error("x")),
  });
  for (const method of ["GET", "POST", "DELETE", "OPTIONS"]) {
    const response = await handler(new Request(URL_OF_FN, { method }));
    assert.equal(response.headers.get("cache-control"), "no-store", method);
    assert.equal(response.headers.get("x-content-type-options"), "nosniff", method);
    await response.body?.cancel();
  }
});
