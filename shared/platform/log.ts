// One structured line per event on the console, short enough for the platform (10,000 characters).
// deno-lint-ignore-file no-console -- the console is the platform's log

const MAX_LINE = 8_000;

/** Severity of a log line. */
export type LogLevel = "info" | "warn" | "error";

/**
 * Writes one JSON line to the console.
 * @param component which part speaks, e.g. "planner-solver"
 * @param fields anything serialisable; long values are cut at the end of the line
 */
export function log(
  level: LogLevel,
  component: string,
  message: string,
  fields: Record<string, unknown> = {},
): void {
  const line = JSON.stringify({ level, component, message, ...fields });
  console[level](line.length > MAX_LINE ? `${line.slice(0, MAX_LINE)}…` : line);
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
