-- What both sides of the match want: doctors' ranks of job lines; preferencers with their lines and their ranks of doctors;
-- who may take a line; and weightings.

-- Tens of thousands of rows an allocation run: no key, index or reference more than it needs. The org is
-- that of the mapping and of the line, which the references below make sure of.
-- private.refuse_rank(): says where a number is no rank, in a sentence; the constraints of the tables would say their names.
-- Trigger before such a number is written.
create function private.refuse_rank()
returns trigger
language plpgsql
set search_path = ''
as $$
begin
  perform private.refuse_faults(jsonb_build_array(jsonb_build_object('path', 'order_preference',
    'message', format('is to be a rank from 1 to 10000, whole or the half that equals share, not %s', new.order_preference))));
  return null;
end
$$;
comment on function private.refuse_rank() is 'Trigger: refuses a number that is no rank, with its path.';
revoke all on function private.refuse_rank() from public, anon, authenticated, service_role;

-- private.refuse_lone_half(list, item): a half is the place that two or more of a list share (1, 2.5, 2.5, 4); a statement that
-- gives one to a single row of a list is refused. What was given before stays as it is, also where those that shared it went:
-- the match closes such lists up. Rows that a function puts back or merges pass, see private.take_ranks().
-- Trigger after statements on tables of ranks; arguments: the columns of the list, and of what it ranks. Security definer: it
-- counts rows that the user does not see, on archived lines.
create function private.refuse_lone_half()
returns trigger
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_faults jsonb;
begin
  if current_setting('receptor.takes_ranks', true) = 'yes'
    or not exists (select from new_rows where order_preference <> floor(order_preference)) then
    return null;
  end if;
  execute format($sql$
    select coalesce(jsonb_agg(jsonb_build_object('path', 'order_preference', 'message', format(
      '%%s is the place of two or more; in this list only %%s has it', g.order_preference, g.%2$I))), '[]')
    from (
      select n.* from new_rows n
      where n.order_preference <> floor(n.order_preference)
        and not exists (
          select from %3$s o where o.%1$I = n.%1$I and o.order_preference = n.order_preference and o.%2$I <> n.%2$I)
        and not exists (
          select from %4$s was where was.%1$I = n.%1$I and was.order_preference = n.order_preference and was.%2$I = n.%2$I)
      limit 50) as g $sql$, tg_argv[0], tg_argv[1], tg_relid::regclass,
    case tg_op when 'UPDATE' then 'old_rows' else '(select * from new_rows limit 0)' end)
  into v_faults;
  perform private.refuse_faults(v_faults);
  return null;
end
$$;
comment on function private.refuse_lone_half() is 'Trigger: refuses a half that only one row of a list is given.';
revoke all on function private.refuse_lone_half() from public, anon, authenticated, service_role;

-- private.take_ranks(takes): from here on ranks of the transaction are taken as they are, or no more. For functions that looked
-- at what they write themselves: which of two devices said something later, or that wishes of a snapshot come back beside those
-- of today, is nobody's slip. Called by save_wishes() and restore_job_lines().
create function private.take_ranks(p_takes boolean)
returns void
language sql
set search_path = ''
as $$ select pg_catalog.set_config('receptor.takes_ranks', case when p_takes then 'yes' else '' end, true) $$;
comment on function private.take_ranks(boolean) is 'Ranks of the transaction are taken as they are, or no more.';
revoke all on function private.take_ranks(boolean) from public, anon, authenticated, service_role;

create table public.preference_worker_job_lines (
  org_id uuid not null,
  allocation_run uuid not null,
  worker_mapping uuid not null,
  job_line uuid not null,
  order_preference real check (order_preference between 1 and 10000 and 2 * order_preference = floor(2 * order_preference)),
  created_at timestamptz not null default now(),
  like_dislike_preference smallint check (like_dislike_preference between -2 and 2),
  changed_at timestamptz not null default now(),
  primary key (worker_mapping, job_line),
  -- What a doctor never wants has no place in their order.
  constraint preference_worker_job_lines_never_check check (like_dislike_preference > -2 or order_preference is null),
  -- Both ends belong to the same allocation run, or the row cannot exist. The columns stand in the order of the indexes
  -- below: a doctor or a line that is deleted takes its ranks along without a look at all of them.
  constraint preference_worker_job_lines_worker_fkey foreign key (allocation_run, worker_mapping, org_id)
    references public.allocation_run_worker_mappings (allocation_run, id, org_id) on delete cascade,
  constraint preference_worker_job_lines_line_fkey foreign key (job_line, allocation_run, org_id)
    references public.job_lines (id, allocation_run, org_id) on delete cascade
);
create trigger refuse_rank before insert or update of order_preference on public.preference_worker_job_lines for each row
  when (not coalesce(new.order_preference between 1 and 10000 and 2 * new.order_preference = floor(2 * new.order_preference), true))
  execute function private.refuse_rank();
create trigger refuse_lone_half_insert after insert on public.preference_worker_job_lines
  referencing new table as new_rows for each statement execute function private.refuse_lone_half('worker_mapping', 'job_line');
create trigger refuse_lone_half_update after update on public.preference_worker_job_lines
  referencing new table as new_rows old table as old_rows for each statement execute function private.refuse_lone_half('worker_mapping', 'job_line');
-- private.cap_changed_at(): nothing is said later than it is written, through whatever way in: a moment in the future would win
-- over all that a doctor says until then. Trigger before such a row is written.
create function private.cap_changed_at()
returns trigger
language plpgsql
set search_path = ''
as $$
begin
  new.changed_at := clock_timestamp();
  return new;
end
$$;
comment on function private.cap_changed_at() is 'Trigger: a wish is not said later than it is written.';
revoke all on function private.cap_changed_at() from public, anon, authenticated, service_role;
create trigger cap_changed_at before insert or update of changed_at on public.preference_worker_job_lines for each row
  when (new.changed_at > clock_timestamp()) execute function private.cap_changed_at();
comment on table public.preference_worker_job_lines is
  'What a doctor wishes of a job line: its rank and its bucket; lines without a row, or without a rank, are unranked.';
comment on column public.preference_worker_job_lines.like_dislike_preference is
  'The bucket that the doctor put the line into: 2 love, 1 like, 0 neutral, -1 dislike, -2 never; null: none.';
comment on column public.preference_worker_job_lines.changed_at is
  'When it was said, by the clock of the device and never later than it was written: of two devices the later one wins.';
comment on column public.preference_worker_job_lines.order_preference is
  'Null: not ranked. 1 is best. Competition (1,1,3), dense (1,1,2) or fractional (1.5,1.5,3) notation, as the run''s options say; a half is shared; the match closes gaps.';
create index preference_worker_job_lines_line_run_idx
  on public.preference_worker_job_lines (job_line, allocation_run, org_id);
create index preference_worker_job_lines_run_worker_idx
  on public.preference_worker_job_lines (allocation_run, worker_mapping, org_id);

-- private.note_wishes(): a doctor's place says when their wishes last changed, and when they first wrote one themselves,
-- through whatever way in. Trigger after statements; security definer: nobody writes these columns otherwise.
create function private.note_wishes()
returns trigger
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_mappings uuid[];
begin
  case tg_op
    when 'INSERT' then
      v_mappings := array(select distinct n.worker_mapping from new_rows n);
    when 'DELETE' then
      v_mappings := array(select distinct o.worker_mapping from old_rows o);
    when 'UPDATE' then
      v_mappings := array(
        select distinct n.worker_mapping from new_rows n
        left join old_rows o using (worker_mapping, job_line)
        where (n.order_preference, n.like_dislike_preference) is distinct from (o.order_preference, o.like_dislike_preference));
  end case;
  update public.allocation_run_worker_mappings m set
    wishes_changed_at = clock_timestamp(),
    begun_at = coalesce(m.begun_at, case when w.user_id = (select auth.uid()) then clock_timestamp() end)
  from public.workers w
  where m.id = any (v_mappings) and w.id = m.worker;
  return null;
end
$$;
comment on function private.note_wishes() is 'Trigger: notes when a doctor''s wishes change.';
revoke all on function private.note_wishes() from public, anon, authenticated, service_role;
create trigger note_insert after insert on public.preference_worker_job_lines
  referencing new table as new_rows for each statement execute function private.note_wishes();
create trigger note_update after update on public.preference_worker_job_lines
  referencing new table as new_rows old table as old_rows for each statement execute function private.note_wishes();
create trigger note_delete after delete on public.preference_worker_job_lines
  referencing old table as old_rows for each statement execute function private.note_wishes();

create table public.preferencers (
  id uuid primary key default gen_random_uuid(),
  org_id uuid not null references public.orgs (id) on delete cascade,
  allocation_run uuid not null,
  name text not null check (private.is_name(name, 200)),
  max_job_lines int check (max_job_lines >= 0),
  max_workers int check (max_workers >= 0),
  created_at timestamptz not null default now(),
  email text check (private.is_name(email, 320) and email = lower(email) and email ~ '^[^ @]+@[^ @]+$'),
  user_id uuid references auth.users (id) on delete set null,
  unique (org_id, id),
  unique (org_id, allocation_run, id),
  unique (allocation_run, name),
  foreign key (org_id, allocation_run)
    references public.allocation_runs (org_id, id) on delete cascade
);
comment on table public.preferencers is 'A supervisor or department that manages job lines and ranks doctors.';
create trigger fold_names before insert or update of name on public.preferencers
  for each row when (new.name <> private.fold_text(new.name))
  execute function private.fold_names('name');
comment on column public.preferencers.email is
  'The address of the department''s person: whoever has confirmed it claims the preferencer, see claim_worker().';
comment on column public.preferencers.user_id is 'The account of the department''s person, who ranks the doctors for its lines; null: nobody claimed it.';
create index preferencers_user_id_idx on public.preferencers (user_id);
create index preferencers_email_idx on public.preferencers (email);
comment on column public.preferencers.max_job_lines is 'How many of its lines may be used; null: all.';
comment on column public.preferencers.max_workers is 'How many doctors its lines may take together; null: no cap.';
create index preferencers_org_run_idx on public.preferencers (org_id, allocation_run);

create table public.preferencer_job_lines (
  org_id uuid not null,
  allocation_run uuid not null,
  preferencer uuid not null,
  job_line uuid not null,
  primary key (preferencer, job_line),
  constraint preferencer_job_lines_org_id_allocation_run_preferencer_fkey
    foreign key (allocation_run, preferencer, org_id)
    references public.preferencers (allocation_run, id, org_id) on delete cascade,
  constraint preferencer_job_lines_org_id_allocation_run_job_line_fkey
    foreign key (job_line, allocation_run, org_id)
    references public.job_lines (id, allocation_run, org_id) on delete cascade
);
comment on table public.preferencer_job_lines is 'Which lines a preferencer manages; a line may have several.';
create index preferencer_job_lines_run_preferencer_idx
  on public.preferencer_job_lines (allocation_run, preferencer, org_id);
create index preferencer_job_lines_line_idx
  on public.preferencer_job_lines (job_line, allocation_run, org_id);

create table public.preferencer_worker_ranks (
  org_id uuid not null,
  allocation_run uuid not null,
  preferencer uuid not null,
  worker_mapping uuid not null,
  order_preference real not null check (order_preference between 1 and 10000 and 2 * order_preference = floor(2 * order_preference)),
  primary key (preferencer, worker_mapping),
  constraint preferencer_worker_ranks_preferencer_fkey foreign key (allocation_run, preferencer, org_id)
    references public.preferencers (allocation_run, id, org_id) on delete cascade,
  constraint preferencer_worker_ranks_worker_fkey foreign key (worker_mapping, allocation_run, org_id)
    references public.allocation_run_worker_mappings (id, allocation_run, org_id) on delete cascade
);
create trigger refuse_rank before insert or update of order_preference on public.preferencer_worker_ranks for each row
  when (not coalesce(new.order_preference between 1 and 10000 and 2 * new.order_preference = floor(2 * new.order_preference), true))
  execute function private.refuse_rank();
create trigger refuse_lone_half_insert after insert on public.preferencer_worker_ranks
  referencing new table as new_rows for each statement execute function private.refuse_lone_half('preferencer', 'worker_mapping');
create trigger refuse_lone_half_update after update on public.preferencer_worker_ranks
  referencing new table as new_rows old table as old_rows for each statement execute function private.refuse_lone_half('preferencer', 'worker_mapping');
comment on table public.preferencer_worker_ranks is 'A preferencer''s rank of a doctor; 1 is best.';
create index preferencer_worker_ranks_worker_run_idx
  on public.preferencer_worker_ranks (worker_mapping, allocation_run, org_id);
create index preferencer_worker_ranks_run_preferencer_idx
  on public.preferencer_worker_ranks (allocation_run, preferencer, org_id);

-- private.line_ftes(run): the part-time lines of an allocation run and how much of full time they are: as much as the least of
-- their positions. Lines that are not there are full time.
-- Called by private.line_eligibility(), line_cards(), result_faults(), reinstate_doctors(), allocator.run_lines(), commit_run() and
-- field_fingerprint(). Runs with its caller's rights.
create function private.line_ftes(p_allocation_run uuid)
returns table (job_line uuid, fte numeric)
language sql
stable
set search_path = ''
as $$
  select r.job_line, min(p.fte)
  from public.rotations r join public.positions p on p.id = r.position
  where r.allocation_run = p_allocation_run and p.fte < 1
  group by r.job_line
$$;
comment on function private.line_ftes(uuid) is 'Part-time lines of an allocation run, with their part of full time.';
revoke all on function private.line_ftes(uuid) from public, anon, authenticated, service_role;
grant execute on function private.line_ftes(uuid) to receptor_engine;

create table public.job_line_eligibility (
  org_id uuid not null,
  allocation_run uuid not null,
  job_line uuid primary key,
  included_qualification_tag_ids uuid[] not null default '{}',
  excluded_qualification_tag_ids uuid[] not null default '{}',
  included_worker_mapping_ids uuid[] not null default '{}',
  excluded_worker_mapping_ids uuid[] not null default '{}',
  constraint job_line_eligibility_org_id_allocation_run_job_line_fkey
    foreign key (allocation_run, job_line, org_id)
    references public.job_lines (allocation_run, id, org_id) on delete cascade
);
comment on table public.job_line_eligibility is
  'Who may take a line. First match wins: included worker, excluded worker, excluded tag, included tag.';
create index job_line_eligibility_run_line_idx
  on public.job_line_eligibility (allocation_run, job_line, org_id);

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
  constraint allocation_run_preferencer_weighting_org_id_allocation_run_fkey
    foreign key (allocation_run, org_id)
    references public.allocation_runs (id, org_id) on delete cascade,
  constraint allocation_run_preferencer_we_org_id_allocation_run_job_li_fkey
    foreign key (allocation_run, org_id, job_line)
    references public.job_lines (allocation_run, org_id, id) on delete cascade
);
comment on table public.allocation_run_preferencer_weightings is
  'Added to the preferencers'' rank of these doctors (or holders of these tags), on one line or on all; they add up.';
create index allocation_run_preferencer_weightings_run_line_idx
  on public.allocation_run_preferencer_weightings (allocation_run, org_id, job_line);

alter table public.preference_worker_job_lines enable row level security;
alter table public.preferencers enable row level security;
alter table public.preferencer_job_lines enable row level security;
alter table public.preferencer_worker_ranks enable row level security;
alter table public.job_line_eligibility enable row level security;
alter table public.allocation_run_preferencer_weightings enable row level security;

revoke all on public.preference_worker_job_lines, public.preferencers, public.preferencer_job_lines,
  public.preferencer_worker_ranks, public.job_line_eligibility, public.allocation_run_preferencer_weightings
  from public, anon, authenticated, service_role;
grant select, insert, update, delete on public.preference_worker_job_lines, public.preferencers,
  public.preferencer_job_lines, public.preferencer_worker_ranks, public.job_line_eligibility,
  public.allocation_run_preferencer_weightings to authenticated;
grant all on public.preference_worker_job_lines, public.preferencers, public.preferencer_job_lines,
  public.preferencer_worker_ranks, public.job_line_eligibility, public.allocation_run_preferencer_weightings
  to service_role;
grant select on public.preference_worker_job_lines, public.preferencers, public.preferencer_job_lines,
  public.preferencer_worker_ranks, public.job_line_eligibility, public.allocation_run_preferencer_weightings
  to receptor_engine;

-- What hangs on an archived line is out of sight and out of reach with it, here and for the allocator; it is there, and comes
-- back. A statement without a condition asks no policy of select, so those of update and delete say it themselves.

-- A doctor reads their own preferences, and writes them while the window is open; whoever may see the match reads them once
-- it is not.
create policy preference_worker_job_lines_select on public.preference_worker_job_lines
  for select to authenticated
  using (
    (
      org_id in (select private.orgs_with_right('allocator.view'))
      and allocation_run not in (select private.sealed_runs())
      or worker_mapping in (select private.own_mappings())
    )
    and job_line not in (select private.archived_job_lines())
  );
create policy preference_worker_job_lines_insert on public.preference_worker_job_lines
  for insert to authenticated
  with check (
    org_id in (select private.orgs_with_right('allocationRun.edit'))
    -- Whether a row is there already would tell what a doctor wishes.
    and allocation_run not in (select private.sealed_runs())
    or worker_mapping in (select private.own_writable_mappings())
  );
create policy preference_worker_job_lines_update on public.preference_worker_job_lines
  for update to authenticated
  using (
    (
      org_id in (select private.orgs_with_right('allocationRun.edit'))
      and allocation_run not in (select private.sealed_runs())
      or worker_mapping in (select private.own_writable_mappings())
    )
    and job_line not in (select private.archived_job_lines())
  )
  with check (
    org_id in (select private.orgs_with_right('allocationRun.edit'))
    or worker_mapping in (select private.own_writable_mappings())
  );
create policy preference_worker_job_lines_delete on public.preference_worker_job_lines
  for delete to authenticated
  using (
    (
      org_id in (select private.orgs_with_right('allocationRun.edit'))
      and allocation_run not in (select private.sealed_runs())
      or worker_mapping in (select private.own_writable_mappings())
    )
    and job_line not in (select private.archived_job_lines())
  );
create policy engine_select on public.preference_worker_job_lines for select to receptor_engine
  using (
    org_id = (select fleet.claimed_org_id('allocator'))
    and job_line not in (select private.archived_job_lines())
  );

-- Managers write the rest; whoever may see the match reads it.
create policy preferencers_select on public.preferencers for select to authenticated
  using (org_id in (select private.orgs_with_right('allocator.view')));
create policy preferencers_insert on public.preferencers for insert to authenticated
  with check (org_id in (select private.orgs_with_right('allocationRun.edit')));
create policy preferencers_update on public.preferencers for update to authenticated
  using (org_id in (select private.orgs_with_right('allocationRun.edit')))
  with check (org_id in (select private.orgs_with_right('allocationRun.edit')));
create policy preferencers_delete on public.preferencers for delete to authenticated
  using (org_id in (select private.orgs_with_right('allocationRun.edit')));
create policy engine_select on public.preferencers for select to receptor_engine
  using (org_id = (select fleet.claimed_org_id('allocator')));

create policy preferencer_job_lines_select on public.preferencer_job_lines for select to authenticated
  using (
    org_id in (select private.orgs_with_right('allocator.view'))
    and job_line not in (select private.archived_job_lines())
  );
create policy preferencer_job_lines_insert on public.preferencer_job_lines for insert to authenticated
  with check (org_id in (select private.orgs_with_right('allocationRun.edit')));
create policy preferencer_job_lines_update on public.preferencer_job_lines for update to authenticated
  using (
    org_id in (select private.orgs_with_right('allocationRun.edit'))
    and job_line not in (select private.archived_job_lines())
  )
  with check (org_id in (select private.orgs_with_right('allocationRun.edit')));
create policy preferencer_job_lines_delete on public.preferencer_job_lines for delete to authenticated
  using (
    org_id in (select private.orgs_with_right('allocationRun.edit'))
    and job_line not in (select private.archived_job_lines())
  );
create policy engine_select on public.preferencer_job_lines for select to receptor_engine
  using (
    org_id = (select fleet.claimed_org_id('allocator'))
    and job_line not in (select private.archived_job_lines())
  );

create policy preferencer_worker_ranks_select on public.preferencer_worker_ranks for select to authenticated
  using (org_id in (select private.orgs_with_right('allocator.view')));
create policy preferencer_worker_ranks_insert on public.preferencer_worker_ranks for insert to authenticated
  with check (org_id in (select private.orgs_with_right('allocationRun.edit')));
create policy preferencer_worker_ranks_update on public.preferencer_worker_ranks for update to authenticated
  using (org_id in (select private.orgs_with_right('allocationRun.edit')))
  with check (org_id in (select private.orgs_with_right('allocationRun.edit')));
create policy preferencer_worker_ranks_delete on public.preferencer_worker_ranks for delete to authenticated
  using (org_id in (select private.orgs_with_right('allocationRun.edit')));
create policy engine_select on public.preferencer_worker_ranks for select to receptor_engine
  using (org_id = (select fleet.claimed_org_id('allocator')));

create policy job_line_eligibility_select on public.job_line_eligibility for select to authenticated
  using (
    org_id in (select private.orgs_with_right('allocator.view'))
    and job_line not in (select private.archived_job_lines())
  );
create policy job_line_eligibility_insert on public.job_line_eligibility for insert to authenticated
  with check (org_id in (select private.orgs_with_right('allocationRun.edit')));
create policy job_line_eligibility_update on public.job_line_eligibility for update to authenticated
  using (
    org_id in (select private.orgs_with_right('allocationRun.edit'))
    and job_line not in (select private.archived_job_lines())
  )
  with check (org_id in (select private.orgs_with_right('allocationRun.edit')));
create policy job_line_eligibility_delete on public.job_line_eligibility for delete to authenticated
  using (
    org_id in (select private.orgs_with_right('allocationRun.edit'))
    and job_line not in (select private.archived_job_lines())
  );
create policy engine_select on public.job_line_eligibility for select to receptor_engine
  using (
    org_id = (select fleet.claimed_org_id('allocator'))
    and job_line not in (select private.archived_job_lines())
  );

create policy allocation_run_preferencer_weightings_select
  on public.allocation_run_preferencer_weightings for select to authenticated
  using (
    org_id in (select private.orgs_with_right('allocator.view'))
    and (job_line is null or job_line not in (select private.archived_job_lines()))
  );
create policy allocation_run_preferencer_weightings_insert
  on public.allocation_run_preferencer_weightings for insert to authenticated
  with check (org_id in (select private.orgs_with_right('allocationRun.edit')));
create policy allocation_run_preferencer_weightings_update
  on public.allocation_run_preferencer_weightings for update to authenticated
  using (
    org_id in (select private.orgs_with_right('allocationRun.edit'))
    and (job_line is null or job_line not in (select private.archived_job_lines()))
  )
  with check (org_id in (select private.orgs_with_right('allocationRun.edit')));
create policy allocation_run_preferencer_weightings_delete
  on public.allocation_run_preferencer_weightings for delete to authenticated
  using (
    org_id in (select private.orgs_with_right('allocationRun.edit'))
    and (job_line is null or job_line not in (select private.archived_job_lines()))
  );
create policy engine_select on public.allocation_run_preferencer_weightings for select to receptor_engine
  using (
    org_id = (select fleet.claimed_org_id('allocator'))
    and (job_line is null or job_line not in (select private.archived_job_lines()))
  );
