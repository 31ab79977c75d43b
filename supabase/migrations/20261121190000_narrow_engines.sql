-- An engine writes its own tables only: a block of the allocator does not make, replace or delete job lines.
-- fleet.claimed_org_id('planner') is null for every other kind of work.
alter policy engine_insert on public.job_lines
  with check (org_id = (select fleet.claimed_org_id('planner')));
alter policy engine_update on public.job_lines
  using (org_id = (select fleet.claimed_org_id('planner')))
  with check (org_id = (select fleet.claimed_org_id('planner')));
alter policy engine_delete on public.job_lines
  using (org_id = (select fleet.claimed_org_id('planner')));
alter policy engine_insert on public.rotations
  with check (org_id = (select fleet.claimed_org_id('planner')));
alter policy engine_update on public.rotations
  using (org_id = (select fleet.claimed_org_id('planner')))
  with check (org_id = (select fleet.claimed_org_id('planner')));
alter policy engine_delete on public.rotations
  using (org_id = (select fleet.claimed_org_id('planner')));
alter policy engine_insert on public.job_line_leave
  with check (org_id = (select fleet.claimed_org_id('planner')));
alter policy engine_delete on public.job_line_leave
  using (org_id = (select fleet.claimed_org_id('planner')));
alter policy engine_insert on public.job_lines_history
  with check (org_id = (select fleet.claimed_org_id('planner')));
alter policy engine_insert on public.planner_run_previews
  with check (org_id = (select fleet.claimed_org_id('planner')));
alter policy engine_update on public.allocation_planner_runs
  using (org_id = (select fleet.claimed_org_id('planner')))
  with check (org_id = (select fleet.claimed_org_id('planner')));

-- What `supabase db advisors` asked for since: the key of leave in the order of its index, and a table that nobody but
-- the service role reaches says so.
alter table public.job_line_leave drop constraint job_line_leave_org_id_allocation_run_job_line_fkey;
alter table public.job_line_leave add constraint job_line_leave_org_id_allocation_run_job_line_fkey
  foreign key (allocation_run, job_line, org_id)
  references public.job_lines (allocation_run, id, org_id) on delete cascade;
create policy nobody on fleet.request_limits using (false);
