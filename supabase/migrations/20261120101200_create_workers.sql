-- Doctors, their qualifications, and who takes part in which allocation run.
-- The planner never reads these; they decide what a doctor may see, and the allocator matches them.

create table public.workers (
  id uuid primary key default gen_random_uuid(),
  org_id uuid not null references public.orgs (id) on delete cascade,
  user_id uuid references auth.users (id) on delete set null,
  email text not null check (private.is_name(email, 320) and email = lower(email) and email ~ '^[^ @]+@[^ @]+$'),
  name text not null check (private.is_name(name, 200)),
  created_at timestamptz not null default now(),
  erased_at timestamptz check (erased_at is null or user_id is null),
  unique (org_id, id),
  unique (org_id, email)
);
comment on table public.workers is 'A doctor of an org. user_id is null until they have an account.';
comment on column public.workers.erased_at is
  'When the person was erased: what is left stands for somebody in results, and takes part in no further match.';
create trigger fold_names before insert or update of email, name on public.workers
  for each row when (new.email <> private.fold_text(new.email) or new.name <> private.fold_text(new.name))
  execute function private.fold_names('email', 'name');
create index workers_user_id_idx on public.workers (user_id);

-- private.refuse_strangers(): the account of a doctor is a member's of the same org; 23503, as for any key that is not there.
-- Trigger before a doctor gets an account. No foreign key: a member who leaves and comes back is the same doctor.
create function private.refuse_strangers()
returns trigger
language plpgsql
security definer
set search_path = ''
as $$
begin
  if not exists (select from public.org_members m where m.org_id = new.org_id and m.user_id = new.user_id) then
    raise exception 'The account of a doctor must be a member''s of the same organisation.'
      using errcode = 'foreign_key_violation', column = 'user_id', table = 'workers', schema = 'public';
  end if;
  return new;
end
$$;
comment on function private.refuse_strangers() is 'Trigger: a doctor''s account belongs to a member of the org.';
revoke all on function private.refuse_strangers() from public, anon, authenticated, service_role;

create trigger refuse_strangers before insert or update of user_id, org_id on public.workers
  for each row when (new.user_id is not null) execute function private.refuse_strangers();

create table public.qualification_tags (
  id uuid primary key default gen_random_uuid(),
  org_id uuid not null references public.orgs (id) on delete cascade,
  name text not null check (private.is_name(name, 100)),
  created_at timestamptz not null default now(),
  unique (org_id, id),
  unique (org_id, name)
);
comment on table public.qualification_tags is 'A qualification that lines can ask for or exclude.';
create trigger fold_names before insert or update of name on public.qualification_tags
  for each row when (new.name <> private.fold_text(new.name))
  execute function private.fold_names('name');

-- A doctor and a tag of an org say which org: no reference of its own, which would be one check more for each row.
create table public.worker_qualifications (
  org_id uuid not null,
  worker uuid not null,
  qualification_tag uuid not null,
  primary key (worker, qualification_tag),
  foreign key (org_id, worker) references public.workers (org_id, id) on delete cascade,
  foreign key (org_id, qualification_tag)
    references public.qualification_tags (org_id, id) on delete cascade
);
comment on table public.worker_qualifications is 'Which doctor holds which qualification.';
create index worker_qualifications_org_worker_idx on public.worker_qualifications (org_id, worker);
create index worker_qualifications_org_tag_idx
  on public.worker_qualifications (org_id, qualification_tag);

create table public.allocation_run_worker_mappings (
  id uuid primary key default gen_random_uuid(),
  org_id uuid not null references public.orgs (id) on delete cascade,
  allocation_run uuid not null,
  worker uuid not null,
  created_at timestamptz not null default now(),
  withdrawn_at timestamptz,
  withdrawal_reason text check (private.is_name(withdrawal_reason, 1000)),
  withdrawal_effective_on date check (private.is_day(withdrawal_effective_on)),
  invited_at timestamptz,
  begun_at timestamptz,
  wishes_changed_at timestamptz,
  submitted_at timestamptz,
  locked_at timestamptz,
  -- Steps of a twentieth: 0.6 and 0.85 there are, 0.333 there is not.
  fte numeric(3, 2) not null default 1 check (fte > 0 and fte <= 1 and fte * 20 = trunc(fte * 20)),
  check (withdrawal_effective_on is null or withdrawn_at is not null),
  unique (org_id, id),
  constraint allocation_run_worker_mappings_org_run_id_key unique (org_id, allocation_run, id),
  unique (allocation_run, worker),
  foreign key (org_id, allocation_run)
    references public.allocation_runs (org_id, id) on delete cascade,
  foreign key (org_id, worker) references public.workers (org_id, id) on delete cascade
);
comment on table public.allocation_run_worker_mappings is 'Which doctors take part in an allocation run.';
comment on column public.allocation_run_worker_mappings.withdrawn_at is
  'Since when the doctor takes no part any more, see withdraw_doctors(); what they wished and got stays. Null: they take part.';
comment on column public.allocation_run_worker_mappings.withdrawal_effective_on is
  'From which day on they are gone, where that is known: they hold their line until then; see private.works_until().';
comment on column public.allocation_run_worker_mappings.invited_at is 'When the doctor was invited last to say what they want.';
comment on column public.allocation_run_worker_mappings.begun_at is
  'When the doctor first wrote a wish themselves; null: what is there of theirs, others entered.';
comment on column public.allocation_run_worker_mappings.wishes_changed_at is 'When a rank or bucket of theirs last changed, by whomever.';
comment on column public.allocation_run_worker_mappings.submitted_at is
  'When the doctor said that they are done, see submit_wishes(); later changes count all the same, and are told. Null: they did not.';
comment on column public.allocation_run_worker_mappings.fte is
  'How much of full time they work (full-time equivalent): 1, or less. Who works less takes a place of a line all the same, but for two who share one.';
comment on column public.allocation_run_worker_mappings.locked_at is 'Since when a manager keeps the doctor from changing wishes.';
create index allocation_run_worker_mappings_org_run_idx
  on public.allocation_run_worker_mappings (org_id, allocation_run);
create index allocation_run_worker_mappings_org_worker_idx
  on public.allocation_run_worker_mappings (org_id, worker);

create trigger wait_for_commits before delete on public.workers
  for each statement execute function private.wait_for_commits();
create trigger wait_for_commits before delete on public.allocation_run_worker_mappings
  for each statement execute function private.wait_for_commits();

-- private.own_worker_ids(): the caller's own worker rows, in orgs where they may see themselves.
-- Called by policies, and by the two functions below.
create function private.own_worker_ids()
returns setof uuid
language plpgsql
stable
security definer
set search_path = ''
as $$
begin
  return query
  select w.id
  from public.workers w
  where w.user_id = (select auth.uid())
    and w.org_id in (select private.orgs_with_right('worker.self'));
end
$$;
comment on function private.own_worker_ids() is 'Worker rows of the calling user. Used by policies.';
revoke all on function private.own_worker_ids() from public, anon, authenticated, service_role;
grant execute on function private.own_worker_ids() to authenticated;

-- private.own_open_runs(): the open allocation runs that the caller takes part in as a doctor.
-- Called by policies of what a doctor may see of a run.
create function private.own_open_runs()
returns setof uuid
language sql
stable
security definer
set search_path = ''
as $$
  select r.id
  from public.allocation_run_worker_mappings m
  join public.allocation_runs r on r.id = m.allocation_run
  where m.worker in (select private.own_worker_ids()) and m.withdrawn_at is null
    and r.status = 'open' and r.archived_at is null
$$;
comment on function private.own_open_runs() is
  'Open allocation runs that the calling doctor is mapped to. Used by policies.';
revoke all on function private.own_open_runs() from public, anon, authenticated, service_role;
grant execute on function private.own_open_runs() to authenticated;

-- private.own_mappings(): the caller's own places in allocation runs that doctors know of: open and closed ones. Nothing of
-- a draft, of an archived run, or where they withdrew, but for who leaves later, see private.leaves_later().
-- Called by policies of what a doctor reads of their own.
create function private.own_mappings()
returns setof uuid
language plpgsql
stable
security definer
set search_path = ''
as $$
begin
  return query
  select m.id
  from public.allocation_run_worker_mappings m
  join public.allocation_runs r on r.id = m.allocation_run
  where m.worker in (select private.own_worker_ids()) and (m.withdrawn_at is null or private.leaves_later(m.id))
    and r.status <> 'draft' and r.archived_at is null;
end
$$;
comment on function private.own_mappings() is
  'Worker mappings of the calling doctor in open and closed allocation runs. Used by policies.';
revoke all on function private.own_mappings() from public, anon, authenticated, service_role;
grant execute on function private.own_mappings() to authenticated;

-- private.own_writable_mappings(): those of them where the doctor may write wishes now: the window is open, its end has not
-- come, and no manager locked them. By the database's clock.
-- Called by policies of a doctor's wishes; private.hold_place() says the same with reasons.
create function private.own_writable_mappings()
returns setof uuid
language plpgsql
stable
security definer
set search_path = ''
as $$
begin
  return query
  select m.id
  from public.allocation_run_worker_mappings m
  join public.allocation_runs r on r.id = m.allocation_run
  where m.id in (select private.own_mappings()) and m.locked_at is null and m.withdrawn_at is null
    and r.status = 'open' and (r.due_date is null or now() < r.due_date);
end
$$;
comment on function private.own_writable_mappings() is
  'Worker mappings for which the calling doctor may write wishes now. Used by policies.';
revoke all on function private.own_writable_mappings() from public, anon, authenticated, service_role;
grant execute on function private.own_writable_mappings() to authenticated;

-- private.sealed_runs(): allocation runs of the caller's orgs whose window is open: until it closes nobody but the doctor
-- reads their wishes, but a member who was given the right preferences.viewBeforeClose, see grant_right().
-- Called by policies of wishes and of the audit log.
create function private.sealed_runs()
returns setof uuid
language plpgsql
stable
security definer
set search_path = ''
as $$
begin
  return query
  select r.id
  from public.allocation_runs r
  where r.status = 'open'
    and r.org_id in (select m.org_id from public.org_members m where m.user_id = (select auth.uid()))
    and r.org_id not in (select private.orgs_with_right('preferences.viewBeforeClose'));
end
$$;
comment on function private.sealed_runs() is
  'Allocation runs whose doctors'' wishes the caller may not read yet. Used by policies.';
revoke all on function private.sealed_runs() from public, anon, authenticated, service_role;
grant execute on function private.sealed_runs() to authenticated;

alter table public.workers enable row level security;
alter table public.qualification_tags enable row level security;
alter table public.worker_qualifications enable row level security;
alter table public.allocation_run_worker_mappings enable row level security;

revoke all on public.workers, public.qualification_tags, public.worker_qualifications,
  public.allocation_run_worker_mappings from public, anon, authenticated, service_role;
grant select, insert, update, delete on public.worker_qualifications to authenticated;
-- When a row was made is for the system to say; its id and its org are its own for good.
grant select, insert (id, org_id, name), update (name), delete on public.qualification_tags to authenticated;
-- That a doctor was erased is for erase_person() to say: whoever wrote it by hand would keep all of theirs from being erased. Whose
-- account a doctor has is for claim_worker(), by an address that the account confirmed: a manager who could write it would be the
-- doctor, and read what is theirs alone.
grant select, insert (id, org_id, email, name), update (email, name), delete
  on public.workers to authenticated;
-- Who withdrew, and comes back, is for withdraw_doctors() and reinstate_doctors() to write; and whose place it is stays: all
-- that hangs on it is that doctor's.
grant select, insert (id, org_id, allocation_run, worker), delete
  on public.allocation_run_worker_mappings to authenticated;
grant all on public.workers, public.qualification_tags, public.worker_qualifications,
  public.allocation_run_worker_mappings to service_role;
grant select on public.workers, public.qualification_tags, public.worker_qualifications,
  public.allocation_run_worker_mappings to receptor_engine;

create policy workers_select on public.workers for select to authenticated
  using (
    org_id in (select private.orgs_with_right('allocator.view'))
    or id in (select private.own_worker_ids())
  );
create policy workers_insert on public.workers for insert to authenticated
  with check (org_id in (select private.orgs_with_right('allocationRun.edit')));
-- Who was erased gets no name again.
create policy workers_update on public.workers for update to authenticated
  using (org_id in (select private.orgs_with_right('allocationRun.edit')) and erased_at is null)
  with check (org_id in (select private.orgs_with_right('allocationRun.edit')));
create policy workers_delete on public.workers for delete to authenticated
  using (org_id in (select private.orgs_with_right('allocationRun.edit')));
create policy engine_select on public.workers for select to receptor_engine
  using (org_id = (select fleet.claimed_org_id('allocator')));

create policy qualification_tags_select on public.qualification_tags for select to authenticated
  using (org_id in (select private.orgs_with_right('org.view')));
create policy qualification_tags_insert on public.qualification_tags for insert to authenticated
  with check (org_id in (select private.orgs_with_right('allocationRun.edit')));
create policy qualification_tags_update on public.qualification_tags for update to authenticated
  using (org_id in (select private.orgs_with_right('allocationRun.edit')))
  with check (org_id in (select private.orgs_with_right('allocationRun.edit')));
create policy qualification_tags_delete on public.qualification_tags for delete to authenticated
  using (org_id in (select private.orgs_with_right('allocationRun.edit')));
create policy engine_select on public.qualification_tags for select to receptor_engine
  using (org_id = (select fleet.claimed_org_id('allocator')));

create policy worker_qualifications_select on public.worker_qualifications for select to authenticated
  using (
    org_id in (select private.orgs_with_right('allocator.view'))
    or worker in (select private.own_worker_ids())
  );
create policy worker_qualifications_insert on public.worker_qualifications for insert to authenticated
  with check (org_id in (select private.orgs_with_right('allocationRun.edit')));
create policy worker_qualifications_update on public.worker_qualifications for update to authenticated
  using (org_id in (select private.orgs_with_right('allocationRun.edit')))
  with check (org_id in (select private.orgs_with_right('allocationRun.edit')));
create policy worker_qualifications_delete on public.worker_qualifications for delete to authenticated
  using (org_id in (select private.orgs_with_right('allocationRun.edit')));
create policy engine_select on public.worker_qualifications for select to receptor_engine
  using (org_id = (select fleet.claimed_org_id('allocator')));

create policy allocation_run_worker_mappings_select
  on public.allocation_run_worker_mappings for select to authenticated
  using (
    org_id in (select private.orgs_with_right('allocator.view'))
    or worker in (select private.own_worker_ids())
  );
create policy allocation_run_worker_mappings_insert
  on public.allocation_run_worker_mappings for insert to authenticated
  with check (org_id in (select private.orgs_with_right('allocationRun.edit')));
create policy allocation_run_worker_mappings_delete
  on public.allocation_run_worker_mappings for delete to authenticated
  using (org_id in (select private.orgs_with_right('allocationRun.edit')));
-- Who withdrew is no doctor of the match: their ranks and allocations are found through this row.
create policy engine_select on public.allocation_run_worker_mappings for select to receptor_engine
  using (withdrawn_at is null and org_id = (select fleet.claimed_org_id('allocator')));

-- A doctor sees the open allocation runs that they take part in; a planner all of their org.
create policy allocation_runs_select on public.allocation_runs for select to authenticated
  using (
    archived_at is null
    and (
      org_id in (select private.orgs_with_right('allocationPlanner.view'))
      or id in (select private.own_open_runs())
    )
  );

-- get_worker_qualifications(allocation_run): each mapped doctor's tags.
-- Called by UIs, and by allocator.run_people(). Runs with its caller's rights.
create function public.get_worker_qualifications(allocation_run uuid)
returns table (worker_mapping uuid, qualification_tag_ids uuid[])
language sql
stable
set search_path = ''
as $$
  select m.id,
         coalesce(array_agg(q.qualification_tag order by q.qualification_tag)
                  filter (where q.qualification_tag is not null), '{}')
  from public.allocation_run_worker_mappings m
  left join public.worker_qualifications q on q.worker = m.worker
  where m.allocation_run = get_worker_qualifications.allocation_run
  group by m.id
$$;
comment on function public.get_worker_qualifications(uuid) is
  'Qualification tags of every doctor who takes part in an allocation run.';
revoke all on function public.get_worker_qualifications(uuid) from public, anon, authenticated, service_role;
grant execute on function public.get_worker_qualifications(uuid) to authenticated, receptor_engine;
