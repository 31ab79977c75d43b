// Every function through HTTP: nobody gets in with a wrong token or key, nothing internal gets out, and another org's
// ids are not there.

import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { createPrivateKey, createPublicKey } from "node:crypto";
import { parse } from "smol-toml";
import { requireEnv } from "../../shared/platform/env.ts";
import { INTERNAL_KEY_HEADER } from "../../shared/platform/internal_key.ts";
import {
  es256Key,
  joined,
  signEs256,
  signHs256,
  userClaims,
} from "../../shared/platform/testing/tokens.ts";
import { call, createOrg, sql, type TestOrg } from "./fixture.ts";

/** Who a function is for: signed-in users, other functions and cron, agents and operators' nodes with keys of their own, or everybody (who gets public files). */
const DOORS: Record<string, "users" | "platform" | "agents" | "operators" | "everybody"> = {
  "planner-orchestration": "users",
  "allocator-orchestration": "users",
  "roster-exchange": "users",
  "prime-orchestration": "users",
  "project-orchestration": "users",
  "planner-solver": "platform",
  "allocator-solver": "platform",
  "prime-solver": "platform",
  "prime-checker": "platform",
  "agent-worker": "platform",
  "agent-api": "agents",
  "node-checker": "platform",
  "operator-api": "operators",
  "heartbeat-sweeper": "platform",
  "mailer": "platform",
  "calendar": "everybody",
  "console": "everybody",
  "doctor": "everybody",
};
const of = (who: string) => Object.keys(DOORS).filter((name) => DOORS[name] === who);
const forUsers = of("users");
/** Those that ask for runs. */
const engines = forUsers.filter((name) => name.endsWith("-orchestration"));
const internal = of("platform");
const closed = [...forUsers, ...internal];

Deno.test("every function of the project has its door here", async () => {
  const text = await Deno.readTextFile(new URL("../../supabase/config.toml", import.meta.url));
  const { functions } = parse(text) as { functions: Record<string, unknown> };
  assert.deepEqual(Object.keys(functions).sort(), Object.keys(DOORS).sort());
});

const issuer = `${requireEnv("SUPABASE_URL")}/auth/v1`;
const key = JSON.parse(requireEnv("STACK_SIGNING_KEY")) as JsonWebKey & { kid: string };
const privateKey = createPrivateKey({ key: { ...key }, format: "jwk" });
const signed = (claims: Record<string, unknown>) => signEs256(claims, privateKey, key.kid);

/** Tokens that look right but for one thing, of a user who exists. */
function wrongTokens(org: TestOrg): Record<string, string> {
  const claims = userClaims(issuer, { sub: org.manager.id });
  const [header, payload, signature] = signed(claims).split(".");
  const another = es256Key(key.kid);
  return {
    "forged claims": `${header}.${
      Buffer.from(JSON.stringify({ ...claims, sub: crypto.randomUUID() })).toString("base64url")
    }.${signature}`,
    "no signature": `${header}.${payload}.`,
    "expired": signed({ ...claims, exp: 1 }),
    "another issuer": signed({ ...claims, iss: "https://another.supabase.co/auth/v1" }),
    "no issuer": signed({ ...claims, iss: undefined }),
    "another audience": signed({ ...claims, aud: "another" }),
    "service_role": signed({ ...claims, role: "service_role" }),
    "alg none": joined({ alg: "none", typ: "JWT", kid: key.kid }, claims),
    "another project's secret": signHs256(claims, "another project's secret"),
    "a key that the project does not have": signEs256(claims, privateKey, crypto.randomUUID()),
    "another project's key": signEs256(claims, another.privateKey, key.kid),
    "HS256 with the public key": signHs256(
      claims,
      createPublicKey(privateKey).export({ format: "pem", type: "spki" }).toString(),
      key.kid,
    ),
    "HS256 with the public key's JSON": signHs256(
      claims,
      JSON.stringify(createPublicKey(privateKey).export({ format: "jwk" })),
      key.kid,
    ),
    "the legacy anon key": requireEnv("SUPABASE_ANON_KEY"),
    "the legacy service_role key": requireEnv("SUPABASE_SERVICE_ROLE_KEY"),
    "HS256 with the publishable key": signHs256(
      claims,
      requireEnv("SUPABASE_PUBLISHABLE_KEY"),
      key.kid,
    ),
    "the publishable key": requireEnv("SUPABASE_PUBLISHABLE_KEY"),
    "the internal key": requireEnv("RECEPTOR_INTERNAL_KEY"),
    "nonsense": "nonsense",
  };
}

async function assertRefused(response: Response, what: string) {
  assert.equal(response.status, 401, what);
  assert.equal(response.headers.get("content-type"), "application/problem+json", what);
  assert.equal((await response.json()).code, "UNAUTHENTICATED", what);
}

/** A right request of an org to a function for users. */
function body(org: TestOrg, name = "planner-orchestration") {
  const allocation_run = org.allocationRun;
  return name === "planner-orchestration" ? { allocation_run, n_job_lines: 2 } : { allocation_run };
}

Deno.test("a right token made by the tests is let in, so that the wrong ones differ by one thing", async () => {
  await using org = await createOrg();
  const token = signed(userClaims(issuer, { sub: org.manager.id }));
  for (const name of forUsers) {
    const response = await call(`${name}/${crypto.randomUUID()}`, { token }, { method: "GET" });
    assert.equal(response.status, 404, name);
    await response.body?.cancel();
  }
});

for (const name of closed) {
  Deno.test(`${name} answers 401 to every wrong token`, async () => {
    await using org = await createOrg();
    const tokens = Object.entries(wrongTokens(org)).filter(([what]) =>
      // An internal function looks at no token at all: a few will do.
      forUsers.includes(name) || ["service_role", "alg none", "the internal key"].includes(what)
    );
    await Promise.all([
      call(name, null, { body: body(org) }).then((response) => assertRefused(response, "none")),
      ...tokens.map(async ([what, token]) =>
        await assertRefused(await call(name, { token }, { body: body(org) }), `${name}: ${what}`)
      ),
    ]);
  });
}

for (const name of internal) {
  Deno.test(`${name} takes no user's token and no other key for the internal key`, async () => {
    await using org = await createOrg();
    const right = requireEnv("RECEPTOR_INTERNAL_KEY");
    const wrong = [
      org.manager.token,
      requireEnv("SUPABASE_PUBLISHABLE_KEY"),
      right.slice(1),
      `${right}x`,
      right.toUpperCase(),
      "",
    ];
    await Promise.all(wrong.map(async (candidate) => {
      const headers = { [INTERNAL_KEY_HEADER]: candidate };
      await assertRefused(await call(name, org.manager, { body: {}, headers }), name);
    }));
  });
}

for (const name of forUsers) {
  Deno.test(`${name} does not let the internal key stand in for a user`, async () => {
    await using org = await createOrg();
    const headers = { [INTERNAL_KEY_HEADER]: requireEnv("RECEPTOR_INTERNAL_KEY") };
    await assertRefused(await call(name, null, { body: body(org), headers }), name);
  });
}

for (const name of of("operators")) {
  Deno.test(`${name} answers 401 to whatever is no operator's key`, async () => {
    await using org = await createOrg();
    const key = `opk_${"0".repeat(64)}`;
    const internalKey = requireEnv("RECEPTOR_INTERNAL_KEY");
    const wrong: Record<string, string>[] = [
      {},
      { "x-operator-key": "" },
      { "x-operator-key": key },
      { "x-operator-key": key.slice(1) },
      { "x-operator-key": `${key}0` },
      { "x-operator-key": key.toUpperCase() },
      { "x-operator-key": internalKey },
      { "x-operator-key": requireEnv("SUPABASE_SECRET_KEY") },
      { "x-operator-key": INJECTION },
      { [INTERNAL_KEY_HEADER]: internalKey },
      { authorization: `Bearer ${key}` },
    ];
    await Promise.all(wrong.map(async (headers) => {
      const method = { method: "GET" };
      await assertRefused(await call(`${name}/operators/me`, null, { ...method, headers }), name);
      await assertRefused(
        await call(`${name}/operators/me`, org.manager, { ...method, headers }),
        `${name} as a manager`,
      );
    }));
  });
}

for (const name of of("everybody")) {
  Deno.test(`${name} hands out files to anybody, and secrets to nobody`, async () => {
    const secrets = ["RECEPTOR_INTERNAL_KEY", "SUPABASE_SECRET_KEY", "SUPABASE_DB_URL"];
    for (const path of ["", "/", "/index.html", "/config.json", "/.env", "/..%2f.env"]) {
      const response = await call(`${name}${path}`, null, { method: "GET" });
      const text = await response.text();
      assert.ok([200, 404].includes(response.status), `${path}: ${response.status}`);
      for (const secret of secrets) assert.ok(!text.includes(requireEnv(secret)), path);
    }
    for (const method of ["POST", "PUT", "DELETE"]) {
      const response = await call(name, null, { method });
      assert.equal(response.status, 405, method);
      assert.equal((await response.json()).code, "METHOD_NOT_ALLOWED");
    }
  });
}

/** What must never reach a caller: SQL, names of tables' inner life, stacks, paths, keys. */
const INTERNAL_DETAILS =
  /select |insert |update |delete from|\bSQLSTATE|violates|relation "|syntax error|invalid input syntax|postgres|\bat .*\.ts|\.ts:\d|node_modules|file:\/\/|sb_secret_|stack/i;

async function assertRevealsNothing(response: Response, what: string) {
  const text = await response.text();
  assert.equal(response.headers.get("content-type"), "application/problem+json", what);
  assert.doesNotMatch(text, INTERNAL_DETAILS, what);
  assert.ok(!text.includes(requireEnv("RECEPTOR_INTERNAL_KEY")), what);
  const problem = JSON.parse(text);
  assert.equal(problem.status, response.status, what);
  assert.match(problem.code, /^[A-Z_]+$/, what);
}

const INJECTION = "'; drop table public.orgs; --";

Deno.test("no request makes a function tell SQL, stacks or keys, or break", async () => {
  await using org = await createOrg();
  const run = { allocation_run: org.allocationRun, n_job_lines: 2 };
  const bodies: Record<string, unknown> = {
    "broken JSON": '{"allocation_run": ',
    "no JSON": "<xml/>",
    "empty": "",
    "null": "null",
    "an array": [],
    "a number": 7,
    "nested too deep": "[".repeat(20_000) + "]".repeat(20_000),
    "SQL for an id": { ...run, allocation_run: INJECTION },
    "more than a body may be": `"${"x".repeat(300_000)}"`,
    "a huge id": { ...run, allocation_run: "f".repeat(100_000) },
    "a huge number": { ...run, n_job_lines: 1e308 },
    "SQL in a constraint": { ...run, constraints: [INJECTION] },
    "a NUL in a constraint": { ...run, constraints: ["\u0000"] },
    "a NUL in a value": {
      ...run,
      constraints: [{ name: "REQUIRED_CATEGORIES", value: ["\u0000"] }],
    },
    "half a surrogate": { ...run, constraints: ["\ud800"] },
    "a prototype": '{"__proto__": {"allocation_run": 1}, "constructor": 1}',
    "SQL for an option": { ...run, options: { seed: INJECTION } },
  };
  const paths = [INJECTION, "f".repeat(5_000), "..%2f..", "%00", `${org.id}/more`];
  for (const name of forUsers) {
    const attempts: [string, Promise<Response>][] = [
      ...Object.entries(bodies).map(([what, body]): [string, Promise<Response>] => [
        what,
        call(name, org.manager, { body }),
      ]),
      ...paths.flatMap((id) =>
        ["GET", "DELETE"].map((method): [string, Promise<Response>] => [
          `${method} ${id}`,
          call(`${name}/${encodeURIComponent(id)}`, org.manager, { method }),
        ])
      ),
      [
        "a long key",
        call(name, org.manager, {
          body: run,
          headers: { "idempotency-key": INJECTION.repeat(50) },
        }),
      ],
    ];
    await Promise.all(attempts.map(async ([what, answer]) => {
      const response = await answer;
      assert.ok(response.status >= 400 && response.status < 500, `${what}: ${response.status}`);
      await assertRevealsNothing(response, what);
    }));
  }
  const [{ count }] = await sql`select count(*)::int from public.orgs where id = ${org.id}`;
  assert.equal(count, 1);
});

/** An id of everything that a request may name, of one org. */
async function idsOf(org: TestOrg): Promise<Record<string, string>> {
  const { id, allocationRun, manager } = org;
  const insert = async (table: string, row: Record<string, unknown>) => {
    const [made] = await sql`insert into ${sql(table)} ${sql({ org_id: id, ...row })} returning id`;
    return made.id as string;
  };
  // Locked: the run below leaves it alone.
  const line = await insert("job_lines", {
    allocation_run: allocationRun,
    name: "Theirs",
    is_locked: true,
  });
  const worker = await insert("workers", { email: `${id}@tests.example`, name: "Dr Theirs" });
  const mapping = await insert("allocation_run_worker_mappings", {
    allocation_run: allocationRun,
    worker,
  });
  const tag = await insert("qualification_tags", { name: "Theirs" });
  const now = new Date();
  const ended = { status: "COMPLETED", started_at: now, finished_at: now, completed_at: now };
  const match = await insert("allocator_py_runs", {
    allocation_run: allocationRun,
    ...ended,
    result: {},
  });
  const ran: Record<string, string> = {};
  for (const name of engines) {
    const response = await call(name, manager, { body: body(org, name) });
    ran[name] = Object.values(await response.json())[0] as string;
  }
  return {
    allocationRun,
    position: org.positions[0],
    worker,
    line,
    mapping,
    tag,
    match,
    plannerRun: ran["planner-orchestration"],
    allocatorRun: ran["allocator-orchestration"],
  };
}

/** Requests of an org's manager that name one thing of another org each, and what they are told. */
function trespasses(
  own: Record<string, string>,
  their: Record<string, string>,
): [path: string, method: string, body: unknown, code: string][] {
  const plan = { allocation_run: own.allocationRun, n_job_lines: 2 };
  const cells = (name: string, value: unknown) => ({ ...plan, constraints: [{ name, value }] });
  const match = { allocation_run: own.allocationRun };
  const whatIf = (what_if: unknown) => ({ ...match, options: { what_if } });
  const weighted = { weighting: 1 };
  const planner = "planner-orchestration", allocator = "allocator-orchestration";
  const notThere = "ALLOCATION_RUN_NOT_FOUND";
  return [
    [planner, "POST", { ...plan, allocation_run: their.allocationRun }, notThere],
    [
      planner,
      "POST",
      cells("FORBIDDEN_CELLS", [{ position: their.position }]),
      "POSITION_NOT_FOUND",
    ],
    [
      planner,
      "POST",
      cells("FORCED_CELLS", [{ position: their.position, term: 1, lines: 1 }]),
      "POSITION_NOT_FOUND",
    ],
    [
      planner,
      "POST",
      cells("PREFERRED_CELLS", [{ position: their.position, term: 1, lines: 1, weight: 1 }]),
      "POSITION_NOT_FOUND",
    ],
    [
      planner,
      "POST",
      cells("PATHWAYS", [{ name: "P", lines: 1, sequence: [their.position, null] }]),
      "POSITION_NOT_FOUND",
    ],
    [
      planner,
      "POST",
      cells("PATHWAYS", [{ name: "P", lines: 1, positions: [their.position], need: 1 }]),
      "POSITION_NOT_FOUND",
    ],
    [`${planner}/${their.plannerRun}`, "GET", undefined, "PLANNER_RUN_NOT_FOUND"],
    [`${planner}/${their.plannerRun}`, "DELETE", undefined, "PLANNER_RUN_NOT_FOUND"],
    [`${planner}/job-lines/${their.line}/rules`, "GET", undefined, "JOB_LINE_NOT_FOUND"],
    [allocator, "POST", { allocation_run: their.allocationRun }, notThere],
    [allocator, "POST", { ...match, included_job_lines: [their.line] }, "JOB_LINE_NOT_FOUND"],
    [
      allocator,
      "POST",
      { ...match, included_worker_mappings: [their.mapping] },
      "WORKER_MAPPING_NOT_FOUND",
    ],
    [allocator, "POST", whatIf({ base_run: their.match }), "ALLOCATOR_RUN_NOT_FOUND"],
    [
      allocator,
      "POST",
      whatIf({ pins: [{ worker_mapping: own.mapping, job_line: their.line }] }),
      "JOB_LINE_NOT_FOUND",
    ],
    [
      allocator,
      "POST",
      whatIf({ exclusions: [{ worker_mapping: their.mapping, job_line: own.line }] }),
      "WORKER_MAPPING_NOT_FOUND",
    ],
    [
      allocator,
      "POST",
      whatIf({ weightings: [{ ...weighted, job_line: their.line }] }),
      "JOB_LINE_NOT_FOUND",
    ],
    [
      allocator,
      "POST",
      whatIf({ weightings: [{ ...weighted, worker_mappings: [their.mapping] }] }),
      "WORKER_MAPPING_NOT_FOUND",
    ],
    [
      allocator,
      "POST",
      whatIf({ weightings: [{ ...weighted, qualification_tags: [their.tag] }] }),
      "QUALIFICATION_TAG_NOT_FOUND",
    ],
    [`${allocator}/${their.allocatorRun}`, "GET", undefined, "ALLOCATOR_RUN_NOT_FOUND"],
    [`${allocator}/${their.allocatorRun}`, "DELETE", undefined, "ALLOCATOR_RUN_NOT_FOUND"],
    [`roster-exchange/${their.allocationRun}/roster.csv`, "GET", undefined, notThere],
    [`roster-exchange/${their.allocationRun}/positions.csv`, "GET", undefined, notThere],
    [`roster-exchange/${their.allocationRun}/positions`, "POST", "Hospital,Team\n", notThere],
    [`roster-exchange/doctors/${their.worker}.json`, "GET", undefined, "DOCTOR_NOT_FOUND"],
    [`roster-exchange/doctors/${their.worker}.xlsx`, "GET", undefined, "DOCTOR_NOT_FOUND"],
  ];
}

Deno.test("another org's ids are not there, wherever a request may name one", async () => {
  await using org = await createOrg();
  await using other = await createOrg();
  const [own, their] = [await idsOf(org), await idsOf(other)];
  // What is refused below is refused for whose it is: with one's own ids nothing is missing.
  for (const [path, method, body] of trespasses(own, own)) {
    const response = await call(path, org.manager, { method, body });
    const text = await response.text();
    assert.notEqual(response.status, 404, `${method} ${path} ${JSON.stringify(body)}: ${text}`);
  }
  const before = await jobsOf([org, other]);
  for (const [path, method, body, code] of trespasses(own, their)) {
    const response = await call(path, org.manager, { method, body });
    const what = `${method} ${path} ${JSON.stringify(body)}`;
    assert.deepEqual([response.status, (await response.json()).code], [404, code], what);
  }
  assert.deepEqual(await jobsOf([org, other]), before, "nothing was asked for, nothing cancelled");
});

/** The jobs of orgs, without how far they are. */
async function jobsOf(orgs: TestOrg[]): Promise<string[]> {
  const rows = await sql`
    select run_id || case status when 'CANCELLED' then ' cancelled' else '' end as job
    from fleet.search_jobs where org_id in ${sql(orgs.map(({ id }) => id))} order by run_id`;
  return rows.map(({ job }) => job);
}
