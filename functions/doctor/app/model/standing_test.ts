// How a window stands, and what holds of who has not submitted.

import assert from "node:assert/strict";
import { nothingToRank, standingOf, unsubmittedMeans } from "./standing.ts";

Deno.test("a window is closed by its end, whatever its row says yet; locked is less than that", () => {
  const due = "2027-05-14T17:00:00Z", at = Date.parse(due);
  const open = { status: "open", locked: false, dueDate: due };
  assert.equal(standingOf(open, at - 1), "open");
  assert.equal(standingOf(open, at), "closed", "cron may come later");
  assert.equal(standingOf({ ...open, locked: true }, at - 1), "locked");
  assert.equal(standingOf({ ...open, locked: true }, at), "closed");
  assert.equal(standingOf({ status: "closed", dueDate: null }, at), "closed");
  assert.equal(standingOf({ status: "open", dueDate: null }, at), "open");
});

Deno.test("of who has not submitted the match counts ranks alone, and that is what they read", () => {
  assert.match(unsubmittedMeans("open", 3), /until you do/);
  assert.match(unsubmittedMeans("closed", 0), /all lines are equal for you/);
  assert.match(unsubmittedMeans("closed", 1), /the one line that has a place/);
  assert.match(unsubmittedMeans("locked", 3), /the 3 lines/);
  assert.doesNotMatch(unsubmittedMeans("closed", 3), /until you/);
});

Deno.test("where no line can be had there is nothing to rank, and why is said", () => {
  const line = (eligible: boolean) => ({ eligible });
  assert.equal(nothingToRank([line(false), line(true)]), null);
  assert.match(nothingToRank([])!, /this run has no lines/);
  assert.match(nothingToRank([line(false)])!, /the only line is not open to you/);
  assert.match(nothingToRank([line(false), line(false)])!, /none of the 2 lines is open to you/);
});
