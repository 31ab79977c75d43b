import assert from "node:assert/strict";
import type { OperatorInvitation, ResultCheck } from "../../../../shared/client/mod.ts";
import { checkWords, creditWords, invitationWords, isHere } from "./words.ts";

const NOW = Date.parse("2026-12-01T00:00:00Z");
const OPEN: OperatorInvitation = {
  id: "i",
  note: null,
  created_at: "2026-11-01T00:00:00Z",
  expires_at: "2026-12-02T00:00:00Z",
  revoked_at: null,
  used_at: null,
  operator_id: null,
};

Deno.test("an invitation says what became of it", () => {
  assert.equal(invitationWords(OPEN, NOW), "open");
  assert.equal(invitationWords({ ...OPEN, expires_at: "2026-11-30T23:59:59Z" }, NOW), "expired");
  assert.equal(invitationWords({ ...OPEN, revoked_at: OPEN.created_at }, NOW), "taken back");
  assert.equal(invitationWords({ ...OPEN, used_at: OPEN.created_at }, NOW), "used");
});

Deno.test("a node is here that was heard of within ten minutes", () => {
  assert.ok(!isHere(null, NOW));
  assert.ok(isHere("2026-11-30T23:51:00Z", NOW));
  assert.ok(!isHere("2026-11-30T23:49:00Z", NOW));
});

Deno.test("credit is told in seconds, minutes or hours", () => {
  assert.deepEqual([0.5, 90, 600, 36_000].map(creditWords), ["0.5 s", "90 s", "10 min", "10 h"]);
});

Deno.test("a result says who checked it, and what a second look came to", () => {
  const check: ResultCheck = {
    result_id: 1,
    status: "pending",
    verification_volunteer_id: null,
    second_opinion: null,
    verification_tested: null,
    reopened_at: null,
    resolution: null,
  };
  const words = (change: Partial<ResultCheck>) => checkWords({ ...check, ...change }, "bob");
  assert.equal(words({}), "");
  const fleet = { status: "matched", verification_tested: 7 } as const;
  assert.equal(words(fleet), "checked by the fleet, 7 tested again");
  assert.equal(words({ second_opinion: "asked" }), "bob is asked for a second opinion");
  const agrees = { ...fleet, second_opinion: "agrees" } as const;
  assert.equal(words(agrees), "second opinion of bob: the same, 7 tested again");
  assert.match(words({ ...fleet, second_opinion: "differs" }), /another, which the fleet settled/);
  const again = { ...agrees, reopened_at: "2026-12-01T00:00:00Z" } as const;
  assert.match(words(again), /; looked at again: it stands$/);
  assert.match(words({ ...again, status: "conflict" }), /; looked at again: wrong$/);
  assert.match(words({ ...again, status: "claimed" }), /; is looked at again, since one/);
});
