-- Doctors who ask to be placed together (couples): one asks another by their address, both agree to the same, and either ends it.
-- What they ask of lines is a wish of both and of nobody else while the window is open; managers see afterwards whom they may
-- place together, and nothing of what was asked and not agreed to.

create table public.doctor_links (
  id uuid primary key default gen_random_uuid(),
  org_id uuid not null,
  allocation_run uuid not null,
  worker_mapping uuid not null,
  partner_email text not null check (partner_email ~ '^[^ @]+@[^ @]+$' and char_length(partner_email) <= 320),
  partner uuid,
  fit text not null check (fit in ('same_hospital', 'ranked_lines', 'line_pairs')),
  line_pairs jsonb not null default '[]' check (jsonb_typeof(line_pairs) = 'array' and jsonb_array_length(line_pairs) <= 500),
  state text not null default 'asked' check (state in ('asked', 'agreed', 'declined', 'ended')),
  changed_by_partner boolean not null default false,
  asked_at timestamptz not null default clock_timestamp(),
  changed_at timestamptz not null default clock_timestamp(),
  check ((fit = 'line_pairs') = (line_pairs <> '[]')),
  check (partner <> worker_mapping),
  check (partner is not null or state in ('asked', 'ended') and not changed_by_partner),
  constraint doctor_links_allocation_run_worker_mapping_org_id_fkey
    foreign key (worker_mapping, allocation_run, org_id)
    references public.allocation_run_worker_mappings (id, allocation_run, org_id) on delete cascade,
  foreign key (allocation_run, partner, org_id)
    references public.allocation_run_worker_mappings (allocation_run, id, org_id) on delete cascade
);
comment on table public.doctor_links is
  'Doctors who ask to be placed together. For the two of them alone; managers see what both agreed to once the window has closed.';
comment on column public.doctor_links.worker_mapping is 'The doctor who asked.';
comment on column public.doctor_links.partner_email is 'Whom they asked, as they typed it; whether anybody has that address is not told.';
comment on column public.doctor_links.partner is 'The other doctor, once they have answered.';
comment on column public.doctor_links.fit is
  'same_hospital in each term, ranked_lines (each a line that they ranked) or line_pairs (one of line_pairs), as the option linked_doctors of a match.';
comment on column public.doctor_links.line_pairs is 'Array of {first, second}: a line for who asked, and one for the other.';
comment on column public.doctor_links.state is
  'asked: one of the two has not agreed to what it says now; agreed: both have; declined by the other; ended by either.';
comment on column public.doctor_links.changed_by_partner is 'Who said last what it says now: where it is asked, the one of the two who has agreed to it.';
create unique index doctor_links_asked_idx on public.doctor_links (worker_mapping) where state in ('asked', 'agreed');
create unique index doctor_links_agreed_idx on public.doctor_links (partner) where state = 'agreed';
create index doctor_links_worker_idx on public.doctor_links (worker_mapping, allocation_run, org_id);
create index doctor_links_partner_idx on public.doctor_links (allocation_run, partner, org_id);
create index doctor_links_email_idx on public.doctor_links (allocation_run, partner_email);

alter table public.doctor_links enable row level security;
revoke all on public.doctor_links from public, anon, authenticated, service_role;
create policy nobody on public.doctor_links using (false);

-- private.links_of(place): links that a doctor has to do with: which they asked for, and which name their address or were answered
-- by them. Called by the functions below.
create function private.links_of(p_place public.allocation_run_worker_mappings)
returns setof public.doctor_links
language sql
stable
set search_path = ''
as $$
  select k.* from public.doctor_links k
  where k.allocation_run = p_place.allocation_run and (
    k.worker_mapping = p_place.id or k.partner = p_place.id
    or k.partner is null and k.state = 'asked' and k.partner_email = (
      select lower(w.email) from public.workers w where w.id = p_place.worker))
$$;
comment on function private.links_of(public.allocation_run_worker_mappings) is 'Links that a doctor has to do with.';
revoke all on function private.links_of(public.allocation_run_worker_mappings) from public, anon, authenticated, service_role;

-- my_links(worker mapping): whom a doctor asked to be placed with, and who asked them, the latest first: [{link, state, asked_by_me,
-- waits_for_me, partner, fit, line_pairs: [{own, other}], changed_at, matched}]. partner: the other's address as the caller typed it,
-- and their name once they have answered, or where it was them who asked. waits_for_me: the caller may agree. matched: whether the
-- match that gave the caller's released result went by it; null where none is released.
-- Called by the doctors' page. RC404 NOT_YOURS.
create function public.my_links(p_worker_mapping uuid)
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
    select coalesce(jsonb_agg(jsonb_build_object(
      'link', k.id, 'state', k.state, 'asked_by_me', own.asked, 'waits_for_me', k.state = 'asked' and own.asked = k.changed_by_partner,
      'partner', case when not own.asked then asker.name when k.partner is not null and k.state <> 'asked' then answerer.name else k.partner_email end,
      'fit', k.fit, 'line_pairs', case when own.asked then private.turned_pairs(k.line_pairs, 'first', 'second')
                                       else private.turned_pairs(k.line_pairs, 'second', 'first') end,
      'changed_at', k.changed_at, 'matched', case when k.state = 'agreed' and result.couples is not null then exists (
        select from jsonb_array_elements(result.couples) as c
        where c ->> 'fit' = k.fit and array[k.worker_mapping::text, k.partner::text] <@ array[c ->> 'first', c ->> 'second']) end) order by k.changed_at desc, k.id), '[]')
    from private.links_of(v_place) k
    cross join lateral (select k.worker_mapping = v_place.id as asked) as own
    join public.allocation_run_worker_mappings m on m.id = k.worker_mapping
    join public.workers asker on asker.id = m.worker
    left join public.allocation_run_worker_mappings a on a.id = k.partner
    left join public.workers answerer on answerer.id = a.worker
    left join lateral (
      select coalesce((
        select jsonb_agg(c) from public.match_runs(v.allocator_run) as m join public.allocator_py_runs as run on run.id = m.run
        cross join lateral jsonb_path_query(run.options, '$.linked_doctors[*]') as c), '[]') as couples
      from public.job_line_worker_mappings v
      where v.worker_mapping = v_place.id and v.superseded_at is null and v.released_at is not null) as result on true);
end
$$;
comment on function public.my_links(uuid) is 'Whom a doctor asked to be placed with, and who asked them.';
revoke all on function public.my_links(uuid) from public, anon, authenticated, service_role;
grant execute on function public.my_links(uuid) to authenticated;

-- private.turned_pairs(pairs, own, other): pairs of lines as one of the two sees them: [{own, other}]. Called by my_links().
create function private.turned_pairs(p_pairs jsonb, p_own text, p_other text)
returns jsonb
language sql
immutable
set search_path = ''
as $$
  select coalesce(jsonb_agg(jsonb_build_object('own', e.pair -> p_own, 'other', e.pair -> p_other) order by e.n), '[]')
  from jsonb_array_elements(p_pairs) with ordinality as e (pair, n)
$$;
comment on function private.turned_pairs(jsonb, text, text) is 'Pairs of lines as one of two doctors sees them.';
revoke all on function private.turned_pairs(jsonb, text, text) from public, anon, authenticated, service_role;

-- private.link_faults(place, wish): what a link names that is not there, with paths. Called by save_link().
create function private.link_faults(p_place public.allocation_run_worker_mappings, p_wish jsonb)
returns jsonb
language sql
stable
set search_path = ''
as $$
  select coalesce(jsonb_agg(jsonb_build_object('path', path, 'message', message)), '[]')
  from (
    select format('line_pairs[%s].%s', e.n, m.member) as path, 'there is no such job line in this allocation run' as message
    from private.elements(p_wish -> 'line_pairs') as e cross join unnest('{own,other}'::text[]) as m (member)
    where not exists (
      select from public.job_lines l
      where l.id = (e.element ->> m.member)::uuid and l.allocation_run = p_place.allocation_run and l.archived_at is null)
    union all
    select format('line_pairs[%s]', n), 'told twice'
    from (
      select e.n, row_number() over (partition by lower(e.element ->> 'own'), lower(e.element ->> 'other') order by e.n) as times
      from private.elements(p_wish -> 'line_pairs') as e) as again
    where times > 1
    union all
    select 'line_pairs', case when p_wish ->> 'fit' = 'line_pairs' then 'at least one pair of lines' else 'goes with the fit line_pairs only' end
    where (p_wish ->> 'fit' = 'line_pairs') <> (jsonb_array_length(coalesce(nullif(p_wish -> 'line_pairs', 'null'), '[]')) > 0)
    union all
    select 'email', 'not an e-mail address' where p_wish ->> 'email' is not null and lower(private.fold_text(p_wish ->> 'email')) !~ '^[^ @]+@[^ @]+$'
    union all
    select 'email', 'your own address'
    from public.workers w where w.id = p_place.worker and lower(w.email) = lower(private.fold_text(p_wish ->> 'email'))
    limit 50
  ) as f
$$;
comment on function private.link_faults(public.allocation_run_worker_mappings, jsonb) is 'What a link of doctors names that is not there.';
revoke all on function private.link_faults(public.allocation_run_worker_mappings, jsonb) from public, anon, authenticated, service_role;

-- private.require_unlinked(place, link): RC409 LINKED where a doctor has agreed to be placed with somebody else. Called by the functions below.
create function private.require_unlinked(p_place public.allocation_run_worker_mappings, p_link uuid)
returns void
language plpgsql
set search_path = ''
as $$
begin
  if exists (select from private.links_of(p_place) k where k.state = 'agreed' and k.id is distinct from p_link) then
    raise exception 'You have agreed to be placed with somebody else; end that first.' using errcode = 'RC409', hint = 'LINKED';
  end if;
end
$$;
comment on function private.require_unlinked(public.allocation_run_worker_mappings, uuid) is 'Refuses a second link of a doctor.';
revoke all on function private.require_unlinked(public.allocation_run_worker_mappings, uuid) from public, anon, authenticated, service_role;

-- save_link(worker mapping, link, wish, changed at): asks another doctor to be placed together (link null), or changes what either asked or
-- both agreed to: the other has to agree to it then. p_wish: {email (where link is null), fit: same_hospital|ranked_lines|line_pairs,
-- line_pairs?: [{own, other}]}; p_changed_at: as the caller saw the link, of my_links(). Whether anybody has the address is not told: who has
-- it sees it on their own page.
-- Called by the doctors' page. Answers my_links(). RC404 NOT_YOURS, or without a hint where there is no such link; RC409 WINDOW_CLOSED,
-- LOCKED, LINKED (agreed with somebody else), ALREADY_ASKED (somebody else; end that first), LINK_CHANGED (it says something else by now, or
-- was agreed to); RC400 with [{path, message}].
create function public.save_link(p_worker_mapping uuid, p_link uuid, p_wish jsonb, p_changed_at timestamptz default null)
returns jsonb
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_place public.allocation_run_worker_mappings := private.hold_place(p_worker_mapping, true);
  v_link public.doctor_links;
  v_pairs jsonb;
begin
  perform private.require_shape(p_wish, jsonb_build_object('is', 'object', 'must', true, 'members', jsonb_build_object(
    'email', jsonb_build_object('is', 'text', 'most', 320, 'must', p_link is null),
    'fit', '{"is": "choice", "of": ["same_hospital", "ranked_lines", "line_pairs"], "must": true}'::jsonb,
    'line_pairs', '{"is": "list", "most": 500, "of": {"is": "object", "members": {
      "own": {"is": "id", "must": true}, "other": {"is": "id", "must": true}}}}'::jsonb)), 256 * 1024);
  perform private.refuse_faults(private.link_faults(v_place, p_wish));
  perform private.require_unlinked(v_place, p_link);
  v_pairs := coalesce(nullif(p_wish -> 'line_pairs', 'null'), '[]');
  if p_link is null then
    if exists (select from public.doctor_links k where k.worker_mapping = v_place.id and k.state = 'asked') then
      raise exception 'You have asked somebody already; take that back first.' using errcode = 'RC409', hint = 'ALREADY_ASKED';
    end if;
    insert into public.doctor_links (org_id, allocation_run, worker_mapping, partner_email, fit, line_pairs)
    values (v_place.org_id, v_place.allocation_run, v_place.id, lower(private.fold_text(p_wish ->> 'email')), p_wish ->> 'fit',
      private.named_pairs(v_pairs, 'own', 'other'));
    return public.my_links(v_place.id);
  end if;
  select * into v_link from public.doctor_links
  where id in (select k.id from private.links_of(v_place) k where k.id = p_link and k.state in ('asked', 'agreed')) for update;
  if not found then
    raise exception 'There is no such link any more.' using errcode = 'RC404';
  end if;
  -- Again: a right may be taken away while a call waits.
  v_place := private.hold_place(p_worker_mapping, true);
  if v_link.changed_at <> p_changed_at then
    raise exception 'It says something else by now, or was agreed to: look again before you change it.' using errcode = 'RC409', hint = 'LINK_CHANGED';
  end if;
  update public.doctor_links set fit = p_wish ->> 'fit', state = 'asked', changed_at = clock_timestamp(),
    changed_by_partner = v_link.worker_mapping <> v_place.id,
    partner = case when v_link.worker_mapping <> v_place.id then v_place.id else v_link.partner end,
    line_pairs = case when v_link.worker_mapping = v_place.id then private.named_pairs(v_pairs, 'own', 'other')
                      else private.named_pairs(v_pairs, 'other', 'own') end
  where id = v_link.id;
  return public.my_links(v_place.id);
end
$$;
comment on function public.save_link(uuid, uuid, jsonb, timestamptz) is 'Asks another doctor to be placed together, or changes what was asked.';
revoke all on function public.save_link(uuid, uuid, jsonb, timestamptz) from public, anon, authenticated, service_role;
grant execute on function public.save_link(uuid, uuid, jsonb, timestamptz) to authenticated;

-- private.named_pairs(pairs, first, second): pairs of lines as they are stored: [{first, second}]. Called by save_link().
create function private.named_pairs(p_pairs jsonb, p_first text, p_second text)
returns jsonb
language sql
immutable
set search_path = ''
as $$
  select coalesce(jsonb_agg(jsonb_build_object('first', e.pair -> p_first, 'second', e.pair -> p_second) order by e.n), '[]')
  from jsonb_array_elements(p_pairs) with ordinality as e (pair, n)
$$;
comment on function private.named_pairs(jsonb, text, text) is 'Pairs of lines as a link stores them.';
revoke all on function private.named_pairs(jsonb, text, text) from public, anon, authenticated, service_role;

-- answer_link(worker mapping, link, agrees, changed at): agrees to what a link says, as the caller saw it (p_changed_at of my_links()), or,
-- where not: takes it back, declines it, ends it. Who agrees to one takes back what they asked of others.
-- Called by the doctors' page. Answers my_links(). RC404 NOT_YOURS, or without a hint; RC409 WINDOW_CLOSED, LOCKED, LINKED (agreed with
-- somebody else, either of the two), LINK_CHANGED (it says something else by now), NOT_ASKED (it waits for the other).
create function public.answer_link(p_worker_mapping uuid, p_link uuid, p_agrees boolean, p_changed_at timestamptz default null)
returns jsonb
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_place public.allocation_run_worker_mappings := private.hold_place(p_worker_mapping, true);
  v_link public.doctor_links;
  v_asked boolean;
begin
  perform private.require_flag('p_agrees', p_agrees);
  select * into v_link from public.doctor_links
  where id in (select k.id from private.links_of(v_place) k where k.id = p_link and k.state in ('asked', 'agreed')) for update;
  if not found then
    raise exception 'There is no such link any more.' using errcode = 'RC404';
  end if;
  -- Again: a right may be taken away while a call waits.
  v_place := private.hold_place(p_worker_mapping, true);
  v_asked := v_link.worker_mapping = v_place.id;
  if not p_agrees then
    update public.doctor_links set changed_at = clock_timestamp(),
      state = case when v_asked or v_link.state = 'agreed' then 'ended' else 'declined' end,
      partner = case when v_asked then partner else v_place.id end
    where id = v_link.id;
    return public.my_links(v_place.id);
  end if;
  if v_link.state = 'agreed' then
    return public.my_links(v_place.id);
  elsif v_asked <> v_link.changed_by_partner then
    raise exception 'The other doctor has to agree, not you.' using errcode = 'RC409', hint = 'NOT_ASKED';
  elsif v_link.changed_at is distinct from p_changed_at then
    raise exception 'It says something else by now: look again before you agree.' using errcode = 'RC409', hint = 'LINK_CHANGED';
  end if;
  perform private.require_unlinked(v_place, v_link.id);
  if exists (
    select from public.doctor_links k
    where k.allocation_run = v_link.allocation_run and k.state = 'agreed' and k.id <> v_link.id
      and v_link.worker_mapping in (k.worker_mapping, k.partner)
  ) then
    raise exception 'The other doctor is placed with somebody else by now.' using errcode = 'RC409', hint = 'LINKED';
  end if;
  update public.doctor_links set state = 'ended', changed_at = clock_timestamp()
  where allocation_run = v_link.allocation_run and state = 'asked' and id <> v_link.id
    and worker_mapping in (v_place.id, v_link.worker_mapping);
  update public.doctor_links set state = 'agreed', changed_at = clock_timestamp(),
    partner = case when v_asked then partner else v_place.id end
  where id = v_link.id;
  return public.my_links(v_place.id);
end
$$;
comment on function public.answer_link(uuid, uuid, boolean, timestamptz) is 'Agrees to be placed with another doctor, or ends it.';
revoke all on function public.answer_link(uuid, uuid, boolean, timestamptz) from public, anon, authenticated, service_role;
grant execute on function public.answer_link(uuid, uuid, boolean, timestamptz) to authenticated;

-- agreed_links(run): doctors who agreed to be placed together, for who starts a match, as its option linked_doctors takes them: [{first,
-- second, fit, line_pairs?, pairs}]; of pairs of lines those that both ranked; `pairs`: how many they agreed to. Where none is left
-- of them, line_pairs is empty: no match can place the two so.
-- Empty while the window is open, but for who may see wishes before it closes. Called by UIs. Nothing for others.
create function public.agreed_links(p_allocation_run uuid)
returns jsonb
language sql
stable
security definer
set search_path = ''
as $$
  select coalesce(jsonb_agg(jsonb_strip_nulls(jsonb_build_object('first', k.worker_mapping, 'second', k.partner, 'fit', k.fit,
    'pairs', case when k.fit = 'line_pairs' then jsonb_array_length(k.line_pairs) end,
    'line_pairs', case when k.fit = 'line_pairs' then (
      select coalesce(jsonb_agg(e.pair order by e.n), '[]')
      from jsonb_array_elements(k.line_pairs) with ordinality as e (pair, n)
      join public.preference_worker_job_lines a
        on a.worker_mapping = k.worker_mapping and a.job_line = (e.pair ->> 'first')::uuid and a.order_preference is not null
      join public.preference_worker_job_lines b
        on b.worker_mapping = k.partner and b.job_line = (e.pair ->> 'second')::uuid and b.order_preference is not null
      join public.job_lines l on l.id = a.job_line and l.archived_at is null
      join public.job_lines o on o.id = b.job_line and o.archived_at is null) end)) order by k.changed_at, k.id), '[]')
  from public.doctor_links k
  join public.allocation_run_worker_mappings m on m.id = k.worker_mapping and m.withdrawn_at is null
  join public.allocation_run_worker_mappings p on p.id = k.partner and p.withdrawn_at is null
  where k.allocation_run = p_allocation_run and k.state = 'agreed'
    and k.org_id in (select private.orgs_with_right('allocator.view'))
    and k.allocation_run not in (select private.sealed_runs())
$$;
comment on function public.agreed_links(uuid) is 'Doctors who agreed to be placed together, for who starts a match.';
revoke all on function public.agreed_links(uuid) from public, anon, authenticated, service_role;
grant execute on function public.agreed_links(uuid) to authenticated;
