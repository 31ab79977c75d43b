import assert from "node:assert/strict";
import { complete } from "../arithmetic/chain.ts";
import type { Certificate } from "../certificate.ts";
import { prove, Refusal } from "../check/proofs.ts";
import { evaluate } from "../check/expression.ts";
import { openSearch } from "../forms/mod.ts";
import { testCandidate } from "../proof/candidate.ts";
import { testNumber } from "../proof/number.ts";
import { NOTHING_KNOWN } from "../proof/prove.ts";
import { GP, gp, MPU, mpuCertificate, verifyPrime } from "../testing/outside.ts";
import { readMpu, writeMpu } from "./mpu.ts";
import { readPari } from "./pari.ts";

/** Whether the checker takes a certificate of n. */
function accepted(n: bigint, certificate: Certificate): boolean {
  try {
    complete(prove(n, certificate));
    return true;
  } catch (error) {
    assert.ok(error instanceof Refusal, String(error));
    return false;
  }
}

/** gp's own print of primecert(10^40 + 121). */
const PARI_40 = "[[10000000000000000000000000000000000000121, -22, 9459152, 1, " +
  "[8986749531375339305571207626880980158008, 264228802877425555654626166509072893057]], " +
  "[1057177218422962227480856634928797, 62077446265796342, 8, 1057177218422962227480856634928796, " +
  "[905038879671103388539143088846700, 503347634661221293400802691838893]], " +
  "[132147152302870270675426296141557, 19090413001043459, 3028746964909, " +
  "132147152237868558693369200973557, [66474910464743596764054967879224, " +
  "65282052016992429384368617117346]], [43630964829325274911, -13164857771, 1568796679, 0, " +
  "[37072770371681123870, 18457839869214529154]]]";

Deno.test("readPari() reads an elliptic curve proof that the checker accepts, and refuses when changed", () => {
  const n = 10n ** 40n + 121n;
  const certificate = readPari(PARI_40);
  assert.ok(certificate.type === "ecpp");
  assert.equal(accepted(n, certificate), true);
  // On the last curve a is 0: another y belongs to another curve, of six that may have as many points.
  const end = PARI_40.indexOf("[43630964829325274911");
  const digits = [...PARI_40.slice(0, end).matchAll(/\d/g)].map(({ index }) => index);
  for (let i = 0; i < digits.length; i += 5) {
    const at = digits[i];
    const text = PARI_40.slice(0, at) + (Number(PARI_40[at]) + 1) % 10 + PARI_40.slice(at + 1);
    assert.equal(accepted(n, readPari(text)), false, `digit ${at}`);
  }
  // The same steps in a circle, or without the last ones.
  const shorter = { ...certificate, steps: certificate.steps.slice(0, 2) };
  assert.equal(accepted(n, shorter), false);
  const circle = { ...certificate, steps: [certificate.steps[0], certificate.steps[0]] };
  assert.equal(accepted(n, circle), false);
});

Deno.test("readPari() and readMpu() refuse what is no certificate", () => {
  for (const text of ["", "[", "[]", "x", "[[1,2]]", "[[1,2,3,4,[5,[6]]]]", '{"a":1}']) {
    assert.throws(() => readPari(text), { code: "INVALID_CERTIFICATE" }, text);
  }
  const head = "[MPU - Primality Certificate]\nVersion 1.0\n\nProof for:\n";
  for (
    const text of [
      "",
      head,
      `${head}N 1000000000000000000000000000057\n`,
      `${head}N 7\n\nType Nonsense\nN 7\n`,
      `${head}N 7\n\nType Pocklington\nN 7\nQ 3\n`,
      `${head}what is this\n`,
    ]
  ) assert.throws(() => readMpu(text), { code: "INVALID_CERTIFICATE" }, text);
});

/** Primes with proofs of the kinds that MPU has words for, and of those that it has none for. */
function proofs(): { n: bigint; certificate: Certificate }[] {
  const searches: [string, Record<string, unknown>][] = [
    ["factorial", { start: 27, end: 77, sign: "+" }],
    ["primorial", { start: 370, end: 380, sign: "+" }],
    ["kbn", { k: 3, min_n: 180, max_n: 217 }],
    ["gen_fermat", { fermat_exp: 6, min_base: 100, max_base: 165 }],
    ["wagstaff", { min_exp: 95, max_exp: 130 }],
  ];
  const found = searches.flatMap(([form, params]) => {
    const search = openSearch(form, params);
    return Array.from({ length: search.size }, (_, i) => search.candidate(i));
  }).flatMap((candidate) => {
    const verdict = complete(testCandidate(candidate));
    if (verdict.kind !== "prime" || verdict.certificate.type === "pair") return [];
    return [{ n: evaluate(candidate.expression), certificate: verdict.certificate }];
  });
  const plain = [10n ** 19n + 51n, 10n ** 22n + 9n, 10n ** 30n + 57n, 10n ** 34n + 193n].map(
    (n) => {
      const verdict = complete(testNumber(n, n.toString(), NOTHING_KNOWN));
      assert.ok(verdict.kind === "prime", `${n}`);
      return { n, certificate: verdict.certificate };
    },
  );
  return [...found, ...plain];
}

const PROOFS = proofs();
const WRITTEN = PROOFS.flatMap(({ n, certificate }) => {
  const text = writeMpu(n, certificate);
  return text === null ? [] : [{ n, text }];
});

Deno.test("writeMpu() writes every proof by N-1, and readMpu() reads what the checker accepts again", () => {
  for (const { n, certificate } of PROOFS) {
    const without = ["llr", "morrison", "bls_np1", "combined"].includes(certificate.type);
    if (without) assert.equal(writeMpu(n, certificate), null, certificate.type);
  }
  assert.ok(WRITTEN.length >= 12, `${WRITTEN.length}`);
  for (const { n, text } of WRITTEN) assert.ok(accepted(n, readMpu(text)), text);
});

Deno.test({
  name: `verify_prime() of Math::Prime::Util accepts every certificate that is written${MPU.note}`,
  ignore: !MPU.available,
  fn() {
    // Perl takes its time for long ones: those of up to 60 digits.
    const texts = WRITTEN.filter(({ n }) => n < 10n ** 60n).map(({ text }) => text);
    assert.ok(texts.length >= 8, `${texts.length}`);
    assert.deepEqual(verifyPrime(texts), texts.map(() => true));
  },
});

Deno.test({
  name: `the checker accepts certificates that Math::Prime::Util makes${MPU.note}`,
  ignore: !MPU.available,
  fn() {
    for (const n of [10n ** 25n + 13n, 10n ** 40n + 121n, 10n ** 60n + 7n, 2n ** 89n - 1n]) {
      const certificate = readMpu(mpuCertificate(n));
      assert.ok(accepted(n, certificate), `${n}: ${JSON.stringify(certificate)}`);
      assert.equal(accepted(n + 2n, certificate), false);
    }
  },
});

Deno.test({
  name: `the checker accepts certificates that PARI/GP makes${GP.note}`,
  ignore: !GP.available,
  fn() {
    const numbers = [10n ** 25n + 13n, 10n ** 40n + 121n, 10n ** 60n + 7n, 10n ** 100n + 267n];
    const texts = gp(numbers.map((n) => `print(primecert(${n}));`).join("\n") + "\n");
    numbers.forEach((n, i) => assert.ok(accepted(n, readPari(texts[i])), `${n}`));
  },
});
