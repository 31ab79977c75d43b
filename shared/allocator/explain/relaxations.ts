// Which changes would let a matching exist: kinds of rules that may give way, tried one after the other, each
// by a search for the fewest changes. What is said to help has been seen to help.

import { allows, type Changes, nothing, withChanges } from "../model/elastic.ts";
import { plural } from "../../engine/words.ts";
import { pairOf } from "../model/pairs.ts";
import { byName, nameList } from "../names.ts";
import type { Shortage } from "./shortage.ts";
import { withoutShares } from "../model/shares.ts";
import type { Trial } from "../search/state.ts";
import type { AllocatorTables, Give } from "../model/tables.ts";

/** Rules that may give way together. */
export interface Relaxation {
  give: Give;
  /** Whether the matching with the fewest changes has to be stable. */
  stability: boolean;
  /** Whether linked workers are matched as if they were not. */
  apart: boolean;
  /** Whether the changes found are then checked for a stable matching: places and waivers change what is stable. */
  checked: boolean;
  /** Changes that it can make at most. */
  most: number;
  /** Whether it is tried only where nothing else helps. */
  lastResort: boolean;
}

/** Lines that are tried one by one where places are missing. */
const MOST_LINES = 3;

/**
 * Everything that is worth trying, in the order of the trials: pins, all numbers, each kind of rule, single rules,
 * and everything at once.
 * @param shortage workers whom no flow places; null: the caps, must-have lines or stability are the reason
 */
export function relaxationsOf(
  tables: AllocatorTables,
  stability: boolean,
  shortage: Shortage | null,
): Relaxation[] {
  const { J, caps, capacity } = tables;
  const none = nothing(tables);
  const places = new Uint8Array(J).fill(1), allCaps = new Uint8Array(caps.length).fill(1);
  const anyPlace = !stability || shortage !== null;
  const relaxation = (give: Partial<Give>, most = Infinity): Relaxation => {
    const checked = stability &&
      (give.places?.includes(1) || give.pins === true || give.eligibility === true);
    return {
      give: { ...none, ...give },
      stability: stability && !checked,
      apart: false,
      checked,
      most,
      lastResort: false,
    };
  };
  const only = (length: number, i: number) => new Uint8Array(length).fill(1, i, i + 1);
  const mustHave = tables.mustHave.includes(1), pins = tables.pinned !== null;
  return [
    ...anyPlace && pins ? [relaxation({ pins })] : [],
    relaxation({ mustHave, caps: allCaps, ...anyPlace ? { places } : {} }),
    ...stability && !shortage ? [{ ...relaxation({}), stability: false }] : [],
    ...tables.links.length > 0 ? [{ ...relaxation({}), apart: true }] : [],
    ...anyPlace ? [relaxation({ places })] : [],
    ...mustHave ? [relaxation({ mustHave })] : [],
    ...caps.length > 1 ? [relaxation({ caps: allCaps })] : [],
    ...anyPlace ? [relaxation({ eligibility: true })] : [],
    ...(shortage ? mostWanted(tables, shortage) : []).map((j) =>
      relaxation({ places: only(J, j) }, eligibleFor(tables, j) - capacity[j])
    ),
    ...caps.map((_, i) => relaxation({ caps: only(caps.length, i) }, headroom(tables, i))),
    {
      ...relaxation({ places, mustHave, caps: allCaps, pins, eligibility: true }),
      ...{ stability: false, apart: true, checked: false, lastResort: true },
    },
  ];
}

/** The lines that most of those without a place may have. */
function mostWanted({ J, cost }: AllocatorTables, { lines, left }: Shortage): number[] {
  const wanted = (j: number) => left.filter((w) => cost[pairOf(w, j, J)] < Infinity).length;
  return lines.toSorted((a, b) => wanted(b) - wanted(a) || a - b).slice(0, MOST_LINES);
}

function eligibleFor({ W, J, cost }: AllocatorTables, j: number): number {
  let count = 0;
  for (let w = 0; w < W; w++) if (cost[pairOf(w, j, J)] < Infinity) count++;
  return count;
}

/** By how much a preferencer's caps can be raised before they are none. */
function headroom({ capacity, caps }: AllocatorTables, cap: number): number {
  const { lines, maxWorkers, maxLines } = caps[cap];
  const places = lines.reduce((sum, j) => sum + capacity[j], 0);
  return Math.max(0, places - (maxWorkers ?? Infinity)) +
    Math.max(0, lines.length - (maxLines ?? Infinity));
}

/** Whether trials done show that a relaxation cannot help, or which changes it would make. */
export function isNeedless(
  relaxation: Relaxation,
  relaxations: readonly Relaxation[],
  done: readonly Trial[],
): boolean {
  return done.some(({ at, changes, least }) => {
    if (relaxation.lastResort && changes !== null) return true;
    const other = relaxations[at];
    if (!covers(other, relaxation)) return false;
    if (least === null || least > relaxation.most) return true;
    const alike = other.stability === relaxation.stability &&
      other.checked === relaxation.checked &&
      other.apart === relaxation.apart;
    return alike && changes !== null && allows(relaxation.give, changes);
  });
}

/** Whether every matching that one relaxation allows is also allowed by another. */
function covers(wider: Relaxation, narrower: Relaxation): boolean {
  const { give: all } = wider, { give: some } = narrower;
  return (!wider.stability || narrower.stability) && (wider.apart || !narrower.apart) &&
    some.places.every((gives, j) => gives <= all.places[j]) &&
    some.caps.every((gives, i) => gives <= all.caps[i]) &&
    (!some.mustHave || all.mustHave) && (!some.pins || all.pins) &&
    (!some.eligibility || all.eligibility);
}

/** The problem in which a relaxation's rules give way. */
export function relaxed(tables: AllocatorTables, { give, apart }: Relaxation): AllocatorTables {
  const own = apart ? unlinked(tables) : tables;
  return { ...own, near: null, give };
}

/** The problem in which linked workers are not linked, and who shares a job has a place of their own. */
function unlinked(tables: AllocatorTables): AllocatorTables {
  return { ...withoutShares(tables), links: [], wish: tables.rank };
}

/** The problem with changes made, in which nothing gives way any more and any matching is as good. */
export function changed(tables: AllocatorTables, changes: Changes): AllocatorTables {
  return { ...withChanges(tables, changes), near: null, give: nothing(tables) };
}

/** Changes that let a matching exist. */
export interface Helps {
  changes: Changes;
  /** Whether the matching is stable where that was asked for. */
  stable: boolean;
  /** Whether linked workers are matched as if they were not. */
  apart: boolean;
  /** Whether no fewer changes are enough. */
  fewest: boolean;
}

/** What a relaxation changes, for people. */
export function describe(
  tables: AllocatorTables,
  { changes, stable, apart, fewest }: Helps,
): string {
  const { J, lines, workers, caps, pinned, worksMore } = tables;
  const places = changes.places.map(({ line, by }) => ({
    name: `${plural(by, "place")} on ${lines[line].name}`,
    line: lines[line].name,
  })).sort((a, b) => byName(a.line, b.line));
  const empty = changes.empty.map((j) => lines[j]);
  const unpinned = changes.unpinned.map((w) => ({
    name: `${workers[w].name} from ${lines[pinned!.lineOf[w]].name}`,
  }));
  const waived = (more: boolean) =>
    changes.waivers.filter(({ worker, line }) => worksMore.has(pairOf(worker, line, J)) === more)
      .map(({ worker, line }) => ({ name: `${workers[worker].name} for ${lines[line].name}` }));
  const waivers = waived(false), parted = waived(true);
  const raised = changes.caps.toSorted((a, b) => byName(caps[a.cap].name, caps[b.cap].name))
    .flatMap(({ cap, workers, lines }) => {
      const { name, maxWorkers, maxLines } = caps[cap];
      return [
        ...workers > 0
          ? [`on doctors of ${name} from ${maxWorkers} to ${maxWorkers! + workers}`]
          : [],
        ...lines > 0 ? [`on lines of ${name} from ${maxLines} to ${maxLines! + lines}`] : [],
      ];
    });
  const parts = [
    ...places.length > 0 ? [`add ${places.map(({ name }) => name).join(", ")}`] : [],
    ...raised.length > 0
      ? [`raise the cap${raised.length > 1 ? "s" : ""} ${raised.join(", ")}`]
      : [],
    ...empty.length > 0
      ? [`let ${plural(empty.length, "line")} stay empty that must have a doctor: ${all(empty)}`]
      : [],
    ...unpinned.length > 0 ? [`unpin ${all(unpinned)}`] : [],
    ...waivers.length > 0 ? [`make ${all(waivers)} eligible`] : [],
    ...parted.length > 0
      ? [`change the part of full time so that nobody works more than the line is: ${all(parted)}`]
      : [],
    ...apart ? ["unlink the linked doctors"] : [],
    ...stable ? [] : ["allow blocking pairs (no stability)"],
  ];
  const text = parts.join("; ");
  const doubt = fewest ? "" : " (Fewer changes may be enough.)";
  return `${text[0].toUpperCase()}${text.slice(1)}.${doubt}`;
}

/** Names, however many: people act on each. */
function all(items: readonly { name: string }[]): string {
  return nameList(items, Infinity);
}
