// What is stored between slices says which engine wrote it and in which version of its shape. A deploy in the middle of a
// run may leave a state, or a problem as read, that the new code does not know: it is then not used at all, and the
// run starts afresh. Whoever changes such a shape raises its version; `scripts/engine_results.ts` keeps the shapes of states.
//
// A state is the engine's alone, and stored as text with its digest, so that one that is not whole is never worked on. A
// problem is a document: a person who is let go is taken out of it.

import { sha256 } from "./digest.ts";

/** The shape of what an engine stores. */
export interface CheckpointFormat {
  /** Who writes it, e.g. "allocator". */
  engine: string;
  /** Raised with every change of the shape or of its meaning. */
  version: number;
}

/** A state as it is stored. */
export interface Checkpoint extends CheckpointFormat {
  /** JSON. */
  state: string;
  /** SHA-256 of that text. */
  digest: string;
}

/** A problem as it is stored. */
export interface StoredInput<Input> extends CheckpointFormat {
  state: Input;
}

/** What reading comes to; `found` says for people what was there, `why` what is wrong with it. */
export type ReadCheckpoint<Value> =
  | { understood: true; state: Value }
  | { understood: false; found: string; why: string };

const OTHER_VERSION = "is not of the version that is deployed now";
const NOT_WHOLE = "is not whole";

/** Puts a state into its envelope. */
export function writeCheckpoint({ engine, version }: CheckpointFormat, state: unknown): Checkpoint {
  const text = JSON.stringify(state);
  return { engine, version, digest: sha256(text), state: text };
}

/** Opens a state that was stored, if it is of this engine and this version, and as it was written. */
export function readCheckpoint<State>(
  format: CheckpointFormat,
  stored: unknown,
): ReadCheckpoint<State> {
  const { found, isOfIt, members: { state, digest } } = envelopeOf(format, stored);
  if (!isOfIt) return { understood: false, found, why: OTHER_VERSION };
  if (typeof state !== "string" || sha256(state) !== digest) {
    return { understood: false, found, why: NOT_WHOLE };
  }
  // The version vouches for the shape: nobody else writes these.
  return { understood: true, state: JSON.parse(state) as State };
}

/** Puts a problem into its envelope. */
export function writeInput<Input>(
  { engine, version }: CheckpointFormat,
  state: Input,
): StoredInput<Input> {
  return { engine, version, state };
}

/** Opens a problem that was stored, if it is of this engine and this version. */
export function readInput<Input>(
  format: CheckpointFormat,
  stored: unknown,
): ReadCheckpoint<Input> {
  const { found, isOfIt, members: { state } } = envelopeOf(format, stored);
  if (!isOfIt) return { understood: false, found, why: OTHER_VERSION };
  if (state === undefined) return { understood: false, found, why: NOT_WHOLE };
  return { understood: true, state: state as Input };
}

function envelopeOf(format: CheckpointFormat, stored: unknown) {
  const members: Record<string, unknown> = typeof stored === "object" && stored !== null
    ? { ...stored }
    : {};
  const { engine, version } = members;
  const found = typeof engine === "string" && typeof version === "number"
    ? `${engine} ${version}`
    : "something without a version";
  return { found, isOfIt: engine === format.engine && version === format.version, members };
}
