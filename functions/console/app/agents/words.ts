// Tasks of agents in words, and how they hang together.

import type { AgentSchedule, AgentTask } from "../../../../shared/client/mod.ts";
import { amountOf as budgetOf } from "../campaigns/words.ts";

/** Handlers that are built in, in words. */
export const HANDLERS: Record<string, string> = {
  analyze_results: "Analyse yields, holes and slow blocks",
  tune_blocks: "Measure sieves and costs, and propose",
  verify_finds: "Have finds checked",
  review_fleet: "Review the fleet",
  investigate_errors: "Group failures, and open tasks for them",
  watch_records: "Compare with the records",
  plan_project: "Plan what the strategy decided",
};

/** Actions of agents, in words. */
export const ACTIONS: Record<string, string> = {
  remember: "remember something",
  verify_prime: "have a prime checked",
  create_task: "make a sub-task",
  pause_search: "pause a search",
  resume_search: "resume a search",
  direct_project: "pause or resume a campaign",
  change_calibration: "change what candidates are taken to cost",
};

/** Levels of permission, in words. */
export const LEVELS = [
  "only reads",
  "remembers, has finds checked",
  "makes sub-tasks, steers searches",
  "does everything",
];

/** Events that schedules wait for, in words. */
export const EVENTS: Record<string, string> = {
  prime_found: "a prime is found",
  search_completed: "a search ends",
  error: "something goes wrong",
};

/** Tone of a state. */
export function toneOf(status: AgentTask["status"]): "ok" | "info" | "danger" | "" {
  switch (status) {
    case "completed":
      return "ok";
    case "in_progress":
      return "info";
    case "failed":
      return "danger";
    default:
      return "";
  }
}

/** A state in words. */
export function statusWords(status: AgentTask["status"]): string {
  return status === "in_progress" ? "under way" : status;
}

/** A task with those below it. */
export interface TaskTree {
  task: AgentTask;
  below: TaskTree[];
}

/**
 * Tasks as trees, the newest root first and steps in their order. A task whose parent is not among them is a root.
 * @param tasks in any order
 */
export function treesOf(tasks: readonly AgentTask[]): TaskTree[] {
  const trees = new Map(tasks.map((task) => [task.id, { task, below: [] as TaskTree[] }]));
  const roots: TaskTree[] = [];
  for (const tree of [...trees.values()].sort((a, b) => a.task.id - b.task.id)) {
    const above = tree.task.parent_task_id === null
      ? undefined
      : trees.get(tree.task.parent_task_id);
    if (above) above.below.push(tree);
    else roots.push(tree);
  }
  return roots.reverse();
}

/** When a schedule fires, in words. */
export function whenOf({ cron_expr, event_filter }: AgentSchedule): string {
  if (cron_expr !== null) return `at ${cron_expr} (UTC)`;
  const { event, form } = event_filter!;
  return `when ${EVENTS[event] ?? event}${form ? `, of ${form.replaceAll("_", " ")}` : ""}`;
}

/** What was typed as dollars; NaN for what is no amount up to 100,000. */
export function amountOf(typed: string): number {
  const amount = budgetOf(typed);
  return amount !== null && amount <= 100_000 ? amount : NaN;
}
