/** The binary inside the generated module is the package's, and it needs no permission to run. */
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { generateGlpkModule } from "../../scripts/generate_glpk_wasm.ts";

Deno.test("glpk_wasm.ts is what the generator makes from the pinned package", async () => {
  const present = await readFile(new URL("./glpk_wasm.ts", import.meta.url), "utf8");
  assert.ok(
    present === await generateGlpkModule(),
    "shared/lp/glpk_wasm.ts differs: deno run -A scripts/generate_glpk_wasm.ts",
  );
});

Deno.test("solveLp() works in a process without any permission", async () => {
  const source = `
    import { LpBuilder, solveLp } from ${JSON.stringify(import.meta.resolve("./mod.ts"))};
    const builder = new LpBuilder("max");
    builder.addRow(-Infinity, 7);
    builder.addColumn(2, 0, 5);
    builder.add(0, 2);
    console.log(solveLp(builder.build()).objective);
  `;
  const child = new Deno.Command(Deno.execPath(), {
    args: ["run", "--no-config", "--no-prompt", "--deny-read", "--deny-env", "--deny-net", "-"],
    stdin: "piped",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const writer = child.stdin.getWriter();
  await writer.write(new TextEncoder().encode(source));
  await writer.close();
  const { stdout, stderr, success } = await child.output();
  assert.ok(success, new TextDecoder().decode(stderr));
  assert.equal(new TextDecoder().decode(stdout).trim(), "7");
});
