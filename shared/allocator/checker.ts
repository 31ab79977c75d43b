// The independent checker: accepts or refuses a finished matching before anything is committed. Written
// from the domain's rules alone, on ids; it shares no code with the model, so neither hides the
// other's faults.

import { plural } from "../engine/words.ts";
import type { Allocation, StoredAllocation } from "./outcome.ts";
import type {
  AllocatorEligibility,
  AllocatorLink,
  AllocatorPreferencer,
  AllocatorProblem,
  AllocatorWeighting,
  AllocatorWorker,
} from "./problem.ts";

/** One broken promise; ids where it is about a worker, a line or a preferencer. */
export interface MatchingViolation {
  code:
    | "WORKER"
    | "LINE"
    | "PREFERENCE"
    | "CHOICE"
    | "ELIGIBILITY"
    | "PIN"
    | "CAPACITY"
    | "MUST_HAVE"
    | "MAX_LINES"
    | "MAX_WORKERS"
    | "LINK"
    | "BLOCKING_PAIR"
    | "BLOCKING_COUPLE";
  message: string;
  worker?: string;
  line?: string;
  preferencer?: string;
}

/**
 * Checks a matching against the problem: one known, eligible line per worker, the rank (and where it is given the
 * choice) that was reported, pins, capacities, must-have lines, linked workers, caps, and blocking pairs and couples where
 * stability is asked for.
 * @returns every violation; empty for a matching that may be committed
 */
export function checkMatching(
  problem: AllocatorProblem,
  allocations: readonly (Allocation | StoredAllocation)[],
): MatchingViolation[] {
  const shape = [...checkWorkers(problem, allocations), ...checkLines(problem, allocations)];
  if (shape.length > 0) return shape;
  const opinions = new Opinions(problem);
  return [
    ...checkEligibility(problem, allocations),
    ...checkPreferences(opinions, allocations),
    ...checkChoices(opinions, allocations),
    ...checkLoads(problem, allocations),
    ...checkLinks(problem, opinions, allocations),
    ...problem.preferencers.flatMap((p) => checkCaps(p, allocations)),
    ...problem.options.stability
      ? [
        ...checkStability(problem, opinions, allocations),
        ...checkCouples(problem, opinions, allocations),
      ]
      : [],
  ];
}

/** Objective of a matching, sum of (1 - a) D_worker + a D_preferencer, not rounded anywhere. */
export function scoreMatching(
  problem: AllocatorProblem,
  allocations: readonly Allocation[],
): number {
  const opinions = new Opinions(problem), a = problem.options.preferencerWeight;
  return allocations.reduce((sum, { worker, line }) => {
    const own = opinions.ofWorker(worker).of(line) ** problem.options.preferencePower;
    return sum + (1 - a) * own + a * opinions.ofLine(line, worker);
  }, 0);
}

/** Blocking pairs of a matching: worker and line would both rather have each other. */
export function findBlockingPairs(
  problem: AllocatorProblem,
  allocations: readonly Allocation[],
): { worker: string; line: string }[] {
  return checkStability(problem, new Opinions(problem), allocations)
    .map(({ worker, line }) => ({ worker: worker!, line: line! }));
}

function checkWorkers(
  { workers }: AllocatorProblem,
  allocations: readonly Allocation[],
): MatchingViolation[] {
  const times = new Map(workers.map(({ id }) => [id, 0]));
  const unknown = allocations.flatMap(({ worker }): MatchingViolation[] => {
    if (!times.has(worker)) {
      return [{ code: "WORKER", message: `${worker} is not part of the run.`, worker }];
    }
    times.set(worker, times.get(worker)! + 1);
    return [];
  });
  const wrong = workers.flatMap(({ id, name }): MatchingViolation[] =>
    times.get(id) === 1
      ? []
      : [{ code: "WORKER", message: `${name} has ${plural(times.get(id)!, "line")}.`, worker: id }]
  );
  return [...unknown, ...wrong];
}

function checkLines({ lines }: AllocatorProblem, allocations: readonly Allocation[]) {
  const known = new Set(lines.map(({ id }) => id));
  return allocations.flatMap(({ worker, line }): MatchingViolation[] =>
    known.has(line)
      ? []
      : [{ code: "LINE", message: `Line ${line} is not part of the run.`, worker, line }]
  );
}

/** The rules of eligibility in their order; the first that matches decides. */
export function isEligible(
  { id, tags }: AllocatorWorker,
  entry: AllocatorEligibility | undefined,
): boolean {
  if (!entry) return true;
  if (entry.includedWorkers.includes(id)) return true;
  if (entry.excludedWorkers.includes(id)) return false;
  if (entry.excludedTags.some((tag) => tags.includes(tag))) return false;
  if (entry.includedTags.some((tag) => tags.includes(tag))) return true;
  return entry.includedTags.length === 0;
}

function checkEligibility(
  { workers, lines, eligibility, pins }: AllocatorProblem,
  allocations: readonly Allocation[],
): MatchingViolation[] {
  const worker = new Map(workers.map((w) => [w.id, w]));
  const entry = new Map(eligibility.map((e) => [e.line, e]));
  const names = new Map([...workers, ...lines].map(({ id, name }) => [id, name]));
  const pinned = new Map(pins.map((pin) => [pin.worker, pin.line]));
  return allocations.flatMap(({ worker: w, line }): MatchingViolation[] => {
    const who = `${names.get(w)}, ${names.get(line)}`;
    if (!isEligible(worker.get(w)!, entry.get(line))) {
      return [{ code: "ELIGIBILITY", message: `${who}: not eligible.`, worker: w, line }];
    }
    if (pinned.has(w) && pinned.get(w) !== line) {
      return [{ code: "PIN", message: `${who}: pinned to another line.`, worker: w, line }];
    }
    return [];
  });
}

function checkPreferences(
  opinions: Opinions,
  allocations: readonly Allocation[],
): MatchingViolation[] {
  return allocations.flatMap(({ worker, line, originalPreference }): MatchingViolation[] => {
    const truth = opinions.ofWorker(worker).ranked.get(line) ?? null;
    if (truth === originalPreference) return [];
    const message = `${worker}, ${line}: reported rank ${originalPreference}, given ${truth}.`;
    return [{ code: "PREFERENCE", message, worker, line }];
  });
}

function checkChoices(
  opinions: Opinions,
  allocations: readonly (Allocation | StoredAllocation)[],
): MatchingViolation[] {
  return allocations.flatMap((allocation): MatchingViolation[] => {
    if (!("choice" in allocation)) return [];
    const { worker, line, choice } = allocation;
    const truth = opinions.ofWorker(worker).choice(line);
    if (truth === choice) return [];
    const message = `${worker}, ${line}: reported as choice ${choice}, it is ${truth}.`;
    return [{ code: "CHOICE", message, worker, line }];
  });
}

function tally(allocations: readonly Allocation[]): Map<string, number> {
  const load = new Map<string, number>();
  for (const { line } of allocations) load.set(line, (load.get(line) ?? 0) + 1);
  return load;
}

function checkLoads(
  { lines, links = [] }: AllocatorProblem,
  allocations: readonly Allocation[],
): MatchingViolation[] {
  // The second of two who share a job takes no place beside the first.
  const sharing = new Set(
    links.flatMap(({ fit, workers }) => fit.kind === "share" ? [workers[1]] : []),
  );
  const load = tally(allocations.filter(({ worker }) => !sharing.has(worker)));
  return lines.flatMap(({ id: line, name, capacity, mustHave }): MatchingViolation[] => {
    const used = load.get(line) ?? 0;
    if (used > capacity) {
      const message = `${name} has ${plural(used, "doctor")} for ${plural(capacity, "place")}.`; // who shares, counted once
      return [{ code: "CAPACITY", message, line }];
    }
    if (!mustHave || used > 0) return [];
    return [{ code: "MUST_HAVE", message: `${name} must have a doctor.`, line }];
  });
}

function checkCaps(
  { id: preferencer, name, lines, maxLines, maxWorkers }: AllocatorPreferencer,
  allocations: readonly Allocation[],
): MatchingViolation[] {
  const own = allocations.filter(({ line }) => lines.includes(line));
  const used = new Set(own.map(({ line }) => line)).size, violations: MatchingViolation[] = [];
  if (maxLines !== null && used > maxLines) {
    const message = `${name}: ${
      plural(used, "line is", "lines are")
    } used, at most ${maxLines} may be.`;
    violations.push({ code: "MAX_LINES", message, preferencer });
  }
  if (maxWorkers !== null && own.length > maxWorkers) {
    const message = `${name}: ${plural(own.length, "doctor")}, at most ${maxWorkers}.`;
    violations.push({ code: "MAX_WORKERS", message, preferencer });
  }
  return violations;
}

/**
 * A list of ranks made fractional: places are counted from the order of the values alone. What is no number above 0, or
 * names what is not known, is no entry; of two for one item the better counts.
 */
class RankList {
  readonly ranked = new Map<string, number>();
  readonly #others: number;
  readonly #last: Set<string>;
  readonly #atEnd: number;

  constructor(
    given: readonly [string, number][],
    known: ReadonlySet<string>,
    last: readonly string[] = [],
  ) {
    const entries = new Map<string, number>();
    for (const [item, value] of given) {
      if (!known.has(item) || !Number.isFinite(value) || value <= 0) continue;
      entries.set(item, Math.min(value, entries.get(item) ?? Infinity));
    }
    const tied = Map.groupBy(entries, ([, value]) => value);
    let before = 0, sum = 0;
    for (const value of [...tied.keys()].sort((a, b) => a - b)) {
      const group = tied.get(value)!;
      for (const [item] of group) this.ranked.set(item, before + (group.length + 1) / 2);
      sum += group.length * (before + (group.length + 1) / 2);
      before += group.length;
    }
    this.#last = new Set(last.filter((item) => known.has(item) && !entries.has(item)));
    const atEnd = this.#last.size, all = known.size - atEnd, free = all - entries.size;
    this.#others = free > 0 ? ((all * (all + 1)) / 2 - sum) / free : all;
    this.#atEnd = (all + 1 + known.size) / 2;
  }

  of(item: string): number {
    return this.ranked.get(item) ?? (this.#last.has(item) ? this.#atEnd : this.#others);
  }

  /** 1 and how many are liked better; null: it is not ranked. */
  choice(item: string): number | null {
    const own = this.ranked.get(item);
    if (own === undefined) return null;
    return 1 + [...this.ranked.values()].filter((rank) => rank < own).length;
  }
}

/** What workers and preferencers think. */
class Opinions {
  readonly #workers = new Map<string, RankList>();
  readonly #tags: Map<string, string[]>;
  readonly #power: number;
  /** Per line: its preferencers' ranks, and the weightings that concern it. */
  readonly #lines = new Map<string, { lists: RankList[]; weightings: AllocatorWeighting[] }>();

  constructor(problem: AllocatorProblem) {
    const ids = (...lists: { id: string }[][]) => new Set(lists.flat().map(({ id }) => id));
    const allLines = ids(problem.lines, problem.outside.lines);
    const given = new Map<string, [string, number][]>();
    for (const { worker, ranks } of problem.preferences) {
      given.set(worker, [...given.get(worker) ?? [], ...ranks]);
    }
    for (const { id } of problem.workers) {
      const last = problem.preferences.flatMap((p) => p.worker === id ? p.last ?? [] : []);
      this.#workers.set(id, new RankList(given.get(id) ?? [], allLines, last));
    }
    this.#tags = new Map(problem.workers.map(({ id, tags }) => [id, tags]));
    this.#power = problem.options.preferencePower;
    const allWorkers = ids(problem.workers, problem.outside.workers);
    const all = problem.preferencers.map(({ lines, ranks }) => ({
      lines: new Set(lines),
      ranks: new RankList(ranks, allWorkers),
    }));
    for (const { id } of problem.lines) {
      this.#lines.set(id, {
        lists: all.filter(({ lines }) => lines.has(id)).map(({ ranks }) => ranks),
        weightings: problem.weightings.filter(({ line }) => line === null || line === id),
      });
    }
  }

  ofWorker(worker: string): RankList {
    return this.#workers.get(worker)!;
  }

  /** What a line's preferencers together think of a worker, the lower the better. */
  ofLine(line: string, worker: string): number {
    const { lists, weightings } = this.#lines.get(line)!, tags = this.#tags.get(worker)!;
    const extra = weightings.reduce(
      (sum, weighting) => concerns(weighting, worker, tags) ? sum + weighting.weighting : sum,
      0,
    );
    return lists.reduce((sum, list) => sum + list.of(worker) ** this.#power + extra, 0);
  }
}

function concerns(
  { workers, tags }: AllocatorWeighting,
  worker: string,
  held: readonly string[],
): boolean {
  return workers.length + tags.length === 0 || workers.includes(worker) ||
    tags.some((tag) => held.includes(tag));
}

/** Whether two linked workers may have two lines. */
function fitTogether(
  { workers: [first, second], fit }: AllocatorLink,
  [line, other]: readonly [string, string],
  isRanked: (worker: string, line: string) => boolean,
): boolean {
  switch (fit.kind) {
    case "alike": {
      const kinds = new Map(fit.lines), kind = kinds.get(line);
      return line === other || (kind !== undefined && kind === kinds.get(other));
    }
    case "ranked":
      return isRanked(first, line) && isRanked(second, other);
    case "pairs":
      return fit.pairs.some(([a, b]) => a === line && b === other);
    case "share":
      return line === other;
  }
}

function checkLinks(
  { links = [], workers }: AllocatorProblem,
  opinions: Opinions,
  allocations: readonly Allocation[],
): MatchingViolation[] {
  const own = new Map(allocations.map(({ worker, line }) => [worker, line]));
  return links.flatMap((link): MatchingViolation[] => {
    const [first, second] = link.workers, lines = [own.get(first)!, own.get(second)!] as const;
    const parts = link.workers.reduce(
      (sum, id) => sum + (workers.find((worker) => worker.id === id)?.fte ?? 1),
      0,
    );
    if (link.fit.kind === "share" && parts > 1 + 1e-9) {
      const message = `${first} and ${second} share a job, and are more than one together.`;
      return [{ code: "LINK", message, worker: first, line: lines[0] }];
    }
    if (fitTogether(link, lines, (w, line) => opinions.ofWorker(w).ranked.has(line))) return [];
    const message = `${first} and ${second} are linked, and their lines do not fit.`;
    return [{ code: "LINK", message, worker: first, line: lines[0] }];
  });
}

/** By whom a line is asked: the priority group first, then what its preferencers think. */
type Standing = (line: string, worker: string) => [group: number, regard: number];

function standings({ groups = [] }: AllocatorProblem, opinions: Opinions): Standing {
  return (line, worker) => {
    const group = groups.findIndex(({ workers }) => workers.includes(worker));
    return [group < 0 ? groups.length : group, opinions.ofLine(line, worker)];
  };
}

/** Whether one is put before another, strictly. */
function isBefore(one: [number, number], other: [number, number]): boolean {
  return one[0] !== other[0] ? one[0] < other[0] : one[1] < other[1] - 1e-9;
}

/**
 * Couples who, and lines that, would rather have each other: a pair that comes before in
 * the couple's order, or where they have none, nothing worse for either and something better for one.
 */
function checkCouples(
  problem: AllocatorProblem,
  opinions: Opinions,
  allocations: readonly Allocation[],
): MatchingViolation[] {
  const { links = [], lines, workers, eligibility, pins } = problem;
  const standing = standings(problem, opinions);
  const entry = new Map(eligibility.map((e) => [e.line, e]));
  const own = new Map(allocations.map(({ worker, line }) => [worker, line]));
  const isRanked = (w: string, line: string) => opinions.ofWorker(w).ranked.has(line);
  const open = (id: string) => {
    const worker = workers.find((w) => w.id === id)!;
    return lines.filter(({ id: line }) =>
      line === own.get(id) ||
      (!pins.some((pin) => pin.worker === id) && isEligible(worker, entry.get(line)))
    );
  };
  return links.flatMap((link): MatchingViolation[] => {
    const [a, b] = link.workers;
    const gain = (w: string, line: string) =>
      opinions.ofWorker(w).of(own.get(w)!) - opinions.ofWorker(w).of(line);
    const place = (line: string, other: string) =>
      link.fit.kind === "pairs"
        ? link.fit.pairs.findIndex((pair) => pair[0] === line && pair[1] === other)
        : -1;
    const prefers = (line: string, other: string) => {
      if (link.fit.kind === "pairs" && link.fit.ordered) {
        return place(line, other) < place(own.get(a)!, own.get(b)!);
      }
      const [first, second] = [gain(a, line), gain(b, other)];
      return first >= 0 && second >= 0 && first + second > 0;
    };
    /** Places taken, as one of the couple sees it who wants to come to a line. */
    const takes = (
      w: string,
      line: { id: string; capacity: number },
      other: string,
      at: string,
    ) => {
      if (own.get(w) === line.id) return true;
      const mine = standing(line.id, w);
      const others = allocations.filter((x) => x.line === line.id && x.worker !== other);
      let ahead = others.filter((x) => !isBefore(mine, standing(line.id, x.worker))).length;
      const stays = own.get(other) === line.id;
      if (at === line.id && (stays || !isBefore(mine, standing(line.id, other)))) ahead++;
      return ahead < line.capacity;
    };
    for (const j of open(a)) {
      for (const k of open(b)) {
        if (!fitTogether(link, [j.id, k.id], isRanked) || !prefers(j.id, k.id)) continue;
        if (!takes(a, j, b, k.id) || !takes(b, k, a, j.id)) continue;
        const message =
          `${a} and ${b} would rather have ${j.name} and ${k.name}, which would take them.`;
        return [{ code: "BLOCKING_COUPLE", message, worker: a, line: j.id }];
      }
    }
    return [];
  });
}

function checkStability(
  problem: AllocatorProblem,
  opinions: Opinions,
  allocations: readonly Allocation[],
): MatchingViolation[] {
  const entry = new Map(problem.eligibility.map((e) => [e.line, e]));
  const pinned = new Map(problem.pins.map((pin) => [pin.worker, pin.line]));
  const own = new Map(allocations.map(({ worker, line }) => [worker, line]));
  const standing = standings(problem, opinions);
  const linked = new Set(problem.links?.flatMap(({ workers }) => workers));
  return problem.lines.flatMap(({ id: line, name, capacity }) => {
    const there = allocations.filter((a) => a.line === line)
      .map(({ worker }) => standing(line, worker));
    return problem.workers.flatMap((worker): MatchingViolation[] => {
      if (linked.has(worker.id)) return []; // blocks as a couple, or not at all
      const ranks = opinions.ofWorker(worker.id);
      if (ranks.of(line) >= ranks.of(own.get(worker.id)!)) return [];
      if (pinned.has(worker.id) || !isEligible(worker, entry.get(line))) return [];
      const wanted = there.length < capacity ||
        there.some((other) => isBefore(standing(line, worker.id), other));
      if (!wanted) return [];
      const message = `${worker.name} and ${name} would rather have each other.`;
      return [{ code: "BLOCKING_PAIR", message, worker: worker.id, line }];
    });
  });
}
