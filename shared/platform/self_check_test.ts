import assert from "node:assert/strict";
import { selfCheck } from "./self_check.ts";
import { signHs256 } from "./testing/tokens.ts";

const SECRET = "a shared secret of thirty-two bytes, or more";
const LEGACY = {
  SUPABASE_URL: "http://127.0.0.1:9",
  SUPABASE_ANON_KEY: signHs256({ role: "anon", exp: 4e9 }, SECRET),
};

const check = (env: Record<string, string>) => selfCheck((name) => env[name]);

Deno.test("selfCheck() tells whether the secret is the project's, by its legacy key", async () => {
  const told = async (env: Record<string, string>) => (await check(env)).shared_secret;
  assert.equal(await told(LEGACY), "not given");
  assert.equal(await told({ ...LEGACY, JWT_SECRET: SECRET }), "known");
  assert.equal(await told({ ...LEGACY, JWT_SECRET: "of somebody else" }), "not the project's");
  const RECEPTOR_JWT_SECRET = SECRET;
  assert.equal(await told({ ...LEGACY, JWT_SECRET: "x", RECEPTOR_JWT_SECRET }), "known");
});

Deno.test("selfCheck() says what is missing, and that Auth does not answer; it tells no key", async () => {
  assert.match((await check({})).fault!, /SUPABASE_URL/);
  assert.match((await check({ ...LEGACY, SUPABASE_JWKS: "{" })).fault!, /SUPABASE_JWKS/);
  const found = await check({ ...LEGACY, JWT_SECRET: SECRET });
  assert.deepEqual([found.fault, found.auth_issuer, found.signing_keys], [null, null, null]);
  const text = JSON.stringify(found);
  assert.ok(!text.includes(SECRET) && !text.includes(LEGACY.SUPABASE_ANON_KEY));
});

Deno.test("selfCheck() takes an expired legacy key for what it shows: who signed it", async () => {
  const SUPABASE_ANON_KEY = signHs256({ role: "anon", exp: 1 }, SECRET);
  const found = await check({ ...LEGACY, SUPABASE_ANON_KEY, JWT_SECRET: SECRET });
  assert.equal(found.shared_secret, "known");
});
