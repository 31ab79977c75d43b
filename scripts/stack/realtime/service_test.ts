// Realtime as its users see it: the unmodified supabase-js, in both versions of the protocol. What supabase-js' own
// integration tests ask for, and what clients of different versions hear of each other.
import assert from "node:assert/strict";
import { createClient, type RealtimeChannel, type SupabaseClient } from "@supabase/supabase-js";
import postgres from "postgres";
import { type Stack, startStack } from "../mod.ts";
import { makeProject, type TestProject, users } from "../testing/project.ts";

/** Who is signed in may listen to private channels and send to them, but for those that are only for reading. */
const POLICIES = `
create policy listen on realtime.messages for select to authenticated using (true);
create policy send on realtime.messages for insert to authenticated
  with check (realtime.topic() not like 'read-only%');
`;
const VERSIONS = ["1.0.0", "2.0.0"];

let project: TestProject;
let stack: Stack;
const clients: SupabaseClient[] = [];

Deno.test.beforeAll(async () => {
  project = await makeProject({ "supabase/migrations/20260101000001_channels.sql": POLICIES });
  stack = await startStack({ projectDir: project.dir, functions: false, cron: false });
});

Deno.test.afterAll(async () => {
  for (const client of clients) await client.removeAllChannels();
  await stack.stop();
  await project.remove();
});

async function client(vsn: string, signedIn = true): Promise<SupabaseClient> {
  const made = createClient(stack.url, stack.publishableKey, {
    auth: { persistSession: false, autoRefreshToken: false },
    // Its own warnings, e.g. that it sends over HTTP, are nothing to print here.
    realtime: { vsn, logger: () => {} },
  });
  clients.push(made);
  if (signedIn) {
    const { error } = await made.auth.signInWithPassword({
      email: users.ann,
      password: users.password,
    });
    assert.equal(error, null);
  }
  return made;
}

/** Resolves when the channel is joined; rejects with the sentence why not. */
function joined(channel: RealtimeChannel): Promise<void> {
  return new Promise((resolve, reject) =>
    channel.subscribe((status, error) => {
      if (status === "SUBSCRIBED") resolve();
      else if (status === "CHANNEL_ERROR") reject(error);
    })
  );
}

/** The next broadcast of an event that a channel hears. */
function next(channel: RealtimeChannel, event: string) {
  const { promise, resolve } = Promise.withResolvers<Record<string, unknown>>();
  channel.on("broadcast", { event }, resolve);
  return promise;
}

const topic = () => `room-${crypto.randomUUID()}`;

for (const vsn of VERSIONS) {
  Deno.test(`${vsn}: changes of rows are heard`, async () => {
    const ann = await client(vsn);
    const heard = Promise.withResolvers<Record<string, unknown>>();
    const changes = { event: "INSERT", schema: "public", table: "notes" } as const;
    await joined(
      ann.channel(topic()).on("postgres_changes", changes, ({ new: row }) => heard.resolve(row)),
    );
    const { error } = await ann.from("notes").insert({ body: vsn });
    assert.equal(error, null);
    assert.equal((await heard.promise).body, vsn);
  });

  Deno.test(`${vsn}: a broadcast comes back to its sender where it asks for that, acknowledged`, async () => {
    const ann = await client(vsn);
    const config = { broadcast: { ack: true, self: true }, private: true };
    const channel = ann.channel(topic(), { config });
    const heard = next(channel, "test-event");
    await joined(channel);
    const payload = { message: "test" };
    assert.equal(await channel.send({ type: "broadcast", event: "test-event", payload }), "ok");
    assert.deepEqual(await heard, { type: "broadcast", event: "test-event", payload });
  });

  Deno.test(`${vsn}: a broadcast over HTTP reaches public and private channels`, async () => {
    const ann = await client(vsn);
    for (const isPrivate of [false, true]) {
      const channel = ann.channel(topic(), { config: { private: isPrivate } });
      const heard = next(channel, "a/b \u00fc");
      await joined(channel);
      assert.deepEqual(await channel.httpSend("a/b \u00fc", { hello: isPrivate }), {
        success: true,
      });
      assert.deepEqual((await heard).payload, { hello: isPrivate });
    }
  });

  Deno.test(`${vsn}: a channel that is not joined sends over HTTP`, async () => {
    const [ann, sender] = [await client(vsn), await client(vsn)];
    const name = topic();
    const channel = ann.channel(name);
    const heard = next(channel, "e");
    await joined(channel);
    const unjoined = sender.channel(name);
    assert.equal(await unjoined.send({ type: "broadcast", event: "e", payload: { n: 1 } }), "ok");
    assert.deepEqual((await heard).payload, { n: 1 });
  });

  Deno.test(`${vsn}: the socket is kept from one channel to the next, and closed after the last one`, async () => {
    const ann = await client(vsn);
    const config = { broadcast: { ack: true, self: true }, private: true };
    const first = ann.channel(topic(), { config });
    await joined(first);
    await ann.removeChannel(first);
    assert.ok(ann.realtime.isConnected());
    await joined(ann.channel(topic(), { config }));
    assert.ok(ann.realtime.isConnected());
    await ann.removeAllChannels();
    assert.ok(!ann.realtime.isConnected());
  });

  Deno.test(`${vsn}: a private channel is closed to who has no right to it`, async () => {
    const stranger = await client(vsn, false);
    const name = topic();
    await assert.rejects(
      joined(stranger.channel(name, { config: { private: true } })),
      new RegExp(
        `Unauthorized: You do not have permissions to read from this Channel topic: ${name}`,
      ),
    );
    await joined((await client(vsn, false)).channel(name));
  });
}

Deno.test("a change is told once its row can be read, and that is later than its commit is in the log", async () => {
  const [ann, admin] = [await client("2.0.0"), postgres(stack.adminDbUrl, { max: 1 })];
  const heard = Promise.withResolvers<Record<string, unknown>>();
  const changes = { event: "INSERT", schema: "public", table: "notes" } as const;
  await joined(
    ann.channel(topic()).on("postgres_changes", changes, ({ new: row }) => heard.resolve(row)),
  );
  const wait = async (standbys: string) => {
    await admin.unsafe(`alter system set synchronous_standby_names = '${standbys}'`);
    await admin`select pg_reload_conf()`;
  };
  const until = async (ask: () => PromiseLike<{ yes: boolean }[]>) => {
    while (!(await ask())[0].yes) await new Promise((resolve) => setTimeout(resolve, 10));
  };
  // A commit that waits for a standby is in the log, and is sent to Realtime, and cannot be seen by anybody.
  await wait("nobody");
  try {
    const inserted = ann.from("notes").insert({ body: "late" }).then(({ error }) => error);
    await until(() =>
      admin<{ yes: boolean }[]>`
        select exists (select from pg_stat_activity where wait_event = 'SyncRep') as yes`
    );
    await until(() =>
      admin<{ yes: boolean }[]>`
        select coalesce(bool_and(sent_lsn >= pg_current_wal_flush_lsn()), false) as yes from pg_stat_replication`
    );
    await wait("");
    assert.equal(await inserted, null);
    assert.equal((await heard.promise).body, "late");
  } finally {
    await wait("");
    await admin.end();
  }
});

Deno.test("clients of both versions hear each other, in the order of sending, and not those of other topics", async () => {
  const name = topic();
  const listening = await Promise.all(VERSIONS.map(async (vsn) => {
    const channel = (await client(vsn)).channel(name);
    const heard: unknown[] = [];
    const all = Promise.withResolvers<void>();
    channel.on("broadcast", { event: "*" }, ({ event, payload }) => {
      heard.push([event, payload]);
      if (event === "last") all.resolve();
    });
    await joined(channel);
    return { channel, heard, all: all.promise };
  }));
  const [one, two] = listening;
  const elsewhere = (await client("2.0.0")).channel(`${name}-other`);
  await joined(elsewhere);
  await elsewhere.send({ type: "broadcast", event: "last", payload: {} });
  const ask = async ({ channel }: typeof one, event: string) =>
    await channel.send({ type: "broadcast", event, payload: { event } });
  await ask(one, "first");
  await ask(one, "last");
  await two.all;
  await ask(two, "last");
  await one.all;
  assert.deepEqual(two.heard, [["first", { event: "first" }], ["last", { event: "last" }]]);
  assert.deepEqual(one.heard, [["last", { event: "last" }]], "what one sends does not come back");
});

Deno.test("a private channel and a public one of the same name are two", async () => {
  const ann = await client("2.0.0");
  const bob = await client("2.0.0");
  const name = topic();
  const open = ann.channel(name);
  const heard: unknown[] = [];
  const ended = next(open, "end");
  open.on("broadcast", { event: "secret" }, (message) => heard.push(message));
  await joined(open);
  const closed = bob.channel(name, { config: { private: true, broadcast: { ack: true } } });
  await joined(closed);
  assert.equal(await closed.send({ type: "broadcast", event: "secret", payload: {} }), "ok");
  await open.httpSend("end", {});
  await ended;
  assert.deepEqual(heard, []);
});

Deno.test("who may listen and not send is not heard", async () => {
  const name = `read-only-${topic()}`;
  const [ann, bob] = [await client("2.0.0"), await client("2.0.0")];
  const channel = ann.channel(name, { config: { private: true } });
  const heard: unknown[] = [];
  channel.on("broadcast", { event: "*" }, (message) => heard.push(message));
  await joined(channel);
  const sender = bob.channel(name, { config: { private: true, broadcast: { ack: true } } });
  await joined(sender);
  const said = { type: "broadcast", event: "e", payload: {} } as const;
  assert.equal(await sender.send(said, { timeout: 300 }), "timed out");
  assert.deepEqual(await sender.httpSend("e", {}), { success: true });
  const service = createClient(stack.url, stack.secretKey).channel(name, {
    config: { private: true },
  });
  const end = next(channel, "end");
  assert.deepEqual(await service.httpSend("end", {}), { success: true });
  await end;
  assert.equal(heard.length, 1);
});

Deno.test("bytes are broadcast as they are, and clients of version 1.0.0 do not hear them", async () => {
  const name = topic();
  const [one, two] = [(await client("1.0.0")).channel(name), (await client("2.0.0")).channel(name)];
  const old: unknown[] = [];
  one.on("broadcast", { event: "*" }, ({ event }) => old.push(event));
  const ended = next(one, "end");
  const binary = next(two, "binary");
  await joined(one);
  await joined(two);
  const bytes = Uint8Array.of(1, 2, 3, 4, 255);
  assert.deepEqual(await two.httpSend("binary", bytes), { success: true });
  assert.deepEqual(new Uint8Array((await binary).payload as ArrayBuffer), bytes);
  await two.httpSend("end", {});
  await ended;
  assert.deepEqual(old, ["end"]);
});

Deno.test("broadcasts over HTTP need a key, a token that holds, and messages", async () => {
  const post = async (body: unknown, headers: Record<string, string>) => {
    const response = await fetch(`${stack.url}/realtime/v1/api/broadcast`, {
      method: "POST",
      headers,
      body: JSON.stringify(body),
    });
    await response.body?.cancel();
    return response.status;
  };
  const good = { messages: [{ topic: "t", event: "e", payload: {} }] };
  const apikey = stack.publishableKey;
  assert.equal(await post(good, {}), 401);
  assert.equal(await post(good, { apikey: "sb_publishable_x" }), 401);
  assert.equal(await post(good, { apikey, authorization: "Bearer nonsense" }), 401);
  assert.equal(await post(good, { apikey }), 202);
  for (const wrong of [null, {}, { messages: [] }, { messages: [{ topic: "t" }] }]) {
    assert.equal(await post(wrong, { apikey }), 422);
  }
});

Deno.test("versions that are not known are refused, as hosted Realtime does", async () => {
  const url = `${stack.url}/realtime/v1/websocket?apikey=${stack.publishableKey}&vsn=3.0.0`;
  const response = await fetch(url);
  await response.body?.cancel();
  assert.equal(response.status, 403);
});
