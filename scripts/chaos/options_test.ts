import assert from "node:assert/strict";
import { HELP, parseChaosOptions, UsageError } from "./options.ts";

Deno.test("parseChaosOptions() has defaults, and a tenth of the kills are of isolates", () => {
  assert.deepEqual(parseChaosOptions([]), {
    kills: 300,
    isolateKills: 30,
    searcherKills: 60,
    ledgers: 3,
    seed: 1,
    json: false,
    realTime: false,
    help: false,
  });
  assert.equal(parseChaosOptions(["--kills", "1000"]).isolateKills, 100);
});

Deno.test("parseChaosOptions() refuses what makes no sense", () => {
  for (
    const args of [["--kills", "many"], ["--seed", "-1"], ["--nuke"], [
      "--kills",
      "5",
      "--isolate-kills",
      "6",
    ]]
  ) {
    assert.throws(() => parseChaosOptions(args), UsageError, args.join(" "));
  }
});

Deno.test("--help names every option", () => {
  for (
    const name of [
      "kills",
      "isolate-kills",
      "searcher-kills",
      "ledgers",
      "seed",
      "real-time",
      "json",
      "help",
    ]
  ) {
    assert.ok(HELP.includes(`--${name}`), name);
  }
});
