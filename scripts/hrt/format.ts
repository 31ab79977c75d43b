// The plain text of hospitals/residents instances with ties, as the literature shares them: two counts,
// then a line for each resident (number, then hospitals from best to worst), then one for each hospital
// (number, capacity, then residents from best to worst). Ties stand in brackets. In use are:
//   "3 2" or "0", "3", "2" on lines of their own (Glasgow), then "1 2 (1 3)" and "1 2 (2 3) 1";
//   "1 : 2 1" and "1 : 2 : 3 1" (Irving), and for SMTI hospitals without a capacity, "1 (1) (2)".
// Three counts may stand on one line or on a line each. Of those, a 0 says that there is nothing of a kind (couples), and
// a third behind residents and hospitals (e.g. of places) adds nothing to what their lines say.
// A side may have names in place of numbers, or numbers that are not 1 to n, such as 101: they are numbered in the order
// of their lines. Who names somebody that does not name them finds them unacceptable: such entries are left out.
// Instances with couples: see couples.ts.
// Blank lines, "#" and what follows it, commas and full stops do not count; brackets may be ( [ {.

import { parseCouples } from "./couples.ts";
import {
  type Hospital,
  HrtFormatError,
  type HrtInstance,
  type Line,
  type TiedList,
  whole,
} from "./lines.ts";

export { HrtFormatError, type HrtInstance, type TiedList } from "./lines.ts";

const OPENING = ["(", "[", "{"], CLOSING = [")", "]", "}"];

/**
 * Reads an instance.
 * @param onePlace every hospital has one place and its line no capacity (SMTI); hospitals whose line
 *   goes on with a bracket are read so anyway
 * @throws HrtFormatError
 */
export function parseHrt(text: string, onePlace = false): HrtInstance {
  const lines = linesOf(text);
  const plain = headsOf(lines).some(({ counts: [R, H], rest }) => rest.length === R + H);
  const withCouples = plain ? null : parseCouples(lines);
  if (withCouples) return withCouples;
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
  const mutual = dropOneSided(residents, hospitals);
  return { ...mutual, ...(names && { names }) };
}

/** Puts numbers from 1 in the place of names, on a side whose lines do not begin with such. */
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

/** Numbers of a side's names; null where numbers from 1 to their count stand in their place. */
function namesOf(lines: readonly Line[]): Map<string, number> | null {
  const isNumber = ([id]: string[]) =>
    /^\d+$/.test(id) && Number(id) >= 1 && Number(id) <= lines.length;
  if (lines.every(({ tokens }) => isNumber(tokens))) return null;
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

/** What the head of a text may say. */
interface Head {
  counts: [residents: number, hospitals: number];
  rest: Line[];
}

/**
 * The counts of residents and hospitals, and the lines after them: of the ways to read the head, the first that fits the
 * number of lines.
 */
function readCounts(lines: Line[]): Head {
  const heads = headsOf(lines);
  if (heads.length === 0) {
    const [{ number, tokens }, second] = lines;
    const isGlasgow = tokens[0] === "0" && tokens.length === 1;
    throw new HrtFormatError(
      isGlasgow && second ? second.number : number,
      isGlasgow
        ? "after 0 two lines with a count each must follow"
        : "the first line must hold the numbers of residents and of hospitals",
    );
  }
  return heads.find(({ counts: [R, H], rest }) => rest.length === R + H) ?? heads[0];
}

/** Each way to read the head: a line of one to three counts, or three lines of a count each. */
function headsOf(lines: Line[]): Head[] {
  const single = lines.slice(0, 3).findIndex(({ tokens }) =>
    tokens.length !== 1 || !/^\d+$/.test(tokens[0])
  );
  const alone = single < 0 ? Math.min(3, lines.length) : single;
  const ways = [[lines[0]], ...(alone === 3 ? [lines.slice(0, 3)] : [])];
  return ways.flatMap((head): Head[] => {
    const rest = lines.slice(head.length);
    const numbers = head.flatMap((line) => line.tokens.map((_, at) => whole(line, at)));
    const [a, b, c] = numbers;
    if (numbers.length > 3) return [];
    if (numbers.length === 1) return a > 0 ? [{ counts: [a, a], rest }] : [];
    const counts = a === 0 ? [b, c] : b === 0 ? [a, c] : [a, b];
    return counts.every((n) => n > 0) ? [{ counts: counts as [number, number], rest }] : [];
  });
}

/** Agents by their numbers, which must be 1 to n, each once. */
function readAgents<Agent>(
  lines: readonly Line[],
  what: string,
  read: (line: Line) => Agent,
): Agent[] {
  const agents = new Map<number, Agent>();
  for (const line of lines) {
    const id = Number(line.tokens[0]);
    if (agents.has(id)) throw new HrtFormatError(line.number, `${what} ${id} has two lines`);
    agents.set(id, read(line));
  }
  return Array.from(lines, (_, i) => agents.get(i + 1)!);
}

function readHospital(line: Line, residents: number, onePlace: boolean): Hospital {
  const from = onePlace ? 1 : listStart(line.tokens);
  if (from === 1) return { capacity: 1, list: readList(line, 1, residents) };
  const capacity = whole(line, from - 1, 0, "a capacity");
  return { capacity, list: readList(line, from, residents) };
}

/** The list from a token on. @param most the largest number it may name */
function readList(line: Line, from: number, most: number): TiedList {
  const { number, tokens } = line;
  const list: TiedList = [], seen = new Set<number>();
  let open = -1;
  const first = tokens[from] === ":" ? from + 1 : from;
  tokens.slice(first).forEach((token, i) => {
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
      const id = whole(line, first + i, 1, "a number of the other side");
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

/** Both must find each other acceptable: the lists without those who do not name each other. */
function dropOneSided(residents: TiedList[], hospitals: Hospital[]): HrtInstance {
  const named = (lists: TiedList[]) => lists.map((list) => new Set(list.flat()));
  const byResident = named(residents), byHospital = named(hospitals.map(({ list }) => list));
  let oneSided = 0;
  const mutual = (list: TiedList, id: number, others: Set<number>[]) =>
    list.map((group) =>
      group.filter((other) => {
        const isMutual = others[other - 1].has(id);
        if (!isMutual) oneSided++;
        return isMutual;
      })
    ).filter((group) => group.length > 0);
  const kept = {
    residents: residents.map((list, r) => mutual(list, r + 1, byHospital)),
    hospitals: hospitals.map(({ capacity, list }, h) => ({
      capacity,
      list: mutual(list, h + 1, byResident),
    })),
  };
  return oneSided === 0 ? kept : { ...kept, oneSided };
}
