// Where the proof that closes column generation stands, for the checkpoint (`phases/close.ts`).

/** What is proven of the best lines of parts. */
export interface ProvenParts {
  /** Lines worth no more are not looked for. */
  floor: number;
  /** Parts that are through, and what their lines are worth at most. */
  parts: number[];
  bests: number[];
}

/** A proof under way; its lines are in the pool. */
export interface ClosingState extends ProvenParts {
  /** The part of the lines that is gone through, and where its next stretch begins: see `ProofStretch.next`. */
  part: number;
  from: number;
  /** Lines of that part worth no more are left out: the floor, or more where too many are worth as much. */
  least: number;
  /** What lines of that part are worth at most, as far as it was gone through. */
  value: number;
  /** Whether more was left out of a part than its floor says. */
  isLoose: boolean;
  /** Best value of what was gone through, null before there is one, and the new lines found. */
  best: number | null;
  added: number;
  /** Steps that it took. */
  work: number;
}
