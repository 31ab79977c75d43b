// Ids as links carry them: typed over, cut off or of another time. The database takes no other text for one.

/** Whether a text is an id at all. */
export function isId(text: string): boolean {
  return /^[\da-f]{8}-(?:[\da-f]{4}-){3}[\da-f]{12}$/i.test(text);
}
