// Which terminals get which colours.

import assert from "node:assert/strict";
import { colourDepth, createPaint, unpainted } from "./paint.ts";

Deno.test("colourDepth() respects whoever wants none", () => {
  const env = { COLORTERM: "truecolor", TERM: "xterm-256color" };
  assert.equal(colourDepth(true, true, env), "24bit");
  assert.equal(colourDepth(false, true, env), "none");
  assert.equal(colourDepth(true, false, env), "none");
  assert.equal(colourDepth(true, true, { ...env, NO_COLOR: "1" }), "none");
  assert.equal(colourDepth(true, true, { ...env, NO_COLOR: "" }), "24bit");
  assert.equal(colourDepth(true, true, { TERM: "dumb" }), "none");
});

Deno.test("colourDepth() takes 256 colours where 24 bits are not promised", () => {
  assert.equal(colourDepth(true, true, { TERM: "screen-256color" }), "256");
});

Deno.test("ground() picks the ink that can be read", () => {
  const paint = createPaint("24bit");
  assert.equal(paint.ground("#343a40", "Nights"), "\x1b[97;48;2;52;58;64mNights\x1b[0m");
  assert.equal(paint.ground("#f2c14e", "Plastics"), "\x1b[30;48;2;242;193;78mPlastics\x1b[0m");
});

Deno.test("ink() finds the nearest of 256 colours", () => {
  const paint = createPaint("256");
  assert.equal(paint.ink("#000000", "x"), "\x1b[38;5;16mx\x1b[0m");
  assert.equal(paint.ink("#ffffff", "x"), "\x1b[38;5;231mx\x1b[0m");
  assert.equal(paint.ink("#ff0000", "x"), "\x1b[38;5;196mx\x1b[0m");
});

Deno.test("createPaint() without colours answers the text as it is", () => {
  const paint = createPaint("none");
  for (const mark of [paint.bold, paint.dim, paint.good, paint.bad]) assert.equal(mark("x"), "x");
  assert.equal(paint.ground("#112233", "x"), "x");
});

Deno.test("unpainted() takes all marks away", () => {
  const paint = createPaint("24bit");
  assert.equal(unpainted(paint.bold("a") + paint.ground("#112233", "b")), "ab");
});
