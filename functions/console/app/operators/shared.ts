// What the cards of the page of operators share.

import type { OperatorsClient } from "../../../../shared/client/mod.ts";
import type { Load } from "../data/load.ts";
import type { PageContext } from "../page.ts";

/** What the cards of the page share. */
export interface Shared {
  context: PageContext;
  client: OperatorsClient;
  /** Whether the user may invite and direct operators. */
  mayDirect: boolean;
  /** Does something, and says so where it cannot. */
  act: (what: string, work: () => Promise<unknown>) => Promise<boolean>;
}

/** Operators by credit: whose name an id is. */
export type Ranks = Load<Awaited<ReturnType<OperatorsClient["leaderboard"]>>>;
