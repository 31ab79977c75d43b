// Rules on single cells, a cell being one position in one term: forced (so many lines hold it, or there
// is no plan), forbidden (no line holds it), preferred (a soft wish with a weight).

import * as z from "zod";
import { once } from "../../engine/once.ts";
import { MOST_LINES, MOST_TERMS } from "../limits.ts";
import type { PlannerProblem } from "../problem.ts";
import type { LineRule, RuleContext, RuleFinding, StandingLine, WorkedYear } from "./rule.ts";
import { plural } from "../../engine/words.ts";

/** So many lines hold the position in the term. `term` counts from 1. */
interface ForcedCell {
  position: string;
  term: number;
  lines: number;
}

/** No line holds the position in these terms; in none at all where `terms` is absent. */
interface ForbiddenCell {
  position: string;
  terms?: number[];
}

/** A wish that so many lines hold the cell; each that is missing costs `weight`. */
interface PreferredCell extends ForcedCell {
  weight: number;
}

/** Most cells that an explanation tries to do without, one by one. */
const MOST_LOOSENED = 8;

/** The id of a position; a form may offer the run's positions to choose from. */
export const positionId = once(() =>
  z.string().min(1).meta({ description: "Id of a position of the run", format: "position-id" })
);
const term = once(() => z.int().min(1).max(MOST_TERMS).describe("Term, counted from 1"));
const lines = once(() =>
  z.int().min(1).max(MOST_LINES).default(1).describe("Lines that hold the cell")
);
const weight = once(() =>
  z.int().min(1).max(10_000).default(100)
    .describe("What each missing line costs, in the units of the objective (affinity)")
);

/** The cell as a planner reads it: "Cardiology JMO, term 2". */
export function cellName(problem: PlannerProblem, cell: { position: string; term: number }) {
  const found = problem.positions.find((p) => p.id === cell.position);
  return `${found?.name ?? cell.position}, term ${cell.term}`;
}

function unknownCells(
  problem: PlannerProblem,
  cells: readonly { position: string; terms: readonly number[] }[],
): string[] {
  const known = new Set(problem.positions.map(({ id }) => id));
  const T = problem.termWeeks.length;
  return cells.flatMap((cell) => [
    ...known.has(cell.position) ? [] : [`there is no position ${JSON.stringify(cell.position)}`],
    ...cell.terms.filter((t) => t > T).map((t) => `there is no term ${t}, the year has ${T}`),
  ]);
}

/** "position a, term 1: twice" for every cell that comes again. */
function repeatedCells(cells: readonly { position: string; term: number }[]): string[] {
  const seen = new Set<string>();
  return cells.flatMap((cell) => {
    const name = `${cell.term} ${cell.position}`;
    if (seen.has(name)) return [`position ${cell.position}, term ${cell.term} is named twice`];
    seen.add(name);
    return [];
  });
}

/** The cells of terms that are not begun. */
function cellsLater(value: unknown, { frozen }: WorkedYear) {
  return (value as { term: number }[]).filter(({ term }) => term > frozen);
}

/** The cells that lines which stay do not hold yet, with the lines that are missing. */
function cellsBeside(value: unknown, staying: readonly StandingLine[]) {
  const cells = value as { position: string; term: number; lines?: number }[];
  return cells.map((cell) => ({
    ...cell,
    lines: (cell.lines ?? 1) -
      staying.filter(({ rotations }) =>
        rotations.some((held) => held.position === cell.position && held.term === cell.term)
      ).length,
  })).filter(({ lines }) => lines > 0);
}

/** Index of a cell's position and its term, both from 0. */
function indexed<Cell extends { position: string; term: number }>(
  { problem }: RuleContext,
  cells: readonly Cell[],
) {
  return cells.map((cell) => ({
    ...cell,
    term: cell.term - 1,
    position: problem.positions.findIndex(({ id }) => id === cell.position),
  }));
}

/** Which of the cells a line holds: a matter of the whole plan, which may leave a single line without. */
function cellsHeld(
  { problem }: RuleContext,
  line: readonly number[],
  cells: readonly { position: string; term: number }[],
): RuleFinding {
  const held = cells.filter(({ position, term }) =>
    problem.positions[line[term - 1]]?.id === position
  );
  return {
    text: held.length === 0
      ? "this line holds none of them"
      : `this line holds ${held.map((cell) => cellName(problem, cell)).join("; ")}`,
    terms: held.map(({ term }) => term - 1),
    met: null,
  };
}

/** So many lines hold a cell. */
export const forcedCells: LineRule<{ forcedCells: ForcedCell[] }> = {
  name: "FORCED_CELLS",
  description: "Positions that at least so many lines must hold in a given term.",
  place: 2500,
  ofPlan: true,
  value: once(() =>
    z.array(z.strictObject({ position: positionId(), term: term(), lines: lines() })).max(500)
  ),
  set: (bounds, value) => ({ ...bounds, forcedCells: value as ForcedCell[] }),
  valueOf: (bounds) => bounds.forcedCells,
  loosen: ({ forcedCells: now }, problem) =>
    now.slice(0, MOST_LOOSENED).map((dropped) => ({
      value: now.filter((cell) => cell !== dropped),
      words: `FORCED_CELLS without ${cellName(problem, dropped)}`,
    })),
  off: (bounds) => ({ ...bounds, forcedCells: [] }),
  active: (bounds) => bounds.forcedCells.length > 0,
  later: cellsLater,
  beside: cellsBeside,
  unknown: (problem, bounds) => [
    ...unknownCells(problem, bounds.forcedCells.map((c) => ({ ...c, terms: [c.term] }))),
    ...repeatedCells(bounds.forcedCells),
  ],
  // A promise of the whole plan: no single line can break it.
  check: () => null,
  finding: (context, line) => cellsHeld(context, line, context.bounds.forcedCells),
  contribute: (context) => ({ forces: indexed(context, context.bounds.forcedCells) }),
  explain: ({ forcedCells: cells }) =>
    cells.length === 1
      ? `position ${cells[0].position} in term ${cells[0].term} of ${
        plural(cells[0].lines, "line")
      }`
      : `${plural(cells.length, "cell")} that lines must hold`,
};

/** No line holds a cell. */
export const forbiddenCells: LineRule<{ forbiddenCells: ForbiddenCell[] }> = {
  name: "FORBIDDEN_CELLS",
  description: "Positions that no line may hold, in the terms named or in the whole year.",
  place: 2400,
  value: once(() =>
    z.array(
      z.strictObject({ position: positionId(), terms: z.array(term()).min(1).optional() }),
    ).max(500)
  ),
  set: (bounds, value) => ({ ...bounds, forbiddenCells: value as ForbiddenCell[] }),
  valueOf: (bounds) => bounds.forbiddenCells,
  loosen: ({ forbiddenCells: now }, problem) =>
    now.slice(0, MOST_LOOSENED).map((dropped) => ({
      value: now.filter((cell) => cell !== dropped),
      words: `FORBIDDEN_CELLS without ${
        problem.positions.find(({ id }) => id === dropped.position)?.name
      }`,
    })),
  off: (bounds) => ({ ...bounds, forbiddenCells: [] }),
  active: (bounds) => bounds.forbiddenCells.length > 0,
  later(value, { frozen, termWeeks }) {
    const open = termWeeks.flatMap((_, t) => t < frozen ? [] : [t + 1]);
    return (value as ForbiddenCell[]).map((cell) => ({
      ...cell,
      terms: (cell.terms ?? open).filter((term) => term > frozen),
    })).filter(({ terms }) => terms.length > 0);
  },
  unknown: (problem, bounds) =>
    unknownCells(problem, bounds.forbiddenCells.map((c) => ({ ...c, terms: c.terms ?? [] }))),
  check({ problem, bounds }, line) {
    const t = line.findIndex((r, at) => isForbidden(bounds.forbiddenCells, problem, at, r));
    return t < 0 ? null : `${problem.positions[line[t]].name} is forbidden in term ${t + 1}`;
  },
  finding({ problem, bounds }, line) {
    const terms = line.flatMap((r, t) =>
      isForbidden(bounds.forbiddenCells, problem, t, r) ? [t] : []
    );
    return { text: "this line holds none of them", terms };
  },
  contribute: ({ problem, bounds }) => ({
    forbidsSlot: (t, r) => isForbidden(bounds.forbiddenCells, problem, t, r),
  }),
  explain: ({ forbiddenCells: cells }) =>
    `${plural(cells.length, "position")} that lines may not hold`,
};

function isForbidden(
  cells: readonly ForbiddenCell[],
  problem: PlannerProblem,
  t: number,
  r: number,
): boolean {
  const { id } = problem.positions[r];
  return cells.some((cell) => cell.position === id && (cell.terms?.includes(t + 1) ?? true));
}

/** A soft wish that lines hold a cell. */
export const preferredCells: LineRule<{ preferredCells: PreferredCell[] }> = {
  name: "PREFERRED_CELLS",
  description: "Soft wishes: positions that lines should hold in a given term, with a weight each.",
  place: 2600,
  value: once(() =>
    z.array(
      z.strictObject({ position: positionId(), term: term(), lines: lines(), weight: weight() }),
    ).max(500)
  ),
  set: (bounds, value) => ({ ...bounds, preferredCells: value as PreferredCell[] }),
  valueOf: (bounds) => bounds.preferredCells,
  off: (bounds) => ({ ...bounds, preferredCells: [] }),
  active: (bounds) => bounds.preferredCells.length > 0,
  later: cellsLater,
  beside: cellsBeside,
  unknown: (problem, bounds) => [
    ...unknownCells(problem, bounds.preferredCells.map((c) => ({ ...c, terms: [c.term] }))),
    ...repeatedCells(bounds.preferredCells),
  ],
  check: () => null,
  finding: (context, line) => cellsHeld(context, line, context.bounds.preferredCells),
  contribute: (context) => ({ wishes: indexed(context, context.bounds.preferredCells) }),
  explain: ({ preferredCells: cells }) =>
    `${cells.length} wish${cells.length === 1 ? "" : "es"} for cells`,
};
