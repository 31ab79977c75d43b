/**
 * A node: claims blocks, works them on several cores, keeps every state in its folder and at the server, hands in, obeys
 * commands. What it says is not believed (shared/primes/nodes), so that nothing here is a matter of trust; what matters is that
 * nothing of its work is lost.
 */
import { plural } from "../../shared/engine/words.ts";
import { createHash, randomUUID } from "node:crypto";
import { arch, cpus, hostname, platform, totalmem } from "node:os";
import { Worker } from "node:worker_threads";
import { setTimeout as wait } from "node:timers/promises";
import {
  comesBack,
  isTaken,
  NodeApiError,
  type NodeCheck,
  type NodeClaim,
  type NodeClient,
  type NodeCommand,
  refusesForGood,
  refusesKey,
} from "./client.ts";
import { type NodeSettings, readSettings } from "./settings.ts";
import type { NodeFolder } from "./state.ts";
import type { FromCore, ToCore } from "./worker.ts";

/** Version of this program, as channels name it. */
export const NODE_VERSION = "1.0.0";

/** What a node runs with. */
export interface NodeOptions {
  client: NodeClient;
  folder: NodeFolder;
  nodeId?: string;
  settings: NodeSettings;
  /** The module that works a block in a thread of its own: worker.ts, or a bundle with it. */
  core: URL;
  /** Ends when nothing is left to claim. */
  once?: boolean;
  /** Ends after so many blocks. */
  maxBlocks?: number;
  /** Milliseconds between heartbeats, and between looks for work where there was none. */
  heartbeatMs?: number;
  idleMs?: number;
  say(line: string): void;
  /** Ends it, with all states kept. */
  signal?: AbortSignal;
}

/** Why a node ended. */
export type NodeEnd = "stopped" | "restart" | "done";

interface Core {
  worker: Worker;
  /** A block, or candidates for a second opinion. */
  claim: NodeClaim | NodeCheck;
  state: unknown;
  tested: number;
  found: number;
  /** When the server was told last. */
  toldAt: number;
  /** What it said, as far as that is dealt with. */
  heard: Promise<void>;
}

/** Between two reports of progress of a block, in ms. */
const REPORT_MS = 60_000;
/** States longer than this stay in the node's folder. */
const MAX_CHECKPOINT = 900_000;

/** Runs a node until it is stopped. @throws NodeApiError where the server refuses the key */
export function runNode(options: NodeOptions): Promise<NodeEnd> {
  return new RunningNode(options).run();
}

class RunningNode {
  readonly #cores = new Map<string, Core>();
  #settings: NodeSettings;
  #node = "";
  /** Tells this start of the program from any other that works as the same node. */
  readonly #program = randomUUID();
  readonly #ending = new AbortController();
  #ends: NodeEnd | null = null;
  /** Why it cannot go on. */
  #failure: unknown = null;
  #blocks = 0;
  /** Of `performance.now()`, as all moments here: a machine's clock is set back by hours, and forth. */
  #waitUntil = 0;
  #wake: () => void = () => {};
  /** Whether its folder takes states. */
  #keeps = true;

  constructor(private readonly options: NodeOptions) {
    this.#settings = options.settings;
  }

  async run(): Promise<NodeEnd> {
    const { say, signal } = this.options;
    signal?.addEventListener("abort", () => this.#end("stopped"));
    try {
      await this.#takeSettings();
      await this.#come();
      await this.#live();
    } catch (error) {
      this.#fail(error);
    }
    await Promise.all([...this.#cores.values()].map((core) => this.#halt(core)));
    if (this.#node !== "") {
      await this.options.client.leave(this.#node, this.#program).catch(() => {});
    }
    if (this.#failure !== null) throw this.#failure;
    say(`Ended: ${this.#ends}. ${plural(this.#blocks, "block was", "blocks were")} handed in.`);
    return this.#ends!;
  }

  /** What a command set stays, whatever is typed; who typed something else is told. */
  async #takeSettings(): Promise<void> {
    const { folder, settings, say } = this.options;
    const kept = await folder.settings<NodeSettings>();
    this.#settings = { ...settings, ...kept };
    const others = (Object.keys(kept) as (keyof NodeSettings)[])
      .filter((name) => JSON.stringify(kept[name]) !== JSON.stringify(settings[name]));
    if (others.length === 0) return;
    const told = others.map((name) => `${name} ${JSON.stringify(kept[name])}`).join(", ");
    say(`As a command set it, and kept in settings.json: ${told}.`);
  }

  /** Registers and goes on with its blocks; waits where that helps. */
  async #come(): Promise<void> {
    while (this.#ends === null) {
      try {
        this.#node = await this.#register();
        return await this.#resume();
      } catch (error) {
        if (!comesBack(error)) throw error;
        await this.#sleep(this.#putOff(error));
      }
    }
  }

  async #live(): Promise<void> {
    const { heartbeatMs = 30_000, idleMs = 30_000 } = this.options;
    let beatAt = 0;
    while (this.#ends === null) {
      if (performance.now() >= beatAt) {
        await this.#quietly(() => this.#beat());
        beatAt = performance.now() + heartbeatMs;
      }
      if (this.#ends === null) await this.#quietly(() => this.#fill());
      if (this.#ends !== null) break;
      const rest = this.#cores.size > 0 ? Math.max(50, beatAt - performance.now()) : idleMs;
      await this.#sleep(rest);
    }
  }

  /** Cores that work a block; the others give second opinions. */
  get #working(): Core[] {
    return [...this.#cores.values()].filter(({ claim }) => !("candidates" in claim));
  }

  #end(end: NodeEnd): void {
    this.#ends ??= end;
    this.#ending.abort();
    this.#wake();
  }

  #fail(error: unknown): void {
    this.#failure ??= error;
    this.#end("stopped");
  }

  #sleep(ms: number): Promise<void> {
    // Node.js 20, which runs this too, has no Promise.withResolvers().
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, ms);
      this.#wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }

  /** What fails for a while is tried again; a key that is refused ends the node, and so does another program that took its place. */
  async #quietly(work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      if (refusesKey(error) || isTaken(error)) throw error;
      this.#putOff(error);
    }
  }

  /** Says what failed. @returns in how many ms it may be tried again */
  #putOff(error: unknown): number {
    this.options.say(`Trying again later: ${(error as Error).message}`);
    const seconds = error instanceof NodeApiError ? error.retryAfter ?? 10 : 10;
    this.#waitUntil = performance.now() + 1000 * seconds;
    return 1000 * seconds;
  }

  async #register(): Promise<string> {
    const { id } = await this.options.client.registerNode({
      node_id: this.options.nodeId ?? hostname(),
      hostname: hostname(),
      cores: this.#settings.cores,
      cpu_model: cpus()[0]?.model.trim() || undefined,
      os: platform(),
      arch: arch(),
      ram_gb: Math.max(0.1, Math.round(totalmem() / 2 ** 30 * 10) / 10),
      worker_version: NODE_VERSION,
      update_channel: this.#settings.channel,
      checks: this.#settings.checks ?? true,
      program: this.#program,
    });
    return id;
  }

  /** Goes on with blocks that it still holds, from the folder's states or the server's. */
  async #resume(): Promise<void> {
    const { client, folder, say } = this.options;
    const [{ claims }, kept] = await Promise.all([client.openClaims(this.#node), folder.blocks()]);
    const states = new Map(kept.map((block) => [block.claim.token, block.state]));
    for (const claim of claims) {
      say(`Goes on with block ${claim.block_number} of search ${claim.search}.`);
      this.#begin(claim, states.get(claim.token) ?? claim.checkpoint);
    }
    const held = new Set(claims.map(({ token }) => token));
    const gone = kept.filter(({ claim }) => !held.has(claim.token));
    await Promise.all(gone.map(({ claim }) => this.#forget(claim.token)));
  }

  /** Claims as much as there are cores without a block. */
  async #fill(): Promise<void> {
    const working = this.#working.length;
    const free = this.#settings.cores - working;
    const left = (this.options.maxBlocks ?? Infinity) - this.#blocks - working;
    if (left <= 0 && this.#cores.size === 0) return this.#end("done");
    const count = Math.min(free, left, 64);
    if (count <= 0 || performance.now() < this.#waitUntil) return;
    const { forms, exclude_forms } = this.#settings;
    const wish = { count, forms, exclude_forms };
    const { claims, waiting, checks } = await this.options.client.claim(this.#node, wish);
    for (const claim of claims) this.#begin(claim, claim.checkpoint);
    await this.#giveOpinions(checks);
    // Where results of ours wait to be checked there may be room again after it.
    const idle = claims.length === 0 && this.#cores.size === 0;
    if (idle && this.options.once && waiting === 0) this.#end("done");
  }

  /** Another operator waits for each of them, so that they are worked beside the blocks, not after. */
  async #giveOpinions(waiting: number): Promise<void> {
    const room = this.#settings.cores - (this.#cores.size - this.#working.length);
    const count = Math.min(waiting, room, 64);
    if (count <= 0 || performance.now() < this.#waitUntil) return;
    const { checks } = await this.options.client.takeChecks(this.#node, count);
    for (const check of checks) this.#begin(check, null);
  }

  #begin(claim: NodeClaim | NodeCheck, state: unknown): void {
    const worker = new Worker(this.options.core);
    const core: Core = {
      worker,
      claim,
      state,
      tested: 0,
      found: 0,
      toldAt: performance.now(),
      heard: Promise.resolve(),
    };
    this.#cores.set(claim.token, core);
    // One after the other: a state that is kept late would come back after its block is forgotten.
    const hear = (work: () => Promise<void>) => {
      core.heard = core.heard.then(() => this.#quietly(work)).catch((error) => this.#fail(error));
    };
    worker.on("message", (said: FromCore) => hear(() => this.#hear(core, said)));
    worker.on("error", (error: Error) => hear(() => this.#giveBack(core, error.message)));
    worker.postMessage({ claim, state } satisfies ToCore);
  }

  async #hear(core: Core, said: FromCore): Promise<void> {
    if ("error" in said) return await this.#giveBack(core, said.error);
    const { client, say } = this.options;
    const { claim } = core;
    if ("state" in said) {
      Object.assign(core, { state: said.state, tested: said.tested, found: said.found });
      if ("candidates" in claim) return;
      await this.#keep(claim, said.state);
      if (performance.now() - core.toldAt >= REPORT_MS) await this.#report(core);
      return;
    }
    if ("opinions" in said) {
      const { opinions } = said;
      const told = await this.#insist(() => client.submitCheck(this.#node, claim.token, opinions));
      if (told === null) return;
      say(`Second opinion on ${opinions.length} numbers of search ${claim.search}: ${told}.`);
      return await this.#drop(core);
    }
    const told = await this.#insist(() => client.submit(this.#node, claim.token, said.result));
    if (told === null) return;
    this.#blocks++;
    const name = nameOf(claim).replace(/^b/, "B");
    say(`${name}: ${told}, ${said.result.finds.length} found.`);
    await this.#forget(claim.token);
    await this.#drop(core);
  }

  /** Where the folder takes nothing, as on a full disk, the server still gets the state each minute. */
  async #keep(claim: NodeClaim, state: unknown): Promise<void> {
    try {
      await this.options.folder.keepBlock({ claim, state });
      this.#keeps = true;
    } catch (error) {
      if (this.#keeps) this.options.say(`Cannot keep states: ${(error as Error).message}`);
      this.#keeps = false;
    }
  }

  /** A state that stays is of a block that is not ours, and goes when the node begins again. */
  async #forget(token: string): Promise<void> {
    await this.options.folder.forgetBlock(token).catch((error) =>
      this.options.say(`Cannot remove a state: ${error.message}`)
    );
  }

  /**
   * What was computed is handed in however often that takes; a block that is not ours any more is let go.
   * @returns what became of it; null where the node ends first: it has the last state, and hands in when it runs again
   * @throws NodeApiError where the key is refused
   */
  async #insist(
    hand: () => Promise<{ outcome: string; reason?: string }>,
  ): Promise<string | null> {
    const { signal } = this.#ending;
    for (let seconds = 1; !signal.aborted; seconds = Math.min(60, 2 * seconds)) {
      try {
        const { outcome, reason } = await hand();
        return reason ? `${outcome} (${reason})` : outcome;
      } catch (error) {
        if (refusesKey(error)) throw error;
        if (refusesForGood(error)) return (error as NodeApiError).code;
        this.options.say(`Hands in again in ${seconds} s: ${(error as Error).message}`);
        await wait(1000 * seconds, undefined, { signal }).catch(() => {});
      }
    }
    return null;
  }

  async #report(core: Core): Promise<void> {
    core.toldAt = performance.now();
    const { tested, found, state } = core;
    const small = JSON.stringify(state).length <= MAX_CHECKPOINT;
    const progress = { tested, found, ...(small ? { checkpoint: state } : {}) };
    await this.options.client.progress(this.#node, core.claim.token, progress);
  }

  async #giveBack(core: Core, why: string): Promise<void> {
    const { client, say } = this.options;
    const { token } = core.claim;
    say(`Gives back ${nameOf(core.claim)}: ${why}`);
    await this.#drop(core);
    await this.#forget(token);
    const releasing = "candidates" in core.claim
      ? client.releaseCheck(this.#node, token)
      : client.release(this.#node, token);
    await releasing.catch(() => {});
  }

  async #drop(core: Core): Promise<void> {
    this.#cores.delete(core.claim.token);
    await core.worker.terminate();
    this.#wake();
  }

  /** Stops a core; its last state is in the folder, and at the server where that answers. */
  async #halt(core: Core): Promise<void> {
    await core.worker.terminate();
    await core.heard;
    if (!this.#cores.delete(core.claim.token)) return;
    if ("candidates" in core.claim) {
      await this.options.client.releaseCheck(this.#node, core.claim.token).catch(() => {});
    } else if (core.state !== null && core.state !== undefined) {
      await this.#keep(core.claim, core.state);
      await this.#report(core).catch(() => {});
    }
  }

  async #beat(): Promise<void> {
    const { commands, lost, checks } = await this.options.client.heartbeat(this.#node, {
      program: this.#program,
      claims: this.#working.map(({ claim }) => claim.token),
      worker_version: NODE_VERSION,
      update_channel: this.#settings.channel,
    });
    for (const token of lost) {
      const core = this.#cores.get(token);
      if (!core) continue;
      this.options.say(`Lost ${nameOf(core.claim)}.`);
      await this.#forget(token);
      await this.#drop(core);
    }
    for (const command of commands) await this.#obey(command);
    if (this.#ends === null) await this.#giveOpinions(checks);
  }

  async #obey(command: NodeCommand): Promise<void> {
    const { client, say } = this.options;
    say(`Told to ${command.command}.`);
    const answer = await this.#do(command).then(
      (message) => ({ succeeded: true, message }),
      (error) => ({ succeeded: false, message: (error as Error).message }),
    );
    await client.acknowledge(this.#node, command.id, answer.succeeded, answer.message);
  }

  async #do({ command, payload }: NodeCommand): Promise<string> {
    switch (command) {
      case "stop":
        this.#end("stopped");
        return "ends with its states kept";
      case "restart":
        this.#end("restart");
        return "begins again from its states";
      case "update_config":
        this.#settings = { ...this.#settings, ...readSettings(payload) };
        await this.options.folder.keepSettings(this.#settings);
        return JSON.stringify(this.#settings);
      case "reassign": {
        const cores = [...this.#cores.values()];
        await Promise.all(cores.map((core) => this.#giveBack(core, "told so")));
        return `gave back ${plural(cores.length, "block")}`;
      }
      case "upgrade":
        return await this.#upgrade();
    }
  }

  /** Fetches what the channel offers; only a file whose SHA-256 is right is kept, and nothing is run here. */
  async #upgrade(): Promise<string> {
    const { version, artifacts } = await this.options.client.latest(this.#node);
    if (version === null || version === NODE_VERSION) {
      return `${NODE_VERSION} is what the channel offers`;
    }
    const [artifact] = artifacts;
    if (!artifact) throw new Error(`${version} has no artifact for ${platform()} ${arch()}`);
    const bytes = await download(artifact.url, artifact.sha256);
    const path = await this.options.folder.keepFile(`receptor-node-${version}.mjs`, bytes);
    return `${version} is at ${path}; start it in place of this one`;
  }
}

/** What a core works, in words. */
function nameOf(claim: NodeClaim | NodeCheck): string {
  return "candidates" in claim
    ? `the second opinion on search ${claim.search}`
    : `block ${claim.block_number} of search ${claim.search}`;
}

/** A file whose SHA-256 is known. @throws Error where it is another file */
export async function download(url: string, sha256: string): Promise<Uint8Array> {
  const response = await fetch(url, { signal: AbortSignal.timeout(600_000) });
  if (!response.ok) throw new Error(`${url} answered ${response.status}`);
  const bytes = new Uint8Array(await response.arrayBuffer());
  const is = createHash("sha256").update(bytes).digest("hex");
  if (is !== sha256) {
    throw new Error(`the download's SHA-256 is ${is}, not ${sha256}: it is thrown away`);
  }
  return bytes;
}
