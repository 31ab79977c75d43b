// The plain text of hospitals/residents instances with ties, as the literature shares them: two counts,
// then a line for each resident (number, then hospitals from best to worst), then one for each hospital
// (number, capacity, then residents from best to worst). Ties stand in brackets. In use are:
//   "3 2" or "0", "3", "2" on lines of their own (Glasgow), then "1 2 (1 3)" and "1 2 (2 3) 1";
//   "1 : 2 1" and "1 : 2 : 3 1" (Irving), and for SMTI hospitals without a capacity, "1 (1) (2)".
// A side may have names in place of numbers: they are numbered in the order of their lines.
// Blank lines, "#" and what follows it, commas and full stops do not count; brackets may be ( [ {.

/** A list of preferences: groups of tied numbers, the best first. */
export type TiedList = number[][];

/** A hospital. */
export interface Hospital {
  capacity: number;
  list: TiedList;
}

/** An instance; entry i is number i + 1 of the text, and so are the numbers in lists. */
export interface HrtInstance {
  residents: TiedList[];
  hospitals: Hospital[];
  /** Where the text has names, by number. */
  names?: { residents: string[]; hospitals: string[] };
}

/** A text that is no instance; the message begins with the number of the line. */
export class HrtFormatError extends Error {
  override name = "HrtFormatError";
  constructor(readonly line: number, what: string) {
    super(`line ${line}: ${what}`);
  }
}

interface Line {
  number: number;
  tokens: string[];
}

const OPENING = ["(", "[", "{"], CLOSING = [")", "]", "}"];

/**
 * Reads an instance.
 * @param onePlace every hospital has one place and its line no capacity (SMTI); hospitals whose line
 *   goes on with a bracket are read so anyway
 * @throws HrtFormatError
 */
export function parseHrt(text: string, onePlace = false): HrtInstance {
  const lines = linesOf(text);
  const { counts: [R, H], rest } = readCounts(lines);
  if (rest.length !== R + H) {
    const at = rest.at(R + H) ?? lines.at(-1)!;
    throw new HrtFormatError(
      at.number,
      `${R} residents and ${H} hospitals need ${R + H} lines, there are ${rest.length}`,
    );
  }
  const { numbered, names } = numberNames(rest, R, onePlace);
  const residents = readAgents(numbered.slice(0, R), "resident", (line) => readList(line, 1, H));
  const hospitals = readAgents(
    numbered.slice(R),
    "hospital",
    (line) => readHospital(line, R, onePlace),
  );
  refuseOneSided(residents, hospitals.map(({ list }) => list), numbered);
  return { residents, hospitals, ...(names && { names }) };
}

/** Puts numbers in the place of names, on a side whose lines do not all begin with a number. */
function numberNames(lines: readonly Line[], R: number, onePlace: boolean): {
  numbered: readonly Line[];
  names: HrtInstance["names"] | null;
} {
  const sides = [lines.slice(0, R), lines.slice(R)].map(namesOf);
  if (sides.every((names) => names === null)) return { numbered: lines, names: null };
  const numbered = lines.map(({ number, tokens }, i) => {
    const own = i < R ? 0 : 1, from = own === 0 || onePlace ? 1 : listStart(tokens);
    return {
      number,
      tokens: tokens.map((token, at) => {
        const names = at === 0 ? sides[own] : at < from ? null : sides[1 - own];
        if (names === null || token === ":" || isBracket(token)) return token;
        const found = names.get(token);
        if (found !== undefined) return `${found}`;
        throw new HrtFormatError(number, `"${token}" is named, but has no line`);
      }),
    };
  });
  const [residents, hospitals] = sides.map((names, side) =>
    names ? [...names.keys()] : [lines.slice(0, R), lines.slice(R)][side].map((_, i) => `${i + 1}`)
  );
  return { numbered, names: { residents, hospitals } };
}

/** Numbers of a side's names; null where numbers stand in their place. */
function namesOf(lines: readonly Line[]): Map<string, number> | null {
  if (lines.every(({ tokens }) => /^-?\d+$/.test(tokens[0]))) return null;
  const names = new Map<string, number>();
  for (const { number, tokens: [name] } of lines) {
    if (names.has(name)) throw new HrtFormatError(number, `"${name}" has two lines`);
    names.set(name, names.size + 1);
  }
  return names;
}

function isBracket(token: string): boolean {
  return OPENING.includes(token) || CLOSING.includes(token);
}

/** Where the list of a hospital begins: behind its capacity, if it has one. */
function listStart(tokens: readonly string[]): number {
  const at = tokens[1] === ":" ? 2 : 1;
  return OPENING.includes(tokens[at]) ? 1 : at + 1;
}

function linesOf(text: string): Line[] {
  const lines = text.split(/\r?\n/).flatMap((line, i): Line[] => {
    const tokens = line.replace(/#.*/, "").match(/[()[\]{}:]|[^\s,.()[\]{}:]+/g);
    return tokens ? [{ number: i + 1, tokens }] : [];
  });
  if (lines.length === 0) throw new HrtFormatError(1, "the text is empty");
  return lines;
}

/** The counts of residents and hospitals, and the lines after them. */
function readCounts(lines: Line[]): { counts: [number, number]; rest: Line[] } {
  const first = lines[0];
  if (first.tokens.length === 1 && first.tokens[0] === "0") {
    const [a, b] = lines.slice(1, 3);
    if (!b || a.tokens.length !== 1 || b.tokens.length !== 1) {
      throw new HrtFormatError(
        (a ?? first).number,
        "after 0 two lines with a count each must follow",
      );
    }
    return { counts: [count(a, 0), count(b, 0)], rest: lines.slice(3) };
  }
  if (first.tokens.length > 3) {
    throw new HrtFormatError(
      first.number,
      "the first line must hold the numbers of residents and of hospitals",
    );
  }
  const residents = count(first, 0);
  const hospitals = first.tokens.length === 1 ? residents : count(first, 1);
  return { counts: [residents, hospitals], rest: lines.slice(1) };
}

function count({ number, tokens }: Line, at: number): number {
  return whole(number, tokens[at], 1, "a count");
}

function whole(line: number, token: string | undefined, least: number, what: string): number {
  const value = token !== undefined && /^\d+$/.test(token) ? Number(token) : NaN;
  if (value >= least) return value;
  const found = token === undefined ? "the line ends" : `there is "${token}"`;
  throw new HrtFormatError(line, `${found} where ${what} from ${least} must stand`);
}

/** Agents by their numbers, which must be 1 to n, each once. */
function readAgents<Agent>(
  lines: readonly Line[],
  what: string,
  read: (line: Line) => Agent,
): Agent[] {
  const agents = new Map<number, Agent>();
  for (const line of lines) {
    const id = whole(line.number, line.tokens[0], 1, `the number of a ${what}`);
    if (id > lines.length) {
      throw new HrtFormatError(line.number, `${what} ${id}, but there are ${lines.length}`);
    }
    if (agents.has(id)) throw new HrtFormatError(line.number, `${what} ${id} has two lines`);
    agents.set(id, read(line));
  }
  return Array.from(lines, (_, i) => agents.get(i + 1)!);
}

function readHospital(line: Line, residents: number, onePlace: boolean): Hospital {
  const from = onePlace ? 1 : listStart(line.tokens);
  if (from === 1) return { capacity: 1, list: readList(line, 1, residents) };
  const capacity = whole(line.number, line.tokens[from - 1], 0, "a capacity");
  return { capacity, list: readList(line, from, residents) };
}

/** The list from a token on. @param most the largest number it may name */
function readList({ number, tokens }: Line, from: number, most: number): TiedList {
  const list: TiedList = [], seen = new Set<number>();
  let open = -1;
  tokens.slice(tokens[from] === ":" ? from + 1 : from).forEach((token) => {
    if (OPENING.includes(token)) {
      if (open >= 0) throw new HrtFormatError(number, "a bracket opens inside a bracket");
      open = OPENING.indexOf(token);
      list.push([]);
    } else if (CLOSING.includes(token)) {
      if (open !== CLOSING.indexOf(token)) {
        throw new HrtFormatError(number, `"${token}" closes what was not opened`);
      }
      if (list.at(-1)!.length === 0) {
        throw new HrtFormatError(number, "a pair of brackets is empty");
      }
      open = -1;
    } else {
      const id = whole(number, token, 1, "a number of the other side");
      if (id > most) throw new HrtFormatError(number, `${id} is named, but there are ${most}`);
      if (seen.has(id)) throw new HrtFormatError(number, `${id} is named twice`);
      seen.add(id);
      if (open >= 0) list.at(-1)!.push(id);
      else list.push([id]);
    }
  });
  if (open >= 0) throw new HrtFormatError(number, "a bracket is not closed");
  return list;
}

/** Both must find each other acceptable. */
function refuseOneSided(
  residents: TiedList[],
  hospitals: TiedList[],
  lines: readonly Line[],
): void {
  const lists = (side: TiedList[]) => side.map((list) => new Set(list.flat()));
  const named = [lists(residents), lists(hospitals)];
  lines.forEach(({ number, tokens }, i) => {
    const own = i < residents.length ? 0 : 1, id = Number(tokens[0]);
    const [me, other] = own === 0 ? ["resident", "hospital"] : ["hospital", "resident"];
    for (const k of named[own][id - 1]) {
      if (named[1 - own][k - 1].has(id)) continue;
      throw new HrtFormatError(number, `${me} ${id} names ${other} ${k}, who does not name ${id}`);
    }
  });
}
