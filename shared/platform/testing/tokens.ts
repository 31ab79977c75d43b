// Signs tokens for tests: right ones and wrong ones.

import { Buffer } from "node:buffer";
import { createHmac, generateKeyPairSync, type KeyObject, sign } from "node:crypto";

/** Claims of a token. */
export type Claims = Record<string, unknown>;

/** Claims as Supabase Auth issues them to a user for the next hour. */
export function userClaims(issuer: string, changes: Claims = {}): Claims {
  const now = Math.floor(Date.now() / 1000);
  return {
    iss: issuer,
    sub: "00000000-0000-4000-8000-000000000001",
    aud: "authenticated",
    role: "authenticated",
    iat: now,
    exp: now + 3600,
    ...changes,
  };
}

/** A token with any header and no signature but the one given. */
export function joined(header: Claims, claims: Claims, signature = ""): string {
  return `${head(header, claims)}.${signature}`;
}

/** A token signed with a shared secret, as legacy projects sign: without the id of a key. */
export function signHs256(claims: Claims, secret: Buffer | string, kid?: string): string {
  const text = head({ alg: "HS256", typ: "JWT", ...(kid === undefined ? {} : { kid }) }, claims);
  return `${text}.${createHmac("sha256", secret).update(text).digest("base64url")}`;
}

/** A key pair as new projects sign with, its public half as in a key set. */
export function es256Key(kid: string): { privateKey: KeyObject; publicJwk: Claims; pem: string } {
  const { privateKey, publicKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  return {
    privateKey,
    publicJwk: { ...publicKey.export({ format: "jwk" }), alg: "ES256", use: "sig", kid },
    pem: publicKey.export({ format: "pem", type: "spki" }).toString(),
  };
}

/** A token signed with the private half of such a key. */
export function signEs256(claims: Claims, privateKey: KeyObject, kid: string): string {
  const text = head({ alg: "ES256", typ: "JWT", kid }, claims);
  const signature = sign("sha256", Buffer.from(text), {
    key: privateKey,
    dsaEncoding: "ieee-p1363",
  });
  return `${text}.${signature.toString("base64url")}`;
}

function head(header: Claims, claims: Claims): string {
  return [header, claims].map((part) => Buffer.from(JSON.stringify(part)).toString("base64url"))
    .join(".");
}
