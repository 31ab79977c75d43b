// Placing workers by the flow, which ends most searches; and, where it cannot express all rules, the first columns of the
// program that goes on.

import { placeTheRest } from "../model/elastic.ts";
import { lineOfPair, pairOf, workerOfPair } from "../model/pairs.ts";
import { Flow } from "./flow.ts";
import { cheapest } from "./costs.ts";
import { Layout } from "./layout.ts";
import { changedBasis, flowBasis } from "./start_basis.ts";
import { deferredAcceptance } from "../stability/stability.ts";
import type { AllocatorTables } from "../model/tables.ts";
import { startWalk } from "./walking.ts";
import { isLegal, offerIfLegal, type Search, SOME_PENALTY } from "./search.ts";

/** Entries of the cost matrix that one unit of the flow reads. */
const ENTRIES_PER_UNIT = 8e6;
/** Columns per worker that the program starts with. */
const FIRST_PAIRS = 6;

/** Places workers one by one; the last one ends the phase, and often the search. */
export function placeWorkers(search: Search): void {
  const { tables: { W, J, mustHave, cost }, state } = search;
  const flow = new Flow(search.flow.problem, search.flow.reward, state.flow);
  const most = Math.ceil(ENTRIES_PER_UNIT / Math.max(1, J));
  for (; state.placed < W && flow.rows < most; state.placed++) flow.place(state.placed);
  state.work.rows += flow.rows;
  state.flow = flow.save();
  if (state.placed < W) return;
  if (search.tables.give) return countFromFlow(search);
  const idle = mustHave.some((must, j) => must === 1 && flow.load(j) === 0);
  if (state.flow.lineOf.includes(-1) || idle || mustExceedsCap(search.tables)) {
    state.phase = "explain";
    return;
  }
  const lineOf = state.flow.lineOf;
  state.relaxed = lineOf;
  search.raiseBound(lineOf.reduce((sum, j, w) => sum + cost[pairOf(w, j, J)], 0));
  if (isLegal(search, lineOf)) {
    search.offer(lineOf);
    search.finish();
  } else state.phase = "bound";
}

/** Where rules give way: each worker whom the flow left needs at least one change. */
function countFromFlow(search: Search): void {
  const { tables, stability, state } = search, { lineOf } = state.flow!;
  state.phase = mustExceedsCap(tables) ? "explain" : "bound";
  search.raiseBound(lineOf.filter((j) => j < 0).length);
  const all = search.setting([]);
  if (all === null) return;
  state.flow!.lineOf = placeTheRest(tables, tables.give!, all.domain.usable, lineOf);
  if (!stability) offerIfLegal(search, state.flow!.lineOf);
  if (search.proven) search.finish();
}

/** Whether a preferencer must use more lines than it may: the program has no penalty for that. */
function mustExceedsCap({ mustHave, caps, give }: AllocatorTables): boolean {
  return caps.some(({ lines, maxLines }, cap) =>
    maxLines !== null && !give?.mustHave && !give?.caps[cap] &&
    lines.reduce((sum, j) => sum + mustHave[j], 0) > maxLines
  );
}

/** Chooses the first columns: each worker's cheapest at the flow's prices. */
export function startProgram(search: Search): void {
  const { tables, state, stability } = search, { J, cost } = tables;
  const flow = state.flow!;
  state.penalty = SOME_PENALTY;
  state.nodes = [{ decisions: [], bound: state.bound!, counted: false }];
  state.flow = null;
  const setting = search.setting([]);
  if (setting === null) return; // the node will be found impossible
  state.ranges = search.prepared.ranges;
  const { usable } = setting.domain;
  const reduced = search.reduced.fill(Infinity);
  for (let p = 0; p < reduced.length; p++) {
    if (lineOfPair(p, J) === flow.lineOf[workerOfPair(p, J)]) reduced[p] = -Infinity;
    else if (usable[p]) reduced[p] = cost[p] - flow.linePrice[lineOfPair(p, J)];
  }
  const pairs = new Set(cheapest(tables, reduced, FIRST_PAIRS, Infinity));
  if (stability) {
    const stable = [...deferredAcceptance(tables, undefined, search.prepared.wishes)];
    stable.forEach((j, w) => j >= 0 && pairs.add(pairOf(w, j, J)));
    offerIfLegal(search, stable);
    startWalk(search);
  }
  const pool = Int32Array.from(pairs).sort();
  const layout = new Layout(setting, [], state.penalty);
  const basis = tables.give
    ? changedBasis(layout, pool, flow.lineOf)
    : flowBasis(layout, pool, flow);
  search.setPool(pool, basis, layout.rows);
  state.newRows = false;
}
