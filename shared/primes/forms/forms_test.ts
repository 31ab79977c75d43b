import assert from "node:assert/strict";
import { readdir, readFile } from "node:fs/promises";
import { evaluate } from "../check/expression.ts";
import { claimedNumbers } from "../check/claims.ts";
import { PrimeSearchError } from "../errors.ts";
import { primesBetween } from "../sieve/primes.ts";
import { describeForms, formNamed, FORMS, openSearch } from "./mod.ts";

/** A small search of each form, some in several ways. */
const SEARCHES: [form: string, params: Record<string, unknown>][] = [
  ["factorial", { start: 0, end: 30 }],
  ["primorial", { start: 2, end: 60 }],
  ["kbn", { k: 3, min_n: 0, max_n: 60 }],
  ["kbn", { n: 12, min_k: 1, max_k: 200 }],
  ["kbn", { k: 7, base: 15, min_n: 0, max_n: 40, sign: "+" }],
  ["kbn", { k: 6, base: 12, min_n: 3, max_n: 60, sign: "-" }],
  ["twin", { n: 5, min_k: 1, max_k: 300 }],
  ["twin", { k: 15, min_n: 0, max_n: 70 }],
  ["sophie_germain", { k: 3, base: 10, min_n: 0, max_n: 50 }],
  ["sophie_germain", { n: 7, min_k: 1, max_k: 200 }],
  ["cullen_woodall", { min_n: 1, max_n: 100 }],
  ["carol_kynea", { min_n: 0, max_n: 70 }],
  ["mersenne", { min_exp: 2, max_exp: 130 }],
  ["wagstaff", { min_exp: 3, max_exp: 130 }],
  ["repunit", { min_n: 2, max_n: 60 }],
  ["repunit", { base: 7, min_n: 2, max_n: 60 }],
  ["gen_fermat", { fermat_exp: 3, min_base: 2, max_base: 400 }],
  ["gen_fermat", { fermat_exp: 0, min_base: 3, max_base: 400 }],
  ["palindromic", { min_digits: 1, max_digits: 7 }],
  ["palindromic", { base: 2, min_digits: 1, max_digits: 12 }],
  ["palindromic", { min_digits: 41, max_digits: 41, offset: "123456789012345", count: 2500 }],
  ["near_repdigit", { min_digits: 3, max_digits: 21 }],
];

Deno.test("every form has a search in these tests", () => {
  assert.deepEqual(new Set(SEARCHES.map(([form]) => form)), new Set(FORMS.map(({ name }) => name)));
});

Deno.test("a sieve marks just the candidates that the prime divides", () => {
  for (const [form, params] of SEARCHES) {
    const search = openSearch(form, params);
    const first = Math.floor(search.size / 7);
    const count = Math.min(2500, search.size - first);
    const sieve = search.sieve(first, count);
    const values = Array.from(
      { length: count },
      (_, i) => search.candidate(first + i).members.map((member) => member.value()),
    );
    for (const p of primesBetween(2, 200)) {
      if (sieve.by === "candidate") break;
      const marked = new Set<number>();
      sieve.strike(p, (offset) => marked.add(offset));
      values.forEach((members, i) => {
        const divides = members.some((value) => value % BigInt(p) === 0n);
        assert.equal(marked.has(i), divides, `${p} and ${search.candidate(first + i).expression}`);
      });
    }
    if (sieve.by === "prime") continue;
    const primes = primesBetween(2, 5000);
    values.forEach(([value], i) => {
      const root = (p: number) => BigInt(p) * BigInt(p) <= value;
      const least = primes.find((p) => root(p) && value % BigInt(p) === 0n) ?? 0;
      const { expression } = search.candidate(first + i);
      // Of R(b, 2) = b + 1 the factors have no form.
      if (!expression.endsWith(", 2)")) assert.equal(sieve.leastFactor(i, 5000), least, expression);
    });
  }
});

Deno.test("a candidate's expression is its own, in the checker's notation, and stands for its numbers", () => {
  for (const [form, params] of SEARCHES) {
    const search = openSearch(form, params);
    const seen = new Set<string>();
    for (let i = 0; i < search.size; i += 1 + Math.floor(search.size / 500)) {
      const { expression, members } = search.candidate(i);
      assert.ok(!seen.has(expression), expression);
      seen.add(expression);
      const values = members.map((member) => member.value());
      assert.deepEqual(claimedNumbers(form, expression), values, expression);
      for (const member of members) assert.equal(evaluate(member.expression), member.value());
      const digits = Math.max(...values.map((value) => `${value < 0n ? -value : value}`.length));
      assert.ok(Math.abs(search.digits(i) - digits) <= 1, `${expression} has ${digits} digits`);
    }
  }
});

Deno.test("what a form knows of N-1 and N+1 divides it", () => {
  for (const [form, params] of SEARCHES) {
    const search = openSearch(form, params);
    for (let i = 0; i < search.size; i += 1 + Math.floor(search.size / 60)) {
      for (const member of search.candidate(i).members) {
        const n = member.value();
        if (n < 3n) continue;
        const of = (known: bigint[] | undefined) => known?.filter((d) => d > 1n) ?? [];
        const expression = member.expression;
        // Cyclotomic values may keep the 3 that a Wagstaff number is divided by.
        for (const d of of(member.minus?.())) assert.equal(3n * (n - 1n) % d, 0n, expression);
        for (const d of of(member.plus?.())) assert.equal(3n * (n + 1n) % d, 0n, expression);
      }
    }
  }
});

/** Paths that are named for these parameters. */
function complaints(form: string, params: unknown): string[] {
  try {
    openSearch(form, params);
  } catch (error) {
    assert.ok(error instanceof PrimeSearchError);
    return error.issues.map(({ path }) => path);
  }
  return [];
}

Deno.test("openSearch() says which parameter is wrong", () => {
  const cases: [string, unknown, string[]][] = [
    ["factorial", { start: 5, end: 3 }, ["params.end"]],
    ["factorial", { start: -1, end: 3.5, step: 1 }, ["params.start", "params.end", "params.step"]],
    ["factorial", { start: 0, end: 99_999 }, ["params.end"]],
    ["factorial", { start: 0 }, ["params.end"]],
    ["factorial", null, ["params"]],
    ["primorial", { start: 24, end: 28 }, ["params.end"]],
    ["kbn", { min_n: 1, max_n: 2 }, ["params.k"]],
    ["kbn", { k: 3, n: 4, min_n: 1, max_n: 2 }, ["params.n"]],
    ["kbn", { k: 3, min_n: 1, max_n: 2, max_k: 7 }, ["params.max_k"]],
    ["kbn", { n: 3, min_k: 1 }, ["params.max_k"]],
    ["kbn", { k: 3, min_n: 1, max_n: 200_000, base: 1000 }, ["params.max_n"]],
    ["kbn", { k: 3, min_n: 1, max_n: 2, sign: "x" }, ["params.sign"]],
    ["twin", { k: 3, min_n: 1, max_n: 2, sign: "+" }, ["params.sign"]],
    ["gen_fermat", { fermat_exp: 3, min_base: 3, max_base: 3 }, ["params.max_base"]],
    ["mersenne", { min_exp: 24, max_exp: 28 }, ["params.max_exp"]],
    ["palindromic", { min_digits: 4, max_digits: 4 }, ["params.max_digits"]],
    ["palindromic", { min_digits: 3, max_digits: 3, offset: "40" }, ["params.offset"]],
    ["palindromic", { min_digits: 3, max_digits: 3, count: 41 }, ["params.count"]],
    ["palindromic", { min_digits: 3, max_digits: 99 }, ["params.count"]],
    ["near_repdigit", { min_digits: 4, max_digits: 4 }, ["params.max_digits"]],
    ["fibonacci", {}, ["form"]],
  ];
  for (const [form, params, paths] of cases) {
    assert.deepEqual(complaints(form, params), paths, `${form} ${JSON.stringify(params)}`);
  }
  for (const [form, params] of SEARCHES) assert.deepEqual(complaints(form, params), []);
});

Deno.test("a form's range names parameters of its schema", () => {
  for (const [name, params] of SEARCHES) {
    const form = formNamed(name);
    for (const field of form.range(params)) assert.ok(Object.hasOwn(params, field), field);
  }
});

Deno.test("describeForms() tells each parameter's meaning, and which must be given", () => {
  for (const { name, title, schema } of describeForms()) {
    assert.ok(title.length > 5, name);
    const { properties, additionalProperties } = schema as {
      properties: Record<string, { description?: string; default?: unknown }>;
      additionalProperties: boolean;
    };
    assert.equal(additionalProperties, false, name);
    for (const [field, { description }] of Object.entries(properties)) {
      assert.ok(description, `${name}.${field} has no description`);
    }
  }
  const [factorial] = describeForms();
  assert.deepEqual(factorial.schema.required, ["start", "end"]);
  assert.equal((factorial.schema.properties as { sign: { default: string } }).sign.default, "both");
});

Deno.test("the database knows the same forms, and says them once", async () => {
  const folder = new URL("../../../supabase/migrations/", import.meta.url);
  const texts = await Promise.all(
    (await readdir(folder)).map((name) => readFile(new URL(name, folder), "utf8")),
  );
  const names = FORMS.map(({ name }) => name);
  const lists = texts.filter((text) => names.every((name) => text.includes(name)));
  assert.equal(lists.length, 1);
  const [, list] = /'(\["factorial"[^']*)'::jsonb/.exec(lists[0])!;
  assert.deepEqual(JSON.parse(list), [...names, "survey"]);
});
