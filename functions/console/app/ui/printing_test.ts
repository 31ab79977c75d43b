import assert from "node:assert/strict";
import { cssString } from "./printing.ts";

Deno.test("whatever a service is called, it stays one string of the style sheet", () => {
  assert.equal(cssString("Northern Rivers · 2027"), '"Northern Rivers · 2027"');
  for (
    const name of ['St "Mary\'s"', "a\\b", "</style>", "two\nlines", '" } } * { display: none']
  ) {
    const written = cssString(name);
    assert.doesNotMatch(written.slice(1, -1), /["<>\n]/);
    // As a browser reads it: a code, and the space that ends it.
    const read = written.slice(1, -1)
      .replace(/\\([0-9a-f]+) /g, (_, code) => String.fromCodePoint(parseInt(code, 16)));
    assert.equal(read, name);
  }
});
