// Job lines that hold more posts than there are: where archived lines or a snapshot came back, or posts were taken away.

import type { OverfilledPost } from "../../../../shared/client/mod.ts";
import { hashOf } from "../router.ts";
import { someOf } from "../ui/format.ts";
import { SetUpLink } from "./nothing_yet.tsx";

/** Which, in a sentence. */
export function overfilledWords(overfilled: readonly OverfilledPost[]): string {
  const each = overfilled.map(({ name, team, hospital, term, posts, held }) =>
    `${name} (${team}, ${hospital}), term ${term}: ${held} of ${posts}`
  );
  return `Job lines hold more posts than there are: ${someOf(each, 5)}.`;
}

/** Says it, and what helps; nothing where no post is held too often. */
export function OverfilledNote({ overfilled = [], allocationRun }: {
  overfilled?: readonly OverfilledPost[];
  allocationRun: string;
}) {
  if (overfilled.length === 0) return null;
  return (
    <p class="note warn">
      {overfilledWords(overfilled)} <a href={hashOf("generate", allocationRun)}>Replan</a>{" "}
      to change as few rotations as possible, or{" "}
      <SetUpLink allocationRun={allocationRun} step="positions">add posts</SetUpLink>.
    </p>
  );
}
