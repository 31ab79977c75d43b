// One structured line per event on the console, short enough for the platform (10,000 characters).
// deno-lint-ignore-file no-console -- the console is the platform's log

const MAX_LINE = 8_000;
/** One value of a line that would be too long is cut here: a stack's first frames, a message's first sentences. */
const MAX_VALUE = 1_500;

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
  console[level](logLine({ level, component, message, ...fields }));
}

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
