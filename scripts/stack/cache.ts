// What stacks make once and keep for the next ones, in a folder outside of the repository: PostgreSQL, filled databases, the
// hosted runtime, bundles. Each has a name that says what it was made of, so that nothing is ever out of date.
import { mkdir, readdir, rename, rm, stat } from "node:fs/promises";
import { homedir, tmpdir, userInfo } from "node:os";
import { basename, dirname, join } from "node:path";

/** A directory of this user that survives restarts; root's lies where another user can read it. */
export async function cacheDirectory(): Promise<string> {
  const uid = Deno.uid() ?? userInfo().username;
  const path = uid === 0
    ? join(tmpdir(), "receptor-stack-0")
    : join(Deno.env.get("XDG_CACHE_HOME") ?? join(homedir(), ".cache"), "receptor-stack");
  await mkdir(path, { recursive: true, mode: 0o755 });
  const owner = (await stat(path)).uid;
  if (Deno.uid() !== null && owner !== Deno.uid()) {
    throw new Error(`${path} belongs to user ${owner}: remove it, it must be this user's own`);
  }
  return path;
}

/**
 * Builds a directory under a temporary name and renames it, so that nobody sees half of it. Of several that want the same one
 * builds, and the others wait.
 */
export async function buildOnce(
  target: string,
  build: (draft: string) => Promise<void>,
): Promise<void> {
  if (await exists(target)) return;
  const kind = basename(target).replace(/-[^-]*$/, "");
  await alone(join(dirname(target), `.${kind}.lock`), async () => {
    if (await exists(target)) return;
    const draft = draftOf(target);
    try {
      await build(draft);
      await rename(draft, target);
    } finally {
      await rm(draft, { recursive: true, force: true });
    }
  });
}

/**
 * Does something while nobody else does it, in any process of this machine; whatever ends a process lets the next one in.
 * @param lock a file of this name is made and stays
 */
export async function alone<T>(lock: string, work: () => Promise<T>): Promise<T> {
  using file = await Deno.open(lock, { write: true, create: true });
  await file.lock(true);
  return await work();
}

/** A name beside `target` that says whose draft it is. */
export function draftOf(target: string): string {
  return `${target}.draft-${Deno.pid}-${crypto.randomUUID().slice(0, 8)}`;
}

/** The name of a draft; the first group is the id of the process that it belongs to. */
export const DRAFT = /\.draft-(\d+)-[0-9a-f]{8}$/;

/** A kind of what is kept: how it is called, and how many there are at most. */
export interface Kept {
  name: RegExp;
  most: number;
}

/** What nobody has used for so long goes. */
const KEPT_DAYS = 2;

/**
 * Removes those of a kind that nobody has used for two days, and all but the latest; the time of a folder says when it was used.
 * @param folder the cache directory
 */
export async function removeUnused(folder: string, { name, most }: Kept): Promise<void> {
  const names = (await readdir(folder)).filter((each) => name.test(each));
  const found = await Promise.all(names.map(async (each) => ({
    path: join(folder, each),
    used: await stat(join(folder, each)).then((info) => info.mtimeMs, () => 0),
  })));
  const oldest = Date.now() - KEPT_DAYS * 86_400_000;
  const newestFirst = found.sort((a, b) => b.used - a.used);
  for (const [n, { path, used }] of newestFirst.entries()) {
    if (n < most && used >= oldest) continue;
    // Under another name first, so that nobody finds half of it; a draft of a dead process is removed by whoever comes next.
    const draft = draftOf(path);
    await rename(path, draft).then(() => rm(draft, { recursive: true, force: true }), () => {});
  }
}

/** Whether there is a file or folder. */
export async function exists(path: string): Promise<boolean> {
  return await stat(path).then(() => true, () => false);
}
