// Saving what a form changes where it is still as the form read it: two who change the same at once lose nothing.

import type { SupabaseClient } from "@supabase/supabase-js";
import { ReceptorError } from "../../../../shared/client/mod.ts";
import { result, rows, shown } from "./query.ts";

/** Members of something as they were read, in the database's names; null: it was not there. */
export interface Basis<Members extends object = Record<string, unknown>> {
  seen: Members | null;
}

/** What is told of something that somebody else changed: how it is now, and what to do. */
type Words<Members> = (now: Members | null) => string;

const SAVE_AGAIN = "Save again to put yours in its place.";

/**
 * Saves what a form changes.
 * @param basis where somebody else changed it meanwhile nothing is saved: the basis is then what is there now, so that whoever
 * saves again knows what they replace
 * @param save is given what was seen; answers what is there now, where it is known
 * @throws {ReceptorError} CHANGED_MEANWHILE with the words; whatever else `save` throws
 */
export async function saveSeen<Members extends object>(
  basis: Basis<Members>,
  save: (seen: Members | null) => Promise<Members | void>,
  words: Words<Members> = toReplace,
): Promise<void> {
  try {
    basis.seen = await save(basis.seen) ?? basis.seen;
  } catch (error) {
    const refusal = shown(error);
    if (refusal.code !== "CHANGED_MEANWHILE" || refusal.now === undefined) throw refusal;
    basis.seen = refusal.now as Members | null;
    throw overtaken(refusal, words(basis.seen));
  }
}

/** A refusal because of somebody else's change, with how it is now. */
export function overtaken({ code, status, message }: ReceptorError, now: string): ReceptorError {
  return new ReceptorError({ code, status, message: `${message} ${now}` });
}

/** How something is now, and that saving again replaces it. */
export function toReplace(now: object | string | null): string {
  return `${typeof now === "string" ? now : asItIs(now)} ${SAVE_AGAIN}`;
}

/** What is there now, in a sentence. */
export function asItIs(seen: object | null): string {
  if (!seen) return "It is not there any more.";
  const members = Object.entries(seen).flatMap(([name, value]) => {
    const words = Array.isArray(value)
      ? value.join(", ")
      : typeof value === "boolean"
      ? value ? "yes" : "no"
      : value;
    // Ranks, which are changed elsewhere.
    if (typeof words === "object" && words !== null) return [];
    return [`${name.replaceAll("_", " ")} ${words === "" || words === null ? "none" : words}`];
  });
  return `It is now: ${members.join("; ")}.`;
}

/** What a column holds that is changed here. */
type Column = string | number | readonly (string | number)[];

/**
 * Changes members of a row; those that are as they were read are not sent.
 * @param basis what was read of the row; becomes what is there now, whatever came of it
 * @param words what is told of a row that somebody else changed
 * @throws {ReceptorError} CHANGED_MEANWHILE where a member that is sent was changed by somebody else: nothing is written
 */
export async function changeSeen<Row extends Record<string, Column>>(
  supabase: SupabaseClient,
  table: string,
  id: string,
  basis: { seen: Row },
  changed: Partial<Row>,
  words: Words<Row> = toReplace,
): Promise<void> {
  const { seen } = basis;
  const sent = Object.entries(changed).filter(([name, value]) =>
    literal(value) !== literal(seen[name])
  );
  if (sent.length === 0) return;
  const columns = Object.keys(seen).join(",");
  let query = supabase.from(table).update(Object.fromEntries(sent)).eq("id", id);
  for (const [name] of sent) query = query.eq(name, literal(seen[name]));
  const [written] = await rows<Row>(query.select(columns));
  if (written) return void (basis.seen = written);
  const now = await result<Row | null>(
    supabase.from(table).select(columns).eq("id", id).maybeSingle(),
  );
  if (now) basis.seen = now;
  // It was saved before, and the answer was lost on its way.
  if (now && sent.every(([name, value]) => literal(value) === literal(now[name]))) return;
  const message = "Somebody else changed this meanwhile, and nothing was saved.";
  throw overtaken(
    new ReceptorError({ code: "CHANGED_MEANWHILE", status: 409, message }),
    words(now),
  );
}

/** A value as a filter of the Data API takes it. */
function literal(value: Column | undefined): string {
  return Array.isArray(value) ? `{${value.join(",")}}` : String(value);
}
