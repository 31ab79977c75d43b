// What an id looks like, wherever one comes as a text: in links, paths, cells of spreadsheets, options of commands.

/** A pattern of ids as the database takes them, for expressions that hold more than an id. */
export const ID_PATTERN = "[\\da-fA-F]{8}-(?:[\\da-fA-F]{4}-){3}[\\da-fA-F]{12}";

const ID = new RegExp(`^${ID_PATTERN}$`);

/** Whether a text is an id: one that was typed over, cut off or of another time is none. */
export function isId(text: string): boolean {
  return ID.test(text);
}
