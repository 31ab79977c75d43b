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
/** Rows that a sheet may have, formatted but empty ones included. */
export const MAX_SHEET_ROWS = 10_000;
/** Rows with anything in them, headers included, and the last of them. */
export const MAX_ROWS = 2_000;
/** The last column with anything in it. */
export const MAX_COLUMNS = 100;
/** Faults that an answer lists; how many there are in all is said beside them. */
export const MAX_FAULTS = 200;
