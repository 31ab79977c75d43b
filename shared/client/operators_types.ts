// What the operators' client answers, in the words of the tables.

/** An operator, as managers see them. */
export interface ManagedOperator {
  id: string;
  username: string;
  team: string | null;
  email: string | null;
  credit: number;
  primes_found: number;
  trust_level: 0 | 1 | 2 | 3 | 4;
  nodes: number;
  is_active: boolean;
  joined_at: string;
  last_seen: string | null;
  key_expires_at: string | null;
  unchecked: number;
  rejected: number;
}

/** An operator's place by credit. */
export interface OperatorRank {
  id: string;
  username: string;
  team: string | null;
  credit: number;
  primes_found: number;
  trust_level: 0 | 1 | 2 | 3 | 4;
  worker_count: number;
  joined_at: string;
  last_seen: string | null;
}

/** A machine of an operator's. */
export interface OperatorNode {
  id: string;
  operator_id: string;
  node_id: string;
  hostname: string | null;
  cores: number;
  cpu_model: string | null;
  os: string | null;
  arch: string | null;
  worker_version: string | null;
  update_channel: string;
  /** Whether it gives second opinions on results of other operators. */
  checks: boolean;
  registered_at: string;
  last_heartbeat: string | null;
}

/** An invitation; its secret is told when it is made and never again. */
export interface OperatorInvitation {
  id: string;
  note: string | null;
  created_at: string;
  expires_at: string;
  revoked_at: string | null;
  used_at: string | null;
  operator_id: string | null;
}

/** A block as it was given to a node, and what became of it. */
export interface NodeBlockResult {
  id: number;
  operator_id: string;
  node: string;
  run: string;
  block_id: number;
  status: "claimed" | "submitted" | "verified" | "rejected" | "expired" | "void";
  valid: boolean | null;
  credit: number;
  claimed_at: string;
  submitted_at: string | null;
  completed_at: string | null;
  tested: number | null;
  found: number | null;
  reason: string | null;
}

/** What checks of results cost, by trust and kind of check. */
export interface VerificationCost {
  trust_level: number;
  verification_method: "full" | "sample";
  results: number;
  conflicts: number;
  tested: number;
  tested_again: number;
  credit: number;
  check_seconds: number;
  /** Results whose residues a node of another operator computed again. */
  second_opinions: number;
  second_credit: number;
}

/** How a result was checked. */
export interface ResultCheck {
  result_id: number;
  status: "pending" | "claimed" | "matched" | "conflict" | "resolved";
  /** Whose node was asked for a second opinion; null: nobody's, the fleet checks alone. */
  verification_volunteer_id: string | null;
  second_opinion: "asked" | "agrees" | "differs" | null;
  verification_tested: number | null;
  /** When it was to be looked at again, since one of two who agreed on it was found wrong. */
  reopened_at: string | null;
  resolution: string | null;
}

/** What a node may be told. */
export type NodeCommandName = "stop" | "restart" | "update_config" | "reassign" | "upgrade";
