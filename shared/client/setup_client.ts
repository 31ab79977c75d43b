// Setting a health service up: the org, who belongs to it, its plans and runs. With the user's own session; the database
// decides what they may.

import type { SupabaseClient } from "@supabase/supabase-js";
import { toCamel, toSnake } from "../platform/spelling.ts";
import { type Page, readAll } from "./pages.ts";
import { answered } from "./rest.ts";
import type {
  CopiedRun,
  GrantableRight,
  GrantedRight,
  HistoryEntry,
  Member,
  PlannedTerms,
  Repeats,
  RunCopy,
  RunStart,
  SetupProgress,
  StartedRun,
  TermTemplate,
} from "./setup_types.ts";

/** See {@link createSetupClient}. Every method throws {@link ReceptorError}. */
export interface SetupClient {
  /**
   * Makes a health service, whose manager the caller becomes.
   * @throws {ReceptorError} EMAIL_NOT_CONFIRMED, NAME_TAKEN, TOO_MANY_ORGS
   */
  createOrg(name: string): Promise<{ org: string; name: string }>;
  /**
   * @param seen the name as it was read; left out: not compared
   * @returns the name as it is written now
   * @throws {ReceptorError} CHANGED_MEANWHILE where it is another by now
   */
  renameOrg(org: string, name: string, seen?: { name: string }): Promise<string>;
  /** Joins the orgs that invited the caller's confirmed e-mail address. */
  claimInvitations(): Promise<{ org: string; name: string; role: string }[]>;
  /** Members and invitations, for managers. */
  members(org: string): Promise<Member[]>;
  /** Invites people, all or nothing; a fault of the third is told at `[2].email`. */
  invite(
    org: string,
    members: { email: string; role: string }[],
  ): Promise<{ invited: number; unchanged: number }>;
  /** Asks somebody again who has not come. @throws {ReceptorError} ASKED_JUST_NOW */
  resendInvitation(org: string, email: string): Promise<{ email: string; askedAt: string }>;
  /** Takes an invitation back. */
  withdrawInvitation(org: string, email: string): Promise<void>;
  /**
   * @param seen the role as it was read; left out: not compared
   * @throws {ReceptorError} LAST_MANAGER, CHANGED_MEANWHILE where it is another by now
   */
  setRole(org: string, userId: string, role: string, seen?: { role: string }): Promise<void>;
  /** @throws {ReceptorError} LAST_MANAGER */
  removeMember(org: string, userId: string): Promise<void>;
  /** Rights that members were given singly, by whom and why, the latest first. */
  grantedRights(org: string): Promise<GrantedRight[]>;
  /**
   * Gives a member a right that no role has; who has it keeps it.
   * @param reason stands in the log
   * @throws {ReceptorError} ROLE_SEES_NO_MATCH
   */
  grantRight(org: string, userId: string, right: GrantableRight, reason: string): Promise<void>;
  /** Takes it back. @returns whether they had it */
  revokeRight(
    org: string,
    userId: string,
    right: GrantableRight,
    reason?: string,
  ): Promise<boolean>;
  /** Usual years of each state. */
  termTemplates(): Promise<TermTemplate[]>;
  /** The dates that a template gives a year; nothing is made. */
  planTerms(template: string, year: number | null, startsOn?: string): Promise<PlannedTerms>;
  /** Makes an allocation run, and its plan where there is none of that name. */
  startRun(start: RunStart): Promise<StartedRun>;
  /** Makes a draft for another year from an allocation run. */
  copyRun(allocationRun: string, copy: RunCopy): Promise<CopiedRun>;
  /** How far an allocation run is set up; null where the caller sees none. */
  progress(allocationRun: string): Promise<SetupProgress | null>;
  /** Which doctor had which line and positions in which year, the latest first. */
  history(org: string, allocationRuns?: string[]): Promise<HistoryEntry[]>;
  /** Lines shall not give a doctor what they did in earlier years: says whom that excludes, or (`dryRun: false`) does it. */
  avoidRepeats(
    allocationRun: string,
    options?: { runs?: string[]; by?: "position" | "specialty"; dryRun?: boolean },
  ): Promise<Repeats>;
}

/**
 * The setting up of a health service for a signed-in supabase-js client.
 * @example
 * ```ts
 * const setup = createSetupClient(supabase);
 * const { org } = await setup.createOrg("Northern Rivers Health");
 * await setup.invite(org, [{ email: "planner@example.org", role: "manager" }]);
 * const start = { org, planName: "Interns", name: "Interns 2028", template: "VIC_5", year: 2028 };
 * const { allocationRun } = await setup.startRun(start);
 * ```
 */
// deno-lint-ignore house/long-function -- a call a member, each of a line or a few
export function createSetupClient(supabase: SupabaseClient): SetupClient {
  const rpc = async <Answer>(name: string, parameters: Record<string, unknown> = {}) => {
    return (await answered(supabase.rpc(name, parameters))).data as Answer;
  };
  return {
    createOrg: (name) => rpc("create_org", { p_name: name }),
    renameOrg: (org, name, seen) =>
      rpc("rename_org", { p_org_id: org, p_name: name, ...seen && { p_seen: seen } }),
    claimInvitations: () => rpc("claim_invitations"),
    members: async (org) => {
      const rows = await readAll((from, to) =>
        supabase.rpc("list_members", { p_org_id: org })
          .range(from, to) as unknown as PromiseLike<Page<object>>
      );
      return toCamel(rows) as Member[];
    },
    invite: (org, members) => rpc("invite_members", { p_org_id: org, p_members: members }),
    resendInvitation: async (org, email) =>
      toCamel(await rpc("resend_invitation", { p_org_id: org, p_email: email })) as {
        email: string;
        askedAt: string;
      },
    withdrawInvitation: (org, email) =>
      rpc("withdraw_invitation", { p_org_id: org, p_email: email }),
    setRole: (org, userId, role, seen) =>
      rpc("set_member_role", {
        p_org_id: org,
        p_user_id: userId,
        p_role: role,
        ...seen && { p_seen: seen },
      }),
    removeMember: (org, userId) => rpc("remove_member", { p_org_id: org, p_user_id: userId }),
    grantedRights: async (org) =>
      toCamel(await rpc("list_granted_rights", { p_org_id: org })) as GrantedRight[],
    grantRight: async (org, userId, right, reason) => {
      await rpc("grant_right", {
        p_org_id: org,
        p_user_id: userId,
        p_right: right,
        p_reason: reason,
      });
    },
    revokeRight: (org, userId, right, reason) =>
      rpc("revoke_right", {
        p_org_id: org,
        p_user_id: userId,
        p_right: right,
        p_reason: reason,
      }),
    termTemplates: async () => {
      const { data } = await answered(
        supabase.from("term_templates").select("name,title,state,ruleset,timezone,term_weeks")
          .order(
            "sort_order",
          ),
      );
      return toCamel(data) as TermTemplate[];
    },
    planTerms: async (template, year, startsOn) =>
      toCamel(
        await rpc("plan_terms", {
          p_template: template,
          p_year: year,
          ...startsOn && { p_starts_on: startsOn },
        }),
      ) as PlannedTerms,
    startRun: async (start) => {
      const document = toSnake(start, ["constraints"]);
      return toCamel(await rpc<object>("start_allocation_run", { p_document: document }), [
        "constraints",
      ]) as StartedRun;
    },
    copyRun: async (allocationRun, copy) =>
      toCamel(
        await rpc("copy_allocation_run", {
          p_allocation_run: allocationRun,
          p_document: toSnake(copy),
        }),
      ) as CopiedRun,
    progress: async (allocationRun) => {
      const counts = await rpc<object | null>("read_setup", { p_allocation_run: allocationRun });
      return counts && toCamel(counts) as SetupProgress;
    },
    history: async (org, allocationRuns) =>
      toCamel(
        await rpc("read_history", {
          p_org_id: org,
          ...allocationRuns && { p_runs: allocationRuns },
        }),
      ) as HistoryEntry[],
    avoidRepeats: async (allocationRun, options = {}) =>
      toCamel(
        await rpc("avoid_repeats", {
          p_allocation_run: allocationRun,
          p_document: toSnake(options),
        }),
      ) as Repeats,
  };
}
