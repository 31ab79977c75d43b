// What failed is told as far as it is known.

import assert from "node:assert/strict";
import { networkError, ReceptorError } from "../../../../shared/client/errors.ts";
import { attempt, failure } from "./attempt.ts";
import type { Notification } from "./notices.ts";

Deno.test("what nobody answered is not said to be undone", () => {
  const refused = new ReceptorError({ code: "CONFLICT", status: 409, message: "It is paused." });
  assert.deepEqual(failure(refused, "Nothing was changed"), {
    tone: "danger",
    title: "Nothing was changed",
    message: "It is paused.",
  });
  const lost = networkError(new TypeError("Failed to fetch"));
  assert.equal(failure(lost, "Nothing was changed").title, "Perhaps nothing was changed");
});

Deno.test("attempt() says each fault, reads again whatever came of it, and answers whether it was done", async () => {
  const said: Notification[] = [];
  let reads = 0;
  const trying = (work: () => Promise<unknown>) =>
    attempt({ notify: (each) => said.push(each) }, "saved", work, () => reads++);
  assert.equal(await trying(() => Promise.resolve()), true);
  const errors = [{ path: "a", message: "missing" }, { path: "b", message: "too long" }];
  const refused = new ReceptorError({ code: "BAD_REQUEST", status: 400, message: "No.", errors });
  assert.equal(await trying(() => Promise.reject(refused)), false);
  assert.equal(await trying(() => Promise.reject(networkError(null))), false);
  assert.deepEqual(said.map(({ title }) => title), ["Not saved", "Perhaps not saved"]);
  assert.equal(said[0].message, "a: missing; b: too long");
  assert.equal(reads, 3);
});
