-- Strategy: which form is worth a project next, what a search that gets nowhere or a find near the record asks for. It scores, proposes, and acts
-- where the org has enabled it and within its limits; every decision is written down with its reasons, and can be overridden. A decision to
-- make a project is a proposal, until somebody takes it up, or the handler plan_project where the strategy is enabled.

create table public.strategy_config (
  org_id uuid primary key references public.orgs (id) on delete cascade,
  enabled boolean not null default false,
  max_concurrent_projects int not null default 3 check (max_concurrent_projects between 0 and 100),
  max_monthly_budget_usd numeric(12, 4) not null default 100 check (max_monthly_budget_usd between 0 and 1000000),
  max_per_project_budget_usd numeric(12, 4) not null default 25 check (max_per_project_budget_usd between 0 and 1000000),
  preferred_forms text[] not null default '{}',
  excluded_forms text[] not null default '{}',
  min_idle_workers_to_create int not null default 2 check (min_idle_workers_to_create between 0 and 100),
  record_proximity_threshold double precision not null default 0.1 check (record_proximity_threshold between 0 and 1),
  tick_interval_secs int not null default 300 check (tick_interval_secs between 30 and 86400),
  ticked_at timestamptz,
  updated_at timestamptz not null default now()
);
comment on table public.strategy_config is 'How an org''s searches are chosen; without a row, or where it is not enabled, nothing is decided by itself.';
comment on column public.strategy_config.record_proximity_threshold is 'A find is near the record whose digits are at least 1 minus this of the record''s.';

create table public.strategy_decisions (
  id bigint generated always as identity primary key,
  org_id uuid not null references public.orgs (id) on delete cascade,
  decision_type text not null check (decision_type in ('create_project', 'create_job', 'pause_job', 'verify_result', 'no_action')),
  form text check (form ~ '^[a-z][a-z_]*$'),
  summary text not null check (length(summary) between 1 and 2000),
  reasoning text not null check (length(reasoning) between 1 and 5000),
  params jsonb not null default '{}' check (jsonb_typeof(params) = 'object'),
  estimated_cost_usd numeric(14, 6),
  action_taken text not null check (action_taken in ('executed', 'deferred', 'overridden')),
  override_reason text check (length(override_reason) between 1 and 1000),
  project_id bigint,
  search_job_id bigint references public.prime_search_runs (number) on delete set null,
  scores jsonb not null default '[]',
  created_at timestamptz not null default clock_timestamp(),
  foreign key (org_id, project_id) references public.projects (org_id, id) on delete cascade,
  check ((override_reason is not null) = (action_taken = 'overridden'))
);
comment on table public.strategy_decisions is 'What the strategy decided, and why; deferred: it waits for somebody who may, or it is a proposal.';
create index strategy_decisions_org_idx on public.strategy_decisions (org_id, id desc);
create index strategy_decisions_org_project_idx on public.strategy_decisions (org_id, project_id);
create index strategy_decisions_search_job_idx on public.strategy_decisions (search_job_id);

create view public.form_yield_rates with (security_invoker = true) as
select r.form, count(*) as job_count, sum(t.tested) as total_tested, sum(t.found) as total_found,
       case when sum(t.looked) > 0 then sum(t.found)::double precision / sum(t.looked) else 0 end as yield_rate, max(r.candidates) as max_range_searched
from public.prime_search_runs r
cross join lateral (
  select coalesce(sum(b.tested), 0) as tested, coalesce(sum(b.found), 0) as found, coalesce(sum(b.sieved + b.tested), 0) as looked
  from public.prime_search_blocks b where b.run = r.id
) as t
where r.status in ('GENERATING', 'COMPLETED') and r.form <> 'survey'
group by r.form;
comment on view public.form_yield_rates is 'How many of a form''s candidates were prime, over searches that are at work or complete.';

-- prime_search.form_scores(org, config): every form with its score from 0 to 1 and the parts of it. Called by score_forms() and the tick.
--   record_gap .25       1 - our best/the record's digits; a half where no record is known
--   yield .20            ln(yield * 10^6)/15; a half where nothing was searched
--   cost .20             ln(yield/seconds a candidate * 10^8)/20; a half where that is not known
--   coverage_gap .20     1 - candidates looked at/100,000
--   fleet_fit .15        places of isolates that are free
-- A preferred form counts half as much again (at most 1), an excluded one nothing.
create function prime_search.form_scores(p_config public.strategy_config)
returns table (form text, score double precision, parts jsonb)
language sql
stable
security definer
set search_path = ''
as $$
  with places as (
    select t.max_concurrent_blocks as most, (
      select count(*) from fleet.work_blocks b join fleet.search_jobs j on j.id = b.search_job_id
      where b.status = 'CLAIMED' and j.search_type = 'prime_search') as taken
    from fleet.search_types t where t.search_type = 'prime_search'
  ), yields as (
    select r.form, sum(b.sieved + b.tested) as looked, sum(b.found)::double precision / nullif(sum(b.sieved + b.tested), 0) as rate,
           sum(b.cpu_ms) / 1000.0 / nullif(sum(b.sieved + b.tested), 0) as seconds
    from public.prime_search_runs r join public.prime_search_blocks b on b.run = r.id
    where r.org_id = (p_config).org_id and b.status = 'completed' group by r.form
  ), parts as (
    select f.form,
      coalesce((select greatest(0, 1 - coalesce((select max(p.digits) from public.primes p where p.form = f.form), 0)::double precision / max(rec.digits))
                from public.records_beside_ours rec where rec.for_org = (p_config).org_id and rec.form = f.form), 0.5) as record_gap,
      case when y.rate is null then 0.5 when y.rate = 0 then 0 else least(1, greatest(0, ln(y.rate * 1e6) / 15)) end as yield,
      case when y.rate is null or y.seconds = 0 then 0.5 when y.rate = 0 then 0
           else least(1, greatest(0, ln(y.rate / y.seconds::double precision * 1e8) / 20)) end as cost,
      1 - least(1, coalesce(y.looked, 0)::double precision / 100000) as coverage_gap,
      greatest(0, l.most - l.taken)::double precision / l.most as fleet_fit
    from jsonb_array_elements_text(private.prime_forms() - 'survey') as f (form)
    cross join places l
    left join yields y on y.form = f.form
  )
  select p.form,
    case when p.form = any ((p_config).excluded_forms) then 0
         else least(1, (0.25 * record_gap + 0.2 * yield + 0.2 * cost + 0.2 * coverage_gap + 0.15 * fleet_fit)
                       * case when p.form = any ((p_config).preferred_forms) then 1.5 else 1 end) end,
    jsonb_build_object('record_gap', round(record_gap::numeric, 4), 'yield', round(yield::numeric, 4), 'cost', round(cost::numeric, 4),
      'coverage_gap', round(coverage_gap::numeric, 4), 'fleet_fit', round(fleet_fit::numeric, 4))
  from parts p
$$;
comment on function prime_search.form_scores(public.strategy_config) is 'How much each form is worth a project to an org.';
revoke all on function prime_search.form_scores(public.strategy_config) from public, anon, authenticated, service_role;

-- prime_search.config_of(org): an org's strategy, or what it would be. Called by what follows here.
create function prime_search.config_of(p_org_id uuid)
returns public.strategy_config
language plpgsql
stable
security definer
set search_path = ''
as $$
declare
  v_config public.strategy_config;
begin
  select * into v_config from public.strategy_config where org_id = p_org_id;
  if not found then
    v_config := row(p_org_id, false, 3, 100, 25, '{}'::text[], '{}'::text[], 2, 0.1, 300, null, now())::public.strategy_config;
  end if;
  return v_config;
end
$$;
comment on function prime_search.config_of(uuid) is 'The strategy of an org; the defaults where it has none.';
revoke all on function prime_search.config_of(uuid) from public, anon, authenticated, service_role;

-- prime_search.committed(org): dollars that an org's projects have spent this month (UTC), or may spend still: the budgets of those that are
-- open. Called by the strategy.
create function prime_search.committed(p_org_id uuid)
returns numeric
language sql
stable
security definer
set search_path = ''
as $$
  select coalesce(sum(case when status in ('active', 'paused') then greatest(total_cost_usd, coalesce((budget ->> 'max_cost_usd')::numeric, 0))
    else total_cost_usd end), 0)
  from public.projects
  where org_id = p_org_id and (status in ('active', 'paused') or updated_at >= date_trunc('month', now() at time zone 'UTC') at time zone 'UTC')
$$;
comment on function prime_search.committed(uuid) is 'What an org''s projects have spent this month or may spend still.';
revoke all on function prime_search.committed(uuid) from public, anon, authenticated, service_role;

-- prime_search.against(config): why no project may be made now; null: one may. Called by the strategy, before it proposes and when it acts.
create function prime_search.against(p_config public.strategy_config)
returns text
language sql
stable
security definer
set search_path = ''
as $$
  select case
    when w.active >= (p_config).max_concurrent_projects then format('%s projects are open, and %s may be.', w.active, (p_config).max_concurrent_projects)
    when w.committed >= (p_config).max_monthly_budget_usd then format('%s of the month''s %s dollars are spent or promised.', round(w.committed, 2), (p_config).max_monthly_budget_usd)
    when (p_config).max_per_project_budget_usd = 0 then 'A project may cost nothing.'
    when w.idle < (p_config).min_idle_workers_to_create then format('%s isolates are free, and %s are to be before a project is made.', w.idle, (p_config).min_idle_workers_to_create) end
  from (
    select (select count(*) from public.projects where org_id = (p_config).org_id and status in ('active', 'paused')) as active,
      prime_search.committed((p_config).org_id) as committed,
      (select t.max_concurrent_blocks - (select count(*) from fleet.work_blocks b join fleet.search_jobs j on j.id = b.search_job_id
         where b.status = 'CLAIMED' and j.search_type = 'prime_search')
       from fleet.search_types t where t.search_type = 'prime_search') as idle
  ) as w
$$;
comment on function prime_search.against(public.strategy_config) is 'What stands against another project of an org.';
revoke all on function prime_search.against(public.strategy_config) from public, anon, authenticated, service_role;

-- prime_search.decide(org): one look at an org's searches: what gets nowhere is paused, a find near the record is checked, and where places, number of
-- projects and the month's money allow, the best form without a project is proposed, and planned where the strategy is enabled; else no_action, told once in a row. Answers how many
-- decisions were written. Acts only where the strategy is enabled: else what it would do is deferred. Called by the tick and by strategy_tick().
create function prime_search.decide(p_config public.strategy_config)
returns int
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_before bigint := (select coalesce(max(id), 0) from public.strategy_decisions);
  v_action text := case when (p_config).enabled then 'executed' else 'deferred' end;
  v_run record;
  v_prime record;
  v_best record;
  v_scores jsonb;
  v_committed numeric;
  v_most numeric;
  v_reason text;
begin
  for v_run in
    select r.* from public.prime_search_runs r
    where r.org_id = (p_config).org_id and r.status = 'GENERATING' and r.paused_at is null
      and r.started_at + fleet.time_paused('prime_search', r.id) < now() - interval '30 minutes'
      and not exists (select from public.prime_search_blocks b where b.run = r.id and b.sieved + b.tested > 0)
      and not exists (select from public.strategy_decisions d where d.search_job_id = r.number and d.decision_type = 'pause_job')
    order by r.number
  loop
    if (p_config).enabled then
      perform prime_search.pause_run(v_run.id, true);
    end if;
    insert into public.strategy_decisions (org_id, decision_type, form, summary, reasoning, action_taken, project_id, search_job_id)
    values ((p_config).org_id, 'pause_job', v_run.form, format('Search %s is to be paused', v_run.number),
      'It has been at work for more than 30 minutes and has looked at nothing.', v_action, v_run.project_id, v_run.number);
  end loop;

  for v_prime in
    select p.*, rec.digits as record_digits, min(r.number) as search
    from public.prime_search_runs r
    join public.prime_search_finds f on f.run = r.id
    join public.primes p on p.id = f.prime_id
    join (select form, max(digits) as digits from public.records_beside_ours where for_org = (p_config).org_id group by form) as rec on rec.form = p.form
    where r.org_id = (p_config).org_id and not p.verified and p.certificate is not null
      and p.digits >= (1 - (p_config).record_proximity_threshold) * rec.digits
      and not exists (select from public.strategy_decisions d where d.org_id = r.org_id and d.decision_type = 'verify_result' and d.params -> 'prime' = to_jsonb(p.id))
    group by p.id, rec.digits order by p.id
  loop
    if (p_config).enabled then
      insert into public.prime_check_runs (org_id, primes) values ((p_config).org_id, array[v_prime.id]);
    end if;
    insert into public.strategy_decisions (org_id, decision_type, form, summary, reasoning, params, action_taken, search_job_id)
    values ((p_config).org_id, 'verify_result', v_prime.form, format('A find of %s digits is to be checked', v_prime.digits),
      format('The record of its form has %s digits, and finds within %s percent of it are checked at once.', v_prime.record_digits,
        round(100 * (p_config).record_proximity_threshold)), jsonb_build_object('prime', v_prime.id), v_action, v_prime.search);
  end loop;

  select coalesce(jsonb_agg(jsonb_build_object('form', s.form, 'score', round(s.score::numeric, 4), 'parts', s.parts) order by s.score desc, s.form), '[]')
  into v_scores from prime_search.form_scores(p_config) s;
  select s.form, s.score into v_best from prime_search.form_scores(p_config) s
  where s.score > 0 and not exists (
    select from public.projects p where p.org_id = (p_config).org_id and p.form = s.form and p.status in ('draft', 'active', 'paused'))
  order by s.score desc, s.form limit 1;
  v_reason := case when v_best.form is null then 'Every form that is worth one has a project, or is excluded.' else prime_search.against(p_config) end;
  if v_reason is null then
    v_committed := prime_search.committed((p_config).org_id);
    v_most := least((p_config).max_per_project_budget_usd, (p_config).max_monthly_budget_usd - v_committed);
    insert into public.strategy_decisions (org_id, decision_type, form, summary, reasoning, params, estimated_cost_usd, action_taken, scores)
    select (p_config).org_id, 'create_project', v_best.form, format('A project for %s is worth the most', v_best.form),
      format('It scores %s of 1 and has no project; %s dollars of this month are spent or promised, and %s may be.', round(v_best.score::numeric, 2),
        round(v_committed, 2), (p_config).max_monthly_budget_usd),
      jsonb_build_object('max_cost_usd', v_most), v_most, 'deferred', v_scores
    where not exists (
      select from public.strategy_decisions d
      where d.org_id = (p_config).org_id and d.decision_type = 'create_project' and d.form = v_best.form
        and (d.action_taken = 'deferred' or d.created_at > now() - interval '1 day'));
    if (p_config).enabled then
      perform prime_search.have_planned(d.id) from public.strategy_decisions d
      where d.org_id = (p_config).org_id and d.decision_type = 'create_project' and d.form = v_best.form and d.action_taken = 'deferred';
    end if;
  elsif v_reason is distinct from (select reasoning from public.strategy_decisions where org_id = (p_config).org_id order by id desc limit 1) then
    insert into public.strategy_decisions (org_id, decision_type, summary, reasoning, action_taken, scores)
    values ((p_config).org_id, 'no_action', 'Nothing is to be done', v_reason, 'executed', v_scores);
  end if;
  return (select count(*) from public.strategy_decisions where org_id = (p_config).org_id and id > v_before);
end
$$;
comment on function prime_search.decide(public.strategy_config) is 'Looks at an org''s searches, and writes down what is to be done.';
revoke all on function prime_search.decide(public.strategy_config) from public, anon, authenticated, service_role;

-- prime_search.tick_strategies(): decides for every org that has enabled it and whose interval is over; how many.
-- Called by the cron job receptor-projects.
create function prime_search.tick_strategies()
returns int
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_config public.strategy_config;
  v_count int := 0;
begin
  for v_config in
    select * from public.strategy_config
    where enabled and (ticked_at is null or ticked_at <= now() - tick_interval_secs * interval '1 second')
    order by org_id for update skip locked
  loop
    perform private.attempt('prime_search', 'strategy', v_config.org_id,
      'select prime_search.decide(c) from public.strategy_config c where c.org_id = $1::uuid', v_config.org_id::text);
    update public.strategy_config set ticked_at = now() where org_id = v_config.org_id;
    v_count := v_count + 1;
  end loop;
  return v_count;
end
$$;
comment on function prime_search.tick_strategies() is 'Decides for every org that has enabled its strategy.';
revoke all on function prime_search.tick_strategies() from public, anon, authenticated, service_role;

-- private.strategy_org(org): the org, where the caller may manage projects; 42501 where they may in none, null where it is not theirs.
-- Called by the functions below.
create function private.strategy_org(p_org_id uuid)
returns uuid
language plpgsql
stable
security definer
set search_path = ''
as $$
declare
  v_orgs uuid[] := array(select private.orgs_with_right('projects.manage'));
begin
  if v_orgs = '{}' or (p_org_id in (select private.orgs_with_right('projects.view')) and p_org_id <> all (v_orgs)) then
    raise exception 'The strategy is directed by who holds the right projects.manage.' using errcode = 'insufficient_privilege';
  end if;
  return case when p_org_id = any (v_orgs) then p_org_id end;
end
$$;
comment on function private.strategy_org(uuid) is 'The org whose strategy the caller may direct.';
revoke all on function private.strategy_org(uuid) from public, anon, authenticated, service_role;

-- score_forms(org): [{form, score, parts}] by score, as the org's strategy weighs them; null where the caller does not see it. Called by UIs.
create function public.score_forms(p_org_id uuid)
returns jsonb
language sql
stable
security definer
set search_path = ''
as $$
  select jsonb_agg(jsonb_build_object('form', s.form, 'score', round(s.score::numeric, 4), 'parts', s.parts) order by s.score desc, s.form)
  from prime_search.form_scores(prime_search.config_of(p_org_id)) s
  where p_org_id in (select private.orgs_with_right('projects.view'))
$$;
comment on function public.score_forms(uuid) is 'Forms by how much a project for them is worth.';
revoke all on function public.score_forms(uuid) from public, anon, authenticated, service_role;
grant execute on function public.score_forms(uuid) to authenticated;

-- set_strategy(org, config, seen): changes what is given of an org's strategy; all of it, or null where the caller does not see the org. Called
-- by UIs. p_seen: members of it as they were read; RC409 CHANGED_MEANWHILE where they are no longer so.
create function public.set_strategy(p_org_id uuid, p_config jsonb, p_seen jsonb default null)
returns jsonb
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_org_id uuid := private.strategy_org(p_org_id);
  v_config public.strategy_config;
begin
  if v_org_id is null then
    return null;
  end if;
  perform private.require_shape(p_config, '{"is": "object", "members": {
    "enabled": {"is": "flag"}, "max_concurrent_projects": {"is": "whole", "least": 0, "most": 100},
    "max_monthly_budget_usd": {"is": "number", "least": 0, "most": 1000000}, "max_per_project_budget_usd": {"is": "number", "least": 0, "most": 1000000},
    "preferred_forms": {"is": "list", "most": 50, "of": {"is": "text", "most": 50, "like": "^[a-z][a-z_]*$"}},
    "excluded_forms": {"is": "list", "most": 50, "of": {"is": "text", "most": 50, "like": "^[a-z][a-z_]*$"}},
    "min_idle_workers_to_create": {"is": "whole", "least": 0, "most": 100}, "record_proximity_threshold": {"is": "number", "least": 0, "most": 1},
    "tick_interval_secs": {"is": "whole", "least": 30, "most": 86400}}}'::jsonb, 64 * 1024);
  insert into public.strategy_config (org_id) values (v_org_id) on conflict (org_id) do nothing;
  perform from public.strategy_config where org_id = v_org_id for no key update;
  -- Again: a right may be taken away while a call waits.
  perform private.strategy_org(v_org_id);
  perform private.require_unchanged(to_jsonb(c), p_seen, 'the limits') from public.strategy_config c where c.org_id = v_org_id;
  update public.strategy_config c set
    enabled = n.enabled, max_concurrent_projects = n.max_concurrent_projects, max_monthly_budget_usd = n.max_monthly_budget_usd,
    max_per_project_budget_usd = n.max_per_project_budget_usd, preferred_forms = n.preferred_forms, excluded_forms = n.excluded_forms,
    min_idle_workers_to_create = n.min_idle_workers_to_create, record_proximity_threshold = n.record_proximity_threshold,
    tick_interval_secs = n.tick_interval_secs, updated_at = now()
  from jsonb_populate_record(prime_search.config_of(v_org_id), jsonb_strip_nulls(p_config)) as n
  where c.org_id = v_org_id
  returning c.* into v_config;
  return to_jsonb(v_config);
end
$$;
comment on function public.set_strategy(uuid, jsonb, jsonb) is 'Changes the strategy of an org.';
revoke all on function public.set_strategy(uuid, jsonb, jsonb) from public, anon, authenticated, service_role;
grant execute on function public.set_strategy(uuid, jsonb, jsonb) to authenticated;

-- strategy_tick(org): decides now, enabled or not; how many decisions were written, or null where the caller does not see the org. Called by UIs.
create function public.strategy_tick(p_org_id uuid)
returns int
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_org_id uuid := private.strategy_org(p_org_id);
begin
  return case when v_org_id is not null then prime_search.decide(prime_search.config_of(v_org_id)) end;
end
$$;
comment on function public.strategy_tick(uuid) is 'Has the strategy of an org decide now.';
revoke all on function public.strategy_tick(uuid) from public, anon, authenticated, service_role;
grant execute on function public.strategy_tick(uuid) to authenticated;

-- override_decision(decision, reason): takes a decision back, with a reason; a search that it paused goes on, a project that it made by itself is
-- cancelled. The decision, or null where the
-- caller does not see it; RC400 without a reason, RC409 CHANGED_MEANWHILE where somebody did with another one. Called by UIs.
create function public.override_decision(p_decision bigint, p_reason text)
returns jsonb
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_decision public.strategy_decisions;
  v_reason text;
begin
  select * into v_decision from public.strategy_decisions
  where id = p_decision and org_id in (select private.orgs_with_right('projects.view')) for update;
  if not found then
    return null;
  end if;
  perform private.strategy_org(v_decision.org_id);
  v_reason := private.require_reason(p_reason);
  -- Asked again it is as it was; another's reason stays.
  if v_decision.action_taken = 'overridden' then
    perform private.require_unchanged(jsonb_build_object('override_reason', v_decision.override_reason),
      jsonb_build_object('override_reason', v_reason), 'this decision');
  end if;
  if v_decision.decision_type = 'pause_job' and v_decision.action_taken = 'executed' then
    -- A search of a campaign that is paused goes on with it.
    perform prime_search.pause_run(id, false) from public.prime_search_runs where number = v_decision.search_job_id;
  end if;
  if v_decision.decision_type = 'create_project' and v_decision.action_taken = 'executed' then
    perform public.direct_project(p.id, 'cancel') from public.projects p
    where p.id = v_decision.project_id and p.strategy -> 'decision' = to_jsonb(v_decision.id) and p.status in ('draft', 'active', 'paused');
  end if;
  update public.strategy_decisions set action_taken = 'overridden', override_reason = v_reason where id = p_decision
  returning * into v_decision;
  return to_jsonb(v_decision);
end
$$;
comment on function public.override_decision(bigint, text) is 'Takes a decision of the strategy back.';
revoke all on function public.override_decision(bigint, text) from public, anon, authenticated, service_role;
grant execute on function public.override_decision(bigint, text) to authenticated;

-- prime_search.take_up_proposal(): a project that is made for a form takes up the org's proposal for one. Trigger after insert of projects.
create function prime_search.take_up_proposal()
returns trigger
language plpgsql
security definer
set search_path = ''
as $$
begin
  update public.strategy_decisions set action_taken = 'executed', project_id = new.id
  where org_id = new.org_id and form = new.form and decision_type = 'create_project' and action_taken = 'deferred';
  return null;
end
$$;
comment on function prime_search.take_up_proposal() is 'Trigger: a new project takes up the proposal for it.';
revoke all on function prime_search.take_up_proposal() from public, anon, authenticated, service_role;
create trigger take_up_proposal after insert on public.projects
  for each row execute function prime_search.take_up_proposal();

alter table public.strategy_config enable row level security;
alter table public.strategy_decisions enable row level security;
revoke all on public.strategy_config, public.strategy_decisions, public.form_yield_rates from public, anon, authenticated, service_role;
revoke all on sequence public.strategy_decisions_id_seq from public, anon, authenticated, service_role;
grant select on public.strategy_config, public.strategy_decisions, public.form_yield_rates to authenticated;
grant all on public.strategy_config, public.strategy_decisions to service_role;
grant select on public.form_yield_rates to service_role;
create policy strategy_config_select on public.strategy_config for select to authenticated
  using (org_id in (select private.orgs_with_right('projects.view')));
create policy strategy_decisions_select on public.strategy_decisions for select to authenticated
  using (org_id in (select private.orgs_with_right('projects.view')));
