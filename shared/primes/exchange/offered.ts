/** Certificates as people send and fetch them: as our JSON, as text of Math::Prime::Util or of PARI/GP, of a pair both. */
import { type CandidateCertificate, type Certificate, parseCertificate } from "../certificate.ts";
import { claimedNumbers } from "../check/claims.ts";
import { evaluate } from "../check/expression.ts";
import { PrimeSearchError } from "../errors.ts";
import { readMpu, writeMpu } from "./mpu.ts";
import { readPari } from "./pari.ts";

/** The prime that a certificate is for. */
export interface Claimed {
  form: string;
  expression: string;
}

/**
 * Reads a certificate for a prime: a text, our JSON, or of a pair a list of two. Whether it proves anything is for the
 * checker to say; here it must be readable, and for that number.
 * @throws PrimeSearchError INVALID_CERTIFICATE, INVALID_EXPRESSION, UNKNOWN_FORM
 */
export function readOffered(offered: unknown, { form, expression }: Claimed): CandidateCertificate {
  const numbers = claimedNumbers(form, expression);
  const certificate = Array.isArray(offered) ? pairOf(offered) : readOne(offered);
  const members = certificate.type === "pair" ? certificate.members : [certificate];
  if (members.length !== numbers.length) {
    refuse(numbers.length === 2 ? "is to be of both numbers of the pair" : "is of two numbers");
  }
  members.forEach((member, at) => {
    if (evaluate(member.n) !== numbers[at]) refuse(`is for another number than ${expression}`);
  });
  return certificate;
}

function pairOf(offered: unknown[]): CandidateCertificate {
  if (offered.length !== 2) refuse("of a pair is a list of two");
  const members = offered.map(readOne).map((member) =>
    member.type === "pair" ? refuse("is a pair within a pair") : member
  );
  return { type: "pair", members: members as [Certificate, Certificate] };
}

function readOne(offered: unknown): CandidateCertificate {
  if (typeof offered !== "string") return parseCertificate(offered);
  const text = offered.trim();
  if (text.startsWith("{")) return parseCertificate(jsonOf(text));
  // Both readers' results are bounded and typed as anybody's certificate is.
  return parseCertificate(text.includes("[MPU") ? readMpu(text) : readPari(text));
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return refuse("is not JSON");
  }
}

function refuse(message: string): never {
  throw PrimeSearchError.of("INVALID_CERTIFICATE", "certificate", message);
}

/** The certificate of a prime as text of Math::Prime::Util, of a pair one after the other; null where its types have no word for it. */
export function mpuText(claimed: Claimed, json: unknown): string | null {
  const certificate = parseCertificate(json);
  const members = certificate.type === "pair" ? certificate.members : [certificate];
  const texts = claimedNumbers(claimed.form, claimed.expression)
    .map((n, at) => writeMpu(n, members[at]));
  return texts.every((text) => text !== null) ? texts.join("\n") : null;
}
