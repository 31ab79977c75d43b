-- E-mail to doctors and to who is invited into an org: an outbox that the function mailer empties, called by cron. Off until the project says who delivers
-- (RECEPTOR_MAIL_PROVIDER, see functions/README.md). What is sent says nothing of other doctors: the only names that a text can
-- have are those of its template, of the doctor, the org and the allocation run.

create schema if not exists messages;
comment on schema messages is 'E-mails that are to be sent, and their texts. Not exposed through the API.';
revoke all on schema messages from public;
grant usage on schema messages to service_role;

create table messages.email_templates (
  kind text primary key check (kind in ('invited', 'reminder', 'submitted', 'released', 'corrected',
    'swap_asked', 'swap_agreed', 'swap_approved', 'swap_ended', 'member_invited')),
  subject text not null check (private.is_name(subject, 200)),
  body text not null check (char_length(body) between 1 and 10000)
);
comment on table messages.email_templates is
  'Texts of e-mails. {{name}}, {{org}}, {{run}}, {{due}} (in the plan''s time zone) and {{link}} (the doctors'' page) are put in, in an invitation into an org {{name}} (their address), {{org}}, {{role}}, {{by}} (who invites) and {{link}} (the page of their role); operators may change the rest, and an org has its own (messages.org_email_templates).';
insert into messages.email_templates (kind, subject, body) values
  ('invited', 'Say what you want: {{run}}', E'Dear {{name}},\n\n{{org}} asks which job lines you would like in {{run}}.\n\nSign in with this e-mail address:\n{{link}}\n\nThe window closes {{due}}. What you type is saved as you type it. Nobody but you reads it before then, unless your page says so.\n'),
  ('reminder', 'Not submitted yet: {{run}}', E'Dear {{name}},\n\nyou have not submitted your wishes for {{run}} yet. The window closes {{due}}.\n\n{{link}}\n\n{{org}}\n'),
  ('submitted', 'Your wishes are in: {{run}}', E'Dear {{name}},\n\nyour wishes for {{run}} have been submitted. Until the window closes {{due}} you can change them, or take the submission back:\n{{link}}\n\n{{org}}\n'),
  ('released', 'Your job line: {{run}}', E'Dear {{name}},\n\nthe result of {{run}} is out. Yours is here, and why:\n{{link}}\n\n{{org}}\n'),
  ('corrected', 'Your job line has been corrected: {{run}}', E'Dear {{name}},\n\nyour result of {{run}} has been corrected. What changed, and why, is here:\n{{link}}\n\n{{org}}\n'),
  ('swap_asked', 'A swap is asked of you: {{run}}', E'Dear {{name}},\n\nsomebody in {{run}} would like to swap with you. What you would give and get is here; agree or decline as you like:\n{{link}}\n\n{{org}}\n'),
  ('swap_agreed', 'Your swap was agreed to: {{run}}', E'Dear {{name}},\n\na swap in {{run}} that you asked for was agreed to. {{org}} looks at it next; until then nothing changes, and you can take it back:\n{{link}}\n'),
  ('swap_approved', 'Your swap was approved: {{run}}', E'Dear {{name}},\n\na swap of yours in {{run}} was approved. Your line as it is now is here:\n{{link}}\n\n{{org}}\n'),
  ('swap_ended', 'A swap came to nothing: {{run}}', E'Dear {{name}},\n\na swap in {{run}} that you took part in came to nothing. Why is here:\n{{link}}\n\n{{org}}\n'),
  ('member_invited', '{{org}}: you are invited', E'Hello,\n\n{{by}} invites you to {{org}} on Receptor, where the working year of junior doctors is planned, as {{role}}.\n\nSign in with this address, {{name}}, or make an account with it:\n{{link}}\n\nYou belong to {{org}} as soon as the address is confirmed. If you did not expect this, ignore it.\n');

create table messages.org_email_templates (
  org_id uuid not null references public.orgs (id) on delete cascade,
  kind text not null references messages.email_templates (kind),
  subject text not null check (private.is_name(subject, 200)),
  body text not null check (char_length(body) between 1 and 10000 and body like '%{{link}}%'),
  language text not null default 'en' check (language in ('en', 'de', 'es', 'fr', 'it')),
  primary key (org_id, kind)
);
comment on table messages.org_email_templates is
  'Texts of e-mails in an org''s own words; where there are none, those of messages.email_templates. Written by save_email_template().';
comment on column messages.org_email_templates.language is 'What {{due}} is written in.';
create index org_email_templates_kind_idx on messages.org_email_templates (kind);

create type messages.email_state as enum ('waiting', 'sending', 'sent', 'dead', 'expired');

create table messages.emails (
  id uuid primary key default gen_random_uuid(),
  org_id uuid not null references public.orgs (id) on delete cascade,
  allocation_run uuid,
  worker_mapping uuid,
  invitation uuid,
  kind text not null references messages.email_templates (kind),
  idempotency_key text not null unique check (length(idempotency_key) between 1 and 200),
  state messages.email_state not null default 'waiting',
  created_at timestamptz not null default now(),
  due_at timestamptz not null default now(),
  expires_at timestamptz not null,
  attempts int not null default 0 check (attempts >= 0),
  claim_token uuid,
  claimed_until timestamptz,
  sent_at timestamptz,
  provider_id text,
  last_error text,
  to_stranger boolean not null default true,
  address_digest text check (address_digest ~ '^[0-9a-f]{64}$'),
  check ((claim_token is not null) = (state = 'sending')),
  check ((claimed_until is not null) = (state = 'sending')),
  check ((sent_at is not null) = (state = 'sent')),
  check (worker_mapping is null or kind <> 'member_invited'),
  check ((allocation_run is null) = (worker_mapping is null)),
  check (invitation is null or kind = 'member_invited'),
  constraint emails_org_id_allocation_run_worker_mapping_fkey
    foreign key (worker_mapping, allocation_run, org_id)
    references public.allocation_run_worker_mappings (id, allocation_run, org_id) on delete set null (worker_mapping, allocation_run),
  foreign key (org_id, invitation) references public.org_invitations (org_id, id) on delete set null (invitation)
);
comment on table messages.emails is
  'The outbox: one row per e-mail. Address and text are put together when it is sent, from rows that are there then; neither is kept.';
comment on column messages.emails.worker_mapping is
  'Whom it goes to; null in an invitation of a member, or once the doctor is out of the allocation run: it is of no use then, and still counts.';
comment on column messages.emails.to_stranger is
  'Whether who gets it had no account here when it was written: of those an org has so many a day (messages.written_today()).';
comment on column messages.emails.address_digest is
  'SHA-256 of the address, of those to people without an account: one gets so many a day, whichever orgs write (messages.days_late()). Null once it counts no more.';
comment on column messages.emails.invitation is
  'Of member_invited: whom it invites; null once they came, or the invitation was taken back: it is of no use then.';
comment on column messages.emails.idempotency_key is 'The same for the same event: it is written once, and sent with each attempt.';
comment on column messages.emails.due_at is 'Not before this moment; after a failed attempt it moves on.';
comment on column messages.emails.expires_at is 'After this moment it is of no use and is not sent.';
comment on column messages.emails.claimed_until is 'A mailer has it until then; one that does not come back loses it to the next.';
create index emails_waiting_idx on messages.emails (org_id, due_at, id) where state in ('waiting', 'sending');
create index emails_mapping_idx on messages.emails (worker_mapping, allocation_run, org_id);
create index emails_invitation_idx on messages.emails (org_id, invitation);
create index emails_kind_idx on messages.emails (kind);
create index emails_address_idx on messages.emails (address_digest, due_at) where address_digest is not null;

create table messages.delivery (
  singleton boolean primary key default true check (singleton),
  provider text,
  fault text,
  told_at timestamptz not null default '-infinity'
);
comment on table messages.delivery is 'Who delivers e-mail, as the mailer said last; provider null: nobody.';
comment on column messages.delivery.fault is 'What is wrong with the settings of the mailer; null: nothing.';
insert into messages.delivery default values;

alter table messages.delivery enable row level security;
alter table messages.email_templates enable row level security;
alter table messages.emails enable row level security;
alter table messages.org_email_templates enable row level security;
create policy nobody on messages.org_email_templates using (false);
revoke all on messages.email_templates, messages.org_email_templates, messages.emails, messages.delivery from public, anon, authenticated, service_role;
-- Operators see what became of e-mails, and change the texts.
grant select on messages.emails, messages.delivery to service_role;
grant select, update on messages.email_templates to service_role;
create policy nobody on messages.emails using (false);
create policy nobody on messages.delivery using (false);
create policy nobody on messages.email_templates using (false);

-- messages.written_today(org, to members): how many e-mails an org wrote to people without an account, doctors or members, that were due
-- in the last day, or will be. Others of the org that write some wait until this transaction ends, so that two at once do not have the same room.
-- Called by messages.write_emails() and messages.write_invitations().
create function messages.written_today(p_org_id uuid, p_to_members boolean)
returns bigint
language plpgsql
set search_path = ''
as $$
begin
  perform pg_advisory_xact_lock(hashtextextended('messages.written_today ' || p_org_id, 0));
  return (
    select count(*) from messages.emails e
    where e.org_id = p_org_id and e.to_stranger and (e.kind = 'member_invited') = p_to_members and e.due_at > now() - interval '1 day');
end
$$;
comment on function messages.written_today(uuid, boolean) is
  'How many e-mails of an org to people without an account count for today or later. Others of the org that write some wait.';
revoke all on function messages.written_today(uuid, boolean) from public, anon, authenticated, service_role;

-- messages.address_digest(address): what an address is counted by; it is not kept itself. Called by what writes e-mails, and receptor-prune
-- takes it away once it counts no more.
create function messages.address_digest(p_address text)
returns text
language sql
immutable
strict
set search_path = ''
as $$ select encode(sha256(convert_to(lower(p_address), 'utf8')), 'hex') $$;
comment on function messages.address_digest(text) is 'What an address is counted by.';
revoke all on function messages.address_digest(text) from public, anon, authenticated, service_role;

-- messages.days_late(before, most, digest): how much later than at once an e-mail to somebody without an account is due: before it come so
-- many of the org, of which so many go out a day, and of all orgs' one address gets 20 a day: nobody makes a mill of it with other people's
-- addresses, nor floods one from many orgs. Called by messages.write_emails() and messages.write_invitations().
create function messages.days_late(p_before bigint, p_most int, p_digest text)
returns interval
language sql
stable
set search_path = ''
as $$
  select interval '1 day' * greatest(p_before / p_most, (
    select count(*) from messages.emails e where e.address_digest = p_digest and e.due_at > now() - interval '1 day') / 20)
$$;
comment on function messages.days_late(bigint, int, text) is 'How much later than at once an e-mail to somebody without an account is due.';
revoke all on function messages.days_late(bigint, int, text) from public, anon, authenticated, service_role;

-- messages.write_emails(kind, worker mappings, event): puts an e-mail to each of these doctors of an org into the outbox, once for each
-- event. Doctors who withdrew or were erased get none. Of a kind one doctor gets three in an hour at once; the next is due an hour later,
-- and what comes until then is told by that one, whose text is put together when it is sent: nobody is flooded by who asks, withdraws and
-- asks again. Of those to doctors who have no account yet an org's first 1000 in a day are due at once, and later ones a day later each
-- 1000, see messages.days_late(). How many were new.
-- Called by what doctors are told of: invite_doctors(), submit_wishes(), release_result(), private.tell_of_version(), messages.remind().
create function messages.write_emails(p_kind text, p_worker_mappings uuid[], p_event text)
returns int
language plpgsql
set search_path = ''
as $$
declare
  v_count int;
  v_before bigint;
begin
  select messages.written_today(m.org_id, false) into v_before
  from public.allocation_run_worker_mappings m join public.workers w on w.id = m.worker
  where m.id = any (p_worker_mappings) and w.user_id is null limit 1;
  insert into messages.emails (org_id, allocation_run, worker_mapping, kind, idempotency_key, to_stranger, address_digest, due_at, expires_at)
  select t.org_id, t.allocation_run, t.id, p_kind, t.key, t.to_stranger, t.digest, now() + greatest(t.after, t.late),
         case when p_kind in ('invited', 'reminder') then coalesce(t.due_date, now() + t.late + interval '7 days') else now() + t.late + interval '7 days' end
  from (
    select m.org_id, m.allocation_run, m.id, told.key, w.user_id is null as to_stranger, counted.digest, r.due_date,
           case when lately.many then interval '1 hour' else interval '0' end as after,
           case when w.user_id is null
             then messages.days_late(v_before + row_number() over (partition by w.user_id is null order by m.id) - 1, 1000, counted.digest)
             else interval '0' end as late
    from public.allocation_run_worker_mappings m
    join public.workers w on w.id = m.worker and w.erased_at is null
    join public.allocation_runs r on r.id = m.allocation_run
    cross join lateral (select concat_ws(':', p_kind, m.id, p_event) as key) as told
    cross join lateral (select case when w.user_id is null then messages.address_digest(w.email) end as digest) as counted
    cross join lateral (
      select count(*) >= 3 as many, coalesce(bool_or(e.state = 'waiting' and e.due_at > now()), false) as waits
      from messages.emails e
      where e.worker_mapping = m.id and e.allocation_run = m.allocation_run and e.org_id = m.org_id
        and e.kind = p_kind and e.created_at > now() - interval '1 hour'
    ) as lately
    where m.id = any (p_worker_mappings) and m.withdrawn_at is null and not (lately.many and lately.waits)
      and not exists (select from messages.emails e where e.idempotency_key = told.key)
  ) as t
  on conflict (idempotency_key) do nothing;
  get diagnostics v_count = row_count;
  return v_count;
end
$$;
comment on function messages.write_emails(text, uuid[], text) is 'Puts an e-mail to each of some doctors into the outbox, once for each event.';
revoke all on function messages.write_emails(text, uuid[], text) from public, anon, authenticated, service_role;

-- messages.write_invitations(invitations): puts an e-mail to each of these people, of one org, into the outbox, once for each time that
-- they are asked. An org's first 500 in a day are due at once and later ones a day later each 500, see messages.days_late().
-- Called by invite_members(), resend_invitation() and appoint_manager().
create function messages.write_invitations(p_invitations uuid[])
returns void
language plpgsql
set search_path = ''
as $$
declare
  v_before bigint;
begin
  select messages.written_today(i.org_id, true) into v_before from public.org_invitations i where i.id = any (p_invitations) limit 1;
  insert into messages.emails (org_id, invitation, kind, idempotency_key, address_digest, due_at, expires_at)
  select i.org_id, i.id, 'member_invited', concat_ws(':', 'member_invited', i.id, i.asked_at), i.digest, now() + late.days, now() + late.days + interval '14 days'
  from (
    select i.*, row_number() over (order by i.email) - 1 as place, messages.address_digest(i.email) as digest
    from public.org_invitations i where i.id = any (p_invitations)
  ) as i
  cross join lateral (select messages.days_late(v_before + i.place, 500, i.digest) as days) as late
  on conflict (idempotency_key) do nothing;
end
$$;
comment on function messages.write_invitations(uuid[]) is 'Puts an e-mail to each of some people who are invited into the outbox.';
revoke all on function messages.write_invitations(uuid[]) from public, anon, authenticated, service_role;

-- messages.state_of_invitation(invitation): what became of the last e-mail of an invitation; off: nobody delivers e-mail. Called by
-- list_members().
create function messages.state_of_invitation(p_invitation uuid)
returns text
language sql
stable
set search_path = ''
as $$
  select case when e.state in ('waiting', 'sending') and d.provider is null and d.told_at > '-infinity' then 'off' else e.state::text end
  from public.org_invitations i
  join messages.emails e on e.org_id = i.org_id and e.invitation = i.id
  cross join messages.delivery d
  where i.id = p_invitation
  order by e.created_at desc, e.id limit 1
$$;
comment on function messages.state_of_invitation(uuid) is 'What became of the last e-mail of an invitation.';
revoke all on function messages.state_of_invitation(uuid) from public, anon, authenticated, service_role;

-- messages.remind(): reminds doctors who were invited and have not submitted, two days before the window closes, once for each end
-- of a window. How many. Called by the cron job receptor-windows.
create function messages.remind()
returns int
language sql
set search_path = ''
as $$
  select coalesce(sum(private.attempt('windows', 'remind', r.org_id,
    'select messages.write_emails(''reminder'', array_agg(m.id), r.due_date::text)
     from public.allocation_runs r
     join public.allocation_run_worker_mappings m on m.allocation_run = r.id
       and m.invited_at is not null and m.submitted_at is null and m.withdrawn_at is null and m.locked_at is null
     where r.id = $1::uuid and m.invited_at < now() - interval ''12 hours''
     group by r.id', r.id::text)), 0)::int
  from public.allocation_runs r
  where r.status = 'open' and r.archived_at is null and r.due_date > now() and r.due_date <= now() + interval '2 days'
$$;
comment on function messages.remind() is 'Reminds doctors who have not submitted two days before a window closes; how many.';
revoke all on function messages.remind() from public, anon, authenticated, service_role;

-- messages.fill_in(text, values): a text with {{name}} and its like put in; a value with braces of its own is not read again.
-- Called by messages.write_claimed() and preview_email_template().
create function messages.fill_in(p_text text, p_values jsonb)
returns text
language plpgsql
immutable
set search_path = ''
as $$
begin
  return (
  select string_agg(case when part.n % 2 = 0 then coalesce(p_values ->> part.text, '{{' || part.text || '}}') else part.text end, '' order by part.n)
  from unnest(regexp_split_to_array(p_text, '\{\{|\}\}')) with ordinality as part (text, n)
  );
end
$$;
comment on function messages.fill_in(text, jsonb) is 'A text with its values put in.';
revoke all on function messages.fill_in(text, jsonb) from public, anon, authenticated, service_role;

-- messages.due_in(language, end, time zone): when a window closes, as a part of a sentence in one of some languages; what a text says
-- where no end was set. Called by messages.told_in() and preview_email_template().
create function messages.due_in(p_language text, p_due timestamptz, p_timezone text)
returns text
language sql
stable
set search_path = ''
as $$
  select case when p_due is null then w.open_end else
    replace(replace(replace(replace(replace(w.pattern, '<day>', w.days[extract(isodow from t.at)::int]), '<month>', w.months[extract(month from t.at)::int]),
      '<d>', extract(day from t.at)::int::text), '<year>', extract(year from t.at)::int::text), '<time>', to_char(t.at, 'HH24:MI')) || ' (' || p_timezone || ')' end
  from (values
    ('en', 'on <day>, <d> <month> <year>, <time>', 'when your medical workforce unit closes it',
      '{Monday,Tuesday,Wednesday,Thursday,Friday,Saturday,Sunday}'::text[],
      '{January,February,March,April,May,June,July,August,September,October,November,December}'::text[]),
    ('de', 'am <day>, <d>. <month> <year>, <time> Uhr', 'sobald Ihre Personalabteilung es schließt',
      '{Montag,Dienstag,Mittwoch,Donnerstag,Freitag,Samstag,Sonntag}',
      '{Januar,Februar,März,April,Mai,Juni,Juli,August,September,Oktober,November,Dezember}'),
    ('es', 'el <day>, <d> de <month> de <year>, <time>', 'cuando su unidad de personal médico lo cierre',
      '{lunes,martes,miércoles,jueves,viernes,sábado,domingo}',
      '{enero,febrero,marzo,abril,mayo,junio,julio,agosto,septiembre,octubre,noviembre,diciembre}'),
    ('fr', 'le <day> <d> <month> <year> à <time>', 'quand votre service du personnel médical la ferme',
      '{lundi,mardi,mercredi,jeudi,vendredi,samedi,dimanche}',
      '{janvier,février,mars,avril,mai,juin,juillet,août,septembre,octobre,novembre,décembre}'),
    ('it', '<day> <d> <month> <year>, <time>', 'quando il suo ufficio del personale medico la chiude',
      '{lunedì,martedì,mercoledì,giovedì,venerdì,sabato,domenica}',
      '{gennaio,febbraio,marzo,aprile,maggio,giugno,luglio,agosto,settembre,ottobre,novembre,dicembre}')
  ) as w (language, pattern, open_end, days, months)
  cross join lateral (select p_due at time zone p_timezone as at) as t
  where w.language = p_language
$$;
comment on function messages.due_in(text, timestamptz, text) is 'When a window closes, as a part of a sentence.';
revoke all on function messages.due_in(text, timestamptz, text) from public, anon, authenticated, service_role;

-- messages.is_true(kind, place, run): whether what an e-mail says is still so when it is sent, which may be hours after it was written:
-- the doctor takes part, the window is open, they have submitted or not, their result stands, a swap is as it says.
-- Called by messages.claim_emails().
create function messages.is_true(p_kind text, p_place public.allocation_run_worker_mappings, p_run public.allocation_runs)
returns boolean
language plpgsql
stable
set search_path = ''
as $$
begin
  return (
  select p_place.withdrawn_at is null and p_run.archived_at is null and case p_kind
    when 'invited' then p_run.status = 'open'
    when 'reminder' then p_run.status = 'open' and p_place.submitted_at is null
    when 'submitted' then p_place.submitted_at is not null
    when 'swap_asked' then exists (select from public.line_swaps s where s.to_mapping = p_place.id and s.state = 'asked')
    when 'swap_agreed' then exists (select from public.line_swaps s where s.from_mapping = p_place.id and s.state = 'agreed')
    when 'swap_ended' then exists (
      select from public.line_swaps s
      where p_place.id in (s.from_mapping, s.to_mapping) and s.state in ('declined', 'refused', 'withdrawn', 'void', 'expired'))
    else exists (
      select from public.job_line_worker_mappings v
      where v.worker_mapping = p_place.id and v.superseded_at is null and v.released_at is not null) end
  );
end
$$;
comment on function messages.is_true(text, public.allocation_run_worker_mappings, public.allocation_runs) is
  'Whether what an e-mail says is still so.';
revoke all on function messages.is_true(text, public.allocation_run_worker_mappings, public.allocation_runs)
  from public, anon, authenticated, service_role;

-- messages.told_in(email, language, doctors' page, console): whom an e-mail goes to, and what is put into its text; no row: nobody any
-- more. Called by messages.write_claimed().
create function messages.told_in(p_email messages.emails, p_language text, p_doctor text, p_console text)
returns table (to_address text, told jsonb)
language plpgsql
stable
set search_path = ''
as $$
#variable_conflict use_column
begin
  return query
  select w.email, jsonb_build_object('name', w.name, 'org', o.name, 'run', r.name, 'link', p_doctor,
    'due', messages.due_in(p_language, r.due_date, p.timezone))
  from public.allocation_run_worker_mappings m
  join public.workers w on w.id = m.worker
  join public.allocation_runs r on r.id = m.allocation_run
  join public.allocation_plans p on p.id = r.allocation_plan
  join public.orgs o on o.id = m.org_id
  where m.id = p_email.worker_mapping
  union all
  select i.email, jsonb_build_object('name', i.email, 'org', o.name, 'role', i.role, 'by', coalesce(u.email, o.name),
    'link', case when exists (select from public.role_rights r where r.role = i.role and r.right_name = 'allocationPlanner.view')
      then p_console else p_doctor end)
  from public.org_invitations i
  join public.orgs o on o.id = i.org_id
  left join auth.users u on u.id = i.invited_by
  where i.id = p_email.invitation;
end
$$;
comment on function messages.told_in(messages.emails, text, text, text) is 'Whom an e-mail goes to, and what is put into its text.';
revoke all on function messages.told_in(messages.emails, text, text, text) from public, anon, authenticated, service_role;

-- messages.write_claimed(email, doctors' page, console): an e-mail that was claimed, with address and text; no row: it goes to nobody any more.
-- Called by messages.claim_emails().
create function messages.write_claimed(p_email messages.emails, p_doctor text, p_console text)
returns table (id uuid, claim_token uuid, idempotency_key text, kind text, to_address text, subject text, body text, attempts int)
language plpgsql
stable
set search_path = ''
as $$
begin
  return query
    select (p_email).id, (p_email).claim_token, (p_email).idempotency_key, (p_email).kind, v.to_address,
      -- One line, whatever the names are.
      private.fold_text(messages.fill_in(coalesce(own.subject, t.subject), v.told)), messages.fill_in(coalesce(own.body, t.body), v.told),
      (p_email).attempts
    from messages.email_templates t
    left join messages.org_email_templates own on own.org_id = (p_email).org_id and own.kind = t.kind
    cross join lateral messages.told_in(p_email, coalesce(own.language, 'en'), p_doctor, p_console) as v
    where t.kind = (p_email).kind;
end
$$;
comment on function messages.write_claimed(messages.emails, text, text) is 'An e-mail that was claimed, with address and text.';
revoke all on function messages.write_claimed(messages.emails, text, text) from public, anon, authenticated, service_role;

-- messages.claim_emails(doctors' page, console, limit): up to so many e-mails that are due, claimed for five minutes, with address and
-- text, of each org in turn, so that nobody's wait behind all of another's; those that are of no use any more, or no longer true, expire. What a mailer does not settle comes again, with the same key. One whose text
-- cannot be put together is settled with the reason, as an attempt that failed, and holds up no other.
-- Called by the function mailer. p_doctor, p_console: where the pages are.
create function messages.claim_emails(p_doctor text, p_console text, p_limit int default 20)
returns table (id uuid, claim_token uuid, idempotency_key text, kind text, to_address text, subject text, body text, attempts int)
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_claimed messages.emails[];
  v_email messages.emails;
begin
  update messages.emails e set state = 'expired', claim_token = null, claimed_until = null
  where (e.state = 'waiting' or e.state = 'sending' and e.claimed_until <= clock_timestamp())
    and (e.expires_at <= clock_timestamp() or e.invitation is null and e.worker_mapping is null or exists (
      select from public.allocation_run_worker_mappings m
      join public.allocation_runs r on r.id = m.allocation_run
      where m.id = e.worker_mapping and not messages.is_true(e.kind, m, r)));
  with orgs as (
      select distinct e.org_id from messages.emails e where e.state in ('waiting', 'sending')
    ), turns as (
      select w.id, w.due_at, row_number() over (partition by w.org_id order by w.due_at, w.id) as turn
      from orgs o cross join lateral (
        select e.id, e.org_id, e.due_at from messages.emails e
        where e.org_id = o.org_id
          and (e.state = 'waiting' and e.due_at <= clock_timestamp() or e.state = 'sending' and e.claimed_until <= clock_timestamp())
        order by e.due_at, e.id limit least(greatest(p_limit, 1), 100)) as w
    ), due as (
      select e.id from messages.emails e join turns t on t.id = e.id
      where e.state = 'waiting' and e.due_at <= clock_timestamp() or e.state = 'sending' and e.claimed_until <= clock_timestamp()
      order by t.turn, t.due_at, t.id
      limit least(greatest(p_limit, 1), 100)
      for update of e skip locked
    ), claimed as (
      update messages.emails e set state = 'sending', claim_token = gen_random_uuid(), attempts = e.attempts + 1,
        claimed_until = clock_timestamp() + interval '5 minutes'
      from due where e.id = due.id
      returning e.*
    )
    select coalesce(array_agg(c), '{}') into v_claimed from claimed c;
  foreach v_email in array v_claimed loop
    begin
      return query select * from messages.write_claimed(v_email, p_doctor, p_console);
    exception when others then
      perform messages.settle_email(v_email.id, v_email.claim_token, null, 'It could not be written: ' || sqlerrm);
    end;
  end loop;
end
$$;
comment on function messages.claim_emails(text, text, int) is 'Claims e-mails that are due, with address and text.';
revoke all on function messages.claim_emails(text, text, int) from public, anon, authenticated, service_role;
grant execute on function messages.claim_emails(text, text, int) to service_role;

-- messages.note_emailed(email): the result that an e-mail tells of was told; of how many rows. Called by messages.settle_email().
create function messages.note_emailed(p_email uuid)
returns int
language plpgsql
set search_path = ''
as $$
declare
  v_count int;
begin
  update public.job_line_worker_mappings r set emailed_at = clock_timestamp()
  from messages.emails e
  where e.id = p_email and e.kind in ('released', 'corrected')
    and r.worker_mapping = e.worker_mapping and r.superseded_at is null and r.released_at is not null;
  get diagnostics v_count = row_count;
  return v_count;
end
$$;
comment on function messages.note_emailed(uuid) is 'The result that an e-mail tells of was told.';
revoke all on function messages.note_emailed(uuid) from public, anon, authenticated, service_role;

-- messages.settle_email(email, token, provider id, error, final): what became of an attempt. Without an error it is sent. With one it comes
-- again, after 1, 4, 16... minutes and at most 6 hours; after eight attempts, or where the error is final, it is dead. False: the claim was
-- lost to another mailer meanwhile. Called by the function mailer, and by messages.claim_emails().
create function messages.settle_email(p_email uuid, p_claim_token uuid, p_provider_id text, p_error text default null, p_final boolean default false)
returns boolean
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_email messages.emails;
begin
  select * into v_email from messages.emails where id = p_email and claim_token = p_claim_token for update;
  if not found then
    return false;
  end if;
  if p_error is null then
    update messages.emails set state = 'sent', sent_at = clock_timestamp(), provider_id = left(p_provider_id, 200), last_error = null,
      claim_token = null, claimed_until = null
    where id = p_email;
    -- Whatever becomes of this, what was sent is not sent again.
    perform private.attempt('windows', 'emailed', v_email.org_id, 'select messages.note_emailed($1::uuid)', p_email::text);
    return true;
  end if;
  update messages.emails set
    state = case when p_final or attempts >= 8 then 'dead' else 'waiting' end::messages.email_state,
    due_at = clock_timestamp() + least(make_interval(mins => (4 ^ (attempts - 1))::int), interval '6 hours'),
    last_error = left(p_error, 500), claim_token = null, claimed_until = null
  where id = p_email;
  return true;
end
$$;
comment on function messages.settle_email(uuid, uuid, text, text, boolean) is 'What became of an attempt to send an e-mail.';
revoke all on function messages.settle_email(uuid, uuid, text, text, boolean) from public, anon, authenticated, service_role;
grant execute on function messages.settle_email(uuid, uuid, text, text, boolean) to service_role;

-- messages.retry_dead(): e-mails that were given up are tried again, as far as they are of use; how many. Called by operators (`ops`).
create function messages.retry_dead()
returns int
language plpgsql
set search_path = ''
as $$
declare
  v_count int;
begin
  update messages.emails set state = 'waiting', attempts = 0, due_at = now()
  where state = 'dead' and expires_at > now();
  get diagnostics v_count = row_count;
  return v_count;
end
$$;
comment on function messages.retry_dead() is 'Tries e-mails again that were given up; how many.';
revoke all on function messages.retry_dead() from public, anon, authenticated, service_role;

-- messages.note_delivery(provider, fault): who delivers e-mail. Called by the function mailer, each time.
create function messages.note_delivery(p_provider text, p_fault text)
returns void
language sql
security definer
set search_path = ''
as $$
  update messages.delivery set provider = left(p_provider, 100), fault = left(p_fault, 500), told_at = clock_timestamp();
$$;
comment on function messages.note_delivery(text, text) is 'Notes who delivers e-mail.';
revoke all on function messages.note_delivery(text, text) from public, anon, authenticated, service_role;
grant execute on function messages.note_delivery(text, text) to service_role;

-- messages.call_mailer(): posts to the function mailer where an e-mail is due; answers the request's id, or null where nothing is
-- to be done. Where nobody delivers it is asked once an hour whether somebody does now.
-- Called by the cron job receptor-mail.
create function messages.call_mailer()
returns bigint
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_url text;
  v_key text;
begin
  if not exists (
    select from messages.emails e
    where e.state = 'waiting' and e.due_at <= now() or e.state = 'sending' and e.claimed_until <= now()
  ) or exists (select from messages.delivery d where d.provider is null and d.fault is null and d.told_at > now() - interval '1 hour') then
    return null;
  end if;
  select decrypted_secret into v_url from vault.decrypted_secrets where name = 'receptor_functions_url';
  select decrypted_secret into v_key from vault.decrypted_secrets where name = 'receptor_internal_key';
  if v_url is null or v_key is null then
    return null; -- the sweeper's watch tells operators
  end if;
  return net.http_post(
    url := rtrim(v_url, '/') || '/mailer',
    body := '{}'::jsonb,
    headers := jsonb_build_object('Content-Type', 'application/json', 'x-receptor-key', v_key),
    timeout_milliseconds := 60000
  );
end
$$;
comment on function messages.call_mailer() is 'Calls the mailer function where an e-mail is due.';
revoke all on function messages.call_mailer() from public, anon, authenticated, service_role;

-- email_status: what is in the outbox, by state, with the oldest and the last error. A view for operators.
create view public.email_status with (security_invoker = true) as
select e.state::text as state, e.kind, count(*)::int as emails, min(e.due_at) as oldest_due_at, max(e.attempts) as most_attempts,
       (array_agg(e.last_error order by e.due_at desc) filter (where e.last_error is not null))[1] as last_error
from messages.emails e
group by e.state, e.kind;
comment on view public.email_status is 'What is in the outbox of e-mails, by state and kind. Dead ones need an operator.';
revoke all on public.email_status from public, anon, authenticated, service_role;
grant select on public.email_status to service_role;
