-- Schedules: what cron means, that each fires once, that events do not go round in circles; templates; handlers' tasks.
begin;
select plan(71);
select tests.new_service('north');
update fleet.search_types set enabled = true where search_type = 'agent_task';
create function pg_temp.next(p_expr text, p_after text) returns text language sql as
$$ select to_char(agents.next_time(p_expr, p_after::timestamptz) at time zone 'UTC', 'YYYY-MM-DD HH24:MI') $$;

select is(pg_temp.next('0 2 * * *', '2026-11-26 02:00Z'), '2026-11-27 02:00', 'each day');
select is(pg_temp.next('*/15 8-17 * * 1-5', '2026-11-27 17:45Z'), '2026-11-30 08:00', 'steps, ranges, weekdays');
select is(pg_temp.next('0 3 1 * *', '2026-12-01 03:00Z'), '2027-01-01 03:00', 'each month');
select is(pg_temp.next('0 0 29 2 *', '2096-03-01 00:00Z'), '2104-02-29 00:00', 'a leap day, also over 2100');
select is(pg_temp.next('0 0 13 * 5', '2026-11-26 00:00Z'), '2026-11-27 00:00', 'the thirteenth, or a Friday');
select is(pg_temp.next('0 0 * * 7', '2026-11-26 00:00Z'), '2026-11-29 00:00', 'Sunday is 7 as well as 0');
select is(pg_temp.next('5,10 0 1 jan,JUL mon', '2026-11-26 00:00Z'), '2027-01-01 00:05', 'lists and names');
select is(pg_temp.next('59 23 31 12 *', '2026-12-31 23:58:59Z'), '2026-12-31 23:59', 'the next minute');
select is(pg_temp.next(e, '2026-11-26 00:00Z'), null, format('"%s" is none', e))
from unnest(array['', '* * * *', '60 * * * *', '* 24 * * *', '0 0 0 * *', '0 0 31 2 *', '*/0 * * * *', '5-1 * * * *', '0 0 * * 8', 'a b c d e', '* * * * * *', '-1 * * * *']) as e;

select tests.login('north_manager');
select throws_ok($$ select public.save_agent_schedule('{"name": "n", "task_title": "x", "cron_expr": "61 * * * *"}') $$, 'RC400', null, 'an expression that names no time is refused');
select throws_ok($$ select public.save_agent_schedule('{"name": "n", "task_title": "x"}') $$, 'RC400', null, 'a schedule waits for something');
select throws_ok($$ select public.save_agent_schedule('{"name": "n", "template_name": "none", "cron_expr": "* * * * *"}') $$, 'RC400', null, 'a template that there is');
select is(public.save_agent_schedule('{"name": "night", "enabled": true, "task_title": "Look", "handler": "analyze_results", "cron_expr": "0 2 * * *"}') ->> 'trigger_type', 'cron', 'it is saved');
select is(public.save_agent_schedule('{"name": "finds", "enabled": true, "template_name": "analyze-results", "event_filter": {"event": "prime_found"}}') ->> 'action_type', 'template', 'another');
select is(public.save_agent_schedule('{"name": "errors", "enabled": true, "task_title": "Errors", "event_filter": {"event": "error"}}') ->> 'enabled', 'true', 'another');
select throws_ok($$ select public.save_agent_schedule('{"name": "night", "task_title": "Other", "cron_expr": "0 3 * * *"}', '{"id": null}') $$, 'RC409', null, 'a new one replaces none of that name');
select throws_ok($$ select public.save_agent_schedule('{"name": "night", "enabled": false, "task_title": "Look", "cron_expr": "0 2 * * *"}', '{"enabled": true, "cron_expr": "0 1 * * *"}') $$, 'RC409', null, 'nor what somebody else changed meanwhile');
select throws_ok($$ select public.save_agent_schedule('{"name": "gone", "task_title": "Look", "cron_expr": "0 2 * * *"}', '{"id": 5}') $$, 'RC409', null, 'nor comes one back that was deleted');
select throws_ok($$ select public.save_agent_schedule('{"name": "night", "task_title": "Look", "cron_expr": "0 2 * * *"}', '[]') $$, 'RC400', null, 'what was read is an object');
select is((select row_to_json(s)::jsonb - 'last_checked_at' from public.agent_schedules s where name = 'night'),
  public.save_agent_schedule('{"name": "night", "enabled": true, "task_title": "Look", "handler": "analyze_results", "cron_expr": "0 2 * * *"}',
    (select to_jsonb(s) || '{"fire_count": 7, "last_checked_at": "2026-01-01T00:00:00Z"}' from public.agent_schedules s where name = 'night')) - 'last_checked_at' - 'next_at',
  'as it was read it is saved, whatever it fired meanwhile');
select tests.logout();
select is(agents.tick(), 0, 'nothing is due');
update public.agent_schedules set last_checked_at = now() - interval '9 days' where name = 'night';
select is(agents.tick(), 1, 'what was missed nine times fires once');
select is(agents.tick(), 0, 'and not again');
select is((select count(*) from public.agent_tasks where source = 'schedule' and handler = 'analyze_results'), 1::bigint, 'its task is there');
select is((select status from public.agent_tasks where source = 'schedule'), 'in_progress', 'and under way');
select is((select count(*) from public.agent_handler_runs r join public.agent_tasks t on t.id = r.task_id where t.source = 'schedule'), 1::bigint, 'as work of the fleet');

-- Events.
select tests.new_search('north');
insert into public.primes (form, expression, digits) select 'factorial', 'agents ' || n, 3 from generate_series(1, 2) n;
insert into public.prime_search_finds (org_id, run, candidate, prime_id, proof_method)
select tests.id('north_org'), tests.id('north_search'), row_number() over (order by id), id, 'probabilistic' from public.primes where expression like 'agents %';
insert into public.system_logs (level, source, component, message, org_id) values ('error', 'planner', 'slice', 'It broke', tests.id('north_org')), ('error', 'planner', 'slice', 'Again', tests.id('north_org')),
  ('error', 'agent_task', 'slice', 'A handler broke', tests.id('north_org'));
select is(agents.tick(), 2, 'what happened since the last tick fires each schedule once');
select is((select jsonb_array_length(params -> 'events') from public.agent_tasks where title = 'Errors'), 2, 'with all of it, but without what agents caused');
select is((select count(*) from public.agent_tasks where template_name = 'analyze-results'), 4::bigint, 'a template is a task with its steps');
select is((select jsonb_array_length(params #> '{events,0,primes}') from public.agent_tasks where template_name = 'analyze-results' and handler = 'analyze_results'), 2, 'which know what it is about');
select is(agents.tick(), 0, 'once');
-- However much happened, what waits for it begins: what its params have no room for is counted.
with made as (insert into public.primes (form, expression, digits) select 'factorial', 'agents many ' || n, 3 from generate_series(1, 4000) n returning id)
insert into public.prime_search_finds (org_id, run, candidate, prime_id, proof_method)
select tests.id('north_org'), tests.id('north_search'), 10 + row_number() over (order by id), id, 'probabilistic' from made;
insert into public.system_logs (level, source, component, message, org_id) select 'error', 'planner', 'slice', 'It broke', tests.id('north_org') from generate_series(1, 60);
update agents.signals set subject = subject || jsonb_build_object('why', repeat('x', 900)) where event = 'error';
select is(agents.tick(), 2, 'four thousand primes at once fire the schedule, and so do sixty errors that say much');
select is((select params #> '{events,0,found}' from public.agent_tasks where handler = 'analyze_results' and template_name is not null order by id desc limit 1), '4000', 'of very many it is told how many');
select is((select jsonb_array_length(params -> 'events') + (params ->> 'more_events')::int from public.agent_tasks where title = 'Errors' order by id desc limit 1), 60, 'and what there is no room for is counted');
insert into public.prime_check_runs (id, org_id, primes, by_agents) select tests.remember('agents_check', gen_random_uuid()), tests.id('north_org'), array[max(id)], true from public.primes;
insert into public.system_logs (level, source, component, message, org_id, run_id) values ('error', 'prime_check', 'refused', 'Refused', tests.id('north_org'), tests.id('agents_check'));
select is(agents.tick(), 0, 'what goes wrong with what agents asked for begins no other task');

-- What would be too long once it fires is refused when it is set up, with its place.
delete from public.agent_schedules where org_id = tests.id('north_org');
create function pg_temp.fault(p_call text) returns text language plpgsql as $$
declare v_detail text;
begin
  execute p_call;
  return 'taken';
exception when sqlstate 'RC400' then
  get stacked diagnostics v_detail = pg_exception_detail;
  return v_detail::jsonb #>> '{0,path}';
end $$;
-- Params of so many characters.
create function pg_temp.params(p_key text, p_length int) returns jsonb language sql as
$$ select jsonb_build_object(p_key, repeat('x', p_length - length(p_key) - 8)) $$;
create function pg_temp.template(p_params jsonb) returns text language sql as $$
  select pg_temp.fault(format('select public.save_agent_template(%L)', jsonb_build_object('name', 'long', 'steps',
    jsonb_build_array('{"title": "first", "params": null}'::jsonb, jsonb_build_object('title', 'second', 'params', p_params)))))
$$;
create function pg_temp.schedule(p_length int, p_more jsonb) returns text language sql as $$
  select pg_temp.fault(format('select public.save_agent_schedule(%L)', jsonb_build_object('name', 'long', 'enabled', true, 'params', pg_temp.params('b', p_length)) || p_more))
$$;
select tests.login('north_manager');
select is(pg_temp.template('[1]'), 'steps[1].params', 'params of a step are an object');
select is(length(pg_temp.params('a', 10000)::text), 10000, 'a step has long params');
select is(pg_temp.template(pg_temp.params('a', 10000)), 'taken', 'as it may');
select is(pg_temp.schedule(20000, '{"task_title": "Long", "cron_expr": "0 2 * * *"}'), 'taken', 'a task has twenty thousand');
select is(pg_temp.schedule(20000, '{"task_title": "Long", "event_filter": {"event": "error"}}'), 'params', 'one that is told of events has room for them');
select is(pg_temp.schedule(10100, '{"template_name": "long", "cron_expr": "0 2 * * *"}'), 'params', 'those of steps count');
select is(pg_temp.schedule(9900, '{"template_name": "long", "event_filter": {"event": "error"}}'), 'taken', 'what fits is set up');
select is(pg_temp.template(pg_temp.params('a', 10100)), 'steps[1].params', 'nor does a template outgrow a schedule');
select tests.logout();
insert into public.system_logs (level, source, component, message, org_id) select 'error', 'planner', 'slice', 'It broke', tests.id('north_org') from generate_series(1, 60);
select is(agents.tick(), 1, 'and fires');
select ok(bool_and(jsonb_array_length(params -> 'events') + (params ->> 'more_events')::int = 60), 'with as many events as there is room for')
from public.agent_tasks where template_name = 'long' and parent_task_id is not null;
update public.agent_schedules set trigger_type = 'cron', event_filter = null, cron_expr = '0 2 * * *', last_checked_at = now() - interval '9 days'
where org_id = tests.id('north_org');
update public.agent_schedules set params = params || '{"none": null}' where org_id = tests.id('north_org');
select is(agents.tick(), 1, 'by the clock as well');
select is((select count(*)::int from public.agent_tasks where template_name = 'long' and params -> 'none' = 'null'), 2, 'with params as they are, nulls among them');
select is((select count(*)::int from public.agent_tasks where template_name = 'long' and title = 'second'), 2, 'with both steps');

-- Handlers: no budget, no work; their end is their task's.
update public.agent_budgets set budget_usd = spent_usd where org_id = tests.id('north_org') and period = 'weekly';
select tests.login('north_manager');
select is(public.request_agent_task('{"title": "Fleet", "handler": "review_fleet"}') ->> 'status', 'pending', 'where the budget is spent a handler waits');
select is(public.request_agent_task('{"title": "Poor", "handler": "review_fleet", "max_cost_usd": 0}') ->> 'error_code', 'BUDGET_EXCEEDED', 'one that may cost nothing fails');
select isnt(public.set_agent_budget(null, 'weekly', 50), null, 'there is money again');
select is((select status from public.agent_tasks where title = 'Fleet'), 'in_progress', 'and it begins');
select tests.logout();
update fleet.search_jobs set status = 'FAILED', error_code = 'X', error_message = 'It broke.', finished_at = now(), started_at = now()
where run_id = (select r.id from public.agent_handler_runs r join public.agent_tasks t on t.id = r.task_id where t.title = 'Fleet');
select agents.tick();
select results_eq($$ select status, error_code, error from public.agent_tasks where title = 'Fleet' $$, $$ values ('failed', 'X', 'It broke.') $$, 'work that fails is a task that failed');
select throws_ok($$ select agents.commit_run(gen_random_uuid(), '{}') $$, 'RC001', null, 'nothing is committed without a claim');

-- Deadlines and silence.
select tests.login('north_manager');
select is(public.request_agent_task(jsonb_build_object('title', 'Late', 'deadline', to_char(now() - interval '1 hour', 'YYYY-MM-DD"T"HH24:MI:SS"Z"'))) ->> 'status', 'pending', 'a task has a deadline');
select tests.logout();
select agents.tick();
select is((select error_code from public.agent_tasks where title = 'Late'), 'DEADLINE_PASSED', 'and fails where it had not begun');
select tests.login('north_manager');
select is(public.request_agent_task('{"title": "Long", "timeout_secs": 600}') ->> 'status', 'pending', 'and a time that it may take');
select is(public.request_agent_task('{"title": "Silent"}') ->> 'status', 'pending', 'whose agent is to be heard of');
select tests.logout();
update public.agent_tasks set status = 'in_progress', started_at = now() - interval '10 seconds', claim_token = gen_random_uuid(), lease_until = now() + interval '1 hour'
where title in ('Long', 'Silent');
select agents.tick();
select is((select string_agg(status, ' ' order by title) from public.agent_tasks where title in ('Long', 'Silent')), 'in_progress in_progress', 'within both they go on');
update public.agent_tasks set started_at = now() - interval '601 seconds' where title = 'Long';
update public.agent_tasks set lease_until = now() - interval '1 second' where title = 'Silent';
select agents.tick();
select results_eq($$ select status, error_code from public.agent_tasks where title in ('Long', 'Silent') order by title $$,
  $$ values ('failed', 'TIMEOUT'), ('pending', null) $$, 'who takes longer fails, and what nobody is heard of waits again');
select * from finish();
rollback;
