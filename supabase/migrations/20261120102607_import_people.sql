-- Spreadsheets of people in and out: doctors and tags, wishes, departments, eligibility, weightings, places; and a matrix of
-- affinities. Called by the function roster-exchange with the user's own rights.

create table public.import_mappings (
  org_id uuid not null references public.orgs (id) on delete cascade,
  kind text not null check (kind ~ '^[a-z]+$' and char_length(kind) <= 40),
  headers text not null check (char_length(headers) between 1 and 10000),
  mapping jsonb not null check (jsonb_typeof(mapping) = 'object' and octet_length(mapping::text) <= 20000),
  changed_at timestamptz not null default now(),
  primary key (org_id, kind, headers)
);
comment on table public.import_mappings is
  'What the columns of other people''s spreadsheets mean to an org: remembered, so that the next file of that kind is read at once.';
comment on column public.import_mappings.headers is 'The headers of the file, as one text.';
comment on column public.import_mappings.mapping is '{columns: {field: header}, mail_domain?: for files that have no e-mail addresses}.';
alter table public.import_mappings enable row level security;
revoke all on public.import_mappings from public, anon, authenticated, service_role;
grant select, insert, update, delete on public.import_mappings to authenticated;
grant all on public.import_mappings to service_role;
create policy import_mappings_select on public.import_mappings for select to authenticated
  using (org_id in (select private.orgs_with_right('allocationRun.edit')));
create policy import_mappings_insert on public.import_mappings for insert to authenticated
  with check (org_id in (select private.orgs_with_right('allocationRun.edit')));
create policy import_mappings_update on public.import_mappings for update to authenticated
  using (org_id in (select private.orgs_with_right('allocationRun.edit')))
  with check (org_id in (select private.orgs_with_right('allocationRun.edit')));
create policy import_mappings_delete on public.import_mappings for delete to authenticated
  using (org_id in (select private.orgs_with_right('allocationRun.edit')));

-- read_population(run): people and wishes of an allocation run by their names, as one document of one moment. Called by the
-- function roster-exchange and by import_population(). Runs with its caller's rights: what they may not see is not in it.
-- Null where they may not see the run.
--   allocation_run  {id, name, status, starts_on, term_weeks, org, org_id, plan, timezone}
--   lines           {name: {places, must_have_workers, sort_order}}
--   doctors         {email: {name, tags, withdrawn, fte}}; elsewhere: {email: {name, tags}}, of the org's other doctors
--   tags            every qualification tag of the org
--   wishes          {email: {line: rank}}
--   preferencers    {name: {max_job_lines, max_workers, lines, ranks: {email: rank}}}
--   eligibility     {line: {included_workers, excluded_workers, included_tags, excluded_tags}}
--   weightings      {key: {line, workers, tags, weighting}}; one that is there twice adds up
create function public.read_population(p_allocation_run uuid)
returns jsonb
language plpgsql
stable
set search_path = ''
-- The largest take some seconds, on a busy machine more than REST allows other calls.
set statement_timeout = '60s'
as $$
begin
  return (
  with run as (
    select ar.*, o.name as org, pl.name as plan, pl.timezone
    from public.allocation_runs ar
    join public.orgs o on o.id = ar.org_id
    join public.allocation_plans pl on pl.org_id = ar.org_id and pl.id = ar.allocation_plan
    where ar.id = p_allocation_run and ar.org_id in (select private.orgs_with_right('allocator.view'))
  ), line as materialized (
    select l.id, l.name, l.max_n_workers, l.must_have_workers, l.sort_order
    from public.job_lines l where l.allocation_run = (select id from run)
  ), held as materialized (
    select q.worker, jsonb_agg(t.name order by t.name) as tags
    from public.worker_qualifications q join public.qualification_tags t on t.id = q.qualification_tag
    where q.org_id = (select org_id from run) group by q.worker
  ), doctor as materialized (
    select m.id as mapping, w.id as worker, w.email, w.name, m.withdrawn_at is not null as withdrawn, m.fte,
           coalesce(h.tags, '[]') as tags
    from public.allocation_run_worker_mappings m
    join public.workers w on w.id = m.worker
    left join held h on h.worker = w.id
    where m.allocation_run = (select id from run)
  ), weighting as (
    select l.name as line, p.workers, p.tags, sum(w.weighting::numeric) as weighting
    from public.allocation_run_preferencer_weightings w
    left join line l on l.id = w.job_line
    cross join lateral (
      select (select coalesce(jsonb_agg(d.email order by d.email), '[]') from doctor d where d.mapping = any (w.worker_mapping_ids)) as workers,
        (select coalesce(jsonb_agg(t.name order by t.name), '[]') from public.qualification_tags t
         where t.org_id = w.org_id and t.id = any (w.qualification_tag_ids)) as tags
    ) as p
    where w.allocation_run = (select id from run)
    group by l.name, p.workers, p.tags
  )
  select jsonb_build_object(
    'allocation_run', jsonb_build_object('id', r.id, 'name', r.name, 'status', r.status, 'starts_on', r.starts_on,
      'term_weeks', to_jsonb(r.term_weeks), 'org', r.org, 'org_id', r.org_id, 'plan', r.plan, 'timezone', r.timezone),
    'lines', (
      select coalesce(jsonb_object_agg(l.name, jsonb_build_object(
        'places', l.max_n_workers, 'must_have_workers', l.must_have_workers, 'sort_order', l.sort_order)), '{}') from line l),
    'doctors', (
      select coalesce(jsonb_object_agg(d.email, jsonb_build_object('name', d.name, 'tags', d.tags, 'withdrawn', d.withdrawn,
        'fte', d.fte)), '{}')
      from doctor d),
    'elsewhere', (
      select coalesce(jsonb_object_agg(w.email, jsonb_build_object('name', w.name, 'tags', coalesce(h.tags, '[]'))), '{}')
      from public.workers w left join held h on h.worker = w.id
      where w.org_id = r.org_id and w.erased_at is null and w.id not in (select worker from doctor)),
    'tags', (select coalesce(jsonb_agg(t.name order by t.name), '[]') from public.qualification_tags t where t.org_id = r.org_id),
    'wishes', (
      select coalesce(jsonb_object_agg(d.email, p.ranks), '{}')
      from (
        select p.worker_mapping, jsonb_object_agg(l.name, p.order_preference) as ranks
        from public.preference_worker_job_lines p join line l on l.id = p.job_line
        where p.allocation_run = r.id and p.order_preference is not null group by p.worker_mapping
      ) as p
      join doctor d on d.mapping = p.worker_mapping),
    'preferencers', (
      select coalesce(jsonb_object_agg(f.name, jsonb_build_object(
        'max_job_lines', f.max_job_lines, 'max_workers', f.max_workers,
        'lines', (
          select coalesce(jsonb_agg(l.name order by l.sort_order, l.name), '[]')
          from public.preferencer_job_lines j join line l on l.id = j.job_line where j.preferencer = f.id),
        'ranks', (
          select coalesce(jsonb_object_agg(d.email, k.order_preference), '{}')
          from public.preferencer_worker_ranks k join doctor d on d.mapping = k.worker_mapping where k.preferencer = f.id))), '{}')
      from public.preferencers f where f.allocation_run = r.id),
    'eligibility', (
      select coalesce(jsonb_object_agg(l.name, jsonb_build_object(
        'included_workers', (select coalesce(jsonb_agg(d.email order by d.email), '[]') from doctor d where d.mapping = any (e.included_worker_mapping_ids)),
        'excluded_workers', (select coalesce(jsonb_agg(d.email order by d.email), '[]') from doctor d where d.mapping = any (e.excluded_worker_mapping_ids)),
        'included_tags', (select coalesce(jsonb_agg(t.name order by t.name), '[]') from public.qualification_tags t
          where t.org_id = r.org_id and t.id = any (e.included_qualification_tag_ids)),
        'excluded_tags', (select coalesce(jsonb_agg(t.name order by t.name), '[]') from public.qualification_tags t
          where t.org_id = r.org_id and t.id = any (e.excluded_qualification_tag_ids)))), '{}')
      from public.job_line_eligibility e join line l on l.id = e.job_line where e.allocation_run = r.id),
    'weightings', (
      select coalesce(jsonb_object_agg(concat_ws(' | ', coalesce(g.line, '*'), nullif(g.workers, '[]'), nullif(g.tags, '[]')), to_jsonb(g)), '{}')
      from weighting g))
  from run r
  );
end
$$;
comment on function public.read_population(uuid) is
  'People, wishes, departments, eligibility, weightings and places of an allocation run by name, for spreadsheets; null where there is none to see.';
revoke all on function public.read_population(uuid) from public, anon, authenticated, service_role;
grant execute on function public.read_population(uuid) to authenticated;

-- private.population_changes(before, after): what differs between two documents of read_population():
-- [{section, key, kind: added|changed|removed, before, after}]. Called by import_population().
create function private.population_changes(p_before jsonb, p_after jsonb)
returns jsonb
language plpgsql
immutable
set search_path = ''
as $$
begin
  return (
  select coalesce(jsonb_agg(jsonb_build_object('section', s.name, 'key', o.key,
    'kind', case when o.before is null then 'added' when o.after is null then 'removed' else 'changed' end,
    'before', o.before, 'after', o.after) order by s.n, o.key), '[]')
  from unnest('{doctors,lines,wishes,preferencers,eligibility,weightings}'::text[]) with ordinality as s (name, n)
  cross join lateral (
    select key, b.value as before, a.value as after
    from jsonb_each(p_before -> s.name) as b (key, value) full join jsonb_each(p_after -> s.name) as a (key, value) using (key)
  ) as o
  where o.before is distinct from o.after
  );
end
$$;
comment on function private.population_changes(jsonb, jsonb) is 'What differs between two states of the people and wishes of an allocation run.';
revoke all on function private.population_changes(jsonb, jsonb) from public, anon, authenticated, service_role;
grant execute on function private.population_changes(jsonb, jsonb) to authenticated;

-- private.require_seen(now, seen): refuses (RC409, CHANGED_MEANWHILE) where what somebody read is no longer so:
-- seen: {section: {key: {member: value} or null (it was not there)}}, by sections, keys and members of read_population(); what is
-- not in it is not compared. RC400 with paths where it is of another shape. Called by import_population().
create function private.require_seen(p_now jsonb, p_seen jsonb)
returns void
language plpgsql
immutable
set search_path = ''
as $$
begin
  if jsonb_typeof(p_seen) <> 'object' then
    perform private.refuse_faults('[{"path": "p_seen", "message": "not an object"}]');
  end if;
  perform private.refuse_faults((
    select coalesce(jsonb_agg(jsonb_build_object('path', 'p_seen.' || key, 'message', 'not a section with its keys')), '[]')
    from jsonb_each(p_seen)
    where jsonb_typeof(value) <> 'object' or key not in ('doctors', 'lines', 'preferencers', 'eligibility')));
  perform private.require_unchanged(p_now -> s.key -> e.key, e.value, e.key)
  from jsonb_each(p_seen) as s cross join lateral jsonb_each(s.value) as e;
end
$$;
comment on function private.require_seen(jsonb, jsonb) is 'Refuses where what somebody read of people and wishes is no longer so.';
revoke all on function private.require_seen(jsonb, jsonb) from public, anon, authenticated, service_role;
grant execute on function private.require_seen(jsonb, jsonb) to authenticated;

-- import_population(document, dry_run, new_lines, seen, preview): a document of populate_allocation_run() for an allocation run that is
-- there, and what it changes; with dry_run all of it is undone again, so that the preview is what would be done.
-- Called by the function roster-exchange, and by forms of the console, which say what they had read: see private.require_seen().
-- new_lines: whether lines that are not there are made; else their names are faults.
-- Answers {changes, snapshot, gaps, preview}, see private.population_changes(): by names, as far as the caller may see them; gaps: in how
-- many lists the document leaves a rank out; preview: a hash of the changes, p_preview of the import that is to do just these.
-- Runs with its caller's rights. Errors as populate_allocation_run().
create function public.import_population(
  p_document jsonb, p_dry_run boolean default true, p_new_lines boolean default false, p_seen jsonb default null,
  p_preview text default null
)
returns jsonb
language plpgsql
set search_path = ''
set statement_timeout = '60s'
as $$
declare
  v_run uuid;
  v_before jsonb;
  v_changes jsonb;
  v_answer jsonb;
begin
  p_dry_run := coalesce(p_dry_run, true);
  p_new_lines := coalesce(p_new_lines, false);
  perform private.require_shape(coalesce(p_document -> 'allocation_run', 'null'), '{"is": "id"}', 100);
  v_run := (p_document ->> 'allocation_run')::uuid;
  if not p_dry_run then
    -- Two who save at once wait for each other: the second is told what the first did.
    perform pg_advisory_xact_lock(hashtextextended('import_population ' || v_run, 0));
  end if;
  v_before := public.read_population(v_run);
  if p_seen is not null and v_before is not null then
    perform private.require_seen(v_before, p_seen);
  end if;
  if not p_new_lines and v_before is not null and jsonb_typeof(p_document -> 'lines') = 'array' then
    perform private.refuse_faults((
      select coalesce(jsonb_agg(jsonb_build_object('path', format('lines[%s].name', n - 1),
        'message', format('no job line %s in this allocation run', e ->> 'name'))), '[]')
      from (
        select e, n from jsonb_array_elements(p_document -> 'lines') with ordinality as t (e, n)
        where e ->> 'name' is not null and not v_before -> 'lines' ? private.fold_text(e ->> 'name') limit 50
      ) as unknown));
  end if;
  begin
    v_answer := public.populate_allocation_run(p_document);
    v_changes := private.population_changes(v_before, public.read_population(v_run));
    perform private.require_previewed(p_preview, md5(v_changes::text));
    if p_dry_run then
      raise exception 'undone' using errcode = 'RC0DR';
    end if;
  exception when sqlstate 'RC0DR' then
    v_answer := v_answer - 'snapshot'; -- it is gone as well
  end;
  return jsonb_build_object('changes', v_changes, 'snapshot', v_answer -> 'snapshot', 'gaps', v_answer -> 'gaps',
    'preview', md5(v_changes::text));
end
$$;
comment on function public.import_population(jsonb, boolean, boolean, jsonb, text) is
  'People and wishes of an allocation run from a document, all or nothing, and what that changes; with dry_run it is undone again.';
revoke all on function public.import_population(jsonb, boolean, boolean, jsonb, text) from public, anon, authenticated, service_role;
grant execute on function public.import_population(jsonb, boolean, boolean, jsonb, text) to authenticated;

-- private.require_affinities(org): RC404 or 42501 where the caller may not import affinities. Called by import_affinities().
create function private.require_affinities(p_org_id uuid)
returns void
language plpgsql
stable
set search_path = ''
as $$
begin
  if p_org_id is null or p_org_id not in (select private.orgs_with_right('allocationPlanner.view')) then
    raise exception '%', private.no_such('organisation', p_org_id::text) using errcode = 'RC404';
  end if;
  if p_org_id not in (select private.orgs_with_right('allocationRun.edit')) then
    raise exception 'Importing affinities needs the right allocationRun.edit.' using errcode = 'insufficient_privilege';
  end if;
end
$$;
comment on function private.require_affinities(uuid) is 'Raises where the caller may not import affinities into an org.';
revoke all on function private.require_affinities(uuid) from public, anon, authenticated, service_role;

-- import_affinities(org, name, weights, run, dry_run, preview): a matrix of affinities of the org's own: [[specialty, specialty, weight]],
-- each pair once, whole numbers from -100 to 100; pairs of 0 are left out. A new version where the org has a profile of that
-- name and the weights differ; the allocation run, if one is named, uses it from then on.
-- Called by the function roster-exchange. Needs allocationRun.edit. RC400 with paths ([3][2]), RC404, 42501.
-- Answers {profile, name, version, changes: [{a, b, before, after}], pairs, preview}; profile is null of a dry run that makes one; preview: a
-- hash of it, p_preview of the import that is to do just that (RC409 CHANGED_MEANWHILE).
create function public.import_affinities(
  p_org_id uuid, p_name text, p_weights jsonb, p_allocation_run uuid default null, p_dry_run boolean default true,
  p_preview text default null
)
returns jsonb
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_name text := private.require_name('p_name', p_name, 100);
  v_latest public.affinity_profiles;
  v_changes jsonb;
  v_pairs int;
  v_preview text;
begin
  p_dry_run := coalesce(p_dry_run, true);
  perform private.require_affinities(p_org_id);
  if p_allocation_run is not null and not exists (
    select from public.allocation_runs where id = p_allocation_run and org_id = p_org_id and archived_at is null
  ) then
    raise exception '%', private.no_such('allocation run', p_allocation_run::text) using errcode = 'RC404';
  end if;
  p_weights := private.fold_document(p_weights);
  perform private.require_shape(p_weights, '{"is": "list", "most": 20000, "of": {"is": "any", "most": 1000}}', 4 * 1024 * 1024);
  perform private.refuse_faults((
    select coalesce(jsonb_agg(jsonb_build_object('path', path, 'message', message) order by n), '[]')
    from (
      select n, path, message from (
        select n, format('[%s]', n) as path, 'not [specialty, specialty, weight]' as message
        from private.elements(p_weights) where not (jsonb_typeof(element) = 'array' and jsonb_array_length(element) = 3
          and jsonb_typeof(element -> 0) = 'string' and jsonb_typeof(element -> 1) = 'string' and jsonb_typeof(element -> 2) = 'number')
        union all
        select n, format('[%s][2]', n), 'not a whole number from -100 to 100'
        from private.elements(p_weights) where jsonb_typeof(element -> 2) = 'number'
          and not ((element ->> 2)::numeric between -100 and 100 and (element ->> 2)::numeric % 1 = 0)
        union all
        select n, format('[%s][0]', n), 'not a name of at most 100 characters'
        from private.elements(p_weights) where char_length(element ->> 0) not between 1 and 100 or char_length(element ->> 1) not between 1 and 100
        union all
        select n, format('[%s][1]', n), 'a specialty has no affinity with itself'
        from private.elements(p_weights) where element ->> 0 = element ->> 1
        union all
        select n, format('[%s]', n), format('%s and %s are there twice', element ->> 0, element ->> 1)
        from (
          select n, element, row_number() over (
            partition by least((element ->> 0) collate "C", element ->> 1), greatest((element ->> 0) collate "C", element ->> 1) order by n) as times
          from private.elements(p_weights)
        ) as pair where times > 1
      ) as f order by n limit 50
    ) as f));

  perform pg_advisory_xact_lock(hashtextextended('import_affinities ' || p_org_id, 0));
  -- Again: a right may be taken away while a call waits.
  perform private.require_affinities(p_org_id);
  select * into v_latest from public.affinity_profiles where org_id = p_org_id and name = v_name order by version desc limit 1;
  with told as (
    select least((element ->> 0) collate "C", element ->> 1) as a, greatest((element ->> 0) collate "C", element ->> 1) as b,
      (element ->> 2)::numeric::int as weight
    from private.elements(p_weights) where (element ->> 2)::numeric <> 0
  ), stored as (
    select specialty_a as a, specialty_b as b, weight::int from public.affinity_weights where profile = v_latest.id
  )
  select (select count(*) from told), coalesce(jsonb_agg(jsonb_build_object('a', a, 'b', b, 'before', s.weight, 'after', t.weight) order by a, b)
    filter (where s.weight is distinct from t.weight), '[]')
  into v_pairs, v_changes
  from told t full join stored s using (a, b);
  v_preview := md5(concat_ws(' ', v_latest.id, v_pairs, v_changes));
  perform private.require_previewed(p_preview, v_preview);

  if not p_dry_run and (v_latest.id is null or v_changes <> '[]') then
    insert into public.affinity_profiles (org_id, name, version, description)
    values (p_org_id, v_name, coalesce(v_latest.version, 0) + 1, 'Imported from a spreadsheet.') returning * into v_latest;
    insert into public.affinity_weights (profile, specialty_a, specialty_b, weight)
    select v_latest.id, least((element ->> 0) collate "C", element ->> 1), greatest((element ->> 0) collate "C", element ->> 1),
      (element ->> 2)::numeric::int
    from private.elements(p_weights) where (element ->> 2)::numeric <> 0;
  end if;
  if not p_dry_run and p_allocation_run is not null then
    update public.allocation_runs set affinity_profile = v_latest.id
    where id = p_allocation_run and affinity_profile <> v_latest.id;
  end if;
  return jsonb_build_object('profile', v_latest.id, 'name', v_name, 'version', v_latest.version, 'changes', v_changes, 'pairs', v_pairs,
    'preview', v_preview);
end
$$;
comment on function public.import_affinities(uuid, text, jsonb, uuid, boolean, text) is
  'A matrix of affinities of the org''s own, as a new version of a profile; with dry_run just what would change.';
revoke all on function public.import_affinities(uuid, text, jsonb, uuid, boolean, text) from public, anon, authenticated, service_role;
grant execute on function public.import_affinities(uuid, text, jsonb, uuid, boolean, text) to authenticated;
