// `ops export-person` and `ops erase-person`: a doctor's data, for operators.

import { writeFile } from "node:fs/promises";
import type postgres from "postgres";
import { personWorkbook } from "../../shared/exchange/person.ts";
import { isId } from "../../shared/platform/ids.ts";
import { fileFault, type OpsContext, OpsError } from "./context.ts";

/** Takes a transaction back that was only to see what it would do. */
class Undone extends Error {}

interface Doctor {
  id: string;
  org: string;
}

/** The doctor that an id or an e-mail address names. @throws OpsError for nobody, and for several */
async function doctorOf(
  sql: postgres.Sql,
  command: string,
  named: string | undefined,
): Promise<Doctor> {
  if (!named) {
    throw new OpsError(
      `Name the doctor by id or e-mail address: deno task ops ${command} <doctor>`,
    );
  }
  const found = await sql<Doctor[]>`
    select w.id, o.name as org from public.workers w join public.orgs o on o.id = w.org_id
    where ${isId(named) ? sql`w.id = ${named}` : sql`w.email = lower(${named})`} order by o.name`;
  if (found.length === 0) throw new OpsError(`There is no doctor ${named}.`);
  if (found.length > 1) {
    const ids = found.map(({ id, org }) => `${id} (${org})`).join(", ");
    throw new OpsError(
      `There are ${found.length} doctors with this address. Name one by id: ${ids}.`,
    );
  }
  return found[0];
}

/** Writes all that is held of a doctor into a file: JSON, or a spreadsheet where its name ends with .xlsx. */
export async function exportPerson(
  { sql, say }: OpsContext,
  named: string | undefined,
  out: string | undefined,
): Promise<void> {
  if (!out || !/\.(json|xlsx)$/.test(out)) {
    throw new OpsError("Name a file: --out <file.json or file.xlsx>");
  }
  const { id, org } = await doctorOf(sql, "export-person", named);
  const [{ document }] = await sql`select private.export_person(${id}) as document`;
  const content = out.endsWith(".json")
    ? JSON.stringify(document, null, 2)
    : await personWorkbook(document);
  await writeFile(out, content, { flag: "wx", mode: 0o600 })
    .catch(fileFault(out, "written"));
  say(`All that is held of doctor ${id} of ${org} is in ${out}.`);
}

/** Erases a doctor. @param yes without it only what would go is said */
export async function erasePerson(
  { sql, say }: OpsContext,
  named: string | undefined,
  reason: string | undefined,
  yes: boolean,
): Promise<void> {
  const { id, org } = await doctorOf(sql, "erase-person", named);
  let counts: Record<string, number> = {};
  await sql.begin(async (tx) => {
    const [row] = await tx`select private.erase_person(${id}, ${reason ?? null}) as counts`;
    counts = row.counts;
    if (!yes) throw new Undone();
  }).catch((error) => {
    if (!(error instanceof Undone)) throw error;
  });
  const gone = Object.entries(counts).filter(([, count]) => count > 0)
    .map(([table, count]) => `${count} of ${table}`).join(", ") || "none";
  say(
    yes
      ? `Doctor ${id} of ${org} is erased. Rows that went: ${gone}.`
      : `Doctor ${id} of ${org} would be erased; rows that would go: ${gone}. Nothing was done: say --yes.`,
  );
}
