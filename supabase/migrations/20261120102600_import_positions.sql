-- Spreadsheets in: positions with their posts from a table, all or nothing.
-- Called by the function roster-exchange with the user's own rights: row level security decides what is read and written.

-- private.import_plan(org, run, rows): what each row of a table does: [{row, id, before, after, kind, overtaken}].
--   row     its number in p_rows, from 0
--   id      the position that it means: by its id, or else by the names of hospital, team and position; null: a new one
--   before  that position as it is; after: as it would be. Columns that the table does not have stay as they are.
--   kind    added (to the org or to the run), changed, unchanged
--   overtaken  it would change a position that is no longer as it was when the table was made (its version says)
-- Called by public.import_positions(). Runs with its caller's rights.
create function private.import_plan(p_org_id uuid, p_allocation_run uuid, p_rows jsonb)
returns jsonb
language plpgsql
stable
set search_path = ''
as $$
begin
  return (
  with named as (
    select p.id, h.name as hospital, t.name as team, p.name
    from public.positions p
    join public.teams t on t.org_id = p.org_id and t.id = p.team
    join public.hospitals h on h.org_id = p.org_id and h.id = t.hospital
    where p.org_id = p_org_id
  ), told as (
    -- What is null is left out, but where a position may have none.
    select (n - 1)::int as n, document - array(
      select key from jsonb_each(document) where value = 'null' and key not in
        ('subspecialty', 'six_month_term', 'six_month_part', 'six_month_qualification', 'six_month_college')) as document
    from jsonb_array_elements(p_rows) with ordinality as e (document, n)
  ), wanted as (
    select e.n, e.document - 'version' as document, e.document ->> 'version' as version, coalesce(by_id.id, by_name.id) as id
    from told as e
    left join named as by_id on by_id.id = (e.document ->> 'id')::uuid
    left join named as by_name on not e.document ? 'id'
      and by_name.hospital = e.document ->> 'hospital' and by_name.team = e.document ->> 'team'
      and by_name.name = e.document ->> 'name'
  ), present as (
    select * from private.position_documents(p_org_id, p_allocation_run, array(select id from wanted where id is not null))
  ), planned as (
    select w.n, w.id, p.document as before, w.version <> private.position_version(p.document) as is_stale,
      jsonb_build_object('subspecialty', null, 'experience_categories', '[]'::jsonb, 'is_service', false,
        'is_rural', false, 'is_nights_relief', false, 'is_clinical_team', true, 'is_non_clinical', false,
        'is_excludable', false, 'allows_leave', true, 'min_weeks', 1, 'fte', 1, 'colour', '#8a94a6', 'six_month_term', null,
        'six_month_part', null, 'six_month_qualification', null, 'six_month_college', null)
        || coalesce(p.document, '{}') || w.document as after
    from wanted w
    left join present p on p.id = w.id
  )
  select coalesce(jsonb_agg(jsonb_build_object('row', n, 'id', id, 'before', before, 'after', after,
      'overtaken', coalesce(is_stale and before <> after, false), 'kind', case
      when before is null then 'added'
      when before = after then 'unchanged'
      when not jsonb_path_exists(before, '$.posts[*] ? (@ != null)')
        and jsonb_path_exists(after, '$.posts[*] ? (@ != null)') then 'added'
      else 'changed' end) order by n), '[]')
  from planned
  );
end
$$;
comment on function private.import_plan(uuid, uuid, jsonb) is 'What each row of an imported table of positions does.';
revoke all on function private.import_plan(uuid, uuid, jsonb) from public, anon, authenticated, service_role;
grant execute on function private.import_plan(uuid, uuid, jsonb) to authenticated;

-- private.import_faults(org, plan): rows that do not fit what is in the database: [{row, column, code, term?}];
-- the term is of columns that there are for each term.
-- Called by public.import_positions(). Runs with its caller's rights.
create function private.import_faults(p_org_id uuid, p_plan jsonb)
returns jsonb
language plpgsql
stable
set search_path = ''
as $$
begin
  return (
  with planned as (
    select (e ->> 'row')::int as n, (e ->> 'id')::uuid as id, e -> 'after' as after
    from jsonb_array_elements(p_plan) as e
  ), fault (n, col, code, term) as (
    select n, 'id', 'UNKNOWN_ID', null::int from planned where id is null and after ? 'id'
    union all
    select n, 'name', 'DUPLICATE_ROW', null from planned p
    where id is not null and exists (select from planned q where q.id = p.id and q.n < p.n)
    union all
    -- Another position has this name already, and no row of the table gives it another one.
    select p.n, 'name', 'NAME_TAKEN', null
    from planned p
    join public.positions o on o.org_id = p_org_id and o.name = p.after ->> 'name' and o.id is distinct from p.id
    join public.teams t on t.org_id = o.org_id and t.id = o.team and t.name = p.after ->> 'team'
    join public.hospitals h on h.org_id = o.org_id and h.id = t.hospital and h.name = p.after ->> 'hospital'
    where not exists (select from planned q where q.id = o.id)
    union all
    select p.n, 'minimum_fill', 'MINIMUM_ABOVE_POSTS', m.term::int
    from planned p
    cross join lateral jsonb_array_elements(p.after -> 'minimum_fill') with ordinality as m (least, term)
    where jsonb_typeof(m.least) = 'number'
      and m.least::int > coalesce((p.after -> 'posts' ->> (m.term - 1)::int)::int, 0)
    union all
    select n, 'six_month_part', 'SIX_MONTH_INCOMPLETE', null from planned
    where jsonb_typeof(after -> 'six_month_term') = 'null' and (jsonb_typeof(after -> 'six_month_part') <> 'null'
        or jsonb_typeof(after -> 'six_month_qualification') <> 'null' or jsonb_typeof(after -> 'six_month_college') <> 'null')
      or jsonb_typeof(after -> 'six_month_term') <> 'null' and jsonb_typeof(after -> 'six_month_part') = 'null'
    union all
    select p.n, 'six_month_part', 'SIX_MONTH_PART_TAKEN', null
    from planned p
    join public.six_month_terms s on s.org_id = p_org_id and s.name = p.after ->> 'six_month_term'
    join public.positions o on o.org_id = p_org_id and o.six_month_term = s.id
      and o.six_month_part = (p.after ->> 'six_month_part')::smallint and o.id is distinct from p.id
    where not exists (select from planned q where q.id = o.id)
    union all
    select p.n, 'six_month_part', 'SIX_MONTH_PART_TAKEN', null from planned p
    where exists (select from planned q where q.n < p.n and q.after ->> 'six_month_term' = p.after ->> 'six_month_term'
      and q.after ->> 'six_month_part' = p.after ->> 'six_month_part')
    union all
    select p.n, 'six_month_term', 'SIX_MONTH_TERM_DIFFERS', null from planned p
    where exists (select from planned q where q.n < p.n and q.after ->> 'six_month_term' = p.after ->> 'six_month_term'
      and (q.after -> 'six_month_qualification', q.after -> 'six_month_college')
        is distinct from (p.after -> 'six_month_qualification', p.after -> 'six_month_college'))
  )
  select coalesce(jsonb_agg(
    jsonb_strip_nulls(jsonb_build_object('row', n, 'column', col, 'code', code, 'term', term))
    order by n, term), '[]')
  from fault
  );
end
$$;
comment on function private.import_faults(uuid, jsonb) is 'Rows of an imported table of positions that do not fit the database.';
revoke all on function private.import_faults(uuid, jsonb) from public, anon, authenticated, service_role;
grant execute on function private.import_faults(uuid, jsonb) to authenticated;

-- private.import_missing(org, run, plan): positions of the run that no row means: [{id, hospital, team, name}].
-- Called by public.import_positions(). Runs with its caller's rights.
create function private.import_missing(p_org_id uuid, p_allocation_run uuid, p_plan jsonb)
returns jsonb
language sql
stable
set search_path = ''
as $$
  select coalesce(jsonb_agg(jsonb_build_object('id', d.id, 'hospital', d.document -> 'hospital',
      'team', d.document -> 'team', 'name', d.document -> 'name')
      order by d.document ->> 'hospital', d.document ->> 'team', d.document ->> 'name'), '[]')
  from private.position_documents(p_org_id, p_allocation_run, array(
    select position from public.allocation_run_positions where allocation_run = p_allocation_run
    except
    select (e ->> 'id')::uuid from jsonb_array_elements(p_plan) as e)) as d
$$;
comment on function private.import_missing(uuid, uuid, jsonb) is
  'Positions of an allocation run that an imported table does not have.';
revoke all on function private.import_missing(uuid, uuid, jsonb) from public, anon, authenticated, service_role;
grant execute on function private.import_missing(uuid, uuid, jsonb) to authenticated;

-- private.import_overfilled(run, plan, removed): cells of which the lines there are hold more than there would be:
-- [{hospital, team, name, term, posts, held}]. `removed`: positions that are taken out of the run, as import_missing() has them.
-- Called by public.import_positions(). Runs with its caller's rights.
create function private.import_overfilled(p_allocation_run uuid, p_plan jsonb, p_removed jsonb)
returns jsonb
language sql
stable
set search_path = ''
as $$
  with changed as (
    select (e ->> 'id')::uuid as id, e -> 'after' ->> 'hospital' as hospital, e -> 'after' ->> 'team' as team,
      e -> 'after' ->> 'name' as name, e -> 'after' -> 'posts' as posts
    from jsonb_array_elements(p_plan) as e where e -> 'before' -> 'posts' <> e -> 'after' -> 'posts'
    union all
    select (e ->> 'id')::uuid, e ->> 'hospital', e ->> 'team', e ->> 'name', null
    from jsonb_array_elements(p_removed) as e
  ), overfilled as (
    select c.hospital, c.team, c.name, r.term, coalesce((c.posts ->> (r.term - 1))::int, 0) as posts, count(*) as held
    from changed c
    join public.rotations r on r.allocation_run = p_allocation_run and r.position = c.id
    group by c.id, c.hospital, c.team, c.name, c.posts, r.term
    having count(*) > coalesce((c.posts ->> (r.term - 1))::int, 0)
  )
  select coalesce(jsonb_agg(jsonb_build_object('hospital', hospital, 'team', team, 'name', name, 'term', term,
    'posts', posts, 'held', held) order by hospital, team, name, term), '[]')
  from overfilled
$$;
comment on function private.import_overfilled(uuid, jsonb, jsonb) is
  'Cells of an import of which the job lines hold more posts than there would be.';
revoke all on function private.import_overfilled(uuid, jsonb, jsonb) from public, anon, authenticated, service_role;
grant execute on function private.import_overfilled(uuid, jsonb, jsonb) to authenticated;

-- private.apply_import(org, run, plan): writes what the rows of a plan add and change. Every `id` of the plan is filled in.
-- Called by public.import_positions(). Runs with its caller's rights.
create function private.apply_import(p_org_id uuid, p_allocation_run uuid, p_plan jsonb)
returns void
language plpgsql
set search_path = ''
as $$
begin
  insert into public.hospitals (org_id, name)
  select distinct p_org_id, e -> 'after' ->> 'hospital' from jsonb_array_elements(p_plan) as e
  on conflict (org_id, name) do nothing;
  insert into public.teams (org_id, hospital, name)
  select distinct p_org_id, h.id, e -> 'after' ->> 'team'
  from jsonb_array_elements(p_plan) as e
  join public.hospitals h on h.org_id = p_org_id and h.name = e -> 'after' ->> 'hospital'
  on conflict (org_id, hospital, name) do nothing;
  insert into public.six_month_terms as s (org_id, name, qualification, college)
  select distinct p_org_id, e -> 'after' ->> 'six_month_term', e -> 'after' ->> 'six_month_qualification',
    e -> 'after' ->> 'six_month_college'
  from jsonb_array_elements(p_plan) as e where jsonb_typeof(e -> 'after' -> 'six_month_term') = 'string'
  on conflict (org_id, name) do update set qualification = excluded.qualification, college = excluded.college;

  -- Two positions may swap their names, or their parts of a six-month term: out of the way first.
  update public.positions p set name = p.id::text, six_month_term = null, six_month_part = null
  from jsonb_array_elements(p_plan) as e
  where p.org_id = p_org_id and p.id = (e ->> 'id')::uuid
    and coalesce(nullif(e -> 'before', 'null'), '{}') - '{posts,minimum_fill}'::text[] <> (e -> 'after') - '{posts,minimum_fill}'::text[];
  insert into public.positions as p
    (id, org_id, team, name, specialty, subspecialty, experience_categories, is_service, is_rural, is_nights_relief,
     is_clinical_team, is_non_clinical, is_excludable, allows_leave, min_weeks, fte, colour, six_month_term, six_month_part)
  select (e ->> 'id')::uuid, p_org_id, t.id, n.name, n.specialty, n.subspecialty, n.experience_categories, n.is_service,
    n.is_rural, n.is_nights_relief, n.is_clinical_team, n.is_non_clinical, n.is_excludable, n.allows_leave,
    n.min_weeks, n.fte, n.colour, s.id, n.six_month_part
  from jsonb_array_elements(p_plan) as e
  cross join lateral jsonb_populate_record(null::public.positions, (e -> 'after') - '{id,team,hospital,six_month_term}'::text[]) as n
  join public.hospitals h on h.org_id = p_org_id and h.name = e -> 'after' ->> 'hospital'
  join public.teams t on t.org_id = p_org_id and t.hospital = h.id and t.name = e -> 'after' ->> 'team'
  left join public.six_month_terms s on s.org_id = p_org_id and s.name = e -> 'after' ->> 'six_month_term'
  on conflict (id) do update set
    team = excluded.team, name = excluded.name, specialty = excluded.specialty, subspecialty = excluded.subspecialty,
    experience_categories = excluded.experience_categories, is_service = excluded.is_service,
    is_rural = excluded.is_rural, is_nights_relief = excluded.is_nights_relief,
    is_clinical_team = excluded.is_clinical_team, is_non_clinical = excluded.is_non_clinical,
    is_excludable = excluded.is_excludable, allows_leave = excluded.allows_leave, min_weeks = excluded.min_weeks,
    fte = excluded.fte, colour = excluded.colour, six_month_term = excluded.six_month_term, six_month_part = excluded.six_month_part;

  delete from public.allocation_run_positions rp
  using jsonb_array_elements(p_plan) as e
  where rp.allocation_run = p_allocation_run and rp.position = (e ->> 'id')::uuid
    and e -> 'after' ->> 'posts' is not null and e -> 'after' -> 'posts' ->> (rp.term - 1) is null;
  insert into public.allocation_run_positions (org_id, allocation_run, position, term, posts, minimum_fill)
  select p_org_id, p_allocation_run, (e ->> 'id')::uuid, v.term, (v.posts #>> '{}')::smallint,
    coalesce((e -> 'after' -> 'minimum_fill' ->> (v.term - 1)::int)::smallint, 0)
  from jsonb_array_elements(p_plan) as e
  cross join lateral jsonb_array_elements(e -> 'after' -> 'posts') with ordinality as v (posts, term)
  where jsonb_typeof(v.posts) = 'number'
  on conflict (allocation_run, position, term) do update set
    posts = excluded.posts, minimum_fill = excluded.minimum_fill;
end
$$;
comment on function private.apply_import(uuid, uuid, jsonb) is 'Writes the positions and posts of an import plan.';
revoke all on function private.apply_import(uuid, uuid, jsonb) from public, anon, authenticated, service_role;
grant execute on function private.apply_import(uuid, uuid, jsonb) to authenticated;

-- private.import_shape(): what rows of a table look like, see private.shape_faults().
-- Called by public.import_positions().
create function private.import_shape()
returns jsonb
language sql
immutable
set search_path = ''
as $$
  select jsonb_build_object('is', 'list', 'most', 5000, 'of', jsonb_build_object('is', 'object', 'members',
    jsonb_build_object('id', '{"is": "id"}'::jsonb, 'version', '{"is": "text", "most": 40}'::jsonb,
      'hospital', name || '{"must": true}', 'team', name || '{"must": true}', 'name', name || '{"must": true}',
      'specialty', short || '{"must": true}', 'subspecialty', short,
      'experience_categories', '{"is": "list", "most": 2, "of": {"is": "choice", "of": ["A", "B", "C", "D"]}}'::jsonb,
      'min_weeks', '{"is": "whole", "least": 1, "most": 52}'::jsonb,
      'fte', '{"is": "number", "least": 0.05, "most": 1, "step": 0.05}'::jsonb,
      'colour', '{"is": "text", "most": 7, "like": "^#[0-9a-f]{6}$"}'::jsonb,
      'six_month_term', name, 'six_month_part', '{"is": "whole", "least": 1, "most": 2}'::jsonb,
      'six_month_qualification', name, 'six_month_college', name, 'posts', posts, 'minimum_fill', posts)
    || (select jsonb_object_agg(flag, '{"is": "flag"}'::jsonb) from unnest(array['is_service', 'is_rural', 'is_nights_relief',
      'is_clinical_team', 'is_non_clinical', 'is_excludable', 'allows_leave']) as flag)))
  from (values (
    '{"is": "text", "most": 200}'::jsonb, '{"is": "text", "most": 100}'::jsonb,
    '{"is": "list", "most": 26, "of": {"is": "whole", "least": 0, "most": 1000, "must": false}}'::jsonb)) as part (name, short, posts)
$$;
comment on function private.import_shape() is 'The shape of the rows that import_positions() takes.';
revoke all on function private.import_shape() from public, anon, authenticated, service_role;
grant execute on function private.import_shape() to authenticated;

-- import_positions(run, rows, remove_missing, dry_run, preview, reason): positions and posts of an allocation run from a table, all or nothing.
-- Called by the function roster-exchange. Needs allocationRun.edit. A row: {id?, hospital, team, name, specialty, further columns
-- of positions?, posts?: [n or null per term], minimum_fill?: [likewise], version?}; no posts in a term: the run has no such
-- cell; version: as read_roster() told it.
-- p_remove_missing: positions of the run that no row means are taken out of it (they stay in the org).
-- p_preview: what a preview of the same rows answered as `preview`: RC409 CHANGED_MEANWHILE where something else would be written by now.
-- Rows of another shape raise RC400, with {path, message} of each fault as the detail.
-- Answers {outcome}: not_found, unfinished (with planner_run), refused (with faults), overtaken (with rows: what they
-- would change was changed since the table was made), and previewed or imported with
--   preview     one hash of all that would change
--   unversioned  how many positions rows without a version would change: what somebody else changed since the table was
--               made is not told apart there
--   changes     [{row, kind: added|changed, before, after}]
--   unchanged   how many rows
--   missing     [{id, hospital, team, name}] positions of the run that no row means; removed says whether they went
--   overfilled  [{hospital, team, name, term, posts, held}] cells of which the lines there are hold more than there would be
create function public.import_positions(
  p_allocation_run uuid, p_rows jsonb, p_remove_missing boolean default false, p_dry_run boolean default true,
  p_preview text default null, p_reason text default null
)
returns jsonb
language plpgsql
set search_path = ''
as $$
declare
  v_run public.allocation_runs;
  v_planner_run uuid;
  v_plan jsonb;
  v_faults jsonb;
  v_missing jsonb;
  v_answer jsonb;
begin
  p_remove_missing := coalesce(p_remove_missing, false);
  p_dry_run := coalesce(p_dry_run, true);
  perform private.require_shape(p_rows, private.import_shape(), 8 * 1024 * 1024);
  perform private.give_reason(p_reason);
  select * into v_run from public.allocation_runs
  where id = p_allocation_run and org_id in (select private.orgs_with_right('allocationPlanner.view'));
  if not found then
    return jsonb_build_object('outcome', 'not_found');
  end if;
  if v_run.org_id not in (select private.orgs_with_right('allocationRun.edit')) then
    raise exception 'Importing positions needs the right allocationRun.edit.' using errcode = 'insufficient_privilege';
  end if;
  if not p_dry_run then
    -- Two imports into an org wait for each other, as positions are the whole org's; and one waits for the end of a planner
    -- run: its posts are not changed under its hands.
    perform pg_advisory_xact_lock(hashtextextended('import_positions ' || v_run.org_id, 0));
    select * into v_run from public.allocation_runs where id = p_allocation_run for update;
    -- Again: a right may be taken away while a call waits.
    if v_run.org_id is null or v_run.org_id not in (select private.orgs_with_right('allocationRun.edit')) then
      raise exception 'Importing positions needs the right allocationRun.edit.' using errcode = 'insufficient_privilege';
    end if;
    select id into v_planner_run from public.allocation_planner_runs
    where allocation_run = p_allocation_run and status in ('PENDING', 'GENERATING');
    if v_planner_run is not null then
      return jsonb_build_object('outcome', 'unfinished', 'planner_run', v_planner_run);
    end if;
  end if;
  v_plan := private.import_plan(v_run.org_id, v_run.id, p_rows);
  v_faults := private.import_faults(v_run.org_id, v_plan);
  if v_faults <> '[]' then
    return jsonb_build_object('outcome', 'refused', 'faults', v_faults);
  end if;

  if exists (select from jsonb_array_elements(v_plan) as e where (e ->> 'overtaken')::boolean) then
    return jsonb_build_object('outcome', 'overtaken', 'rows', (
      select jsonb_agg(e -> 'row' order by (e ->> 'row')::int)
      from jsonb_array_elements(v_plan) as e where (e ->> 'overtaken')::boolean));
  end if;

  v_missing := private.import_missing(v_run.org_id, v_run.id, v_plan);
  select jsonb_build_object(
    'outcome', case when p_dry_run then 'previewed' else 'imported' end,
    'changes', coalesce(jsonb_agg(e - '{id,overtaken}'::text[] order by (e ->> 'row')::int) filter (where e ->> 'kind' <> 'unchanged'), '[]'),
    'unchanged', count(*) filter (where e ->> 'kind' = 'unchanged'),
    'unversioned', count(*) filter (
      where e ->> 'kind' <> 'unchanged' and jsonb_typeof(e -> 'before') = 'object' and not p_rows -> (e ->> 'row')::int ? 'version'),
    'preview', md5(concat_ws(' ', jsonb_agg(e - 'overtaken' order by (e ->> 'row')::int) filter (where e ->> 'kind' <> 'unchanged'),
      case when p_remove_missing then v_missing end)),
    'missing', v_missing,
    'removed', p_remove_missing,
    'overfilled', private.import_overfilled(
      v_run.id, v_plan, case when p_remove_missing then v_missing else '[]' end))
  into v_answer
  from jsonb_array_elements(v_plan) as e;

  perform private.require_previewed(p_preview, v_answer ->> 'preview');

  if not p_dry_run then
    perform private.apply_import(v_run.org_id, v_run.id, (
      select coalesce(jsonb_agg(e || jsonb_build_object('id', coalesce(e ->> 'id', gen_random_uuid()::text))), '[]')
      from jsonb_array_elements(v_plan) as e where e ->> 'kind' <> 'unchanged'));
    if p_remove_missing then
      delete from public.allocation_run_positions
      where allocation_run = v_run.id and position in (select (m ->> 'id')::uuid from jsonb_array_elements(v_missing) as m);
    end if;
  end if;
  return v_answer;
end
$$;
comment on function public.import_positions(uuid, jsonb, boolean, boolean, text, text) is
  'Positions and posts of an allocation run from the rows of a table, all or nothing; with dry_run just what would change.';
revoke all on function public.import_positions(uuid, jsonb, boolean, boolean, text, text)
  from public, anon, authenticated, service_role;
grant execute on function public.import_positions(uuid, jsonb, boolean, boolean, text, text) to authenticated;

-- import_roster(run, positions, edit, reason): the positions that a roster names and nobody has made, and its lines: all of it or
-- nothing. Called by the function roster-exchange. Needs allocationRun.edit.
-- p_positions: {rows: as import_positions() takes them, ids: of each row the id by which the edit knows its position; whatever
-- it is, once the position is made it is that one's}. p_edit, and what is raised: as edit_job_lines().
-- Answers {outcome}: what import_positions() does where it imports nothing, and nothing is written then; else imported, with
-- what edit_job_lines() answers.
create function public.import_roster(p_allocation_run uuid, p_positions jsonb, p_edit jsonb, p_reason text default null)
returns jsonb
language plpgsql
set search_path = ''
as $$
declare
  v_answer jsonb;
  v_edit text := p_edit::text;
  v_said text;
  v_made text;
begin
  perform private.require_shape(p_positions -> 'ids', '{"is": "list", "most": 5000, "of": {"is": "id"}}'::jsonb, 400000);
  v_answer := public.import_positions(p_allocation_run, p_positions -> 'rows', false, false, null, p_reason);
  if v_answer ->> 'outcome' <> 'imported' then
    return v_answer;
  end if;
  for v_said, v_made in
    select s.id, p.id::text
    from jsonb_array_elements(p_positions -> 'rows') with ordinality as r (document, n)
    join jsonb_array_elements_text(p_positions -> 'ids') with ordinality as s (id, n) using (n)
    join public.allocation_runs ar on ar.id = p_allocation_run
    join public.hospitals h on h.org_id = ar.org_id and h.name = r.document ->> 'hospital'
    join public.teams t on t.org_id = ar.org_id and t.hospital = h.id and t.name = r.document ->> 'team'
    join public.positions p on p.org_id = ar.org_id and p.team = t.id and p.name = r.document ->> 'name'
    where s.id <> p.id::text
  loop
    v_edit := replace(v_edit, v_said, v_made);
  end loop;
  return public.edit_job_lines(p_allocation_run, v_edit::jsonb, p_reason) || '{"outcome": "imported"}';
end
$$;
comment on function public.import_roster(uuid, jsonb, jsonb, text) is
  'A roster that was kept elsewhere: positions that nobody has made yet, and lines of them, all or nothing.';
revoke all on function public.import_roster(uuid, jsonb, jsonb, text) from public, anon, authenticated, service_role;
grant execute on function public.import_roster(uuid, jsonb, jsonb, text) to authenticated;
