-- A health service from nothing: a signed-in user makes one, and its managers say who belongs to it, by e-mail address.
--
-- Errors of users' calls carry a stable code as their hint (LAST_MANAGER, NAME_TAKEN...) beside the SQLSTATE.

create table public.org_invitations (
  id uuid primary key default gen_random_uuid(),
  org_id uuid not null references public.orgs (id) on delete cascade,
  email text not null check (private.is_name(email, 320) and email = lower(email) and email ~ '^[^ @]+@[^ @]+$'),
  role text not null references public.roles (name) on update cascade,
  invited_by uuid references auth.users (id) on delete set null,
  created_at timestamptz not null default now(),
  asked_at timestamptz not null default now(),
  unique (org_id, id),
  unique (org_id, email)
);
comment on table public.org_invitations is
  'Who was asked into an org and has not come yet: whoever signs in with the confirmed address becomes a member.';
comment on column public.org_invitations.asked_at is 'When they were asked last; each time an e-mail is written, see messages.write_invitations().';
create index org_invitations_email_idx on public.org_invitations (email);
create index org_invitations_role_idx on public.org_invitations (role);
create index org_invitations_invited_by_idx on public.org_invitations (invited_by);
create trigger fold_names before insert or update of email on public.org_invitations
  for each row when (new.email <> private.fold_text(new.email))
  execute function private.fold_names('email');

alter table public.org_invitations enable row level security;
revoke all on public.org_invitations from public, anon, authenticated, service_role;
grant select on public.org_invitations to authenticated;
grant all on public.org_invitations to service_role;
create policy org_invitations_select on public.org_invitations for select to authenticated
  using (org_id in (select private.orgs_with_right('org.manage')));

-- private.keep_a_manager(): an org that had a manager keeps one: RC409 LAST_MANAGER for a change that takes the last one away,
-- whoever makes it. The org's row is written first, so that two who take each other's place away wait for each other, and the
-- second one sees what the first did (or is refused by the database where it may not see it).
-- Trigger after update or delete of members. An account that is deleted takes its memberships along, and an org its members: where that was
-- the last manager, operators appoint another one (appoint_manager()).
create function private.keep_a_manager()
returns trigger
language plpgsql
security definer
set search_path = ''
as $$
begin
  if not exists (select from public.role_rights r where r.role = old.role and r.right_name = 'org.manage') then
    return null;
  end if;
  if tg_op = 'UPDATE' and (new.org_id, new.user_id) = (old.org_id, old.user_id)
    and exists (select from public.role_rights r where r.role = new.role and r.right_name = 'org.manage') then
    return null;
  end if;
  update public.orgs set name = name where id = old.org_id;
  if not found or not exists (select from auth.users u where u.id = old.user_id) then
    return null;
  end if;
  if not exists (
    select from public.org_members m
    join public.role_rights r on r.role = m.role and r.right_name = 'org.manage'
    where m.org_id = old.org_id
  ) then
    raise exception 'The organisation would be left without a manager. Make somebody else a manager first.'
      using errcode = 'RC409', hint = 'LAST_MANAGER';
  end if;
  return null;
end
$$;
comment on function private.keep_a_manager() is 'Trigger: the last manager of an org stays.';
revoke all on function private.keep_a_manager() from public, anon, authenticated, service_role;
create trigger keep_a_manager after update or delete on public.org_members
  for each row execute function private.keep_a_manager();

-- private.confirmed_email(): the caller's e-mail address, in small letters, where they have shown that it is theirs; else null.
-- Called by private.require_email() and claim_invitations().
create function private.confirmed_email()
returns text
language plpgsql
stable
security definer
set search_path = ''
as $$
begin
  return (
  select lower(private.fold_text(u.email::text)) from auth.users u
  where u.id = (select auth.uid()) and u.email_confirmed_at is not null and u.email <> ''
  );
end
$$;
comment on function private.confirmed_email() is 'The confirmed e-mail address of the calling user; null: none.';
revoke all on function private.confirmed_email() from public, anon, authenticated, service_role;

-- private.require_email(): the caller's confirmed e-mail address, or RC409 with the hint ACCOUNT_GONE (it was erased, and its token
-- is good for a while yet) or EMAIL_NOT_CONFIRMED. Called by create_org() and claim_worker().
create function private.require_email()
returns text
language plpgsql
stable
security definer
set search_path = ''
as $$
declare
  v_email text := private.confirmed_email();
begin
  if v_email is not null then
    return v_email;
  end if;
  if not exists (select from auth.users u where u.id = auth.uid()) then
    raise exception 'This account was erased. Sign out; who comes back signs in again.'
      using errcode = 'RC409', hint = 'ACCOUNT_GONE';
  end if;
  raise exception 'Confirm your e-mail address first: the link is in the message that you were sent when you signed up.'
    using errcode = 'RC409', hint = 'EMAIL_NOT_CONFIRMED';
end
$$;
comment on function private.require_email() is 'The confirmed e-mail address of the calling user, or a refusal that says why there is none.';
revoke all on function private.require_email() from public, anon, authenticated, service_role;

-- private.require_name(path, text, most): a name as people see it; RC400 with its path where it is none.
-- Called by functions that users call with a single name.
create function private.require_name(p_path text, p_text text, p_most int)
returns text
language plpgsql
stable
set search_path = ''
as $$
begin
  perform private.refuse_faults((
    select coalesce(jsonb_agg(jsonb_build_object('path', f.path, 'message', f.message)), '[]')
    from private.shape_faults(to_jsonb(p_text), jsonb_build_object('is', 'text', 'most', p_most, 'must', true), p_path) as f));
  return private.fold_text(p_text);
end
$$;
comment on function private.require_name(text, text, int) is 'A name without what is invisible, or RC400 with its path.';
revoke all on function private.require_name(text, text, int) from public, anon, authenticated, service_role;
grant execute on function private.require_name(text, text, int) to authenticated;

-- create_org(name): a new health service whose manager the caller is. Called by UIs for whoever has none.
-- Answers {org, name}. RC400 p_name; RC409 as private.require_email(), NAME_TAKEN (the caller manages one of that name already: a
-- request whose answer was lost makes no second one); RC429 TOO_MANY_ORGS: more than 3 a day or 20 in all by one account.
create function public.create_org(p_name text)
returns jsonb
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_user uuid := auth.uid();
  v_name text := private.require_name('p_name', p_name, 200);
  v_org uuid;
begin
  perform private.require_email();
  perform pg_advisory_xact_lock(hashtextextended('create_org ' || v_user, 0));
  if exists (
    select from public.orgs o where o.name = v_name and o.id in (select private.orgs_with_right('org.manage'))
  ) then
    raise exception 'You manage an organisation "%" already.', v_name using errcode = 'RC409', hint = 'NAME_TAKEN';
  end if;
  if (select count(*) from public.orgs where created_by = v_user and created_at > now() - interval '1 day') >= 3
    or (select count(*) from public.orgs where created_by = v_user) >= 20 then
    raise exception 'You have made many organisations already. One account makes 3 a day and 20 in all; ask the operator for more.'
      using errcode = 'RC429', hint = 'TOO_MANY_ORGS';
  end if;
  insert into public.orgs (name, created_by) values (v_name, v_user) returning id into v_org;
  insert into public.org_members (org_id, user_id, role) values (v_org, v_user, 'manager');
  return jsonb_build_object('org', v_org, 'name', v_name);
end
$$;
comment on function public.create_org(text) is 'A new health service, whose manager the caller becomes; answers {org, name}.';
revoke all on function public.create_org(text) from public, anon, authenticated, service_role;
grant execute on function public.create_org(text) to authenticated;

-- private.require_managing(org, what): the caller manages the members of an org: RC404 where they do not belong to it, 42501
-- where they may not. Called by the functions below. p_what: what may not be done, for the sentence.
create function private.require_managing(p_org_id uuid, p_what text)
returns void
language plpgsql
stable
security definer
set search_path = ''
as $$
begin
  if p_org_id is null or p_org_id not in (select private.orgs_with_right('org.view')) then
    raise exception '%', private.no_such('organisation', p_org_id::text) using errcode = 'RC404';
  end if;
  if p_org_id not in (select private.orgs_with_right('org.manage')) then
    raise exception '% needs the right org.manage.', p_what using errcode = 'insufficient_privilege';
  end if;
end
$$;
comment on function private.require_managing(uuid, text) is 'Raises where the caller does not manage the members of an org.';
revoke all on function private.require_managing(uuid, text) from public, anon, authenticated, service_role;

-- rename_org(org, name, seen): the name as it is now. Called by UIs. RC400 p_name, RC404, 42501. p_seen: {name} as whoever renames it had read
-- it; RC409 CHANGED_MEANWHILE where it is another by now.
create function public.rename_org(p_org_id uuid, p_name text, p_seen jsonb default null)
returns text
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_name text;
begin
  perform private.require_managing(p_org_id, 'Renaming an organisation');
  v_name := private.require_name('p_name', p_name, 200);
  perform from public.orgs where id = p_org_id for no key update;
  -- Again: a right may be taken away while a call waits.
  perform private.require_managing(p_org_id, 'Renaming an organisation');
  perform private.require_unchanged(to_jsonb(o), p_seen, 'the name') from (select name from public.orgs where id = p_org_id) as o;
  update public.orgs set name = v_name where id = p_org_id and name <> v_name;
  return v_name;
end
$$;
comment on function public.rename_org(uuid, text, jsonb) is 'Renames a health service.';
revoke all on function public.rename_org(uuid, text, jsonb) from public, anon, authenticated, service_role;
grant execute on function public.rename_org(uuid, text, jsonb) to authenticated;

-- list_members(org): members and those who were invited (user_id null), managers first; of these when they were asked last, and what
-- became of the last e-mail: a messages.email_state, or off: nobody delivers e-mail, so that the invitation has to be sent by hand.
-- Called by UIs of managers. RC404, 42501.
create function public.list_members(p_org_id uuid)
returns table (user_id uuid, email text, role text, since timestamptz, asked_at timestamptz, mail text)
language plpgsql
stable
security definer
set search_path = ''
as $$
begin
  perform private.require_managing(p_org_id, 'Seeing who the members are');
  return query
    select p.user_id, p.email, p.role, p.since, p.asked_at, p.mail
    from (
      select m.user_id, u.email::text as email, m.role, m.created_at as since, null::timestamptz as asked_at, null as mail
      from public.org_members m join auth.users u on u.id = m.user_id where m.org_id = p_org_id
      union all
      select null, i.email, i.role, i.created_at, i.asked_at, messages.state_of_invitation(i.id)
      from public.org_invitations i where i.org_id = p_org_id
    ) as p
    order by array_position('{manager,viewer}'::text[], p.role) nulls last, p.role, p.user_id is null, p.email;
end
$$;
comment on function public.list_members(uuid) is 'Members of an org and pending invitations, for its managers.';
revoke all on function public.list_members(uuid) from public, anon, authenticated, service_role;
grant execute on function public.list_members(uuid) to authenticated;

-- private.address_shape(): the shape of an e-mail address, see private.shape_faults(). Called by the function below and appoint_manager().
create function private.address_shape()
returns jsonb
language sql
immutable
set search_path = ''
as $$ select '{"is": "text", "most": 320, "must": true, "like": "^[^@[:space:]]+@[^@[:space:]]+[.][^@[:space:].]+$"}'::jsonb $$;
comment on function private.address_shape() is 'The shape of an e-mail address.';
revoke all on function private.address_shape() from public, anon, authenticated, service_role;

-- invite_members(org, members): asks people into an org, all or nothing: [{email, role}], by an e-mail each where the project sends
-- mail; without, managers copy the invitation. Who was invited before is invited in the new role. Called by UIs. Answers {invited, unchanged}. RC400 with the path of each fault ([2].email: not an address,
-- twice, or a member's), RC404, 42501; RC429 TOO_MANY_INVITATIONS: more than 2,000 pending.
create function public.invite_members(p_org_id uuid, p_members jsonb)
returns jsonb
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_faults jsonb;
  v_invited uuid[];
begin
  perform private.require_managing(p_org_id, 'Inviting members');
  p_members := private.fold_document(p_members);
  perform private.require_shape(p_members, jsonb_build_object('is', 'list', 'most', 2000, 'of', jsonb_build_object(
    'is', 'object', 'members', jsonb_build_object(
      'email', private.address_shape(),
      'role', jsonb_build_object('is', 'choice', 'must', true, 'of', (select jsonb_agg(r.name order by r.name) from public.roles r))))),
    1024 * 1024);
  with told as (
    select n - 1 as n, lower(e ->> 'email') as email from jsonb_array_elements(p_members) with ordinality as t (e, n)
  ), fault as (
    select t.n, format('[%s].email', t.n) as path, format('%s is there twice', t.email) as message
    from told t where exists (select from told o where o.email = t.email and o.n < t.n)
    union all
    select t.n, format('[%s].email', t.n), format('%s is a member already; change the role instead', t.email)
    from told t
    where exists (
      select from public.org_members m join auth.users u on u.id = m.user_id
      where m.org_id = p_org_id and lower(u.email) = t.email)
  )
  select coalesce(jsonb_agg(jsonb_build_object('path', f.path, 'message', f.message) order by f.n), '[]') into v_faults
  from (select * from fault order by n limit 50) as f;
  perform private.refuse_faults(v_faults);

  perform from public.orgs where id = p_org_id for no key update;
  -- Again: a right may be taken away while a call waits.
  perform private.require_managing(p_org_id, 'Inviting members');
  with written as (
    insert into public.org_invitations as i (org_id, email, role, invited_by)
    select p_org_id, lower(e ->> 'email'), e ->> 'role', auth.uid() from jsonb_array_elements(p_members) as e
    on conflict (org_id, email) do update set role = excluded.role, invited_by = excluded.invited_by, asked_at = now()
      where i.role <> excluded.role
    returning i.id
  )
  select coalesce(array_agg(id), '{}') into v_invited from written;
  if (select count(*) from public.org_invitations where org_id = p_org_id) > 2000 then
    raise exception 'More than 2,000 invitations are pending. Take some back first.'
      using errcode = 'RC429', hint = 'TOO_MANY_INVITATIONS';
  end if;
  perform messages.write_invitations(v_invited);
  return jsonb_build_object('invited', cardinality(v_invited), 'unchanged', jsonb_array_length(p_members) - cardinality(v_invited));
end
$$;
comment on function public.invite_members(uuid, jsonb) is 'Invites people into an org by their e-mail addresses.';
revoke all on function public.invite_members(uuid, jsonb) from public, anon, authenticated, service_role;
grant execute on function public.invite_members(uuid, jsonb) to authenticated;

-- resend_invitation(org, email): asks somebody again who was invited and has not come. Called by UIs. Answers {email, asked_at}.
-- RC404 (no such invitation, too), 42501; RC429 ASKED_JUST_NOW: less than ten minutes ago.
create function public.resend_invitation(p_org_id uuid, p_email text)
returns jsonb
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_invitation public.org_invitations;
begin
  perform private.require_managing(p_org_id, 'Inviting members');
  select * into v_invitation from public.org_invitations
  where org_id = p_org_id and email = lower(private.fold_text(p_email)) for update;
  -- Again: a right may be taken away while a call waits.
  perform private.require_managing(p_org_id, 'Inviting members');
  if v_invitation.id is null then
    raise exception 'There is no invitation for %; they may have come meanwhile.', left(p_email, 320) using errcode = 'RC404';
  elsif v_invitation.asked_at > now() - interval '10 minutes' then
    raise exception '% was asked less than ten minutes ago; an e-mail may take that long.', v_invitation.email
      using errcode = 'RC429', hint = 'ASKED_JUST_NOW';
  end if;
  update public.org_invitations set asked_at = now(), invited_by = auth.uid() where id = v_invitation.id;
  perform messages.write_invitations(array[v_invitation.id]);
  return jsonb_build_object('email', v_invitation.email, 'asked_at', now());
end
$$;
comment on function public.resend_invitation(uuid, text) is 'Asks somebody again who was invited into an org.';
revoke all on function public.resend_invitation(uuid, text) from public, anon, authenticated, service_role;
grant execute on function public.resend_invitation(uuid, text) to authenticated;

-- withdraw_invitation(org, email): takes an invitation back. Called by UIs. RC404 (no such invitation, too), 42501.
create function public.withdraw_invitation(p_org_id uuid, p_email text)
returns void
language plpgsql
security definer
set search_path = ''
as $$
begin
  perform private.require_managing(p_org_id, 'Taking an invitation back');
  delete from public.org_invitations where org_id = p_org_id and email = lower(private.fold_text(p_email));
  if not found then
    raise exception 'There is no invitation for %; they may have come meanwhile.', left(p_email, 320) using errcode = 'RC404';
  end if;
end
$$;
comment on function public.withdraw_invitation(uuid, text) is 'Takes an invitation into an org back.';
revoke all on function public.withdraw_invitation(uuid, text) from public, anon, authenticated, service_role;
grant execute on function public.withdraw_invitation(uuid, text) to authenticated;

-- claim_invitations(): the caller becomes a member wherever their confirmed e-mail address was invited. Called by UIs at
-- sign-in. Who belongs to an org by now keeps a role that may plan; a doctor gets the role of the invitation.
-- Answers [{org, name, role}], of those that were claimed.
create function public.claim_invitations()
returns jsonb
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_user uuid := auth.uid();
  v_answer jsonb;
begin
  with mine as (
    delete from public.org_invitations where email = private.confirmed_email() returning org_id, role
  ), joined as (
    insert into public.org_members as m (org_id, user_id, role)
    select org_id, v_user, role from mine
    on conflict (org_id, user_id) do update set role = excluded.role
      where excluded.role <> m.role and not exists (
        select from public.role_rights r where r.role = m.role and r.right_name = 'allocationPlanner.view')
    returning m.org_id, m.role
  )
  select coalesce(jsonb_agg(jsonb_build_object('org', o.id, 'name', o.name, 'role', j.role) order by o.name), '[]')
  into v_answer
  from joined j join public.orgs o on o.id = j.org_id;
  return v_answer;
end
$$;
comment on function public.claim_invitations() is 'The caller joins the orgs that invited their confirmed e-mail address.';
revoke all on function public.claim_invitations() from public, anon, authenticated, service_role;
grant execute on function public.claim_invitations() to authenticated;

-- set_member_role(org, user, role, seen): RC400 p_role, RC404 (no such member, too), 42501, RC409 LAST_MANAGER. Called by UIs. p_seen: {role} as
-- whoever changes it had read it; RC409 CHANGED_MEANWHILE where it is another by now.
create function public.set_member_role(p_org_id uuid, p_user_id uuid, p_role text, p_seen jsonb default null)
returns void
language plpgsql
security definer
set search_path = ''
as $$
begin
  perform private.require_managing(p_org_id, 'Changing a role');
  if not exists (select from public.roles where name = p_role) then
    perform private.refuse_faults(jsonb_build_array(jsonb_build_object('path', 'p_role', 'message', format('not one of %s', (
      select string_agg(name, ', ' order by name) from public.roles)))));
  end if;
  perform from public.org_members where org_id = p_org_id and user_id = p_user_id for update;
  -- Again: a right may be taken away while a call waits.
  perform private.require_managing(p_org_id, 'Changing a role');
  perform private.require_unchanged(to_jsonb(m), p_seen, 'the role')
  from (select role from public.org_members where org_id = p_org_id and user_id = p_user_id) as m;
  update public.org_members set role = p_role where org_id = p_org_id and user_id = p_user_id;
  if not found then
    raise exception 'They are no member of this organisation any more.' using errcode = 'RC404';
  end if;
  -- What was given to who may see the match does not come back by itself with a later role.
  delete from public.member_rights g where g.org_id = p_org_id and g.user_id = p_user_id and not exists (
    select from public.role_rights r where r.role = p_role and r.right_name = 'allocator.view');
end
$$;
comment on function public.set_member_role(uuid, uuid, text, jsonb) is 'Changes the role of a member; the last manager stays one.';
revoke all on function public.set_member_role(uuid, uuid, text, jsonb) from public, anon, authenticated, service_role;
grant execute on function public.set_member_role(uuid, uuid, text, jsonb) to authenticated;

-- remove_member(org, user): a member goes; anybody may go themselves. What they did stays, and so does who they are as a
-- doctor. Called by UIs. RC404 (no such member, too), 42501, RC409 LAST_MANAGER.
create function public.remove_member(p_org_id uuid, p_user_id uuid)
returns void
language plpgsql
security definer
set search_path = ''
as $$
begin
  if p_user_id is distinct from auth.uid() then
    perform private.require_managing(p_org_id, 'Removing a member');
  end if;
  delete from public.org_members where org_id = p_org_id and user_id = p_user_id;
  if not found then
    raise exception 'They are no member of this organisation any more.' using errcode = 'RC404';
  end if;
end
$$;
comment on function public.remove_member(uuid, uuid) is 'Takes a member out of an org; the last manager stays.';
revoke all on function public.remove_member(uuid, uuid) from public, anon, authenticated, service_role;
grant execute on function public.remove_member(uuid, uuid) to authenticated;

-- appoint_manager(org, email): somebody manages an org, whoever does by now: for one whose managers' accounts are all gone. Who has an account with
-- this confirmed address is a manager at once; anybody else is invited as one. Answers appointed, unchanged (they were one) or invited. Called by
-- operators (`deno task ops appoint-manager`). RC400 p_email, RC404.
create function public.appoint_manager(p_org_id uuid, p_email text)
returns text
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_email text := lower(private.fold_text(p_email));
  v_accounts uuid[] := array(
    select u.id from auth.users u where lower(private.fold_text(u.email::text)) = v_email and u.email_confirmed_at is not null);
  v_invitation uuid;
begin
  perform private.refuse_faults((
    select coalesce(jsonb_agg(jsonb_build_object('path', f.path, 'message', f.message)), '[]')
    from private.shape_faults(to_jsonb(v_email), private.address_shape(), 'p_email') as f));
  perform from public.orgs where id = p_org_id for no key update;
  if not found then
    raise exception '%', private.no_such('organisation', p_org_id::text) using errcode = 'RC404';
  elsif v_accounts = '{}' then
    insert into public.org_invitations as i (org_id, email, role) values (p_org_id, v_email, 'manager')
    on conflict (org_id, email) do update set role = excluded.role, asked_at = now()
    returning i.id into v_invitation;
    perform messages.write_invitations(array[v_invitation]);
    return 'invited';
  end if;
  insert into public.org_members as m (org_id, user_id, role) select p_org_id, id, 'manager' from unnest(v_accounts) as id
  on conflict (org_id, user_id) do update set role = excluded.role where m.role <> excluded.role;
  return case when found then 'appointed' else 'unchanged' end;
end
$$;
comment on function public.appoint_manager(uuid, text) is 'Makes somebody a manager of an org, or invites them as one: for operators.';
revoke all on function public.appoint_manager(uuid, text) from public, anon, authenticated, service_role;
grant execute on function public.appoint_manager(uuid, text) to service_role;

-- private.require_granting(org, user, right, what): the caller manages an org, and a right is one that single members are given, of
-- one of them: RC404, 42501, RC400 p_right. Called by grant_right() and revoke_right(). p_what: what may not be done, for the sentence.
create function private.require_granting(p_org_id uuid, p_user_id uuid, p_right text, p_what text)
returns void
language plpgsql
set search_path = ''
as $$
begin
  perform private.require_managing(p_org_id, p_what);
  if p_right is distinct from 'preferences.viewBeforeClose' then
    perform private.refuse_faults('[{"path": "p_right", "message": "must be preferences.viewBeforeClose: other rights come with roles"}]');
  end if;
  perform from public.org_members where org_id = p_org_id and user_id = p_user_id for update;
  if not found then
    raise exception 'They are no member of this organisation any more.' using errcode = 'RC404';
  end if;
  -- Again: a right may be taken away while a call waits.
  perform private.require_managing(p_org_id, p_what);
end
$$;
comment on function private.require_granting(uuid, uuid, text, text) is 'Raises where the caller may not give a member a right, or take it back.';
revoke all on function private.require_granting(uuid, uuid, text, text) from public, anon, authenticated, service_role;

-- grant_right(org, user, right, reason): gives a member a right that no role has: preferences.viewBeforeClose, to read doctors' wishes
-- while their window is open. Nobody has it unless a manager says why; who, when and why stands in the log, and doctors are told how
-- many may. Who has it already keeps it, with the reason of then. Called by UIs.
-- Answers {user_id, right_name, reason, granted_at}. RC404, 42501, RC400; RC409 ROLE_SEES_NO_MATCH: a doctor's or a department's role.
create function public.grant_right(p_org_id uuid, p_user_id uuid, p_right text, p_reason text)
returns jsonb
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_right public.member_rights;
begin
  perform private.require_granting(p_org_id, p_user_id, p_right, 'Giving a member a right');
  if not exists (
    select from public.org_members m
    join public.role_rights r on r.role = m.role and r.right_name = 'allocator.view'
    where m.org_id = p_org_id and m.user_id = p_user_id
  ) then
    raise exception 'Only members who may see the match can be given this right; change the role first.'
      using errcode = 'RC409', hint = 'ROLE_SEES_NO_MATCH';
  end if;
  insert into public.member_rights (org_id, user_id, right_name, reason, granted_by)
  values (p_org_id, p_user_id, p_right, private.require_reason(p_reason), auth.uid())
  on conflict (org_id, user_id, right_name) do nothing;
  select * into v_right from public.member_rights
  where org_id = p_org_id and user_id = p_user_id and right_name = p_right;
  return jsonb_build_object('user_id', v_right.user_id, 'right_name', v_right.right_name, 'reason', v_right.reason, 'granted_at', v_right.granted_at);
end
$$;
comment on function public.grant_right(uuid, uuid, text, text) is 'Gives a member a right that no role has, with a reason.';
revoke all on function public.grant_right(uuid, uuid, text, text) from public, anon, authenticated, service_role;
grant execute on function public.grant_right(uuid, uuid, text, text) to authenticated;

-- revoke_right(org, user, right, reason): takes such a right back; whether they had it. Called by UIs. RC404, 42501, RC400.
create function public.revoke_right(p_org_id uuid, p_user_id uuid, p_right text, p_reason text default null)
returns boolean
language plpgsql
security definer
set search_path = ''
as $$
begin
  perform private.require_granting(p_org_id, p_user_id, p_right, 'Taking a right back');
  perform private.give_reason(p_reason);
  delete from public.member_rights where org_id = p_org_id and user_id = p_user_id and right_name = p_right;
  return found;
end
$$;
comment on function public.revoke_right(uuid, uuid, text, text) is 'Takes a right back that a member was given; whether they had it.';
revoke all on function public.revoke_right(uuid, uuid, text, text) from public, anon, authenticated, service_role;
grant execute on function public.revoke_right(uuid, uuid, text, text) to authenticated;

-- list_granted_rights(org): which members were given which rights, by whom and why, the latest first. Called by UIs of those who may
-- see the match. RC404 for others.
create function public.list_granted_rights(p_org_id uuid)
returns table (user_id uuid, email text, right_name text, reason text, granted_by text, granted_at timestamptz)
language plpgsql
stable
security definer
set search_path = ''
as $$
begin
  if p_org_id is null or p_org_id not in (select private.orgs_with_right('allocator.view')) then
    raise exception '%', private.no_such('organisation', p_org_id::text) using errcode = 'RC404';
  end if;
  return query
    select g.user_id, u.email::text, g.right_name, g.reason, b.email::text, g.granted_at
    from public.member_rights g
    join auth.users u on u.id = g.user_id
    left join auth.users b on b.id = g.granted_by
    where g.org_id = p_org_id
    order by g.granted_at desc, g.user_id, g.right_name;
end
$$;
comment on function public.list_granted_rights(uuid) is 'Members who were given rights that no role has, by whom and why.';
revoke all on function public.list_granted_rights(uuid) from public, anon, authenticated, service_role;
grant execute on function public.list_granted_rights(uuid) to authenticated;
