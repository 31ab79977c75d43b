-- Nothing that hangs on a job line is lost: what hangs on lines, counted; lines and allocation runs are archived and come
-- back; matches say when their lines changed; and what is purged in the end.

-- private.require_engine_claim(org): an engine writes for the org of its claim only; whoever else may call is not held up.
-- Called by what receptor_engine calls and what passes by row level security. A role that was set stays readable in a
-- function that is security definer.
create function private.require_engine_claim(p_org_id uuid)
returns void
language plpgsql
stable
set search_path = ''
as $$
begin
  if current_setting('role') = 'receptor_engine' and p_org_id is distinct from fleet.claimed_org_id('planner') then
    raise exception 'This engine has no claim of the org.' using errcode = 'insufficient_privilege';
  end if;
end
$$;
comment on function private.require_engine_claim(uuid) is 'Raises where an engine would write for another org than that of its claim.';
revoke all on function private.require_engine_claim(uuid) from public, anon, authenticated, service_role;

-- private.ranks_at_most(run): how many ranks there are in an allocation run, and of how many doctors, while its window is open and a
-- doctor has begun; no row at any other time. Which lines they are for is the doctors' alone until the window closes: whoever
-- asks what hangs on a line is told this, whichever line it is, and so learns nothing by putting away one line after the other.
-- Called by the functions below and by window_progress().
create function private.ranks_at_most(p_allocation_run uuid)
returns table (ranks bigint, doctors bigint)
language plpgsql
stable
set search_path = ''
as $$
#variable_conflict use_column
begin
  return query
  select (
      select count(*) from public.preference_worker_job_lines r
      where r.allocation_run = ar.id and r.order_preference is not null),
    (select count(distinct r.worker_mapping) from public.preference_worker_job_lines r
     where r.allocation_run = ar.id and r.order_preference is not null)
  from public.allocation_runs ar
  where ar.id = p_allocation_run and ar.status = 'open' and exists (
    select from public.allocation_run_worker_mappings m where m.allocation_run = ar.id and m.begun_at is not null);
end
$$;
comment on function private.ranks_at_most(uuid) is 'How many ranks there are, and of how many doctors, while nobody is told for which lines.';
revoke all on function private.ranks_at_most(uuid) from public, anon, authenticated, service_role;

-- private.line_attachments(run): the lines of an allocation run that are there, with what hangs on each, counted: ranks of
-- doctors, a rule of eligibility, preferencers, weightings, places beside the first, must-have, doctors of matches. While the
-- window is open, every line is one that each of them may have ranked: see private.ranks_at_most().
-- Called by private.losses(), private.lines_at_stake() and planner.require_accepted().
create function private.line_attachments(p_allocation_run uuid)
returns table (
  job_line uuid, is_locked boolean, ranks bigint, eligibility bigint, preferencers bigint, weightings bigint,
  places bigint, must_have bigint, allocations bigint
)
language plpgsql
stable
set search_path = ''
as $$
#variable_conflict use_column
begin
  return query
  select l.id, l.is_locked, coalesce(h.doctors, p.n, 0), (e.job_line is not null)::int::bigint, coalesce(f.n, 0), coalesce(w.n, 0),
         (l.max_n_workers - 1)::bigint, l.must_have_workers::int::bigint, coalesce(a.n, 0)
  from public.job_lines l
  left join private.ranks_at_most(p_allocation_run) h on true
  left join (
    select r.job_line, count(*) as n from public.preference_worker_job_lines r
    where r.allocation_run = p_allocation_run and r.order_preference is not null group by r.job_line) as p on p.job_line = l.id
  left join public.job_line_eligibility e on e.job_line = l.id
  left join (
    select r.job_line, count(*) as n from public.preferencer_job_lines r
    where r.allocation_run = p_allocation_run group by r.job_line) as f on f.job_line = l.id
  left join (
    select r.job_line, count(*) as n from public.allocation_run_preferencer_weightings r
    where r.allocation_run = p_allocation_run group by r.job_line) as w on w.job_line = l.id
  left join (
    select r.job_line, count(*) as n
    from public.allocator_py_allocations r
    join public.allocator_py_runs m on m.id = r.run and m.status = 'COMPLETED'
    where r.allocation_run = p_allocation_run group by r.job_line) as a on a.job_line = l.id
  where l.allocation_run = p_allocation_run and l.archived_at is null;
end
$$;
comment on function private.line_attachments(uuid) is 'What hangs on each job line of an allocation run, counted by kind.';
revoke all on function private.line_attachments(uuid) from public, anon, authenticated, service_role;

-- private.losses(run, lines): what hangs on some lines of an allocation run, counted by kind, as people are asked about it:
--   {lines, ranks, doctors, eligibility, preferencers, weightings, places, must_have, allocations}
-- lines: those that anything hangs on; doctors: who ranked them; the rest see private.line_attachments(). at_most: true beside
-- them: the window is open, and there are no more ranks of no more doctors than that, on whichever lines.
-- Called by private.lines_at_stake(), private.take_snapshot(), private.archive_lines(), restore_job_lines() and private.save_edit().
create function private.losses(p_allocation_run uuid, p_lines uuid[])
returns jsonb
language plpgsql
stable
set search_path = ''
as $$
begin
  return (
  select jsonb_build_object(
    'lines', count(*) filter (
      where a.ranks + a.eligibility + a.preferencers + a.weightings + a.places + a.must_have + a.allocations > 0),
    'ranks', least(coalesce(sum(a.ranks), 0), max(h.ranks)), 'eligibility', coalesce(sum(a.eligibility), 0),
    'preferencers', coalesce(sum(a.preferencers), 0), 'weightings', coalesce(sum(a.weightings), 0),
    'places', coalesce(sum(a.places), 0), 'must_have', coalesce(sum(a.must_have), 0),
    'allocations', coalesce(sum(a.allocations), 0),
    'doctors', coalesce(max(h.doctors), (
      select count(distinct r.worker_mapping) from public.preference_worker_job_lines r
      where r.allocation_run = p_allocation_run and r.job_line = any (p_lines) and r.order_preference is not null)))
    || case when max(h.doctors) > 0 then '{"at_most": true}' else '{}' end::jsonb
  from private.line_attachments(p_allocation_run) a
  left join private.ranks_at_most(p_allocation_run) h on true
  where a.job_line = any (p_lines)
  );
end
$$;
comment on function private.losses(uuid, uuid[]) is 'What hangs on some job lines, counted by kind.';
revoke all on function private.losses(uuid, uuid[]) from public, anon, authenticated, service_role;

-- private.lines_at_stake(run): the lines that something hangs on and that a planner run may replace or change:
-- {lines: [id], losses}, see private.losses(). None for who may not ask for planner runs: they are refused for that.
-- Called by planner.prepare_run(), past row level security: who plans need not see what doctors ranked.
create function private.lines_at_stake(p_allocation_run uuid)
returns jsonb
language plpgsql
stable
security definer
set search_path = ''
as $$
begin
  return (
  with stake as (
    select coalesce(array_agg(a.job_line order by a.job_line), '{}') as lines
    from private.line_attachments(p_allocation_run) a
    join public.allocation_runs ar on ar.id = p_allocation_run
    where not a.is_locked
      and a.ranks + a.eligibility + a.preferencers + a.weightings + a.places + a.must_have + a.allocations > 0
      and ar.org_id in (select private.orgs_with_right('allocationPlanner.create'))
  )
  select jsonb_build_object('lines', to_jsonb(s.lines), 'losses', private.losses(p_allocation_run, s.lines)) from stake s
  );
end
$$;
comment on function private.lines_at_stake(uuid) is 'Job lines that something hangs on and that a planner run may replace.';
revoke all on function private.lines_at_stake(uuid) from public, anon, authenticated, service_role;
grant execute on function private.lines_at_stake(uuid) to authenticated;

-- private.mark_matches(run): completed matches of an allocation run say whether their lines are still those that were given.
-- Called by whatever writes lines; says the truth whoever calls, so that an engine may.
create function private.mark_matches(p_allocation_run uuid)
returns void
language plpgsql
security definer
set search_path = ''
as $$
begin
  update public.allocator_py_runs r
  set lines_changed_at = case when r.lines_changed_at is null then clock_timestamp() end
  where r.allocation_run = p_allocation_run and r.status = 'COMPLETED' and r.lines_fingerprint is not null
    and (r.lines_fingerprint <> allocator.lines_fingerprint(r.id)) = (r.lines_changed_at is null);
end
$$;
comment on function private.mark_matches(uuid) is 'Marks completed matches whose lines changed, and takes the mark from those whose lines are back.';
revoke all on function private.mark_matches(uuid) from public, anon, authenticated, service_role;
grant execute on function private.mark_matches(uuid) to receptor_engine;

-- private.archive_lines(org, run, lines): puts lines away; answers what hung on them, see private.losses(), with how many
-- lines went in all as `archived`.
-- Called by archive_job_lines(), restore_job_lines() and planner.write_lines(). Security definer: what is archived is past
-- the reach of those who archive it.
create function private.archive_lines(p_org_id uuid, p_allocation_run uuid, p_lines uuid[])
returns jsonb
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_losses jsonb;
  v_count int;
begin
  perform private.require_engine_claim(p_org_id);
  v_losses := private.losses(p_allocation_run, p_lines);
  update public.job_lines set archived_at = now()
  where org_id = p_org_id and allocation_run = p_allocation_run and id = any (p_lines) and archived_at is null;
  get diagnostics v_count = row_count;
  return v_losses || jsonb_build_object('archived', v_count);
end
$$;
comment on function private.archive_lines(uuid, uuid, uuid[]) is 'Archives job lines; answers what hung on them.';
revoke all on function private.archive_lines(uuid, uuid, uuid[]) from public, anon, authenticated, service_role;
grant execute on function private.archive_lines(uuid, uuid, uuid[]) to receptor_engine;

-- private.free_line_name(run, name): the name, or, where another line has it by now, the name with a number behind it.
-- Called by private.unarchive_lines().
create function private.free_line_name(p_allocation_run uuid, p_name text)
returns text
language plpgsql
stable
set search_path = ''
as $$
begin
  return (
  select n.name
  from (
    select 1 as number, p_name as name
    union all
    select number, left(p_name, 190) || ' (' || number || ')' from generate_series(2, 1001) as number
  ) as n
  where not exists (
    select from public.job_lines l
    where l.allocation_run = p_allocation_run and l.archived_at is null and l.name = n.name)
  order by n.number
  limit 1
  );
end
$$;
comment on function private.free_line_name(uuid, text) is 'A name for a job line that comes back: its own where it is free.';
revoke all on function private.free_line_name(uuid, text) from public, anon, authenticated, service_role;

-- private.unarchive_lines(run, lines): brings archived lines back with all that hangs on them; how many. RC409 for a line
-- that has other dates than the terms have by now.
-- Called by unarchive_job_lines() and restore_job_lines() (which has brought the dates up to date).
create function private.unarchive_lines(p_allocation_run uuid, p_lines uuid[])
returns int
language plpgsql
set search_path = ''
as $$
declare
  v_line public.job_lines;
  v_count int := 0;
begin
  select l.* into v_line
  from public.job_lines l
  join public.allocation_runs ar on ar.id = l.allocation_run
  join public.rotations r on r.job_line = l.id
  left join lateral private.terms(ar.starts_on, ar.term_weeks) as t on t.term = r.term
  where l.allocation_run = p_allocation_run and l.id = any (p_lines) and l.archived_at is not null
    and (t.starts_on, t.ends_on) is distinct from (r.starts_on, r.ends_on)
  limit 1;
  if found then
    raise exception 'The job line "%" was archived when the terms had other dates, and does not fit those of today. Set the terms back, bring it back, and change them again.', v_line.name
      using errcode = 'RC409';
  end if;
  for v_line in
    select * from public.job_lines
    where allocation_run = p_allocation_run and id = any (p_lines) and archived_at is not null order by sort_order, name, id
  loop
    update public.job_lines
    set archived_at = null, name = private.free_line_name(p_allocation_run, v_line.name)
    where id = v_line.id;
    v_count := v_count + 1;
  end loop;
  return v_count;
end
$$;
comment on function private.unarchive_lines(uuid, uuid[]) is 'Brings archived job lines back; how many.';
revoke all on function private.unarchive_lines(uuid, uuid[]) from public, anon, authenticated, service_role;

-- archive_job_lines(run, lines, reason): puts lines of an allocation run away, all of them or none. What hangs on them goes out of
-- sight with them and comes back with unarchive_job_lines(). Answers {archived, lines, ranks, ...}, see private.losses().
-- Called by UIs. RC409 where a line is gone by now, the run is closed, or a planner run is under way.
create function public.archive_job_lines(p_allocation_run uuid, p_job_lines uuid[], p_reason text default null)
returns jsonb
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_run public.allocation_runs := private.hold_lines(p_allocation_run, 'Archiving job lines');
  v_answer jsonb;
begin
  perform private.require_list(p_job_lines, 'p_job_lines');
  perform private.give_reason(p_reason);
  v_answer := private.archive_lines(v_run.org_id, v_run.id, p_job_lines);
  if (v_answer ->> 'archived')::int <> (select count(distinct id) from unnest(p_job_lines) as id) then
    raise exception 'Some of these job lines are gone; read the roster again.' using errcode = 'RC409';
  end if;
  perform private.mark_matches(v_run.id);
  return v_answer;
end
$$;
comment on function public.archive_job_lines(uuid, uuid[], text) is 'Archives job lines, all or none; answers what hung on them.';
revoke all on function public.archive_job_lines(uuid, uuid[], text) from public, anon, authenticated, service_role;
grant execute on function public.archive_job_lines(uuid, uuid[], text) to authenticated;

-- unarchive_job_lines(run, lines, reason): brings archived lines back with all that hung on them, all of them or none; how many. A
-- line whose name was taken meanwhile comes back with a number behind it.
-- Called by UIs. RC409 as archive_job_lines(), and where a line was purged or does not fit today's terms.
create function public.unarchive_job_lines(p_allocation_run uuid, p_job_lines uuid[], p_reason text default null)
returns int
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_run public.allocation_runs := private.hold_lines(p_allocation_run, 'Bringing job lines back');
  v_lines int;
begin
  perform private.require_list(p_job_lines, 'p_job_lines');
  perform private.give_reason(p_reason);
  v_lines := private.unarchive_lines(v_run.id, p_job_lines);
  if v_lines <> (select count(distinct id) from unnest(p_job_lines) as id) then
    raise exception 'Some of these job lines are not in the archive any more; read it again.' using errcode = 'RC409';
  end if;
  perform private.mark_matches(v_run.id);
  return v_lines;
end
$$;
comment on function public.unarchive_job_lines(uuid, uuid[], text) is 'Brings archived job lines back, all or none; how many.';
revoke all on function public.unarchive_job_lines(uuid, uuid[], text) from public, anon, authenticated, service_role;
grant execute on function public.unarchive_job_lines(uuid, uuid[], text) to authenticated;

-- archived_lines(run): the archive of an allocation run, the newest first: what was put away, with the names of its
-- positions and what hangs on it; ranks: null while the window is open, see private.ranks_at_most().
-- Called by UIs. Nothing for who may not see plans of its org. Security definer: policies hide archived lines.
create function public.archived_lines(p_allocation_run uuid)
returns table (
  id uuid, name text, archived_at timestamptz, is_locked boolean, positions text[], ranks bigint, places int,
  must_have boolean, allocations bigint
)
language sql
stable
security definer
set search_path = ''
as $$
  select l.id, l.name, l.archived_at, l.is_locked,
    array(
      select p.name from public.rotations r join public.positions p on p.id = r.position
      where r.job_line = l.id order by r.term),
    case when not exists (select from private.ranks_at_most(l.allocation_run)) then (
      select count(*) from public.preference_worker_job_lines r where r.job_line = l.id and r.order_preference is not null) end, l.max_n_workers, l.must_have_workers,
    (select count(*) from public.allocator_py_allocations a
     join public.allocator_py_runs m on m.id = a.run and m.status = 'COMPLETED'
     where a.org_id = l.org_id and a.allocation_run = l.allocation_run and a.job_line = l.id)
  from public.job_lines l
  where l.allocation_run = p_allocation_run and l.archived_at is not null
    and l.org_id in (select private.orgs_with_right('allocationPlanner.view'))
  order by l.archived_at desc, l.sort_order, l.name, l.id
$$;
comment on function public.archived_lines(uuid) is 'Archived job lines of an allocation run with what hangs on them.';
revoke all on function public.archived_lines(uuid) from public, anon, authenticated, service_role;
grant execute on function public.archived_lines(uuid) to authenticated;

-- archive_allocation_run(run, reason): puts an allocation run away with all that is in it: nobody sees it until it is brought back.
-- Called by UIs. RC404, 42501; RC409 while a run of an engine is under way.
create function public.archive_allocation_run(p_allocation_run uuid, p_reason text default null)
returns void
language plpgsql
security definer
set search_path = ''
as $$
begin
  perform private.hold_run(p_allocation_run, 'Archiving an allocation run');
  if exists (
    select from public.allocation_planner_runs where allocation_run = p_allocation_run and status in ('PENDING', 'GENERATING')
    union all
    select from public.allocator_py_runs where allocation_run = p_allocation_run and status in ('PENDING', 'GENERATING')
  ) then
    raise exception 'A planner run or a match is under way for this allocation run; cancel it or wait for it.'
      using errcode = 'RC409', hint = 'UNFINISHED_RUN';
  end if;
  perform private.give_reason(p_reason);
  update public.allocation_runs set archived_at = now() where id = p_allocation_run;
end
$$;
comment on function public.archive_allocation_run(uuid, text) is 'Archives an allocation run with all that is in it.';
revoke all on function public.archive_allocation_run(uuid, text) from public, anon, authenticated, service_role;
grant execute on function public.archive_allocation_run(uuid, text) to authenticated;

-- unarchive_allocation_run(run, reason): brings an archived allocation run back, with a number behind its name where that was taken.
-- Called by UIs. RC404, 42501.
create function public.unarchive_allocation_run(p_allocation_run uuid, p_reason text default null)
returns void
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_run public.allocation_runs;
  v_name text;
  v_number int := 1;
begin
  select * into v_run from public.allocation_runs
  where id = p_allocation_run and archived_at is not null
    and org_id in (select private.orgs_with_right('allocationPlanner.view'))
  for update;
  if not found then
    raise exception '%', private.no_such('archived allocation run', p_allocation_run::text) using errcode = 'RC404';
  end if;
  if v_run.org_id not in (select private.orgs_with_right('allocationRun.edit')) then
    raise exception 'Bringing an allocation run back needs the right allocationRun.edit.' using errcode = 'insufficient_privilege';
  end if;
  v_name := v_run.name;
  while exists (
    select from public.allocation_runs r
    where r.allocation_plan = v_run.allocation_plan and r.archived_at is null and r.name = v_name
  ) loop
    v_number := v_number + 1;
    v_name := left(v_run.name, 190) || ' (' || v_number || ')';
  end loop;
  perform private.give_reason(p_reason);
  update public.allocation_runs set archived_at = null, name = v_name where id = p_allocation_run;
end
$$;
comment on function public.unarchive_allocation_run(uuid, text) is 'Brings an archived allocation run back.';
revoke all on function public.unarchive_allocation_run(uuid, text) from public, anon, authenticated, service_role;
grant execute on function public.unarchive_allocation_run(uuid, text) to authenticated;

-- archived_allocation_runs(org): the archived allocation runs of an org, the newest first.
-- Called by UIs. Nothing for who may not see plans of the org. Security definer: policies hide archived runs.
create function public.archived_allocation_runs(p_org uuid)
returns table (id uuid, allocation_plan uuid, name text, starts_on date, archived_at timestamptz, lines bigint, doctors bigint)
language sql
stable
security definer
set search_path = ''
as $$
  select r.id, r.allocation_plan, r.name, r.starts_on, r.archived_at,
    (select count(*) from public.job_lines l where l.allocation_run = r.id and l.archived_at is null),
    (select count(*) from public.allocation_run_worker_mappings m where m.allocation_run = r.id)
  from public.allocation_runs r
  where r.org_id = p_org and r.archived_at is not null
    and r.org_id in (select private.orgs_with_right('allocationPlanner.view'))
  order by r.archived_at desc, r.id
$$;
comment on function public.archived_allocation_runs(uuid) is 'Archived allocation runs of an org.';
revoke all on function public.archived_allocation_runs(uuid) from public, anon, authenticated, service_role;
grant execute on function public.archived_allocation_runs(uuid) to authenticated;

-- private.purge_archived_lines(): deletes archived lines that are kept no longer (private.retention), with what hangs on them, but for
-- lines that a completed match or a result gave to a doctor, and lines that a snapshot of the history names (which restores them with
-- the ranks and places that they had). So what goes are lines that somebody put away by hand and did not miss. The audit
-- log keeps no reference to rows; allocation runs are never purged.
-- Called by private.prune(). Answers how many.
create function private.purge_archived_lines()
returns int
language plpgsql
set search_path = ''
as $$
declare
  v_count int;
begin
  delete from public.job_lines l
  where l.archived_at < private.kept_since('archived lines')
    and not exists (
      select from public.allocator_py_allocations a
      join public.allocator_py_runs m on m.id = a.run and m.status = 'COMPLETED'
      where a.org_id = l.org_id and a.allocation_run = l.allocation_run and a.job_line = l.id)
    and not exists (select from public.job_line_worker_mappings r where r.org_id = l.org_id and r.allocation_run = l.allocation_run and r.job_line = l.id)
    and l.id not in (
      select (line ->> 'id')::uuid
      from public.job_lines_history h
      cross join lateral jsonb_array_elements(h.snapshot) as line
      where h.allocation_run in (
        select o.allocation_run from public.job_lines o where o.archived_at < private.kept_since('archived lines')));
  get diagnostics v_count = row_count;
  return v_count;
end
$$;
comment on function private.purge_archived_lines() is
  'Deletes lines that were archived too long ago and that no completed match and no snapshot names; how many.';
revoke all on function private.purge_archived_lines() from public, anon, authenticated, service_role;
