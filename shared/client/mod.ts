// Receptor's client for UIs, over a signed-in supabase-js client. Runs in browsers as well.

export { type AgentsClient, createAgentsClient } from "./agents_client.ts";
export type * from "./agents_types.ts";
export {
  type AllocatorClient,
  type AllocatorClientOptions,
  createAllocatorClient,
} from "./allocator_client.ts";
export type * from "./allocator_types.ts";
export { createDoctorClient, type DoctorClient } from "./doctor_client.ts";
export { nameDoctors } from "./doctor_names.ts";
export {
  type AuditClient,
  type AuditEntry,
  type AuditFilter,
  type AuditRow,
  createAuditClient,
} from "./audit_client.ts";
export {
  createExchangeClient,
  type ExchangeClient,
  type ExchangeClientOptions,
} from "./exchange_client.ts";
export type * from "./exchange_types.ts";
export { type ErrorDetails, type FieldError, ReceptorError } from "./errors.ts";
export {
  createPlannerClient,
  type PlannerClient,
  type PlannerClientOptions,
} from "./planner_client.ts";
export {
  createPrimesClient,
  type PrimesClient,
  type PrimesClientOptions,
} from "./primes_client.ts";
export type * from "./primes_types.ts";
export {
  createProjectsClient,
  type ProjectsClient,
  type ProjectsClientOptions,
} from "./projects_client.ts";
export type * from "./projects_types.ts";
export { createSetupClient, type SetupClient } from "./setup_client.ts";
export type * from "./setup_types.ts";
export { createSwapsClient, type SwapsClient } from "./swaps_client.ts";
export type * from "./swaps_types.ts";
export { isTerminal, type Run, type RunStatus } from "./run_state.ts";
export type * from "./lines_types.ts";
export type * from "./match_types.ts";
export type * from "./planner_types.ts";
export type { RunWatch, WatchConnection, WatchOptions, WatchTimers } from "./watch.ts";
export { createWindowClient, type OpenSettings, type WindowClient } from "./window_client.ts";
export type * from "./window_types.ts";
export { createOperatorsClient, type OperatorsClient } from "./operators_client.ts";
export type * from "./operators_types.ts";
