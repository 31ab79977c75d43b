// A doctor's result as a calendar: the same by a secret link and as a file from the doctors' page, so that a calendar that
// has both knows each event once.

import { calendarText, type DayEvent } from "./ics.ts";

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
