-- The orchestration of projects: a tick looks at every active project, ends and begins phases, adds up what they cost, and keeps to the
-- budget. It may be called at any time and twice at once: what it does follows from the rows, which it locks.

-- prime_search.tell_project(project, type, summary, detail): an event of a project; of more than 500 the oldest go.
-- Called by what follows here.
create function prime_search.tell_project(p_project public.projects, p_type text, p_summary text, p_detail jsonb default '{}')
returns void
language plpgsql
security definer
set search_path = ''
as $$
begin
  insert into public.project_events (org_id, project_id, event_type, summary, detail)
  values ((p_project).org_id, (p_project).id, p_type, left(p_summary, 2000), p_detail);
  delete from public.project_events
  where project_id = (p_project).id
    and id <= (select id from public.project_events where project_id = (p_project).id order by id desc offset 500 limit 1);
end
$$;
comment on function prime_search.tell_project(public.projects, text, text, jsonb) is 'Writes an event of a project.';
revoke all on function prime_search.tell_project(public.projects, text, text, jsonb) from public, anon, authenticated, service_role;

-- prime_search.tell_once(project, type, summary, detail): the same, unless the project's last event of that type and phase says it already: of what
-- stays as it is, a tick tells once. Called by what follows here.
create function prime_search.tell_once(p_project public.projects, p_type text, p_summary text, p_detail jsonb default '{}')
returns void
language plpgsql
security definer
set search_path = ''
as $$
begin
  if p_summary is distinct from (
    select e.summary from public.project_events e
    where e.project_id = (p_project).id and e.event_type = p_type and e.detail -> 'phase' is not distinct from p_detail -> 'phase'
    order by e.id desc limit 1
  ) then
    perform prime_search.tell_project(p_project, p_type, p_summary, p_detail);
  end if;
end
$$;
comment on function prime_search.tell_once(public.projects, text, text, jsonb) is 'Writes an event of a project that was not the last of its kind.';
revoke all on function prime_search.tell_once(public.projects, text, text, jsonb) from public, anon, authenticated, service_role;

-- prime_search.rate_of(project): dollars a core hour. Called by what adds costs up.
create function prime_search.rate_of(p_project public.projects)
returns numeric
language sql
immutable
set search_path = ''
as $$
  select coalesce(((p_project).budget ->> 'cloud_rate_usd_per_core_hour')::numeric, 0.04)
$$;
comment on function prime_search.rate_of(public.projects) is 'What a core hour costs a project, in dollars.';
revoke all on function prime_search.rate_of(public.projects) from public, anon, authenticated, service_role;

-- prime_search.add_up_project(project): totals of phases and project, from the blocks of their searches. What was found and tested is
-- that of the latest search of each phase, so that a phase that is tried again counts once; what it cost is of all of them. A block that a
-- node worked costs what it was worth by the model of costs (its credit, seconds of CPU): what a machine says that it took is not believed.
-- Writes nothing where they are what they were. Called by the tick, direct_project() and set_project_budget().
create function prime_search.add_up_project(p_project bigint)
returns void
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_project public.projects;
begin
  select * into strict v_project from public.projects where id = p_project for update;
  update public.project_phases p set
    total_tested = t.tested, total_found = t.found, total_core_hours = t.core_hours,
    total_cost_usd = round((t.core_hours * prime_search.rate_of(v_project))::numeric, 6)
  from (
    select ph.id,
      coalesce(sum(b.tested) filter (where r.number = ph.search_job_id), 0) as tested,
      coalesce(sum(b.found) filter (where r.number = ph.search_job_id), 0) as found,
      coalesce(sum(b.cpu_ms + 1000 * coalesce(n.credit, 0)), 0)::numeric / 3600000 as core_hours
    from public.project_phases ph
    left join public.prime_search_runs r on r.project_phase = ph.id
    left join public.prime_search_blocks b on b.run = r.id
    left join public.node_block_results n on n.block_id = b.id and n.status = 'verified'
    where ph.project_id = p_project
    group by ph.id
  ) as t
  where p.id = t.id and (p.total_tested, p.total_found, p.total_core_hours) is distinct from (t.tested, t.found, t.core_hours)
    or p.id = t.id and p.total_cost_usd is distinct from round((t.core_hours * prime_search.rate_of(v_project))::numeric, 6);
  update public.projects p set
    total_tested = t.tested, total_found = t.found, total_core_hours = t.core_hours, total_cost_usd = t.cost,
    best_prime_id = best.id, best_digits = coalesce(best.digits, 0), updated_at = clock_timestamp()
  from (
    select coalesce(sum(total_tested), 0) as tested, coalesce(sum(total_found), 0) as found,
           coalesce(sum(total_core_hours), 0) as core_hours, coalesce(sum(total_cost_usd), 0) as cost
    from public.project_phases where project_id = p_project
  ) as t
  left join lateral (
    select pr.id, pr.digits
    from public.project_phases ph
    join public.prime_search_runs r on r.project_phase = ph.id
    join public.prime_search_finds f on f.run = r.id
    join public.primes pr on pr.id = f.prime_id
    where ph.project_id = p_project
    order by pr.digits desc, pr.id limit 1
  ) as best on true
  where p.id = p_project and (p.total_tested, p.total_found, p.total_core_hours, p.total_cost_usd, p.best_prime_id)
    is distinct from (t.tested, t.found, t.core_hours, t.cost, best.id);
end
$$;
comment on function prime_search.add_up_project(bigint) is 'Adds up what a project has tested, found and cost.';
revoke all on function prime_search.add_up_project(bigint) from public, anon, authenticated, service_role;

-- prime_search.end_phase(phase, status, error): ends a phase, with what is left of its search. Called by the tick and by direct_project().
create function prime_search.end_phase(p_phase public.project_phases, p_status text, p_error text default null)
returns void
language plpgsql
security definer
set search_path = ''
as $$
begin
  update public.project_phases set status = p_status, completed_at = clock_timestamp(), error = p_error where id = (p_phase).id;
  perform fleet.cancel_job('prime_search', r.id)
  from public.prime_search_runs r where r.number = (p_phase).search_job_id and r.finished_at is null;
end
$$;
comment on function prime_search.end_phase(public.project_phases, text, text) is 'Ends a phase and its search.';
revoke all on function prime_search.end_phase(public.project_phases, text, text) from public, anon, authenticated, service_role;

-- prime_search.is_met(phase): whether the completion condition of an active phase holds before all its blocks are done.
-- Called by the tick, after totals were added up.
create function prime_search.is_met(p_phase public.project_phases)
returns boolean
language sql
stable
security definer
set search_path = ''
as $$
  select case split_part((p_phase).completion_condition, ':', 1)
    when 'first_prime_found' then (p_phase).total_found >= 1
    when 'n_primes_found' then (p_phase).total_found >= split_part((p_phase).completion_condition, ':', 2)::bigint
    when 'target_digits_reached' then exists (
      select from public.prime_search_runs r
      join public.prime_search_finds f on f.run = r.id
      join public.primes pr on pr.id = f.prime_id
      where r.number = (p_phase).search_job_id and pr.digits >= split_part((p_phase).completion_condition, ':', 2)::bigint)
    when 'timeout_hours' then
      -- A pause uses none of it up, be it the project's or the search's.
      clock_timestamp() >= (p_phase).started_at + split_part((p_phase).completion_condition, ':', 2)::numeric * interval '1 hour'
        + (select fleet.time_paused('prime_search', r.id) from public.prime_search_runs r where r.number = (p_phase).search_job_id)
    when 'budget_reached' then (p_phase).total_cost_usd >= split_part((p_phase).completion_condition, ':', 2)::numeric
    else false end
$$;
comment on function prime_search.is_met(public.project_phases) is 'Whether a phase is complete although blocks are left.';
revoke all on function prime_search.is_met(public.project_phases) from public, anon, authenticated, service_role;

-- prime_search.finish_phases(project): ends active phases whose search has ended or whose condition holds, and gives those that found
-- nothing the extension that was planned for them. Called by the tick.
create function prime_search.finish_phases(p_project public.projects)
returns void
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_phase public.project_phases;
  v_run public.prime_search_runs;
  v_next jsonb;
  v_name text;
begin
  for v_phase in
    select * from public.project_phases where project_id = (p_project).id and status = 'active' order by phase_order
  loop
    v_run := null;
    select * into v_run from public.prime_search_runs where number = v_phase.search_job_id;
    if v_run.status is null or v_run.status in ('FAILED', 'CANCELLED') then
      perform prime_search.end_phase(v_phase, 'failed', coalesce(v_run.error_message,
        case when v_run.status is null then 'Its search is gone.' else 'Its search was cancelled.' end));
      perform prime_search.tell_project(p_project, 'phase_failed', format('Phase %s failed: %s', v_phase.name,
        coalesce(v_run.error_message, 'its search was cancelled')), jsonb_build_object('phase', v_phase.name, 'search_job_id', v_phase.search_job_id,
        'missing', coalesce(v_run.result -> 'missing', '[]')));
    elsif v_run.status = 'COMPLETED' or prime_search.is_met(v_phase) then
      perform prime_search.end_phase(v_phase, 'completed');
      perform prime_search.tell_project(p_project, 'phase_completed', format('Phase %s is complete: %s found in %s tested', v_phase.name,
        v_phase.total_found, v_phase.total_tested), jsonb_build_object('phase', v_phase.name, 'found', v_phase.total_found,
        'tested', v_phase.total_tested, 'cost_usd', v_phase.total_cost_usd, 'condition', v_phase.completion_condition,
        'all_blocks_done', v_run.status = 'COMPLETED'));
      v_next := v_phase.extensions -> 0;
      if v_run.status = 'COMPLETED' and v_phase.total_found = 0 and v_next is not null then
        -- Of a long name the beginning: what follows has to fit, and no other phase may be called so.
        select b.base || '-extend' || case when n > 1 then '-' || n else '' end into v_name
        from rtrim(left(v_phase.name, 85), '-_') as b (base) cross join generate_series(1, 9999) as n
        where not exists (
          select from public.project_phases ph
          where ph.project_id = v_phase.project_id and ph.name = b.base || '-extend' || case when n > 1 then '-' || n else '' end)
        order by n limit 1;
        insert into public.project_phases (org_id, project_id, name, description, phase_order, form, search_params, block_size, candidates,
          depends_on, completion_condition, extensions, extends)
        select v_phase.org_id, v_phase.project_id, v_name, 'The span behind ' || v_phase.name || ', which found nothing.',
               (select max(phase_order) + 1 from public.project_phases where project_id = v_phase.project_id), v_phase.form,
               v_next -> 'search_params', (v_next ->> 'block_size')::bigint, (v_next ->> 'candidates')::bigint,
               array[v_phase.name], v_phase.completion_condition, v_phase.extensions - 0, v_phase.name;
        perform prime_search.tell_project(p_project, 'phase_generated', format('Phase %s found nothing and is extended by %s', v_phase.name,
          v_name), jsonb_build_object('phase', v_phase.name, 'search_params', v_next -> 'search_params'));
      end if;
    end if;
  end loop;
end
$$;
comment on function prime_search.finish_phases(public.projects) is 'Ends phases that are complete or failed, and extends those that found nothing.';
revoke all on function prime_search.finish_phases(public.projects) from public, anon, authenticated, service_role;

-- prime_search.start_phase(project, phase): makes the phase's search, for whoever asked for the project. Called by start_phases().
create function prime_search.start_phase(p_project public.projects, p_phase public.project_phases)
returns void
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_number bigint;
begin
  insert into public.prime_search_runs (org_id, form, params, candidates, block_size, blocks, max_concurrent_blocks, requested_by, request,
    project_id, project_phase)
  values ((p_phase).org_id, (p_phase).form, (p_phase).search_params, (p_phase).candidates, (p_phase).block_size,
    ceil((p_phase).candidates::numeric / (p_phase).block_size), least(((p_project).workers ->> 'max')::int, 100), (p_project).requested_by,
    jsonb_build_object('project', (p_project).id, 'phase', (p_phase).name), (p_project).id, (p_phase).id)
  returning number into v_number;
  update public.project_phases set
    status = 'active', search_job_id = v_number, attempts = attempts + 1, started_at = clock_timestamp(), completed_at = null, error = null
  where id = (p_phase).id;
  perform prime_search.tell_project(p_project, 'phase_activated', format('Phase %s began: %s candidates', (p_phase).name, (p_phase).candidates),
    jsonb_build_object('phase', (p_phase).name, 'search_job_id', v_number));
end
$$;
comment on function prime_search.start_phase(public.projects, public.project_phases) is 'Begins a phase.';
revoke all on function prime_search.start_phase(public.projects, public.project_phases) from public, anon, authenticated, service_role;

-- prime_search.may_start(phase, found): start, wait or skip, by the activation condition of a phase whose dependencies are done.
-- p_found: what they found; p_started_at: of the project, later by as long as it was paused. Called by start_phases().
create function prime_search.may_start(p_condition text, p_found bigint, p_started_at timestamptz)
returns text
language sql
stable
set search_path = ''
as $$
  select case split_part(coalesce(p_condition, ''), ':', 1)
    when 'previous_phase_found_zero' then case when p_found = 0 then 'start' else 'skip' end
    when 'previous_phase_found_prime' then case when p_found > 0 then 'start' else 'skip' end
    when 'time_since_start' then case when clock_timestamp() >= p_started_at + split_part(p_condition, ':', 2)::numeric * interval '1 hour'
      then 'start' else 'wait' end
    else 'start' end
$$;
comment on function prime_search.may_start(text, bigint, timestamptz) is 'Whether a phase is to start, to wait or to be skipped.';
revoke all on function prime_search.may_start(text, bigint, timestamptz) from public, anon, authenticated, service_role;

-- prime_search.lacking(project): what a project asks of the fleet and does not get; null: nothing. Called by start_phases().
create function prime_search.lacking(p_project public.projects)
returns text
language sql
stable
security definer
set search_path = ''
as $$
  select case when not t.enabled then 'searching for primes is switched off'
    when ((p_project).infrastructure ->> 'requires_gpu')::boolean then 'it requires a GPU, and isolates have none'
    when ((p_project).infrastructure ->> 'min_cores')::numeric > t.max_concurrent_blocks then format('it requires %s cores, and %s isolates may work on a search',
      (p_project).infrastructure ->> 'min_cores', t.max_concurrent_blocks) end
  from fleet.search_types t where t.search_type = 'prime_search'
$$;
comment on function prime_search.lacking(public.projects) is 'What the fleet lacks for a project.';
revoke all on function prime_search.lacking(public.projects) from public, anon, authenticated, service_role;

-- prime_search.start_phases(project, begin): skips pending phases whose dependencies are done and whose condition does not hold, and, where it is
-- to, begins the others; how many were skipped. A phase that was skipped is done; one that failed is not, until it is tried again, skipped or
-- completed by hand. Called by the tick.
create function prime_search.start_phases(p_project public.projects, p_begin boolean)
returns int
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_phase public.project_phases;
  v_lacking text := prime_search.lacking(p_project);
  v_found bigint;
  v_skipped int := 0;
begin
  for v_phase in
    select * from public.project_phases p
    where p.project_id = (p_project).id and p.status = 'pending'
      and not exists (
        select from public.project_phases d
        where d.project_id = p.project_id and d.name = any (p.depends_on) and d.status not in ('completed', 'skipped'))
    order by p.phase_order
  loop
    -- The phases before it: those that it depends on, or else the one before it in order.
    select coalesce(sum(d.total_found), 0) into v_found from public.project_phases d
    where d.project_id = v_phase.project_id and case when v_phase.depends_on = '{}'
      then d.phase_order = (select max(o.phase_order) from public.project_phases o
                            where o.project_id = v_phase.project_id and o.phase_order < v_phase.phase_order)
      else d.name = any (v_phase.depends_on) end;
    case prime_search.may_start(v_phase.activation_condition, v_found, (p_project).started_at + (p_project).paused)
      when 'skip' then
        perform prime_search.end_phase(v_phase, 'skipped');
        perform prime_search.tell_project(p_project, 'phase_skipped', format('Phase %s is skipped: %s does not hold', v_phase.name,
          v_phase.activation_condition), jsonb_build_object('phase', v_phase.name));
        v_skipped := v_skipped + 1;
      when 'start' then
        if not p_begin then
          null;
        elsif v_lacking is not null then
          perform prime_search.tell_once(p_project, 'fleet_insufficient', format('Phase %s waits: %s', v_phase.name, v_lacking),
            jsonb_build_object('phase', v_phase.name));
        else
          perform prime_search.start_phase(p_project, v_phase);
        end if;
      else null;
    end case;
  end loop;
  return v_skipped;
end
$$;
comment on function prime_search.start_phases(public.projects, boolean) is 'Begins or skips the phases whose turn it is.';
revoke all on function prime_search.start_phases(public.projects, boolean) from public, anon, authenticated, service_role;

-- prime_search.pause_phases(project, pause): pauses the searches of a project, or resumes them. Called by the tick and by direct_project().
create function prime_search.pause_phases(p_project bigint, p_pause boolean)
returns void
language plpgsql
security definer
set search_path = ''
as $$
begin
  update public.project_phases set status = case when p_pause then 'paused' else 'active' end
  where project_id = p_project and status = case when p_pause then 'active' else 'paused' end;
  perform prime_search.pause_run(r.id, p_pause) from (
    select r.id from public.project_phases ph join public.prime_search_runs r on r.number = ph.search_job_id
    where ph.project_id = p_project and r.finished_at is null order by r.number) as r;
end
$$;
comment on function prime_search.pause_phases(bigint, boolean) is 'Pauses or resumes the searches of a project.';
revoke all on function prime_search.pause_phases(bigint, boolean) from public, anon, authenticated, service_role;

-- prime_search.is_over_budget(project): whether it has spent what it may spend, and something is left that would cost more: what is all done is
-- not held up by its price. Called by the tick, direct_project() and agents.perform().
create function prime_search.is_over_budget(p_project public.projects)
returns boolean
language sql
stable
security definer
set search_path = ''
as $$
  select coalesce((p_project).total_cost_usd >= ((p_project).budget ->> 'max_cost_usd')::numeric, false) and exists (
    select from public.project_phases p left join public.prime_search_runs r on r.number = p.search_job_id
    where p.project_id = (p_project).id
      and (p.status = 'pending' or p.status in ('active', 'paused') and r.finished_at is null))
$$;
comment on function prime_search.is_over_budget(public.projects) is 'Whether a project has spent its budget.';
revoke all on function prime_search.is_over_budget(public.projects) from public, anon, authenticated, service_role;

-- prime_search.keep_budget(project): stops a project that has spent its budget, and alerts once of one that comes close.
-- Answers whether the project goes on. Called by the tick.
create function prime_search.keep_budget(p_project public.projects)
returns boolean
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_alert numeric := ((p_project).budget ->> 'cost_alert_threshold_usd')::numeric;
begin
  if v_alert is not null and (p_project).total_cost_usd >= v_alert and (p_project).budget_alerted_at is null then
    update public.projects set budget_alerted_at = clock_timestamp() where id = (p_project).id;
    perform prime_search.tell_project(p_project, 'budget_alert', format('%s dollars are spent, and %s is the threshold of the alert',
      round((p_project).total_cost_usd, 4), v_alert), jsonb_build_object('cost_usd', (p_project).total_cost_usd));
  end if;
  if not prime_search.is_over_budget(p_project) then
    return true;
  end if;
  update public.projects set status = 'paused', updated_at = clock_timestamp() where id = (p_project).id;
  perform prime_search.pause_phases((p_project).id, true);
  perform prime_search.tell_project(p_project, 'budget_exceeded', format('The budget of %s dollars is spent: the project is paused',
    (p_project).budget ->> 'max_cost_usd'), jsonb_build_object('cost_usd', (p_project).total_cost_usd));
  return false;
end
$$;
comment on function prime_search.keep_budget(public.projects) is 'Alerts of costs, and pauses a project whose budget is spent.';
revoke all on function prime_search.keep_budget(public.projects) from public, anon, authenticated, service_role;

-- prime_search.waits_for_checks(project): whether what it found is still to be checked: a record is none before. Called by end_project().
create function prime_search.waits_for_checks(p_project public.projects)
returns boolean
language sql
stable
security definer
set search_path = ''
as $$
  select (p_project).objective in ('record', 'verification')
    and exists (select from fleet.search_types where search_type = 'prime_check' and enabled)
    and exists (
      select from public.project_phases ph
      join public.prime_search_runs r on r.project_phase = ph.id
      join public.prime_search_finds f on f.run = r.id
      join public.primes pr on pr.id = f.prime_id
      where ph.project_id = (p_project).id and pr.certificate is not null and not pr.verified
        and not exists (select from public.prime_checks c where c.prime_id = pr.id and not c.valid
                          and c.certificate_digest = md5(pr.certificate::text)))
$$;
comment on function prime_search.waits_for_checks(public.projects) is 'Whether finds of a project are still to be checked.';
revoke all on function prime_search.waits_for_checks(public.projects) from public, anon, authenticated, service_role;

-- prime_search.end_project(project): ends a project of which nothing is left to be done: failed where a phase is. Called by the tick.
create function prime_search.end_project(p_project public.projects)
returns void
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_failed text[] := array(select name from public.project_phases where project_id = (p_project).id and status = 'failed' order by phase_order);
  v_status text := case when v_failed = '{}' then 'completed' else 'failed' end;
begin
  if exists (
    with recursive blocked as (
      select p.name from public.project_phases p where p.project_id = (p_project).id and p.status = 'failed'
      union
      select p.name from public.project_phases p join blocked b on b.name = any (p.depends_on)
      where p.project_id = (p_project).id and p.status = 'pending'
    )
    select from public.project_phases p
    where p.project_id = (p_project).id and p.status in ('pending', 'active', 'paused') and p.name not in (select name from blocked)
  ) or (v_failed = '{}' and prime_search.waits_for_checks(p_project)) then
    return;
  end if;
  update public.projects set status = v_status, completed_at = clock_timestamp(), updated_at = clock_timestamp() where id = (p_project).id;
  perform prime_search.tell_project(p_project, 'project_' || v_status,
    case v_status when 'completed' then format('The project is complete: %s found, %s dollars', (p_project).total_found, round((p_project).total_cost_usd, 4))
      else format('The project failed: %s did not complete', array_to_string(v_failed, ', ')) end,
    jsonb_build_object('found', (p_project).total_found, 'best_digits', (p_project).best_digits, 'failed', v_failed));
end
$$;
comment on function prime_search.end_project(public.projects) is 'Ends a project of which nothing is left to be done.';
revoke all on function prime_search.end_project(public.projects) from public, anon, authenticated, service_role;

-- prime_search.tick_project(project): one look at one project, which it locks. Of one that is paused it adds up alone: what was under way
-- then ends, and nodes hand in what they had. Nothing where it is neither.
-- Called by carry_on(), direct_project() and prime_search.carry_out().
create function prime_search.tick_project(p_project bigint)
returns void
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_project public.projects;
begin
  perform from public.projects where id = p_project and status in ('active', 'paused') for update;
  if not found then
    return;
  end if;
  perform prime_search.add_up_project(p_project);
  select * into v_project from public.projects where id = p_project;
  if v_project.status = 'paused' then
    return;
  end if;
  perform prime_search.finish_phases(v_project);
  -- First what costs nothing: where nothing else is left the project has ended, whatever it has spent.
  while prime_search.start_phases(v_project, false) > 0 loop
    null;
  end loop;
  if prime_search.keep_budget(v_project) then
    perform prime_search.start_phases(v_project, true);
    perform prime_search.end_project(v_project);
  end if;
end
$$;
comment on function prime_search.tick_project(bigint) is 'Carries one active project on; adds up a paused one.';
revoke all on function prime_search.tick_project(bigint) from public, anon, authenticated, service_role;

-- prime_search.carry_on(project): carries a project on, or adds up a paused one; 1. What goes wrong with it is told by an event of it.
-- Called by prime_search.tick_projects().
create function prime_search.carry_on(p_project bigint)
returns int
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_project public.projects;
begin
  select * into v_project from public.projects where id = p_project;
  begin
    perform prime_search.tick_project(p_project);
  exception when others then
    perform prime_search.tell_once(v_project, 'error', 'The project could not be carried on: ' || sqlerrm, jsonb_build_object('code', sqlstate));
  end;
  return 1;
end
$$;
comment on function prime_search.carry_on(bigint) is 'Carries a project on; what goes wrong is an event of it.';
revoke all on function prime_search.carry_on(bigint) from public, anon, authenticated, service_role;

-- prime_search.tick_projects(): carries all active projects on, and adds up paused ones; how many. One call at a time: another one that comes meanwhile does nothing.
-- What goes wrong with one project is told by an event of it, and stops no other. Called by the cron job receptor-projects.
create function prime_search.tick_projects()
returns int
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_project record;
  v_count int := 0;
begin
  if not pg_try_advisory_xact_lock(hashtextextended('prime_search.tick_projects', 0)) then
    return 0;
  end if;
  for v_project in select org_id, id from public.projects where status in ('active', 'paused') order by id loop
    v_count := v_count
      + private.attempt('prime_search', 'project', v_project.org_id, 'select prime_search.carry_on($1::bigint)', v_project.id::text);
  end loop;
  perform private.attempt('prime_search', 'fit_costs', null, 'select prime_search.fit_costs()');
  return v_count;
end
$$;
comment on function prime_search.tick_projects() is 'Carries all active projects on, and adds up paused ones.';
revoke all on function prime_search.tick_projects() from public, anon, authenticated, service_role;

-- prime_search.observed_costs(form): what its latest 2000 blocks cost: x, ln(digits/1000), and y, ln(seconds a candidate). Of all orgs: what they
-- cost is a fact of the form. Called by the two below.
create function prime_search.observed_costs(p_form text)
returns table (x double precision, y double precision)
language sql
stable
security definer
set search_path = ''
as $$
  select ln(greatest(o.digits, 1) / 1000.0), ln(o.duration_secs / o.candidates)
  from public.cost_observations o where o.form = p_form
  order by o.completed_at desc limit 2000
$$;
comment on function prime_search.observed_costs(text) is 'What the latest blocks of a form cost.';
revoke all on function prime_search.observed_costs(text) from public, anon, authenticated, service_role;

-- prime_search.fit_error(form, a, b): how far a calibration is off what blocks cost, on average, as a share of it; null: there are none. Called by
-- fit_costs() and agents.perform().
create function prime_search.fit_error(p_form text, p_a double precision, p_b double precision)
returns double precision
language sql
stable
security definer
set search_path = ''
as $$
  select avg(abs(p_a * exp(p_b * o.x) - exp(o.y)) / exp(o.y)) from prime_search.observed_costs(p_form) o
$$;
comment on function prime_search.fit_error(text, double precision, double precision) is 'How far a calibration is off what blocks cost.';
revoke all on function prime_search.fit_error(text, double precision, double precision) from public, anon, authenticated, service_role;

-- prime_search.fit_costs(): fits what a candidate costs to what blocks cost, once an hour at most, for each form with ten blocks or more:
-- least squares of ln(seconds) against ln(digits/1000). Where all blocks are of one size, the exponent is that of the plan, 2.5.
-- How many forms. Called by tick_projects().
create function prime_search.fit_costs()
returns int
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_count int;
begin
  if exists (select from public.cost_calibrations where fitted_at > now() - interval '1 hour') then
    return 0;
  end if;
  with slopes as (
    select f.form, count(*) as n, avg(o.x) as mean_x, avg(o.y) as mean_y,
           case when regr_slope(o.y, o.x) between 0 and 6 then regr_slope(o.y, o.x) else 2.5 end as b
    from (select distinct form from public.cost_observations) as f cross join lateral prime_search.observed_costs(f.form) as o
    group by f.form having count(*) >= 10
  ), fitted as (
    select form, n, exp(mean_y - b * mean_x) as a, b from slopes
  )
  insert into public.cost_calibrations as c (form, coeff_a, coeff_b, sample_count, avg_error_pct, fitted_at)
  select form, a, b, n, 100 * prime_search.fit_error(form, a, b), now() from fitted
  on conflict (form) do update set coeff_a = excluded.coeff_a, coeff_b = excluded.coeff_b, sample_count = excluded.sample_count,
    avg_error_pct = excluded.avg_error_pct, fitted_at = excluded.fitted_at;
  get diagnostics v_count = row_count;
  return v_count;
end
$$;
comment on function prime_search.fit_costs() is 'Fits the cost of candidates, by form, to the blocks that were worked.';
revoke all on function prime_search.fit_costs() from public, anon, authenticated, service_role;
