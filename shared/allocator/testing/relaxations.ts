// Relaxations as people read them, read back into changes of the problem.

import assert from "node:assert/strict";
import type { AllocatorProblem } from "../problem.ts";

/** A change, as people read it, and the rule that it is about. */
export interface Change {
  /** `places NAME`, `cap NAME`, `must-have`, `pins`, `eligibility` or `stability`. */
  rule: string;
  /** Changes that it counts as. */
  count: number;
  /** @param less by how much less it is changed */
  make(problem: AllocatorProblem, less: number): AllocatorProblem;
}

const withLine = (
  problem: AllocatorProblem,
  name: string,
  change: (line: AllocatorProblem["lines"][number]) => Partial<AllocatorProblem["lines"][number]>,
) => ({
  ...problem,
  lines: problem.lines.map((line) => line.name === name ? { ...line, ...change(line) } : line),
});

function withWaiver(problem: AllocatorProblem, worker: string, line: string): AllocatorProblem {
  const { id } = problem.workers.find(({ name }) => name === worker)!;
  const lineId = problem.lines.find(({ name }) => name === line)!.id;
  return {
    ...problem,
    eligibility: problem.eligibility.map((e) =>
      e.line === lineId ? { ...e, includedWorkers: [...e.includedWorkers, id] } : e
    ),
  };
}

/** Number of changes. */
export function countOf(changes: readonly Change[]): number {
  return changes.reduce((sum, { count }) => sum + count, 0);
}

/** Reads a relaxation back; names hold no comma. */
export function readRelaxation(text: string): Change[] {
  assert.match(text, /^[A-Z].*\.$/);
  return text.slice(0, -1).split("; ").flatMap((part) => {
    const [, names] = part.match(/^let \d+ lines? stay empty that must have a doctor: (.*)$/i) ??
      [];
    if (names) return names.split(", ").map(emptyLine);
    return part.split(", ").map(readChange);
  });
}

function readChange(part: string): Change {
  const cap = part.match(/on (doctors|lines) of (.*) from (\d+) to (\d+)$/);
  if (cap) {
    return raisedCap(cap[1] === "doctors" ? "maxWorkers" : "maxLines", cap[2], +cap[3], +cap[4]);
  }
  const places = part.match(/(\d+) places? on (.*)$/);
  if (places) return morePlaces(places[2], +places[1]);
  const pin = part.match(/^(?:unpin )?(.*) from .*$/i);
  if (pin) return unpinned(pin[1]);
  const waiver = part.match(/^(?:make )?(.*) for (.*?)(?: eligible)?$/i);
  if (waiver) {
    return {
      rule: "eligibility",
      count: 1,
      make: (p) => withWaiver(p, waiver[1], waiver[2]),
    };
  }
  assert.match(part, /^allow blocking pairs \(no stability\)$/i);
  return {
    rule: "stability",
    count: 1,
    make: (p) => ({ ...p, options: { ...p.options, stability: false } }),
  };
}

function emptyLine(name: string): Change {
  const make = (p: AllocatorProblem) => withLine(p, name, () => ({ mustHave: false }));
  return { rule: "must-have", count: 1, make };
}

function unpinned(name: string): Change {
  return {
    rule: "pins",
    count: 1,
    make: (problem) => {
      const { id } = problem.workers.find((worker) => worker.name === name)!;
      return { ...problem, pins: problem.pins.filter(({ worker }) => worker !== id) };
    },
  };
}

function morePlaces(name: string, by: number): Change {
  return {
    rule: `places ${name}`,
    count: by,
    make: (p, less) => withLine(p, name, ({ capacity }) => ({ capacity: capacity + by - less })),
  };
}

function raisedCap(cap: "maxWorkers" | "maxLines", name: string, from: number, to: number): Change {
  return {
    rule: `cap ${name}`,
    count: to - from,
    make: (problem, less) => ({
      ...problem,
      preferencers: problem.preferencers.map((p) =>
        p.name === name ? { ...p, [cap]: to - less } : p
      ),
    }),
  };
}
