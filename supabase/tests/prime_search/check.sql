-- Only the checker makes a prime verified, and only by the certificate that it has.
begin;
select plan(23);
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
select is((pg_temp.prime()).tags, '{deterministic,verified-tier-1}'::text[], 'with its tags');
select is((select status from public.prime_check_runs where id = tests.id('check')), 'COMPLETED', 'and the check ends');
select throws_ok($$ update public.primes set certificate = '{"n": "7"}' where form = 'kind_x' $$, '23514', null,
  'a verified prime does not get another certificate under its feet');
select is((select count(*)::int from public.prime_checks where prime_id = (pg_temp.prime()).id), 3, 'every check is on record');

-- A certificate from outside: for a prime that nothing proves yet, and for one that is verified.
insert into public.primes (form, expression, digits, tags) values ('kind_y', '5', 1, '{kind_y,probabilistic,prp-only}');
create function pg_temp.offer(p_form text, p_certificate jsonb) returns text language sql as $$
  select tests.remember('check', (public.verify_prime((select id from public.primes where form = p_form), null, p_certificate) ->> 'check_run')::uuid)::text
$$;
select tests.login('north_manager');
select is(public.verify_prime((select id from public.primes where form = 'kind_y')) ->> 'outcome', 'no_certificate', 'nothing is there to be checked');
select isnt(pg_temp.offer('kind_y', '{"n": "5"}'), null, 'so somebody offers a certificate');
select tests.logout();
select is((select p.proof_method from public.primes p where p.form = 'kind_y'), 'probabilistic', 'the prime does not have it yet');
select tests.claim(tests.id('check'));
select tests.engine(tests.id('token'));
select is(prime_search.load_check(tests.id('check')) #> '{0,certificate}', '{"n": "5"}', 'the checker reads what is offered');
select prime_search.record_checks(tests.id('token'), jsonb_build_array(jsonb_build_object('id', (select (c ->> 'id')::bigint
  from jsonb_array_elements(prime_search.load_check(tests.id('check'))) as c), 'digest', md5('{"n": "5"}'), 'valid', false, 'reason', 'no', 'slices', 1, 'cpu_ms', 1)));
select tests.logout();
select is((select p.certificate from public.primes p where p.form = 'kind_y'), null, 'what is refused changes nothing');
select tests.engine(tests.id('token'));
select prime_search.record_checks(tests.id('token'), jsonb_build_array(jsonb_build_object('id', (select (c ->> 'id')::bigint
  from jsonb_array_elements(prime_search.load_check(tests.id('check'))) as c), 'digest', md5('{"n": "5"}'), 'valid', true, 'method', 'ecpp', 'slices', 1, 'cpu_ms', 1)));
select tests.logout();
select results_eq($$ select p.certificate, p.proof_method, p.verified, p.tags from public.primes p where p.form = 'kind_y' $$,
  $$ values ('{"n": "5"}'::jsonb, 'deterministic', true, '{deterministic,kind_y,verified-tier-1}'::text[]) $$, 'what is accepted proves it');
select is((select max(level) from public.system_logs where component = 'refused' and run_id = tests.id('check')), 'info', 'a refusal of others'' is no fault of ours');
select tests.login('north_manager');
select pg_temp.offer('kind_x', '{"n": "9"}');
select tests.logout();
select tests.claim(tests.id('check'));
select tests.engine(tests.id('token'));
select prime_search.record_checks(tests.id('token'), pg_temp.answer(true, md5('{"n": "9"}')));
select tests.logout();
select is((pg_temp.prime()).certificate, '{"n": "3"}', 'a verified prime keeps the certificate that it has');

-- Another kind of claim does not do.
select tests.new_run('north'), tests.claim(tests.id('north_planner_run'));
select tests.engine(tests.id('token'));
select throws_ok($$ select prime_search.record_checks(tests.id('token'), pg_temp.answer(true, md5('x'))) $$, 'RC001', null, 'the planner verifies nothing');
select tests.logout();
select * from finish();
rollback;
