-- Tenancy and rights: who belongs to which health service, and what a role may do there.
-- Every later table carries org_id; every policy asks private.orgs_with_right().
--
-- Every table and function of these migrations takes away what PostgreSQL and the project grant by default, each itself,
-- and grants what it means to. The project's default privileges are left alone: other schemas may rely on them.

create table public.orgs (
  id uuid primary key default gen_random_uuid(),
  name text not null check (private.is_name(name, 200)),
  created_at timestamptz not null default now(),
  created_by uuid references auth.users (id) on delete set null
);
comment on table public.orgs is 'A health service: the tenant. Every domain row belongs to exactly one.';
comment on column public.orgs.created_by is 'Who made it with create_org(); null: an operator, or somebody who is gone.';
create index orgs_created_by_idx on public.orgs (created_by);
create trigger fold_names before insert or update of name on public.orgs
  for each row when (new.name <> private.fold_text(new.name))
  execute function private.fold_names('name');

create table public.roles (
  name text primary key check (name ~ '^[a-z][a-z_]*$'),
  description text not null
);
comment on table public.roles is 'What a member of an org can be.';

create table public.role_rights (
  role text not null references public.roles (name) on update cascade on delete cascade,
  right_name text not null check (right_name ~ '^[a-zA-Z]+\.[a-zA-Z]+$'),
  primary key (role, right_name)
);
comment on table public.role_rights is
  'Maps roles to rights such as allocationPlanner.create. Policies ask for rights, never for roles.';
create index role_rights_right_name_idx on public.role_rights (right_name);

create table public.org_members (
  org_id uuid not null references public.orgs (id) on delete cascade,
  user_id uuid not null references auth.users (id) on delete cascade,
  role text not null references public.roles (name) on update cascade,
  created_at timestamptz not null default now(),
  primary key (org_id, user_id)
);
comment on table public.org_members is 'Who belongs to which org, in which role.';
create index org_members_user_id_idx on public.org_members (user_id);
create index org_members_role_idx on public.org_members (role);

create table public.member_rights (
  org_id uuid not null,
  user_id uuid not null,
  right_name text not null check (right_name in ('preferences.viewBeforeClose')),
  reason text not null check (private.is_name(reason, 1000)),
  granted_by uuid references auth.users (id) on delete set null,
  granted_at timestamptz not null default now(),
  primary key (org_id, user_id, right_name),
  foreign key (org_id, user_id) references public.org_members (org_id, user_id) on delete cascade
);
comment on table public.member_rights is
  'Rights that no role has, as shipped, and that a manager gives a single member, with a reason; see grant_right().';
comment on column public.member_rights.granted_by is 'Null: an operator, or somebody who is gone.';
create index member_rights_user_id_idx on public.member_rights (user_id);
create index member_rights_granted_by_idx on public.member_rights (granted_by);
create trigger fold_names before insert or update of reason on public.member_rights
  for each row when (new.reason <> private.fold_text(new.reason))
  execute function private.fold_names('reason');

insert into public.roles (name, description) values
  ('manager', 'Plans job lines and runs the match for the org.'),
  ('viewer', 'Reads what managers plan.'),
  ('doctor', 'Sees the job lines of open allocation runs that they take part in.'),
  ('preferencer', 'Ranks the doctors for the job lines of a department.');

insert into public.role_rights (role, right_name) values
  ('manager', 'org.view'),
  ('manager', 'org.manage'),
  ('manager', 'allocationPlanner.view'),
  ('manager', 'allocationPlanner.create'),
  ('manager', 'allocationRun.edit'),
  ('manager', 'allocator.view'),
  ('manager', 'allocator.create'),
  ('manager', 'operations.view'),
  ('manager', 'audit.view'),
  ('manager', 'worker.self'),
  ('viewer', 'org.view'),
  ('viewer', 'allocationPlanner.view'),
  ('viewer', 'allocator.view'),
  ('viewer', 'worker.self'),
  ('doctor', 'org.view'),
  ('doctor', 'worker.self'),
  ('preferencer', 'org.view'),
  ('preferencer', 'worker.self');

-- A manager or a department's person may be a doctor as well, and sees their own. The right preferences.viewBeforeClose (to
-- read doctors' wishes while the window is open) belongs to no role: a manager gives it to a member who may see the match, with a
-- reason, see grant_right(); doctors are told how many have it.

-- private.orgs_with_right(right): the orgs in which the caller holds a right.
-- Called by nearly every policy, as `org_id in (select private.orgs_with_right('...'))`, so that
-- the planner evaluates it once per statement and not once per row; and by functions that check rights themselves. In PL/pgSQL, which
-- keeps its plan for the session: in SQL it would be planned in each statement that asks, which takes longer than its work.
create function private.orgs_with_right(p_right text)
returns setof uuid
language plpgsql
stable
security definer
set search_path = ''
as $$
begin
  return query
    select m.org_id
    from public.org_members m
    join public.role_rights r on r.role = m.role
    where m.user_id = (select auth.uid())
      and r.right_name = p_right
    union
    select g.org_id from public.member_rights g
    where g.user_id = (select auth.uid())
      and g.right_name = p_right;
end
$$;
comment on function private.orgs_with_right(text) is
  'Orgs in which the calling user holds the right. Used by policies.';
revoke all on function private.orgs_with_right(text) from public, anon, authenticated, service_role;
grant execute on function private.orgs_with_right(text) to authenticated;

alter table public.orgs enable row level security;
alter table public.roles enable row level security;
alter table public.role_rights enable row level security;
alter table public.org_members enable row level security;
alter table public.member_rights enable row level security;

revoke all on public.orgs, public.roles, public.role_rights, public.org_members, public.member_rights
  from public, anon, authenticated, service_role;
grant select on public.orgs, public.roles, public.role_rights, public.org_members, public.member_rights to authenticated;
grant all on public.orgs, public.roles, public.role_rights, public.org_members, public.member_rights to service_role;

create policy orgs_select on public.orgs for select to authenticated
  using (id in (select private.orgs_with_right('org.view')));
create policy roles_select on public.roles for select to authenticated using (true);
create policy role_rights_select on public.role_rights for select to authenticated using (true);
-- A member sees their own membership; whoever plans sees who else is there.
create policy org_members_select on public.org_members for select to authenticated
  using (
    user_id = (select auth.uid())
    or org_id in (select private.orgs_with_right('allocationRun.edit'))
  );

-- A member sees what they were given; whoever sees the match, who else was: it is no secret.
create policy member_rights_select on public.member_rights for select to authenticated
  using (
    user_id = (select auth.uid())
    or org_id in (select private.orgs_with_right('allocator.view'))
  );

-- member_emails(org): who the members of an org are, for lists that say who did something.
-- Called by UIs of those who plan; members of other orgs and doctors get nothing.
create function public.member_emails(p_org_id uuid)
returns table (user_id uuid, email text)
language sql
stable
security definer
set search_path = ''
as $$
  select m.user_id, u.email::text
  from public.org_members m
  join auth.users u on u.id = m.user_id
  where m.org_id = p_org_id
    and m.role in (select role from public.role_rights where right_name = 'allocationPlanner.view')
    and p_org_id in (select private.orgs_with_right('allocationPlanner.view'))
$$;
comment on function public.member_emails(uuid) is
  'E-mail addresses of the members of an org who plan or see what is planned, for callers who do so as well.';
revoke all on function public.member_emails(uuid) from public, anon, authenticated, service_role;
grant execute on function public.member_emails(uuid) to authenticated;
