-- A result can be defended years later: of every run that wrote one, the problem as it was read, what came out, and which
-- engine made it are kept, so that `ops replay` can solve it again. No doctor's name is in there: the engines know them
-- by ids and by their place in the order of names; where people typed one (what a group or a pathway is called) it goes with the doctor. How long it is kept is said in private.retention.

create table fleet.kept_runs (
  run_id uuid primary key,
  search_type text not null,
  org_id uuid not null references public.orgs (id) on delete cascade,
  kept_at timestamptz not null default now(),
  engine text not null,
  engine_version int not null check (engine_version >= 0),
  input jsonb not null,
  result jsonb not null,
  time_up jsonb not null check (jsonb_typeof(time_up) = 'object')
);
comment on table fleet.kept_runs is
  'Problem and result of every run that wrote one, to solve it again. Outlives lines, doctors and the run itself; not its org. Documents are stored compressed.';
comment on column fleet.kept_runs.engine_version is
  'Of the engine''s checkpoints: raised with every change of what comes out of the same problem.';
comment on column fleet.kept_runs.input is
  'The problem with options and seed, as the first slice read it, in its envelope {engine, version, state}.';
comment on column fleet.kept_runs.result is 'What came out, as the engine says it: lines by position, or who got which line; or why nothing can.';
comment on column fleet.kept_runs.time_up is
  'Units of work after which a time limit ended the search, {units, inner?}; null where it did not.';
create index kept_runs_org_idx on fleet.kept_runs (org_id, kept_at);
create index kept_runs_kept_at_idx on fleet.kept_runs (kept_at);

alter table fleet.kept_runs enable row level security;
revoke all on fleet.kept_runs from public, anon, authenticated, service_role;
grant select on fleet.kept_runs to service_role;
create policy nobody on fleet.kept_runs using (false);

-- fleet.keep_run(token, engine, version, result, time up): keeps the problem and the result of the run whose block is held.
-- Called by a solver's last slice, in the transaction in which the engine writes the result and before it does. The problem
-- moves here from the job, which needs it no longer.
create function fleet.keep_run(p_claim_token uuid, p_engine text, p_version int, p_result jsonb, p_time_up jsonb)
returns void
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_held record;
begin
  select * into v_held from fleet.hold_claim(p_claim_token);
  insert into fleet.kept_runs (run_id, search_type, org_id, engine, engine_version, input, result, time_up)
  select j.run_id, j.search_type, j.org_id, p_engine, p_version, j.input, p_result, p_time_up
  from fleet.search_jobs j where j.id = v_held.job_id;
  update fleet.search_jobs set input = null where id = v_held.job_id;
end
$$;
comment on function fleet.keep_run(uuid, text, int, jsonb, jsonb) is 'Keeps problem and result of the run whose block is held.';
revoke all on function fleet.keep_run(uuid, text, int, jsonb, jsonb) from public, anon, authenticated, service_role;
grant execute on function fleet.keep_run(uuid, text, int, jsonb, jsonb) to receptor_engine;
