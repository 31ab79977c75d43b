import assert from "node:assert/strict";
import { type CutPoint, holdsClaim, startCuttingProxy, stepOf } from "./proxy.ts";

/** A database that answers each message with "ok" and keeps what it heard. */
function fakeDatabase() {
  const heard: string[] = [];
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const done = (async () => {
    for await (const connection of listener) {
      const buffer = new Uint8Array(1024);
      for (let length; (length = await connection.read(buffer).catch(() => null)) !== null;) {
        heard.push(new TextDecoder().decode(buffer.subarray(0, length)));
        await connection.write(new TextEncoder().encode("ok")).catch(() => {});
      }
      connection.close();
    }
  })().catch(() => {});
  const close = async () => {
    listener.close();
    await done;
  };
  return { port: listener.addr.port, heard, close };
}

/** Says words one after another through a proxy; how many were answered, and what the database heard. */
async function converse(words: string[], point: CutPoint | null, heard = () => {}) {
  const database = fakeDatabase();
  const proxy = startCuttingProxy(database.port, point, false, heard);
  const worker = await Deno.connect({ hostname: "127.0.0.1", port: proxy.port });
  let answered = 0;
  for (const word of words) {
    await worker.write(new TextEncoder().encode(word)).catch(() => {});
    const length = await worker.read(new Uint8Array(16)).catch(() => null);
    if (length === null) break;
    answered++;
  }
  worker.close();
  const refused = await Deno.connect({ hostname: "127.0.0.1", port: proxy.port }).then(
    (connection) => {
      connection.close();
      return false;
    },
    () => true,
  );
  proxy.close();
  await database.close();
  return { answered, heard: database.heard.join(" "), refused };
}

Deno.test("a cut lets through exactly as much as its moment says, and the dead stay away", async () => {
  const words = ["one", "four", "nine"];
  const at = (moment: CutPoint["moment"]) => converse(words, { message: 2, moment });
  assert.deepEqual(await at("before"), { answered: 1, heard: "one", refused: true });
  assert.deepEqual(await at("half"), { answered: 1, heard: "one fo", refused: true });
  assert.deepEqual(await at("sent"), { answered: 1, heard: "one four", refused: true });
  assert.deepEqual(await at("answered"), { answered: 1, heard: "one four", refused: true });
  assert.deepEqual(await converse(words, null), {
    answered: 3,
    heard: "one four nine",
    refused: false,
  });
});

Deno.test("each message is heard, whoever says it: who is answered late is not silent", async () => {
  let messages = 0;
  await converse(["one", "four"], null, () => messages++);
  assert.equal(messages, 4);
});

Deno.test("stepOf() tells where in a slice a message is", () => {
  const bytes = (text: string) => new TextEncoder().encode(text);
  let step = "connect";
  const steps = [
    "Q\0\0\0\x0bbegin \0",
    "P\0\0\0\x30\0select * from fleet.claim_next_block($1, $2)",
    "P\0\0\0\x0e\0commit\0\0\0",
    "Q\0\0\0\x0bbegin \0",
    "P\0\0\0\x30\0select fleet.worker_heartbeat($1, $2)",
  ].map((text) => step = stepOf(bytes(text), step));
  assert.deepEqual(steps, ["connect", "claim", "end of claim", "after claim", "heartbeat"]);
  assert.deepEqual(steps.map(holdsClaim), [false, false, false, true, true]);
});
