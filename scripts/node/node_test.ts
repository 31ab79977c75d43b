// The node program where its machine lets it down: a network that goes away, a key that is taken away, a folder that takes nothing, a
// clock that is set back. The server is a stand-in of these tests; functions/tests/node_program_test.ts has the real one.

import assert from "node:assert/strict";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { fileURLToPath } from "node:url";
import { Worker } from "node:worker_threads";
import { writeCheckpoint } from "../../shared/engine/checkpoint.ts";
import { eventually } from "../../shared/platform/testing/eventually.ts";
import { prepareWork, type WorkResult } from "../../shared/primes/work.ts";
import { comesBack, NodeApiError, NodeClient, refusesForGood, refusesKey } from "./client.ts";
import { type NodeEnd, runNode } from "./node.ts";
import { readOptions } from "./options.ts";
import { NodeFolder, NodeFolderError } from "./state.ts";
import type { FromCore } from "./worker.ts";

/** What a path is answered with: a status and a document, or nothing at all. */
type Answer = [status: number, document: unknown] | null;

/** A server that has one small block to give, unless a test answers otherwise. */
interface Scene extends AsyncDisposable {
  url: string;
  folder: NodeFolder;
  /** What came, `POST nodes/…/submit`. */
  asked: string[];
  said: string[];
  /** Answers of its own, by the end of what is asked. */
  answers: Record<string, Answer>;
  start(more?: { signal?: AbortSignal; heartbeatMs?: number }): Promise<NodeEnd>;
}

const NODE = "3b241101-e2bb-4255-8caf-4136c566a962";
const BLOCK = {
  token: "9e1f1ed5-3c0a-4b0f-9d2e-5a8a58ad0d11",
  search: 1,
  block_number: 1,
  form: "kbn",
  params: { n: 60, min_k: 1, max_k: 39, sign: "+" },
  start: 0,
  end: 20,
  sieve_depth: null,
  credit: 1,
  lease_until: "2026-01-01T00:00:00Z",
  checkpoint: null,
};

async function scene(): Promise<Scene> {
  const path = await Deno.makeTempDir({ prefix: "receptor-node-" });
  const asked: string[] = [];
  const said: string[] = [];
  let given = false;
  const answers: Record<string, Answer> = {};
  const usual = (what: string): Answer => {
    if (what === "POST nodes/register") return [201, { id: NODE }];
    if (what.endsWith("/heartbeat")) {
      return [200, { commands: [], claims: [], lost: [], checks: 0 }];
    }
    if (what.startsWith("GET ")) return [200, { claims: given ? [BLOCK] : [] }];
    if (!what.endsWith("/claims")) return [200, { outcome: "submitted" }];
    const claims = given ? [] : [BLOCK];
    given = true;
    return [200, { claims, waiting: 0, checks: 0 }];
  };
  const server: Server = createServer((request, response) => {
    const what = `${request.method} ${request.url!.replace(/^\/api\//, "")}`;
    asked.push(what);
    const own = Object.keys(answers).find((end) => what.endsWith(end));
    const answer = own === undefined ? usual(what) : answers[own];
    request.resume();
    if (answer === null) {
      request.socket.destroy();
      return;
    }
    response.writeHead(answer[0], { "content-type": "application/json" });
    response.end(typeof answer[1] === "string" ? answer[1] : JSON.stringify(answer[1]));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/api`;
  const folder = new NodeFolder(path);
  return {
    url,
    folder,
    asked,
    said,
    answers,
    start: (more = {}) =>
      runNode({
        client: new NodeClient(url, "opk_"),
        folder,
        nodeId: "tests",
        settings: { cores: 1, channel: "stable" },
        core: new URL("./worker.ts", import.meta.url),
        idleMs: 20,
        say: (line) => said.push(line),
        ...more,
      }),
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      await Deno.remove(path, { recursive: true });
    },
  };
}

const refusal = (status: number, code: string): Answer => [status, { code, detail: `${code}.` }];
const count = (it: Scene, end: string) => it.asked.filter((what) => what.endsWith(end)).length;

/** Runs a scene until something has happened, stops it, and says how it ended. */
async function stoppedOnce(it: Scene, what: string, has: () => boolean): Promise<NodeEnd> {
  const ending = new AbortController();
  const ended = it.start({ signal: ending.signal });
  await eventually(what, has);
  ending.abort();
  return await ended;
}

/** The same as soon as its block's result was sent, whether that was taken or not. */
const stoppedWhileHandingIn = (it: Scene) =>
  stoppedOnce(it, "it hands in", () => count(it, "/submit") > 0);

/** The same once its block's result was taken. */
const stoppedOnceHandedIn = (it: Scene) =>
  stoppedOnce(it, "it is handed in", () => it.said.some((line) => /: submitted/.test(line)));

Deno.test("a node that is stopped while it cannot hand in keeps the block, and hands it in when it runs again", async () => {
  for (const answer of [null, refusal(409, "PRIME_SEARCH_OFF")]) {
    await using it = await scene();
    it.answers["/submit"] = answer;
    assert.equal(await stoppedWhileHandingIn(it), "stopped", JSON.stringify(answer));
    assert.equal((await it.folder.blocks()).length, 1, JSON.stringify(answer));
    assert.equal(count(it, "/progress"), 1, "the server has its state too");
    delete it.answers["/submit"];
    await stoppedOnceHandedIn(it);
    assert.deepEqual(await it.folder.blocks(), []);
  }
});

/** What a core makes of the block from a state that was kept. */
async function workedFrom(state: unknown): Promise<WorkResult> {
  const core = new Worker(new URL("./worker.ts", import.meta.url));
  try {
    return await new Promise((resolve, reject) => {
      core.on("message", (said: FromCore) => {
        if ("result" in said) resolve(said.result);
        else if ("error" in said) reject(new Error(said.error));
      });
      core.on("error", reject);
      core.postMessage({ claim: BLOCK, state });
    });
  } finally {
    await core.terminate();
  }
}

Deno.test("a node goes on from a state of its own version alone, and else begins its block anew", async () => {
  const { form, params, start, end } = BLOCK;
  const finished = (n: number) => {
    const block = prepareWork({ form, params: { ...params, n }, start, end });
    const state = block.step(block.start(), { remainingMs: () => Infinity });
    return { format: block.format, state, digest: block.result(state).digest };
  };
  const whole = finished(params.n), { format, state, digest: other } = finished(61);
  const kept = writeCheckpoint(format, state);
  assert.equal((await workedFrom(kept)).digest, other, "what it has found by itself it takes");
  const strange = [
    { ...kept, version: format.version - 1 },
    { ...kept, version: format.version + 1 },
    { ...kept, state: kept.state.slice(0, -40) },
    { ...kept, state: JSON.stringify({ at: 20 }) },
    state,
  ];
  for (const each of strange) assert.equal((await workedFrom(each)).digest, whole.digest);
});

Deno.test("what passes is told from what is refused for good, and from a key that is refused", () => {
  const told: [status: number, code: string, forGood: boolean, key: boolean, comes: boolean][] = [
    [0, "NETWORK", false, false, true],
    [503, "NOT_RECEPTOR", false, false, true],
    // A network's sign-in page.
    [403, "NOT_RECEPTOR", false, false, false],
    [429, "RATE_LIMITED", false, false, true],
    [409, "PRIME_SEARCH_OFF", false, false, true],
    [409, "CLAIM_LOST", true, false, false],
    [400, "INVALID_RESULT", true, false, false],
    [401, "KEY_REVOKED", true, true, false],
  ];
  for (const [status, code, ...expected] of told) {
    const error = new NodeApiError(status, code, "");
    assert.deepEqual([refusesForGood(error), refusesKey(error), comesBack(error)], expected, code);
  }
});

Deno.test("a block that is not its own any more is let go", async () => {
  await using it = await scene();
  it.answers["/submit"] = refusal(409, "CLAIM_LOST");
  const ending = new AbortController();
  const ended = it.start({ signal: ending.signal });
  await eventually("it is let go", () => it.said.some((line) => /: CLAIM_LOST/.test(line)));
  ending.abort();
  assert.equal(await ended, "stopped");
  assert.deepEqual(await it.folder.blocks(), []);
});

Deno.test("a node whose key is refused ends with what the server says, and keeps its blocks", async () => {
  for (const [end, heartbeatMs] of [["/submit", 30_000], ["/heartbeat", 20]] as const) {
    await using it = await scene();
    it.answers["/submit"] = null;
    const ended = it.start({ heartbeatMs });
    ended.catch(() => {});
    await eventually("it hands in", () => count(it, "/submit") > 0);
    it.answers[end] = refusal(401, "KEY_REVOKED");
    await assert.rejects(ended, { code: "KEY_REVOKED", status: 401 });
    assert.equal((await it.folder.blocks()).length, 1, end);
  }
});

Deno.test("a node waits for its network, and for a server that is busy", async () => {
  for (const answer of [null, [502, "<html>bad gateway</html>"]] as Answer[]) {
    await using it = await scene();
    it.answers["nodes/register"] = answer;
    const ending = new AbortController();
    const ended = it.start({ signal: ending.signal });
    await eventually("it tried", () => it.said.some((line) => /^Trying again later/.test(line)));
    ending.abort();
    assert.equal(await ended, "stopped");
  }
});

Deno.test("an address at which something else answers is told at once", async () => {
  await using it = await scene();
  for (const answer of [[404, { error: "no" }], [200, "<html>"]] as Answer[]) {
    it.answers["nodes/register"] = answer;
    await assert.rejects(it.start(), { code: "NOT_RECEPTOR", message: /is the address right/ });
  }
  delete it.answers["nodes/register"];
  const slashes = new NodeClient(`${it.url}//`, "opk_");
  assert.deepEqual(await slashes.registerNode({}), { id: NODE });
});

Deno.test("a node whose folder takes nothing works on, says so once, and tells the server its states", async () => {
  await using it = await scene();
  await Deno.writeTextFile(`${it.folder.path}/blocks`, "no folder");
  it.answers["/submit"] = null;
  assert.equal(await stoppedWhileHandingIn(it), "stopped");
  assert.equal(it.said.filter((line) => line.startsWith("Cannot keep states")).length, 1);
  assert.equal(count(it, "/progress"), 1);
});

Deno.test("a node whose clock is set back by hours is heard of as before", async () => {
  await using it = await scene();
  const now = Date.now;
  const ending = new AbortController();
  try {
    const ended = it.start({ signal: ending.signal, heartbeatMs: 20 });
    await eventually("it is heard of", () => count(it, "/heartbeat") > 1);
    Date.now = () => now() - 5 * 3_600_000;
    const before = count(it, "/heartbeat");
    // Of what it waited for when the clock was set one may still come.
    await eventually("it goes on", () => count(it, "/heartbeat") > before + 3);
    ending.abort();
    assert.equal(await ended, "stopped");
  } finally {
    Date.now = now;
  }
});

Deno.test("settings that a command left are told where something else was typed", async () => {
  await using it = await scene();
  await it.folder.keepSettings({ cores: 2, channel: "stable" });
  const ending = new AbortController();
  const ended = it.start({ signal: ending.signal });
  await eventually("it works", () => it.asked.length > 0);
  ending.abort();
  await ended;
  assert.equal(it.said[0], "As a command set it, and kept in settings.json: cores 2.");
});

Deno.test("a key that cannot be read is no key that was never there", async () => {
  await using it = await scene();
  assert.equal(await it.folder.identity(), null);
  for (const text of ["", "{", '{"node": "x"}']) {
    await Deno.writeTextFile(`${it.folder.path}/operator.json`, text);
    await assert.rejects(it.folder.identity(), NodeFolderError);
  }
  await it.folder.keepIdentity({ key: "opk_" });
  assert.deepEqual(await it.folder.identity(), { key: "opk_" });
  assert.equal((await Deno.stat(`${it.folder.path}/operator.json`)).mode! & 0o777, 0o600);
});

Deno.test("what is typed wrongly is told in a sentence", () => {
  const url = "https://ref.supabase.co/functions/v1/operator-api";
  assert.equal(readOptions(["--help"]), null);
  assert.deepEqual(readOptions(["--url", url, "--forms", "kbn, factorial"])!.settings.forms, [
    "kbn",
    "factorial",
  ]);
  const refused: [args: string[], says: RegExp][] = [
    [[], /--url is missing/],
    [["--url", "ref.supabase.co"], /--url is to be https:/],
    [["--url", "ftp://x"], /--url is to be https:/],
    [["--url", url, "--cores", "many"], /cores is to be a whole number from 1 to 4096/],
    [["--url", url, "--channel", "x"], /channel is to be stable, beta or nightly/],
    [["--url", url, "--forms", "proth"], /forms is to be of .*kbn.*, not "proth"/],
    [["--url", url, "--username", "ada"], /--invitation and --username go together/],
    [["--url", url, "--speed"], /--speed/],
  ];
  for (const [args, says] of refused) assert.throws(() => readOptions(args), says, args.join(" "));
});

Deno.test("an invitation is not used up where the key could not be kept", async () => {
  await using it = await scene();
  const path = `${it.folder.path}/file`;
  await Deno.writeTextFile(path, "no folder");
  await assert.rejects(new NodeFolder(path).prepare(), { code: /EEXIST|ENOTDIR/ });
  const { success, stderr } = await new Deno.Command(Deno.execPath(), {
    args: [
      ...["run", "-A", "--no-check", fileURLToPath(new URL("./mod.ts", import.meta.url))],
      ...["--url", it.url, "--folder", path, "--invitation", "inv_", "--username", "ada"],
    ],
  }).output();
  const told = new TextDecoder().decode(stderr);
  assert.equal(success, false);
  assert.match(told, /file/);
  assert.doesNotMatch(told, /\n\s+at /, "no stack");
  assert.deepEqual(it.asked, [], "nobody was asked");
});

Deno.test("a program waits while another works as its node, and ends where another took its place", async () => {
  await using it = await scene();
  it.answers["nodes/register"] = refusal(409, "NODE_IN_USE");
  const waiting = new AbortController();
  const first = it.start({ signal: waiting.signal });
  await eventually(
    "it says why it waits",
    () => it.said.some((line) => /^Trying again later: NODE_IN_USE/.test(line)),
  );
  assert.equal(count(it, "/claims"), 0, "it has no blocks");
  waiting.abort();
  assert.equal(await first, "stopped");
  assert.equal(count(it, "/leave"), 0);
  delete it.answers["nodes/register"];
  it.answers["/heartbeat"] = refusal(409, "NODE_IN_USE");
  await assert.rejects(it.start(), { code: "NODE_IN_USE" });
  delete it.answers["/heartbeat"];
  await stoppedOnceHandedIn(it);
  assert.ok(it.asked.at(-1)!.endsWith("/leave"), "the next may come at once");
});
