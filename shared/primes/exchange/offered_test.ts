import assert from "node:assert/strict";
import { prepareBlock } from "../engine.ts";
import { mpuText, readOffered } from "./offered.ts";

function finds(form: string, params: Record<string, unknown>, end: number) {
  const block = prepareBlock({ form, params, start: 0, end, sieveDepth: 100 });
  let state = block.start();
  while (!block.done(state)) state = block.step(state, { remainingMs: () => Infinity });
  return block.outcome(state).finds;
}

Deno.test("a certificate is read back from its JSON and from MPU's text, as the same number's", () => {
  const find = finds("factorial", { start: 70, end: 80, sign: "+" }, 10)[0];
  const claimed = { form: "factorial", expression: find.expression };
  assert.deepEqual(readOffered(find.certificate, claimed), find.certificate);
  assert.deepEqual(readOffered(JSON.stringify(find.certificate), claimed), find.certificate);
  const text = mpuText(claimed, find.certificate)!;
  assert.match(text, /^\[MPU - Primality Certificate\]/);
  const read = readOffered(text, claimed);
  assert.ok(read.type === "bls_n1" && read.n.length === find.digits);
});

Deno.test("of a pair both are asked for", () => {
  const [find] = finds("twin", { n: 20, min_k: 3, max_k: 999 }, 300);
  const claimed = { form: "twin", expression: find.expression };
  assert.ok(find.certificate?.type === "pair");
  const { members } = find.certificate;
  assert.deepEqual(readOffered(members, claimed), find.certificate);
  assert.throws(() => readOffered(members[0], claimed), /both numbers/);
  assert.throws(() => readOffered([members[1], members[0]], claimed), /another number/);
  assert.throws(() => readOffered([members[0]], claimed), /list of two/);
  assert.throws(() => readOffered([find.certificate, members[1]], claimed), /within a pair/);
});

Deno.test("LLR has no type in MPU's text", () => {
  const [find] = finds("kbn", { k: 3, min_n: 100, max_n: 110, sign: "-" }, 10);
  assert.equal(find.certificate?.type, "llr");
  assert.equal(mpuText({ form: "kbn", expression: find.expression }, find.certificate), null);
});

Deno.test("what is no certificate, or another number's, is refused with its path", () => {
  const claimed = { form: "factorial", expression: "3! + 1" };
  for (
    const offered of ["", "{", "{}", null, 7, {}, "[]", "[MPU", { type: "small", n: "11" }, "11"]
  ) {
    assert.throws(
      () => readOffered(offered, claimed),
      (error: { code: string; issues: { path: string }[] }) =>
        error.code === "INVALID_CERTIFICATE" && error.issues[0].path.startsWith("certificate"),
      JSON.stringify(offered),
    );
  }
  assert.deepEqual(readOffered("7", claimed), { type: "small", n: "7" });
});
