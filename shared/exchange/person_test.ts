import assert from "node:assert/strict";
import { personTable } from "./person.ts";

Deno.test("personTable() lays out every value that is there, with where it stands", () => {
  const table = personTable({
    exported_at: "2027-01-01",
    person: { name: "Ann", user_id: null },
    account: null,
    rows: { preference_worker_job_lines: [{ job_line_name: "A" }, { job_line_name: "B" }] },
    settings: { weightings: [] },
    logs: [{ context: { of: [1] } }],
  });
  assert.deepEqual(table, [
    ["exported_at", 1, "", "2027-01-01"],
    ["person", 1, "name", "Ann"],
    ["preference_worker_job_lines", 1, "job_line_name", "A"],
    ["preference_worker_job_lines", 2, "job_line_name", "B"],
    ["logs", 1, "context", '{"of":[1]}'],
  ]);
});
