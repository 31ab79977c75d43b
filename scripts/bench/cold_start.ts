// `deno task bench:cold-start`: what it costs to start a function from nothing, from its sources and as a bundle. Each
// start is a fresh process of the hosted runtime's Deno without a cache of compiled code, from its launch to its first
// answer (a refusal, so that it waits for nobody). Sizes are counted as the platform counts them.
// deno-lint-ignore-file no-console -- this is a command line tool

import { mkdtemp, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { boot, type BootOptions } from "../deploy/boot.ts";
import { writeBundles } from "../deploy/build.ts";
import { bundleFunctions } from "../deploy/bundle.ts";
import { platformSize } from "../deploy/platform_size.ts";
import { commandLine } from "../command_line.ts";
import { median } from "./median.ts";
import { readFunctions } from "../stack/config.ts";
import { threadCpuMs } from "../stack/functions/isolate_process.ts";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));

/** Enough for a function to refuse a call. */
const ENV = {
  SUPABASE_URL: "http://127.0.0.1:9",
  SUPABASE_PUBLISHABLE_KEYS: '{"default":"sb_publishable_bench"}',
  SUPABASE_JWKS: '{"keys":[]}',
  RECEPTOR_INTERNAL_KEY: "bench",
};

/** What is started, in one form. */
interface Candidate {
  name: string;
  form: "sources" | "bundle" | "-";
  bytes: number;
  options: BootOptions;
  /** Of each start: CPU of the JavaScript thread, and time that passed, in ms. */
  starts: { cpu: number; wall: number }[];
}

async function candidates(folder: string): Promise<Candidate[]> {
  await writeBundles(await bundleFunctions(), folder);
  const empty = join(folder, "empty.js");
  await writeFile(empty, "Deno.serve(() => new Response(null, { status: 401 }));\n");
  const made = async (
    name: string,
    form: Candidate["form"],
    entrypoint: string,
    importMap: string | null,
  ): Promise<Candidate> => ({
    name,
    form,
    bytes: form === "sources"
      ? (await platformSize({ entrypoints: { [name]: entrypoint }, importMap })).bytes
      : (await stat(entrypoint)).size,
    options: { entrypoints: { [name]: entrypoint }, importMap, env: ENV },
    starts: [],
  });
  const all = [await made("(an empty one)", "-", empty, null)];
  for (const { name, entrypoint, importMap } of await readFunctions(ROOT)) {
    all.push(await made(name, "sources", entrypoint, importMap));
    all.push(await made(name, "bundle", join(folder, name, "index.js"), null));
  }
  return all;
}

async function start({ name, options, starts }: Candidate) {
  const began = performance.now();
  await using booted = await boot(options);
  const response = await fetch(`${booted.url}/${name}`, { method: "POST" });
  const wall = performance.now() - began;
  starts.push({ cpu: threadCpuMs(booted.pid) ?? NaN, wall });
  await response.body?.cancel();
  if (![401, 405].includes(response.status)) {
    throw new Error(`${name} answers ${response.status}: ${booted.said.join("\n")}`);
  }
}

async function main() {
  const { values, number } = commandLine(
    "deno task bench:cold-start [--rounds N (default 11)] [--json]",
    {
      rounds: { type: "string", default: "11" },
      json: { type: "boolean" },
    },
  );
  const folder = await mkdtemp(join(tmpdir(), "receptor-cold-start-"));
  try {
    const all = await candidates(folder);
    // Round by round, so that whatever else the machine does meets all of them alike.
    for (let round = 0; round < number("rounds", 1); round++) {
      for (const each of all) await start(each);
    }
    const rows = all.map(({ name, form, bytes, starts }) => ({
      function: name,
      form,
      bytes,
      cpu_ms: Math.round(median(starts.map((each) => each.cpu))),
      wall_ms: Math.round(median(starts.map((each) => each.wall))),
    }));
    if (values.json) console.log(JSON.stringify(rows, null, 1));
    else console.table(rows);
  } finally {
    await rm(folder, { recursive: true });
  }
}

await main();
