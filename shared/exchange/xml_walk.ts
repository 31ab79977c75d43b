// Walks through XML once, without building anything, so that what reading it costs is counted before it is done.

import { MAX_DEPTH, MAX_TAG_CHARACTERS } from "./limits.ts";
import type { Work } from "./work.ts";

/** XML that no spreadsheet program writes: not well-formed, nested without end, or with entities of its own. */
export class BadXml extends Error {}

/** XML as it is read: patterns are looked for in its text, what is everywhere in its codes, at the same places. */
export interface Xml {
  readonly text: string;
  /** Of each character of the text; of those beyond Latin 1 {@link BEYOND}. */
  readonly codes: Uint8Array;
}

/** Stands for characters that have no code of one byte; XML is never told by it. */
const BEYOND = 0xff;
const BYTE_ORDER_MARK = [0xef, 0xbb, 0xbf];

/** XML of its bytes, which are UTF-8. */
export function xmlOf(bytes: Uint8Array): Xml {
  const isMarked = BYTE_ORDER_MARK.every((byte, i) => bytes[i] === byte);
  const own = isMarked ? bytes.subarray(BYTE_ORDER_MARK.length) : bytes;
  const text = new TextDecoder("utf-8", { ignoreBOM: true }).decode(own);
  // As many characters as bytes: each is one. So it is mostly, for texts are kept in another part than cells.
  return { text, codes: text.length === own.length ? own : codesOf(text) };
}

function codesOf(text: string): Uint8Array {
  const codes = new Uint8Array(text.length);
  for (let at = 0; at < text.length; at++) codes[at] = Math.min(text.charCodeAt(at), BEYOND);
  return codes;
}

/** What is told of each thing on the way. Places are characters of the XML; `name` is without its prefix. */
export interface XmlVisitor {
  /** A tag that opens, or stands alone; `tag` is all of it. */
  open?(name: string, tag: string, from: number, to: number): void;
  /** A tag that closes. */
  close?(name: string, to: number): void;
  /** Reads what begins at a place, where it is written as programs write it; says where that ends, or 0 where it is not. */
  plain?(from: number): number;
  /** Text between tags; `isVerbatim`: it holds no entities (CDATA). */
  text?(from: number, to: number, isVerbatim: boolean): void;
}

const LESS = 60, MORE = 62, SLASH = 47, EXCLAMATION = 33, QUESTION = 63;
const QUOTE = 34, APOSTROPHE = 39, COLON = 58;

/**
 * Visits what is in XML, in linear time.
 * @throws BadXml; ApiError 413 where there are more elements than a file may have
 */
export function walkXml(xml: Xml, work: Work, visitor: XmlVisitor): void {
  const { text, codes } = xml;
  let depth = 0;
  // Most tags close as the one before did: `</row>` after `</row>`.
  let closing = "", closed = "";
  for (let at = 0;;) {
    const from = text.indexOf("<", at);
    if (from > at) visitor.text?.(at, from, false);
    if (from < 0) break;
    const next = codes[from + 1];
    if (closing !== "" && next === SLASH && text.startsWith(closing, from)) {
      at = from + closing.length;
      depth--;
      visitor.close?.(closed, at);
    } else if (next === QUESTION || next === EXCLAMATION) {
      work.spend("elements", 1);
      at = afterMarkup(text, from, visitor);
    } else if (next === SLASH) {
      const name = nameAt(codes, from + 2);
      at = afterClosing(codes, name.to);
      closing = text.slice(from, at);
      closed = text.slice(name.from, name.to);
      depth--;
      visitor.close?.(closed, at);
    } else if ((at = visitor.plain?.(from) ?? 0) === 0) {
      work.spend("elements", 1);
      const place = nameAt(codes, from + 1);
      at = afterTag(codes, from, place.to);
      const name = text.slice(place.from, place.to);
      visitor.open?.(name, text.slice(from, at), from, at);
      if (codes[at - 2] === SLASH) visitor.close?.(name, at);
      else if (++depth > MAX_DEPTH) throw new BadXml("nested too deep");
    }
  }
  if (depth !== 0) throw new BadXml("not closed");
}

/** Where a name stands, its prefix left out. @throws BadXml where there is none */
function nameAt(codes: Uint8Array, at: number): { from: number; to: number } {
  let from = at, to = nameEnd(codes, at);
  if (codes[to] === COLON) {
    const end = nameEnd(codes, to + 1);
    if (end > to + 1) [from, to] = [to + 1, end];
  }
  if (to === from) throw new BadXml("no tag");
  return { from, to };
}

function nameEnd(codes: Uint8Array, from: number): number {
  let at = from;
  while (isNameCode(codes[at]) && at - from <= MAX_TAG_CHARACTERS) at++;
  return at;
}

/** Letters and digits of ASCII, "_", "." and "-": no other names are asked for. */
function isNameCode(code: number): boolean {
  return code >= 97 && code <= 122 || code >= 65 && code <= 90 || code >= 48 && code <= 57 ||
    code === 95 || code === 46 || code === 45;
}

/**
 * Where a tag ends: quotes may hold ">", nothing may hold "<".
 * @param at behind its name
 * @throws BadXml where it does not end, or not soon enough
 */
function afterTag(codes: Uint8Array, from: number, at: number): number {
  const last = Math.min(codes.length, from + MAX_TAG_CHARACTERS);
  let quote = 0;
  for (; at < last; at++) {
    const code = codes[at];
    if (code === LESS) break;
    if (quote !== 0) {
      if (code === quote) quote = 0;
    } else if (code === MORE) return at + 1;
    else if (code === QUOTE || code === APOSTROPHE) quote = code;
  }
  throw new BadXml("no tag");
}

/** Where a closing tag ends. @param at behind its name @throws BadXml */
function afterClosing(codes: Uint8Array, at: number): number {
  const last = at + MAX_TAG_CHARACTERS;
  while (at < last && (codes[at] === 32 || codes[at] >= 9 && codes[at] <= 13)) at++;
  if (codes[at] !== MORE) throw new BadXml("no tag");
  return at + 1;
}

/** How instructions, comments and CDATA begin and end. */
const MARKUP: [start: string, end: string][] = [["<?", "?>"], ["<!--", "-->"], [
  "<![CDATA[",
  "]]>",
]];

/** Where markup ends; a document type, which may define entities, is refused. */
function afterMarkup(xml: string, from: number, visitor: XmlVisitor): number {
  const kind = MARKUP.find(([start]) => xml.startsWith(start, from));
  const to = kind ? xml.indexOf(kind[1], from + kind[0].length) : -1;
  if (!kind || to < 0) throw new BadXml("markup");
  if (kind[0] === "<![CDATA[") visitor.text?.(from + kind[0].length, to, true);
  return to + kind[1].length;
}

/** Patterns of attributes, by name. */
const ATTRIBUTES = new Map<string, RegExp>();

/** The value of an attribute of a tag, whatever its prefix; undefined where it has none. */
export function attribute(tag: string, name: string, work: Work): string | undefined {
  let pattern = ATTRIBUTES.get(name);
  if (pattern === undefined) {
    pattern = new RegExp(`\\s(?:[\\w.-]+:)?${name}\\s*=\\s*(?:"([^"]*)"|'([^']*)')`);
    ATTRIBUTES.set(name, pattern);
  }
  const match = pattern.exec(tag);
  return match ? decode(match[1] ?? match[2], work) : undefined;
}

const ENTITIES: Record<string, string> = { lt: "<", gt: ">", amp: "&", quot: '"', apos: "'" };

/** A text of XML with its entities as what they stand for. @throws ApiError 413 where a file has too many of them */
export function decode(text: string, work: Work): string {
  let entities = 0;
  for (let at = text.indexOf("&"); at >= 0; at = text.indexOf("&", at + 1)) entities++;
  if (entities === 0) return text;
  work.spend("entities", entities);
  return text.replaceAll(
    /&(?:(lt|gt|amp|quot|apos)|#(\d{1,7})|#x([0-9a-fA-F]{1,6}));/g,
    (whole, name, decimal, hex) => {
      if (name) return ENTITIES[name];
      const code = hex ? parseInt(hex, 16) : Number(decimal);
      return code <= 0x10ffff ? String.fromCodePoint(code) : whole;
    },
  );
}

/** A text of the XML as it is meant. */
export function plainText(
  { text }: Xml,
  from: number,
  to: number,
  isVerbatim: boolean,
  work: Work,
): string {
  const own = text.slice(from, to);
  return isVerbatim ? own : decode(own, work);
}
