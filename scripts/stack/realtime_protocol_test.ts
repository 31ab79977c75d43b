import assert from "node:assert/strict";
import {
  parseFrame,
  push,
  reply,
  requestedChanges,
  serialise,
  systemMessage,
} from "./realtime_protocol.ts";

const text = JSON.stringify(["1", "2", "realtime:runs", "phx_join", {
  config: { postgres_changes: [{ event: "*", schema: "public" }] },
}]);

Deno.test("parseFrame() reads the five parts, and serialise() writes them again", () => {
  const frame = parseFrame(text)!;
  assert.deepEqual([frame.joinRef, frame.ref, frame.topic, frame.event], [
    "1",
    "2",
    "realtime:runs",
    "phx_join",
  ]);
  assert.equal(serialise(frame), text);
});

Deno.test("parseFrame() gives null for anything else", () => {
  for (const other of ["{", "{}", "[1,2]", '[null,null,null,"e",{}]', new ArrayBuffer(3)]) {
    assert.equal(parseFrame(other), null);
  }
});

Deno.test("requestedChanges() are those of the join's config", () => {
  assert.deepEqual(requestedChanges(parseFrame(text)!), [{ event: "*", schema: "public" }]);
  assert.deepEqual(requestedChanges({ ...parseFrame(text)!, payload: {} }), []);
});

Deno.test("reply() names the frame it answers; push() and systemMessage() only its channel", () => {
  const join = parseFrame(text)!;
  assert.equal(
    serialise(reply(join, "ok")),
    '["1","2","realtime:runs","phx_reply",{"status":"ok","response":{}}]',
  );
  assert.equal(serialise(push(join, "phx_error", {})), '["1",null,"realtime:runs","phx_error",{}]');
  assert.deepEqual(systemMessage(join, "ok", "Subscribed").payload, {
    status: "ok",
    channel: "runs",
    extension: "postgres_changes",
    message: "Subscribed",
  });
});
