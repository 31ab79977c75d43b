// A result as an iCalendar file (RFC 5545): one event for each term and each leave, all day, of no time zone.

import type { Result, Window } from "../wire.ts";
import type { Span } from "./lines.ts";

/** The text of the file. @param made when it was made */
export function calendarFile(window: Window, { line, version }: Result, made: Date): string {
  const stamp = made.toISOString().replaceAll(/[-:]|\.\d+/g, "");
  const event = (what: string, span: Span, title: string, place: string | null) => [
    "BEGIN:VEVENT",
    `UID:${window.workerMapping}-${what}@receptor`,
    `DTSTAMP:${stamp}`,
    `SEQUENCE:${version}`,
    `DTSTART;VALUE=DATE:${compact(span.startsOn)}`,
    // The end of an all-day event is the day after it.
    `DTEND;VALUE=DATE:${compact(dayAfter(span.endsOn))}`,
    `SUMMARY:${text(title)}`,
    ...place ? [`LOCATION:${text(place)}`] : [],
    "END:VEVENT",
  ];
  const events = [
    ...(line?.rotations ?? []).flatMap((rotation) =>
      event(`term-${rotation.term}`, rotation, rotation.position.name, rotation.position.hospital)
    ),
    ...(line?.leave ?? []).flatMap((span) =>
      event(`leave-${span.startsOn}`, span, "Annual leave", null)
    ),
  ];
  return [
    "BEGIN:VCALENDAR",
    "VERSION:2.0",
    "PRODID:-//Receptor//Doctors//EN",
    `X-WR-CALNAME:${text(`${window.name}, ${window.orgName}`)}`,
    ...events,
    "END:VCALENDAR",
  ].map(fold).join("\r\n") + "\r\n";
}

const compact = (date: string) => date.replaceAll("-", "");

function dayAfter(date: string): string {
  return new Date(Date.parse(date) + 86_400_000).toISOString().slice(0, 10);
}

/** Commas, semicolons, backslashes and line ends mean something in values. */
function text(value: string): string {
  return value.replaceAll(/[\\;,]/g, "\\$&").replaceAll(/\r\n?|\n/g, "\\n");
}

/** Lines of at most 75 bytes, the rest on lines that begin with a space; characters stay whole. */
function fold(line: string): string {
  const encoder = new TextEncoder();
  const parts = [""];
  let size = 0;
  for (const char of line) {
    const bytes = encoder.encode(char).length;
    if (size + bytes > 75) {
      parts.push(" ");
      size = 1;
    }
    parts[parts.length - 1] += char;
    size += bytes;
  }
  return parts.join("\r\n");
}
