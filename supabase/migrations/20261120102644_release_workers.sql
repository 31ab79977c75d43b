-- Releases of the node program: what there is, which channel offers what to how many nodes, and who changed that. Of the whole project:
-- its operators publish (`deno task ops release-...`, as service_role); every signed-in user reads. Which nodes get a version that is rolled out to
-- some of them is told by a hash of node and channel, so that a node keeps its place while the share grows. Downloads are checked by their
-- SHA-256 before anything runs (scripts/node).

create table public.worker_releases (
  version text primary key check (version ~ '^[0-9A-Za-z.+_-]{1,50}$'),
  artifacts jsonb not null check (jsonb_typeof(artifacts) = 'array' and jsonb_array_length(artifacts) between 1 and 50),
  notes text check (length(notes) <= 20000),
  published_at timestamptz not null default clock_timestamp(),
  created_at timestamptz not null default clock_timestamp()
);
comment on table public.worker_releases is 'Versions of the node program; what was published stays as it was.';
comment on column public.worker_releases.artifacts is '[{os, arch, url, sha256, sig_url?}]; os and arch may be "any".';

create table public.worker_release_channels (
  channel text primary key check (channel in ('stable', 'beta', 'nightly')),
  version text not null references public.worker_releases (version) on delete restrict,
  rollout_percent int not null default 100 check (rollout_percent between 0 and 100),
  updated_at timestamptz not null default clock_timestamp()
);
comment on table public.worker_release_channels is 'What each channel offers, and to how many in a hundred nodes; the others have what it offered before.';
create index worker_release_channels_version_idx on public.worker_release_channels (version);

create table public.worker_release_events (
  id bigint generated always as identity primary key,
  channel text not null,
  from_version text,
  to_version text not null,
  rollout_percent int not null check (rollout_percent between 0 and 100),
  changed_by text not null check (length(changed_by) between 1 and 200),
  is_rollback boolean not null default false,
  changed_at timestamptz not null default clock_timestamp()
);
comment on table public.worker_release_events is 'Every change of a channel.';
comment on column public.worker_release_events.is_rollback is 'It took the channel back: nobody goes back to what it left.';
create index worker_release_events_channel_idx on public.worker_release_events (channel, id desc);

alter table public.worker_releases enable row level security;
alter table public.worker_release_channels enable row level security;
alter table public.worker_release_events enable row level security;
revoke all on public.worker_releases, public.worker_release_channels, public.worker_release_events from public, anon, authenticated, service_role;
revoke all on sequence public.worker_release_events_id_seq from public, anon, authenticated, service_role;
grant select on public.worker_releases, public.worker_release_channels, public.worker_release_events to authenticated, service_role;
create policy worker_releases_select on public.worker_releases for select to authenticated using (true);
create policy worker_release_channels_select on public.worker_release_channels for select to authenticated using (true);
create policy worker_release_events_select on public.worker_release_events for select to authenticated using (true);

-- Which versions the nodes that are there have: of a day, as far as the reader sees nodes.
create view public.worker_release_adoption with (security_invoker = true) as
select n.org_id, n.update_channel, coalesce(n.worker_version, 'unknown') as version, count(*)::int as nodes,
       (count(*) filter (where n.last_heartbeat > now() - interval '1 hour'))::int as nodes_last_hour, max(n.last_heartbeat) as last_heartbeat
from public.operator_nodes n
where n.last_heartbeat > now() - interval '24 hours'
group by n.org_id, n.update_channel, coalesce(n.worker_version, 'unknown');
comment on view public.worker_release_adoption is 'Versions of nodes with a heartbeat in the last 24 hours.';
revoke all on public.worker_release_adoption from public, anon, authenticated, service_role;
grant select on public.worker_release_adoption to authenticated, service_role;

-- prime_search.publish_release(version, artifacts, notes): a version that channels may offer. RC400: artifacts are [{os, arch, url, sha256, sig_url?}] with
-- urls by https; RC409 RELEASE_EXISTS with other artifacts (the same again changes nothing). Called by operators.
create function prime_search.publish_release(p_version text, p_artifacts jsonb, p_notes text default null)
returns void
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_there public.worker_releases;
begin
  if jsonb_typeof(p_artifacts) is distinct from 'array' or jsonb_array_length(p_artifacts) = 0 or exists (
    select from jsonb_array_elements(p_artifacts) as a
    where jsonb_typeof(a) <> 'object' or coalesce(a ->> 'sha256', '') !~ '^[0-9a-f]{64}$' or coalesce(a ->> 'url', '') !~ '^https://\S+$'
      or coalesce(a ->> 'os', '') !~ '^[a-z0-9_-]{1,50}$' or coalesce(a ->> 'arch', '') !~ '^[a-z0-9_-]{1,50}$'
      or coalesce(a ->> 'sig_url', 'https://x') !~ '^https://\S+$') then
    raise exception 'Artifacts are a list of {os, arch, url, sha256, sig_url?}; urls begin with https, a sha256 has 64 hexadecimal digits.'
      using errcode = 'RC400', detail = '[{"path": "artifacts", "message": "is no list of artifacts"}]';
  end if;
  insert into public.worker_releases (version, artifacts, notes) values (p_version, p_artifacts, p_notes) on conflict do nothing;
  select * into strict v_there from public.worker_releases where version = p_version;
  if v_there.artifacts <> p_artifacts then
    raise exception 'Version % was published with other artifacts; give this one another number.', p_version
      using errcode = 'RC409', hint = 'RELEASE_EXISTS';
  end if;
end
$$;
comment on function prime_search.publish_release(text, jsonb, text) is 'Publishes a version of the node program.';
revoke all on function prime_search.publish_release(text, jsonb, text) from public, anon, authenticated, service_role;
grant execute on function prime_search.publish_release(text, jsonb, text) to service_role;

-- prime_search.set_release_channel(channel, version, percent, by, rollback): what a channel offers from now on, and to how many in a hundred nodes.
-- RC404 RELEASE_NOT_FOUND. Called by operators, and by rollback_release().
create function prime_search.set_release_channel(p_channel text, p_version text, p_percent int, p_by text, p_rollback boolean default false)
returns void
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_before text;
begin
  if not exists (select from public.worker_releases where version = p_version) then
    raise exception 'There is no release %; publish it first.', p_version using errcode = 'RC404', hint = 'RELEASE_NOT_FOUND';
  end if;
  select version into v_before from public.worker_release_channels where channel = p_channel for update;
  insert into public.worker_release_channels as c (channel, version, rollout_percent) values (p_channel, p_version, p_percent)
  on conflict (channel) do update set version = excluded.version, rollout_percent = excluded.rollout_percent, updated_at = clock_timestamp();
  insert into public.worker_release_events (channel, from_version, to_version, rollout_percent, changed_by, is_rollback)
  values (p_channel, v_before, p_version, p_percent, p_by, p_rollback);
end
$$;
comment on function prime_search.set_release_channel(text, text, int, text, boolean) is 'Says what a channel offers, and to how many nodes.';
revoke all on function prime_search.set_release_channel(text, text, int, text, boolean) from public, anon, authenticated, service_role;
grant execute on function prime_search.set_release_channel(text, text, int, text, boolean) to service_role;

-- prime_search.version_before(channel): what a channel offered before it came to what it offers now, otherwise than by a rollback: who takes it back
-- twice goes back twice, and not to what was taken back; null: nothing. Called by the functions around it.
create function prime_search.version_before(p_channel text)
returns text
language sql
stable
security definer
set search_path = ''
as $$
  select e.from_version
  from public.worker_release_events e
  join public.worker_release_channels c on c.channel = e.channel and c.version = e.to_version
  where e.channel = p_channel and e.from_version is distinct from e.to_version and not e.is_rollback
  order by e.id desc limit 1
$$;
comment on function prime_search.version_before(text) is 'What a channel offered before.';
revoke all on function prime_search.version_before(text) from public, anon, authenticated, service_role;

-- prime_search.rollback_release(channel, by): a channel offers to all what it offered before; which version that is. RC409 NOTHING_BEFORE.
-- Called by operators.
create function prime_search.rollback_release(p_channel text, p_by text)
returns text
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_before text := prime_search.version_before(p_channel);
begin
  if v_before is null then
    raise exception 'Channel % has offered nothing before.', p_channel using errcode = 'RC409', hint = 'NOTHING_BEFORE';
  end if;
  perform prime_search.set_release_channel(p_channel, v_before, 100, p_by, true);
  return v_before;
end
$$;
comment on function prime_search.rollback_release(text, text) is 'Takes a channel back to what it offered before.';
revoke all on function prime_search.rollback_release(text, text) from public, anon, authenticated, service_role;
grant execute on function prime_search.rollback_release(text, text) to service_role;

-- prime_search.release_bucket(node, channel): a number from 0 to 99 that a node keeps on a channel. Called by resolve_release().
create function prime_search.release_bucket(p_node text, p_channel text)
returns int
language sql
immutable
set search_path = ''
as $$
  select (('x' || left(encode(sha256(convert_to(p_node || ' ' || p_channel, 'utf8')), 'hex'), 8))::bit(32)::bigint % 100)::int
$$;
comment on function prime_search.release_bucket(text, text) is 'Where a node stands in a channel''s roll-out.';
revoke all on function prime_search.release_bucket(text, text) from public, anon, authenticated, service_role;

-- resolve_release(channel, node, os, arch): the version that a node gets: {channel, version, previous, rollout_percent, artifacts for os and arch, notes,
-- published_at}; version null where the channel offers nothing to it. Without a node: what the channel offers. Called by node_release() and by UIs.
create function public.resolve_release(p_channel text, p_node text default null, p_os text default null, p_arch text default null)
returns jsonb
language sql
stable
security definer
set search_path = ''
as $$
  with chosen as (
    select c.*, prime_search.version_before(c.channel) as previous,
      case when p_node is null or c.rollout_percent = 100 or prime_search.release_bucket(p_node, c.channel) < c.rollout_percent
        then c.version else prime_search.version_before(c.channel) end as gets
    from public.worker_release_channels c where c.channel = p_channel
  )
  select coalesce((
    select jsonb_build_object('channel', c.channel, 'version', c.gets, 'previous', c.previous, 'rollout_percent', c.rollout_percent,
      'artifacts', (
        select coalesce(jsonb_agg(a), '[]') from jsonb_array_elements(r.artifacts) as a
        where (p_os is null or a ->> 'os' in (p_os, 'any')) and (p_arch is null or a ->> 'arch' in (p_arch, 'any'))),
      'notes', r.notes, 'published_at', r.published_at)
    from chosen c left join public.worker_releases r on r.version = c.gets
  ), jsonb_build_object('channel', p_channel, 'version', null, 'previous', null, 'rollout_percent', null, 'artifacts', '[]'::jsonb))
$$;
comment on function public.resolve_release(text, text, text, text) is 'The version of the node program that a node gets of a channel.';
revoke all on function public.resolve_release(text, text, text, text) from public, anon, authenticated, service_role;
grant execute on function public.resolve_release(text, text, text, text) to authenticated, service_role;

-- prime_search.node_release(key hash, node): what the node's channel offers to it, and what it has (current). Called by operator-api.
create function prime_search.node_release(p_key_hash text, p_node uuid)
returns jsonb
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_node public.operator_nodes := prime_search.node_of(prime_search.operator_of(p_key_hash), p_node);
begin
  return public.resolve_release(v_node.update_channel, v_node.id::text, v_node.os, v_node.arch)
    || jsonb_build_object('current', v_node.worker_version);
end
$$;
comment on function prime_search.node_release(text, uuid) is 'What a node''s channel offers to it.';
revoke all on function prime_search.node_release(text, uuid) from public, anon, authenticated, service_role;
grant execute on function prime_search.node_release(text, uuid) to service_role;
