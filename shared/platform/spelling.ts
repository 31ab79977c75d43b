// One spelling for each side: documents that go over HTTP or stand in a JSON column have members in snake_case, TypeScript
// has them in camelCase. This is the only place that turns one into the other. What an engine keeps for itself alone (its state
// between slices, and the problem as it read it) is no document: it stands in the database as the code has it, with a version.

type CamelKey<Key> = Key extends `${infer Head}_${infer Tail}`
  ? `${Head}${Capitalize<CamelKey<Tail>>}`
  : Key;

/** A document in camelCase, all the way down but for what stands in members of the names `Kept`. */
export type Camel<Document, Kept = never> = Document extends readonly unknown[]
  ? { [Index in keyof Document]: Camel<Document[Index], Kept> }
  : Document extends object ? {
      [Key in keyof Document as CamelKey<Key>]: Key extends Kept ? Document[Key]
        : Camel<Document[Key], Kept>;
    }
  : Document;

/** Members of documents, as opposed to keys that are data: names of phases, of rules, ids. */
const SNAKE = /^[a-z][a-z0-9]*(_[a-z0-9]+)+$/, CAMEL = /^[a-z][a-z0-9]*([A-Z][a-z0-9]*)+$/;

/**
 * A copy of a document with its members in camelCase.
 * @param kept names of members whose values are not documents of ours and stay as they are: constraints, JSON Schemas
 */
export function toCamel<Document, Kept extends string = never>(
  document: Document,
  kept: readonly Kept[] = [],
): Camel<Document, Kept> {
  return respelled(
    document,
    (key) =>
      SNAKE.test(key)
        ? key.replace(/_([a-z0-9])/g, (_, letter: string) => letter.toUpperCase())
        : key,
    kept,
  ) as Camel<Document, Kept>;
}

/** A copy of a document with its members in snake_case. @param kept as of `toCamel()` */
export function toSnake(document: unknown, kept: readonly string[] = []): unknown {
  return respelled(
    document,
    (key) => CAMEL.test(key) ? key.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`) : key,
    kept,
  );
}

function respelled(
  value: unknown,
  spell: (key: string) => string,
  kept: readonly string[],
): unknown {
  if (Array.isArray(value)) return value.map((item) => respelled(item, spell, kept));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, member]) => [
      spell(key),
      kept.includes(key) ? member : respelled(member, spell, kept),
    ]),
  );
}
