// What browser/kit.ts builds on: it looks at each look once in both colour schemes, and tells looks by what they are in the light.

import assert from "node:assert/strict";
import { readdir, readFile } from "node:fs/promises";

/** Rules of a style sheet, those in @media among them: selectors and what they set. */
function* rulesOf(css: string): Generator<{ selectors: string[]; block: string }> {
  for (const [, selector, block] of css.matchAll(/([^{};]+)\{([^{}]*)\}/g)) {
    // Of a list in brackets the commas part nothing.
    yield { selectors: selector.trim().split(/,\s*(?![^(]*\))/), block };
  }
}

/** Custom properties of a part of a style sheet that are colours, by selector and name. */
function colours(css: string): Map<string, string> {
  const found = new Map<string, string>();
  for (const { selectors, block } of rulesOf(css)) {
    for (const [, name, value] of block.matchAll(/(--[\w-]+):\s*(#\w+|rgb\([^)]*\))/g)) {
      found.set(`${selectors} ${name}`, value);
    }
  }
  return found;
}

/** White behind, and white on the accent: no text has the one as its colour where the other is. */
const WHITE = [":root --on-accent", ":root --surface"];

/** The style sheets of both pages, without their comments, by file. */
async function readSheets(): Promise<Map<string, string>> {
  const sheets = new Map<string, string>();
  for (const app of ["console", "doctor"]) {
    const folder = new URL(`../../functions/${app}/app/`, import.meta.url);
    for (const name of await readdir(folder, { recursive: true })) {
      if (!name.endsWith(".css")) continue;
      const text = await readFile(new URL(name, folder), "utf8");
      sheets.set(`${app}/${name}`, text.replaceAll(/\/\*.*?\*\//gs, ""));
    }
  }
  return sheets;
}

// Words for screen readers are taken out of the flow: in a list that scrolls and is not what they are placed in, they lie below the
// page, as far down as the list is long, and the page can be scrolled past its end into nothing.
Deno.test("whatever scrolls is what all in it is placed in", async () => {
  const scrolls = /overflow(?:-[xy])?:\s*(?:auto|scroll)/;
  let scrollers = 0;
  for (const [name, css] of await readSheets()) {
    for (const { selectors, block } of rulesOf(css)) {
      if (!scrolls.test(block)) continue;
      scrollers++;
      assert.match(
        block,
        /position:\s*(?:relative|sticky|absolute|fixed)/,
        `${name}: ${selectors}`,
      );
    }
  }
  assert.ok(scrollers > 15, `${scrollers}`);
});

// Who cannot read small letters sets larger ones in the browser or the phone. A size in pixels does not heed it.
Deno.test("letters are as large as the reader has set them", async () => {
  const sizes: string[] = [];
  for (const [name, css] of await readSheets()) {
    if (name.endsWith("print.css")) continue; // Paper has a size of its own.
    for (const { selectors, block } of rulesOf(css)) {
      // A picture's letters are of its own measure, and grow with it.
      if (selectors.join() === ".primes-label") continue;
      for (const [size] of block.matchAll(/(?:font|font-size|line-height):[^;]*\d(?:px|pt)/g)) {
        sizes.push(`${name}: ${selectors} ${size}`);
      }
    }
  }
  assert.deepEqual(sizes, []);
});

// Shadows and backgrounds are not drawn where the reader's own colours rule.
Deno.test("where colours are forced, what a shadow told is told by a line, and no line stands for the focus", async () => {
  const sheets = [...(await readSheets()).values()].join("\n");
  const forcedBlocks = [
    ...sheets.matchAll(/@media \(forced-colors: active\) \{((?:[^{}]*\{[^{}]*\})*)[^{}]*\}/g),
  ].map(([, inside]) => inside).join("\n");
  const forced = new Map<string, string>();
  for (const { selectors, block } of rulesOf(forcedBlocks)) {
    for (const selector of selectors) forced.set(selector, block);
  }
  // A card's shadow tells nothing; what the pointer is on is told by the pointer.
  const telling = [...rulesOf(sheets)].filter(({ block }) =>
    /box-shadow:(?!\s*(?:none|var\(--shadow))/.test(block)
  ).flatMap(({ selectors }) => selectors).filter((selector) => !selector.includes(":hover"));
  assert.ok(telling.length > 7, `${telling.length}`);
  assert.deepEqual(telling.filter((selector) => !forced.has(selector)), []);
  for (const state of ['[aria-pressed="true"]', "[aria-current]"]) {
    const [line] = [...forced].filter(([selector]) => selector.startsWith(state));
    assert.match(line?.join() ?? "", /outline: 2px solid/, state);
  }
  // What can have the focus and has a line of its own.
  const hidesFocus = [...rulesOf(sheets)].filter(({ block }) => /outline:(?!\s*none)/.test(block))
    .flatMap(({ selectors }) => selectors)
    .filter((selector) => /\[aria-|\.roster-cell/.test(selector) && !selector.includes(":focus"));
  assert.deepEqual(hidesFocus, []);
});

Deno.test("in the dark nothing but the values of colours changes, and what is alike in the light is alike there", async () => {
  const sheets = [...(await readSheets()).values()];
  const light = new Map<string, string>(), dark = new Map<string, string>();
  for (const css of sheets) {
    const schemes = [
      ...css.matchAll(/@media[^{]*prefers-color-scheme[^{]*\{((?:[^{}]*\{[^{}]*\})*)[^{}]*\}/g),
    ];
    for (const [whole, inside] of schemes) {
      assert.match(whole, /^@media screen and \(prefers-color-scheme: dark\) \{/);
      for (const [, block] of inside.matchAll(/\{([^{}]*)\}/g)) {
        for (const line of block.split(";")) assert.match(line.trim(), /^(--[\w-]+:|$)/);
      }
      for (const [name, value] of colours(inside)) dark.set(name, value);
    }
    const rest = schemes.reduce((rest, [whole]) => rest.replace(whole, ""), css);
    assert.doesNotMatch(rest, /prefers-color-scheme/);
    for (const [name, value] of colours(rest)) light.set(name, value);
  }
  assert.ok(dark.size > 50, `${dark.size}`);
  assert.deepEqual([...light.keys()].sort(), [...dark.keys()].sort());
  const alike = Map.groupBy(light.keys(), (name) => light.get(name)!);
  for (const names of alike.values()) {
    if (new Set(names.map((name) => dark.get(name))).size > 1) {
      assert.deepEqual(names.sort(), WHITE);
    }
  }
});
