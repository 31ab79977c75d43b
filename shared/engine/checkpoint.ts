// What is stored between slices says which engine wrote it and in which version of its shape. A deploy in the middle of a
// run may leave a state, or a problem as read, that the new code does not know: it is then not used at all, and the
// run starts afresh. Whoever changes such a shape raises its version.

/** The shape of what an engine stores. */
export interface CheckpointFormat {
  /** Who writes it, e.g. "allocator". */
  engine: string;
  /** Raised with every change of the shape or of its meaning. */
  version: number;
}

/** A state, or a problem, as it is stored. */
export interface Checkpoint<State> extends CheckpointFormat {
  state: State;
}

/** What reading a checkpoint comes to; `found` says for people what was there instead. */
export type ReadCheckpoint<State> =
  | { understood: true; state: State }
  | { understood: false; found: string };

/** Puts a state into its envelope. */
export function writeCheckpoint<State>(
  { engine, version }: CheckpointFormat,
  state: State,
): Checkpoint<State> {
  return { engine, version, state };
}

/** Opens what was stored, if it is of this engine and this version. */
export function readCheckpoint<State>(
  format: CheckpointFormat,
  stored: unknown,
): ReadCheckpoint<State> {
  const { engine, version, state } = envelopeOf(stored);
  if (engine === format.engine && version === format.version && state !== undefined) {
    // The version vouches for the shape: nobody else writes these documents.
    return { understood: true, state: state as State };
  }
  const found = typeof engine === "string" && typeof version === "number"
    ? `${engine} ${version}`
    : "something without a version";
  return { understood: false, found };
}

function envelopeOf(stored: unknown): Record<string, unknown> {
  return typeof stored === "object" && stored !== null ? { ...stored } : {};
}
