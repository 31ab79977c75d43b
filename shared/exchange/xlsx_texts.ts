// What the cells of a workbook refer to: its texts, and which of its looks show numbers as dates. Read on a walk that counts what it
// costs. ECMA-376, part 1, 18.4 (shared texts) and 18.8.30 (formats of numbers).

import type { ApiError } from "../platform/problem_details.ts";
import { MAX_CELL_CHARACTERS } from "./limits.ts";
import { isBlankText, tooLarge } from "./table.ts";
import type { Work } from "./work.ts";
import { attribute, plainText, walkXml, type Xml } from "./xml_walk.ts";

/** The texts that cells refer to, by their numbers. */
export interface SharedTexts {
  /** Null of those that people see nothing of. */
  values: (string | null)[];
  /** How many characters the file has of each. */
  characters: number[];
}

/** The texts of a workbook that has none. */
export const NO_TEXTS: SharedTexts = { values: [], characters: [] };

/** How programs write a text, and one with spaces at its ends. */
const PLAIN_TEXTS = ["<si><t>", '<si><t xml:space="preserve">'];
const PLAIN_TEXT_END = "</t></si>";
/** Elements that such a text is made of. */
const PLAIN_TEXT_ELEMENTS = 2;

/** The shared texts, how they are pronounced left out. */
export function sharedTexts(xml: Xml, work: Work): SharedTexts {
  const { text } = xml;
  const texts: SharedTexts = { values: [], characters: [] };
  /** Of the text that the walk is in; null: in none. */
  let value: string | null = null, characters = 0;
  let inText = false, aloud = 0;
  walkXml(xml, work, {
    plain: (from) => {
      const start = PLAIN_TEXTS.find((each) => text.startsWith(each, from));
      if (start === undefined || value !== null) return 0;
      const begin = from + start.length, to = text.indexOf("<", begin);
      if (to < 0 || !text.startsWith(PLAIN_TEXT_END, to)) return 0;
      work.spend("builtElements", PLAIN_TEXT_ELEMENTS);
      keepText(texts, plainText(xml, begin, to, false, work), to - begin);
      return to + PLAIN_TEXT_END.length;
    },
    open: (name) => {
      work.spend("builtElements", 1);
      if (name === "si") {
        value = "";
        characters = 0;
      }
      if (name === "rPh") aloud++;
      inText = name === "t" && aloud === 0;
    },
    close: (name) => {
      inText = false;
      if (name === "rPh") aloud--;
      if (name !== "si" || value === null) return;
      keepText(texts, value, characters);
      value = null;
    },
    text: (from, to, isVerbatim) => {
      if (value === null) return;
      characters += to - from;
      if (characters > MAX_CELL_CHARACTERS) throw longCell();
      if (inText) value += plainText(xml, from, to, isVerbatim, work);
    },
  });
  return texts;
}

/** @throws ApiError 413 of a text that no cell can hold */
function keepText({ values, characters }: SharedTexts, raw: string, length: number): void {
  if (length > MAX_CELL_CHARACTERS) throw longCell();
  const value = unescaped(raw);
  values.push(isBlankText(value) ? null : value);
  characters.push(length);
}

/** Formats of dates and times that have a number and no text (18.8.30). */
const DATE_FORMATS = [[14, 22], [27, 36], [45, 47], [50, 58]];

/** Which looks of a workbook show numbers as dates. */
export function dateLooks(xml: Xml, work: Work): boolean[] {
  const formats = new Map<number, boolean>();
  const looks: boolean[] = [];
  let inLooks = false;
  walkXml(xml, work, {
    open: (name, tag) => {
      work.spend("builtElements", 1);
      if (name === "cellXfs") inLooks = true;
      if (name === "numFmt") {
        formats.set(
          Number(attribute(tag, "numFmtId", work)),
          showsDate(attribute(tag, "formatCode", work) ?? ""),
        );
      }
      if (name !== "xf" || !inLooks) return;
      const format = Number(attribute(tag, "numFmtId", work) ?? 0);
      looks.push(
        formats.get(format) ?? DATE_FORMATS.some(([from, to]) => from <= format && format <= to),
      );
    },
    close: (name) => {
      if (name === "cellXfs") inLooks = false;
    },
  });
  return looks;
}

/** Whether a format of numbers shows a part of a date or a time, outside of its texts, colours and conditions. */
function showsDate(format: string): boolean {
  const codes = format.slice(0, 1_000).replace(/"[^"]*"|\\.|[*_]./g, "").replace(
    /\[(?!(?:h+|m+|s+)\])[^\]]*\]/gi,
    "",
  );
  return /[ymdhs]/i.test(codes.replace(/general/gi, ""));
}

/** Characters that XML cannot hold stand as _xHHHH_ (22.9.2.19). */
export function unescaped(text: string): string {
  return text.includes("_x")
    ? text.replaceAll(/_x([0-9A-Fa-f]{4})_/g, (_, code) => String.fromCharCode(parseInt(code, 16)))
    : text;
}

/** The refusal of a text that no cell can hold. */
export function longCell(): ApiError {
  return tooLarge(`It has a cell of more than ${MAX_CELL_CHARACTERS} characters`);
}
