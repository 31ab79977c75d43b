// What an imported file may be. An isolate has 256 MB and 2 s of CPU; a health service has some hundred positions.

/** The file as it is sent, in bytes: 60,000 wishes as CSV have some 3 to 5 MB. */
export const MAX_FILE_BYTES = 6 * 1024 * 1024;
/**
 * Parts of an .xlsx unpacked, in bytes; at most what the archive says, which its reader enforces. Strings and looks
 * cost up to 130 times their size in memory, cells 25 times (measured), hence the difference.
 */
export const MAX_UNPACKED_BYTES = {
  sheets: 16 * 1024 * 1024,
  otherXml: 1.5 * 1024 * 1024,
  all: 20 * 1024 * 1024,
};
/** Rows that a sheet may have at least, formatted but empty ones included. */
export const MAX_SHEET_ROWS = 20_200;
/** How large a table may be. */
export interface TableSize {
  /** Rows with anything in them, headers included, and the last of them. */
  rows: number;
  /** The last column with anything in it. */
  columns: number;
  /** Cells with anything in them. */
  cells: number;
  /** Characters of it as CSV: 13,000 rotations have some 2 million. */
  csvCharacters: number;
  /** How a larger one can come in parts. */
  parts?: string;
  /** What reading it may ask for where that is more than of most tables. */
  work: Partial<Record<keyof typeof MAX_WORK, number>>;
}
/** Of most tables: a health service has some hundred positions; a match has at most 3,000 doctors and as many lines. */
export const TABLE_SIZE: TableSize = {
  rows: 3_100,
  columns: 100,
  cells: 60_000,
  csvCharacters: 2_600_000,
  work: {},
};
/** Of wishes and of departments' ranks, a row for each rank of each doctor, or a column for each line: 1,000 doctors rank 60. */
export const WISHES_SIZE: TableSize = {
  rows: 61_100,
  columns: 1_010,
  cells: 250_000,
  csvCharacters: 5_500_000,
  parts: "Send it in parts, each doctor's wishes and each department's ranks within one of them",
  work: {
    unpackedBytes: 19 * 1024 * 1024,
    plainCells: 260_000,
    blankCells: 700_000,
    csvCells: 600_000,
    places: 1_100_000,
    characters: 6_000_000,
  },
};
/** Of job lines: a row for each rotation of 1,000 lines of 13 terms. */
export const LINES_SIZE: TableSize = {
  ...TABLE_SIZE,
  rows: 14_000,
  cells: 350_000,
  work: { places: 700_000 },
};
/** Posts of a position in a term; the database takes no more. */
export const MAX_POSTS = 1000;
/** Faults that an answer lists; how many there are is said beside them. */
export const MAX_FAULTS = 200;
/** Faults after which a file is read no further. */
export const MAX_COUNTED_FAULTS = 2_000;
/** Entries of lists in cells. */
export const MAX_ENTRIES = 60_000;
/** Faults of a file that are told with what may have been meant. */
export const MAX_GUESSES = 100;
/** Parts of an archive, pictures and the like included. */
export const MAX_PARTS = 1_000;
/** How many times its packed size a part that is read may unpack to; spreadsheets reach 20 to 60. */
export const MAX_RATIO = 300;
/** Smaller parts may repeat themselves as they like, in bytes. */
export const SMALL_PART_BYTES = 256 * 1024;
/** Characters of one cell, as in Excel. */
export const MAX_CELL_CHARACTERS = 32_767;
/** Characters of one tag with its attributes; spreadsheets have some hundreds. */
export const MAX_TAG_CHARACTERS = 70_000;
/** Elements within elements; spreadsheets have less than ten. */
export const MAX_DEPTH = 50;
/**
 * All that a file may ask for: what is unpacked of it, XML elements and comments (those of texts and looks once more), cells,
 * what stands in cells (a text counts in each cell that refers to it), merged ranges. Cells written as spreadsheet programs
 * write them are read at a glance, and those with nothing but a look are passed over, so there may be more of them: a roster
 * of 1,000 lines of 13 terms has 54,000 and 190,000. So that a file which is refused costs at
 * most 300 ms of CPU in an isolate that has read none before, whatever refuses it (scripts/bench/hostile_files.ts, refused_files.ts).
 */
export const MAX_WORK = {
  unpackedBytes: 14 * 1024 * 1024,
  elements: 200_000,
  builtElements: 30_000,
  cells: 60_000,
  plainCells: 160_000,
  blankCells: 400_000,
  csvCells: 350_000,
  places: 350_000,
  characters: 3_000_000,
  entities: 200_000,
  merges: 52_000,
};
