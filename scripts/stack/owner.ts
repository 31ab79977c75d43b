// The owner of a process of a stack, as that process sees it: settings and calls come on standard input, answers go to
// file descriptor 3. See messages.ts.
import { ByteReader } from "./byte_reader.ts";
import type { Call, Message } from "./messages.ts";

const input = new ByteReader(Deno.stdin.readable);
/** Opened by the owner (child.ts). The standard output is not it: libraries print there, and that is log. */
const output = Deno.openSync("/dev/fd/3", { write: true });

/** The settings; asked for once, before anything else. */
export async function readSettings<Settings>(): Promise<Settings> {
  return JSON.parse((await input.line())!) as Settings;
}

/** Answers calls until the owner has no more. */
export async function answerCalls(calls: object): Promise<void> {
  for (let line; (line = await input.line()) !== null;) {
    void answer(JSON.parse(line) as Call, calls as Methods);
  }
}

type Methods = Record<string, (...args: unknown[]) => Promise<unknown>>;

async function answer({ id, name, args }: Call, calls: Methods) {
  try {
    tellOwner({ type: "answer", id, value: await calls[name](...args) });
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    tellOwner({ type: "answer", id, error: message });
  }
}

/** Tells the owner something. */
export function tellOwner<Info>(message: Message<Info>): void {
  try {
    const bytes = new TextEncoder().encode(JSON.stringify(message) + "\n");
    for (let at = 0; at < bytes.length;) at += output.writeSync(bytes.subarray(at));
  } catch {
    // The owner is gone; the end of the input says so too.
  }
}

/** A line of log for the owner. */
export function log(line: string): void {
  tellOwner({ type: "log", line });
}
