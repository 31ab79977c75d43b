-- Where doctors work: hospitals, teams and the positions that job lines are made of.
--
-- A six-month term is two positions, its components, that one doctor works one after the other in two consecutive terms.
-- Each component is a position like any other, with posts, subspecialty and flags of its own, so a line with a six-month
-- term holds two rotations for it, one per term: weeks, dates, leave and swaps look as they always do.

create table public.hospitals (
  id uuid primary key default gen_random_uuid(),
  org_id uuid not null references public.orgs (id) on delete cascade,
  name text not null check (private.is_name(name, 200)),
  created_at timestamptz not null default now(),
  unique (org_id, id),
  unique (org_id, name)
);
comment on table public.hospitals is 'A site of a health service.';
create trigger fold_names before insert or update of name on public.hospitals
  for each row when (new.name <> private.fold_text(new.name))
  execute function private.fold_names('name');

create table public.teams (
  id uuid primary key default gen_random_uuid(),
  org_id uuid not null references public.orgs (id) on delete cascade,
  hospital uuid not null,
  name text not null check (private.is_name(name, 200)),
  created_at timestamptz not null default now(),
  unique (org_id, id),
  unique (org_id, hospital, name),
  foreign key (org_id, hospital) references public.hospitals (org_id, id) on delete cascade
);
comment on table public.teams is 'A clinical team of a hospital.';
create trigger fold_names before insert or update of name on public.teams
  for each row when (new.name <> private.fold_text(new.name))
  execute function private.fold_names('name');
create index teams_org_hospital_idx on public.teams (org_id, hospital);

create table public.six_month_terms (
  id uuid primary key default gen_random_uuid(),
  org_id uuid not null references public.orgs (id) on delete cascade,
  name text not null check (private.is_name(name, 200)),
  qualification text check (private.is_name(qualification, 200)),
  college text check (private.is_name(college, 200)),
  created_at timestamptz not null default now(),
  unique (org_id, id),
  unique (org_id, name)
);
comment on table public.six_month_terms is
  'Terms of six months: two positions that one doctor works in two consecutive terms. Which is which stands with the positions.';
create trigger fold_names before insert or update of name, qualification, college on public.six_month_terms
  for each row when (new.name <> private.fold_text(new.name) or new.qualification <> private.fold_text(new.qualification) or new.college <> private.fold_text(new.college))
  execute function private.fold_names('name', 'qualification', 'college');
comment on column public.six_month_terms.qualification is 'The diploma or certificate that it belongs to; null: none.';
comment on column public.six_month_terms.college is 'The college that requires it; null: none.';

create table public.positions (
  id uuid primary key default gen_random_uuid(),
  org_id uuid not null references public.orgs (id) on delete cascade,
  team uuid not null,
  name text not null check (private.is_name(name, 200)),
  specialty text not null check (private.is_name(specialty, 100)),
  subspecialty text check (private.is_name(subspecialty, 100)),
  experience_categories text[] not null default '{}'
    check (
      private.is_list(experience_categories)
      and experience_categories <@ array['A', 'B', 'C', 'D']
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
  fte numeric(3, 2) not null default 1 check (fte > 0 and fte <= 1 and fte * 20 = trunc(fte * 20)),
  colour text not null default '#8a94a6' check (colour ~ '^#[0-9a-f]{6}$'),
  created_at timestamptz not null default now(),
  allows_leave boolean not null default true,
  six_month_term uuid,
  six_month_part smallint check (six_month_part in (1, 2)),
  unique (org_id, id),
  unique (org_id, team, name),
  unique (six_month_term, six_month_part),
  check ((six_month_term is null) = (six_month_part is null)),
  foreign key (org_id, team) references public.teams (org_id, id) on delete cascade,
  -- At the end of the statement, as deleting an org takes both.
  foreign key (org_id, six_month_term) references public.six_month_terms (org_id, id) on delete no action
);
comment on table public.positions is 'A post on a clinical team. How many posts it has is per allocation run and term.';
create trigger fold_names before insert or update of name, specialty, subspecialty on public.positions
  for each row when (new.name <> private.fold_text(new.name) or new.specialty <> private.fold_text(new.specialty) or new.subspecialty <> private.fold_text(new.subspecialty))
  execute function private.fold_names('name', 'specialty', 'subspecialty');
comment on column public.positions.specialty is 'Parent specialty, e.g. Medicine: at most half of a PGY1 year.';
comment on column public.positions.subspecialty is 'E.g. Cardiology; null where the specialty has none. Affinity is between subspecialties where there are any.';
comment on column public.positions.experience_categories is 'Accredited clinical experience categories, at most two: A undifferentiated, B chronic, C acute and critical, D peri-procedural.';
comment on column public.positions.is_service is 'A service term: nights, relief and the like.';
comment on column public.positions.is_clinical_team is 'Embedded in a clinical team (as opposed to covering several).';
comment on column public.positions.is_excludable is 'May stay empty to save a line.';
comment on column public.positions.min_weeks is 'The shortest term that it may be worked in, in weeks.';
comment on column public.positions.fte is
  'How much of full time each of its posts is, in twentieths; who works more than that may not take a line with it.';
comment on column public.positions.allows_leave is 'Whether annual leave may be planned in it; in service terms it never is.';
comment on column public.positions.six_month_term is 'The six-month term that it is a component of; null: a term of its own.';
comment on column public.positions.six_month_part is 'Which component it is: 1 is worked first, 2 in the term after it.';
create index positions_org_team_idx on public.positions (org_id, team);
create index positions_org_six_month_term_idx on public.positions (org_id, six_month_term)
  where six_month_term is not null;

alter table public.hospitals enable row level security;
alter table public.teams enable row level security;
alter table public.six_month_terms enable row level security;
alter table public.positions enable row level security;

revoke all on public.hospitals, public.teams, public.six_month_terms, public.positions
  from public, anon, authenticated, service_role;
-- When a row was made is for the system to say; its id and its org are its own for good.
grant select, delete on public.hospitals, public.teams, public.six_month_terms, public.positions to authenticated;
grant insert (id, org_id, name), update (name) on public.hospitals to authenticated;
grant insert (id, org_id, hospital, name), update (hospital, name) on public.teams to authenticated;
grant insert (id, org_id, name, qualification, college), update (name, qualification, college)
  on public.six_month_terms to authenticated;
grant
  insert (id, org_id, team, name, specialty, subspecialty, experience_categories, is_service, is_rural, is_nights_relief,
    is_clinical_team, is_non_clinical, is_excludable, allows_leave, min_weeks, fte, colour, six_month_term, six_month_part),
  update (team, name, specialty, subspecialty, experience_categories, is_service, is_rural, is_nights_relief,
    is_clinical_team, is_non_clinical, is_excludable, allows_leave, min_weeks, fte, colour, six_month_term, six_month_part)
  on public.positions to authenticated;
grant all on public.hospitals, public.teams, public.six_month_terms, public.positions to service_role;
grant select on public.teams, public.six_month_terms, public.positions to receptor_engine;

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

create policy six_month_terms_select on public.six_month_terms for select to authenticated
  using (org_id in (select private.orgs_with_right('org.view')));
create policy six_month_terms_insert on public.six_month_terms for insert to authenticated
  with check (org_id in (select private.orgs_with_right('allocationRun.edit')));
create policy six_month_terms_update on public.six_month_terms for update to authenticated
  using (org_id in (select private.orgs_with_right('allocationRun.edit')))
  with check (org_id in (select private.orgs_with_right('allocationRun.edit')));
create policy six_month_terms_delete on public.six_month_terms for delete to authenticated
  using (org_id in (select private.orgs_with_right('allocationRun.edit')));
create policy engine_select on public.teams for select to receptor_engine
  using (org_id = (select fleet.claimed_org_id()));
create policy engine_select on public.six_month_terms for select to receptor_engine
  using (org_id = (select fleet.claimed_org_id('planner')));

create policy positions_select on public.positions for select to authenticated
  using (org_id in (select private.orgs_with_right('org.view')));
create policy positions_insert on public.positions for insert to authenticated
  with check (org_id in (select private.orgs_with_right('allocationRun.edit')));
create policy positions_update on public.positions for update to authenticated
  using (org_id in (select private.orgs_with_right('allocationRun.edit')))
  with check (org_id in (select private.orgs_with_right('allocationRun.edit')));
create policy positions_delete on public.positions for delete to authenticated
  using (org_id in (select private.orgs_with_right('allocationRun.edit')));
create policy engine_select on public.positions for select to receptor_engine
  using (org_id = (select fleet.claimed_org_id()));
