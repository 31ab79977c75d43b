-- Second opinions: of what a node handed in, the residues that are drawn are computed again by a node of another operator, who is told the
-- candidates and never what the first one said. What both say stands, but for a share that the fleet draws again; what they differ in is computed
-- by the fleet, as the third: record_node_checks() says what follows for whom. Where no such node takes it in time, the fleet does all of it.
-- shared/primes/nodes/README.md says what that is worth.

-- prime_search.has_second(operator): whether somebody else's node is there to give a second opinion: of an operator with trust that was earned, of
-- the same org, heard of within five minutes. Called by submit_node_block().
create function prime_search.has_second(p_operator public.operators)
returns boolean
language plpgsql
stable
security definer
set search_path = ''
as $$
begin
  return (
  select exists (
    select from public.operators o
    join public.operator_trust t on t.operator_id = o.id and t.trust_level >= 2
    join public.operator_nodes n on n.operator_id = o.id and n.checks and n.last_heartbeat > clock_timestamp() - interval '5 minutes'
    where o.org_id = (p_operator).org_id and o.id <> (p_operator).id and o.is_active)
  );
end
$$;
comment on function prime_search.has_second(public.operators) is 'Whether another operator''s node may give a second opinion.';
revoke all on function prime_search.has_second(public.operators) from public, anon, authenticated, service_role;

-- prime_search.open_checks(operator, node): results of others that a node may give a second opinion on now. Called by the functions below.
create function prime_search.open_checks(p_operator public.operators, p_node public.operator_nodes)
returns setof public.verification_queue
language sql
stable
security definer
set search_path = ''
as $$
  select q.* from public.verification_queue q
  where q.org_id = (p_operator).org_id and q.status = 'pending' and q.second_opinion is null and q.offered_until > clock_timestamp()
    and q.original_volunteer_id <> (p_operator).id and (p_node).checks
    and exists (select from public.operator_trust t where t.operator_id = (p_operator).id and t.trust_level >= 2)
  order by q.id
$$;
comment on function prime_search.open_checks(public.operators, public.operator_nodes) is 'Results that a node may give a second opinion on.';
revoke all on function prime_search.open_checks(public.operators, public.operator_nodes) from public, anon, authenticated, service_role;

-- prime_search.checks_for(operator, node): how many of them there are, so that nodes ask for them when there are some. Called by
-- claim_node_blocks() and prime_search.node_heartbeat().
create function prime_search.checks_for(p_operator public.operators, p_node public.operator_nodes)
returns int
language sql
stable
security definer
set search_path = ''
as $$ select count(*)::int from (select from prime_search.open_checks(p_operator, p_node) limit 64) as open $$;
comment on function prime_search.checks_for(public.operators, public.operator_nodes) is 'How many second opinions a node may give.';
revoke all on function prime_search.checks_for(public.operators, public.operator_nodes) from public, anon, authenticated, service_role;

-- prime_search.take_checks(key hash, node, count): results for a node to give second opinions on: {org_id, checks: [{token, search, form, params, start, end,
-- share, seed, answer, tested, lease_until}]}. The function draws the candidates by the seed, and tells the node those alone. A lease of a quarter
-- of an hour, or three times what the whole block is worth. 429 BACK_OFF as claims. Called by operator-api, with price_checks() in one transaction.
create function prime_search.take_checks(p_key_hash text, p_node uuid, p_count int)
returns jsonb
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_operator public.operators := prime_search.operator_of(p_key_hash);
  v_node public.operator_nodes := prime_search.node_of(v_operator, p_node);
  v_item bigint;
  v_items bigint[] := '{}';
begin
  perform prime_search.require_no_wait(v_operator);
  -- As price_checks() will, before any row is held: nobody waits in a circle.
  perform pg_advisory_xact_lock(hashtextextended('prime_search.start_checks ' || v_operator.org_id, 0));
  update public.operator_nodes set last_heartbeat = clock_timestamp() where id = v_node.id;
  for v_item in
    select q.id from public.verification_queue q
    where q.id in (select o.id from prime_search.open_checks(v_operator, v_node) o limit p_count)
      and q.status = 'pending' and q.second_opinion is null
    order by q.id for update skip locked
  loop
    update public.verification_queue q set
      second_opinion = 'asked', verification_volunteer_id = v_operator.id, verification_worker = v_node.id::text,
      offered_until = clock_timestamp() + greatest(interval '15 minutes', make_interval(secs => 3 * r.credit::double precision))
    from public.node_block_results r where q.id = v_item and r.id = q.result_id;
    update prime_search.node_claims c set second_token = gen_random_uuid(), second_differs = null
    from public.verification_queue q where q.id = v_item and c.result_id = q.result_id;
    v_items := v_items || v_item;
  end loop;
  return jsonb_build_object('org_id', v_operator.org_id, 'checks', (
    select coalesce(jsonb_agg(jsonb_build_object('token', c.second_token, 'search', s.number, 'form', s.form, 'params', s.params,
      'start', q.block_start, 'end', q.block_end, 'share', q.share, 'seed', c.seed, 'answer', c.answer, 'tested', q.original_tested,
      'lease_until', q.offered_until) order by q.id), '[]')
    from public.verification_queue q
    join prime_search.node_claims c on c.result_id = q.result_id
    join public.prime_search_runs s on s.number = q.search_job_id
    where q.id = any (v_items)));
end
$$;
comment on function prime_search.take_checks(text, uuid, int) is 'Gives results to a node, for second opinions.';
revoke all on function prime_search.take_checks(text, uuid, int) from public, anon, authenticated, service_role;
grant execute on function prime_search.take_checks(text, uuid, int) to service_role;

-- prime_search.require_no_wait(operator): refuses (429 BACK_OFF) who was wrong and has to wait. Called by take_checks() and claim_node_blocks().
create function prime_search.require_no_wait(p_operator public.operators)
returns void
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_not_before timestamptz := (select not_before from public.operator_trust where operator_id = (p_operator).id);
begin
  if v_not_before > clock_timestamp() then
    perform prime_search.refuse(429, 'BACK_OFF', 'A result of yours was wrong; nothing is given out to you for a while.',
      ceil(extract(epoch from v_not_before - clock_timestamp()))::text);
  end if;
end
$$;
comment on function prime_search.require_no_wait(public.operators) is 'Refuses who was wrong and has to wait.';
revoke all on function prime_search.require_no_wait(public.operators) from public, anon, authenticated, service_role;

-- prime_search.price_checks(org, prices): what second opinions are worth, {token: credit}; where there is nothing to ask (0), the fleet has the result
-- back at once: whether it has to be woken. Called by operator-api, whose model of costs it is, in the transaction of take_checks().
create function prime_search.price_checks(p_org_id uuid, p_prices jsonb)
returns boolean
language plpgsql
security definer
set search_path = ''
as $$
begin
  update public.verification_queue q set
    second_credit = p.value::numeric,
    second_opinion = case when p.value::numeric > 0 then q.second_opinion end,
    verification_volunteer_id = case when p.value::numeric > 0 then q.verification_volunteer_id end,
    verification_worker = case when p.value::numeric > 0 then q.verification_worker end,
    offered_until = case when p.value::numeric > 0 then q.offered_until end
  from jsonb_each_text(p_prices) as p (token, value)
  join prime_search.node_claims c on c.second_token = p.token::uuid
  where q.org_id = p_org_id and q.result_id = c.result_id and q.status = 'pending' and q.second_opinion = 'asked';
  return '0' in (select p.value from jsonb_each_text(p_prices) as p) and prime_search.start_checks(p_org_id);
end
$$;
comment on function prime_search.price_checks(uuid, jsonb) is 'Fixes what second opinions are worth.';
revoke all on function prime_search.price_checks(uuid, jsonb) from public, anon, authenticated, service_role;
grant execute on function prime_search.price_checks(uuid, jsonb) to service_role;

-- prime_search.check_of(key hash, node, token): {form, params, start, end, share, seed, answer} of a second opinion that this node was asked for and
-- that is still open; null: there is none. Called by operator-api, which compares by it; that is one request with what follows, and counted there.
create function prime_search.check_of(p_key_hash text, p_node uuid, p_token uuid)
returns jsonb
language sql
stable
security definer
set search_path = ''
as $$
  select jsonb_build_object('form', s.form, 'params', s.params, 'start', q.block_start, 'end', q.block_end, 'share', q.share, 'seed', c.seed,
    'answer', c.answer)
  from prime_search.operator_keys k
  join public.operator_nodes n on n.operator_id = k.operator_id and n.id = p_node
  join prime_search.node_claims c on c.second_token = p_token and c.answer is not null
  join public.verification_queue q on q.result_id = c.result_id and q.verification_worker = n.id::text and q.second_opinion = 'asked'
    and q.status = 'pending'
  join public.prime_search_runs s on s.number = q.search_job_id
  where k.key_hash = p_key_hash and prime_search.may_ask(p_key_hash)
$$;
comment on function prime_search.check_of(text, uuid, uuid) is 'What a second opinion is asked on.';
revoke all on function prime_search.check_of(text, uuid, uuid) from public, anon, authenticated, service_role;
grant execute on function prime_search.check_of(text, uuid, uuid) to service_role;

-- prime_search.held_check(operator, node, token): a second opinion that the node was asked for, locked: 404 CHECK_NOT_FOUND where it was not, 409
-- CHECK_LOST where the fleet has it now, or it is of no use. Takes the turn of start_checks() first, as everybody who goes on to it.
-- Called by the functions below.
create function prime_search.held_check(p_operator public.operators, p_node public.operator_nodes, p_token uuid)
returns public.verification_queue
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_queued public.verification_queue;
begin
  perform pg_advisory_xact_lock(hashtextextended('prime_search.start_checks ' || (p_operator).org_id, 0));
  select q.* into v_queued from public.verification_queue q join prime_search.node_claims c on c.result_id = q.result_id
  where c.second_token = p_token and q.org_id = (p_operator).org_id
  for update of q;
  if not found or v_queued.verification_worker not in ((p_node).id::text, 'fleet') then
    perform prime_search.refuse(404, 'CHECK_NOT_FOUND', 'This node was not asked for this.');
  elsif v_queued.second_opinion is null or v_queued.status <> 'pending' and v_queued.second_opinion = 'asked'
    or v_queued.second_opinion = 'asked' and v_queued.offered_until <= clock_timestamp() then
    perform prime_search.refuse(409, 'CHECK_LOST', 'The second opinion is not asked for any more: its time ran out, or its search has ended.');
  end if;
  return v_queued;
end
$$;
comment on function prime_search.held_check(public.operators, public.operator_nodes, uuid) is 'A second opinion that a node was asked for.';
revoke all on function prime_search.held_check(public.operators, public.operator_nodes, uuid) from public, anon, authenticated, service_role;

-- prime_search.submit_check(key hash, node, token, differs): a second opinion: {outcome: submitted | replayed, checks}. The node is not told what it came
-- to: its credit says it when all is settled. p_differs: {candidate: what it says} where that is not what the first node said;
-- null: nothing was compared. 404, 409 as held_check().
-- Called by operator-api.
create function prime_search.submit_check(p_key_hash text, p_node uuid, p_token uuid, p_differs jsonb)
returns jsonb
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_operator public.operators := prime_search.operator_of(p_key_hash);
  v_node public.operator_nodes := prime_search.node_of(v_operator, p_node);
  v_queued public.verification_queue := prime_search.held_check(v_operator, v_node, p_token);
begin
  if v_queued.second_opinion <> 'asked' then
    return jsonb_build_object('outcome', 'replayed', 'checks', false);
  elsif p_differs is null then
    perform prime_search.refuse(409, 'CHECK_LOST', 'The second opinion is not asked for any more.');
  end if;
  update public.operator_nodes set last_heartbeat = clock_timestamp() where id = v_node.id;
  update prime_search.node_claims set second_differs = p_differs where result_id = v_queued.result_id;
  update public.verification_queue set
    second_opinion = case p_differs when '{}' then 'agrees' else 'differs' end, offered_until = null
  where id = v_queued.id;
  return jsonb_build_object('outcome', 'submitted', 'checks', prime_search.start_checks(v_operator.org_id));
end
$$;
comment on function prime_search.submit_check(text, uuid, uuid, jsonb) is 'Takes in a second opinion.';
revoke all on function prime_search.submit_check(text, uuid, uuid, jsonb) from public, anon, authenticated, service_role;
grant execute on function prime_search.submit_check(text, uuid, uuid, jsonb) to service_role;

-- prime_search.release_check(key hash, node, token): a node does not give a second opinion after all; the fleet has it: {status, checks}.
-- 404, 409 as held_check(); 409 ALREADY_SUBMITTED. Called by operator-api.
create function prime_search.release_check(p_key_hash text, p_node uuid, p_token uuid)
returns jsonb
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_operator public.operators := prime_search.operator_of(p_key_hash);
  v_node public.operator_nodes := prime_search.node_of(v_operator, p_node);
  v_queued public.verification_queue := prime_search.held_check(v_operator, v_node, p_token);
begin
  if v_queued.second_opinion <> 'asked' then
    perform prime_search.refuse(409, 'ALREADY_SUBMITTED', 'This second opinion was handed in.');
  end if;
  update public.verification_queue set offered_until = clock_timestamp() where id = v_queued.id;
  return jsonb_build_object('status', 'void', 'checks', prime_search.start_checks(v_operator.org_id));
end
$$;
comment on function prime_search.release_check(text, uuid, uuid) is 'A node gives no second opinion after all.';
revoke all on function prime_search.release_check(text, uuid, uuid) from public, anon, authenticated, service_role;
grant execute on function prime_search.release_check(text, uuid, uuid) to service_role;

-- What follows when one of two operators who agreed is found wrong: whatever was accepted on the word of the two is looked at again by the fleet.

-- prime_search.reopen_agreements(operator, other): accepted results that stood on a second opinion, of this operator on others' or of others on theirs:
-- each is looked at again, once; how many. The fleet computes all that was drawn of them. Where another operator is named, the two are known to
-- have agreed on something wrong: then all of what the two agreed on is computed again, whole. Called by distrust() and settle_again(), in the turn of
-- start_checks().
create function prime_search.reopen_agreements(p_operator uuid, p_other uuid default null)
returns int
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_count int;
begin
  update public.verification_queue q set
    status = 'pending', completed_at = null, check_run = null, attempts = 0, reopened_at = coalesce(q.reopened_at, clock_timestamp()),
    reopened_whole = p_other is not null
  where q.second_opinion in ('agrees', 'differs')
    and (p_other is null and q.status = 'matched' and q.reopened_at is null
         or p_other is not null and not q.reopened_whole and (q.status = 'matched' or q.reopened_at is not null and q.status in ('pending', 'claimed')))
    and (q.original_volunteer_id = p_operator and q.verification_volunteer_id = coalesce(p_other, q.verification_volunteer_id)
         or q.verification_volunteer_id = p_operator and q.original_volunteer_id = coalesce(p_other, q.original_volunteer_id));
  get diagnostics v_count = row_count;
  return v_count;
end
$$;
comment on function prime_search.reopen_agreements(uuid, uuid) is 'Has looked at again what was accepted on two operators'' word.';
revoke all on function prime_search.reopen_agreements(uuid, uuid) from public, anon, authenticated, service_role;

-- prime_search.take_credit_back(operator, block, reason): what an operator had of a block for a reason. Called by settle_again().
create function prime_search.take_credit_back(p_operator uuid, p_block bigint, p_reason text)
returns void
language sql
security definer
set search_path = ''
as $$
  insert into public.operator_credits (org_id, operator_id, block_id, credit, reason)
  select c.org_id, c.operator_id, c.block_id, -sum(c.credit), 'taken_back'
  from public.operator_credits c
  where c.operator_id = p_operator and c.block_id = p_block and c.reason = p_reason
  group by c.org_id, c.operator_id, c.block_id
$$;
comment on function prime_search.take_credit_back(uuid, bigint, text) is 'Takes an operator''s credit of a block back.';
revoke all on function prime_search.take_credit_back(uuid, bigint, text) from public, anon, authenticated, service_role;

-- prime_search.rewrite_block(block, result, cpu): what a block came to when the fleet worked it again, in place of what was accepted and is wrong; a search
-- that has ended says so too. p_result as write_block() takes it. Called by settle_again(), with the job's row locked.
create function prime_search.rewrite_block(p_block bigint, p_result jsonb, p_cpu_ms numeric)
returns void
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_block public.prime_search_blocks;
begin
  select * into strict v_block from public.prime_search_blocks where id = p_block for update;
  delete from public.prime_search_finds s
  where s.run = v_block.run and s.candidate between v_block.block_start and v_block.block_end and not exists (
    select from jsonb_array_elements(p_result -> 'finds') f where (f ->> 'index')::bigint = s.candidate and f ->> 'proof' = s.proof_method);
  delete from public.prime_search_evidence where run = v_block.run and block_number = v_block.block_number;
  perform prime_search.write_block(v_block.run, v_block.block_number, p_result, v_block.claimed_at, v_block.slices, v_block.cpu_ms + p_cpu_ms, null);
  update public.prime_search_runs r set result = prime_search.result_of(r) where r.id = v_block.run and r.result is not null;
end
$$;
comment on function prime_search.rewrite_block(bigint, jsonb, numeric) is 'Puts what the fleet found in place of a result that is wrong.';
revoke all on function prime_search.rewrite_block(bigint, jsonb, numeric) from public, anon, authenticated, service_role;

-- prime_search.settle_again(queued, check): what a second look at an accepted result came to. Where it is right it stands. Where it is wrong the block is the
-- fleet's, the result is rejected, its operator's credit for it is taken back, and so is that of the second where they said the same of what is
-- wrong; then everything that the two agreed on is computed again, whole. p_check: an entry of what record_node_checks() takes. Called by it.
create function prime_search.settle_again(p_queued public.verification_queue, p_check jsonb)
returns void
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_reason text := left(p_check ->> 'reason', 1900);
  v_result public.node_block_results;
  v_colluded boolean := coalesce(p_check ->> 'second', '') <> '';
begin
  update public.verification_queue set
    status = case when (p_check ->> 'valid')::boolean then 'matched' else 'conflict' end, completed_at = clock_timestamp(),
    verification_tested = coalesce(verification_tested, 0) + (p_check ->> 'tested')::bigint, cpu_ms = cpu_ms + (p_check ->> 'cpu_ms')::numeric,
    resolution = case when (p_check ->> 'valid')::boolean then 'Looked at again: it stands.' else 'Looked at again: ' || v_reason end
  where id = (p_queued).id;
  if (p_check ->> 'valid')::boolean then
    return;
  end if;
  update public.node_block_results set status = 'rejected', reason = 'Looked at again: ' || v_reason
  where id = (p_queued).result_id and status = 'verified'
  returning * into v_result;
  if not found then
    return;
  end if;
  perform prime_search.rewrite_block(v_result.block_id, p_check -> 'redone', (p_check ->> 'cpu_ms')::numeric);
  perform prime_search.take_credit_back(v_result.operator_id, v_result.block_id, 'block_completed');
  update public.operator_trust set total_valid = greatest(0, total_valid - 1) where operator_id = v_result.operator_id;
  perform prime_search.distrust(v_result.operator_id, format('Taken back unchecked: result %s of the same operator was wrong.', v_result.id),
    jsonb_build_object('result', v_result.id, 'run', v_result.run, 'reason', v_reason));
  if v_colluded then
    perform prime_search.take_credit_back((p_queued).verification_volunteer_id, v_result.block_id, 'verification');
    perform prime_search.distrust((p_queued).verification_volunteer_id,
      'Taken back unchecked: a second opinion of the same operator was wrong.',
      jsonb_build_object('result', v_result.id, 'run', v_result.run, 'reason', left(p_check ->> 'second', 2000)));
    perform prime_search.reopen_agreements(v_result.operator_id, (p_queued).verification_volunteer_id);
  end if;
end
$$;
comment on function prime_search.settle_again(public.verification_queue, jsonb) is 'What follows from a second look at an accepted result.';
revoke all on function prime_search.settle_again(public.verification_queue, jsonb) from public, anon, authenticated, service_role;
