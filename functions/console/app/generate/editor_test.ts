// Drafts: kept while they are typed, followed by other tabs, never overwritten without a word.

import assert from "node:assert/strict";
import { CATALOGUE_KEPT } from "../../../../shared/client/planner_types.ts";
import { constraintCatalogue } from "../../../../shared/planner/rules/catalogue.ts";
import { toCamel } from "../../../../shared/platform/spelling.ts";
import type { ConstraintEntry, PlannerForm } from "../../../../shared/client/mod.ts";
import { shelfOf, type Store } from "../data/shelf.ts";
import { DraftStore, type StoreScope } from "./draft_store.ts";
import { Editor } from "./editor.ts";

const catalogue = toCamel(constraintCatalogue(), CATALOGUE_KEPT);

function formOf(constraints: ConstraintEntry[], nJobLines = 10): PlannerForm {
  return {
    allocationRun: {
      id: "r",
      name: "R",
      status: "open",
      starts_on: "2027-01-11",
      ends_on: "2028-01-09",
    },
    constraints,
    termWeeks: [26, 26],
    options: null,
    nJobLines,
    lastRun: null,
    unfinishedRun: null,
    replacedLines: 0,
    fewestPosts: 48,
  };
}

/** A browser's storage with any number of tabs; events arrive when `deliver` is called. */
function fakeBrowser() {
  const items = new Map<string, string>();
  const tabs: ((event: StorageEvent) => void)[] = [];
  const events: { to: number; event: StorageEvent }[] = [];
  let full = false;
  const newTab = (): StoreScope => {
    const me = tabs.length;
    tabs.push(() => {});
    const tell = (key: string, newValue: string | null) => {
      for (const to of tabs.keys()) {
        if (to !== me) events.push({ to, event: { key, newValue } as StorageEvent });
      }
    };
    const store: Store = {
      get length() {
        return items.size;
      },
      key: (index) => [...items.keys()][index] ?? null,
      getItem: (key) => items.get(key) ?? null,
      setItem: (key, value) => {
        if (full) throw new Error("QuotaExceededError");
        items.set(key, value);
        tell(key, value);
      },
      removeItem: (key) => {
        if (items.delete(key)) tell(key, null);
      },
    };
    return {
      shelf: shelfOf(() => store),
      addEventListener: (_, listener) => tabs[me] = listener,
      removeEventListener: () => tabs[me] = () => {},
    };
  };
  return {
    newTab,
    deliver: () => {
      for (const { to, event } of events.splice(0)) tabs[to](event);
    },
    fill: () => full = true,
  };
}

function newEditor(scope: StoreScope, form = formOf(["VIC_PGY1"])): Editor {
  return new Editor(form, catalogue, new DraftStore("u", "r", scope));
}

Deno.test("Editor restores what was typed before the page was closed", () => {
  const browser = fakeBrowser();
  newEditor(browser.newTab()).edit({ nJobLines: "12", overrides: { MAX_SERVICE: "half" } });
  const later = newEditor(browser.newTab());
  assert.equal(later.draft.value.nJobLines, "12");
  assert.equal(later.draft.value.overrides.MAX_SERVICE, "half");
  assert.equal(later.changed.value, true);
  later.discard();
  assert.equal(newEditor(browser.newTab()).changed.value, false);
});

Deno.test("Editor keeps what was typed when a run from before is read after it", () => {
  const editor = newEditor(fakeBrowser().newTab(), formOf(["VIC_PGY1"], 6));
  editor.edit({ nJobLines: "7" });
  editor.edit({ nJobLines: "6" });
  editor.refresh(formOf(["VIC_PGY1"], 7)); // the run of 7, read while the one of 6 is asked for
  assert.equal(editor.draft.value.nJobLines, "6");
  editor.refresh(formOf(["VIC_PGY1"], 6));
  assert.deepEqual([editor.draft.value.nJobLines, editor.changed.value], ["6", false]);
  editor.refresh(formOf(["VIC_PGY1"], 8)); // somebody else's: nothing is typed any more
  assert.equal(editor.draft.value.nJobLines, "8");
});

Deno.test("Editor follows another tab that typed on top of it", () => {
  const browser = fakeBrowser();
  const [a, b] = [newEditor(browser.newTab()), newEditor(browser.newTab())];
  a.edit({ nJobLines: "11" });
  a.edit({ nJobLines: "12" });
  browser.deliver();
  assert.equal(b.draft.value.nJobLines, "12");
  b.edit({ seed: "5" });
  browser.deliver();
  assert.deepEqual([a.draft.value.nJobLines, a.draft.value.seed], ["12", "5"]);
  assert.equal(a.other.value, null);
  a.discard();
  browser.deliver();
  assert.equal(b.changed.value, false);
});

Deno.test("Editor keeps both drafts of tabs that typed past each other, until one is chosen", () => {
  const browser = fakeBrowser();
  const [a, b] = [newEditor(browser.newTab()), newEditor(browser.newTab())];
  a.edit({ nJobLines: "11" });
  b.edit({ nJobLines: "22" });
  browser.deliver();
  assert.deepEqual([a.draft.value.nJobLines, a.other.value?.draft.nJobLines], ["11", "22"]);
  assert.deepEqual([b.draft.value.nJobLines, b.other.value?.draft.nJobLines], ["22", "11"]);
  b.keepMine();
  browser.deliver();
  assert.equal(b.other.value, null);
  assert.equal(a.draft.value.nJobLines, "11");
  a.takeOther();
  assert.deepEqual([a.draft.value.nJobLines, a.other.value], ["22", null]);
});

Deno.test("Editor says when the saved rules moved under a draft, and not when its own run stored them", () => {
  const editor = newEditor(fakeBrowser().newTab());
  editor.edit({ ruleset: "NSW_PGY1" });
  editor.refresh(formOf(["VIC_PGY2"]));
  assert.equal(editor.moved.value, true);
  assert.equal(editor.draft.value.ruleset, "NSW_PGY1");
  // Only who has seen the rules that are there overwrites them.
  assert.deepEqual(editor.saving, { saveConstraints: true, seenConstraints: ["VIC_PGY1"] });
  editor.keepMine();
  assert.equal(editor.moved.value, false);
  assert.deepEqual(editor.saving, { saveConstraints: true, seenConstraints: ["VIC_PGY2"] });
  editor.edit({ saveRules: false });
  assert.deepEqual(editor.saving, { saveConstraints: false });
  editor.willStore(["NSW_PGY1"]);
  editor.edit({ nJobLines: "99" });
  editor.refresh(formOf(["NSW_PGY1"]));
  assert.equal(editor.moved.value, false);
  assert.equal(editor.draft.value.nJobLines, "99");
});

Deno.test("Editor without changes shows what is saved anew", () => {
  const editor = newEditor(fakeBrowser().newTab());
  editor.refresh(formOf(["VIC_PGY2"], 33));
  assert.deepEqual([editor.draft.value.ruleset, editor.draft.value.nJobLines], ["VIC_PGY2", "33"]);
  assert.equal(editor.changed.value, false);
});

Deno.test("Editor says when the browser cannot keep what is typed", () => {
  const browser = fakeBrowser();
  const editor = newEditor(browser.newTab());
  browser.fill();
  editor.edit({ nJobLines: "12" });
  assert.equal(editor.kept.value, false);
  assert.equal(editor.draft.value.nJobLines, "12");
});
