-- A result that was made elsewhere: a file that says who has which line becomes the result of an allocation run, or, where one is
-- finalised, corrections of it. Called by the function roster-exchange with the user's own rights.

-- private.result_moves(run, lines): moves of private.move_doctors() from lines by name: [{worker_mapping, job_line, override}].
-- RC400 with {path, code, message}: a doctor who takes no part (NO_RESULT) or stands there twice (MOVED_TWICE), a line that is not
-- there (JOB_LINE_NOT_FOUND). Called by import_result(). p_lines: see there
create function private.result_moves(p_run public.allocation_runs, p_lines jsonb)
returns jsonb
language plpgsql
set search_path = ''
as $$
declare
  v_moves jsonb;
  v_faults jsonb;
begin
  p_lines := private.fold_document(p_lines);
  perform private.require_shape(jsonb_build_object('lines', p_lines), '{"is": "object", "members": {"lines": {"is": "list", "most": 3000, "must": true,
    "of": {"is": "object", "members": {"doctor": {"is": "text", "most": 320, "must": true}, "line": {"is": "text", "most": 200}}}}}}', 1024 * 1024);
  with told as (
    select e.n - 1 as n, e.item ->> 'doctor' as doctor, e.item ->> 'line' as line, m.id as mapping, l.id as job_line,
           count(*) over (partition by m.id) as times
    from jsonb_array_elements(p_lines) with ordinality as e (item, n)
    left join public.workers w on w.org_id = p_run.org_id and lower(w.email) = lower(e.item ->> 'doctor') and w.erased_at is null
    left join public.allocation_run_worker_mappings m on m.worker = w.id and m.allocation_run = p_run.id and m.withdrawn_at is null
    left join public.job_lines l on l.allocation_run = p_run.id and l.archived_at is null and l.name = e.item ->> 'line'
  ), fault as (
    select format('lines[%s].doctor', n) as path, 'NO_RESULT' as code, 'the doctor takes no part in this allocation run' as message from told where mapping is null
    union all
    select format('lines[%s].doctor', n), 'MOVED_TWICE', 'the doctor is there twice' from told where mapping is not null and times > 1
    union all
    select format('lines[%s].line', n), 'JOB_LINE_NOT_FOUND', 'there is no such job line in the allocation run' from told where line is not null and job_line is null
  )
  select
    (select coalesce(jsonb_agg(jsonb_build_object('worker_mapping', t.mapping, 'job_line', t.job_line, 'override', true) order by t.n), '[]') from told t),
    (select coalesce(jsonb_agg(to_jsonb(f)), '[]') from (select * from fault limit 50) as f)
  into v_moves, v_faults;
  perform private.refuse_faults(v_faults);
  return v_moves;
end
$$;
comment on function private.result_moves(public.allocation_runs, jsonb) is 'Who gets which line by a result that was made elsewhere.';
revoke all on function private.result_moves(public.allocation_runs, jsonb) from public, anon, authenticated, service_role;

-- private.result_import(run, before, broken): what became of a result, by names: {version, placed, unplaced, changes, broken}, see
-- there. Called by import_result(). p_before: {<worker mapping>: line or null}; p_broken: [{worker_mapping, job_line, code, message}]
create function private.result_import(p_run public.allocation_runs, p_before jsonb, p_broken jsonb)
returns jsonb
language sql
stable
set search_path = ''
as $$
  with result as (
    select r.worker_mapping, r.version, r.job_line, w.email, l.name as line, b.name as before
    from public.job_line_worker_mappings r
    join public.allocation_run_worker_mappings m on m.id = r.worker_mapping
    join public.workers w on w.id = m.worker
    left join public.job_lines l on l.id = r.job_line
    left join public.job_lines b on b.id = (p_before ->> r.worker_mapping::text)::uuid
    where r.allocation_run = p_run.id and r.superseded_at is null
  )
  select jsonb_build_object('version', max(version), 'placed', count(job_line), 'unplaced', count(*) - count(job_line),
    'changes', coalesce(jsonb_agg(jsonb_build_object('doctor', email, 'before', before, 'after', line) order by email)
      filter (where line is distinct from before), '[]'),
    'broken', (
      select coalesce(jsonb_agg(jsonb_build_object('doctor', r.email, 'line', l.name, 'code', f -> 'code', 'message', f -> 'message')
        order by r.email, f ->> 'code', l.name), '[]')
      from jsonb_array_elements(p_broken) as f
      left join result r on r.worker_mapping = (f ->> 'worker_mapping')::uuid
      left join public.job_lines l on l.id = (f ->> 'job_line')::uuid))
  from result
$$;
comment on function private.result_import(public.allocation_runs, jsonb, jsonb) is 'What an import made of a result, by names.';
revoke all on function private.result_import(public.allocation_runs, jsonb, jsonb) from public, anon, authenticated, service_role;

-- import_result(run, lines, reason, override, dry_run, preview): a result that was made elsewhere. Where none is finalised it becomes the
-- result, seen by nobody until release_result(); doctors whom it does not name have no line. Where one is, it corrects that: doctors
-- whom it does not name keep what they have, and who has seen theirs is told by e-mail. With dry_run all of it is undone again.
-- What it breaks is listed, each rule with its doctor and line (see private.placing_faults(), LINKED as well), and refused unless
-- p_override says that it stands all the same: then it is marked on the result, with the reason.
-- Called by the function roster-exchange. RC404, 42501, RC400 (see private.result_moves(); and what it breaks), RC409 WINDOW_OPEN, NO_RESULT.
-- p_lines: [{doctor: e-mail address, line: name or null}]
-- Answers {first, version, placed, unplaced, changes: [{doctor, before, after}], broken: [{doctor, line, code, message}]}, by names.
create function public.import_result(
  p_allocation_run uuid, p_lines jsonb, p_reason text default null, p_override boolean default false, p_dry_run boolean default true,
  p_preview text default null
)
returns jsonb
language plpgsql
security definer
set search_path = ''
set statement_timeout = '60s'
as $$
declare
  v_run public.allocation_runs := private.hold_result(p_allocation_run, 'Importing a result', false);
  v_first boolean := not private.is_finalised(v_run.id);
  v_reason text := coalesce(private.give_reason(p_reason), 'As it was agreed elsewhere.');
  v_moves jsonb := private.result_moves(v_run, p_lines);
  v_before jsonb;
  v_broken jsonb;
  v_answer jsonb;
begin
  p_override := coalesce(p_override, false);
  p_dry_run := coalesce(p_dry_run, true);
  select coalesce(jsonb_object_agg(r.worker_mapping, r.job_line), '{}') into v_before
  from public.job_line_worker_mappings r where r.allocation_run = v_run.id and r.superseded_at is null;
  begin
    if v_first then
      if private.window_keeps_wishes(v_run.id) then
        raise exception 'Doctors are still saying what they want: close the window first.' using errcode = 'RC409', hint = 'WINDOW_OPEN';
      end if;
      perform private.begin_result(v_run, v_moves);
      select coalesce(jsonb_agg(to_jsonb(f)), '[]') into v_broken from private.standing_faults(v_run) f;
      perform private.set_rules_aside(v_run.id, v_broken, v_reason);
    else
      -- Who keeps their line is not moved.
      select coalesce(jsonb_agg(m order by n), '[]') into v_moves
      from jsonb_array_elements(v_moves) with ordinality as e (m, n)
      where not v_before ? (m ->> 'worker_mapping') or v_before -> (m ->> 'worker_mapping') is distinct from m -> 'job_line';
      select coalesce(jsonb_agg(jsonb_build_object('worker_mapping', v_moves -> f.n -> 'worker_mapping',
        'job_line', v_moves -> f.n -> 'job_line', 'code', f.code, 'message', f.message)), '[]')
      into v_broken from private.result_faults(v_run, v_moves) f;
      perform private.tell_of_version(v_run.id, (private.move_doctors(v_run, v_moves, v_reason) ->> 'version')::int);
    end if;
    if not (p_dry_run or p_override) then
      perform private.refuse_faults((
        select coalesce(jsonb_agg(jsonb_build_object('path', concat_ws('.', 'lines', w.email), 'code', f -> 'code', 'message', f -> 'message')), '[]')
        from jsonb_array_elements(v_broken) as f
        left join public.allocation_run_worker_mappings m on m.id = (f ->> 'worker_mapping')::uuid
        left join public.workers w on w.id = m.worker));
    end if;
    v_answer := private.result_import(v_run, v_before, v_broken) || jsonb_build_object('first', v_first);
    v_answer := v_answer || jsonb_build_object('preview', md5(v_answer::text));
    perform private.require_previewed(p_preview, v_answer ->> 'preview');
    if p_dry_run then
      raise exception 'undone' using errcode = 'RC0DR';
    end if;
  exception when sqlstate 'RC0DR' then
    null;
  end;
  return v_answer;
end
$$;
comment on function public.import_result(uuid, jsonb, text, boolean, boolean, text) is
  'A result that was made elsewhere: who has which line, and every rule that breaks; with dry_run it is undone again.';
revoke all on function public.import_result(uuid, jsonb, text, boolean, boolean, text) from public, anon, authenticated, service_role;
grant execute on function public.import_result(uuid, jsonb, text, boolean, boolean, text) to authenticated;
