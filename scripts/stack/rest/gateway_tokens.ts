// Between clients and @supabase/lite, which knows the shared secret and the publishable and secret keys only: tokens that
// lite issues leave signed as the project signs, and what comes with them, or with legacy API keys, reaches lite in its
// terms.
import { type Secrets, signAgain, signedClaims, signShared } from "./tokens.ts";

/** A client's request as lite understands it. */
export function requestForLite(request: Request, secrets: Secrets): Request {
  const headers = new Headers(request.headers);
  const url = new URL(request.url);
  const named = headers.get("apikey") ?? url.searchParams.get("apikey");
  if (named !== null) {
    headers.set("apikey", apiKeyForLite(named, secrets));
    url.searchParams.delete("apikey");
  }
  const bearer = /^Bearer +(\S+)$/i.exec(headers.get("authorization") ?? "")?.[1];
  if (bearer && !bearer.startsWith("sb_")) {
    headers.set("authorization", `Bearer ${tokenForLite(bearer, secrets)}`);
  }
  return new Request(new Request(url, request), { headers });
}

/** lite takes what is no token at all for nobody's; hosted projects refuse it, like any other token that is not theirs. */
function tokenForLite(token: string, secrets: Secrets): string {
  const claims = signedClaims(token, secrets);
  return claims ? signShared(claims, secrets.jwtSecret) : signShared({}, crypto.randomUUID());
}

function apiKeyForLite(key: string, secrets: Secrets): string {
  if (key === secrets.anonKey) return secrets.publishableKey;
  return key === secrets.serviceRoleKey ? secrets.secretKey : key;
}

/** Whether a key opens the gateway, and as whom; null where it does not. */
export function roleOfKey(key: string | null, secrets: Secrets): "anon" | "service_role" | null {
  const named = key === null ? "" : apiKeyForLite(key, secrets);
  if (named === secrets.publishableKey) return "anon";
  return named === secrets.secretKey ? "service_role" : null;
}

/** Signs the access token in an answer of Auth's again, so that it names its key and its issuer. */
export async function answerForClient(
  response: Response,
  secrets: Secrets,
  issuer: string,
): Promise<Response> {
  if (!response.headers.get("content-type")?.includes("json")) return response;
  const text = await response.text();
  const body = text.includes('"access_token"') ? JSON.parse(text) : null;
  const headers = new Headers(response.headers);
  headers.delete("content-length");
  if (typeof body?.access_token !== "string") {
    return new Response(text || null, { status: response.status, headers });
  }
  body.access_token = signAgain(body.access_token, secrets, issuer);
  return new Response(JSON.stringify(body), { status: response.status, headers });
}
