-- Orgs from nothing, and who belongs to them.
begin;
select plan(87);
select tests.new_service('north'), tests.new_service('south');
select tests.new_user('newcomer'), tests.new_user('colleague');
update auth.users set email_confirmed_at = now(), email = 'New.Comer@tests-members.example' where id = tests.id('newcomer');

select tests.login('newcomer');
select is((select count(*)::int from public.orgs), 0, 'who is new sees no org');
select is(public.create_org(E' Valley\u00a0\u200bHealth ') ->> 'name', 'Valley Health', 'makes one; the name as people see it');
select tests.remember('valley', (select id from public.orgs));
select is((select role from public.org_members), 'manager', 'and is its manager');
select throws_ok($$ select public.create_org('Valley Health') $$, 'RC409', null, 'not twice by one name: an answer may have been lost');
select throws_ok($$ select public.create_org(' ') $$, 'RC400', null, 'a name is needed');
select throws_ok($$ select public.create_org(null) $$, 'RC400', null, 'null is none');
select throws_ok(format('select public.create_org(%L)', repeat('x', 201)), 'RC400', null, 'nor are 201 letters');
select lives_ok($$ select public.create_org('Second'), public.create_org('Third') $$, 'three a day');
select throws_ok($$ select public.create_org('Fourth') $$, 'RC429', null, 'and no more');
select tests.logout();
update public.orgs set created_at = now() - interval '2 days' where created_by = tests.id('newcomer');
select tests.login('newcomer');
select lives_ok($$ select public.create_org('Fourth') $$, 'the next day again');
select tests.logout();
insert into public.orgs (name, created_by, created_at) select 'Old ' || n, tests.id('newcomer'), now() - interval '1 year' from generate_series(1, 16) n;
select tests.login('newcomer');
select throws_ok($$ select public.create_org('Twenty-first') $$, 'RC429', null, 'twenty in all');
select tests.login('colleague');
select throws_ok($$ select public.create_org('Theirs') $$, 'RC409', null, 'nobody without a confirmed address');

-- Inviting.
select tests.login('newcomer');
select is(public.invite_members(tests.id('valley'), '[{"email": " Anna@Example.org", "role": "viewer"}, {"email": "bob@example.org", "role": "manager"}]'),
  '{"invited": 2, "unchanged": 0}', 'people are invited by their addresses');
select is(public.invite_members(tests.id('valley'), '[{"email": "anna@example.org", "role": "manager"}, {"email": "bob@example.org", "role": "manager"}]'),
  '{"invited": 1, "unchanged": 1}', 'again in another role');
select is((select array_agg(email order by email) from public.org_invitations), '{anna@example.org,bob@example.org}', 'once each, in small letters');
select is((select count(*)::int from public.list_members(tests.id('valley')) where user_id is null), 2, 'and stand beside the members');
select tests.logout();
create function pg_temp.mails() returns table (address text, subject text, body text, id uuid, token uuid) language sql as $$
  select c.to_address, c.subject, c.body, c.id, c.claim_token
  from messages.claim_emails('https://example.org/doctor', 'https://example.org/console', 100) c join messages.emails e on e.id = c.id
  where e.org_id = tests.id('valley')
$$;
create temporary table mail on commit drop as select * from pg_temp.mails();
select is((select string_agg(address || ' ' || subject, ', ' order by address) from mail where address like 'bob%'),
  'bob@example.org Valley Health: you are invited', 'they are told by e-mail');
select ok((select body ilike 'Hello,%new.comer@tests-members.example invites you to Valley Health%as manager.%bob@example.org%https://example.org/console%'
  from mail where address like 'bob%'), 'by whom, as what, and where');
select is((select count(*)::int from mail), 2, 'once for each time they are asked: one role was changed within this very moment');
update messages.delivery set provider = null, fault = null, told_at = now();
update messages.emails set state = 'waiting', claim_token = null, claimed_until = null where org_id = tests.id('valley');
select tests.login('newcomer');
select is((select mail from public.list_members(tests.id('valley')) where email = 'bob@example.org'), 'off', 'where nobody delivers, managers see it');
select throws_ok(format('select public.resend_invitation(%L, %L)', tests.id('valley'), 'bob@example.org'), 'RC429', null, 'asked a moment ago');
select throws_ok(format('select public.resend_invitation(%L, %L)', tests.id('valley'), 'nobody@example.org'), 'RC404', null, 'who was invited');
select tests.logout();
update messages.delivery set provider = 'resend';
update messages.emails set state = 'sent', sent_at = now(), created_at = now() - interval '1 hour', idempotency_key = idempotency_key || ' before' where org_id = tests.id('valley');
update public.org_invitations set asked_at = now() - interval '1 hour', role = 'doctor' where email = 'bob@example.org' and org_id = tests.id('valley');
select tests.login('newcomer');
select is((select mail from public.list_members(tests.id('valley')) where email = 'bob@example.org'), 'sent', 'and what became of it');
select is(public.resend_invitation(tests.id('valley'), ' BOB@example.org ') ->> 'email', 'bob@example.org', 'later they are asked again');
select is((select mail from public.list_members(tests.id('valley')) where email = 'bob@example.org'), 'waiting', 'by another e-mail');
select ok((select count(*) > 0 from public.audit_log where table_name = 'org_invitations' and org_id = tests.id('valley')), 'which stands in the log');
select tests.logout();
select is((select body like '%as doctor.%https://example.org/doctor%' from pg_temp.mails()), true, 'a doctor is sent to the page of doctors');
update public.org_invitations set role = 'manager' where email = 'bob@example.org' and org_id = tests.id('valley');
insert into public.org_invitations (org_id, email, role) select tests.id('valley'), 'many-' || n || '@example.org', 'viewer' from generate_series(1, 1100) n;
select messages.write_invitations(array(select id from public.org_invitations where email like 'many-%')) is null;
select is((select string_agg(days || ': ' || mails, ', ' order by days) from (
  select round(extract(epoch from due_at - now()) / 86400) as days, count(*) as mails from messages.emails e
  join public.org_invitations i on i.id = e.invitation where i.email like 'many-%' group by 1) as t), '0: 497, 1: 500, 2: 103', 'at most 500 a day');
delete from public.org_invitations where email like 'many-%';
select is((select count(*)::int from pg_temp.mails()), 0, 'who is not invited any more is not written to');
select is((select count(*)::int from messages.emails where org_id = tests.id('valley') and state = 'expired'), 1100, 'nor later');
select tests.login('newcomer');
create function pg_temp.refused(p_call text) returns jsonb language plpgsql as $$
declare v_detail text;
begin
  execute p_call;
  return null;
exception when sqlstate 'RC400' then
  get stacked diagnostics v_detail = pg_exception_detail;
  return v_detail::jsonb;
end $$;
select is(pg_temp.refused(format('select public.invite_members(%L, %L)', tests.id('valley'), p)) #>> '{0,path}', path, p)
from (values
  ('[{"email": "no address", "role": "viewer"}]', '[0].email'), ('[{"email": "a@b", "role": "viewer"}]', '[0].email'),
  ('[{"email": "c@example.org", "role": "king"}]', '[0].role'), ('[{"email": "c@example.org"}]', '[0].role'),
  ('[{"email": "c@example.org", "role": "viewer"}, {"email": "C@example.org", "role": "viewer"}]', '[1].email'),
  ('[{"email": "new.comer@tests-members.example", "role": "viewer"}]', '[0].email'), ('{}', ''), ('[{"role": 1, "email": 2, "x": 3}]', '[0].x')
) as t (p, path);
select is((select count(*)::int from public.org_invitations), 2, 'what is refused invites nobody');
select lives_ok(format('select public.withdraw_invitation(%L, %L)', tests.id('valley'), 'BOB@example.org'), 'an invitation is taken back');
select throws_ok(format('select public.withdraw_invitation(%L, %L)', tests.id('valley'), 'bob@example.org'), 'RC404', null, 'once');
select throws_ok(format('insert into public.org_invitations (org_id, email, role) values (%L, %L, %L)', tests.id('valley'), 'x@y.example', 'manager'),
  '42501', null, 'there is no other way in');

-- Claiming.
select tests.logout();
update auth.users set email = 'Anna@Example.org' where id = tests.id('colleague');
select tests.login('colleague');
select is(public.claim_invitations(), '[]', 'an address that is not confirmed claims nothing');
select tests.logout();
update auth.users set email_confirmed_at = now() where id = tests.id('colleague');
select tests.login('north_viewer');
select is(public.claim_invitations(), '[]', 'nor does another one');
select tests.login('colleague');
select is(public.claim_invitations() #>> '{0,name}', 'Valley Health', 'who was invited comes in');
select is((select role from public.org_members where user_id = tests.id('colleague')), 'manager', 'in the role of the invitation');
select is(public.claim_invitations(), '[]', 'once');
select is((select count(*)::int from public.org_invitations), 0, 'and the invitation is gone');

-- A doctor of north is asked to plan as well.
select tests.logout();
update auth.users set email_confirmed_at = now() where id in (tests.id('north_doctor'), tests.id('north_manager'));
insert into public.org_invitations (org_id, email, role)
select tests.id('north_org'), lower(email), 'viewer' from auth.users where id in (tests.id('north_doctor'), tests.id('north_manager'));
select tests.login('north_doctor');
select is(public.claim_invitations() #>> '{0,role}', 'viewer', 'a doctor gets the role of an invitation');
select tests.login('north_manager');
select is(public.claim_invitations(), '[]', 'a manager is not made less by one');
select is((select role from public.org_members where user_id = tests.id('north_manager')), 'manager', 'and stays');

-- A right that no role has: to read wishes while their window is open.
select tests.logout();
select tests.new_line('north', 'line');
update public.allocation_runs set status = 'open' where id = tests.id('north_run');
insert into public.preference_worker_job_lines (org_id, allocation_run, worker_mapping, job_line, order_preference, like_dislike_preference)
values (tests.id('north_org'), tests.id('north_run'), tests.id('north_mapping'), tests.id('north_line'), 1, 1);
create function pg_temp.may_read() returns int language sql as $$
  select count(*)::int from public.preference_worker_job_lines where allocation_run = tests.id('north_run')
$$;
create function pg_temp.grants(p_user uuid, p_right text default 'preferences.viewBeforeClose', p_reason text default 'A second pair of eyes') returns text
language sql as $$ select public.grant_right(tests.id('north_org'), p_user, p_right, p_reason) ->> 'reason' $$;
select tests.login('north_manager');
select is(pg_temp.may_read(), 0, 'a manager reads no wish while the window is open');
select is((select lines::int from public.window_progress(tests.id('north_run'))), 1, 'but how many there are');
select tests.login('north_viewer');
select is(pg_temp.may_read(), 0, 'a viewer neither');
select throws_ok($$ select pg_temp.grants(tests.id('north_viewer')) $$, '42501', null, 'nor do they give themselves the right');
select tests.login('north_manager');
select throws_ok($$ select pg_temp.grants(tests.id('north_viewer'), p_reason => ' ') $$, 'RC400', null, 'a manager does, with a reason');
select throws_ok($$ select pg_temp.grants(tests.id('north_viewer'), 'org.manage') $$, 'RC400', null, 'and no right that comes with a role');
select throws_ok($$ select pg_temp.grants(tests.id('south_manager')) $$, 'RC404', null, 'to a member');
select is(pg_temp.grants(tests.id('north_viewer')), 'A second pair of eyes', 'to a viewer');
select is(pg_temp.grants(tests.id('north_viewer'), p_reason => 'Again'), 'A second pair of eyes', 'once');
select is(pg_temp.may_read(), 0, 'which gives the manager nothing');
select ok((select bool_and(reason = 'A second pair of eyes' and actor = tests.id('north_manager')) from public.audit_log
  where org_id = tests.id('north_org') and table_name = 'member_rights'), 'and stands in the log: who, and why');
select is((select count(*)::int from public.list_granted_rights(tests.id('north_org')) where granted_by is not null and email <> granted_by), 1, 'and in a list');
select tests.login('north_viewer');
select is(pg_temp.may_read(), 1, 'the viewer reads wishes now');
select is(private.window_keeps_wishes(tests.id('north_run')), false, 'nothing is kept from them');
select tests.login('north_manager');
select is(public.revoke_right(tests.id('north_org'), tests.id('north_viewer'), 'preferences.viewBeforeClose', 'Done'), true, 'it is taken back');
select is(public.revoke_right(tests.id('north_org'), tests.id('north_viewer'), 'preferences.viewBeforeClose'), false, 'once');
select is(pg_temp.grants(tests.id('north_viewer')), 'A second pair of eyes', 'and given again');
select public.set_member_role(tests.id('north_org'), tests.id('north_viewer'), 'preferencer');
select public.set_member_role(tests.id('north_org'), tests.id('north_viewer'), 'viewer');
select tests.login('north_viewer');
select is(pg_temp.may_read(), 0, 'it goes with the role that it was given to');

-- Roles, and the last manager.
select tests.login('newcomer');
select lives_ok(format('select public.set_member_role(%L, %L, %L)', tests.id('valley'), tests.id('colleague'), 'viewer'), 'a role is changed');
select throws_ok(format('select public.set_member_role(%L, %L, %L)', tests.id('valley'), tests.id('newcomer'), 'viewer'),
  'RC409', null, 'the last manager stays one');
select throws_ok(format('select public.remove_member(%L, %L)', tests.id('valley'), tests.id('newcomer')), 'RC409', null, 'and stays');
select throws_ok(format('select public.set_member_role(%L, %L, %L)', tests.id('valley'), tests.id('colleague'), 'king'),
  'RC400', null, 'a role that there is');
select throws_ok(format('select public.set_member_role(%L, %L, %L)', tests.id('valley'), tests.id('north_viewer'), 'viewer'),
  'RC404', null, 'of a member');
select tests.logout();
select throws_ok(format('update public.org_members set role = %L where org_id = %L', 'viewer', tests.id('valley')), 'RC409', null,
  'whoever changes it, operators too');
select throws_ok(format('delete from public.org_members where org_id = %L', tests.id('valley')), 'RC409', null, 'nor all at once');
select tests.login('colleague');
select lives_ok(format('select public.remove_member(%L, %L)', tests.id('valley'), tests.id('colleague')), 'anybody may go');
select tests.logout();
select lives_ok(format('delete from auth.users where id = %L', tests.id('newcomer')), 'an account that is deleted takes its memberships along');
select lives_ok(format('delete from public.orgs where id = %L', tests.id('south_org')), 'an org takes its members along');
-- Operators appoint one where nobody is left to do it.
select throws_ok(format('select public.appoint_manager(%L, %L)', tests.id('valley'), 'nobody'), 'RC400', null, 'an address is needed');
select throws_ok(format('select public.appoint_manager(%L, null)', tests.id('valley')), 'RC400', null, 'null is none');
select throws_ok($$ select public.appoint_manager(gen_random_uuid(), 'a@example.org') $$, 'RC404', null, 'and an org');
select tests.new_user('stranded'), tests.new_user('unconfirmed');
update auth.users set email_confirmed_at = now(), email = 'Stranded@tests-members.example' where id = tests.id('stranded');
update auth.users set email_confirmed_at = null, email = 'unconfirmed@tests-members.example' where id = tests.id('unconfirmed');
insert into public.orgs (id, name) values (tests.remember('stranded_org', gen_random_uuid()), 'Stranded');
insert into public.org_members (org_id, user_id, role) values (tests.id('stranded_org'), tests.id('stranded'), 'viewer');
select is(public.appoint_manager(tests.id('stranded_org'), ' stranded@TESTS-members.example'), 'appointed', 'who belongs to it has another role');
select is(public.appoint_manager(tests.id('stranded_org'), 'stranded@tests-members.example'), 'unchanged', 'once');
select is(public.appoint_manager(tests.id('stranded_org'), 'unconfirmed@tests-members.example'), 'invited', 'whose address it is may not be known yet');
select results_eq($$ select m.user_id, m.role from public.org_members m where m.org_id = tests.id('stranded_org') $$,
  $$ values (tests.id('stranded'), 'manager') $$, 'then nobody has it by it');
select results_eq($$ select i.email, i.role from public.org_invitations i where i.org_id = tests.id('stranded_org') $$,
  $$ values ('unconfirmed@tests-members.example', 'manager') $$, 'before they come');

select * from finish();
rollback;
