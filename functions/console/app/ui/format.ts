// Numbers, times and dates as people here write them.

const moment = new Intl.DateTimeFormat("en-AU", { dateStyle: "medium", timeStyle: "short" });
const day = new Intl.DateTimeFormat("en-AU", { dateStyle: "medium", timeZone: "UTC" });

/** `1,234`, with two digits `1,234.50` */
export function count(value: number, digits = 0): string {
  return value.toLocaleString("en-AU", {
    minimumFractionDigits: digits,
    maximumFractionDigits: digits,
  });
}

/** `1 line`, `2 lines` */
export function plural(value: number, one: string, many = `${one}s`): string {
  return `${count(value)} ${value === 1 ? one : many}`;
}

/** `60 lines`, or of a filtered list `12 of 60 lines`. */
export function ofAll(shown: number, all: number, one: string): string {
  return shown === all ? plural(all, one) : `${count(shown)} of ${plural(all, one)}`;
}

/** `0.4%`; an en dash where it is not known. @param share 0..1 */
export function percent(share: number | null | undefined, digits = 1): string {
  return share === null || share === undefined ? "–" : `${(100 * share).toFixed(digits)}%`;
}

/** `850 ms`, `3.4 s`, `2 min 05 s` */
export function duration(ms: number): string {
  if (ms < 1_000) return `${Math.round(ms)} ms`;
  if (ms < 59_950) return `${(ms / 1_000).toFixed(1)} s`;
  const seconds = Math.round(ms / 1_000);
  return `${Math.floor(seconds / 60)} min ${String(seconds % 60).padStart(2, "0")} s`;
}

/** `21 Nov 2026, 10:14 am`, in the reader's time zone; what is no moment, as it is. */
export function dateTime(iso: string): string {
  return formatted(moment, iso) ?? iso;
}

/** `1 Feb 2027`; what is no day, as it is. @param date `YYYY-MM-DD` */
export function date(date: string): string {
  return formatted(day, `${date}T00:00:00Z`) ?? date;
}

/** Null of what the calendar has not: a name may look like a day, as 2027-99-99, and no page breaks off by it. */
function formatted(format: Intl.DateTimeFormat, iso: string): string | null {
  const at = Date.parse(iso);
  return Number.isNaN(at) ? null : format.format(at);
}

/** Names in a sentence; of very many the first, and how many more. */
export function someOf(names: readonly string[], most = 20): string {
  const more = names.length - most;
  return names.slice(0, most).join(", ") + (more > 0 ? ` and ${count(more)} more` : "");
}

/** A text that may be Arabic or Hebrew, within another: it turns round nothing beside it, as `<bdi>` does. */
export function apart(text: string): string {
  return `\u2068${text}\u2069`;
}
