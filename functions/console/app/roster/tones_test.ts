// The colours of specialties: enough contrast in light, dark and on the page, and one tone for each where they last.

import assert from "node:assert/strict";
import { FILLS, TONES, tonesOf } from "../../../../shared/exchange/tones.ts";

const css = Deno.readTextFileSync(new URL("./tones.css", import.meta.url));
const [light, dark] = css.split("@media screen and (prefers-color-scheme: dark)");

/** Surfaces of 1_tokens.css that the blocks lie on. */
const SURFACE = { light: "#ffffff", dark: "#171e26" };

function colours(sheet: string, tone: number): Record<string, string> {
  const rule = new RegExp(`\\.tone-${tone} \\{([^}]*)\\}`).exec(sheet)?.[1];
  assert.ok(rule, `tone ${tone}`);
  return Object.fromEntries([...rule.matchAll(/--(\w+): (#\w{6})/g)].map(([, name, hex]) => [
    name,
    hex,
  ]));
}

/** Relative luminance after WCAG 2. */
function luminance(hex: string): number {
  const [r, g, b] = [1, 3, 5].map((at) => {
    const value = parseInt(hex.slice(at, at + 2), 16) / 255;
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

function contrast(a: string, b: string): number {
  const [low, high] = [luminance(a), luminance(b)].sort((x, y) => x - y);
  return (high + 0.05) / (low + 0.05);
}

for (const [scheme, sheet] of [["light", light], ["dark", dark]] as const) {
  Deno.test(`${scheme}: text on every tone has a contrast of 7, its edge one of 3`, () => {
    for (let tone = 0; tone < TONES; tone++) {
      const { fill, edge, ink } = colours(sheet, tone);
      assert.ok(contrast(fill, ink) >= 7, `tone ${tone}: ${contrast(fill, ink)}`);
      assert.ok(contrast(edge, SURFACE[scheme]) >= 3, `tone ${tone}, edge`);
    }
  });
}

Deno.test("spreadsheets have the fills of the page", () => {
  assert.deepEqual(FILLS.map((_, tone) => colours(light, tone).fill), [...FILLS]);
});

Deno.test("tonesOf() keeps usual colours, and gives each specialty its own while they last", () => {
  const tones = tonesOf(["Surgery", "Medicine", "Emergency", "Dermatology", "Surgery", "Genetics"]);
  assert.deepEqual([tones.get("Emergency"), tones.get("Surgery"), tones.get("Medicine")], [
    0,
    1,
    7,
  ]);
  assert.equal(tones.size, 5);
  assert.equal(new Set(tones.values()).size, 5);
});

Deno.test("tonesOf() repeats tones where there are more specialties, always valid ones", () => {
  const many = tonesOf(Array.from({ length: 30 }, (_, i) => `Specialty ${i}`));
  const used = new Set(many.values());
  assert.equal(used.size, TONES);
  assert.ok([...used].every((tone) => tone >= 0 && tone < TONES));
});
