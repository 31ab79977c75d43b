import assert from "node:assert/strict";
import { addUp, FlowNetwork } from "./flow.ts";

/** Two ways with a bridge between them: the flow must go back over an arc that a shorter path took. */
function network(): FlowNetwork {
  const found = new FlowNetwork();
  found.arc("s", "a", 1);
  found.arc("s", "b", 1);
  found.arc("a", "c", 1);
  found.arc("a", "d", 1);
  found.arc("b", "c", 1);
  found.arc("c", "t", 1);
  found.arc("d", "t", 1);
  return found;
}

Deno.test("maximise() finds a largest flow, and what goes into a node comes out of it", () => {
  const found = network();
  assert.equal(found.maximise("s", "t"), 2);
  for (const node of ["a", "b", "c", "d"]) {
    const all = ["s", "a", "b", "c", "d", "t"];
    const into = addUp(all.map((from) => found.flow(from, node)));
    assert.equal(into, addUp(all.map((to) => found.flow(node, to))), node);
  }
});

Deno.test("maximise() goes on from the flow there is when capacity is added", () => {
  const found = new FlowNetwork();
  found.arc("s", "a", 3);
  found.arc("a", "t", 1);
  assert.deepEqual([found.maximise("s", "t"), found.maximise("s", "t")], [1, 0]);
  found.arc("a", "t", 5);
  assert.equal(found.maximise("s", "t"), 2);
  assert.equal(found.flow("s", "a"), 3);
});
