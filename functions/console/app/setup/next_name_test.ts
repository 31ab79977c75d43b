// The name of the next year.

import assert from "node:assert/strict";
import { nextName } from "./next_name.ts";

Deno.test("the years in a name are one more in the next year", () => {
  const names: [string, string][] = [
    ["Interns 2027", "Interns 2028"],
    ["2027/28 interns", "2028/29 interns"],
    ["Interns 2027-28", "Interns 2028-29"],
    ["Interns 2027–2028", "Interns 2028–2029"],
    ["2099/00", "2100/01"],
    ["Interns 2027-03", "Interns 2028-03"],
    ["PGY1_2027", "PGY1_2028"],
    ["Room 20271", "Room 20271, next year"],
    ["Interns", "Interns, next year"],
  ];
  for (const [name, next] of names) assert.equal(nextName(name), next);
});
