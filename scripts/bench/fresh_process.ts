// A bundled probe in a fresh process of the hosted runtime's Deno, as an isolate starts: nothing compiled before, nothing fetched.

import type { FunctionsDeno } from "../stack/functions/hosted_deno.ts";
import { loaderEnvironment } from "../stack/functions/isolate_process.ts";

/**
 * Runs a probe in a process of its own, with the isolates' heap.
 * @param args what the probe is told
 * @returns what it printed, as JSON
 * @throws Error with what it said where it fails
 */
export async function inFreshProcess<Answer>(
  deno: FunctionsDeno,
  module: string,
  args: readonly string[],
): Promise<Answer> {
  const { success, stdout, stderr } = await new Deno.Command(deno.path, {
    args: [
      ...["run", "--quiet", "--no-config", "--no-lock", "--no-check", "--no-prompt"],
      ...["--no-code-cache", "--no-npm", "--no-remote", "--allow-all"],
      ...["--v8-flags=--max-old-space-size=256", module, ...args],
    ],
    clearEnv: true,
    env: loaderEnvironment(deno),
  }).output();
  const text = new TextDecoder();
  if (!success) throw new Error(text.decode(stderr));
  return JSON.parse(text.decode(stdout));
}
