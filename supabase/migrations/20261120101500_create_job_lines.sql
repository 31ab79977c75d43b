-- What the planner makes and the allocator gives: job lines, their rotations and their annual leave.
-- An engine writes its own tables only: of these the planner's blocks write, the allocator's read.
-- Lines are archived, not deleted: all that hangs on one keeps its rows, out of sight, and comes back with it.

-- Lets the constraint against overlapping rotations compare lines and dates in one index.
create extension if not exists btree_gist with schema extensions;

create table public.job_lines (
  id uuid primary key default gen_random_uuid(),
  org_id uuid not null references public.orgs (id) on delete cascade,
  allocation_run uuid not null,
  name text not null check (private.is_name(name, 200)),
  sort_order int not null default 0 check (sort_order between -1000000 and 1000000),
  is_locked boolean not null default false,
  pathway text,
  affinity int,
  planner_run uuid,
  created_at timestamptz not null default now(),
  max_n_workers int not null default 1 check (max_n_workers between 1 and 1000),
  must_have_workers boolean not null default false,
  archived_at timestamptz,
  first_term smallint check (first_term between 1 and 26),
  last_term smallint check (last_term between 1 and 26),
  unique (org_id, id),
  unique (org_id, allocation_run, id),
  check (coalesce(first_term, 1) <= coalesce(last_term, 26)),
  foreign key (org_id, allocation_run)
    references public.allocation_runs (org_id, id) on delete cascade,
  foreign key (org_id, planner_run)
    references public.allocation_planner_runs (org_id, id) on delete set null (planner_run)
);
comment on table public.job_lines is 'An anonymous year-long sequence of rotations, one per term.';
create trigger fold_names before insert or update of name on public.job_lines
  for each row when (new.name <> private.fold_text(new.name))
  execute function private.fold_names('name');
comment on column public.job_lines.sort_order is 'Lines are listed by it, then by name; bounded, so that new ones find room behind the last.';
comment on column public.job_lines.is_locked is 'Pinned: generating lines keeps it, and it consumes its posts.';
comment on column public.job_lines.affinity is 'Affinity of the line in units of the run''s affinity profile; null where unknown.';
comment on column public.job_lines.planner_run is
  'The planner run that built it, or changed it last, and by whose constraints it is judged: of a line that was added by hand, the latest one.';
comment on column public.job_lines.max_n_workers is 'How many doctors may take the line.';
comment on column public.job_lines.must_have_workers is 'At least one doctor must take the line.';
comment on column public.job_lines.archived_at is
  'Replaced by a planner run or a restore, or put away by archive_job_lines(): hidden from users and engines; null: it is there.';
comment on column public.job_lines.first_term is
  'The first term in which it is worked: a line of part of the year, for who starts late; null: from the beginning.';
comment on column public.job_lines.last_term is 'The last term in which it is worked, for who leaves early; null: to the end.';
create unique index job_lines_name_idx on public.job_lines (allocation_run, name) where archived_at is null;
create index job_lines_archived_idx on public.job_lines (org_id, id) where archived_at is not null;
create index job_lines_run_idx on public.job_lines (allocation_run, sort_order);
create index job_lines_org_planner_run_idx on public.job_lines (org_id, planner_run);
create index job_lines_planner_run_idx on public.job_lines (planner_run);

create table public.rotations (
  id uuid primary key default gen_random_uuid(),
  org_id uuid not null references public.orgs (id) on delete cascade,
  allocation_run uuid not null,
  job_line uuid not null,
  position uuid not null,
  term smallint not null check (term between 1 and 26),
  starts_on date not null check (extract(isodow from starts_on) = 1),
  ends_on date not null check (extract(isodow from ends_on) = 7),
  created_at timestamptz not null default now(),
  unique (org_id, id),
  unique (job_line, term),
  check (ends_on > starts_on),
  -- Nobody is in two places at once. Deferrable, so that one statement can move all terms of a line; what overlaps at its
  -- end is refused.
  constraint rotations_do_not_overlap exclude using gist (job_line with =, daterange(starts_on, ends_on, '[]') with &&)
    deferrable initially immediate,
  -- In the order of the index below, by which a deleted line finds its rotations.
  constraint rotations_org_id_allocation_run_job_line_fkey foreign key (allocation_run, job_line, org_id)
    references public.job_lines (allocation_run, id, org_id) on delete cascade,
  -- A position that lines stand on cannot be deleted by accident; deleting a whole org still can
  -- (no action is checked at the end of the statement, restrict would not wait for the cascade).
  foreign key (org_id, position) references public.positions (org_id, id) on delete no action
);
comment on table public.rotations is 'One position for one term of a job line. Terms start on a Monday and end on a Sunday.';
-- Read by allocation run or by line; org_id comes last because policies compare it as a filter.
create index rotations_run_line_idx on public.rotations (allocation_run, job_line, org_id);
create index rotations_org_position_idx on public.rotations (org_id, position);

create table public.job_line_leave (
  id uuid primary key default gen_random_uuid(),
  org_id uuid not null references public.orgs (id) on delete cascade,
  allocation_run uuid not null,
  job_line uuid not null,
  starts_on date not null check (extract(isodow from starts_on) = 1),
  ends_on date not null check (extract(isodow from ends_on) = 7),
  unique (job_line, starts_on),
  check (ends_on > starts_on),
  -- Deferrable as that of rotations: one statement can move all blocks of a line.
  constraint job_line_leave_does_not_overlap exclude using gist (job_line with =, daterange(starts_on, ends_on, '[]') with &&)
    deferrable initially immediate,
  constraint job_line_leave_org_id_allocation_run_job_line_fkey foreign key (allocation_run, job_line, org_id)
    references public.job_lines (allocation_run, id, org_id) on delete cascade
);
comment on table public.job_line_leave is 'Blocks of annual leave of a job line, whole weeks from Monday to Sunday.';
create index job_line_leave_run_line_idx on public.job_line_leave (allocation_run, job_line, org_id);
create index job_line_leave_org_idx on public.job_line_leave (org_id);

-- Apart from the lines, which doctors read: what managers note of one is for managers.
create table public.job_line_remarks (
  job_line uuid primary key,
  org_id uuid not null references public.orgs (id) on delete cascade,
  allocation_run uuid not null,
  notes text check (char_length(notes) between 1 and 2000),
  overrides jsonb not null default '[]' check (jsonb_typeof(overrides) = 'array'),
  foreign key (allocation_run, job_line, org_id)
    references public.job_lines (allocation_run, id, org_id) on delete cascade
);
comment on table public.job_line_remarks is 'What managers note of a job line: notes, and why it may break rules.';
comment on column public.job_line_remarks.overrides is
  'Rules that the line breaks with a manager''s word: [{rule, message, reason, by, at}], by: who, as a user id.';
create index job_line_remarks_run_line_idx on public.job_line_remarks (allocation_run, job_line, org_id);
create index job_line_remarks_org_idx on public.job_line_remarks (org_id);

-- private.archived_job_lines(): the archived lines that the caller's policies have to hide: of the orgs of a user, or of
-- the claimed org of an engine. Called by policies of what hangs on lines; those of the lines themselves read the column.
create function private.archived_job_lines()
returns setof uuid
language plpgsql
stable
security definer
set search_path = ''
as $$
begin
  return query
    select l.id from public.job_lines l
    where l.archived_at is not null
      and (l.org_id = (select fleet.claimed_org_id())
           or l.org_id in (select m.org_id from public.org_members m where m.user_id = (select auth.uid())));
end
$$;
comment on function private.archived_job_lines() is 'Archived job lines of the caller''s orgs. Used by policies.';
revoke all on function private.archived_job_lines() from public, anon, authenticated, service_role;
grant execute on function private.archived_job_lines() to authenticated, receptor_engine;

alter table public.job_lines enable row level security;
alter table public.rotations enable row level security;
alter table public.job_line_leave enable row level security;
alter table public.job_line_remarks enable row level security;

revoke all on public.job_lines, public.rotations, public.job_line_leave, public.job_line_remarks
  from public, anon, authenticated, service_role;
-- Planners rename, order and lock lines and say how many doctors may take one. New ones are written by the engine, and by
-- functions: an edit, a restore, a populated or a copied run. Nobody deletes them: archive_job_lines() puts them away, and
-- private.purge_archived_lines() deletes what is kept no longer.
grant select on public.job_lines to authenticated;
grant update (name, sort_order, is_locked, max_n_workers, must_have_workers) on public.job_lines to authenticated;
grant select on public.rotations, public.job_line_leave, public.job_line_remarks to authenticated;
grant all on public.job_lines, public.rotations, public.job_line_leave, public.job_line_remarks to service_role;
grant select, insert on public.job_lines to receptor_engine;
grant select, insert, delete on public.rotations, public.job_line_leave to receptor_engine;
-- A replan keeps the rows of lines and of rotations that stay, and with them all that refers to them.
grant update (affinity, pathway, planner_run) on public.job_lines to receptor_engine;

create policy job_lines_select on public.job_lines for select to authenticated
  using (
    archived_at is null
    and (
      org_id in (select private.orgs_with_right('allocationPlanner.view'))
      or allocation_run in (select private.own_open_runs())
    )
  );
create policy job_lines_update on public.job_lines for update to authenticated
  using (archived_at is null and org_id in (select private.orgs_with_right('allocationRun.edit')))
  with check (org_id in (select private.orgs_with_right('allocationRun.edit')));
create policy engine_select on public.job_lines for select to receptor_engine
  using (archived_at is null and org_id = (select fleet.claimed_org_id()));
create policy engine_insert on public.job_lines for insert to receptor_engine
  with check (org_id = (select fleet.claimed_org_id('planner')));
create policy engine_update on public.job_lines for update to receptor_engine
  using (archived_at is null and org_id = (select fleet.claimed_org_id('planner')))
  with check (org_id = (select fleet.claimed_org_id('planner')));

create policy rotations_select on public.rotations for select to authenticated
  using (
    (
      org_id in (select private.orgs_with_right('allocationPlanner.view'))
      or allocation_run in (select private.own_open_runs())
    )
    and job_line not in (select private.archived_job_lines())
  );
create policy engine_select on public.rotations for select to receptor_engine
  using (
    org_id = (select fleet.claimed_org_id())
    and job_line not in (select private.archived_job_lines())
  );
create policy engine_insert on public.rotations for insert to receptor_engine
  with check (org_id = (select fleet.claimed_org_id('planner')));
create policy engine_delete on public.rotations for delete to receptor_engine
  using (org_id = (select fleet.claimed_org_id('planner')));

create policy job_line_leave_select on public.job_line_leave for select to authenticated
  using (
    (
      org_id in (select private.orgs_with_right('allocationPlanner.view'))
      or allocation_run in (select private.own_open_runs())
    )
    and job_line not in (select private.archived_job_lines())
  );
create policy engine_select on public.job_line_leave for select to receptor_engine
  using (
    org_id = (select fleet.claimed_org_id())
    and job_line not in (select private.archived_job_lines())
  );
create policy engine_insert on public.job_line_leave for insert to receptor_engine
  with check (org_id = (select fleet.claimed_org_id('planner')));
create policy engine_delete on public.job_line_leave for delete to receptor_engine
  using (org_id = (select fleet.claimed_org_id('planner')));

create policy job_line_remarks_select on public.job_line_remarks for select to authenticated
  using (
    org_id in (select private.orgs_with_right('allocationPlanner.view'))
    and job_line not in (select private.archived_job_lines())
  );

-- private.require_dates_of_terms(): a rotation of a line that is there has the dates of its term, and lies in the terms in
-- which the line is worked: RC409 where a writer gives it others. With it, posts counted by term are posts counted where people stand beside each other in time.
-- Trigger after statements on rotations. Security definer: the rule holds whatever the writer sees. What is archived is
-- not held to it; private.unarchive_lines() is.
create function private.require_dates_of_terms()
returns trigger
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_line text;
begin
  select l.name into v_line
  from fresh r
  join public.job_lines l on l.id = r.job_line and l.archived_at is null
  join public.allocation_runs ar on ar.id = r.allocation_run
  left join lateral private.terms(ar.starts_on, ar.term_weeks) as t on t.term = r.term
  where (t.starts_on, t.ends_on) is distinct from (r.starts_on, r.ends_on)
  limit 1;
  if found then
    raise exception 'A rotation of the job line "%" does not have the dates of a term of its allocation run.', v_line
      using errcode = 'RC409';
  end if;
  select l.name into v_line
  from fresh r
  join public.job_lines l on l.id = r.job_line and l.archived_at is null
  where r.term not between coalesce(l.first_term, 1) and coalesce(l.last_term, 26)
  limit 1;
  if found then
    raise exception 'A rotation of the job line "%" lies outside of the terms in which the line is worked.', v_line
      using errcode = 'RC409';
  end if;
  return null;
end
$$;
comment on function private.require_dates_of_terms() is 'Trigger: rotations have the dates of their terms.';
revoke all on function private.require_dates_of_terms() from public, anon, authenticated, service_role;

create trigger require_dates_on_insert after insert on public.rotations
  referencing new table as fresh for each statement execute function private.require_dates_of_terms();
create trigger require_dates_on_update after update on public.rotations
  referencing new table as fresh for each statement execute function private.require_dates_of_terms();

-- private.moved_start(...): where a block of leave begins when the terms of its year change: as far into the same term as
-- it was. Null where it does not fit: the term is no more, it would run past the end of its term, or it lies in several
-- terms that do not all keep their weeks.
-- Called by private.lines_without_room() and private.move_lines() below, and where lines are brought back.
create function private.moved_start(
  p_starts_on date, p_ends_on date, p_old_start date, p_old_weeks int[], p_new_start date, p_new_weeks int[]
)
returns date
language sql
immutable
set search_path = ''
as $$
  select case
    when p_ends_on <= o.ends_on then
      case when n.starts_on + (p_ends_on - o.starts_on) <= n.ends_on then n.starts_on + (p_starts_on - o.starts_on) end
    when p_old_weeks[o.term:e.term] = p_new_weeks[o.term:e.term] then n.starts_on + (p_starts_on - o.starts_on)
  end
  from private.terms(p_old_start, p_old_weeks) as o
  join private.terms(p_new_start, p_new_weeks) as n on n.term = o.term
  left join private.terms(p_old_start, p_old_weeks) as e on p_ends_on between e.starts_on and e.ends_on
  where p_starts_on between o.starts_on and o.ends_on
$$;
comment on function private.moved_start(date, date, date, int[], date, int[]) is
  'The first day of a block of leave after the terms of its year changed; null where it does not fit.';
revoke all on function private.moved_start(date, date, date, int[], date, int[])
  from public, anon, authenticated, service_role;
grant execute on function private.moved_start(date, date, date, int[], date, int[]) to receptor_engine;

-- private.lines_without_room(old, new): the lines of an allocation run, archived ones too, that new terms leave something of
-- without a place: rotations of terms that are no more, or leave.
-- Called by private.keep_lines_with_terms() and private.move_lines().
create function private.lines_without_room(p_old public.allocation_runs, p_new public.allocation_runs)
returns table (id uuid, name text, is_locked boolean, is_archived boolean)
language sql
stable
set search_path = ''
as $$
  select l.id, l.name, l.is_locked, l.archived_at is not null
  from public.job_lines l
  where l.allocation_run = p_old.id and (
    exists (
      select from public.rotations r where r.job_line = l.id and r.term > cardinality(p_new.term_weeks))
    or exists (
      select from public.job_line_leave v
      where v.job_line = l.id and private.moved_start(
        v.starts_on, v.ends_on, p_old.starts_on, p_old.term_weeks, p_new.starts_on, p_new.term_weeks) is null))
$$;
comment on function private.lines_without_room(public.allocation_runs, public.allocation_runs) is
  'Job lines of which something has no place in other terms.';
revoke all on function private.lines_without_room(public.allocation_runs, public.allocation_runs)
  from public, anon, authenticated, service_role;

-- private.keep_lines_with_terms(): before the terms of an allocation run change while it has lines. What the new terms have
-- no place for, of lines that are not pinned, goes into a snapshot, which brings it back once the terms are as before; a
-- pinned line is never cut: RC409, with what to do.
-- Trigger before update of the terms. Security definer, because users write no rotations.
create function private.keep_lines_with_terms()
returns trigger
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_pinned text;
begin
  select name into v_pinned from private.lines_without_room(old, new)
  where is_locked and not is_archived order by name limit 1;
  if found then
    raise exception 'The pinned line "%" does not fit the new terms: it has rotations or leave where they leave no room. Unpin it (a snapshot then keeps what does not fit) or archive it, and change the terms again.', v_pinned
      using errcode = 'RC409';
  end if;
  if exists (select from private.lines_without_room(old, new) where not is_archived) then
    perform private.keep_snapshot(old.org_id, old.id, 'terms', null, auth.uid());
  end if;
  return new;
end
$$;
comment on function private.keep_lines_with_terms() is
  'Trigger: what new terms have no place for goes into a snapshot; pinned lines are not cut.';
revoke all on function private.keep_lines_with_terms() from public, anon, authenticated, service_role;

-- private.move_lines(): after the terms of an allocation run changed, all its lines have their dates, pinned and archived
-- ones too. What has no place in a line that is there is in a snapshot by now; an archived line that does not fit keeps its
-- dates, and private.unarchive_lines() refuses it until the terms are as they were.
-- Trigger after update of the terms. Security definer as above.
create function private.move_lines()
returns trigger
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_lines uuid[];
  v_leave jsonb;
begin
  select coalesce(array_agg(l.id), '{}') into v_lines
  from public.job_lines l
  where l.allocation_run = new.id and (l.archived_at is null or (
    l.id not in (select w.id from private.lines_without_room(old, new) w)
    and not exists (
      select from public.rotations r
      left join private.terms(old.starts_on, old.term_weeks) as t
        on t.term = r.term and t.starts_on = r.starts_on and t.ends_on = r.ends_on
      where r.job_line = l.id and t.term is null)));

  delete from public.rotations r where r.job_line = any (v_lines) and r.term > cardinality(new.term_weeks);
  update public.rotations r set starts_on = t.starts_on, ends_on = t.ends_on
  from private.terms(new.starts_on, new.term_weeks) as t
  where r.job_line = any (v_lines) and t.term = r.term;

  -- Written anew: blocks that follow each other would meet on their way.
  with gone as (
    delete from public.job_line_leave v where v.job_line = any (v_lines)
    returning v.*
  )
  select jsonb_agg(jsonb_build_object('id', g.id, 'line', g.job_line, 'days', g.ends_on - g.starts_on, 'start',
    private.moved_start(g.starts_on, g.ends_on, old.starts_on, old.term_weeks, new.starts_on, new.term_weeks)))
  into v_leave from gone g;
  insert into public.job_line_leave (id, org_id, allocation_run, job_line, starts_on, ends_on)
  select (b ->> 'id')::uuid, new.org_id, new.id, (b ->> 'line')::uuid, (b ->> 'start')::date,
         (b ->> 'start')::date + (b ->> 'days')::int
  from jsonb_array_elements(v_leave) as b
  where b ->> 'start' is not null;
  perform private.mark_matches(new.id);
  return null;
end
$$;
comment on function private.move_lines() is 'Trigger: lines move with the terms of their allocation run.';
revoke all on function private.move_lines() from public, anon, authenticated, service_role;

create trigger keep_lines_with_terms before update of starts_on, term_weeks on public.allocation_runs
  for each row when ((old.starts_on, old.term_weeks) is distinct from (new.starts_on, new.term_weeks))
  execute function private.keep_lines_with_terms();
create trigger move_lines after update of starts_on, term_weeks on public.allocation_runs
  for each row when ((old.starts_on, old.term_weeks) is distinct from (new.starts_on, new.term_weeks))
  execute function private.move_lines();

-- private.editable_run(run, what): an allocation run that the caller may edit. RC404, 42501. Called by private.hold_run() and
-- private.hold_swap().
create function private.editable_run(p_allocation_run uuid, p_what text)
returns public.allocation_runs
language plpgsql
stable
security definer
set search_path = ''
as $$
declare
  v_run public.allocation_runs;
begin
  select * into v_run from public.allocation_runs
  where id = p_allocation_run and archived_at is null
    and (org_id in (select private.orgs_with_right('allocationPlanner.view')) or id in (select private.own_open_runs()));
  if not found then
    raise exception '%', private.no_such('allocation run', p_allocation_run::text) using errcode = 'RC404';
  end if;
  if v_run.org_id not in (select private.orgs_with_right('allocationRun.edit')) then
    raise exception '% needs the right allocationRun.edit.', p_what using errcode = 'insufficient_privilege';
  end if;
  return v_run;
end
$$;
comment on function private.editable_run(uuid, text) is 'An allocation run that the caller may edit.';
revoke all on function private.editable_run(uuid, text) from public, anon, authenticated, service_role;

-- private.hold_run(run, what): an allocation run that the caller may edit, locked. Asked before, so that nobody waits for what is not theirs,
-- and once more when it is held: a right that was taken away while the call waited counts no more, nor does a run that was archived.
-- What is closed can still be corrected. RC404, 42501.
-- Called by private.hold_lines(), archive_allocation_run(), withdraw_doctors(), reinstate_doctors() and what manages windows and results.
create function private.hold_run(p_allocation_run uuid, p_what text)
returns public.allocation_runs
language plpgsql
security definer
set search_path = ''
as $$
begin
  perform private.editable_run(p_allocation_run, p_what);
  perform from public.allocation_runs where id = p_allocation_run for update;
  return private.editable_run(p_allocation_run, p_what);
end
$$;
comment on function private.hold_run(uuid, text) is 'An allocation run that the caller may edit, locked.';
revoke all on function private.hold_run(uuid, text) from public, anon, authenticated, service_role;

-- private.hold_lines(run, what): locks an allocation run whose lines are about to be written, and says why they may not be:
-- RC404 no such run for the caller, 42501 without the right allocationRun.edit, RC409 a planner run is under way,
-- because its commit would find other lines than it started with, and fail.
-- Called by lock_job_lines(), restore_job_lines(), archive_job_lines(), edit_job_lines() and their like, which pass by row level security or need more
-- than it says. p_what: what may not be done, for the sentences. planner.commit_run() takes the same lock.
create function private.hold_lines(p_allocation_run uuid, p_what text)
returns public.allocation_runs
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_run public.allocation_runs := private.hold_run(p_allocation_run, p_what);
begin
  if exists (
    select from public.allocation_planner_runs
    where allocation_run = p_allocation_run and status in ('PENDING', 'GENERATING')
  ) then
    raise exception 'A planner run is under way for this allocation run; cancel it or wait for it.'
      using errcode = 'RC409', hint = 'LINES_HELD';
  end if;
  return v_run;
end
$$;
comment on function private.hold_lines(uuid, text) is
  'Locks an allocation run whose job lines are about to be written, or says why they may not be.';
revoke all on function private.hold_lines(uuid, text) from public, anon, authenticated, service_role;
grant execute on function private.hold_lines(uuid, text) to authenticated;

-- lock_job_lines(run, lines, locked, reason): pins or unpins lines of an allocation run, all of them or none.
-- Called by UIs. Runs with its caller's rights: row level security decides which lines they are.
create function public.lock_job_lines(
  p_allocation_run uuid, p_job_lines uuid[], p_locked boolean, p_reason text default null
)
returns int
language plpgsql
set search_path = ''
as $$
declare
  v_lines int;
begin
  perform private.require_list(p_job_lines, 'p_job_lines');
  perform private.require_flag('p_locked', p_locked);
  perform private.hold_lines(p_allocation_run, 'Pinning job lines');
  perform private.give_reason(p_reason);
  update public.job_lines set is_locked = p_locked
  where allocation_run = p_allocation_run and id = any (p_job_lines) and archived_at is null;
  get diagnostics v_lines = row_count;
  if v_lines <> (select count(distinct id) from unnest(p_job_lines) as id) then
    raise exception 'Some of these job lines are gone; read the roster again.' using errcode = 'RC409';
  end if;
  return v_lines;
end
$$;
comment on function public.lock_job_lines(uuid, uuid[], boolean, text) is
  'Pins or unpins job lines of an allocation run, all or none; answers how many.';
revoke all on function public.lock_job_lines(uuid, uuid[], boolean, text) from public, anon, authenticated, service_role;
grant execute on function public.lock_job_lines(uuid, uuid[], boolean, text) to authenticated;
