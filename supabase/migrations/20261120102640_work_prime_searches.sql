-- What the engines of primes read and write. The tables are beyond their role; each function here takes the claim
-- (fleet.hold_claim_on), and does for its block what it is there for.

-- prime_search.load_run(run): {form, params, candidates, block_size, cuts, sieve_depth} of the run whose block the transaction holds; null
-- for any other. Called by the first slice of a search, and by the next one after recut(). The job is locked first: what is kept of it in this
-- transaction must not be of before a cut that is being made.
create function prime_search.load_run(p_run uuid)
returns jsonb
language plpgsql
security definer
set search_path = ''
as $$
begin
  perform 1 from fleet.search_jobs j where j.search_type = 'prime_search' and j.run_id = p_run and j.org_id = fleet.claimed_org_id('prime_search')
  for update;
  return (
    select jsonb_build_object('form', r.form, 'params', r.params, 'candidates', r.candidates, 'block_size', r.block_size, 'cuts', r.cuts,
      'sieve_depth', r.sieve_depth)
    from public.prime_search_runs r
    where r.id = p_run and r.org_id = fleet.claimed_org_id('prime_search'));
end
$$;
comment on function prime_search.load_run(uuid) is 'A search as its engine reads it.';
revoke all on function prime_search.load_run(uuid) from public, anon, authenticated, service_role;
grant execute on function prime_search.load_run(uuid) to receptor_engine;

-- prime_search.report_block(token, progress): how far a block is, in the transaction of its checkpoint.
-- Called by the engine. p_progress: {fraction, sieved, tested, found, current}.
create function prime_search.report_block(p_claim_token uuid, p_progress jsonb)
returns void
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_held record;
begin
  select * into v_held from fleet.hold_claim_on(p_claim_token, 'prime_search');
  update public.prime_search_blocks b set
    status = 'claimed', claimed_at = coalesce(b.claimed_at, w.claimed_at), fraction = (p_progress ->> 'fraction')::double precision,
    sieved = (p_progress ->> 'sieved')::bigint, tested = (p_progress ->> 'tested')::bigint, found = (p_progress ->> 'found')::bigint,
    slices = w.slices + 1, cpu_ms = w.cpu_ms
  from fleet.work_blocks w
  where w.id = v_held.block_id and b.run = v_held.run_id and b.block_number = v_held.block_number;
  update public.prime_search_runs set
    progress = prime_search.totals(id) || jsonb_build_object('current', p_progress -> 'current')
  where id = v_held.run_id;
end
$$;
comment on function prime_search.report_block(uuid, jsonb) is 'Writes how far a block of a search is.';
revoke all on function prime_search.report_block(uuid, jsonb) from public, anon, authenticated, service_role;
grant execute on function prime_search.report_block(uuid, jsonb) to receptor_engine;

-- prime_search.write_block(run, block number, result, claimed at, slices, cpu, operator): what a block came to: its finds, its figures, checks to
-- be made. An operator: whose node found it. p_result: {sieved, tested, digest, sieve_depth, digits?, finds: [{index, expression,
-- digits, proof, certificate, reason?}], evidence?: {factors, residues}, counted?: {count, first, last, sum}}. A prime that is there
-- gets a certificate where it had none, and is else left alone. Called by commit_block(), accept_node_result() and rewrite_block().
create function prime_search.write_block(p_run uuid, p_block_number int, p_result jsonb, p_claimed_at timestamptz, p_slices int,
  p_cpu_ms numeric, p_operator uuid)
returns void
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_run public.prime_search_runs;
begin
  select * into strict v_run from public.prime_search_runs where id = p_run;
  if exists (
    select from jsonb_array_elements(p_result -> 'finds') f
    join public.prime_search_blocks b on b.run = v_run.id and b.block_number = p_block_number
    where (f ->> 'index')::bigint not between b.block_start and b.block_end
  ) then
    raise exception 'A find is none of its block.' using errcode = 'check_violation';
  end if;

  -- In one order, so that blocks that find the same primes do not wait for each other in a circle.
  insert into public.primes as p (form, expression, digits, search_params, proof_method, certificate, tags, operator_id, discoverer)
  select v_run.form, f ->> 'expression', (f ->> 'digits')::bigint, v_run.params::text, f ->> 'proof',
         nullif(f -> 'certificate', 'null'),
         array[v_run.form, f ->> 'proof'] || case f ->> 'proof' when 'probabilistic' then '{prp-only}'::text[] else '{}' end,
         p_operator, (select o.username from public.operators o where o.id = p_operator)
  from jsonb_array_elements(p_result -> 'finds') f
  order by f ->> 'expression'
  on conflict (form, md5(expression)) do update set
    proof_method = excluded.proof_method, certificate = excluded.certificate, tags = excluded.tags
  where p.proof_method = 'probabilistic' and excluded.proof_method = 'deterministic';

  insert into public.prime_search_finds (org_id, run, candidate, prime_id, proof_method, reason)
  select v_run.org_id, v_run.id, (f ->> 'index')::bigint, p.id, f ->> 'proof', f ->> 'reason'
  from jsonb_array_elements(p_result -> 'finds') f
  join public.primes p on p.form = v_run.form and md5(p.expression) = md5(f ->> 'expression')
  -- A block that is worked again has its finds already (rewrite_block).
  on conflict (run, candidate) do nothing;

  update public.prime_search_blocks b set
    status = 'completed', claimed_at = coalesce(b.claimed_at, p_claimed_at), completed_at = clock_timestamp(), fraction = 1,
    sieved = (p_result ->> 'sieved')::bigint, tested = (p_result ->> 'tested')::bigint,
    found = coalesce((p_result #>> '{counted,count}')::bigint, jsonb_array_length(p_result -> 'finds')),
    digest = p_result ->> 'digest', counted = p_result -> 'counted', digits = (p_result ->> 'digits')::int,
    sieve_depth = (p_result ->> 'sieve_depth')::bigint, slices = p_slices, cpu_ms = p_cpu_ms
  where b.run = v_run.id and b.block_number = p_block_number;
  insert into public.prime_search_evidence (org_id, run, block_number, factors, residues)
  select v_run.org_id, v_run.id, p_block_number, e ->> 'factors', e -> 'residues'
  from (values (p_result -> 'evidence')) as given (e) where e is not null;
  update public.prime_search_runs set progress = prime_search.totals(id) where id = v_run.id;

  if (select enabled from fleet.search_types where search_type = 'prime_check') then
    insert into public.prime_check_runs (org_id, search_run, primes, requested_by)
    select v_run.org_id, v_run.id, array_agg(c.id order by c.id), v_run.requested_by
    from (
      select p.id, (row_number() over (order by p.id) - 1) / 20 as batch
      from jsonb_array_elements(p_result -> 'finds') f
      join public.primes p on p.form = v_run.form and md5(p.expression) = md5(f ->> 'expression')
      where p.proof_method = 'deterministic' and not p.verified
    ) as c
    group by c.batch;
  end if;
end
$$;
comment on function prime_search.write_block(uuid, int, jsonb, timestamptz, int, numeric, uuid) is 'Writes the finds of a block, and has them checked.';
revoke all on function prime_search.write_block(uuid, int, jsonb, timestamptz, int, numeric, uuid) from public, anon, authenticated, service_role;

-- prime_search.recut(run): what a block has cost says how large the next ones should be: those at the end that nobody has begun are cut anew where they
-- would take more than half as long again as they should, or less than half; whether they were. They should take 4 s of CPU, and as the end comes
-- nearer, half of what is left for each place, so that no isolate waits long for the last one; but no less than 1.2 s, below which their beginnings
-- and ends count. What is found is the same however a search is cut. Called by commit_block(), with the job's row locked.
create function prime_search.recut(p_run uuid)
returns boolean
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_run public.prime_search_runs;
  v_job fleet.search_jobs;
  v_each numeric;
  v_from int;
  v_start bigint;
  v_size bigint;
  v_new bigint;
begin
  select * into strict v_run from public.prime_search_runs where id = p_run;
  select * into v_job from fleet.search_jobs where search_type = 'prime_search' and run_id = p_run and status = 'RUNNING';
  if v_job.id is null or v_run.sizes <> 'measured' then
    return false;
  end if;
  -- The latest ones are most like those that come.
  select sum(b.cpu_ms) / sum(b.block_end - b.block_start + 1) into v_each
  from (
    select * from public.prime_search_blocks where run = p_run and status = 'completed' order by block_number desc limit 4) as b;
  select coalesce(max(b.block_number), 0) + 1 into v_from
  from public.prime_search_blocks b
  join fleet.work_blocks w on w.search_job_id = v_job.id and w.block_number = b.block_number
  where b.run = p_run and (b.status <> 'available' or w.status <> 'PENDING' or w.slices > 0 or w.attempts > 0 or w.not_before > clock_timestamp()
    or exists (select from public.node_block_results r where r.block_id = b.id));
  select block_start, block_end - block_start + 1 into v_start, v_size
  from public.prime_search_blocks where run = p_run and block_number = v_from;
  if v_start is null or v_each is null then
    return false;
  end if;
  v_new := least(case v_run.form when 'survey' then 1000000000000 else 20000 end, v_run.candidates - v_start, greatest(1, round(
    greatest(1200, least(4000, (v_run.candidates - v_start) * v_each / (2 * v_job.max_concurrent_blocks))) / greatest(v_each, 1e-9))));
  if v_new < 2 * v_size and 3 * v_new > 2 * v_size or v_from + ceil((v_run.candidates - v_start)::numeric / v_new) > 10001
    or not fleet.cut_anew(v_job.id, v_from, ceil((v_run.candidates - v_start)::numeric / v_new)::int) then
    return false;
  end if;
  delete from public.prime_search_blocks where run = p_run and block_number >= v_from;
  insert into public.prime_search_blocks (org_id, run, block_number, block_start, block_end)
  select v_run.org_id, p_run, v_from + n, v_start + n * v_new, least(v_run.candidates, v_start + (n + 1) * v_new) - 1
  from generate_series(0, ceil((v_run.candidates - v_start)::numeric / v_new)::int - 1) as n;
  update public.prime_search_runs set cuts = cuts || jsonb_build_array(jsonb_build_array(v_from, v_start, v_new)) where id = p_run;
  return true;
end
$$;
comment on function prime_search.recut(uuid) is 'Cuts blocks that nobody has begun anew, by what the others cost.';
revoke all on function prime_search.recut(uuid) from public, anon, authenticated, service_role;

-- prime_search.commit_block(token, result): writes what a block came to (write_block() has its shape; with start and end of what was worked), and ends
-- it. Called by the engine, after fleet.record_slice().
create function prime_search.commit_block(p_claim_token uuid, p_result jsonb)
returns void
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_held record;
begin
  select * into v_held from fleet.hold_claim_on(p_claim_token, 'prime_search');
  if not exists (
    select from public.prime_search_blocks b
    where b.run = v_held.run_id and b.block_number = v_held.block_number
      and (b.block_start, b.block_end) = ((p_result ->> 'start')::bigint, (p_result ->> 'end')::bigint)) then
    raise exception 'A result is of other candidates than its block.' using errcode = 'check_violation';
  end if;
  perform prime_search.write_block(v_held.run_id, v_held.block_number, p_result, w.claimed_at, w.slices + 1, w.cpu_ms, null)
  from fleet.work_blocks w where w.id = v_held.block_id;
  perform prime_search.recut(v_held.run_id);
  perform fleet.finish_block(p_claim_token);
end
$$;
comment on function prime_search.commit_block(uuid, jsonb) is 'Writes the finds of a block, has them checked, and ends the block.';
revoke all on function prime_search.commit_block(uuid, jsonb) from public, anon, authenticated, service_role;
grant execute on function prime_search.commit_block(uuid, jsonb) to receptor_engine;

-- prime_search.load_check(run): [{id, form, expression, certificate, digest}] of the check whose block the transaction holds, in
-- their order; null for any other. Called by the first slice of a check. Of a certificate that is offered it is that one.
create function prime_search.load_check(p_run uuid)
returns jsonb
language sql
stable
security definer
set search_path = ''
as $$
  select (
    select coalesce(jsonb_agg(jsonb_build_object('id', p.id, 'form', p.form, 'expression', p.expression,
      'certificate', c.certificate, 'digest', md5(c.certificate::text)) order by wanted.place), '[]'::jsonb)
    from unnest(r.primes) with ordinality as wanted (id, place)
    join public.primes p on p.id = wanted.id
    cross join lateral (select coalesce(r.offered, p.certificate) as certificate) as c
    where c.certificate is not null)
  from public.prime_check_runs r
  where r.id = p_run and r.org_id = fleet.claimed_org_id('prime_check')
$$;
comment on function prime_search.load_check(uuid) is 'The certificates of a check, as the checker reads them.';
revoke all on function prime_search.load_check(uuid) from public, anon, authenticated, service_role;
grant execute on function prime_search.load_check(uuid) to receptor_engine;

-- prime_search.record_checks(token, checks): what the checker said since its last checkpoint, in the transaction of this one. A valid
-- certificate makes its prime verified, if the prime still has it; one that was offered becomes the prime's, if that is not verified.
-- Called by the checker. p_checks: [{id, digest, valid, method?, reason?, slices, cpu_ms}].
create function prime_search.record_checks(p_claim_token uuid, p_checks jsonb)
returns void
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_held record;
  v_run public.prime_check_runs;
begin
  select * into v_held from fleet.hold_claim_on(p_claim_token, 'prime_check');
  select * into strict v_run from public.prime_check_runs where id = v_held.run_id;
  if exists (select from jsonb_array_elements(p_checks) c where (c ->> 'id')::bigint <> all (v_run.primes)) then
    raise exception 'A check is none of its run.' using errcode = 'check_violation';
  end if;
  insert into public.prime_checks (prime_id, certificate_digest, valid, method, reason, slices, cpu_ms)
  select (c ->> 'id')::bigint, c ->> 'digest', (c ->> 'valid')::boolean, c ->> 'method', left(c ->> 'reason', 2000),
         (c ->> 'slices')::int, (c ->> 'cpu_ms')::numeric
  from jsonb_array_elements(p_checks) c;
  update public.primes p set
    certificate = t.certificate, proof_method = 'deterministic',
    verified = true, verified_at = clock_timestamp(), verification_method = c ->> 'method', verification_tier = 1,
    tags = (select array_agg(distinct tag) from unnest(p.tags || '{deterministic,verified-tier-1}'::text[]) as tag
            where tag not in ('probabilistic', 'prp-only'))
  from jsonb_array_elements(p_checks) c
  cross join lateral (
    select coalesce(v_run.offered, p0.certificate) as certificate, p0.verified
    from public.primes p0 where p0.id = (c ->> 'id')::bigint
  ) as t
  where p.id = (c ->> 'id')::bigint and (c ->> 'valid')::boolean and md5(t.certificate::text) = c ->> 'digest'
    and (v_run.offered is null or not t.verified);
  insert into public.system_logs (level, source, component, message, org_id, run_id, context)
  select case when v_run.offered is null then 'error' else 'info' end, 'prime_check', 'refused',
         case when v_run.offered is null then 'The checker refused a certificate of ours.'
              else 'The checker refused a certificate from outside.' end, v_held.org_id, v_held.run_id, c
  from jsonb_array_elements(p_checks) c where not (c ->> 'valid')::boolean;
end
$$;
comment on function prime_search.record_checks(uuid, jsonb) is 'Writes the checker''s answers and verifies primes.';
revoke all on function prime_search.record_checks(uuid, jsonb) from public, anon, authenticated, service_role;
grant execute on function prime_search.record_checks(uuid, jsonb) to receptor_engine;

-- prime_search.finish_check(token): a check has read all its certificates. Called by the checker after record_checks().
create function prime_search.finish_check(p_claim_token uuid)
returns void
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_held record;
begin
  select * into v_held from fleet.hold_claim_on(p_claim_token, 'prime_check');
  update public.prime_check_runs set status = 'COMPLETED', finished_at = clock_timestamp() where id = v_held.run_id;
  perform fleet.finish_block(p_claim_token);
end
$$;
comment on function prime_search.finish_check(uuid) is 'Ends a check.';
revoke all on function prime_search.finish_check(uuid) from public, anon, authenticated, service_role;
grant execute on function prime_search.finish_check(uuid) to receptor_engine;
