/**
 * Certificates of PARI/GP as `print(primecert(N))` writes them: a number below 2^64, or the steps
 * [N, t, s, a, [x, y]] of an elliptic curve proof: the curve y^2 = x^3 + ax + b has m = N + 1 - t points,
 * q = m/s is the next step's number.
 */
import { mod } from "../arithmetic/integers.ts";
import type { Certificate, EcppStep } from "../certificate.ts";
import { PrimeSearchError } from "../errors.ts";

const MAX_TEXT = 20_000_000;

/** Numbers and lists of numbers. */
type Vector = bigint | Vector[];

function refuse(message: string): never {
  throw PrimeSearchError.of("INVALID_CERTIFICATE", "certificate", message);
}

/** Reads a certificate; whether it proves anything is for the checker to say. @throws PrimeSearchError INVALID_CERTIFICATE */
export function readPari(text: string): Certificate {
  if (text.length > MAX_TEXT) refuse("is too long");
  const vector = readVector(text);
  if (typeof vector === "bigint") return { type: "small", n: vector.toString() };
  const steps = vector.map(readStep);
  if (steps.length === 0) refuse("has no steps");
  const last = steps[steps.length - 1].q;
  return { type: "ecpp", n: steps[0].n, steps, last: { type: "small", n: last } };
}

function readVector(text: string): Vector {
  const json = text.replace(/\s+/g, "").replace(/-?\d+/g, (digits) => `"${digits}"`);
  const convert = (value: unknown): Vector => {
    if (Array.isArray(value)) return value.map(convert);
    return typeof value === "string" ? BigInt(value) : refuse("holds something else than numbers");
  };
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch {
    refuse("is not a vector as gp prints it");
  }
  return convert(value);
}

function readStep(step: Vector): EcppStep {
  const fields = typeof step === "bigint" ? [] : step.flat();
  if (fields.length !== 6 || fields.some((field) => typeof field !== "bigint")) {
    refuse("has a step that is not [N, t, s, a, [x, y]]");
  }
  const [n, t, s, a, x, y] = fields as bigint[];
  if (n < 2n || s < 1n) refuse("has a step with a number out of bounds");
  const m = n + 1n - t;
  const b = mod(y * y - x * x * x - a * x, n);
  const text = (value: bigint) => value.toString();
  return {
    n: text(n),
    a: text(mod(a, n)),
    b: text(b),
    m: text(m < 0n ? 0n : m),
    q: text(m > 0n ? m / s : 0n),
    x: text(mod(x, n)),
    y: text(mod(y, n)),
  };
}
