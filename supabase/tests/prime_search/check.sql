-- Only the checker makes a prime verified, and only by the certificate that it has.
begin;
select plan(15);
select tests.new_service('north');
insert into public.primes (form, expression, digits, proof_method, certificate) values ('kind_x', '3', 1, 'deterministic', '{"n": "3"}');
create function pg_temp.prime() returns public.primes language sql stable security definer as $$ select p from public.primes p where p.form = 'kind_x' $$;
create function pg_temp.answer(p_valid boolean, p_digest text) returns jsonb language sql as $$
  select jsonb_build_array(jsonb_build_object('id', (pg_temp.prime()).id, 'digest', p_digest, 'valid', p_valid, 'slices', 1, 'cpu_ms', 1.5)
    || case when p_valid then '{"method": "small"}'::jsonb else '{"reason": "no"}' end)
$$;

select throws_ok($$ insert into public.primes (form, expression, digits, proof_method) values ('kind_x', '5', 1, 'deterministic') $$, '23514', null,
  'nothing is deterministic without a certificate');
select throws_ok($$ update public.primes set verified = true, verified_at = now(), verification_method = 'small' where form = 'kind_x' $$, '23514', null,
  'and nothing verified without a check');
select throws_ok($$ insert into public.primes (form, expression, digits) values ('kind_x', '3', 1) $$, '23505', null, 'a prime is there once');
select lives_ok($$ insert into public.primes (form, expression, digits) values ('kind_x', repeat('1', 30000), 30000) $$, 'however long its expression');
delete from public.primes where digits = 30000;

select tests.login('north_manager');
select tests.remember('check', (public.verify_prime((pg_temp.prime()).id) ->> 'check_run')::uuid);
select is(public.verify_prime(-1) ->> 'outcome', 'not_found', 'what is not there is not checked');
select tests.logout();
select tests.claim(tests.id('check'));
select tests.engine(tests.id('token'));
select is(prime_search.load_check(tests.id('check')) #>> '{0,expression}', '3', 'the checker reads expression and certificate');
select lives_ok($$ select prime_search.record_checks(tests.id('token'), pg_temp.answer(false, md5('x'))) $$, 'a refusal is kept');
select tests.logout();
select ok(not (pg_temp.prime()).verified, 'and verifies nothing');
select tests.engine(tests.id('token'));
select prime_search.record_checks(tests.id('token'), pg_temp.answer(true, md5('{"n": "5"}')));
select tests.logout();
select ok(not (pg_temp.prime()).verified, 'a check of another certificate neither');
select tests.engine(tests.id('token'));
select prime_search.record_checks(tests.id('token'), pg_temp.answer(true, md5('{"n": "3"}'))), prime_search.finish_check(tests.id('token'));
select tests.logout();
select ok((pg_temp.prime()).verified, 'a valid one does');
select is((pg_temp.prime()).tags, '{verified-tier-1}'::text[], 'with its tag');
select is((select status from public.prime_check_runs where id = tests.id('check')), 'COMPLETED', 'and the check ends');
select throws_ok($$ update public.primes set certificate = '{"n": "7"}' where form = 'kind_x' $$, '23514', null,
  'a verified prime does not get another certificate under its feet');
select is((select count(*)::int from public.prime_checks where prime_id = (pg_temp.prime()).id), 3, 'every check is on record');

-- Another kind of claim does not do.
select tests.new_run('north'), tests.claim(tests.id('north_planner_run'));
select tests.engine(tests.id('token'));
select throws_ok($$ select prime_search.record_checks(tests.id('token'), pg_temp.answer(true, md5('x'))) $$, 'RC001', null, 'the planner verifies nothing');
select tests.logout();
select * from finish();
rollback;
