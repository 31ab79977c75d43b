// Who delivers e-mail: an HTTP provider that the project's settings name, or nobody. One file for each provider.

import { type Environment, processEnv, requireEnv } from "../platform/env.ts";
import { postmark } from "./postmark.ts";
import { resend } from "./resend.ts";
import type { MailProvider, ProviderSettings } from "./provider_types.ts";

/** Providers by the name that RECEPTOR_MAIL_PROVIDER has. */
const PROVIDERS: Record<string, (settings: ProviderSettings) => MailProvider> = {
  resend,
  postmark,
};

/** Of what a provider answers, for the log. */
const MAX_ERROR = 300;

/**
 * The provider of RECEPTOR_MAIL_PROVIDER, with RECEPTOR_MAIL_KEY (its key), RECEPTOR_MAIL_FROM (the sender) and, for another
 * address of its API, RECEPTOR_MAIL_URL. Null where no provider is named: nothing is sent.
 * @throws Error where a setting is missing or cannot be one. Managers read it, and why an e-mail was not sent: neither has a
 * setting's value in it, which may be the key in another one's place
 */
export function mailProvider(read: Environment = processEnv): MailProvider | null {
  const name = read("RECEPTOR_MAIL_PROVIDER");
  if (!name) return null;
  if (!Object.hasOwn(PROVIDERS, name)) {
    const known = Object.keys(PROVIDERS).join(", ");
    throw new Error(`RECEPTOR_MAIL_PROVIDER is none of ${known}.`);
  }
  const key = requireEnv("RECEPTOR_MAIL_KEY", read).trim();
  if (!/^[!-~]+( [!-~]+)*$/.test(key)) {
    throw new Error("RECEPTOR_MAIL_KEY holds line breaks or other characters that no key has.");
  }
  const url = read("RECEPTOR_MAIL_URL") || undefined;
  if (url !== undefined && (!URL.canParse(url) || new URL(url).username !== "")) {
    throw new Error("RECEPTOR_MAIL_URL is no address, or one with a password in it.");
  }
  const from = requireEnv("RECEPTOR_MAIL_FROM", read);
  return withoutKey(PROVIDERS[name]({ key, from, url }), key);
}

/** A provider whose errors do not tell its key, should an answer repeat it. */
function withoutKey({ name, send }: MailProvider, key: string): MailProvider {
  return {
    name,
    send: async (email) => {
      const outcome = await send(email);
      if (outcome.sent) return outcome;
      return { ...outcome, error: outcome.error.replaceAll(key, "***").slice(0, MAX_ERROR) };
    },
  };
}

/** Where the doctors' page is, for the links in e-mails: RECEPTOR_DOCTOR_URL, else the function of this project. */
export function doctorsPage(read: Environment = processEnv): string {
  return read("RECEPTOR_DOCTOR_URL") || functionOf("doctor", read);
}

/** Where the console is, for invitations of who plans: RECEPTOR_CONSOLE_URL, else the function of this project. */
export function consolePage(read: Environment = processEnv): string {
  return read("RECEPTOR_CONSOLE_URL") || functionOf("console", read);
}

function functionOf(name: string, read: Environment): string {
  return `${requireEnv("SUPABASE_URL", read).replace(/\/+$/, "")}/functions/v1/${name}`;
}
