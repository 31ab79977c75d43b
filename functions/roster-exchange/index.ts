// Spreadsheets for users: GET gives a table of an allocation run as a file, POST imports one; for a doctor, GET gives their
// own order of lines, for a department's person theirs of doctors, and POST says what such a file would change.

import { readDepartmentFile } from "../../shared/exchange/department_files.ts";
import { exportFile } from "../../shared/exchange/export.ts";
import { importFile } from "../../shared/exchange/import_file.ts";
import { MAX_FILE_BYTES } from "../../shared/exchange/limits.ts";
import { readRankingFile } from "../../shared/exchange/ranking_files.ts";
import { requireUser } from "../../shared/platform/auth.ts";
import { createHandler, readBytes } from "../../shared/platform/http.ts";
import { toDocument } from "../../shared/platform/json.ts";

Deno.serve(createHandler("roster-exchange", {
  GET: async (request, path) => {
    const { supabase } = await requireUser(request);
    return await exportFile(supabase, path, request.headers.get("accept"));
  },
  POST: async (request, path) => {
    const { supabase } = await requireUser(request);
    const { searchParams } = new URL(request.url);
    const readFile = () => readBytes(request, MAX_FILE_BYTES);
    const [, workerMapping] = /^wishes\/([^/]+)\/ranking$/.exec(path) ?? [];
    if (workerMapping) {
      return Response.json(await readRankingFile(supabase, workerMapping, readFile));
    }
    const [, preferencer] = /^departments\/([^/]+)\/ranking$/.exec(path) ?? [];
    if (preferencer) {
      return Response.json(await readDepartmentFile(supabase, preferencer, readFile));
    }
    const answer = await importFile(supabase, path, searchParams, readFile);
    return Response.json(toDocument(answer));
  },
}));
