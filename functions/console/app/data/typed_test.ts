// What is typed is there again after a reload, and gone once it was sent.

import assert from "node:assert/strict";
import { foundInPages } from "../ui/testing/page_sources.ts";
import { shelfOf, type Store } from "./shelf.ts";
import { forgetTyped, formOf, keepTyped, readTyped } from "./typed.ts";

/** A tab's storage. */
function shelf() {
  const kept = new Map<string, string>();
  const store: Store = {
    getItem: (key) => kept.get(key) ?? null,
    setItem: (key, value) => void kept.set(key, value),
    removeItem: (key) => void kept.delete(key),
    key: (n) => [...kept.keys()][n] ?? null,
    get length() {
      return kept.size;
    },
  };
  return shelfOf(() => store);
}

const BLANK = { email: "", tags: [] as string[], origin: { changes: null as string | null } };
const FORM = formOf({ userId: "u", allocationRun: { id: "r" } }, "doctor");

Deno.test("what was typed is there again until the form is blank", () => {
  const kept = shelf();
  assert.deepEqual(readTyped(FORM, BLANK, kept), BLANK);
  const typed = { email: "ann", tags: ["ICU"], origin: { changes: "an" } };
  keepTyped(FORM, typed, BLANK, kept);
  assert.deepEqual(readTyped(FORM, BLANK, kept), typed);
  const others = formOf({ userId: "v", allocationRun: { id: "r" } }, "doctor");
  assert.deepEqual(readTyped(others, BLANK, kept), BLANK, "nobody else's");
  keepTyped(FORM, { ...BLANK }, BLANK, kept);
  assert.deepEqual(kept.names(), []);
});

Deno.test("who signs out leaves nothing behind of what was typed", () => {
  const kept = shelf();
  keepTyped(FORM, { ...BLANK, email: "ann" }, BLANK, kept);
  keepTyped(`${FORM}.2`, "a", "", kept);
  kept.setItem("receptor.reloaded_for", "1");
  forgetTyped(kept);
  assert.deepEqual(kept.names(), ["receptor.reloaded_for"]);
});

Deno.test("what another console kept is not read wrongly", () => {
  const kept = shelf();
  for (
    const other of [
      "{",
      "null",
      "7",
      "[]",
      '{"email":""}',
      '{"email":1,"tags":[],"origin":{"changes":null}}',
    ]
  ) {
    kept.setItem(`receptor.typed.${FORM}`, other);
    assert.deepEqual(readTyped(FORM, BLANK, kept), BLANK, other);
  }
});

/** A field for text: what is typed into it a reload could lose. */
const TEXT_FIELD = /<(?:TextFields?|FteField|textarea)\b|type="(?:date|datetime-local|number)"/g;

/** What the fields of a form write: a signal, which must be one that is kept. */
const TYPED = /\bon(?:Text|Input)=\{\(\w+\) =>\s*\(?(\w+)\.value\s*=|\bfieldsOf\((\w+)/g;

/** Files that keep what is typed elsewhere, or lose nothing that is long to type again, and single signals of others; why. */
const OTHERWISE: Readonly<Record<string, string>> = {
  "agents/approvals_card.tsx": "a reason, of what is decided in this moment",
  "agents/budgets_card.tsx": "an amount",
  "campaigns/project_detail.tsx": "two amounts",
  "compare/compare_page.tsx seed": "a number",
  "campaigns/strategy_card.tsx": "amounts, and a reason",
  "during/changes_form.tsx": "kept by during/during_page.tsx once it is added",
  "generate/request_form.tsx": "kept by generate/draft_store.ts",
  "history/name_form.tsx": "a name, of what is shown beside it",
  "log/log_page.tsx": "what is looked for stands in the address",
  "match/doctors_card.tsx": "what is looked for stands in the address",
  "match/match_form.tsx": "kept by match/draft.ts",
  "match/person_data.tsx": "who is erased for good is named anew",
  "match/pins_field.tsx": "a reason, of a pin that is kept by match/draft.ts once it is added",
  "match/together_fields.tsx": "a name, of a group that is kept by match/draft.ts once it is added",
  "preferences/departments_card.tsx": "an address",
  "preferences/doctors_card.tsx": "what is looked for stands in the address; and a reason",
  "roster/edit/edit_detail.tsx": "kept with the edit, as soon as a field is left",
  "roster/edit/save_dialogs.tsx": "reasons, asked for once the edit is saved",
  "setup/affinities_part.tsx": "the other name of one specialty",
  "setup/doctors_part.tsx text": "what is looked for",
  "setup/fte_field.tsx": "a field of the forms around it",
  "setup/mapping_form.tsx": "said of a file, which a reload loses",
  "setup/places_row.tsx": "saved as soon as it is left",
  "shell/sign_in.tsx": "a password",
  "ui/field.tsx": "the fields themselves",
  "parts/line_card.tsx": "notes are wishes, kept by keep.ts",
  "parts/rank_list.tsx": "a place in an order",
  "sign_in.tsx": "an address, and a code of one sign-in",
  "steps/lines.tsx": "what is looked for",
  "steps/swap.tsx text": "what is looked for",
};

Deno.test("what is typed into a form of a page stays there over a reload, or it is said why not", () => {
  const fields = new Set([...foundInPages(TEXT_FIELD)].map(({ name }) => name));
  const kept = new Set([...foundInPages(/\buse(?:Typed|Kept)\b[^;]*\(/g)].map(({ name }) => name));
  const plain = new Set(
    [...foundInPages(/const (\w+) = useSignal\b/g)].map(({ name, match }) => `${name} ${match[1]}`),
  );
  const written = [...foundInPages(TYPED)].filter(({ name }) => kept.has(name))
    .map(({ name, match }) => `${name} ${match[1] ?? match[2]}`);
  const loses = [
    ...[...fields].filter((name) => !kept.has(name)),
    ...new Set(written.filter((signal) => plain.has(signal))),
  ].sort();
  assert.deepEqual(loses, Object.keys(OTHERWISE).sort());
});
