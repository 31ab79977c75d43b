// Small problems for tests: made by hand, or at random from a seed.

import type { Random } from "../../engine/random.ts";
import type {
  Category,
  ConstraintEntry,
  PlannerPosition,
  PlannerProblem,
  SixMonthTerm,
} from "../problem.ts";

/** A position with everything plain; override what the test is about. */
export function position(id: string, overrides: Partial<PlannerPosition> = {}): PlannerPosition {
  return {
    id,
    name: `${id} JMO`,
    specialty: `${id} specialty`,
    subspecialty: null,
    categories: [],
    isService: false,
    isRural: false,
    isNightsRelief: false,
    isClinicalTeam: true,
    isNonClinical: false,
    isExcludable: false,
    minWeeks: 1,
    ...overrides,
  };
}

/** A problem with the same number of posts everywhere and no minimum fill. */
export function problemOf(
  positions: PlannerPosition[],
  overrides: Partial<PlannerProblem> & { postsEach?: number } = {},
): PlannerProblem {
  const { postsEach = 1, termWeeks = [10, 10, 10, 10, 12], ...rest } = overrides;
  return {
    version: 1,
    lines: 1,
    termWeeks,
    positions,
    posts: termWeeks.map(() => positions.map(() => postsEach)),
    minimumFill: termWeeks.map(() => positions.map(() => 0)),
    constraints: [],
    affinity: { profile: "test", version: 1, weights: [] },
    options: { allowPartial: false, seed: 1 },
    ...rest,
  };
}

/** Every position once a term, all wanted in other company, at random: in a third of these the LP is not whole. */
export function contested(random: Random): PlannerProblem {
  const positions = Array.from({ length: 7 }, (_, r) => position(`r${r}`, { specialty: `S${r}` }));
  const keys = positions.map(({ specialty }) => specialty);
  const problem = problemOf(positions, { termWeeks: [13, 13, 13, 13], lines: 5 });
  problem.affinity.weights = keys.flatMap((a, i) =>
    keys.slice(i).map((b): [string, string, number] => [a, b, random.below(201) - 100])
  );
  return problem;
}

/** What a random problem may be made of. */
export interface RandomProblemShape {
  lines: number;
  terms: number;
  positions: number;
  postsUpTo: number;
  allowPartial?: boolean;
  /** With forced, forbidden and preferred cells now and then. */
  cells?: boolean;
  /** With annual leave. */
  leave?: boolean;
  /** With a pathway now and then. */
  pathways?: boolean;
  /** With six-month terms: of the first two positions, and now and then of the next two. */
  sixMonth?: boolean;
}

const CATEGORY_PAIRS: Category[][] = [["A", "B"], ["A", "C"], ["B", "C"], ["C", "D"], ["A"], ["D"]];

/**
 * A random problem: few specialties, flags and rules with bite, so that some are infeasible.
 * @param random numbers in [0, 1)
 */
export function randomProblem(random: () => number, shape: RandomProblemShape): PlannerProblem {
  const whole = (from: number, to: number) => from + Math.floor(random() * (to - from + 1));
  const positions = Array.from({ length: shape.positions }, (_, r) => {
    const specialty = whole(0, 2), subspecialty = random() < 0.6 ? whole(0, 1) : null;
    return position(`r${r}`, {
      specialty: `S${specialty}`,
      subspecialty: subspecialty === null ? null : `S${specialty}.${subspecialty}`,
      categories: CATEGORY_PAIRS[whole(0, CATEGORY_PAIRS.length - 1)],
      isService: random() < 0.15,
      isRural: random() < 0.2,
      isNightsRelief: random() < 0.2,
      isClinicalTeam: random() < 0.85,
      isNonClinical: random() < 0.1,
      isExcludable: random() < 0.2,
      minWeeks: random() < 0.15 ? 12 : 10,
    });
  });
  const sixMonthTerms = shape.sixMonth ? randomSixMonthTerms(random, positions) : undefined;
  const termWeeks = Array.from({ length: shape.terms }, (_, t) => t === shape.terms - 1 ? 12 : 10);
  const grid = (draw: () => number) => termWeeks.map(() => positions.map(draw));
  return problemOf(positions, {
    lines: shape.lines,
    termWeeks,
    posts: grid(() => whole(0, shape.postsUpTo)),
    minimumFill: grid(() => random() < 0.15 ? 1 : 0),
    ...sixMonthTerms ? { sixMonthTerms } : {},
    constraints: [
      ...randomConstraints(random),
      ...shape.sixMonth ? randomConditions(random) : [],
      ...shape.leave ? ["ANNUAL_LEAVE"] : [],
      ...shape.pathways ? randomPathway(random, positions, shape) : [],
      ...shape.cells ? randomCells(random, positions, shape.terms) : [],
    ],
    affinity: { profile: "random", version: 1, weights: randomWeights(random, positions) },
    options: { allowPartial: shape.allowPartial ?? false, seed: whole(1, 1000) },
  });
}

function randomConstraints(random: () => number): ConstraintEntry[] {
  const sometimes = (chance: number, entry: ConstraintEntry) => random() < chance ? [entry] : [];
  return [
    ...sometimes(0.6, { name: "REQUIRED_CATEGORIES", value: ["A", "C"] }),
    ...sometimes(0.5, { name: "MAX_SPECIALTY", value: 0.7 }),
    ...sometimes(0.4, { name: "MAX_SUBSPECIALTY", value: 0.4 }),
    ...sometimes(0.3, { name: "MAX_SERVICE_TERMS", value: 1 }),
    ...sometimes(0.3, { name: "MIN_CLINICAL_TEAM", value: 0.5 }),
    ...sometimes(0.2, { name: "MAX_NON_CLINICAL_TERMS", value: 0 }),
    ...sometimes(0.1, "NO_NIGHTS"),
    ...sometimes(0.2, { name: "UNIQUE_POSITIONS", value: false }),
  ];
}

/** Rules on order, sets, hospitals and specialties, each now and then; positions get hospitals, some are part-time. */
export function randomOrder(
  random: () => number,
  positions: PlannerPosition[],
): ConstraintEntry[] {
  const below = (n: number) => Math.floor(random() * n);
  for (const position of positions) position.hospital = `H${below(3)}`;
  if (random() < 0.3) {
    for (const position of positions) if (random() < 0.3) position.fte = 0.5;
  }
  const sometimes = (chance: number, make: () => ConstraintEntry) =>
    random() < chance ? [make()] : [];
  const some = () => positions.filter(() => random() < 0.5).map(({ id }) => id);
  const kind = () =>
    [
      { flags: ["rural", "nights_relief", "service"].slice(0, 1 + below(3)) },
      { specialties: [`S${below(3)}`] },
      { positions: [positions[0].id, ...some()] },
    ][below(3)];
  return [
    ...sometimes(0.5, () => ({
      name: "NOT_AFTER",
      value: [{ first: kind(), then: kind(), within: 1 + below(2) }],
    })),
    ...sometimes(
      0.5,
      () => ({ name: "TERMS_APART", value: [{ kind: kind(), apart: 2 + below(2) }] }),
    ),
    ...sometimes(0.4, () => ({
      name: "TERMS_IN_SET",
      value: [random() < 0.5 ? { kind: kind(), least: 1 } : { kind: kind(), most: 1 }],
    })),
    ...sometimes(0.4, () => ({ name: "MAX_HOSPITALS", value: 1 + below(2) })),
    ...sometimes(0.4, () => ({ name: "MIN_SPECIALTIES", value: 2 })),
  ];
}

/** One or two six-month terms, most of them fit for use; their positions mostly allow no leave. */
function randomSixMonthTerms(
  random: () => number,
  positions: PlannerPosition[],
): SixMonthTerm[] {
  const count = positions.length >= 4 && random() < 0.5 ? 2 : 1;
  return Array.from({ length: count }, (_, i): SixMonthTerm => {
    const [first, second] = positions.slice(2 * i, 2 * i + 2);
    first.subspecialty = `S.six${i}`;
    if (random() < 0.8) second.subspecialty = `S.months${i}`;
    first.allowsLeave = second.allowsLeave = random() < 0.5;
    return {
      id: `six${i}`,
      name: `Six months ${i}`,
      components: [first.id, random() < 0.9 ? second.id : null],
      qualification: random() < 0.8 ? "Diploma" : null,
      college: random() < 0.8 ? "College" : null,
    };
  });
}

/** Conditions of six-month terms, with bite and without. */
function randomConditions(random: () => number): ConstraintEntry[] {
  const drawn = random();
  if (drawn < 0.3) return [];
  const rest_covers = drawn < 0.6 ? ["C"] : drawn < 0.8 ? ["A", "C"] : [];
  const value = {
    most: random() < 0.7 ? 1 : 2,
    rest_covers,
    qualification: random() < 0.5,
    college: random() < 0.5,
  };
  return [{ name: "SIX_MONTH_TERMS", value }];
}

/** Forced, forbidden and preferred cells, each now and then. */
function randomCells(
  random: () => number,
  positions: PlannerPosition[],
  terms: number,
): ConstraintEntry[] {
  const below = (n: number) => Math.floor(random() * n);
  const cell = () => ({ position: positions[below(positions.length)].id, term: 1 + below(terms) });
  const forced = random() < 0.2 ? [cell()] : [];
  const forbidden = random() < 0.2 ? [cell()] : [];
  const preferred = random() < 0.3 ? [{ ...cell(), lines: 2, weight: 50 + below(400) }] : [];
  return [
    ...forced.map((value) => ({ name: "FORCED_CELLS", value: [value] })),
    ...forbidden.map(({ position, term }) => ({
      name: "FORBIDDEN_CELLS",
      value: [{ position, terms: [term] }],
    })),
    ...preferred.map((value) => ({ name: "PREFERRED_CELLS", value: [value] })),
  ];
}

/** One line reserved, by a sequence or a bias. */
function randomPathway(
  random: () => number,
  positions: PlannerPosition[],
  { lines, terms }: RandomProblemShape,
): ConstraintEntry[] {
  const below = (n: number) => Math.floor(random() * n);
  const id = () => positions[below(positions.length)].id;
  const start = { name: "Rural", lines: 1 + below(lines) };
  const value = random() < 0.5
    ? { ...start, positions: [id(), id(), id()], need: 1 + below(Math.min(3, terms + 1)) }
    : { ...start, sequence: Array.from({ length: terms }, (_, t) => t === 0 ? id() : null) };
  return [{ name: "PATHWAYS", value: [value] }];
}

function randomWeights(
  random: () => number,
  positions: PlannerPosition[],
): [string, string, number][] {
  const keys = [...new Set(positions.map((p) => p.subspecialty ?? p.specialty))].sort();
  return keys.flatMap((a, i) =>
    keys.slice(i).map((b): [string, string, number] => [a, b, Math.floor(random() * 201) - 100])
  );
}

/**
 * Two lines that both need the one post of each category, in other terms; both are of one specialty, of which a line may hold
 * one. No count of posts by itself tells that there is no line, and moves rarely find out.
 */
export function postPoor(overrides: Partial<PlannerProblem> = {}): PlannerProblem {
  const positions = [
    position("a", { specialty: "x", categories: ["A"] }),
    position("b", { specialty: "x", categories: ["B"] }),
    position("c", { specialty: "y" }),
  ];
  return problemOf(positions, {
    termWeeks: [26, 26],
    lines: 2,
    constraints: [
      { name: "REQUIRED_CATEGORIES", value: ["A", "B"] },
      { name: "MAX_SPECIALTY", value: 0.5 },
    ],
    ...overrides,
  });
}
