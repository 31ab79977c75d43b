// Which files of shared/ no test stands beside: a test is beside a file if it bears its name, or stands in the same folder
// and imports it. Files that are tested together, or from elsewhere, are named here with the test and why.

import { type ImportGraph, importGraph } from "./import_graph.ts";

const ROOT = new URL("..", import.meta.url);

/** Rooms in which every file that decides something has a test beside it. */
const TESTED_ROOMS = [
  "shared/engine",
  "shared/lp",
  "shared/planner",
  "shared/allocator",
  "shared/primes",
  "shared/agents",
  "shared/fleet",
  "shared/platform",
  "shared/messages",
  "shared/exchange",
  "shared/client",
];

/** A test that stands for files beside which there is none, and why it does. */
export interface TestElsewhere {
  test: string;
  why: string;
}

/** Lines that decide something from which on a file has logic; below that it is words and types. */
const FEWEST_DECISIONS = 5;

/** Files of a folder, named so that a new one beside them gets a test of its own. */
const each = (folder: string, names: string, tested: TestElsewhere) =>
  Object.fromEntries(names.split(" ").map((name) => [`${folder}${name}.ts`, tested]));

/** By file; by folder (with a slash at its end) where its files are rows of one table or steps of one search. */
const TESTED_ELSEWHERE: Readonly<Record<string, TestElsewhere>> = {
  "shared/planner/search/phases/": {
    test: "shared/planner/search/phases/phases_test.ts",
    why: "phases are the steps of one search: each is looked at after every unit of it",
  },
  "shared/planner/replan/phases/": {
    test: "shared/planner/replan/phases/phases_test.ts",
    why: "the same of a replan",
  },
  "shared/planner/rules/": {
    test: "shared/planner/rules/rules_test.ts",
    why:
      "rules are rows of one table: a line that passes, one that fails, and the model's agreement",
  },
  ...each("shared/planner/run/edit/", "draft judge rows", {
    test: "functions/tests/edit_lines_test.ts",
    why: "the parts of an edit: what it is, reads, makes of a line, and is judged by",
  }),
  "shared/planner/run/edit_lines.ts": {
    test: "functions/tests/edit_lines_test.ts",
    why: "it answers over HTTP from what the caller may read",
  },
  "shared/planner/run/swaps.ts": {
    test: "functions/tests/swaps_test.ts",
    why: "it answers over HTTP from what the caller may read",
  },
  "shared/primes/forms/": {
    test: "shared/primes/forms/forms_test.ts",
    why: "forms are rows of one table: each against known sequences and trial division",
  },
  "shared/primes/proof/": {
    test: "shared/primes/proof/proof_test.ts",
    why: "parts of one proof, held against the checker",
  },
  "shared/primes/check/": {
    test: "shared/primes/check/check_test.ts",
    why: "parts of one checker: every change of a certificate is refused",
  },
  "shared/primes/check/machine.ts": {
    test: "shared/primes/engine_test.ts",
    why: "the machine checks in slices what the search certified",
  },
  "shared/primes/certificate.ts": {
    test: "shared/primes/exchange/exchange_test.ts",
    why: "certificates are read and written where they are exchanged",
  },
  "shared/primes/block.ts": {
    test: "shared/primes/engine_test.ts",
    why: "a block is what the engine works on, resumed at each checkpoint",
  },
  "shared/primes/sample.ts": {
    test: "shared/primes/run/check_workload_test.ts",
    why: "what is drawn is what the check works on",
  },
  "shared/primes/arithmetic/pace.ts": {
    test: "shared/primes/engine_test.ts",
    why: "it only counts steps between two looks at the clock",
  },
  "shared/primes/run/project_requests.ts": {
    test: "functions/tests/projects_test.ts",
    why: "it answers over HTTP from what the caller may read",
  },
  "shared/primes/run/requests.ts": {
    test: "functions/tests/prime_search_test.ts",
    why: "it answers over HTTP from what the caller may read",
  },
  "shared/primes/run/operator_api.ts": {
    test: "functions/tests/operators_test.ts",
    why: "it answers over HTTP from what the caller may read",
  },
  ...each("shared/agents/", "api workload", {
    test: "functions/tests/agents_test.ts",
    why: "tasks are asked for and worked over HTTP, against a database",
  }),
  "shared/agents/handlers/": {
    test: "shared/agents/handlers/handlers_test.ts",
    why: "handlers are rows of one table",
  },
  ...each(
    "shared/client/",
    "agents_client calls operators_client primes_client projects_client realtime runs",
    {
      test: "shared/client/strange_answers_test.ts",
      why: "every client is given answers that are none; what each asks for is in functions/tests",
    },
  ),
  "shared/fleet/queue.ts": {
    test: "functions/tests/fleet_test.ts",
    why: "one statement a function, against a database",
  },
  "shared/platform/database.ts": {
    test: "functions/tests/fleet_test.ts",
    why: "a connection, against a database",
  },
  ...each("shared/messages/", "calendar mailer provider_types", {
    test: "functions/tests/window_test.ts",
    why: "what leaves is caught by a provider of the stack, and calendars are asked for over HTTP",
  }),
  ...each(
    "shared/exchange/",
    "cells diagnostics_sheet import import_file plain_cells refusals roster_rules roster_sheet",
    {
      test: "functions/tests/roster_exchange_test.ts",
      why: "files go in and out over HTTP; reading and writing alone have tests of their own",
    },
  ),
  ...each(
    "shared/exchange/lines/",
    "by_rotations by_terms by_weeks columns import_lines new_positions reading",
    {
      test: "functions/tests/lines_files_test.ts",
      why: "the same of lines",
    },
  ),
  ...each(
    "shared/exchange/people/",
    "changes draft files import_people import_result read_departments read_lines",
    {
      test: "functions/tests/people_files_test.ts",
      why: "the same of people and wishes",
    },
  ),
  "shared/exchange/read_csv.ts": {
    test: "shared/exchange/read_table_test.ts",
    why: "tables are read through one door, hostile ones included",
  },
  "shared/exchange/xlsx_guard.ts": {
    test: "shared/exchange/read_table_test.ts",
    why: "tables are read through one door, hostile ones included",
  },
};

/** Lines of a text that decide something: branches, loops, and what is returned or thrown. */
export function decisionsIn(text: string): number {
  return (text.match(/^\s*(?:\} else |\})?\s*(?:if|for|while|switch|return|throw|case)\b/gm) ?? [])
    .length;
}

/** Everything that a file imports, however far away. */
function reachedFrom(graph: ImportGraph, file: string): Set<string> {
  const found = new Set<string>(), open = [file];
  while (open.length > 0) {
    for (const next of graph.get(open.pop()!) ?? []) {
      if (found.has(next)) continue;
      found.add(next);
      open.push(next);
    }
  }
  return found;
}

/**
 * Faults as sentences: files without a test, and exceptions that are none (any more).
 * @param read the text of a file
 */
export function missingTests(
  graph: ImportGraph,
  read: (path: string) => string,
  elsewhere: Readonly<Record<string, TestElsewhere>>,
): string[] {
  const isTest = (path: string) => /_test\.tsx?$/.test(path);
  const folderOf = (path: string) => path.slice(0, path.lastIndexOf("/") + 1);
  const tests = [...graph.keys()].filter(isTest);
  const beside = (path: string) =>
    tests.some((test) =>
      test === path.replace(/\.ts$/, "_test.ts") ||
      (folderOf(test) === folderOf(path) && graph.get(test)!.includes(path))
    );
  const alone = [...graph.keys()].filter((path) =>
    !isTest(path) && !/\/testing\/|glpk_wasm\.ts$/.test(path) && !beside(path) &&
    decisionsIn(read(path)) >= FEWEST_DECISIONS
  );
  const used = new Set<string>(), faults: string[] = [];
  for (const path of alone) {
    const name = path in elsewhere ? path : folderOf(path);
    const found = elsewhere[name];
    if (!found) {
      faults.push(`${path} has no test beside it`);
      continue;
    }
    used.add(name);
    // What is asked over HTTP is reached by no import.
    if (found.test.startsWith("functions/tests/")) continue;
    if (reachedFrom(graph, found.test).has(path)) continue;
    faults.push(`${path} is not reached by ${found.test}`);
  }
  for (const name of Object.keys(elsewhere)) {
    if (!used.has(name)) faults.push(`${name} is an exception for nothing`);
  }
  return faults;
}

/** What the rooms lack today. */
export function untestedFiles(): string[] {
  const read = (path: string) => Deno.readTextFileSync(new URL(path, ROOT));
  const gone = Object.values(TESTED_ELSEWHERE).map(({ test }) => test).filter((test) => {
    try {
      return !Deno.statSync(new URL(test, ROOT)).isFile;
    } catch {
      return true;
    }
  });
  return [
    ...gone.map((test) => `${test} is named as a test and not there`),
    ...missingTests(importGraph(TESTED_ROOMS), read, TESTED_ELSEWHERE),
  ];
}
