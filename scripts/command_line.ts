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

/** What a tool was asked for. */
export interface CommandLine<Options extends ParseArgsOptionsConfig> {
  values: ReturnType<typeof parseArgs<{ options: Options }>>["values"];
  /** What stands beside options. */
  words: string[];
  /** Says what cannot be done as it was asked, and ends the tool. */
  refuse(fault: string): never;
  /** An option's number, `usual` where it was left out; ends the tool where it is none, or below `least` (default 0). */
  number(name: keyof Options & string, least?: number, usual?: number): number;
  /** Ends the tool where an option that was given is none of these. */
  known(name: keyof Options & string, of: readonly string[]): void;
}

/**
 * Reads a tool's command line; ends the tool where it is asked for help, or given what it does not know.
 * @param usage how it is run: the command, its options, and what they do
 * @param options as `parseArgs` takes them
 * @param most how many words it takes beside options
 * @returns the options' values, the words, and what reads them further: `number` an option of at least so much, `known` options
 * that are some of those that there are, `refuse` what cannot be done as it was asked
 */
export function commandLine<const Options extends ParseArgsOptionsConfig>(
  usage: string,
  options: Options,
  most = 0,
): CommandLine<Options> {
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
  const refuse = (fault: string) => refuseUse(fault, usage);
  const texts = values as Record<string, string | string[] | undefined>;
  return {
    values: values as CommandLine<Options>["values"],
    words: positionals,
    refuse,
    number(name, least = 0, usual) {
      const text = texts[name] ?? usual;
      const value = Number(text);
      if (text !== undefined && text !== "" && value >= least) return value;
      return refuse(`--${name} takes a number from ${least}, not "${text}".`);
    },
    known(name, of) {
      const unknown = [texts[name] ?? []].flat().find((each) => !of.includes(each));
      if (unknown !== undefined) {
        refuse(`--${name} takes one of ${of.join(", ")}, not "${unknown}".`);
      }
    },
  };
}
