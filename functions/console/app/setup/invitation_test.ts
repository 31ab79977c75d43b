import assert from "node:assert/strict";
import { addressesOf, invitationText, mailWords, pageOf } from "./invitation.ts";

Deno.test("an invitation names the service, the address to sign in with, where, and what one may do there", () => {
  const { subject, body } = invitationText(
    "North Health",
    "ann@x.example",
    "viewer",
    "https://x/console",
  );
  assert.match(subject, /^North Health/);
  for (
    const part of ["North Health", "ann@x.example", "https://x/console", "only managers change"]
  ) {
    assert.ok(body.includes(part), part);
  }
});

Deno.test("doctors are sent to their own page, others to the console", () => {
  const here = "https://x.example/functions/v1/console#/setup/1?step=service";
  assert.equal(pageOf("viewer", here), "https://x.example/functions/v1/console");
  assert.equal(pageOf("doctor", here), "https://x.example/functions/v1/doctor");
  assert.equal(
    pageOf("doctor", "https://x.example/functions/v1/console/"),
    "https://x.example/functions/v1/doctor",
  );
});

Deno.test("where no e-mail reached them, the invitation is to be copied", () => {
  for (const mail of ["off", "dead", "expired"] as const) {
    assert.match(mailWords(mail)!, /copy the invitation/, mail);
  }
  assert.equal(mailWords("sent"), "the e-mail was sent");
  assert.equal(mailWords(null), null);
});

Deno.test("addresses are taken as mail programs copy them", () => {
  for (const entry of ["ann@x.example", "Ann Lim <ann@x.example>", "mailto:ann@x.example"]) {
    assert.deepEqual(addressesOf(entry), ["ann@x.example"], entry);
  }
  for (
    const typed of [
      "ann@x.example, bo@x.example",
      "Lim, Ann <ann@x.example>; Bo <bo@x.example>",
      '"Lim, Ann" <ann@x.example>, "Bo; Lee" <bo@x.example>',
      "ann@x.example\nbo@x.example;",
    ]
  ) assert.deepEqual(addressesOf(typed), ["ann@x.example", "bo@x.example"], typed);
  assert.deepEqual(addressesOf("ann, bo@x.example"), ["ann", "bo@x.example"], "told, not left out");
});
