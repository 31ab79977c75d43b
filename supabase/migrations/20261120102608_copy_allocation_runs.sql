-- From one year to the next: an allocation run copied with its posts, rules, lines and doctors, and what doctors did in
-- earlier years.

-- private.copy_shape(): what copy_allocation_run() takes, see private.shape_faults(). Called by it.
create function private.copy_shape()
returns jsonb
language sql
immutable
set search_path = ''
as $$
  select jsonb_build_object('is', 'object', 'members', jsonb_build_object(
    'name', '{"is": "text", "most": 200, "must": true}'::jsonb, 'allocation_plan', '{"is": "id"}'::jsonb,
    'starts_on', '{"is": "date"}'::jsonb, 'template', '{"is": "text", "most": 100}'::jsonb,
    'year', '{"is": "whole", "least": 2000, "most": 2100}'::jsonb,
    'posts', '{"is": "flag"}'::jsonb, 'constraints', '{"is": "flag"}'::jsonb, 'lines', '{"is": "flag"}'::jsonb,
    'preferencers', '{"is": "flag"}'::jsonb, 'doctors', '{"is": "flag"}'::jsonb,
    'leave_out', '{"is": "list", "most": 2000, "of": {"is": "text", "most": 100}}'::jsonb,
    'move_up', '{"is": "list", "most": 100, "of": {"is": "object", "members": {"from": {"is": "text", "most": 100, "must": true}, "to": {"is": "text", "most": 100, "must": true}}}}'::jsonb))
$$;
comment on function private.copy_shape() is 'The shape of a copy_allocation_run() document.';
revoke all on function private.copy_shape() from public, anon, authenticated, service_role;

-- private.next_year_weeks(start, weeks): the weeks of the terms of the year after one that begins on some day: a year of 52 or 53 weeks
-- lasts until the next begins, on the same Monday of the month, and its last term takes what is over, or gives it. Other years are as
-- long as they were. Called by copy_allocation_run().
create function private.next_year_weeks(p_starts_on date, p_weeks int[])
returns int[]
language plpgsql
immutable
set search_path = ''
as $$
declare
  v_start date := p_starts_on + 7 * private.weeks_total(p_weeks);
  v_over int := (private.nth_monday(extract(year from v_start)::int + 1, extract(month from p_starts_on)::int,
    (extract(day from p_starts_on)::int + 6) / 7) - v_start) / 7 - private.weeks_total(p_weeks);
  v_last int := cardinality(p_weeks);
begin
  if private.weeks_total(p_weeks) in (52, 53) and private.weeks_total(p_weeks) + v_over in (52, 53) and p_weeks[v_last] + v_over > 0 then
    p_weeks[v_last] := p_weeks[v_last] + v_over;
  end if;
  return p_weeks;
end
$$;
comment on function private.next_year_weeks(date, int[]) is 'The weeks of the terms of the year after another.';
revoke all on function private.next_year_weeks(date, int[]) from public, anon, authenticated, service_role;

-- copy_allocation_run(run, document): a draft for another year from an allocation run, all or nothing. Called by UIs.
--   name
--   starts_on?          a Monday; default: the day after the year that is copied ends
--   template?, year?    terms and dates from a template instead, see plan_terms()
--   allocation_plan?    default: the plan of the year that is copied
--   posts, constraints  default true; lines, preferencers, doctors: default false
--   leave_out?          doctors who hold one of these tags do not come along (they have finished)
--   move_up?            [{from, to}]: who comes along and holds the tag `from` holds `to` instead (PGY1 becomes PGY2); all at
--                       once, so that PGY1 to PGY2 and PGY2 to PGY3 go together. Tags are the doctor's own: they change
--                       for the year that is copied as well. A tag `to` that is not there is made
-- What the preference window asks for (minimum of lines, ties, never) comes along; its end does not. Lines keep names, places, positions and notes, but
-- not why they may break rules: what was allowed for one year is decided anew for the next. They get the dates of the new terms, leave in the same weeks of them; what the new
-- terms have no room for is left out and counted. A line of a part of the year is one again, and counted: somebody left, or came. Doctors work as much of full time as they did. Eligibility by tags comes with lines, what names doctors with both.
-- Answers {allocation_run, starts_on, ends_on, positions, lines, part_year, left_out, preferencers, doctors, moved_up}.
-- RC400 with [{path, message}], RC404, 42501.
create function public.copy_allocation_run(p_allocation_run uuid, p_document jsonb)
returns jsonb
language plpgsql
security definer
set search_path = ''
set statement_timeout = '60s'
as $$
declare
  v_from public.allocation_runs;
  v_run public.allocation_runs;
  v_plan uuid;
  v_start date;
  v_weeks int[];
  v_terms jsonb;
  v_lines jsonb := '{}';
  v_mappings jsonb := '{}';
  v_moved int := 0;
  v_left_out int := 0;
  v_with_lines boolean;
begin
  select * into v_from from public.allocation_runs
  where id = p_allocation_run and archived_at is null and org_id in (select private.orgs_with_right('allocationPlanner.view'));
  if not found then
    raise exception '%', private.no_such('allocation run', p_allocation_run::text) using errcode = 'RC404';
  end if;
  if v_from.org_id not in (select private.orgs_with_right('allocationRun.edit')) then
    raise exception 'Copying an allocation run needs the right allocationRun.edit.' using errcode = 'insufficient_privilege';
  end if;
  p_document := private.fold_document(jsonb_strip_nulls(p_document));
  perform private.require_shape(p_document, private.copy_shape(), 200 * 1024);
  v_plan := coalesce((p_document ->> 'allocation_plan')::uuid, v_from.allocation_plan);
  perform private.refuse_faults((
    select coalesce(jsonb_agg(jsonb_build_object('path', path, 'message', message)), '[]')
    from (
      select * from (values
        ('allocation_plan', 'there is no such plan', not exists (
          select from public.allocation_plans where id = v_plan and org_id = v_from.org_id)),
        ('name', format('the plan has another allocation run %s', p_document ->> 'name'), exists (
          select from public.allocation_runs where allocation_plan = v_plan and name = p_document ->> 'name' and archived_at is null)),
        ('starts_on', 'not a Monday from 2000 to 2100', extract(isodow from (p_document ->> 'starts_on')::date) <> 1
          or not private.is_day(coalesce((p_document ->> 'starts_on')::date, v_from.ends_on))),
        ('template', 'there is no such template', p_document ? 'template' and not exists (
          select from public.term_templates where name = p_document ->> 'template')),
        ('template', 'missing', p_document ? 'year' and not p_document ? 'template'),
        ('year', 'missing', p_document ? 'template' and not p_document ? 'year' and not p_document ? 'starts_on')
      ) as f (path, message, wrong)
      union all
      select format('leave_out[%s]', n), format('no qualification tag %s', element #>> '{}'), not exists (
        select from public.qualification_tags t where t.org_id = v_from.org_id and t.name = element #>> '{}')
      from private.elements(p_document -> 'leave_out')
      union all
      select format('move_up[%s].from', n), format('no qualification tag %s', element ->> 'from'), not exists (
        select from public.qualification_tags t where t.org_id = v_from.org_id and t.name = element ->> 'from')
      from private.elements(p_document -> 'move_up')
      union all
      select format('move_up[%s].from', m.n), format('%s is there twice', m.element ->> 'from'), exists (
        select from private.elements(p_document -> 'move_up') as o where o.n < m.n and o.element ->> 'from' = m.element ->> 'from')
      from private.elements(p_document -> 'move_up') as m
    ) as f (path, message, wrong) where wrong));

  v_start := coalesce((p_document ->> 'starts_on')::date, v_from.ends_on + 1);
  v_weeks := v_from.term_weeks;
  if not p_document ? 'starts_on' then
    v_weeks := private.next_year_weeks(v_from.starts_on, v_weeks);
  end if;
  if p_document ? 'template' then
    v_terms := public.plan_terms(p_document ->> 'template', (p_document ->> 'year')::int, (p_document ->> 'starts_on')::date);
    v_start := (v_terms ->> 'starts_on')::date;
    v_weeks := array(select jsonb_array_elements_text(v_terms -> 'term_weeks')::int);
  end if;
  begin
    insert into public.allocation_runs (org_id, allocation_plan, name, starts_on, term_weeks, constraints, affinity_profile, minimum_lines, allows_ties, allows_never)
    values (v_from.org_id, v_plan, p_document ->> 'name', v_start, v_weeks,
      case when coalesce((p_document ->> 'constraints')::boolean, true) then v_from.constraints else '[]' end, v_from.affinity_profile,
      v_from.minimum_lines, v_from.allows_ties, v_from.allows_never)
    returning * into v_run;
  exception when unique_violation then -- somebody made it just now
    perform private.refuse_faults(jsonb_build_array(jsonb_build_object('path', 'name',
      'message', format('the plan has another allocation run %s', p_document ->> 'name'))));
  end;

  if coalesce((p_document ->> 'posts')::boolean, true) then
    insert into public.allocation_run_positions (org_id, allocation_run, position, term, posts, minimum_fill)
    select org_id, v_run.id, position, term, posts, minimum_fill from public.allocation_run_positions
    where allocation_run = v_from.id and term <= cardinality(v_weeks);
  end if;

  v_with_lines := coalesce((p_document ->> 'lines')::boolean, false);
  if v_with_lines then
    select coalesce(jsonb_object_agg(id, gen_random_uuid()), '{}') into v_lines
    from public.job_lines where allocation_run = v_from.id and archived_at is null;
    insert into public.job_lines (id, org_id, allocation_run, name, sort_order, is_locked, pathway, affinity, max_n_workers, must_have_workers,
      first_term, last_term)
    select (v_lines ->> l.id::text)::uuid, l.org_id, v_run.id, l.name, l.sort_order, l.is_locked, l.pathway, l.affinity, l.max_n_workers, l.must_have_workers,
      case when l.first_term <= cardinality(v_weeks) then l.first_term end, case when l.last_term < cardinality(v_weeks) then l.last_term end
    from public.job_lines l where v_lines ? l.id::text;
    insert into public.rotations (org_id, allocation_run, job_line, position, term, starts_on, ends_on)
    select r.org_id, v_run.id, (v_lines ->> r.job_line::text)::uuid, r.position, r.term, t.starts_on, t.ends_on
    from public.rotations r join private.terms(v_start, v_weeks) as t on t.term = r.term
    where r.allocation_run = v_from.id and v_lines ? r.job_line::text;
    insert into public.job_line_leave (org_id, allocation_run, job_line, starts_on, ends_on)
    select v.org_id, v_run.id, (v_lines ->> v.job_line::text)::uuid, m.starts_on, m.starts_on + (v.ends_on - v.starts_on)
    from public.job_line_leave v
    cross join lateral (
      select private.moved_start(v.starts_on, v.ends_on, v_from.starts_on, v_from.term_weeks, v_start, v_weeks) as starts_on) as m
    where v.allocation_run = v_from.id and v_lines ? v.job_line::text and m.starts_on is not null;
    insert into public.job_line_remarks (job_line, org_id, allocation_run, notes)
    select (v_lines ->> k.job_line::text)::uuid, k.org_id, v_run.id, k.notes
    from public.job_line_remarks k where k.allocation_run = v_from.id and v_lines ? k.job_line::text and k.notes is not null;
    v_left_out := (select count(*) from public.rotations r where r.allocation_run = v_from.id and v_lines ? r.job_line::text)
      + (select count(*) from public.job_line_leave v where v.allocation_run = v_from.id and v_lines ? v.job_line::text)
      - (select count(*) from public.rotations r where r.allocation_run = v_run.id)
      - (select count(*) from public.job_line_leave v where v.allocation_run = v_run.id);
  end if;

  if coalesce((p_document ->> 'doctors')::boolean, false) then
    select coalesce(jsonb_object_agg(m.id, gen_random_uuid()), '{}') into v_mappings
    from public.allocation_run_worker_mappings m
    join public.workers w on w.id = m.worker and w.erased_at is null
    where m.allocation_run = v_from.id and m.withdrawn_at is null and not exists (
      select from public.worker_qualifications q join public.qualification_tags t on t.id = q.qualification_tag
      where q.worker = w.id and p_document -> 'leave_out' ? t.name);
    insert into public.allocation_run_worker_mappings (id, org_id, allocation_run, worker, fte)
    select (v_mappings ->> m.id::text)::uuid, m.org_id, v_run.id, m.worker, m.fte
    from public.allocation_run_worker_mappings m where v_mappings ? m.id::text;

    insert into public.qualification_tags (org_id, name)
    select distinct v_from.org_id, element ->> 'to' from private.elements(p_document -> 'move_up')
    on conflict (org_id, name) do nothing;
    -- All that go, then all that come: who was PGY1 is PGY2 and not PGY3.
    with moved as (
      delete from public.worker_qualifications q
      using private.elements(p_document -> 'move_up') as u, public.qualification_tags f, public.allocation_run_worker_mappings m
      where f.org_id = v_from.org_id and f.name = u.element ->> 'from' and q.qualification_tag = f.id
        and m.allocation_run = v_run.id and q.worker = m.worker
      returning q.worker, u.element ->> 'to' as name
    )
    select count(*), jsonb_agg(jsonb_build_array(worker, name)) into v_moved, v_terms from moved;
    insert into public.worker_qualifications (org_id, worker, qualification_tag)
    select distinct v_from.org_id, (element ->> 0)::uuid, t.id
    from private.elements(v_terms) join public.qualification_tags t on t.org_id = v_from.org_id and t.name = element ->> 1
    on conflict (worker, qualification_tag) do nothing;
  end if;

  if coalesce((p_document ->> 'preferencers')::boolean, false) then
    insert into public.preferencers (org_id, allocation_run, name, max_job_lines, max_workers)
    select org_id, v_run.id, name, max_job_lines, max_workers from public.preferencers where allocation_run = v_from.id;
    insert into public.preferencer_job_lines (org_id, allocation_run, preferencer, job_line)
    select j.org_id, v_run.id, n.id, (v_lines ->> j.job_line::text)::uuid
    from public.preferencer_job_lines j
    join public.preferencers f on f.id = j.preferencer
    join public.preferencers n on n.allocation_run = v_run.id and n.name = f.name
    where j.allocation_run = v_from.id and v_lines ? j.job_line::text;
  end if;
  insert into public.job_line_eligibility (org_id, allocation_run, job_line, included_qualification_tag_ids,
    excluded_qualification_tag_ids, included_worker_mapping_ids, excluded_worker_mapping_ids)
  select e.org_id, v_run.id, (v_lines ->> e.job_line::text)::uuid, e.included_qualification_tag_ids, e.excluded_qualification_tag_ids,
    array(select (v_mappings ->> i::text)::uuid from unnest(e.included_worker_mapping_ids) as i where v_mappings ? i::text),
    array(select (v_mappings ->> i::text)::uuid from unnest(e.excluded_worker_mapping_ids) as i where v_mappings ? i::text)
  from public.job_line_eligibility e where e.allocation_run = v_from.id and v_lines ? e.job_line::text;

  return jsonb_build_object('allocation_run', v_run.id, 'starts_on', v_run.starts_on, 'ends_on', v_run.ends_on,
    'positions', (select count(distinct position) from public.allocation_run_positions where allocation_run = v_run.id),
    'lines', (select count(*) from public.job_lines where allocation_run = v_run.id), 'part_year', (
      select count(*) from public.job_lines where allocation_run = v_run.id and (first_term is not null or last_term is not null)),
    'left_out', v_left_out,
    'preferencers', (select count(*) from public.preferencers where allocation_run = v_run.id),
    'doctors', (select count(*) from public.allocation_run_worker_mappings where allocation_run = v_run.id), 'moved_up', v_moved);
end
$$;
comment on function public.copy_allocation_run(uuid, jsonb) is
  'A draft for another year from an allocation run: posts, rules, and lines, departments and doctors where wanted.';
revoke all on function public.copy_allocation_run(uuid, jsonb) from public, anon, authenticated, service_role;
grant execute on function public.copy_allocation_run(uuid, jsonb) to authenticated;
