-- What belongs to an archived allocation run is out of sight for users, whatever table it stands in and whatever the table's
-- own policies say: a restrictive policy on each table with a column allocation_run. This file comes after them all.

-- private.hidden_runs(): the archived allocation runs of the orgs that the caller belongs to, as a member or as a doctor.
-- Called by policies; in PL/pgSQL as private.orgs_with_right() is.
create function private.hidden_runs()
returns setof uuid
language plpgsql
stable
security definer
set search_path = ''
as $$
begin
  return query
    select r.id from public.allocation_runs r
    where r.archived_at is not null and r.org_id in (
      select m.org_id from public.org_members m where m.user_id = (select auth.uid())
      union all select w.org_id from public.workers w where w.user_id = (select auth.uid()));
end
$$;
comment on function private.hidden_runs() is 'Archived allocation runs of the caller''s orgs. Used by policies.';
revoke all on function private.hidden_runs() from public, anon, authenticated, service_role;
grant execute on function private.hidden_runs() to authenticated;

-- Neither the runs themselves, whose own policies say it, nor the audit log: what was done to what is archived stays told.
do $$
declare
  v_table regclass;
begin
  for v_table in
    select c.oid::regclass from pg_catalog.pg_class c
    join pg_catalog.pg_attribute a on a.attrelid = c.oid and a.attname = 'allocation_run' and not a.attisdropped
    where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p') and c.oid <> 'public.audit_log'::regclass
  loop
    execute format('create policy hide_archived_runs on %s as restrictive for all to authenticated
      using (allocation_run is null or allocation_run not in (select private.hidden_runs()))', v_table);
  end loop;
end $$;

-- What is known by a run of an engine alone: where that is out of sight, so is this.
do $$
declare
  v_part record;
begin
  for v_part in
    select distinct c.conrelid::regclass as name, a.attname, c.confrelid::regclass as runs
    from pg_catalog.pg_constraint c
    cross join lateral unnest(c.conkey, c.confkey) as k (own, other)
    join pg_catalog.pg_attribute a on a.attrelid = c.conrelid and a.attnum = k.own
    join pg_catalog.pg_attribute o on o.attrelid = c.confrelid and o.attnum = k.other and o.attname = 'id'
    where c.contype = 'f' and c.confrelid in ('public.allocation_planner_runs'::regclass, 'public.allocator_py_runs'::regclass)
      and not exists (
        select from pg_catalog.pg_attribute r
        where r.attrelid = c.conrelid and r.attname = 'allocation_run' and not r.attisdropped)
  loop
    execute format('create policy hide_archived_runs on %s as restrictive for all to authenticated
      using (%I in (select r.id from %s r))', v_part.name, v_part.attname, v_part.runs);
  end loop;
end $$;
