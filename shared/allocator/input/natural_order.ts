// The order that everything starts from. Ids are random, so the same data in two databases would be
// matched differently where matchings are equally good; names are not. Namesakes are told apart by
// what is said of them and what they say, and only those alike in all of that by their ids.

import type { AllocatorPreferencer, AllocatorProblem } from "../problem.ts";

interface Named {
  id: string;
  name: string;
  order?: number;
}

/** What a row is ordered and known by: its name, or its place by name. */
function keyOf({ name, order }: Named): string {
  return order === undefined ? name : String(order).padStart(6, "0");
}

/** Workers, lines and preferencers by name, then by what the problem says of them, then by id. */
export interface NaturalOrder {
  workers: AllocatorProblem["workers"];
  lines: AllocatorProblem["lines"];
  preferencers: AllocatorPreferencer[];
}

/** Puts the rows of a problem into an order that neither their order nor their ids decide. */
export function naturalOrder(problem: AllocatorProblem): NaturalOrder {
  const names = namesById(problem);
  return {
    workers: sorted(problem.workers, () => describeWorkers(problem, names)),
    lines: sorted(problem.lines, () => describeLines(problem, names)),
    preferencers: sorted(problem.preferencers, () => describePreferencers(problem, names)),
  };
}

function namesById(problem: AllocatorProblem): Map<string, string> {
  const { workers, lines, outside, preferencers } = problem;
  const all: Named[] = [...workers, ...lines, ...outside.workers, ...outside.lines];
  return new Map([...all, ...preferencers].map((row) => [row.id, keyOf(row)]));
}

/** @param describe what is known of each row by id; asked only where there are namesakes */
function sorted<T extends Named>(rows: readonly T[], describe: () => Map<string, string>): T[] {
  const namesakes = new Set(rows.map(keyOf)).size < rows.length;
  const known = namesakes ? describe() : new Map<string, string>();
  return [...rows].sort((a, b) =>
    compare(keyOf(a), keyOf(b)) || compare(known.get(a.id) ?? "", known.get(b.id) ?? "") ||
    compare(a.id, b.id)
  );
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** Facts by id, each in words without ids, joined in an order of their own. */
class Facts {
  readonly #of = new Map<string, string[]>();

  constructor(readonly names: Map<string, string>) {}

  add(id: string, ...words: unknown[]): void {
    const list = this.#of.get(id);
    if (list) list.push(words.join(" "));
    else this.#of.set(id, [words.join(" ")]);
  }

  name(id: string | null): string {
    return id === null ? "*" : this.names.get(id) ?? "";
  }

  joined(): Map<string, string> {
    return new Map([...this.#of].map(([id, list]) => [id, list.sort().join("\n")]));
  }
}

function describeWorkers(problem: AllocatorProblem, names: Map<string, string>) {
  const facts = new Facts(names);
  const holders = new Map<string, string[]>();
  for (const { id, tags } of problem.workers) {
    for (const tag of tags) holders.set(tag, [...holders.get(tag) ?? [], id]);
  }
  const ofTags = (tags: string[], ...words: unknown[]) =>
    tags.forEach((tag) => holders.get(tag)?.forEach((id) => facts.add(id, ...words)));
  for (const { worker, ranks } of problem.preferences) {
    for (const [line, rank] of ranks) facts.add(worker, "ranks", facts.name(line), rank);
  }
  for (const { name, ranks } of problem.preferencers) {
    for (const [worker, rank] of ranks) facts.add(worker, "ranked by", name, rank);
  }
  for (const e of problem.eligibility) {
    const line = facts.name(e.line);
    e.includedWorkers.forEach((id) => facts.add(id, "included", line));
    e.excludedWorkers.forEach((id) => facts.add(id, "excluded", line));
    ofTags(e.includedTags, "tag included", line);
    ofTags(e.excludedTags, "tag excluded", line);
  }
  for (const { line, workers, tags, weighting } of problem.weightings) {
    workers.forEach((id) => facts.add(id, "weighted", facts.name(line), weighting));
    ofTags(tags, "tag weighted", facts.name(line), weighting);
  }
  for (const { worker, line } of problem.pins) facts.add(worker, "pinned", facts.name(line));
  for (const { workers: [a, b], fit } of problem.links ?? []) {
    facts.add(a, "linked", fit.kind, facts.name(b));
    facts.add(b, "linked", fit.kind, facts.name(a));
  }
  problem.groups?.forEach(({ workers }, g) => workers.forEach((id) => facts.add(id, "group", g)));
  return facts.joined();
}

function describeLines(problem: AllocatorProblem, names: Map<string, string>) {
  const facts = new Facts(names);
  for (const { id, capacity, mustHave } of problem.lines) {
    facts.add(id, "takes", capacity, mustHave);
  }
  for (const { worker, ranks } of problem.preferences) {
    for (const [line, rank] of ranks) facts.add(line, "ranked by", facts.name(worker), rank);
  }
  for (const { name, lines } of problem.preferencers) {
    lines.forEach((line) => facts.add(line, "of", name));
  }
  for (const e of problem.eligibility) {
    const list = (ids: string[]) => ids.map((id) => facts.name(id)).sort().join(",");
    facts.add(e.line, "includes", list(e.includedWorkers), e.includedTags.length);
    facts.add(e.line, "excludes", list(e.excludedWorkers), e.excludedTags.length);
  }
  for (const { line, workers, weighting } of problem.weightings) {
    if (line !== null) facts.add(line, "weighted", workers.length, weighting);
  }
  for (const { worker, line } of problem.pins) facts.add(line, "pinned", facts.name(worker));
  return facts.joined();
}

function describePreferencers(problem: AllocatorProblem, names: Map<string, string>) {
  const facts = new Facts(names);
  for (const { id, lines, maxLines, maxWorkers, ranks } of problem.preferencers) {
    facts.add(id, "caps", maxLines, maxWorkers);
    lines.forEach((line) => facts.add(id, "has", facts.name(line)));
    for (const [worker, rank] of ranks) facts.add(id, "ranks", facts.name(worker), rank);
  }
  return facts.joined();
}
