// Texts that come in from outside: what the database can hold, and what people see of them.

import { below } from "../engine/paths.ts";
import type { FieldError } from "./problem_details.ts";

/** What shows nothing: controls, soft hyphens, zero width, direction, variation selectors, tags, noncharacters. */
const INVISIBLE =
  // deno-lint-ignore no-control-regex -- just these are meant
  /[\u0000-\u0008\u000e-\u001f\u007f-\u0084\u0086-\u009f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\u3164\ufdd0-\ufdef\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb\ufffe\uffff\u{e0000}-\u{e0fff}]/gu;
/**
 * Joiners (U+200C, U+200D) where people see them: between what looks different with one. Anywhere else they show nothing. The
 * database's private.fold_joiners() has the same.
 */
const SEEN_JOINERS = [
  // Persian, Urdu: a letter that would join the next one, and does not.
  String
    .raw`[\u0620\u0626\u0628\u062a-\u062e\u0633-\u063f\u0641-\u0647\u0649\u064a\u066e\u066f\u0678-\u0687\u069a-\u06bf\u06c1\u06c2\u06cc\u06ce\u06d0\u06d1\u06fa-\u06fc\u06ff\u0750-\u0758\u075c-\u076a\u076d-\u0770\u0772\u0775-\u0777\u077a-\u077f][\u064b-\u065f\u0670]*\u200c(?=[\u0622-\u063f\u0641-\u064a\u066e\u066f\u0671-\u06d3\u06d5\u06ee\u06ef\u06fa-\u06fc\u06ff\u0750-\u077f])`,
  // Scripts of India: a consonant that would melt into the next one.
  String
    .raw`[\u0915-\u0939\u0995-\u09b9\u09f0\u09f1\u0a15-\u0a39\u0a95-\u0ab9\u0b15-\u0b39\u0c15-\u0c39\u0c95-\u0cb9\u0d15-\u0d39][\u093c\u09bc\u0a3c\u0abc\u0b3c\u0cbc]?[\u094d\u09cd\u0a4d\u0acd\u0b4d\u0c4d\u0ccd\u0d4d][\u200c\u200d](?=[\u0915-\u0939\u0995-\u09b9\u09f0\u09f1\u0a15-\u0a39\u0a95-\u0ab9\u0b15-\u0b39\u0c15-\u0c39\u0c95-\u0cb9\u0d15-\u0d39])`,
  // Sinhala: one that does.
  String.raw`[\u0d9a-\u0dc6]\u0dca\u200d(?=[\u0d9a-\u0dc6])`,
  // Malayalam: a consonant without its vowel at an end.
  String.raw`[\u0d15\u0d23\u0d28\u0d30\u0d32\u0d33]\u0d4d\u200d`,
  // Bengali, Kannada, Sinhala: a consonant that keeps its shape above the next one.
  String
    .raw`[\u09b0\u0cb0\u0d9a-\u0dc6]\u200d(?=[\u09cd\u0ccd\u0dca][\u0915-\u0939\u0995-\u09b9\u09f0\u09f1\u0a15-\u0a39\u0a95-\u0ab9\u0b15-\u0b39\u0c15-\u0c39\u0c95-\u0cb9\u0d15-\u0d39\u0d9a-\u0dc6])`,
  // Emoji: who somebody is, and what.
  String
    .raw`[\u{1f3c3}-\u{1f3cc}\u{1f3fb}-\u{1f3ff}\u{1f466}-\u{1f469}\u{1f46e}-\u{1f487}\u{1f575}\u{1f645}-\u{1f64e}\u{1f6a3}\u{1f6b4}-\u{1f6b6}\u{1f926}\u{1f930}-\u{1f93e}\u{1f9b8}\u{1f9b9}\u{1f9cd}-\u{1f9df}]\u200d(?=[\u2640\u2642\u2695\u2696\u2708\u27a1\u2764\u{1f33e}\u{1f373}\u{1f37c}\u{1f393}\u{1f3a4}\u{1f3a8}\u{1f3eb}\u{1f3ed}\u{1f466}-\u{1f469}\u{1f48b}\u{1f4bb}\u{1f4bc}\u{1f527}\u{1f52c}\u{1f680}\u{1f692}\u{1f91d}\u{1f9af}-\u{1f9b3}\u{1f9bc}\u{1f9bd}\u{1f9d1}\u{1f9d2}])`,
  // Emoji: hearts, kisses and hands between two.
  String
    .raw`[\u2764\u{1f48b}\u{1f91d}]\u200d(?=[\u{1f466}-\u{1f469}\u{1f48b}\u{1f525}\u{1f9d1}\u{1fa79}])`,
  // Emoji: flags.
  String.raw`\u{1f3f3}\u200d(?=[\u26a7\u{1f308}])`,
  String.raw`\u{1f3f4}\u200d(?=\u2620)`,
];
const JOINERS = new RegExp(`(${SEEN_JOINERS.join("|")})|[\\u200c\\u200d]`, "gu");
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
  return text.replaceAll(INVISIBLE, "").replaceAll(JOINERS, "$1").normalize("NFC").replaceAll(
    SPACES,
    " ",
  )
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
