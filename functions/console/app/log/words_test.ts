import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import type { AuditEntry, AuditRow } from "../../../../shared/client/mod.ts";
import { KINDS, sentencesOf, summaryOf, throughWords, whoOf } from "./words.ts";

const NAMES = new Map([["d", "Dr A"], ["l", "Line 3"], ["m", "Line 4"], ["u", "Cardiology"]]);

function entry(
  table_name: string,
  operation: AuditEntry["operation"],
  ...rows: Partial<AuditRow>[]
): AuditEntry {
  return {
    id: 1,
    at: "2026-11-26T00:00:00Z",
    transaction: 1,
    allocation_run: null,
    table_name,
    operation,
    parts: 1,
    actor: null,
    actor_name: null,
    through: "rest",
    reason: null,
    rows: rows.map((row) => ({ key: {}, before: null, after: null, ...row })),
  };
}

Deno.test("entries are said in plain words", () => {
  const rank = { worker_mapping: "d", job_line: "l" };
  const cases: [AuditEntry, string][] = [
    [
      entry("agent_budgets", "insert", {
        key: { org_id: "o", period: "daily" },
        after: { org_id: "o", period: "daily", budget_usd: "10.0000" },
      }),
      "The usual daily budget of agents began to count: $10",
    ],
    [
      entry("preference_worker_job_lines", "update", {
        key: rank,
        before: { order_preference: 5 },
        after: { order_preference: 3 },
      }),
      "Dr A moved Line 3 from rank 5 to rank 3",
    ],
    [
      entry("preference_worker_job_lines", "insert", { key: rank, after: { order_preference: 1 } }),
      "Dr A ranked Line 3 as 1",
    ],
    [
      entry("preference_worker_job_lines", "delete", {
        key: rank,
        before: { order_preference: 1 },
      }),
      "Dr A no longer ranks Line 3 (it was 1)",
    ],
    [
      entry("job_lines", "update", {
        key: { id: "l" },
        before: { archived_at: null },
        after: { archived_at: "2026-11-26T00:00:00Z" },
      }),
      "The line Line 3 was archived",
    ],
    [
      entry("job_lines", "update", {
        key: { id: "l" },
        before: { max_n_workers: 1 },
        after: { max_n_workers: 3 },
      }),
      "The line Line 3: places from 1 to 3",
    ],
    [
      entry("allocator_py_allocations", "insert", {
        key: { worker_mapping: "d" },
        after: { job_line: "m", choice: 2 },
      }),
      "Dr A got Line 4, choice 2",
    ],
    [
      entry("preferencer_worker_ranks", "insert", {
        key: { preferencer: "u", worker_mapping: "d" },
        after: { order_preference: 2 },
      }),
      "Cardiology ranked Dr A as 2",
    ],
    [
      entry("preference_worker_job_lines", "insert", {
        key: { worker_mapping: "d", job_line: "l" },
        after: { order_preference: null, like_dislike_preference: 1 },
      }),
      "Dr A put Line 3 into a bucket",
    ],
    [
      entry("allocation_run_worker_mappings", "update", {
        key: { id: "d" },
        before: { locked_at: null },
        after: { locked_at: "2027-01-01" },
      }),
      "Dr A was locked",
    ],
    [
      entry("job_line_worker_mappings", "insert", {
        key: { worker_mapping: "d" },
        after: { job_line: "l", correction_reason: "Agreed." },
      }),
      "The result gives Dr A Line 3, corrected: Agreed.",
    ],
    [
      entry("job_line_worker_mappings", "update", {
        key: { id: "r" },
        before: { released_at: null },
        after: { released_at: "2027-01-01" },
      }),
      "A result was released to its doctor",
    ],
    [
      entry("org_invitations", "insert", {
        key: { id: "i" },
        after: { email: "ann@x.example", role: "viewer", asked_at: "2027-01-01" },
      }),
      "ann@x.example was invited, as viewer",
    ],
    [
      entry("org_invitations", "update", {
        key: { id: "i" },
        before: { asked_at: "2027-01-01" },
        after: { asked_at: "2027-01-02" },
      }),
      "An invitation was sent again",
    ],
    [
      entry("member_rights", "insert", {
        key: { user_id: "x", right_name: "preferences.viewBeforeClose" },
        after: { reason: "Audit" },
      }),
      "Somebody may read doctors' wishes before the window closes",
    ],
    [
      entry("org_members", "insert", { key: { user_id: "x" }, after: { role: "doctor" } }),
      "Somebody became a member, as doctor",
    ],
    [
      entry("org_members", "update", {
        key: { user_id: "x" },
        before: { role: "viewer" },
        after: { role: "manager" },
      }),
      "Somebody is manager now, was viewer",
    ],
    [
      entry("allocation_runs", "update", {
        key: { id: "x" },
        before: { status: "draft" },
        after: { status: "open" },
      }),
      "Allocation run something that is gone was opened to doctors",
    ],
    [
      entry("allocation_runs", "update", {
        key: { id: "l" },
        before: { constraints: [] },
        after: { constraints: [{ name: "UNIQUE_POSITIONS", value: false }] },
      }),
      "Allocation run Line 3: rules from nothing to 1 entry",
    ],
  ];
  for (const [given, words] of cases) {
    assert.deepEqual(sentencesOf(given, NAMES), [words]);
    assert.equal(summaryOf(given, NAMES), words);
  }
});

Deno.test("many rows are summed up, and each has its sentence", () => {
  const many = entry(
    "preference_worker_job_lines",
    "insert",
    { key: { worker_mapping: "d", job_line: "l" }, after: { order_preference: 1 } },
    { key: { worker_mapping: "d", job_line: "m" }, after: { order_preference: 2 } },
  );
  assert.equal(summaryOf(many, NAMES), "Dr A ranked 2 lines");
  assert.equal(sentencesOf(many, NAMES)[1], "Dr A ranked Line 4 as 2");
});

Deno.test("no words are those of the database", () => {
  const tables = Object.values(KINDS).flatMap((kind) => kind.tables);
  assert.equal(new Set(tables).size, tables.length);
  for (const table of tables) {
    for (const operation of ["insert", "update", "delete"] as const) {
      const given = entry(table, operation, {
        before: { some_thing: 1, order_preference: 1, job_line: "l", id: "l" },
        after: { some_thing: 2, order_preference: 2, job_line: "l", id: "l" },
      });
      const said = summaryOf(given, NAMES);
      assert.doesNotMatch(said, /_|undefined|null/, `${table} ${operation}`);
      // Of a table that has no noun its name is said.
      assert.match(said, /^(?:[A-Z]|something that is gone)/, `${table} ${operation}`);
    }
  }
});

Deno.test("a name that only looks like a day or a moment is said as it is", () => {
  const row = { before: { name: "2027-99-99" }, after: { name: "2027-13-45T99:00:00Z" } };
  const [said] = sentencesOf(entry("hospitals", "update", row), NAMES);
  assert.match(said, /2027-99-99.*2027-13-45T99:00:00Z/);
});

Deno.test("moments and days are said as people write them, whatever was changed", async () => {
  const types = await readFile(
    new URL("../../../../shared/platform/database.types.ts", import.meta.url),
    "utf8",
  );
  const moments = new Set(
    [...types.matchAll(/"(\w+_(?:at|date|seen|until|heartbeat))"\??:/g)].map(([, name]) => name),
  );
  assert.ok(moments.size > 30, `${moments.size}`);
  const [early, late] = ["2026-11-28T16:24:35.529058+00:00", "2026-11-29T16:24:35+00:00"];
  const tables = Object.values(KINDS).flatMap((kind) => kind.tables);
  for (const table of tables) {
    for (const moment of moments) {
      for (const [was, is] of [[null, early], [early, late], [early, null]]) {
        const row = { before: { [moment]: was }, after: { [moment]: is } };
        const said = sentencesOf(entry(table, "update", row), NAMES)[0];
        assert.doesNotMatch(
          said,
          moment.endsWith("_at") ? /\dT\d|nothing/ : /\dT\d/,
          `${table}.${moment}: ${said}`,
        );
      }
    }
  }
  const match = (column: string) =>
    sentencesOf(
      entry("allocator_py_runs", "update", {
        before: { [column]: null },
        after: { [column]: early },
      }),
      NAMES,
    )[0];
  assert.equal(match("superseded_at"), "Match gave way to a later one");
  assert.equal(match("lines_changed_at"), "Lines changed since the match");
  const paused = { before: { paused_at: null }, after: { paused_at: "2026-11-28T12:00:00Z" } };
  const [said] = sentencesOf(entry("prime_search_runs", "update", paused), NAMES);
  assert.match(said, /^Search for primes: paused 2[89] Nov 2026, \d+:\d\d [ap]m$/);
  const begun = { before: { starts_on: "2027-01-11" }, after: { starts_on: "2027-01-18" } };
  assert.equal(
    sentencesOf(entry("allocation_runs", "update", { key: { id: "l" }, ...begun }), NAMES)[0],
    "Allocation run Line 3: start from 11 Jan 2027 to 18 Jan 2027",
  );
  const gone = { key: { id: "d" }, before: { withdrawn_at: null }, after: { withdrawn_at: early } };
  assert.equal(
    sentencesOf(entry("allocation_run_worker_mappings", "update", gone), NAMES)[0],
    "Dr A no longer takes part",
  );
});

Deno.test("through what: a function, a run, a person", () => {
  const through = (text: string) =>
    throughWords({ ...entry("job_lines", "insert"), through: text });
  assert.equal(through("rest"), "by hand");
  assert.equal(through("rpc:populate_allocation_run"), "by an import of wishes");
  assert.equal(through("rpc:approve_swap"), "by approving swap");
  assert.equal(through("rpc:set_member_role"), "by setting member role");
  assert.equal(through("rpc:correct_result"), "by correcting result");
  assert.equal(through("rpc:submit_wishes"), "by submitting wishes");
  assert.equal(through("rpc:stop_task"), "by stopping task");
  assert.equal(through("rpc:open_window"), "by opening window");
  assert.equal(through("rpc:import_population"), "by the set-up or a spreadsheet");
  assert.equal(through("engine:0000"), "by a run");
  assert.equal(through("engine"), "by a run");
  assert.equal(through("cron"), "by itself, when it was due");
  assert.equal(through("operator"), "by an operator");
});

Deno.test("every audited table of an org is of a kind that the log is filtered by", async () => {
  const migration = await readFile(
    new URL(
      "../../../../supabase/migrations/20261120103100_audit_changes.sql",
      import.meta.url,
    ),
    "utf8",
  );
  const audited = [...migration.matchAll(/audit_table\('(\S+)', '\w+'/g)]
    .map(([, name]) => name.replace(/^public\./, ""));
  assert.ok(audited.length > 40);
  const kinds = Object.values(KINDS).flatMap(({ tables }) => tables);
  assert.deepEqual(audited.filter((name) => !kinds.includes(name)), []);
  assert.deepEqual(
    kinds.filter((name) => !audited.includes(name) && name !== "affinity_weights"),
    [],
  );
});

Deno.test("who did it: a person, the service itself, or nobody who signed in", () => {
  const who = (actor: string | null, actor_name: string | null, through: string) =>
    whoOf({ ...entry("job_lines", "insert"), actor, actor_name, through });
  assert.equal(who("1", "a@b.example", "engine:0000"), "a@b.example");
  assert.equal(who(null, "receptor_engine", "engine"), "Receptor");
  assert.equal(who(null, "postgres", "cron"), "Receptor");
  assert.equal(who(null, "cellar", "node"), "cellar");
  assert.equal(who(null, "postgres", "operator"), "postgres");
  assert.equal(who(null, null, "rest"), "nobody who signed in");
});
