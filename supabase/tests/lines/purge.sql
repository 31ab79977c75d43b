-- What is purged in the end: lines that somebody put away more than 30 days ago and that nothing asks for.
begin;
select plan(4);
select tests.new_service('north');
select tests.new_line('north', l) is null from unnest('{old,fresh,matched,kept,there}'::text[]) as l;
insert into public.allocator_py_runs (id, allocation_run, queued_at)
values (tests.remember('match', gen_random_uuid()), tests.id('north_run'), now());
select tests.claim(tests.id('match')) is null;
select allocator.commit_run(tests.id('token'), jsonb_build_array(jsonb_build_array(tests.id('north_mapping'), tests.id('north_matched'), 1, 1)), '{}', allocator.field_fingerprint(tests.id('north_run')), '[]');
insert into public.job_lines_history (org_id, allocation_run, reason, line_count, starts_on, term_weeks, snapshot)
values (tests.id('north_org'), tests.id('north_run'), 'restore', 1, '2027-01-11', '{10,10,12}',
  jsonb_build_array(jsonb_build_object('id', tests.id('north_kept'))));
update public.job_lines set archived_at = now() - interval '31 days' where name in ('old', 'matched', 'kept') and org_id = tests.id('north_org');
update public.job_lines set archived_at = now() - interval '29 days' where name = 'fresh' and org_id = tests.id('north_org');
select cmp_ok(private.purge_archived_lines(), '>=', 1, 'it purges');
select is(string_agg(name, ',' order by name), 'fresh,kept,matched,there', 'a line put away long ago, but none that a match or a snapshot names')
from public.job_lines where org_id = tests.id('north_org');
delete from public.job_lines_history where org_id = tests.id('north_org');
select cmp_ok(private.purge_archived_lines(), '>=', 1, 'and once no snapshot does');
select is(string_agg(name, ',' order by name), 'fresh,matched,there', 'that one, too') from public.job_lines where org_id = tests.id('north_org');
select * from finish();
rollback;
