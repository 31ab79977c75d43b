// Annual leave of finished lines. One block per line where capacities allow, as many in the first half
// of the year as comes nearest the share wanted (exact, by maximum flow over groups of lines alike);
// lines left over take 2 + 3 weeks. Deterministic: lines in their order, no chance.
//
// This folder owns where leave lies in finished lines. Search and replan import it for their outcomes; it knows rules and
// problem alone.

import { addUp, FlowNetwork } from "./flow.ts";
import type { PlannerProblem } from "../problem.ts";
import { earlyWeeks, type LeaveBlock, weeksOf } from "../rules/calendar.ts";
import { LEAVE_WEEKS, takesLeave } from "../rules/annual_leave.ts";
import type { RuleBounds } from "../rules/bounds.ts";

/** Leave of a plan. */
export interface LeavePlan {
  /** [line] its blocks by week; empty where none could be placed. */
  blocks: LeaveBlock[][];
  /** Lines for which the terms' capacities left no room. */
  unplaced: number;
  /** Share of all leave weeks in the first half of the year; null without any. */
  firstHalfShare: number | null;
  /** Lines whose leave comes in two parts. */
  split: number;
}

/** How the leave of a plan lies. */
export interface LeaveQuality {
  first_half_share: number;
  wanted_share: number;
  split_lines: number;
}

/** Parts of split leave, and the weeks that must lie between them. */
const PARTS = [2, 3];
const GAP_WEEKS = 13;

/** A term as leave sees it. */
interface Term {
  start: number;
  weeks: number;
  /** Starts of a whole block by half of the year (the half that most of it lies in). */
  starts: [first: number[], second: number[]];
  /** Leave weeks that it can still take. */
  room: number;
}

/**
 * Plans the leave of the lines.
 * @param lines position indexes, one per term
 * @param bounds with `annualLeave` set
 */
export function planLeave(
  problem: PlannerProblem,
  bounds: RuleBounds,
  lines: readonly (readonly number[])[],
): LeavePlan {
  const { first_half_share, capacity_weeks } = bounds.annualLeave!;
  const terms = termsOf(problem.termWeeks, capacity_weeks);
  const free = lines.map((line) => line.map((r) => takesLeave(problem.positions[r])));
  const target = Math.round(first_half_share * lines.length);
  const blocks = placeWhole(terms, free, target);
  blocks.forEach((own, i) => {
    if (own.length === 0) blocks[i] = placeParts(terms, free[i]);
  });
  const all = blocks.flat();
  const weeks = weeksOf(all);
  const early = earlyWeeks(problem.termWeeks, all);
  return {
    blocks,
    unplaced: blocks.filter((own) => own.length === 0).length,
    firstHalfShare: weeks === 0 ? null : early / weeks,
    split: blocks.filter((own) => own.length > 1).length,
  };
}

interface LeaveFailure {
  status: "FAILED";
  code: string;
  message: string;
}

/**
 * A finished plan with the leave of its lines, where leave is planned.
 * @returns FAILED where the terms' capacities leave no room for some lines
 */
export function withLeave<
  Line extends { positions: string[]; leave?: LeaveBlock[] },
  Quality extends { leave: LeaveQuality | null },
  Plan extends { status: "COMPLETED"; lines: Line[]; quality: Quality },
>(problem: PlannerProblem, bounds: RuleBounds, plan: Plan): Plan | LeaveFailure {
  if (bounds.annualLeave === null) return plan;
  const index = new Map(problem.positions.map(({ id }, r) => [id, r]));
  const cells = plan.lines.map((line) => line.positions.map((id) => index.get(id)!));
  const { blocks, unplaced, firstHalfShare, split } = planLeave(problem, bounds, cells);
  if (unplaced > 0) {
    return {
      status: "FAILED",
      code: "LEAVE_NOT_PLACED",
      message: `${unplaced} of ${blocks.length} lines found no room for their leave within the ` +
        "terms' capacities. Raise capacity_weeks of ANNUAL_LEAVE.",
    };
  }
  const leave: LeaveQuality = {
    first_half_share: firstHalfShare ?? 0,
    wanted_share: bounds.annualLeave.first_half_share,
    split_lines: split,
  };
  return {
    ...plan,
    lines: plan.lines.map((line, i) => ({ ...line, leave: blocks[i] })),
    quality: { ...plan.quality, leave },
  };
}

function termsOf(termWeeks: readonly number[], capacity?: number[]): Term[] {
  return termWeeks.map((weeks, t) => {
    const start = addUp(termWeeks.slice(0, t));
    const all = Array.from({ length: Math.max(0, weeks - LEAVE_WEEKS + 1) }, (_, i) => start + i);
    const early = (at: number) => earlyWeeks(termWeeks, [{ startWeek: at, weeks: LEAVE_WEEKS }]);
    const most = Math.max(0, ...all.map(early)), least = Math.min(...all.map(early));
    // A block that lies in both halves is a last resort, of terms that have none in one half.
    const isPure = [most === LEAVE_WEEKS, least === 0];
    return {
      start,
      weeks,
      starts: [
        isPure[0] || (!isPure[1] && most > LEAVE_WEEKS / 2)
          ? all.filter((at) => early(at) === most)
          : [],
        isPure[1] || (!isPure[0] && most <= LEAVE_WEEKS / 2)
          ? all.filter((at) => early(at) === least)
          : [],
      ],
      room: capacity?.[t] ?? Infinity,
    };
  });
}

/** Whole blocks for as many lines as possible, the number in the first half nearest the target. */
function placeWhole(
  terms: Term[],
  free: readonly (readonly boolean[])[],
  target: number,
): LeaveBlock[][] {
  const names = free.map((can) => can.map(Number).join(""));
  const groups = [...new Set(names)];
  const network = new FlowNetwork();
  const termNode = (t: number) => `term ${t}`;
  for (const group of groups) {
    network.arc("source", group, names.filter((name) => name === group).length);
    terms.forEach((_, t) => group[t] === "1" && network.arc(group, termNode(t), free.length));
  }
  terms.forEach(({ room, starts }, t) => {
    const blocks = Math.min(free.length, Math.floor(room / LEAVE_WEEKS));
    network.arc(termNode(t), `used ${t}`, blocks);
    starts.forEach((at, h) => at.length > 0 && network.arc(`used ${t}`, `half ${h}`, blocks));
  });
  // First as many as wanted in the first half, then the others anywhere else, then wherever they fit:
  // augmenting never takes flow back from an arc into the sink.
  network.arc("half 0", "sink", target);
  network.maximise("source", "sink");
  network.arc("half 1", "sink", free.length);
  network.maximise("source", "sink");
  network.arc("half 0", "sink", free.length);
  network.maximise("source", "sink");
  return readBlocks(terms, names, network);
}

/** Gives the lines of each group the terms, and each term's lines the halves, that the flow chose. */
function readBlocks(
  terms: Term[],
  names: readonly string[],
  network: FlowNetwork,
): LeaveBlock[][] {
  const blocks: LeaveBlock[][] = names.map(() => []);
  const open = new Map([...new Set(names)].map((name) => [
    name,
    names.flatMap((own, i) => own === name ? [i] : []),
  ]));
  terms.forEach((term, t) => {
    const chosen = [...open].flatMap(([name, lines]) =>
      lines.splice(0, network.flow(name, `term ${t}`))
    ).sort((a, b) => a - b);
    term.room -= LEAVE_WEEKS * chosen.length;
    let next = 0;
    term.starts.forEach((starts, h) => {
      const n = network.flow(`used ${t}`, `half ${h}`);
      // Spread over the weeks that the half of the term offers.
      for (let i = 0; i < n; i++) {
        const startWeek = starts[Math.floor(i * starts.length / n)];
        blocks[chosen[next++]] = [{ startWeek, weeks: LEAVE_WEEKS }];
      }
    });
  });
  return blocks;
}

/** Two parts in two terms with room, far enough apart; none where there is no such pair. */
function placeParts(terms: Term[], free: readonly boolean[]): LeaveBlock[] {
  for (const [first, second] of [PARTS, PARTS.toReversed()]) {
    for (let a = 0; a < terms.length; a++) {
      for (let b = a + 1; b < terms.length; b++) {
        const one = terms[a], two = terms[b];
        if (!free[a] || !free[b] || one.weeks < first || two.weeks < second) continue;
        if (one.room < first || two.room < second) continue;
        const start = Math.max(two.start, one.start + first + GAP_WEEKS);
        if (start + second > two.start + two.weeks) continue;
        one.room -= first;
        two.room -= second;
        return [
          { startWeek: one.start, weeks: first },
          { startWeek: start, weeks: second },
        ];
      }
    }
  }
  return [];
}
