// For tests of a habit that all pages keep, the managers' and the doctors': what stands in their sources.

import { readdirSync, readFileSync } from "node:fs";

const APPS = [
  new URL("../../", import.meta.url),
  new URL("../../../../doctor/app/", import.meta.url),
];

/** Wherever a pattern (with the flag g) stands in the sources of the pages. @returns each with the name of its file */
export function* foundInPages(
  pattern: RegExp,
): Generator<{ name: string; match: RegExpExecArray }> {
  for (const app of APPS) {
    for (const name of readdirSync(app, { recursive: true, encoding: "utf8" })) {
      if (!name.endsWith(".tsx")) continue;
      const source = readFileSync(new URL(name, app), "utf8");
      for (const match of source.matchAll(pattern)) yield { name, match };
    }
  }
}
