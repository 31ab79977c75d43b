// Invented doctors and what they wish for: pure and seeded, so that every demo of a seed has the same wishes.
// Wishes are skewed as real ones are: a few specialties are what most ask for, and each doctor has favourites besides.

import type { JobLine, PopulationDocument } from "../../shared/client/mod.ts";
import { Random } from "../../shared/engine/random.ts";

/** Who takes part; known by the email. */
export interface Doctor {
  email: string;
  name: string;
}

/** Most lines that a doctor ranks, and most doctors that a preferencer does. */
const MOST_RANKED = 15;
/** What counts in a doctor's view of a rotation: everybody's taste, their own favourites, and whim. */
const FAVOURITES = 2, FAVOURITE_BONUS = 1.5, WHIM = 4;
/** Free places in a hundred doctors, where lines take several. */
const SPARE_PLACES = 4;
/** Preferencers, and the share of all lines that one may manage at most. */
const PREFERENCERS = 3, MOST_MANAGED = 0.25;

const GIVEN_NAMES =
  ("Ada Amir Bea Caleb Dalia Dev Elif Emeka Farah Finn Grace Hana Hugo Ines Ivan Jana Jin Kai Leila " +
    "Liam Lucia Mai Marco Mei Nadia Nils Olga Omar Petra Priya Quinn Rosa Ruben Sami Sofia Tama Uma Viktor Yara Zane")
    .split(" ");
const FAMILY_NAMES =
  ("Abbott Ahmed Baker Bianchi Chen Clarke Costa Dang Doyle Evans Fischer Garcia Gupta Harris Ito " +
    "Jansen Kaur Kelly Khan Lambert Lee Malik Moore Nair Novak Okafor Park Patel Quirke Reid Rossi Sato Singh Tran Usman " +
    "Vella Walker Wong Young Zhang").split(" ");

/** Most doctors that there are different names for. */
export const MOST_DOCTORS = GIVEN_NAMES.length * FAMILY_NAMES.length;

/**
 * What populate_allocation_run() takes: doctors, a preference list of each, and a preferencer for some of the specialties.
 * Where there are more doctors than lines, each line takes several of them, as where a service runs the same year at
 * more than one site.
 * @param doctors How many.
 * @param present Doctors who take part already; they come first.
 */
export function inventWishes(
  allocationRun: string,
  lines: JobLine[],
  doctors: number,
  present: Doctor[],
  seed: number,
): PopulationDocument {
  const random = new Random(seed);
  const workers = [...present.slice(0, doctors)];
  for (let n = 0; workers.length < doctors; n++) workers.push(inventDoctor(n));
  const taste = commonTaste(specialtiesOf(lines), random);
  const scores = workers.map(() => scoreLines(lines, taste, random));
  return {
    allocationRun,
    lines: offerPlaces(lines, doctors),
    workers,
    preferences: workers.map((worker, w) => ({
      worker: worker.email,
      ranks: ranked(lines.map((line, j) => ({ name: line.name, score: scores[w][j] }))),
    })),
    preferencers: managedSpecialties(lines).map((specialty) =>
      inventPreferencer(specialty, lines, workers, random)
    ),
  };
}

/** Places for the doctors and a few more, spread evenly over the lines; one a line where that is enough. */
function offerPlaces(lines: JobLine[], doctors: number) {
  const places = doctors <= lines.length
    ? lines.length
    : doctors + Math.ceil(doctors * SPARE_PLACES / 100);
  const upTo = (j: number) => Math.floor(j * places / lines.length);
  return lines.map(({ name, sort_order }, j) => ({
    name,
    sortOrder: sort_order,
    maxNWorkers: upTo(j + 1) - upTo(j),
  }));
}

/** The n-th invented doctor: given and family names move on together, so that neighbours share neither. */
function inventDoctor(n: number): Doctor {
  const round = Math.floor(n / GIVEN_NAMES.length);
  const given = GIVEN_NAMES[n % GIVEN_NAMES.length];
  const family = FAMILY_NAMES[(7 * n + round) % FAMILY_NAMES.length];
  return {
    email: `${given}.${family}@doctors.example`.toLowerCase(),
    name: `Dr ${given} ${family}`,
  };
}

/** How much everybody likes each specialty: the first of a shuffle 1, the second 1/2, the third 1/3... */
function commonTaste(specialties: string[], random: Random): Map<string, number> {
  const order = Int32Array.from(specialties, (_, i) => i);
  random.choose(order, order.length);
  return new Map(Array.from(order, (specialty, i) => [specialties[specialty], 1 / (i + 1)]));
}

/** How one doctor likes each line, its rotations summed up. */
function scoreLines(lines: JobLine[], taste: Map<string, number>, random: Random): number[] {
  const specialties = [...taste.keys()];
  const own = new Map(taste);
  for (let k = 0; k < FAVOURITES; k++) {
    // The smaller of two places in the order of taste: favourites are skewed, too.
    const place = Math.min(random.below(specialties.length), random.below(specialties.length));
    own.set(specialties[place], own.get(specialties[place])! + FAVOURITE_BONUS);
  }
  return lines.map((line) =>
    line.rotations.reduce((sum, { position }) => sum + own.get(position.specialty)!, 0) +
    WHIM * random.next()
  );
}

/** Specialties that get a preferencer: the largest of those that are in few of the lines. */
function managedSpecialties(lines: JobLine[]): string[] {
  const count = (specialty: string) => lines.filter((line) => has(line, specialty)).length;
  return specialtiesOf(lines)
    .map((specialty) => ({ specialty, lines: count(specialty) }))
    .filter((entry) => entry.lines <= MOST_MANAGED * lines.length)
    .sort((a, b) => b.lines - a.lines)
    .slice(0, PREFERENCERS).map(({ specialty }) => specialty);
}

function inventPreferencer(specialty: string, lines: JobLine[], workers: Doctor[], random: Random) {
  return {
    name: `Director of ${specialty}`,
    lines: lines.filter((line) => has(line, specialty)).map((line) => line.name),
    ranks: ranked(workers.map(({ email }) => ({ name: email, score: random.next() }))),
  };
}

/** The best first, from rank 1, no two alike. */
function ranked(options: { name: string; score: number }[]): [string, number][] {
  return [...options].sort((a, b) => b.score - a.score).slice(0, MOST_RANKED)
    .map(({ name }, i) => [name, i + 1]);
}

function specialtiesOf(lines: JobLine[]): string[] {
  const names = lines.flatMap((line) => line.rotations.map(({ position }) => position.specialty));
  return [...new Set(names)].sort();
}

function has(line: JobLine, specialty: string): boolean {
  return line.rotations.some(({ position }) => position.specialty === specialty);
}
