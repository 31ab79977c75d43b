import assert from "node:assert/strict";
import { ByteReader, pack } from "./byte_reader.ts";
import type { Order, Report } from "./functions/protocol.ts";

/** A stream that brings bytes in pieces of a size, as a pipe may. */
function inPieces(bytes: Uint8Array, size: number): ReadableStream<Uint8Array> {
  return new ReadableStream({
    start(controller) {
      for (let at = 0; at < bytes.length; at += size) {
        controller.enqueue(bytes.subarray(at, at + size));
      }
      controller.close();
    },
  });
}

const bytes = (text: string) => new TextEncoder().encode(text);
const text = (value: Uint8Array | null | undefined) => value && new TextDecoder().decode(value);

Deno.test("ByteReader reads lines, bytes and messages, however they are cut", async () => {
  const sent = new Uint8Array([
    ...bytes('{"a":1}\nbody'),
    ...pack({ type: "chunk", id: 7 }, bytes("first")),
    ...pack({ type: "leave" }),
  ]);
  for (const size of [1, 3, 100]) {
    const reader = new ByteReader(inPieces(sent, size));
    assert.equal(await reader.line(), '{"a":1}');
    assert.equal(text(await reader.bytes(4)), "body");
    const chunk = await reader.packet<Report>();
    assert.deepEqual([chunk?.message, text(chunk?.bytes)], [{ type: "chunk", id: 7 }, "first"]);
    const order = await reader.packet<Order>();
    assert.deepEqual([order?.message, text(order?.bytes)], [{ type: "leave" }, ""]);
    assert.equal(await reader.packet(), null);
  }
});

Deno.test("ByteReader gives null when the stream ends in the middle", async () => {
  const cut = pack({ type: "chunk", id: 1 }, bytes("first")).subarray(0, -2);
  assert.equal(await new ByteReader(inPieces(cut, 2)).packet(), null);
  assert.equal(await new ByteReader(inPieces(bytes("no end"), 2)).line(), null);
});
