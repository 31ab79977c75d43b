// What somebody is told who is invited to a service where a manager sends it by hand, and what became of the e-mail that was sent.

import type { Member } from "../../../../shared/client/mod.ts";
import { typedEntries } from "../../../../shared/exchange/entry_list.ts";
import { roleWords } from "../data/roles.ts";

/** The page that somebody of a role signs in to: doctors have their own, beside the console. @param here address of the console */
export function pageOf(role: string, here: string): string {
  const url = new URL(here);
  const path = url.pathname.replace(/\/+$/, "");
  return url.origin + (role === "doctor" ? path.replace(/[^/]*$/, "doctor") : path);
}

/** @param page where they sign in */
export function invitationText(
  org: string,
  email: string,
  role: string,
  page: string,
): { subject: string; body: string } {
  return {
    subject: `${org}: you are invited`,
    body: `Hello,

you are invited to ${org} on Receptor, where the working year of junior doctors is planned.

Sign in with this address, ${email}, or make an account with it:
${page}

You belong to ${org} as soon as the address is confirmed. ${roleWords(role)}
`,
  };
}

/** What became of an invitation's e-mail; null: nothing needs to be said. */
export function mailWords(mail: Member["mail"]): string | null {
  switch (mail) {
    case "waiting":
    case "sending":
      return "the e-mail is on its way";
    case "sent":
      return "the e-mail was sent";
    case "dead":
      return "the e-mail could not be delivered: check the address, or copy the invitation";
    case "expired":
    case "off":
      return "no e-mail was sent, since this project sends none: copy the invitation";
    case null:
      return null;
  }
}

/** The addresses of what somebody typed, or a mail program copied: `ann@x.example; "Lim, Ann" <ann@x.example>, mailto:ann@x.example`. */
export function addressesOf(typed: string): string[] {
  const entries = typedEntries(typed.replaceAll(/"[^"]*"\s*(?=<)/g, ""));
  // A surname whose first name stands before the address is no entry of its own.
  return entries
    .filter((entry, n) => entry.includes("@") || !/<[^<>]+>$/.test(entries[n + 1] ?? ""))
    .map(addressOf);
}

function addressOf(entry: string): string {
  return (/<([^<>]+)>$/.exec(entry)?.[1] ?? entry).replace(/^mailto:/i, "").trim();
}
