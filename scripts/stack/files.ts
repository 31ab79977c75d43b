// Copying directory trees: Deno and node:fs can copy, but not hand the copy to another user in the same pass.
import {
  chmod,
  chown,
  copyFile,
  link,
  lstat,
  mkdir,
  readdir,
  readlink,
  symlink,
} from "node:fs/promises";
import { dirname, join } from "node:path";

/**
 * Copies a directory with everything in it: owners, modes and times too. With `cp` where there is one: it takes a third of the
 * time that a thousand small files take here, and shares their blocks where the file system can.
 */
export async function copyExactly(source: string, target: string, owner?: Owner): Promise<void> {
  if (Deno.build.os === "windows") return await copyTree(source, target, { owner });
  const { success, stderr } = await new Deno.Command("cp", {
    args: ["-a", source, target],
    stdin: "null",
    stdout: "null",
    stderr: "piped",
  }).output();
  if (!success) {
    // It has a line for each file; what stood in the way of the first stands in the way of all.
    const [fault] = new TextDecoder().decode(stderr).trim().split("\n");
    throw new Error(`${source} could not be copied: ${fault}`);
  }
}

/**
 * Lays a program somewhere else, for every user to run: the same file where the file system can, otherwise a copy.
 * @param target its folder is made
 */
export async function linkProgram(source: string, target: string): Promise<void> {
  await mkdir(dirname(target), { recursive: true });
  await link(source, target).catch(() => copyFile(source, target));
  await chmod(target, 0o755);
}

/** A user and group id that files are handed to. */
export interface Owner {
  uid: number;
  gid: number;
}

/**
 * Copies a directory with everything in it, links as links.
 * @param options.skip leaves a file or folder out, asked with its source path
 * @param options.owner becomes the owner of every copied file and folder (needs root)
 */
export async function copyTree(
  source: string,
  target: string,
  options: { skip?: (path: string) => boolean; owner?: Owner; mode?: number } = {},
): Promise<void> {
  await mkdir(target, { recursive: true, mode: options.mode });
  await Promise.all((await readdir(source)).map(async (name) => {
    const from = join(source, name), to = join(target, name);
    if (options.skip?.(from)) return;
    const info = await lstat(from);
    if (info.isDirectory()) {
      return await copyTree(from, to, { ...options, mode: info.mode & 0o777 });
    }
    if (info.isSymbolicLink()) return await symlink(await readlink(from), to);
    await copyFile(from, to);
    if (options.owner) await chown(to, options.owner.uid, options.owner.gid);
  }));
  if (options.owner) await chown(target, options.owner.uid, options.owner.gid);
}
