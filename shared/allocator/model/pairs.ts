// Where pairs stand in flat tables, and nobody else knows: a worker w with a line j at w * J + j. The pairs of a worker stand side
// by side, those of a line J apart. A couple's two lines (j, k) have a number likewise.

/** Where a worker with a line stands. @param J lines */
export function pairOf(w: number, j: number, J: number): number {
  return w * J + j;
}

/** The first pair of a worker; the last one stands before that of worker `w + 1`. @param J lines */
export function firstPairOf(w: number, J: number): number {
  return w * J;
}

/** The worker of a pair. @param J lines */
export function workerOfPair(pair: number, J: number): number {
  return Math.floor(pair / J);
}

/** The line of a pair. @param J lines */
export function lineOfPair(pair: number, J: number): number {
  return pair % J;
}

/** The number of two lines, one for each of a couple. @param J lines */
export function linePairOf(j: number, k: number, J: number): number {
  return j * J + k;
}

/** The first line of two that have a number. @param J lines */
export function firstLineOf(both: number, J: number): number {
  return Math.floor(both / J);
}

/** The second line of two that have a number. @param J lines */
export function secondLineOf(both: number, J: number): number {
  return both % J;
}
