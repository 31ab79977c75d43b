// Calendars as RFC 5545 has them: iCalendar text of all-day events.

/** An event of whole days. */
export interface DayEvent {
  /** The same for the same event, for ever: calendars know it by this. */
  uid: string;
  summary: string;
  /** First day and last day, YYYY-MM-DD. */
  startsOn: string;
  endsOn: string;
  location?: string;
  description?: string;
  /** Whether the doctor counts as busy; annual leave is not. */
  busy?: boolean;
}

/** A calendar. */
export interface Calendar {
  name: string;
  events: DayEvent[];
  /** When its content became what it is: DTSTAMP of each event. */
  changedAt: Date;
  /** Grows when its content changes: SEQUENCE of each event. */
  sequence: number;
}

/**
 * The text of a calendar: lines end in CRLF and are folded at 75 octets, texts are escaped, and the end of an all-day event is
 * the day after its last one (RFC 5545, 3.1, 3.3.11, 3.6.1).
 */
export function calendarText({ name, events, changedAt, sequence }: Calendar): string {
  const stamp = changedAt.toISOString().replaceAll(/[-:]|\.\d+/g, "");
  return [
    "BEGIN:VCALENDAR",
    "VERSION:2.0",
    "PRODID:-//Receptor//Job line//EN",
    "CALSCALE:GREGORIAN",
    "METHOD:PUBLISH",
    `NAME:${escapeText(name)}`,
    `X-WR-CALNAME:${escapeText(name)}`,
    "REFRESH-INTERVAL;VALUE=DURATION:PT12H",
    "X-PUBLISHED-TTL:PT12H",
    ...events.flatMap((event) => eventLines(event, stamp, sequence)),
    "END:VCALENDAR",
  ].map((line) => `${fold(line)}\r\n`).join("");
}

function eventLines(event: DayEvent, stamp: string, sequence: number): string[] {
  return [
    "BEGIN:VEVENT",
    `UID:${escapeText(event.uid)}`,
    `DTSTAMP:${stamp}`,
    `SEQUENCE:${sequence}`,
    `DTSTART;VALUE=DATE:${compact(event.startsOn)}`,
    `DTEND;VALUE=DATE:${compact(dayAfter(event.endsOn))}`,
    `SUMMARY:${escapeText(event.summary)}`,
    ...(event.location ? [`LOCATION:${escapeText(event.location)}`] : []),
    ...(event.description ? [`DESCRIPTION:${escapeText(event.description)}`] : []),
    `TRANSP:${event.busy === false ? "TRANSPARENT" : "OPAQUE"}`,
    "END:VEVENT",
  ];
}

const compact = (date: string) => date.replaceAll("-", "");

/** The next day of the calendar, whatever the time zone of this machine. */
function dayAfter(date: string): string {
  const day = new Date(`${date}T00:00:00Z`);
  day.setUTCDate(day.getUTCDate() + 1);
  return day.toISOString().slice(0, 10);
}

/** A value of type TEXT (3.3.11). */
function escapeText(text: string): string {
  return text.replaceAll(/[\\;,]/g, "\\$&").replaceAll(/\r\n|\r|\n/g, "\\n")
    // Other controls have no place in a calendar.
    // deno-lint-ignore no-control-regex -- that is what they are
    .replaceAll(/[\u0000-\u0008\u000b-\u001f\u007f]/g, "");
}

const MAX_OCTETS = 75;
const encoder = new TextEncoder();

/** A content line in pieces of at most 75 octets, the later ones after a space; no character is cut (3.1). */
function fold(line: string): string {
  const pieces: string[] = [];
  let piece = "", octets = 0;
  for (const character of line) {
    const size = encoder.encode(character).length;
    if (octets + size > MAX_OCTETS) {
      pieces.push(piece);
      piece = "";
      octets = 1; // the space
    }
    piece += character;
    octets += size;
  }
  return [...pieces, piece].join("\r\n ");
}
