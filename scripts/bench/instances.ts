/**
 * Importer of the sample planner instances (scripts/bench/instances/planner/*.json) into the
 * planner's own problem type. Generated instances: no real hospital, no real person.
 * `infAcap`... are infeasible, `over...` ask for more lines than exist; `expect` says why.
 */
import { readFile } from "node:fs/promises";
import {
  CATEGORIES,
  type ConstraintEntry,
  type PlannerPosition,
  type PlannerProblem,
} from "../../shared/planner/problem.ts";

/** Every instance that is here, smallest first. */
export const INSTANCES = [
  "p020",
  "p040t4",
  "p060",
  "p060path",
  "p080tight",
  "p100t4",
  "p120nsw",
  "p140",
  "p200",
  "p200tight",
  "p300",
  "p400",
  "over120term3",
  "over140cap79",
  "infAcap",
  "infNoC",
  "infPath",
  "infRural",
  "infRuralMix",
  "infService4",
  "infSurg50",
  "infTerm5",
] as const;

/** One position of an instance file; `cap` and `min` are per term. */
interface InstanceRotation {
  id: string;
  name: string;
  /** Indexes into `specs`, `parents`, and `specs` again (-1: no subspecialty). */
  spec: number;
  parent: number;
  sub: number;
  /** Bits A=1, B=2, C=4, D=8. */
  cats: number;
  service: boolean;
  rural: boolean;
  nights: boolean;
  embedded: boolean;
  excludable: boolean;
  minWeeks: number;
  cap: number[];
  min: number[];
}

/** An instance file, as far as the planner reads it (annual leave is no part of its problem). */
export interface InstanceFile {
  name: string;
  /** Lines wanted, terms, weeks of each term. */
  N: number;
  T: number;
  weeks: number[];
  rules: {
    reqCats: number;
    /** Shares of the year's weeks. */
    maxParent: number;
    maxSub: number;
    maxService: number;
    minEmbedded: number;
    maxServiceTerms: number;
    maxRural: number;
    maxNights: number;
    unique: boolean;
  };
  specs: string[];
  parents: string[];
  rotations: InstanceRotation[];
  /** [spec][spec], symmetric. */
  affinity: number[][];
  allowPartial: boolean;
  /** `k` lines, each with at least `need` rotations out of `rots` (indexes). */
  pathways: { name: string; k: number; rots: number[]; need: number }[];
  /** What is known: "feasible", "infeasible: why", "max 91 lines (why)". */
  expect: string;
}

/** Reads an instance by name. */
export async function readInstance(name: string): Promise<InstanceFile> {
  const url = new URL(`./instances/planner/${name}.json`, import.meta.url);
  return JSON.parse(await readFile(url, "utf8"));
}

/** Translates an instance into the planner's problem. */
export function importInstance(file: InstanceFile, seed = 1): PlannerProblem {
  const keys = affinityKeys(file);
  return {
    version: 1,
    lines: file.N,
    termWeeks: file.weeks,
    positions: file.rotations.map((rotation) => importPosition(file, keys, rotation)),
    posts: file.weeks.map((_, t) => file.rotations.map(({ cap }) => cap[t])),
    minimumFill: file.weeks.map((_, t) => file.rotations.map(({ min }) => min[t])),
    constraints: importRules(file),
    affinity: { profile: `instance ${file.name}`, version: 1, weights: importWeights(file, keys) },
    options: { allowPartial: file.allowPartial, seed },
  };
}

/**
 * Affinities of a file belong to `spec`, the planner's to `subspecialty ?? specialty`. A spec without
 * a subspecialty goes by its parent's name, the first one of a parent; further ones need a
 * subspecialty of their own. That adds no rule for nights and relief (one such term a line anyway).
 * It would for others: those keep the parent's name, which happens in infSurg50 only, where the
 * objective does not matter.
 */
function affinityKeys(file: InstanceFile): Map<string, number> {
  const keys = new Map<string, number>();
  for (const rotation of file.rotations) {
    const key = keyOf(file, keys, rotation);
    if (!keys.has(key)) keys.set(key, rotation.spec);
  }
  return keys;
}

/** The key of a position, given the keys that positions before it took. */
function keyOf(file: InstanceFile, keys: Map<string, number>, rotation: InstanceRotation): string {
  if (rotation.sub >= 0) return file.specs[rotation.sub];
  const parent = file.parents[rotation.parent];
  const spec = keys.get(parent) ?? rotation.spec;
  return spec === rotation.spec || !rotation.nights ? parent : file.specs[rotation.spec];
}

function importPosition(
  file: InstanceFile,
  keys: Map<string, number>,
  rotation: InstanceRotation,
): PlannerPosition {
  const specialty = file.parents[rotation.parent];
  const key = keyOf(file, keys, rotation);
  return {
    id: rotation.id,
    name: rotation.name,
    specialty,
    subspecialty: rotation.sub < 0 && key === specialty ? null : key,
    categories: CATEGORIES.filter((_, bit) => rotation.cats & (1 << bit)),
    isService: rotation.service,
    isRural: rotation.rural,
    isNightsRelief: rotation.nights,
    isClinicalTeam: rotation.embedded,
    isNonClinical: false,
    isExcludable: rotation.excludable,
    minWeeks: rotation.minWeeks,
  };
}

/** The file's own numbers as constraints; nothing comes from a named ruleset. */
function importRules({ rules, pathways, rotations }: InstanceFile): ConstraintEntry[] {
  return [
    "UNRESTRICTED",
    {
      name: "REQUIRED_CATEGORIES",
      value: CATEGORIES.filter((_, bit) => rules.reqCats & (1 << bit)),
    },
    { name: "MAX_SPECIALTY", value: rules.maxParent },
    { name: "MAX_SUBSPECIALTY", value: rules.maxSub },
    { name: "MAX_SERVICE", value: rules.maxService },
    { name: "MAX_SERVICE_TERMS", value: rules.maxServiceTerms },
    { name: "MIN_CLINICAL_TEAM", value: rules.minEmbedded },
    { name: "MAX_RURAL_TERMS", value: rules.maxRural },
    { name: "MAX_NIGHTS_RELIEF_TERMS", value: rules.maxNights },
    { name: "UNIQUE_POSITIONS", value: rules.unique },
    ...pathways.length === 0 ? [] : [{
      name: "PATHWAYS",
      value: pathways.map(({ name, k, rots, need }) => ({
        name,
        lines: k,
        positions: rots.map((r) => rotations[r].id),
        need,
      })),
    }],
  ];
}

function importWeights(
  { affinity }: InstanceFile,
  keys: Map<string, number>,
): [string, string, number][] {
  const entries = [...keys];
  return entries.flatMap(([a, i], n) =>
    entries.slice(n).map(([b, j]): [string, string, number] => [a, b, affinity[i][j]])
  ).filter(([, , weight]) => weight !== 0);
}
