-- Blocks that are lent: to machines that are no isolates of ours, and that are not believed. A lent block stays PENDING, and nothing of the
-- fleet takes it up before the loan is over (not_before); so it takes no isolate's place, and a loan that nobody comes back from ends by
-- itself. What a borrower brings back is written by whoever has checked it (shared/primes, nodes).

-- fleet.lend_block(block, until): lends a free block that nobody has begun; its job begins where it had not. False where it is not free any
-- more. Called with the job's row locked, by prime_search.claim_node_blocks().
create function fleet.lend_block(p_block_id bigint, p_until timestamptz)
returns boolean
language plpgsql
security definer
set search_path = ''
as $$
begin
  update fleet.work_blocks b set not_before = p_until
  from fleet.search_jobs j
  where b.id = p_block_id and b.status = 'PENDING' and j.id = b.search_job_id and j.status in ('QUEUED', 'RUNNING');
  if not found then
    return false;
  end if;
  update fleet.search_jobs j set status = 'RUNNING', started_at = clock_timestamp()
  from fleet.work_blocks b where b.id = p_block_id and j.id = b.search_job_id and j.status = 'QUEUED';
  return true;
end
$$;
comment on function fleet.lend_block(bigint, timestamptz) is 'Lends a free block until a moment.';
revoke all on function fleet.lend_block(bigint, timestamptz) from public, anon, authenticated, service_role;

-- fleet.finish_lent_block(block): what it was lent for is done and written; the last block ends its job. False where the fleet has taken it
-- back. Called with the job's row locked, by prime_search.accept_node_result().
create function fleet.finish_lent_block(p_block_id bigint)
returns boolean
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_job_id bigint;
begin
  update fleet.work_blocks set status = 'DONE', finished_at = clock_timestamp(), attempts = 0
  where id = p_block_id and status = 'PENDING'
  returning search_job_id into v_job_id;
  if not found then
    return false;
  end if;
  perform fleet.settle_job(v_job_id);
  return true;
end
$$;
comment on function fleet.finish_lent_block(bigint) is 'Ends a lent block whose result is written.';
revoke all on function fleet.finish_lent_block(bigint) from public, anon, authenticated, service_role;
