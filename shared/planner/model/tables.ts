// The problem as flat typed tables, built once per slice. Sets: terms t (T), positions r (R), slots
// s = t * R + r, classes c (positions that no rule and no affinity can tell apart), limits l.

import { affinityKey, OBJECTIVE, type PlannerProblem } from "../problem.ts";
import type { RuleBounds } from "../rules/bounds.ts";
import {
  activeRules,
  type LineLimit,
  type PathwayReserve,
  type RuleContext,
  type RuleContribution,
} from "../rules/mod.ts";

/**
 * Flat tables of one problem under one set of bounds. Where lines are reserved for pathways, the tables
 * have one more term, whose positions are the groups of lines (each pathway, and the rest) with as
 * many posts as the group has lines: a group is then a slot like any other, to the moves, the master
 * (its row is the group's convexity row) and the checkpoint.
 */
export interface PlannerTables {
  terms: number;
  positions: number;
  /** Positions of the last term that stand for groups, the rest last; empty without pathways. */
  groups: number[];
  /** N: lines wanted. */
  lines: number;
  allowPartial: boolean;
  /** [slot] posts that lines may use; 0 where a rule forbids the slot. */
  cap: Int32Array;
  /** [slot] lines that every plan must have there, and what the search pays for each missing one. */
  forced: Int32Array;
  /** Gain of the n-th line on slot s: gains[gainStart[s] + n - 1], n = 1..cap[s], falling with n. */
  gains: Int32Array;
  gainStart: Int32Array;
  /** What an empty plan pays for everything that is missing, part of every objective. */
  emptyCost: number;
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
  /**
   * [c] class that must fill the next term, the term before; -1 for any. Positions of such pairs are
   * classes of their own, and both have as many posts as the scarcer one.
   */
  nextClass: Int32Array;
  previousClass: Int32Array;
  /** Whether there are such pairs at all. */
  hasPairs: boolean;
  /** Features that lines with a pair must cover on top of `need`, as bits. */
  needBesidePairs: number;
  /** Why the term structure breaks a rule; null when it does not. */
  structureFault: { rule: string; message: string } | null;
}

/** The tables of a problem as it stands, with what the gains are made of. */
export interface ProblemTables extends PlannerTables {
  /** [slot] minimum fill wanted, and what each missing unit costs. */
  minFill: Int32Array;
  short: Int32Array;
  /** [slot] lines wished for by a soft wish, and what each missing one costs. */
  wishLines: Int32Array;
  wishWeight: Int32Array;
}

type NamedLimit = LineLimit & { rule: string; unit?: number };

/** Positions of two consecutive terms that a line holds both or neither. */
interface PositionPair {
  first: number;
  second: number;
}

interface Gathered {
  limits: NamedLimit[];
  covers: { positions: number[] }[];
  forces: NonNullable<RuleContribution["forces"]>;
  wishes: NonNullable<RuleContribution["wishes"]>;
  reserves: PathwayReserve[];
  distinct: boolean;
  pairs: PositionPair[];
  besidePairs: { positions: number[] }[];
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
    reserves: [],
    distinct: false,
    pairs: [],
    besidePairs: [],
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
    found.reserves.push(...part.reserves ?? []);
    found.pairs.push(...part.pairs ?? []);
    found.besidePairs.push(...part.coversBesidePairs ?? []);
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

/** Groups positions by affinity key, features covered and limits counted in; those of pairs stay alone. */
function classify(
  keyOf: readonly number[],
  covers: Int32Array,
  limits: readonly LineLimit[],
  pairs: readonly PositionPair[],
) {
  const alone = new Set(pairs.flatMap(({ first, second }) => [first, second]));
  const counted = keyOf.map(() => [] as number[]);
  limits.forEach((limit, l) => limit.positions.forEach((r) => counted[r].push(l)));
  const index = new Map<string, number>();
  const classOf = Int32Array.from(keyOf, (key, r) => {
    const own = alone.has(r) ? r : "";
    const signature = `${key}|${covers[r]}|${counted[r].join(",")}|${own}`;
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

/** Classes that must follow and go before, for the classes of pairs. */
function pairTables(
  pairs: readonly PositionPair[],
  classOf: ArrayLike<number>,
  classes: number,
): Pick<PlannerTables, "nextClass" | "previousClass" | "hasPairs"> {
  const nextClass = new Int32Array(classes).fill(-1);
  const previousClass = new Int32Array(classes).fill(-1);
  for (const { first, second } of pairs) {
    nextClass[classOf[first]] = classOf[second];
    previousClass[classOf[second]] = classOf[first];
  }
  return { nextClass, previousClass, hasPairs: pairs.length > 0 };
}

/** The pairs of tables, by position. */
export function pairsOf({ nextClass, members }: PlannerTables): PositionPair[] {
  return Array.from(nextClass).flatMap((next, c) =>
    next < 0 ? [] : [{ first: members[c][0], second: members[next][0] }]
  );
}

/** A pair has as many posts as the scarcer of its two slots. */
function levelPairs(cap: Int32Array, { pairs }: Gathered, T: number, R: number): void {
  for (const { first, second } of pairs) {
    cap[(T - 1) * R + first] = 0;
    cap[second] = 0;
    for (let t = 0; t + 1 < T; t++) {
      const one = t * R + first, two = (t + 1) * R + second;
      cap[one] = cap[two] = Math.min(cap[one], cap[two]);
    }
  }
}

function limitTables(limits: readonly NamedLimit[], T: number) {
  const limitWeight = new Int32Array(limits.length * T);
  limits.forEach((limit, l) => limitWeight.set(limit.termWeight, l * T));
  return {
    limits: limits.length,
    limitMax: Int32Array.from(limits, (limit) => limit.max),
    limitWeight,
    limitUnit: Int32Array.from(limits, (limit) => limit.unit ?? Math.max(1, ...limit.termWeight)),
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

/** Gain of the n-th line on slot s: what it saves of minimum fill, wishes and forced lines, less
 * coll (n - 1). */
function gainTables(cap: Int32Array, slots: ReturnType<typeof slotTables>) {
  const { minFill, short, wishLines, wishWeight, forced, forceWeight, coll } = slots;
  const gains: number[] = [], gainStart = new Int32Array(cap.length + 1);
  let emptyCost = 0;
  cap.forEach((posts, s) => {
    for (let n = 1; n <= posts; n++) {
      let gain = -coll[s] * (n - 1);
      if (n <= minFill[s]) gain += short[s];
      if (n <= wishLines[s]) gain += wishWeight[s];
      if (n <= forced[s]) gain += forceWeight;
      gains.push(gain);
    }
    gainStart[s + 1] = gains.length;
    emptyCost += short[s] * minFill[s] + wishWeight[s] * wishLines[s] + forceWeight * forced[s];
  });
  return { gains: Int32Array.from(gains), gainStart, emptyCost };
}

/** What the tables are made of, before positions are grouped into classes. */
interface Parts {
  terms: number;
  positions: number;
  groups: number[];
  cap: Int32Array;
  slots: ReturnType<typeof slotTables>;
  limits: NamedLimit[];
  covers: Int32Array;
  keyOf: number[];
  affinity: Int32Array;
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
): ProblemTables {
  const T = problem.termWeeks.length, R = problem.positions.length;
  const totalWeeks = problem.termWeeks.reduce((sum, weeks) => sum + weeks, 0);
  const found = gather({ problem, bounds, totalWeeks });
  const limits = bindingLimits(found, R);
  const cap = Int32Array.from(
    problem.posts.flat(),
    (n, s) => found.forbidden[s] ? 0 : Math.min(n, problem.lines),
  );
  levelPairs(cap, found, T, R);
  const plain: Parts = {
    terms: T,
    positions: R,
    groups: [],
    cap,
    slots: slotTables(problem, found),
    limits,
    covers: coverBits([...found.covers, ...found.besidePairs], R),
    ...ignoreAffinity ? plainKeys(problem, found) : numberKeys(problem),
  };
  const parts = found.reserves.length === 0
    ? plain
    : addGroups(plain, found.reserves, problem.lines);
  const { classOf, members, counted } = classify(
    parts.keyOf,
    parts.covers,
    parts.limits,
    found.pairs,
  );
  return {
    terms: parts.terms,
    positions: parts.positions,
    groups: parts.groups,
    lines: problem.lines,
    allowPartial: problem.options.allowPartial,
    cap: parts.cap,
    minFill: parts.slots.minFill,
    short: parts.slots.short,
    wishLines: parts.slots.wishLines,
    wishWeight: parts.slots.wishWeight,
    forced: parts.slots.forced,
    ...gainTables(parts.cap, parts.slots),
    classOf,
    classes: members.length,
    members,
    keyOf: Int32Array.from(members, (rs) => parts.keyOf[rs[0]]),
    keys: Math.sqrt(parts.affinity.length),
    affinity: parts.affinity,
    cover: Int32Array.from(members, (rs) => parts.covers[rs[0]]),
    need: (1 << found.covers.length) - 1,
    ...limitTables(parts.limits, parts.terms),
    ...limitsOfClasses(members, counted),
    distinct: found.distinct,
    ...pairTables(found.pairs, classOf, members.length),
    needBesidePairs: ((1 << found.besidePairs.length) - 1) << found.covers.length,
    structureFault: found.structureFault,
  };
}

/** Limits by class, flat: those of class c at limitStart[c] .. limitStart[c + 1] - 1 of limitOf. */
function limitsOfClasses(members: readonly Int32Array[], counted: readonly number[][]) {
  const limitStart = new Int32Array(members.length + 1);
  members.forEach((rs, c) => limitStart[c + 1] = limitStart[c] + counted[rs[0]].length);
  return { limitStart, limitOf: Int32Array.from(members.flatMap((rs) => counted[rs[0]])) };
}

/** Adds the term of groups: a position with posts for each pathway, and one for the other lines. */
function addGroups(plain: Parts, reserves: readonly PathwayReserve[], lines: number): Parts {
  const T = plain.terms, R = plain.positions, wide = R + reserves.length + 1;
  const spread = (values: Int32Array) => {
    const cells = new Int32Array((T + 1) * wide);
    values.forEach((n, s) => cells[Math.floor(s / R) * wide + s % R] = n);
    return cells;
  };
  const cap = spread(plain.cap);
  reserves.forEach((reserve, p) => cap[T * wide + R + p] = reserve.lines);
  cap[T * wide + wide - 1] = lines - reserves.reduce((sum, reserve) => sum + reserve.lines, 0);
  const K = Math.sqrt(plain.affinity.length), groups = reserves.map((_, p) => R + p);
  const affinity = new Int32Array((K + 1) ** 2);
  plain.affinity.forEach((w, i) => affinity[Math.floor(i / K) * (K + 1) + i % K] = w);
  const { forceWeight, ...slots } = plain.slots;
  return {
    terms: T + 1,
    positions: wide,
    groups: [...groups, wide - 1],
    cap,
    slots: {
      ...Object.fromEntries(Object.entries(slots).map(([name, values]) => [name, spread(values)])),
      forceWeight,
    } as Parts["slots"],
    limits: [
      ...plain.limits.map((limit) => ({ ...limit, termWeight: [...limit.termWeight, 0] })),
      ...reserves.flatMap((reserve, p) => reserveLimits(reserve, R + p, T, R)),
    ],
    covers: Int32Array.from({ length: wide }, (_, r) => plain.covers[r] ?? 0),
    keyOf: Array.from({ length: wide }, (_, r) => plain.keyOf[r] ?? K),
    affinity,
  };
}

/** What a reserved line must hold, as limits that bind only beside the group's own position. */
function reserveLimits(
  reserve: PathwayReserve,
  group: number,
  T: number,
  R: number,
): NamedLimit[] {
  const outside = (inside: readonly number[]) => [
    ...Array.from({ length: R }, (_, r) => r).filter((r) => !inside.includes(r)),
    group,
  ];
  const named = { rule: "PATHWAYS", kind: `outside ${reserve.name}`, unit: 1 };
  if ("need" in reserve) {
    const termWeight = [...Array(T).fill(1), T];
    const positions = outside(reserve.positions);
    return [{ ...named, max: T + T - reserve.need, positions, termWeight }];
  }
  return reserve.sequence.flatMap((r, t) =>
    r === null ? [] : [{
      ...named,
      max: 1,
      positions: outside([r]),
      termWeight: Array.from({ length: T + 1 }, (_, i) => i === t || i === T ? 1 : 0),
    }]
  );
}

/**
 * The lines of one group alone, without the term of groups: what its lines must hold becomes a
 * tighter limit or a closed slot, and limits that cannot bind are dropped, so that classes are few.
 * @param group position of the group in the last term
 */
export function groupTables(tables: PlannerTables, group: number): PlannerTables {
  const wide = tables.terms, T = wide - 1, R = tables.positions;
  const max = tables.limitMax.slice(), cap = tables.cap.slice(0, T * R);
  const limitsOf = (r: number) => {
    const c = tables.classOf[r];
    return Array.from(tables.limitOf.subarray(tables.limitStart[c], tables.limitStart[c + 1]));
  };
  const weight = (l: number, t: number) => tables.limitWeight[l * wide + t];
  for (const l of limitsOf(group)) max[l] -= weight(l, T);
  const terms = Array.from({ length: T }, (_, t) => t);
  const binds = Array.from(
    max,
    (most, l) =>
      terms.reduce((sum, t) => sum + (weight(l, t) <= most ? weight(l, t) : 0), 0) > most,
  );
  const kept = Array.from(max.keys()).filter((l) => binds[l]);
  const number = new Map(kept.map((l, i) => [l, i]));
  const limits = kept.map((l) => ({
    ...tables.limitInfo[l],
    max: max[l],
    unit: tables.limitUnit[l],
    positions: [] as number[],
    termWeight: terms.map((t) => weight(l, t)),
  }));
  for (let r = 0; r < R; r++) {
    for (const l of limitsOf(r)) {
      for (const t of terms) if (weight(l, t) > max[l]) cap[t * R + r] = 0;
      if (number.has(l)) limits[number.get(l)!].positions.push(r);
    }
  }
  const keyOf = Array.from(tables.classOf, (c) => tables.keyOf[c]);
  const covers = Int32Array.from(tables.classOf, (c) => tables.cover[c]);
  const { classOf, members, counted } = classify(keyOf, covers, limits, pairsOf(tables));
  return {
    ...tables,
    terms: T,
    groups: [],
    cap,
    classOf,
    classes: members.length,
    members,
    keyOf: Int32Array.from(members, (rs) => keyOf[rs[0]]),
    cover: Int32Array.from(members, (rs) => covers[rs[0]]),
    ...limitTables(limits, T),
    ...limitsOfClasses(members, counted),
    ...pairTables(pairsOf(tables), classOf, members.length),
  };
}

/** Gain of the n-th line on slot s, n = 1..cap[s]; falls with n. */
export function slotGain({ gains, gainStart }: PlannerTables, s: number, n: number): number {
  return gains[gainStart[s] + n - 1];
}

/** Gains of the next `room` lines on slot s, `used` being there, with how many lines have each. */
export function gainRuns(
  tables: PlannerTables,
  s: number,
  used: number,
  room: number,
): { gain: number; count: number }[] {
  const runs: { gain: number; count: number }[] = [];
  for (let n = used + 1; n <= used + room; n++) {
    const gain = slotGain(tables, s, n), last = runs.at(-1);
    if (last?.gain === gain) last.count++;
    else runs.push({ gain, count: 1 });
  }
  return runs;
}

/** Forced lines that a plan misses, from the number of its lines on each slot. */
export function forcedMissing(tables: PlannerTables, counts: Int32Array): number {
  return tables.forced.reduce((sum, n, s) => sum + Math.max(0, n - counts[s]), 0);
}
