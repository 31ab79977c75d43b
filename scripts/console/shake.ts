// Drops methods of libraries' classes that nothing names. A bundler keeps every method of a class it keeps; of
// supabase-js the console calls a tenth, and 300 KB are all it may have.
//
// A method goes when its name stands nowhere else in the bundle: as a word, so that even names in strings count.
// What the platform itself calls is kept. Names that are put together at run time would be missed; the tests in a
// browser (task test:console) are there for that.

/** Methods that JavaScript or the browser calls by themselves. */
const CALLED_BY_PLATFORM = new Set([
  ...["constructor", "then", "catch", "finally", "next", "return", "throw"],
  ...["toString", "toJSON", "valueOf", "handleEvent"],
]);

/** A method's lines in the bundle, `end` included. */
interface Method {
  name: string;
  start: number;
  end: number;
  words: Set<string>;
}

const CLASS = /^(\s*)(?:var \w+ = |export |default )*class\b.*\{$/;
const METHOD = /^(\s+)(?:static )?(?:async )?(?:get |set )?([A-Za-z_$][\w$]*)\(.*\) \{$/;
const MODULE = /^\/\/ (\S+\.(?:mjs|js|ts|tsx))$/;

/**
 * The bundle without the methods that nothing names.
 * @param source an unminified bundle as esbuild prints it: a method per block, indented by its class
 * @param library which modules may lose methods, by their path
 */
export function shakeMethods(source: string, library: (path: string) => boolean): string {
  const lines = source.split("\n");
  const methods = findMethods(lines, library);
  const inMethod = new Set(methods.flatMap(({ start, end }) => range(start, end)));
  const live = new Set(words(lines.filter((_, index) => !inMethod.has(index))));
  // A method that is kept brings the names in it; until nothing is added any more.
  let waiting = methods;
  for (;;) {
    const named = waiting.filter(({ name }) => live.has(name) || CALLED_BY_PLATFORM.has(name));
    if (named.length === 0) break;
    for (const method of named) for (const word of method.words) live.add(word);
    waiting = waiting.filter((method) => !named.includes(method));
  }
  const dead = new Set(waiting.flatMap(({ start, end }) => range(start, end)));
  return lines.filter((_, index) => !dead.has(index)).join("\n");
}

function findMethods(lines: string[], library: (path: string) => boolean): Method[] {
  const methods: Method[] = [];
  let path = "";
  let indent: string | null = null;
  for (let at = 0; at < lines.length; at++) {
    const line = lines[at];
    const module = MODULE.exec(line);
    if (module) path = module[1];
    const opened = CLASS.exec(line);
    if (opened) indent = opened[1];
    else if (indent !== null && line.startsWith(`${indent}}`)) indent = null;
    const method = METHOD.exec(line);
    if (!method || indent === null || method[1] !== `${indent}  ` || !library(path)) continue;
    const end = lines.indexOf(`${method[1]}}`, at);
    if (end < 0) throw new Error(`${path}: no end of ${method[2]}`);
    const own = words(lines.slice(at + 1, end + 1)).concat(words([line.slice(line.indexOf("("))]));
    methods.push({ name: method[2], start: at, end, words: new Set(own) });
    at = end;
  }
  return methods;
}

function range(start: number, end: number): number[] {
  return Array.from({ length: end - start + 1 }, (_, index) => start + index);
}

/** Identifiers, in code and strings; not those in comments, which stand on lines of their own. */
function words(lines: string[]): string[] {
  return lines.filter((line) => !/^\s*(?:\*|\/\*|\/\/)/.test(line))
    .flatMap((line) => line.match(/[A-Za-z_$][\w$]*/g) ?? []);
}
