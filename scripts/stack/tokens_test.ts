import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { jsonWebKeySet, makeSecrets, signAgain, verifyToken } from "./tokens.ts";

const secrets = makeSecrets();
const ISSUER = "http://stack/auth/v1";

/** A token that carries claims; its own signature is that of nobody. */
function unsigned(claims: Record<string, unknown>): string {
  return ["{}", JSON.stringify(claims), ""].map((part) => Buffer.from(part).toString("base64url"))
    .join(".");
}

const inAnHour = Math.floor(Date.now() / 1000) + 3600;

Deno.test("signAgain() signs the claims and the issuer with the key that the key set names", () => {
  const token = signAgain(unsigned({ sub: "me", exp: inAnHour }), secrets, ISSUER);
  const header = JSON.parse(Buffer.from(token.split(".")[0], "base64url").toString());
  assert.equal(header.kid, jsonWebKeySet(secrets).keys[0].kid);
  assert.deepEqual(verifyToken(token, secrets), { iss: ISSUER, sub: "me", exp: inAnHour });
});

Deno.test("verifyToken() refuses other keys, changed claims, expired tokens and nonsense", () => {
  const token = signAgain(unsigned({ sub: "me", exp: inAnHour }), secrets, ISSUER);
  const [header, , signature] = token.split(".");
  const forged = [header, unsigned({ sub: "you", exp: inAnHour }).split(".")[1], signature].join(
    ".",
  );
  const expired = signAgain(unsigned({ sub: "me", exp: 1 }), secrets, ISSUER);
  for (
    const wrong of [
      signAgain(token, makeSecrets(), ISSUER),
      forged,
      expired,
      unsigned({ exp: inAnHour }),
      "x",
      "",
    ]
  ) {
    assert.equal(verifyToken(wrong, secrets), null);
  }
});
