-- Allocator runs: what a manager asks for, how it goes, what it gave to whom, and what a what-if run found: a dry run with
-- other weights or pins, compared with a match that was made.

create schema if not exists allocator;
comment on schema allocator is 'What the allocator engine calls in the database. Not exposed through the API.';
revoke all on schema allocator from public;
grant usage on schema allocator to receptor_engine;

insert into fleet.search_types (search_type, function_name, run_table)
values ('allocator', 'allocator-solver', 'public.allocator_py_runs');

create type public.allocator_run_status as enum
  ('PENDING', 'GENERATING', 'COMPLETED', 'INFEASIBLE', 'FAILED', 'CANCELLED');

create table public.allocator_py_runs (
  id uuid primary key default gen_random_uuid(),
  org_id uuid not null references public.orgs (id) on delete cascade,
  allocation_run uuid not null,
  created_at timestamptz not null default now(),
  queued_at timestamptz,
  started_at timestamptz,
  finished_at timestamptz,
  completed_at timestamptz,
  updated_at timestamptz not null default now(),
  status public.allocator_run_status not null default 'PENDING',
  is_exclusive boolean not null default false,
  included_job_lines uuid[] check (private.is_list(included_job_lines)),
  included_worker_mappings uuid[] check (private.is_list(included_worker_mappings)),
  options jsonb not null default '{}' check (jsonb_typeof(options) = 'object'),
  request jsonb not null default '{}' check (jsonb_typeof(request) = 'object'),
  idempotency_key text check (length(idempotency_key) between 1 and 200),
  requested_by uuid references auth.users (id) on delete set null,
  progress jsonb check (jsonb_typeof(progress) = 'object'),
  result jsonb check (jsonb_typeof(result) = 'object'),
  error_code text,
  error_message text,
  base_run uuid,
  lines_fingerprint text,
  lines_changed_at timestamptz,
  superseded_at timestamptz,
  doctors_left_at timestamptz,
  unique (org_id, id),
  unique (org_id, allocation_run, id),
  foreign key (org_id, allocation_run)
    references public.allocation_runs (org_id, id) on delete cascade,
  constraint allocator_py_runs_base_run_fkey foreign key (base_run, allocation_run, org_id)
    references public.allocator_py_runs (id, allocation_run, org_id) on delete cascade,
  constraint allocator_py_runs_what_if_check check ((base_run is not null) = (options ? 'what_if')),
  check ((finished_at is not null)
         = (status in ('COMPLETED', 'INFEASIBLE', 'FAILED', 'CANCELLED'))),
  check ((completed_at is not null) = (status = 'COMPLETED')),
  check (status <> 'PENDING' or started_at is null),
  check (status not in ('GENERATING', 'COMPLETED', 'INFEASIBLE') or started_at is not null),
  check ((status in ('FAILED', 'INFEASIBLE'))
         = (error_code is not null and error_message is not null)),
  check (status <> 'COMPLETED' or result is not null)
);
comment on table public.allocator_py_runs is
  'One request to match doctors to job lines. The name is older than this project and stays. Published over Realtime.';
comment on column public.allocator_py_runs.queued_at is 'When its job was queued; null: it waits for process-pending.';
comment on column public.allocator_py_runs.completed_at is 'When its allocations were written; null: not done.';
comment on column public.allocator_py_runs.is_exclusive is
  'What the current match (match_runs) placed stands: those doctors and places are left out.';
comment on column public.allocator_py_runs.included_job_lines is 'Only these lines; null: all.';
comment on column public.allocator_py_runs.included_worker_mappings is 'Only these doctors; null: all.';
comment on column public.allocator_py_runs.lines_fingerprint is
  'Of a match: what its lines were when it was made; see allocator.lines_fingerprint().';
comment on column public.allocator_py_runs.lines_changed_at is
  'Since when lines of the match are archived or have other rotations than it was made for; null: it stands.';
comment on column public.allocator_py_runs.superseded_at is
  'Of a match: when a newer one took its place, see allocator.supersede(). It is kept, and can still be finalised. Null: it is current, or part of the current one.';
comment on column public.allocator_py_runs.doctors_left_at is
  'Since when a doctor whom the match placed takes no part any more; null: all of them do. See match_changes().';
comment on column public.allocator_py_runs.base_run is
  'A what-if run: the completed run that it is compared with. It writes no allocations; see allocator_run_previews.';
create unique index allocator_py_runs_one_unfinished_idx
  on public.allocator_py_runs (allocation_run) where status in ('PENDING', 'GENERATING');
create unique index allocator_py_runs_idempotency_idx
  on public.allocator_py_runs (requested_by, idempotency_key) where idempotency_key is not null;
create index allocator_py_runs_requested_by_idx on public.allocator_py_runs (requested_by);
create index allocator_py_runs_run_idx
  on public.allocator_py_runs (allocation_run, created_at desc);
create index allocator_py_runs_waiting_idx on public.allocator_py_runs (created_at)
  where queued_at is null and completed_at is null;
create index allocator_py_runs_base_run_idx
  on public.allocator_py_runs (base_run, allocation_run, org_id) where base_run is not null;

create table public.allocator_py_allocations (
  id uuid primary key default gen_random_uuid(),
  org_id uuid not null,
  allocation_run uuid not null,
  run uuid not null,
  worker_mapping uuid not null,
  job_line uuid not null,
  original_preference real,
  choice integer check (choice >= 1),
  created_at timestamptz not null default now(),
  unique (run, worker_mapping),
  check ((choice is null) = (original_preference is null)),
  constraint allocator_py_allocations_org_id_allocation_run_run_fkey
    foreign key (allocation_run, run, org_id)
    references public.allocator_py_runs (allocation_run, id, org_id) on delete cascade,
  constraint allocator_py_allocations_org_id_allocation_run_worker_mapp_fkey
    foreign key (worker_mapping, allocation_run, org_id)
    references public.allocation_run_worker_mappings (id, allocation_run, org_id) on delete cascade,
  constraint allocator_py_allocations_org_id_allocation_run_job_line_fkey
    foreign key (job_line, allocation_run, org_id)
    references public.job_lines (id, allocation_run, org_id) on delete cascade
);
comment on table public.allocator_py_allocations is 'Which doctor got which line in a run.';
comment on column public.allocator_py_allocations.original_preference is
  'The doctor''s fractional rank of the line; null: they had not ranked it.';
comment on column public.allocator_py_allocations.choice is
  'Which choice of the doctor the line is: 1 + the number of lines they ranked better, so that tied ones are the same choice; null: not ranked.';
create index allocator_py_allocations_run_idx
  on public.allocator_py_allocations (allocation_run, run, org_id);
create index allocator_py_allocations_mapping_idx
  on public.allocator_py_allocations (worker_mapping, allocation_run, org_id);
create index allocator_py_allocations_line_idx
  on public.allocator_py_allocations (job_line, allocation_run, org_id);

-- What a what-if run found. Apart from the run itself, because each update of a run goes to everyone who watches it.
create table public.allocator_run_previews (
  run uuid primary key,
  org_id uuid not null references public.orgs (id) on delete cascade,
  created_at timestamptz not null default now(),
  allocations jsonb not null check (jsonb_typeof(allocations) = 'array' and jsonb_array_length(allocations) <= 5000),
  moves jsonb not null check (jsonb_typeof(moves) = 'array' and jsonb_array_length(moves) <= 5000),
  foreign key (org_id, run) references public.allocator_py_runs (org_id, id) on delete cascade
);
comment on table public.allocator_run_previews is 'What a what-if run would have written, and who would move.';
comment on column public.allocator_run_previews.allocations is
  'Array of [worker mapping, job line, fractional rank or null, choice or null].';
comment on column public.allocator_run_previews.moves is
  'Array of {worker, name, from, to}, each end {line, name, rank, choice} or null; the doctors who would gain most come first.';
create index allocator_run_previews_org_run_idx on public.allocator_run_previews (org_id, run);

-- Why doctors did not get lines that they ranked better than the one they got: written with the match, in one transaction.
create table public.allocator_run_reasons (
  run uuid not null,
  worker_mapping uuid not null,
  job_line uuid not null,
  org_id uuid not null,
  allocation_run uuid not null,
  code text not null check (code in
    ('NOT_ELIGIBLE', 'FULL_BETTER', 'WOULD_COST', 'EARLIER_GROUP', 'IMPOSSIBLE', 'PINNED', 'NOT_OFFERED')),
  "values" jsonb not null default '{}' check (jsonb_typeof("values") = 'object'),
  choice int check (choice >= 1),
  primary key (run, worker_mapping, job_line),
  constraint allocator_run_reasons_org_id_allocation_run_run_fkey
    foreign key (allocation_run, run, org_id)
    references public.allocator_py_runs (allocation_run, id, org_id) on delete cascade,
  constraint allocator_run_reasons_org_id_allocation_run_worker_mapping_fkey
    foreign key (worker_mapping, allocation_run, org_id)
    references public.allocation_run_worker_mappings (id, allocation_run, org_id) on delete cascade,
  constraint allocator_run_reasons_org_id_allocation_run_job_line_fkey
    foreign key (job_line, allocation_run, org_id)
    references public.job_lines (id, allocation_run, org_id) on delete cascade
);
comment on table public.allocator_run_reasons is
  'Of a match: for each doctor and each line that they ranked better than the one they got, why they did not get it.';
comment on column public.allocator_run_reasons.code is
  'NOT_ELIGIBLE, FULL_BETTER, WOULD_COST, EARLIER_GROUP, IMPOSSIBLE, PINNED or NOT_OFFERED; see functions/README.md.';
comment on column public.allocator_run_reasons."values" is
  'The figures of the sentence; they name no other doctor, and no rank of one.';
comment on column public.allocator_run_reasons.choice is
  'Which choice of the doctor the line was when the match was made: 1 + the lines that they ranked better. What they wish later changes nothing of it.';
create index allocator_run_reasons_run_idx on public.allocator_run_reasons (allocation_run, run, org_id);
create index allocator_run_reasons_mapping_idx
  on public.allocator_run_reasons (worker_mapping, allocation_run, org_id);
create index allocator_run_reasons_line_idx on public.allocator_run_reasons (job_line, allocation_run, org_id);

-- allocator.prepare_run(): fills in what a user may not choose: org, requester. A what-if run takes over the options (but
-- for those it brings) and the batch of the run that it is compared with: options.what_if.base_run, or the one completed
-- last; RC409 where there is none. RC409 with the hint WINDOW_OPEN while doctors are still saying what they want: a match
-- tells what they ranked.
-- Trigger before insert. Runs with the inserter's rights, as planner.prepare_run() does.
create function allocator.prepare_run()
returns trigger
language plpgsql
set search_path = ''
as $$
declare
  v_base public.allocator_py_runs;
begin
  select r.org_id into new.org_id from public.allocation_runs r where r.id = new.allocation_run;
  if not found then
    raise exception '%', private.no_such('allocation run', new.allocation_run::text) using errcode = 'RC404';
  end if;
  new.requested_by := auth.uid();
  if private.window_keeps_wishes(new.allocation_run) then
    raise exception 'Doctors are still saying what they want, and nobody else reads it: close the window first, then match.'
      using errcode = 'RC409', hint = 'WINDOW_OPEN';
  end if;
  if not new.options ? 'what_if' then
    return new;
  end if;
  select * into v_base from public.allocator_py_runs r
  where r.allocation_run = new.allocation_run and r.status = 'COMPLETED' and r.base_run is null
    and r.lines_changed_at is null
    and r.id = coalesce((new.options #>> '{what_if,base_run}')::uuid, r.id)
  order by r.completed_at desc, r.id
  limit 1;
  if not found then
    raise exception 'There is no completed match of allocation run % to compare with.', new.allocation_run
      using errcode = 'RC409';
  end if;
  new.base_run := v_base.id;
  new.options := v_base.options || new.options;
  new.is_exclusive := v_base.is_exclusive;
  -- Who withdrew since, and a line that went, are no part of the question.
  if v_base.included_job_lines is not null then
    new.included_job_lines := array(
      select l.id from public.job_lines l where l.id = any (v_base.included_job_lines) and l.archived_at is null);
  end if;
  if v_base.included_worker_mappings is not null then
    new.included_worker_mappings := array(
      select m.id from public.allocation_run_worker_mappings m
      where m.id = any (v_base.included_worker_mappings) and m.withdrawn_at is null);
  end if;
  return new;
end
$$;
comment on function allocator.prepare_run() is
  'Trigger: sets org and requester of a new allocator run; a what-if run takes over options and batch of its base run.';
revoke all on function allocator.prepare_run() from public, anon, authenticated, service_role;

-- allocator.refuse_unknown_tags(): qualification tags that priority groups or a what-if name are the org's; RC4ID, the detail is the code for
-- clients. Trigger before insert, so that no way in passes by; after prepare_run (triggers run by name). Lines and doctors
-- are checked by request_allocator_run().
create function allocator.refuse_unknown_tags()
returns trigger
language plpgsql
set search_path = ''
as $$
declare
  v_unknown text;
begin
  select named.id into v_unknown
  from (
    select jsonb_path_query(new.options, '$.what_if.weightings[*].qualification_tags[*]') #>> '{}'
    union all
    select jsonb_path_query(new.options, '$.priority_groups[*].qualification_tags[*]') #>> '{}'
  ) as named (id)
  where not exists (
    select from public.qualification_tags t where t.org_id = new.org_id and t.id::text = lower(named.id))
  limit 1;
  if found then
    raise exception 'There is no qualification tag %.', left(v_unknown, 36)
      using errcode = 'RC4ID', detail = 'QUALIFICATION_TAG_NOT_FOUND';
  end if;
  return new;
end
$$;
comment on function allocator.refuse_unknown_tags() is 'Trigger: refuses runs that name qualification tags of no or another org.';
revoke all on function allocator.refuse_unknown_tags() from public, anon, authenticated, service_role;

create trigger prepare_run before insert on public.allocator_py_runs
  for each row execute function allocator.prepare_run();
create trigger refuse_unknown_tags before insert on public.allocator_py_runs
  for each row when (new.options ?| '{what_if,priority_groups}')
  execute function allocator.refuse_unknown_tags();
create trigger enqueue_run_on_insert after insert on public.allocator_py_runs
  for each row when (new.queued_at is not null) execute function fleet.enqueue_run('allocator');
create trigger enqueue_run_on_update after update of queued_at on public.allocator_py_runs
  for each row when (old.queued_at is null and new.queued_at is not null)
  execute function fleet.enqueue_run('allocator');
create trigger forget_run after delete on public.allocator_py_runs
  for each row execute function fleet.forget_run('allocator');
create trigger guard_run before update on public.allocator_py_runs
  for each row execute function fleet.guard_run();
create trigger allocator_follow_job after update of status on fleet.search_jobs
  for each row when (new.search_type = 'allocator' and new.status is distinct from old.status)
  execute function fleet.follow_job('public.allocator_py_runs');

-- allocator.supersede(): a match that is completed and not exclusive takes the place of those before it, which say so. An
-- exclusive one adds to the match that is current, see match_runs(). Trigger after update; security definer: the engine
-- writes its own run only.
create function allocator.supersede()
returns trigger
language plpgsql
security definer
set search_path = ''
as $$
begin
  update public.allocator_py_runs set superseded_at = new.completed_at
  where allocation_run = new.allocation_run and id <> new.id and status = 'COMPLETED' and base_run is null
    and superseded_at is null and completed_at <= new.completed_at;
  return null;
end
$$;
comment on function allocator.supersede() is 'Trigger: marks the matches that a new one takes the place of.';
revoke all on function allocator.supersede() from public, anon, authenticated, service_role;
create trigger supersede after update of status on public.allocator_py_runs
  for each row when (new.status = 'COMPLETED' and old.status <> 'COMPLETED' and new.base_run is null and not new.is_exclusive)
  execute function allocator.supersede();

alter table public.allocator_py_runs enable row level security;
alter table public.allocator_py_allocations enable row level security;
alter table public.allocator_run_previews enable row level security;
alter table public.allocator_run_reasons enable row level security;
revoke all on public.allocator_py_runs, public.allocator_py_allocations, public.allocator_run_previews,
  public.allocator_run_reasons from public, anon, authenticated, service_role;
grant select on public.allocator_py_runs, public.allocator_py_allocations, public.allocator_run_previews,
  public.allocator_run_reasons to authenticated;
grant insert (allocation_run, queued_at, is_exclusive, included_job_lines, included_worker_mappings,
              options, request, idempotency_key)
  on public.allocator_py_runs to authenticated;
grant all on public.allocator_py_runs, public.allocator_py_allocations, public.allocator_run_previews,
  public.allocator_run_reasons to service_role;
grant select on public.allocator_py_runs, public.allocator_py_allocations to receptor_engine;
grant update (status, progress, result, error_code, error_message, completed_at, finished_at, updated_at, lines_fingerprint)
  on public.allocator_py_runs to receptor_engine;
grant insert on public.allocator_py_allocations, public.allocator_run_previews, public.allocator_run_reasons
  to receptor_engine;

create policy allocator_py_runs_select on public.allocator_py_runs for select to authenticated
  using (org_id in (select private.orgs_with_right('allocator.view')));
create policy allocator_py_runs_insert on public.allocator_py_runs for insert to authenticated
  with check (
    org_id in (select private.orgs_with_right('allocator.create'))
    and status = 'PENDING'
    and requested_by = (select auth.uid())
  );
create policy engine_select on public.allocator_py_runs for select to receptor_engine
  using (org_id = (select fleet.claimed_org_id('allocator')));
create policy engine_update on public.allocator_py_runs for update to receptor_engine
  using (org_id = (select fleet.claimed_org_id('allocator')))
  with check (org_id = (select fleet.claimed_org_id('allocator')));

-- Results are the managers' until they publish them by other means.
create policy allocator_py_allocations_select on public.allocator_py_allocations
  for select to authenticated
  using (org_id in (select private.orgs_with_right('allocator.view')));
create policy engine_select on public.allocator_py_allocations for select to receptor_engine
  using (org_id = (select fleet.claimed_org_id('allocator')));
create policy engine_insert on public.allocator_py_allocations for insert to receptor_engine
  with check (org_id = (select fleet.claimed_org_id('allocator')));

create policy allocator_run_previews_select on public.allocator_run_previews for select to authenticated
  using (org_id in (select private.orgs_with_right('allocator.view')));
create policy engine_insert on public.allocator_run_previews for insert to receptor_engine
  with check (org_id = (select fleet.claimed_org_id('allocator')));

create policy allocator_run_reasons_select on public.allocator_run_reasons for select to authenticated
  using (org_id in (select private.orgs_with_right('allocator.view')));
create policy engine_insert on public.allocator_run_reasons for insert to receptor_engine
  with check (org_id = (select fleet.claimed_org_id('allocator')));

-- match_runs(run): the runs whose allocations together are the match that a run makes, the newest first; what-ifs make none.
-- A completed match stands until a newer completed one of the same allocation run supersedes it. An exclusive run
-- supersedes nothing: it adds to the match that is current when it is made. So a run that is not exclusive stands alone, and an
-- exclusive one together with those back to the last that is not. Of a run that has not completed: the current match.
-- Called by clients and by allocator.earlier_allocations(). Runs with its caller's rights.
create function public.match_runs(p_run uuid)
returns table (run uuid, completed_at timestamptz)
language sql
stable
set search_path = ''
as $$
  with asked as (
    select r.id, r.allocation_run, r.is_exclusive, coalesce(r.completed_at, 'infinity') as until
    from public.allocator_py_runs r
    where r.id = p_run and r.base_run is null
  ), completed as (
    select r.id, r.is_exclusive, r.completed_at
    from asked
    join public.allocator_py_runs r on r.allocation_run = asked.allocation_run
    where r.status = 'COMPLETED' and r.base_run is null and r.completed_at <= asked.until
  )
  select c.id, c.completed_at
  from completed c
  where c.completed_at >= coalesce(
    (select max(n.completed_at) from completed n where not n.is_exclusive), '-infinity')
  order by c.completed_at desc
$$;
comment on function public.match_runs(uuid) is
  'Runs whose allocations together are the match that a run makes, newest first: itself, and where it is exclusive those it left standing.';
revoke all on function public.match_runs(uuid) from public, anon, authenticated, service_role;
grant execute on function public.match_runs(uuid) to authenticated, receptor_engine;
