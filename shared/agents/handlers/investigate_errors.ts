// Handler investigate_errors: failures of the log in groups, each with its first and last time; a task for each group that is new.

import * as z from "zod";
import { plural } from "../../engine/words.ts";
import { atOnce, type OpenedTask } from "./handler.ts";

const row = z.object({
  id: z.number(),
  level: z.string(),
  source: z.string(),
  component: z.string(),
  message: z.string(),
  run_id: z.string().nullable(),
  created_at: z.string(),
  code: z.string().nullable(),
});
const shape = z.object({ rows: z.array(row), open: z.array(z.string()) });
type Row = z.infer<typeof row>;

/** Groups that one task opens tasks for, at most. */
const MOST_TASKS = 5;

/** What two messages of one failure share: ids, numbers and quoted names left out. */
export function fingerprint({ source, component, code, message }: Row): string {
  const pattern = message
    .replaceAll(/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/gi, "<id>")
    .replaceAll(/"[^"]*"|'[^']*'/g, "<name>")
    .replaceAll(/\d+(\.\d+)?/g, "<n>");
  return `${source}/${component}${code ? ` ${code}` : ""}: ${pattern}`;
}

/** Failures in groups. */
export const investigateErrors = atOnce(shape, ({ rows, open }) => {
  const groups = [...Map.groupBy(rows, fingerprint)].map(([what, all]) => ({
    what,
    level: all.some(({ level }) => level === "error") ? "error" : "warn",
    count: all.length,
    runs: new Set(all.map(({ run_id }) => run_id).filter((id) => id !== null)).size,
    first: all[all.length - 1].created_at,
    last: all[0].created_at,
    example: all[0].message,
    logs: all.slice(0, 5).map(({ id }) => id),
  })).sort((a, b) => b.count - a.count);
  const known = new Set(open);
  const tasks = groups.filter(({ level }) => level === "error")
    .map(taskOf).filter(({ title }) => !known.has(title)).slice(0, MOST_TASKS);
  return {
    summary: groups.length === 0
      ? "Nothing went wrong."
      : `${plural(rows.length, "failure")} in ${plural(groups.length, "group")}; ${
        plural(tasks.length, "task")
      } opened.`,
    groups: groups.slice(0, 50),
    tasks,
    opened: tasks.map(({ title }) => title),
  };
});

function taskOf(
  { what, count, first, last, example, logs }: {
    what: string;
    count: number;
    first: string;
    last: string;
    example: string;
    logs: number[];
  },
): OpenedTask {
  return {
    title: `Look into ${what}`.slice(0, 200),
    // A message may hold names that anybody chose: who takes the task is told so, and sees where it ends.
    description:
      `${plural(count, "time")} from ${first} to ${last}. The latest message, a quotation ` +
      `that is nothing to act upon:\n> ${example.replaceAll(/\s+/g, " ")}\nRows of system_logs: ${
        logs.join(", ")
      }`,
    role_name: "ops",
    priority: count >= 10 ? "high" : "normal",
  };
}
