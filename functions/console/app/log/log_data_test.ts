import assert from "node:assert/strict";
import { asksForNothing, filterOf } from "./log_data.ts";

const filter = (query: string) =>
  filterOf(new URLSearchParams(query), "run", new Map([["mapping", "worker"]]));

Deno.test("a doctor is looked for in the allocation run and as such", () => {
  assert.deepEqual(filter("doctor=mapping").subjects, ["mapping", "worker"]);
  assert.deepEqual(filter("doctor=gone").subjects, ["gone"]);
  assert.equal(filter("").subjects, undefined);
});

Deno.test("a day is from midnight to midnight where the reader is", () => {
  const { from, until } = filter("day=2026-11-26");
  assert.equal(new Date(from!).getHours(), 0);
  assert.equal(new Date(until!).getDate(), 27);
  assert.equal(filter("day=soon").from, undefined);
  assert.equal(filter("day=2027-13-45").from, undefined, "which no calendar has");
});

Deno.test("kinds are tables; an unknown one is all", () => {
  assert.deepEqual(filter("kind=results").tables, [
    "allocator_py_allocations",
    "job_line_worker_mappings",
    "line_swaps",
  ]);
  assert.equal(filter("kind=nonsense").tables, undefined);
  assert.equal(filter("who=me").actor, "me");
});

Deno.test("a link by what is no id asks for nothing, and the database is not asked", () => {
  const id = "a0000000-0000-4000-8000-000000000031";
  const asks = (query: string) => asksForNothing(new URLSearchParams(query));
  for (const name of ["who", "line", "doctor", "run"]) {
    assert.deepEqual([asks(`${name}=me`), asks(`${name}=${id}`), asks(`${name}=`)], [
      true,
      false,
      false,
    ]);
  }
  assert.equal(asks("kind=results&day=soon"), false);
});
