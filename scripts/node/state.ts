// What a node keeps in its folder: who it is, and how far its blocks are. Every file is written beside and moved into place.

import { mkdir, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { NodeClaim } from "./client.ts";

/** Who the node is. */
export interface Identity {
  key: string;
}

/** A block with its last state. */
export interface KeptBlock {
  claim: NodeClaim;
  state: unknown;
}

/** The file of a node's identity. */
const IDENTITY = "operator.json";

/** The folder has what it should not have. */
export class NodeFolderError extends Error {
  readonly code = "FOLDER";
}

/** A node's folder. */
export class NodeFolder {
  constructor(readonly path: string) {}

  /** Null where there is none yet. @throws NodeFolderError where there is one that cannot be read: who registers anew is somebody else */
  async identity(): Promise<Identity | null> {
    const path = join(this.path, IDENTITY);
    const text = await readFile(path, "utf8").catch((error) => {
      if (error.code === "ENOENT") return null;
      throw new NodeFolderError(`${path} cannot be read (${error.message})`);
    });
    if (text === null) return null;
    try {
      const identity: Identity = JSON.parse(text);
      if (typeof identity.key === "string") return identity;
    } catch {
      // Said below.
    }
    throw new NodeFolderError(`${path} is to be {"key": "opk_…"}, with your key`);
  }

  /** Makes sure that something can be kept here, before a key is told that is told once. @throws Error of the file system */
  async prepare(): Promise<void> {
    await this.#write("try.json", "x".repeat(4096));
    await rm(join(this.path, "try.json"));
  }

  /** Only its owner may read the key. */
  async keepIdentity(identity: Identity): Promise<void> {
    await this.#write(IDENTITY, identity, 0o600);
  }

  async settings<Settings>(): Promise<Partial<Settings>> {
    return await this.#read<Partial<Settings>>("settings.json") ?? {};
  }

  async keepSettings(settings: unknown): Promise<void> {
    await this.#write("settings.json", settings);
  }

  async blocks(): Promise<KeptBlock[]> {
    const names = await readdir(join(this.path, "blocks")).catch(() => [] as string[]);
    const blocks = await Promise.all(
      names.filter((name) => name.endsWith(".json")).sort().map((name) =>
        this.#read<KeptBlock>(`blocks/${name}`)
      ),
    );
    return blocks.filter((block) => block !== null);
  }

  async keepBlock(block: KeptBlock): Promise<void> {
    await this.#write(`blocks/${block.claim.token}.json`, block);
  }

  async forgetBlock(token: string): Promise<void> {
    await rm(join(this.path, `blocks/${token}.json`), { force: true });
  }

  /** Writes a file of bytes, and says where it is. */
  async keepFile(name: string, bytes: Uint8Array): Promise<string> {
    await mkdir(this.path, { recursive: true });
    const path = join(this.path, name);
    await writeFile(`${path}.part`, bytes);
    await rename(`${path}.part`, path);
    return path;
  }

  async #read<Value>(name: string): Promise<Value | null> {
    try {
      return JSON.parse(await readFile(join(this.path, name), "utf8"));
    } catch {
      return null;
    }
  }

  async #write(name: string, value: unknown, mode = 0o644): Promise<void> {
    await mkdir(join(this.path, "blocks"), { recursive: true, mode: 0o700 });
    const path = join(this.path, name);
    await writeFile(`${path}.part`, JSON.stringify(value), { mode });
    await rename(`${path}.part`, path);
  }
}
