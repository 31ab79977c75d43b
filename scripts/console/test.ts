// `deno task test:console [FILTER]`: the console in a real Chromium, against a local stack of its own. The tests are
// browser/*_browser.ts; FILTER is a part of a file's name. The last line is "N passed, N failed".
// deno-lint-ignore-file no-console -- this is a command line tool

import { fileURLToPath } from "node:url";
import { commandLine } from "../command_line.ts";
import { testTogether } from "../test.ts";
import { PATIENT, startStack } from "../stack/mod.ts";
import { buildPages } from "./build.ts";
import { findChromium, NO_CHROMIUM } from "./chromium.ts";

const FOLDER = fileURLToPath(new URL("browser/", import.meta.url));

async function main(filter = ""): Promise<number> {
  if (!findChromium()) {
    console.error(NO_CHROMIUM);
    return 1;
  }
  await buildPages();
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
  const usage =
    "deno task test:console [FILTER]\n  FILTER  a part of the name of a file of browser/";
  Deno.exit(await main(...commandLine(usage, {}, 1).words));
}
