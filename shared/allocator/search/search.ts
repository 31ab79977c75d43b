// A search at work: the prepared problem, the checkpoint, and what units of work share. Each unit starts from the
// checkpoint alone, so that slicing changes nothing.

import { packBasis, packRising, unpackPrices, unpackRising } from "../../engine/packing.ts";
import { pairOf } from "../model/pairs.ts";
import {
  copyOfDomain,
  copyOfWishes,
  type Domain,
  Field,
  type Wishes,
} from "../stability/cutoffs.ts";
import { apply } from "./decisions.ts";
import { blockingLinks, linksHold, pruneLinks } from "../model/links.ts";
import { allows, changesOf, countChanges } from "../model/elastic.ts";
import { type FlowProblem, mustHaveReward } from "./flow.ts";
import { packRanges, type Prepared, recallRanges } from "./prepared.ts";
import { Layout, type Setting } from "./layout.ts";
import { cleanDuals, provenBound, reducedCosts } from "./prices.ts";
import { blockingPairs } from "../stability/stability.ts";
import { unpackTree } from "./nodes.ts";
import type { AllocatorState } from "./state.ts";
import { type AllocatorTables, matchingCost } from "../model/tables.ts";

/** A matching this close to the bound (in thousandths, costs being whole) is optimal. */
export const EXACT = 1 - 1e-3;
/** Penalties: one to start with, and one beyond any cost (in the program's unit, see there). */
export const SOME_PENALTY = 1e6, FULL_PENALTY = 1e9;

/** Indexes of the caps on workers that the flow keeps: preferencers that share no line. */
function flowCaps({ J, caps }: AllocatorTables): number[] {
  const taken = new Uint8Array(J);
  return caps.flatMap(({ lines, maxWorkers }, i) => {
    if (maxWorkers === null || lines.some((j) => taken[j] === 1)) return [];
    for (const j of lines) taken[j] = 1;
    return [i];
  });
}

/**
 * Costs by which the matching nearest to `near` wins among the cheapest: a worker who moves adds less than
 * any two matchings differ by. The costs alone where that would leave the whole numbers.
 */
function nearCost({ W, J, cost, near }: AllocatorTables): Float64Array {
  const factor = W + 1;
  const most = cost.reduce((max, c) => c < Infinity && Math.abs(c) > max ? Math.abs(c) : max, 0);
  if (near === null || !Number.isSafeInteger(most * factor * J)) return cost;
  const scaled = cost.map((c) => c * factor + 1);
  near.forEach((j, w) => j >= 0 && scaled[pairOf(w, j, J)]--);
  return scaled;
}

/** Settings that are kept: a node is solved several times, its halves are looked at before they are, and made from its own. */
const KEPT_SETTINGS = 8;

/** What all nodes of a tree begin with. @see Root */
interface Base {
  field: Field | null;
  domain: Domain;
}

/** What decisions leave of a base; no setting: nothing. */
interface Made {
  base: Base;
  decisions: number[];
  setting: Setting | null;
  /** What workers can have there, where stability is asked for. */
  wishes: Wishes | null;
}

/** What has changed in a domain since it was copied. */
interface Change {
  /** Workers who have lost pairs. */
  changed: Set<number>;
  /** What workers could have in what it is a copy of; null: stability is not asked for. */
  wishes: Wishes | null;
  from: Domain;
}

/** The live form of an `AllocatorState`. */
export class Search {
  readonly prepared: Prepared;
  readonly state: AllocatorState;
  #flow: { problem: FlowProblem; reward: number; caps: number[]; decides: boolean } | null = null;
  #all: Base | null = null;
  #better: { cost: number; root: AllocatorState["root"]; base: Base | null } | null = null;
  #settings: Made[] = [];
  #reduced: Float64Array | null = null;
  #pool: Int32Array | null = null;

  constructor(prepared: Prepared, state: AllocatorState) {
    this.prepared = prepared;
    prepared.recall(state.ranges);
    this.state = {
      ...state,
      work: { ...state.work },
      unitMs: { ...state.unitMs },
      ...unpackTree(state),
      dive: state.dive && { ...state.dive, back: { ...state.dive.back } },
      packed: null,
    };
  }

  get tables(): AllocatorTables {
    return this.prepared.tables;
  }

  get stability(): boolean {
    return this.prepared.stability;
  }

  /** The flow's view of the problem; `decides`: it expresses all rules, so that it ends the search. */
  get flow() {
    if (this.#flow) return this.#flow;
    const { tables } = this, caps = flowCaps(tables);
    const groupOf = new Int32Array(tables.J).fill(-1);
    caps.forEach((cap, g) => tables.caps[cap].lines.forEach((j) => groupOf[j] = g));
    const groupLimit = Int32Array.from(caps, (cap) => tables.caps[cap].maxWorkers!);
    const decides = !this.stability && tables.links.length === 0 &&
      caps.length === tables.caps.length &&
      tables.caps.every(({ maxLines }) => maxLines === null);
    const cost = decides ? nearCost(tables) : tables.cost;
    const problem = { ...tables, cost, groupOf, groupLimit };
    return this.#flow = { problem, reward: mustHaveReward(problem), caps, decides };
  }

  /** Room for the reduced costs of the unit at work. */
  get reduced(): Float64Array {
    return this.#reduced ??= new Float64Array(this.tables.cost.length);
  }

  /** Columns of the program: pairs, ascending. */
  get pool(): Int32Array {
    return this.#pool ??= unpackRising(this.state.pool);
  }

  /** Replaces the columns and with them the basis. */
  setPool(pool: Int32Array, basis: Uint8Array | null, rows: number): void {
    this.#pool = pool;
    this.state.pool = packRising(pool);
    this.state.basis = basis && packBasis(basis);
    this.state.basisRows = rows;
  }

  /** Does what the first unit of a slice would otherwise be measured by: deduction for all nodes. */
  warmUp(): void {
    if (this.state.nodes.length > 0) this.setting([]);
  }

  /**
   * The problem of a node; null: nothing is possible there.
   * @param better whether pairs are left out that no matching better than the best has
   */
  setting(decisions: readonly number[], better = true): Setting | null {
    const base = better ? this.#base() : this.#whole();
    if (base === null) return null;
    const above = this.#settings.filter((made) =>
      made.base === base && made.decisions.length <= decisions.length &&
      made.decisions.every((decision, i) => decision === decisions[i])
    ).sort((a, b) => b.decisions.length - a.decisions.length).at(0);
    if (above?.decisions.length === decisions.length) return above.setting;
    const made = this.#madeFrom(base, above ?? null, decisions);
    this.#settings.unshift(made);
    this.#settings.splice(KEPT_SETTINGS);
    return made.setting;
  }

  /** What decisions leave of what the first ones of them left: as much as all of them leave of the base, in a part of the time. */
  #madeFrom(base: Base, above: Made | null, decisions: readonly number[]): Made {
    const made: Made = { base, decisions: [...decisions], setting: null, wishes: null };
    if (above !== null && above.setting === null) return made;
    const { tables, prepared: { costs } } = this, { field } = base;
    const from = above?.setting?.domain ?? base.domain, domain = copyOfDomain(from);
    const used = above?.setting?.used.slice() ?? new Int8Array(tables.J).fill(-1);
    const wishes = above?.wishes ? copyOfWishes(above.wishes) : field?.wishes() ?? null;
    const changed = new Set<number>();
    for (const decision of decisions.slice(above?.decisions.length ?? 0)) {
      apply(tables, decision, domain, used, changed, field);
    }
    if (!this.#narrow(base, domain, { changed, wishes, from })) return made;
    return { ...made, setting: { tables, costs, field, domain, used }, wishes };
  }

  /** Takes out of a domain what stability and links do not allow. @returns whether a matching may be left */
  #narrow({ field }: Base, domain: Domain, { changed, wishes, from }: Change): boolean {
    const { tables } = this;
    for (;;) {
      if (field && !field.narrow(domain, [...changed], wishes!, from)) return false;
      changed.clear();
      if (!pruneLinks(tables, domain.usable, changed)) return false;
      if (changed.size === 0 || !field) return true;
    }
  }

  /** Pairs that a matching better than the best may have before any decision. */
  get pairs(): Int32Array {
    const base = this.#base();
    if (base === null) return new Int32Array(0);
    const { usable } = base.domain, found = new Int32Array(usable.length);
    let n = 0;
    for (let p = 0; p < usable.length; p++) if (usable[p] === 1) found[n++] = p;
    return found.slice(0, n);
  }

  /** The problem before any decision; null: nothing is possible. */
  #whole(): Base | null {
    const { field, domain } = this.prepared.root;
    return domain && (this.#all ??= { field, domain });
  }

  /** The same without pairs that no matching better than the best has. */
  #base(): Base | null {
    const { root, bestCost } = this.state, whole = this.#whole();
    if (root === null || bestCost === null || whole === null) return whole;
    // Behind a dive the first program is solved once more, and may end with other duals.
    if (this.#better?.cost !== bestCost || this.#better.root !== root) {
      this.#better = { cost: bestCost, root, base: this.#affordable(whole) };
    }
    return this.#better.base;
  }

  #affordable({ field, domain }: Base): Base | null {
    const usable = this.#affordablePairs(domain);
    const own = { usable, lowest: domain.lowest.slice(), highest: domain.highest.slice() };
    if (field === null) return { field, domain: own };
    const { state } = this, cost = state.bestCost!;
    const known = state.affordable?.cost === cost ? state.affordable.ranges : null;
    if (known !== null) recallRanges(own, known);
    const narrower = new Field(this.tables, field.standings, own, known !== null, field);
    if (!narrower.possible) return null;
    state.affordable = { cost, ranges: packRanges(own) };
    return { field: narrower, domain: own };
  }

  /** What the duals of the first program at its end say of each pair. @param domain of all nodes, whatever the best */
  #atRoot(domain: Domain) {
    const { root, cuts } = this.state, { field } = this.prepared.root;
    const used = new Int8Array(this.tables.J).fill(-1);
    const { tables, costs } = this.prepared;
    const setting = { tables, costs, field, domain, used };
    const layout = new Layout(setting, cuts.slice(0, root!.cuts), FULL_PENALTY);
    const duals = cleanDuals(layout, unpackPrices(root!.duals));
    const reduced = reducedCosts(layout, duals, new Float64Array(tables.cost.length));
    return { layout, duals, reduced };
  }

  /** Reduced costs of the first program at its end, in thousandths; Infinity: never in a legal matching. */
  rootReduced(): Float64Array {
    const { layout, reduced } = this.#atRoot(this.prepared.root.domain!);
    return reduced.map((cost) => cost * layout.unit);
  }

  /** Pairs that a matching better than the best may have, by the reduced costs of the first program. */
  #affordablePairs(domain: Domain): Uint8Array {
    const { layout, duals, reduced } = this.#atRoot(domain);
    const gap = layout.scaled(this.state.bestCost! - EXACT - provenBound(layout, duals, reduced));
    const left = new Uint8Array(reduced.length);
    for (let p = 0; p < left.length; p++) if (reduced[p] <= gap) left[p] = 1;
    return left;
  }

  /** Takes a legal matching as the best if it costs less. */
  offer(lineOf: readonly number[]): void {
    const cost = objectiveOf(this.tables, lineOf), { state } = this;
    if (state.bestCost !== null && cost >= state.bestCost) return;
    state.best = [...lineOf];
    state.bestCost = cost;
  }

  /** Whether the best matching is proven optimal. */
  get proven(): boolean {
    const { bestCost, bound } = this.state;
    return bestCost !== null && bound !== null && bestCost - bound < EXACT;
  }

  raiseBound(bound: number): void {
    this.state.bound = Math.max(this.state.bound ?? -Infinity, bound);
  }

  finish(): void {
    this.state.phase = "done";
    if (this.state.bestCost === null || !this.proven) return;
    this.state.bound = this.state.bestCost;
    const near = [...this.tables.near ?? [-1]];
    if (near.includes(-1) || objectiveOf(this.tables, near) !== this.state.bestCost) return;
    if (isLegal(this, near)) this.state.best = near;
  }
}

/** Takes a matching of all workers as the best if it is legal and costs less. */
export function offerIfLegal(search: Search, lineOf: readonly number[]): void {
  if (!lineOf.includes(-1) && isLegal(search, lineOf)) search.offer(lineOf);
}

/** What a search keeps as low as it can: cost in thousandths, or the number of changes. */
export function objectiveOf(tables: AllocatorTables, lineOf: readonly number[]): number {
  return tables.give ? countChanges(changesOf(tables, lineOf)) : matchingCost(tables, lineOf);
}

/** Whether a matching keeps all rules that do not give way, and stability. */
export function isLegal({ tables, stability }: Search, lineOf: readonly number[]): boolean {
  return allows(tables.give, changesOf(tables, lineOf)) && linksHold(tables, lineOf) &&
    (!stability ||
      (blockingPairs(tables, lineOf).length === 0 &&
        blockingLinks(tables, lineOf, true).length === 0));
}
