/**
 * Problems of the allocator drawn from a seed: doctors, lines, places, ranks with ties, departments, eligibility, caps,
 * couples and stability. Of the kinds that hospitals and published instances have, and none that anybody tuned for.
 */
import {
  type AllocatorEligibility,
  type AllocatorLink,
  type AllocatorPreferencer,
  type AllocatorProblem,
  DEFAULT_OPTIONS,
} from "../../shared/allocator/problem.ts";
import { Random } from "../../shared/engine/random.ts";
import { toProblem } from "../hrt/problem.ts";

/** What is drawn; each range is [from, to]. */
export interface AllocatorFamily {
  workers: [number, number];
  lines: [number, number];
  /** Places for each doctor: 1 is tight. */
  slack: [number, number];
  /** Lines that a doctor ranks, and how often one is tied with the one before. */
  ranked: [number, number];
  ties: [number, number];
  /** How much the doctors agree on what is good: 0 not at all. */
  agreement: [number, number];
  /** Departments that rank doctors, for each line: 1 is one each. */
  departments: [number, number];
  departmentTies: [number, number];
  /** Share of the lines that a doctor may have. */
  eligible: [number, number];
  stability: boolean;
  /** Share of the departments with a cap on workers, and on lines. */
  caps: number;
  /** Share of the doctors who are one of a couple. */
  couples: number;
}

/** Families by name; `residents` are published kinds of hospitals/residents instances, see {@link drawResidents}. */
export const ALLOCATOR_FAMILIES: Record<string, AllocatorFamily | "residents"> = {
  common: family({ workers: [60, 500] }),
  caps: family({ caps: 0.5 }),
  large: family({ workers: [1000, 1000], lines: [500, 500] }),
  stable: family({
    workers: [500, 500],
    lines: [300, 300],
    ranked: [20, 150],
    departments: [1, 1],
    eligible: [1, 1],
    stability: true,
  }),
  shared: family({ workers: [500, 500], lines: [300, 300], stability: true }),
  strict: family({
    workers: [500, 500],
    lines: [300, 300],
    ranked: [300, 300],
    ties: [0, 0],
    departments: [1, 1],
    departmentTies: [0, 0],
    eligible: [1, 1],
    stability: true,
  }),
  programmes: family({
    workers: [430, 441],
    lines: [441, 441],
    slack: [1, 1],
    ranked: [150, 150],
    ties: [0.3, 0.3],
    agreement: [0, 1],
    departments: [0.02, 1],
    eligible: [1, 1],
    stability: true,
  }),
  residents: "residents",
  couples: family({
    workers: [140, 140],
    lines: [100, 100],
    couples: 0.06,
    stability: true,
  }),
  many_couples: family({
    workers: [500, 500],
    lines: [300, 300],
    couples: 0.24,
    stability: true,
  }),
};

function family(other: Partial<AllocatorFamily>): AllocatorFamily {
  return {
    workers: [60, 500],
    lines: [40, 300],
    slack: [1, 1.05],
    ranked: [14, 58],
    ties: [0, 0.3],
    agreement: [0, 0.5],
    departments: [0.1, 0.5],
    departmentTies: [0, 0.3],
    eligible: [0.6, 1],
    stability: false,
    caps: 0,
    couples: 0,
    ...other,
  };
}

/** Draws the problem of a seed. The same seed gives the same problem. */
export function drawAllocation(
  shape: AllocatorFamily | "residents",
  seed: number,
): AllocatorProblem {
  const random = new Random(seed * 2_654_435_761 >>> 0);
  return shape === "residents" ? drawResidents(random) : draw(random, shape);
}

type Range = [number, number];

function draw(random: Random, shape: AllocatorFamily): AllocatorProblem {
  const real = ([from, to]: Range) => from + (to - from) * random.next();
  const whole = (range: Range) => Math.round(real(range));
  const W = whole(shape.workers), J = whole(shape.lines);
  const capacity = drawPlaces(random, J, Math.ceil(W * real(shape.slack)));
  const workers = Array.from({ length: W }, (_, w) => `w${w}`);
  const lines = Array.from({ length: J }, (_, j) => `l${j}`);
  const eligibility = drawEligibility(random, workers, lines, real(shape.eligible));
  const [agreement, ties] = [real(shape.agreement), real(shape.ties)];
  const worth = lines.map(() => random.next());
  const preferences = workers.map((worker) => ({
    worker,
    ranks: drawRanks(random, {
      items: lines,
      most: Math.min(J, whole(shape.ranked)),
      ties,
      worth: (j) => agreement * worth[j],
    }),
  }));
  return {
    version: 1,
    workers: workers.map((id) => ({ id, name: `Doctor ${id}`, tags: [] })),
    lines: lines.map((id, j) => ({
      id,
      name: `Line ${id}`,
      capacity: capacity[j],
      mustHave: false,
    })),
    outside: { workers: [], lines: [] },
    eligibility,
    preferences,
    rankNotation: "dense",
    preferencers: drawDepartments(random, workers, lines, {
      count: Math.max(1, Math.round(J * real(shape.departments))),
      ties: real(shape.departmentTies),
      caps: shape.caps,
    }),
    weightings: [],
    pins: [],
    links: drawCouples(random, workers, lines, Math.floor(W * shape.couples / 2)),
    options: { ...DEFAULT_OPTIONS, stability: shape.stability },
  };
}

function drawPlaces(random: Random, J: number, total: number): number[] {
  const capacity = new Array<number>(J).fill(1);
  for (let n = J; n < total; n++) capacity[random.below(J)]++;
  return capacity;
}

/** Nobody is left without lines: who may have what is drawn line by line, from all doctors. */
function drawEligibility(
  random: Random,
  workers: readonly string[],
  lines: readonly string[],
  share: number,
): AllocatorEligibility[] {
  if (share === 1) return [];
  return lines.map((line) => ({
    line,
    includedWorkers: workers.filter(() => random.next() < share),
    excludedWorkers: [],
    includedTags: [],
    excludedTags: [],
  }));
}

interface RankShape {
  items: readonly string[];
  most: number;
  ties: number;
  /** What everybody thinks of the i-th item: the more the better, against a draw between 0 and 1. */
  worth(i: number): number;
}

/** Dense ranks. */
function drawRanks(random: Random, shape: RankShape): [string, number][] {
  const order = shape.items.map((item, i) => ({ item, by: shape.worth(i) + random.next() }))
    .sort((a, b) => b.by - a.by).slice(0, shape.most);
  let rank = 0;
  return order.map(({ item }, i) => {
    if (i === 0 || random.next() >= shape.ties) rank++;
    return [item, rank];
  });
}

function drawDepartments(
  random: Random,
  workers: readonly string[],
  lines: readonly string[],
  { count, ties, caps }: { count: number; ties: number; caps: number },
): AllocatorPreferencer[] {
  const own: string[][] = Array.from({ length: count }, () => []);
  lines.forEach((line, j) => own[j < count ? j : random.below(count)].push(line));
  const merit = workers.map(() => random.next());
  return own.map((of, p) => ({
    id: `p${p}`,
    name: `Department ${p}`,
    lines: of,
    maxLines: random.next() < caps ? Math.ceil(0.9 * of.length) : null,
    maxWorkers: null,
    ranks: drawRanks(random, {
      items: workers,
      most: Math.ceil(workers.length * (0.5 + 0.5 * random.next())),
      ties,
      worth: (w) => 0.3 * merit[w],
    }),
  }));
}

function drawCouples(
  random: Random,
  workers: readonly string[],
  lines: readonly string[],
  count: number,
): AllocatorLink[] {
  const kinds = lines.map((line): [string, string] => [line, `hospital ${random.below(10)}`]);
  return Array.from({ length: count }, (_, i) => ({
    workers: [workers[2 * i], workers[2 * i + 1]],
    fit: { kind: "alike", lines: kinds },
  }));
}

/**
 * Residents and hospitals with ties as published ones are: lists of five or six of some fifty hospitals, each of which
 * ranks all who rank it, in ties that are long.
 */
function drawResidents(random: Random): AllocatorProblem {
  const R = 700 + random.below(100), H = 50 + random.below(8);
  const places = drawPlaces(random, H, Math.round(R * (1 + 0.05 * random.next())));
  const hospitals = Array.from({ length: H }, (_, h) => h + 1);
  const residents = Array.from({ length: R }, () => {
    const order = Int32Array.from(hospitals);
    random.choose(order, order.length);
    return [...order.subarray(0, 5 + random.below(2))].map((h) => [h]);
  });
  const ties = 0.8 + 0.1 * random.next();
  return toProblem({
    residents,
    hospitals: places.map((capacity, h) => {
      const who = residents.flatMap((list, r) => list.some(([k]) => k === h + 1) ? [r + 1] : []);
      const order = Int32Array.from(who);
      random.choose(order, order.length);
      const list: number[][] = [];
      for (const r of order) {
        if (list.length > 0 && random.next() < ties) list.at(-1)!.push(r);
        else list.push([r]);
      }
      return { capacity, list };
    }),
  }, 1);
}
