// What follows from the lines and what the doctor said of them: scores, buckets, the order. Computed when it is looked at.

import { computed, type ReadonlySignal, signal } from "@preact/signals";
import { createContext } from "preact";
import { useContext } from "preact/hooks";
import type { Api } from "./api.ts";
import type { Desk } from "./desk.ts";
import type { Keep } from "./keep.ts";
import type { Bucket, Line } from "./model/lines.ts";
import { arrange, move, type Placed, type Ranks, type Target, untie } from "./model/ranking.ts";
import { createScorer, mixedSignals, type Score } from "./model/score.ts";
import { nothingToRank, type Standing, standingOf } from "./model/standing.ts";
import { type RotationWish, screeningKey, type ScreeningKind } from "./model/wishes.ts";
import type { Choice } from "./model/wire.ts";

/** A doctor's work in one window, as the steps of the page see it. */
export interface Work {
  readonly api: Api;
  readonly keep: Keep;
  readonly desk: Desk<Choice>;
  /** What there is to choose from; the steps are drawn once it is there. */
  readonly choice: ReadonlySignal<Choice>;
  /** What was said of positions. */
  readonly rotations: ReadonlySignal<ReadonlyMap<string, Partial<RotationWish>>>;
  readonly lineById: ReadonlySignal<ReadonlyMap<string, Line>>;
  readonly scores: ReadonlySignal<ReadonlyMap<string, Score>>;
  /** Lines that the doctor may have, by bucket and in order. */
  readonly buckets: ReadonlySignal<ReadonlyMap<Bucket, readonly Placed[]>>;
  readonly bucketOf: ReadonlySignal<ReadonlyMap<string, Bucket>>;
  /** Lines whose bucket and terms say different things, with what. */
  readonly mixed: ReadonlySignal<ReadonlyMap<string, readonly string[]>>;
  /** How many lines count for the minimum: neutral or better. */
  readonly positive: ReadonlySignal<number>;
  /** Why there is nothing to put in order, in sentences; null: there is something. */
  readonly nothing: ReadonlySignal<string | null>;
  /** Whether the window takes changes now, by the database's clock as far as it is known. */
  readonly standing: ReadonlySignal<Standing>;
  /** Whether it does. */
  canWrite(): boolean;
  /** The end of the window has come: it stands as it does by now, with or without a network. */
  end(): void;
  moveLine(id: string, target: Target): void;
  writeRanks(ranks: Ranks): void;
  setLineNotes(id: string, notes: string): void;
  setRotation(position: string, wish: Partial<RotationWish>): void;
  setSentiment(specialty: string, sentiment: Bucket | null): void;
  setScreening(kind: ScreeningKind, active: boolean, hospital?: string, specialty?: string): void;
  isScreened(kind: ScreeningKind, hospital?: string, specialty?: string): boolean;
}

/** The work that the steps belong to. */
export const WorkContext = createContext<Work | null>(null);

/** The work of the window that is shown. */
export function useWork(): Work {
  return useContext(WorkContext)!;
}

/** What follows from a desk. */
// deno-lint-ignore house/long-function -- one list of what follows from what was said, and of ways to say it
export function createWork(api: Api, keep: Keep, desk: Desk<Choice>): Work {
  const choice = computed(() => desk.choice.value!);
  const lineById = computed(() => new Map(choice.value.lines.map((line) => [line.id, line])));
  const specialties = computed(() => desk.wishes.value.specialties);
  const rotations = computed(() => desk.wishes.value.rotations);
  const screening = computed(() => desk.wishes.value.screening);
  const lines = computed(() => desk.wishes.value.lines);
  const scores = computed(() => {
    const score = createScorer({
      specialties: specialties.value,
      rotations: rotations.value,
      screening: screening.value,
    });
    return new Map(choice.value.lines.map((line) => [line.id, score(line)]));
  });
  const buckets = computed(() =>
    arrange(
      choice.value.lines.filter(({ eligible }) => eligible).map(({ id, name }): Placed => {
        const wish = lines.value.get(id), score = scores.value.get(id)!;
        return {
          id,
          name,
          bucket: wish?.like_dislike_preference ?? score.bucket,
          rank: wish?.order_preference ?? null,
          score: score.value,
        };
      }),
    )
  );
  const bucketOf = computed(() =>
    new Map(
      [...buckets.value].flatMap(([bucket, list]) => list.map(({ id }) => [id, bucket] as const)),
    )
  );
  const ends = signal(0);
  const work: Work = {
    api,
    keep,
    desk,
    choice,
    rotations,
    lineById,
    scores,
    buckets,
    bucketOf,
    mixed: computed(() => {
      const found = new Map<string, readonly string[]>();
      for (const [id, bucket] of bucketOf.value) {
        const signals = mixedSignals(scores.value.get(id)!, bucket);
        if (signals.length > 0) found.set(id, signals);
      }
      return found;
    }),
    positive: computed(() =>
      [2, 1, 0].reduce((sum, bucket) => sum + buckets.value.get(bucket as Bucket)!.length, 0)
    ),
    nothing: computed(() => nothingToRank(choice.value.lines)),
    standing: computed(() => {
      void ends.value;
      return standingOf(choice.value.window, desk.now());
    }),
    canWrite: () => work.standing.value === "open",
    end() {
      ends.value++;
      void desk.refresh();
    },
    moveLine(id, target) {
      work.writeRanks(move(buckets.value, id, target));
      if (!choice.value.window.allowsTies) {
        const parted = untie(buckets.value);
        if (parted.size > 0) work.writeRanks(parted);
      }
    },
    writeRanks: (ranks) => desk.change({ lines: ranks }),
    setLineNotes: (id, notes) => desk.change({ lines: new Map([[id, { notes: notes || null }]]) }),
    setRotation: (position, wish) => desk.change({ rotations: new Map([[position, wish]]) }),
    setSentiment: (specialty, sentiment) =>
      desk.change({ specialties: new Map([[specialty, { sentiment }]]) }),
    setScreening: (kind, active, hospital, specialty) =>
      desk.change({ screening: new Map([[screeningKey(kind, hospital, specialty), { active }]]) }),
    isScreened: (kind, hospital, specialty) =>
      screening.value.get(screeningKey(kind, hospital, specialty))?.active ?? false,
  };
  return work;
}
