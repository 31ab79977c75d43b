// The columns of a table of positions: one list for export, template, import and the words about them.

import { isId } from "../platform/ids.ts";
import {
  headerKey,
  type Parsed,
  parseFte,
  parseNeeded,
  parseText,
  parseWhole,
  parseYesNo,
  quote,
  refuse,
} from "./cells.ts";
import { MAX_POSTS } from "./limits.ts";
import { type Cell, isBlank } from "./table.ts";

/** A position with its posts, as a table and the database's `import_positions()` know it; keys are columns of `positions`. */
export interface PositionDocument {
  id?: string;
  hospital: string;
  team: string;
  name: string;
  specialty: string;
  subspecialty?: string | null;
  experience_categories?: string[];
  is_service?: boolean;
  is_rural?: boolean;
  is_nights_relief?: boolean;
  is_clinical_team?: boolean;
  is_non_clinical?: boolean;
  is_excludable?: boolean;
  allows_leave?: boolean;
  min_weeks?: number;
  /** How much of full time its posts are. */
  fte?: number;
  /** `#rrggbb` */
  colour?: string;
  /** Name of the six-month term that it is a component of, which component, and what that term is for. */
  six_month_term?: string | null;
  six_month_part?: number | null;
  six_month_qualification?: string | null;
  six_month_college?: string | null;
  /** Posts by term; null where the allocation run says nothing. */
  posts?: (number | null)[];
  /** Posts that must be filled, by term. */
  minimum_fill?: number[];
  /** What the position looked like when it was exported, as the database tells it. */
  version?: string;
}

/** How a column is checked by a spreadsheet program while somebody types. */
export type Check = { list: string[] } | { whole: [number, number] } | { length: number };

/** A column of the table. */
export interface PositionColumn {
  /** Where its value belongs in a `PositionDocument`. */
  key: keyof PositionDocument;
  /** From 1; of columns that there are for each term. */
  term?: number;
  header: string;
  /** Whether a table without it is refused. */
  required: boolean;
  /** What may stand in it, as a sentence for planners. */
  help: string;
  /** In characters. */
  width: number;
  check?: Check;
  /** What a cell means; blank cells come as null, texts as people see them (`foldText`). */
  parse(cell: Cell): Parsed;
  /** What is written for a value of a document. */
  format(value: unknown): string | number | null;
}

const CATEGORIES = "ABCD";
const VERSION = /^[0-9a-f]{12}$/;
/** Of positions for which nobody chose one. */
export const DEFAULT_COLOUR = "#8a94a6";

/**
 * The columns for an allocation run.
 * @param terms how many terms it has
 */
export function positionColumns(terms: number): PositionColumn[] {
  const numbers = Array.from({ length: terms }, (_, i) => i + 1);
  return [
    name("hospital", "Hospital", 24, 200, "Name of the hospital; a new name makes a new one."),
    name("team", "Team", 26, 200, "Name of the clinical team; a new name makes a new one."),
    name("name", "Position", 30, 200, "Name of the position, once per team."),
    name("specialty", "Specialty", 20, 100, "Parent specialty, e.g. Medicine."),
    optional("subspecialty", "Subspecialty", 100, "E.g. Cardiology; blank where there is none."),
    categories(),
    yesNo("is_service", "Service", "Yes for nights, relief and other service terms.", false),
    yesNo("is_rural", "Rural", "Yes for rural terms.", false),
    yesNo("is_nights_relief", "Nights or relief", "Yes for nights and relief terms.", false),
    yesNo("is_clinical_team", "Clinical team", "No where it covers several teams.", true),
    yesNo("is_non_clinical", "Non-clinical", "Yes for pathology, research and the like.", false),
    yesNo("is_excludable", "Excludable", "Yes where its posts may stay empty.", false),
    yesNo("allows_leave", "Allows leave", "No where nobody takes annual leave.", true),
    whole("min_weeks", "Shortest term (weeks)", [1, 52], 1, "The shortest term it is worked in."),
    fte(),
    colour(),
    optional(
      "six_month_term",
      "Six-month term",
      200,
      "Name of the six-month term that it is one of two components of; a new name makes a new one.",
    ),
    whole(
      "six_month_part",
      "Six-month part",
      [1, 2],
      null,
      "1 for the component that is worked first, 2 for the one in the term after it.",
    ),
    optional(
      "six_month_qualification",
      "Six-month qualification",
      200,
      "Its diploma or certificate.",
    ),
    optional("six_month_college", "Six-month college", 200, "The college that requires it."),
    ...numbers.map((term) =>
      whole("posts", `Posts term ${term}`, [0, MAX_POSTS], null, "Posts in this term.", term)
    ),
    ...numbers.map((term) =>
      whole(
        "minimum_fill",
        `Minimum term ${term}`,
        [0, MAX_POSTS],
        0,
        "Posts that must be filled, not more than there are.",
        term,
      )
    ),
    id(),
    version(),
  ];
}

/** What a position is of which nothing but its names is said. */
type Blank = Required<
  Omit<PositionDocument, "id" | "hospital" | "team" | "name" | "specialty" | "version">
>;

/** A position as blank cells mean it. @param terms how many terms the allocation run has */
export function blankPosition(terms: number): Blank {
  const blank: Record<string, unknown> = {};
  for (const { key, term, parse } of positionColumns(terms)) {
    const parsed = parse(null);
    if ("fault" in parsed || parsed.value === undefined) continue;
    if (term === undefined) blank[key] = parsed.value;
    else ((blank[key] ??= []) as unknown[])[term - 1] = parsed.value;
  }
  return blank as unknown as Blank;
}

/** Names by which a column may be headed. */
export function headerKeys({ key, term, header }: PositionColumn): string[] {
  const own = [headerKey(header), headerKey(term === undefined ? key : `${key}${term}`)];
  if (term === undefined) return [...own, ...ALSO[key] ?? []];
  return key === "posts" ? [...own, `term${term}`, `t${term}`] : own;
}

/** What else people head columns with, as `headerKey()` has it. */
const ALSO: Partial<Record<keyof PositionDocument, string[]>> = {
  hospital: ["site", "campus", "location", "hospitalname", "facility"],
  team: ["unit", "ward", "clinicalteam", "teamname", "department"],
  name: [
    "position",
    "positionname",
    "post",
    "rotation",
    "job",
    "placement",
    "posting",
    "postingcode",
  ],
  specialty: ["speciality", "parentspecialty", "parentspeciality", "discipline"],
  subspecialty: ["subspeciality"],
  experience_categories: ["category", "clinicalexperiencecategories", "experiencecategories"],
  is_rural: ["regional"],
  is_nights_relief: ["nights", "relief", "nightsrelief"],
  allows_leave: ["leave", "annualleave"],
  min_weeks: ["shortestterm", "minimumweeks"],
  fte: ["parttime", "fulltimeequivalent", "partoffulltime"],
  colour: ["color"],
};

function name(
  key: keyof PositionDocument,
  header: string,
  width: number,
  longest: number,
  help: string,
): PositionColumn {
  return {
    key,
    header,
    required: true,
    help: `${help} Needed.`,
    width,
    check: { length: longest },
    parse: (cell) => parseNeeded(cell, longest),
    format: String,
  };
}

function optional(
  key: keyof PositionDocument,
  header: string,
  longest: number,
  help: string,
): PositionColumn {
  return {
    key,
    header,
    required: false,
    help,
    width: 20,
    check: { length: longest },
    parse: (cell) => isBlank(cell) ? { value: null } : parseText(cell, longest),
    format: (value) => value as string | null,
  };
}

function categories(): PositionColumn {
  return {
    key: "experience_categories",
    header: "Categories",
    required: false,
    help:
      "At most two of A undifferentiated, B chronic, C acute and critical, D peri-procedural, e.g. A, C.",
    width: 11,
    parse: parseCategories,
    format: (value) => (value as string[]).join(", ") || null,
  };
}

function parseCategories(cell: Cell): Parsed {
  if (isBlank(cell)) return { value: [] };
  if (typeof cell !== "string") {
    return refuse("UNKNOWN_CATEGORY", "holds no categories; write letters, e.g. A, C");
  }
  const letters = [...new Set(cell.toUpperCase().replaceAll(/[\s,;/+&]+/g, ""))].sort();
  const unknown = letters.filter((letter) => !CATEGORIES.includes(letter));
  if (unknown.length > 0) {
    return refuse("UNKNOWN_CATEGORY", `holds ${quote(cell)}; the categories are A, B, C and D`);
  }
  return letters.length > 2
    ? refuse("TOO_MANY_CATEGORIES", `holds ${letters.length} categories; at most two are possible`)
    : { value: letters };
}

function yesNo(
  key: keyof PositionDocument,
  header: string,
  help: string,
  blank: boolean,
): PositionColumn {
  return {
    key,
    header,
    required: false,
    help: `Yes or No. ${help} Blank means ${blank ? "Yes" : "No"}.`,
    width: 9,
    check: { list: ["Yes", "No"] },
    parse: (cell) => parseYesNo(cell, blank),
    format: (value) => value ? "Yes" : "No",
  };
}

function whole(
  key: keyof PositionDocument,
  header: string,
  [least, most]: [number, number],
  blank: number | null,
  help: string,
  term?: number,
): PositionColumn {
  const meaning = blank === null ? "none" : `${blank}`;
  return {
    key,
    term,
    header,
    required: false,
    help: `${help} A whole number from ${least} to ${most}; blank means ${meaning}.`,
    width: 10,
    check: { whole: [least, most] },
    parse: (cell) => parseWhole(cell, [least, most], blank),
    // A minimum of nothing is left blank: what stands there is meant to be seen.
    format: (value) => key === "minimum_fill" && value === 0 ? null : value as number | null,
  };
}

function fte(): PositionColumn {
  return {
    key: "fte",
    header: "FTE",
    required: false,
    help:
      "Part of full time that each post is, e.g. 0.5 or 50%, in steps of 0.05; blank means 1. " +
      "Who works more may not take a line with it.",
    width: 7,
    parse: parseFte,
    // Full time is left blank: what stands there is meant to be seen.
    format: (value) => value === undefined || value === 1 ? null : value as number,
  };
}

function colour(): PositionColumn {
  return {
    key: "colour",
    header: "Colour",
    required: false,
    help:
      `As #rrggbb, along its blocks in the workbook of the roster; blank means ${DEFAULT_COLOUR}.`,
    width: 10,
    parse: (cell) => {
      if (isBlank(cell)) return { value: DEFAULT_COLOUR };
      const text = String(cell).trim().toLowerCase();
      return /^#?[0-9a-f]{6}$/.test(text)
        ? { value: `#${text.replace("#", "")}` }
        : refuse("NOT_A_COLOUR", `holds ${quote(cell)}; write a colour as #rrggbb, e.g. #1f6fb2`);
    },
    format: String,
  };
}

function id(): PositionColumn {
  return {
    key: "id",
    header: "ID",
    required: false,
    help: "Made by Receptor: with it a position keeps its identity when it is renamed or moved. " +
      "Blank for new positions; then hospital, team and position name it.",
    width: 38,
    parse: (cell) => {
      if (isBlank(cell)) return { value: undefined };
      const text = String(cell).trim();
      return isId(text)
        ? { value: text.toLowerCase() }
        : refuse("NOT_AN_ID", `holds ${quote(cell)}; leave it as it was exported, or blank`);
    },
    format: String,
  };
}

function version(): PositionColumn {
  return {
    key: "version",
    header: "Version",
    required: false,
    help: "Made by Receptor: tells whether somebody changed the position after the export. " +
      "Leave it as it is; blank overwrites whatever is there.",
    width: 14,
    parse: (cell) => {
      if (isBlank(cell)) return { value: undefined };
      const text = String(cell).trim().toLowerCase();
      return VERSION.test(text)
        ? { value: text }
        : refuse("NOT_A_VERSION", `holds ${quote(cell)}; leave it as it was exported, or blank`);
    },
    format: (value) => value === undefined ? null : String(value),
  };
}
