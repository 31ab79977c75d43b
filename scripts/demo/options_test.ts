// The command line: what is understood, and what is said of the rest.

import assert from "node:assert/strict";
import { HELP, parseDemoOptions, UsageError } from "./options.ts";

Deno.test("parseDemoOptions() has a default for everything", () => {
  assert.deepEqual(parseDemoOptions([]), {
    lines: 60,
    ruleset: "VIC_PGY1",
    seed: null,
    partial: false,
    mode: "rebuild",
    dryRun: false,
    match: true,
    doctors: 139,
    keep: false,
    json: false,
    run: null,
    color: true,
    help: false,
  });
});

Deno.test("parseDemoOptions() reads every option", () => {
  const args = "--lines 10 --ruleset NSW_PGY1 --seed=7 --partial --mode replan " +
    "--dry-run --keep --json --no-color --help";
  assert.deepEqual(parseDemoOptions([...args.split(" "), "--run", "PGY1 2027"]), {
    lines: 10,
    ruleset: "NSW_PGY1",
    seed: 7,
    partial: true,
    mode: "replan",
    dryRun: true,
    match: false,
    doctors: 139,
    keep: true,
    json: true,
    run: "PGY1 2027",
    color: false,
    help: true,
  });
});

Deno.test("parseDemoOptions() matches no doctors where that is not wanted, nor for --json that does not ask for it", () => {
  assert.equal(parseDemoOptions(["--no-match"]).match, false);
  assert.equal(parseDemoOptions(["--json"]).match, false);
  assert.equal(parseDemoOptions(["--json", "--match"]).match, true);
  assert.equal(parseDemoOptions(["--dry-run", "--match"]).match, false);
  assert.equal(parseDemoOptions(["--dry-run"]).match, false);
});

const refused: [string[], RegExp][] = [
  [["--lines", "0"], /^--lines takes a whole number from 1 to 1000, not "0"$/],
  [["--lines", "ten"], /not "ten"$/],
  [["--lines", "1.5"], /not "1.5"$/],
  [["--lines", "1001"], /not "1001"$/],
  [["--lines", ""], /not ""$/],
  [["--lines"], /--lines/],
  [["--seed", "-1"], /--seed/],
  [["--seed", "2147483648"], /^--seed takes/],
  [["--ruleset", "VIC"], /^--ruleset takes one of .*VIC_PGY1.*, not "VIC"$/],
  [["--ruleset", "toString"], /not "toString"$/],
  [["--mode", "undo"], /^--mode takes one of rebuild, fill, replan, not "undo"$/],
  [["--nonsense"], /--nonsense/],
  [["60"], /60/],
];
for (const [args, message] of refused) {
  Deno.test(`parseDemoOptions() refuses ${JSON.stringify(args)} in one line`, () => {
    assert.throws(() => parseDemoOptions(args), (error) => {
      assert(error instanceof UsageError);
      assert.match(error.message, message);
      assert(!error.message.includes("\n"), error.message);
      return true;
    });
  });
}

Deno.test("HELP names every option and fits 100 columns", () => {
  for (const name of Object.keys(parseDemoOptions([]))) {
    const option = name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
    assert.match(HELP, new RegExp(`--(no-)?${option}`));
  }
  for (const row of HELP.split("\n")) assert(row.length <= 100, row);
});
