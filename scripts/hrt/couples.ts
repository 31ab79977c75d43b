// Instances with couples (HRTC), in the two plain texts that the literature's programs share:
//   counts of single residents, couples and hospitals (on one line or a line each), then a line for each: singles as ever
//   ("1 2 1"), couples with both members and then pairs of hospitals, the best first ("3 4  1 1  2 2"), hospitals as ever;
//   nine lines of head (residents, hospitals, couples, posts, five more that say how it was drawn), then residents and hospitals
//   numbered from 0. The first two residents are a couple, the next two another, and so on: their lists side by side are the
//   pairs that they ask for.
// Both members of a couple are matched to one of their pairs, or both stay without a hospital, which they like least.

import { type Couple, HrtFormatError, type HrtInstance, type Line, whole } from "./lines.ts";

/** An instance with couples; null: the text is none of these two. */
export function parseCouples(lines: readonly Line[]): HrtInstance | null {
  return parseAligned(lines) ?? parseJoint(lines);
}

/** Lines of both members, and the hospitals' lists, before it is seen who names whom. */
interface Draft {
  singles: Map<number, number[]>;
  couples: Couple[];
  hospitals: Map<number, { capacity: number; list: number[] }>;
}

function parseJoint(lines: readonly Line[]): HrtInstance | null {
  const single = lines[0].tokens.length === 3, head = lines.slice(0, single ? 1 : 3);
  const counts = head.flatMap(({ tokens }) => tokens).map(Number);
  if (counts.length !== 3 || !counts.every((n) => Number.isInteger(n) && n >= 0)) return null;
  const [S, C, H] = counts, rest = lines.slice(head.length);
  if (C === 0 || rest.length !== S + C + H) return null;
  const R = S + 2 * C;
  const draft: Draft = { singles: new Map(), couples: [], hospitals: new Map() };
  rest.slice(0, S).forEach((line) => {
    draft.singles.set(numberAt(line, 0, 1, R), numbers(line, 1, 1, H));
  });
  rest.slice(S, S + C).forEach((line) => {
    const list = numbers(line, 2, 1, H);
    if (list.length % 2 === 1) throw new HrtFormatError(line.number, "a pair of hospitals has one");
    draft.couples.push({
      members: [numberAt(line, 0, 1, R), numberAt(line, 1, 1, R)],
      pairs: pairsOf(list.filter((_, i) => i % 2 === 0), list.filter((_, i) => i % 2 === 1)),
    });
  });
  readHospitals(rest.slice(S + C), 1, R, draft);
  return mutual(R, H, draft, lines[0]);
}

function parseAligned(lines: readonly Line[]): HrtInstance | null {
  const head = lines.slice(0, 9);
  if (head.length < 9 || head.some(({ tokens }) => tokens.length !== 1)) return null;
  const [R, H, C] = head.map(({ tokens: [token] }) => Number(token)), rest = lines.slice(9);
  if (!(C > 0) || 2 * C > R || rest.length !== R + H) return null;
  const lists = new Map(
    rest.slice(0, R).map((line) => [
      numberAt(line, 0, 0, R - 1) + 1,
      numbers(line, 1, 0, H - 1).map((h) => h + 1),
    ]),
  );
  const draft: Draft = { singles: new Map(), couples: [], hospitals: new Map() };
  for (const [r, list] of lists) if (r > 2 * C) draft.singles.set(r, list);
  for (let c = 0; c < C; c++) {
    const members: [number, number] = [2 * c + 1, 2 * c + 2];
    const [first, second] = members.map((r) => lists.get(r) ?? []);
    if (first.length !== second.length) {
      throw new HrtFormatError(rest[2 * c].number, "a couple's lists are not of the same length");
    }
    draft.couples.push({ members, pairs: pairsOf(first, second) });
  }
  readHospitals(rest.slice(R), 0, R, draft);
  return mutual(R, H, draft, lines[0]);
}

function pairsOf(first: readonly number[], second: readonly number[]): [number, number][] {
  return first.map((h, i): [number, number] => [h, second[i]]);
}

function readHospitals(lines: readonly Line[], from: number, R: number, draft: Draft): void {
  for (const line of lines) {
    draft.hospitals.set(numberAt(line, 0, from, lines.length - 1 + from) - from + 1, {
      capacity: whole(line, 1, 0, "a capacity"),
      list: numbers(line, 2, from, R - 1 + from).map((r) => r - from + 1),
    });
  }
}

function numberAt(line: Line, at: number, least: number, most: number): number {
  const value = whole(line, at, least, "a number");
  if (value > most) {
    throw new HrtFormatError(line.number, `${value} is named, but there are ${most}`);
  }
  return value;
}

function numbers(line: Line, from: number, least: number, most: number): number[] {
  return line.tokens.slice(from).map((_, i) => numberAt(line, from + i, least, most));
}

/** Both sides must find each other acceptable; of a pair, both members. */
function mutual(R: number, H: number, draft: Draft, head: Line): HrtInstance {
  const { singles, hospitals } = draft;
  const members = draft.couples.flatMap((couple) => couple.members);
  if (new Set([...singles.keys(), ...members]).size !== R || hospitals.size !== H) {
    throw new HrtFormatError(head.number, "not everybody has one line");
  }
  const likes = Array.from({ length: H }, (_, h) => new Set(hospitals.get(h + 1)!.list));
  let oneSided = 0;
  const both = (is: boolean) => {
    if (!is) oneSided++;
    return is;
  };
  const couples = draft.couples.map(({ members: [a, b], pairs }): Couple => ({
    members: [a, b],
    pairs: pairs.filter(([h, k]) => both(likes[h - 1].has(a) && likes[k - 1].has(b))),
  }));
  const named = new Map<number, number[]>();
  for (const [r, list] of singles) named.set(r, list.filter((h) => both(likes[h - 1].has(r))));
  for (const { members, pairs } of couples) {
    members.forEach((r, i) => named.set(r, [...new Set(pairs.map((pair) => pair[i]))]));
  }
  const of = (r: number) => named.get(r)!;
  return {
    residents: Array.from({ length: R }, (_, r) => of(r + 1).map((h) => [h])),
    hospitals: Array.from({ length: H }, (_, h) => {
      const { capacity, list } = hospitals.get(h + 1)!;
      return { capacity, list: list.filter((r) => both(of(r).includes(h + 1))).map((r) => [r]) };
    }),
    couples,
    ...oneSided > 0 && { oneSided },
  };
}
