// Campaigns for users: POST makes a project of a template, a TOML file or its JSON (or says what it would be), GET reads one or the
// templates; POST .../<id>/activate, pause, resume, cancel, budget; POST .../<id>/phases/<name>/skip, force, retry.

import { requireUser } from "../../shared/platform/auth.ts";
import { createHandler, readJson } from "../../shared/platform/http.ts";
import { pathPart } from "../../shared/platform/requests.ts";
import { describeTemplates } from "../../shared/primes/projects/templates.ts";
import {
  directProject,
  PHASE_ACTIONS,
  PROJECT_ACTIONS,
  type ProjectAction,
  readProjectState,
  requestProject,
  setProjectBudget,
} from "../../shared/primes/run/project_requests.ts";

const ON_PROJECT = new RegExp(`^([^/]+)/(${PROJECT_ACTIONS.join("|")})$`);
const ON_PHASE = new RegExp(`^([^/]+)/phases/([^/]+)/(${PHASE_ACTIONS.join("|")})$`);

Deno.serve(createHandler("project-orchestration", {
  POST: async (request, path) => {
    const { supabase } = await requireUser(request);
    const [, project, action] = ON_PROJECT.exec(path) ?? [];
    if (project) {
      return Response.json(await directProject(supabase, project, action as ProjectAction, null));
    }
    const [, id, phase, act] = ON_PHASE.exec(path) ?? [];
    if (id) {
      const name = pathPart("phase", phase);
      return Response.json(await directProject(supabase, id, act as ProjectAction, name));
    }
    const [, budgeted] = /^([^/]+)\/budget$/.exec(path) ?? [];
    if (budgeted) {
      return Response.json(await setProjectBudget(supabase, budgeted, await readJson(request)));
    }
    const key = request.headers.get("idempotency-key");
    const answer = await requestProject(supabase, await readJson(request), key);
    return Response.json(answer, { status: "dry_run" in answer ? 200 : 201 });
  },
  GET: async (request, path) => {
    const { supabase } = await requireUser(request);
    if (path === "templates") return Response.json(describeTemplates());
    return Response.json(await readProjectState(supabase, path));
  },
}));
