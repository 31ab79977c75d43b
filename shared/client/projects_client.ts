// Campaigns, as a UI uses them: make one of a template or a file, see beforehand what it costs, direct it and its phases.
// Works with the user's own session; row level security decides what it sees and may do.

import type { SupabaseClient } from "@supabase/supabase-js";
import { callFunction, REQUEST_TIMEOUT } from "./calls.ts";
import type {
  FormScore,
  Project,
  ProjectBudget,
  ProjectMade,
  ProjectPreview,
  ProjectRequest,
  ProjectState,
  ProjectStrategy,
  ProjectTemplate,
  RecordChange,
  StrategyDecision,
  WorldRecordBesideOurs,
} from "./projects_types.ts";
import { randomId } from "./random_id.ts";
import { platformTimers } from "./realtime.ts";
import { answered } from "./rest.ts";
import type { WatchTimers } from "./watch.ts";

const FUNCTION = "project-orchestration";

/** What tests inject. */
export interface ProjectsClientOptions {
  /** Default: the platform's setTimeout and clearTimeout. */
  timers?: WatchTimers;
}

/**
 * Campaigns for a signed-in supabase-js client.
 * @example
 * ```ts ignore
 * const projects = createProjectsClient(supabase);
 * show(await projects.preview({ template: "twin" }));
 * const { projectId } = await projects.create({ template: "twin", activate: true });
 * ```
 */
export function createProjectsClient(
  supabase: SupabaseClient,
  options: ProjectsClientOptions = {},
): ProjectsClient {
  return new ProjectsClient(supabase, options.timers ?? platformTimers);
}

/** See {@link createProjectsClient}. Every method throws {@link ReceptorError}. */
export class ProjectsClient {
  constructor(private readonly supabase: SupabaseClient, private readonly timers: WatchTimers) {}

  /** Projects to begin with. */
  templates(): Promise<ProjectTemplate[]> {
    return this.#call("/templates", { method: "GET" });
  }

  /** What a project would be, and cost. Nothing is made. @throws {ReceptorError} INVALID_TOML, INVALID_PROJECT with `errors`... */
  async preview(request: ProjectRequest): Promise<ProjectPreview> {
    const body = { ...bodyOf(request), dry_run: true };
    return (await this.#call<{ preview: ProjectPreview }>("", { method: "POST", body })).preview;
  }

  /**
   * Makes a project, as a draft unless it is to be activated. A request whose answer is lost is sent again under the same idempotency key, so
   * that one call makes one.
   * @throws {ReceptorError} PROJECT_EXISTS, IDEMPOTENCY_KEY_REUSED, INVALID_PROJECT...
   */
  async create(request: ProjectRequest): Promise<ProjectMade> {
    const { project_id, ...answer } = await this.#call<
      Omit<ProjectMade, "projectId"> & { project_id: number }
    >("", {
      method: "POST",
      body: bodyOf(request),
      headers: { "Idempotency-Key": request.idempotencyKey ?? randomId() },
    });
    return { projectId: project_id, ...answer };
  }

  /** The largest primes that are known in the world, as far as they count for an org, each with the largest of its form that was found here; by form. */
  async records(org: string): Promise<WorldRecordBesideOurs[]> {
    const { data } = await answered(
      this.supabase.from("records_beside_ours")
        .select(
          "id,org_id,form,category,expression,digits,holder,discovered_at,source,source_url,our_best_id,our_best_digits",
        )
        .eq("for_org", org).order("form").order("category").limit(1000).abortSignal(
          AbortSignal.timeout(REQUEST_TIMEOUT),
        ),
    );
    return data as WorldRecordBesideOurs[];
  }

  /**
   * Imports a file of records for an org, for which alone they count, all of it or nothing; or says what it would change. Needs `primeSearch.create`.
   * @param records the file as it was read: a list of {form, category?, expression, digits, holder?, discovered_at?, source?, source_url?}
   * @throws {ReceptorError} INVALID_REQUEST with the place of every fault in `errors`
   */
  offerRecords(
    org: string,
    records: unknown,
    { dryRun }: { dryRun: boolean },
  ): Promise<{ records: RecordChange[]; imported: number }> {
    return this.#rpc("offer_records", { p_records: records, p_dry_run: dryRun, p_org_id: org });
  }

  /** Takes a record of an org's away, so that the one of everybody counts again. Needs `primeSearch.create`. */
  withdrawRecord(id: number): Promise<boolean> {
    return this.#rpc("withdraw_record", { p_record: id });
  }

  /** The projects that the user sees, of one org or of all, newest first. */
  async projects({ org, limit = 50 }: { org?: string; limit?: number } = {}): Promise<Project[]> {
    const all = this.supabase.from("projects").select("*");
    const { data } = await answered(
      (org === undefined ? all : all.eq("org_id", org)).order("id", { ascending: false })
        .limit(limit).abortSignal(AbortSignal.timeout(REQUEST_TIMEOUT)),
    );
    return data as unknown as Project[];
  }

  /** A project with its phases and last events. @throws {ReceptorError} PROJECT_NOT_FOUND */
  project(id: number): Promise<ProjectState> {
    return this.#call(`/${id}`, { method: "GET" });
  }

  /** Begins a draft. @throws {ReceptorError} WRONG_PROJECT_STATE... */
  activate(id: number): Promise<Project> {
    return this.#direct(id, "activate");
  }

  /** Pauses a project and its searches. */
  pause(id: number): Promise<Project> {
    return this.#direct(id, "pause");
  }

  /** Goes on with a project that was paused. @throws {ReceptorError} BUDGET_SPENT... */
  resume(id: number): Promise<Project> {
    return this.#direct(id, "resume");
  }

  /** Ends a project and its searches; what was found stays. */
  cancel(id: number): Promise<Project> {
    return this.#direct(id, "cancel");
  }

  /** Leaves a phase out; what depends on it begins. @throws {ReceptorError} PHASE_NOT_FOUND, WRONG_PROJECT_STATE */
  skip(id: number, phase: string): Promise<Project> {
    return this.#direct(id, phaseOf(phase, "skip"));
  }

  /** Takes a phase as complete, whatever is left of it. */
  force(id: number, phase: string): Promise<Project> {
    return this.#direct(id, phaseOf(phase, "force"));
  }

  /** Tries a phase again that failed or was skipped. */
  retry(id: number, phase: string): Promise<Project> {
    return this.#direct(id, phaseOf(phase, "retry"));
  }

  /**
   * Changes the whole budget.
   * @param seen the budget as it was read; left out: not compared
   * @throws {ReceptorError} CHANGED_MEANWHILE where it is another by now
   */
  setBudget(id: number, budget: ProjectBudget, seen?: ProjectBudget): Promise<Project> {
    return this.#call(`/${id}/budget`, { method: "POST", body: { ...budget, seen } });
  }

  /** Forms by how much a project for them is worth to an org. */
  async scores(org: string): Promise<FormScore[]> {
    return await this.#rpc<FormScore[] | null>("score_forms", { p_org_id: org }) ?? [];
  }

  /** How an org's searches are chosen; null where it has said nothing yet. */
  async strategy(org: string): Promise<ProjectStrategy | null> {
    const { data } = await answered(
      this.supabase.from("strategy_config").select("*").eq("org_id", org)
        .abortSignal(AbortSignal.timeout(REQUEST_TIMEOUT)).maybeSingle(),
    );
    return data as unknown as ProjectStrategy | null;
  }

  /**
   * Changes what is given of it.
   * @param seen members of it as they were read; left out: not compared
   * @throws {ReceptorError} CHANGED_MEANWHILE where they are no longer so
   */
  setStrategy(
    org: string,
    config: Partial<ProjectStrategy>,
    seen?: Partial<ProjectStrategy>,
  ): Promise<ProjectStrategy> {
    return this.#rpc("set_strategy", {
      p_org_id: org,
      p_config: config,
      ...seen && { p_seen: seen },
    });
  }

  /** Has the strategy decide now; how many decisions it wrote down. */
  decide(org: string): Promise<number> {
    return this.#rpc("strategy_tick", { p_org_id: org });
  }

  /** What the strategy decided, newest first. */
  async decisions(org: string, limit = 20): Promise<StrategyDecision[]> {
    const { data } = await answered(
      this.supabase.from("strategy_decisions").select("*").eq("org_id", org)
        .order("id", { ascending: false }).limit(limit)
        .abortSignal(AbortSignal.timeout(REQUEST_TIMEOUT)),
    );
    return data as unknown as StrategyDecision[];
  }

  /** Takes a decision back. @param why stands with it */
  override(decision: number, why: string): Promise<StrategyDecision> {
    return this.#rpc("override_decision", { p_decision: decision, p_reason: why });
  }

  async #rpc<Answer>(name: string, args: Record<string, unknown>): Promise<Answer> {
    const { data } = await answered(
      this.supabase.rpc(name, args).abortSignal(AbortSignal.timeout(REQUEST_TIMEOUT)),
    );
    return data as Answer;
  }

  #direct(id: number, path: string): Promise<Project> {
    return this.#call(`/${id}/${path}`, { method: "POST", body: {}, once: true });
  }

  #call<Answer>(
    path: string,
    options: Parameters<typeof callFunction>[3],
  ): Promise<Answer> {
    return callFunction<Answer>(this.supabase, this.timers, FUNCTION + path, options);
  }
}

function phaseOf(phase: string, action: string): string {
  return `phases/${encodeURIComponent(phase)}/${action}`;
}

function bodyOf({ org, idempotencyKey: _, ...request }: ProjectRequest) {
  return { ...request, org_id: org };
}
