// What the hosted runtime does not know is refused before it is deployed.

import assert from "node:assert/strict";
import { hostedFaults } from "./hosted_check.ts";

/** A project of one function that imports one module of `shared/`. */
async function project(module: string): Promise<AsyncDisposable & { root: string }> {
  const root = await Deno.makeTempDir({ prefix: "receptor-hosted-check-" });
  for (const folder of ["functions/one", "shared"]) {
    await Deno.mkdir(`${root}/${folder}`, { recursive: true });
  }
  await Deno.writeTextFile(`${root}/import_map.json`, '{"imports": {}}');
  await Deno.writeTextFile(
    `${root}/functions/one/index.ts`,
    'import { answer } from "../../shared/module.ts";\nDeno.serve(() => Response.json(answer));\n',
  );
  await Deno.writeTextFile(`${root}/shared/module.ts`, module);
  return { root, [Symbol.asyncDispose]: () => Deno.remove(root, { recursive: true }) };
}

Deno.test("hostedFaults() has nothing to say against what the hosted runtime knows", async () => {
  await using made = await project(
    "export const answer = [...new Set([1]).union(new Set([2]))];\n",
  );
  assert.equal(await hostedFaults(made.root), null);
});

/** Each was added to JavaScript or Deno after the hosted runtime's version, and is told by the name that it has there. */
const NEWER = {
  try: "Promise.try(() => 1)",
  toBase64: "new Uint8Array(1).toBase64()",
  escape: "RegExp.escape('a')",
  concat: "Iterator.concat([1])",
  sumPrecise: "Math.sumPrecise([1])",
  isError: "Error.isError(1)",
};

Deno.test("hostedFaults() refuses what is newer than the hosted runtime, each thing where it is called", async () => {
  const lines = Object.values(NEWER).map((call, n) => `export const called${n} = ${call};\n`);
  await using made = await project(`export const answer = 1;\n${lines.join("")}`);
  const told = await hostedFaults(made.root) ?? "";
  for (const [n, name] of Object.keys(NEWER).entries()) {
    assert.match(told, new RegExp(`module\\.ts\\(${n + 2},.*'${name}' does not exist`));
  }
});

/** What ends a check or a load at once. */
const REFUSED: [what: string, module: string, fault: RegExp][] = [
  [
    "a cast before a comparison, which its TypeScript does not parse",
    "const value: unknown = 1;\nexport const answer = value as number >= 0;",
    /Expression expected/,
  ],
  [
    "an error while it loads",
    "export const answer = (JSON as any).rawJSON2(1);",
    /index\.ts does not load: .*rawJSON2 is not a function/,
  ],
];

for (const [what, module, fault] of REFUSED) {
  Deno.test(`hostedFaults() refuses ${what}`, async () => {
    await using made = await project(module);
    assert.match(await hostedFaults(made.root) ?? "", fault);
  });
}
