// `deno task test:console [FILTER]`: the console in a real Chromium, against a local stack of its own. The tests are
// browser/*_browser.ts; FILTER is a part of a file's name. The last line is "N passed, N failed". The pages are built first,
// but for --committed: where build_test.ts runs as well, it holds those that are committed to be what a build would make.
// deno-lint-ignore-file no-console -- this is a command line tool

import { fileURLToPath } from "node:url";
import { commandLine } from "../command_line.ts";
import { testTogether } from "../test.ts";
import { PATIENT, startStack } from "../stack/mod.ts";
import { buildPages } from "./build.ts";
import { findChromium, NO_CHROMIUM } from "./chromium.ts";

const FOLDER = fileURLToPath(new URL("browser/", import.meta.url));

async function main(committed: boolean, filter = ""): Promise<number> {
  if (!findChromium()) {
    console.error(NO_CHROMIUM);
    return 1;
  }
  if (!committed) await buildPages();
  const files = [...Deno.readDirSync(FOLDER)].map(({ name }) => name)
    .filter((name) => name.endsWith("_browser.ts") && name.includes(filter)).sort();
  const stack = await startStack(PATIENT);
  try {
    const { passed, failed } = await testTogether(files.map((name) => FOLDER + name), stack);
    console.log(`${passed} passed, ${failed} failed`);
    return failed > 0 || passed === 0 ? 1 : 0;
  } finally {
    await stack.stop();
  }
}

if (import.meta.main) {
  const usage = `deno task test:console [--committed] [FILTER]
  --committed  the pages as they lie there, not built first
  FILTER       a part of the name of a file of browser/`;
  const { values, words } = commandLine(usage, { committed: { type: "boolean" } }, 1);
  Deno.exit(await main(values.committed ?? false, ...words));
}
