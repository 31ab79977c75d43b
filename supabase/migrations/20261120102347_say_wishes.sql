-- Doctors say what they want: what only they ever read (notes, sentiments, exclusions, the history of their wishes), and the
-- functions of their page. Each is for the caller's own place in an allocation run; errors have stable codes as their hint.

-- private.notes that nobody but the doctor reads are rows of their own: no snapshot, log, document or export of managers has
-- them. The same holds for the tables below; none of them is audited, and preference_history has every change.
create table public.preference_line_notes (
  org_id uuid not null,
  allocation_run uuid not null,
  worker_mapping uuid not null,
  job_line uuid not null,
  notes text check (char_length(notes) between 1 and 4000),
  changed_at timestamptz not null,
  primary key (worker_mapping, job_line),
  foreign key (allocation_run, worker_mapping, org_id)
    references public.allocation_run_worker_mappings (allocation_run, id, org_id) on delete cascade,
  foreign key (job_line, allocation_run, org_id)
    references public.job_lines (id, allocation_run, org_id) on delete cascade
);
comment on table public.preference_line_notes is 'A doctor''s private notes on job lines; nobody else reads them.';
comment on column public.preference_line_notes.notes is 'Null: taken out.';
create index preference_line_notes_worker_idx on public.preference_line_notes (allocation_run, worker_mapping, org_id);
create index preference_line_notes_line_idx on public.preference_line_notes (job_line, allocation_run, org_id);

create table public.preference_worker_rotations (
  org_id uuid not null,
  allocation_run uuid not null,
  worker_mapping uuid not null,
  position uuid not null,
  like_dislike_preference smallint check (like_dislike_preference between -2 and 2),
  notes text check (char_length(notes) between 1 and 4000),
  changed_at timestamptz not null,
  primary key (worker_mapping, position),
  foreign key (allocation_run, worker_mapping, org_id)
    references public.allocation_run_worker_mappings (allocation_run, id, org_id) on delete cascade,
  foreign key (org_id, position) references public.positions (org_id, id) on delete cascade
);
comment on table public.preference_worker_rotations is
  'What a doctor thinks of single positions: bucket (2 love to -2 never) and private notes. For them alone: it helps them to rank lines.';
create index preference_worker_rotations_worker_idx on public.preference_worker_rotations (allocation_run, worker_mapping, org_id);
create index preference_worker_rotations_position_idx on public.preference_worker_rotations (org_id, position);

create table public.worker_specialty_sentiments (
  org_id uuid not null,
  allocation_run uuid not null,
  worker_mapping uuid not null,
  specialty text not null check (private.is_name(specialty, 100)),
  sentiment smallint check (sentiment between -2 and 2),
  changed_at timestamptz not null,
  primary key (worker_mapping, specialty),
  foreign key (allocation_run, worker_mapping, org_id)
    references public.allocation_run_worker_mappings (allocation_run, id, org_id) on delete cascade
);
comment on table public.worker_specialty_sentiments is
  'A doctor''s sentiment for specialties, 2 love to -2 never. For them alone: lines are scored by it on their page.';
create index worker_specialty_sentiments_worker_idx on public.worker_specialty_sentiments (allocation_run, worker_mapping, org_id);

create table public.worker_screening_rules (
  id uuid primary key default gen_random_uuid(),
  org_id uuid not null,
  allocation_run uuid not null,
  worker_mapping uuid not null,
  kind text not null check (kind in ('hospital', 'hospital_specialty', 'rural', 'nights', 'travel')),
  hospital uuid,
  specialty text check (private.is_name(specialty, 100)),
  active boolean not null default true,
  changed_at timestamptz not null,
  unique nulls not distinct (worker_mapping, kind, hospital, specialty),
  check ((hospital is not null) = (kind in ('hospital', 'hospital_specialty'))),
  check ((specialty is not null) = (kind = 'hospital_specialty')),
  foreign key (allocation_run, worker_mapping, org_id)
    references public.allocation_run_worker_mappings (allocation_run, id, org_id) on delete cascade,
  foreign key (org_id, hospital) references public.hospitals (org_id, id) on delete cascade
);
comment on table public.worker_screening_rules is
  'What a doctor does not want at all: a hospital, a hospital with a specialty, rural terms, nights, travel. For them alone.';
comment on column public.worker_screening_rules.active is 'False: taken back; kept, so that of two devices the later one wins.';
create index worker_screening_rules_worker_idx on public.worker_screening_rules (allocation_run, worker_mapping, org_id);
create index worker_screening_rules_hospital_idx on public.worker_screening_rules (org_id, hospital);

create table public.preference_history (
  id bigint generated always as identity primary key,
  org_id uuid not null,
  allocation_run uuid not null,
  worker_mapping uuid not null,
  at timestamptz not null default clock_timestamp(),
  action text not null check (action in ('save', 'submit', 'retract')),
  device text,
  changes jsonb not null default '[]' check (jsonb_typeof(changes) = 'array'),
  constraint preference_history_allocation_run_worker_mapping_org_id_fkey
    foreign key (worker_mapping, allocation_run, org_id)
    references public.allocation_run_worker_mappings (id, allocation_run, org_id) on delete cascade
);
comment on table public.preference_history is 'Everything that a doctor said, in order, from whichever device. For them alone.';
comment on column public.preference_history.changes is
  'Of a save: [{what: line, note, rotation, specialty or screening, key, before, after, changed_at, applied}]; applied false: a later change of the same was there, and stands. Of a submission: [its receipt], see private.receipt_of().';
create index preference_history_worker_idx on public.preference_history (worker_mapping, allocation_run, org_id);

alter table public.preference_line_notes enable row level security;
alter table public.preference_worker_rotations enable row level security;
alter table public.worker_specialty_sentiments enable row level security;
alter table public.worker_screening_rules enable row level security;
alter table public.preference_history enable row level security;
revoke all on public.preference_line_notes, public.preference_worker_rotations, public.worker_specialty_sentiments,
  public.worker_screening_rules, public.preference_history from public, anon, authenticated, service_role;
revoke all on sequence public.preference_history_id_seq from public, anon, authenticated, service_role;
-- Written by save_wishes() alone, and read by nobody else: not by the service role, which people use for other things.
grant select on public.preference_line_notes, public.preference_worker_rotations, public.worker_specialty_sentiments,
  public.worker_screening_rules, public.preference_history to authenticated;
create policy preference_line_notes_select on public.preference_line_notes for select to authenticated
  using (worker_mapping in (select private.own_mappings()));
create policy preference_worker_rotations_select on public.preference_worker_rotations for select to authenticated
  using (worker_mapping in (select private.own_mappings()));
create policy worker_specialty_sentiments_select on public.worker_specialty_sentiments for select to authenticated
  using (worker_mapping in (select private.own_mappings()));
create policy worker_screening_rules_select on public.worker_screening_rules for select to authenticated
  using (worker_mapping in (select private.own_mappings()));
create policy preference_history_select on public.preference_history for select to authenticated
  using (worker_mapping in (select private.own_mappings()));

-- private.keep_own_wishes(): what a doctor wrote for themselves is claimed by their own address alone: where their account is gone,
-- nobody gives what is theirs to somebody else by another address (RC409). Trigger before a user changes a doctor's address.
create function private.keep_own_wishes()
returns trigger
language plpgsql
security definer
set search_path = ''
as $$
begin
  if exists (
    select from public.allocation_run_worker_mappings m
    join public.preference_history h on h.worker_mapping = m.id and h.allocation_run = m.allocation_run and h.org_id = m.org_id
    where m.worker = new.id
  ) then
    raise exception 'This doctor''s account is gone, and what they wrote for themselves is for their old address alone. Let them sign up with it first, or add them anew.'
      using errcode = 'RC409';
  end if;
  return new;
end
$$;
comment on function private.keep_own_wishes() is 'Trigger: what a doctor wrote for themselves goes to no other address.';
revoke all on function private.keep_own_wishes() from public, anon, authenticated, service_role;
create trigger keep_own_wishes before update of email on public.workers
  for each row when (new.email <> old.email and new.user_id is null and new.erased_at is null) execute function private.keep_own_wishes();

-- claim_worker(): the caller becomes the doctor whose address is theirs, in every org where nobody has become that doctor yet; and
-- a member of the org, in the role doctor where they have none. Preferencers with that address likewise, in the role preferencer.
-- Only an address that Auth has confirmed counts. Again: what is claimed already is told, nothing changes.
-- Called by the doctors' page. Answers {claimed: [{worker, org_name}], departments: [{preferencer, name, org_name}]}; RC409 as
-- private.require_email().
create function public.claim_worker()
returns jsonb
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_email text := private.require_email();
begin
  insert into public.org_members (org_id, user_id, role)
  select w.org_id, auth.uid(), 'doctor' from public.workers w
  where w.email = v_email and w.user_id is null and w.erased_at is null
  on conflict (org_id, user_id) do nothing;
  update public.workers set user_id = auth.uid()
  where email = v_email and user_id is null and erased_at is null;
  insert into public.org_members (org_id, user_id, role)
  select distinct f.org_id, auth.uid(), 'preferencer' from public.preferencers f
  where f.email = v_email and f.user_id is null
  on conflict (org_id, user_id) do nothing;
  update public.preferencers set user_id = auth.uid() where email = v_email and user_id is null;
  return jsonb_build_object(
    'claimed', (
      select coalesce(jsonb_agg(jsonb_build_object('worker', w.id, 'org_name', o.name) order by o.name, w.id), '[]')
      from public.workers w join public.orgs o on o.id = w.org_id where w.user_id = auth.uid()),
    'departments', (
      select coalesce(jsonb_agg(jsonb_build_object('preferencer', f.id, 'name', f.name, 'org_name', o.name) order by o.name, f.name, f.id), '[]')
      from public.preferencers f join public.orgs o on o.id = f.org_id where f.user_id = auth.uid()));
end
$$;
comment on function public.claim_worker() is 'The caller becomes the doctor, or a department''s person, whose confirmed address is theirs.';
revoke all on function public.claim_worker() from public, anon, authenticated, service_role;
grant execute on function public.claim_worker() to authenticated;

-- private.hold_place(worker mapping, writes): the caller's own place in an allocation run that doctors know of. RC404 with the hint
-- NOT_YOURS for any other. Where they write: locked, so that two devices take turns; RC409 with the hint WINDOW_CLOSED, by the
-- clock of the database at the moment of writing, or LOCKED.
-- Called by the functions below.
create function private.hold_place(p_worker_mapping uuid, p_writes boolean)
returns public.allocation_run_worker_mappings
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_place public.allocation_run_worker_mappings;
  v_run public.allocation_runs;
begin
  select * into v_place from public.allocation_run_worker_mappings
  where id = p_worker_mapping and id in (select private.own_mappings());
  if not found then
    raise exception 'You take no part in this allocation run.' using errcode = 'RC404', hint = 'NOT_YOURS';
  end if;
  if not p_writes then
    return v_place;
  end if;
  -- Whoever closes the window waits for this, or comes before it.
  select * into v_run from public.allocation_runs where id = v_place.allocation_run for share;
  perform from public.allocation_run_worker_mappings where id = p_worker_mapping for no key update;
  -- Again: a right may be taken away while a call waits.
  select * into v_place from public.allocation_run_worker_mappings
  where id = p_worker_mapping and id in (select private.own_mappings());
  if not found then
    raise exception 'You take no part in this allocation run.' using errcode = 'RC404', hint = 'NOT_YOURS';
  end if;
  if v_run.status <> 'open' or v_run.archived_at is not null or v_run.due_date <= clock_timestamp() or v_place.withdrawn_at is not null then
    raise exception 'The window has closed; nothing can be changed any more.' using errcode = 'RC409', hint = 'WINDOW_CLOSED';
  elsif v_place.locked_at is not null then
    raise exception 'Your wishes are locked. Ask your medical workforce unit.' using errcode = 'RC409', hint = 'LOCKED';
  end if;
  return v_place;
end
$$;
comment on function private.hold_place(uuid, boolean) is 'The calling doctor''s place in an allocation run, or why it cannot be written.';
revoke all on function private.hold_place(uuid, boolean) from public, anon, authenticated, service_role;

-- private.positive_lines(worker mapping): how many lines a doctor ranks positively: ranked, in no bucket below neutral, and
-- eligible. Called by private.window_of().
create function private.positive_lines(p_worker_mapping uuid)
returns int
language plpgsql
stable
set search_path = ''
as $$
begin
  return (
  select count(*)::int
  from public.preference_worker_job_lines p
  join private.line_eligibility(p_worker_mapping) e on e.job_line = p.job_line and e.eligible
  where p.worker_mapping = p_worker_mapping and p.order_preference is not null and coalesce(p.like_dislike_preference, 0) >= 0
  );
end
$$;
comment on function private.positive_lines(uuid) is 'How many lines a doctor ranks positively.';
revoke all on function private.positive_lines(uuid) from public, anon, authenticated, service_role;

-- private.window_of(worker mapping): the window as the doctor sees it. Called by my_windows(), read_window() and others below.
create function private.window_of(p_worker_mapping uuid)
returns jsonb
language plpgsql
stable
set search_path = ''
as $$
begin
  return (
  select jsonb_build_object(
    'worker_mapping', m.id, 'allocation_run', r.id, 'name', r.name, 'org_name', o.name, 'plan_name', p.name,
    'status', r.status, 'due_date', r.due_date, 'timezone', p.timezone, 'now', clock_timestamp(),
    'starts_on', r.starts_on, 'ends_on', r.ends_on, 'fte', m.fte,
    'begun_at', m.begun_at, 'wishes_changed_at', m.wishes_changed_at, 'submitted_at', m.submitted_at,
    'changed_since_submit', coalesce(m.wishes_changed_at > m.submitted_at, false), 'locked', m.locked_at is not null,
    'can_write', r.status = 'open' and m.locked_at is null and (r.due_date is null or clock_timestamp() < r.due_date),
    'minimum_lines', private.minimum_lines(r.minimum_lines, (
      select count(*) from private.line_eligibility(m.id) e where e.eligible)),
    'positive_lines', private.positive_lines(m.id),
    'allows_ties', r.allows_ties, 'allows_never', r.allows_never,
    'early_readers', (
      select count(*) from public.member_rights g where g.org_id = m.org_id and g.right_name = 'preferences.viewBeforeClose'),
    'released', seen.now, 'taken_back', seen.ever and not seen.now)
  from public.allocation_run_worker_mappings m
  cross join lateral (
    select coalesce(bool_or(v.superseded_at is null), false) as now, count(*) > 0 as ever
    from public.job_line_worker_mappings v where v.worker_mapping = m.id and v.released_at is not null) as seen
  join public.allocation_runs r on r.id = m.allocation_run
  join public.allocation_plans p on p.id = r.allocation_plan
  join public.orgs o on o.id = m.org_id
  where m.id = p_worker_mapping
  );
end
$$;
comment on function private.window_of(uuid) is 'A preference window as the doctor sees it.';
revoke all on function private.window_of(uuid) from public, anon, authenticated, service_role;

-- my_windows(): the windows that the caller takes part in as a doctor, open ones first. Called by the doctors' page.
-- Each: {worker_mapping, allocation_run, name, org_name, plan_name, status, due_date, timezone, now, starts_on, ends_on, fte, begun_at,
-- wishes_changed_at, submitted_at, changed_since_submit, locked, can_write, minimum_lines, positive_lines, allows_ties, allows_never,
-- early_readers (members whom a manager lets read wishes before the window closes: how many), released, taken_back (a result was
-- released, and stands no more)}.
create function public.my_windows()
returns jsonb
language sql
stable
security definer
set search_path = ''
as $$
  select coalesce(jsonb_agg(private.window_of(m.id) order by r.status <> 'open', r.starts_on desc, m.id), '[]')
  from public.allocation_run_worker_mappings m join public.allocation_runs r on r.id = m.allocation_run
  where m.id in (select private.own_mappings())
$$;
comment on function public.my_windows() is 'The preference windows that the calling doctor takes part in.';
revoke all on function public.my_windows() from public, anon, authenticated, service_role;
grant execute on function public.my_windows() to authenticated;

-- private.line_cards(run, lines): job lines as doctors see them, in their order: {id, name, places, fte, rotations: [{term, starts_on,
-- ends_on, position}], leave: [{term, starts_on, ends_on}]}; the term in which a block of leave begins, whether the line works
-- somewhere in it or not; lines null: all that are there.
-- Called by read_window(), read_department() and private.result_of().
create function private.line_cards(p_allocation_run uuid, p_lines uuid[] default null)
returns table (id uuid, card jsonb, n bigint)
language plpgsql
stable
set search_path = ''
as $$
#variable_conflict use_column
begin
  return query
  with term as materialized (
    select t.* from public.allocation_runs ar cross join lateral private.terms(ar.starts_on, ar.term_weeks) t
    where ar.id = p_allocation_run
  )
  select l.id, jsonb_build_object('id', l.id, 'name', l.name, 'places', l.max_n_workers, 'fte', coalesce(f.fte, 1),
    'rotations', (
      select coalesce(jsonb_agg(jsonb_build_object('term', r.term, 'starts_on', r.starts_on, 'ends_on', r.ends_on,
        'position', r.position) order by r.term), '[]')
      from public.rotations r where r.job_line = l.id),
    'leave', (
      select coalesce(jsonb_agg(jsonb_build_object('term', t.term, 'starts_on', v.starts_on, 'ends_on', v.ends_on) order by v.starts_on), '[]')
      from public.job_line_leave v left join term t on v.starts_on between t.starts_on and t.ends_on
      where v.job_line = l.id)),
    row_number() over (order by l.sort_order, l.name, l.id)
  from public.job_lines l
  left join private.line_ftes(p_allocation_run) f on f.job_line = l.id
  where l.allocation_run = p_allocation_run and (p_lines is null and l.archived_at is null or l.id = any (p_lines));
end
$$;
comment on function private.line_cards(uuid, uuid[]) is 'Job lines as doctors see them.';
revoke all on function private.line_cards(uuid, uuid[]) from public, anon, authenticated, service_role;

-- private.positions_of(run, lines): what the lines of an allocation run are made of: {positions: [{id, name, hospital,
-- hospital_name, team, specialty, subspecialty, categories, rural, nights, service}], hospitals: [{id, name}], specialties: [name]}.
-- Called by read_window(), read_department() and private.result_of().
create function private.positions_of(p_allocation_run uuid, p_lines uuid[] default null)
returns jsonb
language plpgsql
stable
set search_path = ''
as $$
begin
  return (
  with used as (
    select distinct r.position from public.rotations r
    join public.job_lines l on l.id = r.job_line
    where r.allocation_run = p_allocation_run and (p_lines is null and l.archived_at is null or l.id = any (p_lines))
  ), place as (
    select p.*, t.name as team_name, h.id as hospital, h.name as hospital_name
    from used u join public.positions p on p.id = u.position
    join public.teams t on t.id = p.team join public.hospitals h on h.id = t.hospital
  )
  select jsonb_build_object(
    'positions', (
      select coalesce(jsonb_agg(jsonb_build_object('id', p.id, 'name', p.name, 'hospital', p.hospital, 'hospital_name', p.hospital_name,
        'team', p.team_name, 'specialty', p.specialty, 'subspecialty', p.subspecialty, 'categories', p.experience_categories,
        'rural', p.is_rural, 'nights', p.is_nights_relief, 'service', p.is_service, 'colour', p.colour)
        order by p.hospital_name, p.name, p.id), '[]') from place p),
    'hospitals', (
      select coalesce(jsonb_agg(jsonb_build_object('id', h.hospital, 'name', h.hospital_name) order by h.hospital_name), '[]')
      from (select distinct hospital, hospital_name from place) as h),
    'specialties', (
      select coalesce(jsonb_agg(s.specialty order by s.specialty), '[]') from (select distinct specialty from place) as s))
  );
end
$$;
comment on function private.positions_of(uuid, uuid[]) is 'Positions, hospitals and specialties of the job lines of an allocation run.';
revoke all on function private.positions_of(uuid, uuid[]) from public, anon, authenticated, service_role;

-- private.wishes(worker mapping): what a doctor said: {lines: [{job_line, order_preference, like_dislike_preference, notes, changed_at}],
-- rotations: [{position, like_dislike_preference, notes, changed_at}], specialties: [{specialty, sentiment, changed_at}],
-- screening: [{kind, hospital, specialty, active, changed_at}]}. Of lines that are there; what was cleared comes with null, so that a
-- device knows since when.
-- Called by read_window() and save_wishes().
create function private.wishes(p_worker_mapping uuid)
returns jsonb
language plpgsql
stable
set search_path = ''
as $$
begin
  return (
  select jsonb_build_object(
    'lines', (
      select coalesce(jsonb_agg(jsonb_build_object('job_line', l.id, 'order_preference', p.order_preference,
        'like_dislike_preference', p.like_dislike_preference, 'notes', n.notes, 'changed_at', greatest(p.changed_at, n.changed_at))
        order by p.order_preference nulls last, l.id), '[]')
      from public.job_lines l
      left join public.preference_worker_job_lines p on p.job_line = l.id and p.worker_mapping = m.id
      left join public.preference_line_notes n on n.job_line = l.id and n.worker_mapping = m.id
      where l.allocation_run = m.allocation_run and l.archived_at is null and (p.job_line is not null or n.job_line is not null)),
    'rotations', (
      select coalesce(jsonb_agg(jsonb_build_object('position', r.position, 'like_dislike_preference', r.like_dislike_preference,
        'notes', r.notes, 'changed_at', r.changed_at) order by r.position), '[]')
      from public.preference_worker_rotations r where r.worker_mapping = m.id),
    'specialties', (
      select coalesce(jsonb_agg(jsonb_build_object('specialty', s.specialty, 'sentiment', s.sentiment, 'changed_at', s.changed_at)
        order by s.specialty), '[]')
      from public.worker_specialty_sentiments s where s.worker_mapping = m.id),
    'screening', (
      select coalesce(jsonb_agg(jsonb_build_object('kind', s.kind, 'hospital', s.hospital, 'specialty', s.specialty, 'active', s.active,
        'changed_at', s.changed_at) order by s.kind, s.hospital, s.specialty), '[]')
      from public.worker_screening_rules s where s.worker_mapping = m.id))
  from public.allocation_run_worker_mappings m where m.id = p_worker_mapping
  );
end
$$;
comment on function private.wishes(uuid) is 'All that a doctor said in a preference window.';
revoke all on function private.wishes(uuid) from public, anon, authenticated, service_role;

-- private.receipt_of(worker mapping): the receipt of the submission that stands, on whichever device it was submitted: {receipt,
-- submitted_at, positive_lines, lines: [{job_line, name, order_preference}]}, the best line first, as they were; null where nothing is
-- submitted. Called by read_window().
create function private.receipt_of(p_worker_mapping uuid)
returns jsonb
language sql
stable
set search_path = ''
as $$
  select h.changes -> 0
  from public.allocation_run_worker_mappings m
  join public.preference_history h on h.worker_mapping = m.id and h.action = 'submit'
  where m.id = p_worker_mapping and m.submitted_at is not null
  order by h.id desc limit 1
$$;
comment on function private.receipt_of(uuid) is 'The receipt of a doctor''s submission, with the order as it was.';
revoke all on function private.receipt_of(uuid) from public, anon, authenticated, service_role;

-- read_window(worker mapping): all that a doctor's page shows of a window, open or closed: {window (see my_windows()), terms: [{term,
-- starts_on, ends_on}], specialties, hospitals, positions (see private.positions_of()), lines: [{id, name, places, rotations,
-- eligible, reason}] (see private.line_cards(); reason: WORKS_MORE, EXCLUDED_DOCTOR, EXCLUDED_QUALIFICATION, MISSING_QUALIFICATION or null),
-- wishes (see private.wishes()), receipt (see private.receipt_of())}. RC404 NOT_YOURS. Called by the doctors' page.
create function public.read_window(p_worker_mapping uuid)
returns jsonb
language plpgsql
stable
security definer
set search_path = ''
as $$
declare
  v_place public.allocation_run_worker_mappings := private.hold_place(p_worker_mapping, false);
begin
  return (
    select jsonb_build_object(
      'window', private.window_of(v_place.id),
      'terms', (
        select jsonb_agg(jsonb_build_object('term', t.term, 'starts_on', t.starts_on, 'ends_on', t.ends_on) order by t.term)
        from private.terms(r.starts_on, r.term_weeks) as t),
      'lines', (
        select coalesce(jsonb_agg(c.card || jsonb_build_object('eligible', e.eligible, 'reason', e.reason) order by c.n), '[]')
        from private.line_cards(r.id) c join private.line_eligibility(v_place.id) e on e.job_line = c.id),
      'wishes', private.wishes(v_place.id), 'receipt', private.receipt_of(v_place.id)) || private.positions_of(r.id)
    from public.allocation_runs r where r.id = v_place.allocation_run);
end
$$;
comment on function public.read_window(uuid) is 'A preference window with its lines and the calling doctor''s wishes.';
revoke all on function public.read_window(uuid) from public, anon, authenticated, service_role;
grant execute on function public.read_window(uuid) to authenticated;

-- private.is_moment(text): whether a text is a moment of ISO 8601 with its offset. Called by private.wish_faults().
create function private.is_moment(p_text text)
returns boolean
language plpgsql
immutable
set search_path = ''
as $$
begin
  return p_text ~ '^\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d(\.\d{1,9})?)?(Z|[+-]\d\d(:?\d\d)?)$' and p_text::timestamptz is not null;
exception when datetime_field_overflow or invalid_datetime_format or sqlstate '22009' then
  return false;
end
$$;
comment on function private.is_moment(text) is 'Whether a text is a moment with its offset.';
revoke all on function private.is_moment(text) from public, anon, authenticated, service_role;

-- private.wishes_shape(): changes of wishes, see private.shape_faults(). Called by save_wishes().
create function private.wishes_shape()
returns jsonb
language sql
immutable
set search_path = ''
as $$
  select jsonb_build_object('is', 'object', 'members', jsonb_build_object(
    'device', '{"is": "text", "most": 100}'::jsonb,
    'order_only', '{"is": "flag"}'::jsonb,
    'lines', jsonb_build_object('is', 'list', 'most', 3000, 'of', jsonb_build_object('is', 'object', 'members', jsonb_build_object(
      'job_line', id, 'order_preference', '{"is": "number", "least": 1, "most": 10000}'::jsonb, 'like_dislike_preference', bucket,
      'notes', note, 'changed_at', moment))),
    'rotations', jsonb_build_object('is', 'list', 'most', 3000, 'of', jsonb_build_object('is', 'object', 'members', jsonb_build_object(
      'position', id, 'like_dislike_preference', bucket, 'notes', note, 'changed_at', moment))),
    'specialties', jsonb_build_object('is', 'list', 'most', 500, 'of', jsonb_build_object('is', 'object', 'members', jsonb_build_object(
      'specialty', '{"is": "text", "most": 100, "must": true}'::jsonb, 'sentiment', bucket, 'changed_at', moment))),
    'screening', jsonb_build_object('is', 'list', 'most', 500, 'of', jsonb_build_object('is', 'object', 'members', jsonb_build_object(
      'kind', '{"is": "choice", "must": true, "of": ["hospital", "hospital_specialty", "rural", "nights", "travel"]}'::jsonb,
      'hospital', '{"is": "id"}'::jsonb, 'specialty', '{"is": "text", "most": 100}'::jsonb, 'active', '{"is": "flag"}'::jsonb,
      'changed_at', moment)))))
  from (values (
    '{"is": "id", "must": true}'::jsonb, '{"is": "whole", "least": -2, "most": 2}'::jsonb,
    '{"is": "any", "most": 20000}'::jsonb, '{"is": "text", "most": 40, "must": true}'::jsonb)) as part (id, bucket, note, moment)
$$;
comment on function private.wishes_shape() is 'The shape of changes of wishes.';
revoke all on function private.wishes_shape() from public, anon, authenticated, service_role;

-- private.wish_faults(place, changes): what changes of wishes name that is not there, or say twice, with paths. At most 50.
-- Lines that were archived meanwhile are known: what was typed offline is kept, and is there when they come back.
-- Called by save_wishes().
create function private.wish_faults(p_place public.allocation_run_worker_mappings, p_changes jsonb)
returns jsonb
language plpgsql
stable
set search_path = ''
as $$
begin
  return (
  with entry as (
    select k.list, e.n, e.element, case k.list
        when 'lines' then element ->> 'job_line' when 'rotations' then element ->> 'position'
        when 'specialties' then private.fold_text(element ->> 'specialty')
        else concat_ws('/', element ->> 'kind', element ->> 'hospital', private.fold_text(element ->> 'specialty')) end as key
    from unnest('{lines,rotations,specialties,screening}'::text[]) as k (list)
    cross join lateral private.elements(p_changes -> k.list) as e
  ), fault (list, n, member, message) as (
    select list, n, 'changed_at', 'not a moment with its offset, as 2027-05-14T17:00:00Z' from entry
    where not private.is_moment(element ->> 'changed_at')
    union all
    select list, n, 'job_line', 'there is no such job line in this allocation run' from entry
    where list = 'lines' and not exists (
      select from public.job_lines l where l.id = (element ->> 'job_line')::uuid and l.allocation_run = p_place.allocation_run)
    union all
    select list, n, 'order_preference', 'neither a whole number nor a half' from entry
    where list = 'lines' and (2 * (element ->> 'order_preference')::numeric) % 1 <> 0
    union all
    select list, n, 'order_preference', 'a line that is never wanted has no rank' from entry
    where list = 'lines' and element -> 'like_dislike_preference' = '-2' and jsonb_typeof(element -> 'order_preference') = 'number'
    union all
    select list, n, 'notes', 'not a text of at most 4000 characters' from entry
    where list in ('lines', 'rotations') and jsonb_typeof(element -> 'notes') <> 'null'
      and (jsonb_typeof(element -> 'notes') <> 'string' or char_length(element ->> 'notes') > 4000)
    union all
    select list, n, 'position', 'there is no such position' from entry
    where list = 'rotations' and not exists (
      select from public.positions p where p.id = (element ->> 'position')::uuid and p.org_id = p_place.org_id)
    union all
    select list, n, 'hospital', 'there is no such hospital' from entry
    where list = 'screening' and element ->> 'hospital' is not null and not exists (
      select from public.hospitals h where h.id = (element ->> 'hospital')::uuid and h.org_id = p_place.org_id)
    union all
    select list, n, 'hospital', 'missing' from entry
    where list = 'screening' and element ->> 'kind' like 'hospital%' and element ->> 'hospital' is null
    union all
    select list, n, 'hospital', 'not for this kind' from entry
    where list = 'screening' and element ->> 'kind' not like 'hospital%' and element ->> 'hospital' is not null
    union all
    select list, n, 'specialty', 'missing' from entry
    where list = 'screening' and element ->> 'kind' = 'hospital_specialty' and element ->> 'specialty' is null
    union all
    select list, n, 'specialty', 'not for this kind' from entry
    where list = 'screening' and element ->> 'kind' <> 'hospital_specialty' and element ->> 'specialty' is not null
    union all
    select list, n, null, 'told twice'
    from (select list, n, row_number() over (partition by list, lower(key) order by n) as times from entry) as again where times > 1
  )
  select coalesce(jsonb_agg(jsonb_build_object('path', concat_ws('.', format('%s[%s]', list, n), member), 'message', message)), '[]')
  from (select * from fault order by list, n limit 50) as f
  );
end
$$;
comment on function private.wish_faults(public.allocation_run_worker_mappings, jsonb) is 'What changes of wishes name that is not there, or say twice.';
revoke all on function private.wish_faults(public.allocation_run_worker_mappings, jsonb) from public, anon, authenticated, service_role;

-- private.told_lines(place, lines, now): what is told of ranks and buckets of lines, and what the row says then: n: its place in the
-- list; applied: nothing later is there. A member that is left out stays, null clears it. A line that goes to "never" loses its
-- rank, one that gets a rank leaves "never". Moments are capped by the database's clock, so that a device whose clock is ahead
-- does not win for ever. Called by save_wishes() and private.merge_line_wishes().
create function private.told_lines(p_place public.allocation_run_worker_mappings, p_lines jsonb, p_now timestamptz)
returns table (
  n bigint, line uuid, at timestamptz, is_there boolean, old_rank real, old_bucket smallint, applied boolean, bucket smallint, rank real
)
language plpgsql
stable
set search_path = ''
as $$
#variable_conflict use_column
begin
  return query
  select t.n, t.line, t.at, p.job_line is not null, p.order_preference, p.like_dislike_preference,
    p.job_line is null or t.at >= p.changed_at,
    case when t.has_bucket then t.bucket
         when t.has_rank and t.rank is not null then nullif(p.like_dislike_preference, -2::smallint)
         else p.like_dislike_preference end,
    case when t.has_bucket and t.bucket = -2 then null when t.has_rank then t.rank else p.order_preference end
  from (
    select e.n, (element ->> 'job_line')::uuid as line, element ? 'order_preference' as has_rank,
      element ? 'like_dislike_preference' as has_bucket, (element ->> 'order_preference')::real as rank,
      (element ->> 'like_dislike_preference')::smallint as bucket, least((element ->> 'changed_at')::timestamptz, p_now) as at
    from private.elements(p_lines) as e where element ?| '{order_preference,like_dislike_preference}'
  ) as t
  left join public.preference_worker_job_lines p on p.worker_mapping = p_place.id and p.job_line = t.line;
end
$$;
comment on function private.told_lines(public.allocation_run_worker_mappings, jsonb, timestamptz) is 'What is told of ranks and buckets of lines, and what they are then.';
revoke all on function private.told_lines(public.allocation_run_worker_mappings, jsonb, timestamptz) from public, anon, authenticated, service_role;

-- private.merge_line_wishes(place, lines, now), and its like below: write what is told of each row where nothing later is there;
-- answers the changes, as preference_history keeps them. What is left out, cleared or too late: see private.told_lines().
-- Called by save_wishes(), which holds the place.
create function private.merge_line_wishes(p_place public.allocation_run_worker_mappings, p_lines jsonb, p_now timestamptz)
returns jsonb
language plpgsql
set search_path = ''
as $$
declare
  v_changes jsonb;
begin
  with merged as (
    select * from private.told_lines(p_place, p_lines, p_now)
  ), written as (
    insert into public.preference_worker_job_lines as p
      (org_id, allocation_run, worker_mapping, job_line, order_preference, like_dislike_preference, changed_at)
    select p_place.org_id, p_place.allocation_run, p_place.id, m.line, m.rank, m.bucket, m.at
    from merged m where m.applied
    on conflict (worker_mapping, job_line) do update set order_preference = excluded.order_preference,
      like_dislike_preference = excluded.like_dislike_preference, changed_at = excluded.changed_at
  )
  select coalesce(jsonb_agg(jsonb_build_object('what', 'line', 'key', m.line,
    'before', case when m.is_there then jsonb_build_object('order_preference', m.old_rank, 'like_dislike_preference', m.old_bucket) end,
    'after', jsonb_build_object('order_preference', m.rank, 'like_dislike_preference', m.bucket),
    'changed_at', m.at, 'applied', m.applied)), '[]')
  into v_changes from merged m
  where not m.applied or (m.old_rank, m.old_bucket) is distinct from (m.rank, m.bucket);
  return v_changes;
end
$$;
comment on function private.merge_line_wishes(public.allocation_run_worker_mappings, jsonb, timestamptz) is 'Merges ranks and buckets of lines; the changes.';
revoke all on function private.merge_line_wishes(public.allocation_run_worker_mappings, jsonb, timestamptz) from public, anon, authenticated, service_role;

-- private.merge_line_notes(place, rows, now): the same of notes on lines. Called by save_wishes().
create function private.merge_line_notes(p_place public.allocation_run_worker_mappings, p_lines jsonb, p_now timestamptz)
returns jsonb
language plpgsql
set search_path = ''
as $$
declare
  v_changes jsonb;
begin
  with told as (
    select (element ->> 'job_line')::uuid as line, nullif(element ->> 'notes', '') as notes,
      least((element ->> 'changed_at')::timestamptz, p_now) as at
    from private.elements(p_lines) where element ? 'notes'
  ), merged as (
    select t.*, n.job_line is not null as is_there, n.notes as old_notes, n.job_line is null or t.at >= n.changed_at as applied
    from told t left join public.preference_line_notes n on n.worker_mapping = p_place.id and n.job_line = t.line
  ), written as (
    insert into public.preference_line_notes (org_id, allocation_run, worker_mapping, job_line, notes, changed_at)
    select p_place.org_id, p_place.allocation_run, p_place.id, m.line, m.notes, m.at from merged m where m.applied
    on conflict (worker_mapping, job_line) do update set notes = excluded.notes, changed_at = excluded.changed_at
  )
  select coalesce(jsonb_agg(jsonb_build_object('what', 'note', 'key', m.line, 'before', m.old_notes, 'after', m.notes,
    'changed_at', m.at, 'applied', m.applied)), '[]')
  into v_changes from merged m where not m.applied or m.old_notes is distinct from m.notes;
  return v_changes;
end
$$;
comment on function private.merge_line_notes(public.allocation_run_worker_mappings, jsonb, timestamptz) is 'Merges private notes on lines; the changes.';
revoke all on function private.merge_line_notes(public.allocation_run_worker_mappings, jsonb, timestamptz) from public, anon, authenticated, service_role;

-- private.merge_rotation_wishes(place, rows, now): the same of buckets and notes of positions. Called by save_wishes().
create function private.merge_rotation_wishes(p_place public.allocation_run_worker_mappings, p_rotations jsonb, p_now timestamptz)
returns jsonb
language plpgsql
set search_path = ''
as $$
declare
  v_changes jsonb;
begin
  with told as (
    select (element ->> 'position')::uuid as position, element ? 'like_dislike_preference' as has_bucket, element ? 'notes' as has_notes,
      (element ->> 'like_dislike_preference')::smallint as bucket, nullif(element ->> 'notes', '') as notes,
      least((element ->> 'changed_at')::timestamptz, p_now) as at
    from private.elements(p_rotations)
  ), merged as (
    select t.position, t.at, r.position is not null as is_there, r.like_dislike_preference as old_bucket, r.notes as old_notes,
      r.position is null or t.at >= r.changed_at as applied,
      case when t.has_bucket then t.bucket else r.like_dislike_preference end as bucket,
      case when t.has_notes then t.notes else r.notes end as notes
    from told t left join public.preference_worker_rotations r on r.worker_mapping = p_place.id and r.position = t.position
  ), written as (
    insert into public.preference_worker_rotations (org_id, allocation_run, worker_mapping, position, like_dislike_preference, notes, changed_at)
    select p_place.org_id, p_place.allocation_run, p_place.id, m.position, m.bucket, m.notes, m.at from merged m where m.applied
    on conflict (worker_mapping, position) do update set like_dislike_preference = excluded.like_dislike_preference,
      notes = excluded.notes, changed_at = excluded.changed_at
  )
  select coalesce(jsonb_agg(jsonb_build_object('what', 'rotation', 'key', m.position,
    'before', case when m.is_there then jsonb_build_object('like_dislike_preference', m.old_bucket, 'notes', m.old_notes) end,
    'after', jsonb_build_object('like_dislike_preference', m.bucket, 'notes', m.notes), 'changed_at', m.at, 'applied', m.applied)), '[]')
  into v_changes from merged m where not m.applied or (m.old_bucket, m.old_notes) is distinct from (m.bucket, m.notes);
  return v_changes;
end
$$;
comment on function private.merge_rotation_wishes(public.allocation_run_worker_mappings, jsonb, timestamptz) is 'Merges buckets and notes of positions; the changes.';
revoke all on function private.merge_rotation_wishes(public.allocation_run_worker_mappings, jsonb, timestamptz) from public, anon, authenticated, service_role;

-- private.merge_sentiments(place, rows, now): the same of sentiments for specialties. Called by save_wishes().
create function private.merge_sentiments(p_place public.allocation_run_worker_mappings, p_specialties jsonb, p_now timestamptz)
returns jsonb
language plpgsql
set search_path = ''
as $$
declare
  v_changes jsonb;
begin
  with told as (
    select private.fold_text(element ->> 'specialty') as specialty, (element ->> 'sentiment')::smallint as sentiment,
      least((element ->> 'changed_at')::timestamptz, p_now) as at
    from private.elements(p_specialties)
  ), merged as (
    select t.*, s.specialty is not null as is_there, s.sentiment as old_sentiment, s.specialty is null or t.at >= s.changed_at as applied
    from told t left join public.worker_specialty_sentiments s on s.worker_mapping = p_place.id and s.specialty = t.specialty
  ), written as (
    insert into public.worker_specialty_sentiments (org_id, allocation_run, worker_mapping, specialty, sentiment, changed_at)
    select p_place.org_id, p_place.allocation_run, p_place.id, m.specialty, m.sentiment, m.at from merged m where m.applied
    on conflict (worker_mapping, specialty) do update set sentiment = excluded.sentiment, changed_at = excluded.changed_at
  )
  select coalesce(jsonb_agg(jsonb_build_object('what', 'specialty', 'key', m.specialty, 'before', m.old_sentiment, 'after', m.sentiment,
    'changed_at', m.at, 'applied', m.applied)), '[]')
  into v_changes from merged m where not m.applied or m.old_sentiment is distinct from m.sentiment;
  return v_changes;
end
$$;
comment on function private.merge_sentiments(public.allocation_run_worker_mappings, jsonb, timestamptz) is 'Merges sentiments for specialties; the changes.';
revoke all on function private.merge_sentiments(public.allocation_run_worker_mappings, jsonb, timestamptz) from public, anon, authenticated, service_role;

-- private.merge_screening(place, rows, now): the same of exclusions. Called by save_wishes().
create function private.merge_screening(p_place public.allocation_run_worker_mappings, p_screening jsonb, p_now timestamptz)
returns jsonb
language plpgsql
set search_path = ''
as $$
declare
  v_changes jsonb;
begin
  with told as (
    select element ->> 'kind' as kind, (element ->> 'hospital')::uuid as hospital, private.fold_text(element ->> 'specialty') as specialty,
      coalesce((element ->> 'active')::boolean, true) as active, least((element ->> 'changed_at')::timestamptz, p_now) as at
    from private.elements(p_screening)
  ), merged as (
    select t.*, s.active as old_active, s.id is null or t.at >= s.changed_at as applied
    from told t left join public.worker_screening_rules s on s.worker_mapping = p_place.id and s.kind = t.kind
      and s.hospital is not distinct from t.hospital and s.specialty is not distinct from t.specialty
  ), written as (
    insert into public.worker_screening_rules (org_id, allocation_run, worker_mapping, kind, hospital, specialty, active, changed_at)
    select p_place.org_id, p_place.allocation_run, p_place.id, m.kind, m.hospital, m.specialty, m.active, m.at from merged m where m.applied
    on conflict (worker_mapping, kind, hospital, specialty) do update set active = excluded.active, changed_at = excluded.changed_at
  )
  select coalesce(jsonb_agg(jsonb_build_object('what', 'screening', 'key', jsonb_strip_nulls(jsonb_build_object('kind', m.kind,
    'hospital', m.hospital, 'specialty', m.specialty)), 'before', m.old_active, 'after', m.active, 'changed_at', m.at, 'applied', m.applied)), '[]')
  into v_changes from merged m where not m.applied or m.old_active is distinct from m.active;
  return v_changes;
end
$$;
comment on function private.merge_screening(public.allocation_run_worker_mappings, jsonb, timestamptz) is 'Merges exclusions; the changes.';
revoke all on function private.merge_screening(public.allocation_run_worker_mappings, jsonb, timestamptz) from public, anon, authenticated, service_role;

-- save_wishes(worker mapping, changes): what a doctor typed, as they type it, from whichever device and however late: merged row by
-- row, the later changed_at wins, and everything is in preference_history. All of it or nothing. Safe to send again.
-- Ranks are asked as the list would stand by this device alone, see private.refuse_ranks(): what stands already and what is told,
-- whichever of two said more later. A device that means their order only says order_only: so does the page, which spreads ranks
-- out, so that a line moves without the others and what two devices move at once is merged.
-- Called by the doctors' page. p_changes: {device?, order_only?, lines?: [{job_line, order_preference?, like_dislike_preference?, notes?, changed_at}],
-- rotations?: [{position, like_dislike_preference?, notes?, changed_at}], specialties?: [{specialty, sentiment, changed_at}],
-- screening?: [{kind, hospital?, specialty?, active?, changed_at}]}. Members that are left out stay as they are; null clears them.
-- Answers {saved_at, ignored, window, wishes}: ignored: how many of the rows came too late; wishes: the merged state, see private.wishes().
-- RC404 NOT_YOURS; RC409 WINDOW_CLOSED, LOCKED; RC400 with [{path, message}].
create function public.save_wishes(p_worker_mapping uuid, p_changes jsonb)
returns jsonb
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_place public.allocation_run_worker_mappings := private.hold_place(p_worker_mapping, true);
  v_now timestamptz := clock_timestamp();
  v_changes jsonb;
begin
  perform private.require_shape(p_changes, private.wishes_shape(), 2 * 1024 * 1024);
  perform private.refuse_faults(private.wish_faults(v_place, p_changes));
  perform private.refuse_ranks((
    select array_agg(row(v_place.id, coalesce(t.line, p.job_line), p.order_preference, case when t.line is null then p.order_preference else t.rank end,
      case when t.applied then format('lines[%s].order_preference', t.n) end, null)::private.told_rank)
    from private.told_lines(v_place, p_changes -> 'lines', v_now) t
    full join (select * from public.preference_worker_job_lines where worker_mapping = v_place.id) p on p.job_line = t.line),
    coalesce((p_changes ->> 'order_only')::boolean, false));
  perform private.take_ranks(true);
  v_changes := private.merge_line_wishes(v_place, p_changes -> 'lines', v_now);
  perform private.take_ranks(false);
  v_changes := v_changes
    || private.merge_line_notes(v_place, p_changes -> 'lines', v_now)
    || private.merge_rotation_wishes(v_place, p_changes -> 'rotations', v_now)
    || private.merge_sentiments(v_place, p_changes -> 'specialties', v_now)
    || private.merge_screening(v_place, p_changes -> 'screening', v_now);
  if v_changes <> '[]' then
    insert into public.preference_history (org_id, allocation_run, worker_mapping, action, device, changes)
    values (v_place.org_id, v_place.allocation_run, v_place.id, 'save', p_changes ->> 'device', v_changes);
    update public.allocation_run_worker_mappings set begun_at = v_now where id = v_place.id and begun_at is null;
  end if;
  return jsonb_build_object('saved_at', v_now, 'wishes', private.wishes(v_place.id), 'window', private.window_of(v_place.id),
    'ignored', (select count(*) from jsonb_array_elements(v_changes) as c where not (c ->> 'applied')::boolean));
end
$$;
comment on function public.save_wishes(uuid, jsonb) is 'Saves what a doctor typed, merged row by row; answers the merged wishes.';
revoke all on function public.save_wishes(uuid, jsonb) from public, anon, authenticated, service_role;
grant execute on function public.save_wishes(uuid, jsonb) to authenticated;

-- submit_wishes(worker mapping): the doctor is done, as far as they are concerned; what they change later counts as well, and
-- is told to managers as a change since. Called by the doctors' page. Answers {submitted_at, positive_lines, minimum_lines, receipt}:
-- the receipt stands for the ranks as they were, and is kept with them (private.receipt_of()). RC404 NOT_YOURS; RC409 with the hint WINDOW_CLOSED, LOCKED, TOO_FEW_LINES (the detail
-- is {positive_lines, minimum_lines}) or TIED_LINES (lines ranked as equals where the run does not allow it).
create function public.submit_wishes(p_worker_mapping uuid)
returns jsonb
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_place public.allocation_run_worker_mappings := private.hold_place(p_worker_mapping, true);
  v_window jsonb := private.window_of(v_place.id);
  v_now timestamptz := clock_timestamp();
  v_ranks text;
  v_lines jsonb;
  v_receipt jsonb;
begin
  if (v_window ->> 'positive_lines')::int < (v_window ->> 'minimum_lines')::int then
    raise exception 'Rank at least % lines that you could be happy with; you have %.', v_window ->> 'minimum_lines', v_window ->> 'positive_lines'
      using errcode = 'RC409', hint = 'TOO_FEW_LINES', detail = jsonb_build_object(
        'positive_lines', v_window -> 'positive_lines', 'minimum_lines', v_window -> 'minimum_lines')::text;
  end if;
  if not (v_window ->> 'allows_ties')::boolean and exists (
    select from public.preference_worker_job_lines p join public.job_lines l on l.id = p.job_line and l.archived_at is null
    where p.worker_mapping = v_place.id and p.order_preference is not null
    group by p.order_preference having count(*) > 1
  ) then
    raise exception 'Some lines are ranked as equals; put them in an order.' using errcode = 'RC409', hint = 'TIED_LINES';
  end if;
  select string_agg(p.job_line || '=' || p.order_preference, ',' order by p.order_preference, p.job_line),
    coalesce(jsonb_agg(jsonb_build_object('job_line', l.id, 'name', l.name, 'order_preference', p.order_preference)
      order by p.order_preference, l.sort_order, l.id) filter (where l.archived_at is null), '[]')
  into v_ranks, v_lines
  from public.preference_worker_job_lines p join public.job_lines l on l.id = p.job_line
  where p.worker_mapping = v_place.id and p.order_preference is not null;
  v_receipt := jsonb_build_object('submitted_at', v_now, 'positive_lines', v_window -> 'positive_lines',
    'receipt', upper(left(encode(sha256(convert_to(concat_ws('|', v_place.id, v_now, v_ranks), 'utf8')), 'hex'), 12)));
  update public.allocation_run_worker_mappings set submitted_at = v_now, begun_at = coalesce(begun_at, v_now) where id = v_place.id;
  insert into public.preference_history (org_id, allocation_run, worker_mapping, action, changes)
  values (v_place.org_id, v_place.allocation_run, v_place.id, 'submit', jsonb_build_array(v_receipt || jsonb_build_object('lines', v_lines)));
  perform messages.write_emails('submitted', array[v_place.id], v_now::text);
  return v_receipt || jsonb_build_object('minimum_lines', v_window -> 'minimum_lines');
end
$$;
comment on function public.submit_wishes(uuid) is 'A doctor submits their wishes; answers a receipt.';
revoke all on function public.submit_wishes(uuid) from public, anon, authenticated, service_role;
grant execute on function public.submit_wishes(uuid) to authenticated;

-- retract_wishes(worker mapping): takes a submission back until the window closes; what was typed stays. Called by the doctors' page.
-- Answers {submitted_at: null}. RC404 NOT_YOURS, RC409 WINDOW_CLOSED or LOCKED.
create function public.retract_wishes(p_worker_mapping uuid)
returns jsonb
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_place public.allocation_run_worker_mappings := private.hold_place(p_worker_mapping, true);
begin
  if v_place.submitted_at is not null then
    update public.allocation_run_worker_mappings set submitted_at = null where id = v_place.id;
    insert into public.preference_history (org_id, allocation_run, worker_mapping, action)
    values (v_place.org_id, v_place.allocation_run, v_place.id, 'retract');
  end if;
  return '{"submitted_at": null}'::jsonb;
end
$$;
comment on function public.retract_wishes(uuid) is 'A doctor takes a submission back.';
revoke all on function public.retract_wishes(uuid) from public, anon, authenticated, service_role;
grant execute on function public.retract_wishes(uuid) to authenticated;

-- private.told_changes(changes): what of a line changed (see private.line_changes()), with names instead of ids of positions.
-- Called by private.result_of().
create function private.told_changes(p_changes jsonb)
returns jsonb
language plpgsql
stable
set search_path = ''
as $$
begin
  return (
  select coalesce(jsonb_agg(case when c ? 'term' then c || jsonb_build_object(
    'from', (select p.name from public.positions p where p.id = (c ->> 'from')::uuid),
    'to', (select p.name from public.positions p where p.id = (c ->> 'to')::uuid)) else c end order by n), '[]')
  from jsonb_array_elements(p_changes) with ordinality as e (c, n)
  );
end
$$;
comment on function private.told_changes(jsonb) is 'What of a line changed, with names of positions.';
revoke all on function private.told_changes(jsonb) from public, anon, authenticated, service_role;

-- private.result_of(worker mapping): the released result of a doctor as they see it; null where there is none. Called by
-- private.calendar_of().
create function private.result_of(p_worker_mapping uuid)
returns jsonb
language plpgsql
stable
set search_path = ''
as $$
begin
  return (
  select jsonb_build_object(
    'version', r.version, 'released_at', r.released_at, 'start_date', greatest(r.start_date, p.starts_on),
    'end_date', least(r.end_date, p.ends_on), 'fte', r.fte,
    'corrected', private.had_line(r) and (r.correction_reason is not null or exists (
      select from public.job_line_worker_mappings o
      where o.worker_mapping = r.worker_mapping and o.version < r.version and o.released_at is not null and o.job_line is distinct from r.job_line)),
    'correction_reason', r.correction_reason, 'changes', private.told_changes(r.changes),
    'line', (select c.card from private.line_cards(r.allocation_run, array[r.job_line]) c),
    'preference_number', r.preference_number,
    'previous_line', (
      select l.name from public.job_line_worker_mappings o left join public.job_lines l on l.id = o.job_line
      where o.worker_mapping = r.worker_mapping and o.version < r.version and o.released_at is not null and o.job_line is distinct from r.job_line
      order by o.version desc limit 1)) || private.positions_of(r.allocation_run, array[r.job_line])
  from public.job_line_worker_mappings r
  left join private.part_year_lines(r.allocation_run) p
    on p.job_line = r.job_line and p.starts_on <= r.end_date and p.ends_on >= r.start_date
  where r.worker_mapping = p_worker_mapping and r.superseded_at is null and r.released_at is not null
  );
end
$$;
comment on function private.result_of(uuid) is 'The released result of a doctor.';
revoke all on function private.result_of(uuid) from public, anon, authenticated, service_role;

-- private.why_of(worker mapping): why a doctor did not get the lines that they ranked better than theirs, best first: [{job_line, name,
-- rank, sentence_code, values}], from the reasons that the match was stored with (allocator_run_reasons says which codes there are), but
-- that values.tags are names of qualifications; rank:
-- which choice of the doctor the line was in that match, whatever they wish since.
-- Nothing where the doctor was moved since: the match says nothing of that. Called by read_result().
create function private.why_of(p_worker_mapping uuid)
returns jsonb
language plpgsql
stable
set search_path = ''
as $$
begin
  return (
  select coalesce(jsonb_agg(jsonb_build_object('job_line', y.job_line, 'name', l.name, 'rank', y.choice,
    'sentence_code', y.code, 'values', case when y."values" ? 'tags' then
      -- Doctors read names.
      jsonb_set(y."values", '{tags}', (
        select coalesce(jsonb_agg(t.name order by t.name), '[]') from public.qualification_tags t
        where t.org_id = y.org_id and y."values" -> 'tags' ? t.id::text))
      else y."values" end) order by y.choice nulls last, l.sort_order, l.id), '[]')
  from public.job_line_worker_mappings r
  cross join lateral (
    -- The run of the match that placed the doctor, or the last one where none did.
    select m.run, a.job_line from public.match_runs(r.allocator_run) m
    left join public.allocator_py_allocations a on a.run = m.run and a.worker_mapping = r.worker_mapping
    order by a.run is null, m.completed_at desc limit 1
  ) as placed
  join public.allocator_run_reasons y on y.run = placed.run and y.worker_mapping = r.worker_mapping
  join public.job_lines l on l.id = y.job_line
  where r.worker_mapping = p_worker_mapping and r.superseded_at is null and r.released_at is not null
    and placed.job_line is not distinct from r.job_line
  );
end
$$;
comment on function private.why_of(uuid) is 'Why a doctor did not get the lines that they ranked better.';
revoke all on function private.why_of(uuid) from public, anon, authenticated, service_role;

-- private.others_moved(worker mapping): whether another doctor of the result was moved by hand since the match: why a line was not
-- theirs may have been true then alone. Called by read_result().
create function private.others_moved(p_worker_mapping uuid)
returns boolean
language plpgsql
stable
set search_path = ''
as $$
begin
  return (
  select exists (
    select from public.job_line_worker_mappings own
    join public.job_line_worker_mappings r on r.allocation_run = own.allocation_run and r.worker_mapping <> own.worker_mapping
      and r.superseded_at is null and r.released_at is not null
    join public.job_line_worker_mappings b on b.worker_mapping = r.worker_mapping and b.version < r.version
      and b.allocator_run is not distinct from r.allocator_run and b.job_line is distinct from r.job_line
    where own.worker_mapping = p_worker_mapping and own.superseded_at is null)
  );
end
$$;
comment on function private.others_moved(uuid) is 'Whether another doctor of a result was moved by hand since the match.';
revoke all on function private.others_moved(uuid) from public, anon, authenticated, service_role;

-- read_result(worker mapping): what the doctor got, once it is released, else null: {version, released_at, calendar (see private.calendar_of()), start_date, end_date, fte,
-- corrected, correction_reason, changes: [{term, from, to} of names of positions, {leave: true, from, to}], previous_line, line (see private.line_cards(); null: none), preference_number, positions, hospitals,
-- specialties, why: [{job_line, name, rank, sentence_code, values}]}: for each line that they ranked better why they did not get it, of the
-- match that gave the line; empty where it was corrected by hand; others_moved: others were, see private.others_moved(). RC404 NOT_YOURS. Called by the doctors' page.
create function public.read_result(p_worker_mapping uuid)
returns jsonb
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_place public.allocation_run_worker_mappings := private.hold_place(p_worker_mapping, false);
  v_result jsonb := private.calendar_of(v_place.id);
begin
  if v_result is null then
    return null;
  end if;
  return v_result || jsonb_build_object('why', private.why_of(v_place.id), 'others_moved', private.others_moved(v_place.id));
end
$$;
comment on function public.read_result(uuid) is 'What the calling doctor got, once it is released.';
revoke all on function public.read_result(uuid) from public, anon, authenticated, service_role;
grant execute on function public.read_result(uuid) to authenticated;
