import assert from "node:assert/strict";
import { filterOf } from "./log_data.ts";

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
