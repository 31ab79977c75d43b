// Splits an SQL script into its statements, for the record that the Supabase CLI keeps of each migration. Only quotes,
// dollar quotes and comments are understood; nothing is executed from the result.

/** Opens and closes of what may hold a semicolon that ends no statement. */
const OPENERS: [RegExp, (opener: string) => RegExp][] = [
  [/^--/, () => /\n/g],
  [/^\/\*/, () => /\*\//g],
  [/^[eE]'/, () => /(?<!\\)'/g],
  [/^'/, () => /'/g],
  [/^"/, () => /"/g],
  [/^\$(?:[A-Za-z_]\w*)?\$/, (tag) => new RegExp(tag.replaceAll("$", "\\$"), "g")],
];

/** @returns the statements of a script, without the semicolon that ends each and without empty ones */
export function splitStatements(script: string): string[] {
  const statements: string[] = [];
  let start = 0;
  for (let at = 0; at < script.length;) {
    if (script[at] === ";") {
      statements.push(script.slice(start, at).trim());
      start = ++at;
    } else {
      at = skipQuoted(script, at);
    }
  }
  statements.push(script.slice(start).trim());
  return statements.filter((statement) => statement !== "");
}

/** @returns the position after what opens at `at`, or the next position when nothing does */
function skipQuoted(script: string, at: number): number {
  const head = script.slice(at, at + 70);
  for (const [opener, closer] of OPENERS) {
    const open = head.match(opener)?.[0];
    // A letter right before E'..' or $tag$ makes it part of a name.
    if (open === undefined || /^[eE$]/.test(open) && /\w/.test(script[at - 1] ?? "")) continue;
    const close = closer(open);
    close.lastIndex = at + open.length;
    return close.exec(script) ? close.lastIndex : script.length;
  }
  return at + 1;
}
