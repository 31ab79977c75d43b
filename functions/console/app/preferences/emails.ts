// What is said of e-mails, in words.

import type { Emails } from "../../../../shared/client/mod.ts";

/** Kinds of e-mails, as a manager calls them. */
export const KINDS: Readonly<Record<string, string>> = {
  invited: "Invitation to say what they want",
  reminder: "Reminder two days before the window closes",
  submitted: "Their wishes are in",
  released: "The result is out",
  corrected: "Their result was corrected",
  swap_asked: "A swap is asked of them",
  swap_agreed: "Their swap was agreed to",
  swap_approved: "Their swap was approved",
  swap_ended: "A swap came to nothing",
  member_invited: "Invitation to plan, or to belong to the service",
};

/** What may stand in braces in a text of a kind. */
export function placeholderWords(kind: string): string {
  return kind === "member_invited"
    ? "{{name}} (their address), {{org}}, {{role}}, {{by}} (who invites) and {{link}} (the page of their role) are put in."
    : "{{name}}, {{org}}, {{run}}, {{due}} (when the window closes) and {{link}} (the doctors' page) are put in.";
}

/** Who delivers e-mail, and what that means. */
export function deliveryWords({ delivery: { provider, fault } }: Emails): string {
  if (fault !== null) return `No e-mail is sent: ${fault}`;
  return provider === null
    ? "This project sends no e-mail: tell people the page's address yourself. What is worded here waits until somebody delivers."
    : `E-mail is delivered by ${provider}.`;
}

const STATES: [state: string, words: string][] = [
  ["sent", "sent"],
  ["waiting", "waiting"],
  ["sending", "being sent"],
  ["dead", "given up"],
  ["expired", "of no use any more"],
];

/** What became of the e-mails of a kind. */
export function outboxWords({ outbox }: Emails, kind: string): string {
  const told = STATES.flatMap(([state, words]) => {
    const found = outbox.find((each) => each.kind === kind && each.state === state);
    return found ? [`${found.emails} ${words}`] : [];
  });
  return told.length === 0 ? "none sent yet" : told.join(", ");
}
