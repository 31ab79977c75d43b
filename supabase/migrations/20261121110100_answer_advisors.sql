-- What `supabase db advisors` asked for.

-- Foreign keys whose columns are just those at the head of an index, in its order.
drop index public.job_lines_planner_run_idx;
create index job_lines_org_planner_run_idx on public.job_lines (org_id, planner_run);
drop index public.job_lines_history_planner_run_idx;
create index job_lines_history_org_planner_run_idx on public.job_lines_history (org_id, planner_run);
-- The index rotations_run_line_idx stays, since lines are read by allocation run; the key is written in its order.
alter table public.rotations drop constraint rotations_org_id_allocation_run_job_line_fkey;
alter table public.rotations add constraint rotations_org_id_allocation_run_job_line_fkey
  foreign key (allocation_run, job_line, org_id)
  references public.job_lines (allocation_run, id, org_id) on delete cascade;

-- Row level security without a policy refuses everybody who does not bypass it. These tables mean it, so they say it.
create policy nobody on fleet.search_types using (false);
create policy nobody on fleet.search_jobs using (false);
create policy nobody on fleet.work_blocks using (false);
create policy nobody on fleet.workers using (false);
create policy nobody on fleet.last_sweep using (false);
create policy nobody on public.system_logs using (false);
create policy nobody on public.system_metrics using (false);
create policy nobody on public.metric_rollups_daily using (false);
