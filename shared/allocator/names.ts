// Names and numbers in sentences.

const collator = new Intl.Collator("en", { numeric: true });

/** Order of names for people: Line 2 comes before Line 10. */
export function byName(a: string, b: string): number {
  return collator.compare(a, b);
}

/** Names that a message lists. */
export const MOST_NAMES = 8;

/** Names in a message: a few, and how many more. */
export function nameList(items: readonly { name: string }[], most = MOST_NAMES): string {
  return listed(items.map(({ name }) => name).sort(byName), most);
}

/** A few of a list, and how many more. */
export function listed(items: readonly string[], most = MOST_NAMES): string {
  const rest = items.length - most;
  return rest > 0 ? `${items.slice(0, most).join(", ")} and ${rest} more` : items.join(", ");
}

/**
 * What stands for a doctor's name in sentences that are kept: results, error messages, logs. Whoever shows one puts the
 * name in, see `nameDoctors()` of the client; so names are stored with the doctor and nowhere else.
 */
export function doctorToken(workerMapping: string): string {
  return `{doctor:${workerMapping}}`;
}
