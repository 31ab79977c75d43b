import assert from "node:assert/strict";
import {
  codecOf,
  type Frame,
  joinConfig,
  push,
  reply,
  subTopic,
  systemMessage,
} from "./protocol.ts";

const ONE = codecOf("1.0.0")!;
const TWO = codecOf("2.0.0")!;
const payload = {
  config: {
    postgres_changes: [{ event: "*", schema: "public" }],
    private: true,
    broadcast: { self: true, ack: false },
  },
};
const join: Frame = { joinRef: "1", ref: "2", topic: "realtime:runs", event: "phx_join", payload };

/** A broadcast as supabase-js sends it in version 2.0.0. */
function pushed(message: Uint8Array, encoding: number): ArrayBuffer {
  const parts = ["1", "7", "realtime:r\u00f6ume", "gru\u00df"].map((text) =>
    new TextEncoder().encode(text)
  );
  const sizes = [...parts.map((part) => part.length), 0];
  return Uint8Array.from([
    3,
    ...sizes,
    encoding,
    ...parts.flatMap((part) => [...part]),
    ...message,
  ]).buffer;
}

Deno.test("2.0.0: frames are arrays of five parts", () => {
  const text = JSON.stringify(["1", "2", "realtime:runs", "phx_join", payload]);
  assert.deepEqual(TWO.parse(text), join);
  assert.equal(TWO.serialise(join), text);
});

Deno.test("1.0.0: frames are objects, and so they are for who names no version", () => {
  const { topic, event, ref } = join;
  const text = JSON.stringify({ topic, event, payload, ref, join_ref: "1" });
  assert.deepEqual(ONE.parse(text), join);
  assert.deepEqual(JSON.parse(ONE.serialise(join) as string), { topic, event, payload, ref });
  assert.equal(codecOf(null), ONE);
  assert.equal(codecOf("3.0.0"), null);
});

Deno.test("anything else is no frame", () => {
  const nonsense = ["{", "{}", "[1,2]", '[null,null,null,"e",{}]', "null", "7", new ArrayBuffer(0)];
  for (
    const data of [...nonsense, new ArrayBuffer(3), Uint8Array.from([3, 9, 9, 9, 9, 9, 1]).buffer]
  ) {
    assert.deepEqual([ONE.parse(data), TWO.parse(data)], [null, null]);
  }
  assert.equal(ONE.parse(JSON.stringify(["1", "2", "t", "e", {}])), null);
  assert.equal(TWO.parse(JSON.stringify({ topic: "t", event: "e" })), null);
});

Deno.test("2.0.0: broadcasts are binary, of JSON or of bytes, and 1.0.0 tells those of JSON", () => {
  const json = TWO.parse(pushed(new TextEncoder().encode('{"a":1}'), 1))!;
  assert.deepEqual([json.joinRef, json.ref, json.topic, json.event], [
    "1",
    "7",
    "realtime:r\u00f6ume",
    "broadcast",
  ]);
  assert.deepEqual(json.payload, { type: "broadcast", event: "gru\u00df", payload: { a: 1 } });
  assert.deepEqual(JSON.parse(ONE.serialise(json) as string).payload, json.payload);
  const bytes = TWO.parse(pushed(Uint8Array.of(0, 255), 0))!;
  assert.deepEqual(bytes.payload.payload, Uint8Array.of(0, 255));
  assert.equal(ONE.serialise(bytes), null);
  const sent = TWO.serialise(bytes) as Uint8Array;
  assert.deepEqual([...sent.slice(0, 5)], [4, 15, 5, 0, 0]);
  assert.deepEqual([...sent.slice(-2)], [0, 255]);
});

Deno.test("joinConfig() is what a join asks for, or what supabase-js means without saying it", () => {
  assert.deepEqual(joinConfig(join), {
    changes: [{ event: "*", schema: "public" }],
    private: true,
    self: true,
    ack: false,
  });
  const silent = { changes: [], private: false, self: false, ack: false };
  assert.deepEqual(joinConfig({ ...join, payload: {} }), silent);
});

Deno.test("reply() names the frame it answers; push() and systemMessage() only its channel", () => {
  assert.equal(
    TWO.serialise(reply(join, "ok")),
    '["1","2","realtime:runs","phx_reply",{"status":"ok","response":{}}]',
  );
  assert.equal(
    TWO.serialise(push(join, "phx_error", {})),
    '["1",null,"realtime:runs","phx_error",{}]',
  );
  assert.deepEqual(systemMessage(join, "ok", "Subscribed").payload, {
    status: "ok",
    channel: "runs",
    extension: "postgres_changes",
    message: "Subscribed",
  });
  assert.equal(subTopic(join), "runs");
});
