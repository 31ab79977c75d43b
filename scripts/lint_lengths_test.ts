import assert from "node:assert/strict";
import plugin, { MOST_FUNCTION_LINES } from "./lint_lengths.ts";

/** A function of so many lines. */
const ofLines = (lines: number) => `function f() {\n${"  g();\n".repeat(lines - 2)}}\n`;
const faults = (path: string, text: string) => Deno.lint.runPlugin(plugin, path, text).length;

Deno.test("a function longer than a page is refused, whatever its kind; one of a page is not", () => {
  const [page, longer] = [ofLines(MOST_FUNCTION_LINES), ofLines(MOST_FUNCTION_LINES + 1)];
  assert.equal(faults("a.ts", page), 0);
  assert.equal(faults("a.ts", longer), 1);
  assert.equal(faults("a.ts", longer.replace("function f() {", "const f = () => {")), 1);
  assert.equal(faults("a.ts", `class A {\n${longer.replace("function f", "f")}}\n`), 1);
});

Deno.test("tests may be as long as their story", () => {
  for (const path of ["a_test.ts", "x/browser/a.ts", "x/testing/a.ts"]) {
    assert.equal(faults(path, ofLines(200)), 0, path);
  }
});
