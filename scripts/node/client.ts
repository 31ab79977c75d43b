// operator-api as a node speaks to it.

import type { Opinions } from "../../shared/primes/nodes/second.ts";
import type { WorkResult } from "../../shared/primes/work.ts";

/** A block that was given to the node. */
export interface NodeClaim {
  token: string;
  search: number;
  block_number: number;
  form: string;
  params: Record<string, unknown>;
  start: number;
  end: number;
  sieve_depth: number | null;
  credit: number;
  lease_until: string;
  checkpoint: unknown;
}

/** Candidates that the node is to compute for a second opinion on what another operator's node handed in. */
export interface NodeCheck {
  token: string;
  search: number;
  form: string;
  params: Record<string, unknown>;
  candidates: number[];
  credit: number;
  lease_until: string;
}

/** What the node is told to do. */
export interface NodeCommand {
  id: number;
  command: "stop" | "restart" | "update_config" | "reassign" | "upgrade";
  payload: Record<string, unknown>;
}

/** What a channel offers. */
export interface OfferedRelease {
  channel: string;
  version: string | null;
  current: string | null;
  artifacts: { os: string; arch: string; url: string; sha256: string }[];
}

/** A refusal of operator-api. */
export class NodeApiError extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
    /** Seconds after which to ask again, where it says so. */
    readonly retryAfter: number | null = null,
  ) {
    super(message);
    this.name = "NodeApiError";
  }
}

/** In ms: no answer takes longer. */
const PATIENCE_MS = 60_000;

/** Asks operator-api. @throws NodeApiError, and whatever fetch throws where nobody answers */
export class NodeClient {
  /**
   * @param url of the function, e.g. https://…/functions/v1/operator-api
   * @param key the operator's; null to register
   */
  constructor(readonly url: string, readonly key: string | null) {}

  async #ask<Answer>(method: string, path: string, body?: unknown): Promise<Answer> {
    const response = await fetch(`${this.url}/${path}`, {
      method,
      headers: {
        "content-type": "application/json",
        ...(this.key === null ? {} : { "x-operator-key": this.key }),
      },
      signal: AbortSignal.timeout(PATIENCE_MS),
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    if (response.ok) return JSON.parse(text);
    const problem = parsed(text);
    throw new NodeApiError(
      response.status,
      problem.code ?? "UNKNOWN",
      problem.detail ?? `The server answered ${response.status}.`,
      Number(response.headers.get("retry-after")) || null,
    );
  }

  register(invitation: string, username: string): Promise<{ operator_id: string; key: string }> {
    return this.#ask("POST", "operators/register", { invitation, username });
  }

  stats(): Promise<
    { credit: number; results: Record<string, number>; trust: { trust_level: number } }
  > {
    return this.#ask("GET", "operators/me");
  }

  registerNode(node: Record<string, unknown>): Promise<{ id: string }> {
    return this.#ask("POST", "nodes/register", node);
  }

  heartbeat(
    node: string,
    state: { claims: string[]; worker_version?: string; update_channel?: string },
  ): Promise<{ commands: NodeCommand[]; lost: string[]; checks: number }> {
    return this.#ask("POST", `nodes/${node}/heartbeat`, state);
  }

  acknowledge(
    node: string,
    command: number,
    succeeded: boolean,
    message?: string,
  ): Promise<unknown> {
    return this.#ask("POST", `nodes/${node}/commands/${command}/ack`, { succeeded, message });
  }

  openClaims(node: string): Promise<{ claims: NodeClaim[] }> {
    return this.#ask("GET", `nodes/${node}/claims`);
  }

  claim(
    node: string,
    wish: { count: number; forms?: string[]; exclude_forms?: string[] },
  ): Promise<{ claims: NodeClaim[]; waiting: number; checks: number }> {
    return this.#ask("POST", `nodes/${node}/claims`, wish);
  }

  takeChecks(node: string, count: number): Promise<{ checks: NodeCheck[] }> {
    return this.#ask("POST", `nodes/${node}/checks`, { count });
  }

  submitCheck(node: string, token: string, opinions: Opinions): Promise<{ outcome: string }> {
    return this.#ask("POST", `nodes/${node}/checks/${token}/submit`, { opinions });
  }

  releaseCheck(node: string, token: string): Promise<unknown> {
    return this.#ask("DELETE", `nodes/${node}/checks/${token}`);
  }

  progress(
    node: string,
    token: string,
    progress: { tested: number; found: number; checkpoint?: unknown },
  ): Promise<unknown> {
    return this.#ask("POST", `nodes/${node}/claims/${token}/progress`, progress);
  }

  submit(
    node: string,
    token: string,
    result: WorkResult,
  ): Promise<{ outcome: string; reason?: string }> {
    return this.#ask("POST", `nodes/${node}/claims/${token}/submit`, result);
  }

  release(node: string, token: string): Promise<unknown> {
    return this.#ask("DELETE", `nodes/${node}/claims/${token}`);
  }

  latest(node: string): Promise<OfferedRelease> {
    return this.#ask("GET", `nodes/${node}/release`);
  }
}

function parsed(text: string): { code?: string; detail?: string } {
  try {
    return JSON.parse(text);
  } catch {
    return {};
  }
}
