// Where the proof that closes column generation stands, for the checkpoint (`phases/close.ts`).

/** A proof under way; its lines are in the pool. */
export interface ClosingState {
  /** The part of the lines that is gone through, and where its next stretch begins. */
  part: number;
  from: number;
  /** Lines worth no more are not looked for. */
  floor: number;
  /** Best value of what was gone through, null before there is one, and the new lines found. */
  best: number | null;
  added: number;
}
