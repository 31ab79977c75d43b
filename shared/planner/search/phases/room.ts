// Where leave is planned once the lines stand and finds no room, other lines are tried: exchanges lead away from the best
// plan, by and by further, to one all of whose lines find room.

import { leftOut } from "../../leave/leave.ts";
import { planValue } from "../../model/line_values.ts";
import { splitPlan } from "../../model/merge.ts";
import { Exchanges } from "../../moves/exchange.ts";
import { sortLines } from "../outcome.ts";
import type { Search } from "../search.ts";

/** Plans tried, and exchanges tried from one to the next, for each line. */
const TRIES = 60;
const EXCHANGES = 40;

/** Heat of the exchanges: it rises this often, then begins again. */
const HEAT = 25;
const RISES = 8;

/** Looks for room as the last thing, where the best plan's lines do not all find any. */
export function beginRoom(search: Search): void {
  const { state, input: { bounds, tables } } = search;
  if (search.bestLines === 0 || state.failure !== null || tables.leave !== null) return;
  if (!bounds.annualLeave?.capacity_weeks || lack(search, search.best) === 0) return;
  state.phase = "leave";
  state.attempt = 0;
  search.plan = search.best.slice();
}

/** Lines of a plan that find no room. */
function lack({ input }: Search, cells: Int32Array): number {
  const { problem, bounds, merged, tables: { terms: T, year } } = input;
  const sorted = sortLines(input, splitPlan(merged, cells));
  const lines = Array.from(
    { length: sorted.length / T },
    (_, i) => Array.from(sorted.subarray(i * T, i * T + year)),
  );
  return leftOut(problem, bounds, lines);
}

/** Tries a plan. */
export function makeRoom(search: Search): void {
  const { state, tables, random, plan } = search;
  const next = plan.slice(), heat = HEAT * (1 + state.attempt % RISES);
  new Exchanges(tables, next, random).run(EXCHANGES * search.bestLines, heat);
  state.work.moves += 5;
  const without = lack(search, next);
  if (without === 0) {
    search.best = next;
    state.bestValue = planValue(tables, next, search.bestLines);
  } else if (without <= lack(search, plan)) search.plan = next;
  if (without > 0 && ++state.attempt < TRIES) return;
  state.phase = "done";
  search.plan = new Int32Array(0);
}
