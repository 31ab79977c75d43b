// Which posts a count found scarce, for people.

import { unpackPrices } from "../../engine/packing.ts";
import { positionOfSlot, slotOf, termOfSlot } from "../model/flat.ts";
import type { CountState } from "./count_lp.ts";
import { countTables } from "./project.ts";
import { type PostCount, postCount } from "./quick_counts.ts";
import { buildTables } from "../model/build.ts";
import type { PlannerProblem } from "../problem.ts";
import type { RuleBounds } from "../rules/bounds.ts";
import { plural } from "../../engine/words.ts";

/** Most groups of scarce posts that are named. */
const MOST_NAMED = 8;

/**
 * The posts that a count search found scarce: every line needs some of them, weighted by their price.
 * @returns one entry per specialty with a price, dearest first
 */
export function tightPosts(
  problem: PlannerProblem,
  bounds: RuleBounds,
  { proof: packed, exact, bound }: CountState,
): PostCount[] {
  if (packed === "") return [];
  const proof = unpackPrices(packed);
  const tables = countTables(problem, bounds, exact);
  const full = buildTables(problem, bounds, { ignoreAffinity: true });
  const C = tables.positions;
  const posts = new Map<string, { posts: number; worth: number }>();
  full.cap.forEach((n, s) => {
    const t = termOfSlot(s, full.positions), r = positionOfSlot(s, full.positions);
    const price = proof[slotOf(t, exact ? r : full.classOf[r], C)];
    if (n === 0 || !(price > 0) || t >= full.year) return;
    const key = problem.positions[r].specialty;
    const sum = posts.get(key) ?? { posts: 0, worth: 0 };
    posts.set(key, { posts: sum.posts + n, worth: sum.worth + n * price });
  });
  return [...posts].sort(([, a], [, b]) => b.worth - a.worth).slice(0, MOST_NAMED).map((
    [what, found],
  ) => ({
    ...postCount(found.posts, 1, what, []),
    lines: bound ?? 0,
    message: `${what}: ${
      plural(found.posts, "post a year is", "posts a year are")
    } scarce, all of them count`,
  }));
}
