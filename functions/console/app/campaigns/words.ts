// Campaigns in words, and how their phases hang together.

import { numberOf } from "../ui/numbers.ts";
import type { Project, ProjectPhase, ProjectStatus } from "../../../../shared/client/mod.ts";
import { count, plural } from "../ui/format.ts";

/** Tone of a state. */
export function toneOf(
  status: ProjectStatus | ProjectPhase["status"],
): "ok" | "info" | "warn" | "danger" | "" {
  switch (status) {
    case "completed":
      return "ok";
    case "active":
      return "info";
    case "paused":
      return "warn";
    case "failed":
      return "danger";
    default:
      return "";
  }
}

/** Dollars, as precise as small sums need: `$1.20`, `$0.0034` */
export function dollars(value: number): string {
  if (value === 0) return "$0";
  return value < 0.1 ? `$${value.toPrecision(2)}` : `$${count(value, 2)}`;
}

/** A condition in words. */
export function conditionWords(condition: string | null): string {
  const [kind, value] = (condition ?? "").split(":");
  switch (kind) {
    case "previous_phase_found_zero":
      return "only if those before found nothing";
    case "previous_phase_found_prime":
      return "only if those before found a prime";
    case "time_since_start":
      return `${plural(Number(value), "hour")} after the beginning, pauses aside`;
    case "first_prime_found":
      return "until the first prime";
    case "n_primes_found":
      return `until ${plural(Number(value), "prime is", "primes are")} found`;
    case "target_digits_reached":
      return `until a prime of ${count(Number(value))} digits`;
    case "timeout_hours":
      return `for ${plural(Number(value), "hour")} at most, pauses aside`;
    case "budget_reached":
      return `for ${dollars(Number(value))} at most`;
    default:
      return "";
  }
}

/**
 * Phases by their depth: those that depend on nothing, those that depend on these, and so on; each level is drawn as a
 * column of the flow.
 */
export function levelsOf(phases: readonly ProjectPhase[]): ProjectPhase[][] {
  const depth = new Map<string, number>();
  // Each comes behind those that it depends on.
  for (const { name, depends_on } of phases) {
    depth.set(name, Math.max(-1, ...depends_on.map((needed) => depth.get(needed) ?? -1)) + 1);
  }
  const levels: ProjectPhase[][] = [];
  for (const phase of phases) (levels[depth.get(phase.name)!] ??= []).push(phase);
  return levels;
}

/** What may be done with a project in its state. */
export function actionsOf(status: ProjectStatus): ("activate" | "pause" | "resume" | "cancel")[] {
  switch (status) {
    case "draft":
      return ["activate", "cancel"];
    case "active":
      return ["pause", "cancel"];
    case "paused":
      return ["resume", "cancel"];
    default:
      return [];
  }
}

/** What may be done with a phase in its state. */
export function phaseActionsOf(
  { status: project }: Pick<Project, "status">,
  { status }: Pick<ProjectPhase, "status">,
): ("skip" | "force" | "retry")[] {
  if (project === "cancelled") return [];
  switch (status) {
    case "pending":
      return ["skip"];
    case "active":
    case "paused":
      return ["skip", "force"];
    case "failed":
      return ["retry", "skip", "force"];
    case "skipped":
      return ["retry"];
    default:
      return [];
  }
}

/** Share of the budget that is spent, 0..1; null where there is none. */
export function spentShare(
  { total_cost_usd, budget }: Pick<Project, "total_cost_usd" | "budget">,
): number | null {
  const most = budget.max_cost_usd;
  if (most === undefined || most === null) return null;
  return most === 0 ? 1 : Math.min(1, total_cost_usd / most);
}

/** What was typed as a budget; null for an empty field, NaN for what is no amount. */
export function amountOf(typed: string): number | null {
  const text = typed.trim().replace(/^\$/, "");
  if (text === "") return null;
  const value = numberOf(text) ?? NaN;
  return value >= 0 && value <= 1_000_000 ? value : NaN;
}
