-- populate_allocation_run(document): a whole allocation run in one transaction, all or nothing.
-- Names are looked up in dictionaries instead of joined: joins were planned by statistics that say nothing of rows inserted
-- a moment ago (the same 3.3 MB took 2.5 s or 20 s). Faults of the document itself (a name that is missing, a rank that is
-- no number, a line ranked twice) are told with their paths, as unknown names are.

-- private.document_shape(is_new): what a populate_allocation_run() document looks like, see private.shape_faults().
-- Called by populate_allocation_run().
create function private.document_shape(p_is_new boolean)
returns jsonb
language plpgsql
immutable
set search_path = ''
as $$
begin
  return (
  select jsonb_build_object('is', 'object', 'members', jsonb_build_object(
    'allocation_run', '{"is": "id"}'::jsonb,
    'allocation_plan', '{"is": "id"}'::jsonb || must,
    'name', name || must,
    'starts_on', '{"is": "date"}'::jsonb || must,
    'term_weeks', '{"is": "list", "most": 26, "of": {"is": "whole", "least": 1, "most": 53}}'::jsonb || must,
    'reason', '{"is": "text", "most": 1000}'::jsonb,
    'status', '{"is": "choice", "of": ["draft", "open", "closed"]}'::jsonb,
    'order_only', flag,
    'constraints', '{"is": "list", "most": 1000, "of": {"is": "any", "most": 10000}}'::jsonb,
    'replace', jsonb_build_object('is', 'either', 'of', jsonb_build_array(flag, jsonb_build_object('is', 'object', 'members',
      jsonb_build_object('preferences', flag, 'preferencers', flag, 'weightings', flag, 'eligibility', flag)))),
    'lines', jsonb_build_object('is', 'list', 'most', 3000, 'of', jsonb_build_object('is', 'object', 'members', jsonb_build_object(
      'name', name || '{"must": true}', 'sort_order', count, 'must_have_workers', flag,
      'max_n_workers', '{"is": "whole", "least": 1, "most": 1000}'::jsonb,
      'positions', '{"is": "list", "most": 26, "of": {"is": "text", "most": 60}}'::jsonb,
      'eligibility', jsonb_build_object('is', 'object', 'members', jsonb_build_object(
        'included_workers', emails, 'excluded_workers', emails, 'included_tags', tags, 'excluded_tags', tags))))),
    'workers', jsonb_build_object('is', 'list', 'most', 10000, 'of', jsonb_build_object('is', 'object', 'members', jsonb_build_object(
      'email', email || '{"must": true, "like": "^[^@[:space:]]+@[^@[:space:]]+$"}', 'name', name || '{"must": true}',
      'tags', tags, 'fte', '{"is": "number", "least": 0.05, "most": 1, "step": 0.05}'::jsonb))),
    'qualification_tags', tags,
    'preferences', jsonb_build_object('is', 'list', 'most', 10000, 'of', jsonb_build_object('is', 'object', 'members',
      jsonb_build_object('worker', email || '{"must": true}', 'ranks', '{"is": "ranks", "most": 10000}'::jsonb))),
    'preferencers', jsonb_build_object('is', 'list', 'most', 3000, 'of', jsonb_build_object('is', 'object', 'members',
      jsonb_build_object('name', name || '{"must": true}', 'max_job_lines', count, 'max_workers', count,
        'uncapped', '{"is": "list", "most": 2, "of": {"is": "choice", "of": ["max_job_lines", "max_workers"]}}'::jsonb,
        'lines', jsonb_build_object('is', 'list', 'most', 3000, 'of', name), 'ranks', '{"is": "ranks", "most": 10000}'::jsonb))),
    'weightings', jsonb_build_object('is', 'list', 'most', 10000, 'of', jsonb_build_object('is', 'object', 'members',
      jsonb_build_object('line', name, 'workers', emails, 'tags', tags,
        'weighting', '{"is": "number", "least": -100000, "most": 100000, "must": true}'::jsonb)))))
  from (values (
    jsonb_build_object('must', p_is_new), '{"is": "text", "most": 200}'::jsonb, '{"is": "text", "most": 320}'::jsonb,
    '{"is": "list", "most": 10000, "of": {"is": "text", "most": 320}}'::jsonb,
    '{"is": "list", "most": 2000, "of": {"is": "text", "most": 100}}'::jsonb,
    '{"is": "whole", "least": 0, "most": 1000000}'::jsonb, '{"is": "flag"}'::jsonb)
  ) as part (must, name, email, emails, tags, count, flag)
  );
end
$$;
comment on function private.document_shape(boolean) is 'The shape of a populate_allocation_run() document.';
revoke all on function private.document_shape(boolean) from public, anon, authenticated, service_role;

-- private.document_faults(document): what a document that has its shape says twice, with its path. At most 50 faults.
-- Called by populate_allocation_run() before anything is written.
create function private.document_faults(p_document jsonb)
returns jsonb
language plpgsql
immutable
set search_path = ''
as $$
begin
  return (
  with named (path, name, list, n) as (
    select format('lines[%s].name', n), element ->> 'name', 'lines', n from private.elements(p_document -> 'lines')
    union all
    select format('workers[%s].email', n), lower(element ->> 'email'), 'workers', n from private.elements(p_document -> 'workers')
    union all
    select format('preferencers[%s].name', n), element ->> 'name', 'preferencers', n
    from private.elements(p_document -> 'preferencers')
    union all
    select format('preferences[%s].worker', n), lower(element ->> 'worker'), 'preferences', n
    from private.elements(p_document -> 'preferences')
  ), ranked (path, name, list, n) as (
    select format('preferences[%s].ranks[%s]', p.n, r.n), r.element ->> 0, 'of ' || p.n, r.n
    from private.elements(p_document -> 'preferences') as p, private.elements(p.element -> 'ranks') as r
    union all
    select format('preferencers[%s].ranks[%s]', f.n, r.n), lower(r.element ->> 0), 'by ' || f.n, r.n
    from private.elements(p_document -> 'preferencers') as f, private.elements(f.element -> 'ranks') as r
  ), fault (path, message) as (
    select path, format('there is another %s', name)
    from (select path, name, row_number() over (partition by list, name order by n) as times from named) as again
    where times > 1
    union all
    select path || '[0]', format('%s is ranked twice', name)
    from (select path, name, row_number() over (partition by list, name order by n) as times from ranked) as again
    where times > 1
    union all
    select 'starts_on', 'not a Monday from 2000 to 2100'
    where not p_document ? 'allocation_run' and (extract(isodow from (p_document ->> 'starts_on')::date) <> 1
      or not private.is_day((p_document ->> 'starts_on')::date))
    union all
    select 'term_weeks', 'missing' where not p_document ? 'allocation_run' and p_document -> 'term_weeks' = '[]'
  )
  select coalesce(jsonb_agg(jsonb_build_object('path', path, 'message', message)), '[]'::jsonb)
  from (select path, message from fault limit 50) as f
  );
end
$$;
comment on function private.document_faults(jsonb) is
  'What a populate_allocation_run() document says twice or cannot mean, with paths.';
revoke all on function private.document_faults(jsonb) from public, anon, authenticated, service_role;

-- private.reference_faults(...): every name of a document that is not there, with its path. At most 50 faults.
-- Called by populate_allocation_run() when lines, doctors and tags of the document are in place.
-- p_people, p_lines, p_tags: ids by email or name, of this allocation run. p_positions: the org's positions, as the keys of an object.
create function private.reference_faults(
  p_run public.allocation_runs, p_document jsonb, p_people jsonb, p_lines jsonb, p_tags jsonb, p_positions jsonb
)
returns jsonb
language plpgsql
stable
set search_path = ''
as $$
begin
  return (
  with eligible (path, kind, name) as (
    select format('lines[%s].eligibility.%s[%s]', l.n, k.key, e.n), k.kind, e.element #>> '{}'
    from private.elements(p_document -> 'lines') as l
    cross join (values ('included_workers', 'worker'), ('excluded_workers', 'worker'),
                       ('included_tags', 'tag'), ('excluded_tags', 'tag')) as k (key, kind)
    cross join private.elements(l.element -> 'eligibility' -> k.key) as e
  ), weighting (path, kind, name) as (
    select format('weightings[%s].%s[%s]', g.n, k.key, e.n), k.kind, e.element #>> '{}'
    from private.elements(p_document -> 'weightings') as g
    cross join (values ('workers', 'worker'), ('tags', 'tag')) as k (key, kind)
    cross join private.elements(g.element -> k.key) as e
    union all
    select format('weightings[%s].line', n), 'line', element ->> 'line'
    from private.elements(p_document -> 'weightings') where element ->> 'line' is not null
  ), named (path, kind, name) as (
    select * from eligible
    union all
    select * from weighting
    union all
    select format('lines[%s].positions[%s]', l.n, p.n), 'position', p.element #>> '{}'
    from private.elements(p_document -> 'lines') as l, private.elements(l.element -> 'positions') as p
    union all
    select format('preferences[%s].worker', n), 'worker', element ->> 'worker'
    from private.elements(p_document -> 'preferences')
    union all
    select format('preferences[%s].ranks[%s][0]', p.n, r.n), 'line', r.element ->> 0
    from private.elements(p_document -> 'preferences') as p, private.elements(p.element -> 'ranks') as r
    union all
    select format('preferencers[%s].lines[%s]', f.n, l.n), 'line', l.element #>> '{}'
    from private.elements(p_document -> 'preferencers') as f, private.elements(f.element -> 'lines') as l
    union all
    select format('preferencers[%s].ranks[%s][0]', f.n, r.n), 'worker', r.element ->> 0
    from private.elements(p_document -> 'preferencers') as f, private.elements(f.element -> 'ranks') as r
  ), fault (path, message) as (
    select path, case kind
      when 'worker' then format('no doctor %s in this allocation run', coalesce(name, 'null'))
      when 'line' then format('no job line %s in this allocation run', coalesce(name, 'null'))
      when 'tag' then format('no qualification tag %s', coalesce(name, 'null'))
      else format('no position %s', coalesce(name, 'null')) end
    from named
    where not coalesce(case kind
      when 'worker' then p_people ? lower(name)
      when 'line' then p_lines ? name
      when 'tag' then p_tags ? name
      else p_positions ? lower(name) end, false)
    union all
    select format('lines[%s].positions', n),
           format('%s positions for %s terms', jsonb_array_length(element -> 'positions'), cardinality(p_run.term_weeks))
    from private.elements(p_document -> 'lines')
    where jsonb_array_length(element -> 'positions') > cardinality(p_run.term_weeks)
    union all
    -- Rotations that are there stay: to say something else of them is a fault, not a wish.
    select format('lines[%s].positions[%s]', l.n, p.n), 'the line has another position in this term; plan again to change it'
    from private.elements(p_document -> 'lines') as l
    cross join private.elements(l.element -> 'positions') as p
    join public.rotations r on r.job_line = (p_lines ->> (l.element ->> 'name'))::uuid and r.term = p.n + 1
    where r.position::text <> lower(p.element #>> '{}')
    union all
    select format('workers[%s].email', w.n), 'the doctor withdrew from this allocation run; bring them back first (reinstate_doctors)'
    from private.elements(p_document -> 'workers') as w
    join public.allocation_run_worker_mappings m on m.id = (p_people ->> lower(w.element ->> 'email'))::uuid
    where m.withdrawn_at is not null
  )
  select coalesce(jsonb_agg(jsonb_build_object('path', path, 'message', message)), '[]'::jsonb)
  from (select path, message from fault limit 50) as f
  );
end
$$;
comment on function private.reference_faults(public.allocation_runs, jsonb, jsonb, jsonb, jsonb, jsonb) is
  'Names of a populate_allocation_run() document that are not there, with their paths.';
revoke all on function private.reference_faults(public.allocation_runs, jsonb, jsonb, jsonb, jsonb, jsonb)
  from public, anon, authenticated, service_role;

-- private.populate_run(document): the allocation run that a document means, locked, or a new one; RC404 where the caller sees
-- no such run or may not edit such a plan, 42501 where they may not edit the run, RC409 where it is closed or a run of an
-- engine works on it, which would end for other lines and doctors than it read. Called by populate_allocation_run().
create function private.populate_run(p_document jsonb)
returns public.allocation_runs
language plpgsql
set search_path = ''
as $$
declare
  v_run public.allocation_runs;
begin
  if p_document ? 'allocation_run' then
    v_run := private.hold_lines((p_document ->> 'allocation_run')::uuid, 'Filling an allocation run');
    if exists (
      select from public.allocator_py_runs where allocation_run = v_run.id and status in ('PENDING', 'GENERATING')
    ) then
      raise exception 'A match is being made for this allocation run; cancel it or wait for it.'
        using errcode = 'RC409', hint = 'UNFINISHED_RUN';
    end if;
    return v_run;
  end if;
  if exists (
    select from public.allocation_runs r
    where r.allocation_plan = (p_document ->> 'allocation_plan')::uuid and r.name = p_document ->> 'name'
      and r.org_id in (select private.orgs_with_right('allocationRun.edit'))
  ) then
    perform private.refuse_faults(jsonb_build_array(jsonb_build_object(
      'path', 'name', 'message', format('the plan has another allocation run %s', p_document ->> 'name'))));
  end if;
  insert into public.allocation_runs
    (org_id, allocation_plan, name, starts_on, term_weeks, status, constraints)
  select p.org_id, p.id, p_document ->> 'name', (p_document ->> 'starts_on')::date,
         array(select jsonb_array_elements_text(p_document -> 'term_weeks')::int),
         coalesce(p_document ->> 'status', 'draft')::public.allocation_run_status,
         coalesce(p_document -> 'constraints', '[]'::jsonb)
  from public.allocation_plans p
  where p.id = (p_document ->> 'allocation_plan')::uuid
    and p.org_id in (select private.orgs_with_right('allocationRun.edit'))
  returning * into v_run;
  if not found then
    raise exception '%', private.no_such('allocation plan', p_document ->> 'allocation_plan')
      using errcode = 'RC404';
  end if;
  return v_run;
end
$$;
comment on function private.populate_run(jsonb) is
  'The allocation run of a populate_allocation_run() document: one that is there, or a new one.';
revoke all on function private.populate_run(jsonb) from public, anon, authenticated, service_role;

-- private.populate_lines(org, run, document): job lines with how many doctors may take them; a line of that name that is
-- there gets the settings that are told. Called by populate_allocation_run().
create function private.populate_lines(p_org_id uuid, p_allocation_run uuid, p_document jsonb)
returns void
language plpgsql
set search_path = ''
as $$
begin
  insert into public.job_lines
    (org_id, allocation_run, name, sort_order, max_n_workers, must_have_workers)
  select p_org_id, p_allocation_run, e.line ->> 'name', coalesce((e.line ->> 'sort_order')::int, e.n),
         coalesce((e.line ->> 'max_n_workers')::int, 1),
         coalesce((e.line ->> 'must_have_workers')::boolean, false)
  from jsonb_array_elements(p_document -> 'lines') with ordinality as e (line, n)
  on conflict (allocation_run, name) where archived_at is null do nothing;
  update public.job_lines l set
    max_n_workers = coalesce((e.line ->> 'max_n_workers')::int, l.max_n_workers),
    must_have_workers = coalesce((e.line ->> 'must_have_workers')::boolean, l.must_have_workers)
  from jsonb_array_elements(p_document -> 'lines') as e (line)
  where l.allocation_run = p_allocation_run and l.name = e.line ->> 'name' and l.archived_at is null
    and (l.max_n_workers, l.must_have_workers) is distinct from (
      coalesce((e.line ->> 'max_n_workers')::int, l.max_n_workers),
      coalesce((e.line ->> 'must_have_workers')::boolean, l.must_have_workers));
end
$$;
comment on function private.populate_lines(uuid, uuid, jsonb) is
  'Upserts the job lines of a populate_allocation_run() document.';
revoke all on function private.populate_lines(uuid, uuid, jsonb) from public, anon, authenticated, service_role;

-- private.populate_rotations(run, document): the positions of lines by term; rotations that are there stay.
-- Called by populate_allocation_run() when every position is known to be the org's.
create function private.populate_rotations(p_run public.allocation_runs, p_document jsonb)
returns void
language plpgsql
set search_path = ''
as $$
begin
  insert into public.rotations
    (org_id, allocation_run, job_line, position, term, starts_on, ends_on)
  select p_run.org_id, p_run.id, l.id, p.id::uuid, t.term, t.starts_on, t.ends_on
  from jsonb_array_elements(p_document -> 'lines') as e (line)
  join public.job_lines l on l.allocation_run = p_run.id and l.archived_at is null and l.name = e.line ->> 'name'
  cross join lateral jsonb_array_elements_text(e.line -> 'positions') with ordinality as p (id, n)
  join private.terms(p_run.starts_on, p_run.term_weeks) as t on t.term = p.n
  on conflict (job_line, term) do nothing;
end
$$;
comment on function private.populate_rotations(public.allocation_runs, jsonb) is
  'Inserts the rotations of the job lines of a populate_allocation_run() document.';
revoke all on function private.populate_rotations(public.allocation_runs, jsonb)
  from public, anon, authenticated, service_role;

-- private.populate_people(org, run, document): doctors, their tags and their places in the allocation run.
-- Called by populate_allocation_run(). Doctors are known by their email within the org. Qualifications that a doctor holds
-- already are left alone.
create function private.populate_people(p_org_id uuid, p_allocation_run uuid, p_document jsonb)
returns int
language plpgsql
set search_path = ''
as $$
declare
  v_tags jsonb;
  v_count int;
begin
  insert into public.qualification_tags (org_id, name)
  select distinct p_org_id, t.name
  from (
    select jsonb_array_elements_text(p_document -> 'qualification_tags')
    union
    select jsonb_array_elements_text(w -> 'tags')
    from jsonb_array_elements(p_document -> 'workers') as w
  ) as t (name)
  on conflict (org_id, name) do nothing;

  insert into public.workers (org_id, email, name)
  select p_org_id, lower(w ->> 'email'), w ->> 'name' from jsonb_array_elements(p_document -> 'workers') as w
  on conflict (org_id, email) do update set name = excluded.name;

  select coalesce(jsonb_object_agg(t.name, t.id), '{}') into v_tags
  from public.qualification_tags t where t.org_id = p_org_id;
  with told as materialized (
    select d.id as worker, coalesce((
      select jsonb_object_agg(v_tags ->> t.name, null) from jsonb_array_elements_text(w -> 'tags') as t (name)), '{}') as tags
    from jsonb_array_elements(p_document -> 'workers') as w
    join public.workers d on d.org_id = p_org_id and d.email = lower(w ->> 'email')
    where w ? 'tags'
  )
  delete from public.worker_qualifications q
  using told
  where q.worker = told.worker and not told.tags ? q.qualification_tag::text;
  insert into public.worker_qualifications (org_id, worker, qualification_tag)
  select p_org_id, d.id, (v_tags ->> t.name)::uuid
  from jsonb_array_elements(p_document -> 'workers') as w
  join public.workers d on d.org_id = p_org_id and d.email = lower(w ->> 'email')
  cross join lateral jsonb_array_elements_text(w -> 'tags') as t (name)
  on conflict (worker, qualification_tag) do nothing;

  insert into public.allocation_run_worker_mappings (org_id, allocation_run, worker)
  select p_org_id, p_allocation_run, d.id
  from jsonb_array_elements(p_document -> 'workers') as w
  join public.workers d on d.org_id = p_org_id and d.email = lower(w ->> 'email')
  on conflict (allocation_run, worker) do nothing;
  update public.allocation_run_worker_mappings m set fte = (w ->> 'fte')::numeric
  from jsonb_array_elements(p_document -> 'workers') as w
  join public.workers d on d.org_id = p_org_id and d.email = lower(w ->> 'email')
  where m.allocation_run = p_allocation_run and m.worker = d.id and m.fte <> (w ->> 'fte')::numeric;
  select count(*) into v_count from public.allocation_run_worker_mappings
  where allocation_run = p_allocation_run and withdrawn_at is null;
  return v_count;
end
$$;
comment on function private.populate_people(uuid, uuid, jsonb) is
  'Upserts the doctors of a populate_allocation_run() document and maps them; how many take part.';
revoke all on function private.populate_people(uuid, uuid, jsonb) from public, anon, authenticated, service_role;

-- private.ids_of(names, dictionary, fold): ids of a list of names; `fold`: emails, whose case means nothing.
-- Called by private.told_wishes().
create function private.ids_of(p_names jsonb, p_dictionary jsonb, p_fold boolean)
returns uuid[]
language sql
immutable
set search_path = ''
as $$
  select coalesce(array_agg(distinct id order by id), '{}')
  from (
    select (p_dictionary ->> case when p_fold then lower(element #>> '{}') else element #>> '{}' end)::uuid as id
    from private.elements(p_names)
  ) as found
$$;
comment on function private.ids_of(jsonb, jsonb, boolean) is 'Ids of names by a dictionary.';
revoke all on function private.ids_of(jsonb, jsonb, boolean) from public, anon, authenticated, service_role;

-- private.uuids(ids): a JSON list of ids as an array. Called by private.populate_wishes().
create function private.uuids(p_ids jsonb)
returns uuid[]
language sql
immutable
set search_path = ''
as $$ select array(select jsonb_array_elements_text(p_ids)::uuid) $$;
comment on function private.uuids(jsonb) is 'A JSON list of ids as an array.';
revoke all on function private.uuids(jsonb) from public, anon, authenticated, service_role;

-- private.replaces(document, section): whether a document asks for what is there of a section to go.
-- Called by private.populate_wishes().
create function private.replaces(p_document jsonb, p_section text)
returns boolean
language plpgsql
immutable
set search_path = ''
as $$
begin
  return 'true' in (p_document ->> 'replace', p_document -> 'replace' ->> p_section) is true;
end
$$;
comment on function private.replaces(jsonb, text) is 'Whether a populate_allocation_run() document replaces a section.';
revoke all on function private.replaces(jsonb, text) from public, anon, authenticated, service_role;

-- A wish as a document tells it, or as it stands:
--   kind      rank (owner: the doctor), preferencer_rank, preferencer_line (owner: the preferencer), weighting, eligibility
--   owner     whose list it is in
--   item      line or doctor; of a weighting its line
--   value     the rank, or the weighting
--   ids       of a weighting {workers, tags}, of a line its eligibility
--   path      of a rank that is told
-- Populating holds its wishes in arrays: what reads a temporary table is planned anew for each document, and each table is twenty
-- rows of the catalogue.
create type private.told_wish as (kind text, owner uuid, item uuid, value real, ids jsonb, path text);
comment on type private.told_wish is 'A wish as a document tells it, or as it stands.';

-- private.told_wishes(...): the wishes of a document with the ids of whom and what they name, one row each.
-- Called by private.populate_wishes().
create function private.told_wishes(
  p_document jsonb, p_people jsonb, p_lines jsonb, p_tags jsonb, p_preferencers jsonb
)
returns setof private.told_wish
language plpgsql
immutable
set search_path = ''
as $$
begin
  return query
  select 'rank', p.mapping, (p_lines ->> (r.element ->> 0))::uuid, (r.element ->> 1)::real, null::jsonb,
         p.path || r.n || '][1]'
  from (
    select (p_people ->> lower(element ->> 'worker'))::uuid as mapping, element -> 'ranks' as ranks,
           format('preferences[%s].ranks[', n) as path
    from private.elements(p_document -> 'preferences') where element ? 'ranks'
  ) as p
  cross join lateral private.elements(p.ranks) as r
  union all
  select 'preferencer_rank', f.id, (p_people ->> lower(r.element ->> 0))::uuid, (r.element ->> 1)::real, null,
         f.path || r.n || '][1]'
  from (
    select (p_preferencers ->> (element ->> 'name'))::uuid as id, element -> 'ranks' as ranks,
           format('preferencers[%s].ranks[', n) as path
    from private.elements(p_document -> 'preferencers') where element ? 'ranks'
  ) as f
  cross join lateral private.elements(f.ranks) as r
  union all
  select distinct 'preferencer_line', (p_preferencers ->> (f.element ->> 'name'))::uuid,
         (p_lines ->> (l.element #>> '{}'))::uuid, null::real, null::jsonb, null
  from private.elements(p_document -> 'preferencers') as f, private.elements(f.element -> 'lines') as l
  union all
  select 'weighting', null, (p_lines ->> (element ->> 'line'))::uuid, (element ->> 'weighting')::real,
         jsonb_build_object('workers', private.ids_of(element -> 'workers', p_people, true),
           'tags', private.ids_of(element -> 'tags', p_tags, false)), null
  from private.elements(p_document -> 'weightings')
  union all
  select 'eligibility', null, (p_lines ->> (element ->> 'name'))::uuid, null, jsonb_build_object(
           'included_workers', private.ids_of(element -> 'eligibility' -> 'included_workers', p_people, true),
           'excluded_workers', private.ids_of(element -> 'eligibility' -> 'excluded_workers', p_people, true),
           'included_tags', private.ids_of(element -> 'eligibility' -> 'included_tags', p_tags, false),
           'excluded_tags', private.ids_of(element -> 'eligibility' -> 'excluded_tags', p_tags, false)), null
  from private.elements(p_document -> 'lines') where element ? 'eligibility';
end
$$;
comment on function private.told_wishes(jsonb, jsonb, jsonb, jsonb, jsonb) is
  'The wishes of a populate_allocation_run() document with ids instead of names.';
revoke all on function private.told_wishes(jsonb, jsonb, jsonb, jsonb, jsonb) from public, anon, authenticated, service_role;

-- private.stored_wishes(run): the wishes of an allocation run, as private.told_wishes() has them, but for paths.
-- Called by populate_allocation_run(), before and after it writes: what is there no more was given up, and goes into a snapshot.
create function private.stored_wishes(p_allocation_run uuid)
returns setof private.told_wish
language plpgsql
stable
set search_path = ''
as $$
begin
  return query
  select 'rank', r.worker_mapping, r.job_line, r.order_preference, null::jsonb, null::text
  from public.preference_worker_job_lines r
  where r.allocation_run = p_allocation_run and r.order_preference is not null
  union all
  select 'preferencer_rank', r.preferencer, r.worker_mapping, r.order_preference, null, null
  from public.preferencer_worker_ranks r where r.allocation_run = p_allocation_run
  union all
  select 'preferencer_line', l.preferencer, l.job_line, null::real, null, null
  from public.preferencer_job_lines l where l.allocation_run = p_allocation_run
  union all
  select 'preferencer', f.id, null, null, jsonb_build_object('lines', f.max_job_lines, 'workers', f.max_workers), null
  from public.preferencers f where f.allocation_run = p_allocation_run
  union all
  select 'weighting', null, w.job_line, w.weighting,
         jsonb_build_object('workers', w.worker_mapping_ids, 'tags', w.qualification_tag_ids), null
  from public.allocation_run_preferencer_weightings w where w.allocation_run = p_allocation_run
  union all
  select 'eligibility', null, e.job_line, null, jsonb_build_object(
           'included_workers', e.included_worker_mapping_ids, 'excluded_workers', e.excluded_worker_mapping_ids,
           'included_tags', e.included_qualification_tag_ids, 'excluded_tags', e.excluded_qualification_tag_ids), null
  from public.job_line_eligibility e where e.allocation_run = p_allocation_run;
end
$$;
comment on function private.stored_wishes(uuid) is 'The wishes of an allocation run, one row each.';
revoke all on function private.stored_wishes(uuid) from public, anon, authenticated, service_role;

-- private.refuse_told_ranks(...): the ranks of a document are asked as private.refuse_ranks() says, each list as it
-- stands then: what the document gives it, and what hangs on archived lines (there: those that are not). A list is told as a whole,
-- so of what was only that was before which is the same now. Where doctors' wishes are secret, the document's alone is asked: a
-- refusal would tell what stands. Answers how many lists have gaps, where only the order counts.
-- Called by private.populate_wishes().
create function private.refuse_told_ranks(
  p_allocation_run uuid, p_told private.told_wish[], p_there uuid[], p_is_secret boolean, p_order_only boolean
)
returns int
language plpgsql
set search_path = ''
as $$
declare
  v_ranks private.told_rank[];
begin
  -- "is true" keeps the question whose lists are told from becoming a join: where statistics know of no ranks, all that is told was
  -- looked through for each rank that is there.
  with stored as materialized (
    select p.worker_mapping as owner, p.job_line as item, p.order_preference as rank,
      case when p.job_line <> all (p_there) then p.order_preference end as left_alone
    from public.preference_worker_job_lines p
    where p.allocation_run = p_allocation_run and not p_is_secret and p.order_preference is not null
      and (p.worker_mapping in (select owner from unnest(p_told) where kind = 'rank')) is true
    union all
    select r.preferencer, r.worker_mapping, r.order_preference, null
    from public.preferencer_worker_ranks r
    where r.allocation_run = p_allocation_run
      and (r.preferencer in (select owner from unnest(p_told) where kind = 'preferencer_rank')) is true
  )
  select array_agg(row(coalesce(t.owner, s.owner), coalesce(t.item, s.item), case when t.owner is null then s.left_alone
    when t.value = s.rank then s.rank end, coalesce(t.value, s.left_alone), t.path, null)::private.told_rank)
  into v_ranks
  from (select * from unnest(p_told) where kind in ('rank', 'preferencer_rank')) as t
  full join stored s on s.owner = t.owner and s.item = t.item;
  return private.refuse_ranks(v_ranks, p_order_only);
end
$$;
comment on function private.refuse_told_ranks(uuid, private.told_wish[], uuid[], boolean, boolean) is 'Refuses ranks of a document that cannot be meant in their lists; how many lists have gaps.';
revoke all on function private.refuse_told_ranks(uuid, private.told_wish[], uuid[], boolean, boolean) from public, anon, authenticated, service_role;

-- private.populate_wishes(...): preferences, preferencers, eligibility and weightings beside what is there. A list is one
-- thing: who or what the document gives a list has that list and no other; whom it does not name keeps theirs. Sections that
-- the document replaces are emptied first. Answers how many lists have gaps, where only their order counts. Called by populate_allocation_run() when every name has its dictionary's entry.
create function private.populate_wishes(
  p_org_id uuid, p_allocation_run uuid, p_document jsonb, p_people jsonb, p_lines jsonb, p_tags jsonb
)
returns int
language plpgsql
set search_path = ''
as $$
declare
  v_preferencers jsonb;
  v_there uuid[];
  v_told private.told_wish[];
  v_gaps int;
begin
  -- What hangs on archived lines is theirs and comes back with them: it is neither told here nor taken away.
  v_there := array(select id from public.job_lines where allocation_run = p_allocation_run and archived_at is null);
  if private.replaces(p_document, 'preferencers') then
    delete from public.preferencers f where f.allocation_run = p_allocation_run and f.name not in (
      select element ->> 'name' from private.elements(p_document -> 'preferencers'));
  end if;
  insert into public.preferencers as f (org_id, allocation_run, name, max_job_lines, max_workers)
  select p_org_id, p_allocation_run, element ->> 'name', (element ->> 'max_job_lines')::int, (element ->> 'max_workers')::int
  from private.elements(p_document -> 'preferencers')
  on conflict (allocation_run, name) do update set
    max_job_lines = coalesce(excluded.max_job_lines, case when f.name not in (
      select element ->> 'name' from private.elements(p_document -> 'preferencers') where element -> 'uncapped' ? 'max_job_lines') then f.max_job_lines end),
    max_workers = coalesce(excluded.max_workers, case when f.name not in (
      select element ->> 'name' from private.elements(p_document -> 'preferencers') where element -> 'uncapped' ? 'max_workers') then f.max_workers end);
  select coalesce(jsonb_object_agg(f.name, f.id), '{}') into v_preferencers
  from public.preferencers f where f.allocation_run = p_allocation_run;

  v_told := array(select t from private.told_wishes(p_document, p_people, p_lines, p_tags, v_preferencers) as t);
  v_gaps := private.refuse_told_ranks(p_allocation_run, v_told, v_there, p_allocation_run in (select private.sealed_runs()),
    coalesce((p_document ->> 'order_only')::boolean, false));
  perform private.take_ranks(true);
  -- Rows that are as they are told stay untouched: they are many, and each write is a trace in the log. "not in" and "is true" are
  -- no joins: statistics know nothing of a run whose wishes came just now, and rows by rows would be quadratic.
  delete from public.preference_worker_job_lines p
  where p.allocation_run = p_allocation_run and p.job_line = any (v_there)
    and (private.replaces(p_document, 'preferences') or p.worker_mapping in (
      select (p_people ->> lower(element ->> 'worker'))::uuid
      from private.elements(p_document -> 'preferences') where element ? 'ranks'))
    and (p.worker_mapping, p.job_line) not in (select t.owner, t.item from unnest(v_told) as t where t.kind = 'rank');
  insert into public.preference_worker_job_lines as p (org_id, allocation_run, worker_mapping, job_line, order_preference)
  select p_org_id, p_allocation_run, owner, item, value from unnest(v_told) where kind = 'rank'
  on conflict (worker_mapping, job_line) do update set
    order_preference = excluded.order_preference, like_dislike_preference = nullif(p.like_dislike_preference, -2), changed_at = now()
    where p.order_preference is distinct from excluded.order_preference;

  delete from public.preferencer_job_lines p
  where p.allocation_run = p_allocation_run and p.job_line = any (v_there)
    and (p.preferencer in (
      select (v_preferencers ->> (element ->> 'name'))::uuid
      from private.elements(p_document -> 'preferencers')
      where element ? 'lines' or private.replaces(p_document, 'preferencers'))) is true
    and (p.preferencer, p.job_line) not in (select t.owner, t.item from unnest(v_told) as t where t.kind = 'preferencer_line');
  insert into public.preferencer_job_lines (org_id, allocation_run, preferencer, job_line)
  select p_org_id, p_allocation_run, owner, item from unnest(v_told) where kind = 'preferencer_line'
  on conflict (preferencer, job_line) do nothing;
  delete from public.preferencer_worker_ranks p
  where p.allocation_run = p_allocation_run
    and (p.preferencer in (
      select (v_preferencers ->> (element ->> 'name'))::uuid
      from private.elements(p_document -> 'preferencers')
      where element ? 'ranks' or private.replaces(p_document, 'preferencers'))) is true
    and (p.preferencer, p.worker_mapping) not in (select t.owner, t.item from unnest(v_told) as t where t.kind = 'preferencer_rank');
  insert into public.preferencer_worker_ranks as p (org_id, allocation_run, preferencer, worker_mapping, order_preference)
  select p_org_id, p_allocation_run, owner, item, value from unnest(v_told) where kind = 'preferencer_rank'
  on conflict (preferencer, worker_mapping) do update set order_preference = excluded.order_preference
    where p.order_preference <> excluded.order_preference;

  if private.replaces(p_document, 'eligibility') then
    delete from public.job_line_eligibility
    where allocation_run = p_allocation_run and job_line in (select unnest(v_there));
  end if;
  insert into public.job_line_eligibility
    (org_id, allocation_run, job_line, included_worker_mapping_ids, excluded_worker_mapping_ids,
     included_qualification_tag_ids, excluded_qualification_tag_ids)
  select p_org_id, p_allocation_run, item, private.uuids(ids -> 'included_workers'), private.uuids(ids -> 'excluded_workers'),
         private.uuids(ids -> 'included_tags'), private.uuids(ids -> 'excluded_tags')
  from unnest(v_told) where kind = 'eligibility'
  on conflict (job_line) do update set
    included_worker_mapping_ids = excluded.included_worker_mapping_ids,
    excluded_worker_mapping_ids = excluded.excluded_worker_mapping_ids,
    included_qualification_tag_ids = excluded.included_qualification_tag_ids,
    excluded_qualification_tag_ids = excluded.excluded_qualification_tag_ids;

  if private.replaces(p_document, 'weightings') then
    delete from public.allocation_run_preferencer_weightings
    where allocation_run = p_allocation_run and (job_line is null or job_line in (select unnest(v_there)));
  end if;
  -- Weightings have no names: those that the document gives for the same doctors and line stand in place of the earlier.
  delete from public.allocation_run_preferencer_weightings w
  using unnest(v_told) as t
  where t.kind = 'weighting' and w.allocation_run = p_allocation_run and w.job_line is not distinct from t.item
    and w.worker_mapping_ids @> private.uuids(t.ids -> 'workers') and w.worker_mapping_ids <@ private.uuids(t.ids -> 'workers')
    and w.qualification_tag_ids @> private.uuids(t.ids -> 'tags') and w.qualification_tag_ids <@ private.uuids(t.ids -> 'tags');
  insert into public.allocation_run_preferencer_weightings
    (org_id, allocation_run, job_line, worker_mapping_ids, qualification_tag_ids, weighting)
  select p_org_id, p_allocation_run, item, private.uuids(ids -> 'workers'), private.uuids(ids -> 'tags'), value
  from unnest(v_told) where kind = 'weighting';
  perform private.take_ranks(false);
  return v_gaps;
end
$$;
comment on function private.populate_wishes(uuid, uuid, jsonb, jsonb, jsonb, jsonb) is
  'Writes preferences, preferencers, eligibility and weightings of a document beside those of an allocation run.';
revoke all on function private.populate_wishes(uuid, uuid, jsonb, jsonb, jsonb, jsonb)
  from public, anon, authenticated, service_role;

-- populate_allocation_run(document): a whole allocation run (or people and wishes for one that is there), all or nothing.
-- Called by UIs and imports of managers. Answers {allocation_run, workers, lines, snapshot, gaps}; gaps: how many lists that it
-- tells leave a rank out, which only order_only allows. Faults raise RC400, with the
-- list of {path, message} as the error's detail; RC404, 42501 and RC409 as private.populate_run() says: no such run or plan,
-- no right to edit it, closed or a run of an engine is under way. The Data API ends a statement after 8 s; a function that says how long it may
-- take is given that time. The document:
--   allocation_run: uuid of one that is there, or
--   allocation_plan: uuid, name, starts_on, term_weeks, status?, constraints?: a new one
--   reason?: why, for the audit log
--   order_only?: whether of ranks only the order is meant, as in files: gaps stay as they are, and the match closes them up
--   lines?: [{name, sort_order?, max_n_workers?, must_have_workers?, positions?: [uuid per term],
--             eligibility?: {included_workers, excluded_workers: [email], included_tags, excluded_tags: [name]}}]
--           (a line of that name that is there gets the settings that are told; its rotations stay)
--   workers?: [{email, name, tags?: [name]}], qualification_tags?: [name]
--   preferences?: [{worker: email, ranks: [[line name, rank], ...]}]
--   preferencers?: [{name, max_job_lines?, max_workers?, uncapped?: [max_job_lines or max_workers, where a cap goes], lines?: [name],
--                    ranks?: [[email, rank], ...]}]
--   weightings?: [{line?: name, workers?: [email], tags?: [name], weighting}]
--   replace?: true, or {preferences?, preferencers?, weightings?, eligibility?: true}
-- What the document does not name stays, unless it replaces the section. Where wishes that are there are changed or go, a
-- snapshot keeps them (`snapshot`, else null); restore_job_lines() brings them back.
create function public.populate_allocation_run(p_document jsonb)
returns jsonb
language plpgsql
security definer
set search_path = ''
set statement_timeout = '60s'
as $$
declare
  v_run public.allocation_runs;
  v_workers int;
  v_people jsonb;
  v_lines jsonb;
  v_tags jsonb;
  v_positions jsonb;
  v_before private.told_wish[];
  v_taken public.job_lines_history;
  v_snapshot uuid;
  v_gaps int;
begin
  p_document := private.fold_document(jsonb_strip_nulls(p_document)); -- null is what is left out
  perform private.require_shape(
    p_document, private.document_shape(not coalesce(p_document ? 'allocation_run', false)), 20 * 1024 * 1024);
  perform private.refuse_faults(private.document_faults(p_document));
  perform private.give_reason(p_document ->> 'reason');
  v_run := private.populate_run(p_document);
  -- Taken before anything is written, and kept in the end where something was given up.
  if p_document ?| array['preferences', 'preferencers', 'weightings', 'replace']
    or jsonb_path_exists(p_document, '$.lines[*].eligibility') then
    v_before := array(select w from private.stored_wishes(v_run.id) as w);
  end if;
  if cardinality(v_before) > 0 then
    v_taken := private.take_snapshot(v_run.org_id, v_run.id, 'populate', null, (select auth.uid()));
  end if;

  perform private.populate_lines(v_run.org_id, v_run.id, p_document);
  v_workers := private.populate_people(v_run.org_id, v_run.id, p_document);
  select coalesce(jsonb_object_agg(w.email, m.id), '{}') into v_people
  from public.allocation_run_worker_mappings m join public.workers w on w.id = m.worker
  where m.allocation_run = v_run.id;
  select coalesce(jsonb_object_agg(l.name, l.id), '{}') into v_lines
  from public.job_lines l where l.allocation_run = v_run.id and l.archived_at is null;
  select coalesce(jsonb_object_agg(t.name, t.id), '{}') into v_tags
  from public.qualification_tags t where t.org_id = v_run.org_id;
  select coalesce(jsonb_object_agg(p.id, null), '{}') into v_positions
  from public.positions p where p.org_id = v_run.org_id;
  perform private.refuse_faults(
    private.reference_faults(v_run, p_document, v_people, v_lines, v_tags, v_positions));

  perform private.populate_rotations(v_run, p_document);
  -- Each rank is checked against a line and a doctor that are new; without statistics PostgreSQL reads all of the run's
  -- for each (measured: 80,000 ranks in 7.2 s, with statistics 2.3 s). Of a few dozens it reads them as fast as it counts them (6 ms),
  -- and what every session has planned for these tables stays planned.
  if greatest((select count(*) from jsonb_object_keys(v_people)), (select count(*) from jsonb_object_keys(v_lines))) > 40 then
    analyze public.allocation_run_worker_mappings, public.job_lines, public.preferencers;
  end if;
  v_gaps := private.populate_wishes(v_run.org_id, v_run.id, p_document, v_people, v_lines, v_tags);

  -- In an open window a snapshot says nothing of whether the document guessed what doctors wish.
  if v_taken.id is not null and (v_run.status = 'open' or exists (
    select * from unnest(v_before) except all select * from private.stored_wishes(v_run.id)
  )) then
    insert into public.job_lines_history select v_taken.*;
    v_snapshot := v_taken.id;
  end if;
  return jsonb_build_object(
    'allocation_run', v_run.id, 'workers', v_workers, 'snapshot', v_snapshot, 'gaps', v_gaps,
    'lines', (select count(*) from public.job_lines where allocation_run = v_run.id and archived_at is null));
end
$$;
comment on function public.populate_allocation_run(jsonb) is
  'A whole allocation run with lines, doctors, preferences and weightings in one transaction; answers {allocation_run, workers, lines, snapshot, gaps}.';
revoke all on function public.populate_allocation_run(jsonb) from public, anon, authenticated, service_role;
grant execute on function public.populate_allocation_run(jsonb) to authenticated;
