// Commands that end with who started them. `npx deno task dev` is four processes: npm, a shell, `deno task`, and ours. Ctrl-C
// reaches them all; a signal to npm alone ends npm, and whatever it started would go on, with its ports and its data.
import { readFileSync } from "node:fs";

/** How often it is looked, in ms. */
const LOOK_MS = 1_000;

/** Processes between ours and npm's: `deno task`, and a shell that not every npm leaves there. */
const MOST_BETWEEN = 3;

/** npm names itself so; a shell whose command has npx in it begins otherwise. */
const IS_NPM = /^(npm exec|npx|\S*node(js)? \S*np[mx])\b/;
const IS_TASK = /^\S*deno(\.exe)? (\S+ )*task /;

interface Process {
  parent: number;
  command: string;
}

/** A process of this machine; null: there is none (any more). */
function processOf(pid: number): Process | null {
  try {
    // "pid (name) state ppid ...", where the name may hold anything.
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    const command = readFileSync(`/proc/${pid}/cmdline`, "utf8").replaceAll("\0", " ");
    return { parent: Number(stat.slice(stat.lastIndexOf(")") + 2).split(" ")[1]), command };
  } catch (error) {
    return Deno.build.os === "linux" || !(error instanceof Error) ? null : fromPs(pid);
  }
}

/** The same where there is no /proc. */
function fromPs(pid: number): Process | null {
  const args = ["-o", "ppid=,command=", "-p", String(pid)];
  const { stdout } = new Deno.Command("ps", { args, stderr: "null" }).outputSync();
  const [, parent, command] = /^\s*(\d+) (.*)/.exec(new TextDecoder().decode(stdout)) ?? [];
  return parent ? { parent: Number(parent), command } : null;
}

/** Our parent and those above it, up to the one that a person started; none where that is ours. */
function starters(): number[] {
  const chain: number[] = [];
  let own = 0;
  for (let pid = Deno.ppid; chain.length < MOST_BETWEEN;) {
    const found = processOf(pid);
    if (!found) break;
    chain.push(pid);
    if (IS_NPM.test(found.command)) return chain;
    if (chain.length === 1 && IS_TASK.test(found.command)) own = 1;
    pid = found.parent;
  }
  return chain.slice(0, own);
}

/**
 * Sends this process SIGTERM as soon as npm, or `deno task`, that started it is gone.
 * @returns whether it was started so; otherwise it is left alone
 */
export function endWithStarter(): boolean {
  const chain = starters();
  if (chain.length === 0) return false;
  const timer = setInterval(() => {
    const whole = chain.every((pid, i) =>
      (i === 0 ? Deno.ppid : processOf(chain[i - 1])?.parent) === pid
    );
    if (whole) return;
    clearInterval(timer);
    Deno.kill(Deno.pid, "SIGTERM");
  }, LOOK_MS);
  Deno.unrefTimer(timer);
  return true;
}
