// Who has another line by one match than by another. Pure.

import type { Allocation } from "../../../../shared/client/mod.ts";
import { plural } from "../ui/format.ts";

/** A doctor whose line is another. */
export interface Moved {
  worker: string;
  then: Allocation | undefined;
  now: Allocation | undefined;
}

/** Those who moved between two matches, in the order of their names. */
export function movedBetween(then: readonly Allocation[], now: readonly Allocation[]): Moved[] {
  const before = new Map(then.map((each) => [each.worker.mapping, each]));
  const after = new Map(now.map((each) => [each.worker.mapping, each]));
  const names = new Map([...then, ...now].map(({ worker }) => [worker.mapping, worker.name]));
  return [...names.keys()]
    .filter((worker) => before.get(worker)?.line.id !== after.get(worker)?.line.id)
    .sort((a, b) => names.get(a)!.localeCompare(names.get(b)!))
    .map((worker) => ({ worker, then: before.get(worker), now: after.get(worker) }));
}

/** How many, and how many of them to a line that was another choice of theirs then. */
export function movedWords(moved: readonly Moved[]): string {
  if (moved.length === 0) return "Nobody has another line.";
  const both = moved.filter(({ then, now }) => then && now);
  const worth = ({ choice }: Allocation) => choice ?? Infinity;
  const better = both.filter(({ then, now }) => worth(now!) < worth(then!)).length;
  const worse = both.filter(({ then, now }) => worth(now!) > worth(then!)).length;
  return `${plural(moved.length, "doctor")} ${
    moved.length === 1 ? "has" : "have"
  } another line: ${better} a better choice, ${worse} a worse one.`;
}
