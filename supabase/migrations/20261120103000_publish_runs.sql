-- UIs hear of status and progress of runs over Realtime.
do $$
begin
  if not exists (select from pg_catalog.pg_publication where pubname = 'supabase_realtime') then
    create publication supabase_realtime;
  end if;
end
$$;
alter publication supabase_realtime add table public.allocation_planner_runs, public.allocator_py_runs;
