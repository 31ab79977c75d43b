import assert from "node:assert/strict";
import { renewing, renewSession } from "./renewing.ts";
import { signedIn } from "./testing/auth.ts";

const HOUR = 3_600_000;
/** For so long the client of Auth asks again where the network is gone; it is given up once a first try has taken that. */
const ASKED_AGAIN_MS = 30_000;

/** A server that takes the token of the latest session for an hour, and a device whose clock can be set. */
async function device() {
  const { now } = Date, { fetch } = globalThis;
  let later = 0, ahead = 0, sessions = 0, ends = 0, isAway = false, isRevoked = false;
  let refusesAll = false;
  const serverTime = () => now() + later;
  Date.now = () => serverTime() + ahead;
  globalThis.fetch = (input, init) => {
    if (!String(input).includes("/auth/v1/")) {
      const given = new Headers(init?.headers).get("authorization");
      const good = !refusesAll && given === `Bearer t${sessions}` && serverTime() < ends;
      return Promise.resolve(Response.json({ given }, { status: good ? 200 : 401 }));
    }
    if (isAway) {
      later += ASKED_AGAIN_MS;
      return Promise.reject(new TypeError("no network"));
    }
    if (isRevoked) return Promise.resolve(Response.json({ code: "x" }, { status: 400 }));
    sessions++;
    ends = serverTime() + HOUR;
    return Promise.resolve(Response.json({
      access_token: `t${sessions}`,
      refresh_token: "r",
      token_type: "bearer",
      expires_in: 3600,
      user: { id: "u" },
    }));
  };
  const auth = await signedIn();
  let at = 0;
  const asking = renewing(
    (input, init) => globalThis.fetch(input, init),
    (refused) => renewSession(auth, refused),
    () => at,
  );
  return {
    sessions: () => sessions,
    wait(ms: number) {
      later += ms;
      at += ms;
    },
    setBack: (ms: number) => void (ahead -= ms),
    goAway: () => void (isAway = true),
    revoke: () => void (isRevoked = true),
    refuseAll: () => void (refusesAll = true),
    /** Asks with the token that the client of Auth holds for good; the status of the answer. */
    async ask(): Promise<number> {
      const { data: { session } } = await auth.getSession();
      const authorization = `Bearer ${session?.access_token ?? "the key"}`;
      return (await asking("http://project.test/rest", { headers: { authorization } })).status;
    },
    [Symbol.dispose]() {
      Date.now = now;
      globalThis.fetch = fetch;
    },
  };
}

Deno.test("on a device whose clock was set back the session is renewed where the server says that it is over", async () => {
  using it = await device();
  assert.equal(await it.ask(), 200);
  it.setBack(3 * HOUR);
  it.wait(2 * HOUR);
  assert.deepEqual(await Promise.all([it.ask(), it.ask(), it.ask()]), [200, 200, 200]);
  assert.equal(it.sessions(), 2, "once for all that asked at once");
  assert.equal(await it.ask(), 200);
  assert.equal(it.sessions(), 2);
});

Deno.test("a session that Auth renews no more is over, and one that nobody could ask about is not", async () => {
  using gone = await device();
  gone.setBack(3 * HOUR);
  gone.wait(2 * HOUR);
  gone.goAway();
  await assert.rejects(gone.ask(), { name: "AuthRetryableFetchError" });
  using over = await device();
  over.setBack(3 * HOUR);
  over.wait(2 * HOUR);
  over.revoke();
  assert.equal(await over.ask(), 401);
  assert.equal(await over.ask(), 401, "and without one nothing is renewed");
});

Deno.test("a token that is refused although it is new is not renewed again and again", async () => {
  using it = await device();
  it.refuseAll();
  for (let n = 0; n < 5; n++) assert.equal(await it.ask(), 401);
  assert.equal(it.sessions(), 2);
  it.wait(HOUR / 2);
  for (let n = 0; n < 5; n++) assert.equal(await it.ask(), 401);
  assert.equal(it.sessions(), 3);
});
