-- Planning again: a yes to what would be lost is asked for, lines that stay the same keep all that hangs on them, what goes
-- comes back with a restore, and constraints are kept with the lines they made.
begin;
select plan(39);
select tests.new_service('north');
select tests.new_line('north', 'a'), tests.new_line('north', 'b');
update public.allocation_run_positions set posts = 3 where org_id = tests.id('north_org');
insert into public.preference_worker_job_lines (org_id, allocation_run, worker_mapping, job_line, order_preference)
values (tests.id('north_org'), tests.id('north_run'), tests.id('north_mapping'), tests.id('north_a'), 1);
insert into public.job_line_eligibility (org_id, allocation_run, job_line, excluded_worker_mapping_ids)
values (tests.id('north_org'), tests.id('north_run'), tests.id('north_b'), array[tests.id('north_mapping')]);
insert into public.preferencers (id, org_id, allocation_run, name)
values (tests.remember('unit', gen_random_uuid()), tests.id('north_org'), tests.id('north_run'), 'Unit');
insert into public.preferencer_job_lines values (tests.id('north_org'), tests.id('north_run'), tests.id('unit'), tests.id('north_b'));
insert into public.preferencer_worker_ranks values (tests.id('north_org'), tests.id('north_run'), tests.id('unit'), tests.id('north_mapping'), 1);
insert into public.allocation_run_preferencer_weightings (org_id, allocation_run, job_line, weighting)
values (tests.id('north_org'), tests.id('north_run'), tests.id('north_b'), 7);
update public.job_lines set max_n_workers = 3 where id = tests.id('north_b');

create function pg_temp.request(p_options jsonb, p_yes boolean default false, p_save boolean default false)
returns jsonb language sql as $$
  select public.request_planner_run(jsonb_build_object('allocation_run', tests.id('north_run'), 'n_job_lines', 2,
    'constraints', '["VIC_PGY1"]'::jsonb, 'options', p_options, 'accept_losses', p_yes), '{}', null, p_save)
$$;
-- Asks with a yes, claims, and goes on as the engine.
create function pg_temp.ask(p_save boolean default false) returns void language plpgsql as $$
begin
  perform tests.login('north_manager');
  perform tests.remember('asked', (pg_temp.request('{}', true, p_save) #>> '{run,id}')::uuid);
  perform tests.logout();
  perform tests.claim(tests.id('asked'));
  perform tests.engine(tests.id('token'));
end
$$;
create function pg_temp.commit(p_lines jsonb, p_removed uuid[], p_more jsonb default '{}') returns void language sql as $$
  select planner.commit_run(tests.id('token'), p_lines, '{10,10,12}', '{}', '{}',
    jsonb_build_object('mode', 'rebuild', 'removed', to_jsonb(p_removed)) || p_more)
$$;
create function pg_temp.same_a() returns jsonb language sql as $$
  select tests.line('ignored', 1, tests.id('north_p1'), tests.id('north_p2'), tests.id('north_p3'))
    || jsonb_build_object('id', tests.id('north_a'), 'leave', '[{"start_week": 3, "weeks": 2}]'::jsonb)
$$;

select tests.login('north_manager');
select is(pg_temp.request('{}'), '{"outcome": "would_lose", "losses": {"lines": 2, "ranks": 1, "doctors": 1, "eligibility": 1,
  "preferencers": 1, "weightings": 1, "places": 2, "must_have": 0, "allocations": 0}}', 'a rebuild asks, with counts');
select is(pg_temp.request('{"mode": "replan"}') ->> 'outcome', 'would_lose', 'and so does a replan');
select throws_ok($$ insert into public.allocation_planner_runs (allocation_run, n_job_lines) values (tests.id('north_run'), 2) $$,
  'RC4WL', null, 'however it is asked for');
select throws_ok($$ insert into public.allocation_planner_runs (allocation_run, n_job_lines, accepted_lines)
  values (tests.id('north_run'), 2, array[tests.id('north_a')]) $$, '42501', null, 'and nobody writes the yes themselves');
select is(pg_temp.request('{"mode": "fill"}') ->> 'outcome', 'created', 'a fill loses nothing');
select is(public.cancel_planner_run(id) ->> 'status', 'CANCELLED', '(cancelled)') from public.allocation_planner_runs where status = 'PENDING';
select is(pg_temp.request('{"dry_run": true}') ->> 'outcome', 'created', 'a dry run neither');
select is(pg_temp.request('{}') ->> 'outcome', 'unfinished', 'the run under way is told of first');
select is(public.cancel_planner_run(id) ->> 'status', 'CANCELLED', '(cancelled)') from public.allocation_planner_runs where status = 'PENDING';
select tests.login('north_viewer');
select throws_ok($$ select pg_temp.request('{}') $$, '42501', null, 'who may not ask is told nothing');

-- Without a yes nothing goes, whatever way the run came.
select tests.logout();
insert into public.allocation_planner_runs (id, allocation_run, n_job_lines)
values (tests.remember('silent', gen_random_uuid()), tests.id('north_run'), 2);
select tests.claim(tests.id('silent'));
select tests.engine(tests.id('token'));
select throws_ok($$ select pg_temp.commit('[]', array[tests.id('north_a')]) $$, 'RC409', null, 'a line with a rank does not go without a yes');
select throws_ok($$ select pg_temp.commit(jsonb_build_array(pg_temp.same_a() || jsonb_build_object('positions',
  jsonb_build_array(tests.id('north_p3'), tests.id('north_p2'), tests.id('north_p1')))), '{}') $$, 'RC409', null, 'nor does it change');
select lives_ok($$ select pg_temp.commit(jsonb_build_array(pg_temp.same_a()), '{}') $$, 'one that stays the same may');
select tests.logout();

-- What came after the yes was not meant by it.
select tests.new_line('north', 'c');
select pg_temp.ask();
select tests.logout();
insert into public.preference_worker_job_lines (org_id, allocation_run, worker_mapping, job_line, order_preference)
values (tests.id('north_org'), tests.id('north_run'), tests.id('north_mapping'), tests.id('north_c'), 2);
select tests.engine(tests.id('token'));
select throws_ok($$ select pg_temp.commit('[]', array[tests.id('north_b'), tests.id('north_c')]) $$, 'RC409', null,
  'a line that was ranked since the request does not go');
-- Positions as they were at load.
create temporary table loaded as select planner.load_run(tests.id('asked')) as d;
select is((select array_agg((line ->> 'name') || (line ->> 'is_at_stake') order by 1) from loaded, jsonb_array_elements(d -> 'lines') as line),
  '{atrue,btrue,cfalse}', 'the engine knows which lines something hung on');
select tests.logout();
update public.positions set is_rural = not is_rural where id = tests.id('north_p1');
select tests.engine(tests.id('token'));
select throws_ok(format($$ select pg_temp.commit('[]', '{}', '{"fingerprint": "%s"}') $$, d ->> 'fingerprint'), 'RC409', null,
  'flags of a position changed') from loaded;
select tests.logout();
update public.positions set is_rural = not is_rural, name = 'Renamed' where id = tests.id('north_p1');
select tests.engine(tests.id('token'));
select lives_ok(format($$ select pg_temp.commit(jsonb_build_array(pg_temp.same_a()), array[tests.id('north_b')], '{"fingerprint": "%s"}') $$, d ->> 'fingerprint'),
  'they are as before; a name is no rule''s business') from loaded;
select tests.logout();

select results_eq($$ select name, archived_at is not null, planner_run = tests.id('asked') from public.job_lines order by name $$,
  $$ values ('a', false, true), ('b', true, null), ('c', false, null) $$, 'a stays, b is archived');
select is((select count(*)::int from public.preference_worker_job_lines where job_line = tests.id('north_a')), 1, 'a keeps its rank');
select is((select array_agg(starts_on) from public.job_line_leave where job_line = tests.id('north_a')), '{2027-02-01}', 'and gets its leave');
select is(result_metadata -> 'archived', '{"archived": 1, "lines": 1, "ranks": 0, "doctors": 0, "eligibility": 1, "preferencers": 1,
  "weightings": 1, "places": 2, "must_have": 0, "allocations": 0}', 'the result says what went')
from public.allocation_planner_runs where id = tests.id('asked');
select tests.remember('snapshot', id) is not null from public.job_lines_history where planner_run = tests.id('asked');

-- Today's wishes: a rank of a line of the snapshot changes, another is for a line that the snapshot does not know.
select tests.new_line('north', 'd');
update public.preference_worker_job_lines set order_preference = null where job_line = tests.id('north_a');
delete from public.preferencers where id = tests.id('unit');
delete from public.job_line_eligibility;
select tests.login('north_manager');
select is(counts -> 'eligibility', '1', 'the snapshot says what it holds') from public.job_lines_history where id = tests.id('snapshot');
select throws_ok('select attachments from public.job_lines_history', '42501', null, 'but shows nobody''s wishes');
select is(public.restore_job_lines(tests.id('snapshot')) - 'replaced_snapshot', '{"lines": 3, "counts": {"lines": 3, "ranks": 2, "doctors": 1,
  "eligibility": 1, "preferencers": 1, "weightings": 1, "places": 2, "must_have": 0, "allocations": 0},
  "archived": {"archived": 1, "lines": 0, "ranks": 0, "doctors": 0, "eligibility": 0, "preferencers": 0, "weightings": 0,
  "places": 0, "must_have": 0, "allocations": 0}}', 'a restore brings all back');
select is((select order_preference from public.preference_worker_job_lines where job_line = tests.id('north_a')), 1::real, 'ranks as they were');
select is((select max_n_workers from public.job_lines where id = tests.id('north_b')), 3, 'places');
select is((select excluded_worker_mapping_ids from public.job_line_eligibility where job_line = tests.id('north_b')), array[tests.id('north_mapping')], 'eligibility');
select is((select count(*)::int from public.preferencer_job_lines where job_line = tests.id('north_b')), 1, 'the preferencer that was deleted since');
select is((select count(*)::int from public.preferencer_worker_ranks), 1, 'with its ranks');
select is((select weighting from public.allocation_run_preferencer_weightings where job_line = tests.id('north_b')), 7::real, 'and the weighting');
select is((select array_agg(starts_on) from public.job_line_leave), '{2027-02-01}', 'and leave as it was');
select tests.logout();
select isnt(archived_at, null, 'the line that the snapshot does not know is archived') from public.job_lines where id = tests.id('north_d');
select is((select array_agg((r ->> 'order_preference')::real order by (r ->> 'order_preference')) from public.job_lines_history h, jsonb_array_elements(h.attachments -> 'ranks') r
  where h.reason = 'restore'), '{2,NULL}', 'what the restore replaced is a snapshot');

-- A line that was purged meanwhile comes as a new row with its id.
delete from public.job_lines where id = tests.id('north_b');
select tests.login('north_manager');
select is(public.restore_job_lines(tests.id('snapshot')) #> '{counts,eligibility}', '1', 'also of a line that is gone for good');
select is((select max_n_workers from public.job_lines where id = tests.id('north_b')), 3, 'by its id');

-- Constraints are kept with the lines that they made.
select tests.logout();
select pg_temp.ask(true);
select tests.logout();
select is(constraints, '[]', 'not at the request') from public.allocation_runs where id = tests.id('north_run');
select tests.engine(tests.id('token'));
select planner.commit_infeasible(tests.id('token'), 'No.', '{}');
select tests.logout();
select is(constraints, '[]', 'not by a run that found no lines') from public.allocation_runs where id = tests.id('north_run');
select pg_temp.ask(true);
select pg_temp.commit(jsonb_build_array(pg_temp.same_a()), '{}');
select tests.logout();
select is(constraints, '["VIC_PGY1"]', 'but by one that wrote them') from public.allocation_runs where id = tests.id('north_run');
select tests.login('north_manager');
select is(pg_temp.request('{}', true, true) ->> 'outcome', 'created', '(a manager may)');

select * from finish();
rollback;
