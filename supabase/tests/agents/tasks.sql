-- Tasks: made, in what order they are taken, what ends with them, what they may spend and do.
begin;
select plan(109);
select tests.new_service('north'), tests.new_service('south');
update fleet.search_types set enabled = true where search_type = 'agent_task';
create function pg_temp.make(p_more jsonb) returns bigint language sql as
$$ select (public.request_agent_task('{"title": "Look"}' || p_more) ->> 'id')::bigint $$;
create function pg_temp.task(p_id bigint) returns public.agent_tasks language sql stable as $$ select t from public.agent_tasks t where id = p_id $$;
create temporary table k (name text primary key, key text, id uuid);
create temporary table t (name text primary key, id bigint, token uuid);
grant all on k, t to authenticated;
create function pg_temp.call(p_agent text, p_call text, p_body jsonb) returns jsonb language sql as
$$ select agents.call((select key from k where name = p_agent), p_call, p_body) $$;
create function pg_temp.take(p_agent text, p_name text) returns bigint language plpgsql as $$
declare a jsonb := pg_temp.call(p_agent, 'claim', '{"lease_secs": 60}');
begin
  insert into t values (p_name, (a #>> '{task,id}')::bigint, (a #>> '{task,claim_token}')::uuid);
  return (a #>> '{task,id}')::bigint;
end $$;
create function pg_temp.held(p_name text) returns jsonb language sql as
$$ select jsonb_build_object('task_id', id, 'claim_token', token) from t where name = p_name $$;

-- Who may make tasks, and of what shape.
select tests.login('north_viewer');
select throws_ok($$ select public.request_agent_task('{"title": "x"}') $$, '42501', null, 'who may look makes no task');
select tests.login('north_doctor');
select throws_ok($$ select public.request_agent_task('{"title": "x"}') $$, '42501', null, 'nor do doctors');
select tests.login('north_manager');
select throws_ok($$ select public.request_agent_task('{}') $$, 'RC400', null, 'a task has a title');
select throws_ok($$ select public.request_agent_task('{"title": "x", "colour": 1}') $$, 'RC400', null, 'there is no such member');
select throws_ok($$ select public.request_agent_task('{"title": "x", "role_name": "king"}') $$, 'RC400', null, 'there is no such role');
select throws_ok($$ select public.request_agent_task('{"title": "x", "handler": "rm"}') $$, 'RC400', null, 'there is no such handler');
select throws_ok($$ select public.request_agent_task('{"title": "x", "depends_on": [999999999]}') $$, 'RC400', null, 'it waits for a task that there is');
select throws_ok(format('select public.request_agent_task(%L)', jsonb_build_object('title', 'x', 'depends_on', d.value)), 'RC400', null,
  'what it waits for are ids of tasks, not ' || d.value::text)
from jsonb_array_elements('["abc", ["abc"], [1.5], [null], [[1]], {"a": 1}, 3]') as d;
select throws_ok($$ select public.request_agent_task('{"title": "x", "deadline": "2027-02-30T00:00:00Z"}') $$, 'RC400', null, 'deadlines are times');
select throws_ok($$ select public.request_agent_task('{"title": "x", "params": [1]}') $$, 'RC400', null, 'params are an object');
select throws_ok(format('select public.request_agent_task(%L)', jsonb_build_object('title', 'x', 'org_id', tests.id('south_org'))), 'RC404', null, 'another org is not there');

-- Agents and their keys.
insert into k select 'a', x ->> 'key', (x #>> '{agent,id}')::uuid from public.create_agent('{"name": "Ada", "permission_level": 2}') as x;
insert into k select 'b', x ->> 'key', (x #>> '{agent,id}')::uuid from public.create_agent('{"name": "Ben", "role_name": "research"}') as x;
select throws_ok($$ select public.create_agent('{"name": "Ada"}') $$, 'RC409', null, 'names are taken once');
select is((select permission_level from public.agents where name = 'Ben'), 0::smallint, 'the level is the role''s where nothing is said');
select ok((select count(*) = 2 from k where key ~ '^agent_[0-9a-f]{64}$'), 'keys are random');
select throws_ok($$ select * from private.agent_keys $$, '42501', null, 'and nobody reads them');
select is(public.rotate_agent_key(tests.id('north_org')), null, 'no agent, no key');

-- The order in which tasks are taken.
insert into t select 'low', pg_temp.make('{"priority": "low", "permission_level": 2}');
insert into t select 'old', pg_temp.make('{"permission_level": 2}');
insert into t select 'urgent', pg_temp.make('{"priority": "urgent", "permission_level": 3}');
insert into t select 'after', pg_temp.make(jsonb_build_object('depends_on', jsonb_build_array((select id from t where name = 'old')), 'priority', 'high'));
insert into t select 'child', pg_temp.make(jsonb_build_object('parent_task_id', (select id from t where name = 'low'), 'permission_level', 3));
select is((pg_temp.task((select id from t where name = 'child'))).permission_level, 2::smallint, 'a task below another may no more than that');
select is((pg_temp.task((select id from t where name = 'child'))).priority, 'low', 'and is as urgent');
-- What would wait in a circle, and so for ever: below a task, on that task itself, or on one that waits for it.
select throws_ok(format('select pg_temp.make(%L)', jsonb_build_object('parent_task_id', (select id from t where name = 'low'),
  'depends_on', jsonb_build_array((select id from t where name = 'low')))), 'RC400', null, 'a sub-task does not wait for its own task');
select throws_ok(format('select pg_temp.make(%L)', jsonb_build_object('parent_task_id', (select id from t where name = 'old'),
  'depends_on', jsonb_build_array((select id from t where name = 'after')))), 'RC400', null, 'nor for one that waits for that');
select lives_ok(format('select public.cancel_agent_task(pg_temp.make(%L))', jsonb_build_object('parent_task_id', (select id from t where name = 'urgent'), 'on_child_failure', 'skip',
  'depends_on', jsonb_build_array((select id from t where name = 'child')))), 'for others it may');
select tests.logout();
select is(pg_temp.call('none', 'claim', '{"lease_secs": 60}') ->> 'outcome', 'no_agent', 'a key that is none opens nothing');
select is(pg_temp.take('a', '1'), (select id from t where name = 'old'), 'not what is above its level, what waits, or what has sub-tasks');
select is(pg_temp.take('a', '2'), (select id from t where name = 'child'), 'then the sub-task');
select is((pg_temp.task((select id from t where name = 'low'))).status, 'in_progress', 'and the task above it is under way');
select is(pg_temp.call('a', 'claim', '{"lease_secs": 60}') ->> 'outcome', 'none', 'there is no other');
select is(pg_temp.call('b', 'heartbeat', pg_temp.held('1') || '{"lease_secs": 60}') ->> 'outcome', 'claim_lost', 'another agent has no say in it');
select is(pg_temp.call('a', 'heartbeat', pg_temp.held('1') || jsonb_build_object('claim_token', gen_random_uuid(), 'lease_secs', 60)) ->> 'outcome', 'claim_lost', 'nor has another token');
select is(pg_temp.call('a', 'complete', pg_temp.held('1') || '{"result": {"summary": "seen"}}') ->> 'outcome', 'done', 'it completes');
select is(pg_temp.call('a', 'fail', pg_temp.held('1') || '{"error": "late"}') ->> 'outcome', 'claim_lost', 'once');
select is(pg_temp.take('a', '3'), (select id from t where name = 'after'), 'what waited for it begins');
select is(pg_temp.call('a', 'event', pg_temp.held('3') || '{"event_type": "message", "summary": "Half way"}') ->> 'outcome', 'done', 'agents say what they do');

-- What ends with a task.
select pg_temp.call('a', 'fail', pg_temp.held('2') || '{"error": "It broke."}');
select is((pg_temp.task((select id from t where name = 'low'))).status, 'failed', 'a task fails with its sub-task');
select tests.login('north_manager');
insert into t select 'skip', pg_temp.make('{"on_child_failure": "skip", "permission_level": 2}');
insert into t select 's1', pg_temp.make(jsonb_build_object('parent_task_id', (select id from t where name = 'skip'), 'priority', 'urgent'));
insert into t select 's2', pg_temp.make(jsonb_build_object('parent_task_id', (select id from t where name = 'skip'), 'depends_on', jsonb_build_array((select id from t where name = 's1'))));
select tests.logout();
select is(pg_temp.take('a', '4'), (select id from t where name = 's1'), 'urgent first');
select pg_temp.call('a', 'fail', pg_temp.held('4') || '{"error": "It broke."}');
select is(pg_temp.take('a', '5'), (select id from t where name = 's2'), 'or the failure is passed over');
select pg_temp.call('a', 'complete', pg_temp.held('5') || '{"result": {}}');
select is((pg_temp.task((select id from t where name = 'skip'))).status, 'completed', 'and it completes when all have ended');
select tests.login('north_manager');
insert into t select 'c1', pg_temp.make('{}');
insert into t select 'c2', pg_temp.make(jsonb_build_object('depends_on', jsonb_build_array((select id from t where name = 'c1'))));
insert into t select 'c3', pg_temp.make(jsonb_build_object('depends_on', jsonb_build_array((select id from t where name = 'c2'))));
select is(public.cancel_agent_task((select id from t where name = 'c1'), 'not now') ->> 'status', 'cancelled', 'a task is cancelled');
select is((select array_agg((pg_temp.task(id)).status order by name) from t where name in ('c2', 'c3')), '{cancelled,cancelled}', 'with all that waits for it');
select tests.login('south_manager');
select is(public.cancel_agent_task((select id from t where name = 'after')), null, 'of another org there is none');
select tests.logout();

-- What may be spent.
select tests.login('south_manager');
select is((select array_agg((b ->> 'budget_usd')::numeric) from jsonb_array_elements(public.get_agent_budgets(tests.id('south_org'))) b), '{10,50,150}', 'an org has budgets before anybody said anything');
select tests.logout();
select is_empty($$ select from public.agent_budgets where org_id = tests.id('south_org') $$, 'and looking makes none');
select is(pg_temp.call('a', 'spend', pg_temp.held('3') || '{"cost_usd": 0.75, "tokens": 100}') ->> 'outcome', 'done', 'money is asked for before it is spent');
update public.agent_tasks set max_cost_usd = 1 where id = (select id from t where name = 'after');
select tests.login('north_manager');
select is((select array_agg(b ->> 'spent_usd') from jsonb_array_elements(public.get_agent_budgets(tests.id('north_org'))) b), '{0.750000,0.750000,0.750000}', 'and booked on all three');
select throws_ok($$ select public.set_agent_budget(null, 'yearly', 1) $$, 'RC400', null, 'there is no such period');
select throws_ok($$ select public.set_agent_budget(null, 'daily', 'NaN') $$, 'RC400', null, 'nor such an amount');
select is((public.set_agent_budget(null, 'daily', 0.8) #>> '{0,budget_usd}')::numeric, 0.8, 'a budget is changed');
select tests.logout();
select is(pg_temp.call('a', 'spend', pg_temp.held('3') || '{"cost_usd": 0.1, "tokens": 1}') ->> 'period', 'daily', 'nothing above the budget is spent');
select is((select spent_usd from public.agent_budgets where org_id = tests.id('north_org') and period = 'daily'), 0.75, 'and nothing is booked');
update public.agent_budgets set period_start = period_start - interval '1 day' where org_id = tests.id('north_org') and period = 'daily';
select tests.login('north_manager');
select is((select array_agg((b ->> 'spent_usd')::numeric) from jsonb_array_elements(public.get_agent_budgets(tests.id('north_org'))) b), '{0,0.75,0.75}', 'of a period that is over nothing is told');
select tests.logout();
select is(pg_temp.call('a', 'spend', pg_temp.held('3') || '{"cost_usd": 0.1, "tokens": 1}') ->> 'outcome', 'done', 'the next day it may be');
select is((select array_agg(spent_usd order by period) from public.agent_budgets where org_id = tests.id('north_org')), '{0.100000,0.850000,0.850000}', 'a period that is over begins at nothing');
select is(pg_temp.call('a', 'spend', pg_temp.held('3') || '{"cost_usd": 0.2, "tokens": 1}') ->> 'period', 'task', 'a task has a limit of its own');
select results_eq($$ select (pg_temp.task(id)).status, (pg_temp.task(id)).error_code from t where name = 'after' $$, $$ values ('failed', 'BUDGET_EXCEEDED') $$, 'and ends with it');

-- What may be done.
select tests.login('north_manager');
insert into t select 'd', pg_temp.make('{"permission_level": 2, "role_name": "engine"}');
select tests.logout();
select is(pg_temp.take('a', '6'), (select id from t where name = 'd'), 'a task of a role');
select is(pg_temp.call('a', 'act', pg_temp.held('6') || '{"action": "direct_project", "params": {"project_id": 1, "action": "pause"}}') ->> 'outcome', 'denied', 'above its level nothing is done');
select throws_ok(format($$ select pg_temp.call('a', 'act', pg_temp.held('6') || '{"action": "create_task", "params": {"title": "x", "parent_task_id": %s}}') $$,
  (select id from t where name = 'urgent')), 'RC400', null, 'a task that it makes is below its own, and it says no other place');
select is(pg_temp.call('a', 'act', pg_temp.held('6') || '{"action": "remember", "params": {"key": "depth", "value": "1000"}}') ->> 'outcome', 'done', 'within it is');
select throws_ok($$ select pg_temp.call('a', 'act', pg_temp.held('6') || '{"action": "remember", "params": {"key": ""}}') $$, 'RC400', null, 'with what belongs to it');
select is((select value from public.agent_memory where org_id = tests.id('north_org') and agent = 'engine' and key = 'depth'), '1000', 'it is remembered for its role');
select tests.login('north_manager');
select throws_ok($$ select public.set_agent_permission(null, 'engine', 'fly', '{"allowed": true}') $$, 'RC400', null, 'there is no such action');
select is(public.set_agent_permission(null, 'engine', 'remember', '{"allowed": true, "requires_approval": true}') ->> 'requires_approval', 'true', 'an org may ask to be asked');
select tests.logout();
select is(pg_temp.call('a', 'act', pg_temp.held('6') || '{"action": "remember", "params": {"key": "depth", "value": "2000"}}') ->> 'outcome', 'waiting_for_approval', 'then a person is');
select is((select value from public.agent_memory where org_id = tests.id('north_org') and key = 'depth'), '1000', 'and nothing is done before');
select tests.login('north_viewer');
select throws_ok($$ select public.decide_agent_approval((select max(id) from public.agent_approvals), true) $$, '42501', null, 'not by who may look');
select tests.login('north_manager');
select throws_ok($$ select public.decide_agent_approval((select max(id) from public.agent_approvals), false) $$, 'RC400', null, 'a refusal has a reason');
select is(public.decide_agent_approval((select max(id) from public.agent_approvals), true) ->> 'status', 'approved', 'it is approved');
select is(public.decide_agent_approval((select max(id) from public.agent_approvals), true) ->> 'status', 'approved', 'once');
select throws_ok($$ select public.decide_agent_approval((select max(id) from public.agent_approvals), false, 'no') $$, 'RC409',
  'Somebody else changed this approval meanwhile, and nothing was saved.', 'who decides otherwise is told that it is decided');
select is((select value from public.agent_memory where org_id = tests.id('north_org') and key = 'depth'), '2000', 'and done');
select is(public.set_agent_permission(null, 'engine', 'remember', '{"allowed": false}') ->> 'allowed', 'false', 'or to have it never done');
select tests.logout();
select is(pg_temp.call('a', 'act', pg_temp.held('6') || '{"action": "remember", "params": {"key": "depth", "value": "3"}}') ->> 'outcome', 'denied', 'it is not');
select is((select count(*) from public.agent_events where event_type = 'action_denied' and task_id = (select id from t where name = 'd')), 2::bigint, 'each try is an event');

-- Who makes without end comes to one: sub-tasks however deep, what is remembered (all of which is told with each task), what a person is
-- asked, and events of what was done, denied or refused. The task can be ended all the same.
select tests.login('north_manager');
select public.set_agent_permission(null, 'engine', 'remember', '{"allowed": true}') is null, public.set_agent_permission(null, 'engine', 'verify_prime', '{"allowed": true, "requires_approval": true}') is null;
select tests.logout();
with made as (
  insert into public.agent_tasks (org_id, title, source, parent_task_id, permission_level, status, completed_at)
  select tests.id('north_org'), 'One of many', 'agent', (select id from t where name = 'd'), 0, 'cancelled', now() from generate_series(1, 999) returning id
) insert into t select 'many', max(id), null from made;
update public.agent_tasks set status = 'pending', completed_at = null where id = (select id from t where name = 'many');
select is(pg_temp.call('a', 'act', pg_temp.held('6') || '{"action": "create_task", "params": {"title": "the last"}}') ->> 'outcome', 'done', 'a thousand sub-tasks');
select throws_ok($$ select pg_temp.call('a', 'act', pg_temp.held('6') || '{"action": "create_task", "params": {"title": "x"}}') $$, 'RC409', 'A task has at most 1000 below it, however deep.', 'and no more');
select tests.login('north_manager');
select throws_ok(format('select public.request_agent_task(%L)', jsonb_build_object('title', 'x', 'parent_task_id', (select id from t where name = 'many'))), 'RC409', 'A task has at most 1000 below it, however deep.', 'nor deeper, whoever asks');
select tests.logout();
insert into public.agent_memory (org_id, agent, key, value) select tests.id('north_org'), 'engine', 'many ' || n, 'x' from generate_series(1, 199) n;
select throws_ok($$ select pg_temp.call('a', 'act', pg_temp.held('6') || '{"action": "remember", "params": {"key": "more", "value": "1"}}') $$, 'RC409', null, 'two hundred memories');
select is(pg_temp.call('a', 'act', pg_temp.held('6') || '{"action": "remember", "params": {"key": "depth", "value": "9"}}') ->> 'outcome', 'done', 'one of which may change');
select is((select count(*)::int from generate_series(1, 100) where pg_temp.call('a', 'act', pg_temp.held('6') || '{"action": "verify_prime", "params": {"prime_id": 1}}') ->> 'outcome' = 'waiting_for_approval'), 100, 'a hundred questions');
select throws_ok($$ select pg_temp.call('a', 'act', pg_temp.held('6') || '{"action": "verify_prime", "params": {"prime_id": 1}}') $$, 'RC409', null, 'that wait');
insert into public.agent_events (org_id, task_id, event_type, summary) select tests.id('north_org'), id, 'message', 'x' from t, generate_series(1, 5000) where name = 'd';
select throws_ok(format($$ select pg_temp.call('a', %L, pg_temp.held('6') || '{"event_type": "message", "summary": "x", "cost_usd": 0, "tokens": 0, "action": "remember", "params": {}}') $$, c), 'RC409',
  'A task has at most 5000 events; it can still be ended or given back.', c || ' leaves no more') from unnest(array['event', 'spend', 'act']) as c;
select is(pg_temp.call('a', 'heartbeat', pg_temp.held('6') || '{"lease_secs": 60}') ->> 'outcome', 'done', 'it goes on');
delete from public.agent_tasks where parent_task_id = (select id from t where name = 'd');

-- A task and its sub-tasks end together, and what its agent says of it stays: while it is at work, it is not ended under its hands.
create function pg_temp.sub(p_as text, p_more jsonb default '{}') returns bigint language sql as
$$ select (pg_temp.call('a', 'act', pg_temp.held(p_as) || jsonb_build_object('action', 'create_task', 'params', '{"title": "Below", "permission_level": 0}' || p_more)) ->> 'task_id')::bigint $$;
select tests.login('north_manager');
insert into t select 'w' || n, pg_temp.make('{"permission_level": 2, "priority": "urgent"}') from generate_series(1, 3) n;
select tests.logout();
select is(pg_temp.take('a', 'h1'), (select id from t where name = 'w1'), 'a task that makes others');
insert into t select 'x1', pg_temp.sub('h1');
select is(pg_temp.take('a', 'h2'), (select id from t where name = 'w2'), 'and one of another tree');
update public.agent_tasks set priority = 'urgent' where id = (select id from t where name = 'x1');
update public.agent_tasks set priority = 'low' where id = (select id from t where name = 'w3');
select is(pg_temp.take('a', 'hx1'), (select id from t where name = 'x1'), 'its sub-task is taken');
select pg_temp.call('a', 'complete', pg_temp.held('hx1') || '{"result": {"summary": "below"}}');
select is((pg_temp.task((select id from t where name = 'w1'))).status, 'in_progress', 'it goes on while its agent is at work, though all below it has ended');
select is(pg_temp.call('a', 'complete', pg_temp.held('h1') || '{"result": {"summary": "mine", "figure": 7}}') ->> 'outcome', 'done', 'until that says that it is done');
select is((pg_temp.task((select id from t where name = 'w1'))).result, jsonb_build_object('summary', 'mine', 'figure', 7, 'sub_tasks', jsonb_build_array(
  jsonb_build_object('id', (select id from t where name = 'x1'), 'title', 'Below', 'status', 'completed', 'result', 'below'))), 'its result is its own, and what became of its sub-tasks');
insert into t select 'x2', pg_temp.sub('h2', '{"priority": "urgent"}');
select is(pg_temp.call('a', 'complete', pg_temp.held('h2') || '{"result": {"summary": "mine"}}') ->> 'waits_for_sub_tasks', 'true', 'one that is done before its sub-task waits for it');
select is(pg_temp.take('a', 'hx2'), (select id from t where name = 'x2'), 'which is taken');
select pg_temp.call('a', 'complete', pg_temp.held('hx2') || '{"result": {"summary": "below"}}');
select results_eq($$ select (pg_temp.task(id)).status, (pg_temp.task(id)).result ->> 'summary', (pg_temp.task(id)).result #>> '{sub_tasks,0,result}' from t where name = 'w2' $$,
  $$ values ('completed', 'mine', 'below') $$, 'and completes with it, and with what its agent said');
update public.agent_tasks set priority = 'urgent' where id = (select id from t where name = 'w3');
select is(pg_temp.take('a', 'h3'), (select id from t where name = 'w3'), 'a third');
insert into t select 'x3', pg_temp.sub('h3');
insert into t select 'x4', (agents.make_task(tests.id('north_org'), jsonb_build_object('title', 'Deeper', 'parent_task_id', (select id from t where name = 'x3')), 'manual')).id;
select pg_temp.call('a', 'fail', pg_temp.held('h3') || '{"error": "It broke."}');
select is((select array_agg((pg_temp.task(id)).status order by name) from t where name in ('x3', 'x4')), '{cancelled,cancelled}', 'one that fails takes all below it along');
-- However many there are, and whatever they say, it can be told and so ends.
select tests.login('north_manager');
insert into t select 'wide', pg_temp.make('{"permission_level": 2, "priority": "urgent", "on_child_failure": "skip"}');
select tests.logout();
insert into public.agent_tasks (org_id, title, source, parent_task_id, permission_level, status, completed_at, result)
select tests.id('north_org'), repeat('t', 200), 'agent', (select id from t where name = 'wide'), 0, 'completed', now(), jsonb_build_object('summary', repeat('"', 3000)) from generate_series(1, 999);
select agents.end_task(agents.make_task(tests.id('north_org'), jsonb_build_object('title', 'last', 'parent_task_id', (select id from t where name = 'wide')), 'manual'), 'failed', null, 'X', 'x');
select results_eq($$ select (pg_temp.task(id)).status, jsonb_array_length((pg_temp.task(id)).result -> 'sub_tasks') + ((pg_temp.task(id)).result ->> 'more_sub_tasks')::int from t where name = 'wide' $$,
  $$ values ('completed', 1000) $$, 'a task of a thousand sub-tasks that say much ends');
select tests.login('north_manager');
insert into t select 'long', pg_temp.make('{"permission_level": 2, "priority": "urgent"}');
select tests.logout();
select is(pg_temp.take('a', 'hl'), (select id from t where name = 'long'), 'a task');
select throws_ok($$ select pg_temp.call('a', 'complete', pg_temp.held('hl') || jsonb_build_object('result', (select jsonb_object_agg(n, 1e300) from generate_series(1, 600) n))) $$,
  'RC400', null, 'whose result is larger than can be kept is told so');
select pg_temp.call('a', 'complete', pg_temp.held('hl') || '{"result": {}}');

-- An agent that is silent, or revoked.
update public.agent_tasks set lease_until = now() - interval '1 second' where id = (select id from t where name = 'd');
select agents.tick();
select is((pg_temp.task((select id from t where name = 'd'))).status, 'pending', 'a task whose agent is silent waits again');
select is(pg_temp.call('a', 'complete', pg_temp.held('6') || '{"result": {}}') ->> 'outcome', 'claim_lost', 'and is no longer its own');
select pg_temp.take('a', '7');
select tests.login('north_manager');
select is(public.revoke_agent((select id from k where name = 'a')) ->> 'enabled', 'false', 'an agent is revoked');
select tests.logout();
select is((pg_temp.task((select id from t where name = 'd'))).status, 'pending', 'its tasks wait again');
select is(pg_temp.call('a', 'claim', '{"lease_secs": 60}') ->> 'outcome', 'no_agent', 'its key is void');
update public.agents set key_expires_at = now() - interval '1 second' where name = 'Ben';
select is(pg_temp.call('b', 'claim', '{"lease_secs": 60}') ->> 'outcome', 'no_agent', 'as is one that has run out');
select * from finish();
rollback;
