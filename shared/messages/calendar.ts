// The function calendar: a doctor's released result, for calendar programs that subscribe to it by a secret link.

import { keptPool } from "../platform/database.ts";
import { createHandler } from "../platform/http.ts";
import { ApiError } from "../platform/problem_details.ts";
import { calendarText, type DayEvent } from "./ics.ts";
import { asService } from "./service.ts";

/** What messages.read_calendar() answers. */
export interface CalendarDocument {
  worker_mapping: string;
  run: string;
  org: string;
  result: {
    version: number;
    released_at: string;
    line: {
      name: string;
      rotations: {
        term: number;
        starts_on: string;
        ends_on: string;
        position: string;
        leave: { starts_on: string; ends_on: string }[];
      }[];
    } | null;
    positions: { id: string; name: string; hospital_name: string; team: string }[];
  } | null;
}

/** The fetch handler of calendar: GET `/<secret>.ics`, for whoever has the secret. */
export function createCalendar(functionName: string): (request: Request) => Promise<Response> {
  const pool = keptPool();
  return createHandler(functionName, {
    GET: async (_request, path) => {
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
    },
  });
}

/** The calendar of a result: an event for each rotation and each block of leave; empty before it is released. */
export function icsOf({ worker_mapping, run, org, result }: CalendarDocument): string {
  const positions = new Map(result?.positions.map((position) => [position.id, position]));
  const line = result?.line;
  const events = line?.rotations.flatMap((rotation): DayEvent[] => {
    const position = positions.get(rotation.position);
    return [
      {
        uid: `${worker_mapping}-term-${rotation.term}@receptor`,
        summary: position?.name ?? line.name,
        location: position?.hospital_name,
        description: [line.name, position?.team, `Term ${rotation.term}`].filter(Boolean).join(
          "\n",
        ),
        startsOn: rotation.starts_on,
        endsOn: rotation.ends_on,
      },
      ...rotation.leave.map((leave, n) => ({
        uid: `${worker_mapping}-leave-${rotation.term}-${n + 1}@receptor`,
        summary: "Annual leave",
        description: line.name,
        startsOn: leave.starts_on,
        endsOn: leave.ends_on,
        busy: false,
      })),
    ];
  }) ?? [];
  return calendarText({
    name: `${run}, ${org}`,
    events,
    version: result?.version ?? 0,
    writtenAt: new Date(result?.released_at ?? 0),
  });
}
