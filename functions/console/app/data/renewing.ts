// What a server refuses is asked once more with a token renewed: a device whose clock was set back meanwhile holds a token for good that is over,
// and whoever is at it shall not be asked to sign in again.

/** Asks Auth for another token in place of one that was refused; null: there is none. Throws where Auth cannot be reached. */
export type Renew = (refused: string) => Promise<string | null>;

/** How soon a renewed token may be refused, in ms, for this to be no matter of clocks: it is not renewed again for the same reason. */
const SOON = 60_000;

/**
 * A `fetch` that asks once more where the answer is 401 and the session could be renewed.
 * @param clock milliseconds that no one sets
 */
export function renewing(ask: typeof fetch, renew: Renew, clock = () => performance.now()) {
  let last: { token: string; at: number } | null = null;
  const another = async (refused: string): Promise<string | null> => {
    if (last?.token === refused && clock() - last.at < SOON) return null;
    const token = await renew(refused);
    if (token !== null && token !== last?.token) last = { token, at: clock() };
    return token;
  };
  return async (input: RequestInfo | URL, init: RequestInit = {}): Promise<Response> => {
    const response = await ask(input, init);
    const headers = new Headers(init.headers);
    const [, refused] = /^Bearer (.+)$/.exec(headers.get("authorization") ?? "") ?? [];
    if (response.status !== 401 || refused === undefined || isOfAuth(input)) return response;
    const token = await another(refused);
    if (token === null) return response;
    headers.set("authorization", `Bearer ${token}`);
    return await ask(input, { ...init, headers });
  };
}

/** Auth's own refusals are about what was asked of it. */
const isOfAuth = (input: RequestInfo | URL) =>
  /\/auth\/v1\//.test(input instanceof Request ? input.url : String(input));

/** What renewing asks of a client of Auth. */
interface AuthClient {
  getSession(): Promise<{ data: { session: Holder | null } }>;
  refreshSession(): Promise<{ data: { session: Holder | null }; error: Failure | null }>;
}

interface Holder {
  access_token: string;
}

interface Failure {
  name: string;
  status?: number;
}

/** Renews the session of a client of Auth; where another tab, or another request, has done so already, that is the token. */
export async function renewSession(auth: AuthClient, refused: string): Promise<string | null> {
  const { data: { session } } = await auth.getSession();
  if (session === null) return null;
  if (session.access_token !== refused) return session.access_token;
  const { data, error } = await auth.refreshSession();
  if (error && isOutOfReach(error)) throw error;
  return data.session?.access_token ?? null;
}

/** Whether Auth said nothing: the session may be as good as it was. */
export function isOutOfReach({ name, status }: Failure): boolean {
  return name === "AuthRetryableFetchError" || !status || status >= 500;
}
