-- Lines of part of the year: who starts late, and who leaves. A replan from a day on (options.from) goes on from there.

-- private.year_goes_on(): lets this transaction change the rotations of lines that a finalised result gives to doctors:
-- somebody left, a post was lost, and the year goes on. What such a change may touch is said where it is made.
-- Called by planner.commit_run() for a replan from a day on, and by set_job_line_terms().
create function private.year_goes_on()
returns void
language sql
set search_path = ''
as $$ select pg_catalog.set_config('receptor.year_goes_on', 'yes', true) $$;
comment on function private.year_goes_on() is 'Lets a transaction change lines under a finalised result.';
revoke all on function private.year_goes_on() from public, anon, authenticated, service_role;
grant execute on function private.year_goes_on() to receptor_engine;

-- set_job_line_terms(line, first, last, reason): the terms in which a line is worked; null: from the beginning, to the end.
-- Rotations of other terms, and leave in them, go, and their posts are free; what there was stays as a snapshot. A line that
-- is worked longer than before has no rotations there until lines are planned from that day on.
-- Called by UIs, also while its match is finalised: this is how somebody leaves in the middle of the year.
-- Answers {job_line, first_term, last_term, rotations, leave, snapshot}: how many went. RC404 no such line for the caller,
-- 42501 without the right allocationRun.edit, RC400 terms that the year does not have, RC409 as private.hold_lines(), or
-- for a pinned line.
create function public.set_job_line_terms(
  p_job_line uuid, p_first_term int, p_last_term int, p_reason text default null
)
returns jsonb
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_line public.job_lines;
  v_run public.allocation_runs;
  v_terms int;
  v_first int;
  v_last int;
  v_snapshot uuid;
  v_rotations int;
  v_leave int;
begin
  select * into v_line from public.job_lines
  where id = p_job_line and archived_at is null
    and org_id in (select private.orgs_with_right('allocationPlanner.view'));
  if not found then
    raise exception 'There is no job line %.', p_job_line using errcode = 'RC404';
  end if;
  v_run := private.hold_lines(v_line.allocation_run, 'Saying when a job line is worked');
  perform private.give_reason(p_reason);
  v_terms := cardinality(v_run.term_weeks);
  v_first := coalesce(p_first_term, 1);
  v_last := coalesce(p_last_term, v_terms);
  if v_first not between 1 and v_terms then
    perform private.refuse_faults(jsonb_build_array(jsonb_build_object(
      'path', 'p_first_term', 'message', format('must be a term of the year, 1 to %s', v_terms))));
  elsif v_last not between v_first and v_terms then
    perform private.refuse_faults(jsonb_build_array(jsonb_build_object(
      'path', 'p_last_term', 'message', format('must be a term from %s to %s', v_first, v_terms))));
  end if;
  select * into v_line from public.job_lines where id = p_job_line for update;
  if v_line.is_locked then
    raise exception 'The job line "%" is pinned; it stays as it is until it is unpinned.', v_line.name using errcode = 'RC409';
  end if;

  v_snapshot := private.keep_snapshot(v_run.org_id, v_run.id, 'kept', null, auth.uid());
  perform private.year_goes_on();
  delete from public.rotations where job_line = p_job_line and term not between v_first and v_last;
  get diagnostics v_rotations = row_count;
  delete from public.job_line_leave v
  where v.job_line = p_job_line and not exists (
    select from private.terms(v_run.starts_on, v_run.term_weeks) as t
    where t.term between v_first and v_last and v.starts_on between t.starts_on and t.ends_on);
  get diagnostics v_leave = row_count;
  update public.job_lines set
    first_term = case when v_first > 1 then v_first end, last_term = case when v_last < v_terms then v_last end
  where id = p_job_line
  returning * into v_line;
  perform private.mark_matches(v_run.id);
  return jsonb_build_object(
    'job_line', p_job_line, 'first_term', v_line.first_term, 'last_term', v_line.last_term,
    'rotations', v_rotations, 'leave', v_leave, 'snapshot', v_snapshot);
end
$$;
comment on function public.set_job_line_terms(uuid, int, int, text) is
  'Says in which terms a job line is worked; rotations and leave of others go.';
revoke all on function public.set_job_line_terms(uuid, int, int, text) from public, anon, authenticated, service_role;
grant execute on function public.set_job_line_terms(uuid, int, int, text) to authenticated;
