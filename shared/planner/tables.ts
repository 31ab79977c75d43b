// The problem as flat typed tables, built once per slice. Sets: terms t (T), positions r (R), slots
// s = t * R + r, classes c (positions that no rule and no affinity can tell apart), limits l.

import { affinityKey, OBJECTIVE, type PlannerProblem } from "./problem.ts";
import { activeRules, type LineLimit, type RuleBounds, type RuleContext } from "./rules/mod.ts";

/** Flat tables of one problem under one set of bounds. */
export interface PlannerTables {
  terms: number;
  positions: number;
  /** N: lines wanted. */
  lines: number;
  allowPartial: boolean;
  /** [slot] posts that lines may use; 0 where a rule forbids the slot. */
  cap: Int32Array;
  /** [slot] minimum fill wanted. */
  minFill: Int32Array;
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

function numberKeys(
  problem: PlannerProblem,
  ignoreAffinity: boolean,
): { keyOf: number[]; affinity: Int32Array } {
  if (ignoreAffinity) {
    return { keyOf: problem.positions.map(() => 0), affinity: new Int32Array(1) };
  }
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
  const { keyOf, affinity } = numberKeys(problem, ignoreAffinity);
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
    minFill: Int32Array.from(problem.minimumFill.flat()),
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

/** Gain of the n-th line on slot s: g_s(n) = short while below the minimum fill - coll (n - 1). */
export function slotGain(tables: PlannerTables, s: number, n: number): number {
  return (n <= tables.minFill[s] ? OBJECTIVE.short : 0) - OBJECTIVE.coll * (n - 1);
}

/** Sum over slots of short * minimum fill: what an empty plan pays, part of every objective. */
export function shortageConstant(tables: PlannerTables): number {
  return OBJECTIVE.short * tables.minFill.reduce((sum, n) => sum + n, 0);
}
