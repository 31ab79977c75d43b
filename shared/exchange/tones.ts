// Which specialty has which colour, on the page and in spreadsheets: a tone is a class `tone-<n>` of the console's tones.css,
// which holds the colours themselves for light, dark and print. Names are on every block, so colour is a help and never
// the only sign.

/** The fill of each tone in light, as tones.css has it. */
export const FILLS: readonly string[] = [
  "#fee0de",
  "#ffcdb0",
  "#f6e5cd",
  "#d9deb0",
  "#d6f1d2",
  "#aee8d1",
  "#c6f1f9",
  "#bfdcff",
  "#e2e6ff",
  "#e6cdff",
  "#fedeeb",
  "#d5dadf",
];

/** How many tones there are. */
export const TONES = FILLS.length;

/** Specialties that people expect in a certain colour, by what their name begins with. */
const USUAL: readonly [start: string, tone: number][] = [
  ["emergency", 0],
  ["surg", 1],
  ["ortho", 1],
  ["aged", 2],
  ["geriatr", 2],
  ["rural", 3],
  ["general practice", 4],
  ["paediatr", 5],
  ["medicine", 7],
  ["general medicine", 7],
  ["intensive", 8],
  ["anaesth", 9],
  ["psych", 6],
  ["mental", 6],
  ["obstet", 10],
  ["women", 10],
  ["relief", 11],
  ["nights", 11],
];

/**
 * The tone of each specialty, by name: the usual one, or else the first that is free; they repeat where there are more
 * specialties than tones.
 */
export function tonesOf(specialties: Iterable<string>): Map<string, number> {
  const names = [...new Set(specialties)].sort();
  const usual = new Map(names.map((name) => [name, usualTone(name)]));
  const taken = new Set(usual.values());
  const free = Array.from({ length: TONES }, (_, tone) => tone).filter((tone) => !taken.has(tone));
  let next = 0;
  return new Map(names.map((name) => {
    const tone = usual.get(name) ??
      (next < free.length ? free[next] : (next - free.length) % TONES);
    if (usual.get(name) === null) next++;
    return [name, tone];
  }));
}

function usualTone(name: string): number | null {
  const lower = name.toLowerCase();
  return USUAL.find(([start]) => lower.startsWith(start))?.[1] ?? null;
}
