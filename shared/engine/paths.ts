// Where something stands in a document, in the one spelling that faults have: `constraints[1].value`, `options.from`, `[0]`.

/** The path of a member, or of an entry of a list (by its number), of what stands at a path. */
export function below(path: string, key: PropertyKey): string {
  if (typeof key === "number") return `${path}[${key}]`;
  return path === "" ? String(key) : `${path}.${String(key)}`;
}

/** A path as a text; empty: the whole document. */
export function pathText(path: readonly PropertyKey[]): string {
  return path.reduce<string>(below, "");
}
