import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { requireService, requireUser } from "./auth.ts";
import { es256Key, joined, signEs256, signHs256, userClaims } from "./testing/tokens.ts";
import { type TokenSettings, tokenSettings } from "./tokens.ts";

const ISSUER = "https://ours.supabase.co/auth/v1";
const SECRET = "a shared secret of thirty-two bytes, or more";
const ours = es256Key("ours");
const theirs = es256Key("ours");
/** Auth signs with it by now. */
const next = es256Key("next");
const good = userClaims(ISSUER);
const signed = (changes: Record<string, unknown>) =>
  signEs256({ ...good, ...changes }, ours.privateKey, "ours");
const legacy = (changes: Record<string, unknown>) => signHs256({ ...good, ...changes }, SECRET);

/** Auth as its users see it: serves a key set, and verifies the tokens of legacy projects by its shared secret. */
function fakeAuth(keys: unknown[], broken = false) {
  const asked: string[] = [];
  const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen: () => {} }, (request) => {
    const { pathname } = new URL(request.url);
    asked.push(pathname);
    if (broken) return Response.json({ message: "down" }, { status: 503 });
    if (pathname === "/auth/v1/.well-known/jwks.json") return Response.json({ keys });
    const token = request.headers.get("authorization")!.replace("Bearer ", "");
    const claims = JSON.parse(Buffer.from(token.split(".")[1], "base64url").toString());
    const right = token === signHs256(claims, SECRET) || token === signHs256(claims, SECRET, "old");
    if (!right || !(claims.exp * 1000 > Date.now())) {
      return Response.json({ error_code: "bad_jwt" }, { status: 403 });
    }
    return Response.json({ id: claims.sub });
  });
  return {
    url: `http://127.0.0.1:${server.addr.port}`,
    asked,
    [Symbol.asyncDispose]: () => server.shutdown(),
  };
}

function ask(token: string, settings: TokenSettings) {
  const headers = { authorization: `Bearer ${token}` };
  return requireUser(new Request("http://x", { headers }), settings);
}

/** The settings of the kinds of projects there are, as tokenSettings() reads them from what their functions are given. */
function settingsOf(env: Record<string, string>, url = "http://127.0.0.1:9"): TokenSettings {
  const given: Record<string, string> = {
    SUPABASE_URL: url,
    SUPABASE_PUBLIC_URL: "https://ours.supabase.co",
    ...env,
  };
  return tokenSettings((name) => given[name]);
}

const HOSTED = {
  SUPABASE_PUBLISHABLE_KEYS: '{"default":"sb_publishable_x"}',
  SUPABASE_JWKS: JSON.stringify({ keys: [ours.publicJwk] }),
};
const LEGACY = { SUPABASE_ANON_KEY: legacy({ role: "anon" }), SUPABASE_JWKS: '{"keys":[]}' };
const DOCKER = {
  SUPABASE_ANON_KEY: legacy({ role: "anon" }),
  SUPABASE_PUBLISHABLE_KEYS: '{"default":""}',
  JWT_SECRET: SECRET,
};
/** docker's compose file with signing keys: its key set holds the secret as well. */
const DOCKER_SIGNING = {
  ...DOCKER,
  SUPABASE_JWKS: JSON.stringify({
    keys: [ours.publicJwk, {
      kty: "oct",
      k: Buffer.from(SECRET).toString("base64url"),
      alg: "HS256",
    }],
  }),
};

const accepted: [project: string, env: Record<string, string>, token: string, asks: string[]][] = [
  ["hosted, signing keys", HOSTED, signed({}), []],
  ["hosted, key set served by Auth", { ...HOSTED, SUPABASE_JWKS: "" }, signed({}), [
    "/auth/v1/.well-known/jwks.json",
  ]],
  [
    "hosted, a key newer than those that were given",
    HOSTED,
    signEs256(good, next.privateKey, "next"),
    [
      "/auth/v1/.well-known/jwks.json",
    ],
  ],
  [
    "hosted, signed with the secret before it was replaced",
    HOSTED,
    signHs256(good, SECRET, "old"),
    [
      "/auth/v1/user",
    ],
  ],
  ["legacy", LEGACY, legacy({}), ["/auth/v1/user"]],
  ["legacy, with the secret", { ...LEGACY, RECEPTOR_JWT_SECRET: SECRET }, legacy({}), []],
  ["legacy, with a JWT_SECRET of its own", { ...LEGACY, JWT_SECRET: "another" }, legacy({}), [
    "/auth/v1/user",
  ]],
  ["docker, shared secret", DOCKER, legacy({}), []],
  ["docker, issuer without a path", DOCKER, legacy({ iss: "https://ours.supabase.co" }), []],
  ["docker, signing keys", DOCKER_SIGNING, signed({}), []],
  ["docker, signing keys, an older token", DOCKER_SIGNING, legacy({}), []],
];

for (const [project, env, token, asks] of accepted) {
  Deno.test(`requireUser() takes a user's token: ${project}`, async () => {
    await using auth = fakeAuth([ours.publicJwk, next.publicJwk]);
    const { userId } = await ask(token, settingsOf(env, auth.url));
    assert.equal(userId, good.sub);
    assert.deepEqual(auth.asked, asks);
  });
}

const [header, payload, signature] = signed({}).split(".");
const forged = Buffer.from(JSON.stringify({ ...good, sub: "you" })).toString("base64url");
const [oldHeader, , oldSignature] = legacy({}).split(".");

const refused: Record<string, string> = {
  "nothing": "",
  "no token at all": "nonsense",
  "three parts of nonsense": "a.b.c",
  "claims changed after signing": `${header}.${forged}.${signature}`,
  "claims changed after signing with the secret": `${oldHeader}.${forged}.${oldSignature}`,
  "no signature": `${header}.${payload}.`,
  "expired": signed({ exp: 1 }),
  "expired, shared secret": legacy({ exp: 1 }),
  "no expiry": signed({ exp: undefined }),
  "no expiry, shared secret": legacy({ exp: undefined }),
  "not valid yet": signed({ nbf: Math.floor(Date.now() / 1000) + 3600 }),
  "another issuer": signed({ iss: "https://theirs.supabase.co/auth/v1" }),
  "another issuer, shared secret": legacy({ iss: "https://theirs.supabase.co/auth/v1" }),
  "no issuer": signed({ iss: undefined }),
  "no issuer, shared secret": legacy({ iss: undefined }),
  "another audience": signed({ aud: "somebody" }),
  "another audience, shared secret": legacy({ aud: "somebody" }),
  "no audience": signed({ aud: undefined }),
  "the role service_role": signed({ role: "service_role" }),
  "the role anon": signed({ role: "anon" }),
  "no user": signed({ sub: undefined }),
  "the legacy anon key": signHs256({ iss: "supabase", role: "anon", exp: good.exp }, SECRET),
  "the legacy service_role key": signHs256(
    { iss: "supabase", role: "service_role", exp: good.exp },
    SECRET,
  ),
  "alg none": joined({ alg: "none", typ: "JWT" }, good),
  "alg none with a kid": joined({ alg: "none", typ: "JWT", kid: "ours" }, good),
  "alg None, signed": joined({ alg: "None", kid: "ours" }, good, signature),
  "another project's key of the same name": signEs256(good, theirs.privateKey, "ours"),
  "another project's secret": signHs256(good, "another project's secret, as long"),
  "an empty secret": signHs256(good, ""),
  "HS256 with the public key as the secret": signHs256(good, ours.pem, "ours"),
  "HS256 with the public key's JSON": signHs256(good, JSON.stringify(ours.publicJwk), "ours"),
  "HS256 with the public key's x": signHs256(
    good,
    Buffer.from(String(ours.publicJwk.x), "base64url"),
    "ours",
  ),
  "a key that is not in the set": signEs256(good, ours.privateKey, "unknown"),
  "the key in the header": joined(
    { alg: "ES256", kid: "ours", jwk: theirs.publicJwk },
    good,
    signEs256(good, theirs.privateKey, "ours").split(".")[2],
  ),
  "a publishable key": "sb_publishable_x",
  "a secret key": "sb_secret_x",
};

for (const [project, env] of Object.entries({ HOSTED, LEGACY, DOCKER, DOCKER_SIGNING })) {
  Deno.test(`requireUser() refuses wrong tokens: ${project}`, async (t) => {
    await using auth = fakeAuth(env === HOSTED ? [ours.publicJwk] : []);
    const settings = settingsOf(env, auth.url);
    for (const [what, token] of Object.entries(refused)) {
      await t.step(what, async () => {
        await assert.rejects(ask(token, settings), {
          name: "ApiError",
          status: 401,
          code: "UNAUTHENTICATED",
        });
      });
    }
  });
}

Deno.test("requireUser() answers 503, not 401, where Auth cannot be asked", async () => {
  const unavailable = { name: "ApiError", status: 503, code: "AUTH_UNAVAILABLE" };
  await using auth = fakeAuth([], true);
  for (const url of [auth.url, "http://127.0.0.1:9"]) {
    await assert.rejects(ask(legacy({}), settingsOf(LEGACY, url)), unavailable);
    await assert.rejects(ask(signed({}), settingsOf(LEGACY, url)), unavailable);
  }
});

Deno.test("tokenSettings() names the project's Auth as issuer, or what the settings say", () => {
  const issuers = (env: Record<string, string>) => settingsOf({ ...HOSTED, ...env }).issuers;
  assert.deepEqual(issuers({}), [ISSUER, "https://ours.supabase.co"]);
  assert.deepEqual(issuers({ SUPABASE_PUBLIC_URL: "", SUPABASE_URL: "https://b.example/" }), [
    "https://b.example/auth/v1",
    "https://b.example",
  ]);
  assert.deepEqual(issuers({ RECEPTOR_AUTH_ISSUER: "https://a/auth, https://b" }), [
    "https://a/auth",
    "https://b",
  ]);
});

Deno.test("tokenSettings() says which setting is missing or wrong", () => {
  assert.throws(() => settingsOf({ ...HOSTED, SUPABASE_URL: "" }), /SUPABASE_URL/);
  assert.throws(() => settingsOf({}), /SUPABASE_PUBLISHABLE_KEYS.*SUPABASE_ANON_KEY/);
  for (const SUPABASE_JWKS of ["{", "{}", "null", "7", '{"keys":1}', "[null]"]) {
    assert.throws(() => settingsOf({ ...HOSTED, SUPABASE_JWKS }), /SUPABASE_JWKS/, SUPABASE_JWKS);
  }
  const { keySet } = settingsOf({ ...HOSTED, SUPABASE_JWKS: JSON.stringify([ours.publicJwk]) });
  assert.deepEqual(keySet, { keys: [ours.publicJwk] });
});

Deno.test("requireService() takes any secret key of the project and nothing else", () => {
  const given: Record<string, string> = {
    SUPABASE_URL: "http://127.0.0.1:9",
    SUPABASE_SECRET_KEYS: '{"other":"sb_secret_o","default":"sb_secret_x","none":""}',
    SUPABASE_SERVICE_ROLE_KEY: "legacy.service.role",
  };
  const service = (apikey: string) =>
    requireService(new Request("http://x", { headers: { apikey } }), (name) => given[name]);
  for (const key of ["sb_secret_x", "sb_secret_o", "legacy.service.role"]) assert.ok(service(key));
  for (const key of ["", "sb_publishable_x", "sb_secret_", "sb_secret_xy"]) {
    assert.throws(() => service(key), { code: "UNAUTHENTICATED" }, key);
  }
});
