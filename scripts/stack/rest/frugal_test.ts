import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import { firstTable, type LiteConnection, makeFrugal, verifyHere } from "./frugal.ts";

/** A connection that keeps what it is asked, made frugal. */
function connection() {
  const asked: { sql: string; parameters: unknown[] }[] = [];
  const kept: unknown[] = [];
  const sessions: { text: string; options: unknown }[] = [];
  const made = {
    driver: {
      reserve: () =>
        Promise.resolve({
          unsafe: (text: string, _: unknown, options: unknown) => sessions.push({ text, options }),
        }),
    },
    writeCachedIntrospection: (found: unknown) => Promise.resolve(void kept.push(found)),
  } as unknown as LiteConnection;
  makeFrugal(made);
  const transaction = {
    executeQuery: (query: { sql: string; parameters: unknown[] }) =>
      Promise.resolve(asked.push(query)),
  };
  return { made, transaction, asked, kept, sessions };
}

Deno.test("makeFrugal() says in one statement who asks, with the claims where there are some", async () => {
  const { made, transaction, asked } = connection();
  await made.applyJwtSessionContext(transaction, {
    auth: { uid: "u", role: "authenticated", jwt: { sub: "u" } },
  });
  await made.applyJwtSessionContext(transaction, { auth: { uid: null, role: "anon", jwt: null } });
  assert.deepEqual(asked.map(({ parameters }) => parameters), [
    ["u", "authenticated", "", '{"sub":"u"}'],
    ["", "anon", ""],
  ]);
  for (const name of ["role", "request.jwt.claim.sub", "request.jwt.claim.role"]) {
    for (const { sql } of asked) assert.ok(sql.includes(`set_config('${name}', $`), name);
  }
  assert.match(asked[0].sql, /set_config\('request\.jwt\.claims', \$4, true\)/);
  assert.doesNotMatch(asked[1].sql, /request\.jwt\.claims/);
});

Deno.test("makeFrugal() says in one statement what is called", async () => {
  const { made, transaction, asked } = connection();
  await made.applyRpcRequestGucs(transaction, {
    method: "POST",
    path: "/rest/v1/rpc/read_roster",
    requestHeaders: { accept: "x" },
  });
  assert.deepEqual(asked.map(({ parameters }) => parameters), [
    ["POST", "/rest/v1/rpc/read_roster", '{"accept":"x"}', "read_roster"],
  ]);
});

Deno.test("makeFrugal() has sessions keep what is asked for each request, and nothing else", async () => {
  const { made, transaction, asked, sessions } = connection();
  await made.applyJwtSessionContext(transaction, {});
  const session = await made.driver.reserve();
  for (const text of [asked[0].sql, 'select * from "auth"."users" where "id" = $1', "select 1"]) {
    session.unsafe(text, []);
  }
  assert.deepEqual(sessions.map(({ options }) => options), [
    { prepare: true },
    { prepare: true },
    undefined,
  ]);
});

Deno.test("makeFrugal() keeps of a view's text the table that lite looks for in it", async () => {
  const { made, kept } = connection();
  await made.writeCachedIntrospection({
    views: [{ sql: "SELECT l.id::text AS id\n  FROM job_lines l JOIN runs r" }],
    columns: [],
  });
  assert.deepEqual(kept, [{ views: [{ sql: "FROM job_lines" }], columns: [] }]);
});

Deno.test("firstTable() reads names with their schema, quoted ones too, and may find none", () => {
  assert.equal(firstTable('select 1 from "My table" t'), 'from "My table"');
  assert.equal(firstTable("select 1 from public . t where x"), "from public . t");
  assert.equal(firstTable("select 1"), "");
});

Deno.test("makeFrugal() lets lite look columns up, and not walk over them all", async () => {
  const { made, kept } = connection();
  const columns = [{ name: "a" }, { name: "b" }];
  await made.writeCachedIntrospection({ views: [], columns });
  const [found] = kept as { columns: { name: string }[] }[];
  assert.deepEqual(found.columns.filter(({ name }) => name === "b").map(({ name }) => name), ["b"]);
  assert.equal(found.columns.find(({ name }) => name === "a"), columns[0]);
  let walked = 0;
  for (const _ of found.columns) walked++;
  assert.equal(walked, 0);
});

Deno.test("verifyHere() finds right what the secret has signed, and leaves the rest to Web Crypto", async () => {
  const asked: string[] = [];
  const subtle = {
    verify: (_: unknown, key: CryptoKey) => {
      asked.push(key.algorithm.name);
      return Promise.resolve(false);
    },
  };
  verifyHere("secret", { subtle } as unknown as Crypto);
  const { verify } = subtle as unknown as SubtleCrypto;
  const encode = (text: string) => new TextEncoder().encode(text);
  const [hmac, other] = ["HMAC", "ECDSA"].map((name) => ({ algorithm: { name } }) as CryptoKey);
  const signed = new Uint8Array(createHmac("sha256", "secret").update("text").digest());
  assert.equal(await verify("HMAC", hmac, signed, encode("text")), true);
  assert.equal(await verify("HMAC", hmac, signed.buffer, encode("text")), true);
  assert.deepEqual(asked, []);
  assert.equal(await verify("HMAC", hmac, signed, encode("other")), false);
  assert.equal(await verify("HMAC", hmac, signed.subarray(1), encode("text")), false);
  assert.equal(await verify("ECDSA", other, signed, encode("text")), false);
  assert.deepEqual(asked, ["HMAC", "HMAC", "ECDSA"]);
});
