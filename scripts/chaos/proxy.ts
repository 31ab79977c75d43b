// A proxy between one worker and PostgreSQL that cuts the worker off at a chosen point of its conversation: what the
// database sees is what it sees when the worker's process is killed there.

/** Where the conversation is cut: at which message of the worker, and how far that one gets. */
export interface CutPoint {
  /** Number of the worker's message, from 1 (the start-up). */
  message: number;
  /**
   * "before": it does not reach the database; "half": half of it does; "sent": all of it, and nobody hears the
   * answer; "answered": the database has answered, and nobody hears it.
   */
  moment: "before" | "half" | "sent" | "answered";
}

/** A worker's way to the database. */
export interface CuttingProxy {
  /** Port on 127.0.0.1 that the worker connects to. */
  port: number;
  /** Resolves with the step of a slice that the cut hit; never where the conversation was too short. */
  cut: Promise<string>;
  close(): void;
}

/** What a message is about, by the words in it; of several the last one. */
const STEPS: [step: string, words: RegExp][] = [
  ["claim", /claim_next_block/],
  ["load", /load_run|save_input/],
  ["heartbeat", /worker_heartbeat/],
  ["write", /hold_claim|set progress|record_slice|run_costs/],
  ["checkpoint", /checkpoint_block/],
  ["commit lines", /commit_run/],
  ["release", /release_block/],
];

/**
 * Starts a proxy for one worker.
 * @param point where its first connection is cut; null never
 * @param survives whether the worker may connect again afterwards, or is as dead as after SIGKILL
 * @param heard called for each message, whoever says it
 */
export function startCuttingProxy(
  databasePort: number,
  point: CutPoint | null,
  survives: boolean,
  heard: () => void,
): CuttingProxy {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const cut = Promise.withResolvers<string>();
  const connections = new Set<Deno.Conn>();
  const close = () => {
    closeQuietly(listener);
    for (const connection of connections) closeQuietly(connection);
  };
  const onCut = (step: string) => {
    if (survives) { for (const connection of connections) closeQuietly(connection); }
    else close();
    cut.resolve(step);
  };
  void accept(listener, async (worker, isFirst) => {
    connections.add(worker);
    const database = await Deno.connect({ hostname: "127.0.0.1", port: databasePort });
    connections.add(database);
    database.setNoDelay();
    worker.setNoDelay();
    await relay(worker, database, isFirst ? point : null, { onCut, heard });
  });
  return { port: listener.addr.port, cut: cut.promise, close };
}

async function accept(
  listener: Deno.TcpListener,
  serve: (connection: Deno.TcpConn, isFirst: boolean) => Promise<void>,
): Promise<void> {
  let isFirst = true;
  try {
    for await (const connection of listener) {
      serve(connection, isFirst).catch(() => closeQuietly(connection));
      isFirst = false;
    }
  } catch {
    // The listener was closed.
  }
}

/** Copies both ways until one side ends, or the point is reached. */
async function relay(
  worker: Deno.TcpConn,
  database: Deno.TcpConn,
  point: CutPoint | null,
  { onCut, heard }: { onCut(step: string): void; heard(): void },
): Promise<void> {
  let step = "connect";
  let cutAtAnswer = false;
  const up = copy(worker, async (bytes, number) => {
    heard();
    step = stepOf(bytes, step);
    if (number !== point?.message) return await write(database, bytes);
    if (point.moment === "half") await write(database, bytes.subarray(0, bytes.length >> 1));
    if (point.moment === "sent") await write(database, bytes);
    if (point.moment !== "answered") return onCut(step);
    cutAtAnswer = true;
    await write(database, bytes);
  });
  const down = copy(database, async (bytes) => {
    heard();
    if (cutAtAnswer) return onCut(step);
    await write(worker, bytes);
  });
  await Promise.race([up, down]).catch(() => {});
  closeQuietly(worker);
  closeQuietly(database);
}

async function copy(
  from: Deno.TcpConn,
  take: (bytes: Uint8Array, number: number) => Promise<void>,
): Promise<void> {
  const buffer = new Uint8Array(64 * 1024);
  for (let number = 1;; number++) {
    const length = await from.read(buffer);
    if (length === null) return;
    await take(buffer.subarray(0, length), number);
  }
}

async function write(to: Deno.TcpConn, bytes: Uint8Array): Promise<void> {
  for (let at = 0; at < bytes.length;) at += await to.write(bytes.subarray(at));
}

/** The step that a message belongs to, given the one before; the end of a transaction is a step of its own. */
export function stepOf(message: Uint8Array, before: string): string {
  const text = new TextDecoder("latin1").decode(message);
  // deno-lint-ignore no-control-regex -- PostgreSQL's protocol ends its texts so
  if (/[\0\x0b]commit\0/.test(text)) return `end of ${before}`;
  const named = STEPS.findLast(([, words]) => words.test(text))?.[0];
  // A transaction that begins: nothing but the step before tells where in the slice this is.
  return named ?? before.replace("end of", "after");
}

/** Whether a worker that is cut off at a step holds a claim by then. */
export function holdsClaim(step: string): boolean {
  return !["connect", "claim", "end of claim", "anywhere"].includes(step);
}

function closeQuietly(resource: { close(): void }): void {
  try {
    resource.close();
  } catch {
    // It was closed already.
  }
}
