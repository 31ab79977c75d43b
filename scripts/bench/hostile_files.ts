// `deno run -A scripts/bench/hostile_files.ts`: CPU that each kind of hostile file costs until it is refused, rows included;
// and that of tables of people and lines, whose files cost what theirs do, beside it. Each in a process of its own that has
// read nothing before, as a fresh isolate has, and again in one that has.
// deno-lint-ignore-file no-console -- this is a command line tool

import process from "node:process";
import { readPositionRows } from "../../shared/exchange/position_rows.ts";
import { LINES_SIZE, TABLE_SIZE, WISHES_SIZE } from "../../shared/exchange/limits.ts";
import { readTable } from "../../shared/exchange/read_table.ts";
import { hostileFiles } from "../../shared/exchange/testing/hostile_files.ts";
import { hostileTables } from "../../shared/exchange/testing/hostile_tables.ts";
import { Work } from "../../shared/exchange/work.ts";

/** A fresh process for each, so often; the least and the most tell what the machine's other work did to it. */
const FRESH = 3;

/** CPU in ms of something, of this process with all its threads. */
async function cost(work: () => unknown): Promise<number> {
  const before = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1_000;
}

const SIZES = { positions: TABLE_SIZE, wishes: WISHES_SIZE, lines: LINES_SIZE };
type Tables = keyof typeof SIZES;

async function read(
  file: Uint8Array<ArrayBuffer>,
  tables: Tables,
  work = new Work(SIZES[tables].work),
): Promise<void> {
  await readTable(file, "Positions", SIZES[tables], work)
    .then((table) => readPositionRows(table, 4))
    .catch(() => {});
}

/** What a process says that reads one file, or one table, and nothing else. */
async function freshCosts(args: string[]): Promise<number[]> {
  const costs: number[] = [];
  for (let n = 0; n < FRESH; n++) {
    const { stdout } = await new Deno.Command(Deno.execPath(), {
      args: ["run", "-A", import.meta.filename!, ...args],
    }).output();
    costs.push(Number(new TextDecoder().decode(stdout)));
  }
  return costs.toSorted((a, b) => a - b);
}

function rowOf(kind: string, fresh: number[], again: number) {
  const [least, median, most] = [fresh[0], fresh[1], fresh[2]].map(Math.round);
  return { kind, fresh_ms: median, least, most, again_ms: Math.round(again) };
}

async function compareFiles(tables: Tables) {
  const folder = await Deno.makeTempDir();
  const rows = [];
  for (const [n, { kind, file }] of hostileFiles(SIZES[tables]).entries()) {
    const path = `${folder}/${n}`;
    await Deno.writeFile(path, file);
    const fresh = await freshCosts(["--file", path, tables]);
    const work = new Work(SIZES[tables].work);
    await read(file, tables, work);
    rows.push({
      ...rowOf(kind, fresh, await cost(() => read(file, tables))),
      kb: Math.ceil(file.length / 1024),
      unpacked_kb: Math.round(work.done.unpackedBytes / 1024),
      elements: work.done.elements,
    });
  }
  await Deno.remove(folder, { recursive: true });
  console.table(rows.toSorted((a, b) => b.fresh_ms - a.fresh_ms));
}

async function compareTables() {
  const rows = [];
  for (const [n, { kind, read }] of hostileTables().entries()) {
    const fresh = await freshCosts(["--table", `${n}`]);
    read();
    rows.push(rowOf(kind, fresh, await cost(read)));
  }
  console.table(rows.toSorted((a, b) => b.fresh_ms - a.fresh_ms));
}

const [what, which, tables = "positions"] = Deno.args as [string, string, Tables?];
if (what === "--file") {
  const file = await Deno.readFile(which);
  console.log(await cost(() => read(file, tables)));
} else if (what === "--table") {
  const { read } = hostileTables()[Number(which)];
  console.log(await cost(read));
} else {
  for (const tables of Object.keys(SIZES) as Tables[]) {
    console.log(`Files that say to be of ${tables}`);
    await compareFiles(tables);
  }
  await compareTables();
  console.log(`load average ${Deno.loadavg()[0].toFixed(1)}`);
}
