// A ledger of what people put onto job lines, kept beside the database: what was entered is there, or archived with its line,
// or in a snapshot that brings it back. Shares no code with what it checks.

import type postgres from "postgres";

/** Something that was entered, and is not where it was. */
export interface Missing {
  kind: string;
  line: string;
  who: string | null;
  value: number;
}

/** Kinds: rank, places, must_have, eligibility, weighting, preferencer, allocation. `who`: doctor, weighting or preferencer. */
const VIEWS = `
  create schema ledger;
  create table ledger.entered (kind text, line uuid, who uuid, value numeric);

  create view ledger.there as
    select 'rank' as kind, job_line as line, worker_mapping as who, order_preference::numeric as value
      from public.preference_worker_job_lines
    union all select 'places', id, null, max_n_workers from public.job_lines
    union all select 'must_have', id, null, must_have_workers::int from public.job_lines
    union all select 'eligibility', job_line, unnest(excluded_worker_mapping_ids), 1 from public.job_line_eligibility
    union all select 'weighting', job_line, id, weighting::numeric from public.allocation_run_preferencer_weightings
    union all select 'preferencer', job_line, preferencer, 1 from public.preferencer_job_lines
    union all select 'allocation', a.job_line, a.worker_mapping, 1 from public.allocator_py_allocations a;

  create view ledger.kept_lines as
    select h.id as snapshot, (l ->> 'id')::uuid as id, (l ->> 'max_n_workers')::numeric as places,
           (l ->> 'must_have_workers')::boolean::int as must_have
    from public.job_lines_history h,
      jsonb_array_elements(h.snapshot || coalesce(h.attachments -> 'archived_lines', '[]')) l;

  create view ledger.kept as
    select h.id as snapshot, 'rank' as kind, (r ->> 'job_line')::uuid as line, (r ->> 'worker_mapping')::uuid as who,
           (r ->> 'order_preference')::numeric as value
      from public.job_lines_history h, jsonb_array_elements(h.attachments -> 'ranks') r
    union all select l.snapshot, 'places', l.id, null, l.places from ledger.kept_lines l
    union all select l.snapshot, 'must_have', l.id, null, l.must_have from ledger.kept_lines l
    union all select h.id, 'eligibility', (e ->> 'job_line')::uuid, w::uuid, 1
      from public.job_lines_history h, jsonb_array_elements(h.attachments -> 'eligibility') e,
           jsonb_array_elements_text(e -> 'excluded_worker_mapping_ids') w
    union all select h.id, 'weighting', (w ->> 'job_line')::uuid, (w ->> 'id')::uuid, (w ->> 'weighting')::numeric
      from public.job_lines_history h, jsonb_array_elements(h.attachments -> 'weightings') w
    union all select h.id, 'preferencer', (p ->> 'job_line')::uuid, (p ->> 'preferencer')::uuid, 1
      from public.job_lines_history h, jsonb_array_elements(h.attachments -> 'preferencer_lines') p;
`;

/** Begins a ledger; as the owner of the database. */
export async function startLedger(admin: postgres.Sql): Promise<void> {
  await admin.unsafe(VIEWS).simple();
}

/** Notes what was just entered, in place of what it replaces: a later entry of the same kind gives up the earlier one. */
export async function note(
  admin: postgres.Sql,
  kind: string,
  line: string,
  who: string | null,
  value: number,
): Promise<void> {
  await admin`
    with before as (
      delete from ledger.entered
      where kind = ${kind} and line = ${line} and who is not distinct from ${who}::uuid
    )
    insert into ledger.entered values (${kind}, ${line}, ${who}, ${value})`;
}

/** Entries that are nowhere: neither on a line, there or archived, nor in a snapshot. */
export async function lost(admin: postgres.Sql): Promise<Missing[]> {
  return await admin<Missing[]>`
    select kind, line, who, value::float8 from ledger.entered e
    where not exists (
      select from ledger.there t
      where t.kind = e.kind and t.line = e.line and t.who is not distinct from e.who and t.value = e.value)
    and not exists (
      select from ledger.kept k
      where k.kind = e.kind and k.line = e.line and k.who is not distinct from e.who and k.value = e.value)
    order by kind, line, who`;
}

/** An entry that nobody sees now, and what brings it back. */
export interface Hidden extends Missing {
  /** A snapshot that holds it; null: it hangs on its archived line as it was entered. */
  snapshot: string | null;
}

/** Entries that are archived or in a snapshot alone. */
export async function hidden(admin: postgres.Sql, allocationRun: string): Promise<Hidden[]> {
  return await admin<Hidden[]>`
    select e.kind, e.line, e.who, e.value::float8, case when not there.is_there then (
      select k.snapshot from ledger.kept k join public.job_lines_history h on h.id = k.snapshot
      where k.kind = e.kind and k.line = e.line and k.who is not distinct from e.who and k.value = e.value
        and (h.reason = 'populate' or e.line in (select l.id from ledger.kept_lines l where l.snapshot = h.id))
      order by h.replaced_at desc limit 1) end as snapshot
    from ledger.entered e
    left join public.job_lines l on l.id = e.line
    cross join lateral (
      select exists (
        select from ledger.there t
        where t.kind = e.kind and t.line = e.line and t.who is not distinct from e.who and t.value = e.value) as is_there
    ) as there
    where (l.id is null or l.archived_at is not null or not there.is_there)
      and (l.allocation_run is null or l.allocation_run = ${allocationRun})
    order by e.kind, e.line, e.who`;
}

/** Whether an entry is on a line that is there, as it was entered. */
export async function isThere(sql: postgres.Sql, entry: Missing): Promise<boolean> {
  const [{ found }] = await sql`
    select exists (
      select from ledger.there t join public.job_lines l on l.id = t.line and l.archived_at is null
      where t.kind = ${entry.kind} and t.line = ${entry.line} and t.who is not distinct from ${entry.who}::uuid
        and t.value = ${entry.value}::numeric) as found`;
  return found;
}
