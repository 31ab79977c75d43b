// Allocator runs for users: POST requests one, GET reads one, DELETE cancels one.
// POST .../process-pending, for service callers, queues the runs that wait.

import {
  cancelAllocatorRun,
  processPending,
  readAllocatorRun,
  requestAllocatorRun,
} from "../../shared/allocator/run/requests.ts";
import { requireService, requireUser } from "../../shared/platform/auth.ts";
import { createHandler, readJson } from "../../shared/platform/http.ts";

Deno.serve(createHandler("allocator-orchestration", {
  POST: async (request, path) => {
    if (path === "process-pending") {
      return Response.json(await processPending(requireService(request)), { status: 202 });
    }
    const { supabase } = await requireUser(request);
    const body = await readJson(request);
    const key = request.headers.get("idempotency-key");
    return Response.json(await requestAllocatorRun(supabase, body, key), { status: 202 });
  },
  GET: async (request, path) => {
    const { supabase } = await requireUser(request);
    return Response.json(await readAllocatorRun(supabase, path));
  },
  DELETE: async (request, path) => {
    const { supabase } = await requireUser(request);
    return Response.json(await cancelAllocatorRun(supabase, path));
  },
}));
