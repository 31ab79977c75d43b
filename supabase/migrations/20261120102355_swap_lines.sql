-- Swaps between doctors after a result is released: whole lines before the year begins, or rotations of the same terms. One asks,
-- by line and not by name; whoever has that line agrees or declines; a manager approves or refuses, after the rules have judged
-- what both lines would be (shared/planner/run/swaps.ts). No doctor learns by it who another is.

create table public.line_swaps (
  id uuid primary key default gen_random_uuid(),
  org_id uuid not null,
  allocation_run uuid not null,
  offer uuid not null,
  from_mapping uuid not null,
  to_mapping uuid not null,
  from_line uuid not null,
  to_line uuid not null,
  terms smallint[] not null default '{}' check (cardinality(terms) <= 26 and private.is_list(terms)),
  from_side jsonb not null check (jsonb_typeof(from_side) = 'object'),
  to_side jsonb not null check (jsonb_typeof(to_side) = 'object'),
  message text check (private.is_name(message, 500)),
  state text not null default 'asked'
    check (state in ('asked', 'agreed', 'declined', 'approved', 'refused', 'withdrawn', 'void', 'expired')),
  asked_at timestamptz not null default now(),
  expires_at timestamptz not null check (expires_at > asked_at),
  answered_at timestamptz,
  ended_at timestamptz,
  decided_by uuid references auth.users (id) on delete set null,
  reason text check (private.is_name(reason, 1000)),
  void_code text check (void_code in ('LINE_CHANGED', 'RESULT_CHANGED', 'DOCTOR_LEFT', 'AGREED_WITH_ANOTHER')),
  version int check (version >= 1),
  history uuid,
  check (from_mapping <> to_mapping and from_line <> to_line),
  -- A swap that somebody answered has an answer, one that is over an end, and one that a manager refused says why.
  check (state not in ('agreed', 'declined', 'approved', 'refused') or answered_at is not null),
  check (state <> 'asked' or answered_at is null),
  check ((ended_at is null) = (state in ('asked', 'agreed'))),
  check (reason is null or state in ('approved', 'refused')),
  check (reason is not null or state <> 'refused'),
  check (decided_by is null or state in ('approved', 'refused')),
  check ((void_code is not null) = (state = 'void')),
  check ((version is not null) = (state = 'approved')),
  check (history is null or state = 'approved'),
  constraint line_swaps_org_id_allocation_run_fkey
    foreign key (allocation_run, org_id)
    references public.allocation_runs (id, org_id) on delete cascade,
  constraint line_swaps_org_id_allocation_run_from_mapping_fkey
    foreign key (from_mapping, allocation_run, org_id)
    references public.allocation_run_worker_mappings (id, allocation_run, org_id) on delete cascade,
  constraint line_swaps_org_id_allocation_run_to_mapping_fkey
    foreign key (to_mapping, allocation_run, org_id)
    references public.allocation_run_worker_mappings (id, allocation_run, org_id) on delete cascade,
  constraint line_swaps_org_id_allocation_run_from_line_fkey
    foreign key (from_line, allocation_run, org_id)
    references public.job_lines (id, allocation_run, org_id) on delete cascade,
  constraint line_swaps_org_id_allocation_run_to_line_fkey
    foreign key (to_line, allocation_run, org_id)
    references public.job_lines (id, allocation_run, org_id) on delete cascade
);
comment on table public.line_swaps is
  'Swaps that doctors asked each other for: of their lines, or of rotations in some terms; what became of them, and why.';
comment on column public.line_swaps.offer is 'Rows of one asking: a line that several doctors have is asked of each, and one may agree.';
comment on column public.line_swaps.terms is 'Whose rotations are swapped, from 1, in order; empty: the whole lines, before the year begins.';
comment on column public.line_swaps.from_side is
  'What who asks would give, as it was when they asked, see private.swap_side(); a swap whose sides changed is void.';
comment on column public.line_swaps.to_side is 'What they would get.';
comment on column public.line_swaps.message is 'What they wrote to the other; managers read it, too.';
comment on column public.line_swaps.expires_at is 'When it ends if nobody decides: after two weeks, or when the first of its terms begins.';
comment on column public.line_swaps.reason is 'Why a manager approved or refused it; both doctors read it.';
comment on column public.line_swaps.void_code is
  'Why it can be no more: LINE_CHANGED, RESULT_CHANGED (one of them has another line, or the result was taken back), DOCTOR_LEFT, AGREED_WITH_ANOTHER (of the same offer).';
comment on column public.line_swaps.version is 'The version of the result that it made.';
comment on column public.line_swaps.history is 'The edit of the lines that it made, in job_lines_history; null: whole lines were swapped.';
-- One doctor asks another for the same swap once at a time.
create unique index line_swaps_open_idx on public.line_swaps (from_mapping, to_mapping, terms) where state in ('asked', 'agreed');
create index line_swaps_run_idx on public.line_swaps (allocation_run, org_id, asked_at desc);
create index line_swaps_from_mapping_idx on public.line_swaps (from_mapping, allocation_run, org_id);
create index line_swaps_to_mapping_idx on public.line_swaps (to_mapping, allocation_run, org_id);
create index line_swaps_from_line_idx on public.line_swaps (from_line, allocation_run, org_id);
create index line_swaps_to_line_idx on public.line_swaps (to_line, allocation_run, org_id);
create index line_swaps_decided_by_idx on public.line_swaps (decided_by);
create index line_swaps_open_run_idx on public.line_swaps (allocation_run) where state in ('asked', 'agreed');

alter table public.line_swaps enable row level security;
revoke all on public.line_swaps from public, anon, authenticated, service_role;
grant select on public.line_swaps to authenticated;
grant all on public.line_swaps to service_role;
-- Doctors read theirs by read_swaps(), which leaves out who the other is.
create policy line_swaps_select on public.line_swaps for select to authenticated
  using (org_id in (select private.orgs_with_right('allocator.view')));

-- private.swap_side(line, terms): what of a line is swapped: {job_line, rotations: [{term, position}], leave: [{starts_on, ends_on}]},
-- of some terms (leave that touches them), or where none is named of the whole year. Null: the line is not there.
-- Called by the functions below.
create function private.swap_side(p_job_line uuid, p_terms smallint[])
returns jsonb
language plpgsql
stable
set search_path = ''
as $$
begin
  return (
  select jsonb_build_object('job_line', l.id, 'rotations', (
      select coalesce(jsonb_agg(jsonb_build_object('term', r.term, 'position', r.position) order by r.term), '[]')
      from public.rotations r where r.job_line = l.id and (p_terms = '{}' or r.term = any (p_terms))),
    'leave', (
      select coalesce(jsonb_agg(jsonb_build_object('starts_on', v.starts_on, 'ends_on', v.ends_on) order by v.starts_on), '[]')
      from public.job_line_leave v
      where v.job_line = l.id and (p_terms = '{}' or exists (
        select from private.terms(ar.starts_on, ar.term_weeks) t
        where t.term = any (p_terms) and v.starts_on <= t.ends_on and v.ends_on >= t.starts_on))))
  from public.job_lines l join public.allocation_runs ar on ar.id = l.allocation_run
  where l.id = p_job_line and l.archived_at is null
  );
end
$$;
comment on function private.swap_side(uuid, smallint[]) is 'What of a job line is swapped, as it is now.';
revoke all on function private.swap_side(uuid, smallint[]) from public, anon, authenticated, service_role;

-- private.swap_end(swap): what an open swap has come to by now without anybody: EXPIRED, or why it is void (see
-- line_swaps.void_code); null: it stands. Called by the functions below.
create function private.swap_end(p_swap public.line_swaps)
returns text
language sql
stable
set search_path = ''
as $$
  select case
    when p_swap.expires_at <= clock_timestamp() then 'EXPIRED'
    when exists (
      select from public.allocation_run_worker_mappings m
      where m.id in (p_swap.from_mapping, p_swap.to_mapping) and m.withdrawn_at is not null) then 'DOCTOR_LEFT'
    when 2 <> (
      select count(*) from public.job_line_worker_mappings r
      where r.allocation_run = p_swap.allocation_run and r.superseded_at is null and r.released_at is not null
        and (r.worker_mapping, r.job_line) in ((p_swap.from_mapping, p_swap.from_line), (p_swap.to_mapping, p_swap.to_line)))
      then 'RESULT_CHANGED'
    when private.swap_side(p_swap.from_line, p_swap.terms) is distinct from p_swap.from_side
      or private.swap_side(p_swap.to_line, p_swap.terms) is distinct from p_swap.to_side then 'LINE_CHANGED'
    end
$$;
comment on function private.swap_end(public.line_swaps) is 'What an open swap has come to by itself; null: it stands.';
revoke all on function private.swap_end(public.line_swaps) from public, anon, authenticated, service_role;

-- private.end_swap(swap, end): writes what an open swap has come to by itself, and tells both doctors. Answers it as it is then.
-- Called by private.settle_swap() and the functions below, which hold the swap.
create function private.end_swap(p_swap public.line_swaps, p_end text)
returns public.line_swaps
language plpgsql
set search_path = ''
as $$
declare
  v_swap public.line_swaps;
begin
  update public.line_swaps set ended_at = now(),
    state = case when p_end = 'EXPIRED' then 'expired' else 'void' end, void_code = nullif(p_end, 'EXPIRED')
  where id = p_swap.id
  returning * into v_swap;
  perform messages.write_emails('swap_ended', array[v_swap.from_mapping, v_swap.to_mapping], v_swap.id::text);
  return v_swap;
end
$$;
comment on function private.end_swap(public.line_swaps, text) is 'Writes what an open swap has come to by itself.';
revoke all on function private.end_swap(public.line_swaps, text) from public, anon, authenticated, service_role;

-- private.settle_swap(swap): ends an open swap that stands no more; how many, 0 or 1. One that somebody holds is left as it is.
-- Called by private.settle_swaps().
create function private.settle_swap(p_swap uuid)
returns int
language plpgsql
set search_path = ''
as $$
declare
  v_swap public.line_swaps;
  v_end text;
begin
  select * into v_swap from public.line_swaps where id = p_swap and state in ('asked', 'agreed') for update skip locked;
  v_end := private.swap_end(v_swap);
  if v_swap.id is null or v_end is null then
    return 0;
  end if;
  perform private.end_swap(v_swap, v_end);
  return 1;
end
$$;
comment on function private.settle_swap(uuid) is 'Ends a swap that stands no more.';
revoke all on function private.settle_swap(uuid) from public, anon, authenticated, service_role;

-- private.settle_swaps(run): ends the open swaps that stand no more, of an allocation run, or of all, each by itself; how many.
-- Called by approve_swap(), and by the cron job receptor-windows.
create function private.settle_swaps(p_allocation_run uuid default null)
returns int
language plpgsql
set search_path = ''
as $$
begin
  return (
    select coalesce(sum(case when p_allocation_run is null
      then private.attempt('windows', 'swaps', s.org_id, 'select private.settle_swap($1::uuid)', s.id::text)
      else private.settle_swap(s.id) end order by s.id), 0)
    from public.line_swaps s
    where s.state in ('asked', 'agreed') and (p_allocation_run is null or s.allocation_run = p_allocation_run));
end
$$;
comment on function private.settle_swaps(uuid) is 'Ends swaps that stand no more; how many.';
revoke all on function private.settle_swaps(uuid) from public, anon, authenticated, service_role;

-- private.refuse_swap_with(code, message): RC409 with a code as its hint. Called by the functions below.
create function private.refuse_swap_with(p_code text, p_message text)
returns void
language plpgsql
set search_path = ''
as $$
begin
  raise exception '%', p_message using errcode = 'RC409', hint = p_code;
end
$$;
comment on function private.refuse_swap_with(text, text) is 'Refuses what somebody wants of a swap, with a code.';
revoke all on function private.refuse_swap_with(text, text) from public, anon, authenticated, service_role;

-- private.wanted_swaps(place, swap): what a doctor wants to swap, as it could be asked of each who has the line; nothing is written.
-- p_swap: see ask_swap(), which says what is refused. Called by ask_swap() and check_swap().
create function private.wanted_swaps(p_place public.allocation_run_worker_mappings, p_swap jsonb)
returns setof public.line_swaps
language plpgsql
stable
set search_path = ''
as $$
declare
  v_run public.allocation_runs;
  v_own uuid;
  v_line uuid;
  v_terms smallint[];
  v_begins date;
  v_expires timestamptz;
  v_offer uuid := gen_random_uuid();
  v_holders uuid[];
begin
  perform private.require_shape(p_swap, '{"is": "object", "members": {"job_line": {"is": "id", "must": true},
    "terms": {"is": "list", "most": 26, "of": {"is": "whole", "least": 1, "most": 26}}, "message": {"is": "text", "most": 500}}}', 10000);
  select * into v_run from public.allocation_runs where id = p_place.allocation_run;
  v_line := (p_swap ->> 'job_line')::uuid;
  v_terms := array(select distinct (element #>> '{}')::smallint as term from private.elements(p_swap -> 'terms') order by term);
  if jsonb_typeof(p_swap -> 'terms') = 'array' and v_terms = '{}' then
    perform private.refuse_faults('[{"path": "terms", "message": "names no term; leave it out for the whole line"}]');
  elsif exists (select from unnest(v_terms) as t where t > cardinality(v_run.term_weeks)) then
    perform private.refuse_faults(jsonb_build_array(jsonb_build_object('path', 'terms',
      'message', format('the year has %s terms', cardinality(v_run.term_weeks)))));
  end if;
  select r.job_line into v_own from public.job_line_worker_mappings r
  where r.worker_mapping = p_place.id and r.superseded_at is null and r.released_at is not null and r.job_line is not null
    and p_place.withdrawn_at is null;
  if not found then
    perform private.refuse_swap_with('NOT_RELEASED', 'You have no line that was released, so there is nothing to swap.');
  end if;
  v_holders := array(
    select h.worker_mapping from private.held_places(v_run.id) h
    join public.job_line_worker_mappings r
      on r.worker_mapping = h.worker_mapping and r.superseded_at is null and r.released_at is not null
    join public.allocation_run_worker_mappings m on m.id = h.worker_mapping and m.withdrawn_at is null
    where h.job_line = v_line and h.worker_mapping <> p_place.id order by h.worker_mapping);
  if v_holders = '{}' or v_line = v_own then
    perform private.refuse_swap_with('LINE_NOT_HELD', 'Nobody else has this line.');
  end if;

  select min(t.starts_on) into v_begins from private.terms(v_run.starts_on, v_run.term_weeks) t
  where v_terms = '{}' or t.term = any (v_terms);
  if v_begins <= private.today_of(v_run.id) then
    perform private.refuse_swap_with(case when v_terms = '{}' then 'YEAR_BEGUN' else 'TERM_BEGUN' end, case when v_terms = '{}'
      then 'The year has begun: rotations of terms that lie ahead can be swapped, whole lines no more.'
      else 'A term that has begun cannot be swapped.' end);
  end if;
  if v_terms <> '{}' then
    if exists (
      select from unnest(v_terms) as t cross join unnest(array[v_own, v_line]) as l
      where not exists (select from public.rotations r where r.job_line = l and r.term = t)
    ) then
      perform private.refuse_swap_with('TERM_NOT_WORKED', 'One of the two lines is not worked in one of these terms.');
    elsif cardinality(v_holders) > 1 or exists (
      select from private.held_places(v_run.id) h where h.job_line = v_own and h.worker_mapping <> p_place.id
    ) then
      perform private.refuse_swap_with('SHARED_LINE',
        'One of the two lines is worked by several doctors; its rotations are theirs as well and cannot be swapped alone.');
    end if;
  elsif exists (select from private.line_eligibility(p_place.id) e where e.job_line = v_line and not e.eligible) then
    perform private.refuse_swap_with('NOT_ELIGIBLE', 'You may not have this line; your medical workforce unit can tell you why.');
  end if;
  if private.swap_side(v_own, v_terms) -> 'rotations' = private.swap_side(v_line, v_terms) -> 'rotations'
    and (v_terms <> '{}' or private.swap_side(v_own, v_terms) -> 'leave' = private.swap_side(v_line, v_terms) -> 'leave') then
    perform private.refuse_swap_with('NOTHING_TO_SWAP', 'Both lines have the same there.');
  end if;
  -- What has ended by itself is in nobody's way.
  if exists (
    select from public.line_swaps s where s.state in ('asked', 'agreed') and s.terms = v_terms
      and (s.from_mapping = p_place.id and s.to_mapping = any (v_holders) or s.to_mapping = p_place.id and s.from_mapping = any (v_holders))
      and private.swap_end(s) is null
  ) then
    perform private.refuse_swap_with('SWAP_EXISTS', 'This swap has been asked for already.');
  elsif exists (
    select from public.line_swaps s where s.state = 'declined' and s.from_mapping = p_place.id and s.to_mapping = any (v_holders)
      and s.terms = v_terms and s.from_side = private.swap_side(v_own, v_terms) and s.to_side = private.swap_side(v_line, v_terms)
  ) then
    perform private.refuse_swap_with('SWAP_DECLINED', 'This swap was declined; it is not asked for again.');
  elsif 20 <= (
    select count(distinct s.offer) from public.line_swaps s
    where s.from_mapping = p_place.id and s.state in ('asked', 'agreed') and private.swap_end(s) is null
  ) then
    perform private.refuse_swap_with('TOO_MANY_SWAPS', 'You have asked for 20 swaps that are still open; withdraw one first.');
  end if;

  select least(now() + interval '14 days', v_begins::timestamp at time zone p.timezone) into v_expires
  from public.allocation_plans p where p.id = v_run.allocation_plan;
  return query
    select w.* from unnest(v_holders) as h
    cross join lateral jsonb_populate_record(null::public.line_swaps, jsonb_build_object('id', gen_random_uuid(), 'org_id', v_run.org_id,
      'allocation_run', v_run.id, 'offer', v_offer, 'from_mapping', p_place.id, 'to_mapping', h, 'from_line', v_own, 'to_line', v_line,
      'terms', v_terms, 'from_side', private.swap_side(v_own, v_terms), 'to_side', private.swap_side(v_line, v_terms),
      'message', nullif(private.fold_text(p_swap ->> 'message'), ''), 'state', 'asked', 'asked_at', now(), 'expires_at', v_expires)) as w;
end
$$;
comment on function private.wanted_swaps(public.allocation_run_worker_mappings, jsonb) is 'What a doctor wants to swap, as it could be asked of each who has the line.';
revoke all on function private.wanted_swaps(public.allocation_run_worker_mappings, jsonb) from public, anon, authenticated, service_role;

-- ask_swap(worker mapping, swap): a doctor asks whoever has a line to swap: the whole lines, before the year begins, or the
-- rotations of some terms that have not begun. Where several doctors have the line, each is asked, and one may agree; then
-- rotations cannot be swapped, since they are the others' as well. They are told by e-mail.
-- Called by the doctors' page. p_swap: {job_line, terms?: [from 1], message?}
-- Answers {offer, asked, expires_at}: how many doctors. RC404 NOT_YOURS; RC400; RC409 with a hint: NOT_RELEASED (the caller has no
-- released line), LINE_NOT_HELD (nobody has that line), YEAR_BEGUN, TERM_BEGUN, TERM_NOT_WORKED (by one of the lines),
-- NOTHING_TO_SWAP (both have the same there), SHARED_LINE, NOT_ELIGIBLE (the caller, for that line), SWAP_EXISTS,
-- SWAP_DECLINED (the same was declined), TOO_MANY_SWAPS (20 are open).
create function public.ask_swap(p_worker_mapping uuid, p_swap jsonb)
returns jsonb
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_place public.allocation_run_worker_mappings := private.hold_place(p_worker_mapping, false);
  v_answer jsonb;
begin
  -- Askings of one doctor take turns; the result does not change meanwhile.
  perform from public.allocation_runs where id = v_place.allocation_run for share;
  perform from public.allocation_run_worker_mappings where id = v_place.id for no key update;
  -- Again: a right may be taken away while a call waits.
  v_place := private.hold_place(p_worker_mapping, false);
  perform private.settle_swaps(v_place.allocation_run);
  with asked as (
    insert into public.line_swaps select * from private.wanted_swaps(v_place, p_swap)
    returning offer, to_mapping, expires_at
  )
  select jsonb_build_object('offer', (min(offer::text)), 'asked', count(*), 'expires_at', min(expires_at)) into v_answer from asked;
  perform messages.write_emails('swap_asked', array(
    select s.to_mapping from public.line_swaps s where s.offer = (v_answer ->> 'offer')::uuid order by s.to_mapping), v_answer ->> 'offer');
  return v_answer;
end
$$;
comment on function public.ask_swap(uuid, jsonb) is 'A doctor asks whoever has a line to swap it, or rotations of it.';
revoke all on function public.ask_swap(uuid, jsonb) from public, anon, authenticated, service_role;
grant execute on function public.ask_swap(uuid, jsonb) to authenticated;

-- private.hold_own_swap(swap, as): a swap of the calling doctor, locked, with what it has come to by itself: `asker`, `asked`, or
-- `either`. RC404 with the hint NOT_YOURS for any other. Called by answer_swap() and withdraw_swap().
create function private.hold_own_swap(p_swap uuid, p_as text)
returns public.line_swaps
language plpgsql
set search_path = ''
as $$
declare
  v_swap public.line_swaps;
  v_end text;
begin
  -- All of an offer, in order: two who agree to it at once take turns.
  perform from public.line_swaps o
  where o.offer = (select s.offer from public.line_swaps s where s.id = p_swap) order by o.id for update;
  select * into v_swap from public.line_swaps
  where id = p_swap and (
    p_as in ('asker', 'either') and from_mapping in (select private.own_mappings())
    or p_as in ('asked', 'either') and to_mapping in (select private.own_mappings()));
  if not found then
    raise exception 'There is no such swap of yours.' using errcode = 'RC404', hint = 'NOT_YOURS';
  end if;
  if v_swap.state in ('asked', 'agreed') then
    v_end := private.swap_end(v_swap);
    if v_end is not null then
      return private.end_swap(v_swap, v_end);
    end if;
  end if;
  return v_swap;
end
$$;
comment on function private.hold_own_swap(uuid, text) is 'A swap of the calling doctor, locked.';
revoke all on function private.hold_own_swap(uuid, text) from public, anon, authenticated, service_role;

-- answer_swap(swap, agree): whoever was asked agrees to a swap, or declines it. Of an offer to several doctors the first who
-- agrees has it. Again: nothing more happens. Called by the doctors' page.
-- Answers {swap, state, void_code}: a swap that stands no more says so by its state (void, expired). RC404 NOT_YOURS; RC409 with the
-- hint SWAP_ENDED where it was decided, declined or withdrawn before.
create function public.answer_swap(p_swap uuid, p_agree boolean)
returns jsonb
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_swap public.line_swaps := private.hold_own_swap(p_swap, 'asked');
  v_state text := case when p_agree then 'agreed' else 'declined' end;
begin
  perform private.require_flag('p_agree', p_agree);
  if v_swap.state = 'asked' then
    update public.line_swaps set state = v_state, answered_at = now(), ended_at = case when not p_agree then now() end
    where id = v_swap.id returning * into v_swap;
    if p_agree then
      update public.line_swaps set state = 'void', void_code = 'AGREED_WITH_ANOTHER', ended_at = now()
      where offer = v_swap.offer and id <> v_swap.id and state = 'asked';
    end if;
    if p_agree or not exists (select from public.line_swaps where offer = v_swap.offer and state in ('asked', 'agreed')) then
      perform messages.write_emails(case when p_agree then 'swap_agreed' else 'swap_ended' end, array[v_swap.from_mapping], v_swap.id::text);
    end if;
  elsif v_swap.state not in (v_state, 'void', 'expired') then
    perform private.refuse_swap_with('SWAP_ENDED', 'This swap is over, or was answered already.');
  end if;
  return jsonb_build_object('swap', v_swap.id, 'state', v_swap.state, 'void_code', v_swap.void_code);
end
$$;
comment on function public.answer_swap(uuid, boolean) is 'A doctor agrees to a swap, or declines it.';
revoke all on function public.answer_swap(uuid, boolean) from public, anon, authenticated, service_role;
grant execute on function public.answer_swap(uuid, boolean) to authenticated;

-- withdraw_swap(swap): who asked for a swap takes it back, from everybody whom it was asked of; who agreed takes that back. Until a
-- manager has decided. Called by the doctors' page. Answers as answer_swap(). RC404 NOT_YOURS; RC409 SWAP_ENDED.
create function public.withdraw_swap(p_swap uuid)
returns jsonb
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_swap public.line_swaps := private.hold_own_swap(p_swap, 'either');
  v_asker boolean := v_swap.from_mapping in (select private.own_mappings());
  v_others uuid[];
begin
  if v_swap.state = 'agreed' or v_swap.state = 'asked' and v_asker then
    with gone as (
      update public.line_swaps set state = 'withdrawn', ended_at = now()
      where state in ('asked', 'agreed') and (id = v_swap.id or v_asker and offer = v_swap.offer)
      returning from_mapping, to_mapping
    )
    select array_agg(case when v_asker then to_mapping else from_mapping end) into v_others from gone;
    v_swap.state := 'withdrawn';
    perform messages.write_emails('swap_ended', v_others, v_swap.id::text);
  elsif v_swap.state not in ('withdrawn', 'void', 'expired') then
    perform private.refuse_swap_with('SWAP_ENDED', 'This swap was decided or answered already.');
  end if;
  return jsonb_build_object('swap', v_swap.id, 'state', v_swap.state, 'void_code', v_swap.void_code);
end
$$;
comment on function public.withdraw_swap(uuid) is 'A doctor takes a swap back that they asked for or agreed to.';
revoke all on function public.withdraw_swap(uuid) from public, anon, authenticated, service_role;
grant execute on function public.withdraw_swap(uuid) to authenticated;

-- private.told_side(run, side): a side of a swap for people: {line_name, rotations: [{term, starts_on, ends_on, position,
-- position_name, hospital}], leave}. Called by read_swaps() and list_swaps().
create function private.told_side(p_allocation_run uuid, p_side jsonb)
returns jsonb
language sql
stable
set search_path = ''
as $$
  select jsonb_build_object('job_line', l.id, 'line_name', l.name, 'leave', p_side -> 'leave', 'rotations', (
    select coalesce(jsonb_agg(jsonb_build_object('term', t.term, 'starts_on', t.starts_on, 'ends_on', t.ends_on,
      'position', p.id, 'position_name', p.name, 'specialty', p.specialty, 'hospital', h.name) order by t.term), '[]')
    from jsonb_to_recordset(p_side -> 'rotations') as r (term int, position uuid)
    join public.allocation_runs ar on ar.id = p_allocation_run
    join private.terms(ar.starts_on, ar.term_weeks) t on t.term = r.term
    join public.positions p on p.id = r.position
    join public.teams te on te.id = p.team
    join public.hospitals h on h.id = te.hospital))
  from public.job_lines l where l.id = (p_side ->> 'job_line')::uuid
$$;
comment on function private.told_side(uuid, jsonb) is 'A side of a swap with names of lines, positions and hospitals.';
revoke all on function private.told_side(uuid, jsonb) from public, anon, authenticated, service_role;

-- read_swaps(worker mapping): the swaps of a doctor and what they may ask for, without anybody's name:
--   can_ask    whether they have a released line, and stay; first_term: the first term that has not begun (null: none); whole_lines: whether
--              whole lines can still be swapped; shared: whether others have their line as well
--   lines      the lines that somebody else has: [{job_line, doctors}], how many
--   swaps      the latest first: [{swap, by_me, terms, state, void_code, reason, message, gives, gets, asked_at, expires_at, answered_at,
--              ended_at}]; gives and gets as the caller sees it, see private.told_side(); an offer to several doctors is one
-- RC404 NOT_YOURS. Called by the doctors' page.
create function public.read_swaps(p_worker_mapping uuid)
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
    with own as (
      select r.job_line from public.job_line_worker_mappings r
      where r.worker_mapping = v_place.id and r.superseded_at is null and r.released_at is not null and r.job_line is not null
        and v_place.withdrawn_at is null
    ), line as (
      select h.job_line, count(*)::int as doctors
      from private.held_places(v_place.allocation_run) h
      join public.job_line_worker_mappings r on r.worker_mapping = h.worker_mapping and r.superseded_at is null and r.released_at is not null
      join public.allocation_run_worker_mappings m on m.id = h.worker_mapping and m.withdrawn_at is null
      where h.worker_mapping <> v_place.id
      group by h.job_line
    ), term as (
      select t.* from public.allocation_runs ar cross join lateral private.terms(ar.starts_on, ar.term_weeks) t
      where ar.id = v_place.allocation_run and t.starts_on > private.today_of(ar.id)
    ), swap as (
      select distinct on (s.offer, s.to_mapping = v_place.id) s.*, s.from_mapping = v_place.id as by_me,
        case when s.state in ('asked', 'agreed') then private.swap_end(s) end as over
      from public.line_swaps s
      where v_place.id in (s.from_mapping, s.to_mapping)
      order by s.offer, s.to_mapping = v_place.id,
        array_position('{approved,agreed,asked,refused,declined,withdrawn,expired,void}'::text[], s.state)
    )
    select jsonb_build_object(
      'can_ask', exists (select from own),
      'first_term', (select min(term) from term),
      'whole_lines', exists (select from term where term = 1),
      'shared', exists (select from line l join own on own.job_line = l.job_line),
      'lines', (
        select coalesce(jsonb_agg(jsonb_build_object('job_line', l.job_line, 'doctors', l.doctors) order by l.job_line), '[]')
        from line l where l.job_line not in (select job_line from own)),
      'swaps', (
        select coalesce(jsonb_agg(jsonb_build_object(
          'swap', s.id, 'by_me', s.by_me, 'terms', to_jsonb(s.terms),
          'state', case when s.over is null then s.state when s.over = 'EXPIRED' then 'expired' else 'void' end,
          'void_code', coalesce(s.void_code, nullif(s.over, 'EXPIRED')), 'reason', s.reason, 'message', s.message,
          'gives', private.told_side(s.allocation_run, case when s.by_me then s.from_side else s.to_side end),
          'gets', private.told_side(s.allocation_run, case when s.by_me then s.to_side else s.from_side end),
          'asked_at', s.asked_at, 'expires_at', s.expires_at, 'answered_at', s.answered_at, 'ended_at', s.ended_at)
          order by s.asked_at desc, s.id), '[]')
        from swap s)));
end
$$;
comment on function public.read_swaps(uuid) is 'The swaps of the calling doctor, and what they may ask for; no names.';
revoke all on function public.read_swaps(uuid) from public, anon, authenticated, service_role;
grant execute on function public.read_swaps(uuid) to authenticated;

-- private.swap_faults(swap): rules of the result that a swap would break: [{code, message, side}], side: from or to. A swap of whole lines: as
-- any move of doctors (see private.result_faults(); NEVER is not told, since both agreed); of rotations: couples that would part. The rules
-- of lines are the function's that calls. Called by check_swap(), list_swaps() and approve_swap().
create function private.swap_faults(p_swap public.line_swaps)
returns jsonb
language sql
stable
set search_path = ''
as $$
  with run as (
    select r from public.allocation_runs r where r.id = p_swap.allocation_run
  ), would as (
    -- What each line would hold: its own rotations with those of the other in the terms that are swapped.
    select jsonb_object_agg(v.mapping, jsonb_build_object('job_line', v.line, 'cells', v.cells)) as cells
    from (
      select x.mapping, x.line, jsonb_object_agg(r.term, case when r.term = any (p_swap.terms) then o.position else r.position end) as cells
      from (values (p_swap.from_mapping, p_swap.from_line, p_swap.to_line), (p_swap.to_mapping, p_swap.to_line, p_swap.from_line))
        as x (mapping, line, other)
      join public.rotations r on r.job_line = x.line
      left join public.rotations o on o.job_line = x.other and o.term = r.term
      group by x.mapping, x.line
    ) as v
  ), fault as (
    select f.code, f.message, case f.n when 0 then 'from' else 'to' end as side
    from run cross join lateral private.result_faults(run.r, jsonb_build_array(
      jsonb_build_object('worker_mapping', p_swap.from_mapping, 'job_line', p_swap.to_line),
      jsonb_build_object('worker_mapping', p_swap.to_mapping, 'job_line', p_swap.from_line))) f
    where p_swap.terms = '{}' and f.code <> 'NEVER'
    union all
    select 'LINKED', f.message, case when p_swap.from_mapping in (f.first, f.second) then 'from' else 'to' end
    from would cross join lateral private.linked_faults(p_swap.allocation_run, would.cells) f
    where p_swap.terms <> '{}' and (f.first in (p_swap.from_mapping, p_swap.to_mapping) or f.second in (p_swap.from_mapping, p_swap.to_mapping))
      and not exists (select from private.linked_faults(p_swap.allocation_run) b where b.first = f.first and b.second = f.second)
  )
  select coalesce(jsonb_agg(jsonb_build_object('code', code, 'message', message, 'side', side) order by side, code), '[]') from fault
$$;
comment on function private.swap_faults(public.line_swaps) is 'Rules of a result that a swap would break.';
revoke all on function private.swap_faults(public.line_swaps) from public, anon, authenticated, service_role;

-- check_swap(worker mapping, swap): what a swap would break before it is asked for, or agreed to; nothing is written. p_swap: as
-- ask_swap(), or {swap}: one that was asked of the doctor, or by them. Answers {allocation_run, doctors, terms, from, to, faults: [{code,
-- message, side}]}: from is what the doctor gives, see private.swap_side(); faults are those of private.swap_faults() that come with
-- whoever has the line. What they say of the other doctor (side to) is told by one code, OTHER_DOCTOR, and without why: it is theirs.
-- Called by planner-orchestration, which adds what the rules say of the lines. RC404 NOT_YOURS; RC400, RC409 as ask_swap(), SWAP_ENDED.
create function public.check_swap(p_worker_mapping uuid, p_swap jsonb)
returns jsonb
language plpgsql
stable
security definer
set search_path = ''
as $$
declare
  v_place public.allocation_run_worker_mappings := private.hold_place(p_worker_mapping, false);
  v_swaps public.line_swaps[];
  v_swap public.line_swaps;
  v_own text := 'from';
  v_faults jsonb;
begin
  if p_swap ? 'swap' then
    perform private.require_shape(p_swap, '{"is": "object", "members": {"swap": {"is": "id", "must": true}}}', 1000);
    select * into v_swap from public.line_swaps s
    where s.id = (p_swap ->> 'swap')::uuid and v_place.id in (s.from_mapping, s.to_mapping);
    if not found then
      raise exception 'There is no such swap of yours.' using errcode = 'RC404', hint = 'NOT_YOURS';
    elsif v_swap.state not in ('asked', 'agreed') or private.swap_end(v_swap) is not null then
      perform private.refuse_swap_with('SWAP_ENDED', 'This swap is over.');
    end if;
    v_swaps := array[v_swap];
    v_own := case when v_swap.from_mapping = v_place.id then 'from' else 'to' end;
  else
    v_swaps := array(select w from private.wanted_swaps(v_place, p_swap) w);
    v_swap := v_swaps[1];
  end if;
  with fault as (
    select distinct s.to_mapping,
      case when f ->> 'side' = v_own then f ->> 'code' else 'OTHER_DOCTOR' end as code,
      case when f ->> 'side' = v_own then f ->> 'message' else 'a rule about whoever has the other line would be broken' end as message,
      case when f ->> 'side' = v_own then 'from' else 'to' end as side
    from unnest(v_swaps) as s cross join lateral jsonb_array_elements(private.swap_faults(s)) as f
  ), common as (
    select code, message, side from fault group by code, message, side having count(*) = cardinality(v_swaps)
  )
  select coalesce(jsonb_agg(to_jsonb(c) order by c.side, c.code, c.message), '[]') into v_faults from common c;
  return jsonb_build_object('allocation_run', v_swap.allocation_run, 'doctors', cardinality(v_swaps), 'terms', to_jsonb(v_swap.terms),
    'from', case v_own when 'from' then v_swap.from_side else v_swap.to_side end,
    'to', case v_own when 'from' then v_swap.to_side else v_swap.from_side end, 'faults', v_faults);
end
$$;
comment on function public.check_swap(uuid, jsonb) is 'What a swap would break, for the doctor who would ask for it or agree to it.';
revoke all on function public.check_swap(uuid, jsonb) from public, anon, authenticated, service_role;
grant execute on function public.check_swap(uuid, jsonb) to authenticated;

-- list_swaps(run): the swaps of an allocation run for those who may see matches, with names, the latest first. `faults`: of those
-- that wait for a decision, see private.swap_faults(). Called by planner-orchestration, which adds what the rules say of the lines.
-- Each: {swap, terms, state, void_code, reason, message, from: {worker_mapping, doctor, + private.told_side()}, to, faults,
-- asked_at, expires_at, answered_at, ended_at, version, history}. RC404.
create function public.list_swaps(p_allocation_run uuid)
returns jsonb
language plpgsql
stable
security definer
set search_path = ''
as $$
begin
  perform from public.allocation_runs
  where id = p_allocation_run and archived_at is null and org_id in (select private.orgs_with_right('allocator.view'));
  if not found then
    raise exception '%', private.no_such('allocation run', p_allocation_run::text) using errcode = 'RC404';
  end if;
  return (
    select coalesce(jsonb_agg(jsonb_build_object(
      'swap', s.id, 'terms', to_jsonb(s.terms),
      'state', case when v.over is null then s.state when v.over = 'EXPIRED' then 'expired' else 'void' end,
      'void_code', coalesce(s.void_code, nullif(v.over, 'EXPIRED')), 'reason', s.reason, 'message', s.message,
      'from', private.told_side(s.allocation_run, s.from_side) || jsonb_build_object('worker_mapping', s.from_mapping, 'doctor', a.name),
      'to', private.told_side(s.allocation_run, s.to_side) || jsonb_build_object('worker_mapping', s.to_mapping, 'doctor', b.name),
      'faults', case when s.state in ('asked', 'agreed') and v.over is null then private.swap_faults(s) else '[]' end,
      'asked_at', s.asked_at, 'expires_at', s.expires_at, 'answered_at', s.answered_at, 'ended_at', s.ended_at,
      'version', s.version, 'history', s.history) order by s.state <> 'agreed', s.asked_at desc, s.id), '[]')
    from public.line_swaps s
    join public.allocation_run_worker_mappings am on am.id = s.from_mapping
    join public.workers a on a.id = am.worker
    join public.allocation_run_worker_mappings bm on bm.id = s.to_mapping
    join public.workers b on b.id = bm.worker
    cross join lateral (select case when s.state in ('asked', 'agreed') then private.swap_end(s) end as over) as v
    where s.allocation_run = p_allocation_run);
end
$$;
comment on function public.list_swaps(uuid) is 'The swaps of an allocation run, with names, for managers.';
revoke all on function public.list_swaps(uuid) from public, anon, authenticated, service_role;
grant execute on function public.list_swaps(uuid) to authenticated;

-- private.hold_swap(swap, what): a swap that waits for a manager's decision, locked, with its allocation run. RC404, 42501 as
-- private.hold_lines(); RC409 with the hint SWAP_NOT_AGREED, or SWAP_ENDED. Called by approve_swap() and refuse_swap().
create function private.hold_swap(p_swap uuid, p_what text)
returns public.line_swaps
language plpgsql
set search_path = ''
as $$
declare
  v_swap public.line_swaps;
begin
  select * into v_swap from public.line_swaps
  where id = p_swap and org_id in (select private.orgs_with_right('allocator.view'));
  if not found then
    raise exception '%', private.no_such('swap', p_swap::text) using errcode = 'RC404';
  end if;
  perform private.hold_lines(v_swap.allocation_run, p_what);
  select * into v_swap from public.line_swaps where id = p_swap for update;
  -- Again: a right may be taken away while a call waits.
  perform private.editable_run(v_swap.allocation_run, p_what);
  if v_swap.state = 'asked' then
    perform private.refuse_swap_with('SWAP_NOT_AGREED', 'The other doctor has not agreed to this swap yet.');
  elsif v_swap.state <> 'agreed' and v_swap.state not in ('void', 'expired') then
    perform private.refuse_swap_with('SWAP_ENDED', format('This swap is %s already.', v_swap.state));
  end if;
  return v_swap;
end
$$;
comment on function private.hold_swap(uuid, text) is 'A swap that waits for a decision, locked.';
revoke all on function private.hold_swap(uuid, text) from public, anon, authenticated, service_role;

-- approve_swap(swap, edit, reason, override): a manager approves a swap that both agreed to. Whole lines: a new version of the result. Rotations:
-- both lines change, with a snapshot, and so do the results of both doctors, which name it. Both are told. Other swaps that rest on
-- what this changed are void from then on. Two approvals at once: the second finds it decided.
-- Called by planner-orchestration after the rules have judged both lines. p_edit: of rotations: {lines: [{id, expected, state}]} as
-- edit_job_lines(), both lines with their rotations swapped in these terms and nothing else of theirs changed.
-- Answers {swap, state, void_code, version, history}: void or expired where it stands no more. RC404, 42501, RC400, RC409 as private.hold_swap(), or with the
-- hint SWAP_BREAKS_RULES (detail: [{path, code, message}], see private.swap_faults()) without p_override, which needs a reason; RC4ED.
create function public.approve_swap(p_swap uuid, p_edit jsonb default null, p_reason text default null, p_override boolean default false)
returns jsonb
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_swap public.line_swaps := private.hold_swap(p_swap, 'Approving a swap');
  v_run public.allocation_runs;
  v_end text;
  v_reason text;
  v_faults jsonb;
  v_before jsonb;
  v_lines jsonb;
  v_saved jsonb;
  v_version int;
begin
  if v_swap.state = 'agreed' then
    v_end := private.swap_end(v_swap);
    if v_end is not null then
      v_swap := private.end_swap(v_swap, v_end);
    end if;
  end if;
  if v_swap.state <> 'agreed' then
    return jsonb_build_object('swap', v_swap.id, 'state', v_swap.state, 'void_code', v_swap.void_code, 'version', null, 'history', null);
  end if;
  select * into v_run from public.allocation_runs where id = v_swap.allocation_run;
  p_override := coalesce(p_override, false);
  v_reason := case when p_override or p_reason is not null then private.require_reason(p_reason) end;
  perform private.give_reason(coalesce(v_reason, 'A swap that both doctors agreed to.'));
  v_faults := private.swap_faults(v_swap);
  if v_faults <> '[]' and not p_override then
    raise exception 'This swap breaks rules. Set them aside with a reason, or refuse it.' using errcode = 'RC409',
      hint = 'SWAP_BREAKS_RULES', detail = (
        select jsonb_agg(jsonb_build_object('path', f -> 'side', 'code', f -> 'code', 'message', f -> 'message'))
        from jsonb_array_elements(v_faults) as f)::text;
  end if;

  if v_swap.terms = '{}' then
    v_version := (private.move_doctors(v_run, jsonb_build_array(
      jsonb_build_object('worker_mapping', v_swap.from_mapping, 'job_line', v_swap.to_line, 'override', true),
      jsonb_build_object('worker_mapping', v_swap.to_mapping, 'job_line', v_swap.from_line, 'override', true)),
      coalesce(v_reason, 'A swap that both doctors agreed to.')) ->> 'version')::int;
  else
    v_before := private.line_states(v_run.id, array[v_swap.from_line, v_swap.to_line]);
    perform private.require_shape(coalesce(p_edit, '{}'), private.edit_shape(), 1000000);
    select jsonb_agg(e || jsonb_build_object('path', case when (e ->> 'id')::uuid = v_swap.from_line then 'from' else 'to' end)) into v_lines
    from jsonb_array_elements(p_edit -> 'lines') as e;
    if array(select (e ->> 'id')::uuid from jsonb_array_elements(v_lines) as e order by 1)
        <> array(select l from unnest(array[v_swap.from_line, v_swap.to_line]) as l order by 1)
      or exists (
        select from jsonb_array_elements(v_lines) as e
        where not e -> 'state' ? 'rotations' or (e -> 'state') - '{rotations,affinity,overrides}'::text[] <> '{}')
    then
      perform private.refuse_faults('[{"path": "p_edit", "message": "must be both lines of the swap with their rotations, and nothing else of them"}]');
    end if;
    perform private.refuse_edit(private.line_conflicts(v_run.id, v_lines), 'Somebody else changed these lines meanwhile.');
    perform private.year_goes_on();
    v_saved := private.save_edit(v_run, v_lines, null, true);
    -- Whatever the edit said: what the two agreed to has come about, and nothing else.
    if exists (
      select from (values (v_swap.from_line, v_swap.to_side), (v_swap.to_line, v_swap.from_side)) as x (line, side)
      cross join lateral (
        select jsonb_agg(jsonb_build_object('term', r.term, 'position', coalesce(s.position, r.position)) order by r.term) as should
        from jsonb_to_recordset(v_before #> array[x.line::text, 'rotations']) as r (term int, position uuid)
        left join jsonb_to_recordset(x.side -> 'rotations') as s (term int, position uuid) on s.term = r.term) as w
      where w.should is distinct from (
        select jsonb_agg(jsonb_build_object('term', r.term, 'position', r.position) order by r.term) from public.rotations r where r.job_line = x.line)
    ) then
      perform private.refuse_faults('[{"path": "p_edit", "message": "is not the swap that both doctors agreed to"}]');
    end if;
    v_version := (private.note_line_changes(v_run.id, v_before, coalesce(v_reason, 'A swap that both doctors agreed to.'), false) ->> 'version')::int;
  end if;
  update public.line_swaps set state = 'approved', ended_at = now(), decided_by = auth.uid(), reason = v_reason, version = v_version,
    history = (v_saved ->> 'history')::uuid
  where id = v_swap.id;
  perform messages.write_emails('swap_approved', array[v_swap.from_mapping, v_swap.to_mapping], v_swap.id::text);
  perform private.settle_swaps(v_run.id);
  return jsonb_build_object('swap', v_swap.id, 'state', 'approved', 'void_code', null, 'version', v_version, 'history', v_saved -> 'history');
end
$$;
comment on function public.approve_swap(uuid, jsonb, text, boolean) is 'A manager approves a swap that both doctors agreed to.';
revoke all on function public.approve_swap(uuid, jsonb, text, boolean) from public, anon, authenticated, service_role;
grant execute on function public.approve_swap(uuid, jsonb, text, boolean) to authenticated;

-- refuse_swap(swap, reason): a manager refuses a swap that both agreed to; both read why. Called by UIs.
-- Answers {swap, state, void_code}. RC404, 42501, RC400 without a reason, RC409 as private.hold_swap().
create function public.refuse_swap(p_swap uuid, p_reason text)
returns jsonb
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_swap public.line_swaps := private.hold_swap(p_swap, 'Refusing a swap');
  v_reason text := private.require_reason(p_reason);
begin
  if v_swap.state = 'agreed' then
    update public.line_swaps set state = 'refused', ended_at = now(), decided_by = auth.uid(), reason = v_reason
    where id = v_swap.id returning * into v_swap;
    perform messages.write_emails('swap_ended', array[v_swap.from_mapping, v_swap.to_mapping], v_swap.id::text);
  end if;
  return jsonb_build_object('swap', v_swap.id, 'state', v_swap.state, 'void_code', v_swap.void_code);
end
$$;
comment on function public.refuse_swap(uuid, text) is 'A manager refuses a swap.';
revoke all on function public.refuse_swap(uuid, text) from public, anon, authenticated, service_role;
grant execute on function public.refuse_swap(uuid, text) to authenticated;
