// Which files of a project a function is made of, and whether they have changed: an isolate serves as long as they have
// not.
import { readFileSync, statSync } from "node:fs";
import { dirname, resolve } from "node:path";

/** A relative import or export of a module, also one of a type. */
const RELATIVE = /(?:from|import)\s*\(?\s*["'](\.{1,2}\/[^"']+)["']/g;

/** The files that a module reaches by relative imports, the module included. What is not there is left out. */
export function sourcesOf(entrypoint: string): string[] {
  const found = new Set<string>();
  const visit = (path: string) => {
    if (found.has(path)) return;
    const text = read(path);
    if (text === null) return;
    found.add(path);
    for (const [, specifier] of text.matchAll(RELATIVE)) visit(resolve(dirname(path), specifier));
  };
  visit(resolve(entrypoint));
  return [...found];
}

/** A text that differs when one of the files was written, made or removed. */
export function stampOf(paths: string[]): string {
  return paths.map((path) => {
    const info = statSync(path, { throwIfNoEntry: false });
    return info ? `${info.mtimeMs}/${info.size}/${info.ino}` : "-";
  }).join(" ");
}

/** Reads a value again only when one of its files has changed. */
export function rereading<T>(paths: string[], read: () => Promise<T>): () => Promise<T> {
  let stamp: string | null = null;
  let value: Promise<T>;
  return () => {
    const now = stampOf(paths);
    if (now !== stamp) [stamp, value] = [now, read()];
    return value;
  };
}

function read(path: string): string | null {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return null;
  }
}
