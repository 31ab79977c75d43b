// Agents, as a UI uses them: tasks and what became of them, budgets, approvals, schedules, keys. Works with the user's own session; row
// level security decides what it sees and may do. Programs that take tasks use the function agent-api instead, with keys of their own.

import type { SupabaseClient } from "@supabase/supabase-js";
import { toSnake } from "../platform/spelling.ts";
import type {
  Agent,
  AgentApproval,
  AgentBudget,
  AgentEvent,
  AgentPermission,
  AgentPermissionLevel,
  AgentRole,
  AgentSchedule,
  AgentScheduleRequest,
  AgentTask,
  AgentTaskAnswer,
  AgentTaskRequest,
  AgentTemplate,
  AgentWithKey,
} from "./agents_types.ts";
import { REQUEST_TIMEOUT } from "./calls.ts";
import { randomId } from "./random_id.ts";
import { answered, type RestAnswer } from "./rest.ts";

/**
 * Agents for a signed-in supabase-js client.
 * @example
 * ```ts ignore
 * const agents = createAgentsClient(supabase);
 * const task = await agents.request({ title: "How did the searches go?", handler: "analyze_results" });
 * agents.watch(task.org_id, async () => show(await agents.task(task.id)));
 * ```
 */
export function createAgentsClient(supabase: SupabaseClient): AgentsClient {
  return new AgentsClient(supabase);
}

/** See {@link createAgentsClient}. Every method throws {@link ReceptorError}. */
export class AgentsClient {
  constructor(private readonly supabase: SupabaseClient) {}

  /** Tasks of an org, the newest first. */
  tasks(org: string, limit = 200): Promise<AgentTask[]> {
    return this.#rows("agent_tasks", org, "id", limit);
  }

  /** A task with its events, the oldest first; null where the user sees none. */
  async task(id: number): Promise<{ task: AgentTask; events: AgentEvent[] } | null> {
    const read = (table: string, column: string) =>
      this.supabase.from(table).select("*").eq(column, id).order("id").limit(500)
        .abortSignal(AbortSignal.timeout(REQUEST_TIMEOUT));
    const [tasks, events] = await Promise.all([
      answered(read("agent_tasks", "id")),
      answered(read("agent_events", "task_id")),
    ]);
    const [task] = tasks.data as unknown as AgentTask[];
    return task ? { task, events: events.data as unknown as AgentEvent[] } : null;
  }

  /** Makes a task. @throws {ReceptorError} INVALID_REQUEST with `errors`, ORG_NOT_FOUND, IDEMPOTENCY_KEY_REUSED */
  request({ org, idempotencyKey, ...task }: AgentTaskRequest): Promise<AgentTaskAnswer> {
    return this.#rpc("request_agent_task", {
      p_task: body({ ...task, org_id: org }),
      ...keyed(idempotencyKey),
    });
  }

  /** Makes a task with the steps of a template below it. @throws {ReceptorError} TEMPLATE_NOT_FOUND, IDEMPOTENCY_KEY_REUSED */
  expand(
    template: string,
    { org, idempotencyKey, ...more }: {
      org?: string;
      title?: string;
      params?: { form?: string; days?: number };
      maxCostUsd?: number;
      idempotencyKey?: string;
    } = {},
  ): Promise<AgentTaskAnswer> {
    return this.#rpc("expand_agent_template", {
      p_request: body({ ...more, template, org_id: org }),
      ...keyed(idempotencyKey),
    });
  }

  /** Cancels a task, all below it and all that waits for it. Null where the user sees none. */
  cancel(task: number, reason?: string): Promise<AgentTask | null> {
    return this.#rpc("cancel_agent_task", { p_task: task, p_reason: reason ?? null });
  }

  /** Templates that an org may use. */
  async templates(org: string): Promise<AgentTemplate[]> {
    const query = this.supabase.from("agent_templates").select("*")
      .or(`org_id.is.null,org_id.eq.${org}`).order("name");
    return await this.#read(query.abortSignal(AbortSignal.timeout(REQUEST_TIMEOUT)));
  }

  /** Saves a template of an org by its name. @throws {ReceptorError} INVALID_REQUEST */
  saveTemplate(
    { org, ...template }: {
      org?: string;
      name: string;
      description?: string;
      roleName?: string;
      steps: {
        title: string;
        description?: string;
        permissionLevel?: AgentPermissionLevel;
        dependsOnStep?: number;
        handler?: string;
        params?: Record<string, unknown>;
      }[];
    },
  ): Promise<AgentTemplate> {
    return this.#rpc("save_agent_template", { p_template: body({ ...template, org_id: org }) });
  }

  /** What agents are for. */
  async roles(): Promise<AgentRole[]> {
    const query = this.supabase.from("agent_roles").select("*").order("name");
    return await this.#read(query.abortSignal(AbortSignal.timeout(REQUEST_TIMEOUT)));
  }

  /** Programs of an org. */
  agents(org: string): Promise<Agent[]> {
    return this.#rows("agents", org, "created_at", 200);
  }

  /** Makes an agent with its key. @throws {ReceptorError} AGENT_EXISTS */
  createAgent(
    { org, ...agent }: {
      org?: string;
      name: string;
      roleName?: string;
      permissionLevel?: AgentPermissionLevel;
      days?: number;
    },
  ): Promise<AgentWithKey> {
    return this.#rpc("create_agent", { p_agent: body({ ...agent, org_id: org }) });
  }

  /** A new key; the old one is void at once. Null where the user sees no such agent. */
  rotateKey(agent: string, days = 90): Promise<AgentWithKey | null> {
    return this.#rpc("rotate_agent_key", { p_agent: agent, p_days: days });
  }

  /** Makes an agent's key void; its tasks wait again. */
  revoke(agent: string): Promise<Agent | null> {
    return this.#rpc("revoke_agent", { p_agent: agent });
  }

  /** The three budgets of an org. */
  async budgets(org: string): Promise<AgentBudget[]> {
    return await this.#rpc<AgentBudget[] | null>("get_agent_budgets", { p_org_id: org }) ?? [];
  }

  /**
   * Changes one of them.
   * @param seen it as it was read; left out: not compared
   * @throws {ReceptorError} CHANGED_MEANWHILE where it is another by now
   */
  setBudget(
    org: string,
    period: AgentBudget["period"],
    usd: number,
    seen?: Pick<AgentBudget, "budget_usd">,
  ): Promise<AgentBudget[]> {
    return this.#rpc("set_agent_budget", {
      p_org_id: org,
      p_period: period,
      p_budget_usd: usd,
      ...seen && { p_seen: seen },
    });
  }

  /** What an org says of actions for roles. */
  permissions(org: string): Promise<AgentPermission[]> {
    return this.#rows("agent_permissions", org, "role_name", 500);
  }

  /**
   * Says it, or takes it back with null: the task's level decides then.
   * @param seen what was said as it was read; null: nothing; left out: not compared
   * @throws {ReceptorError} CHANGED_MEANWHILE where that is no longer so
   */
  setPermission(
    org: string,
    role: string,
    action: string,
    permission: { allowed: boolean; maxCostUsd?: number; requiresApproval?: boolean } | null,
    seen?: Partial<AgentPermission> | null,
  ): Promise<AgentPermission | null> {
    return this.#rpc("set_agent_permission", {
      p_org_id: org,
      p_role_name: role,
      p_action: action,
      p_permission: permission && body(permission),
      ...seen !== undefined && { p_seen: seen ?? { allowed: null } },
    });
  }

  /** Actions that wait for a person, and what became of others; the newest first. */
  approvals(org: string): Promise<AgentApproval[]> {
    return this.#rows("agent_approvals", org, "id", 100);
  }

  /** Has an action done, or refuses it with a reason. */
  decide(approval: number, approve: boolean, reason?: string): Promise<AgentApproval | null> {
    return this.#rpc("decide_agent_approval", {
      p_approval: approval,
      p_approve: approve,
      p_reason: reason ?? null,
    });
  }

  /** Schedules of an org. */
  schedules(org: string): Promise<AgentSchedule[]> {
    return this.#rows("agent_schedules", org, "name", 500);
  }

  /**
   * Saves a schedule by its name; `next_at` is when it fires next.
   * @param seen the schedule as it was read, which it is to be still; null: none of that name is to be there; left out: not compared
   * @throws {ReceptorError} INVALID_REQUEST, CHANGED_MEANWHILE
   */
  saveSchedule(
    { org, event, ...schedule }: AgentScheduleRequest,
    seen?: AgentSchedule | null,
  ): Promise<AgentSchedule & { next_at: string | null }> {
    const p_schedule = body({ ...schedule, event_filter: event, org_id: org });
    const p_seen = seen === null ? { id: null } : seen;
    return this.#rpc("save_agent_schedule", {
      p_schedule,
      ...(p_seen === undefined ? {} : { p_seen }),
    });
  }

  /** Deletes a schedule; whether there was one. */
  removeSchedule(schedule: number): Promise<boolean> {
    return this.#rpc("remove_agent_schedule", { p_schedule: schedule });
  }

  /** Deletes a memory; whether there was one. */
  forget(memory: number): Promise<boolean> {
    return this.#rpc("forget_agent_memory", { p_memory: memory });
  }

  /**
   * Says when a task of an org changed or something happened to one; events may be missed, so read now and then besides.
   * @returns what ends it
   */
  watch(org: string, changed: () => void): () => void {
    let stopped = false;
    const filter = { event: "*" as const, schema: "public", filter: `org_id=eq.${org}` };
    const channel = this.supabase.channel(`agents-${randomId()}`)
      .on("postgres_changes", { ...filter, table: "agent_tasks" }, changed)
      .on("postgres_changes", { ...filter, table: "agent_events" }, changed);
    const join = () => void (stopped || channel.subscribe(() => changed()));
    this.supabase.realtime.setAuth().then(join, join);
    return () => {
      stopped = true;
      void this.supabase.removeChannel(channel);
    };
  }

  #rows<Row>(table: string, org: string, order: string, limit: number): Promise<Row[]> {
    return this.#read(
      this.supabase.from(table).select("*").eq("org_id", org).order(order, {
        ascending: order === "name" || order === "role_name",
      })
        .limit(limit).abortSignal(AbortSignal.timeout(REQUEST_TIMEOUT)),
    );
  }

  async #read<Row>(query: PromiseLike<RestAnswer>): Promise<Row[]> {
    return (await answered(query)).data as Row[];
  }

  async #rpc<Answer>(name: string, args: Record<string, unknown>): Promise<Answer> {
    const { data } = await answered(
      this.supabase.rpc(name, args).abortSignal(AbortSignal.timeout(REQUEST_TIMEOUT)),
    );
    return data as Answer;
  }
}

/** The key of a request, where it has one. */
function keyed(idempotencyKey: string | undefined): Record<string, unknown> {
  return idempotencyKey ? { p_idempotency_key: idempotencyKey } : {};
}

/** A request as the database reads it; `params` are the task's own. */
function body(request: object): Record<string, unknown> {
  return toSnake(JSON.parse(JSON.stringify(request)), ["params"]) as Record<string, unknown>;
}
