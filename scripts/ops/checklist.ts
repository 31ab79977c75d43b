// The checklist of a deployed project: what no test can know, each point with the sentence that says what to do.

import { INTERNAL_KEY_HEADER } from "../../shared/platform/internal_key.ts";
import type { SelfCheck } from "../../shared/platform/self_check.ts";

/** A point of the list. */
export interface Point {
  ok: boolean;
  /** What was found, and what to do where it is not right. */
  says: string;
}

/** The function that tells what functions find in their environment. */
const WITNESS = "heartbeat-sweeper";

/** How long a function may take to answer, its start included, in ms. */
const PATIENCE_MS = 20_000;

/** Functions asked at once: each has to start, and the machine that a self-hosted project runs on is theirs together. */
const AT_ONCE = 4;

/** The project as this machine reaches it. */
export interface Project {
  /** Without a slash at the end, e.g. `https://<ref>.supabase.co/functions/v1`. */
  functionsUrl: string;
  /** The functions that should be there. */
  names: string[];
  /** As Vault has it; null where it has none. */
  internalKey: string | null;
  /** How long a function may take, where it is not {@link PATIENCE_MS}: for tests, whose machine does other things as well. */
  patienceMs?: number;
}

/** Goes through the list: functions there and starting, the same key on both sides, keys and tokens. */
export async function checklist(project: Project): Promise<Point[]> {
  const answers: Awaited<ReturnType<typeof knock>>[] = [];
  for (let n = 0; n < project.names.length; n += AT_ONCE) {
    const few = project.names.slice(n, n + AT_ONCE);
    answers.push(...await Promise.all(few.map((name) => knock(project, name))));
  }
  const away = answers.find(({ reached }) => !reached);
  if (away) return [{ ok: false, says: away.says! }];
  const wrong = answers.flatMap(({ says }) => says === null ? [] : [{ ok: false, says }]);
  const well = project.names.length - wrong.length;
  const { functionsUrl, names } = project;
  return [
    { ok: true, says: `functions: ${well} of ${names.length} start and answer (${functionsUrl})` },
    ...wrong,
    ...await settingsPoints(project),
  ];
}

/** What is wrong with a function's answer to somebody without a key; `says` is null where nothing is. */
async function knock(
  { functionsUrl, patienceMs }: Project,
  name: string,
): Promise<{ reached: boolean; says: string | null }> {
  let response: Response;
  try {
    response = await get(`${functionsUrl}/${name}`, {}, patienceMs);
  } catch (error) {
    const reason = (error as Error).message;
    return {
      reached: false,
      says: `the functions cannot be reached at ${functionsUrl} from here (${reason}); ` +
        "name the URL at which they can: --functions-url",
    };
  }
  const text = await response.text();
  return { reached: true, says: faultOf(name, response, text) };
}

function faultOf(name: string, { status, headers }: Response, text: string): string | null {
  const ours = headers.get("content-type") === "application/problem+json";
  if (ours && status < 500) return null;
  if ((name === "console" || name === "doctor") && status === 200) return null;
  if (ours) {
    return `${name} starts, but a setting is missing (status ${status}); its log says which: ` +
      "secrets set, and see the list of secrets in scripts/ops/README.md";
  }
  if (status === 401) {
    return `${name} is kept behind the gateway's own check of tokens, which knows no internal key and no publishable ` +
      "key: deploy with verify_jwt = false (deno task deploy does), self-hosted with VERIFY_JWT=false";
  }
  if (status === 404) return `${name} is not deployed: deno task deploy`;
  const said = text.replaceAll(/\s+/g, " ").slice(0, 200);
  return `${name} does not start or does not answer (status ${status}: ${said}); its log says why`;
}

/** What the witness says of keys and tokens, and whether it has the key that Vault has. */
async function settingsPoints(
  { functionsUrl, internalKey, patienceMs }: Project,
): Promise<Point[]> {
  if (internalKey === null) return [];
  const key = { [INTERNAL_KEY_HEADER]: internalKey };
  const response = await get(`${functionsUrl}/${WITNESS}`, key, patienceMs).catch(() => null);
  if (response?.status === 401) {
    await response.body?.cancel();
    return [{
      ok: false,
      says:
        "the functions have another internal key than Vault: put the same one into both (ops rotate-key, then " +
        "secrets set)",
    }];
  }
  if (!response?.ok) {
    await response?.body?.cancel();
    return [{ ok: false, says: `${WITNESS} does not tell its settings; deploy it anew` }];
  }
  return pointsOf(await response.json());
}

/** The points about keys and tokens. */
export function pointsOf(check: SelfCheck): Point[] {
  if (check.fault !== null) {
    return [{ ok: false, says: `no user can be let in: ${check.fault}` }];
  }
  return [
    { ok: true, says: "internal key: the functions have the one that Vault has" },
    apiKeyPoint(check),
    tokensPoint(check),
    issuerPoint(check),
  ];
}

function apiKeyPoint({ api_key }: SelfCheck): Point {
  return {
    ok: true,
    says: api_key === "publishable"
      ? "API key: a publishable key"
      : "API key: the legacy anon key; hosted projects lose it with the end of 2026: make publishable keys (Settings, API " +
        "Keys)",
  };
}

function tokensPoint({ signing_keys, shared_secret }: SelfCheck): Point {
  if (signing_keys?.length) {
    return { ok: true, says: `users' tokens: verified with signing keys (${signing_keys})` };
  }
  if (shared_secret === "known") {
    return { ok: true, says: "users' tokens: verified with the shared secret (HS256)" };
  }
  const spare = "switch to signing keys (Settings, JWT Keys), or set RECEPTOR_JWT_SECRET";
  if (shared_secret === "not the project's") {
    return {
      ok: true,
      says:
        "users' tokens: RECEPTOR_JWT_SECRET or JWT_SECRET is not the secret that this project signs with, so each " +
        `call asks Auth; to spare that, ${spare} to it`,
    };
  }
  if (signing_keys === null) {
    return {
      ok: false,
      says:
        "users' tokens: Auth serves no key set to the functions (SUPABASE_URL/auth/v1/.well-known/jwks.json); set " +
        "SUPABASE_JWKS, or mend SUPABASE_URL",
    };
  }
  return {
    ok: true,
    says:
      `users' tokens: signed with a shared secret (legacy), so each call asks Auth; to spare that, ${spare}`,
  };
}

function issuerPoint({ auth_issuer, issuers }: SelfCheck): Point {
  const taken = issuers.join(" or ");
  if (auth_issuer === null) {
    return {
      ok: true,
      says: `issuer of tokens: ${taken} is taken; Auth does not say what it names`,
    };
  }
  if (issuers.includes(auth_issuer)) return { ok: true, says: `issuer of tokens: ${auth_issuer}` };
  return {
    ok: false,
    says: auth_issuer === ""
      ? `issuer of tokens: Auth names none, so that no user is let in; set GOTRUE_JWT_ISSUER of the auth service to ${
        issuers[0]
      }`
      : `issuer of tokens: Auth names ${auth_issuer}, and only ${taken} is taken; set RECEPTOR_AUTH_ISSUER=${auth_issuer} ` +
        "for the functions",
  };
}

function get(url: string, headers: HeadersInit, patienceMs = PATIENCE_MS): Promise<Response> {
  return fetch(url, { headers, redirect: "manual", signal: AbortSignal.timeout(patienceMs) });
}
