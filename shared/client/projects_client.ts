// Campaigns, as a UI uses them: make one of a template or a file, see beforehand what it costs, direct it and its phases.
// Works with the user's own session; row level security decides what it sees and may do.

import type { SupabaseClient } from "@supabase/supabase-js";
import { callFunction, REQUEST_TIMEOUT } from "./calls.ts";
import type {
  Project,
  ProjectBudget,
  ProjectPreview,
  ProjectRequest,
  ProjectState,
  ProjectStatus,
  ProjectTemplate,
} from "./projects_types.ts";
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

  /** Makes a project, as a draft unless it is to be activated. @throws {ReceptorError} PROJECT_EXISTS, INVALID_PROJECT... */
  async create(
    request: ProjectRequest,
  ): Promise<{ projectId: number; status: ProjectStatus; preview: ProjectPreview }> {
    const { project_id, ...answer } = await this.#call<
      { project_id: number; status: ProjectStatus; preview: ProjectPreview }
    >("", { method: "POST", body: bodyOf(request), once: true });
    return { projectId: project_id, ...answer };
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

  /** Changes the whole budget. */
  setBudget(id: number, budget: ProjectBudget): Promise<Project> {
    return this.#call(`/${id}/budget`, { method: "POST", body: budget });
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

function bodyOf({ org, ...request }: ProjectRequest) {
  return { ...request, org_id: org };
}
