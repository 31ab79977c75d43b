// Phones and the machines of hospitals have browsers of three years ago: the pages ask them for nothing that came later.

import assert from "node:assert/strict";
import { ASSETS } from "../../functions/console/assets.ts";
import { ASSETS as DOCTOR_ASSETS } from "../../functions/doctor/assets.ts";

/** What one of Chrome, Firefox and Safari has had for less than three years, as a bundle has it. Raise it as years go by. */
const YOUNG: readonly RegExp[] = [
  /\b(?:groupBy|withResolvers|fromAsync|isError|sumPrecise|rawJSON|isRawJSON|waitAsync|f16round)\(/g,
  /\b(?:isSubsetOf|isSupersetOf|isDisjointFrom|symmetricDifference)\(|\.(?:union|intersection|difference)\(/g,
  /\bPromise\.try\(|\bRegExp\.escape\(|\bAbortSignal\.any\(|\bURL\.(?:canParse|parse)\(/g,
  // Iterators had no methods of their own: a list of what they give has.
  /\.(?:keys|values|entries)\(\)\.(?:map|filter|take|drop|flatMap|reduce|toArray|forEach|some|every|find)\(/g,
  /\bmatchAll\([^()]*\)\.(?:map|filter|take|drop|flatMap|reduce|toArray|forEach|some|every|find)\(/g,
  /\bIterator\.|\btoArray\(\)|\b(?:getOrInsert|getOrInsertComputed)\(/g,
  /\b(?:toBase64|fromBase64|setFromBase64|setFromHex)\(|\bUint8Array\.fromHex\(|\.transfer(?:ToFixedLength)?\(/g,
  /\bIntl\.DurationFormat\b|\bFloat16Array\b|\b(?:Async)?DisposableStack\b|\bSuppressedError\b|\bTemporal\./g,
  /\b(?:startViewTransition|requestIdleCallback|moveBefore|requestClose|checkVisibility|caretPositionFromPoint)\(/g,
  /\b(?:togglePopover|showPopover|hidePopover|setHTMLUnsafe|parseHTMLUnsafe|getHTML)\(|\bscheduler\./g,
];

/** What is asked for where it is there, and the words by which a script asks first. */
const ASKED_FIRST: Readonly<Record<string, RegExp>> = {
  "URL.canParse(": /typeof URL\.canParse=="function"\?$/,
  "moveBefore(": /\.moveBefore&&\w+\.parentNode\?\w+\.$/,
  "requestIdleCallback(": /typeof requestIdleCallback=="function"\)\{let \w+=$/,
};

/** Asked for only where the browser tells what it skips, which none did before it had this. */
const GUARDED = ["checkVisibility({contentVisibilityAuto:"];

/** What of a script browsers of three years ago lack. */
function youngIn(script: string): string[] {
  return YOUNG.flatMap((pattern) => [...script.matchAll(pattern)])
    .filter(({ 0: name, index }) =>
      !(ASKED_FIRST[name]?.test(script.slice(Math.max(0, index - 80), index)) ?? false) &&
      !GUARDED.some((use) => script.startsWith(use, index))
    )
    .map(({ index }) => script.slice(Math.max(0, index - 30), index + 30));
}

Deno.test("no script of a page asks a browser for what those of three years ago have not", () => {
  for (const assets of [ASSETS, DOCTOR_ASSETS]) {
    const scripts = assets.filter(({ name }) => name.endsWith(".js"));
    assert.ok(scripts.length > 5);
    const found = scripts.flatMap(({ name, text }) =>
      youngIn(text).map((use) => `${name}: ${use}`)
    );
    assert.deepEqual(found, []);
  }
});

Deno.test("what is young is found in a bundle, also of a library, unless the script asks first whether it is there", () => {
  for (
    const script of [
      "let E=Map.groupBy(f,t=>t.a)",
      "let{promise:p,resolve:r}=Promise.withResolvers()",
      "let s=a.union(b)",
      "for(let x of m.values().map(t=>t.a))f(x)",
      "let l=[...e.matchAll(t).map(n=>n[0])]",
      "return URL.canParse(e)",
      "n.moveBefore(o,e)",
      "o.checkVisibility()",
    ]
  ) assert.equal(youngIn(script).length, 1, script);
  for (
    const script of [
      'typeof URL.canParse=="function"?URL.canParse(e):(new URL(e),!0)',
      "!i&&n.moveBefore&&o.parentNode?n.moveBefore(o,e):n.insertBefore(o,e)",
      "[...m.values()].map(t=>t.a)",
      "Object.keys(e).filter(t=>t)",
    ]
  ) assert.deepEqual(youngIn(script), [], script);
});
