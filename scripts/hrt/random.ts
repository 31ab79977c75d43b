// Random hospitals/residents instances with ties, as text: for tests, and to try sizes.

import type { Random } from "../../shared/engine/random.ts";
import type { HrtInstance, TiedList } from "./format.ts";

/** What an instance is like. */
export interface HrtShape {
  residents: number;
  hospitals: number;
  /** Most places of a hospital, at least 1. */
  places: number;
  /** Most hospitals that a resident finds acceptable, and the fewest; without the latter all find as many so. */
  length: number;
  shortest?: number;
  /** Share of neighbours in a list that are tied. */
  ties: number;
}

/** Draws an instance in which both sides name each other. */
export function randomHrt(random: Random, shape: HrtShape): HrtInstance {
  const named: number[][] = Array.from({ length: shape.hospitals }, () => []);
  const residents = Array.from({ length: shape.residents }, (_, r) => {
    const { length, shortest = length } = shape;
    const spread = length > shortest ? random.below(length - shortest + 1) : 0;
    const chosen = shuffled(random, shape.hospitals).slice(0, length - spread);
    for (const h of chosen) named[h - 1].push(r + 1);
    return tied(random, chosen, shape.ties);
  });
  const hospitals = named.map((list) => ({
    capacity: 1 + random.below(shape.places),
    list: tied(random, shuffled(random, list.length).map((i) => list[i - 1]), shape.ties),
  }));
  return { residents, hospitals };
}

/** 1 to n in a random order. */
function shuffled(random: Random, n: number): number[] {
  const order = Int32Array.from({ length: n }, (_, i) => i + 1);
  random.choose(order, n);
  return [...order];
}

function tied(random: Random, order: readonly number[], share: number): TiedList {
  const list: TiedList = [];
  for (const id of order) {
    if (list.length > 0 && random.next() < share) list.at(-1)!.push(id);
    else list.push([id]);
  }
  return list;
}

/** An instance as text. */
export function formatHrt({ residents, hospitals }: HrtInstance): string {
  const list = (groups: TiedList) =>
    groups.map((group) => group.length > 1 ? `(${group.join(" ")})` : `${group[0]}`).join(" ");
  return [
    `${residents.length} ${hospitals.length}`,
    ...residents.map((groups, i) => `${i + 1} ${list(groups)}`),
    ...hospitals.map(({ capacity, list: groups }, i) => `${i + 1} ${capacity} ${list(groups)}`),
  ].map((line) => `${line.trimEnd()}\n`).join("");
}
