// PATHWAYS: lines reserved for a training pathway. A reserved line follows an exact sequence of
// positions, or holds at least so many out of a set (a bias).

import * as z from "zod";
import { once } from "../../engine/once.ts";
import { MOST_LINES, MOST_TERMS } from "../limits.ts";
import type { PlannerProblem } from "../problem.ts";
import { positionId } from "./cells.ts";
import type { LineRule, PathwayReserve } from "./rule.ts";
import { plural } from "../../engine/words.ts";

/** `lines` lines reserved, each with these positions in this order; null: any position. */
interface ExactPathway {
  name: string;
  lines: number;
  sequence: (string | null)[];
}

/** `lines` lines reserved, each with at least `need` terms in these positions. */
interface BiasedPathway {
  name: string;
  lines: number;
  positions: string[];
  need: number;
}

/** Lines reserved for a pathway: by their exact sequence, or by how many terms they have in it. */
export type Pathway = ExactPathway | BiasedPathway;

interface PathwaysBound {
  pathways: Pathway[];
}

const pathway = once(() => {
  const name = z.string().min(1).max(100).describe("Name of the pathway, shown with its lines");
  const lines = z.int().min(1).max(MOST_LINES).describe("Lines reserved");
  return z.union([
    z.strictObject({
      name,
      lines,
      sequence: z.array(positionId().nullable()).min(1).max(MOST_TERMS).describe(
        "A position per term; null: any",
      ),
    }),
    z.strictObject({
      name,
      lines,
      positions: z.array(positionId()).min(1).max(500),
      need: z.int().min(1).max(MOST_TERMS)
        .describe("Terms of the line in these positions, at least"),
    }),
  ]);
});

function faultsOf(problem: PlannerProblem, found: Pathway): string[] {
  const known = new Set(problem.positions.map((p) => p.id));
  const named = "sequence" in found ? found.sequence.filter((p) => p !== null) : found.positions;
  const T = problem.termWeeks.length;
  return [
    ...named.filter((p) => !known.has(p)).map((p) => `there is no position ${JSON.stringify(p)}`),
    ..."sequence" in found && found.sequence.length !== T
      ? [`${found.name} has ${plural(found.sequence.length, "term")}, the year has ${T}`]
      : [],
    ..."sequence" in found && named.length === 0 ? [`${found.name} names no position`] : [],
  ];
}

function reserveOf({ positions }: PlannerProblem, found: Pathway): PathwayReserve {
  const index = (p: string) => positions.findIndex((position) => position.id === p);
  return "sequence" in found
    ? {
      name: found.name,
      lines: found.lines,
      sequence: found.sequence.map((p) => p === null ? null : index(p)),
    }
    : {
      name: found.name,
      lines: found.lines,
      positions: [...new Set(found.positions.map(index))],
      need: found.need,
    };
}

const reserved = (bounds: PathwaysBound) => bounds.pathways.reduce((sum, p) => sum + p.lines, 0);

/** Lines reserved for pathways. */
export const pathways: LineRule<PathwaysBound> = {
  name: "PATHWAYS",
  description:
    "Lines reserved for a training pathway: an exact sequence, or a bias to some positions.",
  place: 2700,
  ofPlan: true,
  value: once(() => z.array(pathway()).max(20)),
  set: (bounds, value) => ({ ...bounds, pathways: value as Pathway[] }),
  valueOf: (bounds) => bounds.pathways,
  loosen: ({ pathways: now }) =>
    now.flatMap((found, i) =>
      Array.from({ length: found.lines - 1 }, (_, less) => {
        const fewer = found.lines - 1 - less;
        return {
          value: now.map((p, j) => j === i ? { ...p, lines: fewer } : p),
          words: `PATHWAYS ${plural(fewer, "line")} of ${found.name} instead of ${found.lines}`,
        };
      })
    ),
  off: (bounds) => ({ ...bounds, pathways: [] }),
  active: (bounds) => bounds.pathways.length > 0,
  beside: (value, staying) =>
    (value as Pathway[]).map((found) => ({
      ...found,
      lines: found.lines - staying.filter((line) => line.pathway === found.name).length,
    })).filter(({ lines }) => lines > 0),
  unknown: (problem, bounds) => [
    ...bounds.pathways.flatMap((found) => faultsOf(problem, found)),
    ...reserved(bounds) > problem.lines
      ? [
        `${
          plural(reserved(bounds), "line is", "lines are")
        } reserved, ${problem.lines} are to be built`,
      ]
      : [],
    ...new Set(bounds.pathways.map((p) => p.name)).size < bounds.pathways.length
      ? ["two pathways have the same name"]
      : [],
  ],
  // Which line is reserved is decided with the plan: no line on its own breaks the rule.
  check: () => null,
  finding({ problem, bounds }, line, { pathway: name }) {
    const found = bounds.pathways.find((p) => p.name === name);
    if (!found) return { text: "this line is not reserved for one", terms: [], met: null };
    const own = line.map((r) => problem.positions[r].id);
    const terms = own.flatMap((p, t) =>
      ("sequence" in found ? found.sequence[t] === p : found.positions.includes(p)) ? [t] : []
    );
    const need = "sequence" in found ? found.sequence.filter((p) => p !== null).length : found.need;
    return {
      text: `reserved for ${found.name}: ${terms.length} of its terms, ${need} needed`,
      terms,
      met: terms.length >= need,
    };
  },
  contribute: ({ problem, bounds }) => ({
    reserves: bounds.pathways.map((found) => reserveOf(problem, found)),
  }),
  explain: (bounds) =>
    bounds.pathways.map((p) => `${plural(p.lines, "line")} of ${p.name}`).join(
      ", ",
    ),
};
