// What a search finds: words in any order, whatever their case, accents and kind of apostrophe.

/** Letters that are no other letter with an accent, and signs that keyboards write in several ways. */
const PLAIN: Record<string, string> = {
  ...{ ß: "ss", æ: "ae", œ: "oe", ø: "o", ł: "l", đ: "d", ð: "d", þ: "th", ı: "i" },
  ...{ "‘": "'", "’": "'", "ʼ": "'", "“": '"', "”": '"', "‐": "-", "‑": "-", "–": "-" },
};

const SPECIAL = new RegExp(`[${Object.keys(PLAIN).join("")}]`, "g");

/** A text as it is searched: who looks for a name need not have its letters on their keyboard. */
export function searchable(text: string): string {
  return text.normalize("NFKD").replaceAll(/\p{M}/gu, "").toLowerCase()
    .replaceAll(SPECIAL, (sign) => PLAIN[sign]);
}

/** Words of a search; what stands in quotes is one. */
export function wordsOf(search: string): string[] {
  return [...searchable(search).matchAll(/"([^"]+)"|\S+/g)]
    .map(([word, phrase]) => phrase ?? word);
}

/** Whether texts have each word of a search, anywhere. */
export function finderOf(search: string): (...texts: (string | null)[]) => boolean {
  const words = wordsOf(search);
  return (...texts) => {
    const text = words.length > 0 ? searchable(texts.join("\n")) : "";
    return words.every((word) => text.includes(word));
  };
}
