// Programs of others, for a second opinion: PARI/GP and Math::Prime::Util, where they are installed.

import { Buffer } from "node:buffer";
import { spawnSync } from "node:child_process";

function run(command: string, args: string[], input: string): string | null {
  const { status, stdout, error } = spawnSync(command, args, {
    input: Buffer.from(input),
    encoding: "utf8",
    timeout: 120_000,
  });
  return error || status !== 0 ? null : stdout;
}

/** Says in a test's name why it is left out. */
export interface Outside {
  available: boolean;
  /** "", or the reason in brackets. */
  note: string;
}

function outside(available: boolean, name: string): Outside {
  return { available, note: available ? "" : ` (left out: ${name} is not installed)` };
}

/** PARI/GP. */
export const GP = outside(run("gp", ["-q", "-f"], "print(1)\n") !== null, "gp");

/** Math::Prime::Util with its verifier. */
export const MPU = outside(
  run("perl", ["-MMath::Prime::Util=verify_prime", "-e", "print 1"], "") !== null,
  "libmath-prime-util-perl",
);

/** Lines that gp prints for a program. @throws Error where it fails */
export function gp(program: string): string[] {
  const output = run("gp", ["-q", "-f", "-s", "256M"], program);
  if (output === null) throw new Error("gp failed");
  return output.trim().split("\n");
}

/** Whether Math::Prime::Util's verifier accepts these certificates, one by one. @throws Error where it fails */
export function verifyPrime(texts: readonly string[]): boolean[] {
  const program = 'use Math::Prime::Util qw/verify_prime/; local $/ = "\\0"; ' +
    "while (<STDIN>) { chomp; print verify_prime($_) ? 1 : 0; }";
  const output = run("perl", ["-e", program], texts.join("\0"));
  if (output === null) throw new Error("verify_prime failed");
  return [...output].map((digit) => digit === "1");
}
