// The project's API keys, as whatever kind of project gives them to its functions: named keys in JSON (hosted projects
// since 2025, and docker's compose file, which leaves them empty where none were made), a single key, or only the
// legacy keys `anon` and `service_role`, which are tokens.

import { type Environment, processEnv } from "./env.ts";

/** Where the keys of a kind are looked for, best first. */
interface Sources {
  named: string;
  single: string;
  legacy: string;
}

const PUBLISHABLE: Sources = {
  named: "SUPABASE_PUBLISHABLE_KEYS",
  single: "SUPABASE_PUBLISHABLE_KEY",
  legacy: "SUPABASE_ANON_KEY",
};
const SECRET: Sources = {
  named: "SUPABASE_SECRET_KEYS",
  single: "SUPABASE_SECRET_KEY",
  legacy: "SUPABASE_SERVICE_ROLE_KEY",
};

/**
 * The key that a client without a session identifies the project with: the publishable key named "default", or the
 * first one, or else the legacy anon key.
 * @throws Error naming the variables when none is set
 */
export function publishableKey(read: Environment = processEnv): string {
  const [key] = keys(PUBLISHABLE, read);
  if (key) return key;
  throw new Error(
    `None of the environment variables ${Object.values(PUBLISHABLE).join(", ")} is set.`,
  );
}

/** The keys that other servers of the project identify themselves with: its secret keys and the legacy service_role key. */
export function secretKeys(read: Environment = processEnv): string[] {
  return keys(SECRET, read);
}

function keys({ named, single, legacy }: Sources, read: Environment): string[] {
  const byName = namedKeys(named, read);
  return [byName.default, ...Object.values(byName), read(single), read(legacy)]
    .filter((key): key is string => Boolean(key));
}

function namedKeys(name: string, read: Environment): Record<string, string> {
  const text = read(name);
  if (!text) return {};
  try {
    const parsed = JSON.parse(text);
    if (typeof parsed === "object" && parsed !== null && !Array.isArray(parsed)) return parsed;
  } catch {
    // Said below, without the text: it holds keys.
  }
  throw new Error(`The environment variable ${name} is no JSON object of keys by name.`);
}
