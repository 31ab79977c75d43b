-- A survey counts: its blocks add up, and its digest is that of the whole counted at once. Evidence of composites is kept beside a block.
begin;
select plan(13);
select tests.new_service('north');
insert into public.prime_search_runs (org_id, form, params, candidates, block_size, blocks, request, requested_by)
select tests.id('north_org'), 'survey', '{"what": "primes", "from": 0, "to": 10000000000}', 10000000001, 6000000000, 2, '{}', tests.id('north_manager');
select tests.remember('survey', (select id from public.prime_search_runs where org_id = tests.id('north_org')));
create function pg_temp.commit_next(p_counted jsonb) returns void language plpgsql as $$
declare
  v_part public.prime_search_blocks;
begin
  perform tests.claim(tests.id('survey'));
  select b.* into v_part from public.prime_search_blocks b join fleet.work_blocks w on w.block_number = b.block_number
  where b.run = tests.id('survey') and w.claim_token = tests.id('token');
  perform tests.engine(tests.id('token'));
  perform prime_search.commit_block(tests.id('token'), jsonb_build_object('sieved', v_part.block_end - v_part.block_start + 1 - (p_counted ->> 'count')::bigint,
    'tested', p_counted -> 'count', 'digest', repeat('a', 64), 'sieve_depth', null, 'finds', '[]'::jsonb, 'counted', p_counted,
    'start', v_part.block_start, 'end', v_part.block_end));
  perform tests.logout();
end
$$;
create function pg_temp.survey() returns public.prime_search_runs language sql stable as
$$ select r from public.prime_search_runs r where r.id = tests.id('survey') $$;

select results_eq($$ select block_start, block_end from public.prime_search_blocks where run = tests.id('survey') order by 1 $$,
  $$ values (0::bigint, 5999999999), (6000000000, 10000000000) $$, 'blocks of a survey are as large as they like');
select throws_ok($$ insert into public.prime_search_runs (org_id, form, params, candidates, block_size, blocks, request)
  values (tests.id('north_org'), 'factorial', '{}', 30000, 30000, 1, '{}') $$, '23514', null, 'those of a search are not');
select lives_ok($$ select pg_temp.commit_next('{"count": 3, "first": 2, "last": 5, "sum": "18446744073709551615"}') $$, 'a block is counted');
select is((pg_temp.survey()).progress ->> 'found', '3', 'which its followers see');
select lives_ok($$ select pg_temp.commit_next('{"count": 0, "first": null, "last": null, "sum": "0"}') $$, 'another has nothing');
select is((pg_temp.survey()).status, 'COMPLETED', 'the survey ends');
select is((pg_temp.survey()).result -> 'counted', '{"count": 3, "first": 2, "last": 5, "sum": "18446744073709551615"}', 'with what was counted');
select is((pg_temp.survey()).result -> 'proven', '3', 'all of it by the sieve');
select is((pg_temp.survey()).result ->> 'digest', encode(sha256(convert_to(
  '{"count":3,"first":2,"from":0,"last":5,"sum":"18446744073709551615","to":10000000000}', 'UTF8')), 'hex'), 'its digest is that of the whole');
select is((select count(*)::int from public.prime_search_finds where run = tests.id('survey')), 0, 'nothing is listed');
select is((select (result ->> 'sieved')::bigint + (result ->> 'tested')::bigint from public.prime_search_runs where id = tests.id('survey')),
  10000000001, 'sieved and tested are the range');

select tests.new_search('north');
select tests.claim(tests.id('north_search'));
select tests.engine(tests.id('token'));
select prime_search.commit_block(tests.id('token'), '{"start": 0, "end": 3, "sieved": 3, "tested": 1, "digest": "00", "sieve_depth": 5, "finds": [],
  "evidence": {"factors": "BAQEAQ==", "residues": [[0, "fermat", "3", "2"]]}}'::jsonb || jsonb_build_object('digest', repeat('0', 64)));
select tests.logout();
select tests.login('north_viewer');
select results_eq($$ select block_number, factors, residues from public.prime_search_evidence where run = tests.id('north_search') $$,
  $$ values (1, 'BAQEAQ==', '[[0, "fermat", "3", "2"]]'::jsonb) $$, 'why composites are composite is kept');
select tests.logout();
delete from public.prime_search_runs where id = tests.id('north_search');
select is((select count(*)::int from public.prime_search_evidence where run = tests.id('north_search')), 0, 'as long as the search is');
select * from finish();
rollback;
