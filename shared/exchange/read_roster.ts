// Reads an allocation run with its positions and lines, with the caller's own rights.

import { databaseError, noAllocationRun, requireId } from "../platform/requests.ts";
import type { RestClient } from "../platform/rest.ts";
import type { Roster } from "./roster.ts";

/**
 * The roster of an allocation run, all of one moment.
 * @throws ApiError 400 where it is no id, 404 where the caller sees no plans of its org
 */
export async function readRoster(client: RestClient, allocationRun: string): Promise<Roster> {
  requireId("allocation run", "allocation_run", allocationRun);
  const { data, error } = await client.rpc("read_roster", { p_allocation_run: allocationRun });
  if (error) throw databaseError(error);
  if (data === null) throw noAllocationRun(allocationRun);
  return data as unknown as Roster;
}
