// When a pg_cron job is due: '[1-59] seconds', '@daily' and the like, or five fields (minute, hour, day of month, month,
// day of week), in UTC. Pure; cron.ts runs the jobs.

/** A parsed schedule. */
export type Schedule =
  | { kind: "interval"; ms: number }
  | {
    kind: "fields";
    fields: [
      minute: Set<number>,
      hour: Set<number>,
      day: Set<number>,
      month: Set<number>,
      weekday: Set<number>,
    ];
    anyDay: boolean;
    anyWeekday: boolean;
  };

const RANGES: [low: number, high: number][] = [[0, 59], [0, 23], [1, 31], [1, 12], [0, 7]];
const NAMES: Record<number, string[]> = {
  3: ["", "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"],
  4: ["sun", "mon", "tue", "wed", "thu", "fri", "sat"],
};
const MACROS: Record<string, string> = {
  "@yearly": "0 0 1 1 *",
  "@annually": "0 0 1 1 *",
  "@monthly": "0 0 1 * *",
  "@weekly": "0 0 * * 0",
  "@daily": "0 0 * * *",
  "@midnight": "0 0 * * *",
  "@hourly": "0 * * * *",
};

/** @throws for what pg_cron would refuse */
export function parseSchedule(text: string): Schedule {
  const trimmed = text.trim().toLowerCase();
  const seconds = trimmed.match(/^([1-9]|[1-5][0-9])\s+seconds?$/);
  if (seconds) return { kind: "interval", ms: Number(seconds[1]) * 1000 };
  const parts = (MACROS[trimmed] ?? trimmed).split(/\s+/);
  if (parts.length !== 5) throw new Error(`invalid schedule: ${text}`);
  const fields = parts.map((part, index) => parseField(part, index, text));
  if (fields[4].delete(7)) fields[4].add(0);
  return {
    kind: "fields",
    fields: fields as [Set<number>, Set<number>, Set<number>, Set<number>, Set<number>],
    anyDay: parts[2].startsWith("*"),
    anyWeekday: parts[4].startsWith("*"),
  };
}

/** @returns the first time after `after` at which the schedule is due (ms since 1970) */
export function nextDue(schedule: Schedule, after: number): number {
  if (schedule.kind === "interval") return after + schedule.ms;
  const minute = 60_000;
  let at = Math.floor(after / minute) * minute + minute;
  // A schedule such as 29 February comes round within eight years.
  const end = at + 8 * 366 * 24 * 60 * minute;
  while (at < end) {
    if (!isDay(schedule, new Date(at))) at = Math.floor(at / 86_400_000) * 86_400_000 + 86_400_000;
    else if (isTime(schedule, new Date(at))) return at;
    else at += minute;
  }
  return Infinity;
}

type Fields = Extract<Schedule, { kind: "fields" }>;

/** As in cron: when both day fields are restricted, either of them suffices. */
function isDay(
  { fields: [, , day, month, weekday], anyDay, anyWeekday }: Fields,
  date: Date,
): boolean {
  const onDay = day.has(date.getUTCDate());
  const onWeekday = weekday.has(date.getUTCDay());
  const fits = anyDay || anyWeekday ? onDay && onWeekday : onDay || onWeekday;
  return month.has(date.getUTCMonth() + 1) && fits;
}

function isTime({ fields: [minute, hour] }: Fields, date: Date): boolean {
  return minute.has(date.getUTCMinutes()) && hour.has(date.getUTCHours());
}

function parseField(part: string, index: number, schedule: string): Set<number> {
  const [low, high] = RANGES[index];
  const values = new Set<number>();
  const invalid = new Error(`invalid schedule: ${schedule}`);
  const value = (name: string) => {
    const known = NAMES[index]?.indexOf(name) ?? -1;
    const number = known >= 0 ? known : /^\d+$/.test(name) ? Number(name) : NaN;
    if (!(number >= low && number <= high)) throw invalid;
    return number;
  };
  for (const item of part.split(",")) {
    const [, range, step] = item.match(/^(\*|[a-z0-9]+(?:-[a-z0-9]+)?)(?:\/(\d+))?$/) ?? [];
    if (!range || step === "0") throw invalid;
    const [from, to] = range === "*" ? [low, high] : range.split("-").map(value);
    for (let n = from; n <= (to ?? (step ? high : from)); n += Number(step ?? 1)) values.add(n);
  }
  return values;
}
