-- The seed's four functions on a known list, and on an empty one; records.
begin;
select plan(36);
select tests.new_service('north'), tests.new_service('south');
delete from public.primes;
select tests.login('north_viewer');
select is(public.get_stats(), '{"total": 0, "by_form": [], "largest_digits": 0, "largest_expression": null}', 'nothing was found');
select is(public.get_discovery_timeline()::jsonb, '[]', 'never');
select is(public.get_digit_distribution(), '[]', 'of no size');
select is(public.form_leaderboard(), '[]', 'by nobody');
select throws_ok('select public.get_digit_distribution(0)', 'RC400', null, 'a bucket of nothing is refused');
select throws_ok('select public.get_digit_distribution(null)', 'RC400', null, 'so is one of who knows what');
select tests.logout();

insert into public.primes (form, expression, digits, found_at) values
  ('kbn', 'a', 10, '2026-03-01 23:59:59+00'), ('kbn', 'b', 19, '2026-03-02 00:00:01+00'), ('kbn', 'c', 20, '2026-03-02 05:00:00+00'),
  ('twin', 'd', 20, '2026-03-02 05:30:00+00');
set local time zone 'Australia/Melbourne';
select tests.login('north_doctor');
select is(public.get_stats(), '{"total": 4, "by_form": [{"form": "kbn", "count": 3}, {"form": "twin", "count": 1}], "largest_digits": 20, "largest_expression": "c"}', 'stats');
select is(public.get_discovery_timeline()::jsonb, '[{"bucket": "2026-03-01T00:00:00", "form": "kbn", "count": 1}, {"bucket": "2026-03-02T00:00:00", "form": "kbn", "count": 2},
  {"bucket": "2026-03-02T00:00:00", "form": "twin", "count": 1}]', 'days are UTC''s, in any time zone');
select is(public.get_discovery_timeline('hour')::jsonb -> 2, '{"bucket": "2026-03-02T05:00:00", "form": "kbn", "count": 1}', 'hours');
select is(public.get_discovery_timeline('fortnight')::jsonb, public.get_discovery_timeline('day')::jsonb, 'anything else is days');
select is(public.get_digit_distribution(10), '[{"bucket_start": 10, "form": "kbn", "count": 2}, {"bucket_start": 20, "form": "kbn", "count": 1},
  {"bucket_start": 20, "form": "twin", "count": 1}]', 'digits');
select is(public.form_leaderboard() -> 0, jsonb_build_object('form', 'kbn', 'count', 3, 'largest_digits', 20, 'largest_expression', 'c',
  'latest_found_at', timestamptz '2026-03-02 05:00:00+00', 'verified_count', 0, 'verified_pct', 0.0), 'leaderboard');
select tests.logout();

select is(public.import_records('[{"form": "kbn", "expression": "x", "digits": 5}, {"form": "twin", "expression": "y", "digits": 7, "holder": "Z"}]')
  + public.import_records('[{"form": "kbn", "expression": "w", "digits": 50}]'), 3, 'records are imported');
select tests.login('north_viewer');
select results_eq($$ select form, digits, our_best_digits from public.records_beside_ours where for_org = tests.id('north_org') and form in ('kbn', 'twin') order by form $$,
  $$ values ('kbn', 50::bigint, 20::bigint), ('twin', 7, 20) $$, 'and stand beside ours');
select tests.logout();

-- Records from a file, by whoever may search.
create function pg_temp.faults(p_records jsonb) returns jsonb language plpgsql as $$
declare v_detail text;
begin
  perform public.offer_records(p_records);
  return 'none';
exception when others then
  get stacked diagnostics v_detail = pg_exception_detail;
  return v_detail::jsonb;
end $$;
select tests.login('north_viewer');
select throws_ok($$ select public.offer_records('[]') $$, '42501', null, 'who only looks imports none');
select tests.login('north_manager');
select is(pg_temp.faults('{}'), '[{"path": "", "message": "not a list"}]', 'what is no list is told');
select is(pg_temp.faults('[]'), '[{"path": "", "message": "there is no record in it"}]', 'and what is empty');
select is(pg_temp.faults('[{"form": "kbn", "expression": "a", "digits": 2}, {"form": "Kbn", "digits": 0, "discovered_at": "2026-02-30", "source_url": "ftp://x", "who": 1}]'),
  '[{"path": "[1].who", "message": "there is no such member"}, {"path": "[1].form", "message": "not valid: Kbn"}, {"path": "[1].digits", "message": "not a whole number from 1 to 1000000000000000"},
    {"path": "[1].expression", "message": "missing"}, {"path": "[1].source_url", "message": "not valid: ftp://x"}, {"path": "[1].discovered_at", "message": "not valid: 2026-02-30"}]',
  'and every fault with its place');
select is(pg_temp.faults('[{"form": "kbn", "expression": "a", "digits": 2}, {"form": "twin", "expression": "a", "digits": 2}, {"form": "kbn", "expression": "b", "digits": 3, "category": "overall"}]'),
  '[{"path": "[2].form", "message": "kbn, overall, is there already: [0]"}]', 'and who is there twice');
create function pg_temp.file() returns jsonb language sql as $$
  select '[{"form": "kbn", "expression": "v", "digits": 60}, {"form": "twin", "expression": "y", "digits": 7, "holder": "Z"}, {"form": "wagstaff", "expression": "u", "digits": 3}]'::jsonb
$$;
select is((select string_agg(concat_ws(' ', r ->> 'form', r ->> 'change', r ->> 'was_expression', r ->> 'was_digits'), ', ') from jsonb_array_elements(public.offer_records(pg_temp.file()) -> 'records') r),
  'kbn changed w 50, twin same y 7, wagstaff new', 'what it would change is told first');
create function pg_temp.known(p_org text) returns text language sql as $$
  select string_agg(form || digits || case when org_id is null then '' else ' of its own' end, ', ' order by form) from public.records_beside_ours
  where for_org = tests.id(p_org) and form in ('kbn', 'twin', 'wagstaff')
$$;
select is(pg_temp.known('north_org'), 'kbn50, twin7', 'and nothing is written');
select is(public.offer_records(pg_temp.file(), false) -> 'imported', '2', 'then it is written, but for what is so already');
select is((select string_agg(form || digits, ' ' order by form) from public.records where org_id = tests.id('north_org') and imported_by = tests.id('north_manager')),
  'kbn60 wagstaff3', 'with who did');
select is(pg_temp.known('north_org'), 'kbn60 of its own, twin7, wagstaff3 of its own', 'it counts in place of the one of everybody');
select is(public.offer_records(pg_temp.file(), false) -> 'imported', '0', 'again there is nothing to write');
select throws_ok(format('select public.offer_records(%L, false, %L)', pg_temp.file(), tests.id('south_org')), 'RC404', null, 'another org is offered nothing');
select tests.logout();

-- What one org says is known is believed by no other.
select tests.login('south_manager');
select is(pg_temp.known('south_org'), 'kbn50, twin7', 'another org has what it had');
select is_empty($$ select from public.records where org_id is not null $$, 'and sees none of the others''');
select ok(not public.withdraw_record((select max(id) from public.records)), 'nor takes any away, also of everybody''s');
select is(public.offer_records('[{"form": "kbn", "expression": "v", "digits": 999999}]', false) -> 'imported', '1', 'it has its own');
select tests.logout();
create function pg_temp.gap(p_org text) returns text language sql as $$
  select parts ->> 'record_gap' from prime_search.form_scores(prime_search.config_of(tests.id(p_org))) where form = 'kbn'
$$;
select is(array[pg_temp.gap('north_org'), pg_temp.gap('south_org')], '{0.6667,1.0000}', 'forms are weighed by what is known to the org');
select is(public.import_records('[{"form": "kbn", "expression": "t", "digits": 55}]'), 1, 'operators put right what is everybody''s');
select tests.login('north_manager');
select is(pg_temp.known('north_org'), 'kbn60 of its own, twin7, wagstaff3 of its own', 'who has their own keeps it');
select ok(public.withdraw_record((select id from public.records where org_id = tests.id('north_org') and form = 'kbn')), 'until they take it away');
select is(pg_temp.known('north_org'), 'kbn55, twin7, wagstaff3 of its own', 'then the one of everybody counts again');
select tests.logout();
select tests.login('north_viewer');
select throws_ok($$ select public.withdraw_record((select id from public.records where form = 'wagstaff' and org_id is not null)) $$, '42501', null,
  'who only looks takes none away');
select tests.logout();
select * from finish();
rollback;
