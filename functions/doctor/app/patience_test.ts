// Slow networks carry everything in the end; silent ones are given up.

import assert from "node:assert/strict";
import { type After, patiently } from "./patience.ts";

/** Time that passes by hand. */
function clock() {
  let now = 0, next = 0;
  const waiting = new Map<number, { at: number; run: () => void }>();
  const wait: After = (ms, run) => {
    const id = next++;
    waiting.set(id, { at: now + ms, run });
    return () => waiting.delete(id);
  };
  const pass = (ms: number) => {
    now += ms;
    for (const [id, { at, run }] of [...waiting]) {
      if (at <= now && waiting.delete(id)) run();
    }
  };
  return { wait, pass, waits: () => waiting.size };
}

/** An answer whose parts come when the test says so. */
function answer(signal: AbortSignal) {
  let out!: ReadableStreamDefaultController<Uint8Array>;
  const body = new ReadableStream<Uint8Array>({
    start: (controller) => {
      out = controller;
      signal.addEventListener("abort", () => controller.error(signal.reason));
    },
  });
  return { response: new Response(body, { status: 201 }), out: () => out };
}

Deno.test("an answer that keeps coming is taken, however long it takes", async () => {
  const { wait, pass, waits } = clock();
  let out!: () => ReadableStreamDefaultController<Uint8Array>;
  const response = await patiently(
    (signal) => {
      const made = answer(signal);
      out = made.out;
      return Promise.resolve(made.response);
    },
    0,
    wait,
  );
  assert.equal(response.status, 201);
  const reader = response.body!.getReader();
  for (let n = 0; n < 10; n++) {
    pass(19_000);
    out().enqueue(new Uint8Array([n]));
    assert.deepEqual([...(await reader.read()).value!], [n]);
  }
  out().close();
  assert.equal((await reader.read()).done, true);
  assert.equal(waits(), 0, "nothing is left that waits");
});

Deno.test("an answer that stops is given up", async () => {
  const { wait, pass } = clock();
  const response = await patiently(
    (signal) => Promise.resolve(answer(signal).response),
    0,
    wait,
  );
  const text = assert.rejects(response.text(), { name: "TimeoutError" });
  pass(20_001);
  await text;
});

Deno.test("much that is sent has the time that a slow network needs, and no more", async () => {
  const { wait, pass, waits } = clock();
  let aborted = false;
  const asking = patiently(
    (signal) =>
      new Promise((_, reject) =>
        signal.addEventListener("abort", () => {
          aborted = true;
          reject(signal.reason);
        })
      ),
    45_000,
    wait,
  );
  const given = assert.rejects(asking, { name: "TimeoutError" });
  pass(100_000);
  assert.equal(aborted, false);
  pass(11_000);
  await given;
  assert.equal(waits(), 0);
});

Deno.test("an answer without a body is one", async () => {
  const { wait, waits } = clock();
  const made = await patiently(() => Promise.resolve(new Response(null, { status: 204 })), 0, wait);
  assert.equal(made.status, 204);
  assert.equal(waits(), 0);
});
