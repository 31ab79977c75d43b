-- What was found, as numbers: the seed's four functions. Times are UTC, sizes below 1 are refused, nothing is never null.
-- Called by UIs; every signed-in user reads primes, so they ask with the caller's own rights.

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
  )
  select jsonb_build_object(
    'total', (select count(*) from public.primes),
    'by_form', (
      select coalesce(jsonb_agg(jsonb_build_object('form', f.form, 'count', f.count) order by f.count desc, f.form), '[]'::jsonb)
      from (select form, count(*) from public.primes group by form) as f),
    'largest_digits', coalesce((select digits from largest), 0),
    'largest_expression', (select expression from largest))
$$;
comment on function public.get_stats() is 'How many primes there are, by form, and the largest.';
revoke all on function public.get_stats() from public, anon, authenticated, service_role;
grant execute on function public.get_stats() to authenticated;

-- get_discovery_timeline(bucket_type): [{bucket, form, count}] ascending. hour, week or month; anything else is day. Called by UIs.
create function public.get_discovery_timeline(bucket_type text default 'day')
returns jsonb
language sql
stable
set search_path = ''
as $$
  select coalesce(jsonb_agg(jsonb_build_object('bucket', to_char(t.bucket, 'YYYY-MM-DD"T"HH24:MI:SS'), 'form', t.form,
    'count', t.count) order by t.bucket, t.form), '[]'::jsonb)
  from (
    select date_trunc(case when bucket_type in ('hour', 'week', 'month') then bucket_type else 'day' end,
             found_at at time zone 'UTC') as bucket, form, count(*)
    from public.primes group by 1, 2
  ) as t
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
      select digits / bucket_size_param * bucket_size_param as bucket_start, form, count(*)
      from public.primes group by 1, 2
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
  select coalesce(jsonb_agg(jsonb_build_object('form', f.form, 'count', f.count, 'largest_digits', f.largest_digits,
    'largest_expression', (select p.expression from public.primes p where p.form = f.form order by p.digits desc, p.id limit 1),
    'latest_found_at', f.latest_found_at, 'verified_count', f.verified_count,
    'verified_pct', round(100.0 * f.verified_count / f.count, 1)) order by f.count desc, f.form), '[]'::jsonb)
  from (
    select form, count(*), max(digits) as largest_digits, max(found_at) as latest_found_at,
           count(*) filter (where verified) as verified_count
    from public.primes group by form
  ) as f
$$;
comment on function public.form_leaderboard() is 'Forms by how many primes were found, with the largest and the share that is verified.';
revoke all on function public.form_leaderboard() from public, anon, authenticated, service_role;
grant execute on function public.form_leaderboard() to authenticated;

create table public.records (
  id bigint generated always as identity primary key,
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
  unique (form, category)
);
comment on table public.records is 'The largest primes known to the world, by form; imported from a file, never fetched.';

create view public.records_beside_ours with (security_invoker = true) as
select r.*, best.id as our_best_id, best.digits as our_best_digits
from public.records r
left join lateral (
  select p.id, p.digits from public.primes p where p.form = r.form order by p.digits desc, p.id limit 1
) as best on true;
comment on view public.records_beside_ours is 'Records with the largest prime of the form that was found here: asked for, so that it cannot be out of date.';

-- import_records(records): adds records or puts them right, by form and category; how many. Called by operators
-- (`deno task ops import-records`). p_records: [{form, category?, expression, digits, holder?, discovered_at?, source?, source_url?}].
create function public.import_records(p_records jsonb)
returns int
language plpgsql
set search_path = ''
as $$
declare
  v_count int;
begin
  insert into public.records as r (form, category, expression, digits, holder, discovered_at, source, source_url)
  select i.form, coalesce(i.category, 'overall'), i.expression, i.digits, i.holder, i.discovered_at, i.source, i.source_url
  from jsonb_to_recordset(p_records) as i (form text, category text, expression text, digits bigint, holder text,
    discovered_at date, source text, source_url text)
  on conflict (form, category) do update set
    expression = excluded.expression, digits = excluded.digits, holder = excluded.holder, discovered_at = excluded.discovered_at,
    source = excluded.source, source_url = excluded.source_url, fetched_at = now(), updated_at = now();
  get diagnostics v_count = row_count;
  return v_count;
end
$$;
comment on function public.import_records(jsonb) is 'Adds or replaces records by form and category.';
revoke all on function public.import_records(jsonb) from public, anon, authenticated, service_role;
grant execute on function public.import_records(jsonb) to service_role;

alter table public.records enable row level security;
revoke all on public.records, public.records_beside_ours from public, anon, authenticated, service_role;
revoke all on sequence public.records_id_seq from public, anon, authenticated, service_role;
grant select on public.records, public.records_beside_ours to authenticated;
grant all on public.records to service_role;
grant select on public.records_beside_ours to service_role;
create policy records_select on public.records for select to authenticated using (true);
