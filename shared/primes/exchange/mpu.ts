/**
 * Certificates in the text format of Math::Prime::Util ("[MPU - Primality Certificate]"), both ways. Read
 * are the types Small, Pocklington, BLS3, BLS5, BLS15, Lucas, ECPP, ECPP3 and ECPP4; written what these
 * can say: everything by N-1, safe primes and curves. LLR and proofs by N+1 have no type there.
 */
import { complete } from "../arithmetic/chain.ts";
import { jacobi, mod } from "../arithmetic/integers.ts";
import { MILLER_RABIN_BOUND } from "../arithmetic/miller_rabin.ts";
import type { Certificate, EcppStep, MinusFactor } from "../certificate.ts";
import { PrimeSearchError } from "../errors.ts";
import { proveByMinus } from "../proof/short.ts";

const HEADER = "[MPU - Primality Certificate]";
/** Below this MPU's type Small is the proof. */
const SMALL = 1n << 64n;
const MAX_TEXT = 20_000_000;
const MAX_SECTIONS = 5000;

/** One "Type X" with its fields. */
interface Section {
  type: string;
  fields: Map<string, bigint>;
}

function refuse(message: string): never {
  throw PrimeSearchError.of("INVALID_CERTIFICATE", "certificate", message);
}

/** Reads a certificate; whether it proves anything is for the checker to say. @throws PrimeSearchError INVALID_CERTIFICATE */
export function readMpu(text: string): Certificate {
  if (text.length > MAX_TEXT) refuse("is too long");
  if (!text.includes(HEADER)) refuse(`has no line "${HEADER}"`);
  const lines = text.slice(text.indexOf(HEADER)).split(/\r?\n/).slice(1)
    .map((line) => line.trim()).filter((line) => line !== "" && !line.startsWith("#"));
  let subject: bigint | null = null;
  const sections = new Map<bigint, Section>();
  let current: Section | null = null;
  for (const line of lines) {
    const type = /^Type\s+(\w+)$/i.exec(line);
    if (type) {
      current = { type: type[1].toUpperCase(), fields: new Map() };
      continue;
    }
    const field = /^(\w+(?:\[\d+\])?)\s+(-?\d+)$/.exec(line);
    if (!field) {
      if (/^(Version|Proof for|Base|-+)/i.test(line)) continue;
      refuse(`has a line that is not understood: "${line.slice(0, 40)}"`);
    }
    const [, name, value] = field;
    if (name.toLowerCase() === "base" && current === null) {
      if (value !== "10") refuse("is in another base than 10");
      continue;
    }
    if (current === null) {
      if (name.toUpperCase() === "N") subject = BigInt(value);
      continue;
    }
    current.fields.set(name.toUpperCase(), BigInt(value));
    if (name.toUpperCase() === "N") sections.set(BigInt(value), current);
    if (sections.size > MAX_SECTIONS) refuse("has too many parts");
  }
  if (subject === null) refuse("does not say what it is for");
  return new MpuReader(sections).certificate(subject, 0);
}

class MpuReader {
  readonly #sections: ReadonlyMap<bigint, Section>;

  constructor(sections: ReadonlyMap<bigint, Section>) {
    this.#sections = sections;
  }

  certificate(n: bigint, depth: number): Certificate {
    if (depth > 1000) refuse("leads in a circle");
    const section = this.#sections.get(n);
    const name = n.toString();
    if (!section || section.type === "SMALL") {
      return n < SMALL ? { type: "small", n: name } : refuse(`has no proof for ${name}`);
    }
    const get = (field: string) =>
      section.fields.get(field) ?? refuse(`has a ${section.type} without ${field}`);
    const minus = (list: [factor: bigint, base: bigint][], type: "pocklington" | "bls_n1") => ({
      type,
      n: name,
      factors: list.map(([factor, base]) => this.#minusFactor(factor, base, depth)),
    });
    switch (section.type) {
      case "POCKLINGTON":
        return minus([[get("Q"), get("A")]], "pocklington");
      case "BLS3":
        return minus([[2n, get("A")], [get("Q"), get("A")]], "pocklington");
      case "BLS5":
        return minus(listed(section, 2n), "bls_n1");
      case "LUCAS":
        return minus(listed(section, null, get("A")), "pocklington");
      case "BLS15": {
        const [p, q] = [get("LP"), get("LQ")];
        const factors = [2n, get("Q")].map((factor) => ({
          factor: factor.toString(),
          p: p.toString(),
          ...this.#proof(factor, depth),
        }));
        // V_((N+1)/2) = 0 is the condition for 2, too.
        const discriminant = (p * p - 4n * q).toString();
        return { type: "morrison", n: name, discriminant, factors };
      }
      case "ECPP":
      case "ECPP3":
      case "ECPP4":
        return this.#curves(n);
    }
    return refuse(`has a type that is not known: ${section.type}`);
  }

  #minusFactor(factor: bigint, base: bigint, depth: number): MinusFactor {
    const proof = this.#proof(factor, depth);
    return { factor: factor.toString(), base: base.toString(), ...proof };
  }

  #proof(factor: bigint, depth: number): { proof?: Certificate } {
    return factor < SMALL ? {} : { proof: this.certificate(factor, depth + 1) };
  }

  /** Steps over curves one after the other, as one certificate. */
  #curves(n: bigint): Certificate {
    const steps: EcppStep[] = [];
    let at = n;
    for (let section = this.#sections.get(at); section?.type.startsWith("ECPP");) {
      const step = curveStep(at, section);
      steps.push(step);
      if (steps.length > 2000) refuse("leads in a circle");
      at = BigInt(step.q);
      section = this.#sections.get(at);
    }
    return { type: "ecpp", n: n.toString(), steps, last: this.certificate(at, 0) };
  }
}

/** Q[i] with A[i], which is 2 by default; in BLS5 2 is Q[0] without being written. */
function listed(
  { fields }: Section,
  first: bigint | null,
  base: bigint | null = null,
): [bigint, bigint][] {
  const list: [bigint, bigint][] = first === null ? [] : [[first, fields.get("A[0]") ?? 2n]];
  for (let i = 1; fields.has(`Q[${i}]`); i++) {
    list.push([fields.get(`Q[${i}]`)!, base ?? fields.get(`A[${i}]`) ?? 2n]);
  }
  return list;
}

function curveStep(n: bigint, { type, fields }: Section): EcppStep {
  const get = (field: string) => fields.get(field) ?? refuse(`has a ${type} without ${field}`);
  if (type === "ECPP") {
    return printStep(n, get("A"), get("B"), get("M"), get("Q"), get("X"), get("Y"));
  }
  // As Primo writes it: T gives the point (TL, L^2) on y^2 = x^3 + AL^2 x + BL^3, L = T^3 + AT + B.
  const [r, s, t] = [get("R"), get("S"), get("T")];
  const j = type === "ECPP4" ? get("J") : 0n;
  const a = type === "ECPP4" ? 3n * j * (1728n - j) : get("A");
  const b = type === "ECPP4" ? 2n * j * (1728n - j) ** 2n : get("B");
  const l = mod(t ** 3n + a * t + b, n);
  return printStep(n, mod(a * l * l, n), mod(b * l ** 3n, n), r * s, r, mod(t * l, n), l * l % n);
}

function printStep(
  n: bigint,
  a: bigint,
  b: bigint,
  m: bigint,
  q: bigint,
  x: bigint,
  y: bigint,
): EcppStep {
  const text = (value: bigint) => value.toString();
  return {
    n: text(n),
    a: text(a),
    b: text(b),
    m: text(m),
    q: text(q),
    x: text(mod(x, n)),
    y: text(mod(y, n)),
  };
}

/** A certificate of n as MPU's text; null where its types have no word for a part of it. */
export function writeMpu(n: bigint, certificate: Certificate): string | null {
  const sections: string[] = [];
  if (!describe(n, certificate, sections)) return null;
  return [HEADER, "Version 1.0", "", "Proof for:", `N ${n}`, "", sections.join("\n\n"), ""].join(
    "\n",
  );
}

function section(type: string, fields: [string, bigint | string][]): string {
  return [`Type ${type}`, ...fields.map(([name, value]) => `${name} ${value}`)].join("\n");
}

/** Adds the sections for n; answers whether there are words for all of it. */
function describe(n: bigint, certificate: Certificate, sections: string[]): boolean {
  if (n < SMALL) {
    sections.push(section("Small", [["N", n]]));
    return true;
  }
  switch (certificate.type) {
    case "small":
    case "miller_rabin":
      return n < MILLER_RABIN_BOUND && describe(n, complete(proveByMinus(n)), sections);
    case "proth":
      return byMinus(n, [{ factor: "2", base: certificate.base }], sections);
    case "pocklington":
    case "bls_n1":
      return byMinus(n, certificate.factors, sections);
    case "safe_prime": {
      const half = (n - 1n) / 2n;
      sections.push(section("Pocklington", [["N", n], ["Q", half], ["A", "2"]]));
      return describe(half, certificate.half, sections);
    }
    case "ecpp": {
      for (const { n, a, b, m, q, x, y } of certificate.steps) {
        const fields: [string, string][] = [["N", n], ["A", a], ["B", b], ["M", m], ["Q", q]];
        sections.push(section("ECPP", [...fields, ["X", x], ["Y", y]]));
      }
      const last = BigInt(certificate.steps[certificate.steps.length - 1].q);
      return describe(last, certificate.last, sections);
    }
  }
  return false;
}

/** As BLS5, which takes 2 for granted: by Euler's criterion a non-residue is its witness. */
function byMinus(n: bigint, factors: readonly MinusFactor[], sections: string[]): boolean {
  const ofTwo = factors.find(({ factor }) => factor === "2")?.base ?? nonResidue(n);
  const odd = factors.filter(({ factor }) => factor !== "2");
  sections.push(section("BLS5", [
    ["N", n],
    ...odd.map(({ factor }, i): [string, string] => [`Q[${i + 1}]`, factor]),
    ["A[0]", ofTwo],
    ...odd.map(({ base }, i): [string, string] => [`A[${i + 1}]`, base]),
    ["----", ""],
  ]));
  return odd.every(({ factor, proof }) =>
    describe(BigInt(factor), proof ?? { type: "miller_rabin", n: factor }, sections)
  );
}

function nonResidue(n: bigint): string {
  let a = 2n;
  while (jacobi(a, n) !== -1) a++;
  return a.toString();
}
