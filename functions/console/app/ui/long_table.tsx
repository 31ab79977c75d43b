// A table that scrolls within itself, and shows the first rows of very many; and the faults of a file as one.

import type { ComponentChildren } from "preact";
import type { ReceptorError } from "../../../../shared/client/mod.ts";
import { count } from "./format.ts";
import { useFirstRows } from "./first_rows.tsx";

/** Rows that are shown of a long list. */
export const MOST_ROWS = 200;

/** See above. Rows are lists of cells. */
export function LongTable({ label, head, children: rows }: {
  label: string;
  head: ComponentChildren[];
  children: ComponentChildren[][];
}) {
  const { listed, more } = useFirstRows(rows, MOST_ROWS);
  return (
    <div class="table-scroll long-table" tabIndex={0} role="region" aria-label={label}>
      <table class="table">
        <caption>
          {label}
          {rows.length > listed.length && `, the first ${listed.length} of ${count(rows.length)}`}
        </caption>
        <thead>
          <tr>{head.map((each, column) => <th key={column} scope="col">{each}</th>)}</tr>
        </thead>
        <tbody>
          {listed.map((cells, row) => (
            <tr key={row}>{cells.map((cell, column) => <td key={column}>{cell}</td>)}</tr>
          ))}
        </tbody>
      </table>
      {more}
    </div>
  );
}

/** A refusal, with the place of each fault. */
export function FileFaults({ error: { message, errors } }: { error: ReceptorError }) {
  return (
    <>
      <p class="note danger" role="alert">{message}</p>
      {errors && errors.length > 0 && (
        <LongTable label="Faults of the file" head={["Cell", "Column", "What is wrong"]}>
          {errors.map(({ path, header, message }) => [path, header, message])}
        </LongTable>
      )}
    </>
  );
}
