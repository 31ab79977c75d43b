// The problem as flat typed tables, built once per slice. Sets: terms t (T), positions r (R), slots
// s = t * R + r, classes c (positions that no rule and no affinity can tell apart), limits l.

import { affinityKey, OBJECTIVE, type PlannerProblem } from "./problem.ts";
import {
  activeRules,
  type LineLimit,
  type RuleBounds,
  type RuleContext,
  type RuleContribution,
} from "./rules/mod.ts";

/** Flat tables of one problem under one set of bounds. */
export interface PlannerTables {
  terms: number;
  positions: number;
  /** N: lines wanted. */
  lines: number;
  allowPartial: boolean;
  /** [slot] posts that lines may use; 0 where a rule forbids the slot. */
  cap: Int32Array;
  /** [slot] minimum fill wanted, and what each missing unit costs. */
  minFill: Int32Array;
  short: Int32Array;
  /** [slot] lines wished for by a soft wish, and what each missing one costs. */
  wishLines: Int32Array;
  wishWeight: Int32Array;
  /** [slot] lines that every plan must have there, and what the search pays for each missing one. */
  forced: Int32Array;
  forceWeight: number;
  /** [slot] what each pair of lines costs that share the slot. */
  coll: Int32Array;
  /** [r] class of each position. */
  classOf: Int32Array;
  classes: number;
  /** [c] positions of each class. */
  members: Int32Array[];
  /** [c] affinity key of the class. */
  keyOf: Int32Array;
  keys: number;
  /** [k * keys + k'] affinity weights. */
  affinity: Int32Array;
  /** [c] features the class covers, as bits. */
  cover: Int32Array;
  /** Features every line must cover, as bits. */
  need: number;
  limits: number;
  /** [l] largest weight a line may use. */
  limitMax: Int32Array;
  /** [l * T + t] weight of term t in limit l. */
  limitWeight: Int32Array;
  /** [l] largest weight of a single term. */
  limitUnit: Int32Array;
  /** Limits that class c counts in: entries limitStart[c] .. limitStart[c + 1] - 1 of limitOf. */
  limitStart: Int32Array;
  limitOf: Int32Array;
  /** [l] where a limit comes from. */
  limitInfo: { rule: string; kind: string; positions: number[] }[];
  /** No position twice in a line. */
  distinct: boolean;
  /** Why the term structure breaks a rule; null when it does not. */
  structureFault: { rule: string; message: string } | null;
}

type NamedLimit = LineLimit & { rule: string };

interface Gathered {
  limits: NamedLimit[];
  covers: { positions: number[] }[];
  forces: NonNullable<RuleContribution["forces"]>;
  wishes: NonNullable<RuleContribution["wishes"]>;
  distinct: boolean;
  structureFault: PlannerTables["structureFault"];
  /** [slot] 1 where a rule forbids the slot. */
  forbidden: Uint8Array;
}

function gather(context: RuleContext): Gathered {
  const { termWeeks, positions } = context.problem;
  const T = termWeeks.length, R = positions.length;
  const found: Gathered = {
    limits: [],
    covers: [],
    forces: [],
    wishes: [],
    distinct: false,
    structureFault: null,
    forbidden: new Uint8Array(T * R),
  };
  for (const rule of activeRules(context.bounds)) {
    const part = rule.contribute(context);
    if (part.structure && !found.structureFault) {
      found.structureFault = { rule: rule.name, message: part.structure };
    }
    found.limits.push(...(part.limits ?? []).map((limit) => ({ ...limit, rule: rule.name })));
    found.covers.push(...part.covers ?? []);
    found.forces.push(...part.forces ?? []);
    found.wishes.push(...part.wishes ?? []);
    found.distinct ||= part.distinct ?? false;
    for (const r of part.forbids ?? []) {
      for (let t = 0; t < T; t++) found.forbidden[t * R + r] = 1;
    }
    if (part.forbidsSlot) {
      for (let s = 0; s < T * R; s++) {
        if (part.forbidsSlot(Math.floor(s / R), s % R)) found.forbidden[s] = 1;
      }
    }
  }
  return found;
}

/** Forbids the slots that alone exceed a limit, and keeps the limits that can still bind. */
function bindingLimits(found: Gathered, R: number): NamedLimit[] {
  return found.limits.filter(({ max, positions, termWeight }) => {
    for (const r of positions) {
      termWeight.forEach((w, t) => {
        if (w > max) found.forbidden[t * R + r] = 1;
      });
    }
    const open = termWeight.filter((_, t) =>
      positions.some((r) => found.forbidden[t * R + r] === 0)
    );
    if (found.distinct && positions.length === 1) open.splice(1);
    return open.reduce((sum, w) => sum + w, 0) > max;
  });
}

/** Keys without affinity: one for all, but one of its own for each position with a forced cell. */
function plainKeys(problem: PlannerProblem, { forces }: Gathered) {
  const own = [...new Set(forces.map((force) => force.position))];
  return {
    keyOf: problem.positions.map((_, r) => own.indexOf(r) + 1),
    affinity: new Int32Array((own.length + 1) ** 2),
  };
}

function numberKeys(problem: PlannerProblem): { keyOf: number[]; affinity: Int32Array } {
  const index = new Map<string, number>();
  const keyOf = problem.positions.map((position) => {
    const key = affinityKey(position);
    if (!index.has(key)) index.set(key, index.size);
    return index.get(key)!;
  });
  const K = index.size;
  const affinity = new Int32Array(K * K);
  for (const [a, b, weight] of problem.affinity.weights) {
    const i = index.get(a), j = index.get(b);
    if (i === undefined || j === undefined) continue;
    affinity[i * K + j] = weight;
    affinity[j * K + i] = weight;
  }
  return { keyOf, affinity };
}

/** Groups positions by affinity key, features covered and limits counted in. */
function classify(keyOf: readonly number[], covers: Int32Array, limits: readonly LineLimit[]) {
  const counted = keyOf.map(() => [] as number[]);
  limits.forEach((limit, l) => limit.positions.forEach((r) => counted[r].push(l)));
  const index = new Map<string, number>();
  const classOf = Int32Array.from(keyOf, (key, r) => {
    const signature = `${key}|${covers[r]}|${counted[r].join(",")}`;
    if (!index.has(signature)) index.set(signature, index.size);
    return index.get(signature)!;
  });
  const members = Array.from(
    { length: index.size },
    (_, c) => Int32Array.from(keyOf.keys().filter((r) => classOf[r] === c)),
  );
  return { classOf, members, counted };
}

function coverBits(covers: Gathered["covers"], R: number): Int32Array {
  const bits = new Int32Array(R);
  covers.forEach((cover, f) => cover.positions.forEach((r) => bits[r] |= 1 << f));
  return bits;
}

function limitTables(limits: readonly NamedLimit[], T: number) {
  const limitWeight = new Int32Array(limits.length * T);
  limits.forEach((limit, l) => limitWeight.set(limit.termWeight, l * T));
  return {
    limits: limits.length,
    limitMax: Int32Array.from(limits, (limit) => limit.max),
    limitWeight,
    limitUnit: Int32Array.from(limits, (limit) => Math.max(1, ...limit.termWeight)),
    limitInfo: limits.map(({ rule, kind, positions }) => ({ rule, kind, positions })),
  };
}

/** What a forced cell is worth to the search: above minimum fill, below a broken rule. */
const FORCE = 1_500;

/** Everything that the gain of a line on a slot is made of. */
function slotTables(problem: PlannerProblem, found: Gathered) {
  const R = problem.positions.length, slots = problem.termWeeks.length * R;
  const wishLines = new Int32Array(slots), wishWeight = new Int32Array(slots);
  const forced = new Int32Array(slots);
  for (const { term, position, lines, weight } of found.wishes) {
    wishLines[term * R + position] = lines;
    wishWeight[term * R + position] = weight;
  }
  for (const { term, position, lines } of found.forces) forced[term * R + position] = lines;
  const short = problem.positions.map((p) =>
    p.isExcludable ? OBJECTIVE.shortExcludable : OBJECTIVE.short
  );
  return {
    minFill: Int32Array.from(problem.minimumFill.flat()),
    short: Int32Array.from({ length: slots }, (_, s) => short[s % R]),
    wishLines,
    wishWeight,
    forced,
    // Where fewer lines may do, a forced cell must be worth more than a line.
    forceWeight: FORCE + (problem.options.allowPartial ? OBJECTIVE.line : 0),
    coll: new Int32Array(slots).fill(OBJECTIVE.coll),
  };
}

/**
 * Builds the tables of a problem.
 * @param problem a validated problem
 * @param bounds the rule bounds in force
 * @param options `ignoreAffinity`: as if no position had any affinity, so that classes are fewer
 */
export function buildTables(
  problem: PlannerProblem,
  bounds: RuleBounds,
  { ignoreAffinity = false } = {},
): PlannerTables {
  const T = problem.termWeeks.length, R = problem.positions.length;
  const totalWeeks = problem.termWeeks.reduce((sum, weeks) => sum + weeks, 0);
  const found = gather({ problem, bounds, totalWeeks });
  const limits = bindingLimits(found, R);
  const covers = coverBits(found.covers, R);
  const { keyOf, affinity } = ignoreAffinity ? plainKeys(problem, found) : numberKeys(problem);
  const { classOf, members, counted } = classify(keyOf, covers, limits);
  const limitStart = new Int32Array(members.length + 1);
  members.forEach((rs, c) => limitStart[c + 1] = limitStart[c] + counted[rs[0]].length);
  const posts = problem.posts.flat();
  return {
    terms: T,
    positions: R,
    lines: problem.lines,
    allowPartial: problem.options.allowPartial,
    cap: Int32Array.from(posts, (n, s) => found.forbidden[s] ? 0 : Math.min(n, problem.lines)),
    ...slotTables(problem, found),
    classOf,
    classes: members.length,
    members,
    keyOf: Int32Array.from(members, (rs) => keyOf[rs[0]]),
    keys: Math.sqrt(affinity.length),
    affinity,
    cover: Int32Array.from(members, (rs) => covers[rs[0]]),
    need: (1 << found.covers.length) - 1,
    ...limitTables(limits, T),
    limitStart,
    limitOf: Int32Array.from(members.flatMap((rs) => counted[rs[0]])),
    distinct: found.distinct,
    structureFault: found.structureFault,
  };
}

/**
 * Gain of the n-th line on slot s: what it saves of minimum fill, wishes and forced lines, less
 * coll (n - 1). Falls with n.
 */
export function slotGain(tables: PlannerTables, s: number, n: number): number {
  let gain = -tables.coll[s] * (n - 1);
  if (n <= tables.minFill[s]) gain += tables.short[s];
  if (n <= tables.wishLines[s]) gain += tables.wishWeight[s];
  if (n <= tables.forced[s]) gain += tables.forceWeight;
  return gain;
}

/** What an empty plan pays for everything that is missing, part of every objective. */
export function shortageConstant(tables: PlannerTables): number {
  let sum = 0;
  for (let s = 0; s < tables.cap.length; s++) {
    sum += tables.short[s] * tables.minFill[s] + tables.wishWeight[s] * tables.wishLines[s] +
      tables.forceWeight * tables.forced[s];
  }
  return sum;
}

/** Forced lines that a plan misses, from the number of its lines on each slot. */
export function forcedMissing(tables: PlannerTables, counts: Int32Array): number {
  return tables.forced.reduce((sum, n, s) => sum + Math.max(0, n - counts[s]), 0);
}
