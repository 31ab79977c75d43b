import assert from "node:assert/strict";
import { requireEnv } from "./env.ts";
import { INTERNAL_KEY_HEADER, requireInternalKey } from "./internal_key.ts";

function request(key?: string): Request {
  return new Request("http://x", {
    headers: key === undefined ? {} : { [INTERNAL_KEY_HEADER]: key },
  });
}

Deno.test("requireInternalKey() lets the key in and nothing else", () => {
  requireInternalKey(request("the-key"), "the-key");
  for (const wrong of [undefined, "", "the-ke", "the-key2", "THE-KEY"]) {
    assert.throws(() => requireInternalKey(request(wrong), "the-key"), {
      code: "UNAUTHENTICATED",
      status: 401,
    });
  }
});

// The internal key is read through it: where none is configured, nobody gets in.
Deno.test("requireEnv() throws and names a setting that is not there", () => {
  assert.throws(() => requireEnv("RECEPTOR_NOT_SET"), /RECEPTOR_NOT_SET/);
});
