-- Blocks that nobody has begun are cut anew by what the others cost: never those that somebody has, and never where a size was asked for.
begin;
select plan(17);
select tests.new_service('north');
select tests.new_search('north');
create function pg_temp.cut() returns text language sql stable as $$
  select string_agg(block_number || ':' || block_start || '-' || block_end, ' ' order by block_number)
  from public.prime_search_blocks where run = tests.id('north_search')
$$;
-- As if the first block had cost so much.
create function pg_temp.cost(p_ms numeric) returns void language sql as $$
  update public.prime_search_blocks set status = 'completed', completed_at = now(), sieved = block_end - block_start + 1, digest = repeat('0', 64), fraction = 1, cpu_ms = p_ms
  where run = tests.id('north_search') and block_number = 1;
  update fleet.work_blocks set status = 'DONE', finished_at = now(), slices = 1 where id = (tests.block(tests.id('north_search'), 1)).id;
$$;
create function pg_temp.fleet() returns int[] language sql stable as $$
  select array_agg(block_number order by block_number) from fleet.work_blocks where search_job_id = (tests.job(tests.id('north_search'))).id
$$;
create function pg_temp.partition() returns boolean language sql stable as $$
  select min(block_start) = 0 and max(block_end) = 9 and sum(block_end - block_start + 1) = 10 and count(*) = (select count(*) from unnest(pg_temp.fleet()))
  from public.prime_search_blocks where run = tests.id('north_search')
$$;
select is(pg_temp.cut(), '1:0-3 2:4-7 3:8-9', 'a search of ten is cut into three');
select is(prime_search.recut(tests.id('north_search')), false, 'before it runs nothing is cut anew');
update fleet.search_jobs set status = 'RUNNING', started_at = now(), max_concurrent_blocks = 2, input = '{}' where id = (tests.job(tests.id('north_search'))).id;
select pg_temp.cost(16000);
select is(prime_search.recut(tests.id('north_search')), false, 'a size that was asked for stays');
update public.prime_search_runs set sizes = 'measured' where id = tests.id('north_search');
update public.prime_search_blocks set cpu_ms = 12000 where run = tests.id('north_search') and block_number = 1;
select is(prime_search.recut(tests.id('north_search')), true, 'blocks that take too long');
select is(pg_temp.cut(), '1:0-3 2:4-4 3:5-5 4:6-6 5:7-7 6:8-8 7:9-9', 'become smaller');
select is(pg_temp.fleet(), '{1,2,3,4,5,6,7}', 'for the fleet too');
select ok(pg_temp.partition(), 'and every candidate is in one of them');
select is((select cuts from public.prime_search_runs where id = tests.id('north_search')), '[[2, 4, 1]]', 'the search says which is which');
select is((select input from fleet.search_jobs where id = (tests.job(tests.id('north_search'))).id), null, 'whoever claims next reads it again');
select is(prime_search.recut(tests.id('north_search')), false, 'they are as large as they should be');
-- They turn out to cost little, while one of them is being worked.
update public.prime_search_blocks set cpu_ms = 400 where run = tests.id('north_search') and block_number = 1;
select isnt(fleet.claim_work_block((tests.job(tests.id('north_search'))).id, 'tests-isolate'), null, 'a block is begun');
select is(prime_search.recut(tests.id('north_search')), true, 'blocks that take too little time');
select is(pg_temp.cut(), '1:0-3 2:4-4 3:5-9', 'become larger, but for the one that is begun');
select ok(pg_temp.partition(), 'and every candidate is in one of them again');
select is(fleet.cut_anew((tests.job(tests.id('north_search'))).id, 2, 4), false, 'what is begun is not cut');
-- What is lent is somebody's.
update fleet.work_blocks set not_before = now() + interval '15 minutes' where id = (tests.block(tests.id('north_search'), 3)).id;
update public.prime_search_blocks set cpu_ms = 40000 where run = tests.id('north_search') and block_number = 1;
select is(prime_search.recut(tests.id('north_search')), false, 'nor what is lent');
select is(pg_temp.cut(), '1:0-3 2:4-4 3:5-9', 'and stays');
select * from finish();
rollback;
