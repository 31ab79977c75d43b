// The page's first answer.

import assert from "node:assert/strict";
import { type Begun, createBeginning } from "./begin.ts";
import type { WireChoice } from "./model/wire.ts";

const WINDOW = {
  window: { worker_mapping: "m", now: "2027-01-01T00:00:00.000Z" },
} as WireChoice;
const BEGUN: Begun = {
  claimed: 1,
  unconfirmed: null,
  windows: [],
  departments: [],
  window: WINDOW,
};

/** A database that answers when it is told to. */
function database() {
  const asked: string[] = [];
  let answer = (_: Begun | Error) => {};
  return {
    asked,
    answer: (begun: Begun | Error) => answer(begun),
    rpc<Answer>(name: string): Promise<Answer> {
      asked.push(name);
      return new Promise((resolve, reject) =>
        answer = (begun) => begun instanceof Error ? reject(begun) : resolve(begun as Answer)
      );
    },
  };
}

Deno.test("it is asked once, and the window in it is given to the first who wants that one", async () => {
  const server = database(), beginning = createBeginning(server, () => 0);
  const first = beginning.read(), second = beginning.read();
  const wanted = beginning.takeWindow("m");
  server.answer(BEGUN);
  assert.deepEqual([await first, await second], [BEGUN, BEGUN]);
  assert.deepEqual(await wanted, WINDOW, "what is on its way is waited for");
  assert.deepEqual(server.asked, ["begin_page"]);
  assert.equal(await beginning.takeWindow("m"), null, "once: later it may be old");
});

Deno.test("a window of another place is not given, and a failure gives none", async () => {
  const server = database(), beginning = createBeginning(server);
  void beginning.read();
  const other = beginning.takeWindow("n");
  server.answer(BEGUN);
  assert.equal(await other, null);
  const failing = beginning.read();
  const wanted = beginning.takeWindow("m");
  server.answer(new Error("no network"));
  await assert.rejects(failing);
  assert.equal(await wanted, null);
  assert.equal(server.asked.length, 2, "it is asked anew");
});

Deno.test("its clock goes on until it is taken, and after a while it is asked for anew", async () => {
  let time = 0;
  const server = database(), beginning = createBeginning(server, () => time);
  for (const [age, now] of [[1500, "2027-01-01T00:00:01.500Z"], [11_000, undefined]] as const) {
    const begun = beginning.read();
    server.answer(BEGUN);
    await begun;
    time += age;
    assert.equal((await beginning.takeWindow("m"))?.window.now, now);
  }
});
