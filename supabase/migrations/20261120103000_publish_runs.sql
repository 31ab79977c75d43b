-- UIs hear of status and progress of runs over Realtime, of primes as they are found, and of tasks of agents.
do $$
begin
  if not exists (select from pg_catalog.pg_publication where pubname = 'supabase_realtime') then
    create publication supabase_realtime;
  end if;
end
$$;
alter publication supabase_realtime add table public.allocation_planner_runs, public.allocator_py_runs,
  public.prime_search_runs, public.primes, public.agent_tasks, public.agent_events;
