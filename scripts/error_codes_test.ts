// Every code that an answer, a run or an error of the client may carry is listed in functions/README.md, and no other.

import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { INHERENT_RULES, RULES } from "../shared/planner/rules/registry.ts";

const ROOT = new URL("..", import.meta.url);

/** What codes are read from: not tests, not what is generated, not rooms without an interface of their own. */
const LEFT_OUT =
  /(_test\.ts|\/testing\/.*|functions\/(console|doctor)\/.*|database\.types\.ts|glpk_wasm\.ts)$/;

/** Words in capitals that are no codes of errors. */
const NO_CODES: Record<string, RegExp> = {
  statuses:
    /^(PENDING|QUEUED|CLAIMED|RUNNING|GENERATING|COMPLETED|FAILED|CANCELLED|ABANDONED|DONE)$/,
  "in the log, of errors without a name": /^ERROR$/,
  rulesets: /^(UNRESTRICTED)$/,
  "names of what an agreement of rules is about": /^(MINIMUM_FILL)$/,
  // What an independent checker has against a result; it comes as the message of PLAN_REFUSED and MATCHING_REFUSED.
  violations:
    /^(LINES?|TERMS|POSTS|UNKNOWN_POSITION|WORKER|PIN|ELIGIBILITY|CAPACITY|PREFERENCE|MAX_LINES|MAX_WORKERS|BLOCKING_PAIR|BLOCKING_COUPLE|LINK|CHOICE)$/,
  "kinds of proof in other programs' certificates": /^(SMALL|POCKLINGTON|LUCAS|ECPP)$/,
  environment: /^((SUPABASE|RECEPTOR)_[A-Z_]+|JWT_SECRET)$/,
  "other libraries'": /^(ERR_[A-Z_]+|SIGNED_OUT|SUBSCRIBED|NFC|NFKC|NFKD|CONNECTION_STALLED)$/,
  "words of calendars": /^(TRANSPARENT|OPAQUE)$/,
  "methods and events": /^(HEAD|POST|PUT|DELETE|OPTIONS|UPDATE|INSERT|TRUNCATE|SELECT)$/,
  "states and territories": /^(ACT|NSW|QLD|TAS|VIC)$/,
  "part of full time, a specialty, a time zone, a postgraduate year": /^(FTE|ENT|UTC|PGY)$/,
  letters: /^(ABCD|F{6}|[0-9A-F]{6})$/,
};

function sources(folder: string): string[] {
  return readdirSync(new URL(folder, ROOT), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.(ts|sql)$/.test(entry.name))
    .map((entry) => `${entry.parentPath}/${entry.name}`)
    .filter((path) => !LEFT_OUT.test(path));
}

/** Words of three capitals or more. */
function words(text: string, quote: string): string[] {
  const word = new RegExp(`${quote}([A-Z]{3,}|[A-Z]+(?:_[A-Z]+)+)${quote}`, "g");
  return [...text.matchAll(word)].map((match) => match[1]);
}

const RULE_NAMES = new Set([...RULES, ...INHERENT_RULES].map(({ name }) => name));

function isCode(word: string): boolean {
  return !RULE_NAMES.has(word) && !Object.values(NO_CODES).some((kind) => kind.test(word));
}

const used = new Map(
  ["functions", "shared", "supabase/migrations"].flatMap(sources).flatMap((path) =>
    words(readFileSync(path, "utf8"), `["']`).filter(isCode).map((word) => [word, path])
  ),
);
const listed = new Set(
  words(readFileSync(new URL("functions/README.md", ROOT), "utf8"), "`").filter(isCode),
);

Deno.test("every code of the sources is listed in functions/README.md", () => {
  const missing = [...used].filter(([word]) => !listed.has(word));
  assert.deepEqual(missing, [], "list it with its meaning, or say above what it is instead");
});

Deno.test("functions/README.md lists no code that nothing gives", () => {
  assert.deepEqual([...listed].filter((word) => !used.has(word)), []);
});

Deno.test("what is said to be no code is there", () => {
  const all = new Set(
    ["functions", "shared", "supabase/migrations"].flatMap(sources)
      .flatMap((path) => words(readFileSync(path, "utf8"), `["']`)),
  );
  for (const [kind, pattern] of Object.entries(NO_CODES)) {
    assert.ok([...all].some((word) => pattern.test(word)), kind);
  }
  assert.ok(used.size > 60, `${used.size} codes`);
});
