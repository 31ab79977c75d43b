// A set of keys whose best line is looked for (`key_labels.ts`): what is known of it, and what beginnings of its lines remember.

import type { Beginnings } from "./key_beginnings.ts";
import { KeyReturns } from "./key_returns.ts";
import { LimitCounters } from "./limit_counters.ts";
import { isBinding, type OwnLimit } from "./own_limits.ts";
import { TermMemory } from "./term_memory.ts";
import type { SequenceKeys } from "./key_sequences.ts";
import type { SetWeeks } from "./week_limits.ts";

/** What the lines of one set of keys are bounded by. */
export interface KeySet {
  /** Keys as bits, each held at least once. */
  mask: number;
  /** What the keys bring together. */
  pairs: number;
  /** [element] what sets get, and sequences pay, for each; what a set gets at most with all its pairs. */
  cost: Float64Array;
  worth: number;
  /** The keys as its sequences know them. */
  keys: SequenceKeys;
}

/** All beginnings that may come above the floor where these elements are remembered. */
interface Known {
  begun: Beginnings;
  /** [term] the bits that told something then (`TermMemory`). */
  memory: Int32Array;
  /** Bits of the counters, and of those set at nothing held. */
  counters: number;
}

/** What does not change while it is looked at. */
interface Given {
  keys: Int32Array;
  elements: readonly number[];
  /** [element of the set] its key, as its place among those of the set. */
  placeOf: Int32Array;
  terms: number;
  limits: readonly OwnLimit[];
  weeks: SetWeeks;
  /** What lines must cover and none of the elements that are remembered does. */
  need: number;
  /** See `KeySequences.rest`, and what a line may lose of the set's worth. */
  rest: Float64Array;
  room: number;
  /** What sequences of all its keys come to at most. */
  top: number;
  /** Beginnings after which its floor is raised. */
  most: number;
}

/** What beginnings of the lines of one set of keys are held against. */
export interface OwnSet extends Given {
  set: KeySet;
  /**
   * The elements that are remembered to the end, as places among them, and [element] their bits, 0 of the others; of what lines
   * must cover the bits of what is remembered.
   */
  remembered: number[];
  bitOf: Int32Array;
  memory: TermMemory;
  needBits: number;
  /** What was left out comes to at most, less the set's worth; -Infinity: nothing was. */
  cut: number;
  /** Beginnings with less memory: what follows theirs is what may follow at most. */
  known: Known | null;
  /** Limits in weeks that are counted, as bits. */
  counted: number;
  /** Beginnings so far. */
  made: number;
  /** Those limits that are counted. */
  counters: LimitCounters;
  returns: KeyReturns;
  /** [element of the set] the limits that it counts in. */
  limitsOf: readonly OwnLimit[][];
}

/** A set of which beginnings remember nothing yet, and count what half a line may break: the best lines without that break it. */
export function ownSet(set: KeySet, given: Given): OwnSet {
  const { elements, limits, terms } = given;
  const counters = new LimitCounters(elements.length);
  for (const limit of limits) {
    if (isBinding(limit) && 2 * limit.most <= terms) counters.count(limit);
  }
  const remembered: number[] = [], bitOf = new Int32Array(elements.length);
  return {
    ...given,
    set,
    remembered,
    bitOf,
    memory: new TermMemory(terms, elements.length),
    needBits: 0,
    cut: -Infinity,
    known: null,
    counted: 0,
    made: 0,
    counters,
    returns: new KeyReturns(set, given, { remembered, bitOf, counters }),
    limitsOf: elements.map((_, i) => limits.filter(({ has }) => has[i] === 1)),
  };
}
