// Texts that come in from outside: what the database can hold, and what people see of them.

import { below } from "../engine/paths.ts";
import type { FieldError } from "./problem_details.ts";

/** What shows nothing: controls, soft hyphens, zero width, direction, variation selectors, tags, noncharacters. */
const INVISIBLE =
  // deno-lint-ignore no-control-regex -- just these are meant
  /[\u0000-\u0008\u000e-\u001f\u007f-\u0084\u0086-\u009f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164\ufdd0-\ufdef\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb\ufffe\uffff\u{e0000}-\u{e0fff}]/gu;
/** Spaces of any kind, tabs and line breaks. */
const SPACES =
  // deno-lint-ignore no-control-regex -- just these are meant
  /[\u0009-\u000d\u0020\u0085\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u2800\u3000]+/g;
const PLAIN = /^[!-~]+( [!-~]+)*$/;

/**
 * A text as people see it: composed (NFC), without invisible characters, every run of spaces one space, none at the ends.
 * Two names that look alike are one name then. The database's private.fold_text() does the same.
 */
export function foldText(text: string): string {
  if (text === "" || PLAIN.test(text)) return text;
  return text.replaceAll(INVISIBLE, "").normalize("NFC").replaceAll(SPACES, " ")
    .replaceAll(/^ | $/g, "");
}

/** Half of a surrogate pair, or U+0000: PostgreSQL can hold neither. */
// deno-lint-ignore no-control-regex -- just this is meant
const UNSTORABLE = /\p{Surrogate}|\u0000/u;

/** Whether the database can hold a text. */
export function isStorable(text: string): boolean {
  return !UNSTORABLE.test(text);
}

/** A text as far as the database can hold it: what was pasted with a broken character is saved without it. */
export function storable(text: string): string {
  return isStorable(text) ? text : [...text].filter(isStorable).join("");
}

/** Most faults that are told. */
const MOST_FAULTS = 50;

/**
 * Levels of a document's lists and objects: nothing that is asked has ten, and PostgreSQL, JSON.stringify() and who walks through
 * it by recursion run out of stack at some thousands.
 */
const MOST_LEVELS = 100;

/**
 * What of a document the database cannot hold, with its path: each text, names of members included, and what is nested too deep.
 */
export function textFaults(document: unknown): FieldError[] {
  const faults: FieldError[] = [];
  // No recursion: how deep a document is, its sender decides.
  const open: [path: string, value: unknown, level: number][] = [["", document, 1]];
  while (open.length > 0 && faults.length < MOST_FAULTS) {
    const [path, value, level] = open.pop()!;
    if (typeof value === "string") {
      if (!isStorable(value)) faults.push({ path, message: UNSTORABLE_MESSAGE });
    } else if (typeof value === "object" && value !== null) {
      if (level > MOST_LEVELS) {
        faults.push({ path, message: `is nested deeper than ${MOST_LEVELS} levels` });
        continue;
      }
      const isList = Array.isArray(value);
      for (const [key, member] of Object.entries(value).reverse()) {
        const place = below(path, isList ? Number(key) : key);
        if (isStorable(key)) open.push([place, member, level + 1]);
        else {
          const named = [...place].map((c) => isStorable(c) ? c : "\ufffd").join("");
          faults.push({ path: named, message: UNSTORABLE_MESSAGE });
        }
      }
    }
  }
  return faults;
}

const UNSTORABLE_MESSAGE =
  "holds U+0000 or half of a surrogate pair, which no text can be stored with";
