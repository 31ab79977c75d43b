-- What a doctor exports of themselves tells no result before its day, whatever table it stands in, and nobody else's values.
begin;
select tests.new_rows_everywhere();
select tests.logout();
select plan(9);
-- A department ranked a colleague in the same go, and the match placed the doctor; none of it is released.
delete from public.preferencer_worker_ranks where preferencer = tests.id('preferencer');
insert into public.preferencer_worker_ranks (org_id, allocation_run, preferencer, worker_mapping, order_preference)
select tests.id('north_org'), tests.id('north_run'), tests.id('preferencer'), m, n
from unnest(array[tests.id('swapper_mapping'), tests.id('north_mapping')]) with ordinality as x (m, n);
update public.job_line_eligibility set included_worker_mapping_ids = array[tests.id('swapper_mapping'), tests.id('north_mapping')]
where org_id = tests.id('north_org');
update public.allocator_py_runs set options = options || jsonb_build_object('pins', jsonb_build_array(
  jsonb_build_object('worker_mapping', tests.id('north_mapping'), 'job_line', tests.id('north_line'), 'reason', 'Kept for them')))
where id = tests.id('north_allocator_run');
create function pg_temp.decided() returns table (name text) language sql as $$
  select table_name::text from private.references_to_people()
  where table_name::text ~ '(allocat.*_(allocations|reasons)|job_line_worker_mappings|preferencer_worker_ranks)$'
$$;
select is((select count(distinct name)::int from pg_temp.decided()), 4, 'four tables say what is decided of a doctor');
create function pg_temp.own() returns jsonb language plpgsql as $$
declare v_own jsonb;
begin
  perform tests.login('north_doctor');
  v_own := public.export_person(tests.id('north_worker'));
  perform tests.logout();
  return v_own;
end $$;
create temporary table exported as select pg_temp.own() as own, private.export_person(tests.id('north_worker')) as every;
select ok((select bool_and(every -> 'rows' ? name) from pg_temp.decided(), exported), 'all of it is held');
select is_empty($$ select name from pg_temp.decided(), exported where own -> 'rows' ? name $$, 'the doctor gets no row of it before the release');
select is_empty($$ select l ->> 'table_name' from exported, jsonb_array_elements(own -> 'audit') as l where l ->> 'table_name' in (select name from pg_temp.decided()) $$,
  'nor an entry of the log');
select is(own -> 'matches', '[]', 'nor what was decided by hand') from exported;
select ok(own::text !~ 'Kept for them' and own -> 'rows' ? 'preference_worker_job_lines', 'by no other part; their wishes are theirs') from exported;
select ok(not ((own #- '{rows,line_swaps}') || jsonb_build_object('audit', (
    select jsonb_agg(l) from jsonb_array_elements(own -> 'audit') as l where l ->> 'table_name' <> 'line_swaps')))::text
  like '%' || tests.id('swapper_mapping') || '%', 'nothing is of a colleague') from exported;

update public.allocator_py_runs set status = 'COMPLETED', started_at = now(), finished_at = now(), completed_at = now(), result = '{}'
where id = tests.id('north_allocator_run');
update public.job_line_worker_mappings set allocator_run = tests.id('north_allocator_run'), superseded_at = null, finalised_at = now(), released_at = clock_timestamp()
where worker_mapping = tests.id('north_mapping');
update exported set own = pg_temp.own();
select is_empty($$ select name from pg_temp.decided(), exported where not own -> 'rows' ? name $$, 'released, it is all there');
select is(own #>> '{matches,0,pins,0,reason}', 'Kept for them', 'with what was decided by hand') from exported;
select * from finish();
rollback;
