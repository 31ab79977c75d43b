-- A doctor's result as a calendar that other programs subscribe to: by a link with a secret, which is kept as a hash and can be
-- taken back.

create table public.calendar_links (
  worker_mapping uuid primary key,
  org_id uuid not null,
  allocation_run uuid not null,
  secret_hash text not null unique check (secret_hash ~ '^[0-9a-f]{64}$'),
  created_at timestamptz not null default now(),
  foreign key (allocation_run, worker_mapping, org_id)
    references public.allocation_run_worker_mappings (allocation_run, id, org_id) on delete cascade
);
comment on table public.calendar_links is 'Secret links by which calendars read a doctor''s result: one for each, as a hash.';
comment on column public.calendar_links.secret_hash is 'SHA-256 of the secret of 192 random bits, which nobody but the doctor was told.';
create index calendar_links_worker_idx on public.calendar_links (allocation_run, worker_mapping, org_id);
alter table public.calendar_links enable row level security;
revoke all on public.calendar_links from public, anon, authenticated, service_role;
create policy nobody on public.calendar_links using (false);

-- calendar_link(worker mapping, renew): the secret link of the caller's calendar: {path, created_at}; path is behind the URL of the
-- functions. It is told once, when it is made: there already, it is {path: null, created_at}; renewed, the old one is void.
-- Called by the doctors' page. RC404 NOT_YOURS.
create function public.calendar_link(p_worker_mapping uuid, p_renew boolean default false)
returns jsonb
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_place public.allocation_run_worker_mappings := private.hold_place(p_worker_mapping, false);
  v_link public.calendar_links;
  v_secret text := encode(extensions.gen_random_bytes(24), 'hex');
begin
  p_renew := coalesce(p_renew, false);
  if p_renew then
    delete from public.calendar_links where worker_mapping = v_place.id;
  end if;
  insert into public.calendar_links (worker_mapping, org_id, allocation_run, secret_hash)
  values (v_place.id, v_place.org_id, v_place.allocation_run, encode(sha256(convert_to(v_secret, 'utf8')), 'hex'))
  on conflict (worker_mapping) do nothing
  returning * into v_link;
  if found then
    return jsonb_build_object('path', format('calendar/%s.ics', v_secret), 'created_at', v_link.created_at);
  end if;
  select * into v_link from public.calendar_links where worker_mapping = v_place.id;
  return jsonb_build_object('path', null, 'created_at', v_link.created_at);
end
$$;
comment on function public.calendar_link(uuid, boolean) is 'The secret link of the calling doctor''s calendar; told once.';
revoke all on function public.calendar_link(uuid, boolean) from public, anon, authenticated, service_role;
grant execute on function public.calendar_link(uuid, boolean) to authenticated;

-- revoke_calendar_link(worker mapping): the link is void from now on; whether there was one. Called by the doctors' page. RC404 NOT_YOURS.
create function public.revoke_calendar_link(p_worker_mapping uuid)
returns boolean
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_place public.allocation_run_worker_mappings := private.hold_place(p_worker_mapping, false);
begin
  delete from public.calendar_links where worker_mapping = v_place.id;
  return found;
end
$$;
comment on function public.revoke_calendar_link(uuid) is 'Makes the link of the calling doctor''s calendar void.';
revoke all on function public.revoke_calendar_link(uuid) from public, anon, authenticated, service_role;
grant execute on function public.revoke_calendar_link(uuid) to authenticated;

create table public.calendar_contents (
  worker_mapping uuid primary key,
  org_id uuid not null,
  allocation_run uuid not null,
  digest text not null check (digest ~ '^[0-9a-f]{64}$'),
  sequence int not null default 1 check (sequence > 0),
  changed_at timestamptz not null default now(),
  foreign key (allocation_run, worker_mapping, org_id)
    references public.allocation_run_worker_mappings (allocation_run, id, org_id) on delete cascade
);
comment on table public.calendar_contents is 'What a doctor''s calendar last showed, as a hash, and how often that has changed.';
comment on column public.calendar_contents.sequence is 'SEQUENCE of each event: calendars keep what they have of an event that comes with no later one.';
create index calendar_contents_worker_idx on public.calendar_contents (allocation_run, worker_mapping, org_id);
alter table public.calendar_contents enable row level security;
revoke all on public.calendar_contents from public, anon, authenticated, service_role;
create policy nobody on public.calendar_contents using (false);

-- private.calendar_of(worker mapping): the released result of a doctor (see private.result_of()) with `calendar` {sequence, changed_at}:
-- both are later where it is another than when it was last read, whatever changed and whoever changed it; null: there is none.
-- Called by read_result() and messages.read_calendar(), so that a file and a subscription know each event once.
create function private.calendar_of(p_worker_mapping uuid)
returns jsonb
language plpgsql
set search_path = ''
as $$
declare
  v_result jsonb := private.result_of(p_worker_mapping);
  v_digest text := encode(sha256(convert_to(v_result::text, 'utf8')), 'hex');
  v_now public.calendar_contents;
begin
  if v_result is null then
    return null;
  end if;
  select * into v_now from public.calendar_contents where worker_mapping = p_worker_mapping;
  if v_now.digest is distinct from v_digest then
    insert into public.calendar_contents as c (worker_mapping, org_id, allocation_run, digest)
    select m.id, m.org_id, m.allocation_run, v_digest
    from public.allocation_run_worker_mappings m where m.id = p_worker_mapping
    on conflict (worker_mapping) do update set digest = excluded.digest, sequence = c.sequence + 1, changed_at = clock_timestamp()
    where c.digest <> excluded.digest; -- who reads it at the same moment may have said so
    select * into v_now from public.calendar_contents where worker_mapping = p_worker_mapping;
  end if;
  return v_result || jsonb_build_object('calendar', jsonb_build_object('sequence', v_now.sequence, 'changed_at', v_now.changed_at));
end
$$;
comment on function private.calendar_of(uuid) is 'The released result of a doctor, and how often it has changed.';
revoke all on function private.calendar_of(uuid) from public, anon, authenticated, service_role;

-- messages.read_calendar(secret): what a calendar shows by its secret: {worker_mapping, run, org, result (see private.calendar_of(); null
-- before it is released)}; null: there is no such link, or the doctor takes no part any more. Called by the function calendar.
create function messages.read_calendar(p_secret text)
returns jsonb
language plpgsql
security definer
set search_path = ''
as $$
begin
  return (
  select jsonb_build_object('worker_mapping', m.id, 'run', r.name, 'org', o.name, 'result', private.calendar_of(m.id))
  from public.calendar_links c
  join public.allocation_run_worker_mappings m on m.id = c.worker_mapping
    and (m.withdrawn_at is null or private.leaves_later(m.id))
  join public.allocation_runs r on r.id = m.allocation_run and r.archived_at is null
  join public.orgs o on o.id = m.org_id
  where c.secret_hash = encode(sha256(convert_to(p_secret, 'utf8')), 'hex')
  );
end
$$;
comment on function messages.read_calendar(text) is 'What a doctor''s calendar shows, by its secret.';
revoke all on function messages.read_calendar(text) from public, anon, authenticated, service_role;
grant execute on function messages.read_calendar(text) to service_role;
