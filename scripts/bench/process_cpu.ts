// CPU time of processes, as Linux counts it.

/** Clock ticks of /proc in a second: 100 on every Linux that Deno runs on. */
const TICKS_PER_SECOND = 100;

/** CPU seconds of a process, its threads and the children it has waited for; 0 where there is no /proc. */
export function cpuOf(pid: number): number {
  return read(pid)?.seconds ?? 0;
}

/** The same with the children that run now. */
export function cpuWithChildren(pid: number): number {
  let seconds = cpuOf(pid);
  for (const { name } of entries()) {
    const child = /^\d+$/.test(name) ? read(Number(name)) : null;
    if (child?.parent === pid) seconds += child.seconds;
  }
  return seconds;
}

function read(pid: number): { parent: number; seconds: number } | null {
  let text: string;
  try {
    text = Deno.readTextFileSync(`/proc/${pid}/stat`);
  } catch {
    return null;
  }
  // Behind the name, which may hold blanks: state, parent..., and from the 12th on user, system, both of waited-for children.
  const fields = text.slice(text.lastIndexOf(")") + 2).split(" ").map(Number);
  const ticks = fields.slice(11, 15).reduce((sum, ticks) => sum + ticks, 0);
  return { parent: fields[1], seconds: ticks / TICKS_PER_SECOND };
}

function entries(): Iterable<Deno.DirEntry> {
  try {
    return [...Deno.readDirSync("/proc")];
  } catch {
    return [];
  }
}
