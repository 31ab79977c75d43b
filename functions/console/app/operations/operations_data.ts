// What the operations page reads: four functions of the database, each for the org's managers.

import type { SupabaseClient } from "@supabase/supabase-js";
import { rows } from "../data/query.ts";

/** Which run a row is about. */
interface OfRun {
  run_id: string;
  /** `planner`, `allocator` or `what-if`. */
  source: string;
  allocation_run_name: string | null;
}

/** A run that waits or is at work. */
export interface Queued extends OfRun {
  status: "PENDING" | "GENERATING";
  mine: boolean;
  /** Runs of the same health service that come first. */
  ahead: number;
  /** Other health services whose runs it takes turns with. */
  sharing: number;
  created_at: string;
  started_at: string | null;
  /** A slice is being worked right now. */
  working: boolean;
  heartbeat_at: string | null;
  slices: number;
  phase: string | null;
  /** Of the last slice that ended, and of all. */
  cpu_ms: number | null;
  cpu_ms_total: number;
}

/** A slice that ended. */
export interface Slice extends OfRun {
  id: number;
  at: string;
  slice: number;
  phase: string;
  cpu_ms: number;
  wall_ms: number;
  memory_bytes: number | null;
}

/** A run that failed, or went on after something failed. */
export interface Failure extends OfRun {
  status: "QUEUED" | "RUNNING" | "COMPLETED" | "FAILED" | "CANCELLED";
  at: string;
  error_code: string | null;
  error_message: string | null;
  log: { at: string; level: string; component: string; message: string }[];
}

/** How the whole fleet does at one kind of work. */
export interface FleetRow {
  source: string;
  at_once: number;
  running: number;
  queued: number;
  oldest_wait_s: number | null;
  ended_24h: number;
  failed_24h: number;
  slices_24h: number;
  cpu_ms_p50: number | null;
  cpu_ms_p95: number | null;
  cpu_ms_max: number | null;
  last_sweep: string | null;
  last_sweep_reclaimed: number | null;
  read_at: string;
}

/** Everything of the page. */
export interface Operations {
  queue: Queued[];
  slices: Slice[];
  failures: Failure[];
  fleet: FleetRow[];
  /** When it was read, by the database's clock: the reader's may be wrong. */
  at: number;
}

/** Reads everything at once. */
export async function readOperations(supabase: SupabaseClient, org: string): Promise<Operations> {
  const read = <Row>(name: string) => rows<Row>(supabase.rpc(name, { p_org_id: org }));
  const [queue, slices, failures, fleet] = await Promise.all([
    read<Queued>("operations_queue"),
    read<Slice>("operations_slices"),
    read<Failure>("operations_failures"),
    read<FleetRow>("operations_fleet"),
  ]);
  return {
    queue,
    slices,
    failures,
    fleet,
    at: Date.parse(fleet.at(0)?.read_at ?? "") || Date.now(),
  };
}
