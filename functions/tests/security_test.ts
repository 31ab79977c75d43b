// Every function through HTTP: nobody gets in with a wrong token or key, nothing internal gets out, and another org's
// ids are not there.

import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
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

const config = parse(Deno.readTextFileSync(new URL("../../supabase/config.toml", import.meta.url)));
const functions = Object.keys(config.functions as Record<string, unknown>);
/** Functions for users; the others are called by functions and cron only. */
const forUsers = functions.filter((name) => name.endsWith("-orchestration"));
const internal = functions.filter((name) => !forUsers.includes(name));

const issuer = `${requireEnv("SUPABASE_URL")}/auth/v1`;
const key = JSON.parse(requireEnv("STACK_SIGNING_KEY")) as { k: string; kid: string };
const secret = Buffer.from(key.k, "base64url");
const signed = (claims: Record<string, unknown>) => signHs256(claims, secret, key.kid);

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
    "another project's secret": signHs256(claims, "another project's secret", key.kid),
    "another project's key": signEs256(claims, another.privateKey, key.kid),
    "HS256 with a public key": signHs256(claims, another.pem, key.kid),
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

for (const name of functions) {
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

Deno.test("another org's ids are not there, in a body and in a path", async () => {
  await using org = await createOrg();
  await using other = await createOrg();
  for (const name of forUsers) {
    const kind = name.replace("-orchestration", "");
    const posted = await call(name, org.manager, { body: body(other, name) });
    assert.equal(posted.status, 404, name);
    assert.equal((await posted.json()).code, "ALLOCATION_RUN_NOT_FOUND");

    const theirs = await call(name, other.manager, { body: body(other, name) });
    const id = (await theirs.json())[`${kind}_run_id`];
    for (const method of ["GET", "DELETE"]) {
      const response = await call(`${name}/${id}`, org.manager, { method });
      assert.equal(response.status, 404, `${method} ${name}`);
      assert.equal((await response.json()).code, `${kind.toUpperCase()}_RUN_NOT_FOUND`);
    }
    const [job] = await sql`select status from fleet.search_jobs where run_id = ${id}`;
    assert.notEqual(job.status, "CANCELLED");
  }
});
