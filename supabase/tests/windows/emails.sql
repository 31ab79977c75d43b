-- E-mails: written once for an event, claimed, sent or tried again, given up, of no use any more; calendars by their secrets; who
-- becomes whom; departments.
begin;
select plan(90);
select tests.new_service('north'), tests.new_service('south');
select tests.new_line('north', 'a'), tests.new_line('north', 'b');
-- Nothing of others' is in the way: the outbox is everybody's.
update messages.emails set due_at = 'infinity';
update public.allocation_runs set status = 'open', due_date = now() + interval '1 day' where id = tests.id('north_run');
update public.workers set name = 'Dr {{run}} $1' where id = tests.id('north_worker');

select tests.login('north_manager');
select is(public.invite_doctors(tests.id('north_run')) #>> '{0,email}', 'doctor@tests.example', 'doctors are invited');
select is(jsonb_array_length(public.invite_doctors(tests.id('north_run'))), 0, 'all who were not yet');
select tests.logout();
create function pg_temp.claimed() returns table (id uuid, claim_token uuid, idempotency_key text) language sql as $$
  select c.id, c.claim_token, c.idempotency_key from messages.claim_emails('https://example.org/doctor', 'https://example.org/console') c join messages.emails e on e.id = c.id where e.org_id = tests.id('north_org')
$$;
create temporary table mail on commit drop as
select c.* from messages.claim_emails('https://example.org/doctor', 'https://example.org/console') c join messages.emails e on e.id = c.id where e.org_id = tests.id('north_org');
select is(count(*)::int, 1, 'one is due') from mail;
select is(to_address, 'doctor@tests.example', 'to the doctor') from mail;
select is(subject, 'Say what you want: Run', 'about the allocation run') from mail;
select ok(body like 'Dear Dr {{run}} $1,%https://example.org/doctor%Australia/Melbourne%', 'values are not read again') from mail;
select is((select count(*)::int from pg_temp.claimed()), 0, 'nobody claims it twice');
select is(messages.settle_email(id, gen_random_uuid(), null), false, 'who lost the claim settles nothing') from mail;
select is(messages.settle_email(id, claim_token, null, '500 of the provider'), true, 'an attempt fails') from mail;
select is((select count(*)::int from pg_temp.claimed()), 0, 'it waits');
select ok(due_at > clock_timestamp() and state = 'waiting' and last_error = '500 of the provider', 'a while') from messages.emails where org_id = tests.id('north_org');
update messages.emails set due_at = now() where org_id = tests.id('north_org');
create temporary table again on commit drop as select * from pg_temp.claimed();
select is((select idempotency_key from again), (select idempotency_key from mail), 'it comes again with the same key');
update messages.emails set claimed_until = now() where org_id = tests.id('north_org');
select is((select count(*)::int from pg_temp.claimed()), 1, 'a mailer that does not come back loses it');
select is(messages.settle_email(id, claim_token, null, 'late'), false, 'its word counts no more') from again;
select is(messages.settle_email(e.id, e.claim_token, null, 'no such address', true), true, 'what is final') from messages.emails e where org_id = tests.id('north_org');
select is(state::text, 'dead', 'is given up') from messages.emails where org_id = tests.id('north_org');
select is((select emails from public.email_status where state = 'dead'), 1, 'operators see it');
select is(messages.retry_dead(), 1, 'and try it again');
update messages.emails set attempts = 7 where org_id = tests.id('north_org');
select is(messages.settle_email(id, claim_token, null, 'again'), true, 'the eighth attempt') from pg_temp.claimed();
select is(state::text, 'dead', 'is the last') from messages.emails where org_id = tests.id('north_org');
select messages.retry_dead() is null;
select is(messages.settle_email(id, claim_token, 'p1'), true, 'sent') from pg_temp.claimed();
select is(state || ' ' || provider_id, 'sent p1', 'is sent') from messages.emails where org_id = tests.id('north_org');

-- Reminders: of those who were invited and have not submitted, once for each end.
update public.allocation_run_worker_mappings set invited_at = now() - interval '3 days' where id = tests.id('north_mapping');
select ok(messages.remind() >= 1, 'a reminder');
select is(messages.remind(), 0, 'once');
update messages.emails set expires_at = now() where kind = 'reminder' and org_id = tests.id('north_org');
select is((select count(*)::int from pg_temp.claimed()), 0, 'of no use after the end');
select is(state::text, 'expired', 'and not sent') from messages.emails where kind = 'reminder' and org_id = tests.id('north_org');

-- Who makes many e-mails makes no mill of it: of a kind one doctor gets three in an hour and then one an hour, which says what
-- is so when it is sent; and orgs take turns, so that nobody's waits behind all of another's.
create function pg_temp.press(p_event int) returns int language sql as $$
  select messages.write_emails('invited', array[tests.id('north_mapping')], 'press' || p_event)
$$;
select is((select sum(pg_temp.press(n))::int from generate_series(1, 9) as n), 3, 'nine in an hour, after one before, are three');
select is((select count(*)::int from messages.emails where worker_mapping = tests.id('north_mapping') and kind = 'invited' and due_at > now()), 1, 'then an hour later');
select is(pg_temp.press(10), 0, 'once');
update messages.emails set due_at = now() - interval '1 hour' where org_id = tests.id('north_org') and kind = 'invited' and state = 'waiting';
update public.allocation_runs set status = 'open' where id = tests.id('south_run');
select messages.write_emails('invited', array[tests.id('south_mapping')], 'south') = 1;
select is((select array_agg(distinct e.org_id) from messages.claim_emails('https://example.org/doctor', 'https://example.org/console', 2) c join messages.emails e on e.id = c.id)
  @> array[tests.id('south_org')], true, 'orgs take turns');
delete from messages.emails where org_id in (tests.id('north_org'), tests.id('south_org'));

-- To addresses that nobody has signed in with an org writes a thousand e-mails a day, whatever it deletes; who has signed in waits for none.
with many as (
  insert into public.workers (org_id, name, email) select tests.id('north_org'), 'Many ' || n, 'many-' || n || '@example.org' from generate_series(1, 2100) n returning id
) insert into public.allocation_run_worker_mappings (org_id, allocation_run, worker) select tests.id('north_org'), tests.id('north_run'), id from many;
create function pg_temp.many(p_least int, p_most int) returns uuid[] language sql as $$
  select array_agg(m.id) from public.allocation_run_worker_mappings m join public.workers w on w.id = m.worker
  where w.org_id = tests.id('north_org') and w.name like 'Many %' and split_part(w.name, ' ', 2)::int between p_least and p_most
$$;
create function pg_temp.by_day() returns text language sql as $$
  select string_agg(days || ': ' || mails, ', ' order by days) from (
    select round(extract(epoch from due_at - now()) / 86400) as days, count(*) as mails from messages.emails where org_id = tests.id('north_org') group by 1) as t
$$;
select is(messages.write_emails('invited', pg_temp.many(1, 900), 'many'), 900, 'nine hundred');
delete from public.allocation_run_worker_mappings where id = any ((select pg_temp.many(1, 100))::uuid[]); -- once, not for each row
select is(messages.write_emails('invited', pg_temp.many(1, 2100), 'many'), 1200, 'some of them again, and more');
select is(pg_temp.by_day(), '0: 1000, 1: 1000, 2: 100', 'are a thousand a day, with those whose doctor is gone');
select is(messages.write_emails('invited', array[tests.id('north_mapping')], 'known'), 1, 'who has signed in');
select is(pg_temp.by_day(), '0: 1001, 1: 1000, 2: 100', 'is written to at once');
select is((select count(*)::int from messages.claim_emails('https://example.org/doctor', 'https://example.org/console', 1) c join messages.emails e on e.id = c.id where e.worker_mapping is null), 0, 'to who is gone nothing is sent');
select is((select count(*)::int from messages.emails where org_id = tests.id('north_org') and state = 'expired'), 100, 'nor later');
delete from messages.emails where org_id = tests.id('north_org');
delete from public.workers where org_id = tests.id('north_org') and name like 'Many %';

-- One address gets twenty a day, whichever orgs write.
with x as (
  insert into public.workers (org_id, name, email) select tests.id(o || '_org'), 'X', 'x@example.org'
  from unnest('{north,south}'::text[]) as o returning id, org_id
) insert into public.allocation_run_worker_mappings (id, org_id, allocation_run, worker)
select tests.remember(o || '_x', gen_random_uuid()), x.org_id, tests.id(o || '_run'), x.id from x join unnest('{north,south}'::text[]) as o on tests.id(o || '_org') = x.org_id;
select is((select sum(messages.write_emails(kind, array[tests.id('north_x')], 'x' || n))::int
  from unnest('{invited,reminder,submitted,released,corrected,swap_asked,swap_ended}'::text[]) as kind cross join generate_series(1, 3) as n), 21, 'one org writes 21');
select is(pg_temp.by_day(), '0: 20, 1: 1', 'twenty are due at once');
select is((select messages.write_emails('invited', array[tests.id('south_x')], 'x')), 1, 'another org writes to the same address');
select is((select round(extract(epoch from due_at - now()) / 86400)::int from messages.emails where worker_mapping = tests.id('south_x')), 1, 'a day later');
update messages.emails set due_at = due_at - interval '25 hours', state = 'sent', sent_at = now() where org_id = tests.id('north_org') and due_at <= now();
select private.prune() is null;
select is((select count(*)::int from messages.emails where org_id = tests.id('north_org') and address_digest is not null), 1, 'and what counts no more is forgotten');
delete from messages.emails where org_id in (tests.id('north_org'), tests.id('south_org'));
delete from public.workers where name = 'X' and org_id in (tests.id('north_org'), tests.id('south_org'));

-- An org's own words.
create function pg_temp.word(p_template text, p_org uuid default tests.id('north_org'), p_kind text default 'invited') returns text language plpgsql as $$
declare
  v_detail text; v_answer text;
begin
  select t ->> 'subject' into v_answer from jsonb_array_elements(public.save_email_template(p_org, p_kind, p_template::jsonb) -> 'templates') as t where t ->> 'kind' = p_kind;
  return v_answer;
exception when others then
  get stacked diagnostics v_detail = pg_exception_detail;
  return case when sqlstate = 'RC400' then (select string_agg(concat_ws(' ', f ->> 'path', f ->> 'code'), ', ') from jsonb_array_elements(v_detail::jsonb) as f) else sqlstate end;
end
$$;
select tests.login('north_manager');
select is(pg_temp.word('{"subject": "", "body": "{{link}}"}'), 'subject INVALID_TEXT', 'a subject is a line');
select is(pg_temp.word('{"subject": "a\nb", "body": "{{link}}"}'), 'subject INVALID_TEXT', 'of one line');
select is(pg_temp.word('{"subject": "a", "body": "Dear {{name}}"}'), 'body MISSING_LINK', 'the page has to be found');
select is(pg_temp.word('{"subject": "a {{rank}}", "body": "{{link}} {{Name}}"}'), 'subject UNKNOWN_PLACEHOLDER, body UNKNOWN_PLACEHOLDER', 'placeholders are known');
select is(pg_temp.word('{"subject": "a", "body": "{{link}} {{name"}'), 'body UNKNOWN_PLACEHOLDER', 'and close');
select is(pg_temp.word('{"subject": "a", "body": 7}'), 'body INVALID_TEXT, body MISSING_LINK', 'a text is a text');
select is(pg_temp.word('{"subject": "a", "body": "{{link}}", "language": "tlh"}'), 'language', 'languages are known');
select is(pg_temp.word('{"subject": "a", "body": "{{link}}"}', p_kind => 'praise'), 'RC404', 'kinds as well');
select is(pg_temp.word('{"subject": "a", "body": "{{link}}"}', tests.id('south_org')), 'RC404', 'nobody words another org''s');
select is(public.preview_email_template(tests.id('north_org'), '{"subject": "Hallo {{name}}", "body": "{{run}}: {{link}}", "language": "de"}'),
  '{"subject": "Hallo Dr Alex Example", "body": "Run: https://doctors.example"}', 'a preview is of nobody');
select is(pg_temp.word('{"subject": "Wünsche für {{run}}", "body": "Bis {{due}}:\n{{link}}", "language": "de"}'), 'Wünsche für {{run}}', 'own words');
select is((select count(*)::int from public.audit_log where table_name = 'messages.org_email_templates'), 1, 'stand in the log');
-- Who saves what somebody else changed since they read it is told.
create function pg_temp.reword(p_seen text) returns text language plpgsql as $$
begin
  return public.save_email_template(tests.id('north_org'), 'invited', '{"subject": "Wünsche für {{run}}", "body": "Bis {{due}}:\n{{link}}", "language": "de"}', p_seen::jsonb) #>> '{templates,0,subject}';
exception when others then return sqlstate;
end
$$;
select is(pg_temp.reword(seen), answer, seen) from (values
  ('{"subject": "Wünsche für {{run}}", "body": "Bis {{due}}:\n{{link}}", "language": "de"}', 'Wünsche für {{run}}'),
  ('{"subject": "Wünsche"}', 'RC409'), ('{"subject": "Wünsche für {{run}}", "language": "en"}', 'RC409'), ('[]', 'RC400')) as t (seen, answer);
select tests.login('north_doctor');
select throws_ok($$ select public.read_emails(tests.id('north_org')) $$, 'RC404', null, 'doctors read none of it');
select tests.logout();
select tests.remember('due_mail', gen_random_uuid()) is null;
update public.allocation_runs set due_date = '2099-05-15T07:00:00Z' where id = tests.id('north_run');
insert into messages.emails (id, org_id, allocation_run, worker_mapping, kind, idempotency_key, expires_at)
select tests.id('due_mail'), m.org_id, m.allocation_run, m.id, 'invited', 'own words', now() + interval '1 hour'
from public.allocation_run_worker_mappings m where m.id = tests.id('north_mapping');
select results_eq($$ select c.subject, c.body from messages.claim_emails('https://example.org/doctor', 'https://example.org/console') c where c.id = tests.id('due_mail') $$,
  $$ values ('Wünsche für Run', E'Bis am Freitag, 15. Mai 2099, 17:00 Uhr (Australia/Melbourne):\nhttps://example.org/doctor') $$, 'are sent, with dates in their language');
select is(messages.due_in(l, null, 'Australia/Perth') is not null and messages.due_in(l, '2027-03-01T00:00:00Z', 'Australia/Perth') ~ '1.*2027.*08:00', true, 'in ' || l)
from unnest('{en,de,es,fr,it}'::text[]) as l;
update messages.emails set state = 'dead', claim_token = null, claimed_until = null, last_error = 'no such address' where id = tests.id('due_mail');
select tests.login('north_manager');
select is(public.read_emails(tests.id('north_org')) #>> '{dead,0,last_error}', 'no such address', 'managers see what was given up');
select is(public.read_emails(tests.id('north_org')) #>> '{dead,0,address}', 'doctor@tests.example', 'and the address that is to be mended');
select is(public.retry_emails(tests.id('north_org')), 1, 'and have it tried again');
select is(pg_temp.word(null), 'Say what you want: {{run}}', 'without own words the default is sent');
select tests.logout();

-- Calendars.
select tests.login('north_doctor');
create temporary table link on commit drop as select public.calendar_link(tests.id('north_mapping')) as d;
select matches(d ->> 'path', '^calendar/[0-9a-f]{48}\.ics$', 'a secret link') from link;
select is(public.calendar_link(tests.id('north_mapping')) -> 'path', 'null', 'told once');
select tests.logout();
create function pg_temp.secret() returns text language sql as $$ select substring(d ->> 'path' from '[0-9a-f]{48}') from link $$;
select ok(not exists (select from public.calendar_links where secret_hash like '%' || pg_temp.secret() || '%'), 'kept as a hash');
select is(messages.read_calendar(pg_temp.secret()) -> 'result', 'null', 'nothing before the release');
select is(messages.read_calendar(encode(extensions.gen_random_bytes(24), 'hex')), null, 'nothing for who guesses');
select tests.new_result('north', tests.id('north_a')) is null;
update public.job_line_worker_mappings set released_at = now();
select is(messages.read_calendar(pg_temp.secret()) #>> '{result,line,name}', 'a', 'the result after it');
select tests.login('north_doctor');
select isnt(public.calendar_link(tests.id('north_mapping'), true) -> 'path', 'null', 'renewed');
select tests.logout();
select is(messages.read_calendar(pg_temp.secret()), null, 'the old one is void');

-- Claiming: an address that is confirmed, and a row that nobody has.
insert into auth.users (id, email) values (tests.remember('newcomer', gen_random_uuid()), 'Cy@tests.example');
insert into public.workers (id, org_id, email, name) values (tests.remember('cy', gen_random_uuid()), tests.id('north_org'), 'cy@tests.example', 'Cy'),
  (tests.remember('cy_south', gen_random_uuid()), tests.id('south_org'), 'cy@tests.example', 'Cy');
insert into public.preferencers (id, org_id, allocation_run, name)
values (tests.remember('unit', gen_random_uuid()), tests.id('north_org'), tests.id('north_run'), 'Unit');
insert into public.preferencer_job_lines values (tests.id('north_org'), tests.id('north_run'), tests.id('unit'), tests.id('north_a'));
select tests.login('newcomer');
select throws_ok('select public.claim_worker()', 'RC409', null, 'an address that is not confirmed claims nobody');
select tests.logout();
update auth.users set email_confirmed_at = now() where id in (tests.id('newcomer'), tests.id('south_doctor'));
select tests.login('north_manager');
select is(public.assign_preferencer(tests.id('unit'), ' CY@tests.example ') ->> 'email', 'cy@tests.example', 'a department''s person');
select tests.login('newcomer');
select is(jsonb_array_length(public.claim_worker() -> 'claimed'), 2, 'in every org');
select is(public.my_departments() #>> '{0,name}', 'Unit', 'departments, too');
select tests.login('south_doctor');
select is(jsonb_array_length(public.claim_worker() -> 'claimed'), 1, 'nobody else''s, nor one that is taken');
select tests.login('newcomer');
select is(public.save_department_ranks(tests.id('unit'), jsonb_build_object('ranks', jsonb_build_array(
  jsonb_build_object('worker_mapping', tests.id('north_mapping'), 'order_preference', 1)))) #>> '{ranks,0,order_preference}', '1', 'they rank doctors');
select is(public.read_department(tests.id('unit')) #>> '{doctors,0,name}', 'Dr {{run}} $1', 'of the allocation run, by name');
select tests.logout();
update public.allocation_run_worker_mappings set withdrawn_at = now() where id = tests.id('north_mapping');
select tests.login('newcomer');
select is(public.save_department_ranks(tests.id('unit'), jsonb_build_object('ranks', jsonb_build_array(
  jsonb_build_object('worker_mapping', tests.id('north_mapping'), 'order_preference', 1)))) #>> '{ranks,0,order_preference}', '1',
  'what was typed offline of a doctor who withdrew meanwhile keeps nothing else from being saved');
select is(public.save_department_ranks(tests.id('unit'), '{"ranks": []}') #>> '{before,0,order_preference}', '1', 'and what was there before is told');
select tests.login('north_doctor');
select throws_ok($$ select public.read_department(tests.id('unit')) $$, 'RC404', null, 'nobody else does');
select tests.logout();

-- One that cannot be written, as where a time zone is known no longer, holds up nobody else's.
create or replace function messages.due_in(p_language text, p_due timestamptz, p_timezone text) returns text language plpgsql stable set search_path = '' as $$
begin
  if p_timezone = 'Pacific/Apia' then
    raise exception 'time zone "%" not recognized', p_timezone;
  end if;
  return 'then';
end
$$;
update public.allocation_plans set timezone = 'Pacific/Apia' where org_id = tests.id('north_org');
update public.allocation_run_worker_mappings set withdrawn_at = null, withdrawal_reason = null, withdrawal_effective_on = null where id = tests.id('north_mapping');
insert into messages.emails (org_id, allocation_run, worker_mapping, kind, idempotency_key, expires_at, due_at)
select tests.id(s || '_org'), tests.id(s || '_run'), tests.id(s || '_mapping'), 'invited', s || ' unwritten', now() + interval '1 day', now() - interval '1 hour'
from unnest('{north,south}'::text[]) as s;
update public.allocation_runs set status = 'open', due_date = now() + interval '1 day' where id in (tests.id('north_run'), tests.id('south_run'));
select is((select string_agg(idempotency_key, ' ') from messages.claim_emails('https://example.org/doctor', 'https://example.org/console')
  where idempotency_key like '% unwritten'), 'south unwritten', 'the other service''s e-mail is written');
select is((select state || ' ' || last_error from messages.emails where idempotency_key = 'north unwritten'),
  'waiting It could not be written: time zone "Pacific/Apia" not recognized', 'this one says why it is not, and is tried again');
select ok((select due_at > now() and attempts = 1 from messages.emails where idempotency_key = 'north unwritten'), 'later, as often as any');

select * from finish();
rollback;
