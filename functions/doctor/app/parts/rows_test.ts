// Rows that are kept: which are made, which are brought up to date, and in which order they stand.

import assert from "node:assert/strict";
import { Random } from "../../../../shared/engine/random.ts";
import { createRows, place } from "./rows.ts";

/** An element that knows its neighbours, and counts how often it is moved. */
class Node {
  parent: List | null = null;
  moves = 0;
  constructor(readonly name: string) {}
  get nextSibling(): Node | null {
    const all = this.parent?.children ?? [];
    return all[all.indexOf(this) + 1] ?? null;
  }
  remove(): void {
    this.parent?.children.splice(this.parent.children.indexOf(this), 1);
    this.parent = null;
  }
}

class List {
  children: Node[] = [];
  get firstChild(): Node | null {
    return this.children[0] ?? null;
  }
  insertBefore(child: Node, before: Node | null): void {
    child.moves++;
    child.remove();
    this.children.splice(before ? this.children.indexOf(before) : Infinity, 0, child);
    child.parent = this;
  }
  append(...children: Node[]): void {
    for (const child of children) this.insertBefore(child, null);
  }
  get names(): string {
    return this.children.map(({ name }) => name).join("");
  }
}

const LETTERS = [..."abcdefgh"];

Deno.test("whatever stood in a list and wherever, what is wanted stands there in its order", () => {
  const random = new Random(7);
  const draw = () =>
    LETTERS.map((letter) => ({ letter, at: random.next() })).filter(({ at }) => at < 0.7)
      .sort((a, b) => a.at - b.at).map(({ letter }) => letter);
  for (let round = 0; round < 2_000; round++) {
    const nodes = new Map(LETTERS.map((letter) => [letter, new Node(letter)]));
    const list = new List(), other = new List();
    for (const wanted of [draw(), draw(), draw()]) {
      place(list, wanted.map((letter) => nodes.get(letter)!));
      assert.equal(list.names, wanted.join(""));
    }
    // Elements of one list are wanted in another.
    place(other, [...nodes.values()]);
    assert.equal(other.names, LETTERS.join(""));
    assert.equal(list.names, "");
  }
});

Deno.test("of one row that goes up or down only that row is moved", () => {
  for (const to of ["bcdefgha", "bcadefgh", "habcdefg", "abcdfegh"]) {
    const nodes = new Map(LETTERS.map((letter) => [letter, new Node(letter)]));
    const list = new List();
    place(list, [...nodes.values()]);
    for (const node of nodes.values()) node.moves = 0;
    place(list, [...to].map((letter) => nodes.get(letter)!));
    assert.equal(list.names, to);
    assert.equal([...nodes.values()].reduce((sum, { moves }) => sum + moves, 0), 1, to);
  }
});

Deno.test("a row is made once, completed once, and changed where what it shows changed", () => {
  const told: string[] = [];
  const rows = createRows<{ text: string; kind: number }, { element: HTMLElement }>({
    make: (key, { text }) => {
      told.push(`make ${key} ${text}`);
      return { element: { key } as unknown as HTMLElement };
    },
    complete: (_, { text }) => told.push(`complete ${text}`),
    update: (_, { text }, before, whole) => told.push(`${before.text} to ${text} ${whole}`),
    fits: (shows, before) => shows.kind === before.kind,
  });
  const first = rows.get("a", { text: "x", kind: 1 });
  assert.equal(rows.get("a", { text: "x", kind: 1 }), first);
  assert.equal(rows.get("a", { text: "y", kind: 1 }), first);
  assert.equal(rows.isWhole("a"), false);
  rows.complete("a");
  rows.complete("a");
  rows.complete("nobody");
  assert.equal(rows.isWhole("a"), true);
  rows.get("a", { text: "z", kind: 1 });
  assert.notEqual(rows.get("a", { text: "z", kind: 2 }), first);
  assert.equal(rows.isWhole("a"), false, "one that is made anew is not complete");
  assert.deepEqual(told, ["make a x", "x to y false", "complete y", "y to z true", "make a z"]);
});
