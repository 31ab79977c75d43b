-- What the function operator-api does for operators and their nodes, and what managers do with operators. Operators have no role in the
-- database: the function asks as service_role, with the hash of the key that came, and each function here begins with
-- prime_search.operator_of(), which knows whose key it is. Refusals are exceptions RC4.. with the HTTP status as SQLSTATE (RC409: 409), the
-- stable code as their hint, and a sentence; the function passes them on.

-- prime_search.refuse(status, code, sentence, detail): raises. Called by the functions below.
create function prime_search.refuse(p_status int, p_code text, p_message text, p_detail text default '')
returns void
language plpgsql
set search_path = ''
as $$
begin
  raise exception '%', p_message using errcode = 'RC' || p_status, hint = p_code, detail = p_detail;
end
$$;
comment on function prime_search.refuse(int, text, text, text) is 'Raises a refusal with its HTTP status and code.';
revoke all on function prime_search.refuse(int, text, text, text) from public, anon, authenticated, service_role;

-- prime_search.require_open(): refuses (409) where the project does not search for primes, or does not check what nodes bring.
-- Called by the functions below.
create function prime_search.require_open()
returns void
language plpgsql
stable
security definer
set search_path = ''
as $$
begin
  if (select count(*) from fleet.search_types t where t.search_type in ('prime_search', 'node_check') and t.enabled) < 2 then
    perform prime_search.refuse(409, 'PRIME_SEARCH_OFF',
      'This project does not search for primes. An operator switches it on: deno task ops enable prime_search.');
  end if;
end
$$;
comment on function prime_search.require_open() is 'Refuses where the project does not search for primes.';
revoke all on function prime_search.require_open() from public, anon, authenticated, service_role;

-- prime_search.act_as(name): what follows in this transaction was done by an operator, as the audit log is to say.
-- Called by operator_of() and register_operator().
create function prime_search.act_as(p_username text)
returns void
language plpgsql
set search_path = ''
as $$
begin
  perform set_config('receptor.through', 'node', true), set_config('receptor.actor_name', p_username, true);
end
$$;
comment on function prime_search.act_as(text) is 'Says to the audit log which operator does what follows.';
revoke all on function prime_search.act_as(text) from public, anon, authenticated, service_role;

-- prime_search.turns_of(key): how many requests a key may make now; they come back evenly. Called by the functions below.
create function prime_search.turns_of(p_key prime_search.operator_keys)
returns double precision
language plpgsql
set search_path = ''
as $$
begin
  return least((p_key).per_minute, (p_key).tokens
    + greatest(0, extract(epoch from clock_timestamp() - (p_key).tokens_at)) * (p_key).per_minute / 60.0);
end
$$;
comment on function prime_search.turns_of(prime_search.operator_keys) is 'How many requests a key may make now.';
revoke all on function prime_search.turns_of(prime_search.operator_keys) from public, anon, authenticated, service_role;

-- prime_search.may_ask(key hash): whether a request with this key would be let in now; it is not counted. Nothing long is read for whom it would not.
-- Called by claimed_block() and check_of().
create function prime_search.may_ask(p_key_hash text)
returns boolean
language plpgsql
set search_path = ''
as $$
begin
  return exists (
    select from prime_search.operator_keys k join public.operators o on o.id = k.operator_id
    where k.key_hash = p_key_hash and k.revoked_at is null and k.expires_at > clock_timestamp() and o.is_active and prime_search.turns_of(k) >= 1);
end
$$;
comment on function prime_search.may_ask(text) is 'Whether a request with this key would be let in.';
revoke all on function prime_search.may_ask(text) from public, anon, authenticated, service_role;

-- prime_search.count_refused(key hash): counts a request that was refused, whose own count went with its transaction.
-- Called by operator-api.
create function prime_search.count_refused(p_key_hash text)
returns void
language sql
security definer
set search_path = ''
as $$
  update prime_search.operator_keys k set
    tokens = greatest(0, prime_search.turns_of(k) - 1), tokens_at = clock_timestamp(), last_used_at = clock_timestamp()
  where key_hash = p_key_hash and revoked_at is null
$$;
comment on function prime_search.count_refused(text) is 'Counts a request that was refused.';
revoke all on function prime_search.count_refused(text) from public, anon, authenticated, service_role;
grant execute on function prime_search.count_refused(text) to service_role;

-- prime_search.operator_of(key hash): the operator whose key it is; 401 UNAUTHENTICATED, KEY_REVOKED, KEY_EXPIRED, 403 OPERATOR_SUSPENDED,
-- 429 RATE_LIMITED (detail: seconds), 409 PRIME_SEARCH_OFF. Requests of a key are counted evenly, one at a time.
-- Called first by every function that a node asks for.
create function prime_search.operator_of(p_key_hash text)
returns public.operators
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_key prime_search.operator_keys;
  v_operator public.operators;
  v_tokens double precision;
begin
  select * into v_key from prime_search.operator_keys where key_hash = p_key_hash for update;
  if not found then
    perform prime_search.refuse(401, 'UNAUTHENTICATED', 'No operator has this key.');
  elsif v_key.revoked_at is not null then
    perform prime_search.refuse(401, 'KEY_REVOKED', 'This key was revoked or replaced.');
  elsif v_key.expires_at <= clock_timestamp() then
    perform prime_search.refuse(401, 'KEY_EXPIRED', 'This key has expired; whoever invited you can give you a new one.');
  end if;
  perform prime_search.require_open();
  select * into strict v_operator from public.operators where id = v_key.operator_id;
  if not v_operator.is_active then
    perform prime_search.refuse(403, 'OPERATOR_SUSPENDED', 'This operator is suspended.');
  end if;
  v_tokens := prime_search.turns_of(v_key);
  if v_tokens < 1 then
    perform prime_search.refuse(429, 'RATE_LIMITED', 'Too many requests with this key.',
      ceil((1 - v_tokens) * 60.0 / v_key.per_minute)::text);
  end if;
  update prime_search.operator_keys set tokens = v_tokens - 1, tokens_at = clock_timestamp(), last_used_at = clock_timestamp()
  where id = v_key.id;
  perform prime_search.act_as(v_operator.username);
  update public.operators set last_seen = clock_timestamp() where id = v_operator.id;
  return v_operator;
end
$$;
comment on function prime_search.operator_of(text) is 'Whose key it is; counts the request, or refuses it.';
revoke all on function prime_search.operator_of(text) from public, anon, authenticated, service_role;

-- prime_search.node_of(operator, node): a node of the operator's, or 404 NODE_NOT_FOUND: another's is not there. Called by the functions below.
create function prime_search.node_of(p_operator public.operators, p_node uuid)
returns public.operator_nodes
language plpgsql
stable
security definer
set search_path = ''
as $$
declare
  v_node public.operator_nodes;
begin
  select * into v_node from public.operator_nodes where id = p_node and operator_id = (p_operator).id;
  if not found then
    perform prime_search.refuse(404, 'NODE_NOT_FOUND', 'You have no such node; register it first.');
  end if;
  return v_node;
end
$$;
comment on function prime_search.node_of(public.operators, uuid) is 'A node of an operator.';
revoke all on function prime_search.node_of(public.operators, uuid) from public, anon, authenticated, service_role;

-- prime_search.register_operator(invitation hash, operator, key hash): {operator_id, username, team, key_expires_at}. Uses the invitation up.
-- p_operator: {username, team?, email?}. 404 INVITATION_NOT_FOUND; 409 INVITATION_USED, INVITATION_REVOKED, INVITATION_EXPIRED, USERNAME_TAKEN.
-- Called by operator-api.
create function prime_search.register_operator(p_invitation_hash text, p_operator jsonb, p_key_hash text)
returns jsonb
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_invitation public.operator_invitations;
  v_operator public.operators;
begin
  perform prime_search.require_open();
  select i.* into v_invitation
  from public.operator_invitations i join prime_search.invitation_secrets s on s.invitation_id = i.id
  where s.secret_hash = p_invitation_hash
  for update of i;
  if not found then
    perform prime_search.refuse(404, 'INVITATION_NOT_FOUND', 'There is no such invitation. Operators come by invitation only.');
  elsif v_invitation.used_at is not null then
    perform prime_search.refuse(409, 'INVITATION_USED', 'This invitation was used; each is for one operator.');
  elsif v_invitation.revoked_at is not null then
    perform prime_search.refuse(409, 'INVITATION_REVOKED', 'This invitation was taken back.');
  elsif v_invitation.expires_at <= clock_timestamp() then
    perform prime_search.refuse(409, 'INVITATION_EXPIRED', 'This invitation has expired.');
  end if;
  perform prime_search.act_as(p_operator ->> 'username');
  begin
    insert into public.operators (org_id, username, team)
    values (v_invitation.org_id, p_operator ->> 'username', p_operator ->> 'team')
    returning * into v_operator;
  exception
    when unique_violation then
      perform prime_search.refuse(409, 'USERNAME_TAKEN', 'Another operator has this name.');
  end;
  insert into public.operator_trust (operator_id, org_id) values (v_operator.id, v_operator.org_id);
  insert into prime_search.operator_contacts (operator_id, email)
  select v_operator.id, p_operator ->> 'email' where p_operator ->> 'email' is not null;
  update public.operator_invitations set used_at = clock_timestamp(), operator_id = v_operator.id where id = v_invitation.id;
  return jsonb_build_object('operator_id', v_operator.id, 'username', v_operator.username, 'team', v_operator.team,
    'key_expires_at', prime_search.give_key(v_operator.id, p_key_hash));
end
$$;
comment on function prime_search.register_operator(text, jsonb, text) is 'Makes an operator of an invitation.';
revoke all on function prime_search.register_operator(text, jsonb, text) from public, anon, authenticated, service_role;
grant execute on function prime_search.register_operator(text, jsonb, text) to service_role;

-- prime_search.give_key(operator, key hash): the operator's one key from now on, for 90 days; until when. The one before is void at once.
-- Called by the functions around it.
create function prime_search.give_key(p_operator uuid, p_key_hash text)
returns timestamptz
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_expires_at timestamptz;
begin
  -- Two who ask at once take turns: the second one's key is the operator's.
  perform from public.operators where id = p_operator for no key update;
  update prime_search.operator_keys set revoked_at = clock_timestamp() where operator_id = p_operator and revoked_at is null;
  insert into prime_search.operator_keys (org_id, operator_id, key_hash, expires_at)
  select org_id, id, p_key_hash, clock_timestamp() + interval '90 days' from public.operators where id = p_operator
  returning expires_at into v_expires_at;
  return v_expires_at;
end
$$;
comment on function prime_search.give_key(uuid, text) is 'Replaces an operator''s key.';
revoke all on function prime_search.give_key(uuid, text) from public, anon, authenticated, service_role;

-- prime_search.rotate_operator_key(key hash, new key hash): {key_expires_at}. Called by operator-api.
create function prime_search.rotate_operator_key(p_key_hash text, p_new_key_hash text)
returns jsonb
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_operator public.operators := prime_search.operator_of(p_key_hash);
begin
  return jsonb_build_object('key_expires_at', prime_search.give_key(v_operator.id, p_new_key_hash));
end
$$;
comment on function prime_search.rotate_operator_key(text, text) is 'Gives an operator another key.';
revoke all on function prime_search.rotate_operator_key(text, text) from public, anon, authenticated, service_role;
grant execute on function prime_search.rotate_operator_key(text, text) to service_role;

-- prime_search.require_alone(node, program): refuses (409 NODE_IN_USE) a program where another one works as the node: it would be given the same
-- blocks. One that was not heard of for 90 seconds, three heartbeats, works no more. Called by register_node() and node_heartbeat().
create function prime_search.require_alone(p_node public.operator_nodes, p_program uuid)
returns void
language plpgsql
set search_path = ''
as $$
begin
  if (p_node).program <> p_program and (p_node).last_heartbeat > clock_timestamp() - interval '90 seconds' then
    perform prime_search.refuse(409, 'NODE_IN_USE', format('Another program works as the node %s: end it, or give this one another name (--node-id).',
      (p_node).node_id));
  end if;
end
$$;
comment on function prime_search.require_alone(public.operator_nodes, uuid) is 'Refuses a second program that works as a node.';
revoke all on function prime_search.require_alone(public.operator_nodes, uuid) from public, anon, authenticated, service_role;

-- prime_search.register_node(key hash, node): the node, as it is now; one of the same node_id is described anew. 409 TOO_MANY_NODES, NODE_IN_USE.
-- p_node: columns of operator_nodes that nodes describe. Called by operator-api.
create function prime_search.register_node(p_key_hash text, p_node jsonb)
returns jsonb
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_operator public.operators := prime_search.operator_of(p_key_hash);
  v_given public.operator_nodes := jsonb_populate_record(null::public.operator_nodes, p_node);
  v_node public.operator_nodes;
begin
  if (select count(*) from public.operator_nodes where operator_id = v_operator.id and node_id <> v_given.node_id) >= 200 then
    perform prime_search.refuse(409, 'TOO_MANY_NODES', 'An operator may have 200 nodes.');
  end if;
  -- Two that come at once take turns.
  perform from public.operators where id = v_operator.id for no key update;
  select * into v_node from public.operator_nodes where operator_id = v_operator.id and node_id = v_given.node_id;
  perform prime_search.require_alone(v_node, v_given.program);
  insert into public.operator_nodes as n (org_id, operator_id, node_id, hostname, cores, cpu_model, os, arch, ram_gb, has_gpu, gpu_model,
    gpu_vram_gb, worker_version, update_channel, benchmark_score, checks, program, last_heartbeat)
  values (v_operator.org_id, v_operator.id, v_given.node_id, v_given.hostname, coalesce(v_given.cores, 1), v_given.cpu_model, v_given.os,
    v_given.arch, v_given.ram_gb, coalesce(v_given.has_gpu, false), v_given.gpu_model, v_given.gpu_vram_gb, v_given.worker_version,
    coalesce(v_given.update_channel, 'stable'), v_given.benchmark_score, coalesce(v_given.checks, false), v_given.program, clock_timestamp())
  on conflict (operator_id, node_id) do update set
    hostname = excluded.hostname, cores = excluded.cores, cpu_model = excluded.cpu_model, os = excluded.os, arch = excluded.arch,
    ram_gb = excluded.ram_gb, has_gpu = excluded.has_gpu, gpu_model = excluded.gpu_model, gpu_vram_gb = excluded.gpu_vram_gb,
    worker_version = excluded.worker_version, update_channel = excluded.update_channel, benchmark_score = excluded.benchmark_score,
    checks = excluded.checks, program = excluded.program, last_heartbeat = excluded.last_heartbeat
  returning * into v_node;
  return to_jsonb(v_node) - 'org_id';
end
$$;
comment on function prime_search.register_node(text, jsonb) is 'Registers a node, or describes it anew.';
revoke all on function prime_search.register_node(text, jsonb) from public, anon, authenticated, service_role;
grant execute on function prime_search.register_node(text, jsonb) to service_role;

-- prime_search.lease(): how long a claim lasts without a word of its node. Called by the functions below.
create function prime_search.lease()
returns interval
language sql
immutable
set search_path = ''
as $$ select interval '15 minutes' $$;
comment on function prime_search.lease() is 'How long a node''s claim lasts without a word.';
revoke all on function prime_search.lease() from public, anon, authenticated, service_role;

-- prime_search.renew(node, tokens): puts off the end of claims that the node holds; null: of all of them. Called by heartbeats and progress.
-- Rows that others hold at this moment are left to the next time: a renewal never waits in a circle.
create function prime_search.renew(p_node uuid, p_tokens uuid[])
returns void
language sql
security definer
set search_path = ''
as $$
  with held as (
    select r.id, c.fleet_block_id, r.run
    from public.node_block_results r join prime_search.node_claims c on c.result_id = r.id
    where r.node = p_node and r.status = 'claimed' and r.lease_until > clock_timestamp() and (p_tokens is null or c.token = any (p_tokens))
    for update of r skip locked
  ), renewed as (
    update public.node_block_results r set lease_until = clock_timestamp() + prime_search.lease() from held h where r.id = h.id
  ), free as (
    select b.id, s.worked_by
    from held h join fleet.work_blocks b on b.id = h.fleet_block_id and b.status = 'PENDING'
    join public.prime_search_runs s on s.id = h.run
    for update of b skip locked
  )
  update fleet.work_blocks b set
    not_before = case f.worked_by when 'nodes' then 'infinity' else clock_timestamp() + prime_search.lease() end
  from free f where b.id = f.id
$$;
comment on function prime_search.renew(uuid, uuid[]) is 'Renews the leases of a node''s claims.';
revoke all on function prime_search.renew(uuid, uuid[]) from public, anon, authenticated, service_role;

-- prime_search.time_to_answer(command): how long a node has to acknowledge a command before it is told again. Called by the functions below.
create function prime_search.time_to_answer(p_command text)
returns interval
language sql
immutable
set search_path = ''
as $$
  select make_interval(secs => case p_command when 'stop' then 60 when 'restart' then 120 when 'update_config' then 30
    when 'reassign' then 300 else 600 end)
$$;
comment on function prime_search.time_to_answer(text) is 'How long a node has to acknowledge a command.';
revoke all on function prime_search.time_to_answer(text) from public, anon, authenticated, service_role;

-- prime_search.expire_commands(org, node): commands that were told three times and never acknowledged are over, and so are those that waited for
-- a day for a node that never came; null: of all the org's nodes. Called by heartbeats and by the tick.
create function prime_search.expire_commands(p_org_id uuid, p_node uuid default null)
returns void
language sql
security definer
set search_path = ''
as $$
  update public.node_commands set status = 'expired', completed_at = clock_timestamp(), lease_until = null
  where org_id = p_org_id and (p_node is null or node = p_node)
    and (status = 'delivered' and attempts >= 3 and lease_until <= clock_timestamp()
         or status = 'queued' and created_at <= clock_timestamp() - interval '1 day')
$$;
comment on function prime_search.expire_commands(uuid, uuid) is 'Ends commands that nobody acknowledged.';
revoke all on function prime_search.expire_commands(uuid, uuid) from public, anon, authenticated, service_role;

-- prime_search.node_heartbeat(key hash, node, state): "still here": {commands: [{id, command, payload, lease_until}], claims: [{token,
-- lease_until}] that it holds, lost: [token] of those that it named and does not, checks: second opinions that it may give}. Renews what it named (all, where it names none).
-- p_state: {claims?: [token], worker_version?, update_channel?, benchmark_score?}. Called by operator-api.
create function prime_search.node_heartbeat(p_key_hash text, p_node uuid, p_state jsonb)
returns jsonb
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_operator public.operators := prime_search.operator_of(p_key_hash);
  v_node public.operator_nodes := prime_search.node_of(v_operator, p_node);
  v_tokens uuid[] := (select array_agg(t::uuid) from jsonb_array_elements_text(p_state -> 'claims') as t);
  v_commands jsonb;
begin
  perform prime_search.require_alone(v_node, (p_state ->> 'program')::uuid);
  update public.operator_nodes set
    last_heartbeat = clock_timestamp(), program = coalesce((p_state ->> 'program')::uuid, program), worker_version = coalesce(p_state ->> 'worker_version', worker_version),
    update_channel = coalesce(p_state ->> 'update_channel', update_channel),
    benchmark_score = coalesce((p_state ->> 'benchmark_score')::numeric, benchmark_score)
  where id = v_node.id;
  if p_state -> 'claims' is null or v_tokens is not null then
    perform prime_search.renew(v_node.id, v_tokens);
  end if;
  perform prime_search.expire_commands(v_node.org_id, v_node.id);
  with told as (
    update public.node_commands c set
      status = 'delivered', attempts = attempts + 1, delivered_at = clock_timestamp(),
      lease_until = clock_timestamp() + prime_search.time_to_answer(command)
    where node = v_node.id and (status = 'queued' or status = 'delivered' and lease_until <= clock_timestamp())
    returning id, command, payload, lease_until
  )
  select coalesce(jsonb_agg(to_jsonb(t) order by t.id), '[]') into v_commands from told t;
  return jsonb_build_object('commands', v_commands, 'checks', prime_search.checks_for(v_operator, v_node),
    'claims', (
      select coalesce(jsonb_agg(jsonb_build_object('token', c.token, 'lease_until', r.lease_until) order by r.id), '[]')
      from public.node_block_results r join prime_search.node_claims c on c.result_id = r.id
      where r.node = v_node.id and r.status = 'claimed' and r.lease_until > clock_timestamp()),
    'lost', (
      select coalesce(jsonb_agg(t), '[]') from unnest(v_tokens) as t
      where not exists (
        select from public.node_block_results r join prime_search.node_claims c on c.result_id = r.id
        where c.token = t and r.node = v_node.id and r.status = 'claimed' and r.lease_until > clock_timestamp())));
end
$$;
comment on function prime_search.node_heartbeat(text, uuid, jsonb) is 'A node''s heartbeat: renews its claims, tells it its commands.';
revoke all on function prime_search.node_heartbeat(text, uuid, jsonb) from public, anon, authenticated, service_role;
grant execute on function prime_search.node_heartbeat(text, uuid, jsonb) to service_role;

-- prime_search.leave_node(key hash, node, program): a program that ends works as the node no more, so that the next may at once; whether it did.
-- Called by operator-api.
create function prime_search.leave_node(p_key_hash text, p_node uuid, p_program uuid)
returns jsonb
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_node public.operator_nodes := prime_search.node_of(prime_search.operator_of(p_key_hash), p_node);
begin
  update public.operator_nodes set program = null where id = v_node.id and program = p_program;
  return jsonb_build_object('left', found);
end
$$;
comment on function prime_search.leave_node(text, uuid, uuid) is 'A program works as a node no more.';
revoke all on function prime_search.leave_node(text, uuid, uuid) from public, anon, authenticated, service_role;
grant execute on function prime_search.leave_node(text, uuid, uuid) to service_role;

-- prime_search.ack_node_command(key hash, node, command, succeeded, message): {status}. One that is over is answered as it is.
-- 404 COMMAND_NOT_FOUND. Called by operator-api.
create function prime_search.ack_node_command(p_key_hash text, p_node uuid, p_command bigint, p_succeeded boolean, p_message text)
returns jsonb
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_operator public.operators := prime_search.operator_of(p_key_hash);
  v_node public.operator_nodes := prime_search.node_of(v_operator, p_node);
  v_status text;
begin
  update public.node_commands set
    status = 'acked', succeeded = p_succeeded, message = p_message, completed_at = clock_timestamp(), lease_until = null
  where id = p_command and node = v_node.id and status = 'delivered';
  select status into v_status from public.node_commands where id = p_command and node = v_node.id;
  if not found then
    perform prime_search.refuse(404, 'COMMAND_NOT_FOUND', 'This node has no such command.');
  end if;
  return jsonb_build_object('status', v_status);
end
$$;
comment on function prime_search.ack_node_command(text, uuid, bigint, boolean, text) is 'A node acknowledges a command.';
revoke all on function prime_search.ack_node_command(text, uuid, bigint, boolean, text) from public, anon, authenticated, service_role;
grant execute on function prime_search.ack_node_command(text, uuid, bigint, boolean, text) to service_role;

-- prime_search.places(level): how many results of an operator may be out or unchecked at once: what would have to be done again.
-- Called by claim_node_blocks().
create function prime_search.places(p_trust_level int)
returns int
language sql
immutable
set search_path = ''
as $$ select (array[1, 32, 128, 512, 512])[p_trust_level + 1] $$;
comment on function prime_search.places(int) is 'How many unchecked blocks an operator of a level of trust may have.';
revoke all on function prime_search.places(int) from public, anon, authenticated, service_role;

-- prime_search.free_blocks(operator, node, job, count): blocks of a job that a node may have now: nobody began them, nobody has them, their search
-- suits the node, and this operator has not been wrong about them. Called by claim_node_blocks(), which holds the job.
create function prime_search.free_blocks(p_node public.operator_nodes, p_job bigint, p_count int)
returns table (fleet_block_id bigint, block_id bigint)
language sql
stable
security definer
set search_path = ''
as $$
  select w.id, b.id
  from fleet.search_jobs j
  join public.prime_search_runs r on r.id = j.run_id
  join fleet.work_blocks w on w.search_job_id = j.id and w.status = 'PENDING' and w.slices = 0 and w.checkpoint is null
    and (r.worked_by = 'nodes' or w.not_before <= clock_timestamp())
  join public.prime_search_blocks b on b.run = r.id and b.block_number = w.block_number and b.status = 'available'
  where j.id = p_job and not exists (
      select from public.node_block_results o
      where o.block_id = b.id and (o.status in ('submitted', 'verified') or o.status = 'claimed' and o.lease_until > clock_timestamp()
        or o.status = 'rejected' and o.operator_id = (p_node).operator_id))
  order by w.id limit p_count
$$;
comment on function prime_search.free_blocks(public.operator_nodes, bigint, int) is 'Blocks of a job that a node may have.';
revoke all on function prime_search.free_blocks(public.operator_nodes, bigint, int) from public, anon, authenticated, service_role;

-- prime_search.suits(run, node): whether what a search's project asks of machines is there. Called by claim_node_blocks().
create function prime_search.suits(p_run public.prime_search_runs, p_node public.operator_nodes)
returns boolean
language plpgsql
stable
security definer
set search_path = ''
as $$
declare
  v_wants jsonb := (select infrastructure from public.projects where id = (p_run).project_id);
begin
  return v_wants is null or (
    (p_node).cores >= coalesce((v_wants ->> 'min_cores')::numeric, 0)
    and coalesce((p_node).ram_gb, 0) >= coalesce((v_wants ->> 'min_ram_gb')::numeric, 0)
    and ((p_node).has_gpu or not coalesce((v_wants ->> 'requires_gpu')::boolean, false))
    and coalesce((p_node).gpu_vram_gb, 0) >= coalesce((v_wants ->> 'min_gpu_vram_gb')::numeric, 0));
end
$$;
comment on function prime_search.suits(public.prime_search_runs, public.operator_nodes) is 'Whether a node is what a search''s project asks for.';
revoke all on function prime_search.suits(public.prime_search_runs, public.operator_nodes) from public, anon, authenticated, service_role;

-- prime_search.claim_shape(result): a claim, as its node is told: {token, search, block_number, form, params, start, end, sieve_depth, credit,
-- lease_until, checkpoint}. Called by the functions below.
create function prime_search.claim_shape(p_result bigint)
returns jsonb
language sql
stable
security definer
set search_path = ''
as $$
  select jsonb_build_object('token', c.token, 'search', s.number, 'block_number', b.block_number, 'form', s.form, 'params', s.params,
    'start', b.block_start, 'end', b.block_end, 'sieve_depth', s.sieve_depth, 'credit', r.credit, 'lease_until', r.lease_until,
    'checkpoint', c.checkpoint)
  from public.node_block_results r
  join prime_search.node_claims c on c.result_id = r.id
  join public.prime_search_blocks b on b.id = r.block_id
  join public.prime_search_runs s on s.id = r.run
  where r.id = p_result
$$;
comment on function prime_search.claim_shape(bigint) is 'A claim as its node is told.';
revoke all on function prime_search.claim_shape(bigint) from public, anon, authenticated, service_role;

-- prime_search.open_claims(key hash, node): claims that the node holds, with their checkpoints: for a node that lost its disk.
-- Called by operator-api.
create function prime_search.open_claims(p_key_hash text, p_node uuid)
returns jsonb
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_node public.operator_nodes := prime_search.node_of(prime_search.operator_of(p_key_hash), p_node);
begin
  return jsonb_build_object('claims', (
    select coalesce(jsonb_agg(prime_search.claim_shape(r.id) order by r.id), '[]') from public.node_block_results r
    where r.node = v_node.id and r.status = 'claimed' and r.lease_until > clock_timestamp()));
end
$$;
comment on function prime_search.open_claims(text, uuid) is 'Claims that a node holds.';
revoke all on function prime_search.open_claims(text, uuid) from public, anon, authenticated, service_role;
grant execute on function prime_search.open_claims(text, uuid) to service_role;

-- prime_search.claim_node_blocks(key hash, node, wish): blocks for a node, each with a token of its own: {claims: [claim_shape], waiting: how many of the
-- operator's results are out or unchecked, checks: how many second opinions the node may give}. None where nothing is free. p_wish: {count, forms?, exclude_forms?}. 429 BACK_OFF
-- (detail: seconds) after wrong results. Only searches under way, by priority, that are not paused; surveys are the fleet's alone, since a count has no
-- evidence. Prices are written by price_claims(), in the same transaction. Called by operator-api.
create function prime_search.claim_node_blocks(p_key_hash text, p_node uuid, p_wish jsonb)
returns jsonb
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_operator public.operators := prime_search.operator_of(p_key_hash);
  v_node public.operator_nodes := prime_search.node_of(v_operator, p_node);
  v_trust public.operator_trust;
  v_out int;
  v_want int;
  v_job record;
  v_block record;
  v_result bigint;
  v_results bigint[] := '{}';
begin
  -- One claim of an operator at a time, so that the number of blocks that are out is exact.
  select * into strict v_trust from public.operator_trust where operator_id = v_operator.id for update;
  perform prime_search.require_no_wait(v_operator);
  update public.operator_nodes set last_heartbeat = clock_timestamp() where id = v_node.id;
  select count(*) into v_out from public.node_block_results
  where operator_id = v_operator.id and (status = 'submitted' or status = 'claimed' and lease_until > clock_timestamp());
  v_want := least((p_wish ->> 'count')::int, prime_search.places(v_trust.trust_level) - v_out,
    greatest(4, 4 * v_node.cores) - (select count(*) from public.node_block_results
      where node = v_node.id and status = 'claimed' and lease_until > clock_timestamp())::int);
  for v_job in
    select j.id, j.run_id
    from fleet.search_jobs j join public.prime_search_runs r on r.id = j.run_id
    where j.search_type = 'prime_search' and j.org_id = v_operator.org_id and j.status in ('QUEUED', 'RUNNING') and j.paused_at is null
      and r.form <> 'survey'
      and (p_wish -> 'forms' is null or p_wish -> 'forms' @> to_jsonb(r.form))
      and not coalesce(p_wish -> 'exclude_forms' @> to_jsonb(r.form), false)
      and prime_search.suits(r, v_node)
    order by j.priority desc, j.id
  loop
    exit when v_want <= 0;
    -- Whoever holds the job now gives out, or ends, blocks of it: the next job will do meanwhile, and nobody waits in a circle.
    perform 1 from fleet.search_jobs j where j.id = v_job.id and j.status in ('QUEUED', 'RUNNING') and j.paused_at is null
    for update skip locked;
    continue when not found;
    for v_block in select * from prime_search.free_blocks(v_node, v_job.id, v_want) loop
      update public.node_block_results set status = 'expired', completed_at = clock_timestamp(), reason = 'The lease ran out.'
      where block_id = v_block.block_id and status = 'claimed' and lease_until <= clock_timestamp();
      continue when not fleet.lend_block(v_block.fleet_block_id,
        case (select worked_by from public.prime_search_runs where id = v_job.run_id) when 'nodes' then 'infinity'
          else clock_timestamp() + prime_search.lease() end);
      insert into public.node_block_results (org_id, operator_id, node, run, block_id, credit, lease_until)
      values (v_operator.org_id, v_operator.id, v_node.id, v_job.run_id, v_block.block_id, 0, clock_timestamp() + prime_search.lease())
      returning id into v_result;
      insert into prime_search.node_claims (result_id, fleet_block_id) values (v_result, v_block.fleet_block_id);
      v_results := v_results || v_result;
      v_want := v_want - 1;
    end loop;
  end loop;
  return jsonb_build_object('waiting', v_out, 'checks', prime_search.checks_for(v_operator, v_node), 'claims', (
    select coalesce(jsonb_agg(prime_search.claim_shape(r) order by r), '[]') from unnest(v_results) as r));
end
$$;
comment on function prime_search.claim_node_blocks(text, uuid, jsonb) is 'Gives blocks to a node.';
revoke all on function prime_search.claim_node_blocks(text, uuid, jsonb) from public, anon, authenticated, service_role;
grant execute on function prime_search.claim_node_blocks(text, uuid, jsonb) to service_role;

-- prime_search.price_claims(prices): what claims are worth, {token: credit}, before their node is told of them. Called by operator-api, whose
-- model of costs it is, in the transaction of claim_node_blocks(). A price that stands is left alone.
create function prime_search.price_claims(p_prices jsonb)
returns void
language sql
security definer
set search_path = ''
as $$
  update public.node_block_results r set credit = p.value::numeric
  from jsonb_each_text(p_prices) as p (token, value)
  join prime_search.node_claims c on c.token = p.token::uuid
  where r.id = c.result_id and r.status = 'claimed' and r.credit = 0
$$;
comment on function prime_search.price_claims(jsonb) is 'Fixes what claims are worth.';
revoke all on function prime_search.price_claims(jsonb) from public, anon, authenticated, service_role;
grant execute on function prime_search.price_claims(jsonb) to service_role;

-- prime_search.held_claim(node, token): the node's claim, locked with its job, where it is still its own; 404 CLAIM_NOT_FOUND: there is no
-- such claim of this node, 409 CLAIM_LOST: the lease ran out, or the search ended. Called by the functions below.
create function prime_search.held_claim(p_node public.operator_nodes, p_token uuid)
returns public.node_block_results
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_claim prime_search.node_claims;
  v_result public.node_block_results;
  v_open boolean;
begin
  select c.* into v_claim from prime_search.node_claims c join public.node_block_results r on r.id = c.result_id
  where c.token = p_token and r.node = (p_node).id;
  if not found then
    perform prime_search.refuse(404, 'CLAIM_NOT_FOUND', 'This node has no such claim.');
  end if;
  perform 1 from fleet.search_jobs j join fleet.work_blocks b on b.search_job_id = j.id where b.id = v_claim.fleet_block_id for update of j;
  select b.status = 'PENDING' and j.status = 'RUNNING' into v_open
  from fleet.work_blocks b join fleet.search_jobs j on j.id = b.search_job_id
  where b.id = v_claim.fleet_block_id for update of b;
  select * into strict v_result from public.node_block_results where id = v_claim.result_id for update;
  if v_result.status = 'claimed' and not (coalesce(v_open, false) and v_result.lease_until > clock_timestamp()) or v_result.status in ('expired', 'void') then
    perform prime_search.refuse(409, 'CLAIM_LOST', 'The claim on this block is lost: its lease ran out, or its search has ended.');
  end if;
  return v_result;
end
$$;
comment on function prime_search.held_claim(public.operator_nodes, uuid) is 'A claim that a node holds, locked.';
revoke all on function prime_search.held_claim(public.operator_nodes, uuid) from public, anon, authenticated, service_role;

-- prime_search.claimed_block(key hash, node, token): {form, params, start, end} of a claim of the node's, whatever became of it; null: there is none.
-- Null as well for whom the request that follows will refuse. Called by operator-api, which reads by it what is handed in; that is one request with
-- what follows, and is counted there.
create function prime_search.claimed_block(p_key_hash text, p_node uuid, p_token uuid)
returns jsonb
language plpgsql
stable
security definer
set search_path = ''
as $$
declare
  v_block jsonb;
begin
  select jsonb_build_object('form', s.form, 'params', s.params, 'start', b.block_start, 'end', b.block_end) into v_block
  from prime_search.operator_keys k
  join public.operator_nodes n on n.operator_id = k.operator_id and n.id = p_node
  join public.node_block_results r on r.node = n.id
  join prime_search.node_claims c on c.result_id = r.id and c.token = p_token
  join public.prime_search_blocks b on b.id = r.block_id
  join public.prime_search_runs s on s.id = r.run
  where k.key_hash = p_key_hash and prime_search.may_ask(p_key_hash);
  return v_block;
end
$$;
comment on function prime_search.claimed_block(text, uuid, uuid) is 'What block a claim is on.';
revoke all on function prime_search.claimed_block(text, uuid, uuid) from public, anon, authenticated, service_role;
grant execute on function prime_search.claimed_block(text, uuid, uuid) to service_role;

-- prime_search.node_progress(key hash, node, token, progress): {lease_until}. p_progress: {tested, found, checkpoint?}; without a checkpoint the one
-- before stays. 404, 409 as held_claim(); 409 ALREADY_SUBMITTED. Called by operator-api.
create function prime_search.node_progress(p_key_hash text, p_node uuid, p_token uuid, p_progress jsonb)
returns jsonb
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_node public.operator_nodes := prime_search.node_of(prime_search.operator_of(p_key_hash), p_node);
  v_result public.node_block_results := prime_search.held_claim(v_node, p_token);
begin
  if v_result.status <> 'claimed' then
    perform prime_search.refuse(409, 'ALREADY_SUBMITTED', 'This block was handed in.');
  end if;
  update public.node_block_results set
    progress_tested = (p_progress ->> 'tested')::bigint, progress_found = (p_progress ->> 'found')::bigint
  where id = v_result.id;
  update prime_search.node_claims set checkpoint = coalesce(p_progress -> 'checkpoint', checkpoint) where result_id = v_result.id;
  update public.operator_nodes set last_heartbeat = clock_timestamp() where id = v_node.id;
  perform prime_search.renew(v_node.id, array[p_token]);
  return jsonb_build_object('lease_until', (select lease_until from public.node_block_results where id = v_result.id));
end
$$;
comment on function prime_search.node_progress(text, uuid, uuid, jsonb) is 'How far a node is with a block, and its checkpoint.';
revoke all on function prime_search.node_progress(text, uuid, uuid, jsonb) from public, anon, authenticated, service_role;
grant execute on function prime_search.node_progress(text, uuid, uuid, jsonb) to service_role;

-- prime_search.return_block(result, status, reason): a result that is no use: its block is free again, for isolates and for nodes.
-- Called with the job's row locked.
create function prime_search.return_block(p_result public.node_block_results, p_status text, p_reason text)
returns void
language plpgsql
security definer
set search_path = ''
as $$
begin
  update public.node_block_results set status = p_status, reason = p_reason, completed_at = clock_timestamp()
  where id = (p_result).id and status in ('claimed', 'submitted');
  update fleet.work_blocks b set
    not_before = case s.worked_by when 'nodes' then 'infinity' else clock_timestamp() end
  from prime_search.node_claims c, public.prime_search_runs s
  where c.result_id = (p_result).id and b.id = c.fleet_block_id and b.status = 'PENDING' and s.id = (p_result).run;
  update prime_search.node_claims set checkpoint = null, answer = null where result_id = (p_result).id;
  update public.verification_queue set status = 'resolved', completed_at = clock_timestamp(), check_run = null, resolution = p_reason
  where result_id = (p_result).id and status in ('pending', 'claimed') and p_status <> 'rejected';
end
$$;
comment on function prime_search.return_block(public.node_block_results, text, text) is 'Takes a block back from a node''s result.';
revoke all on function prime_search.return_block(public.node_block_results, text, text) from public, anon, authenticated, service_role;

-- prime_search.release_claim(key hash, node, token): gives a block back: {status}. Called by operator-api.
create function prime_search.release_claim(p_key_hash text, p_node uuid, p_token uuid)
returns jsonb
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_node public.operator_nodes := prime_search.node_of(prime_search.operator_of(p_key_hash), p_node);
  v_result public.node_block_results := prime_search.held_claim(v_node, p_token);
begin
  if v_result.status <> 'claimed' then
    perform prime_search.refuse(409, 'ALREADY_SUBMITTED', 'This block was handed in.');
  end if;
  perform prime_search.return_block(v_result, 'void', 'Given back.');
  return jsonb_build_object('status', 'void');
end
$$;
comment on function prime_search.release_claim(text, uuid, uuid) is 'A node gives a block back.';
revoke all on function prime_search.release_claim(text, uuid, uuid) from public, anon, authenticated, service_role;
grant execute on function prime_search.release_claim(text, uuid, uuid) to service_role;

-- prime_search.stats_of(key hash): the operator's own figures: credit, trust, nodes, pending and rejected results, the latest reasons, badges.
-- Called by operator-api.
create function prime_search.stats_of(p_key_hash text)
returns jsonb
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_operator public.operators := prime_search.operator_of(p_key_hash);
begin
  return jsonb_build_object('operator_id', v_operator.id, 'username', v_operator.username, 'team', v_operator.team,
    'credit', v_operator.credit, 'primes_found', v_operator.primes_found, 'joined_at', v_operator.joined_at,
    'key_expires_at', (select expires_at from prime_search.operator_keys where operator_id = v_operator.id and revoked_at is null),
    'trust', (
      select to_jsonb(t) - 'org_id' - 'operator_id' - 'updated_at' || jsonb_build_object('share', prime_search.share_of(t.trust_level))
      from public.operator_trust t where t.operator_id = v_operator.id),
    'results', (
      select jsonb_build_object('claimed', count(*) filter (where status = 'claimed'), 'submitted', count(*) filter (where status = 'submitted'),
        'verified', count(*) filter (where status = 'verified'), 'rejected', count(*) filter (where status = 'rejected'),
        'expired', count(*) filter (where status = 'expired'), 'void', count(*) filter (where status = 'void'),
        'pending_credit', coalesce(sum(credit) filter (where status = 'submitted'), 0))
      from public.node_block_results where operator_id = v_operator.id),
    'reasons', (
      select coalesce(jsonb_agg(jsonb_build_object('result', l.id, 'status', l.status, 'reason', l.reason, 'at', l.completed_at) order by l.id desc), '[]')
      from (select * from public.node_block_results where operator_id = v_operator.id and reason is not null order by id desc limit 20) as l),
    'badges', (select coalesce(jsonb_agg(b.badge order by b.badge), '[]') from public.operator_badges b where b.operator_id = v_operator.id),
    'nodes', (
      select coalesce(jsonb_agg(to_jsonb(n) - 'org_id' - 'operator_id' order by n.registered_at), '[]')
      from public.operator_nodes n where n.operator_id = v_operator.id));
end
$$;
comment on function prime_search.stats_of(text) is 'An operator''s own figures.';
revoke all on function prime_search.stats_of(text) from public, anon, authenticated, service_role;
grant execute on function prime_search.stats_of(text) to service_role;

-- prime_search.leaderboard_of(key hash): the operators of the same org by credit; names, teams and figures. Called by operator-api.
create function prime_search.leaderboard_of(p_key_hash text)
returns jsonb
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_operator public.operators := prime_search.operator_of(p_key_hash);
begin
  return jsonb_build_object('operators', (
    select coalesce(jsonb_agg(to_jsonb(l) - 'org_id' - 'last_seen'), '[]')
    from (select * from public.operator_leaderboard where org_id = v_operator.org_id order by credit desc, joined_at limit 200) as l));
end
$$;
comment on function prime_search.leaderboard_of(text) is 'The leaderboard, for an operator.';
revoke all on function prime_search.leaderboard_of(text) from public, anon, authenticated, service_role;
grant execute on function prime_search.leaderboard_of(text) to service_role;

-- What managers do.

-- private.own_operator(operator): an operator whom the caller may direct; RC404 where they see none, 42501 where they may only look.
-- Called by the functions below.
create function private.own_operator(p_operator uuid)
returns public.operators
language plpgsql
stable
security definer
set search_path = ''
as $$
declare
  v_operator public.operators;
begin
  select * into v_operator from public.operators
  where id = p_operator and org_id in (select private.orgs_with_right('primeSearch.view'));
  if not found then
    raise exception '%', private.no_such('operator', p_operator::text) using errcode = 'RC404', hint = 'OPERATOR_NOT_FOUND';
  end if;
  perform private.prime_search_org(v_operator.org_id);
  if v_operator.org_id not in (select private.orgs_with_right('primeSearch.create')) then
    raise exception 'Directing operators needs the right primeSearch.create.' using errcode = 'insufficient_privilege';
  end if;
  return v_operator;
end
$$;
comment on function private.own_operator(uuid) is 'An operator whom the caller may direct.';
revoke all on function private.own_operator(uuid) from public, anon, authenticated, service_role;

-- prime_search.tell_invitation(invitation, replayed): gives an invitation a secret, in place of the one it had, and tells it this once:
-- {id, invitation, expires_at, replayed}; without a secret (null) where it is open no more. Called by invite_operator().
create function prime_search.tell_invitation(p_invitation public.operator_invitations, p_replayed boolean)
returns jsonb
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_secret text;
begin
  if (p_invitation).used_at is null and (p_invitation).revoked_at is null and (p_invitation).expires_at > now() then
    v_secret := 'inv_' || encode(extensions.gen_random_bytes(24), 'hex');
    insert into prime_search.invitation_secrets as s (invitation_id, secret_hash)
    values ((p_invitation).id, encode(sha256(convert_to(v_secret, 'utf8')), 'hex'))
    on conflict (invitation_id) do update set secret_hash = excluded.secret_hash;
  end if;
  return jsonb_build_object('id', (p_invitation).id, 'invitation', v_secret, 'expires_at', (p_invitation).expires_at, 'replayed', p_replayed);
end
$$;
comment on function prime_search.tell_invitation(public.operator_invitations, boolean) is 'Tells a new secret of an invitation, once.';
revoke all on function prime_search.tell_invitation(public.operator_invitations, boolean) from public, anon, authenticated, service_role;

-- invite_operator(org, note, days, key): {id, invitation, expires_at, replayed}; the invitation is told once, and is what operator-api registers
-- with. The same again under the same idempotency key is the same invitation, whose secret is another one: only its hash was kept, so that the
-- one whose answer was lost cannot be told again, and an invitation that nobody can use is no answer. The one before is void: who asks again has
-- not had it. Called by UIs. RC404 ORG_NOT_FOUND, RC400 where days are not 1 to 365 or the note no name; RC409 IDEMPOTENCY_KEY_REUSED; 42501.
create function public.invite_operator(
  p_org_id uuid default null, p_note text default null, p_days int default 14, p_idempotency_key text default null
)
returns jsonb
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_org_id uuid;
  v_note text := case when p_note is not null then private.require_name('p_note', p_note, 200) end;
  v_request jsonb;
  v_invitation public.operator_invitations;
begin
  perform private.hold_key(p_idempotency_key);
  -- Held: nobody registers with it meanwhile.
  select * into v_invitation from public.operator_invitations
  where created_by = (select auth.uid()) and idempotency_key = p_idempotency_key for update;
  v_org_id := private.prime_search_org(p_org_id);
  if v_org_id is null then
    raise exception 'Name an organisation in which you may search for primes.' using errcode = 'RC404', hint = 'ORG_NOT_FOUND';
  elsif p_days is null or p_days not between 1 and 365 then
    raise exception 'The request has mistakes.' using errcode = 'RC400',
      detail = '[{"path": "p_days", "message": "is to be 1 to 365 days"}]';
  end if;
  v_request := jsonb_build_object('org_id', v_org_id, 'note', v_note, 'days', p_days);
  if v_invitation.id is not null then
    perform private.require_same_request(v_invitation.request, v_request);
    return prime_search.tell_invitation(v_invitation, true);
  end if;
  insert into public.operator_invitations (org_id, note, created_by, expires_at, idempotency_key, request)
  values (v_org_id, v_note, (select auth.uid()), now() + make_interval(days => p_days), p_idempotency_key,
    case when p_idempotency_key is not null then v_request end)
  returning * into v_invitation;
  return prime_search.tell_invitation(v_invitation, false);
end
$$;
comment on function public.invite_operator(uuid, text, int, text) is
  'An invitation by which one operator registers; told once, and made once for an idempotency key.';
revoke all on function public.invite_operator(uuid, text, int, text) from public, anon, authenticated, service_role;
grant execute on function public.invite_operator(uuid, text, int, text) to authenticated;

-- revoke_operator_invitation(invitation): takes back one that was not used; whether it was there to be. Called by UIs. RC404, 42501.
create function public.revoke_operator_invitation(p_invitation uuid)
returns boolean
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_org_id uuid;
begin
  select org_id into v_org_id from public.operator_invitations
  where id = p_invitation and org_id in (select private.orgs_with_right('primeSearch.view'));
  if not found then
    raise exception '%', private.no_such('invitation', p_invitation::text) using errcode = 'RC404', hint = 'INVITATION_NOT_FOUND';
  end if;
  if v_org_id not in (select private.orgs_with_right('primeSearch.create')) then
    raise exception 'Directing operators needs the right primeSearch.create.' using errcode = 'insufficient_privilege';
  end if;
  update public.operator_invitations set revoked_at = now() where id = p_invitation and used_at is null and revoked_at is null;
  return found;
end
$$;
comment on function public.revoke_operator_invitation(uuid) is 'Takes back an invitation that was not used.';
revoke all on function public.revoke_operator_invitation(uuid) from public, anon, authenticated, service_role;
grant execute on function public.revoke_operator_invitation(uuid) to authenticated;

-- list_operators(org): operators as their managers see them: the leaderboard's columns, is_active, email, key_expires_at, results unchecked.
-- Called by UIs. Empty for whoever may not direct them.
create function public.list_operators(p_org_id uuid)
returns table (
  id uuid, username text, team text, email text, credit numeric, primes_found int, trust_level smallint, nodes int, is_active boolean,
  joined_at timestamptz, last_seen timestamptz, key_expires_at timestamptz, unchecked int, rejected int
)
language sql
stable
security definer
set search_path = ''
as $$
  select o.id, o.username, o.team, c.email, o.credit, o.primes_found, t.trust_level,
    (select count(*) from public.operator_nodes n where n.operator_id = o.id)::int, o.is_active, o.joined_at, o.last_seen, k.expires_at,
    (select count(*) from public.node_block_results r where r.operator_id = o.id and r.status = 'submitted')::int,
    (select count(*) from public.node_block_results r where r.operator_id = o.id and r.status = 'rejected')::int
  from public.operators o
  join public.operator_trust t on t.operator_id = o.id
  left join prime_search.operator_contacts c on c.operator_id = o.id
  left join prime_search.operator_keys k on k.operator_id = o.id and k.revoked_at is null
  where o.org_id = p_org_id and p_org_id in (select private.orgs_with_right('primeSearch.create'))
  order by o.credit desc, o.joined_at
$$;
comment on function public.list_operators(uuid) is 'Operators as their managers see them.';
revoke all on function public.list_operators(uuid) from public, anon, authenticated, service_role;
grant execute on function public.list_operators(uuid) to authenticated;

-- private.void_work(operator, reason): all that an operator has out or unchecked is taken back; its blocks are free. How many.
-- Called by what suspends operators or finds them wrong. Jobs are taken in order, so that nobody waits in a circle.
create function private.void_work(p_operator uuid, p_reason text)
returns int
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_result public.node_block_results;
  v_count int := 0;
begin
  perform 1 from public.operators where id = p_operator for no key update;
  perform 1 from fleet.search_jobs j
  where j.search_type = 'prime_search' and j.run_id in (
    select r.run from public.node_block_results r where r.operator_id = p_operator and r.status in ('claimed', 'submitted'))
  order by j.id for update;
  for v_result in
    select * from public.node_block_results where operator_id = p_operator and status in ('claimed', 'submitted') order by id for update
  loop
    perform prime_search.return_block(v_result, 'void', p_reason);
    v_count := v_count + 1;
  end loop;
  return v_count;
end
$$;
comment on function private.void_work(uuid, text) is 'Takes back all that an operator has out or unchecked.';
revoke all on function private.void_work(uuid, text) from public, anon, authenticated, service_role;

-- set_operator_active(operator, active): suspends an operator, whose unchecked work is taken back and done again, or lets them back, without
-- a wait: {is_active, taken_back}. Called by UIs. RC404, 42501.
create function public.set_operator_active(p_operator uuid, p_active boolean)
returns jsonb
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_operator public.operators := private.own_operator(p_operator);
  v_count int := 0;
begin
  perform private.require_flag('p_active', p_active);
  if not p_active then
    v_count := private.void_work(v_operator.id, 'The operator was suspended.');
  end if;
  update public.operators set is_active = p_active, suspended_by = case when not p_active then (select auth.uid()) end
  where id = v_operator.id;
  update public.operator_trust set not_before = null where operator_id = v_operator.id and p_active;
  return jsonb_build_object('is_active', p_active, 'taken_back', v_count);
end
$$;
comment on function public.set_operator_active(uuid, boolean) is 'Suspends an operator, or lets them back.';
revoke all on function public.set_operator_active(uuid, boolean) from public, anon, authenticated, service_role;
grant execute on function public.set_operator_active(uuid, boolean) to authenticated;

-- reset_operator_key(operator): another key, told once: {key, key_expires_at}; the one before is void. For who lost theirs. Called by UIs.
-- RC404, 42501.
create function public.reset_operator_key(p_operator uuid)
returns jsonb
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_operator public.operators := private.own_operator(p_operator);
  v_key text := 'opk_' || encode(extensions.gen_random_bytes(32), 'hex');
begin
  return jsonb_build_object('key', v_key,
    'key_expires_at', prime_search.give_key(v_operator.id, encode(sha256(convert_to(v_key, 'utf8')), 'hex')));
end
$$;
comment on function public.reset_operator_key(uuid) is 'Gives an operator another key; told once.';
revoke all on function public.reset_operator_key(uuid) from public, anon, authenticated, service_role;
grant execute on function public.reset_operator_key(uuid) to authenticated;

-- erase_operator(operator): what is personal of an operator is taken away, out of the audit log too: name, team, address, names of machines and
-- what these said, key; results and credit stay, without a person: {username}. Called by UIs. RC404, 42501.
create function public.erase_operator(p_operator uuid)
returns jsonb
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_operator public.operators := private.own_operator(p_operator);
  v_name text := 'erased-' || left(v_operator.id::text, 8);
begin
  perform private.void_work(v_operator.id, 'The operator left.');
  update public.operators set username = v_name, team = null, is_active = false, suspended_by = (select auth.uid()) where id = v_operator.id;
  update public.operator_nodes set node_id = left(id::text, 8), hostname = null, cpu_model = null, gpu_model = null
  where operator_id = v_operator.id;
  update public.node_commands c set message = 'erased' from public.operator_nodes n
  where n.operator_id = v_operator.id and c.node = n.id and c.message is not null;
  update public.operator_invitations set note = null, idempotency_key = null, request = null where operator_id = v_operator.id;
  update public.primes set discoverer = null where operator_id = v_operator.id;
  delete from prime_search.operator_contacts where operator_id = v_operator.id;
  delete from prime_search.operator_keys where operator_id = v_operator.id;
  perform private.anonymise_operator_log(v_operator.org_id, v_operator.id);
  return jsonb_build_object('username', v_name);
end
$$;
comment on function public.erase_operator(uuid) is 'Takes away what is personal of an operator.';
revoke all on function public.erase_operator(uuid) from public, anon, authenticated, service_role;
grant execute on function public.erase_operator(uuid) to authenticated;

-- command_node(node, command, payload, key): queues a command: {id, status, replayed}. Called by UIs. RC404, RC400, 42501. Asked again under its
-- key because its answer was lost it is that command, as far as it is: a second stop would wait for the node and end it when it is started again.
-- RC409 IDEMPOTENCY_KEY_REUSED.
create function public.command_node(p_node uuid, p_command text, p_payload jsonb default '{}', p_idempotency_key text default null)
returns jsonb
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_node public.operator_nodes;
  v_command public.node_commands;
  v_replayed boolean;
begin
  select * into v_node from public.operator_nodes where id = p_node and org_id in (select private.orgs_with_right('primeSearch.view'));
  if not found then
    raise exception '%', private.no_such('node', p_node::text) using errcode = 'RC404', hint = 'NODE_NOT_FOUND';
  end if;
  perform private.own_operator(v_node.operator_id);
  if p_command is null or p_command not in ('stop', 'restart', 'update_config', 'reassign', 'upgrade') then
    raise exception 'The request has mistakes.' using errcode = 'RC400',
      detail = '[{"path": "p_command", "message": "is to be stop, restart, update_config, reassign or upgrade"}]';
  elsif p_payload is null or jsonb_typeof(p_payload) <> 'object' or length(p_payload::text) > 4000 then
    raise exception 'The request has mistakes.' using errcode = 'RC400',
      detail = '[{"path": "p_payload", "message": "is to be an object of at most 4000 characters"}]';
  end if;
  perform private.hold_key(p_idempotency_key);
  select * into v_command from public.node_commands where created_by = (select auth.uid()) and idempotency_key = p_idempotency_key;
  v_replayed := found;
  if v_replayed then
    perform private.require_same_request(jsonb_build_array(v_command.node, v_command.command, v_command.payload),
      jsonb_build_array(v_node.id, p_command, p_payload));
  else
    insert into public.node_commands (org_id, node, command, payload, created_by, idempotency_key)
    values (v_node.org_id, v_node.id, p_command, p_payload, (select auth.uid()), p_idempotency_key)
    returning * into v_command;
  end if;
  return jsonb_build_object('id', v_command.id, 'status', v_command.status, 'replayed', v_replayed);
end
$$;
comment on function public.command_node(uuid, text, jsonb, text) is 'Queues a command for a node; idempotent by key.';
revoke all on function public.command_node(uuid, text, jsonb, text) from public, anon, authenticated, service_role;
grant execute on function public.command_node(uuid, text, jsonb, text) to authenticated;

-- cancel_node_command(command): one that is not acknowledged is told no more; its status. Called by UIs. RC404, 42501.
create function public.cancel_node_command(p_command bigint)
returns text
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_operator uuid;
begin
  select n.operator_id into v_operator from public.node_commands c join public.operator_nodes n on n.id = c.node
  where c.id = p_command and c.org_id in (select private.orgs_with_right('primeSearch.view'));
  if not found then
    raise exception '%', private.no_such('command', p_command::text) using errcode = 'RC404', hint = 'COMMAND_NOT_FOUND';
  end if;
  perform private.own_operator(v_operator);
  update public.node_commands set status = 'cancelled', completed_at = clock_timestamp(), lease_until = null
  where id = p_command and status in ('queued', 'delivered');
  return (select status from public.node_commands where id = p_command);
end
$$;
comment on function public.cancel_node_command(bigint) is 'Cancels a command that is not acknowledged.';
revoke all on function public.cancel_node_command(bigint) from public, anon, authenticated, service_role;
grant execute on function public.cancel_node_command(bigint) to authenticated;
