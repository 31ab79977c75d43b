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

/** Something that is a doctor's alone, a result, or of a run: nothing that is done to lines may touch it. */
export interface Own {
  kind: string;
  who: string;
  /** Which line, position, specialty, receipt or version. */
  about: string;
  value: number;
}

/**
 * Kinds on lines: rank, bucket, places, must_have, remark, eligibility, weighting, preferencer, allocation; `who`: doctor,
 * weighting or preferencer; and department, what a preferencer, in the place of the line, says of a doctor. Kinds of `own`: note,
 * position, sentiment, exclusion, receipt, version, swap, link, run.
 */
const VIEWS = `
  create schema ledger;
  create table ledger.entered (kind text, line uuid, who uuid, value numeric);
  create table ledger.own_entered (kind text, who uuid, about text, value numeric, unique (kind, who, about));

  create view ledger.own_there as
    select 'note' as kind, worker_mapping as who, job_line::text as about, hashtext(notes)::numeric as value
      from public.preference_line_notes where notes is not null
    union all select 'position', worker_mapping, position::text, like_dislike_preference
      from public.preference_worker_rotations where like_dislike_preference is not null
    union all select 'sentiment', worker_mapping, specialty, sentiment from public.worker_specialty_sentiments where sentiment is not null
    union all select 'exclusion', worker_mapping, kind, active::int from public.worker_screening_rules
    union all select 'receipt', worker_mapping, changes #>> '{0,receipt}', 1 from public.preference_history where action = 'submit'
    union all select 'version', worker_mapping, id::text, version from public.job_line_worker_mappings
    union all select 'swap', unnest(array[from_mapping, to_mapping]), id::text, 1 from public.line_swaps
    union all select 'link', worker_mapping, id::text, 1 from public.doctor_links
    -- Pins, groups and couples of a match, and all else that was asked of it.
    union all select 'run', id, 'options', hashtext(options::text) from public.allocator_py_runs;

  create view ledger.there as
    select 'rank' as kind, job_line as line, worker_mapping as who, order_preference::numeric as value
      from public.preference_worker_job_lines
    union all select 'bucket', job_line, worker_mapping, like_dislike_preference
      from public.preference_worker_job_lines where like_dislike_preference is not null
    union all select 'remark', job_line, null, hashtext(notes) from public.job_line_remarks where notes is not null
    union all select 'places', id, null, max_n_workers from public.job_lines
    union all select 'must_have', id, null, must_have_workers::int from public.job_lines
    union all select 'eligibility', job_line, unnest(excluded_worker_mapping_ids), 1 from public.job_line_eligibility
    union all select 'weighting', job_line, id, weighting::numeric from public.allocation_run_preferencer_weightings
    union all select 'preferencer', job_line, preferencer, 1 from public.preferencer_job_lines
    union all select 'allocation', a.job_line, a.worker_mapping, 1 from public.allocator_py_allocations a
    -- Of no line: what a department says of a doctor.
    union all select 'department', preferencer, worker_mapping, order_preference::numeric from public.preferencer_worker_ranks;

  create view ledger.kept_lines as
    select h.id as snapshot, (l ->> 'id')::uuid as id, (l ->> 'max_n_workers')::numeric as places,
           (l ->> 'must_have_workers')::boolean::int as must_have
    from public.job_lines_history h,
      jsonb_array_elements(h.snapshot || coalesce(h.attachments -> 'archived_lines', '[]')) l;

  -- A restore of an edit by hand says nothing of what hangs on lines.
  create view ledger.kept_attachments as select id, attachments from public.job_lines_history where reason <> 'edit';

  create view ledger.kept as
    select h.id as snapshot, 'rank' as kind, (r ->> 'job_line')::uuid as line, (r ->> 'worker_mapping')::uuid as who,
           (r ->> 'order_preference')::numeric as value
      from ledger.kept_attachments h, jsonb_array_elements(h.attachments -> 'ranks') r
    union all select h.id, 'bucket', (r ->> 'job_line')::uuid, (r ->> 'worker_mapping')::uuid, (r ->> 'like_dislike_preference')::numeric
      from ledger.kept_attachments h, jsonb_array_elements(h.attachments -> 'ranks') r
    union all select h.id, 'remark', (k ->> 'job_line')::uuid, null, hashtext(k ->> 'notes')
      from ledger.kept_attachments h, jsonb_array_elements(h.attachments -> 'remarks') k
    union all select l.snapshot, 'places', l.id, null, l.places from ledger.kept_lines l
    union all select l.snapshot, 'must_have', l.id, null, l.must_have from ledger.kept_lines l
    union all select h.id, 'eligibility', (e ->> 'job_line')::uuid, w::uuid, 1
      from ledger.kept_attachments h, jsonb_array_elements(h.attachments -> 'eligibility') e,
           jsonb_array_elements_text(e -> 'excluded_worker_mapping_ids') w
    union all select h.id, 'weighting', (w ->> 'job_line')::uuid, (w ->> 'id')::uuid, (w ->> 'weighting')::numeric
      from ledger.kept_attachments h, jsonb_array_elements(h.attachments -> 'weightings') w
    union all select h.id, 'preferencer', (p ->> 'job_line')::uuid, (p ->> 'preferencer')::uuid, 1
      from ledger.kept_attachments h, jsonb_array_elements(h.attachments -> 'preferencer_lines') p
    union all select h.id, 'department', (p ->> 'preferencer')::uuid, (p ->> 'worker_mapping')::uuid, (p ->> 'order_preference')::numeric
      from ledger.kept_attachments h, jsonb_array_elements(h.attachments -> 'preferencer_ranks') p;
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

/** Notes what is a doctor's own, a result's or a run's, in place of what it replaces. */
export async function noteOwn(admin: postgres.Sql, entries: readonly Own[]): Promise<void> {
  for (const { kind, who, about, value } of entries) {
    await admin`
      insert into ledger.own_entered values (${kind}, ${who}, ${about}, ${value})
      on conflict (kind, who, about) do update set value = excluded.value`;
  }
}

/** What is not as it was entered, of what nothing but its owner changes. */
export async function lostOwn(admin: postgres.Sql): Promise<Own[]> {
  return await admin<Own[]>`
    select kind, who, about, value::float8 from ledger.own_entered e
    where not exists (
      select from ledger.own_there t
      where t.kind = e.kind and t.who = e.who and t.about = e.about and t.value = e.value)
    order by kind, who, about`;
}

/** Forgets what was of a doctor, who was erased by an explicit yes. */
export async function giveUp(admin: postgres.Sql, doctor: string): Promise<void> {
  await admin`delete from ledger.entered where who = ${doctor}`;
  // What they were asked to swap is no longer anybody's.
  await admin`
    delete from ledger.own_entered where kind = 'swap'
      and about in (select about from ledger.own_entered where kind = 'swap' and who = ${doctor})`;
  await admin`delete from ledger.own_entered where who = ${doctor} and kind <> 'version'`;
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
    where (e.kind <> 'department' and (l.id is null or l.archived_at is not null) or not there.is_there)
      and (l.allocation_run is null or l.allocation_run = ${allocationRun})
    order by e.kind, e.line, e.who`;
}

/** Whether an entry is on a line that is there, as it was entered. */
export async function isThere(sql: postgres.Sql, entry: Missing): Promise<boolean> {
  const [{ found }] = await sql`
    select exists (
      select from ledger.there t left join public.job_lines l on l.id = t.line
      where (t.kind = 'department' or l.archived_at is null) and t.kind = ${entry.kind} and t.line = ${entry.line} and t.who is not distinct from ${entry.who}::uuid
        and t.value = ${entry.value}::numeric) as found`;
  return found;
}
