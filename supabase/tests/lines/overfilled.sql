-- Lines that come back onto posts which others have by now are told, where one plans and before one matches.
begin;
select plan(7);
select tests.new_service('north'), tests.new_service('south');
select tests.new_line('north', 'a'), tests.new_line('north', 'b'), tests.new_line('north', 'c');
-- Whenever this is run, the year is to come.
update public.allocation_runs set starts_on = (date_trunc('week', now()) + interval '7 weeks')::date where id = tests.id('north_run');
create function pg_temp.told() returns text language sql as $$
  select string_agg(format('%s %s: %s of %s', f ->> 'name', f ->> 'term', f ->> 'held', f ->> 'posts'), ', ')
  from jsonb_array_elements(public.read_setup(tests.id('north_run')) -> 'overfilled') as f
$$;

select tests.login('north_manager');
select public.archive_job_lines(tests.id('north_run'), array[tests.id('north_c')]);
select is(pg_temp.told(), null, 'an archived line holds no post');
select is(public.unarchive_job_lines(tests.id('north_run'), array[tests.id('north_c')]), 1, 'it comes back all the same');
select is(pg_temp.told(), 'Position 1 1: 3 of 2, Position 2 2: 3 of 2, Position 3 3: 3 of 2', 'and where it is one too many is told');
select is(public.match_readiness(tests.id('north_run')) -> 'overfilled', public.read_setup(tests.id('north_run')) -> 'overfilled', 'before a match as well');
select tests.login('south_manager');
select is(private.overfilled_posts(tests.id('north_run')), '[]', 'to nobody else');
select tests.logout();
delete from public.allocation_run_positions where position = tests.id('north_p3') and term = 3;
update public.allocation_run_positions set posts = 3 where position = tests.id('north_p2') and term = 2;
update public.allocation_runs set starts_on = (date_trunc('week', now()) - interval '11 weeks')::date where id = tests.id('north_run');
select tests.login('north_manager');
select is(pg_temp.told(), 'Position 3 3: 3 of 0', 'nor what is over, nor what has a post');
select is((select string_agg(key, ' ' order by key) from jsonb_object_keys(public.read_setup(tests.id('north_run')) #> '{overfilled,0}') as key),
  'held hospital name posts team term', 'each with its place');

select * from finish();
rollback;
