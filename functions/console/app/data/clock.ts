// The server's time on a device whose own clock is wrong, as those of phones and ward computers are.

/** Where Auth gives a session. */
const GIVES_SESSION = /\/auth\/v1\/(?:token|verify|signup)\b/;

/** What the server's clock is before the device's, in ms. */
let ahead = 0;

/** Milliseconds by the server's clock, as well as it is known. */
export function serverNow(): number {
  return Date.now() + ahead;
}

/** Today where a plan is made: the calendar day of its time zone, by UTC where that is none. */
export function todayIn(timeZone: string, now = new Date(serverNow())): string {
  const day = (zone: string) =>
    new Intl.DateTimeFormat("en-CA", {
      timeZone: zone,
      year: "numeric",
      month: "2-digit",
      day: "2-digit",
    }).format(now);
  try {
    return day(timeZone);
  } catch {
    return day("UTC");
  }
}

/**
 * `fetch` for clients of Auth. Of a session it lets them know how long it lasts, and not at which moment of the server's clock it ends:
 * they hold that against the device's, so that one that is late by an hour asks with a token that is over, and one that is early
 * renews it for each request.
 */
export async function askAuth(input: RequestInfo | URL, init?: RequestInit): Promise<Response> {
  const response = await fetch(input, init);
  if (!response.ok || !GIVES_SESSION.test(String(input))) return response;
  const { status, headers } = response;
  return new Response(withoutEnd(await response.text()), { status, headers });
}

function withoutEnd(answer: string): string {
  try {
    const { expires_at: _, ...session } = JSON.parse(answer);
    return JSON.stringify(session);
  } catch {
    return answer;
  }
}

/** The part of an address behind `#` that brings a session, without the moment at which that ends: see {@link askAuth}. */
export function linkWithoutEnd(hash: string): string {
  return /access_token=/.test(hash) ? hash.replace(/&expires_at=\d+/, "") : hash;
}

/** Takes from a session how the clocks differ: it ends at one moment of both. */
export function followClock(session: { access_token: string; expires_at?: number } | null): void {
  const ends = session && endOf(session.access_token);
  if (ends && session.expires_at) ahead = 1000 * (ends - session.expires_at);
}

/** The moment at which a token ends, in seconds by the server's clock; null where it cannot be read. */
function endOf(token: string): number | null {
  try {
    const { exp } = JSON.parse(atob(token.split(".")[1].replace(/-/g, "+").replace(/_/g, "/")));
    return typeof exp === "number" ? exp : null;
  } catch {
    return null;
  }
}
