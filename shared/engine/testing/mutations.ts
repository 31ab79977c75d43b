/**
 * Documents that nobody wrote: each is a good one with one value dropped, or of another kind, or out of all bounds.
 * Whoever reads documents refuses them with an error of its own, or takes them for good.
 */

import assert from "node:assert/strict";
import { pathText } from "../paths.ts";

/** What a value is replaced by. Texts that read like numbers, numbers that no count can be, and other kinds. */
const ODD_VALUES: readonly unknown[] = [
  ...[null, true, false, "", "x", "NaN", "Infinity", "-1", "1e999", "constructor"],
  ...[0, -1, 1.5, 7, 1e9, 2 ** 53, -(2 ** 31), 1e308],
  ...[[], {}, [null], ["x"], [[]], [{}], [-1], [1e9], { name: "x" }, {
    __proto__: null,
    length: 3,
  }],
];

/** A place in a document. */
export type Path = (string | number)[];

/** A document with one change, in words. */
export interface Mutation {
  what: string;
  path: Path;
  document: unknown;
  /** `lines[].name: number` where a value is now of a kind that the good document has at no place of this sort; else null. */
  otherKind: string | null;
}

/** Every place in a document, the whole of it included; of long lists the first two entries and the last. */
function* placesIn(value: unknown, path: Path = []): Generator<Path> {
  yield path;
  if (typeof value !== "object" || value === null) return;
  const names = Array.isArray(value)
    ? [...new Set([0, 1, value.length - 1])].filter((i) => i >= 0 && i < value.length)
    : Object.keys(value);
  for (const name of names) {
    yield* placesIn((value as Record<string | number, unknown>)[name], [...path, name]);
  }
}

/** What JSON calls a value. */
function kindOf(value: unknown): string {
  return value === null ? "null" : Array.isArray(value) ? "list" : typeof value;
}

/** A place, whichever entry of its lists it is in: `lines[].name`. */
function sortOf(path: Path): string {
  return pathText(path).replace(/\[\d+\]/g, "[]");
}

/** `place: kind` of all values of a document. */
export function kindsIn(value: unknown, path: Path = [], kinds = new Set<string>()): Set<string> {
  kinds.add(`${sortOf(path)}: ${kindOf(value)}`);
  if (typeof value === "object" && value !== null) {
    const entries = Array.isArray(value) ? [...value.entries()] : Object.entries(value);
    for (const [name, member] of entries) kindsIn(member, [...path, name], kinds);
  }
  return kinds;
}

/**
 * Fails where a document was read although a value of it is of a kind that is nowhere in the good one, so that whatever is not looked at is found.
 * @param read the mutations that were read
 * @param also places where there may be such a kind besides, and those where there may be any: `lines[].name: any`
 */
export function assertKindsAreLookedAt(read: readonly Mutation[], also: readonly string[]): void {
  const found = read.flatMap(({ otherKind }) => otherKind ?? []).map((kind) => {
    const any = kind.replace(/: \w+$/, ": any");
    return also.includes(any) ? any : kind;
  });
  assert.deepEqual([...new Set(found)].sort(), [...also].sort());
}

/** Each place dropped, said twice where it is an entry of a list, and replaced by each odd value. */
export function* mutationsOf(good: unknown): Generator<Mutation> {
  const document = frozen(structuredClone(good)), kinds = kindsIn(document);
  for (const path of placesIn(document)) {
    const place = pathText(path) || "all of it";
    for (const value of ODD_VALUES) {
      const kind = `${sortOf(path)}: ${kindOf(value)}`;
      yield {
        what: `${place} is ${JSON.stringify(value)}`,
        path,
        document: changed(document, path, () => value),
        otherKind: kinds.has(kind) ? null : kind,
      };
    }
    if (path.length === 0) continue;
    const dropped = changed(document, path, null);
    yield { what: `${place} is dropped`, path, document: dropped, otherKind: null };
    if (typeof path.at(-1) !== "number") continue;
    const twice = changed(
      document,
      path.slice(0, -1),
      (list) => [...list as unknown[], (list as unknown[])[path.at(-1) as number]],
    );
    yield { what: `${place} comes twice`, path, document: twice, otherKind: null };
  }
}

/** All of a document is the same for every mutant but the way to its change: who wrote into it would meet with an error. */
function frozen<Value>(value: Value): Value {
  if (typeof value !== "object" || value === null) return value;
  Object.values(value).forEach(frozen);
  return Object.freeze(value);
}

/** A document with another value at a place; `change` null: without it. */
function changed(
  document: unknown,
  path: Path,
  change: ((value: unknown) => unknown) | null,
): unknown {
  const [name, ...rest] = path;
  if (name === undefined) return change!(document);
  const copy = (Array.isArray(document) ? [...document] : { ...document as object }) as Record<
    string | number,
    unknown
  >;
  if (rest.length > 0 || change) copy[name] = changed(copy[name], rest, change);
  else if (Array.isArray(copy)) copy.splice(name as number, 1);
  else delete copy[name];
  return copy;
}
