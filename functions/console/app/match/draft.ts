// What the match form holds, as it is typed, and what is asked for with it. Kept in the browser, so that
// no reload and no failed run loses it.

import type {
  AgreedLink,
  AllocatorRunOptions,
  LinkedDoctors,
  Pin,
  ReasonedPin,
} from "../../../../shared/client/mod.ts";
import { wholeOf } from "../ui/numbers.ts";
import { DEFAULT_OPTIONS } from "../../../../shared/allocator/problem.ts";
import { MOST_SEED } from "../../../../shared/engine/limits.ts";
import { deviceShelf, type Shelf } from "../data/shelf.ts";

/** Weights of a match or a what-if. */
export interface Weights {
  /** Share of the preferencers, 0..1. */
  preferencerWeight: number;
  /** 0.5..3. */
  preferencePower: number;
}

/** A doctor and a line, and whether they are put together or kept apart. */
export interface DraftPin {
  worker: string;
  line: string;
  apart: boolean;
  /** Why, of a match; what-ifs need none. */
  reason?: string;
}

/** Doctors who are matched before those of later groups: some by name, and all who hold one of some qualifications. */
export interface DraftGroup {
  name: string;
  workers: string[];
  tags: string[];
}

/** Two doctors whose lines are to fit together. */
export interface DraftCouple {
  first: string;
  second: string;
  fit: LinkedDoctors["fit"];
  /** With pairs of lines. */
  linePairs?: LinkedDoctors["linePairs"];
}

/** Everything that can be set on the page. */
export interface MatchDraft {
  match: Weights & {
    stability: boolean;
    isExclusive: boolean;
    rankNotation: NonNullable<AllocatorRunOptions["rankNotation"]>;
    /** As typed. */
    seed: string;
    pins: DraftPin[];
    groups: DraftGroup[];
    couples: DraftCouple[];
  };
  whatIf: Weights & { pins: DraftPin[] };
}

/** The form as it is opened: by the options of the last match, or the defaults. */
export function draftOf(options: AllocatorRunOptions = {}, isExclusive = false): MatchDraft {
  const weights = weightsOf(options);
  return {
    match: {
      ...weights,
      stability: options.stability ?? DEFAULT_OPTIONS.stability,
      isExclusive,
      rankNotation: options.rankNotation ?? "dense",
      seed: String(options.rngSeed ?? DEFAULT_OPTIONS.seed),
      pins: [
        ...(options.pins ?? []).map((pin) => draftPin(pin, false)),
        ...(options.exclusions ?? []).map((pin) => draftPin(pin, true)),
      ],
      groups: (options.priorityGroups ?? []).map(
        ({ name, workerMappings = [], qualificationTags = [] }) => ({
          name,
          workers: workerMappings,
          tags: qualificationTags,
        }),
      ),
      couples: (options.linkedDoctors ?? []).map((couple) => ({ ...couple })),
    },
    whatIf: { ...weights, pins: [] },
  };
}

function draftPin({ workerMapping, jobLine, reason }: ReasonedPin, apart: boolean): DraftPin {
  return { worker: workerMapping, line: jobLine, apart, reason };
}

/** The weights that a run had. */
export function weightsOf(options: AllocatorRunOptions): Weights {
  return {
    preferencerWeight: options.preferencerWeight ?? DEFAULT_OPTIONS.preferencerWeight,
    preferencePower: options.preferencePower ?? DEFAULT_OPTIONS.preferencePower,
  };
}

/** A sentence about a seed that cannot be; null: it can. */
export function seedFault(seed: string): string | null {
  const number = wholeOf(seed);
  if (number !== null && number >= 0 && number <= MOST_SEED) return null;
  return `A whole number from 0 to ${MOST_SEED}.`;
}

/** Options of a match. */
export function matchOptions({ match }: MatchDraft): AllocatorRunOptions {
  return {
    preferencerWeight: match.preferencerWeight,
    preferencePower: match.preferencePower,
    stability: match.stability,
    rankNotation: match.rankNotation,
    rngSeed: wholeOf(match.seed) ?? NaN,
    ...match.pins.length > 0 &&
      { pins: reasoned(match.pins, false), exclusions: reasoned(match.pins, true) },
    ...match.groups.length > 0 && {
      priorityGroups: match.groups.map(({ name, workers, tags }) => ({
        name,
        workerMappings: workers,
        qualificationTags: tags,
      })),
    },
    ...match.couples.length > 0 && { linkedDoctors: match.couples },
  };
}

function reasoned(pins: readonly DraftPin[], apart: boolean): ReasonedPin[] {
  return pins.filter((pin) => pin.apart === apart)
    .map(({ worker, line, reason = "" }) => ({ workerMapping: worker, jobLine: line, reason }));
}

/** What of a draft names doctors or lines that are not there any more, taken out of it. */
export function withoutGone(
  { match, whatIf }: MatchDraft,
  doctors: ReadonlySet<string>,
  lines: ReadonlySet<string>,
): MatchDraft {
  const here = ({ worker, line }: DraftPin) => doctors.has(worker) && lines.has(line);
  return {
    match: {
      ...match,
      pins: match.pins.filter(here),
      groups: match.groups.map((group) => ({
        ...group,
        workers: group.workers.filter((worker) => doctors.has(worker)),
      })),
      couples: match.couples.filter(({ first, second }) =>
        doctors.has(first) && doctors.has(second)
      ),
    },
    whatIf: { ...whatIf, pins: whatIf.pins.filter(here) },
  };
}

/** The couples with one more; a doctor is in one at most, so that those with either of the two go. */
export function addCouple(couples: DraftCouple[], couple: DraftCouple): DraftCouple[] {
  const both = [couple.first, couple.second];
  return [
    ...couples.filter(({ first, second }) => !both.includes(first) && !both.includes(second)),
    couple,
  ];
}

/**
 * Couples that agreed by themselves and are not in the form as they agreed.
 * @returns `unmet`: of whose pairs of lines none is ranked by both, so that no match can place them so
 */
export function newCouples(
  couples: readonly DraftCouple[],
  agreed: readonly AgreedLink[],
): { fresh: DraftCouple[]; unmet: AgreedLink[] } {
  const unmet = agreed.filter(({ linePairs }) => linePairs?.length === 0);
  const fresh = agreed.filter((link) => !unmet.includes(link))
    .map(({ first, second, fit, linePairs }): DraftCouple => ({
      first,
      second,
      fit,
      ...linePairs && { linePairs },
    }))
    .filter((couple) =>
      !couples.some(({ first, second, fit, linePairs }) =>
        first === couple.first && second === couple.second && fit === couple.fit &&
        JSON.stringify(linePairs) === JSON.stringify(couple.linePairs)
      )
    );
  return { fresh, unmet };
}

/** Whether two doctors work one full-time equivalent together at most, so that they may share a place. */
export function maySharePlace(
  doctors: readonly { mapping: string; fte: number }[],
  first: string,
  second: string,
): boolean {
  const of = (id: string) => doctors.find(({ mapping }) => mapping === id)?.fte ?? 1;
  return Math.round(20 * of(first)) + Math.round(20 * of(second)) <= 20;
}

/** What a what-if asks for. */
export function whatIfRequest({ whatIf }: MatchDraft): {
  options: AllocatorRunOptions;
  pins: Pin[];
  exclusions: Pin[];
} {
  const named = (apart: boolean) =>
    whatIf.pins.filter((pin) => pin.apart === apart)
      .map(({ worker, line }) => ({ workerMapping: worker, jobLine: line }));
  return {
    options: {
      preferencerWeight: whatIf.preferencerWeight,
      preferencePower: whatIf.preferencePower,
    },
    pins: named(false),
    exclusions: named(true),
  };
}

/** The draft with one pin more; one doctor gets one line, and is not put to it and kept off it at once. */
export function addPin(pins: DraftPin[], pin: DraftPin): DraftPin[] {
  const stays = (other: DraftPin) =>
    other.worker !== pin.worker ||
    (other.line !== pin.line && (other.apart || pin.apart));
  return [...pins.filter(stays), pin];
}

/** Version of what is kept. */
const VERSION = 2;

/** Where the draft of a user for an allocation run is kept. */
export class MatchDraftStore {
  readonly #key: string;

  constructor(
    userId: string,
    allocationRun: string,
    private readonly shelf: Shelf = deviceShelf,
  ) {
    this.#key = `receptor.match.${VERSION}.${userId}.${allocationRun}`;
  }

  read(): MatchDraft | null {
    try {
      return JSON.parse(this.shelf.getItem(this.#key) ?? "null");
    } catch {
      return null; // not ours
    }
  }

  /** A full or forbidden storage keeps it until the page is left. */
  write(draft: MatchDraft): void {
    this.shelf.setItem(this.#key, JSON.stringify(draft));
  }
}
