import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { es256Key, signEs256, signHs256 } from "../../../shared/platform/testing/tokens.ts";
import {
  jsonWebKeySet,
  type KeyKind,
  makeSecrets,
  signAgain,
  signedClaims,
  verifyToken,
} from "./tokens.ts";

const ISSUER = "http://stack/auth/v1";

/** A token that carries claims; its own signature is that of nobody. */
function unsigned(claims: Record<string, unknown>): string {
  return ["{}", JSON.stringify(claims), ""].map((part) => Buffer.from(part).toString("base64url"))
    .join(".");
}

const inAnHour = Math.floor(Date.now() / 1000) + 3600;
const claims = { sub: "me", exp: inAnHour };
const headerOf = (token: string) =>
  JSON.parse(Buffer.from(token.split(".")[0], "base64url").toString());

Deno.test("signing keys: tokens name the key, whose public half alone is in the key set", () => {
  const secrets = makeSecrets();
  const token = signAgain(unsigned(claims), secrets, ISSUER);
  const { keys: [key, ...others] } = jsonWebKeySet(secrets);
  assert.deepEqual(headerOf(token), { alg: "ES256", kid: key.kid, typ: "JWT" });
  assert.deepEqual(others, []);
  assert.deepEqual(Object.keys(key).sort(), [
    ..."alg crv ext key_ops kid kty use x y".split(" "),
  ]);
  assert.deepEqual(verifyToken(token, secrets), { iss: ISSUER, ...claims });
});

Deno.test("a legacy project signs with the shared secret, names no key, and has an empty key set", () => {
  const secrets = makeSecrets("legacy");
  const token = signAgain(unsigned(claims), secrets, ISSUER);
  assert.deepEqual(headerOf(token), { alg: "HS256", typ: "JWT" });
  assert.deepEqual(jsonWebKeySet(secrets), { keys: [] });
  assert.deepEqual(verifyToken(token, secrets), { iss: ISSUER, ...claims });
});

Deno.test("a token that held is asked after its time, and by another project, anew", () => {
  const secrets = makeSecrets(), others = makeSecrets();
  const past = signAgain(unsigned({ sub: "me", exp: 1 }), secrets, ISSUER);
  for (let n = 0; n < 2; n++) {
    assert.equal(signedClaims(past, secrets)?.sub, "me");
    assert.equal(verifyToken(past, secrets), null);
    assert.equal(signedClaims(past, others), null);
  }
});

for (const kind of ["signing_keys", "legacy", "self_hosted"] as KeyKind[]) {
  Deno.test(`verifyToken() takes legacy API keys and refuses what others signed: ${kind}`, () => {
    const secrets = makeSecrets(kind);
    assert.equal(verifyToken(secrets.anonKey, secrets)?.role, "anon");
    assert.equal(verifyToken(secrets.serviceRoleKey, secrets)?.role, "service_role");
    const token = signAgain(unsigned(claims), secrets, ISSUER);
    const [header, , signature] = token.split(".");
    const forged = [header, unsigned({ ...claims, sub: "you" }).split(".")[1], signature].join(".");
    const { kid } = secrets.signingKey;
    for (
      const wrong of [
        signAgain(unsigned(claims), makeSecrets(kind), ISSUER),
        forged,
        signAgain(unsigned({ ...claims, exp: 1 }), secrets, ISSUER),
        signAgain(unsigned({ sub: "me" }), secrets, ISSUER),
        signEs256(claims, es256Key(kid).privateKey, kid),
        signHs256(claims, JSON.stringify(jsonWebKeySet(secrets).keys[0] ?? ""), kid),
        `${token}.x`,
        unsigned(claims),
        "x",
        "a.b.c",
        "",
      ]
    ) {
      assert.equal(verifyToken(wrong, secrets), null, wrong);
      // What held once holds again, and makes nothing hold that does not.
      assert.equal(verifyToken(token, secrets)?.sub, "me");
      assert.equal(verifyToken(wrong, secrets), null, wrong);
    }
  });
}
