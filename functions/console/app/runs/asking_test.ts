// Requests that got no answer are sent again under the same key.

import assert from "node:assert/strict";
import { ReceptorError } from "../../../../shared/client/mod.ts";
import { RequestKeys } from "./asking.ts";

const failure = (status: number) => new ReceptorError({ code: "X", status, message: "" });

Deno.test("RequestKeys keeps the key of a request as long as nobody knows what became of it", () => {
  const keys = new RequestKeys();
  const first = keys.keyOf({ lines: 60 });
  keys.answered(failure(0));
  assert.equal(keys.keyOf({ lines: 60 }), first, "no answer");
  keys.answered(failure(503));
  assert.equal(keys.keyOf({ lines: 60 }), first, "the server broke down");
  keys.answered(failure(409));
  const second = keys.keyOf({ lines: 60 });
  assert.notEqual(second, first, "refused: the next press is a new request");
  keys.answered(null);
  assert.notEqual(keys.keyOf({ lines: 60 }), second, "accepted");
});

Deno.test("RequestKeys sends under the key of the request, and keeps it where the answer was lost", async () => {
  const keys = new RequestKeys();
  const sent: string[] = [];
  const send = (status: number | null) =>
    keys.send({ title: "Look" }, (key) => {
      sent.push(key);
      return status === null ? Promise.resolve("made") : Promise.reject(failure(status));
    });
  await assert.rejects(send(0), ReceptorError);
  assert.equal(await send(null), "made");
  await assert.rejects(send(409), ReceptorError);
  assert.equal(await send(null), "made");
  assert.deepEqual(sent.map((key) => sent.indexOf(key)), [0, 0, 2, 3]);
});

Deno.test("RequestKeys has a new key for a request that was changed", () => {
  const keys = new RequestKeys();
  const first = keys.keyOf({ lines: 60 });
  keys.answered(failure(0));
  assert.notEqual(keys.keyOf({ lines: 61 }), first);
});
