// Reads what the stack needs from a project's supabase/config.toml.
import { readFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { parse } from "smol-toml";

/** An Edge Function as config.toml declares it; paths are absolute. */
export interface FunctionConfig {
  name: string;
  entrypoint: string;
  importMap: string | null;
}

/** What the Data API shows: `[api]` of config.toml. */
export interface ApiConfig {
  schemas: string[];
  /** A select never answers more rows than this. */
  maxRows: number;
}

/** Reads `[api]` of a project; the defaults are the CLI's. */
export async function readApi(projectDir: string): Promise<ApiConfig> {
  const text = await readConfig(join(projectDir, "supabase"));
  const api = (parse(text).api ?? {}) as { schemas?: string[]; max_rows?: number };
  return { schemas: api.schemas ?? ["public", "graphql_public"], maxRows: api.max_rows ?? 1000 };
}

/** The text of config.toml, empty where there is none. */
async function readConfig(folder: string): Promise<string> {
  return await readFile(join(folder, "config.toml"), "utf8").catch(() => "");
}

/**
 * Reads the functions of a project.
 * @throws when config.toml asks for something that the stack does not do, so that nobody believes it is done
 */
export async function readFunctions(projectDir: string): Promise<FunctionConfig[]> {
  const folder = join(projectDir, "supabase");
  return parseFunctions(await readConfig(folder), folder);
}

/** The same for the text of a config.toml that lies in `folder`. */
export function parseFunctions(text: string, folder: string): FunctionConfig[] {
  const declared = (parse(text).functions ?? {}) as Record<string, Record<string, unknown>>;
  return Object.entries(declared).flatMap(([name, settings]) => {
    if (settings.enabled === false) return [];
    if (settings.verify_jwt !== false) {
      throw new Error(
        `config.toml: [functions.${name}] needs verify_jwt = false: the gateway's legacy check knows no publishable keys, ` +
          "so each function checks its callers itself, and the local stack has no such check",
      );
    }
    const entrypoint = String(settings.entrypoint ?? `./functions/${name}/index.ts`);
    const importMap = settings.import_map ? resolve(folder, String(settings.import_map)) : null;
    return [{ name, entrypoint: resolve(folder, entrypoint), importMap }];
  });
}

/** Reads supabase/functions/.env (NAME=value lines), as the CLI does for `functions serve`. */
export async function readFunctionSecrets(projectDir: string): Promise<Record<string, string>> {
  const text = await readFile(join(projectDir, "supabase/functions/.env"), "utf8").catch(() => "");
  return parseEnv(text);
}

/** Parses NAME=value lines; `#` starts a comment line, quotes around a value are dropped. */
export function parseEnv(text: string): Record<string, string> {
  const entries = text.split(/\r?\n/).flatMap((line) => {
    const match = line.match(/^\s*(?:export\s+)?([A-Za-z_]\w*)\s*=\s*(.*?)\s*$/);
    return match ? [[match[1], match[2].replace(/^(["'])(.*)\1$/, "$2")]] : [];
  });
  return Object.fromEntries(entries);
}
