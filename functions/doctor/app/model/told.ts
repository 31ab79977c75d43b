// What a person is told of single rows: those that the database does not take, and those that somebody changed elsewhere.

import type { ReceptorError } from "../../../../shared/client/errors.ts";
import { type Bucket, BUCKET_NAMES } from "./lines.ts";
import { moment } from "./when.ts";
import type { Kind, RowName, Said, Wishes } from "./wishes.ts";

/** A row, and what is so of it. */
export interface Told extends RowName {
  /** What the row is about, as its person knows it. */
  name: string;
  /** A sentence. */
  message: string;
}

/** A row that was not taken, and why. */
export type Fault = Omit<Told, "name">;

/** Rows of one kind share no key, rows of two may. */
export function nameKey({ kind, key }: RowName): string {
  return `${kind} ${key}`;
}

/**
 * The rows that a refusal is about; null: it is about the whole.
 * @param sent what was refused @param lists what the database calls the list of a kind
 */
export function faultsOf(
  { status, errors = [] }: Pick<ReceptorError, "status" | "errors">,
  sent: Wishes,
  lists: Readonly<Record<string, Kind>>,
): Fault[] | null {
  if (status !== 400 || errors.length === 0) return null;
  const faults = new Map<string, Fault>();
  for (const { path, message } of errors) {
    const [, list = "", at = ""] = /^(\w+)\[(\d+)\]/.exec(path) ?? [];
    const kind = lists[list], key = kind && [...sent[kind].keys()][Number(at)];
    if (key === undefined) return null;
    const name = nameKey({ kind, key });
    if (!faults.has(name)) faults.set(name, { kind, key, message: `${message}.` });
  }
  return [...faults.values()];
}

/** What is told of a doctor's row that came too late. @param own what was said here @param at when the other was said, ISO */
export function overtakenWords({ changedAt: _, ...own }: Said<object>, at: string): string {
  const { notes, like_dislike_preference: bucket, sentiment = bucket } = own as {
    notes?: string | null;
    like_dislike_preference?: Bucket | null;
    sentiment?: Bucket | null;
  };
  const before = notes
    ? ` Your note here was: “${notes}”`
    : typeof sentiment === "number"
    ? ` Here it was “${BUCKET_NAMES[sentiment]}”.`
    : "";
  return `You changed it on another device at ${
    moment(at)
  }, after what you said here, so that stands.${before}`;
}

/** What is told of a row, before what it is. */
export function withTold(told: string | undefined, words: string): string {
  return [told, words].filter(Boolean).join(" · ");
}
