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

/** A refusal of operator-api, or that it was not reached. */
export class NodeApiError extends Error {
  constructor(
    /** 0 where no answer came. */
    readonly status: number,
    /** Of operator-api; NETWORK where no answer came, NOT_RECEPTOR where something else answered. */
    readonly code: string,
    message: string,
    /** Seconds after which to ask again, where it says so. */
    readonly retryAfter: number | null = null,
  ) {
    super(message);
    this.name = "NodeApiError";
  }
}

/** Whether the key is what is refused: no waiting helps, and what was computed is whoever has the right one's. */
export function refusesKey(error: unknown): error is NodeApiError {
  return error instanceof NodeApiError && error.code !== "NOT_RECEPTOR" &&
    (error.status === 401 || error.status === 403);
}

/** Whether what was asked is refused for good; what else goes wrong passes: a network, a busy or a switched off server. */
export function refusesForGood(error: unknown): boolean {
  return error instanceof NodeApiError && error.status >= 400 && error.status < 500 &&
    error.status !== 429 && !["NOT_RECEPTOR", "PRIME_SEARCH_OFF"].includes(error.code);
}

/** Whether another program works as this node: the two would work the same blocks. */
export function isTaken(error: unknown): error is NodeApiError {
  return error instanceof NodeApiError && error.code === "NODE_IN_USE";
}

/**
 * Whether there is a server that has no time now, or none is reached: a machine is often up before its network. A program that ended without a word
 * works as the node for a minute and a half.
 */
export function comesBack(error: unknown): boolean {
  return isTaken(error) || error instanceof NodeApiError && !refusesForGood(error) &&
      (error.code !== "NOT_RECEPTOR" || error.status >= 500);
}

/** In ms: no answer takes longer. */
const PATIENCE_MS = 60_000;

/** Asks operator-api. @throws NodeApiError */
export class NodeClient {
  /** Of the function, without a slash at its end. */
  readonly url: string;

  /**
   * @param url of the function, e.g. https://…/functions/v1/operator-api
   * @param key the operator's; null to register
   */
  constructor(url: string, readonly key: string | null) {
    this.url = url.replace(/\/+$/, "");
  }

  async #ask<Answer>(method: string, path: string, body?: unknown): Promise<Answer> {
    const { response, text } = await this.#send(method, path, body);
    const said = parsed(text);
    if (response.ok && said !== null) return said as Answer;
    const { code, detail } = (said ?? {}) as Record<string, unknown>;
    if (typeof code === "string" && typeof detail === "string") {
      const retryAfter = Number(response.headers.get("retry-after")) || null;
      throw new NodeApiError(response.status, code, detail, retryAfter);
    }
    throw new NodeApiError(
      response.status,
      "NOT_RECEPTOR",
      `${this.url} answered ${response.status}, and not as operator-api does: is the address right, or is a network's sign-in page in between?`,
    );
  }

  async #send(method: string, path: string, body: unknown) {
    try {
      const response = await fetch(`${this.url}/${path}`, {
        method,
        headers: {
          "content-type": "application/json",
          ...(this.key === null ? {} : { "x-operator-key": this.key }),
        },
        signal: AbortSignal.timeout(PATIENCE_MS),
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
      return { response, text: await response.text() };
    } catch (error) {
      // Node.js says what it is in the cause alone.
      const { message, cause } = error as Error;
      const why = cause instanceof Error ? `${message}: ${cause.message}` : message;
      throw new NodeApiError(0, "NETWORK", `no answer from ${this.url} (${why})`);
    }
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
    state: { program?: string; claims: string[]; worker_version?: string; update_channel?: string },
  ): Promise<{ commands: NodeCommand[]; lost: string[]; checks: number }> {
    return this.#ask("POST", `nodes/${node}/heartbeat`, state);
  }

  /** The program ends: the next may work as this node at once. */
  leave(node: string, program: string): Promise<unknown> {
    return this.#ask("POST", `nodes/${node}/leave`, { program });
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

/** What a text says in JSON, or null. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
