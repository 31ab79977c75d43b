// Digests: of checkpoints, so that a torn one is seen, and of results, so that two searches compare.

import { createHash } from "node:crypto";

/** SHA-256 of a text, in hexadecimal. */
export function sha256(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}

/** JSON with keys in order, as a database may return them in any. */
export function canonicalJson(value: unknown): string {
  if (typeof value !== "object" || value === null) return JSON.stringify(value) ?? "null";
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(",")}]`;
  const entries = Object.entries(value).filter(([, each]) => each !== undefined)
    .sort(([a], [b]) => a < b ? -1 : 1)
    .map(([key, each]) => `${JSON.stringify(key)}:${canonicalJson(each)}`);
  return `{${entries.join(",")}}`;
}

/** A value with the digest of its content. */
export interface Sealed<Value> {
  value: Value;
  digest: string;
}

/** Seals a plain JSON value. */
export function seal<Value>(value: Value): Sealed<Value> {
  return { value, digest: sha256(canonicalJson(value)) };
}

/** The value, or null where it is not what was sealed. */
export function unseal<Value>(sealed: Sealed<Value> | null): Value | null {
  if (sealed === null || sha256(canonicalJson(sealed.value)) !== sealed.digest) return null;
  return sealed.value;
}
