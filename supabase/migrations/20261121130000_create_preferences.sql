-- What the allocator matches by: capacities and eligibility of job lines, ranks of both sides, weightings.

alter table public.job_lines
  add column max_n_workers int not null default 1 check (max_n_workers between 1 and 1000),
  add column must_have_workers boolean not null default false;
comment on column public.job_lines.max_n_workers is 'How many doctors may take the line.';
comment on column public.job_lines.must_have_workers is 'At least one doctor must take the line.';
grant update (max_n_workers, must_have_workers) on public.job_lines to authenticated;

alter table public.allocation_run_worker_mappings
  add constraint allocation_run_worker_mappings_org_run_id_key unique (org_id, allocation_run, id);

-- Tens of thousands of rows an allocation run: no key, index or reference more than it needs. The org is
-- that of the mapping and of the line, which the references below make sure of.
create table public.preference_worker_job_lines (
  org_id uuid not null,
  allocation_run uuid not null,
  worker_mapping uuid not null,
  job_line uuid not null,
  order_preference real not null,
  created_at timestamptz not null default now(),
  primary key (worker_mapping, job_line),
  -- Both ends belong to the same allocation run, or the row cannot exist.
  foreign key (org_id, allocation_run, worker_mapping)
    references public.allocation_run_worker_mappings (org_id, allocation_run, id) on delete cascade,
  foreign key (org_id, allocation_run, job_line)
    references public.job_lines (org_id, allocation_run, id) on delete cascade
);
comment on table public.preference_worker_job_lines is 'A doctor''s rank of a job line; lines without a row are unranked.';
comment on column public.preference_worker_job_lines.order_preference is
  '1 is best. Competition (1,1,3), dense (1,1,2) or fractional (1.5,1.5,3) notation, as the run''s options say.';
create index preference_worker_job_lines_job_line_idx on public.preference_worker_job_lines (job_line);
create index preference_worker_job_lines_run_idx on public.preference_worker_job_lines (allocation_run);

create table public.preferencers (
  id uuid primary key default gen_random_uuid(),
  org_id uuid not null references public.orgs (id) on delete cascade,
  allocation_run uuid not null,
  name text not null check (length(trim(name)) between 1 and 200),
  max_job_lines int check (max_job_lines >= 0),
  max_workers int check (max_workers >= 0),
  created_at timestamptz not null default now(),
  unique (org_id, id),
  unique (org_id, allocation_run, id),
  unique (allocation_run, name),
  foreign key (org_id, allocation_run)
    references public.allocation_runs (org_id, id) on delete cascade
);
comment on table public.preferencers is 'A supervisor or department that manages job lines and ranks doctors.';
comment on column public.preferencers.max_job_lines is 'How many of its lines may be used; null: all.';
comment on column public.preferencers.max_workers is 'How many doctors its lines may take together; null: no cap.';
create index preferencers_org_run_idx on public.preferencers (org_id, allocation_run);

create table public.preferencer_job_lines (
  org_id uuid not null references public.orgs (id) on delete cascade,
  allocation_run uuid not null,
  preferencer uuid not null,
  job_line uuid not null,
  primary key (preferencer, job_line),
  foreign key (org_id, allocation_run, preferencer)
    references public.preferencers (org_id, allocation_run, id) on delete cascade,
  foreign key (org_id, allocation_run, job_line)
    references public.job_lines (org_id, allocation_run, id) on delete cascade
);
comment on table public.preferencer_job_lines is 'Which lines a preferencer manages; a line may have several.';
create index preferencer_job_lines_org_run_preferencer_idx
  on public.preferencer_job_lines (org_id, allocation_run, preferencer);
create index preferencer_job_lines_org_run_line_idx
  on public.preferencer_job_lines (org_id, allocation_run, job_line);

create table public.preferencer_worker_ranks (
  org_id uuid not null,
  allocation_run uuid not null,
  preferencer uuid not null,
  worker_mapping uuid not null,
  order_preference real not null,
  primary key (preferencer, worker_mapping),
  foreign key (org_id, allocation_run, preferencer)
    references public.preferencers (org_id, allocation_run, id) on delete cascade,
  foreign key (org_id, allocation_run, worker_mapping)
    references public.allocation_run_worker_mappings (org_id, allocation_run, id) on delete cascade
);
comment on table public.preferencer_worker_ranks is 'A preferencer''s rank of a doctor; 1 is best.';
create index preferencer_worker_ranks_mapping_idx on public.preferencer_worker_ranks (worker_mapping);

create table public.job_line_eligibility (
  org_id uuid not null references public.orgs (id) on delete cascade,
  allocation_run uuid not null,
  job_line uuid primary key,
  included_qualification_tag_ids uuid[] not null default '{}',
  excluded_qualification_tag_ids uuid[] not null default '{}',
  included_worker_mapping_ids uuid[] not null default '{}',
  excluded_worker_mapping_ids uuid[] not null default '{}',
  foreign key (org_id, allocation_run, job_line)
    references public.job_lines (org_id, allocation_run, id) on delete cascade
);
comment on table public.job_line_eligibility is
  'Who may take a line. First match wins: included worker, excluded worker, excluded tag, included tag.';
create index job_line_eligibility_org_run_line_idx
  on public.job_line_eligibility (org_id, allocation_run, job_line);

create table public.allocation_run_preferencer_weightings (
  id uuid primary key default gen_random_uuid(),
  org_id uuid not null references public.orgs (id) on delete cascade,
  allocation_run uuid not null,
  job_line uuid,
  worker_mapping_ids uuid[] not null default '{}',
  qualification_tag_ids uuid[] not null default '{}',
  weighting real not null check (weighting between -100000 and 100000),
  created_at timestamptz not null default now(),
  unique (org_id, id),
  foreign key (org_id, allocation_run)
    references public.allocation_runs (org_id, id) on delete cascade,
  foreign key (org_id, allocation_run, job_line)
    references public.job_lines (org_id, allocation_run, id) on delete cascade
);
comment on table public.allocation_run_preferencer_weightings is
  'Added to the preferencers'' rank of these doctors (or holders of these tags), on one line or on all; they add up.';
create index allocation_run_preferencer_weightings_org_run_line_idx
  on public.allocation_run_preferencer_weightings (org_id, allocation_run, job_line);

-- fleet.claimed_org_id(type): as fleet.claimed_org_id(), but only for a block of that kind of work.
-- Called by the policies of tables that are one engine's alone: the planner never sees doctors.
create function fleet.claimed_org_id(p_search_type text)
returns uuid
language sql
stable
security definer
set search_path = ''
as $$
  select j.org_id
  from fleet.work_blocks b
  join fleet.search_jobs j on j.id = b.search_job_id
  where b.claim_token = nullif(current_setting('receptor.claim_token', true), '')::uuid
    and j.search_type = p_search_type
$$;
comment on function fleet.claimed_org_id(text) is
  'Org of the block that the transaction holds if it is of this kind of work. Used by policies of receptor_engine.';
revoke all on function fleet.claimed_org_id(text) from public;
grant execute on function fleet.claimed_org_id(text) to receptor_engine;

-- private.own_mappings(): the caller's own places in open allocation runs.
create function private.own_mappings()
returns setof uuid
language sql
stable
security definer
set search_path = ''
as $$
  select m.id
  from public.allocation_run_worker_mappings m
  join public.allocation_runs r on r.id = m.allocation_run
  where m.worker in (select private.own_worker_ids()) and r.status = 'open'
$$;
comment on function private.own_mappings() is
  'Worker mappings of the calling doctor in open allocation runs. Used by policies.';
revoke all on function private.own_mappings() from public;
grant execute on function private.own_mappings() to authenticated;

-- The same rights on each: managers write, whoever may see the match reads. Doctors have their own preferences besides.
do $$
declare
  v_table text;
begin
  foreach v_table in array array[
    'preference_worker_job_lines', 'preferencers', 'preferencer_job_lines',
    'preferencer_worker_ranks', 'job_line_eligibility', 'allocation_run_preferencer_weightings'
  ] loop
    execute format('alter table public.%I enable row level security', v_table);
    execute format('revoke all on public.%I from anon, authenticated', v_table);
    execute format('grant select, insert, update, delete on public.%I to authenticated', v_table);
    execute format('grant all on public.%I to service_role', v_table);
    execute format('grant select on public.%I to receptor_engine', v_table);
    execute format(
      'create policy engine_select on public.%I for select to receptor_engine
         using (org_id = (select fleet.claimed_org_id(''allocator'')))', v_table);
    if v_table <> 'preference_worker_job_lines' then
      execute format(
        'create policy %I on public.%I for select to authenticated
           using (org_id in (select private.orgs_with_right(''allocator.view'')))',
        v_table || '_select', v_table);
      execute format(
        'create policy %I on public.%I for insert to authenticated
           with check (org_id in (select private.orgs_with_right(''allocationRun.edit'')))',
        v_table || '_insert', v_table);
      execute format(
        'create policy %I on public.%I for update to authenticated
           using (org_id in (select private.orgs_with_right(''allocationRun.edit'')))
           with check (org_id in (select private.orgs_with_right(''allocationRun.edit'')))',
        v_table || '_update', v_table);
      execute format(
        'create policy %I on public.%I for delete to authenticated
           using (org_id in (select private.orgs_with_right(''allocationRun.edit'')))',
        v_table || '_delete', v_table);
    end if;
  end loop;
end
$$;

-- A doctor reads and writes their own preferences while the allocation run is open.
create policy preference_worker_job_lines_select on public.preference_worker_job_lines
  for select to authenticated
  using (
    org_id in (select private.orgs_with_right('allocator.view'))
    or worker_mapping in (select private.own_mappings())
  );
create policy preference_worker_job_lines_insert on public.preference_worker_job_lines
  for insert to authenticated
  with check (
    org_id in (select private.orgs_with_right('allocationRun.edit'))
    or worker_mapping in (select private.own_mappings())
  );
create policy preference_worker_job_lines_update on public.preference_worker_job_lines
  for update to authenticated
  using (
    org_id in (select private.orgs_with_right('allocationRun.edit'))
    or worker_mapping in (select private.own_mappings())
  )
  with check (
    org_id in (select private.orgs_with_right('allocationRun.edit'))
    or worker_mapping in (select private.own_mappings())
  );
create policy preference_worker_job_lines_delete on public.preference_worker_job_lines
  for delete to authenticated
  using (
    org_id in (select private.orgs_with_right('allocationRun.edit'))
    or worker_mapping in (select private.own_mappings())
  );

-- The allocator reads who takes part and what they hold.
grant select on public.workers, public.worker_qualifications, public.qualification_tags,
  public.allocation_run_worker_mappings to receptor_engine;
create policy engine_select on public.workers for select to receptor_engine
  using (org_id = (select fleet.claimed_org_id('allocator')));
create policy engine_select on public.worker_qualifications for select to receptor_engine
  using (org_id = (select fleet.claimed_org_id('allocator')));
create policy engine_select on public.qualification_tags for select to receptor_engine
  using (org_id = (select fleet.claimed_org_id('allocator')));
create policy engine_select on public.allocation_run_worker_mappings for select to receptor_engine
  using (org_id = (select fleet.claimed_org_id('allocator')));

-- get_worker_qualifications(allocation_run): each mapped doctor's tags.
-- Called by UIs, and by allocator.load_run(). Runs with its caller's rights.
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
revoke all on function public.get_worker_qualifications(uuid) from public, anon, authenticated;
grant execute on function public.get_worker_qualifications(uuid) to authenticated, receptor_engine;
