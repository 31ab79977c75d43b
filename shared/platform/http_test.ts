import assert from "node:assert/strict";
import { corsHeaders } from "@supabase/supabase-js/cors";
import { createHandler, pathAfter, readJson } from "./http.ts";
import { ApiError } from "./problem_details.ts";

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

Deno.test("readJson() reads what fits and refuses the rest", async () => {
  assert.deepEqual(await readJson(post('{"a":"ä"}')), { a: "ä" });
  await assert.rejects(readJson(post("{")), { code: "INVALID_JSON", status: 400 });
  await assert.rejects(readJson(post("")), { code: "INVALID_JSON" });
  await assert.rejects(readJson(post(`"${"x".repeat(256 * 1024)}"`)), {
    code: "BODY_TOO_LARGE",
    status: 413,
  });
});
