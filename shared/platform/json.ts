// Documents of ours on their way into a JSON column or an answer.

import type { Json } from "./database.types.ts";
import { toSnake } from "./spelling.ts";

/**
 * `T` where all of it is JSON; a member that JSON would lose or bend (a function, a Map, a typed array) is `never`. What is
 * `unknown` was JSON when it came in, and is taken at its word.
 */
type Jsonable<T> = unknown extends T ? T
  : T extends Json | undefined ? T
  : T extends (...values: never[]) => unknown ? never
  : T extends object ? { [Key in keyof T]: Jsonable<T[Key]> }
  : never;

/**
 * A document as JSON. Interfaces are not assignable to `Json`, because they could be given further members; here the compiler
 * looks at the members that there are.
 */
export function toJson<T>(document: T & Jsonable<T>): Json {
  return document as Json;
}

/** A document of ours as it is stored and sent: JSON, with its members in snake_case. */
export function toDocument<T>(document: T & Jsonable<T>): Json {
  return toSnake(document) as Json;
}
