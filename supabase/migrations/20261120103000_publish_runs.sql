-- UIs hear of status and progress of runs over Realtime, and of primes as they are found.
do $$
begin
  if not exists (select from pg_catalog.pg_publication where pubname = 'supabase_realtime') then
    create publication supabase_realtime;
  end if;
end
$$;
alter publication supabase_realtime add table public.allocation_planner_runs, public.allocator_py_runs,
  public.prime_search_runs, public.primes;
