/**
 * Primes beside PARI/GP and primesieve, in one run: seconds per test, factorials with proofs, counting.
 * With --large also tests of 10,000 digits, one of them in slices of which every fourth is killed.
 * Run: deno task bench:primes [--large] [--factorial N] [--mutations N] [--runs N]
 *   [--survey N], or with --known [--minutes N]: known answers as far as so much CPU goes, an hour if nothing is said
 */
// deno-lint-ignore-file no-console -- a command-line script reports on the terminal
import { median } from "./median.ts";
import { spawnSync } from "node:child_process";
import process from "node:process";
import { Random } from "../../shared/engine/random.ts";
import { complete } from "../../shared/primes/arithmetic/chain.ts";
import { lucasV } from "../../shared/primes/arithmetic/lucas.ts";
import { binaryModulus, plainModulus } from "../../shared/primes/arithmetic/modulus.ts";
import { power } from "../../shared/primes/arithmetic/power.ts";
import { check } from "../../shared/primes/check/mod.ts";
import type { SearchRequest } from "../../shared/primes/engine.ts";
import { prepareSurvey } from "../../shared/primes/survey.ts";
import { mutations } from "../../shared/primes/testing/mutate.ts";
import { GP, gp } from "../../shared/primes/testing/outside.ts";
import { type Column, seconds, tableLine } from "./harness.ts";
import { commandLine } from "../command_line.ts";
import { search, SLICE_MS, timed } from "./prime_slices.ts";
import { knownAnswers } from "./primes_known.ts";

const { values, number } = commandLine(
  "deno task bench:primes [--large] [--factorial N (default 300)] [--mutations N (default 100000)] [--runs N (default 5)]\n" +
    "  [--survey N (default 1000000000)], or with --known [--minutes N (default 60)]: known answers as far as so much CPU goes",
  {
    large: { type: "boolean", default: false },
    known: { type: "boolean", default: false },
    minutes: { type: "string", default: "60" },
    factorial: { type: "string", default: "300" },
    mutations: { type: "string", default: "100000" },
    runs: { type: "string", default: "5" },
    survey: { type: "string", default: "1000000000" },
  },
);
const runs = number("runs", 1);

function table<Row>(columns: readonly Column<Row>[], rows: readonly Row[]): void {
  console.log(tableLine(columns, columns.map(([title]) => title)));
  for (const row of rows) console.log(tableLine(columns, columns.map(([, , cell]) => cell(row))));
  console.log();
}

/** Milliseconds of gp for a program of one number, the median of the runs. */
function gpMs(n: string, expression: string, repeat: number): number | null {
  if (!GP.available) return null;
  const program = `N=${n};\n` +
    `for(r=1,${runs},gettime();for(i=1,${repeat},${expression});print(gettime()));\n`;
  return median(gp(program).map(Number)) / repeat;
}

interface TestRow {
  digits: number;
  test: string;
  ours: number;
  pari: number | null;
}

/** A test of each kind at some sizes. */
function tests(): TestRow[] {
  const rows: TestRow[] = [];
  for (const digits of values.large ? [300, 1000, 3000, 10_000] : [300, 1000, 3000]) {
    const repeat = digits < 500 ? 50 : digits < 2000 ? 5 : 1;
    const general = 10n ** BigInt(digits - 1) + 1234567891n * 3n ** 40n;
    const odd = general % 2n === 0n ? general + 1n : general;
    const exponent = Math.ceil(digits * Math.log2(10));
    const k = 12345n;
    const special = { k, n: exponent - 13, c: 1 } as const;
    const riesel = { ...special, c: -1 } as const;
    const measure = (work: () => void) =>
      median(Array.from({ length: runs }, () =>
        timed(() => {
          for (let i = 0; i < repeat; i++) work();
        }))) / repeat;
    const printed = `${k}*2^${special.n}`;
    rows.push({
      digits,
      test: "3^(N-1), N general",
      ours: measure(() => void complete(power(plainModulus(odd), 3n, odd - 1n))),
      pari: gpMs(odd.toString(), "Mod(3,N)^(N-1)", repeat),
    });
    const below = binaryModulus(special);
    rows.push({
      digits,
      test: "3^((N-1)/2), N = k*2^n+1",
      ours: measure(() => void complete(power(below, 3n, (below.value - 1n) / 2n))),
      pari: gpMs(`${printed}+1`, "Mod(3,N)^((N-1)/2)", repeat),
    });
    const above = binaryModulus(riesel);
    rows.push({
      digits,
      test: "V_(N+1), N = k*2^n-1",
      ours: measure(() => void complete(lucasV(above, 4n, above.value + 1n))),
      pari: gpMs(`${printed}-1`, "my(v=Mod(4,N));for(j=1,#binary(N),v=v^2-2)", repeat),
    });
  }
  return rows;
}

if (values.known) {
  knownAnswers(number("minutes", 1));
  process.exit();
}

console.log(`Medians of ${runs} runs, CPU. V8 ${Deno.version.v8}.\n`);
table<TestRow>([
  ["digits", 6, ({ digits }) => `${digits}`],
  ["test", -26, ({ test }) => test],
  ["ours, ms", 10, ({ ours }) => ours.toFixed(2)],
  ["PARI/GP, ms", 12, ({ pari }) => pari === null ? "-" : pari.toFixed(2)],
  ["ratio", 6, ({ ours, pari }) => pari ? (ours / pari).toFixed(1) : "-"],
], tests());

const bound = number("factorial", 3);
const searches: SearchRequest[] = [
  { form: "factorial", params: { start: 0, end: bound } },
  // A prime of 1,000 digits among these.
  { form: "kbn", params: { n: 3310, min_k: 1, max_k: 1500, sign: "+" } },
];
/** One test of 10,341 digits, over many slices, with Gerbicz's check on the way. */
const large: SearchRequest = {
  form: "kbn",
  params: { k: 3, min_n: 34_350, max_n: 34_350, sign: "+" },
};
const worked = searches.map((request) => ({ request, found: search(request) }));
if (values.large) worked.push({ request: large, found: search(large, 4) });
table([
  ["search", -60, ({ request }) => `${request.form} ${JSON.stringify(request.params)}`],
  ["tested", 7, ({ found }) => `${found.tested}`],
  ["sieved", 7, ({ found }) => `${found.sieved}`],
  ["primes", 7, ({ found }) => `${found.finds.length}`],
  ["proven", 7, ({ found }) => `${found.finds.filter((find) => find.certificate).length}`],
  ["CPU, s", 8, ({ found }) => seconds(found.cpuMs)],
  ["check, s", 9, ({ found }) => seconds(found.checkMs)],
  ["slices", 7, ({ found }) => `${found.slices.length}`],
  ["longest, ms", 12, ({ found }) => Math.max(...found.slices).toFixed(0)],
  ["state, kB", 10, ({ found }) => (found.bytes / 1000).toFixed(0)],
], worked);

const to = number("survey", 10);
const PRIMESIEVE = { primes: "-c1", twins: "-c2" } as const;
table(
  [
    ["counted", -10, ({ what }) => what],
    ["to", 12, () => `${to}`],
    ["count", 10, ({ count }) => `${count}`],
    ["ours, s", 8, ({ ours }) => seconds(ours)],
    ["primesieve, s", 14, ({ peer }) => seconds(peer)],
    ["ratio", 6, ({ ours, peer }) => peer ? (ours / peer).toFixed(0) : "-"],
  ],
  (["primes", "twins"] as const).map((what) => {
    const survey = prepareSurvey({ what, from: 0, to });
    let state = survey.start();
    const ours = timed(() => {
      while (!survey.done(state)) {
        const limit = performance.now() + SLICE_MS;
        state = survey.step(state, { remainingMs: () => limit - performance.now() });
      }
    });
    const { count } = survey.outcome(state);
    const peer = primesieve(PRIMESIEVE[what], to, count);
    return { what, count, ours, peer };
  }),
);

/** Milliseconds of primesieve on one thread; null where it is not installed. @throws Error for another count */
function primesieve(flag: string, limit: number, expected: number): number | null {
  const times: number[] = [];
  for (let i = 0; i < runs; i++) {
    const { stdout, error } = spawnSync("primesieve", [`${limit}`, flag, "-t1", "--time"], {
      encoding: "utf8",
    });
    if (error) return null;
    const count = /(?:Primes|Twin primes): (\d+)/.exec(stdout)?.[1];
    if (Number(count) !== expected) throw new Error(`primesieve counts ${count}, not ${expected}`);
    times.push(1000 * Number(/Seconds: ([\d.]+)/.exec(stdout)?.[1]));
  }
  return median(times);
}

const tries = number("mutations", 0);
const random = new Random(2026);
const finds = search({ form: "factorial", params: { start: 20, end: 80 } }).finds;
let refused = 0, harmless = 0;
const mutationMs = timed(() => {
  for (let i = 0; i < tries; i++) {
    const find = finds[i % finds.length];
    const mutation = mutations(find.certificate, random);
    if (mutation.harmless) {
      harmless++;
      continue;
    }
    const { expression } = find;
    const { certificate } = mutation;
    const result = complete(check({ form: "factorial", expression, certificate }));
    if (result.valid) throw new Error(`accepted: ${expression} ${JSON.stringify(certificate)}`);
    refused++;
  }
});
console.log(
  `${tries} certificates changed: ${refused} refused, ${harmless} still the same proof, ` +
    `none accepted; ${seconds(mutationMs)} s`,
);
