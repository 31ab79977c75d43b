-- What users do with searches for primes: ask for one, pause, resume and cancel it, and have a prime's certificate, or another one for
-- it, checked.

-- project_features(): kinds of work beside planner and allocator that the project has switched on, e.g. prime_search. Called by UIs
-- and read_catalogue(), which leave out what would be refused.
create function public.project_features()
returns setof text
language sql
stable
security definer
set search_path = ''
as $$
  select t.search_type from fleet.search_types t where t.enabled and t.search_type in ('prime_search') order by 1
$$;
comment on function public.project_features() is 'Kinds of work beside planner and allocator that the project has switched on.';
revoke all on function public.project_features() from public, anon, authenticated, service_role;
grant execute on function public.project_features() to authenticated;

-- private.prime_search_org(org): the org for which the caller asks: the one named, or the only one in which they may. Null where
-- it is not theirs, or which is not clear; 42501 where they may in none. Called by the functions below.
create function private.prime_search_org(p_org_id uuid)
returns uuid
language plpgsql
stable
security definer
set search_path = ''
as $$
declare
  v_orgs uuid[] := array(select private.orgs_with_right('primeSearch.create'));
begin
  if v_orgs = '{}' then
    raise exception 'Searching for primes needs the right primeSearch.create.' using errcode = 'insufficient_privilege';
  end if;
  return case when p_org_id = any (v_orgs) then p_org_id
              when p_org_id is null and cardinality(v_orgs) = 1 then v_orgs[1] end;
end
$$;
comment on function private.prime_search_org(uuid) is 'The org for which the caller may search for primes.';
revoke all on function private.prime_search_org(uuid) from public, anon, authenticated, service_role;

-- private.prime_forms(): the forms of numbers that the engine knows (shared/primes/forms/mod.ts), and its survey. Called by the shape below
-- and by prime_search.form_scores().
create function private.prime_forms()
returns jsonb
language sql
immutable
set search_path = ''
as $$
  select '["factorial", "primorial", "kbn", "twin", "sophie_germain", "cullen_woodall", "carol_kynea", "mersenne", "wagstaff", "repunit",
    "gen_fermat", "palindromic", "near_repdigit", "survey"]'::jsonb
$$;
comment on function private.prime_forms() is 'The forms of numbers that the engine knows, and its survey.';
revoke all on function private.prime_forms() from public, anon, authenticated, service_role;

-- private.require_prime_search(run, request): RC400 with the path of each fault of what request_prime_search() is given: what the function
-- prime-orchestration checks, for whoever calls without it. Called by it.
create function private.require_prime_search(p_run jsonb, p_request jsonb)
returns void
language plpgsql
stable
set search_path = ''
as $$
begin
  perform private.require_shape(jsonb_build_object('run', p_run), jsonb_build_object('is', 'object', 'members', jsonb_build_object('run',
    jsonb_build_object('is', 'object', 'must', true, 'members', jsonb_build_object(
      'org_id', '{"is": "id"}'::jsonb, 'form', jsonb_build_object('is', 'choice', 'of', private.prime_forms(), 'must', true),
      'params', '{"is": "any", "most": 4000, "must": true}'::jsonb,
      'candidates', '{"is": "whole", "least": 1, "most": 9007199254740991, "must": true}'::jsonb,
      'block_size', '{"is": "whole", "least": 1, "most": 1000000000000, "must": true}'::jsonb,
      'blocks', '{"is": "whole", "least": 1, "most": 10000, "must": true}'::jsonb,
      'max_concurrent_blocks', '{"is": "whole", "least": 1, "most": 100}'::jsonb,
      'sieve_depth', '{"is": "whole", "least": 0, "most": 2147483647}'::jsonb,
      'priority', '{"is": "whole", "least": -100, "most": 100}'::jsonb,
      'worked_by', '{"is": "choice", "of": ["everybody", "nodes"]}'::jsonb, 'dry_run', '{"is": "flag"}'::jsonb)))), 16384);
  perform private.refuse_faults((
    select coalesce(jsonb_agg(jsonb_build_object('path', f.path, 'message', f.message)), '[]')
    from (values
      ('run.params', 'not an object', jsonb_typeof(p_run -> 'params') <> 'object'),
      ('run.block_size', 'not a whole number from 1 to 20000', p_run ->> 'form' <> 'survey' and (p_run ->> 'block_size')::bigint > 20000),
      ('run.blocks', 'not as many as the candidates make',
        (p_run ->> 'blocks')::bigint <> ceil((p_run ->> 'candidates')::numeric / (p_run ->> 'block_size')::numeric)),
      ('run.worked_by', 'a survey is everybody''s', p_run ->> 'form' = 'survey' and p_run ->> 'worked_by' = 'nodes'),
      ('request', 'larger than 16384 bytes', octet_length(p_request::text) > 16384),
      ('request', 'missing', p_request is null)
    ) as f (path, message, holds)
    where f.holds));
end
$$;
comment on function private.require_prime_search(jsonb, jsonb) is 'Refuses a request for a search that is not as it should be.';
revoke all on function private.require_prime_search(jsonb, jsonb) from public, anon, authenticated, service_role;

-- request_prime_search(...): a search in one transaction. Called by the function prime-orchestration with the user's JWT.
-- Answers {outcome, run?}:
--   created     the run is inserted and queued
--   replayed    the idempotency key came before with the same request: that run
--   key_reused  the key came before with another request: that run
--   no_org      the org is not the caller's, or none was named and they have several
--   off         the project has such work switched off
-- Without the right primeSearch.create it raises 42501, for what is no request RC400 with [{path, message}].
-- p_run: {org_id?, form, params, candidates, block_size, blocks, max_concurrent_blocks?, sieve_depth?, priority, worked_by?}; candidates and
-- blocks are the planned search's, and each block's engine plans it again. p_request: the request as it came, for comparison.
create function public.request_prime_search(p_run jsonb, p_request jsonb, p_idempotency_key text default null)
returns jsonb
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_org_id uuid;
  v_run public.prime_search_runs;
  v_outcome text := 'created';
begin
  perform private.require_prime_search(p_run, p_request);
  perform private.require_key(p_idempotency_key);
  v_org_id := private.prime_search_org((p_run ->> 'org_id')::uuid);
  if v_org_id is null then
    return jsonb_build_object('outcome', 'no_org');
  end if;
  begin
    insert into public.prime_search_runs (org_id, form, params, candidates, block_size, blocks, sizes, max_concurrent_blocks, sieve_depth,
      priority, worked_by, requested_by, idempotency_key, request)
    select v_org_id, p_run ->> 'form', p_run -> 'params', (p_run ->> 'candidates')::bigint, (p_run ->> 'block_size')::bigint,
           (p_run ->> 'blocks')::int, case when p_request ->> 'block_size' is null then 'measured' else 'given' end,
           (p_run ->> 'max_concurrent_blocks')::int, (p_run ->> 'sieve_depth')::int,
           coalesce((p_run ->> 'priority')::int, 0), coalesce(p_run ->> 'worked_by', 'everybody'), (select auth.uid()), p_idempotency_key, p_request
    on conflict (requested_by, idempotency_key) where idempotency_key is not null do nothing
    returning * into v_run;
  exception
    when sqlstate 'RC4OF' then return jsonb_build_object('outcome', 'off');
  end;
  if v_run.id is null then
    select * into strict v_run from public.prime_search_runs
    where requested_by = (select auth.uid()) and idempotency_key = p_idempotency_key;
    v_outcome := case when v_run.request = p_request then 'replayed' else 'key_reused' end;
  end if;
  return jsonb_build_object('outcome', v_outcome, 'run', to_jsonb(v_run));
end
$$;
comment on function public.request_prime_search(jsonb, jsonb, text) is
  'Inserts a search for primes and its job under the caller''s rights; idempotent by key.';
revoke all on function public.request_prime_search(jsonb, jsonb, text) from public, anon, authenticated, service_role;
grant execute on function public.request_prime_search(jsonb, jsonb, text) to authenticated;

-- private.own_prime_search(run): refuses who may see a search but not direct it (42501); false where the caller sees none.
-- Called by the functions below.
create function private.own_prime_search(p_run uuid)
returns boolean
language plpgsql
stable
security definer
set search_path = ''
as $$
declare
  v_org_id uuid;
begin
  select org_id into v_org_id from public.prime_search_runs
  where id = p_run and org_id in (select private.orgs_with_right('primeSearch.view'));
  if not found then
    return false;
  end if;
  if v_org_id not in (select private.orgs_with_right('primeSearch.create')) then
    raise exception 'Directing a search for primes needs the right primeSearch.create.' using errcode = 'insufficient_privilege';
  end if;
  return true;
end
$$;
comment on function private.own_prime_search(uuid) is 'Whether the caller may direct a search; raises 42501 where they only see it.';
revoke all on function private.own_prime_search(uuid) from public, anon, authenticated, service_role;

-- cancel_prime_search(run): ends an unfinished search as CANCELLED and answers the run; what was found stays. Null where the caller
-- sees none. Called by prime-orchestration (DELETE) and by UIs.
create function public.cancel_prime_search(p_run uuid)
returns jsonb
language plpgsql
security definer
set search_path = ''
as $$
begin
  if not private.own_prime_search(p_run) then
    return null;
  end if;
  perform fleet.cancel_job('prime_search', p_run);
  return (select to_jsonb(r) from public.prime_search_runs r where r.id = p_run);
end
$$;
comment on function public.cancel_prime_search(uuid) is 'Cancels an unfinished search for primes; the run, or null.';
revoke all on function public.cancel_prime_search(uuid) from public, anon, authenticated, service_role;
grant execute on function public.cancel_prime_search(uuid) to authenticated;

-- prime_search.pause_run(run, pause): pauses a search, or resumes it, in its job and in its row: done, ended (it has), or project_paused: a
-- search of a campaign goes on with the campaign only, which holds it where its budget is spent. Called by whatever pauses searches.
create function prime_search.pause_run(p_run uuid, p_pause boolean)
returns text
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_project bigint := (select project_id from public.prime_search_runs where id = p_run and finished_at is null);
begin
  -- Held, so that none is paused while a search of it is resumed.
  if not p_pause and v_project is not null and (select status from public.projects where id = v_project for share) = 'paused' then
    return 'project_paused';
  elsif not fleet.pause_job('prime_search', p_run, p_pause) then
    return 'ended';
  end if;
  update public.prime_search_runs r set paused_at = j.paused_at
  from fleet.search_jobs j
  where r.id = p_run and j.search_type = 'prime_search' and j.run_id = p_run and r.paused_at is distinct from j.paused_at;
  return 'done';
end
$$;
comment on function prime_search.pause_run(uuid, boolean) is 'Pauses or resumes a search; what became of it.';
revoke all on function prime_search.pause_run(uuid, boolean) from public, anon, authenticated, service_role;

-- pause_prime_search(run, pause): pauses an unfinished search, or resumes it, and answers the run; one that has ended is answered as
-- it is. RC409 PROJECT_PAUSED: its campaign is paused. Slices under way end with their checkpoints. Called by prime-orchestration and by UIs.
create function public.pause_prime_search(p_run uuid, p_pause boolean)
returns jsonb
language plpgsql
security definer
set search_path = ''
as $$
begin
  perform private.require_flag('p_pause', p_pause);
  if not private.own_prime_search(p_run) then
    return null;
  end if;
  if prime_search.pause_run(p_run, p_pause) = 'project_paused' then
    raise exception 'The search is of a campaign that is paused: resume the campaign.' using errcode = 'RC409', hint = 'PROJECT_PAUSED';
  end if;
  return (select to_jsonb(r) from public.prime_search_runs r where r.id = p_run);
end
$$;
comment on function public.pause_prime_search(uuid, boolean) is 'Pauses or resumes a search for primes; the run, or null.';
revoke all on function public.pause_prime_search(uuid, boolean) from public, anon, authenticated, service_role;
grant execute on function public.pause_prime_search(uuid, boolean) to authenticated;

-- verify_prime(prime, org, offered): has the checker read a prime's certificate again, or one that is offered for it.
-- Answers {outcome, check_run?}: created, replayed (the org has asked for just that, and it is not done), not_found, no_certificate, no_org, off. Called by prime-orchestration and by UIs.
-- p_offered: a certificate as shared/primes/certificate.ts describes it. The prime takes it over once the checker has accepted it, where
-- it is not verified already.
create function public.verify_prime(p_prime bigint, p_org_id uuid default null, p_offered jsonb default null)
returns jsonb
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_org_id uuid := private.prime_search_org(p_org_id);
  v_prime public.primes;
  v_id uuid;
begin
  if v_org_id is null then
    return jsonb_build_object('outcome', 'no_org');
  end if;
  perform private.refuse_faults(case
    when p_offered is not null and jsonb_typeof(p_offered) <> 'object' then '[{"path": "p_offered", "message": "not an object"}]'::jsonb
    when octet_length(p_offered::text) > 4194304 then '[{"path": "p_offered", "message": "larger than 4194304 bytes"}]' else '[]' end);
  select * into v_prime from public.primes where id = p_prime;
  if not found then
    return jsonb_build_object('outcome', 'not_found');
  elsif p_offered is null and v_prime.certificate is null then
    return jsonb_build_object('outcome', 'no_certificate');
  end if;
  perform pg_advisory_xact_lock(hashtextextended(format('verify_prime %s %s', v_org_id, p_prime), 0));
  -- Again: a right may be taken away while a call waits.
  perform private.prime_search_org(v_org_id);
  select c.id into v_id from public.prime_check_runs c
  where c.org_id = v_org_id and c.primes = array[p_prime] and c.offered is not distinct from p_offered and c.finished_at is null
  order by c.created_at limit 1;
  if found then
    return jsonb_build_object('outcome', 'replayed', 'check_run', v_id);
  end if;
  begin
    insert into public.prime_check_runs (org_id, primes, offered, requested_by)
    values (v_org_id, array[p_prime], p_offered, (select auth.uid()))
    returning id into v_id;
  exception
    when sqlstate 'RC4OF' then return jsonb_build_object('outcome', 'off');
  end;
  return jsonb_build_object('outcome', 'created', 'check_run', v_id);
end
$$;
comment on function public.verify_prime(bigint, uuid, jsonb) is 'Has the certificate of a prime checked again, or one that is offered for it.';
revoke all on function public.verify_prime(bigint, uuid, jsonb) from public, anon, authenticated, service_role;
grant execute on function public.verify_prime(bigint, uuid, jsonb) to authenticated;
