import assert from "node:assert/strict";
import { HANDLERS as BUILT_IN } from "../../../../shared/agents/handlers/mod.ts";
import type { AgentSchedule, AgentTask } from "../../../../shared/client/mod.ts";
import { ACTIONS, amountOf, HANDLERS, type TaskTree, treesOf, whenOf } from "./words.ts";

const task = (id: number, parent_task_id: number | null = null) =>
  ({ id, parent_task_id }) as AgentTask;
const ids = (trees: TaskTree[]): unknown[] =>
  trees.map(({ task, below }) => [task.id, ...ids(below)]);

Deno.test("treesOf() puts sub-tasks below their tasks, the newest root first", () => {
  assert.deepEqual(ids(treesOf([task(5), task(4, 2), task(3, 1), task(2, 1), task(1)])), [
    [5],
    [1, [2, [4]], [3]],
  ]);
  assert.deepEqual(ids(treesOf([task(9, 1)])), [[9]], "its parent is not among them");
});

Deno.test("every handler that is built in, and every action, has its words", async () => {
  assert.deepEqual(Object.keys(HANDLERS).sort(), Object.keys(BUILT_IN).sort());
  const migration = await Deno.readTextFile(
    new URL(
      "../../../../supabase/migrations/20261120102663_create_agents.sql",
      import.meta.url,
    ),
  );
  const [levels] = /select case p_action when [^;]*?end$/m.exec(migration)!;
  const actions = [...levels.matchAll(/when '(\w+)' then/g)].map(([, action]) => action);
  assert.deepEqual(Object.keys(ACTIONS).sort(), actions.sort());
});

Deno.test("whenOf() and amountOf() read what schedules and people write", () => {
  const schedule = (more: object) =>
    whenOf({ cron_expr: null, event_filter: null, ...more } as AgentSchedule);
  assert.equal(schedule({ cron_expr: "0 2 * * *" }), "at 0 2 * * * (UTC)");
  assert.equal(
    schedule({ event_filter: { event: "prime_found", form: "gen_fermat" } }),
    "when a prime is found, of gen fermat",
  );
  assert.deepEqual(["$1,200", "0.5", "", "x", "-1", "100001"].map(amountOf), [
    1200,
    0.5,
    NaN,
    NaN,
    NaN,
    NaN,
  ]);
});
