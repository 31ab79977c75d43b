// What a sequence of keys remembers at each key: how often it held that key and those that it likes best, and so what it
// may hold next (ng-routes; Baldacci and others 2011). Made whole for each isolate, of the memories alone that a sequence
// comes to: they are a small part of those that can be counted.

import type { PlannerTables } from "../model/tables.ts";

/** Steps of one search for the best sequence, at most: so many keys are remembered as that allows. */
const MOST_STEPS = 2_000_000;
/** And so many memories of a key at most. */
const MOST_MEMORIES = 30_000;
/** What a sequence remembers at each key: how often it held the key and others. */
export interface KeyMemory {
  /** Memories of each key, at most, whether a sequence comes to them or not. */
  size: number;
  /** [memory] the key held last: those that a sequence comes to, by key. */
  keyOf: Int32Array;
  /** [key] the memory of a sequence that begins with it; -1: none does. */
  begins: Int32Array;
  /** [memory * keys + key'] the memory after that key; -1: not allowed, or after the last term. */
  next: Int32Array;
}

/** Most of a set of keys that a line may hold. */
export interface KeyLimit {
  most: number;
  keys: number[];
}

/** Memories that let a sequence remember as many keys as the steps allow, of each key those that it likes best. */
export function memoryOf(
  tables: PlannerTables,
  timesMost: Int32Array,
  limits: readonly KeyLimit[],
): KeyMemory {
  const { keys: K, terms: T } = tables;
  const { kept, size } = rememberedKeys(tables, timesMost, limits);
  const coded = new CodedMemories(kept, size, timesMost, limits);
  // Breadth first: most of the numbers of memories are of none that a sequence can come to.
  const isSeen = new Uint8Array(K * size), found: number[] = [], targets: number[] = [];
  const see = (code: number) => {
    if (code < 0 || isSeen[code]) return;
    isSeen[code] = 1;
    found.push(code);
  };
  for (let k = 0; k < K; k++) if (timesMost[k] > 0) see(coded.begin(k));
  for (let t = 1, i = 0; t < T; t++) {
    for (const end = found.length; i < end; i++) {
      coded.open(found[i]);
      for (let j = 0; j < K; j++) {
        const to = coded.after(j);
        targets.push(to);
        see(to);
      }
    }
  }
  return numbered(found, targets, {
    K,
    size,
    begins: timesMost.map((n, k) => n > 0 ? coded.begin(k) : -1),
  });
}

/** The memories in the order of their codes, so that of sequences worth the same it is always one that is found. */
function numbered(
  found: readonly number[],
  targets: readonly number[],
  { K, size, begins }: { K: number; size: number; begins: Int32Array },
): KeyMemory {
  const codes = Int32Array.from(found).sort(), numberOf = new Int32Array(K * size);
  codes.forEach((code, s) => numberOf[code] = s);
  const next = new Int32Array(K * found.length).fill(-1);
  for (let i = 0; i < targets.length; i++) {
    if (targets[i] < 0) continue;
    next[numberOf[found[Math.floor(i / K)]] * K + i % K] = numberOf[targets[i]];
  }
  return {
    size,
    keyOf: codes.map((code) => Math.floor(code / size)),
    begins: begins.map((code) => code < 0 ? -1 : numberOf[code]),
    next,
  };
}

/** [key] the keys that are remembered there, and how many memories that makes at most. */
function rememberedKeys(
  { keys: K, affinity, terms: T }: PlannerTables,
  timesMost: Int32Array,
  limits: readonly KeyLimit[],
): { kept: number[][]; size: number } {
  const used = Array.from(timesMost.keys()).filter((k) => timesMost[k] > 0);
  const shares = (k: number, j: number) =>
    limits.some(({ keys }) => 2 * keys.length <= K && keys.includes(k) && keys.includes(j))
      ? 1000
      : 0;
  const likes = (k: number, j: number) => affinity[k * K + j] + shares(k, j);
  const liked = (k: number) =>
    used.filter((j) => j !== k).map((j) => ({ j, own: likes(k, j) }))
      .sort((a, b) => b.own - a.own || a.j - b.j).map(({ j }) => j);
  const keysOf = Array.from({ length: K }, (_, k) => timesMost[k] > 0 ? [k, ...liked(k)] : []);
  let kept: number[][] = [], size = 1;
  for (let n = 0; n < used.length; n++) {
    const wider = keysOf.map((keys) => keys.slice(0, n + 1));
    const most = wider.reduce(
      (all, keys) => Math.max(all, keys.reduce((product, k) => product * (timesMost[k] + 1), 1)),
      1,
    );
    if (most > MOST_MEMORIES || (n > 0 && T * used.length ** 2 * most > MOST_STEPS)) break;
    [kept, size] = [wider, most];
  }
  return { kept, size };
}

/** Memories as numbers: key * size + how often each key was held that is remembered there, the key itself first. */
class CodedMemories {
  readonly #times: Int32Array;
  readonly #sums: Int32Array;
  /** [key] the limits that it counts in. */
  readonly #limitsOf: number[][];

  constructor(
    private readonly kept: number[][],
    private readonly size: number,
    private readonly timesMost: Int32Array,
    private readonly limits: readonly KeyLimit[],
  ) {
    this.#times = new Int32Array(timesMost.length);
    this.#sums = new Int32Array(limits.length);
    this.#limitsOf = Array.from(
      timesMost,
      (_, k) => [...limits.keys()].filter((l) => limits[l].keys.includes(k)),
    );
  }

  /** The memory of a sequence that begins with a key. */
  begin(key: number): number {
    return key * this.size + 1;
  }

  /** Reads a memory: `after` goes on from it. */
  open(code: number): void {
    let rest = code % this.size;
    this.#times.fill(0);
    this.#sums.fill(0);
    for (const k of this.kept[Math.floor(code / this.size)]) {
      const base = this.timesMost[k] + 1, n = rest % base;
      this.#times[k] = n;
      rest = Math.floor(rest / base);
      for (const l of this.#limitsOf[k]) this.#sums[l] += n;
    }
  }

  /** The memory after a further key; -1 where it is not allowed. */
  after(key: number): number {
    const times = this.#times, timesMost = this.timesMost;
    if (times[key] >= timesMost[key]) return -1;
    for (const l of this.#limitsOf[key]) if (this.#sums[l] >= this.limits[l].most) return -1;
    let memory = 0, stride = 1;
    for (const k of this.kept[key]) {
      memory += stride * (times[k] + (k === key ? 1 : 0));
      stride *= timesMost[k] + 1;
    }
    return key * this.size + memory;
  }
}
