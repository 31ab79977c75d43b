import assert from "node:assert/strict";
import type { SliceOutcome } from "./slice.ts";
import { oneAtATime } from "./turns.ts";

/** A slice whose outcomes the test decides, one after the other. */
function scripted() {
  const waiting: ((outcome: SliceOutcome | Error) => void)[] = [];
  const slice = () =>
    new Promise<SliceOutcome>((resolve, reject) =>
      waiting.push((outcome) => outcome instanceof Error ? reject(outcome) : resolve(outcome))
    );
  return {
    call: oneAtATime(slice),
    atWork: () => waiting.length,
    end: (outcome: SliceOutcome | Error) => waiting.shift()!(outcome),
  };
}

/** Lets what is ready to run do so. */
const settle = () => new Promise((resolve) => setTimeout(resolve));

Deno.test("oneAtATime() leaves calls to the slice that is at work", async () => {
  const { call, atWork, end } = scripted();
  const first = call();
  assert.deepEqual(await Promise.all([call(), call()]), ["left", "left"]);
  assert.equal(atWork(), 1);
  end("checkpointed");
  assert.equal(await first, "checkpointed");
  assert.equal(atWork(), 0);
});

Deno.test("oneAtATime() looks once more when a slice found nothing and was called meanwhile", async () => {
  const { call, atWork, end } = scripted();
  const first = call();
  await Promise.all([call(), call()]);
  end("idle");
  await settle();
  assert.equal(atWork(), 1);
  end("finished");
  assert.equal(await first, "finished");
});

Deno.test("oneAtATime() rests after a slice that found nothing, and works when it is called again", async () => {
  const { call, atWork, end } = scripted();
  const first = call();
  end("idle");
  assert.equal(await first, "idle");
  assert.equal(atWork(), 0);
  const second = call();
  end("finished");
  assert.equal(await second, "finished");
});

Deno.test("oneAtATime() goes on after a slice that throws", async () => {
  const { call, end } = scripted();
  const first = call();
  end(new Error("no database"));
  await assert.rejects(first, /no database/);
  const second = call();
  end("finished");
  assert.equal(await second, "finished");
});
