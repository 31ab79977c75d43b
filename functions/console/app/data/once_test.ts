// Queries that are asked once.

import assert from "node:assert/strict";
import { once } from "./once.ts";

Deno.test("once() asks once, and again after a failure", async () => {
  let asked = 0;
  const read = once(() =>
    ++asked === 1 ? Promise.reject(new Error("offline")) : Promise.resolve(asked)
  );
  await assert.rejects(read(), /offline/);
  assert.deepEqual(await Promise.all([read(), read()]), [2, 2]);
  assert.equal(asked, 2);
});
