// What a node keeps in its folder: who it is, and how far its blocks are. Every file is written beside and moved into place.

import { mkdir, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { NodeClaim } from "./client.ts";

/** Who the node is. */
export interface Identity {
  key: string;
  /** The node's id, once it is registered. */
  node?: string;
}

/** A block with its last state. */
export interface KeptBlock {
  claim: NodeClaim;
  state: unknown;
}

/** A node's folder. */
export class NodeFolder {
  constructor(readonly path: string) {}

  async identity(): Promise<Identity | null> {
    return await this.#read<Identity>("operator.json");
  }

  /** Only its owner may read the key. */
  async keepIdentity(identity: Identity): Promise<void> {
    await this.#write("operator.json", identity, 0o600);
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
