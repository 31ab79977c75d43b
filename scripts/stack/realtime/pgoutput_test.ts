import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { PgOutputDecoder } from "./pgoutput.ts";

const int16 = (n: number) => Buffer.from([n >> 8, n & 255]);
const int32 = (n: number) => Buffer.concat([int16(n >>> 16), int16(n & 65535)]);
const text = (value: string) =>
  Buffer.concat([Buffer.from("t"), int32(Buffer.byteLength(value)), Buffer.from(value)]);
const row = (...fields: Buffer[]) => Buffer.concat([int16(fields.length), ...fields]);
const message = (...parts: (string | Buffer)[]) =>
  Buffer.concat(parts.map((part) => Buffer.from(part as string)));
const nothing = Buffer.from("n"), untouched = Buffer.from("u");

/** A decoder that knows table public.runs (id uuid, note text), as of a transaction of the year 2000. */
function decoder(): PgOutputDecoder {
  const known = new PgOutputDecoder();
  const column = (key: number, name: string, type: number) =>
    Buffer.concat([Buffer.from([key]), Buffer.from(`${name}\0`), int32(type), int32(0xffffffff)]);
  assert.equal(
    known.decode(message("B", Buffer.alloc(8), int32(0), int32(1_000_000), int32(5))),
    null,
  );
  assert.equal(
    known.decode(
      message(
        "R",
        int32(7),
        "public\0runs\0",
        "d",
        int16(2),
        column(1, "id", 2950),
        column(0, "note", 25),
      ),
    ),
    null,
  );
  return known;
}

Deno.test("decode() reads an insert with its table, transaction and commit time", () => {
  const change = decoder().decode(message("I", int32(7), "N", row(text("a-1"), text("hé"))))!;
  assert.equal(change.type, "INSERT");
  assert.deepEqual([change.relation.schema, change.relation.table], ["public", "runs"]);
  assert.deepEqual(change.relation.columns, [{ name: "id", typeOid: 2950 }, {
    name: "note",
    typeOid: 25,
  }]);
  assert.deepEqual(change.record, { id: "a-1", note: "hé" });
  assert.equal(change.transaction, 5);
  assert.equal(change.committedAt.toISOString(), "2000-01-01T00:00:01.000Z");
});

Deno.test("decode() tells null from a large value that an update did not touch", () => {
  const set = decoder().decode(message("U", int32(7), "N", row(text("a"), nothing)))!;
  assert.deepEqual([set.type, set.record, set.oldRecord], [
    "UPDATE",
    { id: "a", note: null },
    null,
  ]);
  const kept = decoder().decode(message("U", int32(7), "N", row(text("a"), untouched)))!;
  assert.deepEqual(kept.record, { id: "a" });
});

Deno.test("decode() reads the old row where the table sends it", () => {
  const change = decoder().decode(
    message("U", int32(7), "O", row(text("a"), text("x")), "N", row(text("a"), text("y"))),
  )!;
  assert.deepEqual([change.oldRecord, change.record], [{ id: "a", note: "x" }, {
    id: "a",
    note: "y",
  }]);
});

Deno.test("decode() reads only the key of a deleted row", () => {
  const change = decoder().decode(message("D", int32(7), "K", row(text("a"), nothing)))!;
  assert.deepEqual([change.type, change.oldRecord, change.record], ["DELETE", { id: "a" }, null]);
});
