// What couples are settled from, for tests: of tables that no deduction has looked at.

import type { AllocatorTables } from "../model/tables.ts";
import type { CouplesGround } from "../stability/couples.ts";
import { standingsOf } from "../stability/cutoffs.ts";
import { wishesOf } from "../stability/stability.ts";

/** The ground of tables that nothing is known of. */
export function groundOf(tables: AllocatorTables): CouplesGround {
  return { tables, standings: standingsOf(tables), wishes: wishesOf(tables) };
}
