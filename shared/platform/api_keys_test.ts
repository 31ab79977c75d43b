import assert from "node:assert/strict";
import { publishableKey, secretKeys } from "./api_keys.ts";

const env = (values: Record<string, string>) => (name: string) => values[name];

Deno.test("publishableKey() takes the default key, the first one, the single one, or the legacy key", () => {
  const legacy = { SUPABASE_ANON_KEY: "anon" };
  for (
    const [values, key] of [
      [{ SUPABASE_PUBLISHABLE_KEYS: '{"web":"w","default":"d"}', ...legacy }, "d"],
      [{ SUPABASE_PUBLISHABLE_KEYS: '{"web":"w"}', ...legacy }, "w"],
      // docker's compose file gives this where no keys were made.
      [{ SUPABASE_PUBLISHABLE_KEYS: '{"default":""}', ...legacy }, "anon"],
      [{ SUPABASE_PUBLISHABLE_KEYS: "", SUPABASE_PUBLISHABLE_KEY: "p", ...legacy }, "p"],
      [{ SUPABASE_PUBLISHABLE_KEYS: "{}", ...legacy }, "anon"],
      [legacy, "anon"],
    ] as [Record<string, string>, string][]
  ) {
    assert.equal(publishableKey(env(values)), key, JSON.stringify(values));
  }
});

Deno.test("publishableKey() names what is missing or wrong, and tells no key", () => {
  assert.throws(() => publishableKey(env({})), /SUPABASE_PUBLISHABLE_KEYS.*SUPABASE_ANON_KEY/);
  for (const wrong of ["sb_publishable_x", "[]", "null", '"sb_publishable_x"']) {
    assert.throws(
      () => publishableKey(env({ SUPABASE_PUBLISHABLE_KEYS: wrong })),
      (error: Error) =>
        /SUPABASE_PUBLISHABLE_KEYS/.test(error.message) &&
        !error.message.includes("sb_"),
      wrong,
    );
  }
});

Deno.test("secretKeys() are all that other servers may have", () => {
  assert.deepEqual(secretKeys(env({})), []);
  const all = secretKeys(env({
    SUPABASE_SECRET_KEYS: '{"a":"1","default":"2"}',
    SUPABASE_SECRET_KEY: "3",
    SUPABASE_SERVICE_ROLE_KEY: "4",
  }));
  assert.deepEqual([...new Set(all)].sort(), ["1", "2", "3", "4"]);
});
