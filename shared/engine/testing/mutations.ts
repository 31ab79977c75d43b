/**
 * Documents that nobody wrote: each is a good one with one value dropped, or of another kind, or out of all bounds.
 * Whoever reads documents refuses them with an error of its own, or takes them for good.
 */

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

/** Each place dropped, said twice where it is an entry of a list, and replaced by each odd value. */
export function* mutationsOf(good: unknown): Generator<Mutation> {
  const document = frozen(structuredClone(good));
  for (const path of placesIn(document)) {
    const place = pathText(path) || "all of it";
    for (const value of ODD_VALUES) {
      yield {
        what: `${place} is ${JSON.stringify(value)}`,
        path,
        document: changed(document, path, () => value),
      };
    }
    if (path.length === 0) continue;
    yield { what: `${place} is dropped`, path, document: changed(document, path, null) };
    if (typeof path.at(-1) !== "number") continue;
    const twice = changed(
      document,
      path.slice(0, -1),
      (list) => [...list as unknown[], (list as unknown[])[path.at(-1) as number]],
    );
    yield { what: `${place} comes twice`, path, document: twice };
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
