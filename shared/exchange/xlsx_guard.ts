// Opens a workbook that anybody may have made, and takes out of it the few parts that are needed: one sheet, and the texts and
// looks that its cells refer to. Nothing else is looked at, so nothing else can cost anything.

import type { Bytes } from "../platform/bytes.ts";
import { ApiError } from "../platform/problem_details.ts";
import { MAX_PARTS, MAX_RATIO, MAX_UNPACKED_BYTES, SMALL_PART_BYTES } from "./limits.ts";
import { tooLarge } from "./table.ts";
import type { Work } from "./work.ts";
import { attribute, walkXml, type Xml, xmlOf } from "./xml_walk.ts";
import { archiveParts, type Part, unpack } from "./zip_guard.ts";

/** A sheet and what its cells refer to, as XML; null where there is none. */
export interface OpenSheet {
  name: string;
  /** Names of all that are visible. */
  names: string[];
  cells: Xml;
  texts: Xml | null;
  looks: Xml | null;
  date1904: boolean;
}

/** Which sheet to read: that of a name, in any case, or the only one; `elseFirst`: where there is none, the first. */
export interface SheetChoice {
  name: string;
  elseFirst?: boolean;
}

/** A sheet as the workbook lists it. */
interface SheetEntry {
  name: string;
  relationship: string;
}

/** What a relationship leads to. */
interface Relationship {
  id: string;
  /** The last word of its type, e.g. "worksheet". */
  type: string;
  target: string;
}

/** The refusal of what is no workbook. */
export function unreadable(): ApiError {
  return new ApiError(
    400,
    "UNREADABLE_FILE",
    "The file is damaged, or no .xlsx workbook. Open it in your spreadsheet program and save it again as .xlsx.",
  );
}

/**
 * Takes the sheet of a name out of a workbook, or the only one that is visible.
 * @throws BadXml, BadArchive, TypeError where it is no workbook; ApiError 400 UNREADABLE_FILE, SHEET_NOT_FOUND; 413 FILE_TOO_LARGE
 */
export async function openSheet(file: Bytes, wanted: SheetChoice, work: Work): Promise<OpenSheet> {
  const parts = new Parts(file, work);
  const root = relationships(await parts.xml("_rels/.rels"), "", work);
  const bookPath = root.find(({ type }) => type === "officeDocument")?.target;
  if (bookPath === undefined) throw unreadable();
  const book = readBook(await parts.xml(bookPath), work);
  const related = relationships(await parts.xml(relationshipsPath(bookPath)), bookPath, work);
  // A chart may have a sheet of its own, which holds no cells.
  const others = new Set(related.filter(({ type }) => type !== "worksheet").map(({ id }) => id));
  const sheets = book.sheets.filter(({ relationship }) => !others.has(relationship));
  if (sheets.length === 0 && book.sheets.length > 0) throw unreadable();
  const chosen = choose(sheets, wanted);
  const target = related.find(({ id, type }) => type === "worksheet" && id === chosen.relationship)
    ?.target;
  if (target === undefined) throw unreadable();
  const ofType = async (type: string) => {
    const path = related.find((each) => each.type === type)?.target;
    return path !== undefined && parts.has(path) ? await parts.xml(path) : null;
  };
  return {
    name: chosen.name,
    names: sheets.map(({ name }) => name),
    cells: await parts.xml(target),
    texts: await ofType("sharedStrings"),
    looks: await ofType("styles"),
    date1904: book.date1904,
  };
}

/** A path of a part as it is compared: in any case, with whatever of it is percent-encoded (ECMA-376, part 2, 6.2.2). */
function partKey(path: string): string {
  try {
    return decodeURIComponent(path).toLowerCase();
  } catch {
    return path.toLowerCase();
  }
}

/** The parts of an archive by path. */
class Parts {
  readonly #parts = new Map<string, Part>();

  constructor(private readonly file: Bytes, private readonly work: Work) {
    const parts = archiveParts(file);
    if (parts === null) throw unreadable();
    if (parts.length > MAX_PARTS) throw tooLarge(`It has more than ${MAX_PARTS} parts`);
    checkSizes(parts);
    for (const part of parts) {
      const path = partKey(part.path);
      if (this.#parts.has(path)) throw unreadable();
      this.#parts.set(path, part);
    }
  }

  has(path: string): boolean {
    return this.#parts.has(partKey(path));
  }

  async xml(path: string): Promise<Xml> {
    const part = this.#parts.get(partKey(path));
    if (part === undefined) throw unreadable();
    if (part.size > SMALL_PART_BYTES && part.size > MAX_RATIO * part.packedSize) {
      throw tooLarge(`A part of it unpacks to more than ${MAX_RATIO} times its size`);
    }
    return xmlOf(await unpack(this.file, part, this.work));
  }
}

/** @throws ApiError where unpacking would take too much */
function checkSizes(parts: Part[]): void {
  const bytes = (belongs: (path: string) => boolean) =>
    parts.reduce((sum, { path, size }) => sum + (belongs(path) ? size : 0), 0);
  const isSheet = (path: string) => path.startsWith("xl/worksheets/");
  const isXml = (path: string) => /\.(xml|rels)$/i.test(path);
  const refuse = (what: string, limit: number) => {
    throw tooLarge(`${what} more than ${limit / 2 ** 20} MB; keep the sheet that is meant alone`);
  };
  const { sheets, otherXml, all } = MAX_UNPACKED_BYTES;
  if (bytes(() => true) > all) refuse("It unpacks to", all);
  if (bytes(isSheet) > sheets) refuse("Its sheets unpack to", sheets);
  if (bytes((path) => isXml(path) && !isSheet(path)) > otherXml) {
    refuse("Its texts and looks unpack to", otherXml);
  }
}

function relationshipsPath(path: string): string {
  const slash = path.lastIndexOf("/") + 1;
  return `${path.slice(0, slash)}_rels/${path.slice(slash)}.rels`;
}

/** The relationships of a part; targets as paths in the archive. */
function relationships(xml: Xml, source: string, work: Work): Relationship[] {
  const found: Relationship[] = [];
  walkXml(xml, work, {
    open: (name, tag) => {
      const target = name === "Relationship" ? attribute(tag, "Target", work) : undefined;
      if (target === undefined || attribute(tag, "TargetMode", work) === "External") return;
      found.push({
        id: attribute(tag, "Id", work) ?? "",
        type: attribute(tag, "Type", work)?.split("/").at(-1) ?? "",
        target: new URL(target.replaceAll("\\", "/"), `file:///${source}`).pathname.slice(1),
      });
    },
  });
  return found;
}

/** The visible sheets, and whether its dates count from 1904. */
function readBook(xml: Xml, work: Work): { sheets: SheetEntry[]; date1904: boolean } {
  const sheets: SheetEntry[] = [];
  let date1904 = false;
  walkXml(xml, work, {
    open: (name, tag) => {
      if (name === "workbookPr") {
        date1904 = /^(1|true)$/.test(attribute(tag, "date1904", work) ?? "");
      }
      if (name !== "sheet" || /hidden/i.test(attribute(tag, "state", work) ?? "")) return;
      sheets.push({
        name: attribute(tag, "name", work) ?? "",
        relationship: attribute(tag, "id", work) ?? "",
      });
    },
  });
  return { sheets, date1904 };
}

function choose(visible: SheetEntry[], { name: wanted, elseFirst }: SheetChoice): SheetEntry {
  const named = visible.find(({ name }) => name.trim().toLowerCase() === wanted.toLowerCase());
  if (named !== undefined) return named;
  if (visible.length === 1 || (elseFirst && visible.length > 1)) return visible[0];
  const names = visible.slice(0, 20).map(({ name }) => name.slice(0, 40)).join(", ");
  throw new ApiError(
    400,
    "SHEET_NOT_FOUND",
    `The workbook has no sheet "${wanted}". Its sheets: ${names}.`,
  );
}
