import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { projectIssuers, requireUser, type TokenSettings } from "./auth.ts";
import { es256Key, joined, signEs256, signHs256, userClaims } from "./testing/tokens.ts";

const ISSUER = "https://ours.supabase.co/auth/v1";
const SECRET = "a shared secret of thirty-two bytes, or more";
const ours = es256Key("asymmetric");
const theirs = es256Key("asymmetric");

const settings: TokenSettings = {
  issuers: [ISSUER],
  env: {
    url: "https://ours.supabase.co",
    publishableKeys: { default: "sb_publishable_x" },
    secretKeys: { default: "sb_secret_x" },
    jwks: {
      keys: [
        ours.publicJwk,
        { kty: "oct", k: Buffer.from(SECRET).toString("base64url"), alg: "HS256", kid: "shared" },
      ],
    } as NonNullable<TokenSettings["env"]>["jwks"],
  },
};

function user(token: string) {
  const headers = { authorization: `Bearer ${token}` };
  return requireUser(new Request("http://x", { headers }), settings);
}

const good = userClaims(ISSUER);

Deno.test("requireUser() takes a user's token of this project, whichever key signs it", async () => {
  for (
    const token of [
      signEs256(good, ours.privateKey, "asymmetric"),
      signHs256(good, SECRET, "shared"),
    ]
  ) {
    assert.equal((await user(token)).userId, good.sub);
  }
});

const es = (changes: Record<string, unknown>) =>
  signEs256({ ...good, ...changes }, ours.privateKey, "asymmetric");
const [header, payload, signature] = es({}).split(".");

const refused: Record<string, string> = {
  "nothing": "",
  "no token at all": "nonsense",
  "claims changed after signing": `${header}.${
    Buffer.from(JSON.stringify({ ...good, sub: "you" })).toString("base64url")
  }.${signature}`,
  "no signature": `${header}.${payload}.`,
  "expired": es({ exp: 1 }),
  "not valid yet": es({ nbf: Math.floor(Date.now() / 1000) + 3600 }),
  "another issuer": es({ iss: "https://theirs.supabase.co/auth/v1" }),
  "no issuer": es({ iss: undefined }),
  "another audience": es({ aud: "somebody" }),
  "no audience": es({ aud: undefined }),
  "the role service_role": es({ role: "service_role" }),
  "the role anon": es({ role: "anon" }),
  "no user": es({ sub: undefined }),
  "alg none": joined({ alg: "none", typ: "JWT" }, good),
  "alg none with a kid": joined({ alg: "none", typ: "JWT", kid: "asymmetric" }, good),
  "alg None, signed": joined({ alg: "None", kid: "asymmetric" }, good, signature),
  "another project's key of the same name": signEs256(good, theirs.privateKey, "asymmetric"),
  "another project's secret": signHs256(good, "another project's secret, as long", "shared"),
  "HS256 with the public key as the secret": signHs256(good, ours.pem, "asymmetric"),
  "HS256 with the public key's JSON": signHs256(
    good,
    JSON.stringify(ours.publicJwk),
    "asymmetric",
  ),
  "HS256 with the public key under the shared key's name": signHs256(good, ours.pem, "shared"),
  "a key that is not in the set": signHs256(good, SECRET, "unknown"),
  "the key in the header": joined(
    { alg: "ES256", kid: "asymmetric", jwk: theirs.publicJwk },
    good,
    signEs256(good, theirs.privateKey, "asymmetric").split(".")[2],
  ),
  "a publishable key": "sb_publishable_x",
  "a secret key": "sb_secret_x",
};

for (const [what, token] of Object.entries(refused)) {
  Deno.test(`requireUser() refuses ${what}`, async () => {
    await assert.rejects(user(token), { name: "ApiError", status: 401, code: "UNAUTHENTICATED" });
  });
}

Deno.test("projectIssuers() names the project's Auth, or what the settings say", () => {
  const issuers = (env: Record<string, string>) => projectIssuers((name) => env[name]);
  const SUPABASE_URL = "https://ours.supabase.co";
  assert.deepEqual(issuers({ SUPABASE_URL }), [ISSUER]);
  assert.deepEqual(
    issuers({ SUPABASE_URL: "http://kong:8000", SUPABASE_PUBLIC_URL: `${SUPABASE_URL}/` }),
    [ISSUER],
  );
  assert.deepEqual(issuers({ SUPABASE_URL, RECEPTOR_AUTH_ISSUER: "https://a/auth, https://b" }), [
    "https://a/auth",
    "https://b",
  ]);
  assert.throws(() => issuers({}), /SUPABASE_URL/);
});
