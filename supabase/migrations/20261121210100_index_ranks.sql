-- The keys of ranks in the order of indexes, as `supabase db advisors` asks for: a doctor or a line that is deleted takes
-- its ranks along without a look at all of them. The indexes that these replace began with the same column.
drop index public.preference_worker_job_lines_job_line_idx;
drop index public.preference_worker_job_lines_run_idx;
create index preference_worker_job_lines_line_run_idx
  on public.preference_worker_job_lines (job_line, allocation_run, org_id);
create index preference_worker_job_lines_run_worker_idx
  on public.preference_worker_job_lines (allocation_run, worker_mapping, org_id);
alter table public.preference_worker_job_lines
  drop constraint preference_worker_job_lines_org_id_allocation_run_job_line_fkey,
  drop constraint preference_worker_job_lines_org_id_allocation_run_worker_m_fkey,
  add constraint preference_worker_job_lines_line_fkey
    foreign key (job_line, allocation_run, org_id)
    references public.job_lines (id, allocation_run, org_id) on delete cascade,
  add constraint preference_worker_job_lines_worker_fkey
    foreign key (allocation_run, worker_mapping, org_id)
    references public.allocation_run_worker_mappings (allocation_run, id, org_id) on delete cascade;

drop index public.preferencer_worker_ranks_mapping_idx;
create index preferencer_worker_ranks_worker_run_idx
  on public.preferencer_worker_ranks (worker_mapping, allocation_run, org_id);
create index preferencer_worker_ranks_preferencer_run_idx
  on public.preferencer_worker_ranks (preferencer, allocation_run, org_id);
alter table public.preferencer_worker_ranks
  drop constraint preferencer_worker_ranks_org_id_allocation_run_preferencer_fkey,
  drop constraint preferencer_worker_ranks_org_id_allocation_run_worker_mapp_fkey,
  add constraint preferencer_worker_ranks_preferencer_fkey
    foreign key (preferencer, allocation_run, org_id)
    references public.preferencers (id, allocation_run, org_id) on delete cascade,
  add constraint preferencer_worker_ranks_worker_fkey
    foreign key (worker_mapping, allocation_run, org_id)
    references public.allocation_run_worker_mappings (id, allocation_run, org_id) on delete cascade;
