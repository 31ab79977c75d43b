// The problem as flat typed tables, built once per slice. Sets: terms t (T), positions r (R), slots s
// (flat.ts), classes c (positions that no rule and no affinity can tell apart), limits l.
//
// This folder owns what searching, pricing and moves know of a problem; `build.ts` makes it. It knows rules by
// their contributions alone, and imports nothing above them.

/**
 * Flat tables of one problem under one set of bounds. Where lines are reserved for pathways, the tables
 * have one more term, whose positions are the groups of lines (each pathway, and the rest) with as
 * many posts as the group has lines: a group is then a slot like any other, to the moves, the master
 * (its row is the group's convexity row) and the checkpoint.
 */
export interface PlannerTables {
  terms: number;
  /** Terms of the year: those after them are choices that a line makes beside its positions. */
  year: number;
  positions: number;
  /** The choice of leave, where what all lines may take is limited; null: leave is planned once the lines stand. */
  leave: LeaveChoice | null;
  /** Positions of the last term that stand for groups, the rest last; empty without pathways. */
  groups: number[];
  /** N: lines wanted. */
  lines: number;
  allowPartial: boolean;
  /** What a line is worth to the search, and to the objective where partial plans count (`lineReward`). */
  line: number;
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
  /** [limit, term] weight of the term in the limit. */
  limitWeight: Int32Array;
  /** [l] largest weight of a single term. */
  limitUnit: Int32Array;
  /** [l] the sum that it counts in: its own number, or that of a limit whose positions weigh otherwise in the same sum. */
  limitUse: Int32Array;
  /** Limits that class c counts in: entries limitStart[c] .. limitStart[c + 1] - 1 of limitOf. */
  limitStart: Int32Array;
  limitOf: Int32Array;
  /** [l] where a limit comes from. */
  limitInfo: { rule: string; kind: string; positions: number[] }[];
  /** Groups of classes of which a line holds so many different ones. */
  varieties: Variety[];
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

/** How many different groups a line holds. */
export interface Variety {
  /** [class] number of its group; -1 for none. */
  groupOf: Int32Array;
  groups: number;
  most: number;
  least: number;
}

/** Leave as a choice of every line: a term whose positions are options (`leave_choice.ts`). */
export interface LeaveChoice {
  term: number;
  /** Positions of the term, one per option, and one for lines that have none yet. */
  options: number[];
  none: number;
  /** [option] terms in which leave is taken. */
  terms: number[][];
  /** [position] 1 where no leave is taken in its terms. */
  blocked: Uint8Array;
  /** [budget] weeks of leave that all lines together may take: one for each term of the year. */
  budgets: Int32Array;
  /** [option, budget] weeks of it that a line with the option takes. */
  uses: Int32Array;
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

/** Positions of two consecutive terms that a line holds both or neither. */
export interface PositionPair {
  first: number;
  second: number;
}

/** The pairs of tables, by position. */
export function pairsOf({ nextClass, members }: PlannerTables): PositionPair[] {
  return Array.from(nextClass).flatMap((next, c) =>
    next < 0 ? [] : [{ first: members[c][0], second: members[next][0] }]
  );
}

/** Gain of the n-th line on slot s, n = 1..cap[s]; falls with n. */
export function slotGain({ gains, gainStart }: PlannerTables, s: number, n: number): number {
  return gains[gainStart[s] + n - 1];
}

/** What a forced line is worth where nothing else is wished for: more than any noise. */
const FORCED_GAIN = 10_000;

/** The tables with nothing wished for but what is forced: what is left to lines is to break no rule. */
export function withoutWishes(tables: PlannerTables): PlannerTables {
  const { gains, gainStart, forced, affinity } = tables;
  const own = new Int32Array(gains.length);
  forced.forEach((n, s) => {
    const most = gainStart[s + 1] - gainStart[s];
    own.fill(FORCED_GAIN, gainStart[s], gainStart[s] + Math.min(n, most));
  });
  return { ...tables, gains: own, affinity: new Int32Array(affinity.length) };
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
