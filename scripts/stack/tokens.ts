// Keys and tokens of a stack. @supabase/lite signs HS256 without a `kid`; hosted tokens carry one, and @supabase/server
// finds the key by it. So the gateway signs lite's tokens again, with the same secret, a `kid`, and the issuer (`iss`)
// that hosted tokens name.
import { Buffer } from "node:buffer";
import { createHmac, randomBytes, timingSafeEqual } from "node:crypto";

/** What a stack signs and checks with. All made up at start. */
export interface Secrets {
  publishableKey: string;
  secretKey: string;
  internalKey: string;
  jwtSecret: string;
  jwtKeyId: string;
}

/** Claims of a verified access token. */
export interface Claims extends Record<string, unknown> {
  sub?: string;
  role?: string;
  exp?: number;
}

/** Makes keys in hosted Supabase's form. */
export function makeSecrets(): Secrets {
  return {
    publishableKey: `sb_publishable_${random(16)}`,
    secretKey: `sb_secret_${random(16)}`,
    internalKey: random(32),
    jwtSecret: random(32),
    jwtKeyId: crypto.randomUUID(),
  };
}

/** The key set that a function checks users' tokens with (SUPABASE_JWKS). */
export function jsonWebKeySet(secrets: Secrets): { keys: Record<string, unknown>[] } {
  const k = Buffer.from(secrets.jwtSecret).toString("base64url");
  return { keys: [{ kty: "oct", k, alg: "HS256", kid: secrets.jwtKeyId, key_ops: ["verify"] }] };
}

/** Signs a token's claims again, with the key's id in the header and the issuer among the claims. */
export function signAgain(token: string, secrets: Secrets, issuer: string): string {
  const claims = JSON.parse(Buffer.from(token.split(".")[1], "base64url").toString()) as Claims;
  const signed = [
    { alg: "HS256", typ: "JWT", kid: secrets.jwtKeyId },
    { iss: issuer, ...claims },
  ].map((part) => Buffer.from(JSON.stringify(part)).toString("base64url")).join(".");
  return `${signed}.${sign(signed, secrets).toString("base64url")}`;
}

/** @returns the claims of a token that this stack signed and that has not expired, else null */
export function verifyToken(token: string, secrets: Secrets): Claims | null {
  const [header, payload, signature] = token.split(".");
  if (!header || !payload || !signature) return null;
  const expected = sign(`${header}.${payload}`, secrets);
  const given = Buffer.from(signature, "base64url");
  if (given.length !== expected.length || !timingSafeEqual(given, expected)) return null;
  const claims = JSON.parse(Buffer.from(payload, "base64url").toString()) as Claims;
  return (claims.exp ?? 0) * 1000 > Date.now() ? claims : null;
}

function sign(text: string, secrets: Secrets): Buffer {
  return createHmac("sha256", secrets.jwtSecret).update(text).digest();
}

function random(bytes: number): string {
  return randomBytes(bytes).toString("base64url");
}
