// Campaigns, as a UI sees them. Rows keep the names of their columns.

/** Where a project is. */
export type ProjectStatus = "draft" | "active" | "paused" | "completed" | "cancelled" | "failed";

/** Dollars; what is left out is no limit, and 0.04 a core hour. */
export interface ProjectBudget {
  max_cost_usd?: number | null;
  cost_alert_threshold_usd?: number | null;
  cloud_rate_usd_per_core_hour?: number | null;
}

/** A campaign. */
export interface Project {
  id: number;
  org_id: string;
  slug: string;
  name: string;
  description: string;
  objective: "record" | "survey" | "verification" | "custom";
  form: string;
  status: ProjectStatus;
  target: { target_digits?: number; range_start?: number; range_end?: number };
  competitive: {
    current_record_expression?: string;
    current_record_digits?: number;
    current_record_holder?: string;
    oeis_sequence?: string;
    reference_urls?: string[];
  };
  budget: ProjectBudget;
  /** As of the last tick, which comes every half minute. */
  total_tested: number;
  total_found: number;
  best_prime_id: number | null;
  best_digits: number;
  total_core_hours: number;
  total_cost_usd: number;
  created_at: string;
  started_at: string | null;
  completed_at: string | null;
  updated_at: string;
}

/** A part of a project. */
export interface ProjectPhase {
  id: number;
  name: string;
  description: string;
  phase_order: number;
  status: "pending" | "active" | "paused" | "completed" | "skipped" | "failed";
  form: string;
  search_params: Record<string, unknown>;
  candidates: number;
  block_size: number;
  depends_on: string[];
  activation_condition: string | null;
  completion_condition: string;
  /** The phase that it follows, which found nothing. */
  extends: string | null;
  /** Number of its latest search. */
  search_job_id: number | null;
  total_tested: number;
  total_found: number;
  total_core_hours: number;
  total_cost_usd: number;
  attempts: number;
  error: string | null;
  started_at: string | null;
  completed_at: string | null;
}

/** Something that happened to a project. */
export interface ProjectEvent {
  id: number;
  event_type: string;
  summary: string;
  detail: Record<string, unknown>;
  created_at: string;
}

/** A project with all that belongs to it. */
export interface ProjectState {
  project: Project;
  /** In their order. */
  phases: ProjectPhase[];
  /** The last 100, newest first. */
  events: ProjectEvent[];
}

/** How an org's searches are chosen. */
export interface ProjectStrategy {
  enabled: boolean;
  max_concurrent_projects: number;
  max_monthly_budget_usd: number;
  max_per_project_budget_usd: number;
  preferred_forms: string[];
  excluded_forms: string[];
  min_idle_workers_to_create: number;
  record_proximity_threshold: number;
  tick_interval_secs: number;
}

/** How much a project for a form is worth, 0..1, and why. */
export interface FormScore {
  form: string;
  score: number;
  parts: {
    record_gap: number;
    yield: number;
    cost: number;
    coverage_gap: number;
    fleet_fit: number;
  };
}

/** What the strategy decided. */
export interface StrategyDecision {
  id: number;
  decision_type: "create_project" | "create_job" | "pause_job" | "verify_result" | "no_action";
  form: string | null;
  summary: string;
  reasoning: string;
  params: Record<string, unknown>;
  estimated_cost_usd: number | null;
  /** deferred: it waits for somebody who may. */
  action_taken: "executed" | "deferred" | "overridden";
  override_reason: string | null;
  project_id: number | null;
  search_job_id: number | null;
  created_at: string;
}

/** A project to begin with. */
export interface ProjectTemplate {
  name: string;
  title: string;
  description: string;
  objective: Project["objective"];
  form: string;
  toml: string;
}

/** What to make a project of: one of template, toml and project. */
export interface ProjectRequest {
  template?: string;
  /** A file. */
  toml?: string;
  /** The same as JSON. */
  project?: Record<string, unknown>;
  /** Another name than that of the template or file. */
  name?: string;
  /** Needed by whoever may make projects in several orgs. */
  org?: string;
  /** Begin at once. */
  activate?: boolean;
  /** The same key and request make one project; by default each call makes its own. */
  idempotencyKey?: string;
}

/** A project that was made. */
export interface ProjectMade {
  projectId: number;
  status: ProjectStatus;
  preview: ProjectPreview;
  /** The idempotency key had come before: this is that project. */
  replayed: boolean;
}

/** What a project will cost and find, about; as if no phase was skipped or ended early. */
export interface ProjectPreview {
  slug: string;
  cpu_seconds: number;
  cost_usd: number;
  expected_finds: number;
  phases: {
    name: string;
    candidates: number;
    block_size: number;
    depends_on: string[];
    /** Searches that follow it where it finds nothing, at most. */
    extensions: number;
    cpu_seconds: number;
    cost_usd: number;
    expected_finds: number;
  }[];
}

/** A prime that is the largest known in the world of its form, beside the largest that was found here. */
export interface WorldRecordBesideOurs {
  id: number;
  /** Whose it is; null: everybody's, which operators of the project import. */
  org_id: string | null;
  form: string;
  /** E.g. overall. */
  category: string;
  expression: string;
  digits: number;
  holder: string | null;
  discovered_at: string | null;
  source: string | null;
  source_url: string | null;
  our_best_id: number | null;
  our_best_digits: number | null;
}

/** What a file of records does to one of them. */
export interface RecordChange {
  form: string;
  category: string;
  expression: string;
  digits: number;
  change: "new" | "same" | "changed";
  was_expression?: string;
  was_digits?: number;
}
