// How a node works: as it was typed, and as a command brings it.

import { FORMS } from "../../shared/primes/forms/mod.ts";

/** Those that this program can work. */
const KNOWN_FORMS = FORMS.map(({ name }) => name);

/** How a node works; `update_config` changes it. */
export interface NodeSettings {
  /** Blocks that are worked side by side. */
  cores: number;
  /** The server's channel of updates. */
  channel: "stable" | "beta" | "nightly";
  /** Forms that it takes, or all; forms that it does not take. */
  forms?: string[];
  exclude_forms?: string[];
  /** Whether it gives second opinions on what nodes of other operators handed in; yes where left out. */
  checks?: boolean;
}

/** Settings as a command brings them. @throws Error where they are none */
export function readSettings(payload: Record<string, unknown>): Partial<NodeSettings> {
  const { cores, channel, forms, exclude_forms, checks, ...others } = payload;
  const [stranger] = Object.keys(others);
  if (stranger) throw new Error(`${stranger} is no setting`);
  if (
    cores !== undefined &&
    !(Number.isInteger(cores) && (cores as number) >= 1 && (cores as number) <= 4096)
  ) {
    throw new Error("cores is to be a whole number from 1 to 4096");
  }
  if (channel !== undefined && !["stable", "beta", "nightly"].includes(channel as string)) {
    throw new Error("channel is to be stable, beta or nightly");
  }
  for (const [name, list] of Object.entries({ forms, exclude_forms })) {
    if (list === undefined) continue;
    if (!Array.isArray(list)) throw new Error(`${name} is to be a list of forms`);
    const unknown = list.find((form) => !KNOWN_FORMS.includes(form));
    if (unknown === undefined) continue;
    throw new Error(`${name} is to be of ${KNOWN_FORMS.join(", ")}, not "${unknown}"`);
  }
  if (checks !== undefined && typeof checks !== "boolean") {
    throw new Error("checks is to be true or false");
  }
  return Object.fromEntries(
    Object.entries({ cores, channel, forms, exclude_forms, checks }).filter(([, value]) =>
      value !== undefined
    ),
  );
}
