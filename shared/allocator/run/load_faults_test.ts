// Any JSON document is read or refused: never taken for what it is not, and never met with an error that nobody meant.

import assert from "node:assert/strict";
import { assertKindsAreLookedAt, mutationsOf } from "../../engine/testing/mutations.ts";
import { WorkloadError } from "../../fleet/workload.ts";
import { allocatorDocument } from "../testing/documents.ts";
import { checkDocument } from "./load.ts";
import { allocatorWorkload } from "./workload.ts";

/** Codes of documents that cannot be read: with the place of each fault. */
const UNREADABLE = ["INVALID_INPUT", "INVALID_PROBLEM"];
/** Codes of what is asked for and cannot be: a sentence says what. */
const IMPOSSIBLE = [
  "NOBODY_TO_PLACE",
  "LINKED_ACROSS_GROUPS",
  "PIN_OUTSIDE_BATCH",
  "PIN_NOT_ELIGIBLE",
];

/** Reads a document and matches what it asks for. */
function match(document: unknown): void {
  const machine = allocatorWorkload.prepare(checkDocument(document), 1);
  let state = machine.start();
  for (let units = 0; units < 40 && !machine.done(state); units++) {
    state = machine.step(state, { remainingMs: () => -1 });
  }
}

/** Whether a document is read; @throws where it is refused otherwise than by an error for people, with a place */
function isRead(what: string, document: unknown): boolean {
  try {
    match(document);
    return true;
  } catch (error) {
    if (!(error instanceof WorkloadError)) throw new Error(what, { cause: error });
    if (IMPOSSIBLE.includes(error.code)) return false;
    assert.ok(UNREADABLE.includes(error.code), `${what}: ${error.code}`);
    const { issues, errors } = error.context as {
      issues?: string[];
      errors?: { path: string; message: string }[];
    };
    const told = issues ?? errors?.map(({ path, message }) => `${path}: ${message}`) ?? [];
    // A thing that the run includes and that is not in its allocation run is named by its id instead.
    const sentence = told.length > 0 ? told.join("\n") : `unknown: ${error.message}`;
    assert.match(sentence, /^[\w.[\] ]+: ?\S/, `${what}: ${error.code} ${sentence}`);
    return false;
  }
}

/** Kinds that are read beside those of the document: reasons are not the engine's, and what is no rank is none. */
const OTHER_KINDS = [
  "lines[].hospitals: null",
  "options.exclusions[].reason: any",
  "options.pins[].reason: any",
  "preferencers[].max_lines: null",
  "preferencers[].max_workers: number",
  "preferencers[].ranks[][]: any",
  "preferences.0.ranks[]: any",
  "preferences.1.ranks[]: any",
  "preferences.2.ranks[]: any",
];
const OF_WHAT_IFS = ["base: null", "options.what_if.weightings[].job_line: null"];

for (const kind of ["run", "what-if"] as const) {
  Deno.test(`a document of a ${kind} with anything dropped, odd or said twice is read, or refused with its place`, () => {
    const document = allocatorDocument(kind);
    assert.ok(isRead("the document itself", document));
    const mutations = [...mutationsOf(document)];
    const read = mutations.filter(({ what, document }) => isRead(what, document));
    assert.ok(
      mutations.length > 4_000 && read.length > 300 && read.length < mutations.length / 4,
      `${read.length} of ${mutations.length} are read`,
    );
    assertKindsAreLookedAt(read, kind === "run" ? OTHER_KINDS : [...OTHER_KINDS, ...OF_WHAT_IFS]);
  });
}
