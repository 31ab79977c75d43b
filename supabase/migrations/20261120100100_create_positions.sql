-- Where doctors work: hospitals, teams and the positions that job lines are made of,
-- and the affinity between specialties that makes one line nicer than another.

create table public.hospitals (
  id uuid primary key default gen_random_uuid(),
  org_id uuid not null references public.orgs (id) on delete cascade,
  name text not null check (length(trim(name)) between 1 and 200),
  created_at timestamptz not null default now(),
  unique (org_id, id),
  unique (org_id, name)
);
comment on table public.hospitals is 'A site of a health service.';

create table public.teams (
  id uuid primary key default gen_random_uuid(),
  org_id uuid not null references public.orgs (id) on delete cascade,
  hospital uuid not null,
  name text not null check (length(trim(name)) between 1 and 200),
  created_at timestamptz not null default now(),
  unique (org_id, id),
  unique (org_id, hospital, name),
  foreign key (org_id, hospital) references public.hospitals (org_id, id) on delete cascade
);
comment on table public.teams is 'A clinical team of a hospital.';
create index teams_org_hospital_idx on public.teams (org_id, hospital);

create table public.positions (
  id uuid primary key default gen_random_uuid(),
  org_id uuid not null references public.orgs (id) on delete cascade,
  team uuid not null,
  name text not null check (length(trim(name)) between 1 and 200),
  specialty text not null check (length(trim(specialty)) between 1 and 100),
  subspecialty text check (length(trim(subspecialty)) between 1 and 100),
  experience_categories text[] not null default '{}'
    check (
      experience_categories <@ array['A', 'B', 'C', 'D']
      and cardinality(experience_categories) <= 2
      and (cardinality(experience_categories) < 2
           or experience_categories[1] <> experience_categories[2])
    ),
  is_service boolean not null default false,
  is_rural boolean not null default false,
  is_nights_relief boolean not null default false,
  is_clinical_team boolean not null default true,
  is_non_clinical boolean not null default false,
  is_excludable boolean not null default false,
  min_weeks smallint not null default 1 check (min_weeks between 1 and 52),
  colour text not null default '#8a94a6' check (colour ~ '^#[0-9a-f]{6}$'),
  created_at timestamptz not null default now(),
  unique (org_id, id),
  unique (org_id, team, name),
  foreign key (org_id, team) references public.teams (org_id, id) on delete cascade
);
comment on table public.positions is 'A post on a clinical team. How many posts it has is per allocation run and term.';
comment on column public.positions.specialty is 'Parent specialty, e.g. Medicine: at most half of a PGY1 year.';
comment on column public.positions.subspecialty is 'E.g. Cardiology; null where the specialty has none. Affinity is between subspecialties where there are any.';
comment on column public.positions.experience_categories is 'Accredited clinical experience categories, at most two: A undifferentiated, B chronic, C acute and critical, D peri-procedural.';
comment on column public.positions.is_service is 'A service term: nights, relief and the like.';
comment on column public.positions.is_clinical_team is 'Embedded in a clinical team (as opposed to covering several).';
comment on column public.positions.is_excludable is 'May stay empty to save a line.';
comment on column public.positions.min_weeks is 'The shortest term that it may be worked in, in weeks.';
create index positions_org_team_idx on public.positions (org_id, team);

create table public.affinity_profiles (
  id uuid primary key default gen_random_uuid(),
  org_id uuid references public.orgs (id) on delete cascade,
  name text not null check (length(trim(name)) between 1 and 100),
  version int not null check (version >= 1),
  description text not null default '',
  created_at timestamptz not null default now(),
  unique nulls not distinct (org_id, name, version)
);
comment on table public.affinity_profiles is 'A versioned set of affinities between specialties, from a survey of interests.';
comment on column public.affinity_profiles.org_id is 'Null: shipped with Receptor and readable by every org.';

create table public.affinity_weights (
  profile uuid not null references public.affinity_profiles (id) on delete cascade,
  specialty_a text not null,
  specialty_b text not null,
  weight smallint not null check (weight between -100 and 100),
  primary key (profile, specialty_a, specialty_b),
  check (specialty_a collate "C" < specialty_b collate "C")
);
comment on table public.affinity_weights is
  '100 x Pearson''s r of interest in two specialties; symmetric, each pair once, in the order of their names.';

alter table public.hospitals enable row level security;
alter table public.teams enable row level security;
alter table public.positions enable row level security;
alter table public.affinity_profiles enable row level security;
alter table public.affinity_weights enable row level security;

revoke all on public.hospitals, public.teams, public.positions, public.affinity_profiles,
  public.affinity_weights from anon, authenticated;
grant select, insert, update, delete on public.hospitals, public.teams, public.positions to authenticated;
grant select on public.affinity_profiles, public.affinity_weights to authenticated;
grant all on public.hospitals, public.teams, public.positions, public.affinity_profiles,
  public.affinity_weights to service_role;

create policy hospitals_select on public.hospitals for select to authenticated
  using (org_id in (select private.orgs_with_right('org.view')));
create policy hospitals_insert on public.hospitals for insert to authenticated
  with check (org_id in (select private.orgs_with_right('allocationRun.edit')));
create policy hospitals_update on public.hospitals for update to authenticated
  using (org_id in (select private.orgs_with_right('allocationRun.edit')))
  with check (org_id in (select private.orgs_with_right('allocationRun.edit')));
create policy hospitals_delete on public.hospitals for delete to authenticated
  using (org_id in (select private.orgs_with_right('allocationRun.edit')));

create policy teams_select on public.teams for select to authenticated
  using (org_id in (select private.orgs_with_right('org.view')));
create policy teams_insert on public.teams for insert to authenticated
  with check (org_id in (select private.orgs_with_right('allocationRun.edit')));
create policy teams_update on public.teams for update to authenticated
  using (org_id in (select private.orgs_with_right('allocationRun.edit')))
  with check (org_id in (select private.orgs_with_right('allocationRun.edit')));
create policy teams_delete on public.teams for delete to authenticated
  using (org_id in (select private.orgs_with_right('allocationRun.edit')));

create policy positions_select on public.positions for select to authenticated
  using (org_id in (select private.orgs_with_right('org.view')));
create policy positions_insert on public.positions for insert to authenticated
  with check (org_id in (select private.orgs_with_right('allocationRun.edit')));
create policy positions_update on public.positions for update to authenticated
  using (org_id in (select private.orgs_with_right('allocationRun.edit')))
  with check (org_id in (select private.orgs_with_right('allocationRun.edit')));
create policy positions_delete on public.positions for delete to authenticated
  using (org_id in (select private.orgs_with_right('allocationRun.edit')));

create policy affinity_profiles_select on public.affinity_profiles for select to authenticated
  using (org_id is null or org_id in (select private.orgs_with_right('allocationPlanner.view')));
create policy affinity_weights_select on public.affinity_weights for select to authenticated
  using (profile in (select id from public.affinity_profiles));
