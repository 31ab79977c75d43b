/**
 * Problems drawn from a seed: terms 1 to 26, lines, positions, specialties, tightness, pathways, leave and wishes. Of the
 * kind that hospitals have, and none that anybody tuned for.
 */
import type {
  Category,
  ConstraintEntry,
  PlannerPosition,
  PlannerProblem,
} from "../../shared/planner/problem.ts";
import { Random } from "../../shared/engine/random.ts";

/** What is drawn; each range is [from, to]. */
export interface Family {
  terms: [number, number];
  lines: [number, number];
  /** Whether few lines come up as often as many: each doubling of them as often as the next. */
  evenly: "lines" | "doublings";
  /** Lines for each position: many posts of few positions, or few of many. */
  linesPerPosition: [number, number];
  /** Posts for each line and term: 1 is tight. */
  slack: [number, number];
  pathways: [number, number];
  specialties: [number, number];
  /** Share of the problems with annual leave, and with wishes for cells. */
  leave: number;
  wishes: number;
  /** Weeks of leave that all terms can take, for each week that lines want; null: as many as they like. */
  leaveRoom: [number, number] | null;
}

/** Positions of every problem. */
const LEAST_POSITIONS = 5;
const MOST_POSITIONS = 400;

/** Families by name. */
export const FAMILIES: Record<string, Family> = {
  common: family({}),
  large: family({ lines: [200, 400], terms: [4, 5] }),
  tight: family({ slack: [1, 1.03], lines: [60, 200] }),
  pathways: family({ pathways: [4, 20], lines: [60, 200], terms: [4, 6] }),
  terms: family({ terms: [6, 13], lines: [30, 60] }),
  fortnights: family({ terms: [20, 26], lines: [10, 30] }),
  wishes: family({ wishes: 1, leave: 0.3, lines: [20, 100] }),
  leave: family({ leave: 1, leaveRoom: [1.02, 1.3], terms: [4, 13], lines: [10, 60] }),
  any: family({
    terms: [1, 26],
    lines: [1, 1000],
    evenly: "doublings",
    linesPerPosition: [1, 8],
    slack: [1, 1.4],
    pathways: [0, 20],
    specialties: [4, 40],
    leave: 0.3,
    leaveRoom: [1, 3],
    wishes: 0.5,
  }),
  thousand: family({ lines: [1000, 1000], linesPerPosition: [2.5, 2.5], terms: [4, 5] }),
};

/** What of a family can be drawn from another range. */
export const RANGES = [
  "terms",
  "lines",
  "linesPerPosition",
  "slack",
  "pathways",
  "specialties",
  "leaveRoom",
] as const;

/**
 * A family with other ranges.
 * @param given such as "terms=6..13" or "slack=1"
 * @throws Error naming what is known
 */
export function withRanges(shape: Family, given: readonly string[]): Family {
  return given.reduce((all, text) => {
    const [, name, from, to] = /^(\w+)=([\d.]+?)(?:\.\.([\d.]+))?$/.exec(text) ?? [];
    const known = RANGES.find((range) => range === name);
    if (known === undefined) throw new Error(`--draw ${text}: NAME=FROM..TO, NAME of ${RANGES}`);
    return { ...all, [known]: [Number(from), Number(to ?? from)] };
  }, shape);
}

function family(other: Partial<Family>): Family {
  return {
    terms: [4, 5],
    lines: [20, 200],
    evenly: "lines",
    linesPerPosition: [1.2, 2.5],
    slack: [1, 1.15],
    pathways: [0, 2],
    specialties: [10, 28],
    leave: 0,
    wishes: 0.2,
    leaveRoom: null,
    ...other,
  };
}

const CATEGORIES: Category[][] = [["A"], ["B"], ["C"], ["D"], ["A", "B"], ["A", "C"], ["B", "C"], [
  "C",
  "D",
], ["B", "D"]];

/** Draws the problem of a seed. The same seed gives the same problem. */
export function drawProblem(shape: Family, seed: number): PlannerProblem {
  const random = new Random(seed * 2_654_435_761 >>> 0);
  const real = ([from, to]: [number, number]) => from + (to - from) * random.next();
  const whole = (range: [number, number]) => Math.round(real(range));
  const [least, most] = shape.lines;
  const lines = () =>
    shape.evenly === "lines"
      ? whole(shape.lines)
      : Math.round(least * (most / least) ** random.next());
  const T = whole(shape.terms), N = lines(), K = whole(shape.specialties);
  const termWeeks = Array.from(
    { length: T },
    (_, t) => Math.floor(52 * (t + 1) / T) - Math.floor(52 * t / T),
  );
  const specs = Array.from(
    { length: K },
    (_, k) => ({ name: `Spec ${k}`, parent: `Parent ${k % 6}` }),
  );
  const wanted = Math.max(K, 3 * T, Math.round(N / real(shape.linesPerPosition)));
  const R = Math.min(MOST_POSITIONS, Math.max(LEAST_POSITIONS, wanted));
  const positions = Array.from(
    { length: R },
    (_, r) => drawPosition(random, r, specs[r < K ? r : random.below(K)]),
  );
  const slack = real(shape.slack);
  const posts = termWeeks.map(() => drawPosts(random, positions, Math.ceil(N * slack)));
  const short = random.next();
  const problem: PlannerProblem = {
    version: 1,
    lines: N,
    termWeeks,
    positions,
    posts,
    minimumFill: posts.map((row) =>
      row.map((n) => random.next() < short ? Math.floor(0.7 * n) : 0)
    ),
    constraints: [
      "UNRESTRICTED",
      // Of fewer than four terms one alone is more than these shares.
      { name: "REQUIRED_CATEGORIES", value: ["A", "B", "C"].slice(0, T) },
      { name: "MAX_SPECIALTY", value: Math.max(0.5, Math.ceil(100 / T) / 100) },
      { name: "MAX_SUBSPECIALTY", value: Math.max(0.25, Math.ceil(100 / T) / 100) },
      { name: "MAX_SERVICE", value: 0.25 },
      { name: "MIN_CLINICAL_TEAM", value: 0.5 },
    ],
    affinity: { profile: `drawn ${seed}`, version: 1, weights: drawWeights(random, specs) },
    options: { allowPartial: false, seed: 1 },
  };
  problem.constraints.push(
    ...drawPathways(random, problem, whole(shape.pathways)),
    ...random.next() < shape.wishes ? drawWishes(random, problem) : [],
    ...random.next() < shape.leave ? [drawLeave(random, problem, shape.leaveRoom)] : [],
  );
  return problem;
}

/** Leave, with room for so much of it in all and more in some terms than in others. */
function drawLeave(
  random: Random,
  { lines, termWeeks }: PlannerProblem,
  room: Family["leaveRoom"],
): ConstraintEntry {
  if (room === null) return "ANNUAL_LEAVE";
  const total = 5 * lines * (room[0] + (room[1] - room[0]) * random.next());
  const shares = termWeeks.map((weeks) => weeks * (0.5 + random.next()));
  const sum = shares.reduce((all, share) => all + share, 0);
  return {
    name: "ANNUAL_LEAVE",
    value: { capacity_weeks: shares.map((share) => Math.ceil(total * share / sum)) },
  };
}

function drawPosition(
  random: Random,
  r: number,
  spec: { name: string; parent: string },
): PlannerPosition {
  const isService = r % 8 === 7;
  return {
    id: `p${r}`,
    name: `${spec.name} ${r}`,
    specialty: isService ? "Service" : spec.parent,
    subspecialty: isService ? null : spec.name,
    categories: isService ? [] : CATEGORIES[random.below(CATEGORIES.length)],
    isService,
    isRural: !isService && random.next() < 0.08,
    isNightsRelief: false,
    isClinicalTeam: !isService,
    isNonClinical: false,
    isExcludable: random.next() < 0.1,
    allowsLeave: !isService,
    minWeeks: 1,
  };
}

/** Posts of one term: at least so many in all, few where a position is a service. */
function drawPosts(random: Random, positions: PlannerPosition[], total: number): number[] {
  const posts = positions.map(() => 0);
  for (let n = 0; n < total;) {
    const r = random.below(positions.length);
    if (positions[r].isService && random.next() < 0.5) continue;
    posts[r]++;
    n++;
  }
  return posts;
}

/** Affinities: within a parent mostly liked, others anything. */
function drawWeights(random: Random, specs: { name: string; parent: string }[]) {
  return specs.flatMap((a, i) =>
    specs.slice(i).map((b): [string, string, number] => [
      a.name,
      b.name,
      a === b ? -60 : a.parent === b.parent ? 20 + random.below(61) : random.below(101) - 60,
    ])
  );
}

function drawPathways(
  random: Random,
  { positions, lines, termWeeks }: PlannerProblem,
  wanted: number,
): ConstraintEntry[] {
  // Each reserves a line at least.
  const n = Math.min(wanted, lines);
  if (n === 0) return [];
  const each = Math.max(1, Math.floor(lines / (4 * n)));
  const value = Array.from({ length: n }, (_, p) => ({
    name: `Way ${p}`,
    lines: each,
    positions: [
      ...new Set(Array.from({ length: 12 }, () => positions[random.below(positions.length)].id)),
    ],
    need: Math.min(2, termWeeks.length),
  }));
  return [{ name: "PATHWAYS", value }];
}

function drawWishes(random: Random, { positions, termWeeks }: PlannerProblem): ConstraintEntry[] {
  const cells = new Map<string, unknown>();
  for (let i = 0; i < 10; i++) {
    const position = positions[random.below(positions.length)].id,
      term = 1 + random.below(termWeeks.length);
    const weight = 10 ** (1 + random.below(4));
    cells.set(`${position} ${term}`, { position, term, lines: 1 + random.below(3), weight });
  }
  return [{ name: "PREFERRED_CELLS", value: [...cells.values()] }];
}
