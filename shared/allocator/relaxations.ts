// Which changes would let a matching exist, and how small each can be: tried one after the other, each by
// searches of the problem with the change, so that what is said to help has been seen to help.

import { nameList, plural } from "./names.ts";
import type { Search } from "./search.ts";
import { deferredAcceptance } from "./stability.ts";
import type { AllocatorTables, CapGroup } from "./tables.ts";

/** One way to relax a problem, by an amount. */
export interface Relaxation {
  /** What it is about. */
  kind: "places" | "eligibility" | "must-have" | "cap" | "stability";
  preferencer: { id: string; name: string } | null;
  /** Whether it need not be tried, because less helps. */
  needless(helpful: readonly Relaxation[]): boolean;
  /** Amount that relaxes it fully. */
  most: number;
  relax(amount: number): { tables: AllocatorTables; stability: boolean };
  /** Amount that would have been enough for a matching that was found. */
  enough(lineOf: readonly number[]): number;
  /** For people. @param lineOf a matching with the change */
  change(amount: number, lineOf: readonly number[]): string;
}

/** Lines that are tried one by one where places are missing. */
const MOST_LINES = 3;

/** Everything that is worth trying, in the order of the trials. */
export function relaxationsOf(search: Search): Relaxation[] {
  return [
    ...search.state.conflict ? shortageRelaxations(search) : [],
    ...search.stability && !search.state.conflict ? [withoutStability(search)] : [],
    ...search.tables.mustHave.includes(1) && !search.state.conflict ? [withEmptyLines(search)] : [],
    ...capRelaxations(search),
  ];
}

function loadsOf({ J }: AllocatorTables, lineOf: readonly number[]): Int32Array {
  const load = new Int32Array(J);
  for (const j of lineOf) if (j >= 0) load[j]++;
  return load;
}

function withoutStability({ tables }: Search): Relaxation {
  return {
    kind: "stability",
    preferencer: null,
    needless: () => false,
    most: 1,
    relax: () => ({ tables, stability: false }),
    enough: () => 1,
    change: () => "Allow blocking pairs (no stability).",
  };
}

/** Lines that must have a worker may stay empty, those first that a matching without that rule left so. */
function withEmptyLines({ tables, stability, state }: Search): Relaxation {
  const { mustHave } = tables;
  const known = loadsOf(tables, state.flow?.lineOf ?? [...deferredAcceptance(tables)]);
  const order = [...mustHave.keys()].filter((j) => mustHave[j] === 1)
    .sort((a, b) => Math.min(known[a], 1) - Math.min(known[b], 1) || a - b);
  const emptyOf = (lineOf: readonly number[]) => {
    const load = loadsOf(tables, lineOf);
    return order.filter((j) => load[j] === 0);
  };
  return {
    kind: "must-have",
    preferencer: null,
    needless: () => false,
    most: order.length,
    relax(amount) {
      const left = mustHave.slice();
      for (const j of order.slice(0, amount)) left[j] = 0;
      return { tables: { ...tables, mustHave: left }, stability };
    },
    enough: (lineOf) => Math.max(0, ...emptyOf(lineOf).map((j) => order.indexOf(j) + 1)),
    change(_, lineOf) {
      const empty = emptyOf(lineOf).map((j) => tables.lines[j]);
      return `Let ${plural(empty.length, "line")} stay empty that must have a worker: ${
        nameList(empty)
      }.`;
    },
  };
}

/** Each cap by itself, both caps of a preferencer, all caps. */
function capRelaxations({ tables, stability }: Search): Relaxation[] {
  const { caps } = tables;
  const withCaps = (caps: CapGroup[]) => ({ tables: { ...tables, caps }, stability });
  const replaced = (i: number, change: Partial<CapGroup>) =>
    withCaps(caps.map((cap, k) => k === i ? { ...cap, ...change } : cap));
  const single = caps.flatMap((cap, i): Relaxation[] => {
    const { maxWorkers, maxLines, name } = cap;
    const places = cap.lines.reduce((sum, j) => sum + tables.capacity[j], 0);
    const found: Relaxation[] = [];
    if (maxWorkers !== null && maxWorkers < places) {
      found.push({
        kind: "cap",
        preferencer: cap,
        needless: () => false,
        most: places - maxWorkers,
        relax: (by) => replaced(i, { maxWorkers: maxWorkers + by }),
        enough: (lineOf) => usedBy(tables, cap, lineOf).workers - maxWorkers,
        change: (by) =>
          `Raise the cap on workers of ${name} from ${maxWorkers} to ${maxWorkers + by}.`,
      });
    }
    if (maxLines !== null && maxLines < cap.lines.length) {
      found.push({
        kind: "cap",
        preferencer: cap,
        needless: () => false,
        most: cap.lines.length - maxLines,
        relax: (by) => replaced(i, { maxLines: maxLines + by }),
        enough: (lineOf) => usedBy(tables, cap, lineOf).lines - maxLines,
        change: (by) => `Raise the cap on lines of ${name} from ${maxLines} to ${maxLines + by}.`,
      });
    }
    return found;
  });
  const together = caps.flatMap((cap, i) =>
    cap.maxWorkers === null || cap.maxLines === null ? [] : [
      lifted(tables, [cap], cap, () => replaced(i, { maxWorkers: null, maxLines: null })),
    ]
  );
  const all = caps.length > 1 ? [lifted(tables, caps, null, () => withCaps([]))] : [];
  return [...single, ...together, ...all];
}

/** Several caps at once: raised to what the matching found uses. */
function lifted(
  tables: AllocatorTables,
  caps: readonly CapGroup[],
  preferencer: CapGroup | null,
  relax: Relaxation["relax"],
): Relaxation {
  return {
    kind: "cap",
    preferencer,
    needless: (helpful) =>
      helpful.some((other) =>
        other.kind === "cap" && (preferencer === null || other.preferencer?.id === preferencer.id)
      ),
    most: 1,
    relax,
    enough: () => 1,
    change(_, lineOf) {
      const raised = caps.flatMap((cap) => {
        const { workers, lines } = usedBy(tables, cap, lineOf);
        return [
          ...cap.maxWorkers !== null && workers > cap.maxWorkers
            ? [`on workers of ${cap.name} from ${cap.maxWorkers} to ${workers}`]
            : [],
          ...cap.maxLines !== null && lines > cap.maxLines
            ? [`on lines of ${cap.name} from ${cap.maxLines} to ${lines}`]
            : [],
        ];
      });
      return `Raise the caps ${raised.join(", ")}.`;
    },
  };
}

function usedBy(tables: AllocatorTables, { lines }: CapGroup, lineOf: readonly number[]) {
  const load = loadsOf(tables, lineOf);
  return {
    workers: lines.reduce((sum, j) => sum + load[j], 0),
    lines: lines.reduce((sum, j) => sum + (load[j] > 0 ? 1 : 0), 0),
  };
}

/** More places on one line, places spread over several, or free places for those who have none. */
function shortageRelaxations(search: Search): Relaxation[] {
  const { tables } = search, { J, cost, capacity } = tables;
  const { lines, left } = search.state.conflict!;
  const open = (j: number) => left.filter((w) => cost[w * J + j] < Infinity).length;
  const single = lines.toSorted((a, b) => open(b) - open(a) || a - b).slice(0, MOST_LINES)
    .map((j): Relaxation => ({
      ...morePlaces(search, (by) => new Map([[j, by]])),
      needless: () => false,
      most: left.length,
      enough: (lineOf) => loadsOf(tables, lineOf)[j] - capacity[j],
    }));
  const extra = new Map<number, number>();
  for (const w of left) {
    const j = bestLine(tables, w);
    extra.set(j, (extra.get(j) ?? 0) + 1);
  }
  const spread = extra.size > 1 ? [morePlaces(search, () => extra)] : [];
  const eligible = furtherLine(search);
  return [...single, ...spread, ...eligible ? [eligible] : []];
}

/** The line that a worker likes best of those that the worker may have. */
function bestLine({ J, cost, rank }: AllocatorTables, w: number): number {
  let best = -1;
  for (let j = 0, p = w * J; j < J; j++, p++) {
    if (cost[p] < Infinity && (best < 0 || rank[p] < rank[w * J + best])) best = j;
  }
  return best;
}

function morePlaces(
  { tables, stability }: Search,
  extra: (amount: number) => Map<number, number>,
): Relaxation {
  return {
    kind: "places",
    preferencer: null,
    needless: (helpful) => helpful.some(({ kind }) => kind === "places"),
    most: 1,
    relax(amount) {
      const more = extra(amount);
      const capacity = tables.capacity.map((n, j) => n + (more.get(j) ?? 0));
      return { tables: { ...tables, capacity }, stability };
    },
    enough: () => 1,
    change(amount) {
      const named = [...extra(amount)].map(([j, by]) =>
        `${plural(by, "place")} on ${tables.lines[j].name}`
      ).sort();
      return `Add ${named.join(", ")}.`;
    },
  };
}

/** Those without a place become eligible for lines that have some; null: there are not enough. */
function furtherLine({ tables, stability, state, flow }: Search): Relaxation | null {
  const { J, cost, capacity, lines, workers } = tables;
  const free = capacity.slice();
  for (const j of state.flow!.lineOf) if (j >= 0) free[j]--;
  const given = state.conflict!.left.map((w): [number, number] => {
    const j = free.findIndex((n, j) => n > 0 && cost[w * J + j] === Infinity && isOpen(j));
    if (j >= 0) free[j]--;
    return [w, j];
  });
  function isOpen(j: number): boolean {
    return flow.problem.groupOf[j] < 0;
  }
  if (given.some(([, j]) => j < 0)) return null;
  return {
    kind: "eligibility",
    preferencer: null,
    needless: () => false,
    most: 1,
    relax() {
      const opened = cost.slice();
      for (const [w, j] of given) opened[w * J + j] = 0;
      return { tables: { ...tables, cost: opened }, stability };
    },
    enough: () => 1,
    change() {
      const named = given.map(([w, j]) => ({ name: `${workers[w].name} for ${lines[j].name}` }));
      return `Make ${nameList(named)} eligible.`;
    },
  };
}
