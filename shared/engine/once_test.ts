import assert from "node:assert/strict";
import { once } from "./once.ts";

Deno.test("what is made once is made when it is first asked for, and stays the same", () => {
  let made = 0;
  const value = once(() => ({ number: ++made }));
  assert.equal(made, 0);
  assert.equal(value(), value());
  assert.equal(made, 1);
});

Deno.test("nothing is a value too: it is not made again", () => {
  let made = 0;
  const value = once(() => void made++);
  value();
  value();
  assert.equal(made, 1);
});

Deno.test("what fails is tried again", () => {
  let tries = 0;
  const value = once(() => {
    if (++tries === 1) throw new Error("not yet");
    return tries;
  });
  assert.throws(value, /not yet/);
  assert.equal(value(), 2);
});
