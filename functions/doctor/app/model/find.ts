// Finding lines: by words, by what they hold, by bucket.

import { type Bucket, type Line } from "./lines.ts";
import { searchable, wordsOf } from "../../../console/app/ui/search.ts";

/** What is looked for; empty: all. */
export interface Search {
  text: string;
  specialty: string;
  hospital: string;
  bucket: Bucket | null;
  /** Only lines whose bucket and terms say different things. */
  mixed: boolean;
  /** Only lines with a note. */
  noted: boolean;
}

/** All lines. */
export const EVERYTHING: Search = {
  text: "",
  specialty: "",
  hospital: "",
  bucket: null,
  mixed: false,
  noted: false,
};

/** What of a line depends on the doctor. */
export interface Marks {
  bucket: Bucket;
  mixed: boolean;
  notes: string;
}

/** Finds lines, by words that may stand in any order; accents and case do not matter. */
export function createFinder(search: Search): (line: Line, marks: Marks) => boolean {
  const words = wordsOf(search.text);
  return (line, marks) => {
    if (search.bucket !== null && marks.bucket !== search.bucket) return false;
    if (search.mixed && !marks.mixed) return false;
    if (search.noted && marks.notes === "") return false;
    // Both of one rotation: "Surgery at North" is no line that has Surgery elsewhere.
    const here = line.rotations.some(({ position }) =>
      (search.specialty === "" || position.specialty === search.specialty) &&
      (search.hospital === "" || position.hospital === search.hospital)
    );
    if (!here && (search.specialty !== "" || search.hospital !== "")) return false;
    if (words.length === 0) return true;
    const text = textOf(line), notes = marks.notes === "" ? "" : searchable(marks.notes);
    return words.every((word) => text.includes(word) || notes.includes(word));
  };
}

/** What a line says, as it is searched; made once for each line. */
const texts = new WeakMap<Line, string>();

function textOf(line: Line): string {
  let text = texts.get(line);
  if (text === undefined) {
    const positions = line.rotations.flatMap((
      { position: { name, hospital, specialty, subspecialty } },
    ) => [name, hospital, specialty, subspecialty ?? ""]);
    texts.set(line, text = searchable([line.name, ...positions].join(" ")));
  }
  return text;
}
