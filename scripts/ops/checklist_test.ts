import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import type { SelfCheck } from "../../shared/platform/self_check.ts";
import { readFunctions } from "../stack/config.ts";
import { PATIENT, startStack } from "../stack/mod.ts";
import { checklist, pointsOf } from "./checklist.ts";
import { assertInOrder, said } from "./testing/in_order.ts";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));
const names = (await readFunctions(ROOT)).map(({ name }) => name);

/** What functions behind a gateway answer, whatever is asked. */
async function listOf(answer: (name: string, key: string | null) => Response): Promise<string> {
  const server = Deno.serve(
    { hostname: "127.0.0.1", port: 0, onListen: () => {} },
    (request) =>
      answer(new URL(request.url).pathname.split("/")[3], request.headers.get("x-receptor-key")),
  );
  try {
    return said(
      await checklist({
        functionsUrl: `http://127.0.0.1:${server.addr.port}/functions/v1`,
        names: ["planner-solver", "heartbeat-sweeper", "console"],
        internalKey: "key",
      }),
    );
  } finally {
    await server.shutdown();
  }
}

const problem = (status: number) =>
  new Response("{}", { status, headers: { "content-type": "application/problem+json" } });

const GOOD: SelfCheck = {
  deno: "2.1.4",
  fault: null,
  api_key: "publishable",
  issuers: ["https://x/auth/v1", "https://x"],
  auth_issuer: "https://x/auth/v1",
  signing_keys: ["ES256"],
  shared_secret: "not given",
};

/** All is well, but for one function's answer. */
const butFor = (odd: string, answer: Response) =>
  listOf((name, key) => {
    if (name === odd && (key === null || odd !== "heartbeat-sweeper")) return answer.clone();
    if (key !== null) return Response.json(GOOD);
    return name === "console" ? new Response("<!doctype html>") : problem(401);
  });

Deno.test("checklist() says what is wrong with a function, and what to do", async () => {
  const cases: [Response, RegExp][] = [
    [new Response("{}", { status: 404 }), /! planner-solver is not deployed: deno task deploy/],
    [new Response('{"code":"UNAUTHORIZED_NO_AUTH_HEADER"}', { status: 401 }), /verify_jwt = false/],
    [
      new Response('{"code":"BOOT_ERROR"}', { status: 503 }),
      /! planner-solver does not start .*503: \{"code":"BOOT_ERROR"\}/,
    ],
    // docker's router
    [new Response('{"msg":"InvalidWorkerCreation"}', { status: 500 }), /InvalidWorkerCreation/],
    [problem(500), /a setting is missing .*secrets set/],
  ];
  for (const [answer, sentence] of cases) {
    const list = await butFor("planner-solver", answer);
    assert.match(list, sentence);
    assert.match(list, /functions: 2 of 3 start and answer/);
  }
});

Deno.test("checklist() tells of functions that have another key than Vault, or none at all", async () => {
  const other = await listOf((name) => name === "console" ? new Response("") : problem(401));
  assert.match(other, /! the functions have another internal key than Vault/);
  assert.match(await butFor("heartbeat-sweeper", problem(500)), /! heartbeat-sweeper starts, but/);
});

Deno.test("checklist() says how to name the functions where they cannot be reached", async () => {
  const project = { functionsUrl: "http://127.0.0.1:9/functions/v1", names, internalKey: "key" };
  const points = await checklist(project);
  assert.equal(points.length, 1);
  assert.match(said(points), /^! the functions cannot be reached at .*--functions-url$/);
});

Deno.test("pointsOf() tells how tokens are verified, and what to switch on", () => {
  const list = (changes: Partial<SelfCheck>) => said(pointsOf({ ...GOOD, ...changes }));
  assert.doesNotMatch(list({}), /^!/m);
  const legacy: Partial<SelfCheck> = { api_key: "legacy", signing_keys: [] };
  assert.match(
    list(legacy),
    /^users' tokens: .*each call asks Auth.*signing keys .*RECEPTOR_JWT_SECRET$/m,
  );
  assert.match(list(legacy), /legacy anon key; .*make publishable keys/);
  assert.match(list({ ...legacy, shared_secret: "known" }), /verified with the shared secret/);
  assert.match(list({ ...legacy, shared_secret: "not the project's" }), /is not the secret/);
  assert.match(list({ signing_keys: null }), /^! .*serves no key set/m);
  assert.match(list({ auth_issuer: "" }), /^! .*GOTRUE_JWT_ISSUER .* https:\/\/x\/auth\/v1$/m);
  assert.match(list({ auth_issuer: "https://y" }), /^! .*RECEPTOR_AUTH_ISSUER=https:\/\/y/m);
  assert.match(list({ auth_issuer: null }), /^issuer of tokens: .*does not say/m);
  assert.match(list({ fault: "SUPABASE_JWKS is no" }), /^! no user can be let in: SUPABASE_JWKS/);
});

Deno.test("checklist() finds a project in order, every function of it, and says of which kind it is", async () => {
  const stack = await startStack({ ...PATIENT, cron: false, seed: false });
  try {
    await assertInOrder(stack, names);
    const functionsUrl = `${stack.url}/functions/v1`;
    // As an operator runs it.
    const { code, stdout } = await new Deno.Command(Deno.execPath(), {
      args: [
        ...["task", "--quiet", "ops", "status", "--json", "--db-url", stack.dbUrl],
        ...["--functions-url", functionsUrl],
      ],
      cwd: new URL("../../", import.meta.url),
    }).output();
    assert.deepEqual([code, JSON.parse(new TextDecoder().decode(stdout)).troubles], [0, []]);
    const wrong = said(
      await checklist({ functionsUrl, names, internalKey: "x".repeat(40), patienceMs: 600_000 }),
    );
    assert.match(wrong, /^! the functions have another internal key/m);
  } finally {
    await stack.stop();
  }
});
