// A child process of a stack as its owner sees it: started with settings, called, heard, stopped. See messages.ts.
import { fileURLToPath } from "node:url";
import { lines } from "./lines.ts";
import type { Message } from "./messages.ts";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));

/** Calls that a child takes, by name. */
// deno-lint-ignore no-explicit-any -- each call has arguments of its own
type Calls<Names> = { [Name in keyof Names]: (...args: any[]) => Promise<unknown> };

/** How long what a process said last may be on its way after its end. */
const LAST_WORDS_MS = 1_000;

/** A running child; `Info` is what it answers when it is up. */
export class Child<Info, Methods extends Calls<Methods>> {
  /** Resolves with its exit code. */
  readonly ended: Promise<number>;
  #name: string;
  #process: Deno.ChildProcess;
  #input: WritableStreamDefaultWriter<Uint8Array>;
  #inputOpen = true;
  #home: string | null = null;
  #lastCall = 0;
  #calls = new Map<number, PromiseWithResolvers<unknown>>();
  #ready = Promise.withResolvers<Info>();

  /**
   * @param script beside this file
   * @param log takes what it logs
   */
  constructor(script: string, readonly log: (line: string) => void) {
    this.#name = script;
    this.#process = spawn(script);
    this.#input = this.#process.stdin.getWriter();
    this.#input.closed.catch(() => {});
    this.#ready.promise.catch(() => {});
    this.ended = this.#watch();
  }

  get pid(): number {
    return this.#process.pid;
  }

  /** The directory that it wants removed if it cannot do it itself. */
  get home(): string | null {
    return this.#home;
  }

  /** Hands over its settings. @throws when it does not come up */
  async start(settings: unknown): Promise<Info> {
    await this.#write(settings);
    return await this.#ready.promise;
  }

  /** @throws what the call throws, or when the child has ended */
  async call<Name extends keyof Methods & string>(
    name: Name,
    ...args: Parameters<Methods[Name]>
  ): Promise<Awaited<ReturnType<Methods[Name]>>> {
    const id = ++this.#lastCall;
    const answer = Promise.withResolvers<unknown>();
    this.#calls.set(id, answer);
    await this.#write({ id, name, args });
    return await answer.promise as Awaited<ReturnType<Methods[Name]>>;
  }

  /** Closes its input, which it takes as the end. */
  async stop(): Promise<void> {
    if (this.#inputOpen) {
      this.#inputOpen = false;
      await this.#input.close().catch(() => {});
    }
    await this.ended;
  }

  /** Ends it at once. */
  kill(): void {
    try {
      this.#process.kill("SIGKILL");
    } catch {
      // It has just ended by itself.
    }
  }

  async #write(value: unknown) {
    await this.#input.write(new TextEncoder().encode(JSON.stringify(value) + "\n"));
  }

  async #watch(): Promise<number> {
    const heard = Promise.all([
      lines(this.#process.stderr, (line) => this.log(line)),
      lines(this.#process.stdout, (line) => this.#take(JSON.parse(line) as Message<Info>)),
    ]);
    const { code } = await this.#process.status;
    // A process that it started may outlive it, and hold its pipes open: whoever cleans up after it must not wait for that.
    const late = Promise.withResolvers<void>();
    const timer = setTimeout(late.resolve, LAST_WORDS_MS);
    await Promise.race([heard, late.promise]);
    clearTimeout(timer);
    const gone = new Error(`the process of ${this.#name} ended (code ${code})`);
    this.#ready.reject(gone);
    for (const call of this.#calls.values()) {
      call.promise.catch(() => {}); // its caller may wait for nothing any more
      call.reject(gone);
    }
    return code;
  }

  #take(message: Message<Info>) {
    if (message.type === "home") this.#home = message.path;
    else if (message.type === "log") this.log(message.line);
    else if (message.type === "ready") this.#ready.resolve(message.info);
    else if (message.type === "failed") this.#ready.reject(new Error(message.message));
    else this.#settle(message);
  }

  #settle({ id, value, error }: Extract<Message<Info>, { type: "answer" }>) {
    const call = this.#calls.get(id)!;
    this.#calls.delete(id);
    if (error !== undefined) call.reject(new Error(error));
    else call.resolve(value);
  }
}

function spawn(script: string): Deno.ChildProcess {
  return new Deno.Command("/bin/sh", {
    args: [
      // What it tells its owner has a descriptor of its own: whatever a library prints goes to the log.
      ...["-c", 'exec "$0" "$@" 3>&1 1>&2', Deno.execPath()],
      "run",
      "--allow-all",
      "--quiet",
      "--no-check",
      // A request's signal says that its caller went away, and nothing else.
      "--unstable-no-legacy-abort",
      `--config=${ROOT}deno.json`,
      fileURLToPath(new URL(script, import.meta.url)),
    ],
    cwd: ROOT,
    // Passwords of a stack guard nothing: hashed as on hosted Supabase, each would take a tenth of a second of CPU.
    env: { LITE_TELEMETRY: "0", LITE_AUTH_BCRYPT_COST: "4", DENO_NO_UPDATE_CHECK: "1" },
    stdin: "piped",
    stdout: "piped",
    stderr: "piped",
    // A session of its own: Ctrl-C in the terminal reaches the owner only, which then stops the stack in order.
    detached: true,
  }).spawn();
}
