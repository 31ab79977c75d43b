import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { addKeyId, jsonWebKeySet, makeSecrets, verifyToken } from "./tokens.ts";

const secrets = makeSecrets();

/** A token that carries claims; its own signature is that of nobody. */
function unsigned(claims: Record<string, unknown>): string {
  return ["{}", JSON.stringify(claims), ""].map((part) => Buffer.from(part).toString("base64url"))
    .join(".");
}

const inAnHour = Math.floor(Date.now() / 1000) + 3600;

Deno.test("addKeyId() signs the same claims with the key that the key set names", () => {
  const token = addKeyId(unsigned({ sub: "me", exp: inAnHour }), secrets);
  const header = JSON.parse(Buffer.from(token.split(".")[0], "base64url").toString());
  assert.equal(header.kid, jsonWebKeySet(secrets).keys[0].kid);
  assert.deepEqual(verifyToken(token, secrets), { sub: "me", exp: inAnHour });
});

Deno.test("verifyToken() refuses other keys, changed claims, expired tokens and nonsense", () => {
  const token = addKeyId(unsigned({ sub: "me", exp: inAnHour }), secrets);
  const [header, , signature] = token.split(".");
  const forged = [header, unsigned({ sub: "you", exp: inAnHour }).split(".")[1], signature].join(
    ".",
  );
  const expired = addKeyId(unsigned({ sub: "me", exp: 1 }), secrets);
  for (
    const wrong of [
      addKeyId(token, makeSecrets()),
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
