// A position as its form has it, as a row of an import, and a typical service to start from.

import { numbersIn } from "../ui/numbers.ts";
import { fteOf } from "./fte.ts";

/** Flags of positions that the form has, with their words. */
export const FLAGS = [
  ["is_service", "Service term"],
  ["is_rural", "Rural"],
  ["is_nights_relief", "Nights or relief"],
  ["is_clinical_team", "On a clinical team"],
  ["is_non_clinical", "Non-clinical"],
  ["is_excludable", "May stay empty"],
] as const;

/** A flag of a position. */
export type Flag = typeof FLAGS[number][0];

/** What is typed of a position. */
export interface PositionDraft {
  /** Null: a new one. */
  id: string | null;
  hospital: string;
  team: string;
  name: string;
  specialty: string;
  subspecialty: string;
  categories: string[];
  flags: Flag[];
  /** How much of full time each post is, as typed. */
  fte: string;
  /** One number for all terms, or one for each, separated by commas. */
  posts: string;
}

/** A new position. */
export const BLANK_POSITION: PositionDraft = {
  id: null,
  hospital: "",
  team: "",
  name: "",
  specialty: "",
  subspecialty: "",
  categories: [],
  flags: ["is_clinical_team"],
  fte: "1",
  posts: "1",
};

/** The numbers of posts as they stand there, blanks between commas included; one behind the last comma is none. */
function toldPosts(text: string): string[] {
  if (!text.includes(",")) return numbersIn(text);
  return text.replace(/,\s*$/, "").split(",").map((part) => part.trim());
}

/** What is wrong with how many there are: one number is for all terms, else there is one for each; null: nothing is. */
export function postsFault(text: string, terms: number): string | null {
  const told = toldPosts(text).length;
  return told <= 1 || told === terms
    ? null
    : `One number, or one for each of the ${terms} terms; these are ${told}`;
}

/** Posts of each term; null: none is said. What is no number stays as it is, for the database to refuse by its path. */
export function postsOf(text: string, terms: number): unknown[] {
  const told = toldPosts(text);
  const value = (part: string | undefined) =>
    !part ? null : /^\d+$/.test(part) ? Number(part) : part;
  return Array.from({ length: terms }, (_, i) => value(told.length === 1 ? told[0] : told[i]));
}

/** The draft as a row of `import_positions()`. */
export function rowOf(draft: PositionDraft, terms: number): Record<string, unknown> {
  const { id, hospital, team, name, specialty, subspecialty, categories, flags, fte, posts } =
    draft;
  return {
    ...id && { id },
    hospital: hospital.trim(),
    team: team.trim(),
    name: name.trim(),
    specialty: specialty.trim(),
    subspecialty: subspecialty.trim() || null,
    experience_categories: categories,
    ...Object.fromEntries(FLAGS.map(([key]) => [key, flags.includes(key)])),
    // What is no part of full time stays as it is, for the database to refuse by its path.
    fte: fteOf(fte) ?? fte,
    posts: postsOf(posts, terms),
  };
}

/** Hospital, team, position, specialty, categories, flags, posts. */
const TYPICAL: readonly [string, string, string, string, string, string, number][] = [
  ["Main Hospital", "Emergency", "Emergency JMO", "Emergency", "A, C", "", 6],
  ["Main Hospital", "General Medicine", "General Medicine JMO", "General Medicine", "A, B", "", 5],
  ["Main Hospital", "Cardiology", "Cardiology JMO", "Cardiology", "B, C", "", 2],
  ["Main Hospital", "Respiratory", "Respiratory JMO", "Respiratory", "B, C", "", 2],
  ["Main Hospital", "Geriatrics", "Geriatrics JMO", "Geriatrics", "B", "", 2],
  ["Main Hospital", "General Surgery", "General Surgery JMO", "General Surgery", "C, D", "", 4],
  ["Main Hospital", "Orthopaedics", "Orthopaedics JMO", "Orthopaedics", "D", "", 3],
  ["Main Hospital", "Anaesthetics", "Anaesthetics JMO", "Anaesthetics", "D", "", 1],
  ["Main Hospital", "Intensive Care", "Intensive Care JMO", "Intensive Care", "C", "", 1],
  ["Main Hospital", "Paediatrics", "Paediatrics JMO", "Paediatrics", "A, B", "", 2],
  ["Main Hospital", "Psychiatry", "Psychiatry JMO", "Psychiatry", "B", "", 2],
  [
    "Main Hospital",
    "Obstetrics and Gynaecology",
    "Obstetrics JMO",
    "Obstetrics & Gynae",
    "C, D",
    "",
    1,
  ],
  ["Main Hospital", "Relief", "Relief JMO", "Relief", "", "relief", 2],
  ["Main Hospital", "Nights", "Nights JMO", "Nights", "A, C", "nights", 1],
  [
    "Rural Hospital",
    "Rural Medicine",
    "Rural Medicine JMO",
    "General Medicine",
    "A, B",
    "rural",
    2,
  ],
  ["Rural Hospital", "Rural Emergency", "Rural Emergency JMO", "Emergency", "A, C", "rural", 1],
];

/** A typical service as a table of positions, to be previewed and changed. @param terms how many the year has */
export function TYPICAL_SERVICE(terms: number): string {
  const numbers = Array.from({ length: terms }, (_, i) => i + 1);
  const head = [
    "Hospital",
    "Team",
    "Position",
    "Specialty",
    "Categories",
    "Service",
    "Rural",
    "Nights or relief",
    "Clinical team",
  ];
  const lines = TYPICAL.map(([hospital, team, name, specialty, categories, kind, posts]) => {
    const isService = kind === "relief" || kind === "nights";
    const flags = [isService, kind === "rural", isService, !isService].map((on) =>
      on ? "Yes" : "No"
    );
    return [hospital, team, name, specialty, categories, ...flags, ...numbers.map(() => posts)]
      .join("\t");
  });
  return [[...head, ...numbers.map((term) => `Posts term ${term}`)].join("\t"), ...lines].join(
    "\n",
  );
}
