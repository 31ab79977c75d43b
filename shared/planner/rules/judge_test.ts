import assert from "node:assert/strict";
import { validateProblem } from "../validate.ts";
import { position } from "../testing/problems.ts";
import { heldBy, problemAround, sixMonthTermsOf } from "./judge.ts";

const about = { id: "six", name: "Six months", qualification: null, college: "College" };

Deno.test("sixMonthTermsOf() names both halves of a term, and null for one that is not there", () => {
  const whole = sixMonthTermsOf([about], (term, part) => `${term} ${part}`);
  assert.deepEqual(whole, [{ ...about, components: ["six 1", "six 2"] }]);
  const half = sixMonthTermsOf([about], (_, part) => part === 1 ? "first" : null);
  assert.deepEqual(half[0].components, ["first", null]);
});

Deno.test("problemAround() makes a problem that the engine would read", () => {
  const terms = sixMonthTermsOf([about], (_, part) => part === 1 ? "a" : "b");
  const problem = problemAround([26, 26], [position("a"), position("b")], terms);
  validateProblem(problem);
  // With a stand-in for each term in which a line of part of the year is not worked.
  assert.deepEqual(problem.posts, [[1, 1, 1, 1], [1, 1, 1, 1]]);
  const part = heldBy(["a", null], { first_term: null, last_term: 1 });
  assert.deepEqual(part, ["a", problem.positions.at(-1)!.id]);
  assert.deepEqual(heldBy(["a", null], { first_term: null, last_term: null }), ["a", null]);
});
