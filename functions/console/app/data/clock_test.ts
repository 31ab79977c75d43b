import assert from "node:assert/strict";
import { followClock, linkWithoutEnd, serverNow, todayIn } from "./clock.ts";
import { signedIn } from "./testing/auth.ts";

const HOUR = 3_600_000;

function tokenUntil(exp: number): string {
  const part = (document: unknown) =>
    btoa(JSON.stringify(document)).replace(/\+/g, "-").replace(/\//g, "_");
  return `${part({ alg: "none" })}.${part({ exp, name: "Zoë ÿÿ?>" })}.x`;
}

/** Signs in on a device whose clock is wrong. @param ahead what the device's is before the server's, in ms */
async function device(ahead: number) {
  const { now } = Date, { fetch } = globalThis;
  let asked = 0, later = 0;
  const serverTime = () => now() + later;
  Date.now = () => serverTime() + ahead;
  globalThis.fetch = () => {
    asked++;
    const expires_at = Math.round(serverTime() / 1000) + 3600;
    return Promise.resolve(Response.json({
      access_token: tokenUntil(expires_at),
      refresh_token: "r",
      token_type: "bearer",
      expires_in: 3600,
      expires_at,
      user: { id: "u" },
    }));
  };
  const auth = await signedIn();
  const session = async () => (await auth.getSession()).data.session!;
  return {
    session,
    serverTime,
    asked: () => asked,
    wait: (ms: number) => void (later += ms),
    [Symbol.dispose]() {
      Date.now = now;
      globalThis.fetch = fetch;
      followClock({ access_token: tokenUntil(1), expires_at: 1 });
    },
  };
}

Deno.test("a session is renewed when it ends, and not before, whatever the device's clock says", async () => {
  for (const ahead of [-5 * HOUR, -HOUR, 0, HOUR, 5 * HOUR]) {
    using it = await device(ahead);
    await it.session();
    it.wait(50 * 60_000);
    await it.session();
    assert.equal(it.asked(), 1, `${ahead}: as long as it is good it is not renewed`);
    it.wait(12 * 60_000);
    await it.session();
    assert.equal(it.asked(), 2, `${ahead}: it is over, and renewed`);
  }
});

Deno.test("the server's time is known from a session", async () => {
  for (const ahead of [-HOUR, 0, HOUR]) {
    using it = await device(ahead);
    followClock(await it.session());
    assert.ok(Math.abs(serverNow() - it.serverTime()) < 3000, String(ahead));
    followClock(null);
    followClock({ access_token: "no token", expires_at: 1 });
    assert.ok(
      Math.abs(serverNow() - it.serverTime()) < 3000,
      "what cannot be read changes nothing",
    );
  }
});

Deno.test("a link that was followed brings no moment either", () => {
  assert.equal(
    linkWithoutEnd("#access_token=a&expires_at=1795899295&expires_in=3600&refresh_token=r"),
    "#access_token=a&expires_in=3600&refresh_token=r",
  );
  assert.equal(linkWithoutEnd("#/home?a=b&expires_at=1"), "#/home?a=b&expires_at=1");
});

Deno.test("today is the plan's", () => {
  const evening = new Date("2027-01-17T14:30:00Z");
  assert.equal(todayIn("Australia/Melbourne", evening), "2027-01-18");
  assert.equal(todayIn("UTC", evening), "2027-01-17");
  assert.equal(todayIn("Pacific/Pago_Pago", evening), "2027-01-17");
  assert.equal(todayIn("no such zone", evening), "2027-01-17");
});
