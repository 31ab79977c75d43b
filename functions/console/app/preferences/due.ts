// The end of a window as people type it: a local time where the plan is. The database turns it into a moment.

/** A moment as a value of `<input type="datetime-local">` in a time zone; "" for none. */
export function localInput(moment: string | null, timezone: string): string {
  if (moment === null) return "";
  const parts = new Intl.DateTimeFormat("en-CA", {
    timeZone: timezone,
    year: "numeric",
    month: "2-digit",
    day: "2-digit",
    hour: "2-digit",
    minute: "2-digit",
    hourCycle: "h23",
  }).formatToParts(new Date(moment));
  const of = (type: string) => parts.find((part) => part.type === type)!.value;
  return `${of("year")}-${of("month")}-${of("day")}T${of("hour")}:${of("minute")}`;
}

/**
 * What is asked for as the end of a window, by what stands in the form: nothing where it is empty. Where it says what was there, the
 * moment itself, which the form does not say whole: seconds, and which of two times of the night in which daylight saving ends.
 * @param was the end that the form began with
 */
export function endOf(
  typed: string,
  was: string | null,
  timezone: string,
): { dueDate?: string; dueLocal?: string } {
  if (typed === "") return {};
  return was !== null && typed === localInput(was, timezone)
    ? { dueDate: was }
    : { dueLocal: typed };
}

const DAY_MS = 86_400_000;

/**
 * The moments at which clocks of a time zone show a local time, the earlier first: none where it is skipped, as clocks are put
 * forward, and two where it comes again, as they are put back.
 * @param local as a value of `<input type="datetime-local">`
 */
export function momentsOf(local: string, timezone: string): string[] {
  const minute = local.slice(0, 16), shown = Date.parse(`${minute}Z`);
  if (Number.isNaN(shown)) return [];
  const offsetAt = (time: number) =>
    Date.parse(`${localInput(new Date(time).toISOString(), timezone)}Z`) - time;
  const offsets = new Set([shown - DAY_MS, shown + DAY_MS].map(offsetAt));
  return [...offsets].map((offset) => new Date(shown - offset).toISOString()).sort()
    .filter((moment) => localInput(moment, timezone) === minute);
}

/** What is wrong with what is typed as the end of a window; nothing where it is empty. */
export function endFault(typed: string, timezone: string): string | undefined {
  if (typed === "") return undefined;
  if (!/^\d{4}-\d\d-\d\dT\d\d:\d\d/.test(typed)) return "Not a date and time.";
  return momentsOf(typed, timezone).length > 0
    ? undefined
    : "Clocks do not show this time: they are put forward then.";
}

/** A moment in words, where the plan is, e.g. `Friday, 14 May 2027, 17:00`; of a time that comes twice with its zone. */
export function localWords(moment: string, timezone: string): string {
  const comesTwice = momentsOf(localInput(moment, timezone), timezone).length > 1;
  return new Intl.DateTimeFormat("en-AU", {
    timeZoneName: comesTwice ? "short" : undefined,
    timeZone: timezone,
    weekday: "long",
    day: "numeric",
    month: "long",
    year: "numeric",
    hour: "2-digit",
    minute: "2-digit",
    hourCycle: "h23",
  }).format(new Date(moment));
}

/** How long it is from one moment to another, in the largest unit that says it: `3 days`, `5 hours`, `12 minutes`. */
export function remaining(now: string, end: string): string {
  const minutes = Math.max(0, Math.floor((Date.parse(end) - Date.parse(now)) / 60_000));
  const [value, unit] = minutes >= 2_880
    ? [Math.floor(minutes / 1_440), "days"]
    : minutes >= 120
    ? [Math.floor(minutes / 60), "hours"]
    : [minutes, minutes === 1 ? "minute" : "minutes"];
  return `${value} ${unit}`;
}
