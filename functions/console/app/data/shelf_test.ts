// What a page keeps where the browser's storage is as it should be, full, forbidden, or shared with another tab.

import assert from "node:assert/strict";
import { authStorage, keepsNothing, shelfOf, type Store } from "./shelf.ts";

/** A storage; with `room` false it is full. */
function fakeStore(items = new Map<string, string>()) {
  const state = { room: true };
  const store: Store = {
    get length() {
      return items.size;
    },
    key: (index) => [...items.keys()][index] ?? null,
    getItem: (key) => items.get(key) ?? null,
    removeItem: (key) => void items.delete(key),
    setItem(key, value) {
      if (!state.room) throw new DOMException("full", "QuotaExceededError");
      items.set(key, value);
    },
  };
  return { items, state, store };
}

const forbidden = (): Store => {
  throw new DOMException("denied", "SecurityError");
};

Deno.test("a shelf keeps in the browser's storage, and says so", () => {
  const { items, store } = fakeStore();
  const shelf = shelfOf(() => store);
  assert.equal(shelf.setItem("a", "1"), true);
  assert.deepEqual([items.get("a"), shelf.getItem("a"), shelf.names()], ["1", "1", ["a"]]);
  shelf.removeItem("a");
  assert.deepEqual([items.size, shelf.getItem("a"), shelf.names()], [0, null, []]);
  assert.equal(keepsNothing(shelf), null);
  assert.equal(items.size, 0, "the trial is taken away");
});

Deno.test("where storage is forbidden a shelf holds things until the page is left, and throws nowhere", () => {
  const shelf = shelfOf(forbidden);
  assert.equal(shelf.getItem("a"), null);
  assert.equal(shelf.setItem("a", "1"), false);
  assert.deepEqual([shelf.getItem("a"), shelf.names()], ["1", ["a"]]);
  shelf.removeItem("a");
  assert.deepEqual([shelf.getItem("a"), shelf.names()], [null, []]);
  assert.match(keepsNothing(shelf)!, /after a reload you sign in again/);
  assert.deepEqual(shelf.names(), []);
});

Deno.test("a full storage goes on being read; what it did not take is held, until another tab wrote later", () => {
  const { items, state, store } = fakeStore(new Map([["a", "old"], ["b", "1"]]));
  const shelf = shelfOf(() => store);
  state.room = false;
  assert.equal(shelf.getItem("a"), "old");
  assert.equal(shelf.setItem("a", "new"), false);
  assert.deepEqual([shelf.getItem("a"), items.get("a")], ["new", "old"]);
  assert.deepEqual(shelf.names(), ["a", "b"]);
  items.set("a", "of another tab");
  assert.equal(shelf.getItem("a"), "of another tab");
  shelf.removeItem("b");
  state.room = true;
  assert.equal(shelf.setItem("a", "newest"), true);
  assert.deepEqual([...items], [["a", "newest"]]);
});

Deno.test("a client of Auth gets a storage that takes its session in any case", () => {
  const name = "receptor.shelf_test";
  authStorage.setItem(name, "1");
  assert.equal(authStorage.getItem(name), "1");
  authStorage.removeItem(name);
  assert.equal(authStorage.getItem(name), null);
});
