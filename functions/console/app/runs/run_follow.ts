// Follows the latest run of an allocation run, whoever started it and in whichever tab.

import { signal } from "@preact/signals";
import {
  isTerminal,
  type ReceptorError,
  type Run,
  type RunWatch,
  type WatchConnection,
  type WatchOptions,
} from "../../../../shared/client/mod.ts";
import { onWake } from "../../../../shared/client/realtime.ts";
import { compareInstants } from "../../../../shared/client/run_state.ts";

/** How often the latest run is asked for besides Realtime, in ms: an INSERT may be missed. */
const ASK_EVERY = 10_000;

/** When to look again for a run that could not be read yet, in ms. */
const LOOK_AGAIN = 500;

/** Whether there is a run and it has not ended. */
export function isUnderWay(run: Run | null): boolean {
  return run !== null && !isTerminal(run.status);
}

/** A run of either engine, as far as following goes. */
export type FollowedRun = Run & { created_at: string };

/** What {@link FollowPorts.listen} tells of. */
export interface RunListener {
  /** Somebody asked for a run. Its row may not be readable for a moment. */
  inserted(run: { id: string; created_at: string }): void;
  /** Something may have been missed: the latest run should be asked for. */
  look(): void;
}

/** What following needs from outside; see `latest_run.ts` for that over supabase-js. */
export interface FollowPorts<R extends FollowedRun> {
  /**
   * Reads which run is the latest; null where there is none.
   * @throws {ReceptorError}
   */
  latest(): Promise<Pick<R, "id" | "status"> | null>;
  /** Listens for new runs. @returns what ends that */
  listen(listener: RunListener): () => void;
  /** Follows one run to its end. */
  watch(id: string, onUpdate: (run: R) => void, options: WatchOptions): RunWatch<R>;
}

/** The latest run of a kind, as signals. */
export class RunFollow<R extends FollowedRun> {
  /** Null: there is none yet. */
  readonly run = signal<R | null>(null);
  /** Whether the latest run was asked for with success at least once. */
  readonly known = signal(false);
  /**
   * Which run is the latest and whether it has ended, as a text to compare; "" where there is none or it could not be told,
   * null until the first question is answered. What was read after that is anew where this changes.
   */
  readonly standing = signal<string | null>(null);
  /** How the run is heard of; null while none is followed. */
  readonly connection = signal<WatchConnection | null>(null);
  #watch: RunWatch<R> | null = null;
  #watched = "";
  /** Questions are numbered as they are asked; answers to those up to `#stale` are older than what is known. */
  #asked = 0;
  #stale = 0;
  /** Runs whose end was seen here, so that it is told once. */
  readonly #ended = new Set<string>();
  readonly #stops: (() => void)[];
  /** The one timer of {@link #lookAgain}. */
  #again: ReturnType<typeof setTimeout> | undefined;
  #stopped = false;

  /** @param onEnd told of each run that ends while it is followed, once */
  constructor(
    private readonly ports: FollowPorts<R>,
    private readonly onEnd: (run: R) => void,
  ) {
    const look = () => void this.refresh();
    const timer = setInterval(look, ASK_EVERY);
    this.#stops = [
      onWake(look),
      ports.listen({ inserted: (run) => this.#heard(run), look }),
      () => clearInterval(timer),
    ];
    look();
  }

  /** Reads which run is the latest, and follows it. A failure is left to the next attempt. */
  async refresh(): Promise<void> {
    if (this.#stopped) return;
    const asked = ++this.#asked;
    const latest = await this.ports.latest().catch(() => undefined);
    if (this.#stopped) return;
    const known = latest !== undefined && asked > this.#stale;
    if (known && latest) this.#stand(latest);
    else this.standing.value ??= "";
    if (!known) return;
    this.#stale = asked;
    // What had ended before anybody looked is no news.
    const news = this.known.value || !isTerminal(latest?.status ?? "COMPLETED");
    this.known.value = true;
    if (latest) this.#follow(latest.id, news);
  }

  /** Follows a run that was just asked for, to its end; its end is told even if it is seen only afterwards. */
  follow(id: string): void {
    // Whoever was asked before this run was known may answer with an older one.
    this.#stale = this.#asked;
    this.#follow(id, true);
  }

  stop(): void {
    this.#stopped = true;
    this.#watch?.stop();
    clearTimeout(this.#again);
    for (const stop of this.#stops) stop();
  }

  #follow(id: string, news: boolean): void {
    if (this.#stopped || id === this.#watched) return;
    this.#watch?.stop();
    this.#watched = id;
    this.#watch = this.ports.watch(id, (run) => {
      if (this.#watched !== id || this.#stopped) return;
      this.run.value = run;
      this.#stand(run);
      if (isTerminal(run.status)) this.#end(run, news);
    }, { onConnection: (connection) => this.connection.value = connection });
    this.#watch.done.catch((error: ReceptorError) => {
      if (error.code === "STOPPED" || this.#watched !== id) return;
      this.#watched = "";
      this.#lookAgain();
    });
  }

  #stand({ id, status }: Pick<FollowedRun, "id" | "status">): void {
    this.standing.value = `${id} ${isTerminal(status) ? "ended" : "under way"}`;
  }

  #end(run: R, news: boolean): void {
    if (this.#ended.has(run.id)) return;
    this.#ended.add(run.id);
    if (news) this.onEnd(run);
  }

  /** Events come late and out of order: one about a run that has ended, or is older than the one shown, is none. */
  #heard({ id, created_at }: { id: string; created_at: string }): void {
    const shown = this.run.value;
    const older = shown !== null && compareInstants(created_at, shown.created_at) < 0;
    if (!older && !this.#ended.has(id)) this.follow(id);
  }

  #lookAgain(): void {
    clearTimeout(this.#again);
    this.#again = setTimeout(() => void this.refresh(), LOOK_AGAIN);
  }
}
