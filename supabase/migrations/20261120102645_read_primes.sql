-- What was found, as numbers: the seed's four functions. Times are UTC, sizes below 1 are refused, nothing is never null.
-- Called by UIs; every signed-in user reads primes, so they ask with the caller's own rights.
--
-- A million primes are not counted for every page that is drawn: four materialised views have the counts of what was there at their last
-- refresh, and what was found since is counted live. A prime that is deleted or verified since then counts as before until the next refresh.
-- As long as there are few they are not refreshed, and everything is counted live.

create table private.prime_statistics (
  only_row boolean primary key default true check (only_row),
  upto bigint not null default 0,
  refreshed_at timestamptz
);
comment on table private.prime_statistics is 'Up to which prime the materialised counts go, and when they were made.';
insert into private.prime_statistics default values;
alter table private.prime_statistics enable row level security;
revoke all on private.prime_statistics from public, anon, authenticated, service_role;
grant select on private.prime_statistics to authenticated, service_role;
create policy prime_statistics_select on private.prime_statistics for select to authenticated using (true);

create materialized view private.prime_counts_by_hour as
select form, date_trunc('hour', found_at at time zone 'UTC') as hour, count(*)
from public.primes where id <= (select upto from private.prime_statistics) group by 1, 2;
comment on materialized view private.prime_counts_by_hour is 'Primes by form and hour, up to prime_statistics.upto.';
create unique index prime_counts_by_hour_key on private.prime_counts_by_hour (hour, form);
create materialized view private.prime_counts_by_day as
select form, date_trunc('day', found_at at time zone 'UTC') as day, count(*), count(*) filter (where verified) as verified,
       max(found_at) as latest
from public.primes where id <= (select upto from private.prime_statistics) group by 1, 2;
comment on materialized view private.prime_counts_by_day is 'Primes by form and day, up to prime_statistics.upto.';
create unique index prime_counts_by_day_key on private.prime_counts_by_day (form, day);
create materialized view private.prime_counts_by_digits as
select form, digits, count(*)
from public.primes where id <= (select upto from private.prime_statistics) group by 1, 2;
comment on materialized view private.prime_counts_by_digits is 'Primes by form and digits, up to prime_statistics.upto.';
create unique index prime_counts_by_digits_key on private.prime_counts_by_digits (form, digits);
-- A year by the hour is 5 MB of text: what is written once is not written again for every page. Not compressed, for it is read whole.
create materialized view private.prime_timeline as
select max(h.hour) as last_hour, coalesce(json_agg(h.told order by h.hour, h.form collate "C"), '[]') as whole,
       coalesce(array_agg(h.told order by h.hour, h.form collate "C") filter (where h.hour < l.hour), '{}') as settled
from (
  -- Without blanks, of which no part has any: they would be a sixth of it.
  select hour, form,
    replace(json_build_object('bucket', to_char(hour, 'YYYY-MM-DD"T"HH24:MI:SS'), 'form', form, 'count', count)::text, ' ', '')::json as told
  from private.prime_counts_by_hour
) as h cross join (select max(hour) as hour from private.prime_counts_by_hour) as l;
comment on materialized view private.prime_timeline is 'The timeline by the hour as it is told: whole, and its buckets before the last hour, which is not over.';
alter materialized view private.prime_timeline alter column whole set storage external, alter column settled set storage external;
-- What was found since. The second bound tells the planner that it is little, so that it reads them by their numbers, not the whole table.
create view private.new_primes with (security_invoker = true) as
select form, digits, found_at, verified from public.primes
where id > (select upto from private.prime_statistics) and id <= 9223372036854775807;
comment on view private.new_primes is 'Primes found since the counts were made.';
revoke all on private.prime_counts_by_hour, private.prime_counts_by_day, private.prime_counts_by_digits, private.prime_timeline,
  private.new_primes from public, anon, authenticated, service_role;
grant select on private.prime_counts_by_hour, private.prime_counts_by_day, private.prime_counts_by_digits, private.prime_timeline,
  private.new_primes to authenticated, service_role;

-- private.refresh_statistics(): makes the counts anew, where there are 50,000 primes, and 1,000 new ones or five minutes since; whether it
-- did. Called by the cron job receptor-projects, one call at a time.
create function private.refresh_statistics()
returns boolean
language plpgsql
set search_path = ''
as $$
declare
  v_upto bigint;
  v_state private.prime_statistics;
begin
  if not pg_try_advisory_xact_lock(hashtextextended('private.refresh_statistics', 0)) then
    return false;
  end if;
  select * into strict v_state from private.prime_statistics;
  select coalesce(max(id), 0) into v_upto from public.primes;
  if v_upto < 50000 or (v_upto < v_state.upto + 1000 and v_state.refreshed_at > now() - interval '5 minutes') then
    return false;
  end if;
  update private.prime_statistics set upto = v_upto, refreshed_at = now();
  refresh materialized view private.prime_counts_by_hour;
  refresh materialized view private.prime_timeline;
  refresh materialized view private.prime_counts_by_day;
  refresh materialized view private.prime_counts_by_digits;
  return true;
end
$$;
comment on function private.refresh_statistics() is 'Makes the counts of primes anew, where they are many.';
revoke all on function private.refresh_statistics() from public, anon, authenticated, service_role;

-- private.prime_hours(from): the counts by the hour as they are now, from an hour on: those of the last refresh, and of what was found since.
-- Called by private.timeline(), with the caller's rights. The hour is asked for here: what a function answers is not read by an index.
create function private.prime_hours(p_from timestamp)
returns table (form text, hour timestamp, count bigint)
language sql
stable
set search_path = ''
as $$
  select * from private.prime_counts_by_hour where hour >= p_from
  union all
  select form, date_trunc('hour', found_at at time zone 'UTC'), count(*) from private.new_primes
  where found_at at time zone 'UTC' >= p_from group by 1, 2
$$;
comment on function private.prime_hours(timestamp) is 'Primes by form and hour, from an hour on.';
revoke all on function private.prime_hours(timestamp) from public, anon, authenticated, service_role;
grant execute on function private.prime_hours(timestamp) to authenticated;

-- private.prime_days(): likewise by day. Called by the functions below.
create function private.prime_days()
returns table (form text, day timestamp, count bigint, verified bigint, latest timestamptz)
language sql
stable
set search_path = ''
as $$
  select * from private.prime_counts_by_day
  union all
  select form, date_trunc('day', found_at at time zone 'UTC'), count(*), count(*) filter (where verified), max(found_at)
  from private.new_primes group by 1, 2
$$;
comment on function private.prime_days() is 'Primes by form and day.';
revoke all on function private.prime_days() from public, anon, authenticated, service_role;
grant execute on function private.prime_days() to authenticated;

-- private.prime_digits(): likewise by digits. Called by the functions below.
create function private.prime_digits()
returns table (form text, digits bigint, count bigint)
language sql
stable
set search_path = ''
as $$
  select * from private.prime_counts_by_digits
  union all
  select form, digits, count(*) from private.new_primes group by 1, 2
$$;
comment on function private.prime_digits() is 'Primes by form and digits.';
revoke all on function private.prime_digits() from public, anon, authenticated, service_role;
grant execute on function private.prime_digits() to authenticated;

-- get_stats(): {total, by_form: [{form, count}] by count, largest_digits (0 where there is none), largest_expression (null)}.
-- Called by UIs.
create function public.get_stats()
returns jsonb
language sql
stable
set search_path = ''
as $$
  with largest as (
    select digits, expression from public.primes order by digits desc, id limit 1
  ), forms as (
    select form, sum(count)::bigint as count from private.prime_digits() group by form
  )
  select jsonb_build_object(
    'total', (select coalesce(sum(count), 0) from forms),
    'by_form', (
      select coalesce(jsonb_agg(jsonb_build_object('form', f.form, 'count', f.count) order by f.count desc, f.form), '[]'::jsonb) from forms as f),
    'largest_digits', coalesce((select digits from largest), 0),
    'largest_expression', (select expression from largest))
$$;
comment on function public.get_stats() is 'How many primes there are, by form, and the largest.';
revoke all on function public.get_stats() from public, anon, authenticated, service_role;
grant execute on function public.get_stats() to authenticated;

-- private.timeline(bucket_type, from): [{bucket, form, count}] ascending, from a time on, counted now. Called by get_discovery_timeline().
create function private.timeline(p_bucket_type text, p_from timestamp)
returns json[]
language sql
stable
set search_path = ''
as $$
  select array(
    select json_build_object('bucket', to_char(t.bucket, 'YYYY-MM-DD"T"HH24:MI:SS'), 'form', t.form, 'count', t.count)
    from (
      select hour as bucket, form, sum(count)::bigint as count from private.prime_hours(p_from)
      where p_bucket_type = 'hour' group by 1, 2
      union all
      select date_trunc(case when p_bucket_type in ('week', 'month') then p_bucket_type else 'day' end, day), form, sum(count)::bigint
      from private.prime_days() where p_bucket_type is distinct from 'hour' group by 1, 2
    ) as t
    order by t.bucket, t.form collate "C")
$$;
comment on function private.timeline(text, timestamp) is 'Primes by time and form, as they are told.';
revoke all on function private.timeline(text, timestamp) from public, anon, authenticated, service_role;
grant execute on function private.timeline(text, timestamp) to authenticated;

-- get_discovery_timeline(bucket_type): [{bucket, form, count}] ascending. hour, week or month; anything else is day. Called by UIs. By the hour,
-- what the last refresh wrote is told as it stands where nothing was found since, else its buckets before its last hour with those from there on,
-- counted now; unless something found since belongs before.
create function public.get_discovery_timeline(bucket_type text default 'day')
returns json
language plpgsql
stable
set search_path = ''
as $$
declare
  v_first timestamp;
  v_last_hour timestamp;
begin
  if bucket_type = 'hour' then
    select min(found_at at time zone 'UTC') into v_first from private.new_primes;
    select last_hour into v_last_hour from private.prime_timeline;
    if v_first is null and v_last_hour is not null then
      return (select whole from private.prime_timeline);
    elsif v_first >= v_last_hour then
      return (select array_to_json(settled || private.timeline('hour', last_hour)) from private.prime_timeline);
    end if;
  end if;
  return array_to_json(private.timeline(bucket_type, '-infinity'));
end
$$;
comment on function public.get_discovery_timeline(text) is 'Primes found by hour, day, week or month (UTC) and form.';
revoke all on function public.get_discovery_timeline(text) from public, anon, authenticated, service_role;
grant execute on function public.get_discovery_timeline(text) to authenticated;

-- get_digit_distribution(size): [{bucket_start, form, count}] ascending; RC400 for a size below 1. Called by UIs.
create function public.get_digit_distribution(bucket_size_param bigint default 10)
returns jsonb
language plpgsql
stable
set search_path = ''
as $$
begin
  if bucket_size_param is null or bucket_size_param < 1 then
    raise exception 'A bucket has at least one digit.' using errcode = 'RC400',
      detail = '[{"path": "bucket_size_param", "message": "is to be 1 or more"}]';
  end if;
  return (
    select coalesce(jsonb_agg(jsonb_build_object('bucket_start', d.bucket_start, 'form', d.form, 'count', d.count)
      order by d.bucket_start, d.form), '[]'::jsonb)
    from (
      select digits / bucket_size_param * bucket_size_param as bucket_start, form, sum(count)::bigint as count
      from private.prime_digits() group by 1, 2
    ) as d);
end
$$;
comment on function public.get_digit_distribution(bigint) is 'Primes by digits, in buckets of a size, and form.';
revoke all on function public.get_digit_distribution(bigint) from public, anon, authenticated, service_role;
grant execute on function public.get_digit_distribution(bigint) to authenticated;

-- form_leaderboard(): [{form, count, largest_digits, largest_expression, latest_found_at, verified_count, verified_pct}] by count;
-- the share in percent with one decimal. Called by UIs.
create function public.form_leaderboard()
returns jsonb
language sql
stable
set search_path = ''
as $$
  select coalesce(jsonb_agg(jsonb_build_object('form', f.form, 'count', f.count, 'largest_digits', largest.digits,
    'largest_expression', largest.expression,
    'latest_found_at', f.latest_found_at, 'verified_count', f.verified_count,
    'verified_pct', round(100.0 * f.verified_count / f.count, 1)) order by f.count desc, f.form), '[]'::jsonb)
  from (
    select form, sum(count)::bigint as count, max(latest) as latest_found_at, sum(verified)::bigint as verified_count
    from private.prime_days() group by form
  ) as f
  left join lateral (
    select p.digits, p.expression from public.primes p where p.form = f.form order by p.digits desc, p.id limit 1
  ) as largest on true
$$;
comment on function public.form_leaderboard() is 'Forms by how many primes were found, with the largest and the share that is verified.';
revoke all on function public.form_leaderboard() from public, anon, authenticated, service_role;
grant execute on function public.form_leaderboard() to authenticated;

create table public.records (
  id bigint generated always as identity primary key,
  org_id uuid references public.orgs (id) on delete cascade,
  form text not null check (form ~ '^[a-z][a-z_]*$'),
  category text not null default 'overall' check (length(category) between 1 and 100),
  expression text not null check (length(expression) between 1 and 2000),
  digits bigint not null check (digits >= 1),
  holder text check (length(holder) <= 500),
  discovered_at date,
  source text check (length(source) <= 200),
  source_url text check (source_url ~ '^https?://' and length(source_url) <= 2000),
  fetched_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  imported_by uuid references auth.users (id) on delete set null,
  unique nulls not distinct (form, category, org_id)
);
comment on table public.records is 'The largest primes known to the world, by form; imported from a file, never fetched.';
comment on column public.records.org_id is
  'Whose it is: it counts for this org alone, in place of the one of everybody. Null: everybody''s, which operators of the project import.';
comment on column public.records.imported_by is 'Who put it there last; null: an operator of the project.';
create index records_org_idx on public.records (org_id);
create index records_imported_by_idx on public.records (imported_by);

-- What counts for an org: its own records, and of the others those of everybody. What an org says is known is believed by nobody else.
create view public.records_beside_ours with (security_invoker = true) as
select o.id as for_org, r.*, best.id as our_best_id, best.digits as our_best_digits
from public.orgs o
join public.records r on r.org_id = o.id or r.org_id is null and not exists (
  select from public.records own where own.org_id = o.id and own.form = r.form and own.category = r.category)
left join lateral (
  select p.id, p.digits from public.primes p where p.form = r.form order by p.digits desc, p.id limit 1
) as best on true;
comment on view public.records_beside_ours is
  'The records that count for an org, with the largest prime of the form that was found here: asked for, so that it cannot be out of date.';

-- private.write_records(org, records, by, dry run): adds records or puts them right, by form and category, all of them or none; RC400 with the place
-- of every fault. [{form, category, expression, digits, change: new | same | changed, was_expression?, was_digits?}], in the order of the file:
-- beside what counted for the org, so that it has no copy of what is everybody's. Null: everybody's.
-- Called by the two functions below.
create function private.write_records(p_org_id uuid, p_records jsonb, p_by uuid, p_dry_run boolean)
returns jsonb
language plpgsql
set search_path = ''
as $$
declare
  v_changes jsonb;
begin
  perform private.require_shape(p_records, '{"is": "list", "most": 10000, "of": {"is": "object", "members": {
    "form": {"is": "text", "most": 50, "like": "^[a-z][a-z_]*$", "must": true}, "category": {"is": "text", "most": 100},
    "expression": {"is": "text", "most": 2000, "must": true}, "digits": {"is": "whole", "least": 1, "most": 1000000000000000, "must": true},
    "holder": {"is": "text", "most": 500}, "discovered_at": {"is": "date"}, "source": {"is": "text", "most": 200},
    "source_url": {"is": "text", "most": 2000, "like": "^https?://[^[:space:][:cntrl:]]+$"}}}}', 2000000);
  perform private.refuse_faults((
    select coalesce(jsonb_agg(jsonb_build_object('path', format('[%s].form', n),
      'message', format('%s, %s, is there already: [%s]', form, category, first)) order by n), '[]')
    from (
      select n, element ->> 'form' as form, coalesce(element ->> 'category', 'overall') as category,
        min(n) over (partition by element ->> 'form', coalesce(element ->> 'category', 'overall')) as first
      from private.elements(p_records)
    ) as t
    where n > first limit 50));
  if p_records = '[]' then
    perform private.refuse_faults('[{"path": "", "message": "there is no record in it"}]');
  end if;
  select jsonb_agg(jsonb_strip_nulls(jsonb_build_object('form', i.form, 'category', i.category, 'expression', i.expression, 'digits', i.digits,
    'change', case when r.id is null then 'new'
      when (r.expression, r.digits, r.holder, r.discovered_at, r.source, r.source_url)
        is not distinct from (i.expression, i.digits, i.holder, i.discovered_at, i.source, i.source_url) then 'same' else 'changed' end,
    'was_expression', r.expression, 'was_digits', r.digits)) order by i.n)
  into v_changes
  from private.given_records(p_records) as i
  left join lateral (
    select * from public.records known
    where known.form = i.form and known.category = i.category and (known.org_id = p_org_id or known.org_id is null)
    order by known.org_id nulls last limit 1
  ) as r on true;
  if not p_dry_run then
    insert into public.records as r (org_id, form, category, expression, digits, holder, discovered_at, source, source_url, imported_by)
    select p_org_id, i.form, i.category, i.expression, i.digits, i.holder, i.discovered_at, i.source, i.source_url, p_by
    from private.given_records(p_records) as i
    where p_org_id is null or v_changes -> i.n::int ->> 'change' <> 'same'
    order by i.form, i.category
    on conflict (form, category, org_id) do update set
      expression = excluded.expression, digits = excluded.digits, holder = excluded.holder, discovered_at = excluded.discovered_at,
      source = excluded.source, source_url = excluded.source_url, imported_by = excluded.imported_by, fetched_at = now(), updated_at = now();
  end if;
  return v_changes;
end
$$;
comment on function private.write_records(uuid, jsonb, uuid, boolean) is
  'Adds or replaces records of an org, or of everybody, by form and category, or says what that would change.';
revoke all on function private.write_records(uuid, jsonb, uuid, boolean) from public, anon, authenticated, service_role;

-- private.given_records(records): a file of records as rows, in its order. Called by private.write_records().
create function private.given_records(p_records jsonb)
returns table (n bigint, form text, category text, expression text, digits bigint, holder text, discovered_at date, source text, source_url text)
language sql
stable
set search_path = ''
as $$
  select e.n, i.form, coalesce(private.fold_text(i.category), 'overall'), private.fold_text(i.expression), i.digits::bigint, private.fold_text(i.holder),
    i.discovered_at, private.fold_text(i.source), i.source_url
  from private.elements(p_records) as e
  cross join jsonb_to_record(e.element) as i (form text, category text, expression text, digits numeric, holder text, discovered_at date,
    source text, source_url text)
$$;
comment on function private.given_records(jsonb) is 'A file of records as rows.';
revoke all on function private.given_records(jsonb) from public, anon, authenticated, service_role;

-- import_records(records): adds records of everybody or puts them right, by form and category; how many. Called by operators
-- (`deno task ops import-records`). p_records: [{form, category?, expression, digits, holder?, discovered_at?, source?, source_url?}]. RC400.
create function public.import_records(p_records jsonb)
returns int
language sql
security definer
set search_path = ''
as $$ select jsonb_array_length(private.write_records(null, p_records, null, false)) $$;
comment on function public.import_records(jsonb) is 'Adds or replaces records of everybody by form and category.';
revoke all on function public.import_records(jsonb) from public, anon, authenticated, service_role;
grant execute on function public.import_records(jsonb) to service_role;

-- offer_records(records, dry run, org): records of an org for whoever may search for primes in it (primeSearch.create), who sees what they change, or only
-- that: {records: [{form, category, expression, digits, change, was_expression?, was_digits?}], imported: how many were not so yet, 0 of a dry
-- run}. They count for this org alone: no other sees or believes them. Without an org the only one that the caller may search in. Called by UIs.
-- RC400 with the place of every fault; RC404 ORG_NOT_FOUND; 42501.
create function public.offer_records(p_records jsonb, p_dry_run boolean default true, p_org_id uuid default null)
returns jsonb
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_org_id uuid := private.prime_search_org(p_org_id);
  v_changes jsonb;
begin
  p_dry_run := coalesce(p_dry_run, true);
  if v_org_id is null then
    raise exception 'Name an organisation in which you may search for primes.' using errcode = 'RC404', hint = 'ORG_NOT_FOUND';
  end if;
  v_changes := private.write_records(v_org_id, p_records, (select auth.uid()), p_dry_run);
  return jsonb_build_object('records', v_changes, 'imported', case when p_dry_run then 0
    else (select count(*) from jsonb_array_elements(v_changes) as c where c ->> 'change' <> 'same') end);
end
$$;
comment on function public.offer_records(jsonb, boolean, uuid) is 'Adds or replaces an org''s records by form and category, or says what that would change.';
revoke all on function public.offer_records(jsonb, boolean, uuid) from public, anon, authenticated, service_role;
grant execute on function public.offer_records(jsonb, boolean, uuid) to authenticated;

-- withdraw_record(record): takes a record of an org away, so that the one of everybody counts again; whether it was there. Called by UIs.
-- 42501 for who only sees it.
create function public.withdraw_record(p_record bigint)
returns boolean
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_org_id uuid := (
    select org_id from public.records where id = p_record and org_id in (select private.orgs_with_right('primeSearch.view')));
begin
  if v_org_id is not null and v_org_id not in (select private.orgs_with_right('primeSearch.create')) then
    raise exception 'Taking a record away needs the right primeSearch.create.' using errcode = 'insufficient_privilege';
  end if;
  delete from public.records where id = p_record and org_id = v_org_id;
  return found;
end
$$;
comment on function public.withdraw_record(bigint) is 'Takes a record of an org away.';
revoke all on function public.withdraw_record(bigint) from public, anon, authenticated, service_role;
grant execute on function public.withdraw_record(bigint) to authenticated;

alter table public.records enable row level security;
revoke all on public.records, public.records_beside_ours from public, anon, authenticated, service_role;
revoke all on sequence public.records_id_seq from public, anon, authenticated, service_role;
grant select on public.records, public.records_beside_ours to authenticated;
grant all on public.records to service_role;
grant select on public.records_beside_ours to service_role;
create policy records_select on public.records for select to authenticated
  using (org_id is null or org_id in (select private.orgs_with_right('primeSearch.view')));
