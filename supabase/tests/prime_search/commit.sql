-- A search from its request to its end: blocks, finds, totals, digest, checks, what is missing.
begin;
select plan(36);
select tests.new_service('north'), tests.new_service('south');
select tests.new_search('north');

create function pg_temp.search() returns public.prime_search_runs language sql stable as
$$ select r from public.prime_search_runs r where r.id = tests.id('north_search') $$;
create function pg_temp.part(p_number int) returns public.prime_search_blocks language sql stable as
$$ select b from public.prime_search_blocks b where b.run = tests.id('north_search') and b.block_number = p_number $$;
create function pg_temp.result(p_sieved int, p_tested int, p_finds jsonb, p_start int default 0, p_end int default 3) returns jsonb language sql as $$
  select jsonb_build_object('sieved', p_sieved, 'tested', p_tested, 'digest', repeat('a', 64), 'sieve_depth', 100, 'finds', p_finds,
    'start', p_start, 'end', p_end)
$$;

select results_eq($$ select block_start, block_end, status from public.prime_search_blocks where run = tests.id('north_search') order by block_number $$,
  $$ values (0::bigint, 3::bigint, 'available'), (4, 7, 'available'), (8, 9, 'available') $$, 'its blocks are the range, each candidate once');
select is((tests.job(tests.id('north_search'))).max_concurrent_blocks, 4, 'several isolates may work on it');
select is((pg_temp.search()).status, 'PENDING', 'it waits');

select tests.claim(tests.id('north_search'));
select is((pg_temp.search()).status, 'GENERATING', 'its first claim starts it');
select tests.engine(tests.id('token'));
select is(prime_search.load_run(tests.id('north_search')) ->> 'form', 'factorial', 'the engine reads its search');
select lives_ok($$ select prime_search.report_block(tests.id('token'), '{"fraction": 0.5, "sieved": 1, "tested": 1, "found": 0, "current": "2! + 1"}') $$,
  'and tells how far a block is');
select tests.logout();
select is((pg_temp.search()).progress ->> 'current', '2! + 1', 'which its followers see');
select is(((pg_temp.search()).progress ->> 'fraction')::numeric, 0.2, 'as a share of all candidates');
select is((pg_temp.part(1)).status, 'claimed', 'the block was begun');

select tests.engine(tests.id('token'));
select throws_ok($$ select prime_search.commit_block(tests.id('token'), pg_temp.result(1, 2, '[]')) $$, '23514', null,
  'a block of which a candidate is missing is refused');
select throws_ok($$ select prime_search.commit_block(tests.id('token'), pg_temp.result(1, 3, '[]', 4, 7)) $$, '23514', null,
  'one of other candidates, too');
select throws_ok($$ select prime_search.commit_block(tests.id('token'), pg_temp.result(1, 3, '[{"index": 4, "expression": "3! - 1", "digits": 1, "proof": "deterministic", "certificate": {}}]')) $$,
  '23514', null, 'and so is a find of another block');
select throws_ok($$ select prime_search.commit_block(tests.id('token'), pg_temp.result(1, 3, '[{"index": 1, "expression": "1! + 1", "digits": 1, "proof": "deterministic", "certificate": null}]')) $$,
  '23514', null, 'and a proof without a certificate');
select lives_ok($$ select prime_search.commit_block(tests.id('token'), pg_temp.result(1, 3, '[
    {"index": 1, "expression": "1! + 1", "digits": 1, "proof": "deterministic", "certificate": {"type": "small", "n": "2"}},
    {"index": 3, "expression": "2! + 1", "digits": 1, "proof": "probabilistic", "certificate": null, "reason": "not factored"}]')) $$,
  'what a block came to');
select throws_ok($$ select prime_search.commit_block(tests.id('token'), pg_temp.result(1, 3, '[]')) $$, 'RC001', null, 'is written once');
select is(prime_search.load_run(tests.id('north_search')), null, 'without a claim there is nothing to read');
select tests.logout();

select results_eq($$ select p.expression, p.proof_method, p.verified, p.tags from public.primes p
    join public.prime_search_finds f on f.prime_id = p.id where f.run = tests.id('north_search') order by f.candidate $$,
  $$ values ('1! + 1', 'deterministic', false, '{factorial,deterministic}'::text[]),
            ('2! + 1', 'probabilistic', false, '{factorial,probabilistic,prp-only}') $$, 'the primes are there, not verified');
select is((pg_temp.part(1)).status, 'completed', 'the block is done');
select is((select cardinality(primes) from public.prime_check_runs where search_run = tests.id('north_search')), 1,
  'what has a certificate is to be checked');

-- Another search finds the same, and proves it.
select tests.new_search('south');
select tests.claim(tests.id('south_search'));
select tests.engine(tests.id('token'));
select lives_ok($$ select prime_search.commit_block(tests.id('token'), pg_temp.result(1, 3, '[
    {"index": 3, "expression": "2! + 1", "digits": 1, "proof": "deterministic", "certificate": {"type": "small", "n": "3"}}]')) $$,
  'the same prime comes again');
select tests.logout();
select results_eq($$ select count(*)::int, max(proof_method) from public.primes where form = 'factorial' and expression = '2! + 1' $$,
  $$ values (1, 'deterministic') $$, 'it is one prime, proven now');
select is((select count(*)::int from public.prime_search_finds f join public.primes p on p.id = f.prime_id where p.expression = '2! + 1'
  and f.run in (tests.id('north_search'), tests.id('south_search'))), 2, 'found by both');

-- A block is given up, another is done: the search ends, and says what is missing.
select tests.claim(tests.id('north_search'));
select fleet.fail_claimed_job(tests.id('token'), 'BROKEN', 'This block is broken.', '{}');
select is((pg_temp.part(2)).error_code, 'BROKEN', 'a block that was given up says why');
select tests.claim(tests.id('north_search'));
select tests.engine(tests.id('token'));
select prime_search.commit_block(tests.id('token'), pg_temp.result(2, 0, '[]', 8, 9));
select tests.logout();
select is((pg_temp.search()).status, 'FAILED', 'a search with a hole is not complete');
select is((pg_temp.search()).result -> 'missing', '[{"block": 2, "start": 4, "end": 7, "code": "BROKEN", "message": "This block is broken."}]', 'it says which');
select is((pg_temp.search()).result -> 'found', '2', 'and what was found all the same');
select is((pg_temp.search()).result ->> 'digest',
  encode(sha256(convert_to(E'1\t1! + 1\tdeterministic\n3\t2! + 1\tprobabilistic\n', 'UTF8')), 'hex'), 'with the digest of the list, by candidate');

-- Pause, seed's shapes, cancel.
select tests.login('south_manager');
select isnt(public.pause_prime_search(tests.id('south_search'), true) ->> 'paused_at', null, 'a manager pauses a search');
select is((select status from public.search_jobs where run = tests.id('south_search')), 'paused', 'which the seed''s view shows');
select is(public.pause_prime_search(tests.id('south_search'), false) ->> 'paused_at', null, 'and resumes it');
select results_eq($$ select b.block_start, b.status from public.work_blocks b join public.search_jobs j on j.id = b.search_job_id
    where j.run = tests.id('south_search') order by 1 $$, $$ values (0::bigint, 'completed'), (4, 'available'), (8, 'available') $$, 'blocks in the seed''s shape');
select is(public.cancel_prime_search(tests.id('south_search')) ->> 'status', 'CANCELLED', 'and cancels it');
select is(jsonb_array_length((select result -> 'missing' from public.prime_search_runs where id = tests.id('south_search'))), 2,
  'a cancelled search says what is missing');
select tests.logout();

-- An operator has it done again, for the person who asked.
select is((select outcome from fleet.requeue_run(tests.id('south_search'))), 'repeated', 'a search that ended without a result is repeated');
select results_eq($$ select status, candidates, requested_by, request from public.prime_search_runs where org_id = tests.id('south_org') order by number desc limit 1 $$,
  $$ select 'PENDING', 10::bigint, tests.id('south_manager'), '{}'::jsonb $$, 'as it was asked for');
select is((select count(*)::int from public.prime_search_blocks b where b.org_id = tests.id('south_org') and b.status = 'available'), 3, 'with blocks of its own');
select * from finish();
rollback;
