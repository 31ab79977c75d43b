-- What handlers read: bounded, of the org whose task they work, and of the last days where it is about what happened.

-- agents.read_results(org, form, since): {searches, blocks}: what searches came to and what their blocks cost. Called by agents.load_run().
create function agents.read_results(p_org_id uuid, p_form text, p_since timestamptz)
returns jsonb
language sql
stable
security definer
set search_path = ''
as $$
  with runs as (
    select * from public.prime_search_runs r
    where r.org_id = p_org_id and (p_form is null or r.form = p_form)
      and (r.created_at >= p_since or r.finished_at >= p_since or r.finished_at is null)
    order by r.number desc limit 200
  )
  select jsonb_build_object(
    'searches', (
      select coalesce(jsonb_agg(jsonb_build_object('number', r.number, 'form', r.form, 'params', r.params, 'status', r.status,
        'candidates', r.candidates, 'block_size', r.block_size, 'paused', r.paused_at is not null) order by r.number), '[]') from runs r),
    'blocks', (
      select coalesce(jsonb_agg(to_jsonb(b) order by b.search, b.start), '[]') from (
        select r.number as search, b.block_start as start, b.block_end as end, b.status, b.sieved, b.tested, b.found, b.cpu_ms, b.digits, b.slices
        from runs r join public.prime_search_blocks b on b.run = r.id order by r.number desc, b.block_start limit 3000
      ) as b))
$$;
comment on function agents.read_results(uuid, text, timestamptz) is 'Searches and their blocks, for a handler.';
revoke all on function agents.read_results(uuid, text, timestamptz) from public, anon, authenticated, service_role;

-- agents.read_costs(org, form): {observations, calibrations, sample}: what blocks of an org cost, what costs are taken to be, and the latest search of
-- the form, to be measured. Called by agents.load_run().
create function agents.read_costs(p_org_id uuid, p_form text)
returns jsonb
language sql
stable
security definer
set search_path = ''
as $$
  with latest as (
    select * from public.prime_search_runs r
    where r.org_id = p_org_id and r.form <> 'survey' and (p_form is null or r.form = p_form) order by r.number desc limit 1
  )
  select jsonb_build_object(
    'sample', (select jsonb_build_object('form', l.form, 'params', l.params, 'candidates', l.candidates) from latest l),
    'calibration', (select to_jsonb(c) from public.cost_calibrations c join latest l on l.form = c.form),
    'observations', (
      select coalesce(jsonb_agg(to_jsonb(o)), '[]') from (
        select b.cpu_ms / 1000 as seconds, b.block_end - b.block_start + 1 as candidates, b.digits, b.slices
        from latest l join public.prime_search_runs r on r.form = l.form and r.org_id = p_org_id
        join public.prime_search_blocks b on b.run = r.id and b.status = 'completed' and b.cpu_ms > 0 and b.digits > 0
        order by b.completed_at desc limit 1000
      ) as o))
$$;
comment on function agents.read_costs(uuid, text) is 'What blocks cost, for a handler.';
revoke all on function agents.read_costs(uuid, text) from public, anon, authenticated, service_role;

-- agents.read_finds(org, form, events): [{id, form, expression, digits, certificate, verified}] of an org's finds: those that events name, else the
-- latest that are not verified; 200 at most. Called by agents.load_run().
create function agents.read_finds(p_org_id uuid, p_form text, p_events jsonb)
returns jsonb
language sql
stable
security definer
set search_path = ''
as $$
  with named as (
    select distinct p.id::bigint as id from jsonb_array_elements(coalesce(p_events, '[]')) as e,
      jsonb_array_elements_text(case when jsonb_typeof(e -> 'primes') = 'array' then e -> 'primes' else '[]' end) as p (id)
  )
  select jsonb_build_object('primes', coalesce(jsonb_agg(to_jsonb(f) order by f.id), '[]')) from (
    select p.id, p.form, left(p.expression, 200) as expression, p.digits, p.certificate is not null as certificate, p.verified,
      (select c.reason from public.prime_checks c where c.prime_id = p.id and not c.valid order by c.id desc limit 1) as refused
    from public.primes p
    where exists (select from public.prime_search_finds s where s.prime_id = p.id and s.org_id = p_org_id)
      and (p_form is null or p.form = p_form)
      and case when exists (select from named) then p.id in (select id from named) else not p.verified end
    order by p.id desc limit 200
  ) as f
$$;
comment on function agents.read_finds(uuid, text, jsonb) is 'Finds, for a handler.';
revoke all on function agents.read_finds(uuid, text, jsonb) from public, anon, authenticated, service_role;

-- agents.read_fleet(org, since): {kinds, jobs}: slices of an org by kind of work, and how its jobs ended. Called by agents.load_run().
create function agents.read_fleet(p_org_id uuid, p_since timestamptz)
returns jsonb
language sql
stable
security definer
set search_path = ''
as $$
  select jsonb_build_object(
    'kinds', (
      select coalesce(jsonb_agg(to_jsonb(k) order by k.kind), '[]') from (
        select m.source as kind, sum(m.stands_for) as slices, count(distinct m.run_id) as runs, sum(m.cpu_ms * m.stands_for) as cpu_ms,
          percentile_cont(0.5) within group (order by m.cpu_ms) as cpu_ms_p50, percentile_cont(0.95) within group (order by m.cpu_ms) as cpu_ms_p95,
          max(m.cpu_ms) as cpu_ms_max, sum(m.wall_ms * m.stands_for) as wall_ms, max(m.memory_bytes) as memory_bytes_max
        from (select * from public.system_metrics where org_id = p_org_id and created_at >= p_since order by id desc limit 50000) as m
        group by m.source
      ) as k),
    'jobs', (
      select coalesce(jsonb_agg(to_jsonb(j) order by j.kind, j.status, j.error_code), '[]') from (
        select s.search_type as kind, s.status::text, s.error_code, count(*), extract(epoch from avg(s.started_at - s.created_at)) as waited_s,
          extract(epoch from max(clock_timestamp() - s.created_at) filter (where s.finished_at is null)) as oldest_open_s
        from fleet.search_jobs s where s.org_id = p_org_id and (s.created_at >= p_since or s.finished_at is null)
        group by s.search_type, s.status, s.error_code
      ) as j))
$$;
comment on function agents.read_fleet(uuid, timestamptz) is 'Slices and jobs of an org, for a handler.';
revoke all on function agents.read_fleet(uuid, timestamptz) from public, anon, authenticated, service_role;

-- agents.read_failures(org, since): {rows, open}: what the log says went wrong, newest first, without what agents' own work says; and the titles of
-- tasks that are open, so that no group is opened twice. Called by agents.load_run().
create function agents.read_failures(p_org_id uuid, p_since timestamptz)
returns jsonb
language sql
stable
security definer
set search_path = ''
as $$
  select jsonb_build_object(
    'rows', (
      select coalesce(jsonb_agg(to_jsonb(l) order by l.id desc), '[]') from (
        select id, level, source, component, left(message, 500) as message, run_id, created_at, left(context ->> 'code', 100) as code
        from public.system_logs
        where org_id = p_org_id and level in ('warn', 'error') and source <> 'agent_task' and created_at >= p_since
        order by id desc limit 1000
      ) as l),
    'open', (
      select coalesce(jsonb_agg(t.title), '[]') from (
        select title from public.agent_tasks where org_id = p_org_id and completed_at is null order by id desc limit 1000) as t))
$$;
comment on function agents.read_failures(uuid, timestamptz) is 'What went wrong, for a handler.';
revoke all on function agents.read_failures(uuid, timestamptz) from public, anon, authenticated, service_role;

-- agents.load_run(run): {handler, params, data} of the task whose block the transaction holds; null for any other. params: {form?, days?, events?, decision?}.
-- Called by the first slice of a handler.
create function agents.load_run(p_run uuid)
returns jsonb
language plpgsql
stable
security definer
set search_path = ''
as $$
declare
  v_task public.agent_tasks;
  v_form text;
  v_since timestamptz;
begin
  select t.* into v_task from public.agent_handler_runs r join public.agent_tasks t on t.id = r.task_id
  where r.id = p_run and r.org_id = fleet.claimed_org_id('agent_task');
  if not found then
    return null;
  end if;
  v_form := case when jsonb_typeof(v_task.params -> 'form') = 'string' then v_task.params ->> 'form' end;
  v_since := clock_timestamp() - interval '1 day' * case when jsonb_typeof(v_task.params -> 'days') = 'number'
    then least(greatest((v_task.params ->> 'days')::numeric, 1), 400)::int else 7 end;
  return jsonb_build_object('handler', v_task.handler, 'params', v_task.params, 'data', case v_task.handler
    when 'analyze_results' then agents.read_results(v_task.org_id, v_form, v_since)
    when 'tune_blocks' then agents.read_costs(v_task.org_id, v_form)
    when 'verify_finds' then agents.read_finds(v_task.org_id, v_form, case when jsonb_typeof(v_task.params -> 'events') = 'array' then v_task.params -> 'events' end)
    when 'review_fleet' then agents.read_fleet(v_task.org_id, v_since)
    when 'investigate_errors' then agents.read_failures(v_task.org_id, v_since)
    when 'plan_project' then agents.read_decision(v_task.org_id, v_task.params -> 'decision')
    when 'watch_records' then (
      select jsonb_build_object('records', coalesce(jsonb_agg(jsonb_build_object('form', r.form, 'category', r.category, 'expression', left(r.expression, 200),
        'digits', r.digits, 'our_best_digits', r.our_best_digits, 'updated_at', r.updated_at) order by r.form, r.category), '[]'))
      from public.records_beside_ours r where r.for_org = v_task.org_id and (v_form is null or r.form = v_form)) end);
end
$$;
comment on function agents.load_run(uuid) is 'A handler''s task and what it reads.';
revoke all on function agents.load_run(uuid) from public, anon, authenticated, service_role;
grant execute on function agents.load_run(uuid) to receptor_engine;
