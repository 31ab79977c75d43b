// What an imported file may be. An isolate has 256 MB and 2 s of CPU; a health service has some hundred positions.

/** The file as it is sent, in bytes. */
export const MAX_FILE_BYTES = 2 * 1024 * 1024;
/** An .xlsx unpacked, all its parts together, in bytes: at most what the archive says, which its reader enforces. */
export const MAX_UNPACKED_BYTES = 32 * 1024 * 1024;
/** Rows with anything in them, headers included, and the last of them. */
export const MAX_ROWS = 2_000;
/** The last column with anything in it. */
export const MAX_COLUMNS = 100;
/** Faults that an answer lists; how many there are in all is said beside them. */
export const MAX_FAULTS = 200;
