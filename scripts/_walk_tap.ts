import { runPgTap } from "./pgtap.ts";
import { PATIENT, startStack } from "./stack/mod.ts";
const stack = await startStack({ ...PATIENT, functions: false, cron: false });
try {
  console.log(await runPgTap(stack.adminDbUrl, Deno.args[0]));
} finally {
  await stack.stop();
}
