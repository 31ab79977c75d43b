// Users' access tokens: who signed them, and whether they are this project's. All kinds of projects are served:
// - signing keys (ES256, RS256): verified with the project's public key set, given in SUPABASE_JWKS or served by Auth; where the
//   key is not in what was given, which is as old as the isolate, Auth's is looked at: keys are rotated;
// - the shared secret (HS256, with or without a key id; legacy and self-hosted projects): verified with
//   RECEPTOR_JWT_SECRET or JWT_SECRET (docker's compose file sets it), or by asking Auth where the secret is not known.

import {
  createLocalJWKSet,
  createRemoteJWKSet,
  decodeJwt,
  decodeProtectedHeader,
  errors,
  type JSONWebKeySet,
  type JWTPayload,
  jwtVerify,
  type JWTVerifyGetKey,
} from "jose";
import { publishableKey } from "./api_keys.ts";
import { type Environment, processEnv, requireEnv } from "./env.ts";
import { describeError, log } from "./log.ts";
import { ApiError } from "./problem_details.ts";

/** What tokens are checked against. */
export interface TokenSettings {
  /** Where functions reach Auth: SUPABASE_URL. */
  url: string;
  /** The key that Auth is asked with. */
  apiKey: string;
  /** Accepted values of the claim `iss`. */
  issuers: string[];
  /** The project's public keys, or where they are served. */
  keySet: JSONWebKeySet | URL;
  /** Where Auth serves them as they are now. */
  served: URL;
  /** The secret that HS256 tokens may be signed with; one that does not fit (a project may have a JWT_SECRET of its own) does no harm. */
  secret: string | null;
}

/** What Supabase Auth puts into `aud` and `role` of a user's access token. */
const SIGNED_IN = "authenticated";

/** Signatures by a private key; a public key can then do nothing but verify. */
const ASYMMETRIC = ["ES256", "RS256", "ES384", "ES512", "RS384", "RS512", "EdDSA"];

/** A token that never ends is none of Auth's. */
const EXPIRING = { requiredClaims: ["exp"] };

/** How long Auth may take to answer, in ms. */
const PATIENCE_MS = 5_000;

/**
 * Reads the settings from what the platform gives every function.
 * @throws Error naming what is missing or wrong
 */
export function tokenSettings(read: Environment = processEnv): TokenSettings {
  const url = requireEnv("SUPABASE_URL", read).replace(/\/+$/, "");
  const served = new URL(read("SUPABASE_JWKS_URL") || `${url}/auth/v1/.well-known/jwks.json`);
  return {
    url,
    apiKey: publishableKey(read),
    issuers: projectIssuers(read),
    keySet: givenKeySet(read) ?? served,
    served,
    secret: read("RECEPTOR_JWT_SECRET") || read("JWT_SECRET") || null,
  };
}

/**
 * The issuers of this project's tokens: RECEPTOR_AUTH_ISSUER (several are separated by commas), or else Auth at the
 * project's public URL, as hosted projects have it, or that URL itself, which self-hosted ones may have.
 */
function projectIssuers(read: Environment = processEnv): string[] {
  const named = read("RECEPTOR_AUTH_ISSUER")?.split(",").map((issuer) => issuer.trim())
    .filter(Boolean);
  if (named?.length) return named;
  const url = (read("SUPABASE_PUBLIC_URL") || requireEnv("SUPABASE_URL", read))
    .replace(/\/+$/, "");
  return [`${url}/auth/v1`, url];
}

/** The public keys in SUPABASE_JWKS; null where it has none. A shared secret in it, as docker's has, is no public key. */
function givenKeySet(read: Environment): JSONWebKeySet | null {
  const text = read("SUPABASE_JWKS")?.trim();
  if (!text) return null;
  try {
    const parsed = JSON.parse(text);
    const { keys } = Array.isArray(parsed) ? { keys: parsed } : parsed as JSONWebKeySet;
    const asymmetric = keys.filter((key) => key.kty !== "oct");
    return asymmetric.length ? { keys: asymmetric } : null;
  } catch {
    throw new Error("The environment variable SUPABASE_JWKS is no JSON Web Key Set.");
  }
}

/**
 * The id of the user that a token speaks for, null when it is not valid here. Keys may be shared (one secret for two
 * projects), so a token must also name this project as its issuer and a signed-in user as its audience.
 * @throws ApiError 503 when that cannot be found out, because Auth does not answer
 */
export async function verifyUserToken(
  token: string,
  settings: TokenSettings,
): Promise<string | null> {
  const claims = await verifiedClaims(token, settings);
  if (!claims) return null;
  const { iss, aud, role, sub } = claims;
  if (!settings.issuers.includes(iss ?? "")) {
    // Nobody else can make such a token, so an operator wants to know.
    log("warn", "auth", "a token of another issuer was refused", {
      issuer: iss ?? null,
      accepted: settings.issuers,
    });
    return null;
  }
  const meant = [aud].flat().includes(SIGNED_IN) && role === SIGNED_IN;
  return meant && sub ? sub : null;
}

/** The claims of a token whose signature is right and whose time it is. */
async function verifiedClaims(token: string, settings: TokenSettings): Promise<JWTPayload | null> {
  const algorithm = algorithmOf(token);
  if (algorithm === null) return null;
  try {
    if (algorithm === "HS256") return await sharedSecretClaims(token, settings);
    return await signedClaims(token, settings.keySet).catch((error) => {
      if (!(error instanceof errors.JWKSNoMatchingKey)) throw error;
      return signedClaims(token, settings.served);
    });
  } catch (error) {
    if (isFaultOfToken(error)) return null;
    throw unavailable(error);
  }
}

async function signedClaims(token: string, keySet: JSONWebKeySet | URL): Promise<JWTPayload> {
  const options = { algorithms: ASYMMETRIC, ...EXPIRING };
  return (await jwtVerify(token, keysOf(keySet), options)).payload;
}

/** The algorithm that a token says it is signed with; null where it is no token. */
function algorithmOf(token: string): string | null {
  try {
    return decodeProtectedHeader(token).alg ?? null;
  } catch {
    return null;
  }
}

async function sharedSecretClaims(
  token: string,
  settings: TokenSettings,
): Promise<JWTPayload | null> {
  if (settings.secret !== null) {
    const secret = new TextEncoder().encode(settings.secret);
    try {
      return (await jwtVerify(token, secret, { algorithms: ["HS256"], ...EXPIRING })).payload;
    } catch (error) {
      if (!(error instanceof errors.JWSSignatureVerificationFailed)) throw error;
    }
  }
  return await askAuth(token, settings);
}

/** Lets Auth verify a token, which it does for every key of the project that is not revoked. */
async function askAuth(token: string, { url, apiKey }: TokenSettings): Promise<JWTPayload | null> {
  const claims = decodeJwt(token);
  const response = await fetch(`${url}/auth/v1/user`, {
    headers: { apikey: apiKey, authorization: `Bearer ${token}` },
    signal: AbortSignal.timeout(PATIENCE_MS),
  });
  if (response.ok) return (await response.json()).id === claims.sub ? claims : null;
  await response.body?.cancel();
  if (response.status === 429 || response.status >= 500) {
    throw new Error(`Auth answered ${response.status}`);
  }
  return null;
}

/** Key finders, kept so that served key sets are not fetched for each request. */
const finders = new Map<string, JWTVerifyGetKey>();

function keysOf(keySet: JSONWebKeySet | URL): JWTVerifyGetKey {
  const id = keySet instanceof URL ? keySet.href : JSON.stringify(keySet);
  let finder = finders.get(id);
  if (!finder) {
    finder = keySet instanceof URL
      ? createRemoteJWKSet(keySet, { timeoutDuration: PATIENCE_MS })
      : createLocalJWKSet(keySet);
    finders.set(id, finder);
  }
  return finder;
}

/** Errors of jose's that tell of the key set's source, not of the token. */
const SOURCE_FAULTS = ["ERR_JOSE_GENERIC", "ERR_JWKS_INVALID", "ERR_JWKS_TIMEOUT"];

function isFaultOfToken(error: unknown): boolean {
  return error instanceof errors.JOSEError && !SOURCE_FAULTS.includes(error.code);
}

function unavailable(error: unknown): ApiError {
  log("error", "auth", "Auth cannot be asked", { error: describeError(error) });
  return new ApiError(
    503,
    "AUTH_UNAVAILABLE",
    "Sign-ins cannot be checked now. Please try again.",
    {
      headers: { "retry-after": "5" },
    },
  );
}
