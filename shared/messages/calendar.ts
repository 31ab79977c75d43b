// The function calendar: a doctor's released result, for calendar programs that subscribe to it by a secret link.

import { keptPool } from "../platform/database.ts";
import { createHandler, type Handler } from "../platform/http.ts";
import { ApiError } from "../platform/problem_details.ts";
import { type CalendarDocument, icsOf } from "./result_calendar.ts";
import { asService } from "../platform/service.ts";

/** The fetch handler of calendar: GET `/<secret>.ics`, for whoever has the secret; HEAD, as some programs ask first. */
export function createCalendar(functionName: string): (request: Request) => Promise<Response> {
  const pool = keptPool();
  const answer: Handler = async (_request, path) => {
    const secret = path.match(/^([0-9a-f]{48})(?:\.ics)?$/)?.[1];
    const document = secret === undefined ? null : await asService(pool(), async (tx) => {
      const [row] = await tx<{ document: CalendarDocument | null }[]>`
          select messages.read_calendar(${secret}) as document`;
      return row.document;
    });
    if (document === null) {
      throw new ApiError(
        404,
        "CALENDAR_NOT_FOUND",
        "There is no such calendar; its link may have been renewed.",
      );
    }
    return new Response(icsOf(document), {
      headers: {
        "content-type": "text/calendar; charset=utf-8",
        "content-disposition": 'inline; filename="job-line.ics"',
        "referrer-policy": "no-referrer",
        "x-robots-tag": "noindex",
      },
    });
  };
  return createHandler(functionName, {
    GET: answer,
    HEAD: async (request, path) => new Response(null, await answer(request, path)),
  });
}
