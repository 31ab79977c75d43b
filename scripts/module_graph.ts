// Which files of this repository a module reaches, as Deno sees it.

import { fileURLToPath } from "node:url";

const ROOT = new URL("..", import.meta.url);

/**
 * Local files that a module reaches, the module included, relative to the root.
 * @throws Error when one of them imports what is not there
 */
export async function reached(entrypoint: string): Promise<string[]> {
  const { stdout } = await new Deno.Command(Deno.execPath(), {
    args: ["info", "--json", fileURLToPath(new URL(entrypoint, ROOT))],
    cwd: ROOT,
  }).output();
  const graph = JSON.parse(new TextDecoder().decode(stdout)) as {
    modules: { specifier: string; error?: string }[];
  };
  const broken = graph.modules.filter((module) => module.error);
  if (broken.length > 0) {
    throw new Error(`${entrypoint} imports what is not there: ${JSON.stringify(broken)}`);
  }
  return graph.modules
    .map((module) => module.specifier)
    .filter((specifier) => specifier.startsWith(ROOT.href))
    .map((specifier) => specifier.slice(ROOT.href.length));
}
