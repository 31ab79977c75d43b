import assert from "node:assert/strict";
import { importGraph } from "./import_graph.ts";
import { unitTests, writeUnitTests } from "./unit_tests.ts";

Deno.test("every test is run once: together with its room's, alone, or through HTTP", () => {
  const { together, alone } = unitTests();
  const run = [...[...together.values()].flat(), ...alone];
  const all = [...importGraph(["shared", "scripts", "functions"]).keys()]
    .filter((path) => /_test\.tsx?$/.test(path) && !path.startsWith("functions/tests/"));
  assert.deepEqual(run.toSorted(), all.toSorted());
  // What takes long is there, and comes first.
  assert.deepEqual([alone[0], alone[5]], ["scripts/resume_test.ts", "scripts/audit_test.ts"]);
  assert.deepEqual([...together.keys()].toSorted(), ["pages", "planner", "scripts", "shared"]);
});

Deno.test("who reaches a stack by others' imports is run alone", () => {
  const { together, alone } = unitTests(
    new Map([
      ["shared/a_test.ts", ["shared/a.ts"]],
      ["scripts/b_test.ts", ["scripts/b.ts"]],
      ["scripts/b.ts", ["scripts/stack/mod.ts"]],
      ["functions/tests/c_test.ts", []],
    ]),
  );
  assert.deepEqual([...together], [["shared", ["shared/a_test.ts"]]]);
  assert.deepEqual(alone, ["scripts/b_test.ts"]);
});

Deno.test("a room's module runs the tests of its files", async () => {
  const folder = Deno.makeTempDirSync();
  try {
    const paths = ["shared/engine/random_test.ts", "shared/engine/once_test.ts"];
    const modules = writeUnitTests(folder, {
      together: new Map([["shared", paths]]),
      alone: ["x"],
    });
    assert.deepEqual(modules, [`${folder}/shared_test.ts`, "x"]);
    const text = Deno.readTextFileSync(modules[0]);
    for (const path of paths) assert.match(text, new RegExp(`^import "file:///.*/${path}";$`, "m"));
    const { success, stdout } = await new Deno.Command(Deno.execPath(), {
      args: ["test", "-A", "--no-check", modules[0]],
      cwd: new URL("..", import.meta.url),
      env: { NO_COLOR: "1" },
    }).output();
    assert.ok(success);
    assert.match(new TextDecoder().decode(stdout), /[1-9] passed \| 0 failed/);
  } finally {
    Deno.removeSync(folder, { recursive: true });
  }
});
