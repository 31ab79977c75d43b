/**
 * Importer of the sample allocator instances (scripts/bench/instances/allocator/*.json) into the
 * allocator's own problem type. Generated instances: no real person. `...mip` have caps per
 * preferencer, some lines with two preferencers; `...stab` are to be solved with stability. Those that
 * have no file of their own are the instance before the suffix; a500x300, whose caps and must-have
 * lines leave no stable matching, goes without them then. `inf...` have no matching: rules of one kind are
 * tighter in them than they can be.
 */
import { Buffer } from "node:buffer";
import { readFile } from "node:fs/promises";
import {
  type AllocatorEligibility,
  type AllocatorPreferencer,
  type AllocatorProblem,
  DEFAULT_OPTIONS,
} from "../../shared/allocator/problem.ts";

/** Every instance that is here, smallest first. */
export const ALLOCATOR_INSTANCES = [
  "a60x40stab",
  "a139x100",
  "a139x100mip",
  "a139x100stab",
  "a139x100mipstab",
  "a500x300",
  "a500x300mip",
  "a500x300stab",
  "a1000x500",
  "a1000x500mip",
  "infPlaces",
  "infMustHave",
  "infWorkerCaps",
  "infLineCaps",
] as const;

/** Instances with stability that have a file. */
const OWN_FILE = new Set(["a60x40stab"]);

/** Instances that are another one with changes. */
const DERIVED: Record<
  string,
  { base: string; change(file: AllocatorInstance): Partial<AllocatorInstance> }
> = {
  a500x300stab: {
    base: "a500x300",
    change: ({ must, pWorkerCap, pLineCap }) => ({
      must: mapped(must, () => 0),
      pWorkerCap: mapped(pWorkerCap, () => -1),
      pLineCap: mapped(pLineCap, () => -1),
    }),
  },
  // 20 places fewer than workers, taken off the first lines that have more than one.
  infPlaces: {
    base: "a1000x500mip",
    change: ({ W, cap }) => {
      let much = numbers(cap).reduce((sum, n) => sum + n, 0) - W + 20;
      const fewer = (n: number) => {
        if (much <= 0 || n <= 1) return n;
        much--;
        return n - 1;
      };
      return { cap: mapped(cap, fewer) };
    },
  },
  infMustHave: { base: "a1000x500mip", change: ({ must }) => ({ must: mapped(must, () => 1) }) },
  infWorkerCaps: {
    base: "a1000x500mip",
    change: ({ pWorkerCap }) => ({ pWorkerCap: mapped(pWorkerCap, (n) => n < 0 ? 5 : n) }),
  },
  infLineCaps: {
    base: "a500x300mip",
    change: ({ pLineCap }) => ({ pLineCap: mapped(pLineCap, () => 3) }),
  },
};

/** An instance file. Lists of numbers are separated by spaces; -1: none. */
export interface AllocatorInstance {
  name: string;
  W: number;
  J: number;
  /** Per line: capacity, whether it must get somebody, first and second preferencer. */
  cap: string;
  must: string;
  pref: string;
  pref2: string;
  /** Per preferencer: most workers, most different lines. */
  pWorkerCap: string;
  pLineCap: string;
  /** Per worker: one bit per line, base64. */
  elig: string[];
  /** Per worker (preferencer): lines (workers) from best to worst, two digits of base 36 each; "=": tied with the one before. */
  wr: string[];
  jr: string[];
  /** [worker, line or -1 for all, weight]. */
  weightings: [number, number, number][];
  alpha: number;
  power: number;
}

/**
 * Reads an instance by name.
 * @param base another instance to make the same changes to, of those that are one with changes
 */
export async function readAllocatorInstance(
  name: string,
  base: string | undefined = DERIVED[name]?.base,
): Promise<AllocatorInstance> {
  const derived = DERIVED[name];
  const file = base ?? (OWN_FILE.has(name) ? name : name.replace(/stab$/, ""));
  const url = new URL(`./instances/allocator/${file}.json`, import.meta.url);
  const instance: AllocatorInstance = JSON.parse(await readFile(url, "utf8"));
  return { ...instance, ...derived?.change(instance), name };
}

function mapped(list: string, change: (n: number) => number): string {
  return numbers(list).map(change).join(" ");
}

function numbers(text: string): number[] {
  return text.split(" ").map(Number);
}

/** "1a2b=3c" -> dense ranks. */
function readRanks(text: string, prefix: string): [string, number][] {
  let rank = 0;
  return [...text.matchAll(/(=?)([0-9a-z]{2})/g)].map(([, tied, digits]) => {
    if (!tied) rank++;
    return [`${prefix}${parseInt(digits, 36)}`, rank];
  });
}

function count(text: string): number | null {
  return text === "-1" ? null : Number(text);
}

function importPreferencers(file: AllocatorInstance): AllocatorPreferencer[] {
  const pref = numbers(file.pref), pref2 = numbers(file.pref2);
  const maxWorkers = file.pWorkerCap.split(" "), maxLines = file.pLineCap.split(" ");
  return file.jr.map((ranks, p) => ({
    id: `p${p}`,
    name: `Preferencer ${p}`,
    lines: pref.flatMap((_, j) => pref[j] === p || pref2[j] === p ? [`l${j}`] : []),
    maxLines: count(maxLines[p]),
    maxWorkers: count(maxWorkers[p]),
    ranks: readRanks(ranks, "w"),
  }));
}

/** One tag per line, held by those who may have it. */
function importEligibility(file: AllocatorInstance) {
  const tags = file.elig.map((text) => {
    const bits = Buffer.from(text, "base64"), held: string[] = [];
    for (let j = 0; j < file.J; j++) if ((bits[j >> 3] >> (j & 7)) & 1) held.push(`t${j}`);
    return held;
  });
  const eligibility: AllocatorEligibility[] = Array.from({ length: file.J }, (_, j) => ({
    line: `l${j}`,
    includedWorkers: [],
    excludedWorkers: [],
    includedTags: [`t${j}`],
    excludedTags: [],
  }));
  return { tags, eligibility };
}

/** Translates an instance into the allocator's problem. */
export function importAllocatorInstance(
  file: AllocatorInstance,
  seed = DEFAULT_OPTIONS.seed,
): AllocatorProblem {
  const { tags, eligibility } = importEligibility(file);
  const must = numbers(file.must);
  return {
    version: 1,
    workers: tags.map((held, w) => ({ id: `w${w}`, name: `Worker ${w}`, tags: held })),
    lines: numbers(file.cap).map((capacity, j) => ({
      id: `l${j}`,
      name: `Line ${j}`,
      capacity,
      mustHave: must[j] === 1,
    })),
    outside: { workers: [], lines: [] },
    eligibility,
    preferences: file.wr.map((text, w) => ({ worker: `w${w}`, ranks: readRanks(text, "l") })),
    rankNotation: "dense",
    preferencers: importPreferencers(file),
    weightings: file.weightings.map(([w, j, weighting]) => ({
      line: j < 0 ? null : `l${j}`,
      workers: [`w${w}`],
      tags: [],
      weighting,
    })),
    pins: [],
    options: {
      preferencerWeight: file.alpha,
      preferencePower: file.power,
      stability: file.name.endsWith("stab"),
      allowTies: true,
      seed,
    },
  };
}
