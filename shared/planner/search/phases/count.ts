// The phase that counts how many lines exist at all, where a construction missed some.

import { countRound, mostLines, startCount } from "../../feasibility/count_lp.ts";
import { countTables } from "../../feasibility/project.ts";
import { splitPlan } from "../../model/merge.ts";
import type { PlannerTables } from "../../model/tables.ts";
import { packNodes, unpackNodes } from "../nodes.ts";
import { lookAtNode } from "../prove.ts";
import { beginBound } from "./bound.ts";
import { beginExplanation } from "./explain.ts";
import type { Search } from "../search.ts";
import { plural } from "../../../engine/words.ts";

/** Counts lines over classes of positions, or, `exact`, over single ones. */
export function beginCount({ state, input, best }: Search, exact: boolean): void {
  const seeds = splitPlan(input.merged, best);
  state.count = startCount(input.problem, input.bounds, seeds, exact);
  state.phase = "count";
}

/** Branch-and-cut work that settles how many lines can be built in one go. */
const SETTLE_WORK = 2_000;

/** Work on the nodes that are looked at where that leaves it open, and most of these. */
const NODES_WORK = 20_000;
const MOST_NODES = 400;

/**
 * Settles how many lines there are where all legal lines can be listed: an integer program over them finds a plan, or
 * proves that there is none of so many. What one program leaves open is searched node by node.
 * @param workLimit of the one program
 */
export function settle(search: Search, workLimit = SETTLE_WORK): void {
  const { state, tables, scarce } = search;
  state.isSettled = true;
  if (scarce === null) return constructAgain(search);
  if (state.settling !== null) return lookFurther(search, scarce);
  state.work.mips++;
  const { found, plan, proven, work } = mostLines(tables, scarce, workLimit);
  state.work.mip_work += work;
  if (found > 0) search.offer(plan);
  if (proven && found < state.target) return goOnWith(search, found);
  if (proven || found === state.target) return beginBound(search);
  state.settling = { nodes: packNodes([forcedNode(tables)]), looked: 0, work: 0 };
}

/** The first node of a plan of so many lines: it has what is forced. */
function forcedNode({ forced, lines }: PlannerTables): number[] {
  return Array.from(forced).flatMap((n, s) => n > 0 ? [s, s, n, lines] : []);
}

/** Looks at a node: a plan of all lines wanted ends the search for it, and so does the last node without any. */
function lookFurther(search: Search, scarce: Int32Array): void {
  const { state, tables } = search, settling = { ...state.settling! };
  state.settling = settling;
  const nodes = unpackNodes(settling.nodes);
  const { plan, children, work } = lookAtNode(tables, scarce, nodes.pop()!, -Infinity, null);
  state.work.mips++;
  state.work.mip_work += work;
  if (plan !== null) {
    search.offer(plan);
    state.settling = null;
    return beginBound(search);
  }
  settling.looked++;
  settling.work += work;
  const isTooMuch = settling.looked === MOST_NODES || settling.work > NODES_WORK;
  if (children === null || (isTooMuch && nodes.length + children.length > 0)) {
    return constructAgain(search);
  }
  nodes.push(...children);
  settling.nodes = packNodes(nodes);
  if (nodes.length > 0) return;
  state.settling = null;
  goOnWith(search, tables.lines - 1);
  // Of fewer lines it is settled anew.
  if (state.phase === "bound" && search.bestLines < state.target) state.phase = "count";
}

/** What is not settled constructions may still find. */
function constructAgain({ state }: Search): void {
  state.settling = null;
  state.phase = "construct";
}

/** Goes on with what is proven possible. @param lines no plan has more */
function goOnWith(search: Search, lines: number): void {
  const { state, tables, input } = search;
  state.linesBound = lines;
  state.linesReason = `the posts allow ${plural(lines, "line")} under the rules together`;
  if (lines === 0 || (lines < input.problem.lines && !tables.allowPartial)) {
    return beginExplanation(search, lines);
  }
  state.target = lines;
  beginBound(search);
}

/** A round of the count LP: how many lines exist at all. */
export function countLines(search: Search): void {
  const { state, input } = search;
  const { problem, bounds, tables } = input;
  const before = state.count!;
  state.count = countRound(countTables(problem, bounds, before.exact), before);
  state.work.lps++;
  state.work.lp_work += state.count.lpWork - before.lpWork;
  state.work.pricing_nodes += state.count.nodes - before.nodes;
  if (!state.count.done) return;
  const possible = Math.min(state.linesBound, state.count.bound ?? state.linesBound);
  if (possible < state.linesBound) {
    state.linesReason = `the posts allow ${plural(possible, "line")} under the rules together`;
    state.linesBound = possible;
  }
  state.count = { ...state.count, columns: "", basis: "" };
  if (possible === 0 || (possible < problem.lines && !tables.allowPartial)) {
    return beginExplanation(search, possible);
  }
  state.target = possible;
  if (search.bestLines === possible && search.bestMissing === 0) return beginBound(search);
  // Before it is constructed again it is settled, where that can be.
  if (state.isSettled) state.phase = "construct";
}
