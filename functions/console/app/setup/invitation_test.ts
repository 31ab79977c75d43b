import assert from "node:assert/strict";
import { invitationText } from "./invitation.ts";

Deno.test("an invitation names the service, the address to sign in with and where", () => {
  const { subject, body } = invitationText("North Health", "ann@x.example", "https://x/console");
  assert.match(subject, /^North Health/);
  for (const part of ["North Health", "ann@x.example", "https://x/console"]) {
    assert.ok(body.includes(part), part);
  }
});
