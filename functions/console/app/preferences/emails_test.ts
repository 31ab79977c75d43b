// What is said of e-mails.

import assert from "node:assert/strict";
import type { Emails } from "../../../../shared/client/mod.ts";
import { deliveryWords, outboxWords, placeholderWords } from "./emails.ts";

const emails = (changes: Partial<Emails>): Emails => ({
  delivery: { provider: "resend", fault: null },
  templates: [],
  outbox: [],
  dead: [],
  ...changes,
});

Deno.test("who delivers is told, and what is wrong with the settings", () => {
  assert.equal(deliveryWords(emails({})), "E-mail is delivered by resend.");
  const off = emails({ delivery: { provider: null, fault: null } });
  assert.match(deliveryWords(off), /sends no e-mail/);
  const broken = emails({ delivery: { provider: null, fault: "the key is missing" } });
  assert.equal(deliveryWords(broken), "No e-mail is sent: the key is missing");
});

Deno.test("what became of the e-mails of a kind is counted, the best first", () => {
  const outbox = [
    { kind: "invited", state: "dead", emails: 1 },
    { kind: "invited", state: "sent", emails: 12 },
    { kind: "released", state: "waiting", emails: 3 },
  ];
  assert.equal(outboxWords(emails({ outbox }), "invited"), "12 sent, 1 given up");
  assert.equal(outboxWords(emails({ outbox }), "reminder"), "none sent yet");
});

Deno.test("an invitation into the service has placeholders of its own", () => {
  assert.match(placeholderWords("member_invited"), /\{\{role\}\}/);
  assert.match(placeholderWords("released"), /\{\{run\}\}/);
});
