/**
 * What a node hands in of a block: a find or evidence for every candidate. Counts and digest are counted again from that, expressions are
 * written anew; a node that contradicts its own evidence is wrong without anything being computed.
 */
import { plural } from "../../engine/words.ts";
import { Buffer } from "node:buffer";
import * as z from "zod";
import type { CandidateCertificate } from "../certificate.ts";
import { type BlockInput, type Composite, digestOf, type Find } from "../engine.ts";
import { PrimeSearchError } from "../errors.ts";
import { unpackEvidence } from "../evidence.ts";
import { openSearch } from "../forms/mod.ts";
import type { WorkResult } from "../work.ts";

const count = z.int().min(0).max(1_000_000);

/**
 * Digits of all finds of a block together, at most. The longer numbers are the rarer are primes, so that an honest block comes to a
 * twentieth of it; writing out more would take a slice or longer, whoever sends it.
 */
const MOST_FOUND_DIGITS = 2_000_000;

const findShape = z.strictObject({
  index: z.int().min(0),
  expression: z.string().max(60_000).optional(),
  digits: z.int().min(1).optional(),
  proof: z.enum(["deterministic", "probabilistic"]),
  certificate: z.unknown(),
  reason: z.string().max(2_000).optional(),
});

/** As BlockWorker.result() makes it: see WorkResult. */
export const answerShape = z.strictObject({
  sieved: count,
  tested: count,
  digest: z.string().regex(/^[0-9a-f]{64}$/, "is to be a SHA-256 in hexadecimal"),
  sieve_depth: z.int().min(0).nullable(),
  digits: z.int().min(1).optional(),
  finds: z.array(findShape).max(20_000),
  evidence: z.strictObject({
    factors: z.string().max(400_000).regex(/^[A-Za-z0-9+/]*={0,2}$/, "is to be in base 64"),
    residues: z.array(z.tuple([
      z.int().min(0).max(1),
      z.string().regex(/^[a-z_]{1,20}$/, "is no kind of residue"),
      z.string().regex(/^(-?\d{1,60})?$/, "is to be a whole number, or empty"),
      z.string().max(60_000).regex(/^[0-9a-f]+$/, "is to be in hexadecimal"),
    ])).max(20_000),
  }),
});

/** What a node hands in. */
export type Answer = z.infer<typeof answerShape>;

/** An answer as the server reads it. */
export interface ReadAnswer {
  /** Counted in the evidence. */
  counts: { sieved: number; tested: number; found: number; digest: string };
  /** What the block's result would be. */
  result: WorkResult;
  /** Where the node contradicts itself; null where it does not. */
  flaw: string | null;
}

/**
 * Reads an answer.
 * @throws PrimeSearchError INVALID_BLOCK where it is no answer for this block: evidence that is torn, candidates that are missing,
 *   there twice, or of another block
 */
export function readAnswer(block: BlockInput, answer: Answer): ReadAnswer {
  const composites = compositesOf(block, answer);
  const finds = findsOf(block, answer);
  requireEach(block, composites, finds);
  const size = block.end - block.start + 1;
  const sieved = composites.filter((composite) => isSieved(composite)).length;
  const counts = { sieved, tested: size - sieved, found: finds.length, digest: digestOf(finds) };
  const flaw = (["sieved", "tested", "digest"] as const)
    .filter((name) => answer[name] !== counts[name])
    .map((name) => `it says ${name} ${answer[name]}, its evidence shows ${counts[name]}`)[0];
  const middle = Math.floor((block.start + block.end) / 2);
  const search = openSearch(block.form, block.params);
  return {
    counts,
    result: {
      sieved: counts.sieved,
      tested: counts.tested,
      digest: counts.digest,
      sieve_depth: answer.sieve_depth,
      finds,
      digits: Math.max(1, Math.round(search.digits(middle))),
      evidence: answer.evidence,
    },
    flaw: flaw ?? null,
  };
}

/** Whether a composite has a factor by the sieve, which is what `sieved` counts. */
function isSieved(composite: Composite): boolean {
  return "factor" in composite && composite.member === undefined;
}

/** The composites of an answer, by index. @throws PrimeSearchError INVALID_BLOCK */
export function compositesOf(block: BlockInput, { evidence }: Pick<Answer, "evidence">) {
  const size = block.end - block.start + 1;
  // The last byte of each number is below 0x80.
  const entries = Buffer.from(evidence.factors, "base64").filter((byte) => byte < 0x80).length;
  if (entries !== size) {
    refuse("evidence.factors", `has ${entries} candidates; the block has ${size}`);
  }
  const composites = unpackEvidence(block.start, evidence);
  for (const composite of composites) {
    if ("factor" in composite && !/^[1-9]\d*$/.test(composite.factor)) {
      refuse("evidence", `has no factor of candidate ${composite.index}`);
    }
  }
  return composites;
}

function findsOf(block: BlockInput, { finds }: Answer): Find[] {
  const search = openSearch(block.form, block.params);
  let found = 0;
  for (const [at, { index }] of finds.entries()) {
    if (index < block.start || index > block.end) {
      refuse(`finds[${at}].index`, "is no candidate of this block");
    }
    found += search.digits(index);
  }
  if (found > MOST_FOUND_DIGITS) refuse("finds", "are more primes than there can be");
  return finds.map(({ index, proof, certificate, reason }, at) => {
    const proven = proof === "deterministic";
    if (proven !== (certificate !== null && certificate !== undefined)) {
      refuse(`finds[${at}].certificate`, "is there where the proof is deterministic, else null");
    }
    const { expression, members } = search.candidate(index);
    const digits = members.reduce((most, m) => Math.max(most, m.value().toString().length), 1);
    return {
      index,
      expression,
      digits,
      proof,
      certificate: proven ? certificate as CandidateCertificate : null,
      ...(proven ? {} : { reason: reason ?? "Nothing is known to prove it." }),
    };
  });
}

/** Every candidate of the block is a find or a composite, and only once. */
function requireEach(block: BlockInput, composites: Composite[], finds: Find[]): void {
  const at = new Set(composites.map(({ index }) => index));
  let before = block.start - 1;
  for (const { index } of finds) {
    if (index <= before) refuse("finds", "are to be in order, each once");
    if (at.has(index)) refuse("finds", `candidate ${index} is composite by the evidence`);
    before = index;
  }
  const missing = block.end - block.start + 1 - composites.length - finds.length;
  if (missing !== 0) {
    refuse(
      "finds",
      `${plural(missing, "candidate has", "candidates have")} neither evidence nor a find`,
    );
  }
}

function refuse(path: string, message: string): never {
  throw PrimeSearchError.of("INVALID_BLOCK", path, message);
}
