// Which column of a table of job lines is what: by its headers, or as somebody said.

import { headerKey } from "../cells.ts";
import {
  askedColumns,
  type AskedField,
  type FileColumn,
  headersIn,
  headRow,
  isSameHeader,
  type Mapping,
} from "../mappings.ts";
import { foldText } from "../../platform/texts.ts";
import { isBlank, type Table } from "../table.ts";

/** A field of a table of job lines. */
interface LineField {
  key: string;
  header: string;
  /** Names that columns of it have, as `headerKey()` has them, the surest first. */
  names: readonly string[];
  help: string;
  /** One value may stand for all rows. */
  fixed?: boolean;
}

const FIELDS: readonly LineField[] = [
  {
    key: "line",
    header: "Line",
    names: [
      "line",
      "jobline",
      "linename",
      "rosterline",
      "mcr",
      "id",
      "no",
      "name",
      "doctor",
      "intern",
      "resident",
    ],
    help: "The name of the job line.",
  },
  {
    key: "line_more",
    header: "Line, second part",
    names: [],
    help: "Where it takes two columns to tell lines apart, e.g. a doctor and a year.",
  },
  {
    key: "position",
    header: "Position",
    names: ["position", "postingcode", "posting", "rotation", "placement", "post", "positionname"],
    help: "What is worked, of a table with a row for each rotation.",
  },
  {
    key: "term",
    header: "Term",
    names: ["term", "block", "monthblock", "rotationnumber"],
    help: "In which term or block, from 1.",
  },
  {
    key: "from",
    header: "From",
    names: ["from", "start", "startson", "startdate", "datefrom", "begin", "begins", "commencing"],
    help: "The first day, where no column says the term; 07/02/2028 is in February.",
  },
  {
    key: "to",
    header: "To",
    names: ["to", "end", "endson", "enddate", "dateto", "until", "finish", "till"],
    help: "The last day.",
  },
  {
    key: "hospital",
    header: "Hospital",
    names: ["hospital", "site", "campus"],
    help: "Tells positions of one name apart, and says where those that are made belong.",
    fixed: true,
  },
  {
    key: "team",
    header: "Team",
    names: ["team", "unit"],
    help: "Tells positions of one name apart, and says where those that are made belong.",
    fixed: true,
  },
  {
    key: "specialty",
    header: "Specialty",
    names: ["specialty", "speciality", "parentspecialty"],
    help: "Of positions that are made.",
    fixed: true,
  },
  {
    key: "leave",
    header: "Leave",
    names: ["leaveweeks", "leave"],
    help: "Weeks of leave, e.g. 12-13, or Yes where the whole row is leave.",
  },
];

/** A week of leave's block, and which half of it: as residents' tables have it. */
export const LEAVE_HEADER = /^leave(\d+)(block|half)$/;
const TERM_HEADER = /^(?:term|block|rotation|position|t|b|r)0*(\d{1,2})$/;
/** Rows at the start that are looked at for headers. */
const HEAD_ROWS = 15;

/** Where the columns of a table of job lines stand. */
export interface LineColumns {
  layout: "terms" | "rotations";
  /** The row of headers, from 0. */
  head: number;
  headers: readonly FileColumn[];
  /** Places by field. */
  fields: ReadonlyMap<string, number>;
  /** Places by term, from index 0. */
  terms: readonly (number | undefined)[];
  /** Columns of terms that there are not, or twice. */
  wrongTerms: readonly { column: FileColumn; term: number; fault: "unknown" | "repeated" }[];
}

/** The columns by which lines can be read; null: they are not understood. @param terms of the allocation run */
export function findLineColumns(
  table: Table,
  terms: number,
  mapping: Mapping | null,
): LineColumns | null {
  if (mapping) {
    return layOut(columnsIn(table, lineHead(table, mapping), terms, mapping), 1);
  }
  for (let row = 0; row < Math.min(HEAD_ROWS, table.rows.length); row++) {
    const found = layOut(columnsIn(table, row, terms, null), 2);
    if (found) return found;
  }
  return null;
}

/** Where the headers stand, or may stand. */
export function lineHead(table: Table, mapping: Mapping | null): number {
  const names = new Set(FIELDS.flatMap((field) => field.names));
  return headRow(table, mapping, (header) => {
    const key = headerKey(header);
    return names.has(key) || TERM_HEADER.test(key);
  });
}

/** What a page asks of a table whose columns are not understood. */
export function askedLineColumns(
  table: Table,
  terms: number,
  mapping: Mapping | null,
): Record<string, unknown> {
  const head = lineHead(table, mapping);
  const { fields, terms: places, headers } = columnsIn(table, head, terms, mapping);
  const nameOf = (place: number) => headers.find((each) => each.place === place)!.header;
  const known = [
    ...[...fields].map(([key, place]) => [key, nameOf(place)]),
    ...places.flatMap((place, i) => place === undefined ? [] : [[`term_${i + 1}`, nameOf(place)]]),
  ];
  return askedColumns(table, head, askedFields(terms), Object.fromEntries(known));
}

/** Keys of the fields that somebody may name. */
export function lineFieldKeys(terms: number): string[] {
  return askedFields(terms).map(({ key }) => key);
}

function askedFields(terms: number): AskedField[] {
  return [
    ...FIELDS.map(({ names: _, ...field }) => ({ ...field, needed: field.key === "line" })),
    ...Array.from({ length: terms }, (_, i) => ({
      key: `term_${i + 1}`,
      header: `Term ${i + 1}`,
      help: "The position of this term, of a table with a column for each.",
      needed: false,
    })),
  ];
}

type Found = Omit<LineColumns, "layout">;

function layOut(found: Found, leastTerms: number): LineColumns | null {
  const count = found.terms.filter((place) => place !== undefined).length +
    found.wrongTerms.length;
  const { fields } = found;
  // Residents with their leave alone are lines that get their positions later.
  const hasLeave = fields.has("line") &&
    found.headers.some(({ header }) => LEAVE_HEADER.test(headerKey(header)));
  if (count >= leastTerms || hasLeave) return { ...found, layout: "terms" };
  const isLong = fields.has("line") && fields.has("position") &&
    (fields.has("term") || fields.has("from"));
  return isLong ? { ...found, layout: "rotations" } : null;
}

function columnsIn(
  table: Table,
  head: number,
  termCount: number,
  mapping: Mapping | null,
): Found {
  const headers = headersIn(table, head);
  const fields = new Map<string, number>();
  const terms: (number | undefined)[] = [];
  const wrongTerms: { column: FileColumn; term: number; fault: "unknown" | "repeated" }[] = [];
  const said = mapping?.columns ?? {};
  for (const [key, header] of Object.entries(said)) {
    const place = header === ""
      ? undefined
      : headers.find((each) => isSameHeader(each.header, header))?.place;
    if (place === undefined) continue;
    const term = /^term_(\d+)$/.exec(key)?.[1];
    if (term) terms[Number(term) - 1] = place;
    else fields.set(key, place);
  }
  const taken = new Set([...fields.values(), ...terms]);
  for (const { key, names } of FIELDS) {
    if (key in said) continue;
    const place = names.map((name) =>
      headers.find((each) => headerKey(each.header) === name && !taken.has(each.place))?.place
    ).find((found) => found !== undefined);
    if (place === undefined) continue;
    fields.set(key, place);
    taken.add(place);
  }
  for (const column of headers) {
    const term = Number(TERM_HEADER.exec(headerKey(column.header))?.[1] ?? 0);
    if (term === 0 || taken.has(column.place) || `term_${term}` in said) continue;
    if (term > termCount) wrongTerms.push({ column, term, fault: "unknown" });
    else if (terms[term - 1] !== undefined) wrongTerms.push({ column, term, fault: "repeated" });
    else terms[term - 1] = column.place;
  }
  return { head, headers, fields, terms, wrongTerms };
}

/** Headers of columns that nothing was read from. @param isRead what else is read by its header */
export function leftAlone(
  { headers, fields, terms, wrongTerms }: LineColumns,
  isRead: (key: string) => boolean = () => false,
): string[] {
  const used = new Set([
    ...fields.values(),
    ...terms,
    ...wrongTerms.map(({ column }) => column.place),
  ]);
  return headers.filter(({ place, header }) => !used.has(place) && !isRead(headerKey(header)))
    .map(({ header }) => header);
}

/** Whether the cells of a column are Yes and No: whole rows of leave, not weeks. */
export function isFlag(table: Table, { head, headers }: LineColumns, place: number): boolean {
  const header = headers.find((each) => each.place === place)?.header ?? "";
  if (/^is[_ ]/i.test(header)) return true;
  let saysSo = false;
  for (let row = head + 1; row < table.rows.length; row++) {
    const cell = table.rows.cell(row, place);
    if (isBlank(cell)) continue;
    const text = foldText(String(cell)).toLowerCase();
    if (!/^(0|1|no|n|false|yes|y|true)$/.test(text)) return false;
    saysSo ||= text !== "1";
  }
  return saysSo;
}
