/** The handlers that are built in, by the names that agents.handlers() has in the database. Whoever works a task imports this. */
import { analyzeResults } from "./analyze_results.ts";
import type { Handler } from "./handler.ts";
import { investigateErrors } from "./investigate_errors.ts";
import { planProjectOf } from "./plan_project.ts";
import { reviewFleet } from "./review_fleet.ts";
import { tuneBlocks } from "./tune_blocks.ts";
import { verifyFinds } from "./verify_finds.ts";
import { watchRecords } from "./watch_records.ts";

export type { Report } from "./handler.ts";

/** By name. */
export const HANDLERS: Record<string, Handler<unknown, unknown>> = {
  analyze_results: analyzeResults as Handler<unknown, unknown>,
  tune_blocks: tuneBlocks as Handler<unknown, unknown>,
  verify_finds: verifyFinds as Handler<unknown, unknown>,
  review_fleet: reviewFleet as Handler<unknown, unknown>,
  investigate_errors: investigateErrors as Handler<unknown, unknown>,
  watch_records: watchRecords as Handler<unknown, unknown>,
  plan_project: planProjectOf as Handler<unknown, unknown>,
};
