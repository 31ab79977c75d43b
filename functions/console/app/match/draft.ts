// What the match form holds, as it is typed, and what is asked for with it. Kept in the browser, so that
// no reload and no failed run loses it.

import type { AllocatorRunOptions, Pin } from "../../../../shared/client/mod.ts";
import { DEFAULT_OPTIONS } from "../../../../shared/allocator/problem.ts";
import { MOST_SEED } from "../../../../shared/engine/limits.ts";

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
}

/** Everything that can be set on the page. */
export interface MatchDraft {
  match: Weights & {
    stability: boolean;
    isExclusive: boolean;
    rankNotation: NonNullable<AllocatorRunOptions["rankNotation"]>;
    /** As typed. */
    seed: string;
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
    },
    whatIf: { ...weights, pins: [] },
  };
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
  const number = Number(seed);
  if (/^\d+$/.test(seed.trim()) && number <= MOST_SEED) return null;
  return `A whole number from 0 to ${MOST_SEED}.`;
}

/** Options of a match. */
export function matchOptions({ match }: MatchDraft): AllocatorRunOptions {
  return {
    preferencerWeight: match.preferencerWeight,
    preferencePower: match.preferencePower,
    stability: match.stability,
    rankNotation: match.rankNotation,
    rngSeed: Number(match.seed),
  };
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
const VERSION = 1;

/** Where the draft of a user for an allocation run is kept. */
export class MatchDraftStore {
  readonly #key: string;

  constructor(
    userId: string,
    allocationRun: string,
    private readonly storage: Pick<Storage, "getItem" | "setItem" | "removeItem"> = localStorage,
  ) {
    this.#key = `receptor.match.${VERSION}.${userId}.${allocationRun}`;
  }

  read(): MatchDraft | null {
    try {
      return JSON.parse(this.storage.getItem(this.#key) ?? "null");
    } catch {
      return null; // not ours
    }
  }

  /** A full or forbidden storage keeps nothing. */
  write(draft: MatchDraft): void {
    try {
      this.storage.setItem(this.#key, JSON.stringify(draft));
    } catch { /* the page goes on without */ }
  }
}
