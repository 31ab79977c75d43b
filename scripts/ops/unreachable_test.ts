import assert from "node:assert/strict";
import postgres from "postgres";
import { unreachable } from "./unreachable.ts";

const { options } = postgres(
  "postgresql://ann:not%20told@north.example,south.example:6543/rosters",
);

Deno.test("whatever keeps a command from its database, the database and what to check are named, and no password", () => {
  for (
    const [code, check] of [
      ["ECONNREFUSED", "running"],
      ["ENOTFOUND", "host"],
      ["CONNECT_TIMEOUT", "firewall"],
      ["CONNECTION_CLOSED", "running"],
      ["57P03", "running"],
      ["28P01", "password"],
      ["3D000", "name of the database"],
      ["53300", "no connection left"],
    ]
  ) {
    const said = unreachable(Object.assign(new Error("not told"), { code }), options)?.message ??
      "";
    assert.match(
      said,
      /rosters at north\.example:5432, south\.example:6543 could not be reached as ann/,
    );
    assert.ok(said.includes(code) && said.split("). ")[1].includes(check), said);
    assert.doesNotMatch(said, /told/);
  }
});

Deno.test("a database that takes no changes is named, with what to do", () => {
  for (const code of ["25006", "53100"]) {
    const said = unreachable(Object.assign(new Error("not told"), { code }), options)?.message;
    assert.match(said ?? "", /^The database rosters at north.*takes no changes \(.*\)\. Give it/);
  }
});

Deno.test("another fault is told as it is", () => {
  for (
    const fault of [new Error("Wrong."), { code: "42P01" }, { code: "ENOENT", syscall: "open" }]
  ) {
    assert.equal(unreachable(fault, options), undefined);
  }
});
