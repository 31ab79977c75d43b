// Priority groups and linked doctors as a run's options say them: their shapes, what contradicts, and what they come to in a
// problem. Pure.

import * as z from "zod";
import { once } from "../../engine/once.ts";
import { WorkloadError } from "../../fleet/workload.ts";
import { listed } from "../names.ts";
import type { AllocatorLink, AllocatorProblem } from "../problem.ts";
import { twentieths } from "./part_time.ts";
import { MOST_ENTRIES, type PinFault } from "./pins.ts";

/** Most groups, couples, and pairs of lines of a couple. */
const MOST_GROUPS = 20, MOST_COUPLES = 500;

/** A priority group: these doctors, and whoever holds one of these qualifications and is in no earlier group. */
const groupShape = once(() =>
  z.strictObject({
    name: z.string().trim().min(1).max(100),
    worker_mappings: z.array(z.uuid()).max(5_000).default([]),
    qualification_tags: z.array(z.uuid()).max(MOST_ENTRIES).default([]),
  })
);

/** Groups in their order. */
export const groupsShape = once(() => z.array(groupShape()).max(MOST_GROUPS));

/** Two doctors whose lines have to fit together. */
export const coupleShape = once(() =>
  z.strictObject({
    first: z.uuid(),
    second: z.uuid(),
    /**
     * The same hospital in each term; each a line that they ranked; one of the pairs of lines that both asked for; or a job
     * share: one line, of which they take one place together.
     */
    fit: z.enum(["same_hospital", "ranked_lines", "line_pairs", "share"]),
    /** With `line_pairs`: the first's line and the second's. */
    line_pairs: z.array(z.strictObject({ first: z.uuid(), second: z.uuid() })).max(MOST_ENTRIES)
      .optional(),
  })
);

/** Couples, in any order. */
export const couplesShape = once(() => z.array(coupleShape()).max(MOST_COUPLES));

/** What the options say of groups and couples. */
export interface Together {
  priority_groups?: z.infer<ReturnType<typeof groupsShape>>;
  linked_doctors?: z.infer<ReturnType<typeof couplesShape>>;
}

/** Couples that cannot be: a doctor linked twice, or pairs of lines where the fit is another, or none where it is that. */
export function faultsOfCouples({ linked_doctors = [] }: Together): PinFault[] {
  const linked = new Set<string>();
  return linked_doctors.flatMap(({ first, second, fit, line_pairs }, i) => {
    const path = `options.linked_doctors[${i}]`, faults: PinFault[] = [];
    for (const [name, doctor] of [["first", first], ["second", second]]) {
      if (linked.has(doctor)) {
        faults.push({ path: `${path}.${name}`, message: `the doctor ${doctor} is linked already` });
      }
      linked.add(doctor);
    }
    if ((fit === "line_pairs") !== (line_pairs !== undefined && line_pairs.length > 0)) {
      const message = fit === "line_pairs"
        ? "must have pairs of lines"
        : "goes with the fit line_pairs only";
      faults.push({ path: `${path}.line_pairs`, message });
    }
    return faults;
  });
}

/**
 * The problem with its groups and couples.
 * @param hospitals what hospitals each line is at, term by term, as one text; null: it has no rotations
 * @throws WorkloadError LINK_OUTSIDE_BATCH, LINKED_ACROSS_GROUPS, SHARE_TOO_MUCH, SHARE_WITH_STABILITY
 */
export function withTogether(
  problem: AllocatorProblem,
  { priority_groups = [], linked_doctors = [] }: Together,
  hospitals: ReadonlyMap<string, string | null>,
): AllocatorProblem {
  const groups = priority_groups.map(({ name, worker_mappings, qualification_tags }) => {
    const named = new Set(worker_mappings), tags = new Set(qualification_tags);
    const workers = problem.workers
      .filter((worker) => named.has(worker.id) || worker.tags.some((tag) => tags.has(tag)))
      .map(({ id }) => id);
    return { name, workers };
  });
  const links = linked_doctors.map((couple) => linkOf(couple, hospitals));
  refuseBadLinks(problem, links, groups);
  return {
    ...problem,
    ...groups.length > 0 && { groups },
    ...links.length > 0 && { links },
  };
}

function linkOf(
  { first, second, fit, line_pairs = [] }: z.infer<ReturnType<typeof coupleShape>>,
  hospitals: ReadonlyMap<string, string | null>,
): AllocatorLink {
  const workers: [string, string] = [first, second];
  switch (fit) {
    case "same_hospital": {
      const lines = [...hospitals].flatMap(([line, at]): [string, string][] =>
        at === null ? [] : [[line, at]]
      );
      return { workers, fit: { kind: "alike", lines } };
    }
    case "ranked_lines":
      return { workers, fit: { kind: "ranked" } };
    case "line_pairs":
      return {
        workers,
        fit: { kind: "pairs", pairs: line_pairs.map(({ first, second }) => [first, second]) },
      };
    case "share":
      return { workers, fit: { kind: "share" } };
  }
}

function refuseBadLinks(
  { workers, outside, options: { stability } }: AllocatorProblem,
  links: readonly AllocatorLink[],
  groups: readonly { workers: string[] }[],
): void {
  const names = new Map([...workers, ...outside.workers].map(({ id, name }) => [id, name]));
  const inside = new Set(workers.map(({ id }) => id));
  const told = (bad: readonly AllocatorLink[]) =>
    listed(bad.map(({ workers: [a, b] }) => `${names.get(a) ?? a} and ${names.get(b) ?? b}`));
  const apart = links.filter(({ workers }) => !workers.every((id) => inside.has(id)));
  if (apart.length > 0) {
    throw new WorkloadError(
      "LINK_OUTSIDE_BATCH",
      `Linked, but not both part of what this run matches: ${told(apart)}.`,
    );
  }
  const shares = links.filter(({ fit }) => fit.kind === "share");
  const fteOf = new Map(workers.map(({ id, fte = 1 }) => [id, fte]));
  const works = (id: string) => twentieths(fteOf.get(id)!);
  const tooMuch = shares.filter(({ workers: [a, b] }) => works(a) + works(b) > twentieths(1));
  if (tooMuch.length > 0) {
    throw new WorkloadError(
      "SHARE_TOO_MUCH",
      `Who shares a job works one full-time equivalent together at most: ${told(tooMuch)}. ` +
        "Say how much each of them works, where the doctors are.",
    );
  }
  if (shares.length > 0 && stability) {
    throw new WorkloadError(
      "SHARE_WITH_STABILITY",
      `Nobody has said how a line compares two who share a job with one doctor: ${
        told(shares)
      }. Match without stability, or without the job share.`,
    );
  }
  const groupOf = (id: string) => groups.findIndex(({ workers }) => workers.includes(id));
  const across = links.filter(({ workers: [a, b] }) => groupOf(a) !== groupOf(b));
  if (across.length === 0) return;
  throw new WorkloadError(
    "LINKED_ACROSS_GROUPS",
    `Linked, but in different priority groups: ${told(across)}. Put both into the same group.`,
  );
}
