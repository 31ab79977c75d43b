// Stands between a workbook that anybody may have made and the library that reads it. It looks at the few parts that are
// needed, counts what reading them would cost, and makes a plain workbook of one sheet of them: values and merged ranges,
// the texts and looks that they refer to. The library sees nothing else, so nothing else can cost anything.

import type { Bytes } from "../platform/bytes.ts";
import { ApiError } from "../platform/problem_details.ts";
import {
  MAX_CELL_CHARACTERS,
  MAX_PARTS,
  MAX_RATIO,
  MAX_SHEET_ROWS,
  MAX_UNPACKED_BYTES,
  SMALL_PART_BYTES,
} from "./limits.ts";
import { tooLarge } from "./table.ts";
import type { Work } from "./work.ts";
import { attribute, BadXml, encodeAttribute, walkXml } from "./xml_walk.ts";
import { archiveParts, BadArchive, type Part, storedArchive, unpack } from "./zip_guard.ts";

/** A workbook of one sheet that may be read. */
export interface GuardedWorkbook {
  file: Bytes;
  sheet: string;
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

/**
 * Makes a plain workbook of the sheet of a name, or of the only one that is visible.
 * @throws ApiError 400 UNREADABLE_FILE, SHEET_NOT_FOUND; 413 FILE_TOO_LARGE
 */
export async function guardWorkbook(
  file: Bytes,
  wanted: SheetChoice,
  work: Work,
): Promise<GuardedWorkbook> {
  try {
    return await guarded(file, wanted, work);
  } catch (error) {
    if (error instanceof BadXml || error instanceof BadArchive || error instanceof TypeError) {
      throw unreadable();
    }
    throw error;
  }
}

/** The refusal of what is no workbook. */
export function unreadable(): ApiError {
  return new ApiError(
    400,
    "UNREADABLE_FILE",
    "The file is damaged, or no .xlsx workbook. Open it in your spreadsheet program and save it again as .xlsx.",
  );
}

async function guarded(file: Bytes, wanted: SheetChoice, work: Work): Promise<GuardedWorkbook> {
  const parts = new Parts(file, work);
  const root = relationships(await parts.text("_rels/.rels"), "", work);
  const bookPath = root.find(({ type }) => type === "officeDocument")?.target;
  if (bookPath === undefined) throw unreadable();
  const book = readBook(await parts.text(bookPath), work);
  const related = relationships(await parts.text(relationshipsPath(bookPath)), bookPath, work);
  const chosen = choose(book.sheets, wanted);
  const target = related.find(({ id, type }) => type === "worksheet" && id === chosen.relationship)
    ?.target;
  if (target === undefined) throw unreadable();
  const ofType = async (type: string) => {
    const path = related.find((each) => each.type === type)?.target;
    return path !== undefined && parts.has(path) ? await parts.text(path) : null;
  };
  const strings = await ofType("sharedStrings");
  const styles = await ofType("styles");
  const lengths = strings === null ? [] : textLengths(strings, work);
  if (styles !== null) {
    walkXml(styles, work, { open: () => work.spend("builtElements", 1) });
  }
  const sheet = plainSheet(await parts.text(target), chosen.name, lengths, work);
  return {
    sheet: chosen.name,
    file: plainWorkbook(chosen.name, book.date1904, { sheet, strings, styles }),
  };
}

/** The parts of an archive by path, in any case. */
class Parts {
  readonly #parts = new Map<string, Part>();

  constructor(private readonly file: Bytes, private readonly work: Work) {
    const parts = archiveParts(file);
    if (parts === null) throw unreadable();
    if (parts.length > MAX_PARTS) throw tooLarge(`It has more than ${MAX_PARTS} parts`);
    checkSizes(parts);
    for (const part of parts) {
      const path = part.path.toLowerCase();
      if (this.#parts.has(path)) throw unreadable();
      this.#parts.set(path, part);
    }
  }

  has(path: string): boolean {
    return this.#parts.has(path.toLowerCase());
  }

  async text(path: string): Promise<string> {
    const part = this.#parts.get(path.toLowerCase());
    if (part === undefined) throw unreadable();
    if (part.size > SMALL_PART_BYTES && part.size > MAX_RATIO * part.packedSize) {
      throw tooLarge(`A part of it unpacks to more than ${MAX_RATIO} times its size`);
    }
    return new TextDecoder().decode(await unpack(this.file, part, this.work));
  }
}

/** @throws ApiError where unpacking would take too much */
function checkSizes(parts: Part[]): void {
  const bytes = (belongs: (path: string) => boolean) =>
    parts.reduce((sum, { path, size }) => sum + (belongs(path) ? size : 0), 0);
  const isSheet = (path: string) => path.startsWith("xl/worksheets/");
  const isXml = (path: string) => /\.(xml|rels)$/i.test(path);
  const refuse = (what: string, limit: number) => {
    throw tooLarge(`${what} more than ${limit / 2 ** 20} MB; keep the sheet of positions alone`);
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
function relationships(xml: string, source: string, work: Work): Relationship[] {
  const found: Relationship[] = [];
  walkXml(xml, work, {
    open: (name, tag) => {
      const target = name === "Relationship" ? attribute(tag, "Target") : undefined;
      if (target === undefined || attribute(tag, "TargetMode") === "External") return;
      found.push({
        id: attribute(tag, "Id") ?? "",
        type: attribute(tag, "Type")?.split("/").at(-1) ?? "",
        target: new URL(target.replaceAll("\\", "/"), `file:///${source}`).pathname.slice(1),
      });
    },
  });
  return found;
}

/** The visible sheets, and whether its dates count from 1904. */
function readBook(xml: string, work: Work): { sheets: SheetEntry[]; date1904: boolean } {
  const sheets: SheetEntry[] = [];
  let date1904 = false;
  walkXml(xml, work, {
    open: (name, tag) => {
      if (name === "workbookPr") date1904 = /^(1|true)$/.test(attribute(tag, "date1904") ?? "");
      if (name !== "sheet" || /hidden/i.test(attribute(tag, "state") ?? "")) return;
      sheets.push({ name: attribute(tag, "name") ?? "", relationship: attribute(tag, "id") ?? "" });
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

/** How many characters each shared text has. */
function textLengths(xml: string, work: Work): number[] {
  const lengths: number[] = [];
  walkXml(xml, work, {
    open: (name) => {
      work.spend("builtElements", 1);
      if (name === "si") lengths.push(0);
    },
    text: (from, to) => {
      if (lengths.length === 0) return;
      lengths[lengths.length - 1] += to - from;
      if (lengths[lengths.length - 1] > MAX_CELL_CHARACTERS) throw longCell();
    },
  });
  return lengths;
}

function longCell(): ApiError {
  return tooLarge(`It has a cell of more than ${MAX_CELL_CHARACTERS} characters`);
}

/**
 * The sheet's rows and merged ranges, and nothing else of it, once they are counted.
 * @param lengths of the shared texts
 */
function plainSheet(xml: string, sheet: string, lengths: number[], work: Work): string {
  const kept = new Map<string, { from: number; to: number }>();
  let root: { tag: string; name: string } | null = null;
  let rows = 0;
  let longestFormula = 0;
  let cell = { isShared: false, characters: 0, in: "" };
  walkXml(xml, work, {
    open: (name, tag, from) => {
      if (root === null) root = { tag, name: /^<([^\s/>]+)/.exec(tag)![1] };
      cell.in = name;
      switch (name) {
        case "row":
          if (++rows > MAX_SHEET_ROWS) throw tooManyRows(sheet);
          break;
        case "c":
          work.spend("cells", 1);
          cell = { isShared: attribute(tag, "t") === "s", characters: 0, in: name };
          break;
        case "f":
          // A shared formula may be written out again in each cell that has it.
          if (attribute(tag, "t") === "shared") work.spend("characters", longestFormula);
          break;
        case "mergeCell":
          work.spend("merges", 1);
          break;
        case "sheetData":
        case "mergeCells":
          if (kept.has(name)) throw new BadXml(`${name} twice`);
          kept.set(name, { from, to: xml.length });
      }
    },
    close: (name, to) => {
      const part = kept.get(name);
      if (part) part.to = to;
    },
    text: (from, to) => {
      let length = to - from;
      if (cell.in === "f") longestFormula = Math.max(longestFormula, length);
      if (cell.isShared && cell.in === "v") {
        length = lengths[Number(xml.slice(from, Math.min(to, from + 20)))] ?? length;
      }
      cell.characters += length;
      if (cell.characters > MAX_CELL_CHARACTERS && cell.in !== "sheetData" && cell.in !== "row") {
        throw longCell();
      }
      work.spend("characters", length);
    },
  });
  const { tag, name } = root ?? { tag: "<worksheet>", name: "worksheet" };
  if (tag.endsWith("/>") || !kept.has("sheetData")) throw unreadable();
  return `${tag}${
    [...kept.values()].map(({ from, to }) => xml.slice(from, to)).join("")
  }</${name}>`;
}

/** The refusal of a sheet that is formatted too far down. */
export function tooManyRows(sheet: string): ApiError {
  return tooLarge(`The sheet "${sheet}" has more than ${MAX_SHEET_ROWS} rows, empty ones included`);
}

const OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
const PACKAGE = "http://schemas.openxmlformats.org/package/2006";
const MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";

function plainWorkbook(
  name: string,
  date1904: boolean,
  xml: { sheet: string; strings: string | null; styles: string | null },
): Bytes {
  const relationship = (id: string, type: string, target: string) =>
    `<Relationship Id="${id}" Type="${OFFICE}/${type}" Target="${target}"/>`;
  const list = (items: string[]) =>
    `<Relationships xmlns="${PACKAGE}/relationships">${items.join("")}</Relationships>`;
  const parts: Record<string, string | null> = {
    "[Content_Types].xml": `<Types xmlns="${PACKAGE}/content-types"/>`,
    "_rels/.rels": list([relationship("r1", "officeDocument", "xl/workbook.xml")]),
    "xl/workbook.xml": `<workbook xmlns="${MAIN}" xmlns:r="${OFFICE}"><workbookPr date1904="${
      Number(date1904)
    }"/><sheets><sheet name="${encodeAttribute(name)}" sheetId="1" r:id="r1"/></sheets></workbook>`,
    "xl/_rels/workbook.xml.rels": list([
      relationship("r1", "worksheet", "sheet.xml"),
      ...xml.strings === null ? [] : [relationship("r2", "sharedStrings", "strings.xml")],
      ...xml.styles === null ? [] : [relationship("r3", "styles", "styles.xml")],
    ]),
    "xl/sheet.xml": xml.sheet,
    "xl/strings.xml": xml.strings,
    "xl/styles.xml": xml.styles,
  };
  return storedArchive(
    Object.entries(parts).filter(([, text]) => text !== null)
      .map(([path, text]) => ({ path, bytes: new TextEncoder().encode(text!) })),
  );
}
