-- What nodes hand in, how it is checked by the fleet, and what comes of it: a block's result, credit and trust, or the work done again.
-- What is tested again is drawn with a seed that did not exist before all of the answer was there. The share that is drawn follows from trust;
-- shared/primes/nodes/README.md says what it is worth.

-- prime_search.share_of(level): share of residues that are computed again of an operator of a level of trust. Called by the functions below.
create function prime_search.share_of(p_trust_level int)
returns double precision
language sql
immutable
set search_path = ''
as $$ select (array[1, 1, 0.25, 0.1, 0.05])[p_trust_level + 1]::double precision $$;
comment on function prime_search.share_of(int) is 'Share of residues that are computed again.';
revoke all on function prime_search.share_of(int) from public, anon, authenticated, service_role;

-- prime_search.level_of(trust): 4 from 500 valid in all and 100 of them in a row, 3 from 100 in a row, 2 from 10, else 1, and 0 from a wrong one on;
-- of the last 30 days below nine tenths valid it is 2 at most, below eight tenths 1. Called by the functions below.
create function prime_search.level_of(p_trust public.operator_trust)
returns smallint
language plpgsql
stable
security definer
set search_path = ''
as $$
begin
  return (
  select least(
    case when (p_trust).consecutive_valid >= 100 and (p_trust).total_valid >= 500 then 4
         when (p_trust).consecutive_valid >= 100 then 3
         when (p_trust).consecutive_valid >= 10 then 2
         when (p_trust).total_invalid = 0 then 1 else 0 end,
    case when (p_trust).total_invalid = 0 or recent.valid is null then 4 when recent.valid < 0.8 then 1 when recent.valid < 0.9 then 2 else 4 end)::smallint
  from (
    select avg(case when r.valid then 1.0 else 0.0 end) as valid
    from public.node_block_results r
    where (p_trust).total_invalid > 0 and r.operator_id = (p_trust).operator_id and r.valid is not null
      and r.completed_at > now() - interval '30 days'
  ) as recent
  );
end
$$;
comment on function prime_search.level_of(public.operator_trust) is 'The level of trust that an operator''s results have earned.';
revoke all on function prime_search.level_of(public.operator_trust) from public, anon, authenticated, service_role;

-- prime_search.kept_answer(queued): what an accepted result said, as it was kept with its block: {finds: [], evidence}; its finds were all proven or
-- tested by the fleet when it was accepted. Null where it is not there any more. Called by start_checks() and load_node_check().
create function prime_search.kept_answer(p_queued public.verification_queue)
returns jsonb
language sql
stable
security definer
set search_path = ''
as $$
  select jsonb_build_object('finds', '[]'::jsonb, 'evidence', jsonb_build_object('factors', e.factors, 'residues', e.residues))
  from public.prime_search_blocks b
  join public.prime_search_evidence e on e.run = b.run and e.block_number = b.block_number
  where b.id = (p_queued).original_block_id
$$;
comment on function prime_search.kept_answer(public.verification_queue) is 'What an accepted result said.';
revoke all on function prime_search.kept_answer(public.verification_queue) from public, anon, authenticated, service_role;

-- prime_search.start_checks(org): has the fleet check what waits of an org, as much as one run takes; whether there is now such a run that was not
-- there before. One run of an org at a time: the next begins with its end. Called by what hands in, ends checks, and by the tick.
create function prime_search.start_checks(p_org_id uuid)
returns boolean
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_run uuid;
begin
  perform pg_advisory_xact_lock(hashtextextended('prime_search.start_checks ' || p_org_id, 0));
  if exists (select from public.node_check_runs where org_id = p_org_id and status in ('PENDING', 'GENERATING'))
     or not exists (
       select from public.verification_queue
       where org_id = p_org_id and status = 'pending' and (offered_until is null or offered_until <= clock_timestamp()))
     or not (select enabled from fleet.search_types where search_type = 'node_check') then
    return false;
  end if;
  insert into public.node_check_runs (org_id) values (p_org_id) returning id into v_run;
  update public.verification_queue q set
    status = 'claimed', check_run = v_run, offered_until = null,
    verification_worker = case when q.second_opinion in ('agrees', 'differs') then q.verification_worker else 'fleet' end,
    verification_volunteer_id = case when q.second_opinion in ('agrees', 'differs') then q.verification_volunteer_id end,
    second_opinion = nullif(q.second_opinion, 'asked')
  from (
    select w.id, row_number() over (order by w.id) as place,
      sum(length(coalesce(c.answer, prime_search.kept_answer(w))::text)) over (order by w.id) as size
    from (
      select * from public.verification_queue
      where org_id = p_org_id and status = 'pending' and (offered_until is null or offered_until <= clock_timestamp())
      order by id limit 50) as w
    join prime_search.node_claims c on c.result_id = w.result_id
  ) as taken
  where q.id = taken.id and (taken.place = 1 or taken.size <= 700000);
  return true;
end
$$;
comment on function prime_search.start_checks(uuid) is 'Has the fleet check what nodes of an org handed in.';
revoke all on function prime_search.start_checks(uuid) from public, anon, authenticated, service_role;

-- prime_search.submit_node_block(key hash, node, token, answer, counts, flaw): what a node found: {outcome, status, result}; outcome is submitted, rejected
-- (it contradicts itself: that is the flaw, and no better than a lie), or replayed: the same was handed in before, and nothing changes.
-- p_answer: what write_block() takes, expressions written by the server; p_counts: {sieved, tested, found, digest} as counted by the
-- server. 404, 409 as held_claim(); 409 ALREADY_SUBMITTED: something else was. Called by operator-api.
create function prime_search.submit_node_block(p_key_hash text, p_node uuid, p_token uuid, p_answer jsonb, p_counts jsonb, p_flaw text)
returns jsonb
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_operator public.operators := prime_search.operator_of(p_key_hash);
  v_node public.operator_nodes := prime_search.node_of(v_operator, p_node);
  v_result public.node_block_results := prime_search.held_claim(v_node, p_token);
  v_share double precision;
  v_flaw text := left(p_flaw, 2000);
begin
  if v_result.status <> 'claimed' then
    if v_result.digest is distinct from p_counts ->> 'digest' then
      perform prime_search.refuse(409, 'ALREADY_SUBMITTED', 'This block was handed in with another result.');
    end if;
    return jsonb_build_object('outcome', 'replayed', 'status', v_result.status, 'result', v_result.id, 'checks', false);
  end if;
  select prime_search.share_of(t.trust_level) into v_share from public.operator_trust t where t.operator_id = v_operator.id;
  update public.node_block_results set
    status = 'submitted', submitted_at = clock_timestamp(), sieved = (p_counts ->> 'sieved')::bigint,
    tested = (p_counts ->> 'tested')::bigint, found = (p_counts ->> 'found')::bigint, digest = p_counts ->> 'digest'
  where id = v_result.id
  returning * into v_result;
  update public.operator_nodes set last_heartbeat = clock_timestamp() where id = v_node.id;
  update prime_search.node_claims set
    answer = p_answer, checkpoint = null, seed = encode(extensions.gen_random_bytes(32), 'hex')
  where result_id = v_result.id;
  update fleet.work_blocks b set not_before = 'infinity'
  from prime_search.node_claims c where c.result_id = v_result.id and b.id = c.fleet_block_id and b.status = 'PENDING';
  insert into public.verification_queue (org_id, result_id, original_block_id, search_job_id, block_start, block_end, original_tested,
    original_found, original_worker, original_volunteer_id, verification_method, share, status, completed_at, resolution, offered_until)
  select v_result.org_id, v_result.id, b.id, s.number, b.block_start, b.block_end, v_result.tested, v_result.found, v_node.id, v_operator.id,
         case when v_share = 1 then 'full' else 'sample' end, v_share, case when v_flaw is null then 'pending' else 'conflict' end,
         case when v_flaw is not null then clock_timestamp() end, v_flaw,
         case when v_flaw is null and prime_search.has_second(v_operator) then clock_timestamp() + interval '2 minutes' end
  from public.prime_search_blocks b join public.prime_search_runs s on s.id = b.run where b.id = v_result.block_id;
  if v_flaw is not null then
    perform prime_search.reject_node_result(v_result, v_flaw);
    return jsonb_build_object('outcome', 'rejected', 'status', 'rejected', 'result', v_result.id, 'reason', v_flaw, 'checks', false);
  end if;
  return jsonb_build_object('outcome', 'submitted', 'status', 'submitted', 'result', v_result.id,
    'checks', prime_search.start_checks(v_result.org_id));
end
$$;
comment on function prime_search.submit_node_block(text, uuid, uuid, jsonb, jsonb, text) is 'Takes in what a node found, to be checked.';
revoke all on function prime_search.submit_node_block(text, uuid, uuid, jsonb, jsonb, text) from public, anon, authenticated, service_role;
grant execute on function prime_search.submit_node_block(text, uuid, uuid, jsonb, jsonb, text) to service_role;

-- prime_search.distrust(operator, why, context): an operator who was wrong is trusted no more and has to wait; all else of theirs that nobody has
-- checked is taken back and done again, what they said of others' results is worth nothing until these are settled, and what was accepted on
-- the word of theirs and another's is looked at again. Called by reject_node_result(), record_node_checks() and prime_search.settle_again(),
-- with the rows of the operator and of the jobs locked.
create function prime_search.distrust(p_operator uuid, p_why text, p_context jsonb)
returns void
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_trust public.operator_trust;
begin
  update public.operator_trust set
    consecutive_valid = 0, consecutive_invalid = consecutive_invalid + 1, total_invalid = total_invalid + 1, trust_level = 0,
    not_before = clock_timestamp() + least(interval '1 day', interval '1 minute' * 2 ^ least(consecutive_invalid, 11)), updated_at = clock_timestamp()
  where operator_id = p_operator
  returning * into v_trust;
  perform private.void_work(p_operator, p_why);
  -- The turn of start_checks(), since what waits is written: nobody waits in a circle.
  perform pg_advisory_xact_lock(hashtextextended('prime_search.start_checks ' || v_trust.org_id, 0));
  update public.verification_queue set
    second_opinion = null, verification_volunteer_id = null, verification_worker = null, second_credit = 0, offered_until = null
  where verification_volunteer_id = p_operator and status in ('pending', 'claimed') and reopened_at is null;
  insert into public.system_logs (level, source, component, message, org_id, run_id, context)
  values ('warn', 'node_check', 'rejected', 'A result of a node was wrong; its work is done again.', v_trust.org_id, (p_context ->> 'run')::uuid,
    p_context - 'run' || jsonb_build_object('operator', p_operator, 'in_a_row', v_trust.consecutive_invalid,
      'looked_at_again', prime_search.reopen_agreements(p_operator)));
end
$$;
comment on function prime_search.distrust(uuid, text, jsonb) is 'What follows for an operator who was wrong.';
revoke all on function prime_search.distrust(uuid, text, jsonb) from public, anon, authenticated, service_role;

-- prime_search.reject_node_result(result, reason): a result that was wrong. Its block is free again, its operator is trusted no more and has to
-- wait, and all else of the operator's that nobody has checked is taken back and done again. Called by submit_node_block() and
-- record_node_checks(), with the job's row locked.
create function prime_search.reject_node_result(p_result public.node_block_results, p_reason text)
returns void
language plpgsql
security definer
set search_path = ''
as $$
begin
  perform prime_search.return_block(p_result, 'rejected', p_reason);
  perform prime_search.distrust((p_result).operator_id,
    format('Taken back unchecked: result %s of the same operator was wrong.', (p_result).id),
    jsonb_build_object('result', (p_result).id, 'run', (p_result).run, 'reason', p_reason));
end
$$;
comment on function prime_search.reject_node_result(public.node_block_results, text) is 'What follows from a wrong result.';
revoke all on function prime_search.reject_node_result(public.node_block_results, text) from public, anon, authenticated, service_role;

-- prime_search.accept_node_result(result): a result that was checked is its block's, and its operator has credit for it: what the block was worth
-- when it was given out, and a tenth of it more, shared among the primes that nobody had found. Called by record_node_checks(), with the
-- job's row locked.
create function prime_search.accept_node_result(p_result public.node_block_results)
returns void
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_claim prime_search.node_claims;
  v_block public.prime_search_blocks;
  v_trust public.operator_trust;
begin
  select * into strict v_claim from prime_search.node_claims where result_id = (p_result).id;
  select * into strict v_block from public.prime_search_blocks where id = (p_result).block_id;
  perform prime_search.write_block((p_result).run, v_block.block_number, v_claim.answer, (p_result).claimed_at, 0, 0, (p_result).operator_id);
  update public.node_block_results set status = 'verified', completed_at = clock_timestamp() where id = (p_result).id;
  perform fleet.finish_lent_block(v_claim.fleet_block_id);
  insert into public.operator_credits (org_id, operator_id, block_id, credit, reason)
  values ((p_result).org_id, (p_result).operator_id, v_block.id, (p_result).credit, 'block_completed');
  insert into public.operator_credits (org_id, operator_id, block_id, prime_id, credit, reason)
  select (p_result).org_id, (p_result).operator_id, v_block.id, p.id, round((p_result).credit / 10 / count(*) over (), 3), 'prime_discovered'
  from jsonb_array_elements(v_claim.answer -> 'finds') f
  join public.prime_search_finds s on s.run = (p_result).run and s.candidate = (f ->> 'index')::bigint
  join public.primes p on p.id = s.prime_id and p.operator_id = (p_result).operator_id and p.proof_method = 'deterministic'
  on conflict do nothing;
  update prime_search.node_claims set answer = null where result_id = (p_result).id;
  update public.operator_trust set
    consecutive_valid = consecutive_valid + 1, consecutive_invalid = 0, total_valid = total_valid + 1, not_before = null,
    updated_at = clock_timestamp()
  where operator_id = (p_result).operator_id
  returning * into v_trust;
  update public.operator_trust set trust_level = prime_search.level_of(v_trust)
  where operator_id = v_trust.operator_id and trust_level <> prime_search.level_of(v_trust);
end
$$;
comment on function prime_search.accept_node_result(public.node_block_results) is 'Makes a checked result its block''s, with credit and trust.';
revoke all on function prime_search.accept_node_result(public.node_block_results) from public, anon, authenticated, service_role;

-- prime_search.load_node_check(run): [{item, form, params, start, end, share, seed, second?, answer, reopened?}] of the run whose block the transaction
-- holds; null for any other. reopened: drawn or whole, of what was accepted and is looked at again. Called by the first slice of a check.
create function prime_search.load_node_check(p_run uuid)
returns jsonb
language plpgsql
stable
security definer
set search_path = ''
as $$
begin
  return (
  select (
    select coalesce(jsonb_agg(jsonb_build_object('item', q.id, 'form', s.form, 'params', s.params, 'start', q.block_start, 'end', q.block_end,
      'share', q.share, 'seed', c.seed, 'answer', given.answer,
      'reopened', case when q.reopened_at is not null then case when q.reopened_whole then 'whole' else 'drawn' end end,
      'second', case when q.second_opinion in ('agrees', 'differs') and q.reopened_at is null then coalesce(c.second_differs, '{}'::jsonb) end)
      order by q.id), '[]'::jsonb)
    from public.verification_queue q
    join prime_search.node_claims c on c.result_id = q.result_id
    cross join lateral (select case when q.reopened_at is null then c.answer else prime_search.kept_answer(q) end as answer) as given
    join public.prime_search_runs s on s.number = q.search_job_id
    where q.check_run = r.id and q.status = 'claimed' and given.answer is not null)
  from public.node_check_runs r
  where r.id = p_run and r.org_id = fleet.claimed_org_id('node_check')
  );
end
$$;
comment on function prime_search.load_node_check(uuid) is 'What nodes handed in, as the checker reads it.';
revoke all on function prime_search.load_node_check(uuid) from public, anon, authenticated, service_role;
grant execute on function prime_search.load_node_check(uuid) to receptor_engine;

-- prime_search.record_node_checks(token, checks): what came out since the last checkpoint, in the transaction of this one. What became of no use
-- meanwhile changes nothing; what stood on a second opinion that is worth nothing any more is checked whole. Called by the checker.
-- p_checks: [{item, valid, reason?, second?, tested, found, cpu_ms, redone?}]; second: null where none was given, '' where it was right, or why not;
-- redone: what the block came to when the fleet worked it, of a result that is looked at again and is wrong.
create function prime_search.record_node_checks(p_claim_token uuid, p_checks jsonb)
returns void
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_held record;
  v_check record;
  v_queued public.verification_queue;
  v_result public.node_block_results;
begin
  select * into v_held from fleet.hold_claim_on(p_claim_token, 'node_check');
  -- Operators before jobs, as every request of a node takes them.
  perform 1 from public.operators o
  where o.id in (
    select unnest(array[q.original_volunteer_id, q.verification_volunteer_id]) from public.verification_queue q where q.check_run = v_held.run_id)
  order by o.id for no key update;
  -- All jobs that may be written for, in order, so that nobody waits in a circle: those of the results, and of what would be taken back.
  perform 1 from fleet.search_jobs j
  where j.search_type = 'prime_search' and j.run_id in (
    select r.run from public.node_block_results r
    where r.status in ('claimed', 'submitted') and r.operator_id in (
      select unnest(array[q.original_volunteer_id, q.verification_volunteer_id]) from public.verification_queue q where q.check_run = v_held.run_id)
    union all
    select r.run from public.verification_queue q join public.node_block_results r on r.id = q.result_id
    where q.check_run = v_held.run_id and q.reopened_at is not null)
  order by j.id for update;
  for v_check in select * from jsonb_to_recordset(p_checks) as c (item bigint, valid boolean, reason text, second text, tested bigint, found bigint,
    cpu_ms numeric, redone jsonb)
  loop
    select * into v_queued from public.verification_queue where id = v_check.item and check_run = v_held.run_id and status = 'claimed' for update;
    continue when not found;
    if v_queued.reopened_at is not null then
      perform prime_search.settle_again(v_queued, to_jsonb(v_check));
      continue;
    elsif v_check.second is not null and v_queued.verification_volunteer_id is null then
      update public.verification_queue set status = 'pending', check_run = null where id = v_queued.id;
      continue;
    end if;
    select * into strict v_result from public.node_block_results where id = v_queued.result_id for update;
    update public.verification_queue set
      status = case when v_check.valid then 'matched' else 'conflict' end, completed_at = clock_timestamp(),
      verification_tested = v_check.tested, verification_found = v_check.found, cpu_ms = v_check.cpu_ms,
      seed = (select c.seed from prime_search.node_claims c where c.result_id = v_result.id), resolution = left(v_check.reason, 2000)
    where id = v_queued.id;
    if not exists (
      select from prime_search.node_claims c
      join fleet.work_blocks b on b.id = c.fleet_block_id and b.status = 'PENDING'
      join fleet.search_jobs j on j.id = b.search_job_id and j.status = 'RUNNING'
      where c.result_id = v_result.id) or v_result.status <> 'submitted' then
      perform prime_search.return_block(v_result, 'void', 'The search has ended.');
    elsif v_check.valid then
      perform prime_search.accept_node_result(v_result);
    else
      perform prime_search.reject_node_result(v_result, left(v_check.reason, 2000));
    end if;
    if v_check.second = '' then
      insert into public.operator_credits (org_id, operator_id, block_id, credit, reason)
      values (v_queued.org_id, v_queued.verification_volunteer_id, v_queued.original_block_id, v_queued.second_credit, 'verification');
    elsif v_check.second is not null then
      perform prime_search.distrust(v_queued.verification_volunteer_id, 'Taken back unchecked: a second opinion of the same operator was wrong.',
        jsonb_build_object('result', v_result.id, 'run', v_result.run, 'reason', left(v_check.second, 2000)));
    end if;
  end loop;
end
$$;
comment on function prime_search.record_node_checks(uuid, jsonb) is 'Writes what checks of results came to, and what follows.';
revoke all on function prime_search.record_node_checks(uuid, jsonb) from public, anon, authenticated, service_role;
grant execute on function prime_search.record_node_checks(uuid, jsonb) to receptor_engine;

-- prime_search.finish_node_check(token): a run has checked all that it took; the next one begins. Called by the checker after record_node_checks().
create function prime_search.finish_node_check(p_claim_token uuid)
returns void
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_held record;
begin
  select * into v_held from fleet.hold_claim_on(p_claim_token, 'node_check');
  update public.verification_queue set status = 'pending', check_run = null, attempts = attempts + 1
  where check_run = v_held.run_id and status = 'claimed';
  update public.node_check_runs set status = 'COMPLETED', finished_at = clock_timestamp() where id = v_held.run_id;
  -- What was checked stands with its block now, or is of no use.
  update fleet.search_jobs j set input = null from fleet.work_blocks b where b.id = v_held.block_id and j.id = b.search_job_id;
  perform fleet.finish_block(p_claim_token);
  perform prime_search.start_checks(v_held.org_id);
end
$$;
comment on function prime_search.finish_node_check(uuid) is 'Ends a check of results, and begins the next.';
revoke all on function prime_search.finish_node_check(uuid) from public, anon, authenticated, service_role;
grant execute on function prime_search.finish_node_check(uuid) to receptor_engine;

-- prime_search.void_claims(): what nodes have of a search that has ended is of no use. Trigger after a search ends.
create function prime_search.void_claims()
returns trigger
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_result public.node_block_results;
begin
  for v_result in
    select * from public.node_block_results where run = new.id and status in ('claimed', 'submitted') order by id for update
  loop
    perform prime_search.return_block(v_result, 'void', 'The search has ended.');
  end loop;
  return null;
end
$$;
comment on function prime_search.void_claims() is 'Trigger: ends the claims of nodes with their search.';
revoke all on function prime_search.void_claims() from public, anon, authenticated, service_role;
create trigger void_claims after update of status on public.prime_search_runs
  for each row when (new.status in ('COMPLETED', 'FAILED', 'CANCELLED') and new.status is distinct from old.status)
  execute function prime_search.void_claims();

-- prime_search.mind_checks(org): of an org, what a failed run was to check waits again, and is given up after the third time, without blame; what
-- waits is checked.
-- Called by prime_search.tick_nodes().
create function prime_search.mind_checks(p_org_id uuid)
returns int
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_result public.node_block_results;
begin
  update public.verification_queue q set status = 'pending', check_run = null, attempts = attempts + 1
  from public.node_check_runs r
  where q.org_id = p_org_id and q.status = 'claimed' and r.id = q.check_run and r.status in ('COMPLETED', 'FAILED', 'CANCELLED');
  for v_result in
    select r.* from public.verification_queue q join public.node_block_results r on r.id = q.result_id
    where q.org_id = p_org_id and q.status = 'pending' and q.attempts >= 3 and q.reopened_at is null order by r.id
  loop
    perform 1 from fleet.search_jobs j where j.search_type = 'prime_search' and j.run_id = v_result.run for update;
    perform prime_search.return_block(v_result, 'void', 'It could not be checked; the block is worked again.');
  end loop;
  update public.verification_queue set
    status = 'matched', completed_at = clock_timestamp(), resolution = 'It could not be looked at again; the result stands.'
  where org_id = p_org_id and status = 'pending' and attempts >= 3 and reopened_at is not null;
  return prime_search.start_checks(p_org_id)::int;
end
$$;
comment on function prime_search.mind_checks(uuid) is 'Has checked what waits of an org, and gives up what cannot be.';
revoke all on function prime_search.mind_checks(uuid) from public, anon, authenticated, service_role;

-- prime_search.end_leases(org): ends an org's leases that ran out; how many. Called by prime_search.tick_nodes().
create function prime_search.end_leases(p_org_id uuid)
returns int
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_count int;
begin
  with over as (
    select id from public.node_block_results
    where org_id = p_org_id and status = 'claimed' and lease_until <= clock_timestamp() for update skip locked
  )
  update public.node_block_results r set status = 'expired', completed_at = clock_timestamp(), reason = 'The lease ran out.'
  from over where r.id = over.id;
  get diagnostics v_count = row_count;
  update prime_search.node_claims c set checkpoint = null from public.node_block_results r
  where r.id = c.result_id and r.org_id = p_org_id and r.status = 'expired' and c.checkpoint is not null;
  return v_count;
end
$$;
comment on function prime_search.end_leases(uuid) is 'Ends an org''s leases that ran out.';
revoke all on function prime_search.end_leases(uuid) from public, anon, authenticated, service_role;

-- prime_search.tick_nodes(): what needs no word of anybody, org by org: leases and commands run out, and what waits is checked. How many leases
-- ran out. Called by cron, with the projects.
create function prime_search.tick_nodes()
returns int
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_count int := 0;
  v_org_id uuid;
begin
  for v_org_id in
    select distinct org_id from public.node_block_results where status = 'claimed' and lease_until <= clock_timestamp()
  loop
    v_count := v_count + private.attempt('prime_search', 'leases', v_org_id, 'select prime_search.end_leases($1::uuid)', v_org_id::text);
  end loop;
  for v_org_id in select distinct org_id from public.node_commands where status in ('queued', 'delivered') loop
    perform private.attempt('prime_search', 'commands', v_org_id, 'select 0 from prime_search.expire_commands($1::uuid)', v_org_id::text);
  end loop;
  for v_org_id in select distinct org_id from public.verification_queue where status in ('pending', 'claimed') loop
    perform private.attempt('prime_search', 'checks', v_org_id, 'select prime_search.mind_checks($1::uuid)', v_org_id::text);
  end loop;
  return v_count;
end
$$;
comment on function prime_search.tick_nodes() is 'Ends leases and commands that ran out; has checked what waits.';
revoke all on function prime_search.tick_nodes() from public, anon, authenticated, service_role;
