// Who may have which line. First match wins: included worker yes, excluded worker no, holder of an
// excluded tag no, holder of an included tag yes; a line that includes tags shuts out everybody else,
// one that includes workers alone shuts out nobody.

import type { AllocatorEligibility } from "../problem.ts";

/** Looks up workers by id and by tag. */
export class WorkerLookup {
  readonly #index: Map<string, number>;
  /** Of each tag, 1 for the workers who hold it. */
  readonly #holders = new Map<string, Uint8Array>();
  readonly #count: number;

  constructor(workers: readonly { id: string; tags: readonly string[] }[]) {
    this.#count = workers.length;
    this.#index = new Map(workers.map(({ id }, w) => [id, w]));
    workers.forEach(({ tags }, w) => tags.forEach((tag) => this.#addHolder(tag, w)));
  }

  #addHolder(tag: string, w: number): void {
    let holders = this.#holders.get(tag);
    if (!holders) this.#holders.set(tag, holders = new Uint8Array(this.#count));
    holders[w] = 1;
  }

  /** 1 for the workers who are named or hold one of the tags. */
  matching(ids: readonly string[], tags: readonly string[]): Uint8Array {
    const matched = new Uint8Array(this.#count);
    this.#markWorkers(matched, ids, 1);
    this.#markHolders(matched, tags, 1);
    return matched;
  }

  /** Whether each worker may have the line: the rules from the weakest to the strongest. */
  of(entry: AllocatorEligibility): Uint8Array {
    const may = new Uint8Array(this.#count).fill(entry.includedTags.length > 0 ? 0 : 1);
    this.#markHolders(may, entry.includedTags, 1);
    this.#markHolders(may, entry.excludedTags, 0);
    this.#markWorkers(may, entry.excludedWorkers, 0);
    this.#markWorkers(may, entry.includedWorkers, 1);
    return may;
  }

  #markHolders(may: Uint8Array, tags: readonly string[], value: number): void {
    for (const tag of tags) {
      const holders = this.#holders.get(tag);
      if (!holders) continue;
      for (let w = 0; w < this.#count; w++) if (holders[w] === 1) may[w] = value;
    }
  }

  #markWorkers(may: Uint8Array, ids: readonly string[], value: number): void {
    for (const id of ids) {
      const w = this.#index.get(id);
      if (w !== undefined) may[w] = value; // others are outside the batch
    }
  }
}
