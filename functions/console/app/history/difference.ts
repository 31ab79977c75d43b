// What lies between a snapshot and the lines of now, and what restoring it would do. Pure.

import type { JobLine } from "../../../../shared/client/mod.ts";
import type { Posts } from "../data/posts.ts";

/** A line of a snapshot, as `job_lines_history.snapshot` holds it. */
export interface SnapshotLine {
  id: string;
  name: string;
  sort_order: number;
  pathway: string | null;
  affinity: number | null;
  planner_run: string | null;
  rotations: { term: number; position: string; position_name: string }[];
  /** Absent in snapshots from before leave was planned. */
  leave?: { starts_on: string; ends_on: string }[];
  /** The terms in which it is worked; absent in older snapshots. */
  first_term?: number | null;
  last_term?: number | null;
}

/** A rotation that is another one now. */
export interface RotationChange {
  term: number;
  /** Names of the positions; null: no rotation. */
  before: string | null;
  after: string | null;
}

/** A line that is in both. */
export interface LineChange {
  name: string;
  /** The name that it has now, where that changed. */
  renamed: string | null;
  rotations: RotationChange[];
  leaveMoved: boolean;
}

/** From a snapshot to now. */
export interface Difference {
  /** Names of lines that are there now and were not. */
  added: string[];
  /** Names of lines that were there and are not now. */
  removed: string[];
  changed: LineChange[];
  /** Lines that are the same. */
  same: number;
  /** Rotations that changed in lines that are in both. */
  rotations: number;
}

const names = new Intl.Collator("en-AU", { numeric: true });

/**
 * Compares a snapshot with the lines of now. Pinned lines of now that the snapshot does not have are left out: a
 * snapshot never holds the lines that were pinned when it was taken.
 */
export function compareLines(
  snapshot: readonly SnapshotLine[],
  now: readonly JobLine[],
): Difference {
  const pairs = pairUp(snapshot, now);
  const paired = new Set([...pairs.values()].map(({ id }) => id));
  const changes = snapshot.flatMap((before) => {
    const after = pairs.get(before.id);
    return after ? [changeOf(before, after)] : [];
  });
  const changed = changes.filter(isChange);
  return {
    added: now.filter(({ id, is_locked }) => !paired.has(id) && !is_locked)
      .map(({ name }) => name).sort(names.compare),
    removed: snapshot.filter(({ id }) => !pairs.has(id)).map(({ name }) => name)
      .sort(names.compare),
    changed: changed.sort((a, b) => names.compare(a.name, b.name)),
    same: changes.length - changed.length,
    rotations: changed.reduce((sum, { rotations }) => sum + rotations.length, 0),
  };
}

/** Lines by id of the snapshot's: the same line where it still is, or else the one that took its name. */
function pairUp(
  snapshot: readonly SnapshotLine[],
  now: readonly JobLine[],
): Map<string, JobLine> {
  const byId = new Map(now.map((line) => [line.id, line]));
  const pairs = new Map(snapshot.flatMap(({ id }) => {
    const line = byId.get(id);
    return line ? [[id, line]] : [];
  }));
  const free = new Map(
    now.filter(({ id }) => !pairs.has(id)).map((line) => [line.name, line]),
  );
  for (const { id, name } of snapshot) {
    const line = free.get(name);
    if (!pairs.has(id) && line) pairs.set(id, line);
  }
  return pairs;
}

function isChange({ renamed, rotations, leaveMoved }: LineChange): boolean {
  return renamed !== null || rotations.length > 0 || leaveMoved;
}

function changeOf(before: SnapshotLine, after: JobLine): LineChange {
  const was = new Map(before.rotations.map((rotation) => [rotation.term, rotation]));
  const is = new Map(after.rotations.map((rotation) => [rotation.term, rotation.position]));
  const terms = [...new Set([...was.keys(), ...is.keys()])].sort((a, b) => a - b);
  return {
    name: before.name,
    renamed: after.name === before.name ? null : after.name,
    rotations: terms.flatMap((term) =>
      was.get(term)?.position === is.get(term)?.id ? [] : [{
        term,
        before: was.get(term)?.position_name ?? null,
        after: is.get(term)?.name ?? null,
      }]
    ),
    leaveMoved: leaveOf(before.leave ?? []) !== leaveOf(after.leave),
  };
}

function leaveOf(leave: readonly { starts_on: string; ends_on: string }[]): string {
  return leave.map(({ starts_on, ends_on }) => `${starts_on} ${ends_on}`).sort().join();
}

/** What restoring a snapshot does to the lines of now. */
export interface RestorePlan {
  /** Lines that come back. */
  back: number;
  /** Lines that go, and become a snapshot themselves. */
  gone: number;
  /** Pinned lines, which stay. */
  kept: number;
  /** Names of lines that do not come back, because a pinned one is the same line or has its name. */
  skipped: string[];
  /** Posts that would have more lines than there are, for they were changed or pinned since. */
  overfull: { position: string; term: number; lines: number; posts: number }[];
}

/** Foretells `restore_job_lines()`, which gives lines back as they were, whatever posts there are now. */
export function planRestore(
  snapshot: readonly SnapshotLine[],
  now: readonly JobLine[],
  posts: readonly Posts[],
): RestorePlan {
  const pinned = now.filter(({ is_locked }) => is_locked);
  const skipped = snapshot.filter(({ id, name }) =>
    pinned.some((line) => line.id === id || line.name === name)
  );
  return {
    back: snapshot.length - skipped.length,
    gone: now.length - pinned.length,
    kept: pinned.length,
    skipped: skipped.map(({ name }) => name),
    overfull: overfullPosts(snapshot.filter((line) => !skipped.includes(line)), pinned, posts),
  };
}

function overfullPosts(
  back: readonly SnapshotLine[],
  pinned: readonly JobLine[],
  posts: readonly Posts[],
): RestorePlan["overfull"] {
  const room = new Map(posts.map((row) => [`${row.position} ${row.term}`, row.posts]));
  const used = new Map<string, { position: string; term: number; lines: number }>();
  const use = (id: string, position: string, term: number) => {
    const key = `${id} ${term}`;
    used.set(key, { position, term, lines: (used.get(key)?.lines ?? 0) + 1 });
  };
  for (const { rotations } of back) {
    for (const { position, position_name, term } of rotations) use(position, position_name, term);
  }
  for (const { rotations } of pinned) {
    for (const { position, term } of rotations) use(position.id, position.name, term);
  }
  return [...used].map(([key, each]) => ({ ...each, posts: room.get(key) ?? 0 }))
    .filter(({ lines, posts }) => lines > posts);
}
