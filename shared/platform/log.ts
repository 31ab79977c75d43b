// One structured line per event on the console, within what the platform takes: 10,000 characters a line, 100 lines in 10
// seconds. It drops what is more; here we choose what that is, and say so.
// deno-lint-ignore-file no-console -- the console is the platform's log

const MAX_LINE = 8_000;
/** One value of a line that would be too long is cut here: a stack's first frames, a message's first sentences. */
const MAX_VALUE = 1_500;

/** The platform's window, and how many lines of it we use; the last ones are kept for what went wrong. */
const WINDOW_MS = 10_000;
const MOST_LINES = { info: 70, warn: 90, error: 90 };

/** Severity of a log line. */
export type LogLevel = "info" | "warn" | "error";

/**
 * Writes one JSON line to the console.
 * @param component which part speaks, e.g. "planner-solver"
 * @param fields anything serialisable; of a line that is too long, long values are cut, so that it stays JSON
 */
export function log(
  level: LogLevel,
  component: string,
  message: string,
  fields: Record<string, unknown> = {},
): void {
  const dropped = mayWrite(level);
  if (dropped === null) return;
  const entry = { level, component, message, ...fields };
  console[level](logLine(dropped > 0 ? { ...entry, dropped } : entry));
}

/**
 * Keeps count of lines, so that no 10 seconds have more than the platform takes.
 * @returns asked before each line: how many were dropped since the last one that was written, or null to drop this one
 */
export function lineBudget(
  now: () => number = () => performance.now(),
): (level: LogLevel) => number | null {
  const written: number[] = [];
  let dropped = 0;
  return (level) => {
    while (written.length > 0 && written[0] <= now() - WINDOW_MS) written.shift();
    if (written.length >= MOST_LINES[level]) {
      dropped++;
      return null;
    }
    written.push(now());
    const before = dropped;
    dropped = 0;
    return before;
  };
}

const mayWrite = lineBudget();

/** One line of JSON below the platform's limit. */
export function logLine(entry: Record<string, unknown>): string {
  const line = JSON.stringify(entry);
  if (line.length <= MAX_LINE) return line;
  const cut = JSON.stringify(
    entry,
    (_key, value) =>
      typeof value === "string" && value.length > MAX_VALUE
        ? `${value.slice(0, MAX_VALUE)}…`
        : value,
  );
  if (cut.length <= MAX_LINE) return cut;
  // Too many values: what tells most comes first, the rest as text.
  const { level, component, message, ...rest } = entry;
  const head = { level, component, message: String(message).slice(0, MAX_VALUE) };
  return JSON.stringify({ ...head, rest: JSON.stringify(rest).slice(0, MAX_VALUE) });
}

/** Name, message and stack of anything that was thrown, for logs only. */
export function describeError(
  error: unknown,
): { name: string; message: string; stack?: string; code?: string } {
  if (!(error instanceof Error)) return { name: "NonError", message: String(error) };
  const code = (error as { code?: unknown }).code;
  return {
    name: error.name,
    message: error.message,
    stack: error.stack,
    ...(typeof code === "string" ? { code } : {}),
  };
}
