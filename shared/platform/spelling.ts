// One spelling for each side: documents that go over HTTP or stand in a JSON column have members in snake_case, TypeScript
// has them in camelCase. This is the only place that turns one into the other.

type CamelKey<Key> = Key extends `${infer Head}_${infer Tail}`
  ? `${Head}${Capitalize<CamelKey<Tail>>}`
  : Key;

/** A document in camelCase, all the way down. */
export type Camel<Document> = Document extends readonly unknown[]
  ? { [Index in keyof Document]: Camel<Document[Index]> }
  : Document extends object ? { [Key in keyof Document as CamelKey<Key>]: Camel<Document[Key]> }
  : Document;

/** Members of documents, as opposed to keys that are data: names of phases, of rules, ids. */
const SNAKE = /^[a-z][a-z0-9]*(_[a-z0-9]+)+$/, CAMEL = /^[a-z][a-z0-9]*([A-Z][a-z0-9]*)+$/;

/** A copy of a document with its members in camelCase. */
export function toCamel<Document>(document: Document): Camel<Document> {
  return respelled(
    document,
    (key) =>
      SNAKE.test(key)
        ? key.replace(/_([a-z0-9])/g, (_, letter: string) => letter.toUpperCase())
        : key,
  ) as Camel<Document>;
}

/** A copy of a document with its members in snake_case. */
export function toSnake(document: unknown): unknown {
  return respelled(
    document,
    (key) => CAMEL.test(key) ? key.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`) : key,
  );
}

function respelled(value: unknown, spell: (key: string) => string): unknown {
  if (Array.isArray(value)) return value.map((item) => respelled(item, spell));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, member]) => [spell(key), respelled(member, spell)]),
  );
}
