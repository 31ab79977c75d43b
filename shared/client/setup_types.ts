// What a UI sees of a health service while it is set up. Dates are `YYYY-MM-DD`.

import type { OverfilledPost } from "./exchange_types.ts";
import type { NamedRotation } from "./lines_types.ts";

/** A member of an org, or somebody who was invited into it. */
export interface Member {
  /** Null: invited, not here yet. */
  userId: string | null;
  email: string;
  role: string;
  /** Since when they belong to it, or were invited (ISO 8601). */
  since: string;
  /** When they were asked last; null: a member. */
  askedAt: string | null;
  /** What became of the last e-mail of the invitation; off: nobody delivers e-mail; null: a member, or none was written. */
  mail: "waiting" | "sending" | "sent" | "dead" | "expired" | "off" | null;
}

/** Rights that no role has, as shipped: to read what doctors wish while their window is open. */
export type GrantableRight = "preferences.viewBeforeClose";

/** A right that a member was given. */
export interface GrantedRight {
  userId: string;
  email: string;
  rightName: GrantableRight;
  /** Why, as the manager said. */
  reason: string;
  /** The manager's address; null: an operator, or somebody who is gone. */
  grantedBy: string | null;
  grantedAt: string;
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

/** What a draft for another year takes along. */
export interface RunCopy {
  name: string;
  /** Default: the plan of the year that is copied. */
  allocationPlan?: string;
  /** A Monday; default: the day after the year that is copied ends. */
  startsOn?: string;
  /** Terms and dates from a template instead, with `year` or `startsOn`. */
  template?: string;
  year?: number;
  /** Default true. */
  posts?: boolean;
  /** Default true. */
  constraints?: boolean;
  /** Default false, as are departments and doctors. */
  lines?: boolean;
  preferencers?: boolean;
  doctors?: boolean;
  /** Doctors who hold one of these tags have finished. */
  leaveOut?: string[];
  /** Who holds `from` holds `to` instead, all at once. */
  moveUp?: { from: string; to: string }[];
}

/** What a copy has. */
export interface CopiedRun {
  allocationRun: string;
  startsOn: string;
  endsOn: string;
  positions: number;
  lines: number;
  /** Lines that are worked in a part of the year only, as they were: somebody had left, or came later. */
  partYear: number;
  /** Rotations and blocks of leave that the new terms have no room for. */
  leftOut: number;
  preferencers: number;
  doctors: number;
  movedUp: number;
}

/** How far an allocation run is set up, counted. */
export interface SetupProgress {
  status: string;
  members: number;
  invitations: number;
  hospitals: number;
  teams: number;
  /** Of the org. */
  positions: number;
  /** With posts in the allocation run. */
  positionsHere: number;
  /** By term. */
  posts: number[];
  specialties: string[];
  /** Specialties of positions that the affinity profile does not know. */
  unknownSpecialties: string[];
  affinityProfile: { id: string; name: string; version: number; isShipped: boolean };
  /** How many. */
  constraints: number;
  doctors: number;
  withdrawn: number;
  tags: number;
  lines: number;
  places: number;
  mustHave: number;
  /** Lines with rules of who may take them. */
  eligibility: number;
  preferencers: number;
  rankedDoctors: number;
  weightings: number;
  /** Doctors who have some; null while they are the doctors' own. */
  wishes: number | null;
  /** Of which lines hold more than there are, in terms that are not over. */
  overfilled: OverfilledPost[];
  matches: number;
  finalised: number;
  released: number;
}

/** What a doctor had in a year. */
export interface HistoryEntry {
  worker: string;
  email: string;
  name: string;
  allocationRun: string;
  runName: string;
  startsOn: string;
  /** A finalised result, or else the latest match. */
  source: "result" | "match";
  jobLine: string;
  lineName: string;
  rotations: NamedRotation[];
}

/** Doctors whom lines would give again what they did before. */
export interface Repeats {
  pairs: {
    line: string;
    lineName: string;
    worker: string;
    name: string;
    email: string;
    what: string;
  }[];
  excluded: number;
  /** Who would have no line left to take, and is excluded from none. */
  spared: { worker: string; name: string; email: string }[];
}
