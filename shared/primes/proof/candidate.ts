// The test of a candidate: of its number, or of both numbers of a pair.

import type { Procedure } from "../arithmetic/chain.ts";
import { MILLER_RABIN_BOUND } from "../arithmetic/miller_rabin.ts";
import { plainModulus } from "../arithmetic/modulus.ts";
import { power } from "../arithmetic/power.ts";
import type { CandidateCertificate, Certificate } from "../certificate.ts";
import type { Candidate, Member } from "../forms/form.ts";
import { NOTHING_KNOWN } from "./prove.ts";
import { hasQuickTest, testNumber } from "./number.ts";
import { type Evidence, residueOf, type Verdict } from "./verdict.ts";

/** What a test says of a candidate. */
export type CandidateVerdict =
  | { kind: "prime"; certificate: CandidateCertificate }
  | { kind: "probable"; reason: string }
  /** `member` says which number of a pair failed, from 0. */
  | { kind: "composite"; member: number; evidence: Evidence };

/** Tests a candidate; a pair's second number only where the first has passed. */
export function* testCandidate({ members }: Candidate): Procedure<CandidateVerdict> {
  const certificates: Certificate[] = [];
  let reason: string | null = null;
  let before = 0n;
  for (let i = 0; i < members.length; i++) {
    const value = members[i].value();
    const verdict: Verdict = certificates.length === 1 && isSafe(value, before)
      ? yield* testSafePrime(value, members[i].expression, certificates[0])
      : yield* testMember(members[i], value);
    if (verdict.kind === "composite") return { ...verdict, member: i };
    if (verdict.kind === "probable") reason ??= verdict.reason;
    else certificates.push(verdict.certificate);
    before = value;
  }
  if (reason !== null) return { kind: "probable", reason };
  return {
    kind: "prime",
    certificate: certificates.length === 1
      ? certificates[0]
      : { type: "pair", members: [certificates[0], certificates[1]] },
  };
}

function testMember(member: Member, value: bigint): Procedure<Verdict> {
  const { minus, plus } = NOTHING_KNOWN;
  return testNumber(value, member.expression, {
    get minus() {
      return member.minus?.() ?? minus;
    },
    get plus() {
      return member.plus?.() ?? plus;
    },
  });
}

/** Where 2p + 1 has no quicker test of its own, that p is prime makes Fermat's test a proof. */
function isSafe(value: bigint, half: bigint): boolean {
  return value === 2n * half + 1n && value > MILLER_RABIN_BOUND && value % 3n !== 0n &&
    !hasQuickTest(value);
}

function* testSafePrime(value: bigint, name: string, half: Certificate): Procedure<Verdict> {
  const residue = yield* power(plainModulus(value), 2n, value - 1n);
  return residue === 1n
    ? { kind: "prime", certificate: { type: "safe_prime", n: name, half } }
    : { kind: "composite", evidence: residueOf("fermat", 2n, residue) };
}
