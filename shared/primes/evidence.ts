/**
 * Evidence of composites as it is kept, a few bytes each: every candidate that was struck out has its factor, every one
 * that failed a test the residue (or the factor that was met). Packed are, in the order of candidates and without gaps,
 * the factor plus one as a number of 7 bits a byte (LEB128), 0 for a find, 1 for "failed a test"; those have their
 * residues in a list beside it.
 */
import { Buffer } from "node:buffer";
import type { Composite } from "./engine.ts";
import { PrimeSearchError } from "./errors.ts";

/** [member, test, base, res64 or factor] of a candidate that failed a test. */
export type KeptResidue = [member: number, test: string, base: string, value: string];

/** As the database keeps it. */
export interface Evidence {
  /** Base 64. */
  factors: string;
  /** Of the candidates that failed a test, in order. */
  residues: KeptResidue[];
}

const FIND = 0;
const FAILED = 1;

/** Packs what is known of the composites of a block. @param composites by index */
export function packEvidence(
  start: number,
  end: number,
  composites: readonly Composite[],
): Evidence {
  const bytes: number[] = [];
  const residues: KeptResidue[] = [];
  let next = 0;
  for (let index = start; index <= end; index++) {
    const composite = composites[next]?.index === index ? composites[next++] : null;
    if (composite === null) {
      push(bytes, FIND);
    } else if ("factor" in composite && composite.member === undefined) {
      push(bytes, Number(composite.factor) + 1);
    } else {
      push(bytes, FAILED);
      residues.push(
        "factor" in composite
          ? [composite.member!, "factor", "", composite.factor]
          : [composite.member, composite.test, composite.base, composite.res64],
      );
    }
  }
  return { factors: Buffer.from(bytes).toString("base64"), residues };
}

function push(bytes: number[], value: number): void {
  for (; value >= 0x80; value = Math.floor(value / 0x80)) bytes.push(value % 0x80 + 0x80);
  bytes.push(value);
}

/** The composites of a block that starts there, by index. @throws PrimeSearchError INVALID_BLOCK for torn evidence */
export function unpackEvidence(start: number, { factors, residues }: Evidence): Composite[] {
  const composites: Composite[] = [];
  let index = start;
  let failed = 0;
  for (const value of numbers(Buffer.from(factors, "base64"))) {
    if (value === FAILED) {
      const [member, test, base, kept] = residues[failed++] ?? torn();
      composites.push(
        test === "factor"
          ? { index, member, factor: kept }
          : { index, member, test, base, res64: kept },
      );
    } else if (value !== FIND) {
      composites.push({ index, factor: `${value - 1}` });
    }
    index++;
  }
  if (failed !== residues.length) torn();
  return composites;
}

function* numbers(bytes: Uint8Array): Generator<number> {
  let value = 0;
  let scale = 1;
  for (const byte of bytes) {
    value += (byte & 0x7f) * scale;
    scale *= 0x80;
    if (byte >= 0x80) continue;
    yield value;
    [value, scale] = [0, 1];
  }
  if (scale !== 1) torn();
}

function torn(): never {
  throw PrimeSearchError.of("INVALID_BLOCK", "evidence", "is not whole");
}
