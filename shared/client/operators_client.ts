// Operators of other people's machines, as a UI uses them. Works with the user's own session; row level security decides what it sees and
// may do. Operators and their nodes use the function operator-api instead, with keys of their own.

import type { SupabaseClient } from "@supabase/supabase-js";
import { REQUEST_TIMEOUT } from "./calls.ts";
import type {
  ManagedOperator,
  NodeBlockResult,
  NodeCommandName,
  OperatorInvitation,
  OperatorNode,
  OperatorRank,
  ResultCheck,
  VerificationCost,
} from "./operators_types.ts";
import { answered, type RestAnswer } from "./rest.ts";

/**
 * Operators for a signed-in supabase-js client.
 * @example
 * ```ts ignore
 * const operators = createOperatorsClient(supabase);
 * const { invitation } = await operators.invite(org, { note: "Ada's loom" });
 * show(await operators.leaderboard(org));
 * ```
 */
export function createOperatorsClient(supabase: SupabaseClient): OperatorsClient {
  return new OperatorsClient(supabase);
}

/** See {@link createOperatorsClient}. Every method throws {@link ReceptorError}. */
export class OperatorsClient {
  constructor(private readonly supabase: SupabaseClient) {}

  /** Operators with addresses and keys' ends; empty for whoever may not direct them. */
  async operators(org: string): Promise<ManagedOperator[]> {
    return numbers(await this.#rpc<ManagedOperator[]>("list_operators", { p_org_id: org }));
  }

  /** Operators by credit. */
  leaderboard(org: string): Promise<OperatorRank[]> {
    return this.#rows("operator_leaderboard", org, "credit");
  }

  nodes(org: string): Promise<OperatorNode[]> {
    return this.#rows("operator_nodes", org, "last_heartbeat");
  }

  /** The latest; empty for whoever may not invite. */
  invitations(org: string): Promise<OperatorInvitation[]> {
    return this.#rows("operator_invitations", org, "created_at");
  }

  /** The latest results of nodes. */
  results(org: string): Promise<NodeBlockResult[]> {
    return this.#rows("node_block_results", org, "id");
  }

  /** How the latest results were checked, and by whom. */
  checks(org: string): Promise<ResultCheck[]> {
    return this.#rows("verification_queue", org, "result_id", CHECK_COLUMNS);
  }

  /** What checking cost. */
  costs(org: string): Promise<VerificationCost[]> {
    return this.#rows("verification_cost_summary", org, "trust_level");
  }

  /**
   * An invitation for one operator; told this once. The same under the same key is that invitation, with a secret of its own: the one
   * before is void.
   * @returns no `invitation` where the key had come before and that invitation is open no more
   * @throws {ReceptorError} IDEMPOTENCY_KEY_REUSED
   */
  invite(
    org: string,
    { note, days, idempotencyKey }: { note?: string; days?: number; idempotencyKey?: string } = {},
  ): Promise<{ id: string; invitation: string | null; expires_at: string; replayed: boolean }> {
    return this.#rpc("invite_operator", {
      p_org_id: org,
      ...(note ? { p_note: note } : {}),
      ...(days ? { p_days: days } : {}),
      ...(idempotencyKey ? { p_idempotency_key: idempotencyKey } : {}),
    });
  }

  /** Takes back an invitation; whether it was there to be. */
  revokeInvitation(invitation: string): Promise<boolean> {
    return this.#rpc("revoke_operator_invitation", { p_invitation: invitation });
  }

  /** Suspends an operator, whose unchecked work is done again, or lets them back. */
  setActive(
    operator: string,
    active: boolean,
  ): Promise<{ is_active: boolean; taken_back: number }> {
    return this.#rpc("set_operator_active", { p_operator: operator, p_active: active });
  }

  /** Another key; told this once, and the one before is void. */
  resetKey(operator: string): Promise<{ key: string; key_expires_at: string }> {
    return this.#rpc("reset_operator_key", { p_operator: operator });
  }

  /** Takes away what is personal of an operator; results and credit stay. */
  erase(operator: string): Promise<{ username: string }> {
    return this.#rpc("erase_operator", { p_operator: operator });
  }

  /** Tells a node something with its next heartbeat, once for an idempotency key. @throws {ReceptorError} IDEMPOTENCY_KEY_REUSED */
  command(
    node: string,
    command: NodeCommandName,
    { payload = {}, idempotencyKey }: {
      payload?: Record<string, unknown>;
      idempotencyKey?: string;
    } = {},
  ): Promise<{ id: number; status: string; replayed: boolean }> {
    return this.#rpc("command_node", {
      p_node: node,
      p_command: command,
      p_payload: payload,
      ...(idempotencyKey ? { p_idempotency_key: idempotencyKey } : {}),
    });
  }

  #rows<Row>(table: string, org: string, order: string, columns = "*"): Promise<Row[]> {
    return this.#read(
      this.supabase.from(table).select(columns).eq("org_id", org).order(order, { ascending: false })
        .limit(100).abortSignal(AbortSignal.timeout(REQUEST_TIMEOUT)),
    );
  }

  async #read<Row>(query: PromiseLike<RestAnswer>): Promise<Row[]> {
    return numbers((await answered(query)).data as Row[]);
  }

  async #rpc<Answer>(name: string, args: Record<string, unknown>): Promise<Answer> {
    const { data } = await answered(
      this.supabase.rpc(name, args).abortSignal(AbortSignal.timeout(REQUEST_TIMEOUT)),
    );
    return data as Answer;
  }
}

/** Decimal numbers may come as texts, by the server's leave. */
function numbers<Row>(rows: Row[]): Row[] {
  return rows.map((row) =>
    Object.fromEntries(
      Object.entries(row as Record<string, unknown>).map(([name, value]) => [
        name,
        DECIMALS.has(name) && value !== null ? Number(value) : value,
      ]),
    ) as Row
  );
}

const DECIMALS = new Set(["credit", "check_seconds", "tested", "tested_again", "second_credit"]);

const CHECK_COLUMNS = "result_id,status,verification_volunteer_id,second_opinion," +
  "verification_tested,reopened_at,resolution";
