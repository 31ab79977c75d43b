// Planner runs for users: POST requests one (or saves an edit of job lines by hand, approves a swap between doctors,
// or says what one would break before it is asked for), GET reads
// one (or the catalogue of constraints, how a job line stands to its rules, the swaps of an allocation run), DELETE cancels one.

import { createHandler, readJson } from "../../shared/platform/http.ts";
import { projectClient, requireUser } from "../../shared/platform/auth.ts";
import { constraintCatalogue } from "../../shared/planner/rules/catalogue.ts";
import { editLines } from "../../shared/planner/run/edit_lines.ts";
import { approveSwap, checkSwap, listSwaps } from "../../shared/planner/run/swaps.ts";
import { readLineRules } from "../../shared/planner/run/line_rules.ts";
import {
  cancelPlannerRun,
  readPlannerRun,
  requestPlannerRun,
} from "../../shared/planner/run/requests.ts";

Deno.serve(createHandler("planner-orchestration", {
  POST: async (request, path) => {
    const { supabase, userId } = await requireUser(request);
    const body = await readJson(request);
    if (path === "job-lines") return Response.json(await editLines(supabase, userId, body));
    if (path === "swaps/check") {
      return Response.json(await checkSwap(supabase, projectClient(), body));
    }
    const swap = /^swaps\/([^/]+)\/approve$/.exec(path)?.[1];
    if (swap) return Response.json(await approveSwap(supabase, userId, swap, body));
    const answer = await requestPlannerRun(supabase, body, request.headers.get("idempotency-key"));
    return Response.json(answer, { status: 202 });
  },
  GET: async (request, path) => {
    const { supabase } = await requireUser(request);
    if (path === "constraints") return Response.json(constraintCatalogue());
    const swapsOf = /^swaps\/([^/]+)$/.exec(path)?.[1];
    if (swapsOf) return Response.json(await listSwaps(supabase, swapsOf));
    const jobLine = /^job-lines\/([^/]+)\/rules$/.exec(path)?.[1];
    return Response.json(
      jobLine ? await readLineRules(supabase, jobLine) : await readPlannerRun(supabase, path),
    );
  },
  DELETE: async (request, path) => {
    const { supabase } = await requireUser(request);
    return Response.json(await cancelPlannerRun(supabase, path));
  },
}));
