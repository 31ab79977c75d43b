// Numbers as people type them into a field: one reading of them for every field.

/**
 * The number that was typed, as people write one: `7`, ` 7 `, `1 000`, `1,000`, `0.5`, `0,5`, `-2`, digits of any width.
 * @returns null for everything else, `1e3` and `0x10` included: nobody means them, and a slip of a finger writes them
 */
export function numberOf(typed: string): number | null {
  const text = typed.normalize("NFKC").trim().replace("−", "-");
  const plain = /^[-+]?[1-9]\d{0,2}(?:([ ,'])\d{3})(?:\1\d{3})*(?:\.\d+)?$/.test(text)
    ? text.replace(/[ ,']/g, "")
    : text.replace(/^([-+]?\d*),(\d+)$/, "$1.$2");
  // Zero has no sign for who types it.
  return /^[-+]?(?:\d+(?:\.\d*)?|\.\d+)$/.test(plain) ? Number(plain) + 0 : null;
}

/** The whole number that was typed; null for everything else. */
export function wholeOf(typed: string): number | null {
  const value = numberOf(typed);
  return value !== null && Number.isSafeInteger(value) ? value : null;
}

/** What was typed or pasted as a row of numbers: separated by spaces, commas, semicolons, tabs or lines. */
export function numbersIn(typed: string): string[] {
  return typed.split(/[\s,;]+/).filter(Boolean);
}
