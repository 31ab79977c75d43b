// Drops methods of libraries' classes that nothing names. A bundler keeps every method of a class it keeps; of
// supabase-js the console calls a tenth, and 330 KB are all it may have.
//
// A method goes when its name stands nowhere else in the bundle: as a word, so that even names in strings count. The
// same holds for members that are a method's other name (`enroll: this._enroll.bind(this)`). What the platform itself
// calls is kept, and statements for debugging go too. Names that are put together at run time would be missed; the
// tests in a browser (task test:console) are there for that.

/** Methods that JavaScript or the browser calls by themselves. */
const CALLED_BY_PLATFORM = new Set([
  ...["constructor", "then", "catch", "finally", "next", "return", "throw"],
  ...["toString", "toJSON", "valueOf", "handleEvent"],
]);

/** Lines of the bundle, `end` included, that go when nothing names them: a method, or another name of one. */
interface Method {
  /** `Class.method`; for another name, the method that it means. */
  path: string;
  name: string;
  start: number;
  end: number;
  words: Set<string>;
}

const CLASS = /^(\s*)(?:var (\w+) = |export |default )*class\b(?: (\w+))?.*\{$/;
const METHOD = /^(\s+)(?:static )?(?:async )?(?:get |set )?([A-Za-z_$][\w$]*)\(.*\) \{$/;
const OTHER_NAME = /^\s+([A-Za-z_$][\w$]*): this\.([\w$]+)\.bind\(this\),?$/;
/** Statements that only write a debug log, which the console never turns on. */
const DEBUG = /^\s+this\._debug\(.*\);$/;
const MODULE = /^\/\/ (\S+\.(?:mjs|js|ts|tsx))$/;

/**
 * The bundle without the methods that nothing names.
 * @param source an unminified bundle as esbuild prints it: a method per block, indented by its class
 * @param library which modules may lose methods, by their path
 * @param never methods, as `Class.method`, that are named but never called; their other names go with them
 * @throws Error where one of these does not exist
 */
export function shakeMethods(
  source: string,
  library: (path: string) => boolean,
  never: readonly string[] = [],
): string {
  const lines = source.split("\n").filter((line, at, all) => {
    // What stands alone below an `if` is its branch.
    return !(DEBUG.test(line) && /[;{}]$/.test(all[at - 1]));
  });
  const methods = findMethods(lines, library);
  const missing = never.filter((path) => !methods.some((method) => method.path === path));
  if (missing.length > 0) throw new Error(`no library has ${missing}`);
  const inMethod = new Set(methods.flatMap(({ start, end }) => range(start, end)));
  const live = new Set(words(lines.filter((_, index) => !inMethod.has(index))));
  // A method that is kept brings the names in it; until nothing is added any more.
  let waiting = methods;
  for (;;) {
    const named: Method[] = waiting.filter(({ name, path }) =>
      (live.has(name) || CALLED_BY_PLATFORM.has(name)) && !never.includes(path)
    );
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
  let className = "";
  let end = -1;
  for (const [at, line] of lines.entries()) {
    path = MODULE.exec(line)?.[1] ?? path;
    if (!library(path)) continue;
    const other = OTHER_NAME.exec(line);
    if (other) {
      const name = other[1];
      const path = `${className}.${other[2]}`;
      methods.push({ path, name, start: at, end: at, words: new Set([other[2]]) });
    }
    if (at <= end) continue;
    const opened = CLASS.exec(line);
    if (opened) {
      indent = opened[1];
      className = opened[2] ?? opened[3] ?? "";
    }
    if (!opened && indent !== null && line.startsWith(`${indent}}`)) indent = null;
    const method = METHOD.exec(line);
    if (!method || indent === null || method[1] !== `${indent}  `) continue;
    end = lines.indexOf(`${method[1]}}`, at);
    if (end < 0) throw new Error(`${path}: no end of ${method[2]}`);
    const own = [line.slice(line.indexOf("(")), ...lines.slice(at + 1, end + 1)];
    const [, , name] = method;
    methods.push({
      path: `${className}.${name}`,
      name,
      start: at,
      end,
      words: new Set(words(own)),
    });
  }
  return methods;
}

function range(start: number, end: number): number[] {
  return Array.from({ length: end - start + 1 }, (_, index) => start + index);
}

/** Identifiers, in code and strings; not in comments on lines of their own, and not what only names a method anew. */
function words(lines: string[]): string[] {
  return lines.filter((line) => !/^\s*(?:\*|\/\*|\/\/)/.test(line) && !OTHER_NAME.test(line))
    .flatMap((line) => line.match(/[A-Za-z_$][\w$]*/g) ?? []);
}

/**
 * The bundle with short names for members that begin with an underscore: a bundler leaves members alone, and
 * supabase-js has long ones. A name that also stands in a string is left as it is.
 */
export function shortenPrivateNames(source: string): string {
  const counts = new Map<string, number>();
  for (const [name] of source.matchAll(/(?<![\w$])_[a-z]\w{2,}(?![\w$])/g)) {
    counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  const inStrings = new Set(
    [...source.matchAll(/"[^"\n]*"|'[^'\n]*'|`[^`]*`/g)].flatMap(([text]) =>
      text.match(/_[a-z]\w{2,}/g) ?? []
    ),
  );
  const names = [...counts.keys()].filter((name) => !inStrings.has(name))
    .sort((a, b) => counts.get(b)! - counts.get(a)! || (a < b ? -1 : 1));
  const short = new Map(names.map((name, index) => [name, `_${index.toString(36)}$`]));
  return source.replace(/(?<![\w$])_[a-z]\w{2,}(?![\w$])/g, (name) => short.get(name) ?? name);
}
