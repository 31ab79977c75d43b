-- No user's delete takes along what somebody else entered. From the catalogue: every table that users may delete from and
-- that anything refers to refuses rows that something hangs on; and every row of a service that a manager can delete goes
-- alone.
begin;
select tests.new_rows_everywhere();
insert into public.job_line_eligibility (org_id, allocation_run, job_line, included_qualification_tag_ids, excluded_worker_mapping_ids)
values (tests.id('north_org'), tests.id('north_run'), tests.id('north_line'), array[tests.id('tag')], array[tests.id('north_mapping')])
on conflict (job_line) do update set included_qualification_tag_ids = excluded.included_qualification_tag_ids,
  excluded_worker_mapping_ids = excluded.excluded_worker_mapping_ids;

create temporary table deletable as
select c.oid::regclass as name from pg_class c
where c.relkind = 'r' and c.relnamespace = 'public'::regnamespace and has_table_privilege('authenticated', c.oid, 'delete');

-- pg_temp.counts(): rows of every table of ours that can only grow by other means than a delete.
create function pg_temp.counts() returns jsonb language plpgsql as $$
declare
  v_name regclass; v_count bigint; v_counts jsonb := '{}';
begin
  for v_name in
    select oid from pg_class where relkind = 'r' and relnamespace in ('public'::regnamespace, 'fleet'::regnamespace)
  loop
    execute format('select count(*) from %s', v_name) into v_count;
    v_counts := v_counts || jsonb_build_object(v_name::text, v_count);
  end loop;
  return v_counts;
end
$$;

-- pg_temp.goes(table): what a manager's deletes of the rows of north, one at a time, take: "itself", "refused", or names of
-- other tables that shrank. Nothing of it stays.
create function pg_temp.goes(p_table regclass) returns text[] language plpgsql as $$
declare
  v_row record; v_counts jsonb; v_seen text; v_all text[] := '{}'; v_deleted int;
begin
  for v_row in execute format('select ctid as place from %s where org_id = $1', p_table) using tests.id('north_org') loop
    begin
      v_counts := pg_temp.counts();
      perform tests.login('north_manager');
      execute format('delete from %s where ctid = $1', p_table) using v_row.place;
      get diagnostics v_deleted = row_count;
      perform tests.logout();
      select string_agg(b.key, ', ') into v_seen
      from jsonb_each_text(v_counts) b join jsonb_each_text(pg_temp.counts()) n using (key)
      where n.value::int < b.value::int and (b.key <> p_table::text or b.value::int - n.value::int > 1);
      raise exception using errcode = 'RT000', message = coalesce(v_seen, 'itself');
    exception
      when sqlstate 'RT000' then v_seen := sqlerrm;
      when sqlstate 'RC409' then v_seen := 'refused';
    end;
    perform tests.logout();
    v_all := v_all || v_seen;
  end loop;
  return array(select distinct unnest(v_all) order by 1);
end
$$;

select plan((13 + (select count(*) from deletable))::int);
select is_empty($$
  select name from deletable d
  where exists (select from pg_constraint c where c.contype = 'f' and c.confrelid = d.name and c.confdeltype in ('c', 'n', 'd'))
    and not exists (select from pg_trigger t where t.tgrelid = d.name and t.tgname in ('refuse_losing', 'refuse_losing_runs')) $$,
  'every table that users delete from and whose rows would take others along has the trigger');
select ok(pg_temp.goes(name) <@ '{itself,refused}', format('a row of %s goes alone or not at all', name)) from deletable;
select is(pg_temp.goes('public.hospitals'), '{refused}', 'a hospital with teams does not go');
select is(pg_temp.goes('public.workers'), '{refused}', 'nor a doctor who takes part');
select is(pg_temp.goes('public.allocation_run_worker_mappings'), '{refused}', 'nor their place in the allocation run');
select is(pg_temp.goes('public.preference_worker_job_lines'), '{itself}', 'a rank is an entry of its own');

-- The sentences say what to do.
select tests.login('north_manager');
select throws_like($$ delete from public.workers $$, 'The doctor "Dr Test" takes part in allocation runs%withdraw_doctors()%',
  'the sentence names the doctor and the way');
select throws_like($$ delete from public.qualification_tags $$, 'The tag "Tag" is held by doctors%', 'and the tag');

-- What nothing hangs on, goes; lists of ids and snapshots count.
select tests.logout();
delete from public.worker_qualifications;
select tests.login('north_manager');
select throws_ok($$ delete from public.qualification_tags $$, 'RC409', null, 'a qualification that a line asks for stays');
update public.job_line_eligibility set included_qualification_tag_ids = '{}';
select lives_ok($$ delete from public.qualification_tags $$, 'one that nobody asks for goes');
select tests.logout();
insert into public.positions (id, org_id, team, name, specialty)
values (tests.remember('mistyped', gen_random_uuid()), tests.id('north_org'), tests.id('north_team'), 'Mistyped', 'Medicine'),
       (tests.remember('remembered', gen_random_uuid()), tests.id('north_org'), tests.id('north_team'), 'Remembered', 'Medicine');
update public.job_lines_history set snapshot = jsonb_build_array(jsonb_build_object('rotations',
  jsonb_build_array(jsonb_build_object('term', 1, 'position', tests.id('remembered')))))
where org_id = tests.id('north_org');
select tests.login('north_manager');
select lives_ok($$ delete from public.positions where id = tests.id('mistyped') $$, 'a position that was never used goes');
select throws_ok($$ delete from public.positions where id = tests.id('remembered') $$, 'RC409', null,
  'one that a snapshot would bring back stays');

-- Operators and whole orgs are not held up.
select tests.logout();
select lives_ok($$ delete from public.preferencers where org_id = tests.id('north_org') $$, 'operators are not held up');
select lives_ok($$ delete from public.orgs where id = tests.id('south_org') $$, 'a whole org goes');
select * from finish();
rollback;
