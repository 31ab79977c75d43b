-- What belongs to an archived allocation run is out of sight, table by table; the tables are those that refer to one, directly
-- or by others.
begin;
select tests.new_rows_everywhere();
select tests.logout();

create temporary table below as
with recursive below (id) as (
  select 'public.allocation_runs'::regclass::oid
  union select c.conrelid from pg_constraint c join below b on c.confrelid = b.id where c.contype = 'f'
)
select b.id::regclass as name from below b join pg_class c on c.oid = b.id
where c.relnamespace = 'public'::regnamespace and has_table_privilege('authenticated', b.id, 'select');
grant select on below to authenticated;

-- How many rows of north a caller sees, by table; those that they see none of are left out.
create function pg_temp.seen(p_caller text) returns table (name regclass, n bigint) language plpgsql as $$
declare v_table regclass; v_count bigint;
begin
  perform tests.login(p_caller);
  for v_table in select b.name from below b loop
    execute format('select count(*) from %s', v_table) into v_count;
    if v_count > 0 then name := v_table; n := v_count; return next; end if;
  end loop;
  perform tests.logout();
end $$;

select plan(7);
create temporary table before as select * from pg_temp.seen('north_manager');
select cmp_ok(count(*)::int, '>=', 15, 'tables that refer to an allocation run are found') from below;
select set_eq('select name from below', $$ select name from before union select name from pg_temp.seen('north_doctor') $$,
  'a manager, or the doctor, sees a row of each of them');
update public.allocation_runs set archived_at = now() where id = tests.id('north_run');
select is_empty($$ select * from pg_temp.seen('north_manager') $$, 'a manager sees none where the run is archived');
select is_empty($$ select * from pg_temp.seen('north_viewer') $$, 'nor a viewer');
select is_empty($$ select * from pg_temp.seen('north_doctor') $$, 'nor a doctor');
select tests.login('north_manager');
select throws_ok($$ insert into public.preferencers (org_id, allocation_run, name) values (tests.id('north_org'), tests.id('north_run'), 'New') $$,
  '42501', null, 'nothing is written into it');
select tests.logout();
update public.allocation_runs set archived_at = null where id = tests.id('north_run');
select set_eq($$ select * from pg_temp.seen('north_manager') $$, 'select * from before', 'and all of it is back with the run');
select * from finish();
rollback;
