// Calendar files and sentences of why.

import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import type { Result, Window } from "../wire.ts";
import { calendarFile } from "./calendar.ts";
import { whySentence } from "./why.ts";

const window = { workerMapping: "m1", name: "PGY1; 2027", orgName: "North, South" } as Window;
const result: Result = {
  version: 2,
  releasedAt: "2026-12-01T00:00:00Z",
  startDate: "2027-01-11",
  endDate: "2028-01-09",
  fte: 1,
  corrected: false,
  correctionReason: null,
  previousLine: null,
  preferenceNumber: 1,
  why: [],
  line: {
    id: "l",
    name: "JL 1",
    places: 1,
    eligible: true,
    reason: null,
    leave: [{ startsOn: "2027-02-01", endsOn: "2027-02-28" }],
    rotations: [{
      term: 1,
      startsOn: "2027-01-11",
      endsOn: "2027-04-11",
      position: {
        id: "p",
        name: `Surgery ${"ä".repeat(60)}`,
        hospital: "North, Base",
        hospitalId: "h",
        specialty: "Surgery",
        subspecialty: null,
        rural: false,
        nights: false,
        categories: [],
      },
    }],
  },
};

Deno.test("a calendar has each term and leave as whole days, escaped, in lines of 75 bytes", () => {
  const text = calendarFile(window, result, new Date("2026-12-01T01:02:03Z"));
  const lines = text.split("\r\n");
  assert.equal(lines.at(-1), "");
  for (const line of lines) assert.ok(new TextEncoder().encode(line).length <= 75, line);
  const whole = text.replaceAll("\r\n ", "");
  assert.equal(whole.match(/BEGIN:VEVENT/g)!.length, 2);
  assert.match(whole, /DTSTART;VALUE=DATE:20270111\r\nDTEND;VALUE=DATE:20270412\r\n/);
  assert.match(whole, /DTSTART;VALUE=DATE:20270201\r\nDTEND;VALUE=DATE:20270301\r\n/);
  assert.match(whole, /LOCATION:North\\, Base\r\n/);
  assert.match(whole, /X-WR-CALNAME:PGY1\\; 2027\\, North\\, South\r\n/);
  assert.match(whole, /DTSTAMP:20261201T010203Z\r\n/);
  assert.ok(whole.includes(`SUMMARY:Surgery ${"ä".repeat(60)}`));
});

Deno.test("a correction has the events of what it corrects, in a later version", () => {
  const uids = (version: number) =>
    createHash("md5").update(
      calendarFile(window, { ...result, version }, new Date(0)).match(/UID:.*/g)!.join(),
    ).digest("hex");
  assert.equal(uids(1), uids(2));
});

const why = (code: string, values: Record<string, unknown>) => whySentence({ code, values });

Deno.test("why: sentences say how many, never who; exactly, or at least, or nothing", () => {
  const full = { placed: 1, objective: 3, objective_exact: true, ranks: 4, exact: true };
  assert.match(why("FULL_BETTER", full), /one doctor has it.* puts before you .* lost 4 ranks\.$/);
  assert.match(
    why("FULL_BETTER", { ...full, placed: 3, exact: false }),
    /3 doctors have it.*at least 4 ranks/,
  );
  assert.match(why("FULL_BETTER", { ...full, objective: 0 }), /the draw decided/);
  assert.doesNotMatch(
    why("FULL_BETTER", { ...full, objective: 0, objective_exact: false }),
    /draw/,
  );
  assert.match(
    why("FULL_BETTER", { ...full, ranks: null, objective_exact: false }),
    /worse by at least 3\.$/,
  );
  assert.match(
    why("FULL_BETTER", { ...full, ranks: null, objective: null }),
    /before you there\.$/,
  );
  assert.match(
    why("WOULD_COST", { free: 1, ranks: 1, exact: true }),
    /^a place was free.*lost one rank\.$/,
  );
  assert.match(
    why("WOULD_COST", { free: 2, ranks: 1, exact: false }),
    /^2 places were free.*at least one rank/,
  );
  assert.match(why("NOT_ELIGIBLE", { rule: "included_tags" }), /needs a qualification/);
  assert.match(why("NOT_OFFERED", { full: true }), /earlier match/);
});
