// CPU time of processes, as Linux counts it.

import type { Stack } from "../stack/mod.ts";

/** Clock ticks of /proc in a second: 100 on every Linux that Deno runs on. */
const TICKS_PER_SECOND = 100;

/** CPU seconds of a process, its threads and the children it has waited for; 0 where there is no /proc. */
export function cpuOf(pid: number): number {
  const cpu = read(pid);
  return cpu === null ? 0 : cpu.own + cpu.waited;
}

/** CPU seconds of a process and its threads alone. */
function ownCpu(pid: number): number {
  return read(pid)?.own ?? 0;
}

/** CPU seconds of a process's children, those that it has waited for and those that run now. */
function cpuOfChildren(pid: number): number {
  let seconds = read(pid)?.waited ?? 0;
  for (const { name } of entries()) {
    const child = /^\d+$/.test(name) ? read(Number(name)) : null;
    if (child?.parent === pid) seconds += child.own + child.waited;
  }
  return seconds;
}

/** CPU seconds of a stack's processes by what they do, all threads of an isolate counted, and of this process. */
export async function stackCpu(stack: Stack): Promise<Record<StackPart, number>> {
  const { stack: server, postgres, functions } = await stack.pids();
  return {
    "this process": ownCpu(Deno.pid),
    "REST, Auth, Realtime": ownCpu(server),
    "functions host": functions === null ? 0 : ownCpu(functions),
    isolates: functions === null ? 0 : cpuOfChildren(functions),
    PostgreSQL: ownCpu(postgres) + cpuOfChildren(postgres),
  };
}

/** What {@link stackCpu} tells apart. */
export type StackPart =
  | "this process"
  | "REST, Auth, Realtime"
  | "functions host"
  | "isolates"
  | "PostgreSQL";

function read(pid: number): { parent: number; own: number; waited: number } | null {
  let text: string;
  try {
    text = Deno.readTextFileSync(`/proc/${pid}/stat`);
  } catch {
    return null;
  }
  // Behind the name, which may hold blanks: state, parent..., and from the 12th on user, system, both of waited-for children.
  const fields = text.slice(text.lastIndexOf(")") + 2).split(" ").map(Number);
  const [user, system, waitedUser, waitedSystem] = fields.slice(11, 15).map((ticks) =>
    ticks / TICKS_PER_SECOND
  );
  return { parent: fields[1], own: user + system, waited: waitedUser + waitedSystem };
}

function entries(): Iterable<Deno.DirEntry> {
  try {
    return [...Deno.readDirSync("/proc")];
  } catch {
    return [];
  }
}
