import assert from "node:assert/strict";
import { ByteReader, frame } from "./functions_protocol.ts";

/** A stream that brings bytes in pieces of a size, as a pipe may. */
function inPieces(bytes: Uint8Array, size: number): ReadableStream<Uint8Array> {
  const pieces: Uint8Array[] = [];
  for (let at = 0; at < bytes.length; at += size) pieces.push(bytes.subarray(at, at + size));
  return ReadableStream.from(pieces);
}

const bytes = (text: string) => new TextEncoder().encode(text);
const text = (value: Uint8Array | null) => value && new TextDecoder().decode(value);

Deno.test("ByteReader reads lines, bytes and frames, however they are cut", async () => {
  const sent = new Uint8Array([
    ...bytes('{"a":1}\nbody'),
    ...frame(bytes("first")),
    ...frame(new Uint8Array()),
  ]);
  for (const size of [1, 3, 100]) {
    const reader = new ByteReader(inPieces(sent, size));
    assert.equal(await reader.line(), '{"a":1}');
    assert.equal(text(await reader.bytes(4)), "body");
    assert.equal(text(await reader.frame()), "first");
    assert.equal(text(await reader.frame()), "");
    assert.equal(await reader.frame(), null);
  }
});

Deno.test("ByteReader gives null when the stream ends in the middle", async () => {
  const cut = frame(bytes("first")).subarray(0, 6);
  assert.equal(await new ByteReader(inPieces(cut, 2)).frame(), null);
  assert.equal(await new ByteReader(inPieces(bytes("no end"), 2)).line(), null);
});
