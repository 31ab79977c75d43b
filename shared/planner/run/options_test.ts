// What a request may ask for: the same limits in the request, in the stored run and in the database.

import assert from "node:assert/strict";
import { CPU_LIMITS_MS, MOST_SEED } from "../../engine/limits.ts";
import { LEAST_EFFORT, MOST_EFFORT } from "../effort.ts";
import { LEAST_TIME_LIMIT_S, MOST_LINES, MOST_TIME_LIMIT_S } from "../limits.ts";
import { optionMembers } from "./options.ts";

const MIGRATIONS = new URL("../../../supabase/migrations/", import.meta.url);

/** The number that a pattern's group finds in some migration. */
function inSql(pattern: RegExp): number {
  for (const { name } of Deno.readDirSync(MIGRATIONS)) {
    const found = pattern.exec(Deno.readTextFileSync(new URL(name, MIGRATIONS)));
    if (found) return Number(found[1]);
  }
  throw new Error(`no migration has ${pattern}`);
}

Deno.test("the database takes as many lines as a request may ask for", () => {
  assert.equal(
    inSql(/n_job_lines int not null check \(n_job_lines between 1 and (\d+)\)/),
    MOST_LINES,
  );
});

Deno.test("what the database says of a request's shape has the limits of requests", () => {
  assert.equal(inSql(/"n_job_lines": \{"is": "whole", "least": 1, "most": (\d+)/), MOST_LINES);
  for (const pattern of [/"seed": \{[^}]*"most": (\d+)/, /'rng_seed', '\{[^}]*"most": (\d+)/]) {
    assert.equal(inSql(pattern), MOST_SEED);
  }
  const timeLimit = '"time_limit_s": {"is": "number", ';
  assert.equal(inSql(new RegExp(`${timeLimit}"least": (\\d+)`)), LEAST_TIME_LIMIT_S);
  assert.equal(inSql(new RegExp(`${timeLimit}"least": \\d+, "most": (\\d+)`)), MOST_TIME_LIMIT_S);
  assert.equal(inSql(/"high"\]\}, \{"is": "number", "least": ([\d.]+)/), LEAST_EFFORT);
  assert.equal(inSql(/"high"\]\}, \{"is": "number", "least": [\d.]+, "most": (\d+)/), MOST_EFFORT);
});

Deno.test("the operators' views count slices against the limits of an isolate", () => {
  assert.equal(inSql(/cpu_ms > (\d+)\), 0\)::int,\n/), CPU_LIMITS_MS.slice);
  assert.equal(inSql(/cpu_ms > (\d+)\), 0\)::int, max/), CPU_LIMITS_MS.soft);
  assert.equal(inSql(/cpu_ms_max \/ (\d+), 1\) as percent_of_hard_limit/), CPU_LIMITS_MS.hard);
});

Deno.test("a job lives for longer than the longest time limit, unless an operator shortens it", () => {
  assert.ok(inSql(/time_to_live_seconds int default (\d+)/) > MOST_TIME_LIMIT_S);
});

Deno.test("effort is a name or a factor, and a time limit a number of seconds, within their limits", () => {
  const { effort, time_limit_s } = optionMembers();
  for (const good of ["quick", "normal", "high", LEAST_EFFORT, MOST_EFFORT]) {
    assert.ok(effort.safeParse(good).success, `${good}`);
  }
  for (const bad of ["harder", 0, LEAST_EFFORT / 2, MOST_EFFORT + 1, NaN, null]) {
    assert.ok(!effort.safeParse(bad).success, `${bad}`);
  }
  for (const good of [LEAST_TIME_LIMIT_S, 90.5, MOST_TIME_LIMIT_S]) {
    assert.ok(time_limit_s.safeParse(good).success, `${good}`);
  }
  for (const bad of [0, MOST_TIME_LIMIT_S + 1, "60", Infinity]) {
    assert.ok(!time_limit_s.safeParse(bad).success, `${bad}`);
  }
});
