-- The way into the queue, and limits against abuse: how often users may ask for runs, and how many unfinished ones an org
-- may have. Checked where every run of every engine enters the queue, in the transaction that inserts it, so that no way in
-- (function, RPC, direct insert) passes by.

create table fleet.request_limits (
  id int generated always as identity primary key,
  org_id uuid references public.orgs (id) on delete cascade,
  per_minute_and_user int not null default 120 check (per_minute_and_user >= 1),
  per_minute_and_org int not null default 240 check (per_minute_and_org >= 1),
  unfinished_per_org int not null default 100 check (unfinished_per_org >= 1),
  unique nulls not distinct (org_id)
);
comment on table fleet.request_limits is
  'Limits of requests for runs, of each kind of work by itself. The row without an org is for all that have none of their own.';
comment on column fleet.request_limits.per_minute_and_user is 'Runs that one user may start within 60 seconds.';
comment on column fleet.request_limits.per_minute_and_org is 'Runs that the members of one org may start within 60 seconds.';
comment on column fleet.request_limits.unfinished_per_org is 'Runs of one org that may wait or work at once.';
insert into fleet.request_limits (org_id) values (null);

alter table fleet.request_limits enable row level security;
revoke all on fleet.request_limits from public, anon, authenticated, service_role;
revoke all on sequence fleet.request_limits_id_seq from public, anon, authenticated, service_role;
grant select, insert, update, delete on fleet.request_limits to service_role;
create policy nobody on fleet.request_limits using (false);

-- fleet.seconds_until_free(times, limit): how long until fewer than `limit` of these requests are of the last minute.
-- Called by fleet.check_request_limits(). 0: there is room now. `times` are the latest ones, newest first.
create function fleet.seconds_until_free(p_times timestamptz[], p_limit int)
returns int
language plpgsql
stable
set search_path = ''
as $$
begin
  return (
  select case
    when p_times[p_limit] is null then 0
    else greatest(0, ceil(extract(epoch from p_times[p_limit] + interval '60 seconds' - clock_timestamp())))::int
  end
  );
end
$$;
comment on function fleet.seconds_until_free(timestamptz[], int) is 'Seconds until one more request is within a limit per minute.';
revoke all on function fleet.seconds_until_free(timestamptz[], int) from public, anon, authenticated, service_role;

-- fleet.check_request_limits(org, user, type): raises RC429 when a user asks for more runs of a kind than the limits allow.
-- Called by fleet.enqueue_job(). The detail is the code for clients, the hint the seconds after which to try again.
-- One request of an org at a time gets past the lock, so that the limits are exact.
create function fleet.check_request_limits(p_org_id uuid, p_user_id uuid, p_search_type text)
returns void
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_limits fleet.request_limits;
  v_wait int;
begin
  perform pg_advisory_xact_lock(hashtextextended('fleet.request_limits ' || p_org_id, 0));
  select * into v_limits from fleet.request_limits
  where org_id = p_org_id or org_id is null
  order by org_id nulls last limit 1;

  select greatest(
    fleet.seconds_until_free(array(
      select created_at from fleet.search_jobs where requested_by = p_user_id and search_type = p_search_type
      order by created_at desc limit v_limits.per_minute_and_user), v_limits.per_minute_and_user),
    fleet.seconds_until_free(array(
      select created_at from fleet.search_jobs where org_id = p_org_id and requested_by is not null and search_type = p_search_type
      order by created_at desc limit v_limits.per_minute_and_org), v_limits.per_minute_and_org))
  into v_wait;
  if v_wait > 0 then
    raise exception 'Too many runs were asked for within a minute. Try again in % seconds.', v_wait
      using errcode = 'RC429', detail = 'RATE_LIMITED', hint = v_wait::text;
  end if;

  if (select count(*) from fleet.search_jobs
      where org_id = p_org_id and search_type = p_search_type and status in ('QUEUED', 'RUNNING')) >= v_limits.unfinished_per_org then
    raise exception 'Your organisation has % unfinished runs, as many as it may have at once. Wait for one to end, or cancel one.',
      v_limits.unfinished_per_org
      using errcode = 'RC429', detail = 'QUEUE_FULL', hint = '30';
  end if;
end
$$;
comment on function fleet.check_request_limits(uuid, uuid, text) is 'Raises RC429 where a user asks for more runs than the limits allow.';
revoke all on function fleet.check_request_limits(uuid, uuid, text) from public, anon, authenticated, service_role;

-- fleet.enqueue_job(...): a new job with its blocks, at the end of the queue of its priority. A kind that is switched off
-- takes none: RC4OF. It may have fewer blocks worked on at once than its kind allows, never more.
-- Called by fleet.enqueue_run(), in the transaction that inserts the run. Who is signed in asked for it and is limited;
-- operators are not.
create function fleet.enqueue_job(
  p_search_type text, p_org_id uuid, p_run_id uuid, p_blocks int default 1,
  p_concurrent_blocks int default null, p_priority int default 0
)
returns bigint
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_user_id uuid := (select auth.uid());
  v_type fleet.search_types;
  v_job_id bigint;
begin
  select * into strict v_type from fleet.search_types where search_type = p_search_type;
  if not v_type.enabled then
    raise exception 'Work of the kind % is switched off in this project.', p_search_type using errcode = 'RC4OF';
  end if;
  if v_user_id is not null then
    perform fleet.check_request_limits(p_org_id, v_user_id, p_search_type);
  end if;
  insert into fleet.search_jobs (search_type, org_id, run_id, requested_by, max_concurrent_blocks, priority)
  values (p_search_type, p_org_id, p_run_id, v_user_id,
          least(p_concurrent_blocks, v_type.max_concurrent_blocks), p_priority)
  returning id into v_job_id;
  insert into fleet.work_blocks (search_job_id, block_number)
  select v_job_id, n from generate_series(1, p_blocks) as n;
  return v_job_id;
end
$$;
comment on function fleet.enqueue_job(text, uuid, uuid, int, int, int) is 'Adds a job and its blocks to the queue.';
revoke all on function fleet.enqueue_job(text, uuid, uuid, int, int, int) from public, anon, authenticated, service_role;

-- fleet.cut_anew(job, from, blocks): so many blocks in place of those of a job from a number on, which nobody may have begun; false, and nothing
-- changes, where one of them was. Whoever claims next reads the problem again, since it says which block is what. Called with the job's row locked,
-- by prime_search.recut().
create function fleet.cut_anew(p_job_id bigint, p_from int, p_blocks int)
returns boolean
language plpgsql
security definer
set search_path = ''
as $$
begin
  if exists (
    select from fleet.work_blocks b
    where b.search_job_id = p_job_id and b.block_number >= p_from
      and not (b.status = 'PENDING' and b.slices = 0 and b.attempts = 0 and b.not_before <= clock_timestamp())) then
    return false;
  end if;
  delete from fleet.work_blocks where search_job_id = p_job_id and block_number >= p_from;
  insert into fleet.work_blocks (search_job_id, block_number)
  select p_job_id, n from generate_series(p_from, p_from + p_blocks - 1) as n;
  update fleet.search_jobs set input = null where id = p_job_id;
  return true;
end
$$;
comment on function fleet.cut_anew(bigint, int, int) is 'Cuts blocks that nobody has begun anew.';
revoke all on function fleet.cut_anew(bigint, int, int) from public, anon, authenticated, service_role;
