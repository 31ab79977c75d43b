// `deno run -A scripts/bench/hostile_files.ts`: CPU that each kind of hostile file costs until it is refused, rows included;
// and that of tables of people and lines, whose files cost what theirs do, beside it.
// deno-lint-ignore-file no-console -- this is a command line tool

import process from "node:process";
import { readPositionRows } from "../../shared/exchange/position_rows.ts";
import { readTable } from "../../shared/exchange/read_table.ts";
import { hostileFiles } from "../../shared/exchange/testing/hostile_files.ts";
import { hostileTables } from "../../shared/exchange/testing/hostile_tables.ts";
import { Work } from "../../shared/exchange/work.ts";

const rows = [];
for (const { kind, file } of hostileFiles()) {
  const costs: number[] = [];
  const work = new Work();
  for (let n = 0; n < 3; n++) {
    const before = process.cpuUsage();
    await readTable(file, "Positions", n === 0 ? work : new Work())
      .then((table) => readPositionRows(table, 4)).catch(() => {});
    const { user, system } = process.cpuUsage(before);
    costs.push((user + system) / 1_000);
  }
  const [first] = costs;
  rows.push({
    kind,
    kb: Math.ceil(file.length / 1024),
    first_ms: Math.round(first),
    median_ms: Math.round(costs.toSorted((a, b) => a - b)[1]),
    unpacked_kb: Math.round(work.done.unpackedBytes / 1024),
    elements: work.done.elements,
  });
}
console.table(rows.toSorted((a, b) => b.median_ms - a.median_ms));
console.table(
  hostileTables().map(({ kind, read }) => {
    const costs = [0, 1, 2].map(() => {
      const before = process.cpuUsage();
      read();
      const { user, system } = process.cpuUsage(before);
      return (user + system) / 1_000;
    });
    const [first, median] = [costs[0], costs.toSorted((a, b) => a - b)[1]].map(Math.round);
    return { kind, first_ms: first, median_ms: median };
  }),
);
console.log(`load average ${Deno.loadavg()[0].toFixed(1)}`);
