/**
 * Certificates: what a proof needs to be checked, as plain JSON. A certificate claims as little as it
 * can: exponents of factors, cofactors and discriminants' residues are computed by whoever checks it.
 */
import * as z from "zod";
import { pathText } from "../engine/paths.ts";
import { readShape } from "../engine/shapes.ts";
import { PrimeSearchError } from "./errors.ts";

/** Most text of a number or an expression. */
const MAX_TEXT = 60_000;
/** Most nested certificates: factors of factors get short quickly. */
const MAX_DEPTH = 60;
const MAX_FACTORS = 20_000;

const decimal = z.string().regex(/^(0|[1-9]\d*)$/, "is not a decimal number").max(MAX_TEXT);
const signed = z.string().regex(/^(0|-?[1-9]\d*)$/, "is not a whole number").max(MAX_TEXT);
const subject = z.string().min(1).max(MAX_TEXT);

/** n is below 2^64, or below the bound of Miller-Rabin: looking is the proof. */
export interface LookedCertificate {
  type: "small" | "miller_rabin";
  n: string;
}

/** n = k*2^e + 1 with k < 2^e, and base^((n-1)/2) = -1 (Proth). */
export interface ProthCertificate {
  type: "proth";
  n: string;
  base: string;
}

/** n = k*2^e - 1 with k < 2^e, and V_(k*2^(e-2))(p, 1) = 0 (Lucas, Lehmer, Riesel). */
export interface LlrCertificate {
  type: "llr";
  n: string;
  p: string;
}

/** A prime factor of n-1 and its witness. */
export interface MinusFactor {
  factor: string;
  base: string;
  /** Where the factor is too large for Miller-Rabin. */
  proof?: Certificate;
}

/** A prime factor of n+1 and the P of its Lucas sequence; Q = (P^2 - D)/4. */
export interface PlusFactor {
  factor: string;
  p: string;
  proof?: Certificate;
}

/** Enough of n-1: more than its root (Pocklington), or its cube root and a square condition (BLS). */
export interface MinusCertificate {
  type: "pocklington" | "bls_n1";
  n: string;
  factors: MinusFactor[];
}

/** Enough of n+1, with one discriminant for all factors (Morrison; BLS). */
export interface PlusCertificate {
  type: "morrison" | "bls_np1";
  n: string;
  discriminant: string;
  factors: PlusFactor[];
}

/** The factors of n-1 and of n+1 together are above n's root (Brillhart, Lehmer, Selfridge). */
export interface CombinedCertificate {
  type: "combined";
  n: string;
  minus: MinusFactor[];
  discriminant: string;
  plus: PlusFactor[];
}

/** n = 2p + 1 with p prime. */
export interface SafePrimeCertificate {
  type: "safe_prime";
  n: string;
  half: Certificate;
}

/** A step of an elliptic curve proof: m*P = O and (m/q)*P finite on y^2 = x^3 + ax + b. */
export interface EcppStep {
  n: string;
  a: string;
  b: string;
  m: string;
  q: string;
  x: string;
  y: string;
}

/** Goldwasser, Kilian, Atkin: each step's q is the next one's n, the last q has a proof of its own. */
export interface EcppCertificate {
  type: "ecpp";
  n: string;
  steps: EcppStep[];
  last: Certificate;
}

/** Proof of one number. */
export type Certificate =
  | LookedCertificate
  | ProthCertificate
  | LlrCertificate
  | MinusCertificate
  | PlusCertificate
  | CombinedCertificate
  | SafePrimeCertificate
  | EcppCertificate;

/** Proof of a candidate: of its number, or of both. */
export type CandidateCertificate = Certificate | {
  type: "pair";
  members: [Certificate, Certificate];
};

const certificate: z.ZodType<Certificate> = z.lazy(() =>
  z.discriminatedUnion("type", [
    z.strictObject({ type: z.enum(["small", "miller_rabin"]), n: subject }),
    z.strictObject({ type: z.literal("proth"), n: subject, base: decimal }),
    z.strictObject({ type: z.literal("llr"), n: subject, p: decimal }),
    z.strictObject({
      type: z.enum(["pocklington", "bls_n1"]),
      n: subject,
      factors: minusFactors,
    }),
    z.strictObject({
      type: z.enum(["morrison", "bls_np1"]),
      n: subject,
      discriminant: signed,
      factors: plusFactors,
    }),
    z.strictObject({
      type: z.literal("combined"),
      n: subject,
      minus: minusFactors,
      discriminant: signed,
      plus: plusFactors,
    }),
    z.strictObject({ type: z.literal("safe_prime"), n: subject, half: certificate }),
    z.strictObject({
      type: z.literal("ecpp"),
      n: subject,
      steps: z.array(
        z.strictObject({
          n: decimal,
          a: signed,
          b: signed,
          m: decimal,
          q: decimal,
          x: decimal,
          y: decimal,
        }),
      ).min(1).max(2000),
      last: certificate,
    }),
  ])
);

const minusFactors = z.array(
  z.strictObject({ factor: decimal, base: decimal, proof: certificate.optional() }),
).min(1).max(MAX_FACTORS);

const plusFactors = z.array(
  z.strictObject({ factor: decimal, p: decimal, proof: certificate.optional() }),
).min(1).max(MAX_FACTORS);

const candidateCertificate: z.ZodType<CandidateCertificate> = z.union([
  z.strictObject({ type: z.literal("pair"), members: z.tuple([certificate, certificate]) }),
  certificate,
]);

/**
 * Reads a certificate from JSON: every field known, of its type and of bounded size.
 * @throws PrimeSearchError INVALID_CERTIFICATE with the paths
 */
export function parseCertificate(json: unknown): CandidateCertificate {
  requireDepth(json);
  const isPair = typeof json === "object" && json !== null && "type" in json &&
    json.type === "pair";
  const read = readShape(isPair ? candidateCertificate : certificate, json);
  if (!read.faults) return read.value;
  throw new PrimeSearchError(
    "INVALID_CERTIFICATE",
    read.faults.slice(0, 20).map(({ path, message }) => ({
      path: pathText(["certificate", ...path]),
      message,
    })),
  );
}

/** A schema that calls itself must not be led into the depth by its input. */
function requireDepth(json: unknown): void {
  let level: unknown[] = [json];
  for (let depth = 0; level.length > 0; depth++) {
    if (depth > 3 * MAX_DEPTH) {
      throw PrimeSearchError.of("INVALID_CERTIFICATE", "certificate", "is nested too deeply");
    }
    level = level.flatMap((value) =>
      typeof value === "object" && value !== null ? Object.values(value) : []
    );
  }
}
