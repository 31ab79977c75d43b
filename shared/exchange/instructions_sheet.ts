// The sheet beside a table that says how to fill it in.

import { type BuiltSheet, font, SheetBuilder, STYLES } from "./sheet.ts";

/** What a sheet of instructions says, from the top. */
export interface Instructions {
  title: string;
  subtitle: string;
  sentences: string[];
  /** Header and what may stand below it, of each column. */
  columns: [header: string, help: string][];
  /** For screen readers. */
  summary: string;
}

/** The sheet, to be printed on one page's width. */
export function instructionsSheet(
  { title, subtitle, sentences, columns, summary }: Instructions,
): BuiltSheet {
  const sheet = new SheetBuilder("Instructions");
  sheet.add([title], STYLES.title);
  sheet.add([subtitle], STYLES.subtitle);
  for (const sentence of sentences) sheet.add([sentence], { font: font() });
  sheet.add([]);
  sheet.add(["Column", "What may stand in it"], STYLES.header);
  for (const column of columns) sheet.add(column, STYLES.text);
  return sheet.build({
    columns: [{ width: 26 }, { width: 110 }],
    pageSetup: {
      paperSize: "a4",
      orientation: "landscape",
      fitToPage: true,
      fitToWidth: 1,
      fitToHeight: 0,
    },
    view: { showGridLines: false },
    a11y: { summary },
  });
}
