// What each part of the set-up page receives.

import type { SetupProgress } from "../../../../shared/client/mod.ts";
import type { PageContext } from "../page.ts";

/** See above. */
export interface PartProps {
  context: PageContext;
  progress: SetupProgress;
  /** Counts anew what is there, after a change. */
  onChanged: () => void;
}
