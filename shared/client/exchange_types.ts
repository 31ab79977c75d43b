// What a UI sees of spreadsheets.

/** A file to be saved. */
export interface SpreadsheetFile {
  blob: Blob;
  /** As the function names it, e.g. `Northern-Rivers-Health-PGY1-2027-roster.xlsx`. */
  name: string;
}

/** How to import. */
export interface ImportOptions {
  /** Write nothing, answer what would change. */
  dryRun?: boolean;
  /** Take positions that are not in the file out of the allocation run. */
  removeMissing?: boolean;
}

/** What an import did, or would do. */
export interface ImportAnswer {
  dryRun: boolean;
  /** Rows of the file that hold positions. */
  rows: number;
  added: number;
  changed: number;
  unchanged: number;
  /** Positions taken out of the allocation run. */
  removed: number;
  changes: ImportChange[];
  /** Positions of the allocation run that are not in the file. */
  missing: { hospital: string; team: string; name: string }[];
  /** Posts of which the lines there are hold more than there are now. */
  overfilled: {
    hospital: string;
    team: string;
    name: string;
    term: number;
    posts: number;
    held: number;
  }[];
}

/** What becomes of one position. */
export interface ImportChange {
  kind: "added" | "changed";
  /** Of the file, from 1. */
  row: number;
  hospital: string;
  team: string;
  name: string;
  /** By the headers of the columns, as a spreadsheet shows the values. */
  fields: { column: string; before: string | number | null; after: string | number | null }[];
}
