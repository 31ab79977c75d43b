// What deployed functions find around them on hosted Supabase: keys of its kind, Auth with the project's public keys, and
// REST that lets in only who sends both an API key and a user's token.
import { es256Key, signEs256, userClaims } from "../../../shared/platform/testing/tokens.ts";

/** A stand-in for a hosted project, without a single row. */
export interface HostedProject extends AsyncDisposable {
  /** The environment that the platform gives every function. */
  env: Record<string, string>;
  /** The key that clients have. */
  key: string;
  /** A signed-in user's token. */
  token: string;
  /** How many requests REST has let in. */
  queries(): number;
}

/**
 * - `current`: tokens signed with a private key (ES256), the public one given to functions, new API keys.
 * - `fetched`: the same, but functions have to fetch the public key from Auth.
 */
export type Kind = "current" | "fetched";

/** What a kind of project signs with and gives its functions. */
interface Keys {
  key: string;
  env: Record<string, string>;
  keySet: { keys: unknown[] };
  sign(issuer: string): string;
}

function keysOf(kind: Kind): Keys {
  const { privateKey, publicJwk } = es256Key("rehearsal");
  const key = "sb_publishable_rehearsal";
  const keySet = { keys: [publicJwk] };
  return {
    key,
    env: {
      SUPABASE_PUBLISHABLE_KEYS: JSON.stringify({ default: key }),
      SUPABASE_SECRET_KEYS: JSON.stringify({ default: "sb_secret_rehearsal" }),
      ...kind === "current" ? { SUPABASE_JWKS: JSON.stringify(keySet) } : {},
    },
    keySet,
    sign: (issuer) => signEs256(userClaims(issuer), privateKey, "rehearsal"),
  };
}

/**
 * @param dbUrl of the database that functions connect to
 * @param internalKey that is among the functions' secrets
 */
export function hostedProject(kind: Kind, dbUrl: string, internalKey: string): HostedProject {
  const { key, env, keySet, sign } = keysOf(kind);
  let token = "";
  let queries = 0;
  const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen: () => {} }, (request) => {
    const { pathname } = new URL(request.url);
    if (pathname === "/auth/v1/.well-known/jwks.json") return Response.json(keySet);
    const known = request.headers.get("apikey") === key &&
      request.headers.get("authorization") === `Bearer ${token}`;
    if (!known) return Response.json({ message: "not let in" }, { status: 401 });
    if (pathname === "/auth/v1/user") return Response.json({ id: userClaims("").sub });
    queries++;
    return Response.json(pathname.startsWith("/rest/v1/rpc/") ? null : []);
  });
  const url = `http://127.0.0.1:${server.addr.port}`;
  token = sign(`${url}/auth/v1`);
  return {
    env: {
      SUPABASE_URL: url,
      ...env,
      SUPABASE_DB_URL: dbUrl,
      RECEPTOR_INTERNAL_KEY: internalKey,
    },
    key,
    token,
    queries: () => queries,
    [Symbol.asyncDispose]: () => server.shutdown(),
  };
}
