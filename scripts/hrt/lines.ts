// What the readers of instances share: the instance, and the lines of a text.

/** A list of preferences: groups of tied numbers, the best first. */
export type TiedList = number[][];

/** Two residents who go to a pair of hospitals together, or to none. */
export interface Couple {
  members: [number, number];
  /** The best first. */
  pairs: [number, number][];
}

/** A hospital. */
export interface Hospital {
  capacity: number;
  list: TiedList;
}

/** An instance; entry i is number i + 1 of the text, and so are the numbers in lists. */
export interface HrtInstance {
  residents: TiedList[];
  hospitals: Hospital[];
  /** Couples; their members' lists are what their pairs name. Not there: there are none. */
  couples?: Couple[];
  /** Where the text has names, by number. */
  names?: { residents: string[]; hospitals: string[] };
  /** Entries of lists that were left out because only one side names the other; none: not there. */
  oneSided?: number;
}

/** A text that is no instance; the message begins with the number of the line. */
export class HrtFormatError extends Error {
  override name = "HrtFormatError";
  constructor(readonly line: number, what: string) {
    super(`line ${line}: ${what}`);
  }
}

/** A line of the text. */
export interface Line {
  number: number;
  tokens: string[];
}

/** The whole number at a place of a line. @throws HrtFormatError */
export function whole(
  { number, tokens }: Line,
  at: number,
  least = 0,
  what = "a count",
): number {
  const token = tokens[at];
  const value = token !== undefined && /^\d+$/.test(token) ? Number(token) : NaN;
  if (value >= least) return value;
  const found = token === undefined ? "the line ends" : `there is "${token}"`;
  throw new HrtFormatError(number, `${found} where ${what} from ${least} must stand`);
}
