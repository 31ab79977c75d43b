-- What users do with planner runs: ask for one, and cancel it.

-- request_planner_run(...): the request of a planner in one transaction, with the caller's own rights.
-- Called by the function planner-orchestration with the user's JWT. Answers {outcome, run?}:
--   created     the run is inserted and queued
--   replayed    the idempotency key came before with the same request: that run
--   key_reused  the key came before with another request: that run
--   unfinished  the allocation run has an unfinished planner run: that one
--   not_found   no such allocation run for this user
--   finalised   the match of the allocation run is finalised, and its lines would be replaced
--   would_lose  lines that something hangs on would be replaced or changed, and p_run does not say yes to it: `losses` counts
--               what hangs on them, see private.losses()
-- A request of another shape raises RC400, with {path, message} of each fault as the detail.
-- Without the right allocationPlanner.create (or allocationRun.edit, to save constraints) it raises 42501.
-- p_run: {allocation_run, n_job_lines, constraints, options, accept_losses?, reason?}; p_request: the request as it came, for comparison.
-- `reason` stands in the audit log with the run.
-- Constraints that are to be saved are so when the lines are written, and not before: see planner.commit_run().
-- p_seen: {constraints} of the allocation run as they were read by whoever saves others; RC409 CHANGED_MEANWHILE where they are others by
-- now, but for those that are to be saved.
create function public.request_planner_run(
  p_run jsonb,
  p_request jsonb,
  p_idempotency_key text default null,
  p_save_constraints boolean default false,
  p_seen jsonb default null
)
returns jsonb
language plpgsql
set search_path = ''
as $$
declare
  v_allocation_run uuid;
  v_run public.allocation_planner_runs;
  v_outcome text;
  v_losses text;
begin
  p_save_constraints := coalesce(p_save_constraints, false);
  perform private.require_key(p_idempotency_key);
  perform private.require_request(p_run, p_request, 'planner');
  perform private.give_reason(p_run ->> 'reason');
  v_allocation_run := (p_run ->> 'allocation_run')::uuid;
  -- The run that stood in the way may end before it is read; then there is room for this one.
  for attempt in 1..3 loop
    begin
      insert into public.allocation_planner_runs
        (allocation_run, n_job_lines, constraints, options, request, idempotency_key, save_constraints, accept_losses)
      select v_allocation_run, (p_run ->> 'n_job_lines')::int, p_run -> 'constraints',
             p_run -> 'options', p_request, p_idempotency_key, p_save_constraints,
             coalesce((p_run ->> 'accept_losses')::boolean, false)
      where p_idempotency_key is null or not exists (
        select from public.allocation_planner_runs
        where requested_by = (select auth.uid()) and idempotency_key = p_idempotency_key
      )
      returning * into v_run;
      v_outcome := 'created';
      exit when found;
    exception
      when sqlstate 'RC404' then return jsonb_build_object('outcome', 'not_found');
      when sqlstate 'RC409' then return jsonb_build_object('outcome', 'finalised');
      when sqlstate 'RC4WL' then
        get stacked diagnostics v_losses = pg_exception_detail;
        -- One that is under way has the first word: what it does is not known yet.
        select * into v_run from public.allocation_planner_runs
        where allocation_run = v_allocation_run and status in ('PENDING', 'GENERATING');
        v_outcome := 'unfinished';
        exit when found;
        return jsonb_build_object('outcome', 'would_lose', 'losses', v_losses::jsonb);
      when unique_violation then null;
    end;

    -- The key came before (it wins), or another run for this allocation run is unfinished.
    select * into v_run from public.allocation_planner_runs
    where requested_by = (select auth.uid()) and idempotency_key = p_idempotency_key;
    v_outcome := case when v_run.request = p_request then 'replayed' else 'key_reused' end;
    exit when found;
    select * into v_run from public.allocation_planner_runs
    where allocation_run = v_allocation_run and status in ('PENDING', 'GENERATING');
    v_outcome := 'unfinished';
    exit when found;
  end loop;

  if v_run.id is null then
    raise exception 'Other requests for this allocation run came in between; try again.'
      using errcode = 'serialization_failure';
  end if;

  -- Now that the run is there nobody saves other rules until its own are, see planner.refuse_lost_rules(); who did so just before
  -- is waited for.
  if v_outcome = 'created' and p_save_constraints and v_run.options -> 'dry_run' is distinct from 'true' then
    perform private.require_unchanged(jsonb_build_object('constraints', a.constraints), p_seen, 'the rules')
    from (select constraints from public.allocation_runs where id = v_allocation_run for no key update) as a
    where a.constraints <> v_run.constraints;
  end if;
  return jsonb_build_object('outcome', v_outcome, 'run', to_jsonb(v_run));
end
$$;
comment on function public.request_planner_run(jsonb, jsonb, text, boolean, jsonb) is
  'Inserts a planner run and its search job under the caller''s rights; idempotent by key.';
revoke all on function public.request_planner_run(jsonb, jsonb, text, boolean, jsonb)
  from public, anon, authenticated, service_role;
grant execute on function public.request_planner_run(jsonb, jsonb, text, boolean, jsonb) to authenticated;

-- cancel_planner_run(run): ends an unfinished run as CANCELLED and answers the run; null when there is none for the caller.
-- Called by planner-orchestration (DELETE) and by UIs. A run that has ended stays as it is.
-- Security definer, because users may not write status; the right is checked first.
create function public.cancel_planner_run(p_planner_run uuid)
returns jsonb
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_run public.allocation_planner_runs;
begin
  select * into v_run from public.allocation_planner_runs
  where id = p_planner_run
    and org_id in (select private.orgs_with_right('allocationPlanner.view'));
  if not found then
    return null;
  end if;
  if v_run.org_id not in (select private.orgs_with_right('allocationPlanner.create')) then
    raise exception 'Cancelling a planner run needs the right allocationPlanner.create.'
      using errcode = 'insufficient_privilege';
  end if;
  perform fleet.cancel_job('planner', p_planner_run);
  select * into v_run from public.allocation_planner_runs where id = p_planner_run;
  return to_jsonb(v_run);
end
$$;
comment on function public.cancel_planner_run(uuid) is 'Cancels an unfinished planner run; returns the run, or null where the caller sees none.';
revoke all on function public.cancel_planner_run(uuid) from public, anon, authenticated, service_role;
grant execute on function public.cancel_planner_run(uuid) to authenticated;
