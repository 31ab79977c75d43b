// Which import a file is for, by the path that it is sent to.

import type {
  AffinityImportAnswer,
  ImportAnswer,
  LinesImportAnswer,
  PeopleImportAnswer,
  ResultImportAnswer,
} from "../client/exchange_types.ts";
import type { Bytes } from "../platform/bytes.ts";
import { ApiError } from "../platform/problem_details.ts";
import type { RestClient } from "../platform/rest.ts";
import { importAffinities } from "./affinities.ts";
import { importPositions } from "./import.ts";
import { importLines } from "./lines/import_lines.ts";
import { PEOPLE_KINDS, type PeopleKind } from "./people/fields.ts";
import { importResult } from "./people/import_result.ts";
import { importPeople } from "./people/import_people.ts";

/**
 * Imports a table into an allocation run.
 * @param path `<allocation run>/<table>`
 * @param query what each import knows, `dry_run=true` first of all
 * @param readFile gives the .xlsx or CSV file; asked for it only where the caller may import at all
 * @throws ApiError 400, 403, 404, 409, 413, 415
 */
export async function importFile(
  client: RestClient,
  path: string,
  query: URLSearchParams,
  readFile: () => Promise<Bytes>,
): Promise<
  | ImportAnswer
  | LinesImportAnswer
  | PeopleImportAnswer
  | ResultImportAnswer
  | AffinityImportAnswer
> {
  const [allocationRun, table, ...rest] = path.split("/");
  const known = ["positions", "lines", "match", "affinities", ...PEOPLE_KINDS];
  if (!known.includes(table) || rest.length > 0) {
    throw new ApiError(
      404,
      "UNKNOWN_FILE",
      `Send a table to <allocation run>/<table>: ${known.join(", ")}.`,
    );
  }
  switch (table) {
    case "positions":
      return await importPositions(client, allocationRun, query, readFile);
    case "lines":
      return await importLines(client, allocationRun, query, readFile);
    case "match":
      return await importResult(client, allocationRun, query, readFile);
    case "affinities":
      return await importAffinities(client, allocationRun, query, readFile);
    default:
      return await importPeople(client, table as PeopleKind, allocationRun, query, readFile);
  }
}
