// Links of doctors: whose turn it is, and who may ask.

import assert from "node:assert/strict";
import { type Link, linkState, openLinks } from "./links.ts";

const link = (changes: Partial<Link>): Link => ({
  link: "k",
  state: "asked",
  asked_by_me: true,
  waits_for_me: false,
  partner: "bob@x.example",
  fit: "same_hospital",
  line_pairs: [],
  changed_at: "2026-11-26T00:00:00Z",
  ...changes,
});

Deno.test("how it stands is told from the side of who reads it", () => {
  assert.deepEqual(
    [
      link({}),
      link({ waits_for_me: true }),
      link({ state: "agreed" }),
      link({ state: "declined" }),
      link({ state: "declined", asked_by_me: false }),
      link({ state: "ended" }),
    ].map((each) => linkState(each, true)),
    [
      "Waits for the other",
      "Waits for you",
      "You both agreed",
      "They said no",
      "You said no",
      "Ended",
    ],
  );
  // When nobody can answer any more, nobody is waited for.
  assert.deepEqual(
    [link({}), link({ waits_for_me: true }), link({ state: "agreed" })].map((each) =>
      linkState(each, false)
    ),
    ["Not agreed by both", "Not agreed by both", "You both agreed"],
  );
});

Deno.test("who asked somebody, or agreed with somebody, asks nobody else; being asked hinders nobody", () => {
  assert.equal(openLinks([]).mayAsk, true);
  assert.equal(openLinks([link({})]).mayAsk, false);
  assert.equal(openLinks([link({ asked_by_me: false, waits_for_me: true })]).mayAsk, true);
  assert.equal(openLinks([link({ asked_by_me: false, state: "agreed" })]).mayAsk, false);
  const over = link({ state: "ended" });
  assert.deepEqual(openLinks([over]), { open: [], over: [over], mayAsk: true });
});
