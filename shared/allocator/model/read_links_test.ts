// Links as lists of lines that fit: both sides agree with each other, and with what the problem says.

import assert from "node:assert/strict";
import { Random } from "../../engine/random.ts";
import type { AllocatorLink, AllocatorProblem } from "../problem.ts";
import { problemOf, randomProblem, withLinks } from "../testing/problems.ts";
import { readLinks } from "./read_links.ts";

function read(problem: AllocatorProblem) {
  const index = (rows: { id: string }[]) => new Map(rows.map(({ id }, i) => [id, i]));
  return readLinks(problem, index(problem.workers), index(problem.lines));
}

/** Whether the problem says that the first may have one line and the second the other. */
function doFit(problem: AllocatorProblem, { workers, fit }: AllocatorLink, a: string, b: string) {
  switch (fit.kind) {
    case "pairs":
      return fit.pairs.some(([first, second]) => first === a && second === b);
    case "ranked": {
      const ranks = (worker: string, line: string) =>
        problem.preferences.some((p) =>
          p.worker === worker && p.ranks.some(([item, rank]) => item === line && rank > 0)
        );
      return ranks(workers[0], a) && ranks(workers[1], b);
    }
    case "alike": {
      const kind = (line: string) => fit.lines.find(([id]) => id === line)?.[1];
      return a === b || (kind(a) !== undefined && kind(a) === kind(b));
    }
    case "share":
      return a === b;
  }
}

Deno.test("fits() and the lists of both sides say what the problem says, for every pair of lines", () => {
  const random = new Random(23);
  let links = 0;
  for (let round = 0; round < 200; round++) {
    const problem = withLinks(random, randomProblem(random, { caps: false, stability: false }));
    read(problem).forEach(({ workers, near, fits }, i) => {
      const link = problem.links![i];
      assert.deepEqual(workers.map((w) => problem.workers[w].id), link.workers);
      problem.lines.forEach(({ id: a }, j) => {
        problem.lines.forEach(({ id: b }, k) => {
          const may = doFit(problem, link, a, b);
          assert.equal(fits(j, k), may, `round ${round}: ${a} ${b}`);
          assert.equal(near[0][j].includes(k), may);
          assert.equal(near[1][k].includes(j), may);
        });
      });
      links++;
    });
  }
  assert.ok(links > 100, `${links}`);
});

Deno.test("a couple's own order of pairs is kept, lines that take no part left out", () => {
  const pairs: [string, string][] = [["l1", "l0"], ["gone", "l1"], ["l0", "l0"], ["l1", "l0"]];
  const link: AllocatorLink = {
    workers: ["w0", "w1"],
    fit: { kind: "pairs", pairs, ordered: true },
  };
  const [{ order, near }] = read(problemOf(2, [1, 1], { links: [link] }));
  assert.deepEqual([...order!], [[2, 0], [0, 1]]);
  assert.deepEqual(near, [[[0], [0]], [[0, 1], []]]);
});
