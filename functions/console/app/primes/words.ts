// Searches and proofs of primes in words.

import type { Prime, PrimeSearchRun } from "../../../../shared/client/mod.ts";
import { count, plural } from "../ui/format.ts";

/** A form's name for people: `gen_fermat` -> `gen fermat`. */
export function formWord(form: string): string {
  return form.replaceAll("_", " ");
}

/** Parameters in a line: `start 1, end 500`. */
export function paramsWords(params: Record<string, unknown>): string {
  return Object.entries(params).map(([name, value]) => `${formWord(name)} ${value}`).join(", ");
}

/** An expression that may be as long as the number itself. */
export function shortExpression(expression: string, most = 60): string {
  if (expression.length <= most) return expression;
  const half = Math.floor((most - 1) / 2);
  return `${expression.slice(0, half)}…${expression.slice(-half)}`;
}

/** What a search is doing, or what it came to. */
export function searchState(
  { status, paused_at, progress, result, form }: Pick<
    PrimeSearchRun,
    "status" | "paused_at" | "progress" | "result" | "form"
  >,
): string {
  if (status === "PENDING") return paused_at ? "paused" : "waits for its turn";
  if (status === "GENERATING") {
    return paused_at ? "paused" : progress?.current ? `testing ${progress.current}` : "at work";
  }
  const found = result?.found ?? progress?.found ?? 0;
  const what = form === "survey" ? `${count(found)} counted` : `${count(found)} found`;
  if (status === "COMPLETED") return what;
  if (status === "CANCELLED") return `cancelled, ${what}`;
  const missing = result?.missing.length ?? 0;
  return `${plural(missing, "block")} could not be worked, ${what}`;
}

/** How sure a prime is. */
export function surenessOf(
  { verified, proof_method }: Pick<Prime, "verified" | "proof_method">,
): { word: string; tone: "ok" | "info" | "warn" } {
  if (verified) return { word: "proven and checked", tone: "ok" };
  return proof_method === "deterministic"
    ? { word: "proven, check pending", tone: "info" }
    : { word: "probable", tone: "warn" };
}

/** A certificate, as far as it is told in words. */
interface Proof {
  type?: string;
  base?: string;
  p?: string;
  discriminant?: string;
  factors?: Factor[];
  minus?: Factor[];
  plus?: Factor[];
  half?: Proof;
  steps?: unknown[];
  last?: Proof;
  members?: Proof[];
}

interface Factor {
  factor: string;
  proof?: Proof;
}

/** Factors that are named; of further ones the number. */
const NAMED = 6;

/** "2, 3, 5 and 12 more" */
function factorsWord(factors: readonly Factor[]): string {
  const named = factors.slice(0, NAMED).map(({ factor }) => shortExpression(factor, 24));
  const more = factors.length - named.length;
  return more > 0 ? `${named.join(", ")} and ${count(more)} more` : named.join(", ");
}

/** A proof in sentences, the outermost number's first; factors that have proofs of their own are told of. */
export function proofWords(certificate: unknown): string[] {
  const proof = (certificate ?? {}) as Proof;
  const inner = [...proof.factors ?? [], ...proof.minus ?? [], ...proof.plus ?? []]
    .filter((factor) => factor.proof);
  return [
    ...sentencesOf(proof),
    ...inner.slice(0, NAMED).map(({ factor, proof }) =>
      `Its factor ${shortExpression(factor, 24)} is proven prime in turn: ${
        lowered(sentencesOf(proof!)[0])
      }`
    ),
  ];
}

function lowered(sentence: string): string {
  return sentence.charAt(0).toLowerCase() + sentence.slice(1);
}

/** What each kind of proof says; parts of a proof are proofs themselves. */
const SENTENCES: Record<string, (proof: Proof) => string[]> = {
  small: () => ["The number is below 2^64, where a Miller-Rabin test to fixed bases decides."],
  miller_rabin: () => [
    "The number is below 3.3·10^24, where Miller-Rabin tests to the first 13 primes decide.",
  ],
  proth: ({ base }) => [
    `By Proth's theorem: N = k·2^n + 1 with k < 2^n, and ${base}^((N−1)/2) leaves −1 modulo N.`,
  ],
  llr: ({ p }) => [
    `By the test of Lucas, Lehmer and Riesel: N = k·2^n − 1 with k < 2^n, and its sequence that begins with P = ${p} ends in 0.`,
  ],
  pocklington: ({ factors = [] }) => [
    `By Pocklington's theorem: the primes ${
      factorsWord(factors)
    } divide N−1 in powers whose product is above the square root of N, and each has a witness.`,
  ],
  bls_n1: ({ factors = [] }) => [
    `By Brillhart, Lehmer and Selfridge: the primes ${
      factorsWord(factors)
    } divide N−1 in powers whose product is above the cube root of N, each has a witness, and what is left is no square.`,
  ],
  morrison: ({ factors = [], discriminant }) => [
    `By Morrison's theorem: the primes ${
      factorsWord(factors)
    } divide N+1 in powers whose product is above the square root of N, and each has a Lucas sequence of the discriminant ${discriminant}.`,
  ],
  bls_np1: ({ factors = [], discriminant }) => [
    `By Brillhart, Lehmer and Selfridge: the primes ${
      factorsWord(factors)
    } divide N+1 in powers whose product is above the cube root of N, each has a Lucas sequence of the discriminant ${discriminant}, and what is left is no square.`,
  ],
  combined: ({ minus = [], plus = [] }) => [
    `By factors of both neighbours: ${factorsWord(minus)} of N−1 and ${
      factorsWord(plus)
    } of N+1 together make more than the square root of N.`,
  ],
  safe_prime: ({ half }) => [
    "N = 2p + 1 with p prime, and 2^(N−1) leaves 1 modulo N.",
    ...(half ? [`Of p: ${lowered(sentencesOf(half)[0])}`] : []),
  ],
  ecpp: ({ steps = [], last }) => [
    `By elliptic curves (Goldwasser, Kilian, Atkin): ${
      plural(steps.length, "step")
    } to ever smaller primes.`,
    ...(last ? [`Of the last one: ${lowered(sentencesOf(last)[0])}`] : []),
  ],
  pair: ({ members = [] }) =>
    members.flatMap((member, at) =>
      sentencesOf(member).map((sentence) =>
        at === 0 ? `The first number: ${lowered(sentence)}` : `The second: ${lowered(sentence)}`
      )
    ),
};

function sentencesOf(proof: Proof): string[] {
  const { type = "" } = proof;
  return Object.hasOwn(SENTENCES, type)
    ? SENTENCES[type](proof)
    : ["Nothing proves it yet: it passed every test, and none is a proof."];
}
