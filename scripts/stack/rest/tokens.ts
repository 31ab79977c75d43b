// Keys and tokens of a stack. It signs users' tokens as hosted Supabase does: with a signing key (ES256), whose public half
// is all that its key set holds. A legacy project signs with a shared secret (HS256, no key id), its key set is empty, and
// its API keys are tokens. @supabase/lite knows the secret alone: the gateway signs what it issues again, and gives it
// what it knows for what clients send (gateway_tokens.ts).
import { Buffer } from "node:buffer";
import {
  createHmac,
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  randomBytes,
  sign,
  timingSafeEqual,
  verify,
} from "node:crypto";

/**
 * How a project signs its users' tokens, and which API keys it has. `self_hosted` is docker's compose file as it comes: a
 * legacy project whose functions are told the shared secret, and empty names of keys that were never made.
 */
export type KeyKind = "signing_keys" | "legacy" | "self_hosted";

/** What a stack signs and checks with. All made up at start. */
export interface Secrets {
  kind: KeyKind;
  publishableKey: string;
  secretKey: string;
  /** Legacy API keys: tokens of the roles anon and service_role, signed with the shared secret. */
  anonKey: string;
  serviceRoleKey: string;
  internalKey: string;
  /** The shared secret. */
  jwtSecret: string;
  /** The private signing key, with its id. */
  signingKey: JsonWebKey & { kid: string };
}

/** Claims of a verified access token. */
export interface Claims extends Record<string, unknown> {
  sub?: string;
  role?: string;
  exp?: number;
}

/** Ten years: legacy API keys do not expire in practice. */
const LEGACY_KEY_LIFE_S = 10 * 365 * 24 * 3600;

/** Makes keys in hosted Supabase's form. */
export function makeSecrets(kind: KeyKind = "signing_keys"): Secrets {
  const { privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const jwtSecret = random(32);
  const iat = Math.floor(Date.now() / 1000);
  const legacyKey = (role: string) =>
    signShared({ iss: "supabase", role, iat, exp: iat + LEGACY_KEY_LIFE_S }, jwtSecret);
  return {
    kind,
    publishableKey: `sb_publishable_${random(16)}`,
    secretKey: `sb_secret_${random(16)}`,
    anonKey: legacyKey("anon"),
    serviceRoleKey: legacyKey("service_role"),
    internalKey: random(32),
    jwtSecret,
    signingKey: { ...privateKey.export({ format: "jwk" }), kid: crypto.randomUUID() },
  };
}

/** The public key set, as Auth serves it and functions are given it (SUPABASE_JWKS). The shared secret is never in it. */
export function jsonWebKeySet({ kind, signingKey }: Secrets): { keys: Record<string, unknown>[] } {
  if (kind !== "signing_keys") return { keys: [] };
  const { kty, crv, x, y, kid } = signingKey;
  return {
    keys: [{ alg: "ES256", crv, ext: true, key_ops: ["verify"], kid, kty, use: "sig", x, y }],
  };
}

/** What functions are told of keys in their environment. */
export function keyEnvironment(secrets: Secrets): Record<string, string> {
  const legacy = {
    SUPABASE_ANON_KEY: secrets.anonKey,
    SUPABASE_SERVICE_ROLE_KEY: secrets.serviceRoleKey,
  };
  const SUPABASE_JWKS = JSON.stringify(jsonWebKeySet(secrets));
  if (secrets.kind === "legacy") return { ...legacy, SUPABASE_JWKS };
  const hosted = secrets.kind === "signing_keys";
  const named = {
    SUPABASE_PUBLISHABLE_KEYS: JSON.stringify({ default: hosted ? secrets.publishableKey : "" }),
    SUPABASE_SECRET_KEYS: JSON.stringify({ default: hosted ? secrets.secretKey : "" }),
  };
  return hosted
    ? { ...legacy, ...named, SUPABASE_JWKS }
    : { ...legacy, ...named, JWT_SECRET: secrets.jwtSecret };
}

/** Signs the claims of a token of lite's again, as the project signs, with the issuer among them. */
export function signAgain(token: string, secrets: Secrets, issuer: string): string {
  return signFor({ iss: issuer, ...claimsOf(token) }, secrets);
}

/** Signs claims as the project signs. */
function signFor(claims: Claims, secrets: Secrets): string {
  return secrets.kind === "signing_keys"
    ? signAsymmetric(claims, secrets.signingKey)
    : signShared(claims, secrets.jwtSecret);
}

/** A token that @supabase/lite accepts, and other servers of a legacy project make. */
export function signShared(claims: Claims, secret: string): string {
  const text = unsigned({ alg: "HS256", typ: "JWT" }, claims);
  return `${text}.${hmac(text, secret).toString("base64url")}`;
}

function signAsymmetric(claims: Claims, key: Secrets["signingKey"]): string {
  const text = unsigned({ alg: "ES256", kid: key.kid, typ: "JWT" }, claims);
  const privateKey = createPrivateKey({ key: { ...key }, format: "jwk" });
  const signature = sign("sha256", Buffer.from(text), {
    key: privateKey,
    dsaEncoding: "ieee-p1363",
  });
  return `${text}.${signature.toString("base64url")}`;
}

/** @returns the claims of a token that this stack signed and that has not expired, else null */
export function verifyToken(token: string, secrets: Secrets): Claims | null {
  const claims = signedClaims(token, secrets);
  return claims && (claims.exp ?? 0) * 1000 > Date.now() ? claims : null;
}

/**
 * @returns the claims of a token that this stack signed, expired or not, else null. As on hosted projects, what the
 * shared secret signed holds as well: the legacy API keys are such tokens.
 */
export function signedClaims(token: string, secrets: Secrets): Claims | null {
  const [header, payload, signature, ...rest] = token.split(".");
  if (!header || !payload || !signature || rest.length) return null;
  try {
    const { alg, kid } = decoded(header);
    const text = `${header}.${payload}`;
    const given = Buffer.from(signature, "base64url");
    const right = alg === "HS256"
      ? sameBytes(given, hmac(text, secrets.jwtSecret))
      : alg === "ES256" && kid === secrets.signingKey.kid &&
        seen(token, secrets, () => verifies(text, given, secrets));
    return right ? decoded(payload) as Claims : null;
  } catch {
    return null;
  }
}

/** Tokens whose signature was found to be right, by whose key: a client sends its own with every request. */
const rightOnes = new WeakMap<Secrets, Set<string>>();
/** More are not remembered; the first of them go. */
const MOST_SEEN = 1_000;

/** Whether a token's signature is right, which is worked out once. */
function seen(token: string, secrets: Secrets, verify: () => boolean): boolean {
  const known = rightOnes.get(secrets) ?? new Set();
  rightOnes.set(secrets, known);
  if (known.has(token)) return true;
  if (!verify()) return false;
  if (known.size === MOST_SEEN) known.delete(known.values().next().value!);
  known.add(token);
  return true;
}

function verifies(text: string, signature: Buffer, { signingKey }: Secrets): boolean {
  const { kty, crv, x, y } = signingKey;
  const key = createPublicKey({ key: { kty, crv, x, y }, format: "jwk" });
  return verify("sha256", Buffer.from(text), { key, dsaEncoding: "ieee-p1363" }, signature);
}

function claimsOf(token: string): Claims {
  return decoded(token.split(".")[1]) as Claims;
}

function decoded(part: string): Record<string, unknown> {
  return JSON.parse(Buffer.from(part, "base64url").toString());
}

function unsigned(header: Record<string, string>, claims: Claims): string {
  return [header, claims].map((part) => Buffer.from(JSON.stringify(part)).toString("base64url"))
    .join(".");
}

function hmac(text: string, secret: string): Buffer {
  return createHmac("sha256", secret).update(text).digest();
}

function sameBytes(a: Buffer, b: Buffer): boolean {
  return a.length === b.length && timingSafeEqual(a, b);
}

function random(bytes: number): string {
  return randomBytes(bytes).toString("base64url");
}
