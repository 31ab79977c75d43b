-- What is left empty, and lists that are no lists: whatever users call, they are told in words, and never by PostgreSQL's own.
begin;
select plan(5);
select tests.new_service('north');

create temporary table calls as
select p.oid, p.proname, p.proargnames,
  array(select format_type(t, null) from unnest(p.proargtypes) with ordinality as a (t, n) order by n) as types
from pg_proc p
where p.pronamespace = 'public'::regnamespace and p.pronargs > 0 and p.prokind = 'f' and p.prorettype <> 'trigger'::regtype
  and has_function_privilege('authenticated', p.oid, 'execute')
  and not exists (select from pg_depend d where d.objid = p.oid and d.deptype = 'e');
grant select on calls to authenticated;

-- What a call comes to: ok, or its error. p_list: what is given for arrays; the org and the allocation run are named then.
create function pg_temp.comes_to(p_call calls, p_list text default null) returns text language plpgsql as $$
declare
  v_args text;
  v_at text;
begin
  select string_agg(format('%L::%s', case when p_list is null then null when name = 'p_org_id' then tests.id('north_org')::text
      when name = 'p_allocation_run' then tests.id('north_run')::text when type like '%[]' then p_list when type = 'boolean' then 'true' end, type),
    ', ' order by n) into v_args
  from unnest(p_call.types, p_call.proargnames[:cardinality(p_call.types)]) with ordinality as a (type, name, n);
  execute format('select count(*) from public.%I(%s)', p_call.proname, v_args);
  return 'ok';
exception when others then
  return sqlstate || ' ' || sqlerrm;
end
$$;

select tests.login('north_manager');
select is_empty($$
  select c.proname, told from calls c cross join lateral pg_temp.comes_to(c) as told
  where told !~ '^(ok|RC|42501)' or told ~ '<NULL>'
$$, 'no call with nothing but nulls ends in PostgreSQL''s own words, or speaks of <NULL>');
select is_empty($$
  select c.proname, list, told
  from calls c
  cross join (values ('{{a0000000-0000-4000-8000-000000000001},{a0000000-0000-4000-8000-000000000002}}'), ('{null}'),
    ('[0:0]={a0000000-0000-4000-8000-000000000001}')) as l (list)
  cross join lateral pg_temp.comes_to(c, list) as told
  where c.types::text ~ '\[\]' and told !~ case when c.proname in ('read_history', 'audit_about', 'audit_names') then '^ok' else '^RC400' end
$$, 'what writes takes lists alone; what reads finds nothing for anything else');

-- The first and the last of each type that has one, in turns, beside texts that the function knows by name.
create function pg_temp.far(p_call calls, p_word text, p_first boolean) returns text language plpgsql as $$
declare
  v_args text;
begin
  select string_agg(format('%L::%s', case
      when type in ('text', 'jsonb') then case type when 'text' then p_word end
      when type = 'boolean' then 'true'
      when name = 'p_org_id' then tests.id('north_org')::text when name = 'p_allocation_run' then tests.id('north_run')::text
      else case when p_first = (n % 2 = 1) then e.least else e.most end end, a.type), ', ' order by n)
  into v_args
  from unnest(p_call.types, p_call.proargnames[:cardinality(p_call.types)]) with ordinality as a (type, name, n)
  left join extremes e using (type);
  execute format('select string_agg(t::text, '''') from public.%I(%s) as t', p_call.proname, v_args);
  return 'ok';
exception when others then
  return sqlstate || ' ' || sqlerrm;
end
$$;
create temporary table extremes (type, least, most) as values
  ('date', '4713-01-01 BC', '5874897-12-31'), ('timestamp without time zone', '4713-01-01 BC', '294276-12-31'),
  ('timestamp with time zone', '4713-01-02 BC', '294276-12-30'), ('integer', '-2147483648', '2147483647'),
  ('bigint', '-9223372036854775808', '9223372036854775807'), ('numeric', '-1e1000', '1e1000');
select is_empty($$
  select distinct c.proname, told
  from calls c
  cross join lateral (
    select distinct w[1] as word from pg_proc p cross join regexp_matches(p.prosrc, '''([a-z_]{1,20})''', 'g') as w where p.oid = c.oid
    union select 'x') as words
  cross join (values (true), (false)) as f (first)
  cross join lateral pg_temp.far(c, word, first) as told
  where c.types && array(select type from extremes) and told !~ '^(ok|RC|42501)'
$$, 'no call with the first or last of times and numbers ends in PostgreSQL''s own words');
select tests.logout();

select is_empty($$
  select c.oid::regclass, a.attname
  from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
  join pg_type t on t.oid = a.atttypid and t.typcategory = 'A'
  where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p')
    and (has_column_privilege('authenticated', c.oid, a.attnum, 'insert') or has_column_privilege('authenticated', c.oid, a.attnum, 'update'))
    and not exists (select from pg_constraint k where k.conrelid = c.oid and k.contype = 'c'
      and pg_get_constraintdef(k.oid) like '%is_list(' || a.attname || ')%')
$$, 'every list that users write is held to be one');
select throws_ok(format($$ update public.allocation_runs set term_weeks = %L where id = %L $$, weeks, tests.id('north_run')), '23514')
from (values ('{{10,10},{10,10}}')) as w (weeks);
select * from finish();
rollback;
