// An .xlsx file becomes a table: its parts are opened one by one, and each is read on a walk that counts what it costs.

import type { Bytes } from "../platform/bytes.ts";
import type { TableSize } from "./limits.ts";
import type { Table } from "./table.ts";
import type { Work } from "./work.ts";
import { sheetTable } from "./xlsx_cells.ts";
import { openSheet, type SheetChoice, unreadable } from "./xlsx_guard.ts";
import { dateLooks, NO_TEXTS, sharedTexts } from "./xlsx_texts.ts";
import { BadXml } from "./xml_walk.ts";
import { BadArchive } from "./zip_guard.ts";

/**
 * Reads the sheet of a name, or the only one that is visible.
 * @param size the largest that the table may be
 * @throws ApiError 400 UNREADABLE_FILE, SHEET_NOT_FOUND; 413 FILE_TOO_LARGE
 */
export async function readXlsxTable(
  file: Bytes,
  wanted: SheetChoice,
  work: Work,
  size: TableSize,
): Promise<Table> {
  try {
    const { name, names, cells, texts, looks, date1904 } = await openSheet(file, wanted, work);
    const context = {
      name,
      texts: texts === null ? NO_TEXTS : sharedTexts(texts, work),
      dateLooks: looks === null ? [] : dateLooks(looks, work),
      date1904,
    };
    return { ...sheetTable(cells, context, size, work), sheets: names };
  } catch (error) {
    // Unpacking throws a TypeError where bytes are none that were packed.
    if (error instanceof BadXml || error instanceof BadArchive || error instanceof TypeError) {
      throw unreadable();
    }
    throw error;
  }
}
