-- planner.commit_run(): when the allocation run changed under way it raises RC409, and nothing is written.
begin;
select plan(22);
select tests.new_service('north');
select tests.new_line('north', 'kept', true), tests.new_line('north', 'replaced');
select tests.new_run('north');
select tests.claim(tests.id('north_planner_run'));

create function pg_temp.commit() returns void language sql as $$
  select planner.commit_run(tests.id('token'), jsonb_build_array(
      tests.line('A', 1, tests.id('north_p1'), tests.id('north_p2'), tests.id('north_p3'))),
    '{10,10,12}', array[tests.id('north_kept')], '{}', '{"mode": "rebuild"}')
$$;

-- Makes a change, sees the commit refused and nothing written, and takes the change back.
create function pg_temp.refuses(p_change text, p_what text) returns setof text language plpgsql as $$
begin
  begin
    execute p_change;
    perform tests.engine();
    return next extensions.throws_ok('select pg_temp.commit()', 'RC409', null, p_what);
    perform tests.logout();
    return next extensions.is(
      (select string_agg(name, ',' order by name) from public.job_lines
       where allocation_run = tests.id('north_run') and name in ('kept', 'replaced')),
      'kept,replaced', p_what || ': the lines are as they were');
    raise exception 'undo';
  exception when raise_exception then null;
  end;
  perform tests.logout();
end
$$;

select pg_temp.refuses($$ update public.allocation_runs set term_weeks = '{10,12,10}' where id = tests.id('north_run') $$,
  'other terms');
select pg_temp.refuses($$ select tests.new_result('north', tests.id('north_replaced')) $$, 'a result finalised meanwhile that gives a line to a doctor');
select pg_temp.refuses($$ update public.job_lines set is_locked = false where id = tests.id('north_kept') $$,
  'a line unlocked meanwhile');
select pg_temp.refuses($$ update public.job_lines set is_locked = true where id = tests.id('north_replaced') $$,
  'a line locked meanwhile');
select pg_temp.refuses($$ update public.allocation_run_positions set posts = 1
  where position = tests.id('north_p2') and term = 2 $$, 'fewer posts than the plan needs');
select pg_temp.refuses($$ delete from public.allocation_run_positions where position = tests.id('north_p3') $$,
  'no posts left');
select pg_temp.refuses($$ insert into public.job_lines (org_id, allocation_run, name, is_locked)
  values (tests.id('north_org'), tests.id('north_run'), 'New', true) $$, 'a locked line added meanwhile');

select is_empty($$ select 1 from public.job_lines_history where org_id = tests.id('north_org') $$, 'no history was written');
select is(status::text, 'GENERATING', 'the run goes on') from public.allocation_planner_runs where id = tests.id('north_planner_run');
select is((tests.block(tests.id('north_planner_run'))).status::text, 'CLAIMED', 'and the claim holds');

-- A locked line that took the name of a new one: the same answer, no unique violation.
update public.job_lines set name = 'A' where id = tests.id('north_kept');
select tests.engine();
select throws_ok('select pg_temp.commit()', 'RC409', null, 'a locked line has the name of a new one');
select tests.logout();
update public.job_lines set name = 'kept' where id = tests.id('north_kept');

-- Locked lines that hold more posts than there are do not stand in the way of lines that use others.
update public.allocation_run_positions set posts = 0 where position = tests.id('north_p1') and term = 1;
select tests.engine();
select throws_ok('select pg_temp.commit()', 'RC409', null, 'a new line needs a post that is no more');
select lives_ok($$ select planner.commit_run(tests.id('token'), jsonb_build_array(
    tests.line('A', 1, tests.id('north_p2'), tests.id('north_p3'), tests.id('north_p1'))),
  '{10,10,12}', array[tests.id('north_kept')], '{}', '{"mode": "rebuild"}') $$, 'a new line that needs none is written');
select throws_ok('select pg_temp.commit()', 'RC001', null, 'and that ends it');
select tests.logout();
select results_eq($$ select name from public.job_lines
  where allocation_run = tests.id('north_run') and archived_at is null order by name $$,
  array['A', 'kept'], 'the locked line stays');

select * from finish();
rollback;
