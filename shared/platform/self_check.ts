// What a function can tell of the settings that it runs with: which kinds of keys, never the keys. `ops status` asks for it,
// since nobody outside can see what the platform gives a function.

import { errors, jwtVerify } from "jose";
import { publishableKey } from "./api_keys.ts";
import { type Environment, processEnv } from "./env.ts";
import { type TokenSettings, tokenSettings } from "./tokens.ts";

/** What a function finds around it. */
export interface SelfCheck {
  /** Of Deno, which the runtime is made of. */
  deno: string;
  /** What is missing or wrong, so that no user can be let in; null where nothing is. */
  fault: string | null;
  /** The kind of key that REST is called with. */
  api_key: "publishable" | "legacy" | null;
  /** Issuers whose tokens are taken. */
  issuers: string[];
  /** The issuer that Auth says it names in its tokens, "" where it names none, null where it does not say. */
  auth_issuer: string | null;
  /** Algorithms of the public keys that tokens are verified with; null where Auth does not serve them. */
  signing_keys: string[] | null;
  /** Whether the shared secret is known, told by the legacy API key, which it signs. */
  shared_secret: "known" | "not the project's" | "not given";
}

const PATIENCE_MS = 5_000;

/** Looks at the settings, and asks Auth for its keys and its name. Throws nothing. */
export async function selfCheck(read: Environment = processEnv): Promise<SelfCheck> {
  const deno = Deno.version.deno;
  let settings: TokenSettings;
  try {
    settings = tokenSettings(read);
  } catch (error) {
    return {
      deno,
      fault: (error as Error).message,
      api_key: null,
      issuers: [],
      auth_issuer: null,
      signing_keys: null,
      shared_secret: "not given",
    };
  }
  const [auth_issuer, signing_keys, shared_secret] = await Promise.all([
    authIssuer(settings),
    signingKeys(settings),
    sharedSecret(settings, read),
  ]);
  return {
    deno,
    fault: null,
    api_key: publishableKey(read).startsWith("sb_") ? "publishable" : "legacy",
    issuers: settings.issuers,
    auth_issuer,
    signing_keys,
    shared_secret,
  };
}

async function authIssuer(settings: TokenSettings): Promise<string | null> {
  const about = await ask(settings, ".well-known/openid-configuration");
  return typeof about?.issuer === "string" ? about.issuer : null;
}

async function signingKeys(settings: TokenSettings): Promise<string[] | null> {
  const set = settings.keySet instanceof URL
    ? await ask(settings, ".well-known/jwks.json")
    : settings.keySet;
  const keys: { alg?: unknown }[] | undefined = set?.keys;
  return Array.isArray(keys) ? keys.map(({ alg }) => String(alg)) : null;
}

/** A JSON document of Auth's; null where it does not answer with one. */
async function ask(
  { url, apiKey }: TokenSettings,
  path: string,
  // deno-lint-ignore no-explicit-any -- whatever Auth answers
): Promise<any> {
  try {
    const response = await fetch(`${url}/auth/v1/${path}`, {
      headers: { apikey: apiKey },
      signal: AbortSignal.timeout(PATIENCE_MS),
    });
    if (response.ok) return await response.json();
    await response.body?.cancel();
    return null;
  } catch {
    return null;
  }
}

async function sharedSecret(
  { secret }: TokenSettings,
  read: Environment,
): Promise<SelfCheck["shared_secret"]> {
  const legacyKey = read("SUPABASE_ANON_KEY");
  if (secret === null) return "not given";
  if (!legacyKey) return "known";
  try {
    await jwtVerify(legacyKey, new TextEncoder().encode(secret), { algorithms: ["HS256"] });
    return "known";
  } catch (error) {
    return error instanceof errors.JWSSignatureVerificationFailed ? "not the project's" : "known";
  }
}
