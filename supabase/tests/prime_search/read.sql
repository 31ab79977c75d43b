-- The seed's four functions on a known list, and on an empty one; records.
begin;
select plan(23);
select tests.new_service('north');
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
select results_eq($$ select form, digits, our_best_digits from public.records_beside_ours where form in ('kbn', 'twin') order by form $$,
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
select is((select string_agg(form || digits, ' ' order by form) from public.records where form in ('kbn', 'twin', 'wagstaff')), 'kbn50 twin7', 'and nothing is written');
select is(public.offer_records(pg_temp.file(), false) -> 'imported', '3', 'then it is written');
select is((select string_agg(form || digits, ' ' order by form) from public.records where form in ('kbn', 'twin', 'wagstaff') and imported_by = tests.id('north_manager')),
  'kbn60 twin7 wagstaff3', 'with who did');
select tests.logout();
select * from finish();
rollback;
