-- A doctor's data: all that is held of a person, as one document; and a person erased, so that results stay, without one.
--
-- What refers to a doctor is found in the catalogue: rows of tables with a foreign key to workers or to their places in
-- allocation runs. A table that comes later is part of both by itself: exported, and its rows deleted when the person is
-- erased, unless private.erase_person() says otherwise.

-- private.references_to_people(): columns that refer to a doctor, or to their place in an allocation run.
-- Called by the functions below.
create function private.references_to_people()
returns table (table_name regclass, column_name name, refers_to regclass)
language sql
stable
set search_path = ''
as $$
  select distinct c.conrelid::regclass, a.attname, c.confrelid::regclass
  from pg_catalog.pg_constraint c
  cross join lateral unnest(c.conkey, c.confkey) as k (own, other)
  join pg_catalog.pg_attribute a on a.attrelid = c.conrelid and a.attnum = k.own
  join pg_catalog.pg_attribute o on o.attrelid = c.confrelid and o.attnum = k.other and o.attname = 'id'
  where c.contype = 'f'
    and c.confrelid in ('public.workers'::regclass, 'public.allocation_run_worker_mappings'::regclass)
$$;
comment on function private.references_to_people() is 'Columns of foreign keys that refer to doctors or their places in allocation runs.';
revoke all on function private.references_to_people() from public, anon, authenticated, service_role;

-- private.references_to_accounts(): columns of tables with an org that refer to an account: who asked, who changed, who belongs.
-- Called by the functions below.
create function private.references_to_accounts()
returns table (table_name regclass, column_name name, is_required boolean)
language sql
stable
set search_path = ''
as $$
  select distinct c.conrelid::regclass, a.attname, a.attnotnull
  from pg_catalog.pg_constraint c
  join pg_catalog.pg_attribute a on a.attrelid = c.conrelid and a.attnum = any (c.conkey)
  where c.contype = 'f' and c.confrelid = 'auth.users'::regclass and a.atttypid = 'uuid'::regtype
    and exists (
      select from pg_catalog.pg_attribute o where o.attrelid = c.conrelid and o.attname = 'org_id' and not o.attisdropped)
$$;
comment on function private.references_to_accounts() is 'Columns of tables with an org that refer to accounts.';
revoke all on function private.references_to_accounts() from public, anon, authenticated, service_role;

-- private.rows_by(org, account): what an account did or asked for in an org, by table: which rows, as what, when.
-- Called by private.export_person(). The doctor's own row is told in full elsewhere.
create function private.rows_by(p_org_id uuid, p_account uuid)
returns jsonb
language plpgsql
stable
set search_path = ''
as $$
declare
  v_reference record;
  v_name text;
  v_rows jsonb;
  v_all jsonb := '{}';
begin
  for v_reference in
    select * from private.references_to_accounts() where table_name <> 'public.workers'::regclass order by 1, 2
  loop
    execute format(
      'select jsonb_agg(r.told order by r.told::text) from %s t
       cross join lateral (
         select coalesce(jsonb_object_agg(e.key, e.value), ''{}'') || %L as told from jsonb_each(to_jsonb(t)) as e
         where e.value <> ''null'' and e.key in (''id'', ''created_at'', ''replaced_at'', ''status'', ''role'', ''form'')
       ) as r
       where t.org_id = $1 and t.%I = $2',
      v_reference.table_name, jsonb_build_object('as', v_reference.column_name), v_reference.column_name)
    into v_rows using p_org_id, p_account;
    if v_rows is not null then
      v_name := split_part(v_reference.table_name::text, '.', -1);
      v_all := v_all || jsonb_build_object(v_name, coalesce(v_all -> v_name, '[]') || v_rows);
    end if;
  end loop;
  return v_all;
end
$$;
comment on function private.rows_by(uuid, uuid) is 'What an account did or asked for in an org, by table.';
revoke all on function private.rows_by(uuid, uuid) from public, anon, authenticated, service_role;

-- private.rows_about(worker): all rows that refer to a doctor, by table, with names beside ids that people know by name.
-- Called by private.export_person().
create function private.rows_about(p_worker uuid)
returns jsonb
language plpgsql
stable
set search_path = ''
as $$
declare
  v_reference record;
  v_name text;
  v_rows jsonb;
  v_all jsonb := '{}';
begin
  for v_reference in select * from private.references_to_people() order by 1, 2 loop
    execute format(
      'select jsonb_agg(to_jsonb(t) || jsonb_strip_nulls(jsonb_build_object(
         ''allocation_run_name'', (select r.name from public.allocation_runs r where r.id::text = to_jsonb(t) ->> ''allocation_run''),
         ''job_line_name'', (select l.name from public.job_lines l where l.id::text = to_jsonb(t) ->> ''job_line''),
         ''preferencer_name'', (select f.name from public.preferencers f where f.id::text = to_jsonb(t) ->> ''preferencer''),
         ''qualification_tag_name'', (select q.name from public.qualification_tags q where q.id::text = to_jsonb(t) ->> ''qualification_tag'')))
         order by to_jsonb(t)::text)
       from %s t where t.%I in (
         select %L::uuid union all select m.id from public.allocation_run_worker_mappings m where m.worker = %L::uuid)',
      v_reference.table_name, v_reference.column_name, p_worker, p_worker) into v_rows;
    if v_rows is not null then
      v_name := split_part(v_reference.table_name::text, '.', -1);
      v_all := v_all || jsonb_build_object(v_name, coalesce(v_all -> v_name, '[]') || v_rows);
    end if;
  end loop;
  return v_all;
end
$$;
comment on function private.rows_about(uuid) is 'All rows that refer to a doctor, by table.';
revoke all on function private.rows_about(uuid) from public, anon, authenticated, service_role;

-- private.private_tables(): what a doctor writes for themselves alone: nobody else reads it, in an export neither. Called by
-- private.export_person().
create function private.private_tables()
returns text[]
language sql
immutable
set search_path = ''
as $$
  select '{preference_line_notes,preference_worker_rotations,worker_specialty_sentiments,worker_screening_rules,preference_history,calendar_links,calendar_contents,doctor_links}'::text[]
$$;
comment on function private.private_tables() is 'Tables that are for the doctor alone.';
revoke all on function private.private_tables() from public, anon, authenticated, service_role;

-- private.sealed_wishes(worker): the places of a doctor whose window is open, so that nobody else reads their wishes. Called by
-- private.export_person().
create function private.sealed_wishes(p_worker uuid)
returns uuid[]
language sql
stable
set search_path = ''
as $$
  select array(
    select m.id from public.allocation_run_worker_mappings m
    where m.worker = p_worker and m.allocation_run in (select private.sealed_runs()))
$$;
comment on function private.sealed_wishes(uuid) is 'Places of a doctor whose wishes the caller may not read yet.';
revoke all on function private.sealed_wishes(uuid) from public, anon, authenticated, service_role;

-- private.known_as(worker): every name and address that a doctor has or had, as the audit log knows them, and their account's
-- address; those of before that are somebody else's in the org now (two were mixed up) are not. Called by private.erase_person(), and,
-- for addresses, by private.is_of_person().
create function private.known_as(p_worker public.workers)
returns text[]
language plpgsql
stable
set search_path = ''
as $$
begin
  return array(
    select distinct told.text
    from (
      select unnest(array[(p_worker).name, (p_worker).email]) as text
      union select u.email from auth.users u where u.id = (p_worker).user_id
      union
      select v.text
      from public.audit_log l
      cross join unnest(array[l.before, l.after]) as d (doc)
      cross join unnest('{name,email}'::text[]) as m (member)
      cross join jsonb_array_elements_text(case jsonb_typeof(d.doc -> m.member) when 'array' then d.doc -> m.member else '[]' end) as v (text)
      where l.org_id = (p_worker).org_id and l.subjects @> array[(p_worker).id] and l.table_name = 'workers'
        and not exists (
          select from public.workers o
          where o.org_id = (p_worker).org_id and o.id <> (p_worker).id and lower(v.text) in (lower(o.name), lower(o.email)))
    ) as told
    where told.text <> '');
end
$$;
comment on function private.known_as(public.workers) is 'Every name and address that a doctor has or had.';
revoke all on function private.known_as(public.workers) from public, anon, authenticated, service_role;

-- private.is_of_person(preferencer, worker): whether a department's person is a doctor: by account or address, one of before too.
-- Called by private.export_person() and private.erase_person().
create function private.is_of_person(p_preferencer public.preferencers, p_worker public.workers)
returns boolean
language sql
stable
set search_path = ''
as $$
  select coalesce((p_preferencer).user_id = (p_worker).user_id, false)
    or coalesce((p_preferencer).email in (select lower(t) from unnest(private.known_as(p_worker)) as t), false)
$$;
comment on function private.is_of_person(public.preferencers, public.workers) is 'Whether a department''s person is a doctor.';
revoke all on function private.is_of_person(public.preferencers, public.workers) from public, anon, authenticated, service_role;

-- private.naming(list, patterns): the members of a list in which something like the patterns stands. Called by private.export_person().
create function private.naming(p_list jsonb, p_patterns text[])
returns jsonb
language sql
immutable
set search_path = ''
as $$
  select coalesce(jsonb_agg(e), '[]')
  from jsonb_array_elements(case jsonb_typeof(p_list) when 'array' then p_list else '[]' end) as e
  where e::text like any (p_patterns)
$$;
comment on function private.naming(jsonb, text[]) is 'Members of a list that name somebody.';
revoke all on function private.naming(jsonb, text[]) from public, anon, authenticated, service_role;

-- private.released_alone(document, places): an export of a doctor without what is decided and not released, for whoever may not know it
-- yet, and without others' values in entries of the log that are about many. places: theirs.
-- Before a result of a place is released: what departments ranked of them; ever: results that were not, matches that none came of, and
-- what was decided by hand in those. Called by export_person() for the doctor.
create function private.released_alone(p_document jsonb, p_places uuid[])
returns jsonb
language plpgsql
stable
set search_path = ''
as $$
declare
  -- By place: until when what was decided of it is told; and the matches that it was told of.
  v_told jsonb;
  v_runs text[];
  v_decided constant text[] := '{job_line_worker_mappings,allocator_py_allocations,allocator_run_reasons,preferencer_worker_ranks}';
  v_rows jsonb;
begin
  select coalesce(jsonb_object_agg(r.worker_mapping, r.until), '{}') into v_told
  from (
    select v.worker_mapping, max(v.released_at) as until from public.job_line_worker_mappings v
    where v.worker_mapping = any (p_places) and v.released_at is not null group by v.worker_mapping) as r;
  v_runs := array(
    select distinct m.run::text from public.job_line_worker_mappings v cross join lateral public.match_runs(v.allocator_run) m
    where v.worker_mapping = any (p_places) and v.released_at is not null);
  select coalesce(jsonb_object_agg(t.key, t.told), '{}') into v_rows
  from (
    select t.key, (
      select jsonb_agg(r) from jsonb_array_elements(t.value) as r
      where t.key <> all (v_decided) or case t.key
        when 'job_line_worker_mappings' then r ->> 'released_at' is not null
        when 'preferencer_worker_ranks' then v_told ? (r ->> 'worker_mapping')
        else r ->> 'run' = any (v_runs) end) as told
    from jsonb_each(p_document -> 'rows') as t) as t
  where t.told is not null;
  return p_document || jsonb_build_object(
    'left_out', p_document -> 'left_out' || '["what is decided and not released"]', 'rows', v_rows,
    'matches', (
      select coalesce(jsonb_agg(r), '[]') from jsonb_array_elements(p_document -> 'matches') as r where r ->> 'run' = any (v_runs)),
    'snapshots', (
      select coalesce(jsonb_agg(h), '[]') from jsonb_array_elements(p_document -> 'snapshots') as h
      where h ->> 'table' = 'ranks' or (h ->> 'replaced_at')::timestamptz <= (v_told ->> (h #>> '{row,worker_mapping}'))::timestamptz),
    'audit', (
      select coalesce(jsonb_agg(case
        when l ->> 'table_name' in ('preferencer_worker_ranks', 'job_line_eligibility', 'allocation_run_preferencer_weightings')
          then l - '{keys,shared,before,after}'::text[]
        else l end order by n), '[]')
      from jsonb_array_elements(p_document -> 'audit') with ordinality as e (l, n)
      where l ->> 'table_name' <> all (v_decided) or exists (
        select from public.allocation_run_worker_mappings m
        where m.id = any (p_places) and m.allocation_run = (l ->> 'allocation_run')::uuid
          and (l ->> 'at')::timestamptz <= (v_told ->> m.id::text)::timestamptz)));
end
$$;
comment on function private.released_alone(jsonb, uuid[]) is 'An export of a doctor without what is decided and not released.';
revoke all on function private.released_alone(jsonb, uuid[]) from public, anon, authenticated, service_role;

-- private.export_person(worker, for others?): all that is held of a doctor:
--   person     the row itself; account: sign-in (e-mail address, when made, when last used), null where there is none
--   rows       by table, see private.rows_about()
--   invitations  into the org, that wait for their address
--   asked      what their account asked for or changed, by table, see private.rows_by()
--   settings   who may take which line and weightings that name them, and departments that they rank doctors for
--   matches    what was decided by hand about them in matches: batches, pins, exclusions with reasons, groups, couples
--   snapshots  what they wished, as it stands in the history of lines
--   kept_runs  runs whose kept problems count them in, by id and place in the order of names
--   logs       lines of the log that name them by id
--   audit      entries of the audit log about them
-- For others than the person (managers): without what is for the doctor alone, and without wishes of a window that is open, in
-- whatever part; left_out says so.
-- RC404. Called by export_person(), and by operators (`ops export-person`), who hand it to the person.
create function private.export_person(p_worker uuid, p_for_others boolean default false)
returns jsonb
language plpgsql
stable
set search_path = ''
as $$
declare
  v_worker public.workers;
  v_mappings uuid[];
  v_texts text[];
  v_left_out text[] := case when p_for_others then private.private_tables() else '{}' end;
  v_sealed uuid[] := case when p_for_others then private.sealed_wishes(p_worker) else '{}' end;
  v_rows jsonb;
begin
  select * into v_worker from public.workers where id = p_worker;
  if not found then
    raise exception '%', private.no_such('doctor', p_worker::text) using errcode = 'RC404';
  end if;
  v_mappings := array(select id from public.allocation_run_worker_mappings where worker = p_worker);
  v_texts := array(select '%' || i || '%' from unnest(v_mappings || p_worker) as i);
  v_rows := private.rows_about(p_worker) - v_left_out;
  if v_sealed <> '{}' and v_rows ? 'preference_worker_job_lines' then
    v_rows := jsonb_set(v_rows, '{preference_worker_job_lines}', (
      select coalesce(jsonb_agg(r), '[]') from jsonb_array_elements(v_rows -> 'preference_worker_job_lines') as r
      where (r ->> 'worker_mapping')::uuid <> all (v_sealed)));
  end if;
  return jsonb_build_object(
    'left_out', to_jsonb(v_left_out) || to_jsonb(case when v_sealed = '{}' then '{}'::text[] else '{wishes of open windows}' end),
    'exported_at', now(),
    'person', to_jsonb(v_worker),
    'account', (
      select jsonb_build_object('id', u.id, 'email', u.email, 'created_at', u.created_at, 'last_sign_in_at', u.last_sign_in_at)
      from auth.users u where u.id = v_worker.user_id),
    'rows', v_rows,
    'asked', private.rows_by(v_worker.org_id, v_worker.user_id),
    'invitations', (
      select coalesce(jsonb_agg(jsonb_build_object('role', i.role, 'invited_at', i.created_at, 'asked_at', i.asked_at)), '[]')
      from public.org_invitations i where i.org_id = v_worker.org_id and i.email = v_worker.email),
    'settings', jsonb_build_object(
      'eligibility', (
        select coalesce(jsonb_agg(jsonb_build_object('job_line', l.id, 'job_line_name', l.name,
          'included', e.included_worker_mapping_ids && v_mappings, 'excluded', e.excluded_worker_mapping_ids && v_mappings)), '[]')
        from public.job_line_eligibility e join public.job_lines l on l.id = e.job_line
        where e.included_worker_mapping_ids && v_mappings or e.excluded_worker_mapping_ids && v_mappings),
      'weightings', (
        select coalesce(jsonb_agg(jsonb_build_object('job_line', w.job_line, 'weighting', w.weighting)), '[]')
        from public.allocation_run_preferencer_weightings w where w.worker_mapping_ids && v_mappings),
      'departments', (
        select coalesce(jsonb_agg(jsonb_build_object('preferencer', f.id, 'preferencer_name', f.name, 'email', f.email)), '[]')
        from public.preferencers f where f.org_id = v_worker.org_id and private.is_of_person(f, v_worker)),
      -- Asked of their address and not answered: for them alone, as what they asked.
      'links', (
        select coalesce(jsonb_agg(jsonb_build_object('allocation_run', k.allocation_run, 'fit', k.fit, 'asked_at', k.asked_at)), '[]')
        from public.doctor_links k
        where not p_for_others and k.org_id = v_worker.org_id and k.partner is null and k.partner_email = lower(v_worker.email))),
    'matches', (
      select coalesce(jsonb_agg(jsonb_build_object('run', r.id, 'created_at', r.created_at,
        'in_batch', r.included_worker_mappings && v_mappings,
        'pins', private.naming(r.options -> 'pins', v_texts), 'exclusions', private.naming(r.options -> 'exclusions', v_texts),
        'linked_doctors', private.naming(r.options -> 'linked_doctors', v_texts),
        'groups', (select coalesce(jsonb_agg(g -> 'name'), '[]') from jsonb_array_elements(
          private.naming(r.options -> 'priority_groups', v_texts)) as g)) order by r.created_at), '[]')
      from public.allocator_py_runs r
      where r.org_id = v_worker.org_id and (r.included_worker_mappings && v_mappings or r.options::text like any (v_texts))),
    'snapshots', (
      select coalesce(jsonb_agg(jsonb_build_object('snapshot', h.id, 'replaced_at', h.replaced_at, 'table', part.key, 'row', r)), '[]')
      from public.job_lines_history h
      cross join lateral jsonb_each(h.attachments) as part
      cross join lateral jsonb_array_elements(part.value) as r
      where h.org_id = v_worker.org_id and r ->> 'worker_mapping' = any (v_mappings::text[])
        and not (part.key = 'ranks' and r ->> 'worker_mapping' = any (v_sealed::text[]))),
    'kept_runs', (
      select coalesce(jsonb_agg(jsonb_build_object('run', k.run_id, 'kept_at', k.kept_at, 'engine', k.engine)), '[]')
      from fleet.kept_runs k where k.org_id = v_worker.org_id and k.input::text like any (v_texts)),
    'logs', (
      select coalesce(jsonb_agg(jsonb_build_object('at', s.created_at, 'level', s.level, 'message', s.message,
        'context', s.context) order by s.id), '[]')
      from public.system_logs s
      where s.org_id = v_worker.org_id and (s.message || s.context::text) like any (v_texts)),
    'audit', (
      select coalesce(jsonb_agg(to_jsonb(l) - '{org_id,subjects}'::text[] order by l.id), '[]')
      from public.audit_log l
      where l.org_id = v_worker.org_id
        and (l.subjects && (v_mappings || p_worker) or l.actor = v_worker.user_id)
        and not (l.table_name = 'preference_worker_job_lines' and (l.shared ->> 'worker_mapping')::uuid = any (v_sealed))));
end
$$;
comment on function private.export_person(uuid, boolean) is 'All that is held of a doctor, as one document.';
revoke all on function private.export_person(uuid, boolean) from public, anon, authenticated, service_role;

-- private.without_texts(document, texts): texts in it as "erased". What is sought is put as it stands in JSON.
-- Called by private.erase_texts() and private.written_texts().
create function private.without_texts(p_text text, p_texts text[])
returns text
language plpgsql
immutable
set search_path = ''
as $$
declare
  v_text text;
begin
  foreach v_text in array p_texts loop
    -- Letters beside it make another word of it; \m and \M would not do for texts that begin or end otherwise.
    p_text := regexp_replace(p_text,
      '(?<![[:alnum:]])' || regexp_replace(v_text, '([][(){}.*+?^$|\\])', '\\\1', 'g') || '(?![[:alnum:]])', 'erased', 'gi');
  end loop;
  return p_text;
end
$$;
comment on function private.without_texts(text, text[]) is 'A text without some texts.';
revoke all on function private.without_texts(text, text[]) from public, anon, authenticated, service_role;

-- private.written_texts(): the tables that hold texts about an org, but for kept problems, each with what an update of it assigns, and where: $2
-- are the texts that are sought, $3 the same as they stand in JSON. The audit log comes last. Called by private.erase_texts().
create function private.written_texts()
returns table (table_name regclass, assignments text, condition text)
language sql
stable
set search_path = ''
as $$
  with columns as (
    select a.attrelid, a.attname, a.atttypid::regtype as type, case a.atttypid when 'text'::regtype then '$2' else '$3' end as sought
    from pg_catalog.pg_attribute a
    -- A partition's rows are its table's.
    join pg_catalog.pg_class c on c.oid = a.attrelid and c.relkind in ('r', 'p') and not c.relispartition
    where exists (select from pg_catalog.pg_attribute o where o.attrelid = c.oid and o.attname = 'org_id' and not o.attisdropped)
      and c.relnamespace::regnamespace::text in ('public', 'private', 'fleet', 'planner', 'allocator', 'messages', 'prime_search', 'agents')
      and c.oid <> 'fleet.kept_runs'::regclass and a.attgenerated = '' and not a.attisdropped
      and a.atttypid in ('text'::regtype, 'jsonb'::regtype)
      and (a.attname not in ('name', 'email', 'username', 'node_id', 'hostname', 'slug', 'actor_name')
        or a.attname = 'name' and c.oid in ('public.job_lines_history'::regclass, 'public.allocation_planner_runs'::regclass))
      and (c.oid <> 'public.system_logs'::regclass or a.attname in ('message', 'context'))
  ), of_type as (
    select attrelid, string_agg(format('%1$I = private.without_texts(%1$I::text, %2$s)::%3$s', attname, sought, type), ', ') as assignments,
      format('exists (select from unnest(%s) as t where strpos(lower(concat_ws(%L, %s)), lower(t)) > 0)', sought, ' | ',
        string_agg(format('%I', attname), ', ')) as condition
    from columns group by attrelid, sought
  )
  select attrelid::regclass, string_agg(assignments, ', '), string_agg(condition, ' or ')
  from of_type group by attrelid order by attrelid = to_regclass('public.audit_log')
$$;
comment on function private.written_texts() is 'The tables that hold texts about an org, with how these are taken out.';
revoke all on function private.written_texts() from public, anon, authenticated, service_role;

-- private.erase_texts(org, texts): takes texts out of whatever was written about an org: logs, what runs say, snapshots, and all that people
-- typed, in every column of text that the catalogue has, but for what things are called, so that none is renamed (snapshots and dry runs are:
-- their names are notes). Of kept problems what people typed are groups and pathways. Our own sentences name doctors
-- by id; the words of a library or of the database may not. Of all but logs only texts of several words, or addresses, are sought: one word may
-- be the name of a member of a document.
-- What the log says of this is what it said before, so the audit log comes last.
-- Called by private.erase_person().
create function private.erase_texts(p_org_id uuid, p_texts text[])
returns void
language plpgsql
set search_path = ''
as $$
declare
  v_written record;
  -- As they stand in JSON.
  v_escaped text[] := array(select trim(both '"' from to_jsonb(t)::text) from unnest(p_texts) as t);
  v_telling text[] := array(select t from unnest(p_texts) as t where t ~ '[ @]');
  v_telling_escaped text[] := array(select t from unnest(v_escaped) as t where t ~ '[ @]');
begin
  perform set_config('receptor.audit_maintenance', 'on', true);
  -- A table is gone through once, whatever it has of columns.
  for v_written in select * from private.written_texts() loop
    execute format('update %s set %s where org_id = $1 and (%s)', v_written.table_name, v_written.assignments, v_written.condition)
    using p_org_id,
      case when v_written.table_name = 'public.system_logs'::regclass then p_texts else v_telling end,
      case when v_written.table_name = 'public.system_logs'::regclass then v_escaped else v_telling_escaped end;
  end loop;
  -- The rest of a problem says doctors by ids; and lines by their names, which decide among equals.
  update fleet.kept_runs k
  set input = jsonb_set(k.input, '{state}', k.input -> 'state' || (
    select jsonb_object_agg(m.key, private.without_texts(m.value::text, v_telling_escaped)::jsonb)
    from jsonb_each(k.input -> 'state') as m where m.key in ('options', 'constraints')))
  where k.org_id = p_org_id and exists (
    select from unnest(v_telling_escaped) as t
    where strpos(lower(concat(k.input #> '{state,options}', k.input #> '{state,constraints}')), lower(t)) > 0);
  perform set_config('receptor.audit_maintenance', 'off', true);
end
$$;
comment on function private.erase_texts(uuid, text[]) is 'Takes texts out of all that was written about an org.';
revoke all on function private.erase_texts(uuid, text[]) from public, anon, authenticated, service_role;

-- private.without_reasons(value, workers): a document in which what was decided by hand about some doctors has no reason: of
-- members that are {worker_mapping, reason, ...}, or {leavers: [{worker_mapping}], reason} who leave, however deep.
-- Called by private.erase_reasons().
create function private.without_reasons(p_value jsonb, p_workers text[])
returns jsonb
language plpgsql
immutable
set search_path = ''
as $$
begin
  if p_value ? 'reason' and (p_value ->> 'worker_mapping' = any (p_workers)
    or jsonb_path_query_array(p_value, 'lax $.leavers[*].worker_mapping') ?| p_workers) then
    return p_value || '{"reason": "erased"}';
  end if;
  return case jsonb_typeof(p_value)
    when 'object' then (
      select coalesce(jsonb_object_agg(m.key, private.without_reasons(m.value, p_workers)), '{}') from jsonb_each(p_value) as m)
    when 'array' then (
      select coalesce(jsonb_agg(private.without_reasons(e.value, p_workers) order by e.n), '[]')
      from jsonb_array_elements(p_value) with ordinality as e (value, n))
    else p_value end;
end
$$;
comment on function private.without_reasons(jsonb, text[]) is 'A document without the reasons of what was decided by hand about some doctors.';
revoke all on function private.without_reasons(jsonb, text[]) from public, anon, authenticated, service_role;

-- private.erase_reasons(org, mappings): takes the reasons of pins and exclusions of a doctor out of matches, those of leaving out of
-- plans, and both out of what the audit log says of those. Called by private.erase_person().
create function private.erase_reasons(p_org_id uuid, p_mappings uuid[])
returns void
language plpgsql
set search_path = ''
as $$
declare
  v_workers text[] := p_mappings::text[];
  v_texts text[] := array(select '%' || i || '%' from unnest(p_mappings) as i);
begin
  update public.allocator_py_runs r
  set options = private.without_reasons(r.options, v_workers), request = private.without_reasons(r.request, v_workers)
  where r.org_id = p_org_id and (r.options ? 'pins' or r.options ? 'exclusions')
    and concat(r.options, r.request) like any (v_texts);
  update public.allocation_planner_runs r
  set options = private.without_reasons(r.options, v_workers), request = private.without_reasons(r.request, v_workers)
  where r.org_id = p_org_id and concat(r.options, r.request) like any (v_texts);
  perform set_config('receptor.audit_maintenance', 'on', true);
  update public.audit_log l
  set before = private.without_reasons(l.before, v_workers), after = private.without_reasons(l.after, v_workers),
    shared = private.without_reasons(l.shared, v_workers)
  where l.org_id = p_org_id and l.table_name in ('allocator_py_runs', 'allocation_planner_runs')
    and concat(l.before, l.after, l.shared) like any (v_texts);
  perform set_config('receptor.audit_maintenance', 'off', true);
end
$$;
comment on function private.erase_reasons(uuid, uuid[]) is 'Takes the reasons of what was decided by hand about a doctor out of an org''s matches.';
revoke all on function private.erase_reasons(uuid, uuid[]) from public, anon, authenticated, service_role;

-- private.erase_person(worker, reason): a doctor without a name. Their rows in all tables go (wishes, qualifications, what
-- others ranked of them) but for results and the place in an allocation run that a result refers to; snapshots forget
-- their wishes; logs, runs and the audit log forget name and address; their account goes where it is of no other use.
-- Answers how many rows went, by table. RC404; RC409 for one who is erased already.
-- Called by erase_person(), and by operators (`ops erase-person`).
create function private.erase_person(p_worker uuid, p_reason text)
returns jsonb
language plpgsql
set search_path = ''
as $$
declare
  v_worker public.workers;
  v_mappings uuid[];
  v_reference record;
  v_name text;
  v_count bigint;
  v_counts jsonb := '{}';
  v_known text[];
  v_addresses text[];
begin
  select * into v_worker from public.workers where id = p_worker for update;
  if not found then
    raise exception '%', private.no_such('doctor', p_worker::text) using errcode = 'RC404';
  end if;
  if v_worker.erased_at is not null then
    raise exception 'This doctor was erased already.' using errcode = 'RC409';
  end if;
  perform private.give_reason(p_reason);
  v_mappings := array(select id from public.allocation_run_worker_mappings where worker = p_worker);
  v_known := private.known_as(v_worker);
  v_addresses := array(select lower(t) from unnest(v_known) as t where t like '%@%');

  for v_reference in
    select * from private.references_to_people()
    where table_name not in ('public.allocation_run_worker_mappings'::regclass, 'public.allocator_py_allocations'::regclass,
      'public.job_line_worker_mappings'::regclass)
  loop
    execute format('delete from %s where %I = any ($1)', v_reference.table_name, v_reference.column_name)
      using v_mappings || p_worker;
    get diagnostics v_count = row_count;
    v_name := split_part(v_reference.table_name::text, '.', -1);
    v_counts := v_counts || jsonb_build_object(v_name, coalesce((v_counts ->> v_name)::bigint, 0) + v_count);
  end loop;
  update public.job_lines_history h set attachments = (
    select coalesce(jsonb_object_agg(part.key, (
      select coalesce(jsonb_agg(r), '[]') from jsonb_array_elements(part.value) as r
      where not coalesce(r ->> 'worker_mapping' = any (v_mappings::text[]), false))), '{}')
    from jsonb_each(h.attachments) as part)
  where h.org_id = v_worker.org_id
    and jsonb_path_query_array(h.attachments, '$.*[*].worker_mapping') ?| v_mappings::text[];
  delete from public.allocation_run_worker_mappings m
  where m.worker = p_worker and not exists (select from public.allocator_py_allocations a where a.worker_mapping = m.id)
    and not exists (select from public.job_line_worker_mappings r where r.worker_mapping = m.id);
  -- What was said of a correction may name them.
  update public.job_line_worker_mappings set correction_reason = 'erased'
  where worker_mapping = any (v_mappings) and correction_reason is not null;
  -- Where a result keeps the place, nobody stands on it for the next match.
  update public.allocation_run_worker_mappings set withdrawn_at = coalesce(withdrawn_at, now()), withdrawal_reason = null
  where worker = p_worker;

  delete from public.org_invitations where org_id = v_worker.org_id and email = any (v_addresses);
  delete from public.doctor_links
  where org_id = v_worker.org_id and partner is null and partner_email = any (v_addresses);
  -- As a department's person they are nobody any more; what the department ranked stays the department's.
  update public.preferencers f set email = null, user_id = null
  where f.org_id = v_worker.org_id and private.is_of_person(f, v_worker);
  update public.workers set
    name = 'Erased doctor', email = 'erased-' || id || '@erased.invalid', user_id = null, erased_at = now()
  where id = p_worker;
  if v_worker.user_id is not null then
    delete from public.org_members
    where org_id = v_worker.org_id and user_id = v_worker.user_id and role = 'doctor';
    -- Who still belongs to the org under this account stays named as who asked; else nothing of the org names the account.
    if not exists (select from public.org_members o where o.org_id = v_worker.org_id and o.user_id = v_worker.user_id) then
      for v_reference in select * from private.references_to_accounts() where not is_required loop
        execute format('update %1$s set %2$I = null where org_id = $1 and %2$I = $2', v_reference.table_name, v_reference.column_name)
          using v_worker.org_id, v_worker.user_id;
      end loop;
    end if;
    -- Of no other use: no member of any org, and no doctor of another.
    delete from auth.users u
    where u.id = v_worker.user_id
      and not exists (select from public.org_members o where o.user_id = u.id)
      and not exists (select from public.workers w where w.user_id = u.id);
  end if;
  perform private.erase_reasons(v_worker.org_id, v_mappings);
  perform private.anonymise_audit_log(v_worker.org_id, p_worker, v_worker.user_id);
  perform private.erase_texts(v_worker.org_id, v_known);
  return v_counts;
end
$$;
comment on function private.erase_person(uuid, text) is 'Erases a doctor: results stay, without a person.';
revoke all on function private.erase_person(uuid, text) from public, anon, authenticated, service_role;

-- private.require_managed(worker): the caller may edit allocation runs of the doctor's org; RC404 where they may not even
-- see it. Called by the two functions below.
create function private.require_managed(p_worker uuid)
returns void
language plpgsql
stable
set search_path = ''
as $$
declare
  v_org_id uuid;
begin
  select org_id into v_org_id from public.workers where id = p_worker;
  if v_org_id is null or v_org_id not in (select private.orgs_with_right('allocator.view')) then
    raise exception '%', private.no_such('doctor', p_worker::text) using errcode = 'RC404';
  end if;
  if v_org_id not in (select private.orgs_with_right('allocationRun.edit')) then
    raise exception 'A doctor''s data are for who has the right allocationRun.edit.' using errcode = 'insufficient_privilege';
  end if;
end
$$;
comment on function private.require_managed(uuid) is 'Raises where the caller may not manage a doctor.';
revoke all on function private.require_managed(uuid) from public, anon, authenticated, service_role;

-- export_person(worker): see private.export_person(). Called by UIs of managers, and of doctors for themselves, who get all of it but
-- what is decided and not released, see private.released_alone(): that is no door to a result before its day.
-- RC404, 42501.
create function public.export_person(p_worker uuid)
returns jsonb
language plpgsql
stable
security definer
set search_path = ''
as $$
begin
  if p_worker in (select private.own_worker_ids()) then
    return private.released_alone(private.export_person(p_worker), array(
      select m.id from public.allocation_run_worker_mappings m where m.worker = p_worker));
  end if;
  perform private.require_managed(p_worker);
  return private.export_person(p_worker, true);
end
$$;
comment on function public.export_person(uuid) is 'All that is held of a doctor: for themselves, and for managers of their org without what is theirs alone.';
revoke all on function public.export_person(uuid) from public, anon, authenticated, service_role;
grant execute on function public.export_person(uuid) to authenticated;

-- erase_person(worker, reason): see private.erase_person(). Called by UIs of managers. RC404, RC409, 42501.
create function public.erase_person(p_worker uuid, p_reason text default null)
returns jsonb
language plpgsql
security definer
set search_path = ''
as $$
begin
  perform private.require_managed(p_worker);
  return private.erase_person(p_worker, p_reason);
end
$$;
comment on function public.erase_person(uuid, text) is 'Erases a doctor, for managers of their org: results stay, without a person.';
revoke all on function public.erase_person(uuid, text) from public, anon, authenticated, service_role;
grant execute on function public.erase_person(uuid, text) to authenticated;
