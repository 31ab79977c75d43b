// Lines that change keep leave that they may take, within what the terms can take.

import assert from "node:assert/strict";
import { Random } from "../../engine/random.ts";
import { draws } from "../../engine/testing/draws.ts";
import { buildTables } from "../model/build.ts";
import { budgetsBeside } from "../model/leave_choice.ts";
import { slotCounts } from "../model/line_values.ts";
import { resolveRules } from "../rules/mod.ts";
import { drawnYearsWithLeave } from "../testing/drawn.ts";
import { preparePlanner } from "../engine.ts";
import { unpackCells } from "../../engine/packing.ts";
import { mergeTables } from "../model/merge.ts";
import type { PlannerTables } from "../model/tables.ts";
import { Exchanges } from "./exchange.ts";
import { LeaveRoom } from "./leave_room.ts";

/** A legal plan whose lines choose leave, as it was found. */
interface Found {
  tables: PlannerTables;
  leave: NonNullable<PlannerTables["leave"]>;
  best: string;
}

/** Plans of drawn problems: found once, for both tests. */
const FOUND = draws(6);
const found: Found[] = [];
const drawing = new Random(97);

function find(): Found {
  for (;;) {
    const problem = drawnYearsWithLeave(drawing, [6, 8]);
    const { tables } = mergeTables(buildTables(problem, resolveRules(problem.constraints)));
    if (tables.leave === null) continue;
    const planner = preparePlanner(problem);
    let state = planner.start();
    // The first plan is as legal as the best, and leaves more to exchange.
    while (!planner.done(state) && state.bestValue === null) {
      state = planner.step(state, { remainingMs: () => 0 });
    }
    if (state.bestValue === null) continue;
    return { tables, leave: tables.leave, best: state.best };
  }
}

/** All plans, each to be changed at will. */
function* plans() {
  const random = new Random(98);
  for (let n = 0; n < FOUND; n++) {
    const { tables, leave, best } = found[n] ??= find();
    yield { tables, leave, cells: unpackCells(best, tables.positions, tables.terms), random };
  }
}

Deno.test("exchanges keep every line's leave, and no term takes more than it can", () => {
  let changed = 0;
  for (const { tables, leave, cells, random } of plans()) {
    const before = cells.slice(), lines = cells.length / tables.terms;
    new Exchanges(tables, cells, random).run(3_000, 1e6);
    assert.ok(Exchanges.areLegal(tables, cells));
    const left = budgetsBeside(tables, slotCounts(tables, cells, lines));
    assert.ok(left.every((weeks) => weeks >= 0), `${left}`);
    for (let at = leave.term; at < cells.length; at += tables.terms) {
      if (cells[at] !== before[at]) changed++;
    }
  }
  assert.ok(changed > 3, `${changed}`);
});

Deno.test("a line without leave any more takes other leave, or stays as it was where there is none", () => {
  let refitted = 0, kept = 0;
  for (const { tables, leave, cells, random } of plans()) {
    const { terms: T, year, cap, positions: R } = tables, lines = cells.length / T;
    const room = new LeaveRoom(tables, cells, slotCounts(tables, cells, lines));
    for (let n = 0; n < 60; n++) {
      const i = random.below(lines), t = random.below(year), at = i * T + t, old = cells[at];
      const others = Array.from({ length: R }, (_, r) => r).filter((r) => cap[t * R + r] > 0);
      cells[at] = others[random.below(others.length)];
      const option = room.held(i), isFine = room.refit(i);
      const terms = leave.terms[leave.options.indexOf(room.held(i))];
      const takes = terms.every((u) => leave.blocked[cells[i * T + u]] === 0);
      assert.equal(isFine, takes);
      if (room.held(i) !== option) refitted++;
      if (isFine) continue;
      assert.equal(room.held(i), option);
      cells[at] = old;
      kept++;
    }
    const left = budgetsBeside(tables, slotCounts(tables, cells, lines));
    assert.ok(left.every((weeks) => weeks >= 0), `${left}`);
  }
  assert.ok(refitted > 5 && kept > 5, `${refitted} ${kept}`);
});
