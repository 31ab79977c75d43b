-- The result of an allocation run: a match is finalised (frozen), released to all doctors at one moment, and corrected by new
-- versions. Until it is unfinalised, the lines that it gives are not replaced.

create table public.job_line_worker_mappings (
  id uuid primary key default gen_random_uuid(),
  org_id uuid not null references public.orgs (id) on delete cascade,
  allocation_run uuid not null,
  worker_mapping uuid not null,
  job_line uuid,
  version int not null check (version >= 1),
  start_date date not null,
  end_date date not null,
  fte numeric(3, 2) not null default 1 check (fte > 0 and fte <= 1),
  preference_number int check (preference_number >= 1),
  allocator_run uuid,
  overrides text[] not null default '{}',
  correction_reason text check (private.is_name(correction_reason, 1000)),
  changes jsonb not null default '[]' check (jsonb_typeof(changes) = 'array'),
  finalised_at timestamptz not null default now(),
  finalised_by uuid references auth.users (id) on delete set null,
  released_at timestamptz,
  emailed_at timestamptz,
  superseded_at timestamptz,
  unique (org_id, id),
  unique (worker_mapping, version),
  check (end_date >= start_date),
  check (preference_number is null or job_line is not null),
  check (overrides = '{}' or correction_reason is not null),
  check (changes = '[]' or correction_reason is not null),
  constraint job_line_worker_mappings_org_id_allocation_run_fkey
    foreign key (allocation_run, org_id)
    references public.allocation_runs (id, org_id) on delete cascade,
  constraint job_line_worker_mappings_org_id_allocation_run_worker_mapp_fkey
    foreign key (allocation_run, org_id, worker_mapping)
    references public.allocation_run_worker_mappings (allocation_run, org_id, id) on delete cascade,
  constraint job_line_worker_mappings_org_id_allocation_run_job_line_fkey
    foreign key (job_line, allocation_run, org_id)
    references public.job_lines (id, allocation_run, org_id) on delete cascade,
  constraint job_line_worker_mappings_org_id_allocation_run_allocator_r_fkey
    foreign key (allocator_run, allocation_run, org_id)
    references public.allocator_py_runs (id, allocation_run, org_id) on delete cascade
);
comment on table public.job_line_worker_mappings is
  'The result: which doctor has which job line, in versions. The current one of a doctor is the row that is not superseded; it is there while the result is finalised.';
comment on column public.job_line_worker_mappings.job_line is 'Null: the doctor has no line.';
comment on column public.job_line_worker_mappings.start_date is
  'The first day that the doctor is there for it: later than the year''s of who starts late. Their line may be worked less, see private.part_year_lines().';
comment on column public.job_line_worker_mappings.end_date is
  'The last day that the doctor is there for it: earlier than the year''s of who leaves. Their line may be worked less, see private.part_year_lines().';
comment on column public.job_line_worker_mappings.version is 'Grows with each finalising and each correction of the allocation run.';
comment on column public.job_line_worker_mappings.preference_number is 'Which choice of the doctor the line is, see allocator_py_allocations.choice; null: not ranked.';
comment on column public.job_line_worker_mappings.allocator_run is 'The match that gave it, or that was corrected.';
comment on column public.job_line_worker_mappings.overrides is
  'Rules that a manager set aside for it: NOT_ELIGIBLE, NEVER, OVER_CAPACITY, MUST_HAVE, CAP_DOCTORS, CAP_LINES, LINKED.';
comment on column public.job_line_worker_mappings.correction_reason is
  'Why the doctor was moved, or why their line changed; they read it. Null: as matched.';
comment on column public.job_line_worker_mappings.changes is
  'What of the line itself changed with this version, see private.line_changes(); empty: the doctor was moved, or it is as matched.';
comment on column public.job_line_worker_mappings.released_at is 'Since when the doctor sees it; null: not yet.';
comment on column public.job_line_worker_mappings.emailed_at is 'When the doctor was told by e-mail.';
comment on column public.job_line_worker_mappings.superseded_at is 'When a later version took its place, or the result was unfinalised; null: it is current.';
create unique index job_line_worker_mappings_current_idx
  on public.job_line_worker_mappings (worker_mapping) where superseded_at is null;
create index job_line_worker_mappings_run_mapping_idx
  on public.job_line_worker_mappings (allocation_run, org_id, worker_mapping);
create index job_line_worker_mappings_line_idx
  on public.job_line_worker_mappings (job_line, allocation_run, org_id);
create index job_line_worker_mappings_allocator_run_idx
  on public.job_line_worker_mappings (allocator_run, allocation_run, org_id);
create index job_line_worker_mappings_finalised_by_idx on public.job_line_worker_mappings (finalised_by);

alter table public.job_line_worker_mappings enable row level security;
revoke all on public.job_line_worker_mappings from public, anon, authenticated, service_role;
grant select on public.job_line_worker_mappings to authenticated;
grant all on public.job_line_worker_mappings to service_role;
-- A doctor sees their own, once it is released and as long as it stands; managers and viewers all of it.
create policy job_line_worker_mappings_select on public.job_line_worker_mappings for select to authenticated
  using (
    org_id in (select private.orgs_with_right('allocator.view'))
    or released_at is not null and superseded_at is null and worker_mapping in (select private.own_mappings())
  );

-- private.is_finalised(run): whether a match of an allocation run is finalised. False for who does not belong to its org.
-- Called by planner.prepare_run() and the functions below.
create function private.is_finalised(p_allocation_run uuid)
returns boolean
language plpgsql
stable
security definer
set search_path = ''
as $$
begin
  return (
  select exists (
    select from public.job_line_worker_mappings r
    where r.allocation_run = p_allocation_run and r.superseded_at is null
      and (auth.uid() is null or r.org_id in (select m.org_id from public.org_members m where m.user_id = auth.uid())))
  );
end
$$;
comment on function private.is_finalised(uuid) is 'Whether a match of an allocation run is finalised.';
revoke all on function private.is_finalised(uuid) from public, anon, authenticated, service_role;
grant execute on function private.is_finalised(uuid) to authenticated;

-- private.window_keeps_wishes(run): whether a match would tell the caller what doctors wish while it is theirs alone: the
-- window is open, and a doctor wrote a wish themselves. False for operators, and for who has the right
-- preferences.viewBeforeClose. Called by allocator.prepare_run(), finalise_match(), import_result() and match_readiness().
create function private.window_keeps_wishes(p_allocation_run uuid)
returns boolean
language plpgsql
stable
security definer
set search_path = ''
as $$
begin
  return (
  select p_allocation_run in (select private.sealed_runs()) and exists (
    select from public.allocation_run_worker_mappings m
    where m.allocation_run = p_allocation_run and m.begun_at is not null)
  );
end
$$;
comment on function private.window_keeps_wishes(uuid) is 'Whether a match would tell the caller what doctors wish before the window closes.';
revoke all on function private.window_keeps_wishes(uuid) from public, anon, authenticated, service_role;
grant execute on function private.window_keeps_wishes(uuid) to authenticated;

-- private.keep_finalised_lines(): a line that a finalised result gives to a doctor keeps its rotations and its leave, and is
-- not archived: RC409 with the hint MATCH_FINALISED, whoever writes and by whatever way.
-- Trigger after statements on what lines are made of, and on lines that are archived. Security definer: the rule holds
-- whatever the writer sees. What goes with its org, or its allocation run, is not held up.
create function private.keep_finalised_lines()
returns trigger
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_lines uuid[];
  v_name text;
begin
  v_lines := case
    when tg_table_name = 'job_lines' then array(
      select n.id from changed n where (to_jsonb(n) ->> 'archived_at') is not null)
    else array(select distinct (to_jsonb(c) ->> 'job_line')::uuid from changed c) end;
  -- Posts are lost and people leave while the year goes on: see private.year_goes_on().
  if v_lines = '{}' or current_setting('receptor.year_goes_on', true) = 'yes' then
    return null;
  end if;
  select l.name into v_name
  from public.job_line_worker_mappings r
  join public.job_lines l on l.id = r.job_line
  join public.allocation_runs ar on ar.id = r.allocation_run
  join public.orgs o on o.id = r.org_id
  where r.job_line = any (v_lines) and r.superseded_at is null
  limit 1;
  if found then
    raise exception 'The job line "%" is in a result that is finalised. Unfinalise it before its lines are changed.', v_name
      using errcode = 'RC409', hint = 'MATCH_FINALISED';
  end if;
  return null;
end
$$;
comment on function private.keep_finalised_lines() is 'Trigger: lines of a finalised result are not changed.';
revoke all on function private.keep_finalised_lines() from public, anon, authenticated, service_role;
create trigger keep_finalised after update on public.job_lines
  referencing new table as changed for each statement execute function private.keep_finalised_lines();
create trigger keep_finalised_insert after insert on public.rotations
  referencing new table as changed for each statement execute function private.keep_finalised_lines();
create trigger keep_finalised_update after update on public.rotations
  referencing new table as changed for each statement execute function private.keep_finalised_lines();
create trigger keep_finalised_delete after delete on public.rotations
  referencing old table as changed for each statement execute function private.keep_finalised_lines();
create trigger keep_finalised_insert after insert on public.job_line_leave
  referencing new table as changed for each statement execute function private.keep_finalised_lines();
create trigger keep_finalised_delete after delete on public.job_line_leave
  referencing old table as changed for each statement execute function private.keep_finalised_lines();

-- private.works_until(): the current result of a doctor who leaves ends the day before, and has its whole time again when they
-- come back. Who leaves before their time began keeps the row as it is, and holds no place: see private.held_places().
-- Trigger after a doctor withdraws or comes back, by whichever way.
create function private.works_until()
returns trigger
language plpgsql
security definer
set search_path = ''
as $$
begin
  update public.job_line_worker_mappings r
  set end_date = case
    when new.withdrawn_at is not null and new.withdrawal_effective_on > r.start_date
      then least(ar.ends_on, new.withdrawal_effective_on - 1)
    else ar.ends_on end
  from public.allocation_runs ar
  where ar.id = r.allocation_run and r.worker_mapping = new.id and r.superseded_at is null;
  return null;
end
$$;
comment on function private.works_until() is 'Trigger: the result of a doctor who leaves ends the day before.';
revoke all on function private.works_until() from public, anon, authenticated, service_role;
create trigger works_until after update of withdrawn_at, withdrawal_effective_on on public.allocation_run_worker_mappings
  for each row when ((old.withdrawn_at, old.withdrawal_effective_on) is distinct from (new.withdrawn_at, new.withdrawal_effective_on))
  execute function private.works_until();

-- private.held_places(run): who holds which line of the finalised result, from when to when, and how much of a place. Who left
-- before their time began holds none.
-- Called by private.placing_faults(), private.held_lines(), private.wanted_swaps(), read_swaps(), reinstate_doctors() and
-- private.note_line_changes().
create function private.held_places(p_allocation_run uuid)
returns table (worker_mapping uuid, job_line uuid, starts_on date, ends_on date, fte numeric)
language plpgsql
stable
set search_path = ''
as $$
#variable_conflict use_column
begin
  return query
  select r.worker_mapping, r.job_line, r.start_date, r.end_date, r.fte
  from public.job_line_worker_mappings r
  join public.allocation_run_worker_mappings m on m.id = r.worker_mapping
  where r.allocation_run = p_allocation_run and r.superseded_at is null and r.job_line is not null
    and (m.withdrawn_at is null or m.withdrawal_effective_on > r.start_date);
end
$$;
comment on function private.held_places(uuid) is 'Who holds which line of a finalised result, from when to when, and how much of a place.';
revoke all on function private.held_places(uuid) from public, anon, authenticated, service_role;

-- private.leaves_later(worker mapping): whether a doctor who withdrew works a released line until a day that has not come, by the
-- clock of the plan: so long they see it, and their calendar does. Called by private.own_mappings() and messages.read_calendar().
create function private.leaves_later(p_worker_mapping uuid)
returns boolean
language plpgsql
stable
security definer
set search_path = ''
as $$
begin
  return exists (
    select from public.allocation_run_worker_mappings m
    join public.job_line_worker_mappings r on r.worker_mapping = m.id
    where m.id = p_worker_mapping and m.withdrawn_at is not null
      and m.withdrawal_effective_on > greatest(r.start_date, private.today_of(m.allocation_run))
      and r.superseded_at is null and r.released_at is not null and r.job_line is not null);
end
$$;
comment on function private.leaves_later(uuid) is 'Whether a doctor who withdrew works a released line until a day that has not come.';
revoke all on function private.leaves_later(uuid) from public, anon, authenticated, service_role;

-- private.held_lines(run, options): the lines that the finalised result of an allocation run gives to doctors, but for doctors who
-- leave by a replan before their time begins (p_options: {from?, changes?: {leavers?}}, see planner.apply_changes()). No replan takes
-- one away: who holds it reads its name in their result. Called by planner.prepare_run() and planner.keep_held_lines(). Security
-- definer: engines and planners need not see results. Nothing for who does not belong to its org.
create function private.held_lines(p_allocation_run uuid, p_options jsonb)
returns setof uuid
language sql
stable
security definer
set search_path = ''
as $$
  select distinct h.job_line
  from public.allocation_runs ar
  cross join lateral private.held_places(ar.id) h
  where ar.id = p_allocation_run
    and (auth.uid() is null or ar.org_id in (select m.org_id from public.org_members m where m.user_id = auth.uid()))
    and not (coalesce((p_options ->> 'from')::date <= h.starts_on, false) and exists (
      select from jsonb_array_elements(p_options #> '{changes,leavers}') as l where (l ->> 'worker_mapping')::uuid = h.worker_mapping))
$$;
comment on function private.held_lines(uuid, jsonb) is 'Lines of a finalised result that doctors hold, whoever leaves by a replan.';
revoke all on function private.held_lines(uuid, jsonb) from public, anon, authenticated, service_role;
grant execute on function private.held_lines(uuid, jsonb) to authenticated, service_role;

-- private.shut_out(worker mapping, fte, tags, line's fte, rule): why a doctor who works so much and has these qualifications may
-- not have a line of so much of full time with this rule; null: they may. Nobody may have a line of less than they work. Then the
-- first match wins: included doctor, excluded doctor, excluded tag, included tag; a line that includes tags shuts out everybody
-- else. shared/allocator/input/eligibility.ts says the same. WORKS_MORE, EXCLUDED_DOCTOR, EXCLUDED_QUALIFICATION,
-- MISSING_QUALIFICATION. Called by private.line_eligibility() and private.placing_faults().
create function private.shut_out(p_worker_mapping uuid, p_fte numeric, p_tags uuid[], p_line_fte numeric, p_rule public.job_line_eligibility)
returns text
language plpgsql
immutable
set search_path = ''
as $$
begin
  return (
  select case
    when p_fte > p_line_fte then 'WORKS_MORE'
    when p_worker_mapping = any (p_rule.included_worker_mapping_ids) then null
    when p_worker_mapping = any (p_rule.excluded_worker_mapping_ids) then 'EXCLUDED_DOCTOR'
    when p_rule.excluded_qualification_tag_ids && p_tags then 'EXCLUDED_QUALIFICATION'
    when p_rule.included_qualification_tag_ids <> '{}' and not p_rule.included_qualification_tag_ids && p_tags
      then 'MISSING_QUALIFICATION' end
  );
end
$$;
comment on function private.shut_out(uuid, numeric, uuid[], numeric, public.job_line_eligibility) is 'Why a doctor may not have a line.';
revoke all on function private.shut_out(uuid, numeric, uuid[], numeric, public.job_line_eligibility)
  from public, anon, authenticated, service_role;

-- private.line_eligibility(worker mapping, fte): every line of the doctor's allocation run, and whether they may have it, were
-- they to work so much (null: as much as they do). `reason`: see private.shut_out(); null where eligible.
-- Called by read_window(), read_department(), private.window_of(), private.positive_lines() and private.wanted_swaps().
create function private.line_eligibility(p_worker_mapping uuid, p_fte numeric default null)
returns table (job_line uuid, eligible boolean, reason text)
language plpgsql
stable
set search_path = ''
as $$
#variable_conflict use_column
begin
  return query
  with place as (
    select m.id, m.allocation_run, coalesce(p_fte, m.fte) as fte, array(
      select q.qualification_tag from public.worker_qualifications q where q.worker = m.worker) as tags
    from public.allocation_run_worker_mappings m where m.id = p_worker_mapping
  )
  select l.id, v.reason is null, v.reason
  from place p
  join public.job_lines l on l.allocation_run = p.allocation_run and l.archived_at is null
  left join public.job_line_eligibility e on e.job_line = l.id
  left join private.line_ftes(p.allocation_run) f on f.job_line = l.id
  cross join lateral (select private.shut_out(p.id, p.fte, p.tags, f.fte, e) as reason) as v;
end
$$;
comment on function private.line_eligibility(uuid, numeric) is 'Which lines of their allocation run a doctor may have, and why not.';
revoke all on function private.line_eligibility(uuid, numeric) from public, anon, authenticated, service_role;

-- private.hold_result(run, what): the allocation run, locked, for who may edit it. RC404, 42501; RC409 with the hint
-- NOT_FINALISED where it has no finalised match (`p_must`).
-- Called by the functions below.
create function private.hold_result(p_allocation_run uuid, p_what text, p_must boolean)
returns public.allocation_runs
language plpgsql
set search_path = ''
as $$
declare
  v_run public.allocation_runs := private.hold_run(p_allocation_run, p_what);
begin
  if p_must and not private.is_finalised(p_allocation_run) then
    raise exception 'No match of this allocation run is finalised.' using errcode = 'RC409', hint = 'NOT_FINALISED';
  end if;
  return v_run;
end
$$;
comment on function private.hold_result(uuid, text, boolean) is 'Locks an allocation run whose result is about to be written.';
revoke all on function private.hold_result(uuid, text, boolean) from public, anon, authenticated, service_role;

-- private.require_reason(reason): a reason, folded; RC400 where there is none. It is the reason in the audit log as well.
-- Called by functions that do what is to be explained.
create function private.require_reason(p_reason text)
returns text
language plpgsql
set search_path = ''
as $$
declare
  v_reason text := private.fold_text(coalesce(p_reason, ''));
begin
  if not private.is_name(v_reason, 1000) then
    perform private.refuse_faults('[{"path": "p_reason", "message": "must be a text of 1 to 1000 characters"}]');
  end if;
  perform set_config('receptor.reason', v_reason, true);
  return v_reason;
end
$$;
comment on function private.require_reason(text) is 'A reason that must be given, for the audit log as well.';
revoke all on function private.require_reason(text) from public, anon, authenticated, service_role;

-- private.choice_of(worker mapping, line): which choice of a doctor a line is: 1 + the lines that they ranked better; null:
-- not ranked. Called by private.move_doctors() and private.begin_result().
create function private.choice_of(p_worker_mapping uuid, p_job_line uuid)
returns int
language sql
stable
set search_path = ''
as $$
  select (
    select count(*)::int + 1 from public.preference_worker_job_lines b
    join public.job_lines l on l.id = b.job_line and l.archived_at is null
    where b.worker_mapping = p_worker_mapping and b.order_preference < p.order_preference)
  from public.preference_worker_job_lines p
  where p.worker_mapping = p_worker_mapping and p.job_line = p_job_line and p.order_preference is not null
$$;
comment on function private.choice_of(uuid, uuid) is 'Which choice of a doctor a line is.';
revoke all on function private.choice_of(uuid, uuid) from public, anon, authenticated, service_role;

-- private.linked_faults(run, would): couples of a result whose lines do not go together, by the terms of the match that it was
-- finalised from (options.linked_doctors), were doctors to have other lines or other positions: {first, second, message}.
-- Called by private.result_faults(), private.swap_faults() and private.standing_faults(). p_would: {<worker mapping>: {job_line, cells?:
-- {<term>: position}}}; cells: instead of those of the line
create function private.linked_faults(p_allocation_run uuid, p_would jsonb default '{}')
returns table (first uuid, second uuid, message text)
language plpgsql
stable
set search_path = ''
as $$
#variable_conflict use_column
begin
  return query
  with held as (
    select r.worker_mapping, r.allocator_run,
      case when p_would ? r.worker_mapping::text then (p_would #>> array[r.worker_mapping::text, 'job_line'])::uuid else r.job_line end as line,
      p_would #> array[r.worker_mapping::text, 'cells'] as cells
    from public.job_line_worker_mappings r
    where r.allocation_run = p_allocation_run and r.superseded_at is null
  ), couple as (
    select (c ->> 'first')::uuid as first, (c ->> 'second')::uuid as second, c ->> 'fit' as fit, c -> 'line_pairs' as pairs
    from (select distinct h.allocator_run from held h) as run
    join public.allocator_py_runs m on m.id = run.allocator_run
    cross join lateral jsonb_path_query(m.options, '$.linked_doctors[*]') as c
  ), place (worker_mapping, term, hospital) as (
    select c.worker_mapping, c.term, t.hospital
    from (
      select h.worker_mapping, r.term::int as term, r.position
      from held h join public.rotations r on r.job_line = h.line where h.cells is null
      union all
      select h.worker_mapping, e.key::int, (e.value #>> '{}')::uuid from held h cross join lateral jsonb_each(h.cells) as e
    ) as c
    join public.positions p on p.id = c.position
    join public.teams t on t.id = p.team
    where c.worker_mapping in (select k.first from couple k union all select k.second from couple k)
  )
  select c.first, c.second, case c.fit
      when 'same_hospital' then 'linked doctors would be at different hospitals in term ' || (
        select min(x.term) from place x join place y on y.term = x.term and y.hospital <> x.hospital
        where x.worker_mapping = c.first and y.worker_mapping = c.second)
      when 'ranked_lines' then 'a linked doctor would have a line that they did not rank'
      when 'share' then 'two who share a job would have different lines'
      else 'linked doctors would have lines that are none of their pairs' end
  from couple c
  join held a on a.worker_mapping = c.first
  join held b on b.worker_mapping = c.second
  where a.line is not null and b.line is not null and case c.fit
    when 'same_hospital' then exists (
      select from place x join place y on y.term = x.term and y.hospital <> x.hospital
      where x.worker_mapping = c.first and y.worker_mapping = c.second)
    when 'share' then a.line <> b.line
    when 'ranked_lines' then exists (
      select from (values (a.worker_mapping, a.line), (b.worker_mapping, b.line)) as v (mapping, line)
      where not exists (
        select from public.preference_worker_job_lines p
        where p.worker_mapping = v.mapping and p.job_line = v.line and p.order_preference is not null))
    else not exists (
      select from jsonb_array_elements(c.pairs) as pair
      where (pair ->> 'first')::uuid = a.line and (pair ->> 'second')::uuid = b.line) end;
end
$$;
comment on function private.linked_faults(uuid, jsonb) is 'Couples of a result whose lines do not go together, were doctors to have others.';
revoke all on function private.linked_faults(uuid, jsonb) from public, anon, authenticated, service_role;

-- private.placing_faults(run, moves, beside): rules that doctors on these lines break, by move: {n, code, message}. What a line
-- of theirs before broke already, and the new one does not make worse, is not told.
--   NOT_ELIGIBLE, NEVER (the doctor's own), OVER_CAPACITY (more doctors than places), CAP_DOCTORS and CAP_LINES (a preferencer's
--   caps), MUST_HAVE (a line that somebody must take is left)
-- Called by private.result_faults() and private.held_faults().
-- p_moves: [{n, mapping, line, starts_on, ends_on, fte, was: the line before, was_since, was_fte}]; p_beside: those who hold a line
-- of the finalised result and are not moved stand beside them
create function private.placing_faults(p_run public.allocation_runs, p_moves jsonb, p_beside boolean)
returns table (n int, code text, message text)
language plpgsql
stable
set search_path = ''
as $$
#variable_conflict use_column
begin
  return query
  with move as (
    select * from jsonb_to_recordset(p_moves) as m (
      n int, mapping uuid, line uuid, starts_on date, ends_on date, fte numeric, was uuid, was_since date, was_fte numeric)
  ), held (mapping, line, starts_on, ends_on, fte) as (
    select h.worker_mapping, h.job_line, h.starts_on, h.ends_on, h.fte
    from private.held_places(p_run.id) h where p_beside and h.worker_mapping not in (select m.mapping from move m)
    union all
    select m.mapping, m.line, m.starts_on, m.ends_on, m.fte from move m where m.line is not null
  ), part as (
    select * from private.line_ftes(p_run.id)
  ), taken as (
    select h.line, count(*) as doctors from held h group by h.line
  ), cap as (
    select f.id, f.name, f.max_workers, f.max_job_lines, array_agg(fl.job_line) as lines,
           coalesce(sum(t.doctors), 0) as doctors, count(t.line) as used
    from public.preferencers f
    join public.preferencer_job_lines fl on fl.preferencer = f.id
    left join taken t on t.line = fl.job_line
    where f.allocation_run = p_run.id and (f.max_workers is not null or f.max_job_lines is not null)
    group by f.id
  )
  select m.n, 'NOT_ELIGIBLE', format('the doctor is not eligible for "%s": %s', l.name, case v.reason
    when 'WORKS_MORE' then 'they work more than it is'
    when 'EXCLUDED_DOCTOR' then 'left out by name'
    when 'EXCLUDED_QUALIFICATION' then 'it is not for doctors with a qualification of theirs'
    else 'a qualification is missing' end)
  from move m
  join public.job_lines l on l.id = m.line
  join public.allocation_run_worker_mappings d on d.id = m.mapping
  left join public.job_line_eligibility e on e.job_line = m.line
  left join part p on p.job_line = m.line
  cross join lateral (
    select private.shut_out(m.mapping, m.fte, array(
      select q.qualification_tag from public.worker_qualifications q where q.worker = d.worker), p.fte, e) as reason) as v
  where v.reason is not null
  union all
  select m.n, 'NEVER', format('the doctor said never to "%s"', l.name)
  from move m join public.job_lines l on l.id = m.line
  join public.preference_worker_job_lines p
    on p.worker_mapping = m.mapping and p.job_line = m.line and p.like_dislike_preference = -2
  where p_run.allows_never
  union all
  -- Whoever stands beside each other at a time: who leaves makes room for who comes after, and parts of a place add up.
  select distinct m.n, 'OVER_CAPACITY', format('"%s" has places for %s', l.name, l.max_n_workers)
  from move m join public.job_lines l on l.id = m.line
  left join part p on p.job_line = l.id
  join held d on d.line = m.line and d.starts_on <= m.ends_on and d.ends_on >= m.starts_on
  where (m.line is distinct from m.was or m.was_fte < m.fte or m.was_since > m.starts_on)
    and (
      select sum(h.fte) from held h
      where h.line = m.line and greatest(d.starts_on, m.starts_on) between h.starts_on and h.ends_on) > l.max_n_workers * coalesce(p.fte, 1)
  union all
  select m.n, 'MUST_HAVE', format('somebody must take "%s"', l.name)
  from move m join public.job_lines l on l.id = m.was and l.must_have_workers
  where m.line is distinct from m.was and not exists (select from held h where h.line = m.was)
  union all
  select m.n, 'CAP_DOCTORS', format('the lines of "%s" take %s doctors together', c.name, c.max_workers)
  from move m join cap c on m.line = any (c.lines) and not coalesce(m.was = any (c.lines), false)
  where c.doctors > c.max_workers
  union all
  select m.n, 'CAP_LINES', format('"%s" uses %s of its lines at most', c.name, c.max_job_lines)
  from move m join cap c on m.line = any (c.lines) join taken t on t.line = m.line
  where m.line is distinct from m.was and t.doctors = (select count(*) from move o where o.line = m.line) and c.used > c.max_job_lines;
end
$$;
comment on function private.placing_faults(public.allocation_runs, jsonb, boolean) is 'Rules that doctors on these lines break.';
revoke all on function private.placing_faults(public.allocation_runs, jsonb, boolean) from public, anon, authenticated, service_role;

-- private.result_faults(run, moves): rules that a result breaks when doctors are moved, all at once, by move: {n, code, message}.
-- A rule that was broken before, and that a move does not make worse, is not told. See private.placing_faults(); beside those
-- LINKED (a couple's lines do not go together any more).
-- Called by private.move_doctors(), private.swap_faults() and import_result(). p_moves: [{worker_mapping, job_line, starts_on?, fte?}]
create function private.result_faults(p_run public.allocation_runs, p_moves jsonb)
returns table (n int, code text, message text)
language sql
stable
set search_path = ''
as $$
  with move as (
    select e.n::int - 1 as n, (m ->> 'worker_mapping')::uuid as mapping, (m ->> 'job_line')::uuid as line,
           coalesce((m ->> 'starts_on')::date, r.start_date) as starts_on, r.end_date as ends_on,
           coalesce((m ->> 'fte')::numeric, r.fte) as fte, r.job_line as was, r.start_date as was_since, r.fte as was_fte
    from jsonb_array_elements(p_moves) with ordinality as e (m, n)
    join public.job_line_worker_mappings r
      on r.worker_mapping = (m ->> 'worker_mapping')::uuid and r.superseded_at is null
  )
  select f.n, f.code, f.message
  from private.placing_faults(p_run, (select coalesce(jsonb_agg(to_jsonb(m)), '[]') from move m), true) f
  union all
  select m.n, 'LINKED', f.message
  from private.linked_faults(p_run.id, (
    select coalesce(jsonb_object_agg(w.mapping, jsonb_build_object('job_line', w.line)), '{}') from move w)) f
  join move m on m.mapping in (f.first, f.second)
  where not exists (select from private.linked_faults(p_run.id) b where b.first = f.first and b.second = f.second)
$$;
comment on function private.result_faults(public.allocation_runs, jsonb) is 'Rules that moves of doctors would break in a result.';
revoke all on function private.result_faults(public.allocation_runs, jsonb) from public, anon, authenticated, service_role;

-- private.held_faults(run, held): rules that a whole result breaks as they are now, whoever else has a line: who breaks them by
-- which line. See private.placing_faults(); MUST_HAVE is of a line that nobody has, and of no doctor.
-- Called by private.standing_faults() and match_changes(). p_held: [{mapping, line, starts_on, ends_on, fte}]
create function private.held_faults(p_run public.allocation_runs, p_held jsonb)
returns table (worker_mapping uuid, job_line uuid, code text, message text)
language plpgsql
stable
set search_path = ''
as $$
#variable_conflict use_column
begin
  return query
  with held as (
    select h || jsonb_build_object('n', n) as h, (h ->> 'line')::uuid as line, n
    from jsonb_array_elements(p_held) with ordinality as e (h, n) where h ->> 'line' is not null
  )
  select (h.h ->> 'mapping')::uuid, h.line, f.code, f.message
  from private.placing_faults(p_run, (select coalesce(jsonb_agg(h.h), '[]') from held h), false) f
  join held h on h.n = f.n
  union all
  select null, l.id, 'MUST_HAVE', format('somebody must take "%s"', l.name)
  from public.job_lines l
  where l.allocation_run = p_run.id and l.archived_at is null and l.must_have_workers
    and not exists (select from held h where h.line = l.id);
end
$$;
comment on function private.held_faults(public.allocation_runs, jsonb) is 'Rules that a whole result breaks as they are now.';
revoke all on function private.held_faults(public.allocation_runs, jsonb) from public, anon, authenticated, service_role;

-- private.standing_faults(run): rules that the current result breaks as they are now and that nobody set aside: see
-- private.held_faults(); beside those LINKED, of either doctor of a couple. Called by finalise_match() and import_result().
create function private.standing_faults(p_run public.allocation_runs)
returns table (worker_mapping uuid, job_line uuid, code text, message text)
language plpgsql
stable
set search_path = ''
as $$
#variable_conflict use_column
begin
  return query
  with standing as (
    select r.worker_mapping, r.job_line, r.overrides, jsonb_build_object('mapping', r.worker_mapping, 'line', r.job_line,
      'starts_on', r.start_date, 'ends_on', r.end_date, 'fte', r.fte) as held
    from public.job_line_worker_mappings r where r.allocation_run = p_run.id and r.superseded_at is null
  ), fault as (
    select f.* from private.held_faults(p_run, (select coalesce(jsonb_agg(s.held), '[]') from standing s)) f
    union all
    select s.worker_mapping, s.job_line, 'LINKED', f.message
    from private.linked_faults(p_run.id) f join standing s on s.worker_mapping in (f.first, f.second)
  )
  select f.* from fault f left join standing s on s.worker_mapping = f.worker_mapping
  where not f.code = any (coalesce(s.overrides, '{}'));
end
$$;
comment on function private.standing_faults(public.allocation_runs) is 'Rules that the current result breaks and that nobody set aside.';
revoke all on function private.standing_faults(public.allocation_runs) from public, anon, authenticated, service_role;

-- private.moves_shape(): moves of doctors, see private.shape_faults(). Called by private.move_doctors().
create function private.moves_shape()
returns jsonb
language sql
immutable
set search_path = ''
as $$
  select '{"is": "object", "members": {"moves": {"is": "list", "most": 3000, "must": true, "of": {"is": "object", "members": {
    "worker_mapping": {"is": "id", "must": true}, "job_line": {"is": "id"}, "from": {"is": "id"}, "starts_on": {"is": "date"},
    "fte": {"is": "number", "least": 0.05, "most": 1, "step": 0.05}, "override": {"is": "flag"}}}}}}'::jsonb
$$;
comment on function private.moves_shape() is 'The shape of moves of doctors in a result.';
revoke all on function private.moves_shape() from public, anon, authenticated, service_role;

-- private.had_line(result): whether the doctor had a line by an earlier version of the result: then this one corrects it.
-- Called by private.tell_of_version() and private.result_of().
create function private.had_line(p_result public.job_line_worker_mappings)
returns boolean
language plpgsql
stable
set search_path = ''
as $$
begin
  return (
  select exists (
    select from public.job_line_worker_mappings o
    where o.worker_mapping = p_result.worker_mapping and o.version < p_result.version and o.job_line is not null)
  );
end
$$;
comment on function private.had_line(public.job_line_worker_mappings) is 'Whether a doctor had a line by an earlier version of the result.';
revoke all on function private.had_line(public.job_line_worker_mappings) from public, anon, authenticated, service_role;

-- private.tell_of_version(run, version): e-mails to those whom a version of a released result gives another one: that it was corrected;
-- who had no line before joins the year, and is told that they have a result. Called by correct_result(), import_result() and
-- private.note_line_changes().
create function private.tell_of_version(p_allocation_run uuid, p_version int)
returns void
language plpgsql
set search_path = ''
as $$
begin
  perform messages.write_emails(told.kind, told.doctors, p_version::text)
  from (
    select e.kind, array_agg(r.worker_mapping) as doctors
    from public.job_line_worker_mappings r
    cross join lateral (select case when private.had_line(r) then 'corrected' else 'released' end as kind) as e
    where r.allocation_run = p_allocation_run and r.version = p_version and r.released_at is not null
    group by e.kind
  ) as told;
end
$$;
comment on function private.tell_of_version(uuid, int) is 'Tells those whom a version of a released result gives another one.';
revoke all on function private.tell_of_version(uuid, int) from public, anon, authenticated, service_role;

-- private.move_doctors(run, moves, reason): a new version of a finalised result in which doctors have other lines, all of them
-- at once, so that two may swap. Released results stay released: who is moved sees the new version from now on.
-- `starts_on`: of who starts in the middle of the year and had no line until then; `fte`: how much of a place they take; `from`: the
-- line (or null) that whoever asks saw the doctor with: RC409 CHANGED_MEANWHILE where they have another by now.
-- Who takes part and came after the match was finalised is in the result from now on.
-- RC400 with {path, code, message} of each fault: a doctor without a result, a line that is not there or that is worked on none of
-- their days, and each rule that a
-- move breaks (see private.result_faults()) where it does not say override; what was overridden is marked on the version.
-- Called by finalise_match(), correct_result() and import_result(), which hold the allocation run. Answers {version, changed: [{worker_mapping,
-- from, to, overrides}]}.
create function private.move_doctors(p_run public.allocation_runs, p_moves jsonb, p_reason text)
returns jsonb
language plpgsql
set search_path = ''
as $$
declare
  v_version int;
  v_faults jsonb;
  v_broken jsonb;
  v_changed jsonb;
begin
  perform private.require_shape(jsonb_build_object('moves', p_moves), private.moves_shape(), 1024 * 1024);
  insert into public.job_line_worker_mappings
    (org_id, allocation_run, worker_mapping, version, start_date, end_date, fte, allocator_run, finalised_by, released_at)
  select distinct on (m.id) p_run.org_id, p_run.id, m.id, r.version, p_run.starts_on, p_run.ends_on, m.fte, r.allocator_run,
         auth.uid(), r.released_at
  from jsonb_array_elements(p_moves) as e
  join public.allocation_run_worker_mappings m
    on m.id = (e ->> 'worker_mapping')::uuid and m.allocation_run = p_run.id and m.withdrawn_at is null
  cross join lateral (
    select max(v.version) as version, min(v.released_at) filter (where v.superseded_at is null) as released_at,
           (array_agg(v.allocator_run order by v.version desc))[1] as allocator_run
    from public.job_line_worker_mappings v where v.allocation_run = p_run.id) as r
  where r.version is not null and not exists (
    select from public.job_line_worker_mappings o
    where o.worker_mapping = m.id and (o.superseded_at is null or o.version = r.version));
  with told as (
    select e.n - 1 as n, (m ->> 'worker_mapping')::uuid as mapping, (m ->> 'job_line')::uuid as line,
           (m ->> 'starts_on')::date as starts_on, count(*) over (partition by (m ->> 'worker_mapping')::uuid) as times
    from jsonb_array_elements(p_moves) with ordinality as e (m, n)
  )
  select coalesce(jsonb_agg(jsonb_build_object('path', path, 'code', code, 'message', message)), '[]') into v_faults
  from (
    select format('moves[%s].worker_mapping', n) as path, 'NO_RESULT' as code, 'the doctor is not in the result of this allocation run' as message
    from told t where not exists (
      select from public.job_line_worker_mappings r
      where r.worker_mapping = t.mapping and r.allocation_run = p_run.id and r.superseded_at is null)
    union all
    select format('moves[%s].starts_on', n), 'STARTS_WITH_A_LINE',
      'only who has no line until then starts one in the middle of the year, on a day of it'
    from told t join public.job_line_worker_mappings r on r.worker_mapping = t.mapping and r.superseded_at is null
    where t.starts_on is not null and (
      r.job_line is not null and r.job_line is distinct from t.line or t.line is null
      or t.starts_on not between p_run.starts_on and r.end_date)
    union all
    select format('moves[%s].job_line', n), 'LINE_NOT_WORKED',
      format('the line is worked from %s to %s, which is no day of theirs', l.starts_on, l.ends_on)
    from told t join public.job_line_worker_mappings r on r.worker_mapping = t.mapping and r.superseded_at is null
    join private.part_year_lines(p_run.id) l on l.job_line = t.line
    where t.line is distinct from r.job_line and not (l.starts_on <= r.end_date and l.ends_on >= coalesce(t.starts_on, r.start_date))
    union all
    select format('moves[%s].job_line', e.n - 1), 'MISSING', 'missing: the line, or null for none'
    from jsonb_array_elements(p_moves) with ordinality as e (m, n) where not e.m ? 'job_line'
    union all
    select format('moves[%s].worker_mapping', n), 'MOVED_TWICE', 'the doctor is moved twice' from told where times > 1
    union all
    select format('moves[%s].job_line', n), 'JOB_LINE_NOT_FOUND', 'there is no such job line in the allocation run'
    from told t where t.line is not null and not exists (
      select from public.job_lines l where l.id = t.line and l.allocation_run = p_run.id and l.archived_at is null)
    limit 50
  ) as f;
  perform private.refuse_faults(v_faults);
  perform private.require_unchanged(jsonb_build_object('job_line', r.job_line), jsonb_build_object('job_line', (m ->> 'from')::uuid),
    'whose line that is')
  from jsonb_array_elements(p_moves) as m
  join public.job_line_worker_mappings r on r.worker_mapping = (m ->> 'worker_mapping')::uuid and r.superseded_at is null
  where m ? 'from';

  select coalesce(jsonb_agg(jsonb_build_object('n', b.n, 'code', b.code, 'message', b.message)), '[]') into v_broken
  from private.result_faults(p_run, p_moves) b;
  perform private.refuse_faults((
    select coalesce(jsonb_agg(jsonb_build_object('path', format('moves[%s]', b ->> 'n'), 'code', b -> 'code', 'message', b -> 'message')), '[]')
    from jsonb_array_elements(v_broken) as b
    where not coalesce((p_moves -> (b ->> 'n')::int ->> 'override')::boolean, false)));

  select max(version) + 1 into v_version from public.job_line_worker_mappings where allocation_run = p_run.id;
  select coalesce(jsonb_agg(jsonb_build_object('worker_mapping', r.worker_mapping, 'from', r.job_line,
    'to', (m ->> 'job_line')::uuid, 'row', r.id,
    'starts_on', coalesce((m ->> 'starts_on')::date, case when m ->> 'job_line' is null then p_run.starts_on else r.start_date end),
    'fte', coalesce((m ->> 'fte')::numeric, r.fte), 'overrides', (
      select coalesce(jsonb_agg(distinct b -> 'code'), '[]') from jsonb_array_elements(v_broken) as b
      where (b ->> 'n')::int = e.n - 1)) order by e.n), '[]')
  into v_changed
  from jsonb_array_elements(p_moves) with ordinality as e (m, n)
  join public.job_line_worker_mappings r on r.worker_mapping = (m ->> 'worker_mapping')::uuid and r.superseded_at is null
  where r.job_line is distinct from (m ->> 'job_line')::uuid or r.start_date <> (m ->> 'starts_on')::date
    or r.fte <> (m ->> 'fte')::numeric;

  update public.job_line_worker_mappings set superseded_at = now()
  where id in (select (c ->> 'row')::uuid from jsonb_array_elements(v_changed) as c);
  insert into public.job_line_worker_mappings
    (org_id, allocation_run, worker_mapping, job_line, version, start_date, end_date, fte, preference_number, allocator_run,
     overrides, correction_reason, finalised_by, released_at)
  select r.org_id, r.allocation_run, r.worker_mapping, (c ->> 'to')::uuid, v_version,
         (c ->> 'starts_on')::date, r.end_date, (c ->> 'fte')::numeric,
         private.choice_of(r.worker_mapping, (c ->> 'to')::uuid), r.allocator_run,
         array(select jsonb_array_elements_text(c -> 'overrides')), p_reason, auth.uid(),
         case when r.released_at is not null then now() end
  from jsonb_array_elements(v_changed) as c
  join public.job_line_worker_mappings r on r.id = (c ->> 'row')::uuid;
  return jsonb_build_object('version', v_version, 'changed', (
    select coalesce(jsonb_agg(c - '{row,starts_on,fte}'::text[]), '[]') from jsonb_array_elements(v_changed) as c));
end
$$;
comment on function private.move_doctors(public.allocation_runs, jsonb, text) is 'A new version of a result in which doctors are moved.';
revoke all on function private.move_doctors(public.allocation_runs, jsonb, text) from public, anon, authenticated, service_role;

-- private.line_changes(before, after): what of a line changed from one state to another (see private.line_states(); a line that
-- is archived, or not there, holds nothing): [{term, from, to}] of positions, and {leave: true, from, to} where its leave did.
-- Called by private.note_line_changes().
create function private.line_changes(p_before jsonb, p_after jsonb)
returns jsonb
language sql
immutable
set search_path = ''
as $$
  with state as (
    select case when coalesce((p_before ->> 'archived')::boolean, true) then '{"rotations": [], "leave": []}' else p_before end as was,
           case when coalesce((p_after ->> 'archived')::boolean, true) then '{"rotations": [], "leave": []}' else p_after end as is
  ), leave as (
    select
      (select coalesce(jsonb_agg(v - 'id' order by v ->> 'starts_on'), '[]') from jsonb_array_elements(s.was -> 'leave') as v) as was,
      (select coalesce(jsonb_agg(v - 'id' order by v ->> 'starts_on'), '[]') from jsonb_array_elements(s.is -> 'leave') as v) as is
    from state s
  )
  select coalesce((
      select jsonb_agg(jsonb_build_object('term', term, 'from', a.position, 'to', b.position) order by term)
      from state s
      cross join lateral jsonb_to_recordset(s.was -> 'rotations') as a (term int, position uuid)
      full join (
        select t.* from state s cross join lateral jsonb_to_recordset(s.is -> 'rotations') as t (term int, position uuid)) as b using (term)
      where a.position is distinct from b.position), '[]')
    || (select case when v.was = v.is then '[]' else jsonb_build_array(jsonb_build_object('leave', true, 'from', v.was, 'to', v.is)) end from leave v)
$$;
comment on function private.line_changes(jsonb, jsonb) is 'What of a job line changed from one state to another.';
revoke all on function private.line_changes(jsonb, jsonb) from public, anon, authenticated, service_role;

-- private.result_lines(run): the states of the lines that the current result of an allocation run gives to doctors, see
-- private.line_states(); '{}' where no match is finalised. Called before such lines are changed.
create function private.result_lines(p_allocation_run uuid)
returns jsonb
language sql
stable
set search_path = ''
as $$
  select private.line_states(p_allocation_run, array(
    select distinct r.job_line from public.job_line_worker_mappings r
    where r.allocation_run = p_allocation_run and r.superseded_at is null and r.job_line is not null))
$$;
comment on function private.result_lines(uuid) is 'States of the lines of a finalised result.';
revoke all on function private.result_lines(uuid) from public, anon, authenticated, service_role;

-- private.note_line_changes(run, before, reason, tell): whoever changed lines of a finalised result says so here: each doctor whose line
-- is another than before has a new version of their result that names what changed, and is told by e-mail where they had
-- seen it (p_tell: unless they are told otherwise). Nobody's line changes without being listed.
-- p_before: private.result_lines() of before. Called by set_job_line_terms(), planner.note_line_changes() and approve_swap().
-- Answers {version, doctors: [{worker_mapping, job_line, changes}]}, see private.line_changes(); version null: nobody's changed.
create function private.note_line_changes(p_allocation_run uuid, p_before jsonb, p_reason text, p_tell boolean default true)
returns jsonb
language plpgsql
set search_path = ''
as $$
declare
  v_after jsonb := private.line_states(p_allocation_run, array(select jsonb_object_keys(p_before)::uuid));
  v_doctors jsonb;
  v_version int;
begin
  select coalesce(jsonb_agg(jsonb_build_object(
    'worker_mapping', r.worker_mapping, 'job_line', r.job_line, 'changes', c.changes) order by l.sort_order, l.name, r.worker_mapping), '[]')
  into v_doctors
  from jsonb_each(p_before) as b
  join public.allocation_runs ar on ar.id = p_allocation_run
  join public.job_line_worker_mappings r
    on r.allocation_run = ar.id and r.job_line = b.key::uuid and r.superseded_at is null
  join private.held_places(ar.id) h on h.worker_mapping = r.worker_mapping
  join public.job_lines l on l.id = r.job_line
  cross join lateral (
    -- What changes before they come or after they left is nothing of theirs.
    select coalesce(jsonb_agg(change order by n), '[]') as changes
    from jsonb_array_elements(private.line_changes(b.value, v_after -> b.key)) with ordinality as e (change, n)
    left join private.terms(ar.starts_on, ar.term_weeks) t on t.term = (change ->> 'term')::int
    where t.starts_on <= r.end_date and t.ends_on >= r.start_date or change ? 'leave' and r.end_date = ar.ends_on
  ) as c
  where c.changes <> '[]';
  if v_doctors = '[]' then
    return jsonb_build_object('version', null, 'doctors', v_doctors);
  end if;

  select max(version) + 1 into v_version from public.job_line_worker_mappings where allocation_run = p_allocation_run;
  with old as (
    update public.job_line_worker_mappings r set superseded_at = now()
    from jsonb_array_elements(v_doctors) as d
    where r.allocation_run = p_allocation_run and r.superseded_at is null and r.worker_mapping = (d ->> 'worker_mapping')::uuid
    returning r.*, d -> 'changes' as changed
  )
  insert into public.job_line_worker_mappings
    (org_id, allocation_run, worker_mapping, job_line, version, start_date, end_date, fte, preference_number, allocator_run,
     overrides, correction_reason, changes, finalised_by, released_at)
  select o.org_id, o.allocation_run, o.worker_mapping, o.job_line, v_version, o.start_date, o.end_date, o.fte, o.preference_number,
         o.allocator_run, o.overrides, coalesce(nullif(private.fold_text(p_reason), ''), 'Lines were changed while the year goes on.'),
         o.changed, auth.uid(), case when o.released_at is not null then now() end
  from old o;
  if p_tell then
    perform private.tell_of_version(p_allocation_run, v_version);
  end if;
  return jsonb_build_object('version', v_version, 'doctors', v_doctors);
end
$$;
comment on function private.note_line_changes(uuid, jsonb, text, boolean) is 'New versions of the results of doctors whose lines changed.';
revoke all on function private.note_line_changes(uuid, jsonb, text, boolean) from public, anon, authenticated, service_role;

-- planner.result_lines(planner run), planner.note_line_changes(planner run, before): the two above for the engine: of the
-- allocation run that it writes, whose result it cannot see. The reason is that of the request.
-- Called by planner.commit_run() before and after lines are written.
create function planner.result_lines(p_planner_run uuid)
returns jsonb
language plpgsql
stable
security definer
set search_path = ''
as $$
declare
  v_run public.allocation_planner_runs;
begin
  select * into v_run from public.allocation_planner_runs where id = p_planner_run;
  perform private.require_engine_claim(v_run.org_id);
  return private.result_lines(v_run.allocation_run);
end
$$;
comment on function planner.result_lines(uuid) is 'States of the lines of a finalised result, for the engine that is about to change them.';
revoke all on function planner.result_lines(uuid) from public, anon, authenticated, service_role;
grant execute on function planner.result_lines(uuid) to receptor_engine;

-- planner.keep_held_lines(planner run, removed): RC409 where a plan takes away a line that a doctor holds by the finalised result.
-- Called by planner.commit_run() before it writes lines, or shows them.
create function planner.keep_held_lines(p_planner_run uuid, p_removed uuid[])
returns void
language plpgsql
stable
security definer
set search_path = ''
as $$
declare
  v_run public.allocation_planner_runs;
  v_name text;
begin
  select * into v_run from public.allocation_planner_runs where id = p_planner_run;
  perform private.require_engine_claim(v_run.org_id);
  select l.name into v_name from public.job_lines l
  where l.id = any (p_removed) and l.id in (select private.held_lines(v_run.allocation_run, v_run.options))
  order by l.name limit 1;
  if found then
    raise exception 'The plan would take away the job line "%", which the finalised result gives to a doctor. Ask for as many lines as there are, or unfinalise the match first.', v_name
      using errcode = 'RC409';
  end if;
end
$$;
comment on function planner.keep_held_lines(uuid, uuid[]) is 'Raises where a plan takes away a line that a doctor holds.';
revoke all on function planner.keep_held_lines(uuid, uuid[]) from public, anon, authenticated, service_role;
grant execute on function planner.keep_held_lines(uuid, uuid[]) to receptor_engine;

-- planner.note_line_changes(planner run, before): see above. Called by planner.commit_run().
create function planner.note_line_changes(p_planner_run uuid, p_before jsonb)
returns jsonb
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_run public.allocation_planner_runs;
begin
  select * into v_run from public.allocation_planner_runs where id = p_planner_run;
  perform private.require_engine_claim(v_run.org_id);
  return private.note_line_changes(v_run.allocation_run, p_before, coalesce(v_run.options #>> '{changes,reason}', v_run.request ->> 'reason'));
end
$$;
comment on function planner.note_line_changes(uuid, jsonb) is 'New versions of the results of doctors whose lines a plan changed.';
revoke all on function planner.note_line_changes(uuid, jsonb) from public, anon, authenticated, service_role;
grant execute on function planner.note_line_changes(uuid, jsonb) to receptor_engine;

-- private.begin_result(run, lines, match): the first rows of a result: everybody who takes part, with the line that they are given
-- or none, of a match (null: none gave it). A window that is open closes, also where nobody had begun. Answers its version. RC409
-- NO_RESULT. Called by finalise_match() and import_result(), which look at the window first.
-- p_lines: [{worker_mapping, job_line, choice: which choice of the doctor the match said that it was}]
create function private.begin_result(p_run public.allocation_runs, p_lines jsonb, p_match uuid default null)
returns int
language plpgsql
set search_path = ''
as $$
declare
  v_version int;
begin
  select coalesce(max(version), 0) + 1 into v_version from public.job_line_worker_mappings where allocation_run = p_run.id;
  insert into public.job_line_worker_mappings
    (org_id, allocation_run, worker_mapping, job_line, version, start_date, end_date, fte, preference_number, allocator_run,
     finalised_by)
  select p_run.org_id, p_run.id, m.id, g.job_line, v_version, p_run.starts_on, p_run.ends_on, m.fte,
         case when p_match is null then private.choice_of(m.id, g.job_line) else g.choice end, p_match, auth.uid()
  from public.allocation_run_worker_mappings m
  join public.workers w on w.id = m.worker and w.erased_at is null
  left join jsonb_to_recordset(p_lines) as g (worker_mapping uuid, job_line uuid, choice int) on g.worker_mapping = m.id
  where m.allocation_run = p_run.id and m.withdrawn_at is null;
  if not found then
    raise exception 'Nobody takes part in this allocation run.' using errcode = 'RC409', hint = 'NO_RESULT';
  end if;
  update public.allocation_runs set status = 'closed' where id = p_run.id and status = 'open';
  return v_version;
end
$$;
comment on function private.begin_result(public.allocation_runs, jsonb, uuid) is 'The first rows of a result: everybody who takes part, with their line or none.';
revoke all on function private.begin_result(public.allocation_runs, jsonb, uuid) from public, anon, authenticated, service_role;

-- private.set_rules_aside(run, broken, reason): marks what the current result breaks on the rows of whoever breaks it, with why it
-- stands all the same. Called by finalise_match() and import_result(). p_broken: [{worker_mapping, code}], as private.standing_faults()
create function private.set_rules_aside(p_allocation_run uuid, p_broken jsonb, p_reason text)
returns void
language plpgsql
set search_path = ''
as $$
begin
  update public.job_line_worker_mappings r
  set overrides = r.overrides || b.codes, correction_reason = coalesce(r.correction_reason, p_reason)
  from (
    select (f ->> 'worker_mapping')::uuid as worker_mapping, array_agg(distinct f ->> 'code' order by f ->> 'code') as codes
    from jsonb_array_elements(p_broken) as f where f ->> 'worker_mapping' is not null group by 1) as b
  where r.allocation_run = p_allocation_run and r.superseded_at is null and r.worker_mapping = b.worker_mapping;
end
$$;
comment on function private.set_rules_aside(uuid, jsonb, text) is 'Marks on the current result what it breaks, with why it stands all the same.';
revoke all on function private.set_rules_aside(uuid, jsonb, text) from public, anon, authenticated, service_role;

-- finalise_match(match, corrections, reason, override): freezes a completed match as the result of its allocation run, with
-- corrections by hand (see private.move_doctors(); these need a reason). An exclusive match counts with those that it left
-- standing. Doctors who take part and have no line are part of the result. A window that is open closes. Nobody sees it until
-- release_result(). Rules are looked at as they are now: who may have which line, places and caps may be others than when the
-- match was made. What it breaks (see private.standing_faults()) is refused, each with its doctor and line, or set aside
-- (p_override, with a reason) and marked on the result.
-- Called by UIs. Answers {allocation_run, version, placed, unplaced, changed}. RC404, 42501, RC400; RC409 with a code as its
-- hint: MATCH_FINALISED (another is; unfinalise it first), MATCH_NOT_COMPLETED, LINES_CHANGED (lines are others than it
-- was made for), WINDOW_OPEN (doctors are still saying what they want).
create function public.finalise_match(
  p_allocator_run uuid, p_corrections jsonb default '[]', p_reason text default null, p_override boolean default false
)
returns jsonb
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_match public.allocator_py_runs;
  v_run public.allocation_runs;
  v_version int;
  v_moved jsonb := '{}';
  v_broken jsonb;
begin
  p_override := coalesce(p_override, false);
  select * into v_match from public.allocator_py_runs
  where id = p_allocator_run and org_id in (select private.orgs_with_right('allocator.view'));
  if not found then
    raise exception '%', private.no_such('match', p_allocator_run::text) using errcode = 'RC404';
  end if;
  v_run := private.hold_result(v_match.allocation_run, 'Finalising a match', false);
  select * into v_match from public.allocator_py_runs where id = p_allocator_run;
  if private.is_finalised(v_run.id) then
    raise exception 'A match of this allocation run is finalised; unfinalise it first.' using errcode = 'RC409', hint = 'MATCH_FINALISED';
  elsif v_match.status <> 'COMPLETED' or v_match.base_run is not null then
    raise exception 'Only a completed match can be finalised.' using errcode = 'RC409', hint = 'MATCH_NOT_COMPLETED';
  elsif v_match.lines_changed_at is not null then
    raise exception 'Job lines of this match were changed since; match again.' using errcode = 'RC409', hint = 'LINES_CHANGED';
  elsif private.window_keeps_wishes(v_run.id) then
    raise exception 'Doctors are still saying what they want: close the window first.' using errcode = 'RC409', hint = 'WINDOW_OPEN';
  end if;
  if p_reason is not null or p_override or jsonb_typeof(p_corrections) = 'array' and p_corrections <> '[]' then
    p_reason := private.require_reason(p_reason);
  end if;

  v_version := private.begin_result(v_run, (
    select coalesce(jsonb_agg(to_jsonb(a)), '[]')
    from (
      select distinct on (a.worker_mapping) a.worker_mapping, a.job_line, a.choice
      from public.match_runs(v_match.id) r
      join public.allocator_py_allocations a on a.run = r.run
      join public.job_lines l on l.id = a.job_line and l.archived_at is null
      order by a.worker_mapping, r.completed_at desc
    ) as a), v_match.id);
  if p_corrections is not null and p_corrections <> '[]' then
    v_moved := private.move_doctors(v_run, p_corrections, p_reason);
  end if;
  select coalesce(jsonb_agg(jsonb_build_object(
    'path', 'allocations' || coalesce('.' || f.worker_mapping, ''), 'code', f.code, 'message', f.message,
    'worker_mapping', f.worker_mapping, 'job_line', f.job_line) order by f.message, f.worker_mapping), '[]')
  into v_broken from private.standing_faults(v_run) f;
  if not p_override then
    perform private.refuse_faults(v_broken);
  end if;
  perform private.set_rules_aside(v_run.id, v_broken, p_reason);
  return jsonb_build_object('allocation_run', v_run.id, 'version', coalesce((v_moved ->> 'version')::int, v_version),
    'changed', coalesce(v_moved -> 'changed', '[]'),
    'placed', count(r.job_line), 'unplaced', count(*) - count(r.job_line))
  from public.job_line_worker_mappings r where r.allocation_run = v_run.id and r.superseded_at is null;
end
$$;
comment on function public.finalise_match(uuid, jsonb, text, boolean) is 'Freezes a completed match as the result of its allocation run.';
revoke all on function public.finalise_match(uuid, jsonb, text, boolean) from public, anon, authenticated, service_role;
grant execute on function public.finalise_match(uuid, jsonb, text, boolean) to authenticated;

-- private.require_result(run, seen, what): refuses (RC409, CHANGED_MEANWHILE) where the current result is not the one that was read, told by
-- its version and by whether doctors have seen it: {version?, released?}. Called with the run held, by what cannot be taken back.
create function private.require_result(p_allocation_run uuid, p_seen jsonb)
returns void
language plpgsql
set search_path = ''
as $$
begin
  perform private.require_unchanged((
    select jsonb_build_object('version', max(r.version), 'released', count(r.released_at) > 0)
    from public.job_line_worker_mappings r where r.allocation_run = p_allocation_run and r.superseded_at is null), p_seen, 'this result');
end
$$;
comment on function private.require_result(uuid, jsonb) is 'Refuses where the current result is not the one that was read.';
revoke all on function private.require_result(uuid, jsonb) from public, anon, authenticated, service_role;

-- unfinalise_match(run, reason, seen): the result of an allocation run stands no more: doctors see none, lines may be changed again,
-- and a match can be finalised. Its versions stay, and the audit log says who, when and why.
-- Called by UIs. Answers how many doctors had a result, and whether they had seen it: {doctors, was_released}. RC404, 42501,
-- RC400 without a reason, RC409 NOT_FINALISED; CHANGED_MEANWHILE where it is not the one that was read, p_seen: {version?, released?}.
create function public.unfinalise_match(p_allocation_run uuid, p_reason text, p_seen jsonb default null)
returns jsonb
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_run public.allocation_runs := private.hold_result(p_allocation_run, 'Unfinalising a match', true);
  v_answer jsonb;
begin
  perform private.require_reason(p_reason);
  perform private.require_result(v_run.id, p_seen);
  with gone as (
    update public.job_line_worker_mappings set superseded_at = now()
    where allocation_run = v_run.id and superseded_at is null
    returning released_at
  )
  select jsonb_build_object('doctors', count(*), 'was_released', count(released_at) > 0) into v_answer from gone;
  return v_answer;
end
$$;
comment on function public.unfinalise_match(uuid, text, jsonb) is 'The result of an allocation run stands no more.';
revoke all on function public.unfinalise_match(uuid, text, jsonb) from public, anon, authenticated, service_role;
grant execute on function public.unfinalise_match(uuid, text, jsonb) to authenticated;

-- release_result(run, seen): shows the finalised result to all its doctors, at one moment. Again: nothing more happens. Of a draft doctors
-- see nothing; one that was matched without a window is closed from now on.
-- Called by UIs. Answers {released_at, doctors}: since when, and how many it was shown to now. RC404, 42501, RC409 NOT_FINALISED;
-- CHANGED_MEANWHILE where it is not the one that was read, p_seen: {version?, released?}.
create function public.release_result(p_allocation_run uuid, p_seen jsonb default null)
returns jsonb
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_run public.allocation_runs := private.hold_result(p_allocation_run, 'Releasing a result', true);
  v_released uuid[];
begin
  perform private.require_result(v_run.id, p_seen);
  with released as (
    update public.job_line_worker_mappings set released_at = now()
    where allocation_run = v_run.id and superseded_at is null and released_at is null
    returning worker_mapping
  )
  select coalesce(array_agg(worker_mapping), '{}') into v_released from released;
  update public.allocation_runs set status = 'closed' where id = v_run.id and status <> 'closed';
  perform messages.write_emails('released', v_released, now()::text);
  return jsonb_build_object('doctors', cardinality(v_released), 'released_at', (
    select min(released_at) from public.job_line_worker_mappings where allocation_run = v_run.id and superseded_at is null));
end
$$;
comment on function public.release_result(uuid, jsonb) is 'Shows the finalised result of an allocation run to its doctors.';
revoke all on function public.release_result(uuid, jsonb) from public, anon, authenticated, service_role;
grant execute on function public.release_result(uuid, jsonb) to authenticated;

-- correct_result(run, moves, reason): a correction of a finalised result by hand: a new version that names what changed, see
-- private.move_doctors(). Doctors who have seen the result see the new version, as a correction, with the reason; who had no
-- line before is told of a result, with the reason.
-- Called by UIs. Answers {version, changed: [{worker_mapping, from, to, overrides}]}. RC404, 42501, RC400, RC409 NOT_FINALISED,
-- CHANGED_MEANWHILE. p_moves: [{worker_mapping, job_line or null, from?, starts_on?, fte?, override?}]
create function public.correct_result(p_allocation_run uuid, p_moves jsonb, p_reason text)
returns jsonb
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_run public.allocation_runs := private.hold_result(p_allocation_run, 'Correcting a result', true);
  v_moved jsonb;
begin
  v_moved := private.move_doctors(v_run, coalesce(p_moves, '[]'), private.require_reason(p_reason));
  perform private.tell_of_version(v_run.id, (v_moved ->> 'version')::int);
  return v_moved;
end
$$;
comment on function public.correct_result(uuid, jsonb, text) is 'Corrects a finalised result by hand: a new version of it.';
revoke all on function public.correct_result(uuid, jsonb, text) from public, anon, authenticated, service_role;
grant execute on function public.correct_result(uuid, jsonb, text) to authenticated;

-- read_results(run): the result of an allocation run for those who may see the match: the current rows, by doctor, with names;
-- `versions`: what became of each doctor's, the first one first. start_date, end_date: from when to when the doctor works the line;
-- own_start_date, own_end_date: from when to when they are there, whatever part of the year the line is worked.
-- Called by UIs. Nothing for others. Runs with its caller's rights.
create function public.read_results(p_allocation_run uuid)
returns table (
  worker_mapping uuid, doctor text, job_line uuid, job_line_name text, version int, preference_number int, overrides text[],
  correction_reason text, allocator_run uuid, finalised_at timestamptz, released_at timestamptz, emailed_at timestamptz,
  start_date date, end_date date, own_start_date date, own_end_date date, fte numeric, withdrawn_at timestamptz, versions jsonb
)
language sql
stable
set search_path = ''
as $$
  select r.worker_mapping, w.name, r.job_line, l.name, r.version, r.preference_number, r.overrides, r.correction_reason,
    r.allocator_run, r.finalised_at, r.released_at, r.emailed_at, greatest(r.start_date, p.starts_on), least(r.end_date, p.ends_on), r.start_date, r.end_date,
    r.fte, m.withdrawn_at, (
      select jsonb_agg(jsonb_build_object('version', o.version, 'job_line', o.job_line, 'finalised_at', o.finalised_at,
        'released_at', o.released_at, 'superseded_at', o.superseded_at, 'correction_reason', o.correction_reason,
        'changes', o.changes) order by o.version)
      from public.job_line_worker_mappings o where o.worker_mapping = r.worker_mapping)
  from public.job_line_worker_mappings r
  join public.allocation_run_worker_mappings m on m.id = r.worker_mapping
  join public.workers w on w.id = m.worker
  left join public.job_lines l on l.id = r.job_line
  left join private.part_year_lines(p_allocation_run) p
    on p.job_line = r.job_line and p.starts_on <= r.end_date and p.ends_on >= r.start_date
  where r.allocation_run = p_allocation_run and r.superseded_at is null
    and r.org_id in (select private.orgs_with_right('allocator.view'))
  order by w.name, r.worker_mapping
$$;
comment on function public.read_results(uuid) is 'The result of an allocation run, with names and versions, for managers.';
revoke all on function public.read_results(uuid) from public, anon, authenticated, service_role;
grant execute on function public.read_results(uuid) to authenticated;
