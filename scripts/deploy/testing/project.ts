// What deployed functions find around them on hosted Supabase: a key set of Auth's with a public key only (ES256), new
// API keys, and REST that lets in only who sends both a key and a user's token.
import { es256Key, signEs256, userClaims } from "../../../shared/platform/testing/tokens.ts";

/** A stand-in for a hosted project, without a single row. */
export interface HostedProject extends AsyncDisposable {
  /** The environment that the platform gives every function. */
  env: Record<string, string>;
  /** A signed-in user's token. */
  token: string;
  /** How many requests REST has let in. */
  queries(): number;
}

const PUBLISHABLE_KEY = "sb_publishable_rehearsal";

/**
 * @param dbUrl of the database that functions connect to
 * @param keySetInEnv whether functions are given the key set; else they fetch it from Auth
 */
export function hostedProject(
  { dbUrl, internalKey, keySetInEnv }: {
    dbUrl: string;
    internalKey: string;
    keySetInEnv: boolean;
  },
): HostedProject {
  const { privateKey, publicJwk } = es256Key("rehearsal");
  const keySet = { keys: [publicJwk] };
  let token = "";
  let queries = 0;
  const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen: () => {} }, (request) => {
    const { pathname } = new URL(request.url);
    if (pathname === "/auth/v1/.well-known/jwks.json") return Response.json(keySet);
    const { headers } = request;
    const known = headers.get("apikey") === PUBLISHABLE_KEY &&
      headers.get("authorization") === `Bearer ${token}`;
    if (!known || !pathname.startsWith("/rest/v1/")) {
      return Response.json({ code: "PGRST301", message: "not let in" }, { status: 401 });
    }
    queries++;
    return Response.json(pathname.startsWith("/rest/v1/rpc/") ? null : []);
  });
  const url = `http://127.0.0.1:${server.addr.port}`;
  token = signEs256(userClaims(`${url}/auth/v1`), privateKey, "rehearsal");
  return {
    env: {
      SUPABASE_URL: url,
      SUPABASE_PUBLISHABLE_KEYS: JSON.stringify({ default: PUBLISHABLE_KEY }),
      SUPABASE_SECRET_KEYS: JSON.stringify({ default: "sb_secret_rehearsal" }),
      ...keySetInEnv ? { SUPABASE_JWKS: JSON.stringify(keySet) } : {},
      SUPABASE_DB_URL: dbUrl,
      RECEPTOR_INTERNAL_KEY: internalKey,
    },
    token,
    queries: () => queries,
    [Symbol.asyncDispose]: () => server.shutdown(),
  };
}
