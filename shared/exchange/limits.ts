// What an imported file may be. An isolate has 256 MB and 2 s of CPU; a health service has some hundred positions.

/** The file as it is sent, in bytes. */
export const MAX_FILE_BYTES = 2 * 1024 * 1024;
/**
 * Parts of an .xlsx unpacked, in bytes; at most what the archive says, which its reader enforces. Strings and looks
 * cost up to 130 times their size in memory, cells 25 times (measured), hence the difference.
 */
export const MAX_UNPACKED_BYTES = {
  sheets: 8 * 1024 * 1024,
  otherXml: 1.5 * 1024 * 1024,
  all: 16 * 1024 * 1024,
};
/** Characters of a CSV file: 20,000 wishes have some 1.3 million. */
export const MAX_CSV_CHARACTERS = 1_500_000;
/** Rows that a sheet may have, formatted but empty ones included. */
export const MAX_SHEET_ROWS = 20_000;
/** How large a table may be. */
export interface TableSize {
  /** Rows with anything in them, headers included, and the last of them. */
  rows: number;
  /** The last column with anything in it. */
  columns: number;
}
/** Of most tables: a health service has some hundred positions. */
export const TABLE_SIZE: TableSize = { rows: 2_000, columns: 100 };
/** Of wishes: a row for each rank of each doctor, or a column for each line. */
export const WISHES_SIZE: TableSize = { rows: 20_000, columns: 400 };
/** Of job lines: a row for each rotation. */
export const LINES_SIZE: TableSize = { rows: 8_000, columns: 100 };
/** Posts of a position in a term; the database takes no more. */
export const MAX_POSTS = 1000;
/** Faults that an answer lists; how many there are is said beside them. */
export const MAX_FAULTS = 200;
/** Faults after which a file is read no further. */
export const MAX_COUNTED_FAULTS = 2_000;
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
 * what stands in cells (a text counts in each cell that refers to it), merged ranges. So that a file which is refused costs at
 * most 200 ms of CPU in an isolate that has read none before, whatever refuses it (scripts/bench/hostile_files.ts).
 */
export const MAX_WORK = {
  unpackedBytes: 10 * 1024 * 1024,
  elements: 200_000,
  builtElements: 30_000,
  cells: 60_000,
  characters: 2_500_000,
  merges: 8_000,
};
