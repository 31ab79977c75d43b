-- populate_allocation_run() compares lists as wholes: what a run has got just now no statistics know of, and a look at all that
-- is told for each row that is there would be quadratic (14,000 ranks took 8 s so).
begin;
select plan(7);
select tests.new_service('north');
-- pg_temp.plans(): how statements that ask what is told of rows that are there are planned where much is told, line by line.
create function pg_temp.plans() returns setof text language plpgsql as $$
declare
  v_statement text;
  v_name text;
  v_value text;
begin
  for v_statement in
    select regexp_replace(s, '^.*?(delete from public|with stored)', '\1')
    from pg_proc p, regexp_split_to_table(p.prosrc, E';\n') as s
    where p.pronamespace = 'private'::regnamespace and p.proname in ('populate_wishes', 'refuse_told_ranks') and s ~ 'in \(select.*unnest\([pv]_told\)'
  loop
    for v_name, v_value in select * from (values ('p_allocation_run', 'gen_random_uuid()'), ('[pv]_there', 'array[gen_random_uuid()]'),
      ('[pv]_told', 'array_fill(row(''rank'', tests.id(''north_run''), tests.id(''north_run''), 1, null, null)::private.told_wish, array[100000])'),
      ('p_document', '''{}''::jsonb'), ('p_people', '''{}''::jsonb'), ('v_preferencers', '''{}''::jsonb'), ('p_is_secret', 'false'), ('into v_ranks', '')
    ) as v loop
      v_statement := regexp_replace(v_statement, '\m' || v_name || '\M', v_value, 'g');
    end loop;
    return query execute 'explain (costs off) ' || v_statement;
  end loop;
end
$$;

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
  return pg_temp.populate(jsonb_build_object('allocation_run', v_run), 30) -> 'snapshot';
end
$$;

-- Statistics of empty tables, as there are before anybody has matched.
analyze public.preference_worker_job_lines, public.preferencer_worker_ranks, public.preferencer_job_lines;
savepoint nothing_yet;
select tests.login('north_manager');
select is(pg_temp.populate_again('first'), 'null', 'what is said again gives nothing up');
select tests.logout();
select is((select count(*)::int from pg_temp.plans() as line where line ~ 'hashed SubPlan'), 5, 'what is told is looked up');
select is_empty($$ select line from pg_temp.plans() as line where line ~ 'Nested Loop' or line ~ '(?<!hashed )SubPlan \d+[.)]' $$, 'and not looked through for each row');
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
select is((select count(*)::int from pg_temp.plans() as line where line ~ 'hashed SubPlan'), 5, 'what is told is looked up');
select is_empty($$ select line from pg_temp.plans() as line where line ~ 'Nested Loop' or line ~ '(?<!hashed )SubPlan \d+[.)]' $$, 'and not looked through for each row');
select * from finish();
rollback;
