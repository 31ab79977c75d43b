import assert from "node:assert/strict";
import { matches, parseFilter } from "./filter.ts";

const row = {
  id: "0b5e",
  n: 9,
  name: "a,b",
  at: "2026-03-01T10:00:00+00:00",
  gone: null,
  done: true,
};

/** Whether the row above fulfils a filter. */
const fits = (filter: string) => matches(parseFilter(filter), row);

Deno.test("matches() compares numbers by value, not as text", () => {
  assert.deepEqual(["n=lt.10", "n=lte.9", "n=gt.10", "n=gte.9", "n=eq.9.0", "n=neq.9"].map(fits), [
    true,
    true,
    false,
    true,
    true,
    false,
  ]);
});

Deno.test("matches() compares times by value, whatever their zone", () => {
  assert.ok(fits("at=eq.2026-03-01T11:00:00+01:00"));
  assert.ok(fits("at=lt.2026-03-01T10:00:01Z"));
});

Deno.test("matches() finds a value in a list, quoted or not", () => {
  assert.ok(fits("id=in.(1111,0b5e)"));
  assert.ok(fits('name=in.("a,b",c)'));
  assert.ok(!fits("id=in.(1111,2222)"));
});

Deno.test("matches() wants every condition of a list", () => {
  assert.ok(fits("id=eq.0b5e,n=gt.1"));
  assert.ok(!fits("id=eq.0b5e,n=gt.10"));
});

Deno.test("matches() takes a comparison with null for unfulfilled, even negated", () => {
  assert.ok(!fits("gone=eq.1"));
  assert.ok(!fits("gone=neq.1"));
  assert.ok(!fits("gone=not.eq.1"));
  assert.ok(!fits("no_such_column=eq.1"));
});

Deno.test("matches() knows is and not", () => {
  assert.ok(fits("gone=is.null"));
  assert.ok(fits("n=not.is.null"));
  assert.ok(fits("done=is.true"));
  assert.ok(fits("n=not.eq.8"));
});

Deno.test("parseFilter() refuses operators that it does not know", () => {
  for (const wrong of ["n=like.9", "n", "n=9", "=eq.9"]) {
    assert.throws(() => parseFilter(wrong), /filter/, wrong);
  }
});
