// What separates the values of CSV text, whatever else stands in titles and cells.

import assert from "node:assert/strict";
import { separatorOf } from "./csv_separator.ts";

const TEXTS: [what: string, separator: string, lines: string[]][] = [
  ["one column", ",", ["Email", "ann@x.example"]],
  ["nothing", ",", [""]],
  ["commas", ",", ["Email,Name,Tags", 'ann@x.example,Ann,"ICU; ED"', "bob@x.example,Bob,ED"]],
  ["semicolons in cells without quotes", ",", ["Email,Tags", "ann@x.example,ICU; ED"]],
  ["semicolons", ";", ["Email;Name", "ann@x.example;Ann"]],
  ["numbers with commas", ";", ["Email;FTE", "ann@x.example;0,5", "bob@x.example;0,75"]],
  ["lists with commas", ";", ["Department;Lines", "Ward;Line 1, Line 2", "Unit;Line 3, Line 4"]],
  ["tabs", "\t", ["Email\tName", "ann@x.example\tTan, Ann"]],
  ["pipes", "|", ["Email|Name", "ann@x.example|Tan, Ann"]],
  ["a title rich in commas", ";", [
    "Northern Health, Medical Workforce, Melbourne, Victoria, draft of 3 May, not final",
    "Email;Name",
    "ann@x.example;Ann",
  ]],
  ["the same above headers alone", ";", ["Northern Health, Workforce, Melbourne", "Email;Name"]],
  ["titles rich in semicolons", ",", [
    "Ward A; Ward B; Ward C",
    "",
    "Email,Name",
    "a@x.example,Ann",
  ]],
  ["several titles with commas, and rows with some", ";", [
    "Northern Health, Medical Workforce, Melbourne",
    "Doctors, their parts of full time, and tags",
    "Email;FTE;Tags",
    "ann@x.example;0,5;ICU, ED",
    "bob@x.example;1,0;ICU",
    "cid@x.example;0,75;ED, Theatre, Ward",
  ]],
  ["quoted line breaks", ";", ['Email;"Notes, of', 'all kinds"', 'a@x.example;"1, 2', '3, 4"']],
];

for (const [what, separator, lines] of TEXTS) {
  Deno.test(`the separator of a text: ${what}`, () => {
    for (const end of ["\n", "\r\n", "\r"]) {
      assert.equal(separatorOf(lines.join(end)), separator);
      assert.equal(separatorOf(lines.join(end) + end), separator);
    }
  });
}

Deno.test("the separator of a long text is told by its beginning, up to the last whole line", () => {
  const rows = Array.from({ length: 5_000 }, (_, i) => `doctor-${i}@x.example;0,5;Tan, Ann`);
  assert.equal(separatorOf(["Email;FTE;Name", ...rows].join("\n")), ";");
  assert.equal(separatorOf(`Email;Name\n${"x,".repeat(50_000)}`), ";");
});
