// What a UI sees of a health service while it is set up. Dates are `YYYY-MM-DD`.

/** A member of an org, or somebody who was invited into it. */
export interface Member {
  /** Null: invited, not here yet. */
  userId: string | null;
  email: string;
  role: string;
  /** Since when they belong to it, or were invited (ISO 8601). */
  since: string;
}

/** A usual year: how many terms, how long, when it begins. */
export interface TermTemplate {
  name: string;
  title: string;
  /** As rulesets abbreviate it; null: anywhere. */
  state: string | null;
  /** The ruleset that belongs to it. */
  ruleset: string | null;
  timezone: string;
  termWeeks: number[];
}

/** The terms of a year, with their dates. */
export interface PlannedTerms {
  startsOn: string;
  endsOn: string;
  termWeeks: number[];
  ruleset: string | null;
  timezone: string;
  terms: { term: number; weeks: number; startsOn: string; endsOn: string }[];
}

/** What an allocation run starts from: a template and a year (or a start), or terms of one's own and a start. */
export interface RunStart {
  /** A plan that is there; or `org` and `planName`, and one is made where there is none. */
  allocationPlan?: string;
  org?: string;
  planName?: string;
  name: string;
  template?: string;
  year?: number;
  /** A Monday. */
  startsOn?: string;
  termWeeks?: number[];
  /** Of a new plan; default: the template's. */
  timezone?: string;
  /** Default: the ruleset of the template. */
  constraints?: unknown[];
  /** Default: the profile that comes with Receptor. */
  affinityProfile?: string;
}

/** An allocation run that was just made. */
export interface StartedRun {
  allocationRun: string;
  allocationPlan: string;
  startsOn: string;
  endsOn: string;
  termWeeks: number[];
  constraints: unknown[];
}
