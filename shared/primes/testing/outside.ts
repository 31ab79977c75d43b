// Programs of others, for a second opinion: PARI/GP and Math::Prime::Util, where they are installed.

import { spawnSync } from "node:child_process";

const TIMEOUT_MS = 300_000;

/** What a program prints; null where it fails or is not there. */
function run(command: string, args: string[]): string | null {
  const { status, stdout, error } = spawnSync(command, args, {
    encoding: "utf8",
    timeout: TIMEOUT_MS,
    maxBuffer: 2 ** 28,
  });
  return error || status !== 0 ? null : stdout;
}

/** Runs a program on a text, which it reads from a file. */
function runOn(text: string, command: string, args: string[]): string | null {
  const file = Deno.makeTempFileSync();
  try {
    Deno.writeTextFileSync(file, text);
    return run(command, [...args, file]);
  } finally {
    Deno.removeSync(file);
  }
}

/** Says in a test's name why it is left out. */
export interface Outside {
  available: boolean;
  /** "", or the reason in brackets. */
  note: string;
}

function outside(answer: string | null, name: string): Outside {
  const available = answer?.trim() === "1";
  return { available, note: available ? "" : ` (left out: ${name} is not installed)` };
}

const GP_ARGS = ["-q", "-f", "-s", "256M"];
const VERIFY = 'use Math::Prime::Util qw/verify_prime/; local $/ = "\\0"; ' +
  "while (<>) { chomp; print verify_prime($_) ? 1 : 0; }";
const CERTIFY = "use Math::Prime::Util qw/prime_certificate/; print prime_certificate($ARGV[0]);";

/** PARI/GP. */
export const GP = outside(runOn("print(1)\nquit\n", "gp", GP_ARGS), "gp");

/** Math::Prime::Util with its verifier. */
export const MPU = outside(
  run("perl", ["-MMath::Prime::Util=verify_prime", "-e", "print 1"]),
  "libmath-prime-util-perl",
);

/** Lines that gp prints for a program. @throws Error where it fails */
export function gp(program: string): string[] {
  const output = runOn(`${program}\nquit\n`, "gp", GP_ARGS);
  if (output === null) throw new Error("gp failed");
  return output.trim().split("\n");
}

/** Whether Math::Prime::Util's verifier accepts these certificates, one by one. @throws Error where it fails */
export function verifyPrime(texts: readonly string[]): boolean[] {
  const output = runOn(texts.join("\0"), "perl", ["-e", VERIFY]);
  if (output === null) throw new Error("verify_prime failed");
  return [...output].map((digit) => digit === "1");
}

/** A certificate that Math::Prime::Util makes. @throws Error where it fails */
export function mpuCertificate(n: bigint): string {
  const output = run("perl", ["-e", CERTIFY, n.toString()]);
  if (output === null) throw new Error("prime_certificate failed");
  return output;
}
