import assert from "node:assert/strict";
import plugin from "./lint_slips.ts";

const APP = "functions/console/app/a.tsx";
const slips = (text: string, path = APP) =>
  Deno.lint.runPlugin(plugin, path, text).map(({ id }) => id.replace("slips/", ""));

Deno.test("what is listed in a fragment without a key is refused, however it is returned", () => {
  const list = (made: string) => slips(`const a = <p>{list.map((x) => ${made})}</p>;`);
  const bare = "<><b key={x}>{x}</b>,</>";
  for (const made of [bare, `x ? ${bare} : null`, `x && ${bare}`, `{ return ${bare}; }`]) {
    assert.deepEqual(list(made), ["listed-fragment"], made);
  }
  for (const made of ["<b key={x}>{x}</b>", "<Fragment key={x}>{x}</Fragment>", "f(x)"]) {
    assert.deepEqual(list(made), [], made);
  }
  assert.deepEqual(slips("const a = () => <><b /><i /></>;"), []);
});

Deno.test("two things in one expression are refused; the head of a for may have them", () => {
  for (const text of ["const a = (b(), c());", "x ? (a(), b()) : c();", "while (a(), b()) c();"]) {
    assert.deepEqual(slips(text), ["sequence"], text);
  }
  assert.deepEqual(slips("for (let i = 0, j = 9; i < j; i++, j--) f(i, j);"), []);
});

Deno.test("a place of the console that is written out is refused, but where places are made", () => {
  const texts = ['const a = <a href="#/setup">b</a>;', "const a = `#/roster/${run}`;"];
  for (const text of texts) {
    assert.deepEqual(slips(text), ["written-hash"], text);
    assert.deepEqual(slips(text, "functions/console/app/ui/x_test.tsx"), []);
    assert.deepEqual(slips(text, "functions/doctor/app/a.tsx"), []);
  }
  assert.deepEqual(slips('const a = <a href="#main">b</a>;'), []);
});

Deno.test("a pricer is asked for, and made by who prices alone", () => {
  const text = "const a = new Pricer(tables);";
  assert.deepEqual(slips(text, "shared/planner/search/a.ts"), ["own-pricer"]);
  assert.deepEqual(slips(text, "shared/planner/pricing/group_pricing.ts"), []);
  assert.deepEqual(slips(text, "shared/planner/search/a_test.ts"), []);
});
