-- Two things that a position may say of itself: that nobody takes leave in it, and that it is one component of a
-- six-month term.
--
-- A six-month term is two positions, its components, that one doctor works one after the other in two consecutive terms.
-- Each component is a position like any other, with posts, subspecialty and flags of its own, so a line with a six-month
-- term holds two rotations for it, one per term: weeks, dates, leave and swaps look as they always do.

create table public.six_month_terms (
  id uuid primary key default gen_random_uuid(),
  org_id uuid not null references public.orgs (id) on delete cascade,
  name text not null check (length(trim(name)) between 1 and 200),
  qualification text check (length(trim(qualification)) between 1 and 200),
  college text check (length(trim(college)) between 1 and 200),
  created_at timestamptz not null default now(),
  unique (org_id, id),
  unique (org_id, name)
);
comment on table public.six_month_terms is
  'Terms of six months: two positions that one doctor works in two consecutive terms. Which is which stands with the positions.';
comment on column public.six_month_terms.qualification is 'The diploma or certificate that it belongs to; null: none.';
comment on column public.six_month_terms.college is 'The college that requires it; null: none.';

alter table public.six_month_terms enable row level security;
revoke all on public.six_month_terms from anon, authenticated;
grant select, insert, update, delete on public.six_month_terms to authenticated;
grant all on public.six_month_terms to service_role;
grant select on public.six_month_terms to receptor_engine;

create policy six_month_terms_select on public.six_month_terms for select to authenticated
  using (org_id in (select private.orgs_with_right('org.view')));
create policy six_month_terms_insert on public.six_month_terms for insert to authenticated
  with check (org_id in (select private.orgs_with_right('allocationRun.edit')));
create policy six_month_terms_update on public.six_month_terms for update to authenticated
  using (org_id in (select private.orgs_with_right('allocationRun.edit')))
  with check (org_id in (select private.orgs_with_right('allocationRun.edit')));
create policy six_month_terms_delete on public.six_month_terms for delete to authenticated
  using (org_id in (select private.orgs_with_right('allocationRun.edit')));
create policy engine_select on public.six_month_terms for select to receptor_engine
  using (org_id = (select fleet.claimed_org_id('planner')));

alter table public.positions
  add column allows_leave boolean not null default true,
  add column six_month_term uuid,
  add column six_month_part smallint check (six_month_part in (1, 2)),
  add check ((six_month_term is null) = (six_month_part is null)),
  -- At the end of the statement, as deleting an org takes both.
  add foreign key (org_id, six_month_term) references public.six_month_terms (org_id, id) on delete no action,
  add unique (six_month_term, six_month_part);
create index positions_org_six_month_term_idx on public.positions (org_id, six_month_term)
  where six_month_term is not null;
comment on column public.positions.allows_leave is 'Whether annual leave may be planned in it; in service terms it never is.';
comment on column public.positions.six_month_term is 'The six-month term that it is a component of; null: a term of its own.';
comment on column public.positions.six_month_part is 'Which component it is: 1 is worked first, 2 in the term after it.';

-- planner.run_positions(run): the positions that an allocation run has posts of.
-- Called by planner.load_run(). Runs with its caller's rights.
create function planner.run_positions(p_allocation_run uuid)
returns jsonb
language sql
stable
set search_path = ''
as $$
  select coalesce(jsonb_agg(
    jsonb_build_object(
      'id', p.id, 'name', p.name, 'specialty', p.specialty, 'subspecialty', p.subspecialty,
      'categories', to_jsonb(p.experience_categories), 'is_service', p.is_service,
      'is_rural', p.is_rural, 'is_nights_relief', p.is_nights_relief,
      'is_clinical_team', p.is_clinical_team, 'is_non_clinical', p.is_non_clinical,
      'is_excludable', p.is_excludable, 'allows_leave', p.allows_leave, 'min_weeks', p.min_weeks,
      'six_month_term', p.six_month_term, 'six_month_part', p.six_month_part
    ) order by p.name, p.id), '[]'::jsonb)
  from public.positions p
  where p.id in (select position from public.allocation_run_positions where allocation_run = p_allocation_run)
$$;
comment on function planner.run_positions(uuid) is 'The positions that an allocation run has posts of.';
revoke all on function planner.run_positions(uuid) from public;
grant execute on function planner.run_positions(uuid) to receptor_engine;

-- planner.run_six_month_terms(run): the six-month terms whose components an allocation run has posts of.
-- Called by planner.load_run(). Runs with its caller's rights.
create function planner.run_six_month_terms(p_allocation_run uuid)
returns jsonb
language sql
stable
set search_path = ''
as $$
  select coalesce(jsonb_agg(
    jsonb_build_object('id', s.id, 'name', s.name, 'qualification', s.qualification, 'college', s.college)
    order by s.name, s.id), '[]'::jsonb)
  from public.six_month_terms s
  where s.id in (
    select p.six_month_term from public.positions p
    join public.allocation_run_positions arp on arp.position = p.id
    where arp.allocation_run = p_allocation_run)
$$;
comment on function planner.run_six_month_terms(uuid) is 'The six-month terms whose components an allocation run has posts of.';
revoke all on function planner.run_six_month_terms(uuid) from public;
grant execute on function planner.run_six_month_terms(uuid) to receptor_engine;

-- planner.load_run(run): as before, with the new columns of positions and the six-month terms.
create or replace function planner.load_run(p_planner_run uuid)
returns jsonb
language sql
stable
set search_path = ''
as $$
  select jsonb_build_object(
    'n_job_lines', pr.n_job_lines,
    'constraints', pr.constraints,
    'options', pr.options,
    'allocation_run', ar.id,
    'term_weeks', to_jsonb(ar.term_weeks),
    'positions', planner.run_positions(ar.id),
    'six_month_terms', planner.run_six_month_terms(ar.id),
    'posts', (
      select coalesce(jsonb_agg(
        jsonb_build_object('position', arp.position, 'term', arp.term, 'posts', arp.posts,
                           'minimum_fill', arp.minimum_fill)), '[]'::jsonb)
      from public.allocation_run_positions arp
      where arp.allocation_run = ar.id and arp.term <= cardinality(ar.term_weeks)),
    'lines', planner.existing_lines(ar.id),
    'affinity', (
      select jsonb_build_object(
        'profile', f.name, 'version', f.version,
        'weights', (
          select coalesce(jsonb_agg(jsonb_build_array(w.specialty_a, w.specialty_b, w.weight)
                                    order by w.specialty_a, w.specialty_b), '[]'::jsonb)
          from public.affinity_weights w where w.profile = f.id))
      from public.affinity_profiles f where f.id = ar.affinity_profile)
  )
  from public.allocation_planner_runs pr
  join public.allocation_runs ar on ar.id = pr.allocation_run
  where pr.id = p_planner_run
$$;
