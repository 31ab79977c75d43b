import assert from "node:assert/strict";
import { busy, isBusy, isConnectionLost, isReadOnly } from "./busy.ts";

const of = (code: unknown) => ({ code });

Deno.test("what is no error of a busy database is none", () => {
  for (const other of [null, undefined, "57014", of(undefined), of(57014), of(""), of("22003")]) {
    for (const is of [isBusy, isConnectionLost, isReadOnly]) assert.equal(is(other), false);
  }
});

Deno.test("a database that takes no changes is told as such, and to be asked a good while later", () => {
  for (
    const [code, told, again] of [
      ["25006", "READ_ONLY", "60"],
      ["53100", "READ_ONLY", "60"],
      ["53300", "BUSY", "2"],
      ["ECONNRESET", "BUSY", "2"],
    ]
  ) {
    const refusal = busy(of(code));
    assert.ok(isBusy(of(code)));
    assert.deepEqual([isReadOnly(of(code)), isConnectionLost(of(code))], [
      told === "READ_ONLY",
      code === "ECONNRESET",
    ]);
    assert.deepEqual(
      [refusal.status, refusal.code, refusal.extras.headers],
      [503, told, { "retry-after": again }],
    );
  }
});
