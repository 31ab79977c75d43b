// Walks through XML once, without building anything, so that what reading it costs is counted before it is done.

import { MAX_DEPTH, MAX_TAG_CHARACTERS } from "./limits.ts";
import type { Work } from "./work.ts";

/** XML that no spreadsheet program writes: not well-formed, nested without end, or with entities of its own. */
export class BadXml extends Error {}

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

/** A tag with its attributes: quotes may hold ">", nothing may hold "<". */
const TAG = /<(?:[\w.-]+:)?([\w.-]+)(?:[^<>"']|"[^<"]*"|'[^<']*')*>/y;
const CLOSING_TAG = /<\/(?:[\w.-]+:)?([\w.-]+)\s*>/y;

/**
 * Visits what is in XML, in linear time.
 * @throws BadXml; ApiError 413 where there are more elements than a file may have
 */
export function walkXml(xml: string, work: Work, visitor: XmlVisitor): void {
  let depth = 0;
  // Most tags close as the one before did: `</row>` after `</row>`.
  let closing = "", closed = "";
  for (let at = 0;;) {
    const from = xml.indexOf("<", at);
    if (from > at) visitor.text?.(at, from, false);
    if (from < 0) break;
    const next = xml[from + 1];
    if (closing !== "" && next === "/" && xml.startsWith(closing, from)) {
      at = from + closing.length;
      depth--;
      visitor.close?.(closed, at);
    } else if (next === "?" || next === "!") {
      work.spend("elements", 1);
      at = afterMarkup(xml, from, visitor);
    } else if (next === "/") {
      [closing, closed] = matchAt(CLOSING_TAG, xml, from);
      at = from + closing.length;
      depth--;
      visitor.close?.(closed, at);
    } else if ((at = visitor.plain?.(from) ?? 0) === 0) {
      work.spend("elements", 1);
      const [tag, name] = matchAt(TAG, xml, from);
      at = from + tag.length;
      visitor.open?.(name, tag, from, at);
      if (tag[tag.length - 2] === "/") visitor.close?.(name, at);
      else if (++depth > MAX_DEPTH) throw new BadXml("nested too deep");
    }
  }
  if (depth !== 0) throw new BadXml("not closed");
}

function matchAt(pattern: RegExp, xml: string, at: number): RegExpExecArray {
  pattern.lastIndex = at;
  const match = pattern.exec(xml);
  if (!match || match[0].length > MAX_TAG_CHARACTERS) throw new BadXml("no tag");
  return match;
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
export function attribute(tag: string, name: string): string | undefined {
  let pattern = ATTRIBUTES.get(name);
  if (pattern === undefined) {
    pattern = new RegExp(`\\s(?:[\\w.-]+:)?${name}\\s*=\\s*(?:"([^"]*)"|'([^']*)')`);
    ATTRIBUTES.set(name, pattern);
  }
  const match = pattern.exec(tag);
  return match ? decode(match[1] ?? match[2]) : undefined;
}

const ENTITIES: Record<string, string> = { lt: "<", gt: ">", amp: "&", quot: '"', apos: "'" };

function decode(text: string): string {
  if (!text.includes("&")) return text;
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
export function plainText(xml: string, from: number, to: number, isVerbatim: boolean): string {
  const text = xml.slice(from, to);
  return isVerbatim ? text : decode(text);
}
