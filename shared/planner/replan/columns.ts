// Columns of a replan: lines that may take the place of others.

import { firstCellOf } from "../model/flat.ts";
import { lineAt, lineCopy, lineName } from "../model/lines.ts";
import type { ReplanColumns, ReplanModel, ReplanPlan } from "./model.ts";

/** Every existing line in its own place, where that is legal. */
export function firstColumns(model: ReplanModel): ReplanColumns {
  const columns: ReplanColumns = { owners: [], cells: [] };
  for (let i = 0; i < model.existing; i++) {
    if (!model.isLegal(i)) continue;
    columns.owners.push(i);
    columns.cells.push(...lineAt(model.before, i, model.terms));
  }
  return columns;
}

/** Adds row-major lines as columns of one owner. */
export function addLines(
  { terms: T }: ReplanModel,
  columns: ReplanColumns,
  owner: number,
  lines: Int32Array,
): void {
  for (let at = 0; at < lines.length; at += T) columns.owners.push(owner);
  for (const r of lines) columns.cells.push(r);
}

/** Adds the lines of a plan that change, and the added ones. */
export function addPlanLines(model: ReplanModel, columns: ReplanColumns, plan: ReplanPlan): void {
  plan.kept.forEach((line, i) => {
    if (line && model.distance(i, line) > 0) addLines(model, columns, i, line);
  });
  for (const line of plan.added) addLines(model, columns, model.existing, line);
}

/** The columns of these indexes, in their order. */
export function pickColumns(
  { terms: T }: ReplanModel,
  { owners, cells }: ReplanColumns,
  indexes: readonly number[],
): ReplanColumns {
  return {
    owners: indexes.map((j) => owners[j]),
    cells: indexes.flatMap((j) => lineCopy(cells, j, T)),
  };
}

/** The columns of the lowest costs, at most so many, in the order they had. @param costs by column */
export function cheapestColumns(
  model: ReplanModel,
  columns: ReplanColumns,
  costs: readonly number[],
  most: number,
): ReplanColumns {
  const order = Array.from(costs.keys()).sort((a, b) => costs[a] - costs[b] || a - b);
  return pickColumns(model, columns, order.slice(0, most).sort((a, b) => a - b));
}

/** The columns without those that are there twice. */
export function unique({ terms: T }: ReplanModel, { owners, cells }: ReplanColumns): ReplanColumns {
  const seen = new Set<string>(), kept: ReplanColumns = { owners: [], cells: [] };
  owners.forEach((i, j) => {
    const name = `${i}:${lineName(cells, firstCellOf(j, T), T)}`;
    if (seen.has(name)) return;
    seen.add(name);
    kept.owners.push(i);
    kept.cells.push(...lineCopy(cells, j, T));
  });
  return kept;
}

/** Columns of the freed owners, their present lines first. */
export function columnsOf(
  model: ReplanModel,
  columns: ReplanColumns,
  near: ReplanColumns,
  plan: ReplanPlan,
  free: ReadonlySet<number>,
): ReplanColumns {
  const part: ReplanColumns = { owners: [], cells: [] };
  for (const i of free) {
    if (i === model.existing) plan.added.forEach((line) => addLines(model, part, i, line));
    else if (plan.kept[i]) addLines(model, part, i, plan.kept[i]);
  }
  for (const from of [columns, near]) {
    const own = Array.from(from.owners.keys()).filter((j) => free.has(from.owners[j]));
    const { owners, cells } = pickColumns(model, from, own);
    part.owners.push(...owners);
    part.cells.push(...cells);
  }
  return unique(model, part);
}
