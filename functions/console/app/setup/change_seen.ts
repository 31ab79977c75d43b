// Changing members of a row where it still holds what was read: two who change the same at once lose nothing.

import type { SupabaseClient } from "@supabase/supabase-js";
import { ReceptorError } from "../../../../shared/client/mod.ts";
import { result, rows } from "../data/query.ts";
import { asItIs } from "./population.ts";

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
  words: (now: Row | null) => string = asItIs,
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
  throw new ReceptorError({
    code: "CHANGED_MEANWHILE",
    status: 409,
    message: `Somebody else changed this meanwhile, and nothing was saved. ${words(now)}`.trim(),
  });
}

/** A value as a filter of the Data API takes it. */
function literal(value: Column | undefined): string {
  return Array.isArray(value) ? `{${value.join(",")}}` : String(value);
}
