// Who did what: pages of an org's audit log, and the names of what its entries tell of.

import type { SupabaseClient } from "@supabase/supabase-js";
import { isId } from "../platform/ids.ts";
import { answered, type RestAnswer } from "./rest.ts";

/** One row that an entry tells of. */
export interface AuditRow {
  /** Columns that say which row it is, and what belongs to all rows of the entry. */
  key: Record<string, unknown>;
  /** Values before, of a deleted row all, of a changed one those that changed; null: it came. */
  before: Record<string, unknown> | null;
  /** Values after, in the same form; null: it went. */
  after: Record<string, unknown> | null;
}

/** What one statement did to one line, doctor, run or other thing. */
export interface AuditEntry {
  id: number;
  /** ISO 8601. */
  at: string;
  /** Entries of one transaction have the same. */
  transaction: number;
  allocation_run: string | null;
  table_name: string;
  operation: "insert" | "update" | "delete";
  /** How many entries the statement made; the first stands for all in lists. */
  parts: number;
  actor: string | null;
  /** E-mail address or database role, as it was then. */
  actor_name: string | null;
  /** `rest`, `rpc:<function>`, `engine:<run>`, `cron` or `operator`. */
  through: string;
  reason: string | null;
  rows: AuditRow[];
}

/** What is wanted of the log. */
export interface AuditFilter {
  /** Of this allocation run, and of what belongs to none. */
  allocationRun?: string;
  /** Who did it: a user's id. */
  actor?: string;
  /** Tables, without their schema. */
  tables?: readonly string[];
  /** What it is about: ids of a line, a doctor, a run; entries about any of them, and of these the rows about them. */
  subjects?: readonly string[];
  /** From this moment on (ISO 8601). */
  from?: string;
  /** Before this moment (ISO 8601). */
  until?: string;
  /** Older than the entry of this id: the next page. */
  before?: number;
  /** Default 50. */
  limit?: number;
}

/** See {@link createAuditClient}. Every method throws {@link ReceptorError}. */
export interface AuditClient {
  /** A page of the log, the latest first; the next one is `before` its last entry. Empty without the right `audit.view`. */
  entries(orgId: string, filter?: AuditFilter): Promise<AuditEntry[]>;
  /** The other entries of a statement, in order; the next page is `after` its last entry. */
  parts(entry: AuditEntry, after?: number): Promise<AuditEntry[]>;
  /** What the things are called whose ids entries hold, also of what is gone. */
  names(orgId: string, entries: readonly AuditEntry[]): Promise<Map<string, string>>;
}

/** An entry as it is stored: values column by column. */
interface StoredEntry extends Omit<AuditEntry, "rows"> {
  row_count: number;
  shared: Record<string, unknown>;
  keys: Record<string, unknown[]>;
  before: Record<string, unknown[]> | null;
  after: Record<string, unknown[]> | null;
}

const COLUMNS = "id,at,transaction,allocation_run,table_name,operation,parts,actor,actor_name," +
  "through,reason,row_count,shared,keys,before,after";
/** Ids whose names are asked for at once. */
const MOST_NAMES = 5_000;

/**
 * The audit log for a signed-in supabase-js client.
 * @example
 * ```ts ignore
 * const audit = createAuditClient(supabase);
 * const entries = await audit.entries(org, { subjects: [jobLine] });
 * const names = await audit.names(org, entries);
 * ```
 */
export function createAuditClient(supabase: SupabaseClient): AuditClient {
  return {
    async entries(orgId, filter = {}) {
      const { allocationRun, actor, tables, subjects, from, until, before, limit = 50 } = filter;
      if (subjects) {
        const found = await answer<StoredEntry[]>(
          supabase.rpc("audit_about", {
            p_org_id: orgId,
            p_subjects: [...subjects],
            p_limit: limit,
            ...allocationRun && { p_allocation_run: allocationRun },
            ...actor && { p_actor: actor },
            ...tables && { p_tables: [...tables] },
            ...from && { p_from: from },
            ...until && { p_until: until },
            ...before !== undefined && { p_before: before },
          }),
        );
        return found.map((entry) => readEntry(entry, subjects));
      }
      let query = supabase.from("audit_log").select(COLUMNS).eq("org_id", orgId).eq("part", 1);
      if (allocationRun) {
        query = query.or(`allocation_run.eq.${allocationRun},allocation_run.is.null`);
      }
      if (actor) query = query.eq("actor", actor);
      if (tables) query = query.in("table_name", [...tables]);
      if (from) query = query.gte("at", from);
      if (until) query = query.lt("at", until);
      if (before !== undefined) query = query.lt("id", before);
      const found = await answer<StoredEntry[]>(
        query.order("id", { ascending: false }).limit(limit),
      );
      return found.map((entry) => readEntry(entry));
    },
    async parts({ id, transaction, table_name, operation }, after = id) {
      const found = await answer<StoredEntry[]>(
        supabase.from("audit_log").select(COLUMNS)
          .eq("transaction", transaction).eq("table_name", table_name).eq("operation", operation)
          .gt("part", 1).gt("id", after).order("id").limit(50),
      );
      return found.map((entry) => readEntry(entry));
    },
    async names(orgId, entries) {
      const ids = [...new Set(entries.flatMap(idsOf))].slice(0, MOST_NAMES);
      if (ids.length === 0) return new Map();
      const found = await answer<{ id: string; name: string }[]>(
        supabase.rpc("audit_names", { p_org_id: orgId, p_ids: ids }),
      );
      return new Map(found.map(({ id, name }) => [id, name]));
    },
  };
}

/** Rows from columns; where subjects are asked for, those that hold one of them. */
export function readEntry(stored: StoredEntry, subjects?: readonly string[]): AuditEntry {
  const { row_count, shared, keys, before, after, ...entry } = stored;
  const at = (columns: Record<string, unknown[]>, n: number) =>
    Object.fromEntries(Object.entries(columns).map(([name, values]) => [name, values[n]]));
  const rows = Array.from({ length: row_count }, (_, n): AuditRow => ({
    key: { ...shared, ...at(keys, n) },
    before: before && at(before, n),
    after: after && at(after, n),
  }));
  const about = rows.filter((row) => {
    const text = JSON.stringify(row);
    return subjects?.some((id) => text.includes(id)) ?? true;
  });
  return { ...entry, rows: about.length > 0 ? about : rows };
}

/** Every id in an entry. */
function idsOf({ rows }: AuditEntry): string[] {
  return rows.flatMap(({ key, before, after }) =>
    [key, before, after].flatMap((values) => Object.values(values ?? {}).flat())
      .filter((value): value is string => typeof value === "string" && isId(value))
  );
}

async function answer<Value>(query: PromiseLike<RestAnswer>): Promise<Value> {
  return (await answered(query)).data as Value;
}
