// Dates and moments, as doctors read them: in their own time zone, which the device knows.

import type { Span } from "./lines.ts";

const DAY = 86_400_000, HOUR = 3_600_000, MINUTE = 60_000;

/** As Australians shorten them. By hand: the browser's formats take longer to make than the first drawing may. */
const MONTHS = "Jan Feb Mar Apr May June July Aug Sept Oct Nov Dec".split(" ");

interface Parts {
  day: number;
  month: string;
  year: string;
}

function partsOf(date: string): Parts {
  const [year, month, day] = date.split("-");
  return { day: Number(day), month: MONTHS[Number(month) - 1], year };
}

/** A day, e.g. "11 Jan 2027". @param date `YYYY-MM-DD`, of no time zone */
export function day(date: string): string {
  const { day, month, year } = partsOf(date);
  return `${day} ${month} ${year}`;
}

/** First and last day, e.g. "11 Jan – 11 Apr 2027"; what both have in common is said once. */
export function days({ startsOn, endsOn }: Span): string {
  const a = partsOf(startsOn), b = partsOf(endsOn);
  if (startsOn === endsOn) return day(endsOn);
  if (a.year !== b.year) return `${day(startsOn)} – ${day(endsOn)}`;
  return a.month === b.month ? `${a.day}–${day(endsOn)}` : `${a.day} ${a.month} – ${day(endsOn)}`;
}

/** A moment with its time zone, e.g. "Fri, 4 Dec 2026, 5:00 pm AEDT". @param timeZone of the device where none is given */
export function moment(iso: string, timeZone?: string): string {
  return new Intl.DateTimeFormat("en-AU", {
    weekday: "short",
    day: "numeric",
    month: "short",
    year: "numeric",
    hour: "numeric",
    minute: "2-digit",
    timeZoneName: "short",
    timeZone,
  }).format(new Date(iso));
}

/** How long there is, coarse where it is long: "12 days", "1 day 3 h", "2 h 5 min", "40 s". Null: no time is left. */
export function timeLeft(ms: number): string | null {
  if (ms <= 0) return null;
  const d = Math.floor(ms / DAY),
    h = Math.floor(ms % DAY / HOUR),
    m = Math.floor(ms % HOUR / MINUTE);
  if (d >= 3) return `${d} days`;
  if (d >= 1) return `${d} ${d === 1 ? "day" : "days"} ${h} h`;
  if (h >= 1) return `${h} h ${m} min`;
  if (m >= 1) return `${m} min`;
  return `${Math.ceil(ms / 1000)} s`;
}

/** When what {@link timeLeft} says changes next, in ms from now. */
export function nextTick(ms: number): number {
  if (ms > 3 * DAY) return HOUR;
  return ms > 2 * MINUTE ? MINUTE / 2 : 1_000;
}
