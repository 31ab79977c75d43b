// The columns of a program: penalties of workers and of lines, the y of lines, changes, and pairs, in this order.

import { LpBuilder } from "../../lp/mod.ts";
import { lineOfPair, pairOf, workerOfPair } from "../model/pairs.ts";
import type { Layout } from "./layout.ts";

/** The program over some pairs, as GLPK takes it; pairs that the domain has lost are fixed at 0. */
export function buildColumns(at: Layout, pairs: ArrayLike<number>): LpBuilder {
  const { W, J } = at.tables;
  const builder = new LpBuilder("min");
  at.lower.forEach((lower, i) => builder.addRow(lower, at.upper[i]));
  const penalty = at.penalty || 1, change = at.changePrice;
  for (let w = 0; w < W; w++) {
    builder.addColumn(penalty, 0, 1);
    builder.add(w, 1);
    for (const [c, { teeth }] of at.atWorker[w]) builder.add(at.firstCut + c, teeth.get(w)!);
  }
  for (let j = 0; j < J; j++) {
    if (at.mayStayEmpty(j)) {
      builder.addColumn(change, ...at.empty(j));
      addUse(at, builder, j, -1);
    } else builder.addColumn(penalty, 0, at.lower[W + j]);
    builder.add(W + j, 1);
  }
  for (const j of at.yLines) {
    builder.addColumn(0, ...at.used(j));
    addUse(at, builder, j, 1);
  }
  for (const rows of at.changes) {
    builder.addColumn(change, 0, W);
    for (const row of rows) builder.add(row, -1);
  }
  for (let i = 0; i < pairs.length; i++) addPair(at, builder, pairs[i]);
  return builder;
}

/** What the use of a line counts in. @param sign -1: the use is taken back */
function addUse(at: Layout, builder: LpBuilder, j: number, sign: 1 | -1): void {
  if (at.link[j] < 0) return;
  builder.add(at.link[j], -sign * at.tables.capacity[j]);
  for (const row of at.lineRows[j]) builder.add(row, sign);
  for (const c of at.linksOfLine[j]) builder.add(at.firstCut + c, -sign);
}

function addPair(at: Layout, builder: LpBuilder, pair: number): void {
  const { W, J, wish } = at.tables;
  const j = lineOfPair(pair, J), w = workerOfPair(pair, J);
  // Without an upper bound no column's reduced cost is negative at the end.
  builder.addColumn(at.objective(pair), 0, at.setting.domain.usable[pair] ? Infinity : 0);
  builder.add(w, 1);
  builder.add(W + j, 1);
  if (at.link[j] >= 0) builder.add(at.link[j], 1);
  for (const row of at.workerRows[j]) builder.add(row, 1);
  const link = at.links.get(pair);
  if (link !== undefined) builder.add(at.firstCut + link, 1);
  for (const [c, factor] of at.implied.get(pair) ?? []) builder.add(at.firstCut + c, factor);
  const level = at.setting.field?.standings.level[pair] ?? 0;
  for (const [c, comb] of at.atLine[j]) {
    if (level <= comb.level) builder.add(at.firstCut + c, comb.teeth.get(w) ?? 1);
  }
  for (const [c, { line, teeth }] of at.atWorker[w]) {
    if (line !== j && wish[pair] <= wish[pairOf(w, line, J)]) {
      builder.add(at.firstCut + c, teeth.get(w)!);
    }
  }
}
