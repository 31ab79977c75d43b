// Any JSON document is read or refused: never taken for what it is not, and never met with an error that nobody meant.

import assert from "node:assert/strict";
import { assertKindsAreLookedAt, mutationsOf } from "../../engine/testing/mutations.ts";
import { WorkloadError } from "../../fleet/workload.ts";
import { plannerDocument } from "../testing/documents.ts";
import { toPlannerInput } from "./load.ts";
import { PLANNER_MODES } from "./options.ts";
import { plannerWorkload } from "./workload.ts";

/** Codes that a document may be refused with. */
const CODES = ["INVALID_INPUT", "NOTHING_TO_BUILD", "INVALID_PROBLEM", "INVALID_CONSTRAINTS"];

/** Reads a document and does the first unit of work. */
function begin(document: unknown): void {
  const machine = plannerWorkload.prepare(toPlannerInput(document), 1);
  machine.step(machine.start(), { remainingMs: () => -1 });
}

/** Whether a document is read; @throws where it is refused otherwise than by an error for people, with a place */
function isRead(what: string, document: unknown): boolean {
  try {
    begin(document);
    return true;
  } catch (error) {
    if (!(error instanceof WorkloadError)) throw new Error(what, { cause: error });
    assert.ok(CODES.includes(error.code), `${what}: ${error.code}`);
    if (error.code === "NOTHING_TO_BUILD") return false;
    const { issues, errors } = error.context as {
      issues?: string[];
      errors?: { path: string; message: string }[];
    };
    const told = issues ?? errors?.map(({ path, message }) => `${path}: ${message}`) ?? [];
    const sentence = told.length > 0 ? told.join("\n") : error.message;
    assert.match(sentence, /^[\w.[\] ]+: ?\S/, `${what}: ${error.code} ${sentence}`);
    return false;
  }
}

/** Kinds that are read beside those of the document. */
const OTHER_KINDS = [
  "affinity: null",
  "constraints[].value: null",
  "lines[].affinity: null",
  "lines[].first_term: number",
  "lines[].last_term: number",
  "options.effort: number",
  "six_month_terms[].college: null",
  "six_month_terms[].qualification: string",
];
const OF_REPLAN = [
  "options.changes.lines[].first_term: null",
  "options.changes.lines[].last_term: null",
];

for (const mode of PLANNER_MODES) {
  Deno.test(`a document of a ${mode} with anything dropped, odd or said twice is read, or refused with its place`, () => {
    const document = plannerDocument(mode);
    assert.ok(isRead("the document itself", document));
    const mutations = [...mutationsOf(document)];
    const read = mutations.filter(({ what, document }) => isRead(what, document));
    assert.ok(
      mutations.length > 4_000 && read.length > 300 && read.length < mutations.length / 4,
      `${read.length} of ${mutations.length} are read`,
    );
    assertKindsAreLookedAt(read, mode === "replan" ? [...OTHER_KINDS, ...OF_REPLAN] : OTHER_KINDS);
  });
}

Deno.test("posts of terms and positions that are not there are refused, each with its place; rotations of no term too", () => {
  const good = plannerDocument("rebuild");
  const posts = good.posts as { position: string; term: number }[];
  const refusal = (document: unknown) => {
    try {
      toPlannerInput(document);
    } catch (error) {
      return (error as WorkloadError).context.issues;
    }
    return null;
  };
  assert.equal(refusal(good), null);
  assert.deepEqual(
    refusal({ ...good, posts: [{ ...posts[0], term: 5 }, { ...posts[1], position: "gone" }] }),
    [
      "posts[0].term: there is no term 5, the year has 4",
      'posts[1].position: there is no position "gone"',
    ],
  );
  const [first, ...others] = good.lines as Record<string, unknown>[];
  const astray = { ...first, rotations: [{ position: "p0", term: 0 }] };
  assert.deepEqual(refusal({ ...good, lines: [astray, ...others] }), [
    "lines[0].rotations[0].term: below 1",
  ]);
  assert.deepEqual(refusal(null)?.toString().split(":")[0], "the document");
});
