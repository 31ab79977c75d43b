-- An org's own words for its e-mails, checked and previewed; and what became of its e-mails, with those that were given
-- up, which managers may have tried again.

-- private.email_template_shape(): a text of an e-mail, see private.shape_faults(). Called by the functions below.
create function private.email_template_shape()
returns jsonb
language sql
immutable
set search_path = ''
as $$
  select '{"is": "object", "must": true, "members": {"subject": {"is": "any", "must": true, "most": 2000}, "body": {"is": "any", "must": true, "most": 80000},
    "language": {"is": "choice", "of": ["en", "de", "es", "fr", "it"]}}}'::jsonb
$$;
comment on function private.email_template_shape() is 'The shape of a text of an e-mail.';
revoke all on function private.email_template_shape() from public, anon, authenticated, service_role;

-- private.email_placeholders(kind): what may stand in braces in a text of a kind of e-mail. Called by private.email_template_faults().
create function private.email_placeholders(p_kind text)
returns text[]
language sql
immutable
set search_path = ''
as $$
  select case when p_kind = 'member_invited' then '{name,org,role,by,link}' else '{name,org,run,due,link}' end::text[]
$$;
comment on function private.email_placeholders(text) is 'What may stand in braces in a text of a kind of e-mail.';
revoke all on function private.email_placeholders(text) from public, anon, authenticated, service_role;

-- private.email_template_faults(template, kind): what is wrong with a text of an e-mail: {path, code, message}. UNKNOWN_PLACEHOLDER:
-- something in braces that is none of private.email_placeholders(), or braces that do not close; MISSING_LINK: they would not find the
-- page. Called by the functions below.
create function private.email_template_faults(p_template jsonb, p_kind text)
returns jsonb
language sql
immutable
set search_path = ''
as $$
  with part as (
    select k.member, p_template ->> k.member as text, jsonb_typeof(p_template -> k.member) as type
    from unnest('{subject,body}'::text[]) as k (member)
  )
  select coalesce(jsonb_agg(jsonb_build_object('path', path, 'code', code, 'message', message) order by path desc, code, message), '[]')
  from (
    select member as path, 'INVALID_TEXT' as code,
      case member when 'subject' then 'a line of 1 to 200 characters' else 'a text of 1 to 10000 characters' end as message
    from part
    where type <> 'string' or (member = 'subject' and not private.is_name(text, 200))
      or (member = 'body' and (char_length(btrim(text, E' \n\r\t')) = 0 or char_length(text) > 10000))
    union all
    select distinct p.member, 'UNKNOWN_PLACEHOLDER',
      format('{{%s}} is none of %s', left(m.found[1], 100), (
        select string_agg(format('{{%s}}', k), ', ' order by n) from unnest(private.email_placeholders(p_kind)) with ordinality as t (k, n)))
    from part p cross join lateral regexp_matches(p.text, '\{\{([^{}]*)\}\}', 'g') as m (found)
    where m.found[1] <> all (private.email_placeholders(p_kind))
    union all
    select member, 'UNKNOWN_PLACEHOLDER', 'braces that do not close: a placeholder is written as {{name}}'
    from part where regexp_replace(text, '\{\{[^{}]*\}\}', '', 'g') ~ '\{\{|\}\}'
    union all
    select 'body', 'MISSING_LINK', '{{link}} is missing: they would not find the page'
    from part where member = 'body' and text not like '%{{link}}%'
  ) as f
$$;
comment on function private.email_template_faults(jsonb, text) is 'What is wrong with a text of an e-mail.';
revoke all on function private.email_template_faults(jsonb, text) from public, anon, authenticated, service_role;

-- private.require_emails(org, right): refuses who may not see (allocator.view) or change (allocationRun.edit) the e-mails of an org: RC404
-- for strangers, 42501. Called by the functions below.
create function private.require_emails(p_org_id uuid, p_right text)
returns void
language plpgsql
stable
security definer
set search_path = ''
as $$
begin
  if p_org_id is null or p_org_id not in (select private.orgs_with_right('allocator.view')) then
    raise exception '%', private.no_such('org', p_org_id::text) using errcode = 'RC404';
  elsif p_org_id not in (select private.orgs_with_right(p_right)) then
    raise exception 'Changing e-mails needs the right %.', p_right using errcode = 'insufficient_privilege';
  end if;
end
$$;
comment on function private.require_emails(uuid, text) is 'Refuses who may not see or change an org''s e-mails.';
revoke all on function private.require_emails(uuid, text) from public, anon, authenticated, service_role;

-- read_emails(org): {delivery: {provider, fault}, templates: [{kind, subject, body, language, own, default_subject, default_body}], outbox:
-- [{state, kind, emails}], dead: [{email, kind, doctor, address, run, attempts, created_at, last_error}]}: texts as they are sent; own: the org's
-- words; dead: the last 100 that were given up; address: the doctor's by now, which may be another than it went to; doctor: of an invitation
-- into the org the address, and run is null. RC404. Called by UIs.
create function public.read_emails(p_org_id uuid)
returns jsonb
language plpgsql
stable
security definer
set search_path = ''
as $$
begin
  perform private.require_emails(p_org_id, 'allocator.view');
  return jsonb_build_object(
    'delivery', (select jsonb_build_object('provider', d.provider, 'fault', d.fault) from messages.delivery d),
    'templates', (
      select jsonb_agg(jsonb_build_object('kind', t.kind, 'subject', coalesce(own.subject, t.subject), 'body', coalesce(own.body, t.body),
        'language', coalesce(own.language, 'en'), 'own', own.kind is not null, 'default_subject', t.subject, 'default_body', t.body)
        order by array_position('{invited,reminder,submitted,released,corrected}'::text[], t.kind) nulls last, t.kind)
      from messages.email_templates t
      left join messages.org_email_templates own on own.kind = t.kind and own.org_id = p_org_id),
    'outbox', (
      select coalesce(jsonb_agg(jsonb_build_object('state', s.state, 'kind', s.kind, 'emails', s.emails) order by s.kind, s.state), '[]')
      from (select e.state, e.kind, count(*) as emails from messages.emails e where e.org_id = p_org_id group by e.state, e.kind) as s),
    'dead', (
      select coalesce(jsonb_agg(jsonb_build_object('email', d.id, 'kind', d.kind, 'doctor', d.name, 'address', d.address, 'run', d.run, 'attempts', d.attempts,
        'created_at', d.created_at, 'last_error', d.last_error) order by d.created_at desc, d.id), '[]')
      from (
        select e.*, coalesce(w.name, i.email) as name, coalesce(w.email, i.email) as address, r.name as run
        from messages.emails e
        left join public.allocation_run_worker_mappings m on m.id = e.worker_mapping
        left join public.workers w on w.id = m.worker
        left join public.allocation_runs r on r.id = e.allocation_run
        left join public.org_invitations i on i.id = e.invitation
        where e.org_id = p_org_id and e.state = 'dead'
        order by e.created_at desc, e.id limit 100) as d));
end
$$;
comment on function public.read_emails(uuid) is 'The texts of an org''s e-mails, and what became of those that were sent.';
revoke all on function public.read_emails(uuid) from public, anon, authenticated, service_role;
grant execute on function public.read_emails(uuid) to authenticated;

-- preview_email_template(org, template, kind): {subject, body} as somebody invented would read it: in the org's latest allocation run, with
-- an end in two weeks. p_template: {subject, body, language?}; p_kind: of e-mail, null: any to doctors. RC404; RC400 with {path, code, message} of each fault: INVALID_TEXT,
-- UNKNOWN_PLACEHOLDER, MISSING_LINK. Called by UIs.
create function public.preview_email_template(p_org_id uuid, p_template jsonb, p_kind text default null)
returns jsonb
language plpgsql
stable
security definer
set search_path = ''
as $$
declare
  v_told jsonb;
begin
  perform private.require_emails(p_org_id, 'allocator.view');
  perform private.require_shape(p_template, private.email_template_shape(), 128 * 1024);
  perform private.refuse_faults(private.email_template_faults(p_template, p_kind));
  select jsonb_build_object('name', 'Dr Alex Example', 'org', o.name, 'run', coalesce(r.name, 'PGY1 2027'), 'link', 'https://doctors.example',
    'role', 'viewer', 'by', 'planner@health.example',
    'due', messages.due_in(coalesce(p_template ->> 'language', 'en'), date_trunc('day', now()) + interval '14 days 7 hours', coalesce(r.timezone, 'Australia/Melbourne')))
  into v_told
  from public.orgs o
  left join lateral (
    select r.name, p.timezone from public.allocation_runs r join public.allocation_plans p on p.id = r.allocation_plan
    where r.org_id = o.id and r.archived_at is null order by r.starts_on desc, r.id limit 1) as r on true
  where o.id = p_org_id;
  return jsonb_build_object('subject', private.fold_text(messages.fill_in(p_template ->> 'subject', v_told)),
    'body', messages.fill_in(p_template ->> 'body', v_told));
end
$$;
comment on function public.preview_email_template(uuid, jsonb, text) is 'A text of an e-mail as somebody invented would read it.';
revoke all on function public.preview_email_template(uuid, jsonb, text) from public, anon, authenticated, service_role;
grant execute on function public.preview_email_template(uuid, jsonb, text) to authenticated;

-- save_email_template(org, kind, template, seen): the org's own text of a kind of e-mail from now on, also of those that wait; null: the default
-- again. Answers as read_emails(). RC404, also of a kind that there is not; 42501; RC400 as preview_email_template(). p_seen: {subject?, body?, language?} as read_emails()
-- told them to whoever saves; RC409 CHANGED_MEANWHILE where they are no longer so. Called by UIs.
create function public.save_email_template(p_org_id uuid, p_kind text, p_template jsonb, p_seen jsonb default null)
returns jsonb
language plpgsql
security definer
set search_path = ''
as $$
begin
  perform private.require_emails(p_org_id, 'allocationRun.edit');
  if not exists (select from messages.email_templates t where t.kind = p_kind) then
    raise exception 'There is no kind of e-mail "%".', left(p_kind, 100) using errcode = 'RC404';
  end if;
  -- Two who save at once wait for each other: the second is told what the first did.
  perform pg_advisory_xact_lock(hashtextextended(format('save_email_template %s %s', p_org_id, p_kind), 0));
  -- Again: a right may be taken away while a call waits.
  perform private.require_emails(p_org_id, 'allocationRun.edit');
  perform private.require_unchanged(t, p_seen, 'these words')
  from jsonb_array_elements(public.read_emails(p_org_id) -> 'templates') as t where t ->> 'kind' = p_kind;
  if p_template is null or p_template = 'null' then
    delete from messages.org_email_templates where org_id = p_org_id and kind = p_kind;
    return public.read_emails(p_org_id);
  end if;
  perform private.require_shape(p_template, private.email_template_shape(), 128 * 1024);
  perform private.refuse_faults(private.email_template_faults(p_template, p_kind));
  insert into messages.org_email_templates as t (org_id, kind, subject, body, language)
  values (p_org_id, p_kind, private.fold_text(p_template ->> 'subject'), p_template ->> 'body', coalesce(p_template ->> 'language', 'en'))
  on conflict (org_id, kind) do update set subject = excluded.subject, body = excluded.body, language = excluded.language
    where (t.subject, t.body, t.language) is distinct from (excluded.subject, excluded.body, excluded.language);
  return public.read_emails(p_org_id);
end
$$;
comment on function public.save_email_template(uuid, text, jsonb, jsonb) is 'An org''s own text of a kind of e-mail; null: the default again.';
revoke all on function public.save_email_template(uuid, text, jsonb, jsonb) from public, anon, authenticated, service_role;
grant execute on function public.save_email_template(uuid, text, jsonb, jsonb) to authenticated;

-- retry_emails(org): e-mails of an org that were given up are tried again, as far as they are of use; how many. RC404, 42501. Called by UIs.
create function public.retry_emails(p_org_id uuid)
returns int
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_count int;
begin
  perform private.require_emails(p_org_id, 'allocationRun.edit');
  update messages.emails set state = 'waiting', attempts = 0, due_at = now()
  where org_id = p_org_id and state = 'dead' and expires_at > now();
  get diagnostics v_count = row_count;
  return v_count;
end
$$;
comment on function public.retry_emails(uuid) is 'Tries an org''s e-mails again that were given up; how many.';
revoke all on function public.retry_emails(uuid) from public, anon, authenticated, service_role;
grant execute on function public.retry_emails(uuid) to authenticated;
