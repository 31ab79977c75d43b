// The node program against the real function: works to the end on several cores, resumes from its folder, obeys commands, checks
// what it downloads.

import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { NodeClient } from "../../scripts/node/client.ts";
import { download, type NodeEnd, runNode } from "../../scripts/node/node.ts";
import { type NodeSettings, readSettings } from "../../scripts/node/settings.ts";
import { NodeFolder } from "../../scripts/node/state.ts";
import { requireEnv } from "../../shared/platform/env.ts";
import { prepareWork } from "../../shared/primes/work.ts";
import { callInternal, createOrg, sql, type TestOrg } from "./fixture.ts";
import { eventually } from "../../shared/platform/testing/eventually.ts";

const API = `${requireEnv("SUPABASE_URL")}/functions/v1/operator-api`;

interface Scene extends AsyncDisposable {
  org: TestOrg;
  key: string;
  folder: NodeFolder;
  said: string[];
  run(
    settings?: Partial<NodeSettings>,
    more?: { signal?: AbortSignal; once?: boolean; maxBlocks?: number },
  ): Promise<NodeEnd>;
}

/** An org with an operator, whose node has a folder of its own. */
async function scene(): Promise<Scene> {
  const org = await createOrg();
  const path = await Deno.makeTempDir({ prefix: "receptor-node-" });
  const { data, error } = await org.manager.client.rpc("invite_operator", { p_org_id: org.id });
  assert.equal(error, null);
  const { key } = await new NodeClient(API, null).register(data.invitation, "program");
  const folder = new NodeFolder(path);
  await folder.keepIdentity({ key });
  const said: string[] = [];
  return {
    org,
    key,
    folder,
    said,
    run: (settings = {}, more = {}) =>
      runNode({
        client: new NodeClient(API, key),
        folder,
        nodeId: "program",
        settings: { cores: 2, channel: "stable", ...settings },
        core: new URL("../../scripts/node/mod.ts", import.meta.url),
        heartbeatMs: 200,
        idleMs: 100,
        say: (line) => said.push(line),
        ...more,
      }),
    [Symbol.asyncDispose]: async () => {
      await Deno.remove(path, { recursive: true });
      await sql`
        delete from public.primes p using public.prime_search_finds f
        where f.prime_id = p.id and f.org_id = ${org.id}
          and not exists (select from public.prime_search_finds o where o.prime_id = p.id and o.org_id <> ${org.id})`;
      await (org as TestOrg & AsyncDisposable)[Symbol.asyncDispose]();
    },
  };
}

/**
 * Exponent of a search whose block takes most of an hour on a core, some 30 s a number: it is not done before its test is, however
 * fast the machine is.
 */
const ENDLESS = 90_000;

async function searchFor(
  org: TestOrg,
  n: number,
  candidates: number,
  size: number,
): Promise<string> {
  const params = { n, min_k: 1, max_k: 2 * candidates - 1, sign: "+" };
  const [row] = await sql`
    insert into public.prime_search_runs (org_id, form, params, candidates, block_size, blocks, request, worked_by)
    values (${org.id}, 'kbn', ${sql.json(params)}, ${candidates}, ${size}, ${
    Math.ceil(candidates / size)
  }, '{}', 'nodes')
    returning id`;
  return row.id;
}

/** Waits for something; checks are made meanwhile, as the sweeper would. */
async function until(what: string, holds: () => Promise<boolean> | boolean): Promise<void> {
  let asked = 0;
  await eventually(what, async () => {
    if (await holds()) return true;
    if (++asked % 10 === 0) await callInternal("node-checker");
    return false;
  }, 50);
}

Deno.test("a node works a search to its end on two cores", async () => {
  await using it = await scene();
  const run = await searchFor(it.org, 60, 120, 20);
  const ended = it.run({}, { once: true });
  await until("the search ends", async () => {
    const [{ status }] = await sql`select status from public.prime_search_runs where id = ${run}`;
    return status === "COMPLETED";
  });
  assert.equal(await ended, "done");
  assert.equal(it.said.filter((line) => /submitted/.test(line)).length, 6);
  assert.deepEqual(await it.folder.blocks(), []);
});

Deno.test("a node gives second opinions on what another operator's handed in, beside its blocks", async () => {
  await using it = await scene();
  const run = await searchFor(it.org, 70, 40, 40);
  const { data } = await it.org.manager.client.rpc("invite_operator", { p_org_id: it.org.id });
  const other = new NodeClient(
    API,
    (await new NodeClient(API, null).register(data.invitation, "other")).key,
  );
  const { id: node } = await other.registerNode({ node_id: "other" });
  const { claims: [claim] } = await other.claim(node, { count: 1 });
  const block = prepareWork({ ...claim, sieveDepth: 30 });
  const result = block.result(block.step(block.start(), { remainingMs: () => Infinity }));
  // The program's operator has earned trust, and it is there.
  const ending = new AbortController();
  const ended = it.run({ cores: 1 }, { signal: ending.signal });
  await until("it is registered", async () => {
    const rows = await sql`
      update public.operator_nodes set last_heartbeat = now() + interval '1 day'
      where org_id = ${it.org.id} and node_id = 'program' and checks returning id`;
    return rows.length === 1;
  });
  await sql`
    update public.operator_trust t set trust_level = 2, consecutive_valid = 10, total_valid = 10
    from public.operators o where o.id = t.operator_id and o.org_id = ${it.org.id} and o.username = 'program'`;
  assert.equal((await other.submit(node, claim.token, result)).outcome, "submitted");
  await until("the search ends", async () => {
    const [{ status }] = await sql`select status from public.prime_search_runs where id = ${run}`;
    return status === "COMPLETED";
  });
  ending.abort();
  assert.equal(await ended, "stopped");
  const [{ second_opinion, username }] = await sql`
    select q.second_opinion, o.username from public.verification_queue q
    left join public.operators o on o.id = q.verification_volunteer_id where q.org_id = ${it.org.id}`;
  assert.deepEqual([second_opinion, username], ["agrees", "program"]);
  assert.ok(it.said.some((line) => /^Second opinion on \d+ numbers .*: submitted/.test(line)));
});

Deno.test("a node that is stopped in the middle goes on from its folder", async () => {
  await using it = await scene();
  // It is in the middle of a number's test when it is stopped.
  await searchFor(it.org, ENDLESS, 400, 400);
  const ending = new AbortController();
  const ended = it.run({ cores: 1 }, { signal: ending.signal });
  await until("a state is kept", async () => (await it.folder.blocks()).length === 1);
  ending.abort();
  assert.equal(await ended, "stopped");
  const [kept] = await it.folder.blocks();
  assert.ok(kept.state !== null);
  const [{ checkpoint }] = await sql`
    select c.checkpoint from prime_search.node_claims c join public.node_block_results r on r.id = c.result_id
    where r.org_id = ${it.org.id}`;
  assert.ok(checkpoint, "the server has the state as well");
  const again = new AbortController();
  const second = it.run({ cores: 1 }, { signal: again.signal });
  await until("it goes on", () => it.said.some((line) => line.startsWith("Goes on with block 1")));
  again.abort();
  assert.equal(await second, "stopped");
  const [{ claims }] =
    await sql`select count(*)::int as claims from public.node_block_results where org_id = ${it.org.id}`;
  assert.equal(claims, 1, "the same claim");
});

Deno.test("a node obeys: settings, giving back, restart and stop", async () => {
  await using it = await scene();
  await searchFor(it.org, ENDLESS, 400, 400);
  const ended = it.run({ cores: 1 });
  await until("it works", async () => (await it.folder.blocks()).length === 1);
  const [{ id: node }] =
    await sql`select id from public.operator_nodes where org_id = ${it.org.id}`;
  const tell = async (command: string, payload = {}) => {
    const { data, error } = await it.org.manager.client.rpc("command_node", {
      p_node: node,
      p_command: command,
      p_payload: payload,
    });
    assert.equal(error, null);
    let row: { status: string; succeeded: boolean; message: string } | null = null;
    await until(`${command} is acknowledged`, async () => {
      const rows =
        await sql`select status, succeeded, message from public.node_commands where id = ${data.id}`;
      row = rows[0] as unknown as typeof row;
      return row!.status === "acked";
    });
    return row as unknown as { succeeded: boolean; message: string };
  };
  assert.deepEqual((await tell("update_config", { forms: ["factorial"] })).succeeded, true);
  assert.deepEqual((await it.folder.settings<NodeSettings>()).forms, ["factorial"]);
  assert.deepEqual(await tell("update_config", { cores: 0 }), {
    status: "acked",
    succeeded: false,
    message: "cores is to be a whole number from 1 to 4096",
  });
  assert.match((await tell("reassign")).message, /gave back 1 block$/);
  const [{ status }] =
    await sql`select status from public.node_block_results where org_id = ${it.org.id}`;
  assert.equal(status, "void");
  assert.match((await tell("upgrade")).message, /is what the channel offers/);
  await tell("restart");
  assert.equal(await ended, "restart");
});

Deno.test("Node.js runs the same program, as one file: it registers, works on two cores, goes on after SIGTERM", async () => {
  await using it = await scene();
  const folder = await Deno.makeTempDir({ prefix: "receptor-node-program-" });
  const build = async (place: string): Promise<string> => {
    const { success, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
      args: [
        ...["run", "-A", "scripts/deploy/node_program.ts"],
        ...["--out", place, "--url", "https://releases.example/"],
      ],
      cwd: new URL("../..", import.meta.url),
    }).output();
    assert.ok(success, new TextDecoder().decode(stderr));
    return new TextDecoder().decode(stdout).trim();
  };
  const [sha256, name] = (await build(folder)).split("  ");
  assert.equal(await build(`${folder}/again`), `${sha256}  ${name}`, "the same bytes each time");
  const program = `${folder}/${name}`;
  const bytes = await Deno.readFile(program);
  assert.equal(createHash("sha256").update(bytes).digest("hex"), sha256);
  const { artifacts } = JSON.parse(await Deno.readTextFile(`${folder}/release.json`));
  assert.deepEqual(artifacts, [
    { os: "any", arch: "any", url: `https://releases.example/${name}`, sha256 },
  ]);
  const { data } = await it.org.manager.client.rpc("invite_operator", { p_org_id: it.org.id });
  const username = `node${crypto.randomUUID().slice(0, 8)}`;
  const start = (...more: string[]) =>
    new Deno.Command("node", {
      args: [program, "--url", API, "--folder", `${folder}/kept`, "--cores", "2", ...more],
      stdout: "piped",
      stderr: "piped",
    }).spawn();
  try {
    // It is stopped in the middle of a test, and goes on with the same claim.
    const long = await searchFor(it.org, ENDLESS, 400, 400);
    const first = start("--invitation", data.invitation, "--username", username);
    const claimed = () =>
      sql`select c.checkpoint is not null as kept from public.node_block_results r
        join prime_search.node_claims c on c.result_id = r.id where r.run = ${long}`;
    await until("the block is claimed", async () => (await claimed()).length === 1);
    await until("a state is kept", async () => {
      const kept = await Array.fromAsync(Deno.readDir(`${folder}/kept/blocks`));
      return kept.some((file) => file.name.endsWith(".json"));
    });
    first.kill("SIGTERM");
    const stopped = await first.output();
    assert.equal(stopped.code, 0, new TextDecoder().decode(stopped.stderr));
    await it.org.manager.client.rpc("cancel_prime_search", { p_run: long });

    const run = await searchFor(it.org, 60, 120, 20);
    const second = start("--once");
    const output = second.output();
    await until("the search ends", async () => {
      const [{ status }] = await sql`select status from public.prime_search_runs where id = ${run}`;
      return status === "COMPLETED";
    });
    const { code, stdout, stderr } = await output;
    assert.equal(code, 0, new TextDecoder().decode(stderr));
    assert.match(new TextDecoder().decode(stdout), /6 blocks were handed in/);
    const [{ credit }] =
      await sql`select credit from public.operators where username = ${username}`;
    assert.ok(Number(credit) > 0, "all of it was verified");
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("settings that are none are refused, and so is a download that is another file", async () => {
  assert.throws(() => readSettings({ speed: 9 }), /speed is no setting/);
  assert.throws(() => readSettings({ channel: "x" }), /channel is to be/);
  assert.throws(() => readSettings({ forms: ["'; drop"] }), /forms is to be of .*, not "'; drop"/);
  const bytes = new TextEncoder().encode("console.log('a node')");
  const server = createServer((_, response) => response.end(bytes));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  try {
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
    const right = createHash("sha256").update(bytes).digest("hex");
    assert.deepEqual(await download(url, right), bytes);
    await assert.rejects(download(url, "0".repeat(64)), /thrown away/);
  } finally {
    await new Promise((resolve) => server.close(resolve));
  }
});
