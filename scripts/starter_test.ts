// What a command does when npm, which started it, is killed.
import assert from "node:assert/strict";
import { lines } from "./stack/lines.ts";

const COMMAND = `
  import { endWithStarter } from ${JSON.stringify(new URL("./starter.ts", import.meta.url).href)};
  Deno.addSignalListener("SIGTERM", () => {
    console.log("told");
    Deno.exit(0);
  });
  if (endWithStarter()) setInterval(() => {}, 60_000); // as one that serves
  else console.log("alone");
  console.log("up");`;

/** A process of this name that starts the command, by a shell between them, and waits for it. */
async function startBy(name: string, script: string) {
  const between = '"$0" run --allow-all --quiet "$1" & wait';
  const starter = new Deno.Command("/bin/bash", {
    args: [
      ...["-c", `exec -a "$0" /bin/bash -c 'sh -c "$0" "$@" & wait' "$@"`],
      ...[name, between, Deno.execPath(), script],
    ],
    stdout: "piped",
    stderr: "inherit",
  }).spawn();
  const up = Promise.withResolvers<void>();
  const said: string[] = [];
  const ended = lines(starter.stdout, (line) => {
    said.push(line);
    if (line === "up") up.resolve();
  });
  await up.promise;
  return { starter, said, ended };
}

for (const signal of ["SIGTERM", "SIGKILL"] as const) {
  Deno.test(`a command is told to end when npm, which started it, gets ${signal} alone`, async () => {
    const script = await Deno.makeTempFile({ suffix: ".ts" });
    await Deno.writeTextFile(script, COMMAND);
    const { starter, said, ended } = await startBy("npm exec", script);
    starter.kill(signal);
    await starter.status;
    await ended; // when nobody has its end of the pipe any more
    assert.equal(said.at(-1), "told");
    await Deno.remove(script);
  });
}

Deno.test("a command that a shell started is left alone", async () => {
  const script = await Deno.makeTempFile({ suffix: ".ts" });
  await Deno.writeTextFile(script, COMMAND);
  const { starter, said, ended } = await startBy("bash", script);
  await starter.status;
  await ended;
  assert.deepEqual(said, ["alone", "up"]);
  await Deno.remove(script);
});
