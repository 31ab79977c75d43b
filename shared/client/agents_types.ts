// Tasks of agents, as a UI sees them. Rows keep the names of their columns; sums of money are dollars.

/** Where a task is. */
export type AgentTaskStatus = "pending" | "in_progress" | "completed" | "failed" | "cancelled";

/** How urgent a task is. */
export type AgentPriority = "low" | "normal" | "high" | "urgent";

/** 0 reads, 1 remembers and has finds checked, 2 makes sub-tasks and steers searches, 3 everything. */
export type AgentPermissionLevel = 0 | 1 | 2 | 3;

/** What an agent, or a handler that is built in, is to do. */
export interface AgentTask {
  id: number;
  org_id: string;
  title: string;
  description: string;
  status: AgentTaskStatus;
  priority: AgentPriority;
  source: "manual" | "automated" | "agent" | "schedule";
  role_name: string | null;
  /** Worked by the project itself; null: by an agent. */
  handler: string | null;
  params: Record<string, unknown>;
  permission_level: AgentPermissionLevel;
  parent_task_id: number | null;
  on_child_failure: "fail" | "skip";
  template_name: string | null;
  schedule_id: number | null;
  deadline: string | null;
  max_cost_usd: number | null;
  /** With that of its sub-tasks. */
  cost_usd: number;
  tokens_used: number;
  assigned_agent: string | null;
  result: { summary?: string; [figure: string]: unknown } | null;
  error_code: string | null;
  error: string | null;
  created_at: string;
  started_at: string | null;
  completed_at: string | null;
}

/** A task to be made; what is left out is its role's, or its parent's. */
export interface AgentTaskRequest {
  org?: string;
  title: string;
  description?: string;
  priority?: AgentPriority;
  roleName?: string;
  /** One of the handlers that are built in. */
  handler?: string;
  params?: Record<string, unknown>;
  permissionLevel?: AgentPermissionLevel;
  parentTaskId?: number;
  onChildFailure?: "fail" | "skip";
  /** ISO 8601 with its zone: a task that has not begun by then fails. */
  deadline?: string;
  timeoutSecs?: number;
  maxCostUsd?: number;
  /** Tasks that must be completed first. */
  dependsOn?: number[];
  /** One per press of the button: the same request under the same key is made once. */
  idempotencyKey?: string;
}

/** The answer to a request for a task. */
export interface AgentTaskAnswer extends AgentTask {
  /** The idempotency key had come before: this is that task. */
  replayed: boolean;
}

/** What happened to a task, and what its agent says of its work. */
export interface AgentEvent {
  id: number;
  task_id: number;
  event_type: string;
  /** Empty: a person or the project. */
  agent: string;
  summary: string;
  detail: Record<string, unknown>;
  created_at: string;
}

/** A program of the org with a key of its own. */
export interface Agent {
  id: string;
  name: string;
  role_name: string | null;
  permission_level: AgentPermissionLevel;
  enabled: boolean;
  key_expires_at: string;
  created_at: string;
  last_seen_at: string | null;
}

/** An agent with its key, which is told once. */
export interface AgentWithKey {
  agent: Agent;
  key: string;
}

/** What agents of an org may spend, and have spent, in the current day, week or month (UTC). */
export interface AgentBudget {
  period: "daily" | "weekly" | "monthly";
  budget_usd: number;
  spent_usd: number;
  tokens_used: number;
  period_start: string;
}

/** An action that a person decides about before it is done. */
export interface AgentApproval {
  id: number;
  task_id: number;
  action: string;
  params: Record<string, unknown>;
  summary: string;
  status: "waiting" | "approved" | "refused";
  reason: string | null;
  outcome: { outcome: string } | null;
  requested_at: string;
  decided_at: string | null;
}

/** A task with steps. */
export interface AgentTemplate {
  id: number;
  /** Null: shipped. */
  org_id: string | null;
  name: string;
  description: string;
  role_name: string | null;
  steps: { title: string; handler?: string; depends_on_step?: number }[];
}

/** What a schedule waits for. */
export interface AgentTrigger {
  event: "prime_found" | "search_completed" | "error";
  form?: string;
}

/** What is begun by itself. */
export interface AgentSchedule {
  id: number;
  name: string;
  description: string;
  enabled: boolean;
  trigger_type: "cron" | "event";
  cron_expr: string | null;
  event_filter: AgentTrigger | null;
  action_type: "task" | "template";
  template_name: string | null;
  task_title: string | null;
  task_description: string | null;
  handler: string | null;
  params: Record<string, unknown>;
  role_name: string | null;
  priority: AgentPriority;
  max_cost_usd: number | null;
  permission_level: AgentPermissionLevel;
  fire_count: number;
  last_fired_at: string | null;
}

/** A schedule to be saved, by its name. */
export interface AgentScheduleRequest {
  org?: string;
  name: string;
  description?: string;
  enabled?: boolean;
  /** Five fields in UTC; or `event`. */
  cronExpr?: string;
  event?: AgentTrigger;
  /** Or `taskTitle`. */
  templateName?: string;
  taskTitle?: string;
  taskDescription?: string;
  handler?: string;
  params?: Record<string, unknown>;
  roleName?: string;
  priority?: AgentPriority;
  maxCostUsd?: number;
  permissionLevel?: AgentPermissionLevel;
}

/** What agents are for. */
export interface AgentRole {
  name: string;
  description: string;
  default_permission_level: AgentPermissionLevel;
  default_max_cost_usd: number;
}

/** What an org says of an action for a role. */
export interface AgentPermission {
  role_name: string;
  action: string;
  allowed: boolean;
  max_cost_usd: number | null;
  requires_approval: boolean;
}
