-- planner.commit_run() beside rebuilding: fill adds, replan changes single lines where they stand, a dry run writes none.
begin;
select plan(35);
select tests.new_service('north');
select tests.new_line('north', 'kept', true), tests.new_line('north', 'first'), tests.new_line('north', 'second');
update public.allocation_run_positions set posts = 3 where org_id = tests.id('north_org');
insert into public.job_line_leave (org_id, allocation_run, job_line, starts_on, ends_on)
select tests.id('north_org'), tests.id('north_run'), l, '2027-01-11', '2027-01-24'
from unnest(array[tests.id('north_first'), tests.id('north_second')]) as l;
-- What refers to a line must outlive a replan.
insert into public.preference_worker_job_lines (org_id, allocation_run, worker_mapping, job_line, order_preference)
values (tests.id('north_org'), tests.id('north_run'), tests.id('north_mapping'), tests.id('north_first'), 1);

-- A plan of one mode on the lines that are there; `more` overrides parts of it.
create function pg_temp.commit(p_mode text, p_lines jsonb, p_more jsonb default '{}') returns void language sql as $$
  select planner.commit_run(tests.id('token'), p_lines, '{10,10,12}', array[tests.id('north_kept')], '{}',
    jsonb_build_object('mode', p_mode, 'existing', jsonb_build_array(
      tests.id('north_kept'), tests.id('north_first'), tests.id('north_second'))) || p_more)
$$;
create function pg_temp.names() returns text language sql as $$
  select string_agg(name, ',' order by name) from public.job_lines
  where allocation_run = tests.id('north_run') and archived_at is null
$$;
create function pg_temp.positions(p_line uuid) returns text language sql as $$
  select string_agg(right(p.name, 1), '' order by r.term)
  from public.rotations r join public.positions p on p.id = r.position where r.job_line = p_line
$$;
create function pg_temp.new_line() returns jsonb language sql as $$
  select tests.line('new', 3, tests.id('north_p2'), tests.id('north_p3'), tests.id('north_p1'))
    || '{"pathway": "Surgical", "leave": [{"start_week": 10, "weeks": 2}, {"start_week": 25, "weeks": 3}]}'
$$;
create function pg_temp.changed_line() returns jsonb language sql as $$
  select tests.line('ignored', 9, tests.id('north_p1'), tests.id('north_p3'), tests.id('north_p2'))
    || jsonb_build_object('id', tests.id('north_first'), 'pathway', 'Medical', 'leave', '[{"start_week": 3, "weeks": 5}]'::jsonb)
$$;
-- Does one commit under a new run, looks at what came of it with `p_checks`, and takes all of it back.
create function pg_temp.tries(p_commit text, p_error text, p_what text, p_checks text[]) returns setof text language plpgsql as $$
declare
  v_check text;
  v_text text;
begin
  begin
    perform tests.new_run('north');
    perform tests.claim(tests.id('north_planner_run'));
    perform tests.engine();
    if p_error is null then
      return next extensions.lives_ok(p_commit, p_what);
    else
      return next extensions.throws_ok(p_commit, p_error, null, p_what);
    end if;
    perform tests.logout();
    foreach v_check in array p_checks loop
      for v_text in execute v_check loop
        return next v_text;
      end loop;
    end loop;
    raise exception 'undo';
  exception when raise_exception then null;
  end;
  perform tests.logout();
end
$$;

select pg_temp.tries($$ select pg_temp.commit('fill', jsonb_build_array(pg_temp.new_line())) $$, null, 'a fill is written', array[
  $$ select is(pg_temp.names(), 'first,kept,new,second', 'beside all that was there') $$,
  $$ select is_empty('select 1 from public.job_lines_history where org_id = tests.id(''north_org'')', 'nothing was replaced, so nothing is history') $$,
  $$ select is(pathway, 'Surgical', 'with its pathway') from public.job_lines where name = 'new' and org_id = tests.id('north_org') $$,
  $$ select is(array_agg(v.starts_on::text || ' ' || v.ends_on order by v.starts_on), '{2027-03-22 2027-04-04,2027-07-05 2027-07-25}', 'and its leave, dated')
     from public.job_line_leave v join public.job_lines l on l.id = v.job_line where l.name = 'new' and l.org_id = tests.id('north_org') $$]);

update public.allocation_run_positions set posts = 1 where position = tests.id('north_p1') and term = 1;
select pg_temp.tries($$ select pg_temp.commit('fill', jsonb_build_array(pg_temp.new_line())) $$, null,
  'lines that stay may hold more posts than there are', '{}');
select pg_temp.tries($$ select pg_temp.commit('fill', jsonb_build_array(
    tests.line('new', 3, tests.id('north_p1'), tests.id('north_p3'), tests.id('north_p2')))) $$, 'RC409', 'a new one may not', array[
  $$ select is(pg_temp.names(), 'first,kept,second', 'and nothing is written') $$]);
select pg_temp.tries($$ select pg_temp.commit('replan', '[]') $$, 'RC409', 'nor may an unlocked line that a replan leaves', '{}');
update public.allocation_run_positions set posts = 3 where position = tests.id('north_p1') and term = 1;
select pg_temp.tries($$ select pg_temp.commit('fill', jsonb_build_array(tests.line('first', 3, tests.id('north_p2'), tests.id('north_p3'), tests.id('north_p1')))) $$,
  'RC409', 'a name that is taken', '{}');
select pg_temp.tries($$ select pg_temp.commit('fill', '[]', jsonb_build_object('existing', jsonb_build_array(tests.id('north_kept')))) $$,
  'RC409', 'lines that came meanwhile', '{}');
select pg_temp.tries($$ select pg_temp.commit('replan', '[]', jsonb_build_object('existing', jsonb_build_array(
    tests.id('north_kept'), tests.id('north_first'), tests.id('north_second'), gen_random_uuid()))) $$,
  'RC409', 'a line that went meanwhile', '{}');
select pg_temp.tries($$ select pg_temp.commit('wish', '[]') $$, '20000', 'a mode that there is not', '{}');

select pg_temp.tries($$ select pg_temp.commit('replan', jsonb_build_array(pg_temp.changed_line(), pg_temp.new_line()),
    jsonb_build_object('removed', jsonb_build_array(tests.id('north_second')))) $$, null, 'a replan is written', array[
  $$ select is(pg_temp.names(), 'first,kept,new', 'one line went, one came') $$,
  $$ select is(pg_temp.positions(tests.id('north_first')), '132', 'one changed where it stands') $$,
  $$ select results_eq('select sort_order, affinity, pathway, planner_run = tests.id(''north_planner_run'') from public.job_lines where id = tests.id(''north_first'')',
     'values (0, 5, ''Medical'', true)', 'with what belongs to it') $$,
  $$ select is(array_agg(starts_on::text || ' ' || ends_on), '{2027-02-01 2027-03-07}', 'and its leave')
     from public.job_line_leave where job_line = tests.id('north_first') $$,
  $$ select is(pg_temp.positions(tests.id('north_kept')), '123', 'locked lines stay') $$,
  $$ select is((select count(*)::int from public.preference_worker_job_lines where job_line = tests.id('north_first')), 1, 'and so does what refers to the line') $$,
  $$ select is(array_agg(line_count), '{2}', 'one snapshot of all unlocked lines') from public.job_lines_history where org_id = tests.id('north_org') $$,
  $$ select is(snapshot #> '{0,leave}', '[{"ends_on": "2027-01-24", "starts_on": "2027-01-11"}]', 'with their leave') from public.job_lines_history where org_id = tests.id('north_org') $$,
  $$ select tests.remember('snapshot', id) is null from public.job_lines_history where org_id = tests.id('north_org') $$,
  $$ select tests.login('north_manager')::text $$,
  $$ select is(public.restore_job_lines(tests.id('snapshot')) -> 'lines', '2', 'which can be restored') $$,
  $$ select tests.logout()::text $$,
  $$ select is(pg_temp.names() || ' ' || pg_temp.positions(tests.id('north_first')), 'first,kept,second 123', 'to what was there') $$,
  $$ select is((select count(*)::int from public.job_line_leave v join public.job_lines l on l.id = v.job_line
      where l.allocation_run = tests.id('north_run') and l.archived_at is null), 2, 'leave and all') $$]);

select pg_temp.tries($$ select pg_temp.commit('replan', '[]') $$, null, 'a replan that changes nothing', array[
  $$ select is_empty('select 1 from public.job_lines_history where org_id = tests.id(''north_org'')', 'keeps no snapshot') $$]);
update public.allocation_runs set starts_on = '2027-01-18' where id = tests.id('north_run');
select pg_temp.tries($$ select pg_temp.commit('replan', '[]') $$, null, 'a replan after the year was moved', array[
  $$ select is(min(starts_on), '2027-01-18', 'finds the lines at the new dates') from public.rotations where job_line = tests.id('north_first') $$,
  $$ select is(min(starts_on), '2027-01-18', 'locked ones too') from public.rotations where job_line = tests.id('north_kept') $$]);
update public.allocation_runs set starts_on = '2027-01-11' where id = tests.id('north_run');

select pg_temp.tries($$ select pg_temp.commit('replan', jsonb_build_array(pg_temp.changed_line()),
    '{"preview": [{"name": "first"}]}') $$, null, 'a dry run is written', array[
  $$ select is(pg_temp.names() || ' ' || pg_temp.positions(tests.id('north_first')), 'first,kept,second 123', 'but no line') $$,
  $$ select is_empty('select 1 from public.job_lines_history where org_id = tests.id(''north_org'')', 'and no history') $$,
  $$ select tests.login('north_viewer')::text $$,
  $$ select is(lines, '[{"name": "first"}]', 'its preview can be read') from public.planner_run_previews $$]);

select is(pg_temp.names(), 'first,kept,second', 'everything was taken back in between');

select * from finish();
rollback;
