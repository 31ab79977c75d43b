// A doctor's result as a calendar: the same by a secret link and as a file from the doctors' page, so that a calendar that
// has both knows each event once.

import { calendarText, type DayEvent } from "./ics.ts";

/** From a day to a day, both inclusive, as the database says it. */
interface Span {
  starts_on: string;
  ends_on: string;
}

/** What messages.read_calendar() answers. */
export interface CalendarDocument {
  worker_mapping: string;
  run: string;
  org: string;
  result: {
    released_at: string;
    /** How often what is shown here has changed, and when it last did; missing in what a device keeps from before it was told. */
    calendar?: { sequence: number; changed_at: string };
    start_date: string;
    end_date: string;
    line: {
      name: string;
      rotations: (Span & { term: number; position: string })[];
      /** By the term in which it begins, whether the line works somewhere in it or not; missing in what a device keeps from before it was told. */
      leave?: (Span & { term: number })[];
    } | null;
    positions: { id: string; name: string; hospital_name: string; team: string }[];
  } | null;
}

/**
 * What of a line somebody has who comes after it began, or goes before it ends.
 * @param result the days that they have it
 */
export function heldLine<Rotation extends Span, Leave extends Span, Rest>(
  line: Rest & { rotations: readonly Rotation[]; leave?: readonly Leave[] },
  { start_date, end_date }: { start_date: string; end_date: string },
): Rest & { rotations: Rotation[]; leave: Leave[] } {
  const within = <Held extends Span>(spans: readonly Held[]): Held[] =>
    spans.filter(({ starts_on, ends_on }) => starts_on <= end_date && ends_on >= start_date)
      .map((span) => ({
        ...span,
        starts_on: span.starts_on < start_date ? start_date : span.starts_on,
        ends_on: span.ends_on > end_date ? end_date : span.ends_on,
      }));
  return { ...line, rotations: within(line.rotations), leave: within(line.leave ?? []) };
}

/** The calendar of a result: an event for each rotation and each block of leave; empty before it is released. */
export function icsOf({ worker_mapping, run, org, result }: CalendarDocument): string {
  return calendarText({
    name: `${run}, ${org}`,
    events: result?.line ? eventsOf(worker_mapping, result, result.line) : [],
    sequence: result?.calendar?.sequence ?? 0,
    changedAt: new Date(result?.calendar?.changed_at ?? result?.released_at ?? 0),
  });
}

type Result = NonNullable<CalendarDocument["result"]>;

function eventsOf(
  worker: string,
  result: Result,
  { name, rotations, leave = [] }: NonNullable<Result["line"]>,
): DayEvent[] {
  const positions = new Map(result.positions.map((position) => [position.id, position]));
  const held = heldLine({
    rotations,
    // Of blocks that begin in one term each has its number before any is left out.
    leave: leave.map((block, i) => {
      const n = leave.slice(0, i + 1).filter(({ term }) => term === block.term).length;
      return { ...block, n };
    }),
  }, result);
  return [
    ...held.rotations.map((rotation): DayEvent => {
      const position = positions.get(rotation.position);
      return {
        uid: `${worker}-term-${rotation.term}@receptor`,
        summary: position?.name ?? name,
        location: position?.hospital_name,
        description: [name, position?.team, `Term ${rotation.term}`].filter(Boolean).join("\n"),
        startsOn: rotation.starts_on,
        endsOn: rotation.ends_on,
      };
    }),
    ...held.leave.map(({ term, n, starts_on, ends_on }): DayEvent => ({
      uid: `${worker}-leave-${term}-${n}@receptor`,
      summary: "Annual leave",
      description: name,
      startsOn: starts_on,
      endsOn: ends_on,
      busy: false,
    })),
  ];
}
