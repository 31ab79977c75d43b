-- The affinity between specialties that makes one line nicer than another.

create table public.affinity_profiles (
  id uuid primary key default gen_random_uuid(),
  org_id uuid references public.orgs (id) on delete cascade,
  name text not null check (private.is_name(name, 100)),
  version int not null check (version >= 1),
  description text not null default '',
  created_at timestamptz not null default now(),
  unique nulls not distinct (org_id, name, version)
);
comment on table public.affinity_profiles is 'A versioned set of affinities between specialties, from a survey of interests.';
create trigger fold_names before insert or update of name on public.affinity_profiles
  for each row when (new.name <> private.fold_text(new.name))
  execute function private.fold_names('name');
comment on column public.affinity_profiles.org_id is 'Null: shipped with Receptor and readable by every org.';

create table public.affinity_weights (
  profile uuid not null references public.affinity_profiles (id) on delete cascade,
  specialty_a text not null check (private.is_name(specialty_a, 100)),
  specialty_b text not null check (private.is_name(specialty_b, 100)),
  weight smallint not null check (weight between -100 and 100),
  primary key (profile, specialty_a, specialty_b),
  check (specialty_a collate "C" < specialty_b collate "C")
);
comment on table public.affinity_weights is
  '100 x Pearson''s r of interest in two specialties; symmetric, each pair once, in the order of their names.';

alter table public.affinity_profiles enable row level security;
alter table public.affinity_weights enable row level security;
revoke all on public.affinity_profiles, public.affinity_weights from public, anon, authenticated, service_role;
grant select on public.affinity_profiles, public.affinity_weights to authenticated, receptor_engine;
grant all on public.affinity_profiles, public.affinity_weights to service_role;

create policy affinity_profiles_select on public.affinity_profiles for select to authenticated
  using (org_id is null or org_id in (select private.orgs_with_right('allocationPlanner.view')));
create policy engine_select on public.affinity_profiles for select to receptor_engine
  using (org_id is null or org_id = (select fleet.claimed_org_id()));
create policy affinity_weights_select on public.affinity_weights for select to authenticated
  using (profile in (select id from public.affinity_profiles));
create policy engine_select on public.affinity_weights for select to receptor_engine
  using (profile in (select id from public.affinity_profiles));
