// A problem as searches work on it: its tables, and what they come to. Found when first asked for, and kept, since it
// takes longer than many a unit of work.

import { packLists, unpackLists } from "../../engine/packing.ts";
import type { AllocatorTables } from "../model/tables.ts";
import { type Domain, Field, standingsOf, wholeDomain } from "../stability/cutoffs.ts";
import type { CouplesGround } from "../stability/couples.ts";
import { deferredAcceptance, linesPropose, wishesOf } from "../stability/stability.ts";
import { type Offers, offersOf } from "../stability/walk.ts";
import { type LeastCosts, leastCosts } from "./costs.ts";

/** What deduction alone leaves; no field: stability is not asked for; no domain: nothing is possible. */
export interface Root {
  field: Field | null;
  domain: Domain | null;
}

/** One problem, prepared for any number of searches. */
export class Prepared {
  #root: Root | null = null;
  #ranges: string | null = null;
  #costs: LeastCosts | null = null;
  #wishes: Int32Array[] | null = null;
  #offers: Offers[] | null = null;
  #stable: readonly (readonly number[])[] | null = null;

  /** @param stability whether no blocking pair may remain */
  constructor(readonly tables: AllocatorTables, readonly stability: boolean) {}

  get root(): Root {
    return this.#root ??= this.stability
      ? stableRoot(this.tables, this.#ranges)
      : plainRoot(this.tables);
  }

  /** The cutoffs that deduction leaves, for {@link recall}; null: stability is not asked for, or nothing is possible. */
  get ranges(): string | null {
    const { field, domain } = this.root;
    return field && domain && packRanges(domain);
  }

  /** Takes what {@link ranges} once said of the same problem. */
  recall(ranges: string | null): void {
    this.#ranges ??= ranges;
  }

  get costs(): LeastCosts {
    return this.#costs ??= leastCosts(this.tables);
  }

  /** Two stable matchings of all workers, or as many as there are: the workers' best and the lines' best. */
  get stable(): readonly (readonly number[])[] {
    return this.#stable ??= [
      deferredAcceptance(this.tables, undefined, this.wishes),
      linesPropose(this.tables, this.root.field!.standings),
    ].filter((lineOf) => !lineOf.includes(-1)).map((lineOf) => [...lineOf]);
  }

  /** What matchings are settled from where stability is asked for. */
  get ground(): CouplesGround {
    const { tables, wishes, root: { field } } = this;
    return { tables, standings: field!.standings, wishes };
  }

  /** What lines offer their places by, where stability is asked for. */
  get offers(): readonly Offers[] {
    return this.#offers ??= offersOf(this.tables, this.root.field!.standings);
  }

  /** The lines that each worker may have, the best first. */
  get wishes(): readonly Int32Array[] {
    return this.#wishes ??= wishesOf(this.tables);
  }
}

function stableRoot(tables: AllocatorTables, ranges: string | null): Root {
  const standings = standingsOf(tables), domain = wholeDomain(tables, standings);
  if (ranges !== null) recallRanges(domain, ranges);
  const field = new Field(tables, standings, domain, ranges !== null);
  return { field, domain: field.possible ? domain : null };
}

/** The ranges of a domain's cutoffs, for {@link recallRanges}. */
export function packRanges({ lowest, highest }: Domain): string {
  return packLists([[...lowest], [...highest]]);
}

/** Puts ranges to which a domain was once narrowed into it as it was before: nothing is left to be deduced from there. */
export function recallRanges(domain: Domain, ranges: string): void {
  const [lowest, highest] = unpackLists(ranges);
  domain.lowest.set(lowest);
  domain.highest.set(highest);
}

function plainRoot(tables: AllocatorTables): Root {
  const none = { level: new Int32Array(0), levels: new Int32Array(tables.J), order: [] };
  return { field: null, domain: wholeDomain(tables, none) };
}
