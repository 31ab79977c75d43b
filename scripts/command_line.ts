// How the command line tools read what they are given: each explains itself with --help, before anything is started, and
// says how it is used where it is given what it does not know.
// deno-lint-ignore-file no-console -- of command line tools

import { parseArgs, type ParseArgsOptionsConfig } from "node:util";

/** What a tool ends with when it cannot be run as it was asked: EX_USAGE of sysexits(3). */
const EX_USAGE = 64;

/** Says how a tool is run, and ends it: for who asks, before anything is started. */
export function explainIf(asked: boolean | undefined, usage: string): void {
  if (!asked) return;
  console.log(`Usage: ${usage}`);
  Deno.exit(0);
}

/** Says what is wrong with how a tool is run, and how it is run rightly, and ends it. */
export function refuseUse(fault: string, usage: string): never {
  console.error(`${fault}\nUsage: ${usage}`);
  Deno.exit(EX_USAGE);
}

/**
 * Reads a tool's command line; ends the tool where it is asked for help, or given what it does not know.
 * @param usage how it is run: the command, its options, and what they do
 * @param options as `parseArgs` takes them
 * @param most how many words it takes beside options
 * @returns the options' values, and the words
 */
export function commandLine<const Options extends ParseArgsOptionsConfig>(
  usage: string,
  options: Options,
  most = 0,
): { values: ReturnType<typeof parseArgs<{ options: Options }>>["values"]; words: string[] } {
  const read = () => {
    try {
      return parseArgs({
        allowPositionals: true,
        options: { ...options, help: { type: "boolean", short: "h" } },
      });
    } catch (error) {
      return refuseUse((error as Error).message.split(". ")[0], usage);
    }
  };
  const { values, positionals } = read();
  explainIf((values as { help?: boolean }).help, usage);
  if (positionals.length > most) refuseUse(`What is ${positionals[most]}?`, usage);
  return {
    values: values as ReturnType<typeof parseArgs<{ options: Options }>>["values"],
    words: positionals,
  };
}
