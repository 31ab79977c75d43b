-- populate_allocation_run() compares lists as wholes: what a run has got just now no statistics know of, and a look at all that
-- is told for each row that is there would be quadratic (14,000 ranks took 8 s so).
begin;
select plan(5);
select tests.new_service('north');
create temporary table read (rows bigint);
grant insert, delete on pg_temp.read to public;
-- Between two statements of populate_wishes(): how many rows of what is told were read so far.
create function pg_temp.count_read() returns trigger language plpgsql as $$
begin
  insert into pg_temp.read values (pg_stat_get_xact_tuples_returned('pg_temp.told'::regclass));
  return null;
end
$$;
create trigger count_read before delete on public.preferencer_worker_ranks execute function pg_temp.count_read();
create trigger count_read before delete on public.allocation_run_preferencer_weightings execute function pg_temp.count_read();

create function pg_temp.populate(p_run jsonb, p_n int) returns jsonb language sql as $$
  select public.populate_allocation_run(jsonb_build_object(
    'lines', (select jsonb_agg(jsonb_build_object('name', 'Line ' || n)) from generate_series(1, p_n) as n),
    'workers', (select jsonb_agg(jsonb_build_object('email', n || '@x.example', 'name', 'Doctor ' || n)) from generate_series(1, p_n) as n),
    'preferences', (select jsonb_agg(jsonb_build_object('worker', d || '@x.example', 'ranks', (
      select jsonb_agg(jsonb_build_array('Line ' || n, (n + d) % p_n + 1)) from generate_series(1, p_n) as n)))
      from generate_series(1, p_n) as d),
    'preferencers', (select jsonb_agg(jsonb_build_object('name', 'Dr ' || d,
      'lines', (select jsonb_agg('Line ' || n) from generate_series(1, p_n) as n),
      'ranks', (select jsonb_agg(jsonb_build_array(n || '@x.example', n)) from generate_series(1, p_n) as n)))
      from generate_series(1, p_n) as d)
  ) || p_run)
$$;

create function pg_temp.new_run(p_name text) returns jsonb language sql as $$
  select jsonb_build_object('allocation_plan', tests.id('north_plan'), 'name', p_name, 'starts_on', '2027-01-11', 'term_weeks', '[26, 26]'::jsonb)
$$;

-- pg_temp.populate_again(name): the ranks of a run that were told just now are told once more.
create function pg_temp.populate_again(p_name text) returns jsonb language plpgsql as $$
declare
  v_run uuid := tests.remember('match', (pg_temp.populate(pg_temp.new_run(p_name), 30) ->> 'allocation_run')::uuid);
begin
  delete from pg_temp.read;
  return pg_temp.populate(jsonb_build_object('allocation_run', v_run), 30) -> 'snapshot';
end
$$;

-- Statistics of empty tables, as there are before anybody has matched.
analyze public.preference_worker_job_lines, public.preferencer_worker_ranks, public.preferencer_job_lines;
savepoint nothing_yet;
select tests.login('north_manager');
select is(pg_temp.populate_again('first'), 'null', 'what is said again gives nothing up');
select tests.logout();
select cmp_ok((select max(rows) from pg_temp.read), '<', 2700 * 12::bigint, 'each row that is told was read some few times');
rollback to nothing_yet;

-- Statistics of another run, as there are where somebody has matched before.
select tests.login('north_manager');
select pg_temp.populate(pg_temp.new_run('earlier'), 3) ->> 'lines';
select tests.logout();
analyze public.preference_worker_job_lines, public.preferencer_worker_ranks, public.preferencer_job_lines;
select tests.login('north_manager');
select is(pg_temp.populate_again('match'), 'null', 'what is said again gives nothing up');
select tests.logout();
select is((select count(*)::int from public.preference_worker_job_lines where allocation_run = tests.id('match')), 900, 'and all is there');
select cmp_ok((select max(rows) from pg_temp.read), '<', 2700 * 12::bigint, 'each row that is told was read some few times');
select * from finish();
rollback;
