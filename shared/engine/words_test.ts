import assert from "node:assert/strict";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { plural } from "./words.ts";

Deno.test("numbers agree with their words", () => {
  assert.deepEqual([0, 1, 2].map((n) => plural(n, "line")), ["0 lines", "1 line", "2 lines"]);
  assert.equal(plural(1, "line was", "lines were"), "1 line was");
  assert.equal(plural(3, "entry", "entries"), "3 entries");
});

const ENGINES = ["planner", "allocator", "agents"];
/** A number that a sentence counts with a word in the plural. A name in capitals is a constant, and never one. */
const COUNTED =
  /\$\{(?![A-Z_]+\})[\w.[\]!]+\} (lines|posts|terms|weeks|doctors|places|cells|positions|rotations|entries|searches)\b/;
/** What looks like a number and is a name; and what is more than two wherever it is said. */
const NONE = ["its ${ids.length} positions'", ".name} posts in term"];

function* filesBelow(folder: string): Generator<string> {
  for (const { name, isDirectory } of Deno.readDirSync(folder)) {
    if (isDirectory && name !== "testing") yield* filesBelow(join(folder, name));
    else if (name.endsWith(".ts") && !name.endsWith("_test.ts")) yield join(folder, name);
  }
}

Deno.test("what an engine says of a number goes by plural(): of one nothing is said as of several", () => {
  const found = ENGINES.flatMap((name) => [
    ...filesBelow(fileURLToPath(new URL(`../${name}`, import.meta.url))),
  ]).flatMap((file) =>
    Deno.readTextFileSync(file).split("\n").filter((line) =>
      COUNTED.test(line) && !NONE.some((one) => line.includes(one))
    ).map((line) => `${file}: ${line.trim()}`)
  );
  assert.deepEqual(found, []);
});
