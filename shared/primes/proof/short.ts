// Proofs of short numbers by N-1 alone, for certificates whose readers do not take Miller-Rabin.

import type { Procedure } from "../arithmetic/chain.ts";
import { plainModulus } from "../arithmetic/modulus.ts";
import type { MinusCertificate } from "../certificate.ts";
import { splitNumber, trialFactors } from "./factoring.ts";
import { Side } from "./sides.ts";
import { findBases } from "./witnesses.ts";

/** N - 1 of a prime below Miller-Rabin's bound, factored to its end. @throws Error for another number */
export function* proveByMinus(n: bigint): Procedure<MinusCertificate> {
  const side = new Side(n - 1n);
  for (const prime of yield* trialFactors(n - 1n, 10_000)) side.add(prime);
  for (const prime of (yield* splitNumber(side.rest)).primes) side.add(prime);
  const found = yield* findBases(plainModulus(n), side.powers.map(({ prime }) => prime));
  if (found.outcome !== "found" || side.factored ** 2n <= n) throw new Error(`${n} is not proven`);
  return {
    type: "pocklington",
    n: n.toString(),
    factors: side.powers.map(({ prime }) => ({
      factor: prime.toString(),
      base: found.witnesses.get(prime)!.toString(),
    })),
  };
}
