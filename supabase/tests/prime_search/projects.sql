-- A project from its activation to its end: phases by their conditions, budget, extension, faults, hands on; and what the system that this
-- follows gets wrong.
begin;
select plan(86);
select tests.new_service('north'), tests.new_service('south');

create function pg_temp.ask(p_slug text, p_phases jsonb, p_more jsonb default '{}') returns jsonb language sql as $$
  select public.request_project(jsonb_build_object('org_id', tests.id('north_org'), 'slug', p_slug, 'name', initcap(p_slug), 'objective', 'custom',
    'form', 'factorial', 'phases', (select jsonb_agg('{"form": "factorial", "search_params": {"start": 1, "end": 4}, "block_size": 4, "candidates": 8}'::jsonb || f)
      from jsonb_array_elements(p_phases) f)) || p_more)
$$;
create function pg_temp.project(p_slug text) returns public.projects language sql stable as
$$ select p from public.projects p where p.slug = p_slug and p.org_id = tests.id('north_org') $$;
create function pg_temp.phase(p_slug text, p_name text) returns public.project_phases language sql stable as
$$ select f from public.project_phases f where f.project_id = (pg_temp.project(p_slug)).id and f.name = p_name $$;
create function pg_temp.direct(p_slug text, p_action text, p_phase text default null) returns text language sql as
$$ select public.direct_project((select id from public.projects where slug = p_slug), p_action, p_phase) ->> 'outcome' $$;
create function pg_temp.events(p_slug text) returns text language sql stable as
$$ select string_agg(e.event_type, ' ' order by e.id) from public.project_events e where e.project_id = (pg_temp.project(p_slug)).id $$;
-- Works one block of a phase's search, finding so many primes of so many digits.
create function pg_temp.work(p_slug text, p_phase text, p_finds int default 0, p_digits int default 10, p_cpu_ms numeric default 0) returns void
language plpgsql as $$
declare
  v_run uuid;
  v_part public.prime_search_blocks;
begin
  select id into v_run from public.prime_search_runs where number = (pg_temp.phase(p_slug, p_phase)).search_job_id;
  perform tests.claim(v_run);
  select b.* into v_part from public.prime_search_blocks b join fleet.work_blocks w on w.block_number = b.block_number
  where b.run = v_run and w.claim_token = tests.id('token');
  update fleet.work_blocks set cpu_ms = p_cpu_ms where claim_token = tests.id('token');
  perform tests.engine(tests.id('token'));
  perform prime_search.commit_block(tests.id('token'), jsonb_build_object('sieved', v_part.block_end - v_part.block_start + 1 - p_finds, 'tested', p_finds,
    'start', v_part.block_start, 'end', v_part.block_end, 'digest', repeat('0', 64), 'sieve_depth', 5, 'digits', p_digits, 'finds', coalesce((select jsonb_agg(jsonb_build_object(
      'index', v_part.block_start + n - 1, 'expression', format('%s/%s/%s/%s', p_slug, p_phase, v_part.block_number, n), 'digits', p_digits, 'proof', 'deterministic',
      'certificate', '{"type": "small", "n": "3"}'::jsonb)) from generate_series(1, p_finds) n), '[]')));
  perform tests.logout();
end
$$;
create function pg_temp.tick() returns int language sql as $$ select prime_search.tick_projects() $$;

-- Bad input.
select tests.login('north_manager');
select throws_ok($$ select pg_temp.ask('x', '[{"name": "a", "depends_on": ["b"]}, {"name": "b"}]') $$, 'RC400', null, 'a phase does not depend on one behind it');
select throws_ok($$ select pg_temp.ask('x', '[{"name": "a", "depends_on": ["a"]}]') $$, 'RC400', null, 'nor on itself');
select throws_ok($$ select pg_temp.ask('x', '[{"name": "a", "completion_condition": "at_full_moon"}]') $$, 'RC400', null, 'conditions are those that there are');
select throws_ok($$ select pg_temp.ask('x', '[{"name": "a", "candidates": "many"}]') $$, 'RC400', null, 'numbers are numbers');
select throws_ok($$ select pg_temp.ask('x', '[{"name": "a"}]', '{"budget": {"max_cost_usd": -1}}') $$, 'RC400', null, 'no budget is below nothing');

-- Dependencies, conditions, the end.
select is(pg_temp.ask('chain', '[{"name": "a"}, {"name": "b", "depends_on": ["a"], "activation_condition": "previous_phase_found_zero"},
  {"name": "c", "depends_on": ["a"], "activation_condition": "previous_phase_found_prime"}, {"name": "d", "depends_on": ["b", "c"]}]') ->> 'outcome', 'created', 'a project is made');
select is(pg_temp.ask('chain', '[{"name": "a"}]') ->> 'outcome', 'taken', 'once');
select is(pg_temp.direct('chain', 'pause'), 'wrong_state', 'a draft cannot be paused');
select is(pg_temp.direct('chain', 'activate'), 'done', 'it is activated');
select is((select count(*)::int from public.search_jobs where project_id = (select id from public.projects where slug = 'chain')), 1, 'and its first phase begins at once, as a search of the project');
select tests.logout();
select is((pg_temp.phase('chain', 'b')).status, 'pending', 'the next one waits');
select pg_temp.tick(), pg_temp.tick();
select is((select count(*)::int from public.prime_search_runs where project_id = (pg_temp.project('chain')).id), 1, 'ticks do nothing twice');
select pg_temp.work('chain', 'a', 2, 10), pg_temp.tick();
select is((pg_temp.phase('chain', 'a')).status, 'active', 'a phase goes on while blocks are left');
select is((pg_temp.project('chain')).total_found, 2::bigint, 'what it found is added up');
select pg_temp.work('chain', 'a', 1, 12), pg_temp.tick();
select is((pg_temp.phase('chain', 'a')).status, 'completed', 'with its last block it is complete');
select is((pg_temp.phase('chain', 'b')).status, 'skipped', 'what was for the case of nothing is skipped');
select is((pg_temp.phase('chain', 'c')).status, 'active', 'what was for the case of a find begins');
select pg_temp.work('chain', 'c'), pg_temp.work('chain', 'c'), pg_temp.tick();
select is((pg_temp.phase('chain', 'd')).status, 'active', 'a skipped phase does not hold up those behind it');
select pg_temp.work('chain', 'd'), pg_temp.work('chain', 'd'), pg_temp.tick();
select is((pg_temp.project('chain')).status, 'completed', 'the project is complete with its last phase');
select is((pg_temp.project('chain')).best_digits, 12::bigint, 'with the best prime that it found itself');
select is(pg_temp.events('chain'), 'project_created project_activated phase_activated phase_completed phase_skipped phase_activated phase_completed '
  'phase_activated phase_completed project_completed', 'its events tell the whole story');

-- Conditions that end a phase early; what is best is the project's own.
select tests.login('north_manager');
select pg_temp.ask('early', '[{"name": "first", "completion_condition": "first_prime_found"}, {"name": "two", "completion_condition": "n_primes_found:2"},
  {"name": "digits", "completion_condition": "target_digits_reached:50"}, {"name": "late", "completion_condition": "timeout_hours:2"},
  {"name": "dear", "completion_condition": "budget_reached:0.5"}, {"name": "later", "activation_condition": "time_since_start:3"}]');
select pg_temp.direct('early', 'activate');
select tests.logout();
select is((select count(*)::int from public.project_phases where project_id = (pg_temp.project('early')).id and status = 'active'), 5, 'phases without dependencies begin together');
select pg_temp.work('early', n, 1, 49, 45000000) from unnest('{first,two,digits,late,dear}'::text[]) n;
select pg_temp.tick();
select results_eq($$ select name, status from public.project_phases where project_id = (pg_temp.project('early')).id order by phase_order $$,
  $$ values ('first', 'completed'), ('two', 'active'), ('digits', 'active'), ('late', 'active'), ('dear', 'completed'), ('later', 'pending') $$,
  'the first find, and half a dollar (12.5 core hours at 0.04)');
select is((select status from public.prime_search_runs where number = (pg_temp.phase('early', 'first')).search_job_id), 'CANCELLED', 'the rest of its search is not worked');
select pg_temp.work('early', 'two', 1, 50), pg_temp.work('early', 'digits', 1, 50);
update public.project_phases set started_at = started_at - interval '2 hours' where name = 'late' and project_id = (pg_temp.project('early')).id;
update public.projects set started_at = started_at - interval '3 hours' where slug = 'early';
select pg_temp.tick();
select results_eq($$ select name, status from public.project_phases where project_id = (pg_temp.project('early')).id order by phase_order offset 1 $$,
  $$ values ('two', 'completed'), ('digits', 'completed'), ('late', 'completed'), ('dear', 'completed'), ('later', 'active') $$, 'two finds, 50 digits, two hours; and three since the beginning');

-- A pause uses up no hour that a condition counts, neither the project's nor the search's own.
select tests.login('north_manager');
select pg_temp.ask('paused', '[{"name": "late", "completion_condition": "timeout_hours:2"}, {"name": "later", "activation_condition": "time_since_start:3"}]');
select pg_temp.direct('paused', 'activate'), pg_temp.direct('paused', 'pause');
select tests.logout();
select ok((pg_temp.project('paused')).paused_at is not null, 'since when it is paused stands with it');
create function pg_temp.back(p_hours int) returns void language sql as $$
  update public.projects set started_at = started_at - make_interval(hours => p_hours), paused_at = paused_at - make_interval(hours => p_hours)
  where slug = 'paused';
  update public.project_phases set started_at = started_at - make_interval(hours => p_hours) where project_id = (pg_temp.project('paused')).id;
  update fleet.search_jobs set paused_at = paused_at - make_interval(hours => p_hours)
  where run_id = (select id from public.prime_search_runs where number = (pg_temp.phase('paused', 'late')).search_job_id);
$$;
select pg_temp.back(5);
select tests.login('north_manager');
select pg_temp.direct('paused', 'resume');
select tests.logout();
select pg_temp.tick();
create function pg_temp.states() returns text language sql stable as $$
  select string_agg(name || ' ' || status, ', ' order by phase_order) from public.project_phases where project_id = (pg_temp.project('paused')).id
$$;
select is(pg_temp.states(), 'late active, later pending', 'five hours in which it was paused count for neither');
select is((pg_temp.project('paused')).paused_at, null, 'it goes on');
select pg_temp.back(1);
select prime_search.pause_run(id, true) from public.prime_search_runs where number = (pg_temp.phase('paused', 'late')).search_job_id;
select pg_temp.back(1), pg_temp.tick();
select is(pg_temp.states(), 'late active, later pending', 'nor does an hour in which its search was');
select prime_search.pause_run(id, false) from public.prime_search_runs where number = (pg_temp.phase('paused', 'late')).search_job_id;
select pg_temp.back(1), pg_temp.tick();
select is(pg_temp.states(), 'late completed, later active', 'what it was at work does');
select tests.login('north_manager');
select pg_temp.direct('paused', 'pause'), pg_temp.direct('paused', 'cancel');
select tests.logout();
select ok((pg_temp.project('paused')).paused_at is null and (pg_temp.project('paused')).paused > '5 hours', 'what ends is not paused any more');

-- A block that cannot be worked: no phase completes with a hole, and what depends on it waits; it is tried again.
select tests.login('north_manager');
select pg_temp.ask('holes', '[{"name": "a"}, {"name": "b", "depends_on": ["a"]}]'), pg_temp.direct('holes', 'activate');
select tests.logout();
select tests.claim((select id from public.prime_search_runs where number = (pg_temp.phase('holes', 'a')).search_job_id));
select fleet.fail_claimed_job(tests.id('token'), 'BROKEN', 'This block is broken.', '{}');
select pg_temp.work('holes', 'a', 1), pg_temp.tick();
select is((pg_temp.phase('holes', 'a')).status, 'failed', 'a phase with a hole is not complete');
select is((pg_temp.project('holes')).status, 'failed', 'nor is its project');
select is((pg_temp.phase('holes', 'b')).status, 'pending', 'what depends on it has not begun');
select tests.login('north_manager');
select is(pg_temp.direct('holes', 'force', 'b'), 'wrong_state', 'what has not begun is not completed by hand');
select is(pg_temp.direct('holes', 'retry', 'nobody'), 'no_phase', 'nor what is not there');
select is(pg_temp.direct('holes', 'retry', 'a'), 'done', 'it is tried again');
select tests.logout();
select is((pg_temp.project('holes')).status, 'active', 'and the project goes on');
select pg_temp.work('holes', 'a', 1), pg_temp.work('holes', 'a', 0), pg_temp.tick();
select is((pg_temp.phase('holes', 'a')).total_found, 1::bigint, 'what was found twice counts once');
select is((pg_temp.phase('holes', 'a')).attempts, 2, 'in its second try');
select tests.login('north_manager');
select is(pg_temp.direct('holes', 'force', 'b'), 'done', 'what is at work is completed by hand');
select tests.logout();
select is((pg_temp.project('holes')).status, 'completed', 'and ends the project');

-- Budget: alert once, stop, resume only with more.
select tests.login('north_manager');
select pg_temp.ask('budget', '[{"name": "a"}]', '{"budget": {"max_cost_usd": 0.08, "cost_alert_threshold_usd": 0.04, "cloud_rate_usd_per_core_hour": 0.08}}'),
  pg_temp.direct('budget', 'activate');
select tests.logout();
select pg_temp.work('budget', 'a', 0, 10, 1800000), pg_temp.tick(), pg_temp.tick();
select is((pg_temp.project('budget')).total_cost_usd, 0.04, 'half a core hour at 0.08');
select is((select count(*)::int from public.project_events where project_id = (pg_temp.project('budget')).id and event_type = 'budget_alert'), 1, 'alerts once, not with each tick');
update public.prime_search_blocks set cpu_ms = 3600000 where run = (select id from public.prime_search_runs where number = (pg_temp.phase('budget', 'a')).search_job_id) and cpu_ms > 0;
select pg_temp.tick(), pg_temp.tick();
select is((pg_temp.project('budget')).status, 'paused', 'a spent budget pauses the project');
select isnt((select paused_at from public.prime_search_runs where number = (pg_temp.phase('budget', 'a')).search_job_id), null, 'and its search');
select is((pg_temp.phase('budget', 'a')).status, 'paused', 'and its phase');
update public.prime_search_blocks set cpu_ms = 5400000 where run = (select id from public.prime_search_runs where number = (pg_temp.phase('budget', 'a')).search_job_id) and cpu_ms > 0;
select pg_temp.tick();
select is((pg_temp.project('budget')).total_cost_usd, 0.12, 'what was under way then ends, and is added up in the pause');
update public.projects set updated_at = '2020-01-01' where slug = 'budget';
select pg_temp.tick();
select is((pg_temp.project('budget')).updated_at, '2020-01-01', 'where nothing changed nothing is written');
select tests.login('north_manager');
select is(pg_temp.direct('budget', 'resume'), 'over_budget', 'it goes on only with more');
select throws_ok($$ select public.pause_prime_search((select id from public.prime_search_runs where number = (pg_temp.phase('budget', 'a')).search_job_id), false) $$,
  'RC409', null, 'nor does its search without it');
select isnt(public.pause_prime_search((select id from public.prime_search_runs where number = (pg_temp.phase('budget', 'a')).search_job_id), true) ->> 'paused_at', null,
  'which may be paused twice');
select tests.logout();
select is(agents.perform(agents.make_task(tests.id('north_org'), '{"title": "x"}', 'manual'), 'resume_search',
  jsonb_build_object('search_job_id', (pg_temp.phase('budget', 'a')).search_job_id)) ->> 'outcome', 'wrong_state', 'nor by an agent');
insert into public.strategy_decisions (org_id, decision_type, form, summary, reasoning, action_taken, search_job_id)
values (tests.id('north_org'), 'pause_job', 'factorial', 's', 'r', 'executed', (pg_temp.phase('budget', 'a')).search_job_id);
select tests.login('north_manager');
select public.override_decision((select max(id) from public.strategy_decisions), 'It is to go on');
select isnt((select paused_at from public.prime_search_runs where number = (pg_temp.phase('budget', 'a')).search_job_id), null, 'nor with a decision of the strategy that is taken back');
select is(public.set_project_budget((select id from public.projects where slug = 'budget'), '{"max_cost_usd": 5}') #>> '{budget,max_cost_usd}', '5', 'which it gets');
select throws_ok($$ select public.set_project_budget((select id from public.projects where slug = 'budget'), '{"max": 5}') $$, 'RC400', null, 'by its name');
select is(pg_temp.direct('budget', 'resume'), 'done', 'then it goes on');
select tests.logout();
select is((select paused_at from public.prime_search_runs where number = (pg_temp.phase('budget', 'a')).search_job_id), null, 'with its search');
select is((select count(*)::int from public.project_events where project_id = (pg_temp.project('budget')).id and event_type = 'budget_exceeded'), 1, 'it was told once');

-- What is all done has ended, whatever it has cost: what waits only to be skipped costs nothing.
select tests.login('north_manager');
select pg_temp.ask('spent', '[{"name": "a", "completion_condition": "first_prime_found"},
  {"name": "b", "depends_on": ["a"], "activation_condition": "previous_phase_found_zero"},
  {"name": "c", "depends_on": ["b"], "activation_condition": "previous_phase_found_prime"}]',
  '{"budget": {"max_cost_usd": 0.01, "cloud_rate_usd_per_core_hour": 0.08}}'), pg_temp.direct('spent', 'activate');
select pg_temp.ask('late', '[{"name": "a"}]', '{"budget": {"max_cost_usd": 0.01, "cloud_rate_usd_per_core_hour": 0.08}}'), pg_temp.direct('late', 'activate');
select tests.logout();
select pg_temp.work('spent', 'a', 1, 10, 1800000), pg_temp.work('late', 'a', 0, 10, 1800000), pg_temp.tick();
select is((pg_temp.project('spent')).status, 'completed', 'a project that found what it was for has ended, though it has spent more than it might');
select is((pg_temp.project('late')).status, 'paused', 'one whose search has work left is paused');
update public.prime_search_runs set status = 'COMPLETED', finished_at = now(), paused_at = null, result = '{}' where number = (pg_temp.phase('late', 'a')).search_job_id;
select tests.login('north_manager');
select is(pg_temp.direct('late', 'resume'), 'done', 'until what was under way was the last of it');
select tests.logout();
select is((pg_temp.project('late')).status, 'completed', 'which ends it');

-- What a node worked costs what the model of costs says, whatever the node says.
select tests.login('north_manager');
select pg_temp.ask('nodes', '[{"name": "a"}]', '{"budget": {"cloud_rate_usd_per_core_hour": 3600}}'), pg_temp.direct('nodes', 'activate');
select tests.logout();
select tests.new_operator('north');
insert into public.node_block_results (org_id, operator_id, node, run, block_id, credit, lease_until, status, submitted_at, completed_at, sieved, tested, found, digest)
select b.org_id, tests.id('north_operator'), tests.id('north_node'), b.run, b.id, 1.5, now(), 'verified', now(), now(), 4, 0, 0, repeat('0', 64)
from public.prime_search_blocks b join public.prime_search_runs r on r.id = b.run
where r.number = (pg_temp.phase('nodes', 'a')).search_job_id and b.block_number = 1;
select pg_temp.tick();
select is((pg_temp.project('nodes')).total_cost_usd, 1.5, 'one and a half seconds, at a dollar each');

-- Extension: once each, and bounded by what was planned.
select tests.login('north_manager');
select pg_temp.ask('extends', '[{"name": "a", "extensions": [{"search_params": {"start": 5, "end": 8}, "candidates": 8, "block_size": 8}, {"search_params": {"start": 9, "end": 12}, "candidates": 8, "block_size": 8}]}]'),
  pg_temp.direct('extends', 'activate');
select tests.logout();
select pg_temp.work('extends', 'a'), pg_temp.work('extends', 'a'), pg_temp.tick(), pg_temp.tick();
select is((pg_temp.phase('extends', 'a-extend')).search_params, '{"start": 5, "end": 8}', 'a phase that found nothing is followed by the span behind it');
select pg_temp.work('extends', 'a-extend'), pg_temp.tick();
select is((pg_temp.phase('extends', 'a-extend-extend')).status, 'active', 'and by the next');
select pg_temp.work('extends', 'a-extend-extend'), pg_temp.tick();
select is((pg_temp.project('extends')).status, 'completed', 'and by no more');
-- Under a name that fits, begins with nothing cut in two, and is no other phase's.
select tests.login('north_manager');
select pg_temp.ask('long', jsonb_build_array(
    jsonb_build_object('name', repeat('ab', 42) || '-' || repeat('c', 15), 'extensions', jsonb_build_array(
      '{"search_params": {"start": 5, "end": 8}, "candidates": 8, "block_size": 8}'::jsonb,
      '{"search_params": {"start": 9, "end": 12}, "candidates": 8, "block_size": 8}'::jsonb)),
    jsonb_build_object('name', repeat('ab', 42) || '-extend', 'activation_condition', 'previous_phase_found_prime',
      'depends_on', jsonb_build_array(repeat('ab', 42) || '-' || repeat('c', 15))))),
  pg_temp.direct('long', 'activate');
select tests.logout();
select pg_temp.work('long', name), pg_temp.work('long', name), pg_temp.tick(), pg_temp.tick()
from (select repeat('ab', 42) || '-' || repeat('c', 15) as name) as a;
select is((pg_temp.phase('long', repeat('ab', 42) || '-extend-2')).search_params, '{"start": 5, "end": 8}',
  'a phase of the longest name is extended too, by one whose name no other has');
select pg_temp.work('long', repeat('ab', 42) || '-extend-2'), pg_temp.tick();
select is((pg_temp.phase('long', repeat('ab', 42) || '-extend-3')).search_params, '{"start": 9, "end": 12}', 'and again');

-- Pause, skip, cancel; what the fleet lacks; a search that a user ends.
select tests.login('north_manager');
select pg_temp.ask('hands', '[{"name": "a"}, {"name": "b", "depends_on": ["a"]}, {"name": "c", "depends_on": ["b"]}]'), pg_temp.direct('hands', 'activate');
select is(pg_temp.direct('hands', 'pause'), 'done', 'a project is paused');
select is(public.direct_project((select id from public.projects where slug = 'hands'), 'resume') #>> '{project,status}', 'active', 'and resumed');
select is(pg_temp.direct('hands', 'skip', 'a'), 'done', 'a phase is skipped');
select is((select string_agg(status, ' ' order by phase_order) from public.project_phases where project_id = (select id from public.projects where slug = 'hands')), 'skipped active pending', 'and the next one begins');
select is(pg_temp.direct('hands', 'cancel'), 'done', 'a project is cancelled');
select is((select count(*)::int from public.prime_search_runs where project_id = (select id from public.projects where slug = 'hands') and finished_at is null), 0, 'with its searches');
select is(pg_temp.direct('hands', 'retry', 'a'), 'wrong_state', 'and stays so');
select pg_temp.ask('gpu', '[{"name": "a"}]', '{"infrastructure": {"requires_gpu": true}}'), pg_temp.direct('gpu', 'activate');
select tests.logout();
select pg_temp.tick(), pg_temp.tick();
select is((select count(*)::int from public.project_events where project_id = (pg_temp.project('gpu')).id and event_type = 'fleet_insufficient'), 1, 'what isolates lack is told once');
update public.projects set status = 'cancelled', completed_at = now() where slug = 'gpu';
select tests.login('north_viewer');
select throws_ok($$ select pg_temp.direct('budget', 'cancel') $$, '42501', null, 'who may look directs nothing');
select tests.logout();
select tests.login('south_manager');
select is(public.direct_project((pg_temp.project('budget')).id, 'cancel'), null, 'strangers see no project');
select tests.logout();

-- A record waits for the checks of its finds.
select tests.login('north_manager');
select pg_temp.ask('record', '[{"name": "a"}]', '{"objective": "record"}'), pg_temp.direct('record', 'activate');
select tests.logout();
select pg_temp.work('record', 'a', 1), pg_temp.work('record', 'a'), pg_temp.tick();
select is((pg_temp.project('record')).status, 'active', 'a record is none before its check');
insert into public.prime_checks (prime_id, certificate_digest, valid, reason, slices, cpu_ms)
select id, md5(certificate::text), false, 'no', 1, 1 from public.primes where expression like 'record/a/%';
select pg_temp.tick();
select is((pg_temp.project('record')).status, 'completed', 'whatever that says');

-- Costs are fitted to blocks.
update public.cost_calibrations set fitted_at = now() - interval '2 hours';
insert into public.prime_search_runs (org_id, form, params, candidates, block_size, blocks, request)
values (tests.id('north_org'), 'twin', '{}', 1200, 100, 12, '{}');
update public.prime_search_blocks b set status = 'completed', claimed_at = now(), completed_at = now(), tested = 100, digest = repeat('0', 64), digits = 1000 * block_number,
  cpu_ms = 100 * 250 * power(block_number, 2.2)
from public.prime_search_runs r where r.id = b.run and r.form = 'twin' and r.org_id = tests.id('north_org');
select prime_search.fit_costs();
select results_eq($$ select round(coeff_a::numeric, 3), round(coeff_b::numeric, 3), sample_count, round(avg_error_pct::numeric, 2) from public.cost_calibrations where form = 'twin' $$,
  $$ values (0.250, 2.200, 12, 0.00) $$, 'a quarter of a second at 1,000 digits, growing with the power of 2.2');
-- They are all orgs': an agent of one may bring them nearer to what blocks cost, and not away from it.
create function pg_temp.calibrate(p_form text, p_a numeric) returns text language sql as $$
  select agents.perform(agents.make_task(tests.id('north_org'), '{"title": "x"}', 'manual'), 'change_calibration',
    jsonb_build_object('form', p_form, 'coeff_a', p_a, 'coeff_b', 2.2)) ->> 'outcome' $$;
select is(pg_temp.calibrate('twin', 0.000001), 'not_better', 'costs that no block had are not taken');
select is((select round(coeff_a::numeric, 3) from public.cost_calibrations where form = 'twin'), 0.250, 'and those that stood stand');
select is(pg_temp.calibrate('palindromic', 1), 'not_found', 'nor are any of a form that has none');
update public.cost_calibrations set coeff_a = 5 where form = 'twin';
select is(pg_temp.calibrate('twin', 0.26), 'done', 'better ones are');
select * from finish();
rollback;
