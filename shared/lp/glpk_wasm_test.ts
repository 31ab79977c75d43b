// The binary inside the generated module needs no permission to run.
import assert from "node:assert/strict";

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
