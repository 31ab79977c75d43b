// The examples in TypeScript of documents and of the client's docstrings, as files whose types can be checked.

import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const ROOT = fileURLToPath(new URL("..", import.meta.url));

function read(path: string): string {
  return Deno.readTextFileSync(join(ROOT, path));
}

/** What examples leave to the reader. An example that needs another name from its surroundings adds it here. */
function preamble(makers: readonly string[]): string {
  const clients = makers.map((maker) => {
    const name = maker.replace(/^create(\w+)Client$/, "$1").toLowerCase();
    return `declare const ${name}: ReturnType<typeof ${maker}>;`;
  });
  return `
import { ${makers.join(", ")}, type PopulationDocument } from "./shared/client/mod.ts";
import type { SupabaseClient } from "@supabase/supabase-js";

declare const supabase: SupabaseClient;
declare const org: string, allocationRun: string, jobLine: string, ann: string, line7: string;
declare const file: File;
declare const { workers, preferences, preferencers }: PopulationDocument;
declare function show(...what: unknown[]): void;
declare const showProgress: typeof show, showRoster: typeof show, showMatch: typeof show;
${clients.join("\n")}
`;
}

/** The examples of a text; those of docstrings without their stars. */
function examples(path: string): string[] {
  const text = read(path).replace(/^ \* ?/gm, "");
  return [...text.matchAll(/^```ts\b.*\n([^]*?)^```$/gm)].map(([, example]) => example);
}

/** Each example with what it leaves to its reader, by the name of a file beside shared/. */
export function exampleFiles(): Map<string, string> {
  const paths = execFileSync("git", ["ls-files"], { cwd: ROOT, encoding: "utf8" }).trim().split(
    "\n",
  );
  // The functions that make clients; each is at hand in every example, as are these clients' usual names.
  const makers = paths.filter((path) => /^shared\/client\/\w+_client\.ts$/.test(path))
    .flatMap((path) => [...read(path).matchAll(/^export function (create\w+Client)\b/gm)])
    .map(([, maker]) => maker);
  const sources = [
    ...paths.filter((path) => path.endsWith(".md")),
    ...paths.filter((path) => /^shared\/client\/.*(?<!_test)\.ts$/.test(path)),
  ];
  const before = preamble(makers);
  return new Map(sources.flatMap((source) =>
    examples(source).map((example, i) =>
      // What an example makes itself hides what the preamble declares, since it stands in a block of its own.
      [`${source.replaceAll("/", ".")}.${i + 1}.ts`, `${before}\n{\n${example}}\n`] as const
    )
  ));
}
