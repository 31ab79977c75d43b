// Ledgers under fire: what people put in is there, or comes back, while PostgreSQL crashes between what they and the engines do,
// sessions end in the middle of a commit, and commits die.

import type postgres from "postgres";
import { Random } from "../../shared/engine/random.ts";
import type { Stack } from "../stack/mod.ts";
import { keepLedger, openLedger } from "./ledger_run.ts";
import { came } from "./ledger_world.ts";
import type { Tally } from "./tally.ts";

const STEPS = 22;
/** Once in so many steps PostgreSQL crashes before it. */
const CRASH_ONE_IN = 8;

/** What came of it: ledgers that were kept, steps of each kind that came through, and what was lost. */
export interface Ledgers {
  ledgers: number;
  came: Record<string, number>;
  lost: string[];
}

/** Keeps ledgers of drawn steps, one seed after the other. */
export async function keepLedgers(
  { stack, admin }: { stack: Stack; admin: postgres.Sql },
  tally: Tally,
  { ledgers, seed }: { ledgers: number; seed: number },
): Promise<Ledgers> {
  const lost: string[] = [];
  if (ledgers > 0) await openLedger(admin);
  for (let n = 0; n < ledgers; n++) {
    const random = new Random(seed + n);
    const crash = async () => {
      if (random.below(CRASH_ONE_IN) > 0) return;
      await stack.postgres.restart("immediate");
      tally.kill("postgres_crashed", "anywhere");
    };
    try {
      await keepLedger(admin, stack.dbUrl, seed + n, STEPS, crash);
    } catch (error) {
      const { message, cause } = error as Error;
      lost.push(`ledger ${seed + n}: ${message}${cause ? `: ${(cause as Error).message}` : ""}`);
    }
  }
  return { ledgers, came: { ...came }, lost };
}
