// Doctors, lines and tags are referred to by their places in a document's lists: places that are none are found here, before
// anybody looks there.

/** What of a document refers to places; see `AllocatorDocument`. */
export interface PlacedDocument {
  tags: readonly unknown[];
  workers: readonly { tags: readonly number[] }[];
  lines: readonly unknown[];
  never: Record<string, readonly number[]>;
  eligibility: readonly {
    line: number;
    included_workers: readonly number[];
    excluded_workers: readonly number[];
    included_tags: readonly number[];
    excluded_tags: readonly number[];
  }[];
  preferences: Record<string, { lines: readonly number[] }>;
  preferencers: readonly { lines: readonly number[]; ranks: readonly [number, unknown][] }[];
  weightings: readonly { line: number | null }[];
  base: { allocations: readonly [number, number][] } | null;
}

/** A place in the document, and what is wrong with it. */
export interface PlaceFault {
  path: PropertyKey[];
  message: string;
}

/** Every reference to a doctor, a line or a tag that is not in the document. */
export function strayPlaces(document: PlacedDocument): PlaceFault[] {
  const faults: PlaceFault[] = [];
  const within =
    (what: string, { length }: readonly unknown[]) => (n: number, ...path: PropertyKey[]) => {
      if (n >= 0 && n < length) return;
      faults.push({ path, message: `there is no ${what} ${n}, the document has ${length}` });
    };
  const doctor = within("doctor", document.workers), line = within("line", document.lines);
  const tag = within("tag", document.tags);
  const each = (check: typeof doctor, places: readonly number[], ...path: PropertyKey[]) =>
    places.forEach((n, i) => check(n, ...path, i));
  document.workers.forEach(({ tags }, w) => each(tag, tags, "workers", w, "tags"));
  document.eligibility.forEach((entry, i) => {
    line(entry.line, "eligibility", i, "line");
    each(doctor, entry.included_workers, "eligibility", i, "included_workers");
    each(doctor, entry.excluded_workers, "eligibility", i, "excluded_workers");
    each(tag, entry.included_tags, "eligibility", i, "included_tags");
    each(tag, entry.excluded_tags, "eligibility", i, "excluded_tags");
  });
  for (const [key, lines] of Object.entries(document.never)) {
    doctor(placeOf(key), "never", key);
    each(line, lines, "never", key);
  }
  for (const [key, { lines }] of Object.entries(document.preferences)) {
    doctor(placeOf(key), "preferences", key);
    each(line, lines, "preferences", key, "lines");
  }
  document.preferencers.forEach(({ lines, ranks }, i) => {
    each(line, lines, "preferencers", i, "lines");
    ranks.forEach(([worker], j) => doctor(worker, "preferencers", i, "ranks", j, 0));
  });
  document.weightings.forEach((weighting, i) => {
    if (weighting.line !== null) line(weighting.line, "weightings", i, "line");
  });
  document.base?.allocations.forEach(([worker, held], i) => {
    doctor(worker, "base", "allocations", i, 0);
    line(held, "base", "allocations", i, 1);
  });
  return faults;
}

/** The place that a member's name says; -1 for none. */
function placeOf(key: string): number {
  return /^(0|[1-9]\d*)$/.test(key) ? Number(key) : -1;
}
