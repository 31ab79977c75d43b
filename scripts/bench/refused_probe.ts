// What refused_files.ts runs in a fresh process of the hosted runtime's Deno: a file goes through the function's own door, from its
// bytes to the refusal; the database's answers are parsed as they would come. Says the CPU that it cost.
// deno-lint-ignore-file no-console -- a child that prints

import { readdirSync, readFileSync } from "node:fs";
import process from "node:process";
import { readDepartmentFile } from "../../shared/exchange/department_files.ts";
import { importFile } from "../../shared/exchange/import_file.ts";
import { readRankingFile } from "../../shared/exchange/ranking_files.ts";
import type { Bytes } from "../../shared/platform/bytes.ts";
import { problemResponse } from "../../shared/platform/problem_details.ts";
import type { RestClient } from "../../shared/platform/rest.ts";

/** What the database answers, by the name of a function or table, as text. */
type Answers = Record<string, string>;

function clientOf(answers: Answers): RestClient {
  const answer = (name: string) => {
    if (!Object.hasOwn(answers, name)) throw new Error(`nothing is said of ${name}`);
    const chain: unknown = new Proxy({}, {
      get: (_, key) =>
        key === "then"
          ? (resolve: (value: unknown) => void) =>
            resolve({ data: JSON.parse(answers[name]), error: null })
          : () => chain,
    });
    return chain;
  };
  return { rpc: answer, from: answer } as unknown as RestClient;
}

/** CPU in ms of this thread, and of the process with all its threads. */
function cpu(): { thread: number; all: number } {
  const of = (path: string) => Number(readFileSync(path, "utf8").split(" ")[0]) / 1e6;
  const threads = readdirSync("/proc/self/task").map((id) => of(`/proc/self/task/${id}/schedstat`));
  return {
    thread: of("/proc/thread-self/schedstat"),
    all: threads.reduce((sum, each) => sum + each, 0),
  };
}

const RUN = "00000000-0000-4000-8000-000000000000";
const [folder, table] = process.argv.slice(2);
const answers = JSON.parse(readFileSync(`${folder}/answers.json`, "utf8")) as Answers;
const file = new Uint8Array(readFileSync(`${folder}/file`)) as Bytes;
const client = clientOf(answers), readFile = () => Promise.resolve(file);
const before = cpu();
let refusal: Response | null = null;
try {
  if (table === "ranking") await readRankingFile(client, RUN, readFile);
  else if (table === "department") await readDepartmentFile(client, RUN, readFile);
  else {
    const query = new URLSearchParams({ dry_run: "true" });
    await importFile(client, `${RUN}/${table}`, query, readFile);
  }
} catch (error) {
  refusal = problemResponse(error);
}
const said = await refusal?.text();
const after = cpu();
console.log(JSON.stringify({
  thread: after.thread - before.thread,
  all: after.all - before.all,
  status: refusal?.status ?? 200,
  said: said?.slice(0, 600),
}));
