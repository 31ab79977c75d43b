import assert from "node:assert/strict";
import { INTERNAL_KEY_HEADER, requireInternalKey } from "./internal_key.ts";

function request(key?: string): Request {
  return new Request("http://x", {
    headers: key === undefined ? {} : { [INTERNAL_KEY_HEADER]: key },
  });
}

Deno.test("requireInternalKey() lets the key in and nothing else", () => {
  Deno.env.set("RECEPTOR_INTERNAL_KEY", "the-key");
  requireInternalKey(request("the-key"));
  for (const wrong of [undefined, "", "the-ke", "the-key2", "THE-KEY"]) {
    assert.throws(() => requireInternalKey(request(wrong)), {
      code: "UNAUTHENTICATED",
      status: 401,
    });
  }
});

Deno.test("requireInternalKey() refuses everybody when no key is configured", () => {
  Deno.env.delete("RECEPTOR_INTERNAL_KEY");
  assert.throws(() => requireInternalKey(request("")), /RECEPTOR_INTERNAL_KEY/);
});
