// What a UI sees of spreadsheets.

/** A file to be saved. */
export interface SpreadsheetFile {
  blob: Blob;
  /** As the function names it, e.g. `Northern-Rivers-Health-PGY1-2027-roster.xlsx`. */
  name: string;
}

/** What a table comes as: a workbook, or text. */
export type TableFormat = "xlsx" | "csv";

/** How to import a file. */
export interface FileOptions {
  /** Write nothing, answer what would change. */
  dryRun?: boolean;
  /**
   * `preview` of a dry run of the same file: nothing is imported where it would do something else by now
   * (CHANGED_MEANWHILE).
   */
  preview?: string;
  /** What the columns mean, where headers do not say it; remembered once it was imported. */
  mapping?: ColumnMapping;
}

/** How to import positions. */
export interface ImportOptions extends FileOptions {
  /** Take positions that are not in the file out of the allocation run. */
  removeMissing?: boolean;
  /** Stands in the audit log; at most 1000 characters. */
  reason?: string;
}

/** What an import did, or would do. */
export interface ImportAnswer {
  dryRun: boolean;
  /** Rows of the file that hold positions. */
  rows: number;
  added: number;
  changed: number;
  unchanged: number;
  /**
   * Positions that would be changed by rows without a version (the column Version of an export): what somebody else changed
   * after the file was made is overwritten by them.
   */
  unversioned: number;
  /** Stands for all that would change: see `FileOptions.preview`. */
  preview: string;
  /** Positions taken out of the allocation run. */
  removed: number;
  changes: ImportChange[];
  /** Positions of the allocation run that are not in the file. */
  missing: { hospital: string; team: string; name: string }[];
  /** Posts of which the lines there are hold more than there are now. */
  overfilled: OverfilledPost[];
  /** Headers of columns that were left alone, of a file whose columns somebody named. */
  leftAlone: string[];
  /** Whether that was known from an earlier file. */
  remembered: boolean;
}

/** A position of which job lines hold more posts in a term than there are. */
export interface OverfilledPost {
  hospital: string;
  team: string;
  name: string;
  /** From 1. */
  term: number;
  /** How many there are. */
  posts: number;
  /** How many lines hold one. */
  held: number;
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

/** Tables of people that are exported and imported. */
export type PeopleTableKind =
  | "doctors"
  | "wishes"
  | "departments"
  | "eligibility"
  | "weightings"
  | "places";

/** What the columns of somebody's file mean. */
export interface ColumnMapping {
  /** Headers of the file by field; an empty text: the file has no such column. */
  columns: Record<string, string>;
  /** What stands in every row of a field that the file has no column for. */
  values?: Record<string, string>;
  /** Which sheet of a workbook; without, that of our own name, or the first. */
  sheet?: string;
  /** Reads nothing: the refusal says which columns there are, and what they would be taken for. */
  ask?: boolean;
  /** For files without e-mail addresses: what stands for one is put before this domain. */
  mailDomain?: string;
}

/** How to import a table of people. */
export interface PeopleImportOptions extends FileOptions {
  /** Of places: make lines that are not there. */
  newLines?: boolean;
}

/** What an import did, or would do. */
export interface PeopleImportAnswer {
  dryRun: boolean;
  /** Stands for all that would change: see `FileOptions.preview`. */
  preview: string;
  kind: PeopleTableKind;
  /** Rows of the file that hold something. */
  rows: number;
  added: number;
  changed: number;
  removed: number;
  changes: PeopleChange[];
  /** Headers of columns that were left alone. */
  leftAlone: string[];
  /** How a table of wishes was laid out. */
  layout: "long" | "by line" | "by rank" | null;
  /** What the columns were taken for: headers by field. */
  columns: Record<string, string>;
  /** Whether that was known from an earlier file. */
  remembered: boolean;
  /** Wishes are the doctors' own while the window is open: what changes is not shown. */
  sealed: boolean;
  /** In how many lists the file leaves a rank out (1, 2, 4): of ranks only the order counts. */
  gaps: number;
  /** The snapshot that keeps what was replaced; null: nothing was. */
  snapshot: string | null;
}

/** What becomes of one doctor, line or department. */
export interface PeopleChange {
  section: string;
  kind: "added" | "changed" | "removed";
  /** Of the file, from 1; null where it is not about one row. */
  row: number | null;
  /** Who or what it is. */
  name: string;
  fields: { column: string; before: string | null; after: string | null }[];
}

/** Why a file's columns were not understood: what a page needs to ask for them (COLUMNS_UNCLEAR, and INVALID_ROWS of headers). */
export interface UnclearColumns {
  sheet: string | null;
  /** Sheets that the workbook has; none of a CSV file. */
  sheets: string[];
  headers: string[];
  /** The first value of each column. */
  examples: (string | null)[];
  /** Instead: headers of fields that do in its place; fixed: one value may stand for all rows. */
  fields: {
    key: string;
    header: string;
    help: string;
    needed: boolean;
    instead?: string[];
    fixed?: boolean;
  }[];
  /** What is known already: headers by field. */
  columns: Record<string, string>;
}

/** What an import of affinities did, or would do. */
export interface AffinityImportAnswer {
  dryRun: boolean;
  /** Whether the columns were known from an earlier file. */
  remembered: boolean;
  /** Stands for all that would change: see `FileOptions.preview`. */
  preview: string;
  /** The profile that the allocation run uses; null of a dry run that would make one. */
  profile: string | null;
  name: string;
  version: number | null;
  /** Pairs with a weight. */
  pairs: number;
  changes: { a: string; b: string; before: number | null; after: number | null }[];
  /** Specialties of positions that the matrix does not know: with them no affinity is counted. */
  unknownSpecialties: string[];
}

/** What an import of job lines did, or would do. */
export interface LinesImportAnswer {
  dryRun: boolean;
  /** Whether the columns were known from an earlier file. */
  remembered: boolean;
  /** Stands for all that would change: see `FileOptions.preview`. */
  preview: string;
  /** How the file is laid out: by weeks with merged blocks, a column for each term, or a row for each rotation. */
  layout: "weeks" | "terms" | "rotations";
  /** Lines of the file. */
  lines: number;
  /** Headers of columns that nothing was read from. */
  leftAlone: string[];
  added: number;
  changed: number;
  unchanged: number;
  changes: {
    line: string;
    /** Of the file, from 1. */
    row: number;
    kind: "added" | "changed";
    fields: { column: string; before: string | null; after: string | null }[];
  }[];
  /**
   * Positions that are made, or get posts where they had none (kind changed), with their posts by term; `near`: one that is
   * there and is called nearly the same.
   */
  positions: {
    kind: "added" | "changed";
    /** Of the file, from 1, where it is named first. */
    row: number | null;
    hospital: string;
    team: string;
    name: string;
    specialty: string;
    posts: (number | null)[];
    near: string | null;
  }[];
  /** The rules that the lines were judged by; null: the constraints of the allocation run are no longer valid. */
  ruleset: string | null;
  /** Each rule that a line of the file breaks, with what was found. */
  broken: { line: string; rule: string; text: string; finding: string }[];
  /** Lines without a position in some term, which no rule can judge. */
  incomplete: string[];
}

/** What an import of a result that was made elsewhere answers. */
export interface ResultImportAnswer {
  dryRun: boolean;
  /** Stands for all that would change: see `FileOptions.preview`. */
  preview: string;
  /** Rows of the file that hold something. */
  rows: number;
  /** Whether no result was finalised before: then this is it, and doctors who are not in the file have no line. */
  first: boolean;
  version: number;
  /** Doctors with a line, and without one. */
  placed: number;
  unplaced: number;
  /** Doctors whose line changes; null: none. `row` of the file, from 1; null: the doctor is not in it. */
  changes: { row: number | null; doctor: string; before: string | null; after: string | null }[];
  /** Every rule that it breaks; `doctor` null: a line that somebody must take. */
  broken: {
    row: number | null;
    doctor: string | null;
    line: string | null;
    code: string;
    message: string;
  }[];
  leftAlone: string[];
  remembered: boolean;
}
