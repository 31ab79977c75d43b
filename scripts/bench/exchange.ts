// `deno task bench:exchange`: CPU that spreadsheets of the largest runs cost, out and in: each in a process of its own that has
// written and read nothing before, as a fresh isolate has; the loading of modules is not in it. A word chooses among them.
// deno-lint-ignore-file no-console -- this is a command line tool

import process from "node:process";
import { explainIf } from "../command_line.ts";
import type { TableFormat } from "../../shared/client/exchange_types.ts";
import { DOCTORS, LINES, population, roster } from "./exchange_tables.ts";

/** A fresh process for each, so often. */
const FRESH = 3;

type Files = Record<string, () => Promise<{ run: () => Promise<unknown> | unknown }>>;

const bytes = (text: string) => new TextEncoder().encode(text) as Uint8Array<ArrayBuffer>;

const FILES: Files = {
  "roster.xlsx out": async () => {
    const { rosterWorkbook } = await import("../../shared/exchange/export.ts");
    const made = roster();
    return { run: () => rosterWorkbook(made, new Date()) };
  },
  "roster.csv out": async () => {
    const { rosterCsv } = await import("../../shared/exchange/roster_csv.ts");
    const made = roster();
    return { run: () => rosterCsv(made) };
  },
  "roster.xlsx in": () => linesIn("xlsx"),
  "roster.csv in": () => linesIn("csv"),
  "wishes.xlsx out": () => wishesOut("wishes", "xlsx"),
  "wishes.csv out": () => wishesOut("wishes", "csv"),
  "wishes.xlsx in": () => wishesIn("wishes", "xlsx"),
  "wishes.csv in": () => wishesIn("wishes", "csv"),
  "wishes-by-rank.xlsx out": () => wishesOut("wishes-by-rank", "xlsx"),
  "wishes-by-rank.xlsx in": () => wishesIn("wishes-by-rank", "xlsx"),
  "wishes-by-line.xlsx out": () => wishesOut("wishes-by-line", "xlsx"),
  "wishes-by-line.xlsx in": () => wishesIn("wishes-by-line", "xlsx"),
};

async function linesIn(format: TableFormat) {
  const [{ rosterWorkbook }, { rosterCsv }, { readTable }, { readLines }, limits] = await Promise
    .all([
      import("../../shared/exchange/export.ts"),
      import("../../shared/exchange/roster_csv.ts"),
      import("../../shared/exchange/read_table.ts"),
      import("../../shared/exchange/lines/read_lines.ts"),
      import("../../shared/exchange/limits.ts"),
    ]);
  const made = roster();
  const path = await kept(
    `roster.${format}`,
    async () => format === "xlsx" ? await rosterWorkbook(made, new Date()) : bytes(rosterCsv(made)),
  );
  const file = await Deno.readFile(path) as Uint8Array<ArrayBuffer>;
  return {
    run: async () => {
      const table = await readTable(file, "Roster", limits.LINES_SIZE);
      const { faults, lines } = readLines(table, made);
      if (faults.length > 0 || lines.length !== LINES) throw new Error(JSON.stringify(faults[0]));
    },
  };
}

/** A file that an earlier process made, so that making it is not measured and warms nothing. */
async function kept(name: string, make: () => Promise<Uint8Array>): Promise<string> {
  const path = `${Deno.env.get("BENCH_EXCHANGE") ?? "/tmp"}/${name}`;
  if (Deno.env.get("BENCH_MAKE")) await Deno.writeFile(path, await make());
  return path;
}

type Layout = "wishes" | "wishes-by-rank" | "wishes-by-line";

async function wishesOut(layout: Layout, format: TableFormat) {
  const { peopleCsv, peopleFile, peopleSheets } = await import(
    "../../shared/exchange/people/files.ts"
  );
  const { writeWorkbook } = await import("../../shared/exchange/write_xlsx.ts");
  const made = population();
  return {
    run: () => {
      const file = peopleFile("wishes", made, layout);
      return format === "csv" ? peopleCsv(file) : writeWorkbook(peopleSheets(file, made));
    },
  };
}

async function wishesIn(layout: Layout, format: TableFormat) {
  const out = await wishesOut(layout, format);
  const [{ readTable }, { readWishes }, { readPeopleTable }, limits] = await Promise.all([
    import("../../shared/exchange/read_table.ts"),
    import("../../shared/exchange/people/read_wishes.ts"),
    import("../../shared/exchange/people/table.ts"),
    import("../../shared/exchange/limits.ts"),
  ]);
  const made = population();
  const path = await kept(`${layout}.${format}`, async () => {
    const file = await out.run();
    return typeof file === "string" ? bytes(file) : file as Uint8Array;
  });
  const file = await Deno.readFile(path) as Uint8Array<ArrayBuffer>;
  return {
    run: async () => {
      const table = await readTable(file, "Wishes", limits.WISHES_SIZE);
      const people = readPeopleTable("wishes", table, null);
      const draft = readWishes(people, made);
      if (people.faults.length > 0) throw new Error(JSON.stringify(people.faults[0]));
      if (draft.document.preferences?.length !== DOCTORS) throw new Error("not all were read");
    },
  };
}

/** CPU in ms that one costs. */
async function one(name: string): Promise<void> {
  const { run } = await FILES[name]();
  if (Deno.env.get("BENCH_MAKE")) return;
  // What stands for the database's answer is drawn, not measured.
  const before = process.cpuUsage(), began = performance.now();
  const made = await run();
  const { user, system } = process.cpuUsage(before);
  const size = typeof made === "string"
    ? made.length
    : (made as Uint8Array | undefined)?.length ?? 0;
  console.log(JSON.stringify({
    cpu_ms: (user + system) / 1_000,
    ms: performance.now() - began,
    kb: Math.round(size / 1024),
    mb: Math.round(process.memoryUsage().rss / 1024 / 1024),
  }));
}

async function child(name: string, env: Record<string, string>): Promise<string> {
  const { stdout, stderr, success } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "--no-check", import.meta.filename!, "--one", name],
    env,
  }).output();
  return success ? new TextDecoder().decode(stdout) : `!${new TextDecoder().decode(stderr)}`;
}

async function compare(names: string[]): Promise<void> {
  const folder = await Deno.makeTempDir();
  const rows = [];
  for (const name of names) {
    if (name.endsWith(" in")) await child(name, { BENCH_EXCHANGE: folder, BENCH_MAKE: "1" });
    const costs = [];
    for (let n = 0; n < FRESH; n++) {
      const said = await child(name, { BENCH_EXCHANGE: folder });
      if (said.startsWith("!")) {
        console.log(`${name}: ${said.slice(0, 400)}`);
        break;
      }
      costs.push(JSON.parse(said) as Record<string, number>);
    }
    if (costs.length < FRESH) continue;
    costs.sort((a, b) => a.cpu_ms - b.cpu_ms);
    const { cpu_ms, kb, mb } = costs[Math.floor(FRESH / 2)];
    rows.push({
      name,
      cpu_ms: Math.round(cpu_ms),
      most: Math.round(costs[FRESH - 1].cpu_ms),
      kb,
      mb,
    });
  }
  await Deno.remove(folder, { recursive: true });
  console.table(rows);
  console.log(`load average ${Deno.loadavg()[0].toFixed(1)}`);
}

const [flag, which] = Deno.args;
explainIf(
  flag === "--help",
  `deno task bench:exchange [NAME]\n  NAME  a part of one of: ${Object.keys(FILES).join(", ")}`,
);
if (flag === "--one") await one(which);
else await compare(Object.keys(FILES).filter((name) => flag === undefined || name.includes(flag)));
