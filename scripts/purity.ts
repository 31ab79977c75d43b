// What code does that depends on more than what it is given: input and output, clocks, chance.

/** Packages that compute and nothing else, and parts of Node that do. */
const PURE_PACKAGES = new Set(["zod", "smol-toml", "node:buffer", "node:crypto"]);

/** Names whose use is input, output, a clock, chance, or a thread. */
const IMPURE =
  /\b(?:Deno|process|console|navigator|localStorage|sessionStorage|indexedDB|EdgeRuntime)\b\s*[.[]|\b(?:fetch|setTimeout|setInterval|queueMicrotask|requestAnimationFrame|randomUUID|getRandomValues|randomBytes|randomInt)\s*\(|\bnew\s+(?:WebSocket|XMLHttpRequest|Worker|BroadcastChannel|EventSource)\b|\bDate\.now\b|\bnew\s+Date\(\s*\)|\bperformance\s*\.|\bMath\.random\b|\bglobalThis\b/g;
const BARE_IMPORT = /(?:\bfrom|\bimport)\s*\(?\s*"([^."][^"]*)"\s*\)?\s*;/g;

/** A source without its comments. */
function withoutComments(source: string): string {
  return source.replace(/\/\*[\s\S]*?\*\//g, "").replace(/(^|[\s;{},])\/\/.*$/gm, "$1");
}

/** What in a source is not pure, each as it stands there. */
export function impurities(source: string): string[] {
  const code = withoutComments(source);
  const packages = [...code.matchAll(BARE_IMPORT)].map(([, name]) => name);
  return [
    ...packages.filter((name) => !PURE_PACKAGES.has(name)),
    ...(code.match(IMPURE) ?? []).map((text) => text.trim()),
  ];
}
