// What the match form holds and asks for.

import assert from "node:assert/strict";
import type { AllocatorRunOptions } from "../../../../shared/client/mod.ts";
import { shelfOf } from "../data/shelf.ts";
import {
  addCouple,
  addPin,
  draftOf,
  MatchDraftStore,
  matchOptions,
  maySharePlace,
  newCouples,
  seedFault,
  whatIfRequest,
  withoutGone,
} from "./draft.ts";

Deno.test("what is decided by hand, groups and couples come back from the last match, without who left since", () => {
  const pin = { workerMapping: "m1", jobLine: "l1", reason: "Agreed." };
  const options: AllocatorRunOptions = {
    ...matchOptions(draftOf()),
    pins: [pin],
    exclusions: [{ workerMapping: "m2", jobLine: "l2", reason: "Trained there." }],
    priorityGroups: [{ name: "Local", workerMappings: ["m1", "m3"], qualificationTags: ["t"] }],
    linkedDoctors: [{ first: "m1", second: "m3", fit: "same_hospital" }],
  };
  const draft = draftOf(options);
  assert.deepEqual(matchOptions(draft), options);
  const left = withoutGone(draft, new Set(["m1"]), new Set(["l1"]));
  assert.deepEqual(matchOptions(left), {
    ...matchOptions(draftOf()),
    pins: [pin],
    exclusions: [],
    priorityGroups: [{ name: "Local", workerMappings: ["m1"], qualificationTags: ["t"] }],
  });
});

Deno.test("maySharePlace() adds parts up exactly", () => {
  const doctors = [["a", 0.7], ["b", 0.3], ["c", 0.35], ["d", 1]].map(([mapping, fte]) => ({
    mapping: String(mapping),
    fte: Number(fte),
  }));
  assert.equal(maySharePlace(doctors, "a", "b"), true);
  assert.equal(maySharePlace(doctors, "a", "c"), false);
  assert.equal(maySharePlace(doctors, "b", "d"), false);
  assert.equal(maySharePlace(doctors, "b", "gone"), false);
});

Deno.test("addCouple() keeps each doctor in one couple", () => {
  const couple = (first: string, second: string) => ({
    first,
    second,
    fit: "ranked_lines" as const,
  });
  const couples = addCouple([couple("a", "b"), couple("c", "d")], couple("b", "e"));
  assert.deepEqual(couples.map(({ first, second }) => first + second), ["cd", "be"]);
});

Deno.test("couples who agreed are offered until they are in the form as they agreed; those without a pair that both ranked are told", () => {
  const pairs = [{ first: "l1", second: "l2" }];
  const agreed = [
    { first: "a", second: "b", fit: "line_pairs" as const, pairs: 2, linePairs: pairs },
    { first: "c", second: "d", fit: "line_pairs" as const, pairs: 1, linePairs: [] },
    { first: "e", second: "f", fit: "same_hospital" as const },
  ];
  const { fresh, unmet } = newCouples([], agreed);
  assert.deepEqual(fresh, [
    { first: "a", second: "b", fit: "line_pairs", linePairs: pairs },
    { first: "e", second: "f", fit: "same_hospital" },
  ]);
  assert.deepEqual(unmet.map(({ first }) => first), ["c"]);
  assert.deepEqual(newCouples(fresh, agreed).fresh, []);
  const other = fresh.map((couple) => ({ ...couple, linePairs: undefined }));
  assert.deepEqual(newCouples(other, agreed).fresh.map(({ first }) => first), ["a"]);
  const draft = draftOf();
  draft.match.couples = fresh.reduce(addCouple, [] as typeof fresh);
  assert.deepEqual(matchOptions(draft).linkedDoctors, fresh);
});

Deno.test("draftOf() opens the form with the options of the last match, or the defaults", () => {
  assert.deepEqual(matchOptions(draftOf()), {
    preferencerWeight: 0.3,
    preferencePower: 1,
    stability: false,
    rankNotation: "dense",
    rngSeed: 1234,
  });
  const options = {
    preferencerWeight: 0.6,
    preferencePower: 2,
    stability: true,
    rankNotation: "fractional",
    rngSeed: 7,
  } as const;
  const draft = draftOf(options, true);
  assert.deepEqual(matchOptions(draft), options);
  assert.equal(draft.match.isExclusive, true);
  assert.equal(draft.whatIf.preferencerWeight, 0.6, "a what-if starts from there");
});

Deno.test("whatIfRequest() tells pins from exclusions", () => {
  const draft = draftOf();
  draft.whatIf.preferencerWeight = 0.5;
  draft.whatIf.pins = [
    { worker: "a", line: "1", apart: false },
    { worker: "b", line: "2", apart: true },
  ];
  assert.deepEqual(whatIfRequest(draft), {
    options: { preferencerWeight: 0.5, preferencePower: 1 },
    pins: [{ workerMapping: "a", jobLine: "1" }],
    exclusions: [{ workerMapping: "b", jobLine: "2" }],
  });
});

Deno.test("addPin() leaves no contradiction", () => {
  const pin = (worker: string, line: string, apart = false) => ({ worker, line, apart });
  const added = (...pins: ReturnType<typeof pin>[]) => pins.reduce(addPin, [] as typeof pins);
  assert.deepEqual(added(pin("a", "1"), pin("a", "2")), [pin("a", "2")]);
  assert.deepEqual(added(pin("a", "1"), pin("a", "1", true)), [pin("a", "1", true)]);
  const both = [pin("a", "1", true), pin("a", "2", true), pin("a", "3"), pin("b", "1")];
  assert.deepEqual(added(...both), both);
});

Deno.test("seedFault() takes whole numbers only", () => {
  for (const seed of ["0", "1234", "2147483647"]) assert.equal(seedFault(seed), null, seed);
  for (const seed of ["", "x", "-1", "1.5", "2147483648"]) assert.match(seedFault(seed)!, /whole/);
});

Deno.test("MatchDraftStore keeps a draft by user and allocation run, and does not trip over what is not its own", () => {
  const kept = new Map<string, string>();
  const shelf = shelfOf(() => ({
    length: kept.size,
    key: () => null,
    getItem: (key: string) => kept.get(key) ?? null,
    setItem: (key: string, value: string) => void kept.set(key, value),
    removeItem: (key: string) => void kept.delete(key),
  }));
  const store = new MatchDraftStore("u", "r", shelf);
  assert.equal(store.read(), null);
  store.write(draftOf({ rngSeed: 5 }));
  assert.deepEqual(store.read(), draftOf({ rngSeed: 5 }));
  assert.equal(new MatchDraftStore("u", "other", shelf).read(), null);
  kept.set([...kept.keys()][0], "{");
  assert.equal(store.read(), null);
  const forbidden = new MatchDraftStore(
    "u",
    "r",
    shelfOf(() => {
      throw new Error("denied");
    }),
  );
  forbidden.write(draftOf({ rngSeed: 6 }));
  assert.deepEqual(forbidden.read(), draftOf({ rngSeed: 6 }), "until the page is left");
});
