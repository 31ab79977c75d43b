import assert from "node:assert/strict";
import { draws } from "./draws.ts";

Deno.test("as many draws as a test asks for, and more by a factor", () => {
  assert.equal(draws(40, ""), 40);
  assert.equal(draws(40, "1"), 40);
  assert.equal(draws(40, "20"), 800);
  assert.equal(draws(3, "1.5"), 5);
});

Deno.test("a factor that would draw less than usual is refused", () => {
  for (const text of ["0", "-1", "0.5", "many", "NaN", "Infinity", "10x"]) {
    assert.throws(() => draws(40, text), /RECEPTOR_DRAWS is .* not a number of at least 1/);
  }
});
