// Small allocator problems for tests: by hand, and at random from a seed.

import type { Random } from "../../engine/random.ts";
import type { AllocatorLink } from "../problem.ts";
import type { FlowProblem } from "../search/flow.ts";
import { type AllocatorProblem, DEFAULT_OPTIONS, type RankNotation } from "../problem.ts";

/** Workers w0.. and lines l0.. with the given capacities; everybody may have every line. */
export function problemOf(
  workers: number,
  capacities: number[],
  change: Partial<AllocatorProblem> = {},
): AllocatorProblem {
  return {
    version: 1,
    workers: Array.from({ length: workers }, (_, w) => ({ id: `w${w}`, name: `W${w}`, tags: [] })),
    lines: capacities.map((capacity, j) => ({
      id: `l${j}`,
      name: `L${j}`,
      capacity,
      mustHave: false,
    })),
    outside: { workers: [], lines: [] },
    eligibility: [],
    preferences: [],
    rankNotation: "competition",
    preferencers: [],
    weightings: [],
    pins: [],
    options: { ...DEFAULT_OPTIONS },
    ...change,
  };
}

/** Ranks of the items in an order with ties, in a notation. */
export function writeRanks(groups: string[][], notation: RankNotation): [string, number][] {
  let better = 0;
  return groups.flatMap((group, g) => {
    const rank = {
      competition: better + 1,
      dense: g + 1,
      fractional: better + (group.length + 1) / 2,
    }[notation];
    better += group.length;
    return group.map((item): [string, number] => [item, rank]);
  });
}

function randomRanks(random: Random, items: string[], notation: RankNotation) {
  const order = Int32Array.from(items, (_, i) => i);
  random.choose(order, order.length);
  const groups: string[][] = [];
  for (const i of order.subarray(0, random.below(items.length + 1))) {
    if (groups.length > 0 && random.next() < 0.3) groups.at(-1)!.push(items[i]);
    else groups.push([items[i]]);
  }
  return writeRanks(groups, notation);
}

/** What a random problem may have. */
export interface Spice {
  caps: boolean;
  stability: boolean;
}

/** A random problem that brute force can still solve. */
export function randomProblem(random: Random, { caps, stability }: Spice): AllocatorProblem {
  const notation = (["competition", "dense", "fractional"] as const)[random.below(3)];
  const some = <T>(items: T[], share: number) => items.filter(() => random.next() < share);
  const W = 1 + random.below(5), J = 1 + random.below(5);
  const problem = problemOf(W, Array.from({ length: J }, () => random.below(4)));
  const workers = problem.workers.map(({ id }) => id), lines = problem.lines.map(({ id }) => id);
  const tags = ["a", "b", "c"];
  const cap = () => caps && random.next() < 0.6 ? random.below(4) : null;
  return {
    ...problem,
    workers: problem.workers.map((worker) => ({ ...worker, tags: some(tags, 0.4) })),
    lines: problem.lines.map((line) => ({ ...line, mustHave: random.next() < 0.15 })),
    eligibility: some(lines, 0.4).map((line) => ({
      line,
      includedWorkers: some(workers, 0.2),
      excludedWorkers: some(workers, 0.2),
      includedTags: some(tags, 0.2),
      excludedTags: some(tags, 0.1),
    })),
    preferences: workers.map((worker) => ({ worker, ranks: randomRanks(random, lines, notation) })),
    rankNotation: notation,
    preferencers: Array.from({ length: random.below(4) }, (_, p) => ({
      id: `p${p}`,
      name: `P${p}`,
      lines: some(lines, 0.5),
      maxLines: cap(),
      maxWorkers: cap(),
      ranks: randomRanks(random, workers, notation),
    })),
    weightings: Array.from({ length: random.below(3) }, () => ({
      line: random.next() < 0.5 ? null : lines[random.below(J)],
      workers: some(workers, 0.3),
      tags: some(tags, 0.3),
      weighting: random.below(9) - 4,
    })),
    options: {
      preferencerWeight: random.below(11) / 10,
      preferencePower: 1 + random.below(2),
      stability,
      allowTies: true,
      seed: random.below(1000),
    },
  };
}

/** The problem with random priority groups. */
export function withGroups(random: Random, problem: AllocatorProblem): AllocatorProblem {
  const groups = Array.from({ length: 1 + random.below(3) }, (_, g) => ({
    name: `G${g}`,
    workers: problem.workers.filter(() => random.next() < 0.4).map(({ id }) => id),
  }));
  return { ...problem, groups };
}

/** The problem with one or two random couples, where it has workers enough. */
export function withLinks(random: Random, problem: AllocatorProblem): AllocatorProblem {
  const ids = problem.workers.map(({ id }) => id), lines = problem.lines.map(({ id }) => id);
  const order = Int32Array.from(ids, (_, i) => i);
  random.choose(order, order.length);
  const links: AllocatorLink[] = [];
  for (let i = 0; i + 1 < order.length && i < 4; i += 2) {
    const kind = (["alike", "ranked", "pairs"] as const)[random.below(3)];
    links.push({
      workers: [ids[order[i]], ids[order[i + 1]]],
      fit: kind === "ranked" ? { kind } : kind === "alike"
        ? {
          kind,
          lines: lines.filter(() => random.next() < 0.8)
            .map((line): [string, string] => [line, `h${random.below(2)}`]),
        }
        : {
          kind,
          pairs: lines.flatMap((a) => lines.map((b): [string, string] => [a, b]))
            .filter(() => random.next() < 0.4),
          ordered: random.next() < 0.5,
        },
    });
  }
  return { ...problem, links };
}

/** A problem with stability and many couples, whose lines are of four kinds; everybody may have every line and ranks a third. */
export function coupledProblem(
  random: Random,
  { workers, lines, couples }: { workers: number; lines: number; couples: number },
): AllocatorProblem {
  const places = Array.from({ length: lines }, (_, j) => j < workers % lines ? 1 : 0);
  const problem = problemOf(workers, places.map((more) => more + Math.floor(workers / lines)));
  const someOf = (ids: readonly string[], most: number) => {
    const order = Int32Array.from(ids.keys());
    random.choose(order, most);
    return [...order.subarray(0, most)].map((i, at): [string, number] => [ids[i], 1 + at]);
  };
  const ids = problem.workers.map(({ id }) => id), lineIds = problem.lines.map(({ id }) => id);
  const kinds = lineIds.map((id): [string, string] => [id, `h${random.below(4)}`]);
  return {
    ...problem,
    preferences: ids.map((worker) => ({
      worker,
      ranks: someOf(lineIds, Math.ceil(lines / 3)),
    })),
    preferencers: lineIds.map((line, p) => ({
      id: `p${p}`,
      name: `P${p}`,
      lines: [line],
      maxLines: null,
      maxWorkers: null,
      ranks: someOf(ids, workers),
    })),
    links: Array.from({ length: couples }, (_, i) => ({
      workers: [ids[2 * i], ids[2 * i + 1]],
      fit: { kind: "alike", lines: kinds },
    })),
    options: { ...problem.options, stability: true },
  };
}

/** The problem with one or two random pairs of doctors who share a job, and perhaps a couple. */
export function withSharing(random: Random, problem: AllocatorProblem): AllocatorProblem {
  const linked = withLinks(random, problem);
  const links = linked.links!.map((link, i): AllocatorLink =>
    i === 0 || random.next() < 0.3 ? { ...link, fit: { kind: "share" } } : link
  );
  const parts = new Map(
    links.flatMap(({ workers: [a, b], fit }): [string, number][] =>
      fit.kind === "share" ? [[a, 0.6], [b, 0.4]] : []
    ),
  );
  const workers = problem.workers.map((worker) => ({
    ...worker,
    ...parts.has(worker.id) && { fte: parts.get(worker.id)! },
  }));
  return { ...linked, workers, links };
}

/** A random flow with groups that share no line. */
export function randomFlow(random: Random): FlowProblem {
  const W = 1 + random.below(5), J = 1 + random.below(5), groups = random.below(3);
  return {
    W,
    J,
    cost: Float64Array.from(
      { length: W * J },
      () => random.next() < 0.25 ? Infinity : random.below(50),
    ),
    capacity: Int32Array.from({ length: J }, () => random.below(4)),
    mustHave: Uint8Array.from({ length: J }, () => random.next() < 0.2 ? 1 : 0),
    groupOf: Int32Array.from({ length: J }, () => random.below(groups + 1) - 1),
    groupLimit: Int32Array.from({ length: groups }, () => random.below(4)),
  };
}
